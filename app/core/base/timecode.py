"""Timecode: frame numbers as ``HH:MM:SS:FF`` or, drop-frame, ``HH:MM:SS;FF`` (SMPTE ST 12-1)."""

from __future__ import annotations

import re
from fractions import Fraction

from app.core.base import time

_PATTERN = re.compile(r"^(\d{1,3}):([0-5]\d):([0-5]\d)([:;])(\d{2,3})$")
_SECONDS = re.compile(r"^\d+(\.\d+)?$")


def nominal_rate(rate: Fraction) -> int:
    """Frames that one second of timecode counts: 30 for 30000/1001."""
    return -(-rate.numerator // rate.denominator)


def can_drop(rate: Fraction) -> bool:
    """Whether drop-frame timecode exists at ``rate`` (30000/1001, 60000/1001 and multiples)."""
    return rate.denominator == 1001 and rate.numerator % 30000 == 0


def format_timecode(frame: int, rate: Fraction, *, drop: bool = False) -> str:
    """``frame`` (0 or more) as timecode.

    Raises:
        ValueError: drop-frame was asked for at a rate that has none.
    """
    nominal = nominal_rate(rate)
    if drop:
        if not can_drop(rate):
            raise ValueError(f"no drop-frame timecode at {rate} fps")
        dropped = nominal // 15
        per_minute = nominal * 60 - dropped
        per_ten = per_minute * 10 + dropped
        tens, rest = divmod(frame, per_ten)
        frame += tens * dropped * 9
        if rest >= nominal * 60:
            frame += dropped * ((rest - nominal * 60) // per_minute + 1)
    seconds, frames = divmod(frame, nominal)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    width = 3 if nominal > 100 else 2
    return f"{hours:02}:{minutes:02}:{seconds:02}{';' if drop else ':'}{frames:0{width}}"


def parse_timecode(text: str, rate: Fraction) -> int:
    """Frame number of a timecode, or of plain seconds (the frame shown then).

    Raises:
        ValueError: the text is neither, or names a frame that drop-frame counting skips.
    """
    if _SECONDS.match(text.strip()):
        return time.frame_at(time.from_seconds(Fraction(text.strip())), rate)
    match = _PATTERN.match(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is neither HH:MM:SS:FF nor seconds")
    hours, minutes, seconds, frames = (int(match[group]) for group in (1, 2, 3, 5))
    nominal = nominal_rate(rate)
    if frames >= nominal:
        raise ValueError(f"{text!r} names frame {frames}, a second at {rate} fps counts {nominal}")
    total_minutes = hours * 60 + minutes
    number = (total_minutes * 60 + seconds) * nominal + frames
    if match[4] == ":":
        return number
    if not can_drop(rate):
        raise ValueError(f"{text!r} is drop-frame timecode, which {rate} fps does not have")
    dropped = nominal // 15
    if seconds == 0 and frames < dropped and minutes % 10 != 0:
        raise ValueError(f"{text!r} names a frame that drop-frame timecode skips")
    return number - dropped * (total_minutes - total_minutes // 10)
