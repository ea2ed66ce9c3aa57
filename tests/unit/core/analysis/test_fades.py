"""Fades through black, in and out: found where they are, and nothing else taken for one."""

from __future__ import annotations

import numpy as np
import pytest

from tests.unit.core.analysis.synthetic import black, fade_in, fade_out, faded, found, shot, spans, starts


@pytest.mark.parametrize("frames", [4, 6, 12, 25, 50])
@pytest.mark.parametrize("hold", [0, 1, 2, 10, 40])
def test_a_fade_through_black(frames: int, hold: int) -> None:
    one, other = fade_out(shot(80, 1), frames), fade_in(shot(80, 2), frames)
    scenes = found(one, black(hold), other)
    assert spans(scenes) == [("fade", 80 - frames, 80 + hold + frames)]
    assert starts(scenes)[0] == pytest.approx(80 + hold / 2, abs=1)
    assert scenes.scenes[1].transition_in == "fade"


def test_a_fade_between_moving_shots() -> None:
    scenes = found(fade_out(shot(120, 1, motion=4), 40), black(3), fade_in(shot(120, 2, motion=5), 40))
    ((kind, start, end),) = spans(scenes)
    assert kind == "fade"
    assert start == pytest.approx(80, abs=4)
    assert end == pytest.approx(163, abs=4)
    assert starts(scenes)[0] == pytest.approx(121, abs=1)


@pytest.mark.parametrize("power", [0.45, 2.0])
def test_ramps_that_are_not_straight(power: float) -> None:
    ramp = (np.arange(1, 31) / 31) ** power
    scenes = found(faded(shot(80, 1), ramp[::-1], 50), black(4), faded(shot(80, 2), ramp, 0))
    ((kind, start, end),) = spans(scenes)
    assert kind == "fade"
    assert start == pytest.approx(50, abs=3)
    assert end == pytest.approx(114, abs=3)


def test_fade_in_at_the_start_makes_no_boundary() -> None:
    scenes = found(black(3), fade_in(shot(100, 1), 30))
    assert spans(scenes) == [("fade", 0, 33)]
    assert starts(scenes) == []
    assert scenes.scenes[0].transition_in == "start"


def test_fade_out_at_the_end_makes_no_boundary() -> None:
    scenes = found(fade_out(shot(100, 1), 30), black(5))
    assert spans(scenes) == [("fade", 70, 105)]
    assert starts(scenes) == []


def test_a_film_that_ends_before_it_is_black() -> None:
    scenes = found(fade_in(shot(100, 1), 4), fade_out(shot(100, 2), 4))
    assert spans(scenes) == [("fade", 0, 4), ("cut", 100, 100), ("fade", 196, 200)]
    assert starts(scenes) == [100]


def test_faded_out_then_cut_in_is_one_transition() -> None:
    scenes = found(fade_out(shot(80, 1), 20), black(10), shot(80, 2))
    assert spans(scenes) == [("fade", 60, 90)]
    assert starts(scenes) == [85]


def test_cut_to_black_then_faded_in_is_one_transition() -> None:
    scenes = found(shot(80, 1), black(10), fade_in(shot(80, 2), 20))
    assert spans(scenes) == [("fade", 80, 110)]
    assert starts(scenes) == [85]


def test_cuts_near_a_fade_stay() -> None:
    one = [shot(40, 1), fade_out(shot(60, 2), 12)]
    two = [fade_in(shot(60, 3), 12), shot(40, 4)]
    scenes = found(*one, black(2), *two)
    assert spans(scenes) == [("cut", 40, 40), ("fade", 88, 114), ("cut", 162, 162)]


def test_the_steps_of_a_fast_fade_are_no_cuts() -> None:
    scenes = found(fade_out(shot(60, 1, motion=0), 3), black(1), fade_in(shot(60, 2, motion=0), 3))
    assert spans(scenes) == [("fade", 57, 64)]


def test_a_dark_film_fades_as_well() -> None:
    one, other = shot(80, 1, level=16, contrast=9), shot(80, 2, level=18, contrast=9)
    ((kind, start, end),) = spans(found(fade_out(one, 20), black(6), fade_in(other, 20)))
    assert kind == "fade"
    assert start == pytest.approx(60, abs=3)
    assert end == pytest.approx(106, abs=3)


def test_a_shot_that_is_merely_dark_is_no_fade() -> None:
    assert spans(found(shot(100, 1, level=6, contrast=5))) == []


def test_a_lamp_that_goes_down_by_half_is_no_fade() -> None:
    strengths = np.concatenate([np.linspace(1, 0.5, 20), np.full(20, 0.5), np.linspace(0.5, 1, 20)])
    assert spans(found(faded(shot(120, 1, motion=0), strengths, 30))) == []


def test_something_dark_that_passes_is_no_fade() -> None:
    pictures = shot(120, 1, motion=0)
    width = pictures.shape[1]
    for number in range(40):
        edge = int(width * 2 * number / 40)
        pictures[40 + number, max(0, edge - width) : edge] = 4
    assert [each for each in spans(found(pictures)) if each[0] == "fade"] == []


def test_a_title_fading_over_a_still_shot_is_no_fade() -> None:
    pictures = shot(120, 1, motion=0)
    shares = np.concatenate([np.linspace(0, 1, 20), np.ones(40), np.linspace(1, 0, 20)])
    for number, share in enumerate(shares):
        title = pictures[20 + number, 200:320]
        pictures[20 + number, 200:320] = title * (1 - share) + 235 * share
    assert spans(found(pictures)) == []


def test_titles_on_black_are_scenes() -> None:
    title = black(50)
    title[:, 250:330] = 230
    scenes = found(fade_out(shot(80, 1), 12), black(4), fade_in(fade_out(title, 10), 10), black(4), shot(60, 2))
    assert [kind for kind, _, _ in spans(scenes)] == ["fade", "fade"]
    assert len(scenes.scenes) == 3


def test_every_shot_faded() -> None:
    parts = [fade_in(fade_out(shot(60, seed), 8), 8) for seed in range(8)]
    scenes = found(*parts)
    assert [kind for kind, _, _ in spans(scenes)] == ["fade"] * 9
    assert starts(scenes) == pytest.approx([60 * number for number in range(1, 8)], abs=1)


def test_grain_on_black() -> None:
    generator = np.random.default_rng(3)
    parts = [fade_out(shot(80, 1), 20), black(12), fade_in(shot(80, 2), 20)]
    grain = [np.abs(part + generator.normal(0, 2, part.shape)) for part in parts]
    ((kind, start, end),) = spans(found(*grain))
    assert kind == "fade"
    assert start == pytest.approx(60, abs=2)
    assert end == pytest.approx(112, abs=2)


def test_only_black() -> None:
    scenes = found(black(50))
    assert spans(scenes) == []
    assert len(scenes.scenes) == 1
