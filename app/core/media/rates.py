"""Frame rates and frame times from stamps: what is constant becomes an exact grid."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from app.core.base.time import from_pts, snap_rate
from app.core.media.index import Stamps

_USUAL = tuple(
    sorted(
        [Fraction(base * 1000, 1001) for base in (24, 30, 48, 60, 120)]
        + [Fraction(rate) for rate in (10, 12, 15, 20, 24, 25, 30, 48, 50, 60, 100, 120)]
    )
)
_FALLBACK = Fraction(25)
_FASTEST = Fraction(1000)
# Below this many ticks a frame, any stamps would seem to lie on a grid.
_LEAST_TICKS = 4
# Program streams stamp some pictures only; those between are counted in whole ticks, and drift from the grid.
_NEAR = 50


@dataclass(frozen=True, eq=False)
class Timing:
    """Times of the frames in flicks, the moment after the last, the nominal rate, and whether it varies."""

    times: Stamps
    end: int
    rate: Fraction
    variable: bool


@dataclass(frozen=True, eq=False)
class _Grid:
    """Frame k stands at ``start + numbers[k] / rate`` seconds."""

    rate: Fraction
    start: Fraction
    numbers: Stamps


def frame_timing(
    pts: Stamps, time_base: Fraction, origin: Fraction, said: Sequence[Fraction], last_duration: int
) -> Timing:
    """Timing of frames with ascending ``pts``.

    Stamps that lie within a tick of an exact grid (a rate's milliseconds in Matroska) are put onto
    the grid, so that a timeline of that rate shows every frame once. ``said`` are the rates that
    the header gives, the most trusted first; ``last_duration`` (ticks, or 0) is the last packet's.
    """
    candidates = _candidates(pts, time_base, said)
    grid = _best_grid(pts, time_base, origin, candidates)
    if grid is None:
        end = _plain_end(pts, time_base, origin, last_duration)
        return Timing(_plain_times(pts, time_base, origin), end, _nominal(pts, time_base, candidates), True)
    steps = np.diff(grid.numbers)
    even = bool(np.all(steps == 1))
    rate = grid.rate if even or int(np.median(steps)) == 1 else _nominal(pts, time_base, candidates)
    numbers = np.append(grid.numbers, grid.numbers[-1] + 1)
    stamps = _scaled(numbers, 1 / grid.rate, grid.start - origin)
    return Timing(np.asarray(stamps[:-1], dtype=np.int64), stamps[-1], rate, not even)


def _candidates(pts: Stamps, time_base: Fraction, said: Sequence[Fraction]) -> list[Fraction]:
    found: list[Fraction] = []
    steps = np.diff(pts)
    if steps.size:
        span = int(pts[-1] - pts[0]) * time_base
        found = [len(steps) / span, 1 / (int(np.median(steps)) * time_base)]
    both = [each for rate in (*said, *found) for each in (snap_rate(rate), rate)]
    return [rate for rate in dict.fromkeys(both) if 0 < rate <= _FASTEST]


def _best_grid(pts: Stamps, time_base: Fraction, origin: Fraction, candidates: Iterable[Fraction]) -> _Grid | None:
    rates = list(candidates)
    grids = [grid for rate in rates if (grid := _grid(pts, time_base, origin, rate)) is not None]
    near = (grid for rate in rates if (grid := _grid(pts, time_base, origin, rate, _NEAR)) is not None)
    for grid in (*grids, *near):
        if bool(np.all(np.diff(grid.numbers) == 1)):
            return _with_usual_rate(grid)
    return grids[0] if grids else None


def _grid(pts: Stamps, time_base: Fraction, origin: Fraction, rate: Fraction, near: int = 0) -> _Grid | None:
    """The grid of ``rate`` that all stamps are within a tick of (or ``1 / near`` frames), if there is one."""
    share = time_base * rate  # frames a tick
    offsets = pts - pts[0]
    if int(offsets[-1]).bit_length() + max(share.numerator, share.denominator).bit_length() > 61:
        return None
    numbers = (2 * offsets * share.numerator + share.denominator) // (2 * share.denominator)
    if np.any(np.diff(numbers) < 1):
        return None
    errors = offsets * share.numerator - numbers * share.denominator  # ticks times share.numerator
    coarse = share.denominator < _LEAST_TICKS * share.numerator
    most = 0 if coarse else max(share.numerator, share.denominator // near if near else 0)
    if int(np.abs(errors).max()) > most:
        return None
    # Where the whole grid may as well begin at the container's start, it does.
    to_origin = (origin - int(pts[0]) * time_base) / time_base
    low, high = int(errors.min()), int(errors.max())
    shift = to_origin * share.numerator
    if not coarse and abs(to_origin) <= 1 and high - shift <= most and shift - low <= most:
        return _Grid(rate, origin, numbers)
    return _Grid(rate, int(pts[0]) * time_base, numbers)


def _with_usual_rate(grid: _Grid) -> _Grid:
    """29.97 written as 2997/100 means 30000/1001, as long as the difference stays below a quarter frame."""
    usual = snap_rate(grid.rate)
    drift = len(grid.numbers) * abs(1 - grid.rate / usual)
    return _Grid(usual, grid.start, grid.numbers) if drift < Fraction(1, 4) else grid


def _nominal(pts: Stamps, time_base: Fraction, candidates: Sequence[Fraction]) -> Fraction:
    """The usual rate very near the mean, else near the commonest step or the mean, else the mean."""
    steps = np.diff(pts)
    if not steps.size:
        return candidates[0] if candidates else _FALLBACK
    common = 1 / (int(np.median(steps)) * time_base)
    mean = len(steps) / (int(pts[-1] - pts[0]) * time_base)
    for rate, share in ((mean, Fraction(1, 200)), (common, Fraction(1, 50)), (mean, Fraction(1, 50))):
        nearest = min(_USUAL, key=lambda usual: abs(usual - rate))
        if abs(nearest - rate) <= nearest * share:
            return nearest
    return min(mean, _FASTEST).limit_denominator(1001)


def _plain_times(pts: Stamps, time_base: Fraction, origin: Fraction) -> Stamps:
    times = np.asarray(_scaled(pts, time_base, -origin), dtype=np.int64)
    # A time base finer than the flick may round two stamps to one.
    steps = np.arange(len(times), dtype=np.int64)
    return np.maximum.accumulate(times - steps) + steps


def _plain_end(pts: Stamps, time_base: Fraction, origin: Fraction, last_duration: int) -> int:
    steps = np.diff(pts)
    usual = int(np.median(steps)) if steps.size else 0
    longest = max(10 * usual, int(1 / time_base))
    if not 0 < last_duration <= longest:
        last_duration = usual or max(1, round(1 / (_FALLBACK * time_base)))
    return _scaled(np.asarray([pts[-1] + last_duration]), time_base, -origin)[0]


def _scaled(numbers: Stamps, step: Fraction, start: Fraction) -> list[int]:
    """Flicks of ``start + number * step`` seconds, by the one rounding rule of time."""
    unit = math.lcm(step.denominator, start.denominator)
    base = Fraction(1, unit)
    factor, offset = step.numerator * (unit // step.denominator), start.numerator * (unit // start.denominator)
    return [from_pts(number * factor + offset, base) for number in numbers.tolist()]
