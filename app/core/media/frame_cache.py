"""Decoded frames that are kept for stepping back, within one budget of bytes for all that are open."""

from __future__ import annotations

import threading
from collections import OrderedDict

from av import VideoFrame

DEFAULT_BYTES = 400_000_000
"""Enough for the group of pictures around the playhead in a few films of 1080 lines."""
_LEAST = 2  # frames that are kept however large they are


class FrameCache:
    """Frames of any number of sources; the one used longest ago goes first, whoever owns it. Safe from any thread."""

    def __init__(self, most_bytes: int = DEFAULT_BYTES) -> None:
        self._most = most_bytes
        self._lock = threading.Lock()
        self._frames: OrderedDict[tuple[KeptFrames, int], VideoFrame] = OrderedDict()
        self._bytes = 0

    def part(self, most_bytes: int) -> KeptFrames:
        """Room for one source, which takes at most ``most_bytes`` of the budget."""
        return KeptFrames(self, most_bytes)

    @property
    def used(self) -> int:
        """Bytes of all frames that are kept."""
        with self._lock:
            return self._bytes

    def get(self, owner: KeptFrames, number: int) -> VideoFrame | None:
        """The frame, if it is kept."""
        with self._lock:
            found = self._frames.get((owner, number))
            if found is not None:
                self._frames.move_to_end((owner, number))
            return found

    def put(self, owner: KeptFrames, number: int, frame: VideoFrame) -> None:
        """Keep the frame, in place of those used longest ago."""
        size = sum(plane.buffer_size for plane in frame.planes)
        with self._lock:
            self._drop(owner, number)
            self._frames[owner, number] = frame
            owner.sizes[number] = size
            owner.bytes += size
            self._bytes += size
            self._shrink(owner)
            while self._bytes > self._most and len(self._frames) > _LEAST:
                self._drop(*next(iter(self._frames)))

    def shrink(self, owner: KeptFrames) -> None:
        """Give back what ``owner`` has beyond its limit."""
        with self._lock:
            self._shrink(owner)

    def forget(self, owner: KeptFrames) -> None:
        """Drop all frames of ``owner``."""
        with self._lock:
            for number in list(owner.sizes):
                self._drop(owner, number)

    def _shrink(self, owner: KeptFrames) -> None:
        while owner.bytes > owner.most and len(owner.sizes) > _LEAST:
            self._drop(owner, next(iter(owner.sizes)))

    def _drop(self, owner: KeptFrames, number: int) -> None:
        if self._frames.pop((owner, number), None) is not None:
            size = owner.sizes.pop(number)
            owner.bytes -= size
            self._bytes -= size


class KeptFrames:
    """The frames of one source in a :class:`FrameCache`, which also holds the lock for what is counted here."""

    def __init__(self, cache: FrameCache, most_bytes: int) -> None:
        self._cache = cache
        self.most = most_bytes
        self.bytes = 0
        self.sizes: OrderedDict[int, int] = OrderedDict()

    def __len__(self) -> int:
        return len(self.sizes)

    def hold(self, most_bytes: int) -> None:
        """Keep up to so many bytes from now on; what is more is given back at once."""
        self.most = most_bytes
        self._cache.shrink(self)

    def get(self, number: int) -> VideoFrame | None:
        """The frame, if it is kept."""
        return self._cache.get(self, number)

    def put(self, number: int, frame: VideoFrame) -> None:
        """Keep the frame."""
        self._cache.put(self, number, frame)

    def clear(self) -> None:
        """Keep none any more."""
        self._cache.forget(self)
