"""Edits of subtitles: each one, its refusals, its undo, and random ones that keep every document sound."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from app.core.base.errors import UserError
from app.core.base.time import SECOND
from app.core.edit.subtitle import (
    add_cue,
    add_cues,
    add_track,
    delete_cues,
    heard_words,
    merge_cues,
    replace_cues,
    retime,
    set_flags,
    set_speaker,
    set_text,
    shift_cues,
    split_cue,
)
from app.core.edit.subtitle_text import clean
from app.core.model.diff import compare
from app.core.model.lint import lint
from app.core.model.project import Project
from app.core.model.sequence import Sequence
from app.core.model.subtitle import SubtitleCue, SubtitleTrack
from app.core.model.transcript import Cue, Word
from app.core.session.session import Session
from tests.helpers.document import FRAME, clip, film, gap, music, project, track
from tests.helpers.soak import say_claim, soak_count

S = SECOND


def cue(name: str, start: float, end: float, text: str | None = None, speaker: str | None = None) -> SubtitleCue:
    """A cue whose id, and text unless given, is ``name``; times in seconds."""
    return SubtitleCue(name, int(start * S), int(end * S), name if text is None else text, speaker)


def titled(*cues: SubtitleCue, locked: bool = False) -> Project:
    """A project with these cues on ST1."""
    document = project(track("V1", clip("v", 10)))
    return with_tracks(document, SubtitleTrack("ST1", "ST1", cues, locked=locked))


def with_tracks(document: Project, *tracks: SubtitleTrack) -> Project:
    return replace(document, sequences=(replace(document.sequences[0], subtitle_tracks=tracks),))


def row(document: Project, number: int = 0) -> list[tuple[float, float, str]]:
    """The cues of a track: seconds and text."""
    cues = document.sequences[0].subtitle_tracks[number].cues
    return [(each.start / S, each.end / S, each.text) for each in cues]


def cues_of(document: Project) -> tuple[SubtitleCue, ...]:
    return document.sequences[0].subtitle_tracks[0].cues


def refused(edit: Callable[[Project], Project], document: Project, match: str) -> None:
    with pytest.raises(UserError, match=match):
        edit(document)


TWO = titled(cue("a", 1, 2), cue("b", 3, 5))


# Tracks.


def test_tracks_are_named_by_number_and_never_alike() -> None:
    document = add_track(add_track(project(), "main"), "main", "de")
    tracks = document.sequences[0].subtitle_tracks
    assert [(each.name, each.language) for each in tracks] == [("ST1", None), ("ST2", "de")]
    gone = with_tracks(document, tracks[1])
    assert [each.name for each in add_track(gone, "main").sequences[0].subtitle_tracks] == ["ST2", "ST3"]


def test_flags_are_switched_on_locked_tracks_too() -> None:
    locked = set_flags(TWO, "main", "ST1", locked=True)
    assert locked.sequences[0].subtitle_tracks[0].locked
    opened = set_flags(locked, "main", "ST1", locked=False, hidden=True)
    shown = opened.sequences[0].subtitle_tracks[0]
    assert (shown.locked, shown.hidden) == (False, True)
    assert set_flags(opened, "main", "ST1", hidden=True) is opened
    refused(lambda each: set_flags(each, "main", "V1", hidden=True), TWO, "no subtitle track")


# Adding and replacing.


def test_the_first_cue_makes_a_track() -> None:
    document = add_cue(project(), "main", S, 2 * S, "Hello", speaker=" Ann \n Lee ")
    (made,) = document.sequences[0].subtitle_tracks
    assert (made.name, made.cues[0].text, made.cues[0].speaker) == ("ST1", "Hello", "Ann Lee")
    assert lint(document) == []


def test_a_cue_goes_to_its_place_in_time_and_may_overlap() -> None:
    document = add_cue(TWO, "main", 3 * S, 4 * S, "c")
    assert row(document) == [(1, 2, "a"), (3, 4, "c"), (3, 5, "b")]
    assert row(add_cue(TWO, "main", 0, S, "c"))[0] == (0, 1, "c")
    assert row(add_cue(TWO, "main", 9 * S, 10 * S, "c"))[-1] == (9, 10, "c")
    assert compare(TWO, document).cues.changed == ()
    assert compare(TWO, document).subtitle_tracks.changed == ("ST1",)


def test_a_cue_can_go_to_another_track() -> None:
    document = with_tracks(TWO, *TWO.sequences[0].subtitle_tracks, SubtitleTrack("ST2", "ST2"))
    document = add_cue(document, "main", 0, S, "zwei", track_id="ST2")
    assert (len(row(document, 0)), row(document, 1)) == (2, [(0, 1, "zwei")])


@pytest.mark.parametrize(("start", "end", "match"), [(-1, 5, "before the timeline"), (5, 5, "end"), (5, 4, "end")])
def test_times_that_are_none_are_refused(start: int, end: int, match: str) -> None:
    refused(lambda each: add_cue(each, "main", start, end, "x"), TWO, match)
    refused(lambda each: retime(each, "main", "a", start, end), TWO, match)
    refused(lambda each: replace_cues(each, "main", [Cue(0, 1, "x"), Cue(start, end, "y")]), TWO, match)


def test_many_are_added_beside_the_others_or_none() -> None:
    document = add_cues(TWO, "main", [Cue(4 * S, 6 * S, "d"), Cue(0, S, "c"), Cue(2 * S, 3 * S, "e")])
    assert [text for _, _, text in row(document)] == ["c", "a", "e", "b", "d"]
    assert add_cues(TWO, "main", []) is TWO


def test_replacing_keeps_the_cues_that_are_there_already() -> None:
    again = [Cue(3 * S, 5 * S, "b"), Cue(0, S, "new"), Cue(3 * S, 5 * S, "b")]
    document = replace_cues(TWO, "main", again)
    assert row(document) == [(0, 1, "new"), (3, 5, "b"), (3, 5, "b")]
    assert [each.id == "b" for each in cues_of(document)] == [False, True, False]
    assert lint(document) == []
    assert replace_cues(TWO, "main", [Cue(S, 2 * S, "a"), Cue(3 * S, 5 * S, "b")]) is TWO
    assert row(replace_cues(TWO, "main", [])) == []


# Text and times of one cue.


def test_text_is_cleaned_of_what_nobody_can_read() -> None:
    document = set_text(TWO, "main", "b", "one\r\ntwo\rthree\x00\ud800\tfour\x85five ")
    assert row(document)[1] == (3, 5, "one\ntwo\nthree four\nfive ")
    assert cues_of(document)[0] is cues_of(TWO)[0]
    assert set_text(TWO, "main", "b", "b") is TWO
    assert clean("a\u2028b\n") == "a\nb\n"


def test_a_speaker_is_named_and_forgotten() -> None:
    document = set_speaker(TWO, "main", "a", " Ann ")
    assert cues_of(document)[0].speaker == "Ann"
    assert set_speaker(document, "main", "a", "Ann") is document
    assert set_speaker(document, "main", "a", " ") == TWO


def test_a_cue_takes_its_new_place() -> None:
    document = retime(TWO, "main", "a", 4 * S, 6 * S)
    assert row(document) == [(3, 5, "b"), (4, 6, "a")]
    assert compare(TWO, document).cues.changed == ("a",)
    assert retime(TWO, "main", "a", S, 2 * S) is TWO


@pytest.mark.parametrize(
    "edit",
    [
        lambda each, key: set_text(each, "main", key, "x"),
        lambda each, key: set_speaker(each, "main", key, "x"),
        lambda each, key: retime(each, "main", key, 0, 1),
        lambda each, key: split_cue(each, "main", key),
        lambda each, key: merge_cues(each, "main", ["b", key]),
        lambda each, key: delete_cues(each, "main", [key]),
        lambda each, key: shift_cues(each, "main", [key], S),
    ],
)
def test_gone_cues_and_locked_tracks_are_refused(edit: Callable[[Project, str], Project]) -> None:
    refused(lambda each: edit(each, "gone"), TWO, "gone: it is not on the timeline")
    refused(lambda each: edit(each, "a"), set_flags(TWO, "main", "ST1", locked=True), "track ST1: it is locked")


def test_locked_and_gone_tracks_take_no_cues() -> None:
    locked = set_flags(TWO, "main", "ST1", locked=True)
    refused(lambda each: add_cue(each, "main", 0, S, "x"), locked, "locked")
    refused(lambda each: replace_cues(each, "main", []), locked, "locked")
    refused(lambda each: add_cue(each, "main", 0, S, "x", track_id="gone"), TWO, "no subtitle track")


# Splitting.


LONG = titled(cue("a", 1, 4, "Where are you? Here."), cue("b", 2, 3))


def test_a_split_gives_each_part_the_time_of_its_share() -> None:
    document = split_cue(LONG, "main", "a", position=14)
    assert row(document) == [(1, 3.211, "Where are you?"), (2, 3, "b"), (3.211, 4, "Here.")]
    assert cues_of(document)[0].id == "a"
    assert lint(document) == []


@pytest.mark.parametrize("position", [14, 15])
def test_blanks_round_the_cut_belong_to_nobody(position: int) -> None:
    document = split_cue(LONG, "main", "a", position=position, at=2 * S)
    assert [text for _, _, text in row(document)] == ["Where are you?", "b", "Here."]
    assert row(document)[0][:2] == (1, 2)


def test_a_split_in_time_finds_the_nearest_place_in_the_text() -> None:
    at_end = split_cue(LONG, "main", "a", at=int(3.8 * S))
    assert [text for _, _, text in row(at_end)] == ["Where are you?", "b", "Here."]
    at_begin = split_cue(LONG, "main", "a", at=int(1.1 * S))
    assert row(at_begin)[0] == (1, 1.1, "Where")


def test_a_split_without_a_place_parts_lines() -> None:
    document = split_cue(titled(cue("a", 1, 2, "- Where?\n- Here!", "Ann")), "main", "a")
    assert row(document) == [(1, 1.533, "- Where?"), (1.533, 2, "- Here!")]
    assert [each.speaker for each in cues_of(document)] == ["Ann", "Ann"]


@pytest.mark.parametrize("position", [-3, 0, 20, 99])
def test_a_split_of_nothing_is_refused(position: int) -> None:
    refused(lambda each: split_cue(each, "main", "a", position=position), LONG, "no text")


def test_other_splits_that_cannot_be() -> None:
    refused(lambda each: split_cue(each, "main", "b"), LONG, "no text")
    refused(lambda each: split_cue(each, "main", "a", at=S), LONG, "does not show at that time")
    refused(lambda each: split_cue(each, "main", "a", at=4 * S), LONG, "does not show at that time")
    tiny = titled(SubtitleCue("a", 5, 6, "a b"))
    refused(lambda each: split_cue(each, "main", "a"), tiny, "too short")
    short = split_cue(titled(SubtitleCue("a", 5, 7, "a b")), "main", "a")
    assert [(each.start, each.end) for each in cues_of(short)] == [(5, 6), (6, 7)]


# Merging.


def test_a_merge_joins_on_one_line_where_it_fits() -> None:
    document = merge_cues(titled(cue("a", 1, 2, "Where are"), cue("b", 3, 5, "you?")), "main", ["b", "a"])
    assert row(document) == [(1, 5, "Where are you?")]
    assert cues_of(document)[0].id == "a"


def test_a_merge_of_long_texts_takes_lines() -> None:
    first, second = "The quick brown fox jumps", "over the lazy dog in the morning"
    document = merge_cues(titled(cue("a", 1, 2, first), cue("b", 3, 5, second)), "main", ["a", "b"])
    assert row(document) == [(1, 5, f"{first}\n{second}")]


def test_speakers_make_a_dialogue() -> None:
    said = titled(cue("a", 1, 2, "Where?", "A"), cue("b", 2, 3, "Here", "B"), cue("c", 3, 4, "inside.", "B"))
    document = merge_cues(said, "main", ["a", "b", "c"])
    assert row(document) == [(1, 4, "- Where?\n- Here inside.")]
    assert cues_of(document)[0].speaker is None


def test_an_agreed_speaker_is_kept_and_dialogue_lines_stay() -> None:
    same = merge_cues(titled(cue("a", 1, 2, "x", "A"), cue("b", 2, 3, "y", "A")), "main", ["a", "b"])
    assert (cues_of(same)[0].text, cues_of(same)[0].speaker) == ("x y", "A")
    dialogue = merge_cues(titled(cue("a", 1, 2, "- x\n- y"), cue("b", 2, 3, "- z")), "main", ["a", "b"])
    assert cues_of(dialogue)[0].text == "- x\n- y\n- z"
    unknown = merge_cues(titled(cue("a", 1, 2, "x", "A"), cue("b", 2, 3, "y")), "main", ["a", "b"])
    assert (cues_of(unknown)[0].text, cues_of(unknown)[0].speaker) == ("x y", None)


def test_an_overlapped_and_an_empty_cue_merge() -> None:
    document = merge_cues(titled(cue("a", 1, 9, "long"), cue("b", 2, 3, "")), "main", ["a", "b"])
    assert row(document) == [(1, 9, "long")]


def test_merges_that_cannot_be() -> None:
    three = titled(cue("a", 1, 2), cue("b", 3, 5), cue("c", 6, 7))
    refused(lambda each: merge_cues(each, "main", ["a"]), three, "at least two")
    refused(lambda each: merge_cues(each, "main", ["a", "a"]), three, "at least two")
    refused(lambda each: merge_cues(each, "main", ["a", "c"]), three, "another one lies between")
    apart = with_tracks(three, SubtitleTrack("1", "1", (cue("a", 1, 2),)), SubtitleTrack("2", "2", (cue("b", 2, 3),)))
    refused(lambda each: merge_cues(each, "main", ["a", "b"]), apart, "different tracks")


# Deleting and shifting.


def test_deleting_leaves_the_others() -> None:
    document = delete_cues(TWO, "main", ["a"])
    assert row(document) == [(3, 5, "b")]
    assert cues_of(document)[0] is cues_of(TWO)[1]
    refused(lambda each: delete_cues(each, "main", ["a", "gone"]), TWO, "gone")
    assert delete_cues(TWO, "main", []) is TWO


def test_shifting_all_leaves_locked_tracks() -> None:
    locked = SubtitleTrack("ST2", "ST2", (cue("c", 0, 1),), locked=True)
    both = with_tracks(TWO, *TWO.sequences[0].subtitle_tracks, locked)
    document = shift_cues(both, "main", None, S // 2)
    assert row(document) == [(1.5, 2.5, "a"), (3.5, 5.5, "b")]
    assert document.sequences[0].subtitle_tracks[1] is locked
    assert shift_cues(both, "main", None, 0) is both


def test_shifting_some_puts_them_in_order() -> None:
    assert row(shift_cues(TWO, "main", ["a"], 4 * S)) == [(3, 5, "b"), (5, 6, "a")]
    assert row(shift_cues(TWO, "main", ["a", "b"], -S)) == [(0, 1, "a"), (2, 4, "b")]


def test_shifts_that_cannot_be() -> None:
    with pytest.raises(UserError, match="before the timeline") as caught:
        shift_cues(TWO, "main", None, -S - 1)
    assert "1 seconds earlier" in caught.value.what_to_do
    refused(lambda each: shift_cues(each, "main", None, S), project(), "none that may be shifted")
    refused(lambda each: shift_cues(each, "main", None, S), titled(cue("a", 0, 1), locked=True), "none that may")


# Undo.


@pytest.mark.parametrize(
    "edit",
    [
        lambda each: add_cue(each, "main", 0, S, "x"),
        lambda each: set_text(each, "main", "a", "x"),
        lambda each: retime(each, "main", "a", 0, S),
        lambda each: split_cue(set_text(each, "main", "a", "x y"), "main", "a"),
        lambda each: merge_cues(each, "main", ["a", "b"]),
        lambda each: delete_cues(each, "main", ["a", "b"]),
        lambda each: shift_cues(each, "main", None, S),
        lambda each: replace_cues(each, "main", [Cue(0, 1, "x")]),
        lambda each: set_flags(each, "main", "ST1", hidden=True),
        lambda each: add_track(each, "main"),
    ],
)
def test_each_edit_is_one_step_of_undo(edit: Callable[[Project], Project]) -> None:
    session = Session(TWO, checked=True)
    assert session.apply("edit", edit)
    assert session.undo_depth == 1
    session.undo()
    assert session.project is TWO


# Words that are heard.


def words(*spoken: tuple[str, int, int]) -> tuple[Word, ...]:
    """Words with their first frame and the one behind the last."""
    return tuple(Word(text, start * FRAME, end * FRAME) for text, start, end in spoken)


def heard(document: Project, **said: tuple[Word, ...]) -> list[tuple[str, int, int]]:
    found = heard_words(sequence_of(document), said)
    return [(word.text, word.start // FRAME, word.end // FRAME) for word in found]


def sequence_of(document: Project) -> Sequence:
    return document.sequences[0]


SAID = words(("one", 0, 4), ("two", 4, 8), ("three", 8, 12))


def test_words_follow_their_clips() -> None:
    document = project(track("A1", gap(5), clip("a", 6, source=6), clip("b", 5, source=0)))
    # Of "two" (4 to 8) the middle is the first frame of the clip; "one" is in the second clip.
    assert heard(document, film=SAID) == [("two", 5, 7), ("three", 7, 11), ("one", 11, 15)]


def test_a_word_whose_middle_lies_outside_is_not_heard() -> None:
    document = project(track("A1", clip("a", 5, source=7)))
    assert heard(document, film=SAID) == [("three", 1, 5)]
    assert heard(project(track("A1", clip("a", 3, source=3))), film=SAID) == []


def test_only_tracks_that_sound_are_heard() -> None:
    document = project(
        track("V1", clip("v", 12)), track("A1", clip("a", 12)), track("A2", clip("m", 12, asset="music"))
    )
    other = words(("four", 1, 3))
    assert [text for text, _, _ in heard(document, film=SAID, music=other)] == ["one", "four", "two", "three"]
    first, second = document.sequences[0].audio_tracks
    muted = replace(document.sequences[0], audio_tracks=(replace(first, muted=True), second))
    assert [word.text for word in heard_words(muted, {"film": SAID, "music": other})] == ["four"]
    solo = replace(document.sequences[0], audio_tracks=(replace(first, solo=True), second))
    assert [word.text for word in heard_words(solo, {"film": SAID, "music": other})] == ["one", "two", "three"]
    assert heard(project(track("V1", clip("v", 12))), film=SAID) == []


def test_two_tracks_of_one_sound_are_heard_once() -> None:
    document = project(track("A1", clip("a", 12)), track("A2", clip("b", 12)))
    assert heard(document, film=SAID) == [("one", 0, 4), ("two", 4, 8), ("three", 8, 12)]


# Random edits.


TIMES = st.integers(-2 * S, 60 * S)


class Editing(RuleBasedStateMachine):
    """A session whose cues are edited at random."""

    def __init__(self) -> None:
        super().__init__()
        document = project(track("A1", clip("a", 10)), assets=(film(), music()))
        self.session = Session(add_track(document, "main"), checked=True)

    def edit(self, change: Callable[[Project], Project]) -> None:
        """Apply; then A, edit, B, undo, A, redo, B."""
        before = self.session.project
        try:
            self.session.apply("edit", change)
        except UserError:
            assert self.session.project is before
            return
        after = self.session.project
        if after is not before:
            self.session.undo()
            assert self.session.project is before
            self.session.redo()
            assert self.session.project is after

    def draw_cues(self, data: st.DataObject, most: int = 1) -> list[str]:
        """Cues that are there, or one that is gone."""
        known = [each.id for one in self.session.project.sequences[0].subtitle_tracks for each in one.cues]
        return data.draw(st.lists(st.sampled_from([*known, "gone"]), min_size=1, max_size=most))

    @rule(start=TIMES, lasts=st.integers(-2, 5 * S), text=st.text(max_size=80))
    def add(self, start: int, lasts: int, text: str) -> None:
        self.edit(lambda each: add_cue(each, "main", start, start + lasts, text))

    @rule()
    def add_another_track(self) -> None:
        if len(self.session.project.sequences[0].subtitle_tracks) < 3:
            self.edit(lambda each: add_track(each, "main"))

    @rule(data=st.data(), start=TIMES, lasts=st.integers(-2, 5 * S), track=st.integers(0, 2))
    def replace_all(self, data: st.DataObject, start: int, lasts: int, track: int) -> None:
        tracks = self.session.project.sequences[0].subtitle_tracks
        again = [Cue(each.start, each.end, each.text, each.speaker) for each in tracks[0].cues[::2]]
        target = tracks[track % len(tracks)].id
        self.edit(lambda each: replace_cues(each, "main", [*again, Cue(start, start + lasts, "x y")], target))

    @rule(data=st.data(), text=st.text(max_size=80), speaker=st.sampled_from([None, "A", "B", " "]))
    def rewrite(self, data: st.DataObject, text: str, speaker: str | None) -> None:
        (chosen,) = self.draw_cues(data)
        self.edit(lambda each: set_text(each, "main", chosen, text))
        self.edit(lambda each: set_speaker(each, "main", chosen, speaker))

    @rule(data=st.data(), start=TIMES, end=TIMES)
    def retime(self, data: st.DataObject, start: int, end: int) -> None:
        (chosen,) = self.draw_cues(data)
        self.edit(lambda each: retime(each, "main", chosen, start, end))

    @rule(data=st.data(), at=st.none() | TIMES, position=st.none() | st.integers(-1, 80))
    def split(self, data: st.DataObject, at: int | None, position: int | None) -> None:
        (chosen,) = self.draw_cues(data)
        self.edit(lambda each: split_cue(each, "main", chosen, at=at, position=position))

    @rule(data=st.data())
    def merge(self, data: st.DataObject) -> None:
        chosen = self.draw_cues(data, most=4)
        self.edit(lambda each: merge_cues(each, "main", chosen))

    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        chosen = self.draw_cues(data, most=3)
        self.edit(lambda each: delete_cues(each, "main", chosen))

    @rule(data=st.data(), by=st.integers(-30 * S, 30 * S), everything=st.booleans())
    def shift(self, data: st.DataObject, by: int, everything: bool) -> None:
        chosen = None if everything else self.draw_cues(data, most=3)
        self.edit(lambda each: shift_cues(each, "main", chosen, by))

    @rule(locked=st.booleans())
    def lock(self, locked: bool) -> None:
        first = self.session.project.sequences[0].subtitle_tracks[0].id
        self.edit(lambda each: set_flags(each, "main", first, locked=locked))

    @invariant()
    def sound(self) -> None:
        assert lint(self.session.project) == []


@pytest.mark.soak
def test_random_edits_of_cues() -> None:
    count = soak_count(300)
    chosen = settings(max_examples=count, stateful_step_count=30, suppress_health_check=[HealthCheck.too_slow])
    run_state_machine_as_test(Editing, settings=chosen)
    say_claim("up to 30 random edits of cues: sound, undone and redone exactly", count)
