"""How loud a sound is: integrated loudness and true peak after EBU R 128 (ITU-R BS.1770).

Takes the decoded samples while the peaks are measured, so that the sound is decoded once for both, and piece by
piece, so that a long sound is measured by several workers.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np
import numpy.typing as npt
from av.filter import Graph

from app.core.media.audio_decode import Samples, layout_name

SILENCE = -70.0
"""LUFS of the absolute gate: what lies below is not measured (ITU-R BS.1770-4, annex 1)."""
TENTHS = 10
"""Values of momentary loudness in a second."""
_RELATIVE_GATE = -10.0  # LU below the mean of what passed the absolute gate

# The interpolation filter for four times the rate, one row a phase (ITU-R BS.1770-4, annex 2). The other two
# phases are these backwards.
_PHASES = np.array(
    [
        [
            *(0.0017089843750, 0.0109863281250, -0.0196533203125, 0.0332031250000, -0.0594482421875, 0.1373291015625),
            *(0.9721679687500, -0.1022949218750, 0.0476074218750, -0.0266113281250, 0.0148925781250, -0.0083007812500),
        ],
        [
            *(-0.0291748046875, 0.0292968750000, -0.0517578125000, 0.0891113281250, -0.1665039062500, 0.4650878906250),
            *(0.7797851562500, -0.2003173828125, 0.1015625000000, -0.0582275390625, 0.0330810546875, -0.0189208984375),
        ],
    ],
    np.float32,
)
_FILTER = np.ascontiguousarray(np.concatenate([_PHASES, _PHASES[:, ::-1]]).T)
_TAPS = len(_FILTER)
_MOST_GAIN = float(np.abs(_FILTER).sum(axis=0).max())
_PIECE = 256  # samples that are looked at together
_AT_ONCE = 8  # such pieces


@dataclass(frozen=True, slots=True)
class Loudness:
    """``integrated`` in LUFS, None where all is below the gate; ``true_peak`` in dBTP, None for digital silence."""

    integrated: float | None
    true_peak: float | None


UNKNOWN = Loudness(None, None)


@dataclass(frozen=True, eq=False)
class LoudnessPart:
    """What was measured of a piece of a sound.

    ``momentary`` is the loudness in LUFS of the 400 ms before each tenth of a second (float32), the blocks that
    the gate is about; ``peak`` the highest value between the samples as well, 1 is full scale.
    """

    momentary: npt.NDArray[np.float32]
    peak: float


def joined(parts: Iterable[LoudnessPart]) -> Loudness:
    """Loudness of the pieces of one sound in any order: ITU-R BS.1770-4, annex 1, equations 5 to 7."""
    known = list(parts)
    peak = max((part.peak for part in known), default=0.0)
    values = np.concatenate([np.zeros(0, np.float32), *(part.momentary for part in known)]).astype(np.float64)
    loud = values[values > SILENCE]
    integrated = None
    if loud.size:
        integrated = _mean(loud[loud > _mean(loud) + _RELATIVE_GATE])
    return Loudness(integrated, 20 * math.log10(peak) if peak > 0 else None)


def _mean(values: npt.NDArray[np.float64]) -> float:
    """LUFS of the mean power of blocks whose loudness is given in LUFS."""
    return float(10 * np.log10(np.mean(10 ** (values / 10))))


class LoudnessMeter:
    """Measures a piece of a sound. Used from one thread."""

    def __init__(self, history: Fraction = Fraction(0)) -> None:
        """``history`` are the seconds of sound, in whole tenths, that come first to set the filters in motion and
        are part of the piece before."""
        self._history = int(history * TENTHS)
        self._kind: tuple[int, tuple[str, ...]] | None = None
        self._gate: _Gate | None = None
        self._momentary: list[float] = []
        self._peak = _TruePeak()

    def add(self, rate: int, channels: tuple[str, ...], samples: Samples) -> None:
        """The next samples, shape (n, len(channels)), best a second of them. Where rate or channels change, the
        filters begin anew."""
        kind = (rate, channels)
        if self._gate is None or kind != self._kind:
            self._end(silent=True)
            self._kind, self._gate = kind, _Gate(rate, channels)
        self._momentary += self._gate.add(samples)
        self._peak.add(samples)

    def result(self, *, ended: bool = True) -> LoudnessPart:
        """What was measured. Where the sound has not ``ended`` with this piece, nobody knows what lies between the
        last sample and the next."""
        self._end(silent=ended)
        return LoudnessPart(np.asarray(self._momentary[self._history :], np.float32), self._peak.best)

    def _end(self, *, silent: bool) -> None:
        if self._gate is not None:
            self._momentary += self._gate.finish()
            self._gate = None
        self._peak.end(silent=silent)


class _Gate:
    """Momentary loudness, by FFmpeg's ebur128 filter."""

    def __init__(self, rate: int, channels: tuple[str, ...]) -> None:
        self._rate = rate
        self._layout = layout_name(channels)
        self._graph = Graph()
        source = self._graph.add_abuffer(
            sample_rate=rate, format="flt", layout=self._layout, time_base=Fraction(1, rate)
        )
        meter = self._graph.add("ebur128", "metadata=1:framelog=quiet")
        sink = self._graph.add("abuffersink")
        source.link_to(meter)
        meter.link_to(sink)
        self._graph.configure()

    def add(self, samples: Samples) -> list[float]:
        """Loudness of the tenths of a second that ended with ``samples``."""
        packed = np.ascontiguousarray(samples, np.float32).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(packed, format="flt", layout=self._layout)
        frame.sample_rate = self._rate
        self._graph.push(frame)
        return self._pull()

    def finish(self) -> list[float]:
        """The same, of what is still held back."""
        self._graph.push(None)
        return self._pull()

    def _pull(self) -> list[float]:
        found: list[float] = []
        try:
            while True:
                said = self._graph.pull().metadata.get("lavfi.r128.M")
                if said is not None:
                    found.append(float(said))
        except (BlockingIOError, EOFError):
            return found


class _TruePeak:
    """The highest value between the samples as well, at four times the rate.

    A piece whose samples stay so low that the filter could not lift them over what was found already is passed
    over: that is exact, and saves nearly all of the work.
    """

    def __init__(self) -> None:
        self.best = 0.0
        self._tail: Samples | None = None

    def add(self, samples: Samples) -> None:
        """The next samples, shape (n, channels)."""
        if self._tail is None:
            self._tail = np.zeros((_TAPS - 1, samples.shape[1]), np.float32)
        line = np.concatenate([self._tail, samples])
        self._tail = line[-(_TAPS - 1) :]
        if samples.size:
            self._look(line)

    def end(self, *, silent: bool) -> None:
        """What comes next is ``silent``, or not known; then other channels may begin."""
        if self._tail is not None and silent:
            self.add(np.zeros((_TAPS, self._tail.shape[1]), np.float32))
        self._tail = None

    def _look(self, line: Samples) -> None:
        """``line`` begins with the samples before: each window of :data:`_TAPS` gives four values a channel."""
        flat = np.ascontiguousarray(line).reshape(-1)
        starts = np.arange(0, len(line) - _TAPS + 1, _PIECE)
        edges = starts * line.shape[1]
        highest = np.maximum(np.maximum.reduceat(flat, edges), -np.minimum.reduceat(flat, edges))
        self.best = max(self.best, float(highest.max()))
        highest[:-1] = np.maximum(highest[:-1], highest[1:])  # a window reaches into the next piece
        reach = min(_PIECE + _TAPS - 1, len(line))
        order = np.argsort(-highest)
        for first in range(0, len(order), _AT_ONCE):
            places = order[first : first + _AT_ONCE]
            if highest[places[0]] * _MOST_GAIN <= self.best:
                return
            begins = np.minimum(starts[places], len(line) - reach)
            some = line[begins[:, None] + np.arange(reach)]
            windows = np.lib.stride_tricks.sliding_window_view(some, _TAPS, axis=1)
            self.best = max(self.best, float(np.abs(windows.reshape(-1, _TAPS) @ _FILTER).max()))
