"""Hard cuts: what is one, and what only looks like one."""

from __future__ import annotations

import numpy as np
import pytest

from tests.unit.core.analysis.synthetic import black, found, scores_of, shot, spans, starts


def test_a_film_without_a_cut() -> None:
    assert spans(found(shot(200, 1))) == []


def test_cuts_are_at_the_first_frame_of_the_new_shot() -> None:
    assert spans(found(shot(40, 1), shot(25, 2), shot(60, 3))) == [("cut", 40, 40), ("cut", 65, 65)]


@pytest.mark.parametrize("length", [2, 3, 4, 7])
def test_short_shots_between_others(length: int) -> None:
    assert starts(found(shot(40, 1), shot(length, 2), shot(40, 3))) == [40, 40 + length]


def test_a_quick_montage() -> None:
    parts = [shot(3, seed) for seed in range(12)]
    assert starts(found(shot(30, 50), *parts, shot(30, 51))) == [30 + 3 * number for number in range(13)]


def test_one_cut_where_a_single_frame_is_blended() -> None:
    one, other = shot(40, 1), shot(40, 2)
    blended = (one[-1:] + other[:1]) / 2
    assert len(starts(found(one, blended, other))) == 1


@pytest.mark.parametrize("length", [1, 2, 3])
def test_a_flash_is_no_cut(length: int) -> None:
    pictures = shot(80, 1)
    pictures[40 : 40 + length] = 240
    assert spans(found(pictures)) == []


def test_many_flashes_are_no_cuts() -> None:
    pictures = shot(120, 1)
    for first in (20, 27, 60, 64, 90):
        pictures[first : first + 2] = 250
    assert spans(found(pictures)) == []


def test_a_strobe_is_no_cut() -> None:
    pictures = shot(80, 1)
    pictures[30:60:2] *= 0.3
    assert spans(found(pictures)) == []


@pytest.mark.parametrize("motion", [3.0, 8.0, 20.0])
def test_fast_movement_is_no_cut(motion: float) -> None:
    assert spans(found(shot(100, 1, motion=motion))) == []


def test_a_cut_between_moving_shots() -> None:
    assert starts(found(shot(50, 1, motion=4), shot(50, 2, motion=5))) == [50]


def test_pictures_shown_twice_are_no_cuts() -> None:
    """Animation on twos, 12 pictures a second in a film of 24: every second change is none."""
    assert spans(found(np.repeat(shot(50, 1, motion=6), 2, axis=0))) == []


def test_noise_hides_no_cut_and_makes_none() -> None:
    assert starts(found(shot(60, 1, noise=15), shot(60, 2, noise=15))) == [60]


def test_dark_shots_are_cut_like_bright_ones() -> None:
    dark = {"level": 9.0, "contrast": 6.0}
    assert starts(found(shot(60, 1, **dark), shot(60, 2, **dark))) == [60]


def test_a_title_that_appears_at_once_is_no_cut() -> None:
    pictures = shot(80, 1, motion=0)
    pictures[40:, 100:140] = 235
    assert spans(found(pictures)) == []


def test_a_black_shot_has_a_cut_in_and_a_cut_out() -> None:
    assert spans(found(shot(40, 1), black(30), shot(40, 2))) == [("cut", 40, 40), ("cut", 70, 70)]


def test_a_dark_shot_is_a_shot() -> None:
    dark = shot(40, 5, level=7, contrast=5)
    assert spans(found(shot(40, 1), dark, shot(40, 2))) == [("cut", 40, 40), ("cut", 80, 80)]


def test_scores_tell_sure_cuts_from_doubtful_ones() -> None:
    calm = found(shot(40, 1, motion=1), shot(40, 2, motion=1)).transitions[0].score
    restless = found(shot(40, 1, motion=3), shot(40, 2, motion=3)).transitions[0].score
    assert 0.5 <= restless < calm <= 1


def test_more_sensitivity_finds_at_least_as_much() -> None:
    parts = [shot(30, seed, motion=seed % 5 * 3, contrast=10 + seed) for seed in range(20)]
    counts = [len(found(*parts, sensitivity=step / 10).transitions) for step in range(11)]
    assert counts == sorted(counts)
    assert counts[0] < counts[10]


@pytest.mark.parametrize("frames", [0, 1, 2, 3, 5])
def test_very_short_films(frames: int) -> None:
    scenes = found(shot(max(frames, 1), 1)[:frames])
    assert scenes.frames == frames
    assert len(scenes.scenes) == min(frames, 1)
    assert len(scores_of([shot(max(frames, 1), 1)[:frames]])) == frames
