"""The shape of sound over time: lowest and highest sample of every hundredth of a second, kept by content.

How loud it is, is measured from the same decoded samples.
"""

from __future__ import annotations

import contextlib
import math
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from app.core.base import time
from app.core.base.files import write_error
from app.core.base.time import Flicks
from app.core.jobs.context import JobContext
from app.core.media.audio_decode import SoundDecoder
from app.core.media.downmix import mixed
from app.core.media.loudness import TENTHS, UNKNOWN, Loudness, LoudnessMeter, LoudnessPart, joined
from app.core.media.pyav_errors import media_errors
from app.core.model.asset import STEADY, AudioStream, SoundClock
from app.core.model.encoding import decode, encode

VERSION = 3
PEAKS_PER_SECOND = 100

_PEAK = time.SECOND // PEAKS_PER_SECOND
_PIECE = 300 * PEAKS_PER_SECOND
_MOST_PIECES = 8
_LONGEST = 100 * 3600 * PEAKS_PER_SECOND
_HISTORY = Fraction(1)  # of sound before a piece: the 400 ms of the first loudness, and filters that forgot the rest


@dataclass(frozen=True)
class Peaks:
    """Peaks of one sound from media time 0: ``values`` int8, shape (peaks, 2), lowest and highest of
    each hundredth of a second, 127 is full scale. ``loudness`` is that of the whole sound."""

    values: npt.NDArray[np.int8]
    loudness: Loudness = UNKNOWN

    def between(self, start: Flicks, end: Flicks, parts: int) -> npt.NDArray[np.float32]:
        """Lowest and highest of each of ``parts`` equal parts of media time ``[start, end)``.

        Shape (parts, 2), -1 to 1; silence where there is no sound. A part shorter than a peak
        shows the peak it lies in.
        """
        edges = start + (end - start) * np.arange(parts + 1, dtype=np.int64) // parts
        first = edges[:-1] // _PEAK
        last = np.maximum(-(-edges[1:] // _PEAK), first + 1)
        result = np.zeros((parts, 2), np.float32)
        inside = (last > 0) & (first < len(self.values))
        if not inside.any():
            return result
        begin = np.clip(first[inside], 0, len(self.values) - 1)
        finish = np.clip(last[inside], 1, len(self.values))
        finish = np.maximum(finish, begin + 1)
        result[inside, 0] = _ranges(np.minimum, self.values[:, 0], begin, finish) / 127
        result[inside, 1] = _ranges(np.maximum, self.values[:, 1], begin, finish) / 127
        return result


@dataclass(frozen=True, slots=True)
class SoundPiece:
    """Hundredths of a second ``[first, end)`` of a sound, measured together; ``last`` where the sound ends there."""

    first: int
    end: int
    last: bool


@dataclass(frozen=True, eq=False)
class MeasuredPiece:
    """``values`` as in :class:`Peaks`, of a piece, and its part of the loudness."""

    values: npt.NDArray[np.int8]
    loudness: LoudnessPart


def plan_pieces(duration: Flicks) -> tuple[SoundPiece, ...]:
    """Pieces that cover a sound from media time 0, always the same for one length: five minutes, or as few as long
    ones as there are workers for, since in some files each must be looked for from the start.

    Raises:
        ValueError: it is too long to be drawn.
    """
    count = max(1, -(-duration // _PEAK))
    if count > _LONGEST:
        raise ValueError(f"{duration} flicks of sound")
    seconds = -(-count // (_MOST_PIECES * PEAKS_PER_SECOND))  # whole ones: loudness is known each tenth
    length = max(_PIECE, seconds * PEAKS_PER_SECOND)
    return tuple(
        SoundPiece(first, min(first + length, count), first + length >= count) for first in range(0, count, length)
    )


def measure_piece(
    path: str, stream: int, piece: SoundPiece, context: JobContext, clock: SoundClock = STEADY
) -> MeasuredPiece:
    """Decode one piece of a sound stream; ``clock`` says how its stamps are to be read. What is measured does not
    depend on who measures the others.

    Raises:
        UserError: it cannot be read.
        Cancelled: ``context`` was cancelled.
    """
    values = np.zeros((piece.end - piece.first, 2), np.int8)
    history = _HISTORY if piece.first else Fraction(0)
    meter = LoudnessMeter(history)
    moment = Fraction(piece.first, PEAKS_PER_SECOND)
    place: _Place | None = None
    with media_errors(path), contextlib.closing(SoundDecoder(path, stream, clock)) as decoder:
        for block in decoder.start_at(moment - history):
            if place is None or place.rate != block.rate:
                place = _Place.at(block.rate, moment, history, place)
            end = -(-piece.end * block.rate // PEAKS_PER_SECOND)
            if block.position >= end:
                break
            context.report(min(1.0, max(0.0, (place.next - place.begin) / (end - place.begin))))
            samples = block.samples[max(0, place.next - block.position) : end - block.position]
            if not len(samples):
                continue
            start = max(place.next, block.position)
            silence = min(start - place.next, block.rate)  # more of it says nothing more
            if silence:
                meter.add(block.rate, block.channels, np.zeros((silence, samples.shape[1]), np.float32))
            meter.add(block.rate, block.channels, samples)
            _keep_extremes(values, piece.first, start, block.rate, mixed(samples, block.channels, 1)[:, 0])
            place.next = start + len(samples)
    return MeasuredPiece(values, meter.result(ended=piece.last))


@dataclass(slots=True)
class _Place:
    """Sample numbers at one rate: where the piece begins, and which sample comes next, its history included."""

    rate: int
    begin: int
    next: int

    @classmethod
    def at(cls, rate: int, moment: Fraction, history: Fraction, before: _Place | None) -> _Place:
        """Where a piece begins, or goes on at another rate than ``before``."""
        begin = math.floor(moment * rate)
        if before is not None:
            return cls(rate, begin, -(-before.next * rate // before.rate))
        return cls(rate, begin, begin - int(history * TENTHS) * (rate // TENTHS))


def _keep_extremes(
    values: npt.NDArray[np.int8], first: int, start: int, rate: int, samples: npt.NDArray[np.float32]
) -> None:
    """Widen ``values``, which begin at peak ``first``, by ``samples``, which begin at sample ``start``."""
    low, high = max(first, start * PEAKS_PER_SECOND // rate), first + len(values)
    numbers = np.arange(low, min(high, (start + len(samples) - 1) * PEAKS_PER_SECOND // rate + 1))
    if not len(numbers):
        return
    edges = np.maximum(-(-numbers * rate // PEAKS_PER_SECOND) - start, 0)
    begin, finish = int(edges[0]), -(-(int(numbers[-1]) + 1) * rate // PEAKS_PER_SECOND) - start
    inside = samples[begin:finish]
    lowest, highest = (best.reduceat(inside, edges - begin) for best in (np.minimum, np.maximum))
    kept = values[low - first : low - first + len(numbers)]
    np.minimum(kept[:, 0], np.clip(np.floor(lowest * 127), -127, 0).astype(np.int8), out=kept[:, 0])
    np.maximum(kept[:, 1], np.clip(np.ceil(highest * 127), 0, 127).astype(np.int8), out=kept[:, 1])


def joined_peaks(pieces: Iterable[MeasuredPiece]) -> Peaks:
    """The pieces of one sound, in order, as one."""
    known = list(pieces)
    return Peaks(np.concatenate([piece.values for piece in known]), joined(piece.loudness for piece in known))


def piece_request(path: str, sound: AudioStream, piece: SoundPiece, out: Path) -> dict[str, Any]:
    """What :func:`peaks_handler` needs to measure ``piece`` of ``sound`` into the file ``out``."""
    return {"path": path, "stream": sound.index, "clock": encode(sound.clock), "out": str(out), **asdict(piece)}


def peaks_handler(args: dict[str, Any], context: JobContext) -> dict[str, Any]:
    """Measure what :func:`piece_request` describes -> ``{"peaks"}``. For worker processes."""
    piece = SoundPiece(int(args["first"]), int(args["end"]), bool(args["last"]))
    found = measure_piece(str(args["path"]), int(args["stream"]), piece, context, decode(SoundClock, args["clock"]))
    out, loudness = Path(args["out"]), found.loudness
    try:
        with open(out, "wb") as file:
            np.savez(file, values=found.values, momentary=loudness.momentary, peak=np.float64(loudness.peak))
    except OSError as error:
        raise write_error(out, error) from error
    return {"peaks": len(found.values)}


def load_piece(place: Path, piece: SoundPiece) -> MeasuredPiece | None:
    """The measured ``piece`` that lies in ``place``; None where that is nothing, or something else."""
    kept = _arrays(place, "values", "momentary", "peak")
    if kept is None:
        return None
    values, momentary, peak = kept
    if not _are_peaks(values) or len(values) != piece.end - piece.first:
        return None
    if momentary.dtype != np.float32 or momentary.ndim != 1 or peak.dtype != np.float64 or peak.shape != ():
        return None
    return MeasuredPiece(values, LoudnessPart(momentary, float(peak)))


def save_peaks(place: Path, peaks: Peaks) -> None:
    """Keep ``peaks`` in a file.

    Raises:
        OSError: it cannot be written.
    """
    loudness = np.array([peaks.loudness.integrated, peaks.loudness.true_peak], np.float64)  # NaN: not measured
    with open(place, "wb") as file:
        np.savez(file, values=peaks.values, loudness=loudness)


def load_peaks(place: Path) -> Peaks | None:
    """The peaks that lie in ``place``; None where that is nothing, or no peaks."""
    kept = _arrays(place, "values", "loudness")
    if kept is None:
        return None
    values, numbers = kept
    if not _are_peaks(values) or numbers.dtype != np.float64 or numbers.shape != (2,):
        return None
    integrated, true_peak = (float(number) if np.isfinite(number) else None for number in numbers)
    return Peaks(values, Loudness(integrated, true_peak))


def _are_peaks(values: npt.NDArray[Any]) -> bool:
    return values.dtype == np.int8 and values.ndim == 2 and values.shape[1:] == (2,)


def _arrays(place: Path, *names: str) -> list[npt.NDArray[Any]] | None:
    """Arrays of these names in the file ``place``; None where it is missing or spoilt."""
    try:
        with open(place, "rb") as file, np.load(file, allow_pickle=False) as kept:
            return [np.asarray(kept[name]) for name in names]
    except (OSError, ValueError, EOFError, KeyError, AttributeError, TypeError, zipfile.BadZipFile, zlib.error):
        return None


def _ranges(
    best: np.ufunc, values: npt.NDArray[np.int8], begin: npt.NDArray[np.int64], finish: npt.NDArray[np.int64]
) -> npt.NDArray[np.float32]:
    """``best`` of ``values[begin:finish]`` for each pair; no pair is empty."""
    padded = np.append(values, values[-1:])
    pairs = np.stack([begin, finish], axis=1).ravel()
    return np.asarray(best.reduceat(padded, pairs)[::2], np.float32)
