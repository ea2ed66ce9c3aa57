"""The shape of sound over time: lowest and highest sample of every hundredth of a second, kept by content.

How loud it is, is measured from the same decoded samples.
"""

from __future__ import annotations

import contextlib
import threading
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from app.core.base import time
from app.core.base.errors import UserError
from app.core.base.time import Flicks
from app.core.jobs.context import JobContext
from app.core.media.audio_source import PyAVAudioSource
from app.core.media.disk_cache import DiskCache
from app.core.media.indexes import Caller
from app.core.media.loudness import UNKNOWN, Loudness, LoudnessMeter
from app.core.model.asset import Asset, MediaInfo

CACHE_KIND = "peaks"
VERSION = 2
PEAKS_PER_SECOND = 100

_RATE = 48_000
_PER_PEAK = _RATE // PEAKS_PER_SECOND
_PEAK = time.SECOND // PEAKS_PER_SECOND
_BLOCK = 10 * PEAKS_PER_SECOND
_GLANCE = 0.1


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


def measure_peaks(path: str, stream: int, duration: Flicks, context: JobContext) -> Peaks:
    """Decode one sound stream from start to end.

    Raises:
        UserError: it cannot be read.
        Cancelled: ``context`` was cancelled.
    """
    count = max(1, -(-duration // _PEAK))
    values = np.zeros((count, 2), np.int8)
    meter = LoudnessMeter()
    with contextlib.closing(PyAVAudioSource(path, stream, _RATE, 1, meter.add)) as source:
        for first in range(0, count, _BLOCK):
            context.report(first / count)
            peaks = min(_BLOCK, count - first)
            samples = source.read(first * _PER_PEAK, peaks * _PER_PEAK).reshape(peaks, _PER_PEAK)
            values[first : first + peaks, 0] = np.clip(np.floor(samples.min(axis=1) * 127), -127, 0)
            values[first : first + peaks, 1] = np.clip(np.ceil(samples.max(axis=1) * 127), 0, 127)
        return Peaks(values, meter.result())


def peaks_handler(args: dict[str, Any], context: JobContext) -> dict[str, Any]:
    """``{"path", "stream", "duration", "out"}`` -> ``{"peaks"}``; written to the file ``out``."""
    peaks = measure_peaks(str(args["path"]), int(args["stream"]), int(args["duration"]), context)
    with open(Path(args["out"]), "wb") as file:
        np.savez(file, values=peaks.values, loudness=_numbers(peaks.loudness))
    return {"peaks": len(peaks.values)}


class Waveforms:
    """Peaks of assets, from the cache or made by a worker. Safe from any thread; blocks."""

    def __init__(self, cache: DiskCache, workers: Caller) -> None:
        self._cache = cache
        self._workers = workers
        self._making = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}

    def peaks(self, asset: Asset, context: JobContext) -> Peaks:
        """The peaks of the first sound stream of ``asset``.

        Raises:
            UserError: it has no sound, its file cannot be read, or the cache cannot be written.
            Cancelled: ``context`` was cancelled.
        """
        duration = _duration(asset.info)
        stream = asset.info.audio[0].index if asset.info.audio else None
        if stream is None or duration is None:
            raise UserError(asset.path, "it holds no sound of known length", "choose a file with sound")
        place = self._cache.folder(asset.fingerprint, CACHE_KIND) / f"{stream}-v{VERSION}.npz"
        with self._alone(asset.fingerprint, context):
            kept = _load(place)
            return kept if kept is not None else self._measured(asset, stream, duration, place, context)

    @contextlib.contextmanager
    def _alone(self, fingerprint: str, context: JobContext) -> Iterator[None]:
        """Two that want the same measure once."""
        with self._making:
            lock = self._locks.setdefault(fingerprint, threading.Lock())
        while not lock.acquire(timeout=_GLANCE):
            context.check()
        try:
            yield
        finally:
            lock.release()

    def _measured(self, asset: Asset, stream: int, duration: Flicks, place: Path, context: JobContext) -> Peaks:
        with self._cache.writing(place) as temporary:
            args = {"path": asset.path, "stream": stream, "duration": duration, "out": str(temporary)}
            self._workers.call("peaks", args, context=context)
            made = _load(temporary)
        if made is None:
            raise UserError(asset.path, "its waveform could not be kept", "free some disk space and try again")
        return made


def _duration(info: MediaInfo) -> Flicks | None:
    """From media time 0 to the end of the first sound."""
    if not info.audio:
        return None
    sound = info.audio[0]
    return sound.start + sound.duration if sound.duration is not None else info.duration


def _load(place: Path) -> Peaks | None:
    """What lies in ``place``; None where that is nothing, or no peaks."""
    try:
        with open(place, "rb") as file, np.load(file, allow_pickle=False) as kept:
            values, numbers = kept["values"], kept["loudness"]
    except (OSError, ValueError, EOFError, KeyError, AttributeError, TypeError, zipfile.BadZipFile, zlib.error):
        return None
    whole = values.dtype == np.int8 and values.ndim == 2 and values.shape[1:] == (2,) and numbers.shape == (2,)
    if not whole or numbers.dtype != np.float64:
        return None
    integrated, true_peak = (float(number) if np.isfinite(number) else None for number in numbers)
    return Peaks(values, Loudness(integrated, true_peak))


def _numbers(loudness: Loudness) -> npt.NDArray[np.float64]:
    """As it is kept: NaN for what could not be measured."""
    return np.array([loudness.integrated, loudness.true_peak], np.float64)


def _ranges(
    best: np.ufunc, values: npt.NDArray[np.int8], begin: npt.NDArray[np.int64], finish: npt.NDArray[np.int64]
) -> npt.NDArray[np.float32]:
    """``best`` of ``values[begin:finish]`` for each pair; no pair is empty."""
    padded = np.append(values, values[-1:])
    pairs = np.stack([begin, finish], axis=1).ravel()
    return np.asarray(best.reduceat(padded, pairs)[::2], np.float32)
