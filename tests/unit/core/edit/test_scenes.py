"""Assembling: media or their scenes one after another, exact to the frame."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest

from app.core.base import time
from app.core.base.errors import UserError
from app.core.edit.assets import new_project
from app.core.edit.scenes import assemble, scene_ranges
from app.core.model.lint import lint
from app.core.model.scene import Scene, SceneList
from tests.helpers.document import clips, film, music, row, silent_film


def scenes_of(rate: Fraction, start: int, *bounds: int) -> SceneList:
    """Scenes between frame numbers, with the times a frame index gives: rounded up from the exact grid."""

    def moment(frame: int) -> int:
        return start + time.frame_start(frame, rate)

    scenes = tuple(
        Scene(index, first, last, moment(first), moment(last), "cut" if index else "start")
        for index, (first, last) in enumerate(pairwise(bounds))
    )
    return SceneList(rate, bounds[-1], scenes, ())


@pytest.mark.parametrize("rate", [Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(24000, 1001)])
@pytest.mark.parametrize("start", [0, 15_052_800, 7])
def test_scenes_cover_every_frame_once(rate: Fraction, start: int) -> None:
    asset = film("bbb480", frames=720, rate=rate, start=start)
    ranges = scene_ranges(asset, scenes_of(rate, start, 0, 285, 378, 553, 720))
    project = assemble(new_project("p"), [(asset, ranges)])
    assert lint(project) == []
    frame = time.frame_duration(rate)
    found = clips(project, "V1")
    assert [each.duration // frame for each in found] == [285, 93, 175, 167]
    assert [each.source_start for each in found] == [start + n * frame for n in (0, 285, 378, 553)]
    assert [each.name for each in found] == [f"bbb480 scene {n}" for n in (1, 2, 3, 4)]
    assert project.sequences[0].duration == 720 * frame
    sound = clips(project, "A1")
    assert [(each.source_start, each.duration, each.link_id) for each in sound] == [
        (each.source_start, each.duration, each.link_id) for each in found
    ]


def test_a_rate_without_exact_frames_shows_no_frame_of_the_next_scene() -> None:
    rate = Fraction(17, 3)
    asset = silent_film(rate=rate, frames=100)
    listed = scenes_of(rate, 0, 0, 33, 100)
    project = assemble(new_project("p"), [(asset, scene_ranges(asset, listed))])
    assert lint(project) == []
    first = clips(project, "V1")[0]
    frame = time.frame_duration(project.sequences[0].format.rate)
    assert first.source_end - frame < listed.scenes[1].start <= first.source_end


def test_media_one_after_another() -> None:
    project = assemble(new_project("p"), [(film(frames=10), ()), (music(frames=5), ()), (silent_film(frames=4), ())])
    assert lint(project) == []
    assert row(project, "V1") == "film:0+10 -5 silent:0+4"
    assert row(project, "A1") == "film:0+10 music:0+5"


def test_the_same_content_twice_is_one_asset() -> None:
    project = assemble(new_project("p"), [(film(frames=10), ()), (replace(film(frames=10), id="again"), ())])
    assert len(project.assets) == 1
    assert row(project, "V1") == "film:0+10 film:0+10"


def test_nothing_to_assemble() -> None:
    with pytest.raises(UserError, match="no media are given"):
        assemble(new_project("p"), [])
    with pytest.raises(ValueError, match="no sequence"):
        assemble(replace(new_project("p"), sequences=()), [(film(), ())])
