"""Copy, paste, duplicate, paste attributes: every property equal."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from app.core.base import time
from app.core.base.errors import UserError
from app.core.edit.copying import CopiedClips, copied, duplicate, paste, paste_attributes
from app.core.model.clip import Clip
from app.core.model.links import out_of_step
from app.core.model.lint import lint
from app.core.model.project import Project
from tests.helpers.document import FRAME, clip, clips, gap, project, row, silent_film, track


def two() -> Project:
    rich = replace(clip("b", 5, source=20, link="2"), gain_db=-6.0, group_id="g", extra=(("x", "1"),))
    return project(
        track("V1", clip("a", 5, link="1"), rich, clip("c", 5, source=40)),
        track("V2", gap(5), replace(clip("x", 3, asset="silent"), group_id="g")),
        track("A1", clip("s", 5, link="1"), replace(clip("t", 5, source=20, link="2"), gain_db=3.0)),
    )


def checked(document: Project) -> Project:
    assert lint(document) == []
    assert out_of_step(document.sequences[0]) == []
    return document


def test_a_copy_takes_links_and_groups_along() -> None:
    copies = copied(two(), "main", ["b"])
    assert [(each.kind, each.track, each.start, each.clip.name) for each in copies.clips] == [
        ("video", 0, 0, "b"), ("video", 1, 0, "x"), ("audio", 0, 0, "t"),
    ]  # fmt: skip
    assert copies.duration == 5 * FRAME
    assert [each.clip.name for each in copied(two(), "main", ["b"], linked=False).clips] == ["b"]


def test_pasted_clips_are_equal_in_every_property_and_belong_to_each_other() -> None:
    after = checked(paste(two(), "main", copied(two(), "main", ["b"]), 20 * FRAME))
    assert [row(after, name) for name in ("V1", "V2", "A1")] == [
        "a:0+5 b:20+5 c:40+5 -5 b:20+5", "-5 x:0+3 -12 x:0+3", "s:0+5 t:20+5 -10 t:20+5",
    ]  # fmt: skip
    was, now = clips(after, "V1")[1], clips(after, "V1")[-1]
    assert replace(now, id="b", link_id="2", group_id="g") == was
    assert now.link_id == clips(after, "A1")[-1].link_id not in ("2", None)
    assert now.group_id == clips(after, "V2")[-1].group_id not in ("g", None)
    assert len({now.id, was.id}) == 2


def test_pasting_overwrites_or_inserts() -> None:
    copies = copied(two(), "main", ["a"])
    over = checked(paste(two(), "main", copies, 7 * FRAME))
    assert (row(over, "V1"), row(over, "A1")) == ("a:0+5 b:20+2 a:0+5 c:42+3", "s:0+5 t:20+2 s:0+5")
    pushed = checked(paste(two(), "main", copies, 7 * FRAME, inserting=True))
    assert row(pushed, "V1") == "a:0+5 b:20+2 a:0+5 b:22+3 c:40+5"
    assert row(pushed, "A1") == "s:0+5 t:20+2 s:0+5 t:22+3"
    assert row(pushed, "V2") == "-5 x:0+2 -5 x:2+1"


def test_missing_tracks_are_made_and_lone_parts_are_free() -> None:
    copies = copied(two(), "main", ["x", "s"], linked=False)
    empty = project(track("V1"))
    after = checked(paste(empty, "main", copies, 0))
    assert [(each.name, len(each.items)) for each in after.sequences[0].tracks] == [("V1", 0), ("V2", 2), ("A1", 1)]
    assert clips(after, "A1")[0].link_id is None
    assert clips(after, "V2")[0].group_id is None


def test_duplicates_follow_the_originals() -> None:
    after = checked(duplicate(two(), "main", ["a"]))
    assert (row(after, "V1"), row(after, "A1")) == ("a:0+5 a:0+5 b:20+5 c:40+5", "s:0+5 s:0+5 t:20+5")
    assert row(after, "V2") == "-10 x:0+3"


def test_attributes_go_to_clips_of_their_kind() -> None:
    copies = copied(two(), "main", ["b"])
    after = checked(paste_attributes(two(), "main", copies, ["a", "s", "c"]))
    assert [each.gain_db for name in ("V1", "A1") for each in clips(after, name)] == [-6.0, -6.0, -6.0, 3.0, 3.0]
    assert row(after, "V1") == row(two(), "V1")
    assert paste_attributes(after, "main", copies, ["a"]) is after
    with pytest.raises(UserError, match="nothing is copied whose properties"):
        paste_attributes(two(), "main", copied(two(), "main", ["c"]), ["s"])


def test_refusals() -> None:
    copies = copied(two(), "main", ["a"])
    with pytest.raises(UserError, match="nothing is copied"):
        paste(two(), "main", CopiedClips(()), 0)
    with pytest.raises(UserError, match="its media are not in this project"):
        paste(replace(project(track("V1")), assets=()), "main", copies, 0)
    with pytest.raises(UserError, match="V1: it is locked"):
        paste(project(track("V1", locked=True), track("A1")), "main", copies, 0)
    with pytest.raises(UserError, match="no clip is chosen"):
        copied(two(), "main", [])
    with pytest.raises(UserError, match="not on the timeline"):
        copied(two(), "main", ["gone"])
    other = project(track("V1"), rate=Fraction(25), assets=(silent_film("film"),))
    with pytest.raises(UserError, match="copied at another frame rate"):
        paste(other, "main", copied(two(), "main", ["c"]), time.frame_duration(Fraction(25)))


def test_clips_of_a_locked_track_can_be_copied() -> None:
    document = project(track("V1", clip("a", 5), locked=True), track("V2"))
    assert [isinstance(each.clip, Clip) for each in copied(document, "main", ["a"]).clips] == [True]
    with pytest.raises(UserError, match="V1: it is locked"):
        duplicate(document, "main", ["a"])
