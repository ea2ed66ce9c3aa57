"""The sound of one stream of one open file, by exact sample number, through PyAV."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
from av import AudioFrame, AudioResampler

from app.core.media.audio_decode import Samples, SoundBlock, SoundDecoder
from app.core.media.downmix import mixed
from app.core.media.pyav_errors import media_errors
from app.core.model.asset import STEADY, SoundClock

# Native samples fed before the wanted one so that the resampler's filter has its history.
_FILTER_HISTORY = 128
_LAYOUTS = {1: "mono", 2: "stereo", 3: "2.1", 4: "quad", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}


class PyAVAudioSource:
    """A :class:`app.core.media.source.AudioSource` over one sound stream.

    Places come from the stamps: gaps are silence, overlaps are cut, the start keeps its distance
    from the container's start. Reading a piece after a seek equals the same piece of a straight
    read: decoding begins early enough, and the resampler begins where both rates share a sample.
    (Vorbis in Matroska is the exception: its stamps are milliseconds and its blocks differ in
    length, so after a seek it may lie up to a millisecond off.)
    """

    def __init__(
        self,
        path: Path | str,
        stream: int,
        rate: int,
        channels: int,
        clock: SoundClock = STEADY,
    ) -> None:
        """Open sound stream ``stream`` of ``path`` (its number in the container); ``clock`` says how its
        stamps are to be read.

        Raises:
            UserError: the file cannot be opened or has no such sound.
        """
        self._path = path
        self._rate = rate
        self._channels = channels
        with media_errors(path):
            self._decoder: SoundDecoder | None = SoundDecoder(path, stream, clock)
        self._line: _Line | None = None

    def read(self, start_sample: int, samples: int) -> Samples:
        """Samples ``[start_sample, start_sample + samples)`` of media time, shape (samples, channels).

        Silence stands where the file has no sound, also before its start and after its end.

        Raises:
            UserError: the file cannot be read on.
        """
        wanted = np.zeros((samples, self._channels), dtype=np.float32)
        with media_errors(self._path):
            line = self._line
            if line is None or not line.reaches(start_sample):
                line = self._line = self._start_line(start_sample)
            line.fill(start_sample, wanted)
        return wanted

    def close(self) -> None:
        """Give the file back."""
        self._line = None
        if self._decoder is not None:
            self._decoder.close()
            self._decoder = None

    def _start_line(self, start: int) -> _Line:
        if self._decoder is None:
            raise RuntimeError("the source is closed")
        return _Line(self._decoder, start, self._rate, self._channels)


class _Line:
    """Sound at the wanted rate and channels, running onwards from one start."""

    def __init__(
        self,
        decoder: SoundDecoder,
        start: int,
        rate: int,
        channels: int,
    ) -> None:
        self._rate = rate
        self._channels = channels
        # Begin early enough for the filter, at a second's fraction that every usual rate shares.
        early = Fraction(start, rate) - Fraction(_FILTER_HISTORY, min(rate, 8000))
        self._blocks: Iterator[SoundBlock] = decoder.start_at(early)
        self._pending = next(self._blocks, None)
        self._stretch: _Stretch | None = None
        self._kept: deque[Samples] = deque()
        self._early = early
        self._begin = self._end = self._first_end()
        self._ended = False

    def reaches(self, start: int) -> bool:
        """Whether reading from ``start`` needs no seek: it is kept, or less than a second ahead."""
        return self._begin <= start and (self._ended or start <= self._end + self._rate)

    def fill(self, start: int, wanted: Samples) -> None:
        """Write the samples from ``start`` on into ``wanted``, which is silent."""
        while self._end < start + len(wanted) and self._pull():
            self._forget(start)
        at = self._end
        for piece in reversed(self._kept):
            at -= len(piece)
            low, high = max(start, at), min(start + len(wanted), at + len(piece))
            if low < high:
                wanted[low - start : high - start] = piece[low - at : high - at]
            if at <= start:
                return

    def _first_end(self) -> int:
        """Open the first stretch; returns the place of its first sample at the wanted rate."""
        if self._pending is None:
            return math.ceil(self._early * self._rate)
        return self._open_stretch(self._pending, self._early)

    def _open_stretch(self, block: SoundBlock, moment: Fraction) -> int:
        """Begin resampling ``block.rate`` just before ``moment``, where both rates share a sample."""
        shared = block.rate // math.gcd(block.rate, self._rate)
        position = math.floor(moment * block.rate / shared) * shared
        self._stretch = _Stretch(block.rate, position, self._rate, self._channels)
        return position * self._rate // block.rate

    def _pull(self) -> bool:
        """Decode one block, or a second of a gap, onto the end. False where the stream has ended."""
        block, stretch = self._pending, self._stretch
        if block is None or stretch is None:
            if not self._ended and stretch is not None:
                self._keep(stretch.flush())
            self._ended = True
            return False
        if block.rate != stretch.rate:
            self._keep(stretch.flush())
            self._open_stretch(block, Fraction(self._end, self._rate))
            return True
        gap = block.position - stretch.next
        if gap > 0:
            self._keep(stretch.feed(np.zeros((min(gap, block.rate), self._channels), dtype=np.float32)))
            return True
        samples = block.samples[-gap:] if gap else block.samples
        if len(samples):
            self._keep(stretch.feed(mixed(samples, block.channels, self._channels)))
        self._pending = next(self._blocks, None)
        return True

    def _keep(self, piece: Samples) -> None:
        if len(piece):
            self._kept.append(piece)
            self._end += len(piece)

    def _forget(self, start: int) -> None:
        """Drop what lies more than a second before ``start``."""
        while self._kept and self._begin + len(self._kept[0]) < start - self._rate:
            self._begin += len(self._kept.popleft())


class _Stretch:
    """Resampling of one native rate, counted from a shared sample; ``next`` is the native place to feed."""

    def __init__(self, native: int, position: int, rate: int, channels: int) -> None:
        self.rate = native
        self.next = position
        self._channels = channels
        self._layout = _LAYOUTS.get(channels, f"{channels} channels")
        same = native == rate
        self._resampler = None if same else AudioResampler(format="flt", layout=self._layout, rate=rate)

    def feed(self, samples: Samples) -> Samples:
        """Take native samples (n, channels); returns what comes out for them, at the wanted rate."""
        self.next += len(samples)
        if self._resampler is None:
            return np.ascontiguousarray(samples, dtype=np.float32)
        frame = AudioFrame.from_ndarray(
            np.ascontiguousarray(samples, dtype=np.float32).reshape(1, -1), format="flt", layout=self._layout
        )
        frame.sample_rate = self.rate
        return self._joined(self._resampler.resample(frame))

    def flush(self) -> Samples:
        """What the filter still holds."""
        return self._joined(self._resampler.resample(None) if self._resampler is not None else [])

    def _joined(self, frames: list[AudioFrame]) -> Samples:
        arrays = [np.asarray(frame.to_ndarray(), dtype=np.float32).reshape(-1, self._channels) for frame in frames]
        return np.concatenate(arrays) if arrays else np.zeros((0, self._channels), dtype=np.float32)
