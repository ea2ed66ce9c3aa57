"""Linked clips: members and those that are out of step."""

from __future__ import annotations

from dataclasses import replace

from app.core.model.links import OutOfStep, chosen_clips, clips_together, link_members, out_of_step, spanning_clips
from tests.helpers.document import FRAME, clip, gap, project, track


def test_members_and_their_places() -> None:
    document = project(track("V1", gap(2), clip("a", 5, link="l")), track("A1", clip("b", 5, link="l"), clip("c", 1)))
    members = link_members(document.sequences[0])
    assert [(each.track.id, each.clip.id, each.start, each.end) for each in members["l"]] == [
        ("V1", "a", 2 * FRAME, 7 * FRAME),
        ("A1", "b", 0, 5 * FRAME),
    ]
    assert list(members) == ["l"]


def test_pieces_of_one_recording_may_differ_in_length_but_not_in_step() -> None:
    in_step = project(
        track("V1", gap(2), clip("a", 5, source=2, link="l")), track("A1", clip("b", 20, source=0, link="l"))
    )
    assert out_of_step(in_step.sequences[0]) == []
    late = project(track("V1", clip("a", 5, link="l")), track("A1", gap(3), clip("b", 5, link="l")))
    assert out_of_step(late.sequences[0]) == [OutOfStep("l", "b", 3 * FRAME)]


def test_links_between_recordings_have_no_step() -> None:
    document = project(track("V1", clip("a", 5, link="l")), track("A1", gap(3), clip("b", 5, link="l", asset="music")))
    assert out_of_step(document.sequences[0]) == []


def test_chosen_clips_and_clips_that_span() -> None:
    document = project(
        track("V1", gap(2), clip("a", 5), clip("b", 5), gap(1), clip("c", 5)), track("A1", clip("d", 4), clip("e", 9))
    )
    sequence = document.sequences[0]
    found = chosen_clips(sequence, ids={"b", "c", "e", "gone"})
    assert [(each.clip.id, each.index, each.start // FRAME) for each in found] == [
        ("b", 2, 7),
        ("c", 4, 13),
        ("e", 1, 4),
    ]
    assert [each.clip.id for each in spanning_clips(sequence, 6 * FRAME)] == ["a", "e"]
    assert [each.clip.id for each in spanning_clips(sequence, 7 * FRAME)] == ["e"]
    assert [each.clip.id for each in spanning_clips(sequence, 12 * FRAME)] == ["e"]
    assert spanning_clips(sequence, 99 * FRAME) == []


def test_what_goes_together() -> None:
    grouped = replace(clip("b", 5, link="2"), group_id="g")
    document = project(
        track("V1", clip("a", 5, link="1"), grouped, replace(clip("c", 5, link="3"), group_id="g"), clip("d", 5)),
        track("A1", clip("x", 5, link="1"), clip("y", 5, link="2"), clip("z", 5, link="3")),
    )
    sequence = document.sequences[0]

    def ids(*named: str, linked: bool = True, grouped: bool = True) -> str:
        return "".join(each.clip.id for each in clips_together(sequence, named, linked=linked, grouped=grouped))

    assert (ids("a"), ids("d"), ids("y"), ids("y", "a")) == ("ax", "d", "bcyz", "abcxyz")
    assert (ids("y", grouped=False), ids("b", linked=False), ids("gone")) == ("by", "bc", "")
