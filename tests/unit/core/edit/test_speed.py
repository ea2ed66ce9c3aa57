"""Speed, direction, still frames and level: lengths to the frame, in step, in pieces as in one."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.base import time
from app.core.base.errors import UserError
from app.core.edit.cut import split_all, split_clip
from app.core.edit.slide import roll, slip
from app.core.edit.speed import freeze_frame, retime, set_gain, set_speed
from app.core.edit.subtitle import heard_words
from app.core.edit.trim import trim
from app.core.model.links import out_of_step, placed_clips
from app.core.model.lint import lint
from app.core.model.project import Project
from app.core.model.retime import Retime
from app.core.model.transcript import Word
from tests.helpers.document import FRAME, clip, clips, film, gap, project, row, track

HALF, DOUBLE = Fraction(1, 2), Fraction(2)


def pair() -> Project:
    return project(
        track("V1", clip("a", 10, source=20, link="l"), clip("b", 5, source=100, link="m")),
        track("A1", clip("s", 10, source=20, link="l"), clip("t", 5, source=100, link="m")),
    )


def checked(document: Project) -> Project:
    assert lint(document) == []
    assert out_of_step(document.sequences[0]) == []
    return document


def shown(document: Project, name: str = "V1", frame: int = FRAME) -> list[int | None]:
    """The media time behind each frame of a track."""
    found: list[int | None] = []
    for placed in placed_clips(next(each for each in document.sequences[0].tracks if each.name == name)):
        found += [None] * (placed.start // frame - len(found))
        found += [placed.media.shown(at, at + frame) for at in range(placed.start, placed.end, frame)]
    return found


def frames(document: Project, name: str = "V1") -> list[int | None]:
    """The frame of the media behind each frame of a track."""
    return [None if each is None else each // FRAME for each in shown(document, name)]


def test_a_faster_clip_is_shorter_and_shows_every_other_frame() -> None:
    after = checked(set_speed(pair(), "main", ["a"], retime(DOUBLE)))
    assert (row(after, "V1"), row(after, "A1")) == ("a:20+5 -5 b:100+5", "s:20+5 -5 t:100+5")
    assert frames(after)[:5] == [20, 22, 24, 26, 28]
    assert frames(after, "A1")[:5] == [20, 22, 24, 26, 28]
    closed = checked(set_speed(pair(), "main", ["s"], retime(DOUBLE), ripple=True))
    assert (row(closed, "V1"), row(closed, "A1")) == ("a:20+5 b:100+5", "s:20+5 t:100+5")


def test_a_slower_clip_needs_room_or_makes_it() -> None:
    with pytest.raises(UserError, match="clip a: there is no room for it on V1: another clip lies there"):
        set_speed(pair(), "main", ["a"], retime(HALF))
    after = checked(set_speed(pair(), "main", ["a"], retime(HALF), ripple=True))
    assert (row(after, "V1"), row(after, "A1")) == ("a:20+20 b:100+5", "s:20+20 t:100+5")
    assert frames(after)[:6] == [20, 20, 21, 21, 22, 22]
    last = checked(set_speed(pair(), "main", ["b"], retime(HALF)))
    assert row(last, "V1") == "a:20+10 b:100+10"


@pytest.mark.parametrize(("speed", "lasts"), [("3/2", 7), ("1/3", 30), ("3", 3), ("30000/1001", 1), ("1001/1000", 10)])
def test_the_length_is_that_of_the_media_by_the_speed_to_the_frame(speed: str, lasts: int) -> None:
    after = checked(set_speed(pair(), "main", ["a"], retime(Fraction(speed)), ripple=True))
    assert row(after, "V1") == f"a:20+{lasts} b:100+5"
    assert row(after, "A1") == f"s:20+{lasts} t:100+5"


def test_backwards_shows_the_same_frames_the_last_first() -> None:
    after = checked(set_speed(pair(), "main", ["a"], retime(Fraction(1), reverse=True)))
    assert row(after, "V1") == "a:20+10 b:100+5"
    assert frames(after)[:10] == list(range(29, 19, -1))
    fast = checked(set_speed(pair(), "main", ["a"], retime(DOUBLE, reverse=True)))
    assert frames(fast)[:5] == [28, 26, 24, 22, 20]
    forwards = checked(set_speed(after, "main", ["a"], retime(Fraction(1))))
    assert forwards == pair()


def test_frozen_shows_its_first_frame_and_stays_as_long() -> None:
    backwards = set_speed(pair(), "main", ["a"], retime(Fraction(1), reverse=True))
    after = checked(set_speed(backwards, "main", ["a"], retime(Fraction(1), freeze=True)))
    assert frames(after)[:10] == [29] * 10
    longer = checked(trim(set_speed(after, "main", ["b"], retime(DOUBLE)), "main", "b", "end", 14 * FRAME))
    assert frames(longer)[10:] == [100, 102, 104, 106]
    thawed = checked(set_speed(after, "main", ["a"], None))
    assert frames(thawed)[:10] == list(range(29, 39))


def test_a_frame_that_begins_before_the_media_is_frozen_as_their_first() -> None:
    fast = set_speed(project(track("V1", clip("a", 10))), "main", ["a"], retime(Fraction(50), reverse=True))
    assert frames(checked(fast))[0] == -40
    assert frames(checked(set_speed(fast, "main", ["a"], retime(Fraction(1), freeze=True)))) == [0]
    assert frames(checked(freeze_frame(fast, "main", "a", 0, FRAME)))[0] == 0


def test_a_clip_that_thaws_ends_with_its_media() -> None:
    still = replace(clip("a", 50, source=230), retime=Retime(freeze=True))
    thawed = checked(set_speed(project(track("V1", still)), "main", ["a"], None))
    assert row(thawed, "V1") == "a:230+10"


def test_several_are_changed_together_each_from_its_start() -> None:
    after = checked(set_speed(pair(), "main", ["a", "b"], retime(DOUBLE), ripple=True))
    assert row(after, "V1") == "a:20+5 b:100+3"
    apart = checked(set_speed(pair(), "main", ["a", "b"], retime(DOUBLE)))
    assert row(apart, "V1") == "a:20+5 -5 b:100+3"


def test_a_split_sound_stays_in_step_with_its_picture() -> None:
    cut = split_clip(pair(), "main", "s", 3 * FRAME, linked=False)
    for wanted in (retime(DOUBLE), retime(Fraction(2, 3)), retime(HALF, reverse=True), retime(HALF, freeze=True)):
        after = checked(set_speed(cut, "main", ["a"], wanted, ripple=True))
        assert len(clips(after, "A1")) == 3
        lasts = clips(after, "V1")[0].duration // FRAME
        assert shown(after, "A1")[:lasts] == shown(after)[:lasts]
        back = checked(set_speed(after, "main", ["a"], None, ripple=True))
        assert row(back, "V1") == row(pair(), "V1")


def test_clips_that_end_apart_keep_their_neighbours_apart() -> None:
    document = project(
        track("V1", clip("a", 10, source=20, link="l"), clip("b", 5, source=100)),
        track("A1", clip("s", 12, source=20, link="l"), clip("t", 5, source=100)),
    )
    slow = checked(set_speed(document, "main", ["a"], retime(HALF), ripple=True))
    assert (row(slow, "V1"), row(slow, "A1")) == ("a:20+20 -2 b:100+5", "s:20+24 t:100+5")
    fast = checked(set_speed(document, "main", ["a"], retime(DOUBLE), ripple=True))
    assert (row(fast, "V1"), row(fast, "A1")) == ("a:20+5 b:100+5", "s:20+6 -1 t:100+5")


SPEEDS = st.one_of(
    st.sampled_from([Fraction(1001, 1000), Fraction(1000, 1001), Fraction(2, 3), Fraction(7, 11), Fraction(1, 3)]),
    st.fractions(Fraction(1, 10), 5, max_denominator=1001),
)


@given(SPEEDS, st.booleans(), st.lists(st.integers(1, 90), max_size=8), st.sampled_from([24, Fraction(30000, 1001)]))
def test_pieces_show_what_the_whole_showed(
    speed: Fraction, reverse: bool, cuts: list[int], rate: Fraction | int
) -> None:
    frame = time.frame_duration(Fraction(rate))
    document = project(track("V1", clip("a", 40, source=50, frame=frame)), rate=Fraction(rate))
    whole = set_speed(document, "main", ["a"], retime(speed, reverse=reverse))
    pieces = whole
    for cut in cuts:
        if frame * cut < whole.sequences[0].duration and frame * cut not in {
            placed.start for placed in placed_clips(pieces.sequences[0].video_tracks[0])
        }:
            pieces = split_all(pieces, "main", frame * cut)
    assert lint(pieces) == []
    assert shown(pieces, frame=frame) == shown(whole, frame=frame)


@given(SPEEDS, st.booleans(), st.integers(1, 30), st.integers(0, 20))
def test_edges_leave_what_lies_between_in_place(speed: Fraction, reverse: bool, start: int, length: int) -> None:
    document = project(track("V1", gap(30), clip("a", 60, source=90)))
    whole = set_speed(document, "main", ["a"], retime(speed, reverse=reverse))
    end = whole.sequences[0].frames
    first = min(30 + start, end - 1)
    last = min(first + 1 + length, end)
    inner = trim(whole, "main", "a", "start", first * FRAME)
    inner = trim(inner, "main", "a", "end", last * FRAME)
    assert shown(inner)[first:] == shown(whole)[first:last]
    again = trim(trim(inner, "main", "a", "start", 30 * FRAME), "main", "a", "end", end * FRAME)
    assert shown(again) == shown(whole)


def test_an_hour_at_odd_speeds_does_not_drift() -> None:
    rate = Fraction(30000, 1001)
    frame = time.frame_duration(rate)
    hour = 107_892
    document = project(track("V1", clip("a", hour, frame=frame)), rate=rate, assets=(film(frames=2 * hour, rate=rate),))
    after = checked(set_speed(document, "main", ["a"], retime(Fraction(1001, 1000))))
    lasts = after.sequences[0].frames
    assert lasts == round(hour * Fraction(1000, 1001))
    placed = next(placed_clips(after.sequences[0].video_tracks[0]))
    for number in (0, 1000, 50_000, lasts - 1):
        at = number * frame
        assert placed.media.shown(at, at + frame) == frame * number * 1001 // 1000


def test_media_and_neighbours_stop_the_edges_of_retimed_clips() -> None:
    fast = set_speed(project(track("V1", gap(10), clip("a", 10, source=6))), "main", ["a"], retime(DOUBLE))
    assert row(checked(trim(fast, "main", "a", "start", 0)), "V1") == "-7 a:0+8"
    assert row(checked(trim(fast, "main", "a", "end", 9999 * FRAME)), "V1") == "-10 a:6+117"
    back = set_speed(fast, "main", ["a"], retime(DOUBLE, reverse=True))
    assert row(checked(trim(back, "main", "a", "end", 9999 * FRAME)), "V1") == "-10 a:0+8"
    assert frames(checked(trim(back, "main", "a", "start", 0)))[0] == 34
    frozen = set_speed(fast, "main", ["a"], retime(Fraction(1), freeze=True))
    assert row(checked(trim(frozen, "main", "a", "end", 5000 * FRAME)), "V1") == "-10 a:6+4990"


def test_slip_and_roll_go_by_what_is_seen() -> None:
    fast = set_speed(pair(), "main", ["a"], retime(DOUBLE), ripple=True)
    assert frames(checked(slip(fast, "main", "a", 3 * FRAME)))[:5] == [26, 28, 30, 32, 34]
    back = set_speed(fast, "main", ["a"], retime(DOUBLE, reverse=True))
    assert frames(checked(slip(back, "main", "a", FRAME)))[:5] == [26, 24, 22, 20, 18]
    assert frames(checked(roll(back, "main", "a", "end", 7 * FRAME)))[:8] == [28, 26, 24, 22, 20, 18, 16, 102]
    frozen = set_speed(pair(), "main", ["a"], retime(Fraction(1), freeze=True))
    assert frames(checked(slip(frozen, "main", "a", 3 * FRAME)))[:2] == [23, 23]
    assert frames(checked(slip(frozen, "main", "a", 9999 * FRAME)))[:1] == [239]


def test_a_frame_stands_still_at_the_playhead() -> None:
    after = checked(freeze_frame(pair(), "main", "a", 4 * FRAME, 3 * FRAME))
    assert frames(after) == [20, 21, 22, 23, 24, 24, 24, *range(24, 30), *range(100, 105)]
    assert row(after, "A1") == "s:20+4 -3 s:24+6 t:100+5"
    back = set_speed(pair(), "main", ["a"], retime(Fraction(1), reverse=True))
    first = checked(freeze_frame(back, "main", "a", 0, 2 * FRAME))
    assert frames(first)[:4] == [29, 29, 29, 28]
    with pytest.raises(UserError, match="clip s: it is sound"):
        freeze_frame(pair(), "main", "s", 0, FRAME)
    with pytest.raises(UserError, match="clip b: it does not lie at that time"):
        freeze_frame(pair(), "main", "b", 0, FRAME)


def test_speeds_have_bounds() -> None:
    for speed in (Fraction(0), Fraction(1, 101), Fraction(101), Fraction(1, 1_000_001) + 1):
        with pytest.raises(UserError, match="choose another speed"):
            retime(speed)


def test_a_level_is_set_on_the_sound_that_goes_with_a_picture() -> None:
    after = checked(set_gain(pair(), "main", ["a"], -6.5))
    assert [each.gain_db for each in (*clips(after, "V1"), *clips(after, "A1"))] == [0, 0, -6.5, 0]
    assert set_gain(after, "main", ["s"], -6.5) is after
    with pytest.raises(UserError, match="out of bounds"):
        set_gain(pair(), "main", ["a"], float("nan"))
    silent = project(track("V1", clip("a", 10, asset="silent")))
    with pytest.raises(UserError, match="none of the clips has sound"):
        set_gain(silent, "main", ["a"], 1)


def test_words_are_heard_when_the_clip_says_them() -> None:
    words = {"film": [Word("one", 22 * FRAME, 24 * FRAME), Word("two", 26 * FRAME, 28 * FRAME)]}

    def heard(wanted: Retime | None) -> list[tuple[str, int, int]]:
        after = set_speed(pair(), "main", ["a"], wanted, ripple=True)
        found = heard_words(after.sequences[0], words)
        return [(word.text, word.start // FRAME, word.end // FRAME) for word in found]

    assert heard(retime(DOUBLE)) == [("one", 1, 2), ("two", 3, 4)]
    assert heard(retime(Fraction(1), reverse=True)) == [("two", 2, 4), ("one", 6, 8)]
    assert heard(retime(Fraction(1), freeze=True)) == []
