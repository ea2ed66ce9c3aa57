"""Flicks: exact where they must be, rounded one way where they cannot be."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.base import time
from app.core.base.time import SECOND

USUAL = [Fraction(n) for n in (10, 12, 15, 20, 24, 25, 30, 48, 50, 60, 90, 100, 120)] + [
    Fraction(n * 1000, 1001) for n in (24, 30, 48, 60, 120)
]
TIME_BASES = [Fraction(1, n) for n in (1, 24, 1000, 11988, 12288, 15360, 44100, 48000, 90000, 1_000_000)]

whole = st.integers(min_value=-(10**9), max_value=10**9)
rates = st.sampled_from(USUAL) | st.fractions(min_value=Fraction(1, 100), max_value=1000, max_denominator=100_000)


@pytest.mark.parametrize("rate", USUAL)
def test_one_frame_of_a_usual_rate_is_exact(rate: Fraction) -> None:
    assert time.is_exact_rate(rate)
    assert Fraction(time.frame_duration(rate), SECOND) == 1 / rate


@pytest.mark.parametrize("sample_rate", [8000, 11025, 16000, 22050, 32000, 44100, 48000, 88200, 96000, 192000])
def test_one_sample_is_exact(sample_rate: int) -> None:
    assert Fraction(time.from_samples(1, sample_rate), SECOND) == Fraction(1, sample_rate)
    assert time.sample_at(time.from_samples(12345, sample_rate), sample_rate) == 12345


@pytest.mark.parametrize("rate", [Fraction(0), Fraction(-25), Fraction(2397, 100), Fraction(11)])
def test_a_rate_that_is_not_exact_has_no_frame_duration(rate: Fraction) -> None:
    assert not time.is_exact_rate(rate)
    with pytest.raises(ValueError, match="no whole number of flicks"):
        time.frame_duration(rate)


@given(frame=whole, rate=rates)
def test_the_frame_at_the_start_of_a_frame_is_that_frame(frame: int, rate: Fraction) -> None:
    start = time.frame_start(frame, rate)
    assert time.frame_at(start, rate) == frame
    assert time.frame_at(start - 1, rate) == frame - 1
    assert time.nearest_frame(start, rate) == frame


@given(moment=whole, rate=rates)
def test_a_frame_is_shown_from_its_start_to_the_next(moment: int, rate: Fraction) -> None:
    frame = time.frame_at(moment, rate)
    assert time.frame_start(frame, rate) <= moment < time.frame_start(frame + 1, rate)


@given(duration=st.integers(min_value=0, max_value=10**12), rate=rates)
def test_frames_covering_is_the_smallest_number_that_lasts_as_long(duration: int, rate: Fraction) -> None:
    frames = time.frames_covering(duration, rate)
    assert Fraction(frames) / rate >= Fraction(duration, SECOND)
    assert Fraction(frames - 1) / rate < Fraction(duration, SECOND)


def test_the_nearest_frame_takes_the_later_one_at_the_half() -> None:
    rate = Fraction(24)
    half = time.frame_duration(rate) // 2
    assert time.nearest_frame(half, rate) == 1
    assert time.nearest_frame(half - 1, rate) == 0
    assert time.nearest_frame(-half, rate) == 0
    assert time.nearest_frame(-half - 1, rate) == -1


@given(pts=whole, time_base=st.sampled_from(TIME_BASES))
def test_a_stamp_rounds_up_by_less_than_a_flick(pts: int, time_base: Fraction) -> None:
    exact = pts * time_base * SECOND
    assert 0 <= time.from_pts(pts, time_base) - exact < 1


@given(pts=whole, time_base=st.sampled_from(TIME_BASES))
def test_the_last_stamp_at_the_time_of_a_stamp_is_that_stamp(pts: int, time_base: Fraction) -> None:
    moment = time.from_pts(pts, time_base)
    assert time.to_pts(moment, time_base) == pts
    assert time.to_pts(moment - 1, time_base) == pts - 1


def test_stamps_of_awkward_time_bases_are_rounded_up() -> None:
    assert time.from_pts(1, Fraction(1, 12288)) == 57422  # 57421.875
    assert time.from_pts(-1, Fraction(1, 12288)) == -57421
    assert time.from_pts(1, Fraction(1, 15360)) == 45938  # 45937.5


def test_a_sample_is_the_nearest() -> None:
    one = SECOND // 48000
    assert time.sample_at(one // 2, 48000) == 1
    assert time.sample_at(one // 2 - 1, 48000) == 0
    assert time.sample_at(-one, 48000) == -1


@pytest.mark.parametrize(
    ("seconds", "flicks"),
    [(0, 0), (1, SECOND), (Fraction(1, 24), SECOND // 24), (0.5, SECOND // 2), (-1.5, -SECOND * 3 // 2)],
)
def test_seconds_from_outside(seconds: Fraction | float, flicks: int) -> None:
    assert time.from_seconds(seconds) == flicks


@given(flicks=st.integers(min_value=-SECOND * 3600 * 24, max_value=SECOND * 3600 * 24))
def test_seconds_hold_a_day_of_flicks_exactly_enough(flicks: int) -> None:
    assert time.from_seconds(time.to_seconds(flicks)) == flicks


def test_a_fraction_of_seconds_goes_to_the_nearest_flick() -> None:
    assert time.from_seconds(Fraction(1, 2 * SECOND)) == 1
    assert time.from_seconds(Fraction(1, 2 * SECOND + 1)) == 0


@pytest.mark.parametrize(
    ("measured", "meant"),
    [
        (Fraction("29.97"), Fraction(30000, 1001)),
        (Fraction("29.97002997"), Fraction(30000, 1001)),
        (Fraction("23.976"), Fraction(24000, 1001)),
        (Fraction("47.952"), Fraction(48000, 1001)),
        (Fraction("59.94"), Fraction(60000, 1001)),
        (Fraction("119.88"), Fraction(120000, 1001)),
        (Fraction("24.001"), Fraction(24)),
        (Fraction("25.0"), Fraction(25)),
        (Fraction("12.5"), Fraction("12.5")),
        (Fraction(1, 1000), Fraction(1, 1000)),
    ],
)
def test_a_measured_rate_snaps_to_the_usual_one(measured: Fraction, meant: Fraction) -> None:
    assert time.snap_rate(measured) == meant


@pytest.mark.parametrize("rate", USUAL)
def test_a_usual_rate_snaps_to_itself(rate: Fraction) -> None:
    assert time.snap_rate(rate) == rate
    assert time.sequence_rate(rate) == rate


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("25", Fraction(25)),
        (" 25.0 ", Fraction(25)),
        ("30000/1001", Fraction(30000, 1001)),
        ("29.97", Fraction(30000, 1001)),
        ("29.97002997002997", Fraction(30000, 1001)),
        ("23.976", Fraction(24000, 1001)),
        ("23.98", Fraction(24000, 1001)),
        ("24", Fraction(24)),
        ("47.95", Fraction(48000, 1001)),
        ("59.94", Fraction(60000, 1001)),
        ("60", Fraction(60)),
        ("119.88", Fraction(120000, 1001)),
        ("12.5", Fraction(25, 2)),
        ("2997/100", Fraction(2997, 100)),
    ],
)
def test_a_rate_as_people_write_it(text: str, rate: Fraction) -> None:
    assert time.parse_rate(text) == rate


@pytest.mark.parametrize(
    "text", ["", "0", "-25", "25fps", "25/0", "0/5", "1001", "1e3", "1e999999999", "nan", "1_0", "30000 / 1001", ".5"]
)
def test_what_is_no_rate(text: str) -> None:
    with pytest.raises(ValueError, match="no frame rate"):
        time.parse_rate(text)


@pytest.mark.parametrize(
    ("rate", "taken"),
    [
        (Fraction("23.97"), Fraction(24000, 1001)),
        (Fraction("12.5"), Fraction("12.5")),
        (Fraction("14.9"), Fraction(15)),
        (Fraction("1.3"), Fraction(10)),
        (Fraction(240), Fraction(240)),
        (Fraction(997), Fraction(120)),
    ],
)
def test_a_sequence_takes_the_nearest_exact_rate(rate: Fraction, taken: Fraction) -> None:
    assert time.sequence_rate(rate) == taken
    assert time.is_exact_rate(time.sequence_rate(rate))


@given(rate=rates)
def test_a_sequence_always_gets_an_exact_rate(rate: Fraction) -> None:
    assert time.is_exact_rate(time.sequence_rate(rate))
