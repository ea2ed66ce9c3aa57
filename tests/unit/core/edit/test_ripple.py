"""What ripples along: sync locks, locked tracks, markers and cues."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.core.base.errors import UserError
from app.core.edit.cut import extract, ripple_delete
from app.core.edit.insert import MediaRange, insert
from app.core.model.links import out_of_step
from app.core.model.lint import lint
from app.core.model.marker import Marker
from app.core.model.project import Project
from app.core.model.sequence import Track
from app.core.model.subtitle import SubtitleCue, SubtitleTrack
from tests.helpers.document import FRAME, clip, clips, gap, project, row, track


def free(name: str, *items: object) -> Track:
    """A track whose sync lock is off."""
    return replace(track(name, *items), sync_lock=False)  # type: ignore[arg-type]


def checked(document: Project) -> Project:
    assert lint(document) == []
    assert out_of_step(document.sequences[0]) == []
    return document


def three() -> Project:
    return project(
        track("V1", clip("a", 10, link="1"), clip("b", 10, source=20, link="2")),
        track("A1", clip("s", 10, link="1"), clip("t", 10, source=20, link="2")),
        free("A2", clip("m", 30, asset="music")),
    )


def test_a_track_without_sync_lock_stays() -> None:
    after = checked(ripple_delete(three(), "main", ["a"]))
    assert [row(after, name) for name in ("V1", "A1", "A2")] == ["b:20+10", "t:20+10", "m:0+30"]
    after = checked(extract(three(), "main", 5 * FRAME, 12 * FRAME))
    assert [row(after, name) for name in ("V1", "A2")] == ["a:0+5 b:22+8", "m:0+30"]
    after = checked(insert(three(), "main", "film", 10 * FRAME, media=MediaRange(0, 5 * FRAME, "n")))
    assert [row(after, name) for name in ("V1", "A2")] == ["a:0+10 n:0+5 b:20+10", "m:0+30"]


def test_a_track_that_is_aimed_at_ripples_whatever_its_sync_lock_says() -> None:
    document = project(free("V1", clip("a", 10), clip("b", 10)), free("A1", clip("m", 20, asset="music")))
    assert [row(checked(ripple_delete(document, "main", ["a"])), name) for name in ("V1", "A1")] == ["b:0+10", "m:0+20"]
    media = MediaRange(0, 5 * FRAME, "n")
    after = checked(insert(document, "main", "silent", 10 * FRAME, media=media))
    assert [row(after, name) for name in ("V1", "A1")] == ["a:0+10 n:0+5 b:0+10", "m:0+20"]


def test_linked_sound_is_never_pulled_out_of_step() -> None:
    document = project(
        track("V1", clip("a", 10), clip("b", 10, source=20, link="2")),
        free("A1", gap(10), clip("t", 10, source=20, link="2")),
    )
    with pytest.raises(UserError, match=r"linked part on A1 does not ripple along .*switch the sync lock of A1 on"):
        ripple_delete(document, "main", ["a"])
    locked = project(document.sequences[0].video_tracks[0], replace(document.sequences[0].audio_tracks[0], locked=True))
    with pytest.raises(UserError, match="A1 is locked and would fall out of step"):
        ripple_delete(locked, "main", ["a"])


def noted(*notes: Marker | SubtitleCue, locked: bool = False) -> Project:
    document = project(track("V1", clip("a", 40), clip("b", 40)))
    cues = tuple(each for each in notes if isinstance(each, SubtitleCue))
    markers = tuple(each for each in notes if isinstance(each, Marker))
    tracks = (SubtitleTrack("ST1", "ST1", cues, locked=locked),)
    return replace(document, sequences=(replace(document.sequences[0], subtitle_tracks=tracks, markers=markers),))


def spans(document: Project) -> str:
    """Markers and cues in frames."""
    sequence = document.sequences[0]
    notes: list[Marker | SubtitleCue] = [
        *sequence.markers,
        *(cue for each in sequence.subtitle_tracks for cue in each.cues),
    ]
    return " ".join(
        f"{getattr(note, 'name', None) or getattr(note, 'text', '')}:{note.start / FRAME:g}-{note.end / FRAME:g}"
        for note in notes
    )


def marker(name: str, start: int, length: int = 0) -> Marker:
    return Marker(name, start * FRAME, length * FRAME, name)


def cue(name: str, start: float, end: float) -> SubtitleCue:
    return SubtitleCue(name, round(start * FRAME), round(end * FRAME), name)


@pytest.mark.parametrize(
    ("note", "left"),
    [
        (marker("m", 9), "m:9-9"),
        (marker("m", 10), ""),
        (marker("m", 19), ""),
        (marker("m", 20), "m:10-10"),
        (marker("m", 5, 5), "m:5-10"),
        (marker("m", 5, 9), "m:5-10"),
        (marker("m", 10, 10), ""),
        (marker("m", 12, 3), ""),
        (marker("m", 15, 10), "m:10-15"),
        (marker("m", 5, 30), "m:5-25"),
        (cue("c", 5, 10), "c:5-10"),
        (cue("c", 5, 12.5), "c:5-10"),
        (cue("c", 11.5, 13), ""),
        (cue("c", 10, 20), ""),
        (cue("c", 12, 25.5), "c:10-15.5"),
        (cue("c", 5.5, 30), "c:5.5-20"),
        (cue("c", 20, 30), "c:10-20"),
    ],
)
def test_taking_time_out_shifts_shortens_and_removes_notes(note: Marker | SubtitleCue, left: str) -> None:
    assert spans(checked(extract(noted(note), "main", 10 * FRAME, 20 * FRAME))) == left


@pytest.mark.parametrize(
    ("note", "left"),
    [
        (marker("m", 9), "m:9-9"),
        (marker("m", 10), "m:15-15"),
        (marker("m", 5, 5), "m:5-10"),
        (marker("m", 5, 6), "m:5-16"),
        (marker("m", 10, 6), "m:15-21"),
        (cue("c", 5, 10), "c:5-10"),
        (cue("c", 5, 12), "c:5-10 c:15-17"),
        (cue("c", 10, 12), "c:15-17"),
    ],
)
def test_putting_time_in_shifts_and_splits_notes(note: Marker | SubtitleCue, left: str) -> None:
    media = MediaRange(0, 5 * FRAME)
    assert spans(checked(insert(noted(note), "main", "silent", 10 * FRAME, media=media))) == left


def test_several_cuts_at_once_and_their_order() -> None:
    document = noted(cue("c", 5, 70), cue("d", 8, 12), marker("m", 30), marker("n", 50, 40))
    assert spans(ripple_delete(document, "main", ["b"])) == "m:30-30 n:40-50 c:5-40 d:8-12"
    crossed = noted(cue("long", 5, 20), cue("short", 8, 12))
    assert spans(checked(extract(crossed, "main", 4 * FRAME, 10 * FRAME))) == "short:4-6 long:4-14"


def test_cues_of_a_locked_track_stay() -> None:
    document = noted(cue("c", 30, 40), marker("m", 30), locked=True)
    assert spans(extract(document, "main", 10 * FRAME, 20 * FRAME)) == "m:20-20 c:30-40"


def test_links_across_a_cut_are_parted() -> None:
    document = project(
        track("V1", clip("a", 5, link="l"), gap(10), clip("b", 5, source=15, link="l")),
        track("A1", clip("s", 5, link="l"), gap(10), clip("t", 5, source=15, link="l")),
    )
    for after in (
        checked(extract(document, "main", 7 * FRAME, 9 * FRAME)),
        checked(insert(document, "main", "music", 7 * FRAME, media=MediaRange(0, FRAME))),
    ):
        links = {each.name: each.link_id for name in ("V1", "A1") for each in clips(after, name)}
        assert links["a"] == links["s"] == "l"
        assert links["b"] == links["t"] not in ("l", None)


def test_notes_that_shift_keep_everything_else() -> None:
    said = SubtitleCue("c", 30 * FRAME, 40 * FRAME, "text", "A", (("x", "1"),))
    pinned = Marker("m", 30 * FRAME, FRAME, "name", "pink", "note", (("y", "2"),))
    after = extract(noted(said, pinned), "main", 10 * FRAME, 20 * FRAME).sequences[0]
    assert after.subtitle_tracks[0].cues == (replace(said, start=20 * FRAME, end=30 * FRAME),)
    assert after.markers == (replace(pinned, start=20 * FRAME),)
