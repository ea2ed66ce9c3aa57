"""Makes the sound of a film, sample for sample, from the clips on its sound tracks."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Protocol

import numpy as np
import numpy.typing as npt

from app.core.base import time
from app.core.media.source import AudioSource
from app.core.model.asset import Asset
from app.core.render.plan import RenderPlan, SoundSpan
from app.core.render.retimed_sound import RetimedSound

Sound = npt.NDArray[np.float32]

# Where sound is cut it would jump from one value to another, which is heard as a click. It fades
# over the first and last 5 ms of such a clip instead. Where sound goes on over an edit, and where
# the medium itself begins or ends, not a sample is changed.
_RAMP = time.SECOND // 200


class SoundSources(Protocol):
    """Where open sound comes from (``media.pool``)."""

    def audio(self, asset: Asset, rate: int, channels: int) -> AudioSource:
        """The first sound stream of ``asset``, opened now or before, as that rate and channels.

        Raises:
            UserError: the file is gone, damaged or holds no sound.
        """


class Mixer:
    """The sound of a plan. Belongs to one thread, as its sources do.

    Each clip is placed by its own exact time, so nothing drifts. ``clipped`` counts the samples
    so far that were too loud and were cut down to full scale.
    """

    def __init__(self, plan: RenderPlan, sources: SoundSources) -> None:
        self._plan = plan
        self._sources = sources
        self._assets = {asset.id: asset for asset in plan.assets}
        self._tracks = [_Row(track, plan.audio_rate) for track in plan.sounds]
        self._retimed = RetimedSound(plan.audio_rate, plan.channels)
        self._ramp = time.sample_at(_RAMP, plan.audio_rate)
        self.clipped = 0

    def samples(self, start: int, count: int) -> Sound:
        """Samples ``[start, start + count)`` counted from sequence time 0, shape (count, channels), -1 to 1.

        Raises:
            UserError: a source file is gone or damaged there.
        """
        mixed = np.zeros((count, self._plan.channels), np.float32)
        for track in self._tracks:
            for span, span_start, span_end in track.between(start, start + count):
                first, last = max(start, span_start), min(start + count, span_end)
                mixed[first - start : last - start] += self._heard(span, first, last)
        loud = int(np.count_nonzero(np.abs(mixed) > 1))
        if loud:
            self.clipped += loud
            np.clip(mixed, -1, 1, out=mixed)
        return mixed

    def _heard(self, span: SoundSpan, first: int, last: int) -> Sound:
        """What ``span`` adds to samples ``[first, last)``, which it covers."""
        plan = self._plan
        source = self._sources.audio(self._assets[span.asset_id], plan.audio_rate, plan.channels)
        gain = self._gain(span, first, last)
        heard = self._played(span, source, first, last)
        return heard if gain is None else heard * gain[:, None]

    def _played(self, span: SoundSpan, source: AudioSource, first: int, last: int) -> Sound:
        if span.media is not None:
            name, keep_pitch = span.asset_id, span.keep_pitch
            return self._retimed.read(source, name, span.media, first, last - first, keep_pitch=keep_pitch)
        # One offset for the whole clip, the same in both halves of a split one: rounding can
        # neither drop nor repeat a sample at the split.
        offset = time.sample_at(span.source_offset, self._plan.audio_rate)
        return source.read(first + offset, last - first)

    def _gain(self, span: SoundSpan, first: int, last: int) -> npt.NDArray[np.float32] | None:
        """The factor for each sample, or None where the sound stays as it is."""
        rate = self._plan.audio_rate
        start, end = time.sample_at(span.start, rate), time.sample_at(span.end, rate)
        fades_in = span.fade_in and first < start + self._ramp
        fades_out = span.fade_out and last > end - self._ramp
        if not (span.gain_db or fades_in or fades_out):
            return None
        gain = np.full(last - first, 10 ** (span.gain_db / 20), np.float32)
        numbers = np.arange(first, last)
        if fades_in:
            gain *= np.clip((numbers - start + 0.5) / self._ramp, 0, 1).astype(np.float32)
        if fades_out:
            gain *= np.clip((end - numbers - 0.5) / self._ramp, 0, 1).astype(np.float32)
        return gain


class _Row:
    """The clips of one track by sample numbers, found without looking at all of them."""

    def __init__(self, spans: tuple[SoundSpan, ...], rate: int) -> None:
        self._spans = spans
        self._starts = [time.sample_at(span.start, rate) for span in spans]
        self._ends = [time.sample_at(span.end, rate) for span in spans]

    def between(self, first: int, last: int) -> Iterator[tuple[SoundSpan, int, int]]:
        """The clips heard in samples ``[first, last)``, each with its own first and last sample."""
        for position in range(bisect_right(self._ends, first), bisect_left(self._starts, last)):
            yield self._spans[position], self._starts[position], self._ends[position]
