"""Changes between snapshots: by identity, down to the clip."""

from __future__ import annotations

from dataclasses import replace

from app.core.model.diff import Changes, Difference, compare
from app.core.model.marker import Marker
from app.core.model.project import Project
from app.core.model.sequence import Track
from app.core.model.subtitle import SubtitleCue, SubtitleTrack
from tests.helpers.document import clip, film, gap, music, project, track


def with_tracks(document: Project, *tracks: Track) -> Project:
    changed = replace(document.sequences[0], video_tracks=tracks)
    return replace(document, sequences=(changed, *document.sequences[1:]))


A, B, C = clip("a", 5), clip("b", 5), clip("c", 5)
BEFORE = project(track("V1", A, B, C), track("V2"))


def test_nothing_changed() -> None:
    assert not compare(BEFORE, BEFORE)
    assert compare(BEFORE, replace(BEFORE)) == Changes()
    assert not compare(BEFORE, project(track("V1", A, B, C), track("V2")))


def test_a_clip_removed_added_and_changed() -> None:
    longer, new = replace(A, duration=A.duration * 2), clip("n", 1)
    after = with_tracks(BEFORE, track("V1", longer, C), track("V2", new))
    changes = compare(BEFORE, after)
    assert changes.clips == Difference(added=("n",), removed=("b",), changed=("a",))
    assert changes.tracks == Difference(changed=("V1", "V2"))
    assert changes.sequences == Difference(changed=("main",))
    assert not changes.assets
    assert not changes.project


def test_a_clip_on_another_track_has_changed() -> None:
    changes = compare(BEFORE, with_tracks(BEFORE, track("V1", A, C), track("V2", gap(5), B)))
    assert changes.clips == Difference(changed=("b",))


def test_a_shift_shows_as_a_changed_track_only() -> None:
    changes = compare(BEFORE, with_tracks(BEFORE, track("V1", gap(3), A, B, C), track("V2")))
    assert changes.clips == Difference()
    assert changes.tracks.changed == ("V1",)


def test_tracks_come_and_go_with_their_clips() -> None:
    changes = compare(BEFORE, with_tracks(BEFORE, track("V3", clip("n", 1))))
    assert changes.tracks == Difference(added=("V3",), removed=("V1", "V2"))
    assert changes.clips == Difference(added=("n",), removed=("a", "b", "c"))
    swapped = compare(BEFORE, with_tracks(BEFORE, *reversed(BEFORE.sequences[0].video_tracks)))
    assert swapped == Changes(sequences=Difference(changed=("main",)))


def test_assets_and_the_project_itself() -> None:
    renamed = replace(film(), name="other")
    after = replace(BEFORE, assets=(renamed, music("new")), name="New name")
    changes = compare(BEFORE, after)
    assert changes.assets == Difference(added=("new",), removed=("silent", "music", "still"), changed=("film",))
    assert changes.project
    assert compare(BEFORE, replace(BEFORE, assets=tuple(reversed(BEFORE.assets)))) == Changes(project=True)


def test_a_sequence_added_brings_its_tracks_and_clips() -> None:
    other = replace(BEFORE.sequences[0], id="other", video_tracks=(track("V9", clip("z", 1)),))
    changes = compare(BEFORE, replace(BEFORE, sequences=(*BEFORE.sequences, other)))
    assert changes.sequences == Difference(added=("other",))
    assert changes.tracks == Difference(added=("V9",))
    assert changes.clips == Difference(added=("z",))


def with_subtitles(document: Project, *tracks: SubtitleTrack) -> Project:
    changed = replace(document.sequences[0], subtitle_tracks=tracks)
    return replace(document, sequences=(changed, *document.sequences[1:]))


def test_cues_come_go_and_change() -> None:
    one, two, three = (SubtitleCue(key, at, at + 5, key) for key, at in (("one", 0), ("two", 5), ("three", 10)))
    before = with_subtitles(BEFORE, SubtitleTrack("ST1", "ST1", (one, two)))
    assert compare(BEFORE, before).subtitle_tracks == Difference(added=("ST1",))
    assert compare(BEFORE, before).cues == Difference(added=("one", "two"))
    changed = with_subtitles(before, SubtitleTrack("ST1", "ST1", (replace(one, text="other"), three)))
    changes = compare(before, changed)
    assert changes.cues == Difference(added=("three",), removed=("two",), changed=("one",))
    assert changes.subtitle_tracks == Difference(changed=("ST1",))
    assert changes.sequences == Difference(changed=("main",))
    assert not changes.tracks
    assert not changes.clips


def test_markers_come_go_and_change() -> None:
    one, two = Marker("1", 0), Marker("2", 5)
    before = replace(BEFORE, sequences=(replace(BEFORE.sequences[0], markers=(one, two)),))
    after = replace(BEFORE, sequences=(replace(BEFORE.sequences[0], markers=(replace(two, name="x"), Marker("3", 9))),))
    assert compare(before, after).markers == Difference(added=("3",), removed=("1",), changed=("2",))
    assert compare(before, after)
