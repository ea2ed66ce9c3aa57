"""Frame indexes of assets: remembered, read from the cache, or made in a worker process."""

from __future__ import annotations

import contextlib
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any, Protocol

from app.core.base.errors import UserError
from app.core.jobs.context import JobContext
from app.core.jobs.inline import InlineContext
from app.core.media.disk_cache import DiskCache, made_again
from app.core.media.index import INDEX_VERSION, FrameIndex, load_index
from app.core.media.index_build import build_index
from app.core.model.asset import Asset

CACHE_KIND = "index"
_REMEMBERED = 64


class Caller(Protocol):
    """Something that runs a handler by name (``media.worker.Workers``)."""

    def call(
        self, name: str, args: dict[str, Any], *, context: JobContext, memory: int | None = None
    ) -> dict[str, Any]:
        """The handler's answer; ``memory`` is how many bytes it may map.

        Raises:
            UserError: the handler refused, died or hung.
            Cancelled: ``context`` was cancelled.
        """


class Indexes(Protocol):
    """Where a source gets its index from."""

    def index(self, asset: Asset, context: JobContext | None = None) -> FrameIndex:
        """The index of the picture of ``asset``.

        Raises:
            UserError: the asset has no picture, or its file cannot be read.
            Cancelled: ``context`` was cancelled.
        """


def index_file(cache: DiskCache, asset: Asset, stream: int) -> Path:
    """Where ``cache`` keeps the index of a picture stream; workers read it there."""
    return cache.folder(asset.fingerprint or asset.path, CACHE_KIND) / f"{stream}-v{INDEX_VERSION}.npz"


class MediaIndexes:
    """Indexes by content: from memory, else from the disk cache, else made by a worker. Thread-safe."""

    def __init__(self, cache: DiskCache, workers: Caller) -> None:
        self._cache = cache
        self._workers = workers
        self._memory = _Memory()

    def index(self, asset: Asset, context: JobContext | None = None) -> FrameIndex:
        """The index of the picture of ``asset``; the first call for a content may take seconds.

        One that is known, but is in the cache no more, is kept there again: workers read it there.
        """
        stream = _picture_number(asset)
        key = (asset.fingerprint or asset.path, stream)
        with self._memory.lock_for(key):
            found = self._memory.get(key)
            if found is None:
                found = self._from_cache(asset, stream, context or InlineContext())
                self._memory.put(key, found)
            elif not (place := self._place(asset, stream)).exists():
                self._keep(found, place)
            return found

    def _place(self, asset: Asset, stream: int) -> Path:
        return index_file(self._cache, asset, stream)

    def _keep(self, index: FrameIndex, place: Path) -> None:
        """Write what is known; where that is impossible, workers make it for themselves."""
        with contextlib.suppress(UserError), self._cache.writing(place) as temporary, open(temporary, "wb") as file:
            index.save(file)

    def _from_cache(self, asset: Asset, stream: int, context: JobContext) -> FrameIndex:
        place = self._place(asset, stream)
        found = load_index(place) if asset.fingerprint else None
        if found is not None and found.stream == stream:
            return found

        def make() -> FrameIndex:
            with self._cache.writing(place) as temporary:
                args = {"path": asset.path, "stream": stream, "out": str(temporary)}
                self._workers.call("index", args, context=context)
                made = load_index(temporary)
            if made is None:
                raise UserError(asset.path, "its frame index could not be kept", "free some disk space and try again")
            return made

        return made_again(make)


class LocalIndexes:
    """Indexes made in this process: for worker processes themselves, and for tests. Thread-safe."""

    def __init__(self) -> None:
        self._memory = _Memory()

    def index(self, asset: Asset, context: JobContext | None = None) -> FrameIndex:
        """The index of the picture of ``asset``, made at the first call."""
        stream = _picture_number(asset)
        key = (asset.fingerprint or asset.path, stream)
        with self._memory.lock_for(key):
            found = self._memory.get(key)
            if found is None:
                found = build_index(asset.path, stream, context)
                self._memory.put(key, found)
            return found


class _Memory:
    """The indexes used last, and one lock for each that is being made."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._locks: dict[tuple[str, int], threading.Lock] = {}
        self._found: OrderedDict[tuple[str, int], FrameIndex] = OrderedDict()

    def lock_for(self, key: tuple[str, int]) -> threading.Lock:
        with self._lock:
            return self._locks.setdefault(key, threading.Lock())

    def get(self, key: tuple[str, int]) -> FrameIndex | None:
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
            return self._found.get(key)

    def put(self, key: tuple[str, int], index: FrameIndex) -> None:
        with self._lock:
            self._found[key] = index
            while len(self._found) > _REMEMBERED:
                self._found.popitem(last=False)


def _picture_number(asset: Asset) -> int:
    if asset.info.video is None:
        raise UserError(asset.path, "it holds no picture", "use it for its sound, or choose a video file")
    return asset.info.video.index


def kept_index(path: Path, stream: int, file: Path) -> FrameIndex:
    """The index that the parent keeps in ``file``, or, where the cache was cleaned meanwhile, a new one.

    Raises:
        UserError: the film cannot be read.
    """
    found = load_index(file)
    return found if found is not None and found.stream == stream else build_index(path, stream)
