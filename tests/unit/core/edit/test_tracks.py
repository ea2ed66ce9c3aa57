"""What is said of tracks: muted, solo, hidden, locked."""

from __future__ import annotations

import pytest

from app.core.base.errors import UserError
from app.core.edit.tracks import move_track, remove_track, rename_track, set_flags
from app.core.model.diff import compare
from app.core.model.lint import lint
from app.core.model.project import Project
from tests.helpers.document import clip, project, track


def two() -> Project:
    return project(track("V1", clip("a", 5)), track("A1", clip("s", 5), locked=True))


def test_flags_change_one_at_a_time() -> None:
    document = set_flags(two(), "main", "A1", muted=True)
    document = set_flags(document, "main", "A1", solo=True)
    document = set_flags(document, "main", "A1", muted=False, locked=False)
    document = set_flags(document, "main", "V1", hidden=True)
    video, audio = document.sequences[0].tracks
    assert (audio.muted, audio.solo, audio.hidden, audio.locked) == (False, True, False, False)
    assert (video.muted, video.solo, video.hidden, video.locked) == (False, False, True, False)
    assert audio.items == two().sequences[0].audio_tracks[0].items
    assert lint(document) == []


def test_a_locked_track_can_be_unlocked_and_other_tracks_stay_shared() -> None:
    before = two()
    after = set_flags(before, "main", "A1", locked=False)
    assert compare(before, after).tracks.changed == ("A1",)
    assert after.sequences[0].video_tracks[0] is before.sequences[0].video_tracks[0]


def test_nothing_said_anew_is_no_edit() -> None:
    document = two()
    assert set_flags(document, "main", "A1", locked=True) is document
    assert set_flags(document, "main", "V1") is document


def test_refusals() -> None:
    with pytest.raises(UserError, match="not in this sequence"):
        set_flags(two(), "main", "gone", muted=True)
    with pytest.raises(ValueError, match="track V1 is no track of the kind"):
        set_flags(two(), "main", "V1", muted=True)
    with pytest.raises(ValueError, match="track V1 is no track of the kind"):
        set_flags(two(), "main", "V1", solo=True)
    with pytest.raises(ValueError, match="track A1 is no track of the kind"):
        set_flags(two(), "main", "A1", hidden=True)


def four() -> Project:
    return project(
        track("V1", clip("a", 5, link="1")), track("V2", clip("b", 5)), track("A1", clip("s", 5, link="1")), track("A2")
    )


def names(document: Project) -> list[str]:
    return [each.name for each in document.sequences[0].tracks]


def test_sync_lock_is_on_until_it_is_switched_off() -> None:
    after = set_flags(four(), "main", "A2", sync_lock=False)
    assert [each.sync_lock for each in after.sequences[0].tracks] == [True, True, True, False]


def test_a_track_is_removed_with_its_clips() -> None:
    after = remove_track(four(), "main", "V1")
    assert names(after) == ["V2", "A1", "A2"]
    assert lint(after) == []
    assert compare(four(), after).clips.removed == ("a",)
    with pytest.raises(UserError, match="A1: it is locked"):
        remove_track(two(), "main", "A1")
    with pytest.raises(UserError, match="not in this sequence"):
        remove_track(four(), "main", "gone")


def test_tracks_are_reordered_among_their_kind() -> None:
    assert names(move_track(four(), "main", "V1", 1)) == ["V2", "V1", "A1", "A2"]
    assert names(move_track(four(), "main", "A2", -9)) == ["V1", "V2", "A2", "A1"]
    document = four()
    assert move_track(document, "main", "V1", 0) is document
    for track_id, by in (("V1", -1), ("V2", 1), ("A2", 5)):
        with pytest.raises(UserError, match="the last one on that side"):
            move_track(document, "main", track_id, by)


def test_tracks_are_renamed() -> None:
    assert names(rename_track(four(), "main", "A2", "  Music \n bed ")) == ["V1", "V2", "A1", "Music bed"]
    assert names(rename_track(two(), "main", "A1", "Voice")) == ["V1", "Voice"]
    document = four()
    assert rename_track(document, "main", "V1", "V1") is document
    with pytest.raises(UserError, match="a track needs a name"):
        rename_track(document, "main", "V1", " ")
    with pytest.raises(UserError, match="another track is called A1 already"):
        rename_track(document, "main", "A2", "A1")
