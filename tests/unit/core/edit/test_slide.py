"""Roll, slip, slide: outer edges stay, durations as specified."""

from __future__ import annotations

import pytest

from app.core.base.errors import UserError
from app.core.edit.edges import Edge
from app.core.edit.slide import roll, slide, slip
from app.core.model.links import out_of_step
from app.core.model.lint import lint
from app.core.model.project import Project
from tests.helpers.document import FRAME, clip, gap, project, row, track


def three() -> Project:
    """Three linked pairs that touch."""
    return project(
        track("V1", *(clip(name, 10, source=start, link=name) for name, start in (("a", 50), ("b", 100), ("c", 150)))),
        track(
            "A1",
            *(clip(name.upper(), 10, source=start, link=name) for name, start in (("a", 50), ("b", 100), ("c", 150))),
        ),
    )


def checked(document: Project) -> Project:
    assert lint(document) == []
    assert out_of_step(document.sequences[0]) == []
    assert [each.duration for each in document.sequences[0].tracks] == [
        each.duration for each in three().sequences[0].tracks
    ]
    return document


@pytest.mark.parametrize(("clip_id", "edge"), [("a", "end"), ("b", "start"), ("A", "end")])
def test_a_roll_moves_one_cut_whichever_side_is_named(clip_id: str, edge: Edge) -> None:
    after = checked(roll(three(), "main", clip_id, edge, 13 * FRAME))
    assert row(after, "V1") == "a:50+13 b:103+7 c:150+10"
    assert row(after, "A1") == "A:50+13 B:103+7 C:150+10"
    after = checked(roll(three(), "main", clip_id, edge, 8 * FRAME))
    assert row(after, "V1") == "a:50+8 b:98+12 c:150+10"


def test_a_roll_stops_at_one_frame_and_at_the_media() -> None:
    assert row(checked(roll(three(), "main", "a", "end", 99 * FRAME)), "V1") == "a:50+19 b:109+1 c:150+10"
    assert row(checked(roll(three(), "main", "a", "end", 0)), "V1") == "a:50+1 b:91+19 c:150+10"
    short = project(track("V1", clip("a", 10, source=228), clip("b", 10, source=20)))
    after = roll(short, "main", "a", "end", 19 * FRAME)
    assert row(after, "V1") == "a:228+12 b:22+8"
    with pytest.raises(UserError, match="nothing is left on that side"):
        roll(after, "main", "a", "end", 19 * FRAME)


def test_a_roll_alone_leaves_the_sound() -> None:
    after = checked(roll(three(), "main", "a", "end", 13 * FRAME, linked=False))
    assert (row(after, "V1"), row(after, "A1")) == ("a:50+13 b:103+7 c:150+10", row(three(), "A1"))


def test_sound_on_other_tracks_follows_a_roll() -> None:
    document = project(
        track("V1", clip("a", 10, link="1"), clip("b", 10, source=50, link="2")),
        track("A1", clip("s", 10, link="1")),
        track("A2", gap(10), clip("t", 10, source=50, link="2")),
    )
    after = roll(document, "main", "a", "end", 12 * FRAME)
    assert [row(after, name) for name in ("V1", "A1", "A2")] == ["a:0+12 b:52+8", "s:0+12", "-12 t:52+8"]
    assert lint(after) == []


def test_nothing_to_roll_with() -> None:
    document = project(track("V1", clip("a", 10), gap(5), clip("b", 10)))
    for clip_id, edge in (("a", "end"), ("b", "start"), ("a", "start"), ("b", "end")):
        with pytest.raises(UserError, match="no clip touches it on that side"):
            roll(document, "main", clip_id, edge, 12 * FRAME)  # type: ignore[arg-type]


def test_a_slip_moves_no_edge() -> None:
    after = checked(slip(three(), "main", "b", 7 * FRAME))
    assert row(after, "V1") == "a:50+10 b:107+10 c:150+10"
    assert row(after, "A1") == "A:50+10 B:107+10 C:150+10"
    assert row(checked(slip(three(), "main", "b", -999 * FRAME)), "V1") == "a:50+10 b:0+10 c:150+10"
    last = checked(slip(three(), "main", "B", 999 * FRAME))
    assert row(last, "A1") == "A:50+10 B:230+10 C:150+10"
    with pytest.raises(UserError, match="nothing is left on that side"):
        slip(last, "main", "b", FRAME)
    alone = slip(three(), "main", "b", 7 * FRAME, linked=False)
    assert [each.by for each in out_of_step(alone.sequences[0])] == [7 * FRAME]


def test_a_slide_changes_the_neighbours() -> None:
    after = checked(slide(three(), "main", "b", 4 * FRAME))
    assert row(after, "V1") == "a:50+14 b:100+10 c:154+6"
    assert row(after, "A1") == "A:50+14 B:100+10 C:154+6"
    assert row(checked(slide(three(), "main", "B", -99 * FRAME)), "V1") == "a:50+1 b:100+10 c:141+19"


def test_a_slide_through_gaps_and_at_the_ends() -> None:
    document = project(track("V1", clip("a", 10, source=50), gap(5), clip("b", 10), gap(3), clip("c", 10)))
    assert row(slide(document, "main", "b", 99 * FRAME), "V1") == "a:50+10 -8 b:0+10 c:0+10"
    assert row(slide(document, "main", "b", -99 * FRAME), "V1") == "a:50+10 b:0+10 -8 c:0+10"
    assert row(slide(document, "main", "a", 2 * FRAME), "V1") == "-2 a:50+10 -3 b:0+10 -3 c:0+10"
    with pytest.raises(UserError, match="nothing is left"):
        slide(document, "main", "a", -FRAME)


def test_pieces_that_are_linked_slide_as_one() -> None:
    document = project(track("V1", clip("l", 10, source=50), clip("a", 5, link="1"), clip("b", 5, source=5, link="1")))
    assert row(slide(document, "main", "a", -3 * FRAME), "V1") == "l:50+7 a:0+5 b:5+5"


def test_refusals() -> None:
    for edit in (slip, slide):
        with pytest.raises(ValueError, match="whole number of frames"):
            edit(three(), "main", "a", 1)
        with pytest.raises(UserError, match="not on the timeline"):
            edit(three(), "main", "gone", FRAME)
        assert edit(three(), "main", "a", 0) == three()
    locked = project(track("V1", clip("a", 10, link="1")), track("A1", clip("s", 10, link="1"), locked=True))
    with pytest.raises(UserError, match="A1: it is locked"):
        slip(locked, "main", "a", FRAME)
