"""What is said of tracks: muted, solo, hidden, locked."""

from __future__ import annotations

import pytest

from app.core.base.errors import UserError
from app.core.edit.tracks import set_flags
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
