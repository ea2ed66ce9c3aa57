"""Sound of clips that play faster, slower or backwards: stretched at its pitch, or resampled with it.

What is heard at a moment depends on nothing but the media and the map of its time: not on where
reading began, nor on where a clip was split. Preview, export and the pieces of a clip sound alike.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from fractions import Fraction
from typing import TypeAlias, TypeVar

import av
import numpy as np
import numpy.typing as npt
from av.filter import Graph

from app.core.base.time import SECOND
from app.core.media.source import AudioSource
from app.core.model.retime import MediaMap

K = TypeVar("K")
Sound = npt.NDArray[np.float32]
Reader: TypeAlias = Callable[[int, int], Sound]

_LAYOUTS = {1: "mono", 2: "stereo", 3: "2.1", 4: "quad", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}
# Media samples that are read at once and kept, so that reading backwards seeks seldom.
_MEDIA_BLOCK = 1 << 16
_MEDIA_BLOCKS = 12
# Sound is stretched in blocks of this many seconds, less where they would take more media than that.
_STRETCHED, _STRETCHED_MEDIA, _LEAST_STRETCHED = 10, 20, 1
_STRETCHED_BLOCKS = 4
# Blocks overlap by this, and go over into each other where it is quietest, within a moment.
_OVERLAP, _FADE = Fraction(1, 2), Fraction(1, 100)
# Stretching begins this much earlier, so that it is under way where it is first heard.
_RUN_UP = Fraction(1, 5)
# Zero crossings on each side of the resampling filter, and samples that are weighed at once.
_CROSSINGS = 16
_PASSED = 0.95
_WEIGHED = 1 << 20


class RetimedSound:
    """The retimed sound of one mixer. Belongs to one thread, as its sources do."""

    def __init__(self, rate: int, channels: int) -> None:
        self._rate = rate
        self._channels = channels
        self._media: OrderedDict[tuple[str, int], Sound] = OrderedDict()
        self._stretched: OrderedDict[tuple[str, Fraction, int], Sound] = OrderedDict()

    def read(
        self, source: AudioSource, name: str, media: MediaMap, first: int, count: int, *, keep_pitch: bool
    ) -> Sound:
        """Samples ``[first, first + count)`` of the sequence; ``name`` tells the sound of ``source`` from others.

        Raises:
            UserError: the file is gone or damaged there.
        """
        speed, backwards = abs(media.rate), media.rate < 0
        name = f"<{name}" if backwards else f">{name}"
        read = self._reader(source, name, backwards=backwards)
        # Backwards, the media are mirrored about their sample 0: from there on all is the same.
        ahead = media.origin * self._rate / SECOND * (-1 if backwards else 1)
        if speed == 1:
            return read(first + round(ahead), count)
        if not keep_pitch:
            return resampled(read, ahead + speed * first, speed, count)
        return self._stretch(read, name, speed, first + round(ahead / speed), count)

    def _reader(self, source: AudioSource, name: str, *, backwards: bool) -> Reader:
        def block(number: int) -> Sound:
            key = name, number
            if key not in self._media:
                start = number * _MEDIA_BLOCK
                if backwards:
                    self._media[key] = source.read(-start - _MEDIA_BLOCK, _MEDIA_BLOCK)[::-1]
                else:
                    self._media[key] = source.read(start, _MEDIA_BLOCK)
            return _kept(self._media, key, _MEDIA_BLOCKS)

        def read(first: int, count: int) -> Sound:
            pieces = [np.zeros((0, self._channels), np.float32)]
            for number in range(first // _MEDIA_BLOCK, -(-(first + count) // _MEDIA_BLOCK)):
                start = number * _MEDIA_BLOCK
                pieces.append(block(number)[max(first - start, 0) : first + count - start])
            return np.concatenate(pieces)

        return read

    def _stretch(self, read: Reader, name: str, speed: Fraction, first: int, count: int) -> Sound:
        """Samples ``[first, first + count)`` of all that ``read`` gives, from its sample 0 on, at ``speed``."""
        seconds = min(max(_STRETCHED_MEDIA / speed, Fraction(_LEAST_STRETCHED)), Fraction(_STRETCHED))
        size = math.ceil(seconds * self._rate)

        def block(number: int) -> Sound:
            key = name, speed, number
            if key not in self._stretched:
                lasts = size + math.ceil(_OVERLAP * self._rate)
                self._stretched[key] = stretched(read, speed, number * size, lasts, self._rate, self._channels)
            return _kept(self._stretched, key, _STRETCHED_BLOCKS)

        pieces = [np.zeros((0, self._channels), np.float32)]
        for number in range(first // size, -(-(first + count) // size)):
            start = number * size
            low, high = max(first - start, 0), min(first + count - start, size)
            piece = block(number)[low:high]
            if low < math.ceil(_OVERLAP * self._rate):
                piece = self._joined(block(number - 1)[size:], block(number), low, high)
            pieces.append(piece)
        return np.concatenate(pieces)

    def _joined(self, before: Sound, after: Sound, low: int, high: int) -> Sound:
        """Samples ``[low, high)`` of a block; ``before`` is what the block in front of it says of its start."""
        fade = math.ceil(_FADE * self._rate)
        windows = before[: len(before) // fade * fade].reshape(-1, fade * self._channels)
        at = int(np.argmin(np.square(windows).sum(axis=1))) * fade
        share = np.clip((np.arange(low, high) - at + 0.5) / fade, 0, 1).astype(np.float32)[:, None]
        piece = after[low:high] * share
        known = before[low:high]
        piece[: len(known)] += known * (1 - share[: len(known)])
        return piece


def stretched(read: Reader, speed: Fraction, first: int, count: int, rate: int, channels: int) -> Sound:
    """Samples ``[first, first + count)`` of what ``read`` gives, ``speed`` times as fast, at its own pitch."""
    run_up = math.ceil(_RUN_UP * rate)
    begin, end = math.floor(speed * (first - run_up)), math.ceil(speed * (first + count + 2 * run_up))
    steps = max(1, math.ceil(abs(math.log2(speed)) - 1e-9))
    tempo = float(speed) ** (1 / steps)
    stretcher = _Stretcher(tempo, steps, rate, channels)
    # The filter lays the beginnings of its windows where they belong: what is within lies off by half of one.
    skipped = run_up + round(sum((1 - 1 / tempo) / tempo**step for step in range(steps)) * stretcher.window / 2)
    pieces, have = [np.zeros((0, channels), np.float32)], 0
    for at in range(begin, end, _MEDIA_BLOCK):
        pieces.append(stretcher.fed(read(at, min(_MEDIA_BLOCK, end - at))))
        have += len(pieces[-1])
        if have >= skipped + count:
            break
    else:
        pieces.append(stretcher.fed(None))
    found = np.concatenate(pieces)[skipped : skipped + count]
    return np.concatenate((found, np.zeros((count - len(found), channels), np.float32)))


class _Stretcher:
    """FFmpeg's atempo, as often as it takes: one goes from half to double speed without leaving anything out."""

    def __init__(self, tempo: float, steps: int, rate: int, channels: int) -> None:
        self._layout = _LAYOUTS.get(channels, f"{channels} channels")
        self._channels = channels
        # The filter takes its window from the rate. Told half of it, the window is 21 ms, not 43: short
        # sounds stay where they belong, and the lowest voices still fit into it.
        self._rate = rate // 2
        self.window = 1 << (self._rate // 24 - 1).bit_length()
        self._fed = 0
        self._graph = Graph()
        base = Fraction(1, self._rate)
        chain = [
            self._graph.add_abuffer(format="flt", sample_rate=self._rate, layout=self._layout, time_base=base),
            *(self._graph.add("atempo", f"tempo={tempo:.12g}") for _ in range(steps)),
            self._graph.add("abuffersink"),
        ]
        self._graph.link_nodes(*chain).configure()

    def fed(self, samples: Sound | None) -> Sound:
        """Take samples, or the end; returns what comes out for them."""
        if samples is None:
            self._graph.push(None)
        else:
            data = np.ascontiguousarray(samples, dtype=np.float32).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(data, format="flt", layout=self._layout)
            frame.sample_rate, frame.time_base, frame.pts = self._rate, Fraction(1, self._rate), self._fed
            self._fed += len(samples)
            self._graph.push(frame)
        pieces = _pulled(self._graph, self._channels)
        return np.concatenate(pieces) if pieces else np.zeros((0, self._channels), np.float32)


def _pulled(graph: Graph, channels: int) -> list[Sound]:
    pieces: list[Sound] = []
    while True:
        try:
            frame = graph.pull()
        except (av.error.BlockingIOError, av.error.EOFError):
            return pieces
        pieces.append(np.asarray(frame.to_ndarray(), dtype=np.float32).reshape(-1, channels))


def resampled(read: Reader, begin: Fraction, step: Fraction, count: int) -> Sound:
    """``count`` samples of what ``read`` gives, at ``begin``, ``begin + step`` and so on, filtered for that."""
    # A little lower than what can be held: the filter is not infinitely steep.
    cutoff = min(1.0, _PASSED / float(step))
    reach = math.ceil(_CROSSINGS / cutoff)
    pieces: list[Sound] = []
    most = max(1, _WEIGHED // (2 * reach))
    for done in range(0, count, most):
        number = min(most, count - done)
        start = begin + step * done
        whole = math.floor(start)
        places = float(start - whole) + float(step) * np.arange(number)
        near = np.floor(places).astype(np.int64)
        data = read(whole - reach + 1, int(near[-1]) + 2 * reach)
        taps = np.arange(2 * reach)
        away = taps[None, :] - (reach - 1) - (places - near)[:, None]
        weights = cutoff * np.sinc(cutoff * away) * np.square(np.cos(np.clip(away / reach, -1, 1) * (math.pi / 2)))
        pieces.append(np.einsum("nt,ntc->nc", weights.astype(np.float32), data[near[:, None] + taps[None, :]]))
    return np.concatenate(pieces) if pieces else read(0, 0)


def _kept(kept: OrderedDict[K, Sound], key: K, most: int) -> Sound:
    kept.move_to_end(key)
    while len(kept) > most:
        kept.popitem(last=False)
    return kept[key]
