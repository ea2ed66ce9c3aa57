"""Sentences about what an edit did."""

from __future__ import annotations

from dataclasses import replace

from app.core.edit.assets import add_asset
from app.core.edit.cut import ripple_delete, split_clip
from app.core.edit.move import move
from app.core.edit.tracks import add_track
from app.core.edit.trim import trim
from app.core.model.words import in_words
from tests.helpers.document import FRAME, clip, film, project, track

BEFORE = project(
    track("V1", clip("a", 10), clip("b", 5, source=20), clip("c", 5)), track("V2"), track("A1", clip("m", 20))
)


def test_nothing() -> None:
    assert in_words(BEFORE, BEFORE) == []
    assert in_words(BEFORE, replace(BEFORE)) == []


def test_removed_and_shifted() -> None:
    after = ripple_delete(BEFORE, "main", ["a"])
    assert in_words(BEFORE, after) == [
        "V1: 'a' at 00:00:00:00 is removed",
        "A1: 'm' lasts 10 frames instead of 20 frames, shows its media 10 frames later",
        "V1: 2 clips shift by -10 frames",
    ]


def test_added_moved_and_changed() -> None:
    after = move(split_clip(BEFORE, "main", "a", 4 * FRAME), "main", "b", 24 * FRAME, track_id="V2")
    assert in_words(BEFORE, after) == [
        "V1: 'a' lasts 4 frames instead of 10 frames",
        "V1: 'a' is added at 00:00:00:04, 6 frames",
        "V1: 'b' goes to V2, begins at 00:00:01:00 instead of 00:00:00:10",
    ]
    assert in_words(BEFORE, trim(BEFORE, "main", "c", "end", 16 * FRAME)) == [
        "V1: 'c' lasts 1 frame instead of 5 frames"
    ]
    louder = track("V1", replace(clip("a", 10), gain_db=3.0))
    changed = replace(BEFORE.sequences[0], video_tracks=(louder, *BEFORE.sequences[0].video_tracks[1:]))
    assert "V1: 'a' changes its settings" in in_words(BEFORE, replace(BEFORE, sequences=(changed,)))


def test_media_tracks_and_sequences() -> None:
    added = add_track(add_asset(BEFORE, film("new")), "main", "audio")
    assert in_words(BEFORE, added) == ["media 'new.mp4' are added", "track A2 is added"]
    assert in_words(added, BEFORE) == ["media 'new.mp4' are removed", "track A2 is removed"]
    other = replace(BEFORE.sequences[0], id="other", name="Other", video_tracks=(), audio_tracks=())
    two = replace(BEFORE, sequences=(*BEFORE.sequences, other), name="Two")
    assert in_words(BEFORE, two) == ["sequence 'Other' is added", "the project 'Project' is renamed 'Two'"]
    assert in_words(two, BEFORE)[0] == "sequence 'Other' is removed"
    main = BEFORE.sequences[0]
    wide = replace(main, name="Wide", format=replace(main.format, width=320))
    assert in_words(BEFORE, replace(BEFORE, sequences=(wide,))) == [
        "sequence 'Main' is renamed 'Wide'",
        "sequence 'Wide' becomes 320x90 at 24 fps",
    ]
    quiet = replace(main, audio_tracks=(replace(main.audio_tracks[0], muted=True),))
    assert in_words(BEFORE, replace(BEFORE, sequences=(quiet,))) == ["track A1 changes its settings"]
    renamed = replace(BEFORE.assets[0], name="other name")
    assert in_words(BEFORE, replace(BEFORE, assets=(renamed, *BEFORE.assets[1:]))) == ["media 'other name' change"]


def test_what_has_no_words_of_its_own_is_not_silent() -> None:
    assert in_words(BEFORE, replace(BEFORE, extra=(("key", "1"),))) == ["details that are not shown change"]
