"""Moves over time and tracks."""

from __future__ import annotations

import pytest

from app.core.base.errors import UserError
from app.core.edit.move import move, move_clips
from app.core.edit.tracks import add_track
from app.core.model.links import out_of_step
from app.core.model.lint import lint
from app.core.model.project import Project
from tests.helpers.document import FRAME, clip, clips, gap, project, row, track


def two() -> Project:
    return project(
        track("V1", clip("a", 5, link="1"), clip("b", 10, source=20, link="2")),
        track("V2"),
        track("A1", clip("s", 5, link="1"), clip("t", 10, source=20, link="2")),
    )


def checked(document: Project) -> Project:
    assert lint(document) == []
    assert out_of_step(document.sequences[0]) == []
    return document


def test_a_move_takes_linked_parts_along_and_overwrites() -> None:
    after = checked(move(two(), "main", "a", 7 * FRAME))
    assert row(after, "V1") == "-5 b:20+2 a:0+5 b:27+3"
    assert row(after, "A1") == "-5 t:20+2 s:0+5 t:27+3"
    links = [each.link_id for each in clips(after, "V1")]
    assert links == [each.link_id for each in clips(after, "A1")]
    assert len(set(links)) == 3


def test_a_move_over_its_own_place() -> None:
    assert row(checked(move(two(), "main", "b", 3 * FRAME)), "V1") == "a:0+3 b:20+10"
    assert row(checked(move(two(), "main", "b", 8 * FRAME)), "V1") == "a:0+5 -3 b:20+10"
    assert row(checked(move(two(), "main", "a", 0)), "V1") == row(two(), "V1")


def test_a_move_to_another_track_leaves_linked_sound_where_it_is() -> None:
    after = checked(move(two(), "main", "b", 5 * FRAME, track_id="V2"))
    assert [row(after, name) for name in ("V1", "V2", "A1")] == ["a:0+5", "-5 b:20+10", "s:0+5 t:20+10"]


def interview() -> Project:
    """An interview, and a film with sound behind it."""
    return project(
        track("V1", clip("i", 20, link="1"), clip("a", 10, link="2")),
        track("V2"),
        track("A1", clip("j", 20, link="1"), clip("s", 10, link="2")),
    )


def test_linked_sound_goes_over_no_word_where_its_picture_changes_tracks() -> None:
    """It goes along by as many tracks, which may have to be made."""
    for after in (
        move(interview(), "main", "a", 5 * FRAME, track_id="V2"),
        move_clips(interview(), "main", ["a"], -15 * FRAME, tracks_up=1),
        move_clips(interview(), "main", ["a", "s"], -15 * FRAME, tracks_up=1, kind="video"),
    ):
        checked(after)
        rows = ["i:0+20", "-5 a:0+10", "j:0+20", "-5 s:0+10"]
        assert [row(after, name) for name in ("V1", "V2", "A1", "A2")] == rows


def test_linked_sound_looks_on_for_room_and_passes_over_locked_tracks() -> None:
    tracks = interview().sequences[0].tracks
    taken = project(*tracks, track("A2", gap(12), clip("m", 30)), track("A3", locked=True), track("A4"))
    after = checked(move(taken, "main", "a", 5 * FRAME, track_id="V2"))
    rows = ["j:0+20", "-12 m:0+30", "", "-5 s:0+10"]
    assert [row(after, name) for name in ("A1", "A2", "A3", "A4")] == rows
    free = checked(move(taken, "main", "a", 2 * FRAME, track_id="V2"))
    assert row(free, "A2") == "-2 s:0+10 m:0+30"


def test_a_linked_picture_goes_over_no_other_where_its_sound_changes_tracks() -> None:
    document = add_track(interview(), "main", "audio")
    after = checked(move_clips(document, "main", ["s"], -15 * FRAME, tracks_up=1))
    assert [row(after, name) for name in ("V1", "V2", "A2")] == ["i:0+20", "-5 a:0+10", "-5 s:0+10"]


def test_linked_sound_stays_where_the_place_is_that_it_leaves_itself() -> None:
    after = checked(move_clips(interview(), "main", ["a"], 5 * FRAME, tracks_up=1))
    assert [row(after, name) for name in ("V2", "A1")] == ["-25 a:0+10", "j:0+20 -5 s:0+10"]


def test_along_the_track_both_parts_go_over_what_is_there() -> None:
    after = checked(move(interview(), "main", "a", 5 * FRAME))
    assert [row(after, name) for name in ("V1", "A1")] == ["i:0+5 a:0+10 i:15+5", "j:0+5 s:0+10 j:15+5"]


def test_a_move_alone_may_leave_its_sound() -> None:
    after = move(two(), "main", "b", 6 * FRAME, linked=False)
    assert lint(after) == []
    assert [each.by for each in out_of_step(after.sequences[0])] == [-FRAME]


def test_several_clips_move_as_one() -> None:
    after = checked(move_clips(two(), "main", ["a", "b"], 3 * FRAME))
    assert row(after, "V1") == "-3 a:0+5 b:20+10"
    assert row(after, "A1") == "-3 s:0+5 t:20+10"
    up = checked(move_clips(two(), "main", ["a", "b"], 3 * FRAME, tracks_up=1))
    assert [row(up, name) for name in ("V1", "V2")] == ["", "-3 a:0+5 b:20+10"]
    assert row(up, "A1") == "-3 s:0+5 t:20+10"


def test_only_one_kind_changes_tracks_where_asked() -> None:
    up = checked(move_clips(two(), "main", ["a", "s", "t"], 15 * FRAME, tracks_up=1, kind="video"))
    assert row(up, "V2") == "-15 a:0+5"
    assert row(up, "V1") == "-20 b:20+10"
    assert row(up, "A1") == "-15 s:0+5 t:20+10"


def test_refusals_change_nothing() -> None:
    document = two()
    with pytest.raises(UserError, match="clip b: it would begin before the timeline does"):
        move(document, "main", "b", -FRAME)
    with pytest.raises(UserError, match="before the timeline"):
        move_clips(document, "main", ["b"], -6 * FRAME)
    with pytest.raises(UserError, match="A1 is no picture track"):
        move(document, "main", "a", 0, track_id="A1")
    with pytest.raises(UserError, match="no track to move to"):
        move_clips(document, "main", ["a"], 0, tracks_up=2)
    with pytest.raises(UserError, match="not in this sequence"):
        move(document, "main", "a", 0, track_id="gone")
    with pytest.raises(ValueError, match="no whole number of frames"):
        move(document, "main", "a", 1)
    assert document == two()


@pytest.mark.parametrize("locked", ["V1", "V2", "A1"])
def test_locked_tracks_refuse(locked: str) -> None:
    document = project(
        track("V1", clip("a", 5, link="1"), locked=locked == "V1"),
        track("V2", gap(1), clip("x", 1), locked=locked == "V2"),
        track("A1", clip("s", 5, link="1"), locked=locked == "A1"),
    )
    with pytest.raises(UserError, match=f"track {locked}: it is locked"):
        move(document, "main", "a", 0, track_id="V2")


def test_new_tracks_are_named_by_number() -> None:
    document = add_track(add_track(two(), "main", "video"), "main", "audio")
    assert [each.name for each in document.sequences[0].tracks] == ["V1", "V2", "V3", "A1", "A2"]
    assert lint(document) == []
    taken = add_track(project(track("V2")), "main", "video")
    assert [each.name for each in taken.sequences[0].tracks] == ["V2", "V3"]


def test_moved_clips_can_be_inserted() -> None:
    after = checked(move_clips(two(), "main", ["a"], 15 * FRAME, inserting=True))
    assert (row(after, "V1"), row(after, "A1")) == ("-5 b:20+10 a:0+5", "-5 t:20+10 s:0+5")
    after = checked(move_clips(two(), "main", ["b"], -5 * FRAME, inserting=True))
    assert (row(after, "V1"), row(after, "A1")) == ("b:20+10 a:0+5", "t:20+10 s:0+5")
    after = checked(move_clips(two(), "main", ["b"], -2 * FRAME, inserting=True))
    assert (row(after, "V1"), row(after, "A1")) == ("a:0+3 b:20+10 a:3+2", "s:0+3 t:20+10 s:3+2")
    up = checked(move_clips(two(), "main", ["a"], 7 * FRAME, tracks_up=1, kind="video", inserting=True))
    assert [row(up, name) for name in ("V1", "V2", "A1")] == [
        "-5 b:20+2 -5 b:22+8", "-7 a:0+5", "-5 t:20+2 s:0+5 t:22+8",
    ]  # fmt: skip
    with pytest.raises(UserError, match="before the timeline"):
        move_clips(two(), "main", ["b"], -6 * FRAME, inserting=True)
