"""The picture of a film by its proxy, as far as that is made, and by the film itself where it is not.

A proxy is a row of files in which every packet is a picture: what is needed of each file is where its
packets lie, and one decoder serves them all. A random frame costs one read and one decode.
"""

from __future__ import annotations

import contextlib
import os
import time
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import av
from av.codec.context import ThreadType

from app.core.base.errors import UserError
from app.core.base.time import Flicks
from app.core.media.demux import packets, picture_stream
from app.core.media.index import FrameIndex
from app.core.media.proxy import encoded_color
from app.core.media.pyav_errors import FFmpegError
from app.core.media.safe_open import safe_open
from app.core.media.segments import ProxyPart
from app.core.media.source import StandIn, VideoSource
from app.core.model.asset import VideoStream

_LOOK_AGAIN_SECONDS = 1.0
_OPEN_PARTS = 64  # a file handle and a few kilobytes each


@dataclass(frozen=True, slots=True)
class _Open:
    """An open part: its file, and where each packet lies and how long it is."""

    file: int
    places: tuple[tuple[int, int], ...]
    settings: bytes


class ProxySource:
    """A :class:`app.core.media.source.VideoSource`. ``done`` says whether a part is whole.

    A part that is damaged or vanishes is made up for by the film, which is opened when it is first needed.
    """

    def __init__(
        self,
        video: VideoStream,
        index: FrameIndex,
        parts: Sequence[ProxyPart],
        done: Callable[[ProxyPart], bool],
        open_film: Callable[[], VideoSource],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``parts`` cover the film in order."""
        self.index = index
        self.stand_in: StandIn | None = None
        self._standing_in = StandIn(video.coded_width, video.coded_height, encoded_color(video))
        self._parts = tuple(parts)
        self._firsts = [part.first for part in parts]
        self._done = done
        self._open_film = open_film
        self._clock = clock
        self._film: VideoSource | None = None
        self._open: OrderedDict[int, _Open] = OrderedDict()
        self._missing: dict[int, float] = {}
        self._decoder: av.VideoCodecContext | None = None
        self._decoder_settings = b""
        self._last: tuple[int, av.VideoFrame] | None = None

    def frame(self, number: int) -> av.VideoFrame:
        """Shown frame ``number`` (clamped), from the proxy where it is there.

        Raises:
            UserError: it is not, and the film is gone or damaged.
        """
        number = self.index.clamped(number)
        self.stand_in = self._standing_in
        if self._last is not None and self._last[0] == number:
            return self._last[1]
        found = self._from_proxy(number)
        if found is not None:
            self._last = number, found
            return found
        self.stand_in = None
        if self._film is None:
            self._film = self._open_film()
        return self._film.frame(number)

    def frame_at(self, time: Flicks) -> av.VideoFrame:
        """The frame a player shows at media time ``time``."""
        return self.frame(self.index.number_at(time))

    def close(self) -> None:
        """Give all files back."""
        while self._open:
            os.close(self._open.popitem()[1].file)
        self._decoder = None
        self._last = None
        if self._film is not None:
            self._film.close()
            self._film = None

    def _from_proxy(self, number: int) -> av.VideoFrame | None:
        place = bisect_right(self._firsts, number) - 1
        if place < 0 or self._is_missing(place):
            return None
        frame = None
        with contextlib.suppress(OSError, FFmpegError, UserError):
            part = self._opened(place)
            frame = self._decoded(part, number - self._firsts[place]) if part is not None else None
        if frame is None:
            self._missing[place] = self._clock()
            if place in self._open:
                os.close(self._open.pop(place).file)
        return frame

    def _is_missing(self, place: int) -> bool:
        """Whether the part was not there a moment ago."""
        looked = self._missing.get(place)
        return looked is not None and self._clock() - looked < _LOOK_AGAIN_SECONDS

    def _opened(self, place: int) -> _Open | None:
        if place not in self._open:
            part = self._parts[place]
            if not self._done(part):
                return None
            self._open[place] = _opened(part)
            while len(self._open) > _OPEN_PARTS:
                os.close(self._open.popitem(last=False)[1].file)
        self._open.move_to_end(place)
        return self._open[place]

    def _decoded(self, part: _Open, number: int) -> av.VideoFrame | None:
        at, size = part.places[number]
        data = _read(part.file, at, size)
        if len(data) != size:
            return None
        decoder = self._decoder_for(part.settings)
        frames = decoder.decode(av.Packet(data))
        if not frames:
            frames = decoder.decode(None)
            decoder.flush_buffers()
        return frames[0] if frames else None

    def _decoder_for(self, settings: bytes) -> av.VideoCodecContext:
        """The decoder that all parts share; another where a part was encoded in another way."""
        if self._decoder is None or self._decoder_settings != settings:
            decoder = av.CodecContext.create("h264", "r")
            assert isinstance(decoder, av.VideoCodecContext)
            decoder.extradata = settings
            # Filling threads would cost more than they save: each picture stands alone.
            decoder.thread_type = ThreadType.NONE
            self._decoder, self._decoder_settings = decoder, settings
        return self._decoder


def _opened(part: ProxyPart) -> _Open:
    """Where the packets of a part lie.

    Raises:
        UserError: it is damaged or gone.
    """
    with safe_open(part.path) as container:
        stream = picture_stream(container)
        if stream is None:
            raise _damaged(part)
        settings = bytes(stream.codec_context.extradata or b"")
        places = [(packet.pos, packet.size) for packet in packets(container, stream) if packet.size]
    known = tuple((at, size) for at, size in places if at is not None and at >= 0)
    if len(known) != part.end - part.first:
        raise _damaged(part)
    return _Open(os.open(part.path, os.O_RDONLY | getattr(os, "O_BINARY", 0)), known, settings)


def _damaged(part: ProxyPart) -> UserError:
    return UserError(str(part.path), "this part of the proxy is damaged", "run `insomnia cache clean` and try again")


def _read(file: int, at: int, size: int) -> bytes:
    if hasattr(os, "pread"):
        return os.pread(file, size, at)
    os.lseek(file, at, os.SEEK_SET)
    return os.read(file, size)
