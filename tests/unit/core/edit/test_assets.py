"""Media joining a project, and the format the first film decides."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from app.core.base.errors import UserError
from app.core.edit.assets import add_asset, add_assets, known_asset, new_project, remove_assets, sequence_format
from app.core.edit.insert import append
from app.core.model.lint import lint
from app.core.model.sequence import SequenceFormat
from tests.helpers.document import film, music, silent_film, still


def test_a_new_project_is_sound_and_empty() -> None:
    project = new_project("Holiday")
    assert lint(project) == []
    assert [track.name for track in project.sequences[0].tracks] == ["V1", "A1"]
    assert project.sequences[0].duration == 0


def test_the_first_film_decides_the_format() -> None:
    project = add_assets(new_project("p"), [music(), still(), film(rate=Fraction(30000, 1001)), silent_film()])
    assert project.sequences[0].format == SequenceFormat(160, 90, Fraction(30000, 1001), 48_000, 2)
    later = add_asset(project, film("other", rate=Fraction(25)))
    assert later.sequences == project.sequences


def test_sound_and_stills_leave_the_format() -> None:
    empty = new_project("p")
    assert add_assets(empty, [music(), still()]).sequences == empty.sequences


def test_a_sequence_in_use_keeps_its_format() -> None:
    project = add_asset(new_project("p"), music())
    project = append(project, project.sequences[0].id, "music")
    assert add_asset(project, film()).sequences == project.sequences


@pytest.mark.parametrize(
    ("rate", "expected"),
    [
        (Fraction(24), Fraction(24)),
        (Fraction(2997, 100), Fraction(30000, 1001)),
        (Fraction(17, 3), Fraction(10)),
        (Fraction(119, 4), Fraction(30000, 1001)),
        (Fraction(90_000), Fraction(240)),
    ],
)
def test_rates_that_are_not_exact_take_the_nearest_usual_one(rate: Fraction, expected: Fraction) -> None:
    assert sequence_format(film(rate=rate)).rate == expected
    assert lint(add_asset(new_project("p"), film(rate=rate))) == []


def test_odd_sizes_become_even() -> None:
    asset = film()
    assert asset.info.video is not None
    odd = replace(asset, info=replace(asset.info, video=replace(asset.info.video, width=853, height=1)))
    assert (sequence_format(odd).width, sequence_format(odd).height) == (854, 2)


def test_equal_content_is_not_added_twice() -> None:
    project = add_asset(new_project("p"), film())
    copy = replace(film(), id="copy", name="copy.mp4")
    assert add_asset(project, copy) is project
    assert known_asset(project, copy).id == "film"
    assert known_asset(project, music()).id == "music"
    assert len(add_assets(new_project("p"), [film(), copy, music()]).assets) == 2


def test_a_taken_id_is_a_bug() -> None:
    with pytest.raises(ValueError, match="taken"):
        add_asset(add_asset(new_project("p"), film()), replace(music(), id="film"))


def test_media_that_nobody_uses_go() -> None:
    project = add_assets(new_project("p"), [film(), music()])
    assert [asset.id for asset in remove_assets(project, ["film"]).assets] == ["music"]


def test_media_that_are_used_stay_unless_their_clips_go_too() -> None:
    project = add_assets(new_project("p"), [film(), silent_film()])
    for asset in ("film", "silent", "film"):
        project = append(project, project.sequences[0].id, asset)
    with pytest.raises(UserError, match="4 clips are made of that"):
        remove_assets(project, ["film"])
    after = remove_assets(project, ["film", "film"], with_clips=True)
    assert lint(after) == []
    assert [asset.id for asset in after.assets] == ["silent"]
    clips = [item.asset_id for track in after.sequences[0].tracks for item in track.items if item.id is not None]
    assert clips == ["silent"]
    locked = tuple(replace(track, locked=True) for track in project.sequences[0].audio_tracks)
    shut = replace(project, sequences=(replace(project.sequences[0], audio_tracks=locked),))
    with pytest.raises(UserError, match="locked"):
        remove_assets(shut, ["film"], with_clips=True)
