"""Links and groups, and what they do to other edits."""

from __future__ import annotations

import pytest

from app.core.base.errors import UserError
from app.core.edit.cut import lift, ripple_delete, split_clip
from app.core.edit.linking import group, link, ungroup, unlink
from app.core.edit.move import move, move_clips
from app.core.edit.trim import trim
from app.core.model.links import out_of_step
from app.core.model.lint import lint
from app.core.model.project import Project
from tests.helpers.document import FRAME, clip, clips, gap, project, row, track


def loose() -> Project:
    return project(
        track("V1", clip("a", 5), gap(5), clip("b", 5)),
        track("A1", clip("s", 5), gap(5), clip("t", 5, link="1")),
        track("A2", gap(10), clip("u", 5, link="1")),
    )


def links(document: Project) -> dict[str, str | None]:
    return {each.name: each.link_id for name in ("V1", "A1", "A2") for each in clips(document, name)}


def test_linked_clips_move_together_until_they_are_unlinked() -> None:
    after = link(loose(), "main", ["a", "s"])
    assert lint(after) == []
    assert links(after)["a"] == links(after)["s"] is not None
    assert row(trim(after, "main", "a", "end", 3 * FRAME), "A1") == "s:0+3 -7 t:0+5"
    assert link(after, "main", ["s", "a"]) is after
    free = unlink(after, "main", ["s"])
    assert links(free) == {"a": None, "b": None, "s": None, "t": "1", "u": "1"}
    with pytest.raises(UserError, match="none of the clips is linked"):
        unlink(free, "main", ["a"])


def test_a_new_link_leaves_the_old_one() -> None:
    after = link(loose(), "main", ["b", "t"])
    assert links(after)["u"] == "1"
    assert links(after)["b"] == links(after)["t"] != "1"


def test_links_that_cannot_be() -> None:
    with pytest.raises(UserError, match="a link takes two clips or more"):
        link(loose(), "main", ["a"])
    with pytest.raises(UserError, match="V1 has another of the clips, and a link takes one of a track; group them"):
        link(loose(), "main", ["a", "s", "b"])
    with pytest.raises(UserError, match="not on the timeline"):
        link(loose(), "main", ["a", "gone"])


def test_groups_move_and_go_together_but_are_cut_alone() -> None:
    after = group(loose(), "main", ["a", "t"])
    assert lint(after) == []
    moved = move(after, "main", "a", 20 * FRAME)
    assert [row(moved, name) for name in ("V1", "A1", "A2")] == ["-10 b:0+5 -5 a:0+5", "s:0+5 -25 t:0+5", "-30 u:0+5"]
    alone = move_clips(after, "main", ["a"], 20 * FRAME, linked=False)
    assert row(alone, "A1") == row(loose(), "A1")
    assert [row(lift(after, "main", ["u"]), name) for name in ("V1", "A1", "A2")] == ["-10 b:0+5", "s:0+5", ""]
    assert row(split_clip(after, "main", "a", 2 * FRAME), "A1") == row(loose(), "A1")
    closed = ripple_delete(after, "main", ["a"])
    assert [row(closed, name) for name in ("V1", "A1", "A2")] == ["", "", ""]


def test_pieces_stay_in_their_group() -> None:
    after = split_clip(group(loose(), "main", ["a", "b"]), "main", "a", 2 * FRAME)
    first, second, third = (each.group_id for each in clips(after, "V1"))
    assert first == second == third is not None


def test_groups_dissolve_and_replace_each_other() -> None:
    after = group(loose(), "main", ["a", "b"])
    assert group(after, "main", ["b", "a"]) is after
    wider = group(after, "main", ["a", "s"])
    assert [each.group_id is None for name in ("V1", "A1") for each in clips(wider, name)] == [
        False,
        False,
        False,
        True,
    ]
    assert clips(wider, "V1")[0].group_id != clips(wider, "V1")[1].group_id
    free = ungroup(after, "main", ["b"])
    assert all(each.group_id is None for each in clips(free, "V1"))
    assert out_of_step(free.sequences[0]) == []
    with pytest.raises(UserError, match="none of the clips is in a group"):
        ungroup(free, "main", ["a"])
    with pytest.raises(UserError, match="a group takes two clips or more"):
        group(loose(), "main", ["a"])
