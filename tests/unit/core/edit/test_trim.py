"""Edges: limits of media and neighbours, linked parts, refusals."""

from __future__ import annotations

from fractions import Fraction

import pytest

from app.core.base.errors import UserError
from app.core.edit.trim import Edge, ripple_trim, trim
from app.core.model.links import out_of_step
from app.core.model.lint import lint
from app.core.model.project import Project
from tests.helpers.document import FRAME, clip, film, gap, project, row, silent_film, track


def pair() -> Project:
    return project(
        track("V1", gap(10), clip("a", 10, source=6, link="l"), gap(10), clip("b", 5, source=100)),
        track("A1", gap(10), clip("s", 10, source=6, link="l")),
    )


def trimmed(document: Project, edge: Edge, to: int, clip_id: str = "a", *, linked: bool = True) -> Project:
    after = trim(document, "main", clip_id, edge, to * FRAME, linked=linked)
    assert lint(after) == []
    return after


def test_the_start_inward_and_outward() -> None:
    shorter = trimmed(pair(), "start", 13)
    assert (row(shorter, "V1"), row(shorter, "A1")) == ("-13 a:9+7 -10 b:100+5", "-13 s:9+7")
    longer = trimmed(pair(), "start", 8)
    assert (row(longer, "V1"), row(longer, "A1")) == ("-8 a:4+12 -10 b:100+5", "-8 s:4+12")


def test_the_end_inward_and_outward() -> None:
    shorter = trimmed(pair(), "end", 17)
    assert (row(shorter, "V1"), row(shorter, "A1")) == ("-10 a:6+7 -13 b:100+5", "-10 s:6+7")
    longer = trimmed(pair(), "end", 25)
    assert (row(longer, "V1"), row(longer, "A1")) == ("-10 a:6+15 -5 b:100+5", "-10 s:6+15")


def test_media_stop_the_edges() -> None:
    assert row(trimmed(pair(), "start", 0), "V1") == "-4 a:0+16 -10 b:100+5"
    last = trimmed(pair(), "end", 9999, "b")
    assert row(last, "V1") == "-10 a:6+10 -10 b:100+140"
    with pytest.raises(UserError, match="clip b: its media has no more on that side"):
        trim(last, "main", "b", "end", 9999 * FRAME)


def test_neighbours_stop_the_edges_also_those_of_linked_parts() -> None:
    assert row(trimmed(pair(), "end", 99), "V1") == "-10 a:6+20 b:100+5"
    document = project(
        track("V1", gap(10), clip("a", 10, source=50, link="l")),
        track("A1", clip("m", 8, asset="music"), gap(2), clip("s", 10, source=50, link="l")),
    )
    after = trimmed(document, "start", 0)
    assert (row(after, "V1"), row(after, "A1")) == ("-8 a:48+12", "m:0+8 s:48+12")
    with pytest.raises(UserError, match="nothing is free on that side"):
        trim(after, "main", "a", "start", 0)


def test_one_frame_stays() -> None:
    least = trimmed(pair(), "start", 99)
    assert row(least, "A1") == "-19 s:15+1"
    assert row(trimmed(pair(), "end", 0), "V1") == "-10 a:6+1 -19 b:100+5"
    with pytest.raises(UserError, match="one frame long"):
        trim(least, "main", "a", "start", 99 * FRAME)


def test_without_links_only_the_clip_moves() -> None:
    after = trimmed(pair(), "end", 15, linked=False)
    assert (row(after, "V1"), row(after, "A1")) == ("-10 a:6+5 -15 b:100+5", "-10 s:6+10")


def test_linked_parts_with_another_edge_stay() -> None:
    document = project(track("V1", clip("a", 10, link="l")), track("A1", clip("s", 14, link="l")))
    after = trimmed(document, "end", 8)
    assert (row(after, "V1"), row(after, "A1")) == ("a:0+8", "s:0+14")
    assert out_of_step(after.sequences[0]) == []


def test_the_same_place_changes_nothing() -> None:
    document = pair()
    assert trim(document, "main", "a", "start", 10 * FRAME) is document


def test_a_still_stretches_both_ways_without_end() -> None:
    document = project(track("V1", gap(10), clip("a", 10, asset="still")))
    assert row(trimmed(document, "end", 99_999), "V1") == "-10 a:0+99989"
    assert row(trimmed(document, "start", 0), "V1") == "a:-10+20"


def test_picture_stops_at_its_last_frame_though_the_sound_goes_on() -> None:
    """Sound of 30.016 s under 30 s of picture: the linked pair ends with the picture."""
    document = project(track("V1", clip("a", 235, link="l")), track("A1", clip("s", 235, link="l")))
    after = trimmed(document, "end", 300)
    assert row(after, "V1") == "a:0+240"


def test_media_of_another_rate_may_hold_their_last_frame() -> None:
    document = project(track("V1", clip("a", 10, asset="silent")), assets=(silent_film(rate=Fraction(25), frames=26),))
    assert row(trimmed(document, "end", 99), "V1") == "a:0+25"


def test_a_start_that_is_off_the_grid_of_frames() -> None:
    """Media that begin half a frame into their container are used from their first whole frame."""
    asset = film(start=FRAME // 2)
    document = project(track("V1", gap(20), clip("a", 10, source=5)), assets=(asset,))
    assert row(trimmed(document, "start", 0), "V1") == "-16 a:1+14"


def test_refusals() -> None:
    with pytest.raises(UserError, match="not on the timeline"):
        trim(pair(), "main", "gone", "start", 0)
    with pytest.raises(ValueError, match="on no frame"):
        trim(pair(), "main", "a", "start", 1)
    locked = project(track("V1", clip("a", 10, link="l")), track("A1", clip("s", 10, link="l"), locked=True))
    for clip_id in ("a", "s"):
        with pytest.raises(UserError, match="A1: it is locked"):
            trim(locked, "main", clip_id, "end", FRAME)


def rippled(document: Project, edge: Edge, to: int, clip_id: str = "a", *, linked: bool = True) -> Project:
    after = ripple_trim(document, "main", clip_id, edge, to * FRAME, linked=linked)
    assert lint(after) == []
    assert out_of_step(after.sequences[0]) == []
    return after


def full() -> Project:
    return project(
        track("V1", clip("a", 10, source=50, link="1"), clip("b", 10, source=100, link="2")),
        track("A1", clip("s", 10, source=50, link="1"), clip("t", 10, source=100, link="2")),
        track("A2", clip("m", 30, asset="music")),
    )


@pytest.mark.parametrize(
    ("edge", "to", "v1", "a2"),
    [
        ("end", 8, "a:50+8 b:100+10", "m:0+8 m:10+20"),
        ("end", 13, "a:50+13 b:100+10", "m:0+10 -3 m:10+20"),
        ("start", 4, "a:54+6 b:100+10", "m:4+26"),
        ("end", 0, "a:50+1 b:100+10", "m:0+1 m:10+20"),
    ],
)
def test_a_ripple_trim_takes_everything_later_along(edge: Edge, to: int, v1: str, a2: str) -> None:
    after = rippled(full(), edge, to)
    assert (row(after, "V1"), row(after, "A2")) == (v1, a2)
    assert row(after, "A1") == v1.replace("a", "s").replace("b", "t")


def test_a_ripple_trim_outward_at_the_start_keeps_the_place() -> None:
    after = rippled(full(), "start", 7, "b")
    assert row(after, "V1") == "a:50+10 b:97+13"
    assert row(after, "A2") == "m:0+10 -3 m:10+20"


def test_a_ripple_trim_goes_as_far_as_the_media() -> None:
    document = project(track("V1", clip("a", 10, source=228), clip("b", 10)))
    after = rippled(document, "end", 999)
    assert row(after, "V1") == "a:228+12 b:0+10"
    with pytest.raises(UserError, match="its media has no more on that side"):
        ripple_trim(after, "main", "a", "end", 999 * FRAME)


def test_split_edits_stay_in_step_when_they_ripple() -> None:
    """Sound that begins before its picture, or ends behind it, is cut, and its pieces part as their time does."""
    document = project(
        track("V1", clip("v", 10), clip("a", 10, source=50, link="1"), clip("w", 10)),
        track("A1", gap(5), clip("s", 20, source=45, link="1")),
    )
    after = rippled(document, "start", 7)
    assert (row(after, "V1"), row(after, "A1")) == ("v:0+10 a:47+13 w:0+10", "-5 s:45+5 -3 s:50+15")
    after = rippled(document, "start", 13)
    assert (row(after, "V1"), row(after, "A1")) == ("v:0+10 a:53+7 w:0+10", "-5 s:45+5 s:53+12")
    after = rippled(document, "end", 22)
    assert (row(after, "V1"), row(after, "A1")) == ("v:0+10 a:50+12 w:0+10", "-5 s:45+15 -2 s:60+5")


def test_a_ripple_trim_that_would_pull_apart_is_refused() -> None:
    document = project(
        track("V1", clip("a", 10), clip("b", 10, link="1")), track("A1", gap(10), clip("t", 10, link="1"), locked=True)
    )
    for to in (5, 15):
        with pytest.raises(UserError, match="A1 is locked and would fall out of step"):
            ripple_trim(document, "main", "a", "end", to * FRAME)
