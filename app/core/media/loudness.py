"""How loud a sound is: integrated loudness and true peak after EBU R 128 (ITU-R BS.1770).

Takes the decoded blocks while the peaks are measured, so that the sound is decoded once for both.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np
import numpy.typing as npt
from av.filter import Graph

from app.core.media.audio_decode import Samples, SoundBlock
from app.core.media.pyav_errors import FFmpegError

SILENCE = -70.0
"""LUFS of the absolute gate: what lies below is not measured (ITU-R BS.1770-4, annex 1)."""

_BATCH_SECONDS = 1
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


@dataclass(frozen=True, slots=True)
class Loudness:
    """``integrated`` in LUFS, None where all is below the gate; ``true_peak`` in dBTP, None for digital silence."""

    integrated: float | None
    true_peak: float | None


UNKNOWN = Loudness(None, None)


class LoudnessMeter:
    """Measures one sound from its start to its end. Used from one thread."""

    def __init__(self) -> None:
        self._kind: tuple[int, tuple[str, ...]] | None = None
        self._gate: _Gate | None = None
        self._waiting: list[Samples] = []
        self._count = 0
        self._peak = _TruePeak()

    def add(self, block: SoundBlock) -> None:
        """The next block. Where rate or channels change, loudness is that of what came before."""
        kind = (block.rate, block.channels)
        if self._kind is None:
            self._kind, self._gate = kind, _Gate(*kind)
        if kind != self._kind:
            return
        self._waiting.append(block.samples)
        self._count += len(block.samples)
        if self._count >= _BATCH_SECONDS * block.rate:
            self._measure()

    def result(self) -> Loudness:
        """What was measured."""
        self._measure()
        integrated = self._gate.finish() if self._gate is not None else None
        peak = self._peak.finish()
        return Loudness(integrated, 20 * math.log10(peak) if peak > 0 else None)

    def _measure(self) -> None:
        if self._waiting and self._gate is not None:
            samples = np.concatenate(self._waiting)
            self._gate.add(samples)
            self._peak.add(samples)
        self._waiting, self._count = [], 0


class _Gate:
    """Gated loudness, by FFmpeg's ebur128 filter."""

    def __init__(self, rate: int, channels: tuple[str, ...]) -> None:
        self._rate = rate
        self._layout = _layout(channels)
        self._graph = Graph()
        source = self._graph.add_abuffer(
            sample_rate=rate, format="flt", layout=self._layout, time_base=Fraction(1, rate)
        )
        meter = self._graph.add("ebur128", "metadata=1:framelog=quiet")
        sink = self._graph.add("abuffersink")
        source.link_to(meter)
        meter.link_to(sink)
        self._graph.configure()
        self._integrated = SILENCE

    def add(self, samples: Samples) -> None:
        packed = np.ascontiguousarray(samples, np.float32).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(packed, format="flt", layout=self._layout)
        frame.sample_rate = self._rate
        self._graph.push(frame)
        self._pull()

    def finish(self) -> float | None:
        self._graph.push(None)
        self._pull()
        return self._integrated if self._integrated > SILENCE else None

    def _pull(self) -> None:
        try:
            while True:
                measured = self._graph.pull().metadata.get("lavfi.r128.I")
                self._integrated = float(measured) if measured is not None else self._integrated
        except (BlockingIOError, EOFError):
            return


class _TruePeak:
    """The highest value between the samples as well, at four times the rate.

    A piece whose samples stay so low that the filter could not lift them over what was found already is passed
    over: that is exact, and saves nearly all of the work.
    """

    def __init__(self) -> None:
        self._best = 0.0
        self._tail: Samples | None = None

    def add(self, samples: Samples) -> None:
        if self._tail is None:
            self._tail = np.zeros((_TAPS - 1, samples.shape[1]), np.float32)
        line = np.concatenate([self._tail, samples])
        self._tail = line[-(_TAPS - 1) :]
        for channel in np.ascontiguousarray(line.T):
            self._look(channel)

    def finish(self) -> float:
        if self._tail is not None:
            self.add(np.zeros((_TAPS, self._tail.shape[1]), np.float32))
        return self._best

    def _look(self, channel: npt.NDArray[np.float32]) -> None:
        """``channel`` begins with the samples before: each window of :data:`_TAPS` gives four values."""
        starts = np.arange(0, len(channel) - _TAPS + 1, _PIECE)
        highest = np.maximum(np.maximum.reduceat(channel, starts), -np.minimum.reduceat(channel, starts))
        self._best = max(self._best, float(highest.max()))
        highest[:-1] = np.maximum(highest[:-1], highest[1:])  # a window reaches into the next piece
        if float(highest.max()) * _MOST_GAIN <= self._best:
            return
        windows = np.lib.stride_tricks.sliding_window_view(channel, _TAPS)
        for place in np.argsort(-highest):
            if highest[place] * _MOST_GAIN <= self._best:
                return
            between = windows[starts[place] : starts[place] + _PIECE] @ _FILTER
            self._best = max(self._best, float(np.abs(between).max()))


def _layout(channels: tuple[str, ...]) -> str:
    """FFmpeg's name of a layout; where it knows none of these channels, the usual one of as many."""
    try:
        return av.AudioLayout("+".join(channels)).name
    except (FFmpegError, ValueError):
        return f"{len(channels)} channels"
