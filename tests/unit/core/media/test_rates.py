"""Stamps become exact times where the rate is constant, and stay themselves where it is not."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.base.time import SECOND, frame_duration, frame_start
from app.core.media.rates import frame_timing

NTSC = Fraction(30000, 1001)
MILLISECOND = Fraction(1, 1000)


def stamps(values: list[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.asarray(values, dtype=np.int64)


@pytest.mark.parametrize("rate", [Fraction(24000, 1001), Fraction(24), Fraction(25), NTSC, Fraction(60000, 1001)])
@pytest.mark.parametrize("start", [0, 21, 1400])
def test_matroska_milliseconds_become_the_exact_grid(rate: Fraction, start: int) -> None:
    pts = stamps([start + round(k * 1000 / rate) for k in range(5000)])
    timing = frame_timing(pts, MILLISECOND, Fraction(start, 1000), [rate], 0)
    assert timing.rate == rate
    assert not timing.variable
    assert timing.times.tolist() == [k * frame_duration(rate) for k in range(5000)]
    assert timing.end == 5000 * frame_duration(rate)


def test_the_rate_is_found_where_the_header_lies() -> None:
    pts = stamps([round(k * 1000 / NTSC) for k in range(900)])
    timing = frame_timing(pts, MILLISECOND, Fraction(0), [Fraction(60000), Fraction(115200, 3881)], 0)
    assert (timing.rate, timing.variable) == (NTSC, False)


def test_2997_hundredths_mean_30000_1001() -> None:
    timing = frame_timing(stamps(list(range(1000))), Fraction(100, 2997), Fraction(0), [Fraction(2997, 100)], 0)
    assert timing.rate == NTSC
    assert timing.times.tolist() == [k * frame_duration(NTSC) for k in range(1000)]


def test_an_odd_constant_rate_stays_what_it_is() -> None:
    timing = frame_timing(stamps([k * 1001 for k in range(50)]), Fraction(1, 13000), Fraction(0), [], 0)
    assert (timing.rate, timing.variable) == (Fraction(13000, 1001), False)
    assert timing.times.tolist() == [frame_start(k, Fraction(13000, 1001)) for k in range(50)]


def test_dropped_frames_leave_holes_in_the_grid() -> None:
    numbers = [k for k in range(300) if k % 7]
    pts = stamps([round(k * 1000 / NTSC) for k in numbers])
    timing = frame_timing(pts, MILLISECOND, Fraction(0), [NTSC], 0)
    first = frame_timing(stamps([33]), MILLISECOND, Fraction(0), [NTSC], 0).times[0]
    assert timing.variable
    assert timing.rate == NTSC
    assert [int(time - first) for time in timing.times] == [(k - 1) * frame_duration(NTSC) for k in numbers]


def test_irregular_steps_keep_their_own_times() -> None:
    pts = stamps([0, 40, 53, 140, 141, 190])
    timing = frame_timing(pts, MILLISECOND, Fraction(0), [Fraction(25)], 30)
    assert timing.variable
    assert timing.times.tolist() == [int(stamp) * SECOND // 1000 for stamp in pts]
    assert timing.end == 220 * SECOND // 1000


def test_stamps_on_whole_milliseconds_are_no_grid_of_a_thousand() -> None:
    pts = stamps([k * 33 + (k * k) % 5 for k in range(100)])
    timing = frame_timing(pts, MILLISECOND, Fraction(0), [Fraction(1000), Fraction(30)], 0)
    assert timing.variable
    assert timing.rate == 30


def test_one_picture_lasts_as_long_as_its_packet_or_its_rate_says() -> None:
    alone = frame_timing(stamps([0]), Fraction(1, 25), Fraction(0), [Fraction(25)], 1)
    assert alone.times.tolist() == [0]
    assert alone.rate == 25
    assert alone.end == SECOND // 25


def test_time_zero_is_the_container_start() -> None:
    timing = frame_timing(stamps([90000 * 10, 90000 * 10 + 3600]), Fraction(1, 90000), Fraction(9), [Fraction(25)], 0)
    assert timing.times.tolist() == [SECOND, SECOND + SECOND // 25]


@settings(max_examples=60, deadline=None)
@given(
    steps=st.lists(st.integers(1, 10_000), min_size=1, max_size=40),
    base=st.sampled_from([Fraction(1, 90000), Fraction(1, 12288), MILLISECOND, Fraction(1, 30000), Fraction(1, 10**9)]),
    first=st.integers(-(10**6), 10**12),
)
def test_times_ascend_strictly_and_stay_within_a_tick(steps: list[int], base: Fraction, first: int) -> None:
    pts = stamps([first + sum(steps[:k]) for k in range(len(steps) + 1)])
    timing = frame_timing(pts, base, first * base, [Fraction(25)], 0)
    assert np.all(np.diff(timing.times) > 0)
    assert timing.end > timing.times[-1]
    for stamp, time in zip(pts.tolist(), timing.times.tolist(), strict=True):
        assert abs(Fraction(time, SECOND) - (stamp - first) * base) <= base + Fraction(len(pts), SECOND)
