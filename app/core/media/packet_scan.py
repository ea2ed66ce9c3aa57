"""One pass over all packets of a file, decoding nothing: the ground of indexes and true durations."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from av import Packet, VideoStream
from av.container import InputContainer
from av.stream import Disposition

from app.core.jobs.context import JobContext
from app.core.media.demux import LEAST_JUMP, LONGEST_STEP, ClockWatch, container_origin, has_decoder, packets
from app.core.media.index import NO_STAMP, Stamps
from app.core.media.pyav_errors import media_errors

_REPORT_EVERY = 512
_KEY, _DISCARD = 1, 2
_MICROSECOND = Fraction(1, 1_000_000)
# What is drawn over the picture before: marked key frames of these may still show parts of it.
_NO_KEYS = frozenset({"apng", "gif"})
_HIDING = frozenset({"vp8"})


@dataclass(frozen=True, eq=False)
class PictureFacts:
    """What the header says about a picture stream, as far as an index needs it."""

    stream: int
    time_base: Fraction
    codec: str
    container: str
    reorders: bool
    rates: tuple[Fraction, ...]


@dataclass(frozen=True, eq=False)
class PicturePackets:
    """Packets of one picture stream in decoding order. Stamps are :data:`NO_STAMP` where not given; sizes are bytes."""

    facts: PictureFacts
    pts: Stamps
    dts: Stamps
    durations: Stamps
    key: npt.NDArray[np.bool_]
    discard: npt.NDArray[np.bool_]
    sizes: Stamps

    @property
    def hides(self) -> bool:
        """Whether packets may hold pictures that are never shown: those are not among these."""
        return self.facts.codec in _HIDING

    @property
    def starts_anew(self) -> bool:
        """Whether the clock jumps inside, as where two recordings were joined."""
        steps = np.diff(self.dts[self.dts != NO_STAMP])
        back, on = int(LEAST_JUMP / self.facts.time_base), int(LONGEST_STEP / self.facts.time_base)
        return bool(np.any((steps < -back) | (steps > on)))


@dataclass(frozen=True, eq=False)
class Span:
    """First and last moment of the packets of a stream, in its own stamps.

    ``runs`` are first and last moment for each time that its clock starts anew: usually one pair. ``places`` are
    the bytes at which its packets begin, as far as the container says, ``stamps`` those of the same packets.
    """

    start: int
    end: int
    runs: tuple[tuple[int, int], ...]
    places: Stamps
    stamps: Stamps


@dataclass(frozen=True, eq=False)
class PacketScan:
    """Everything one pass over the packets told.

    ``origin`` is the container's start in seconds; None where one picture stream is all there is, whose
    first picture then is the start.
    """

    origin: Fraction | None
    pictures: dict[int, PicturePackets]
    spans: dict[int, Span]


@dataclass
class _Rows:
    """Growing columns of one picture stream."""

    facts: PictureFacts
    pts: array[int] = field(default_factory=lambda: array("q"))
    dts: array[int] = field(default_factory=lambda: array("q"))
    durations: array[int] = field(default_factory=lambda: array("q"))
    flags: array[int] = field(default_factory=lambda: array("B"))
    sizes: array[int] = field(default_factory=lambda: array("q"))

    def add(self, packet: Packet[Any]) -> None:
        self.pts.append(NO_STAMP if packet.pts is None else packet.pts)
        self.dts.append(NO_STAMP if packet.dts is None else packet.dts)
        self.durations.append(packet.duration or 0)
        self.flags.append(packet.is_keyframe * _KEY | packet.is_discard * _DISCARD)
        self.sizes.append(packet.size)

    def done(self) -> PicturePackets:
        flags = np.asarray(self.flags, dtype=np.uint8)
        rows = (self.pts, self.dts, self.durations, self.sizes)
        pts, dts, durations, sizes = (np.asarray(row, dtype=np.int64) for row in rows)
        key = (flags & _KEY) != 0
        if self.facts.codec in _NO_KEYS:
            key[1:] = False
        return PicturePackets(self.facts, pts, dts, durations, key, (flags & _DISCARD) != 0, sizes)


def scan_packets(container: InputContainer, path: Path | str, context: JobContext | None = None) -> PacketScan:
    """Read all packets of an open file from its start; reports the share of bytes read.

    Raises:
        UserError: the file cannot be read.
        Cancelled: ``context`` was cancelled.
    """
    origin = container_origin(container)
    rows = {stream.index: _Rows(_facts(container, stream)) for stream in container.streams.video if _is_film(stream)}
    hidden = {index: _hides(row.facts.codec) for index, row in rows.items()}
    others: dict[int, _Growing] = {}
    size = max(1, container.size or 1)
    with media_errors(path):
        for count, packet in enumerate(packets(container)):
            if not packet.size:
                continue
            if context is not None and count % _REPORT_EVERY == 0:
                context.report(min(1.0, max(0, packet.pos or 0) / size))
            index = packet.stream_index
            if index in rows:
                if not hidden[index](packet):
                    rows[index].add(packet)
            else:
                others.setdefault(index, _Growing(packet.time_base or _MICROSECOND)).add(packet)
    spans = {index: span for index, growing in others.items() if (span := growing.done()) is not None}
    alone = not spans and sum(1 for row in rows.values() if row.pts) == 1
    return PacketScan(None if alone else origin, {index: row.done() for index, row in rows.items()}, spans)


def _is_film(stream: VideoStream) -> bool:
    return not stream.disposition & Disposition.attached_pic and bool(stream.time_base) and has_decoder(stream)


def _facts(container: InputContainer, stream: VideoStream) -> PictureFacts:
    said = (stream.guessed_rate, stream.base_rate, stream.average_rate)
    return PictureFacts(
        stream=stream.index,
        time_base=stream.time_base or Fraction(1, 90_000),
        codec=stream.codec_context.name,
        container=container.format.name,
        reorders=bool(stream.codec_context.has_b_frames),
        rates=tuple(rate for rate in said if rate),
    )


def _hides(codec: str) -> Callable[[Packet[Any]], bool]:
    """Whether a packet holds a picture that is never shown (VP8: RFC 6386, section 9.1, show_frame)."""
    if codec in _HIDING:
        return lambda packet: not memoryview(packet)[0] & 0x10
    return lambda _packet: False


class _Growing:
    """A :class:`Span` while its packets come."""

    def __init__(self, time_base: Fraction) -> None:
        self._clock = ClockWatch(time_base)
        self._runs: list[list[int]] = []
        self._last = 0
        self._places, self._stamps = array("q"), array("q")

    def add(self, packet: Packet[Any]) -> None:
        stamp = packet.pts if packet.pts is not None else packet.dts
        if stamp is None:
            return
        if packet.pos is not None and packet.pts is not None:
            self._places.append(packet.pos)
            self._stamps.append(packet.pts)
        if self._clock.starts_anew(stamp) or not self._runs:
            self._runs.append([stamp, stamp + (packet.duration or 0)])
        else:
            run = self._runs[-1]
            length = packet.duration or max(0, stamp - self._last)  # FLV says none: as long as the one before
            run[0], run[1] = min(run[0], stamp), max(run[1], stamp + length)
        self._last = stamp

    def done(self) -> Span | None:
        if not self._runs:
            return None
        starts, ends = zip(*self._runs, strict=True)
        runs = tuple((start, end) for start, end in self._runs)
        places, stamps = (np.asarray(each, dtype=np.int64) for each in (self._places, self._stamps))
        return Span(min(starts), max(ends), runs, places, stamps)
