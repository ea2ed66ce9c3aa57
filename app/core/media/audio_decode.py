"""Decoded sound of one stream as blocks of samples with exact places in time."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
from av import AudioFifo, AudioFrame, AudioResampler, AudioStream, Packet

from app.core.base.errors import UserError
from app.core.base.time import SECOND
from app.core.media.demux import ClockWatch, container_origin, packets, read_only, sound_stream
from app.core.media.pyav_errors import FFmpegError
from app.core.media.safe_open import safe_open
from app.core.model.asset import STEADY, SoundClock

Samples = npt.NDArray[np.float32]

# Seconds decoded before the wanted moment: coded sound overlaps, MP3 borrows bits from earlier packets.
_LEADS = (Fraction(3, 10), Fraction(1), Fraction(4), Fraction(16))
_LEAST_LEAD = Fraction(3, 20)
_MOST_PRIMING = Fraction(1, 5)
_MOST_JOINED = 192_000  # samples, whatever rate a file says
# Stamps that wander less than this from the count of samples are rounding, not gaps.
_JITTER = Fraction(20, 1000)


@dataclass(frozen=True, eq=False)
class SoundBlock:
    """Samples of shape (n, channels), float, at sample ``position`` of media time at ``rate``."""

    position: int
    rate: int
    channels: tuple[str, ...]
    samples: Samples


class SoundDecoder:
    """Decodes one sound stream from any moment on. One thread at a time.

    Every decoded frame passes a resampler to packed floats before its samples are touched: PyAV
    reads past its pointers on planar sound of eight and more channels.
    """

    def __init__(self, path: Path | str, stream: int, clock: SoundClock = STEADY) -> None:
        """``clock`` says how its stamps are to be read."""
        self._path = path
        self._number = stream
        self._restarts = tuple(Fraction(each, SECOND) for each in clock.restarts)
        self._walks = bool(self._restarts) or not clock.seeks
        self._packets: Iterator[Packet[Any]]
        self._open()
        # Where the first frames lie: later ones are found again on the raster they begin.
        self._raster: tuple[int, int, int] | None = None
        blocks = self._blocks()
        opening = list(itertools.islice(blocks, 2))
        if len(opening) == 2:
            second = opening[1]
            self._raster = (second.rate, second.position, len(second.samples))
        self._fresh: Iterator[SoundBlock] | None = itertools.chain(opening, blocks)

    def start_at(self, moment: Fraction) -> Iterator[SoundBlock]:
        """Blocks from media time ``moment`` (seconds) or a little earlier on, in order.

        The first ones before ``moment`` may be spoilt by the seek for less than a tenth of a second.
        """
        least = Fraction(0) if self._plain else _LEAST_LEAD
        if self._walks and moment - _LEADS[0] > self._start:
            return self._walk_to(moment - _LEADS[0])
        for lead in _LEADS:
            if moment - lead <= self._start:
                break
            stamp = int((moment - lead + self._origin) / self._time_base)
            self._fresh = None
            try:
                self._container.seek(stamp, stream=self._stream)
            except FFmpegError:
                continue
            self._begin()
            blocks = self._blocks()
            first = next(blocks, None)
            if first is not None and Fraction(first.position, first.rate) <= moment - least:
                return itertools.chain([first], blocks)
        return self._from_start()

    def close(self) -> None:
        """Give the file back."""
        self._container.close()

    def _walk_to(self, moment: Fraction) -> Iterator[SoundBlock]:
        """Blocks from shortly after ``moment`` on, found without a seek, which would be misled."""
        self._fresh = None
        self._container.close()
        self._open()
        for packet in self._packets:
            self._watch(packet)
            if packet.pts is not None and packet.pts * self._time_base + self._later - self._origin >= moment:
                self._packets = itertools.chain([packet], self._packets)
                break
        return self._blocks()

    def _from_start(self) -> Iterator[SoundBlock]:
        fresh, self._fresh = self._fresh, None
        if fresh is not None:
            return fresh
        self._container.close()
        self._open()
        return self._blocks()

    def _open(self) -> None:
        self._container = safe_open(self._path)
        stream = sound_stream(self._container, self._number)
        if stream is None or not stream.time_base:
            self._container.close()
            raise UserError(str(self._path), "its sound is gone: the file was replaced", "relink it or put it back")
        read_only(self._container, stream)
        stream.codec_context.thread_count = 1
        self._stream = stream
        self._time_base = stream.time_base
        self._plain = stream.codec_context.name.startswith("pcm_")
        self._origin = container_origin(self._container)
        begin = stream.start_time if stream.start_time is not None else 0
        self._start = begin * self._time_base - self._origin
        self._start_ceiling = math.ceil(self._start)
        self._begin()

    def _begin(self) -> None:
        """Take the packets from where the container stands."""
        self._packets = packets(self._container, self._stream)
        self._clock = ClockWatch(self._time_base)
        self._passed = 0
        self._later = Fraction(0)
        self._run_begin: int | None = None

    def _watch(self, packet: Packet[Any]) -> None:
        """Follow the clock where it starts anew."""
        if self._restarts and packet.pts is not None and self._clock.starts_anew(packet.pts):
            self._later = self._restarts[min(self._passed, len(self._restarts) - 1)]
            self._passed += 1
            self._run_begin = packet.pts

    def _blocks(self) -> Iterator[SoundBlock]:
        """Blocks onwards from where the container stands: single frames at first, so that they come soon, later up
        to a second of frames that follow each other, as each block has its price."""
        joiner = _Joiner()
        sent = 0
        for frame, position in self._frames():
            cut = self._priming(position, frame.sample_rate)
            if joiner.samples and (cut or not joiner.follows(frame, position)):
                yield joiner.block()
            joiner.add(frame, position)
            if cut or joiner.samples >= min(frame.sample_rate, _MOST_JOINED, sent // 2):
                sent += joiner.samples
                block = joiner.block(cut)
                if len(block.samples):
                    yield block
        if joiner.samples:
            yield joiner.block()

    def _frames(self) -> Iterator[tuple[AudioFrame, int]]:
        """Decoded frames that hold sound, each with its place in samples of media time at its own rate."""
        expected: int | None = None
        places, run = _Places(self._time_base, self._origin, 0), 0
        for packet in self._packets:
            self._watch(packet)
            for frame in _decode(packet):
                rate = frame.sample_rate
                if rate != places.rate or run != self._passed:
                    expected = None
                    places, run = _Places(self._time_base, self._origin - self._later, rate), self._passed
                position = self._position(frame.pts, places, expected)
                expected = position + frame.samples
                if frame.samples:
                    yield frame, position

    def _position(self, pts: int | None, places: _Places, expected: int | None) -> int:
        if pts is None:
            return expected if expected is not None else round(self._start * places.rate)
        if expected is None:
            return self._on_raster(pts, places)
        return expected if places.is_near(pts, expected) else round(places.exactly(pts))

    def _priming(self, position: int, rate: int) -> int:
        """Samples that a seek to the start brought back although they belong before it."""
        if position > 0 and position > self._start_ceiling * rate:
            return 0
        early = round(self._start * rate) - position
        return early if 0 < early <= _MOST_PRIMING * rate else 0

    def _on_raster(self, pts: int, places: _Places) -> int:
        """The exact place behind a stamp that is rounded to a coarse time base."""
        stated, rate = places.exactly(pts), places.rate
        if self._raster is not None and self._raster[0] == rate and self._raster[2] > 0:
            _, first, size = self._raster
            if self._run_begin is not None:
                first = round(places.exactly(self._run_begin))
            near = first + round((stated - first) / size) * size
            if abs(stated - near) <= Fraction(3, 2) * self._time_base * rate + 1:
                return near
        return round(stated)


class _Places:
    """Sample numbers of stamps at one rate, in whole numbers: this runs for every frame."""

    def __init__(self, time_base: Fraction, origin: Fraction, rate: int) -> None:
        self.rate = rate
        scale, offset = time_base * rate, origin * rate
        self._unit = math.lcm(scale.denominator, offset.denominator)
        self._scale = scale.numerator * (self._unit // scale.denominator)
        self._offset = offset.numerator * (self._unit // offset.denominator)
        self._jitter = int(_JITTER * rate * self._unit)

    def exactly(self, pts: int) -> Fraction:
        """Where the stamp lies, in samples."""
        return Fraction(pts * self._scale - self._offset, self._unit)

    def is_near(self, pts: int, position: int) -> bool:
        """Whether the stamp differs from ``position`` by no more than jitter."""
        return abs(pts * self._scale - self._offset - position * self._unit) <= self._jitter


class _Joiner:
    """Joins decoded frames of one kind that follow each other, and makes packed floats of them."""

    def __init__(self) -> None:
        self._kind: tuple[int, str, str] | None = None
        self._fifo = AudioFifo()
        self._resampler = AudioResampler(format="flt")
        self._channels: tuple[str, ...] = ()
        self._position = 0
        self.samples = 0

    def follows(self, frame: AudioFrame, position: int) -> bool:
        """Whether ``frame`` at ``position`` goes on where the last one added ended."""
        return position == self._position + self.samples and _kind(frame) == self._kind

    def add(self, frame: AudioFrame, position: int) -> None:
        """The next frame, which :meth:`follows`, or the first of a block. Its stamp is taken off."""
        if not self.samples:
            self._position = position
            self._become(frame)
        frame.pts = None  # the sample count is kept elsewhere; stamps would make fifo and resampler see gaps
        self._fifo.write(frame)
        self.samples += frame.samples

    def block(self, cut: int = 0) -> SoundBlock:
        """All that was added, without the first ``cut`` samples; begins anew."""
        position, self.samples = self._position + cut, 0
        whole = self._fifo.read()
        frames = self._resampler.resample(whole) if whole is not None else []
        arrays = [np.asarray(frame.to_ndarray(), dtype=np.float32) for frame in frames]
        if len(arrays) == 1:
            joined = arrays[0]
        else:
            joined = np.concatenate(arrays, axis=1) if arrays else np.zeros((1, 0), dtype=np.float32)
        if not np.isfinite(joined).all():  # float files may hold anything; encoders refuse it
            joined = np.nan_to_num(joined, nan=0.0, posinf=1.0, neginf=-1.0)
        samples = joined.reshape(-1, max(1, len(self._channels)))[cut:]
        return SoundBlock(position, self._kind[0] if self._kind else 0, self._channels, samples)

    def _become(self, frame: AudioFrame) -> None:
        kind = _kind(frame)
        if kind != self._kind:
            self._kind = kind
            self._fifo = AudioFifo()
            self._resampler = AudioResampler(format="flt")
            self._channels = tuple(channel.name for channel in frame.layout.channels)


def layout_name(channels: tuple[str, ...]) -> str:
    """FFmpeg's name of a layout; where it knows none of these channels, the usual one of as many."""
    try:
        return av.AudioLayout("+".join(channels)).name
    except (FFmpegError, ValueError):
        return f"{len(channels)} channels"


def _kind(frame: AudioFrame) -> tuple[int, str, str]:
    return frame.sample_rate, frame.format.name, frame.layout.name


def _decode(packet: Packet[AudioStream]) -> list[AudioFrame]:
    """The frames a packet holds; none where it is damaged."""
    try:
        return list(packet.decode())
    except av.error.MemoryError:
        raise
    except FFmpegError:
        return []
