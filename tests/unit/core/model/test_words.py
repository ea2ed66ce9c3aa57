"""Sentences about what an edit did."""

from __future__ import annotations

from dataclasses import replace

from app.core.edit.assets import add_asset
from app.core.edit.cut import ripple_delete, split_clip
from app.core.edit.move import move
from app.core.edit.tracks import add_track
from app.core.edit.trim import trim
from app.core.model.marker import Marker
from app.core.model.project import Project
from app.core.model.subtitle import SubtitleCue, SubtitleTrack
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
    assert "V1: 'a' sounds at +3 dB instead of +0 dB" in in_words(BEFORE, replace(BEFORE, sequences=(changed,)))


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


def with_cues(*cues: SubtitleCue, markers: tuple[Marker, ...] = ()) -> Project:
    sequence = replace(BEFORE.sequences[0], subtitle_tracks=(SubtitleTrack("ST1", "ST1", cues),), markers=markers)
    return replace(BEFORE, sequences=(sequence,))


def test_cues() -> None:
    one, two = SubtitleCue("1", 0, FRAME, "Good\nmorning"), SubtitleCue("2", 24 * FRAME, 30 * FRAME, "x" * 90)
    assert in_words(BEFORE, with_cues(one)) == [
        "track ST1 is added", "cue 'Good morning' is added at 00:00:00:00",
    ]  # fmt: skip
    later = replace(two, start=26 * FRAME, end=32 * FRAME)
    assert in_words(with_cues(one, two), with_cues(later)) == [
        "cue 'Good morning' is removed", "1 cue shifts by +2 frames",
    ]  # fmt: skip
    longer = replace(two, end=31 * FRAME)
    shown = f"cue '{'x' * 37}...'"
    assert in_words(with_cues(two), with_cues(longer)) == [f"{shown} shows from 00:00:01:00 to 00:00:01:07"]
    said = replace(one, text="Good night", speaker="Ann")
    assert in_words(with_cues(one), with_cues(said)) == ["cue 'Good morning' says 'Good night', is spoken by 'Ann'"]
    assert in_words(with_cues(said), with_cues(replace(said, speaker=None))) == ["cue 'Good night' has no speaker"]
    assert in_words(with_cues(one), with_cues(replace(one, extra=(("k", "1"),)))) == [
        "cue 'Good morning' changes its settings",
    ]  # fmt: skip


def test_markers() -> None:
    here, there = Marker("1", 24 * FRAME, name="Here"), Marker("2", 30 * FRAME)
    assert in_words(with_cues(), with_cues(markers=(here,))) == ["marker 'Here' is added at 00:00:01:00"]
    moved = replace(there, start=28 * FRAME)
    assert in_words(with_cues(markers=(here, there)), with_cues(markers=(moved,))) == [
        "marker 'Here' at 00:00:01:00 is removed", "1 marker shifts by -2 frames",
    ]  # fmt: skip
    blue = replace(there, color="blue")
    assert in_words(with_cues(markers=(there,)), with_cues(markers=(blue,))) == [
        "a marker without name at 00:00:01:06 changes"
    ]


def test_tracks_change_their_order_and_clips_their_media() -> None:
    main = BEFORE.sequences[0]
    turned = replace(main, video_tracks=main.video_tracks[::-1])
    assert in_words(BEFORE, replace(BEFORE, sequences=(turned,))) == ["tracks change their order"]
    other = track("V1", replace(clip("a", 10), asset_id="silent", source_start=9), *main.video_tracks[0].items[1:])
    changed = replace(main, video_tracks=(other, *main.video_tracks[1:]))
    assert in_words(BEFORE, replace(BEFORE, sequences=(changed,))) == ["V1: 'a' shows other media"]
