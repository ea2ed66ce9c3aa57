"""Split, lift, extract, ripple delete: one test per edge."""

from __future__ import annotations

import pytest

from app.core.base.errors import UserError
from app.core.edit.cut import close_gap, extract, lift, lift_range, ripple_delete, split_all, split_clip, split_tracks
from app.core.edit.tracks import set_flags
from app.core.model.links import out_of_step
from app.core.model.lint import lint
from app.core.model.project import Project
from tests.helpers.document import FRAME, clip, clips, gap, project, row, track


def two() -> Project:
    """Two linked pairs, with music under both and a title above the border."""
    return project(
        track("V1", clip("a", 10, link="1"), clip("b", 10, source=20, link="2")),
        track("V2", gap(8), clip("x", 4, asset="silent")),
        track("A1", clip("s", 10, link="1"), clip("t", 10, source=20, link="2")),
        track("A2", clip("m", 30, asset="music")),
    )


def checked(document: Project) -> Project:
    assert lint(document) == []
    assert out_of_step(document.sequences[0]) == []
    return document


def test_split_of_a_clip_takes_its_sound_along() -> None:
    after = checked(split_clip(two(), "main", "a", 4 * FRAME))
    assert row(after, "V1") == "a:0+4 a:4+6 b:20+10"
    assert row(after, "A1") == "s:0+4 s:4+6 t:20+10"
    first, second, _ = clips(after, "V1")
    other_first, other_second, _ = clips(after, "A1")
    assert first.link_id == other_first.link_id == "1"
    assert second.link_id == other_second.link_id
    assert second.link_id not in ("1", None)
    assert row(after, "A2") == "m:0+30"


def test_split_of_a_clip_alone_keeps_all_pieces_linked() -> None:
    after = checked(split_clip(two(), "main", "a", 4 * FRAME, linked=False))
    assert row(after, "A1") == "s:0+10 t:20+10"
    assert [each.link_id for each in clips(after, "V1")] == ["1", "1", "2"]
    whole = checked(split_clip(after, "main", "s", 4 * FRAME))
    first, second, _ = clips(whole, "A1")
    assert [first.link_id, second.link_id] == [each.link_id for each in clips(whole, "V1")][:2]
    assert first.link_id != second.link_id


def test_split_where_the_sound_is_shorter() -> None:
    document = project(track("V1", clip("a", 10, link="l")), track("A1", clip("s", 5, link="l")))
    after = checked(split_clip(document, "main", "a", 7 * FRAME))
    assert [each.link_id for each in clips(after, "V1")] == ["l", None]
    assert row(after, "A1") == "s:0+5"


@pytest.mark.parametrize("at", [0, 10, 15])
def test_split_outside_the_clip_is_refused(at: int) -> None:
    with pytest.raises(UserError, match="clip a: it does not span that time"):
        split_clip(two(), "main", "a", at * FRAME)


def test_split_of_given_tracks_takes_linked_sound_along() -> None:
    after = checked(split_tracks(two(), "main", ["V1"], 9 * FRAME))
    assert row(after, "V1") == "a:0+9 a:9+1 b:20+10"
    assert row(after, "A1") == "s:0+9 s:9+1 t:20+10"
    assert row(after, "V2") == "-8 x:0+4"
    alone = checked(split_tracks(two(), "main", ["V1", "V2"], 9 * FRAME, linked=False))
    assert row(alone, "A1") == "s:0+10 t:20+10"
    assert row(alone, "V2") == "-8 x:0+1 x:1+3"


def test_split_of_all_tracks_leaves_locked_ones() -> None:
    document = project(
        track("V1", clip("a", 10)), track("V2", clip("x", 10, asset="silent"), locked=True), track("A1", clip("s", 10))
    )
    after = checked(split_all(document, "main", 3 * FRAME))
    assert [row(after, name) for name in ("V1", "V2", "A1")] == ["a:0+3 a:3+7", "x:0+10", "s:0+3 s:3+7"]


def test_split_with_nothing_there_is_refused() -> None:
    for at in (0, 30, 99):
        with pytest.raises(UserError, match="no clip to split"):
            split_all(two(), "main", at * FRAME)
    with pytest.raises(UserError, match="no clip to split"):
        split_tracks(two(), "main", ["V2"], 2 * FRAME)


def test_split_of_locked_tracks_is_refused() -> None:
    document = project(track("V1", clip("a", 10, link="l")), track("A1", clip("s", 10, link="l"), locked=True))
    for clip_id in ("a", "s"):
        with pytest.raises(UserError, match="track A1: it is locked"):
            split_clip(document, "main", clip_id, FRAME)
    for name in ("V1", "A1"):
        with pytest.raises(UserError, match="track A1: it is locked"):
            split_tracks(document, "main", [name], FRAME)
    assert row(checked(split_clip(document, "main", "a", FRAME, linked=False)), "A1") == "s:0+10"


def test_lift_leaves_gaps_and_no_gap_at_the_end() -> None:
    assert row(checked(lift(two(), "main", ["a"])), "V1") == "-10 b:20+10"
    assert row(checked(lift(two(), "main", ["a"])), "A1") == "-10 t:20+10"
    assert row(checked(lift(two(), "main", ["t"])), "V1") == "a:0+10"
    assert row(checked(lift(two(), "main", ["a"], linked=False)), "A1") == "s:0+10 t:20+10"
    assert checked(lift(two(), "main", ["a", "b", "x", "m"])).sequences[0].duration == 0


def test_lift_merges_gaps() -> None:
    document = project(track("V1", gap(2), clip("a", 3), gap(4), clip("b", 1)))
    assert row(checked(lift(document, "main", ["a"])), "V1") == "-9 b:0+1"


def test_extract_closes_all_tracks_equally() -> None:
    after = checked(extract(two(), "main", 6 * FRAME, 13 * FRAME))
    assert row(after, "V1") == "a:0+6 b:23+7"
    assert row(after, "A1") == "s:0+6 t:23+7"
    assert row(after, "V2") == ""
    assert row(after, "A2") == "m:0+6 m:13+17"


def test_extract_inside_a_linked_pair_links_the_rest_anew() -> None:
    after = checked(extract(two(), "main", 2 * FRAME, 4 * FRAME))
    assert row(after, "V1") == "a:0+2 a:4+6 b:20+10"
    links = [each.link_id for each in clips(after, "V1")]
    assert links == [each.link_id for each in clips(after, "A1")]
    assert len(set(links)) == 3


def test_extract_of_nothing_is_refused_and_of_no_range_a_bug() -> None:
    with pytest.raises(UserError, match="nothing is there"):
        extract(two(), "main", 30 * FRAME, 40 * FRAME)
    for start, end in ((3, 3), (4, 3)):
        with pytest.raises(ValueError, match="no range"):
            extract(two(), "main", start * FRAME, end * FRAME)
    with pytest.raises(ValueError, match="on no frame"):
        extract(two(), "main", 1, FRAME)


def test_ripple_delete_shortens_all_tracks_by_the_clip() -> None:
    before = two()
    after = checked(ripple_delete(before, "main", ["a"]))
    assert row(after, "V1") == "b:20+10"
    assert row(after, "A1") == "t:20+10"
    assert row(after, "V2") == "x:2+2"
    assert row(after, "A2") == "m:10+20"
    assert [each.id for each in clips(after, "A2")] == ["m"]


def test_ripple_delete_splits_what_spans_the_cut() -> None:
    after = checked(ripple_delete(two(), "main", ["x"]))
    assert row(after, "V1") == "a:0+8 b:22+8"
    assert row(after, "A1") == "s:0+8 t:22+8"
    assert row(after, "A2") == "m:0+8 m:12+18"


def test_ripple_delete_of_several_clips_is_one_edit() -> None:
    document = project(track("V1", *(clip(name, 5) for name in "abcd")), track("A1", clip("m", 20, asset="music")))
    after = checked(ripple_delete(document, "main", ["a", "c"]))
    assert row(after, "V1") == "b:0+5 d:0+5"
    assert row(after, "A1") == "m:5+5 m:15+5"
    neighbours = checked(ripple_delete(document, "main", ["b", "c"]))
    assert row(neighbours, "V1") == "a:0+5 d:0+5"


def test_ripple_delete_where_the_sound_reaches_further() -> None:
    document = project(
        track("V1", clip("a", 10, link="1"), clip("b", 10, source=20, link="2")),
        track("A1", clip("s", 12, link="1"), clip("t", 8, source=22, link="2")),
    )
    after = checked(ripple_delete(document, "main", ["a"]))
    assert row(after, "V1") == "b:20+10"
    assert row(after, "A1") == "-2 t:22+8"


def test_ripple_delete_keeps_locked_tracks_or_refuses() -> None:
    free = project(track("V1", clip("a", 5), clip("b", 5)), track("A1", clip("m", 9, asset="music"), locked=True))
    assert row(checked(ripple_delete(free, "main", ["a"])), "A1") == "m:0+9"
    held = project(
        track("V1", clip("a", 5), clip("b", 5, source=5, link="l")),
        track("A1", gap(5), clip("t", 5, source=5, link="l"), locked=True),
    )
    with pytest.raises(UserError, match="clip b: its linked part on A1 is locked"):
        ripple_delete(held, "main", ["a"])
    with pytest.raises(UserError, match="track A1: it is locked"):
        ripple_delete(held, "main", ["b"])


def test_clips_that_are_gone_or_not_named() -> None:
    for edit in (lift, ripple_delete):
        with pytest.raises(UserError, match="clip gone: it is not on the timeline"):
            edit(two(), "main", ["a", "gone"])
        with pytest.raises(UserError, match="no clip is chosen"):
            edit(two(), "main", [])


def test_lifting_a_range_moves_nothing() -> None:
    after = checked(lift_range(two(), "main", 6 * FRAME, 9 * FRAME))
    assert [row(after, name) for name in ("V1", "V2", "A1", "A2")] == [
        "a:0+6 -3 a:9+1 b:20+10", "-9 x:1+3", "s:0+6 -3 s:9+1 t:20+10", "m:0+6 -3 m:9+21",
    ]  # fmt: skip
    some = checked(lift_range(two(), "main", 15 * FRAME, 99 * FRAME, track_ids=["V1", "A1"]))
    assert [row(some, name) for name in ("V1", "A1", "A2")] == ["a:0+10 b:20+5", "s:0+10 t:20+5", "m:0+30"]
    with pytest.raises(UserError, match="nothing is there to take away"):
        lift_range(two(), "main", 50 * FRAME, 60 * FRAME)
    with pytest.raises(UserError, match="nothing is there"):
        lift_range(two(), "main", 0, 8 * FRAME, track_ids=["V2"])
    with pytest.raises(ValueError, match="no range"):
        lift_range(two(), "main", 8 * FRAME, 8 * FRAME)


def test_lifting_a_range_leaves_locked_tracks() -> None:
    document = project(track("V1", clip("a", 10)), track("V2", clip("x", 10), locked=True))
    after = lift_range(document, "main", 0, 5 * FRAME)
    assert (row(after, "V1"), row(after, "V2")) == ("-5 a:5+5", "x:0+10")
    with pytest.raises(UserError, match="V2: it is locked"):
        lift_range(document, "main", 0, 5 * FRAME, track_ids=["V2"])


def test_a_gap_closes_on_all_tracks() -> None:
    document = project(
        track("V1", clip("a", 5, link="1"), gap(5), clip("b", 5, link="2")),
        track("A1", clip("s", 5, link="1"), gap(5), clip("t", 5, link="2")),
        track("A2", clip("m", 3, asset="music")),
    )
    for at in (5, 9):
        after = checked(close_gap(document, "main", "V1", at * FRAME))
        assert [row(after, name) for name in ("V1", "A1", "A2")] == ["a:0+5 b:0+5", "s:0+5 t:0+5", "m:0+3"]
    for at, why in ((0, "clip a lies there"), (10, "clip b lies there"), (15, "no gap to close"), (99, "no gap")):
        with pytest.raises(UserError, match=why):
            close_gap(document, "main", "V1", at * FRAME)


def test_a_gap_with_something_above_it_stays() -> None:
    document = project(track("V1", clip("a", 5), gap(5), clip("b", 5)), track("A2", clip("m", 6, asset="music")))
    with pytest.raises(UserError, match="the gap on V1: A2 has a clip in that time; switch the sync lock of A2 off"):
        close_gap(document, "main", "V1", 5 * FRAME)
    free = set_flags(document, "main", "A2", sync_lock=False)
    after = checked(close_gap(free, "main", "V1", 5 * FRAME))
    assert [row(after, name) for name in ("V1", "A2")] == ["a:0+5 b:0+5", "m:0+6"]
