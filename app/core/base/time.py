"""Exact time. One unit everywhere: the flick, 1/705 600 000 s, an ``int``.

A flick divides every usual frame duration (24, 25, 30, 50, 60, 120 fps and their 1000/1001
relatives) and every usual sample duration, so positions on a timeline are exact integers.
This is the only module of Insomnia that rounds time. Source of the unit:
https://github.com/facebookarchive/Flicks.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TypeAlias

Flicks: TypeAlias = int

SECOND: Flicks = 705_600_000

# Rates as people write them: the NTSC family is n * 1000/1001, whatever decimals say.
_NTSC_TOLERANCE = Fraction(1, 5000)
_NTSC_BASES = (24, 30, 48, 60, 120)
_WRITTEN_RATE = re.compile(r"[0-9]{1,12}(/[0-9]{1,12}|\.[0-9]{1,40})?")


def _ceil_div(numerator: int, denominator: int) -> int:
    return -(-numerator // denominator)


def from_pts(pts: int, time_base: Fraction) -> Flicks:
    """Time of a presentation stamp, rounded up: 1/12288 s and its like do not divide the flick.

    Rounding up keeps "the frame at t is the last whose time is <= t" true for times that
    were themselves made from this stamp.
    """
    return _ceil_div(pts * time_base.numerator * SECOND, time_base.denominator)


def to_pts(time: Flicks, time_base: Fraction) -> int:
    """The last stamp of ``time_base`` at or before ``time``; for seeking only, never for identity."""
    return (time * time_base.denominator) // (time_base.numerator * SECOND)


def is_exact_rate(rate: Fraction) -> bool:
    """Whether one frame of ``rate`` is a whole number of flicks (sequences demand it)."""
    return rate > 0 and (SECOND * rate.denominator) % rate.numerator == 0


def frame_duration(rate: Fraction) -> Flicks:
    """Duration of one frame.

    Raises:
        ValueError: ``rate`` is not exact in flicks.
    """
    if not is_exact_rate(rate):
        raise ValueError(f"one frame at {rate} fps is no whole number of flicks")
    return SECOND * rate.denominator // rate.numerator


def frame_start(frame: int, rate: Fraction) -> Flicks:
    """Start of frame number ``frame`` counted from time 0, rounded up where the rate is inexact."""
    return _ceil_div(frame * SECOND * rate.denominator, rate.numerator)


def frame_at(time: Flicks, rate: Fraction) -> int:
    """Number of the frame that is shown at ``time``: the inverse of :func:`frame_start`."""
    return (time * rate.numerator) // (SECOND * rate.denominator)


def nearest_frame(time: Flicks, rate: Fraction) -> int:
    """Number of the frame whose start is nearest to ``time`` (halves go up)."""
    return (2 * time * rate.numerator + SECOND * rate.denominator) // (2 * SECOND * rate.denominator)


def frames_covering(duration: Flicks, rate: Fraction) -> int:
    """Smallest number of whole frames that last at least ``duration``."""
    return _ceil_div(duration * rate.numerator, SECOND * rate.denominator)


def sample_at(time: Flicks, sample_rate: int) -> int:
    """Number of the sound sample at ``time``, rounded to the nearest."""
    return (2 * time * sample_rate + SECOND) // (2 * SECOND)


def from_samples(samples: int, sample_rate: int) -> Flicks:
    """Time of a sample number, rounded up (exact for 8 kHz to 192 kHz and 44.1 kHz kin)."""
    return _ceil_div(samples * SECOND, sample_rate)


def from_seconds(seconds: Fraction | float | int) -> Flicks:
    """Nearest flick to a number of seconds; only for values that come from outside."""
    exact = Fraction(seconds) * SECOND
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)


def to_seconds(time: Flicks) -> float:
    """Seconds for an edge of the program: database columns, subtitles, JSON."""
    return time / SECOND


def snap_rate(rate: Fraction) -> Fraction:
    """The exact rate that a decimal or measured one means.

    29.97 and 29.97002997 become 30000/1001; 25.0 becomes 25; a rate that is near none of the
    usual ones is returned as it is.
    """
    for base in _NTSC_BASES:
        ntsc = Fraction(base * 1000, 1001)
        if abs(rate - ntsc) <= _NTSC_TOLERANCE * base / 2:
            return ntsc
    whole = Fraction(round(rate))
    if whole > 0 and abs(rate - whole) <= _NTSC_TOLERANCE * whole:
        return whole
    return rate


def parse_rate(text: str) -> Fraction:
    """A rate written as ``30000/1001``, ``29.97``, ``23.98`` or ``25``.

    Raises:
        ValueError: the text is no positive number, or more than 1000.
    """
    # Only plain digits: Fraction("1e999999999") would compute for ever.
    if _WRITTEN_RATE.fullmatch(text.strip()) is None:
        raise ValueError(f"no frame rate: {text!r}")
    try:
        rate = Fraction(text.strip())
    except ZeroDivisionError as error:
        raise ValueError(f"no frame rate: {text!r}") from error
    if rate <= 0 or rate > 1000:
        raise ValueError(f"no frame rate: {text!r}")
    if "/" in text:
        return rate
    for base in _NTSC_BASES:  # two decimals are what people remember: 23.98 for 23.976
        ntsc = Fraction(base * 1000, 1001)
        if abs(rate - ntsc) <= Fraction(1, 200):
            return ntsc
    return snap_rate(rate)


def sequence_rate(rate: Fraction) -> Fraction:
    """The rate a sequence takes for media of ``rate``: itself where exact, else the nearest usual one."""
    snapped = snap_rate(rate)
    if is_exact_rate(snapped):
        return snapped
    usual = [Fraction(n) for n in (10, 12, 15, 20, 24, 25, 30, 48, 50, 60, 100, 120)]
    usual += [Fraction(n * 1000, 1001) for n in _NTSC_BASES]
    return min(usual, key=lambda candidate: (abs(candidate - rate), candidate))
