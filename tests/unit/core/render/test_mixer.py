"""Sound mixed from clips, sample for sample."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest

from app.core.base import time
from app.core.media.source import AudioSource
from app.core.model.asset import Asset, AudioStream, MediaInfo
from app.core.model.clip import Item
from app.core.model.sequence import Track
from app.core.render.mixer import Mixer
from app.core.render.plan import make_plan
from tests.unit.core.render.films import clip, gap, project_of, track

Sound = npt.NDArray[np.float32]
NTSC = Fraction(30000, 1001)
HOUR = 3600 * time.SECOND


class Computed:
    """Sound that is a function of the sample number; an endless file of it."""

    def __init__(self, function: Callable[[npt.NDArray[np.int64]], npt.NDArray[np.float64]]) -> None:
        self._function = function
        self.reads: list[tuple[int, int]] = []

    def read(self, start_sample: int, samples: int) -> Sound:
        self.reads.append((start_sample, samples))
        values = self._function(np.arange(start_sample, start_sample + samples))
        return np.repeat(values.astype(np.float32)[:, None], 2, axis=1)

    def close(self) -> None:
        pass


class Sounds:
    def __init__(self, **sources: AudioSource) -> None:
        self.sources = sources

    def audio(self, asset: Asset, rate: int, channels: int) -> AudioSource:
        assert (rate, channels) == (48_000, 2)
        return self.sources[asset.id]


def sound_asset(name: str, duration: int = 5 * HOUR) -> Asset:
    stream = AudioStream(0, "pcm_s16le", 48_000, 2, "stereo", 0, duration)
    return Asset(name, name, f"/sounds/{name}", 1, name, MediaInfo("audio", "wav", duration, None, (stream,)))


A, B = sound_asset("a"), sound_asset("b")


def numbered(numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Each sample says which one it is, exactly in float32, over twelve minutes."""
    return (numbers % (1 << 16)) / (1 << 17)


def mixer_of(*tracks: Track, rate: Fraction | int = 25, **sources: AudioSource) -> Mixer:
    return Mixer(make_plan(*project_of([A, B], [], tracks, rate=rate)), Sounds(**sources))


def test_a_clip_sounds_where_it_lies_and_silence_is_around_it() -> None:
    mixer = mixer_of(track("audio", gap(1, 25), clip(A, 0, 2, 25), gap(1, 25)), a=Computed(numbered))
    mixed = mixer.samples(0, 4 * 1920)
    assert mixed.shape == (7680, 2)
    assert mixed.dtype == np.float32
    assert not mixed[:1920].any()
    assert not mixed[3 * 1920 :].any()
    middle = slice(1920, 3 * 1920 - 240)
    assert np.array_equal(mixed[middle, 0], numbered(np.arange(2 * 1920 - 240)).astype(np.float32))


def test_pieces_of_any_length_join_to_the_same_sound() -> None:
    row = track("audio", clip(A, 7, 20, NTSC), gap(3, NTSC), clip(A, 90, 30, NTSC))
    whole = mixer_of(row, rate=NTSC, a=Computed(numbered)).samples(0, 90_000)
    mixer = mixer_of(row, rate=NTSC, a=Computed(numbered))
    cuts = [0, 1, 1600, 31_999, 32_034, 40_000, 80_000, 90_000]
    pieces = [mixer.samples(start, end - start) for start, end in pairwise(cuts)]
    assert np.array_equal(np.concatenate(pieces), whole)


@pytest.mark.parametrize("rate", [Fraction(24), Fraction(25), NTSC, Fraction(24000, 1001)])
def test_a_split_clip_sounds_like_the_whole_one(rate: Fraction) -> None:
    whole = mixer_of(track("audio", gap(5, rate), clip(A, 11, 100, rate)), rate=rate, a=Computed(numbered))
    halves: list[Item] = [gap(5, rate), *(clip(A, 11 + start, 1, rate) for start in range(100))]
    split = mixer_of(track("audio", *halves), rate=rate, a=Computed(numbered))
    count = time.sample_at(time.frame_start(105, rate), 48_000)
    assert np.array_equal(whole.samples(0, count), split.samples(0, count))


def test_nothing_drifts_over_hours() -> None:
    frames = 4 * 3600 * 30  # a little over four hours at 30000/1001
    source = Computed(lambda numbers: np.zeros(len(numbers)))
    row: list[Item] = [clip(A, 3, frames, NTSC), clip(B, 11, 1000, NTSC)]
    mixer = mixer_of(track("audio", *row), rate=NTSC, a=source, b=source)
    for number in (0, 1, frames // 2, frames - 1, frames, frames + 999):
        source.reads.clear()
        mixer.samples(time.sample_at(time.frame_start(number, NTSC), 48_000), 1)
        media_frame = number + 3 if number < frames else number - frames + 11
        exact = time.frame_start(media_frame, NTSC) * 48_000 / time.SECOND
        assert abs(source.reads[0][0] - exact) <= 1


def test_tracks_are_added_with_their_gain() -> None:
    constant = Computed(lambda numbers: np.full(len(numbers), 0.25))
    upper, lower = clip(A, 0, 10, 25), clip(B, 0, 10, 25, gain_db=-6.0)
    mixer = mixer_of(track("audio", upper), track("audio", lower), a=constant, b=constant)
    assert mixer.samples(5_000, 10)[:, 0] == pytest.approx(0.25 + 0.25 * 10 ** (-6 / 20), abs=1e-6)


def test_what_is_too_loud_is_cut_to_full_scale_and_counted() -> None:
    loud = Computed(lambda numbers: np.where(numbers % 4 == 0, -0.75, 0.75))
    mixer = mixer_of(track("audio", clip(A, 0, 10, 25)), track("audio", clip(A, 0, 10, 25)), a=loud)
    mixed = mixer.samples(1_000, 1_000)
    assert (mixed.min(), mixed.max(), mixer.clipped) == (-1, 1, 2_000)
    quiet = mixer_of(track("audio", clip(A, 0, 10, 25)), a=loud)
    assert quiet.samples(1_000, 100)[:4, 0].tolist() == [-0.75, 0.75, 0.75, 0.75]
    assert quiet.clipped == 0


def test_cut_sound_fades_over_five_milliseconds_and_then_is_untouched() -> None:
    one = Computed(lambda numbers: np.ones(len(numbers)))
    mixed = mixer_of(track("audio", clip(A, 10, 10, 25), gap(1, 25)), a=one).samples(0, 11 * 1920)[:, 0]
    assert np.all(np.diff(mixed[:240]) > 0)
    assert mixed[0] < 0.01
    assert np.all(mixed[240 : 19_200 - 240] == 1)
    assert np.all(np.diff(mixed[19_200 - 240 : 19_200]) < 0)
    assert mixed[19_199] < 0.01


def test_a_whole_file_is_not_changed_by_a_single_sample() -> None:
    short = sound_asset("a", 2 * time.SECOND)
    plan = make_plan(*project_of([short], [], [track("audio", clip(short, 0, 50, 25))]))
    mixed = Mixer(plan, Sounds(a=Computed(numbered))).samples(0, 96_000)
    assert np.array_equal(mixed[:, 1], numbered(np.arange(96_000)).astype(np.float32))


def test_a_clip_shorter_than_its_fades_stays_within_them() -> None:
    one = Computed(lambda numbers: np.ones(len(numbers)))
    mixed = mixer_of(track("audio", clip(A, 1000, 1, 240)), rate=240, a=one).samples(0, 200)[:, 0]
    assert 0 < mixed.max() < 1
    assert np.allclose(mixed, mixed[::-1])
