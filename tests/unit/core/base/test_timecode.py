"""Timecode against published values and against counting frame by frame."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.base.timecode import can_drop, format_timecode, nominal_rate, parse_timecode

NTSC_30 = Fraction(30000, 1001)
NTSC_60 = Fraction(60000, 1001)
DAY_30 = 2_589_408  # frames of 24 hours of drop-frame timecode at 29.97 (SMPTE ST 12-1)
PLAIN = [Fraction(n) for n in (10, 24, 25, 30, 50, 60, 120)] + [Fraction(24000, 1001), NTSC_30, NTSC_60]


def first_frames(nominal: int, dropped: int) -> Iterator[tuple[int, str]]:
    """The first frame of every second of a day, counted by the rule: minutes skip some, tenth minutes none."""
    number = 0
    for minute in range(24 * 60):
        for second in range(60):
            first = dropped if second == 0 and minute % 10 != 0 else 0
            yield number, f"{minute // 60:02}:{minute % 60:02}:{second:02};{first:02}"
            number += nominal - first


@pytest.mark.parametrize(
    ("frame", "text"),
    [
        (0, "00:00:00;00"),
        (1799, "00:00:59;29"),
        (1800, "00:01:00;02"),
        (17981, "00:09:59;29"),
        (17982, "00:10:00;00"),
        (19781, "00:10:59;29"),
        (19782, "00:11:00;02"),
        (107892, "01:00:00;00"),
        (1078920, "10:00:00;00"),
        (DAY_30 - 1, "23:59:59;29"),
        (DAY_30, "24:00:00;00"),
    ],
)
def test_known_drop_frame_values(frame: int, text: str) -> None:
    assert format_timecode(frame, NTSC_30, drop=True) == text
    assert parse_timecode(text, NTSC_30) == frame


@pytest.mark.parametrize(("frame", "text"), [(3599, "00:00:59;59"), (3600, "00:01:00;04"), (35964, "00:10:00;00")])
def test_known_drop_frame_values_at_59_94(frame: int, text: str) -> None:
    assert format_timecode(frame, NTSC_60, drop=True) == text
    assert parse_timecode(text, NTSC_60) == frame


@pytest.mark.parametrize(("rate", "nominal", "dropped"), [(NTSC_30, 30, 2), (NTSC_60, 60, 4)])
def test_every_second_of_a_day_is_counted_as_by_hand(rate: Fraction, nominal: int, dropped: int) -> None:
    before = f"23:59:59;{nominal - 1:02}"
    for number, text in first_frames(nominal, dropped):
        assert format_timecode(number, rate, drop=True) == text
        assert parse_timecode(text, rate) == number
        if number:
            assert format_timecode(number - 1, rate, drop=True) == before
        before = f"{text[:8]};{nominal - 1:02}"


def test_drop_frame_timecode_keeps_to_the_clock() -> None:
    assert parse_timecode("01:00:00;00", NTSC_30) / NTSC_30 == pytest.approx(3600, abs=0.004)
    assert parse_timecode("01:00:00:00", NTSC_30) / NTSC_30 == pytest.approx(3603.6)


@given(frame=st.integers(min_value=0, max_value=24 * 3600 * 120), rate=st.sampled_from(PLAIN))
def test_plain_timecode_comes_back(frame: int, rate: Fraction) -> None:
    assert parse_timecode(format_timecode(frame, rate), rate) == frame


@given(frame=st.integers(min_value=0, max_value=DAY_30 * 2), rate=st.sampled_from([NTSC_30, NTSC_60]))
def test_drop_frame_timecode_comes_back(frame: int, rate: Fraction) -> None:
    assert parse_timecode(format_timecode(frame, rate, drop=True), rate) == frame


@pytest.mark.parametrize(
    ("rate", "nominal"),
    [(Fraction(24000, 1001), 24), (NTSC_30, 30), (Fraction(25), 25), (Fraction(25, 2), 13), (Fraction(1, 2), 1)],
)
def test_the_nominal_rate_counts_up(rate: Fraction, nominal: int) -> None:
    assert nominal_rate(rate) == nominal


def test_three_digits_only_where_a_second_has_more_than_a_hundred_frames() -> None:
    assert format_timecode(119, Fraction(120)) == "00:00:00:119"
    assert format_timecode(99, Fraction(100)) == "00:00:00:99"
    assert parse_timecode("00:00:01:005", Fraction(120)) == 125


@pytest.mark.parametrize("rate", [Fraction(24), Fraction(25), Fraction(30), Fraction(24000, 1001)])
def test_rates_without_drop_frame_refuse_it(rate: Fraction) -> None:
    assert not can_drop(rate)
    with pytest.raises(ValueError, match="no drop-frame timecode"):
        format_timecode(0, rate, drop=True)
    with pytest.raises(ValueError, match="does not have"):
        parse_timecode("00:00:01;00", rate)


@pytest.mark.parametrize(
    ("text", "rate"), [("00:01:00;00", NTSC_30), ("00:59:00;01", NTSC_30), ("00:01:00;03", NTSC_60)]
)
def test_frames_that_drop_frame_skips_have_no_number(text: str, rate: Fraction) -> None:
    with pytest.raises(ValueError, match="skips"):
        parse_timecode(text, rate)


@pytest.mark.parametrize(
    ("text", "frame"), [("0", 0), ("1", 25), ("1.5", 37), (" 12.0399 ", 300), ("12.04", 301), ("3600", 90000)]
)
def test_seconds_name_the_frame_shown_then(text: str, frame: int) -> None:
    assert parse_timecode(text, Fraction(25)) == frame


@pytest.mark.parametrize(
    "text", ["", "1:2:3:4", "00:60:00:00", "00:00:60:00", "00:00:00", "-1", "1e3", "00:00:00.00", "00:00:00:00:00", "."]
)
def test_what_is_no_timecode(text: str) -> None:
    with pytest.raises(ValueError, match="neither"):
        parse_timecode(text, Fraction(25))


def test_a_frame_that_the_second_does_not_have() -> None:
    with pytest.raises(ValueError, match="counts 25"):
        parse_timecode("00:00:00:25", Fraction(25))
