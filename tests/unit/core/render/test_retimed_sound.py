"""Sound of clips at other speeds: beeps where they belong, pitch kept or not, pieces as the whole."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest

from app.core.base import time
from app.core.edit.cut import split_all
from app.core.edit.speed import retime, set_speed
from app.core.model.project import Project
from app.core.render.mixer import Mixer
from app.core.render.plan import make_plan
from tests.helpers.beeps import beep_track, find_beeps
from tests.unit.core.render.films import clip, gap, project_of, track
from tests.unit.core.render.test_mixer import Computed, Sounds, numbered, sound_asset

Sound = npt.NDArray[np.float32]
RATE = 48_000
FRAME = RATE // 25
TONE = 440.0
A = sound_asset("a", 60 * time.SECOND)
BEEPS = [RATE * second + 4800 for second in range(60)]
SPEEDS = [Fraction(1, 2), Fraction(2), Fraction(3, 2), Fraction(1, 3), Fraction(4)]


def known(samples: Sound) -> Computed:
    """A file that holds these samples; silence around them."""

    def value(numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        inside = (numbers >= 0) & (numbers < len(samples))
        return np.where(inside, samples[np.clip(numbers, 0, len(samples) - 1)], 0).astype(np.float64)

    return Computed(value)


def tone(numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    return 0.5 * np.sin(2 * np.pi * TONE * numbers / RATE)


def document(
    speed: Fraction,
    *,
    first: int = 0,
    frames: int = 250,
    before: int = 5,
    reverse: bool = False,
    keep_pitch: bool = True,
) -> Project:
    """A clip on a sound track, at a speed."""
    row = track("audio", gap(before, 25), clip(A, first, frames, 25))
    project, sequence = project_of([A], [], [row])
    chosen = row.items[1].id
    assert chosen is not None
    return set_speed(project, sequence.id, [chosen], retime(speed, reverse=reverse, keep_pitch=keep_pitch))


def mixer(project: Project, source: Computed) -> Mixer:
    return Mixer(make_plan(project, project.sequences[0]), Sounds(a=source))


def heard(project: Project, source: Computed) -> Sound:
    """All of the sound, first channel."""
    count = time.sample_at(project.sequences[0].duration, RATE)
    return mixer(project, source).samples(0, count)[:, 0]


@pytest.mark.parametrize("keep_pitch", [True, False])
@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("speed", SPEEDS)
def test_beeps_are_heard_where_their_pictures_are(speed: Fraction, reverse: bool, keep_pitch: bool) -> None:
    length = 4800
    source = known(beep_track(60 * RATE, RATE, 1, BEEPS, length)[:, 0])
    project = document(speed, first=40, frames=150, reverse=reverse, keep_pitch=keep_pitch)
    start, end = 5 * FRAME, 5 * FRAME + round(150 * FRAME / speed)
    inside = [each - 40 * FRAME for each in BEEPS if 40 * FRAME <= each < 190 * FRAME]
    if reverse:
        wanted = sorted(end - float((each + length) / speed) for each in inside)
    else:
        wanted = [start + float(each / speed) for each in inside]
    found = find_beeps(heard(project, source), RATE)
    assert len(found) == len(wanted) == 6
    # Beyond half and double speed the filter works twice.
    near = FRAME / 2 if Fraction(1, 2) <= speed <= 2 or not keep_pitch else FRAME
    assert max(abs(one - other) for one, other in zip(found, wanted, strict=True)) <= near


@pytest.mark.parametrize("speed", SPEEDS)
@pytest.mark.parametrize("reverse", [False, True])
def test_the_pitch_is_kept_where_asked_for_and_goes_along_else(speed: Fraction, reverse: bool) -> None:
    for keep_pitch, wanted in ((True, TONE), (False, TONE * float(speed))):
        project = document(speed, frames=150, reverse=reverse, keep_pitch=keep_pitch)
        samples = heard(project, Computed(tone))[10 * FRAME : -5 * FRAME]
        spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
        peak = float(np.argmax(spectrum)) * RATE / len(samples)
        assert peak == pytest.approx(wanted, rel=0.01)
        loudness = float(np.sqrt(np.mean(np.square(samples))))
        assert loudness == pytest.approx(0.5 / np.sqrt(2), rel=0.05)


def test_backwards_at_normal_speed_is_each_sample_the_last_first() -> None:
    project = document(Fraction(1), first=3, frames=100, before=0, reverse=True)
    wanted = numbered(np.arange(103 * FRAME - 1, 3 * FRAME - 1, -1)).astype(np.float32)
    found = heard(project, Computed(numbered))
    assert np.array_equal(found[240:-240], wanted[240:-240])


def test_too_high_tones_do_not_come_back_as_others() -> None:
    high = (0.5 * np.sin(2 * np.pi * 15_000 * np.arange(12 * RATE) / RATE)).astype(np.float32)
    samples = heard(document(Fraction(2), keep_pitch=False), known(high))
    assert np.abs(samples[10 * FRAME : -10 * FRAME]).max() < 0.005


@pytest.mark.parametrize("keep_pitch", [True, False])
@pytest.mark.parametrize("speed", [Fraction(3, 2), Fraction(1, 3), Fraction(1001, 1000)])
@pytest.mark.parametrize("reverse", [False, True])
def test_pieces_and_any_reading_give_the_sound_of_the_whole(speed: Fraction, reverse: bool, keep_pitch: bool) -> None:
    source = known(beep_track(60 * RATE, RATE, 1, BEEPS, 4800)[:, 0])
    whole = document(speed, frames=250, reverse=reverse, keep_pitch=keep_pitch)
    frame = time.frame_duration(Fraction(25))
    cut = whole
    for number in (31, 80, 140):
        cut = split_all(cut, cut.sequences[0].id, number * frame)
    once = heard(whole, source)
    assert np.abs(heard(cut, source) - once).max() < 1e-6
    reading = mixer(whole, source)
    cuts = [0, 30_000, 77_777, 200_000, len(once)]
    pieces = [reading.samples(start, end - start)[:, 0] for start, end in reversed(list(pairwise(cuts)))]
    assert np.abs(np.concatenate(pieces[::-1]) - once).max() < 1e-6


def test_blocks_of_stretched_sound_join_without_a_click() -> None:
    noise = np.random.default_rng(3).standard_normal(60 * RATE).astype(np.float32)
    smooth = np.convolve(noise, np.ones(64) / 64, "same").astype(np.float32)
    samples = heard(document(Fraction(2), frames=1200, before=0), known(smooth))
    steps = np.abs(np.diff(samples[300:-300]))
    assert steps.max() < 1.2 * np.abs(np.diff(smooth)).max()


def test_reading_backwards_seeks_seldom() -> None:
    source = known(np.zeros(60 * RATE, np.float32))
    reading = mixer(document(Fraction(1), frames=500, before=0, reverse=True), source)
    for start in range(0, 500 * FRAME, 2048):
        reading.samples(start, 2048)
    assert len(source.reads) <= 500 * FRAME // 65_536 + 2


def test_a_frozen_clip_is_silent() -> None:
    row = track("audio", clip(A, 0, 50, 25), clip(A, 50, 50, 25))
    project, sequence = project_of([A], [], [row])
    frozen = set_speed(project, sequence.id, [row.items[1].id or ""], retime(Fraction(1), freeze=True))
    plan = make_plan(frozen, frozen.sequences[0])
    assert [span.end for span in plan.sounds[0]] == [50 * time.frame_duration(Fraction(25))]
    samples = Mixer(plan, Sounds(a=Computed(tone))).samples(0, 100 * FRAME)
    assert samples[: 50 * FRAME].any()
    assert not samples[50 * FRAME :].any()
