"""OTIO's float times as exact numbers: seconds as fractions, rates as what their decimals mean."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Any

from app.core.base import time
from app.core.base.time import Flicks
from app.core.model.asset import Asset

# Rates that can be those of pictures; others are sample rates or plain seconds.
SLOWEST_PICTURE, FASTEST_PICTURE = 5, 240

_NTSC = tuple(Fraction(base * 1000, 1001) for base in (24, 30, 48, 60, 120))
_NEAR = Fraction(1, 2000)  # 23.98 is 24000/1001, and 24 is not
_FRAME_TOLERANCE = Fraction(1, 100)


@lru_cache(maxsize=256)
def exact_rate(rate: float) -> Fraction:
    """The rate that a float means: 29.97, 29.97002997 and 30000/1001 are one, 23.98 is 24000/1001."""
    exact = time.snap_rate(Fraction(rate))
    return next((ntsc for ntsc in _NTSC if abs(exact - ntsc) <= ntsc * _NEAR), exact)


def is_picture_rate(rate: Fraction) -> bool:
    """Whether ``rate`` can be a frame rate."""
    return SLOWEST_PICTURE <= rate <= FASTEST_PICTURE


def seconds(moment: Any) -> Fraction:
    """An OTIO ``RationalTime`` in seconds, exact."""
    return Fraction(moment.value) / exact_rate(moment.rate)


def frame_near(moment: Fraction, rate: Fraction) -> int:
    """The frame of ``rate`` that begins nearest to a moment in seconds."""
    return time.nearest_frame(time.from_seconds(moment), rate)


def source_time(asset: Asset, start: Any, available: Any | None, skipped: Fraction) -> Flicks:
    """Media time of the first frame of an OTIO clip.

    ``start`` is the start of its source range, ``available`` its available range (whose start is
    the media's own timecode) if any, ``skipped`` seconds are cut off before. A moment that is a
    frame of the media becomes exactly the time of that frame.
    """
    origin = available.start_time if available is not None else None
    begin = _picture_start(asset)
    rate = None if asset.info.video is None or asset.info.video.variable_rate else asset.info.video.rate
    into = seconds(start) - (seconds(origin) if origin is not None else 0)
    if rate is None or asset.info.kind != "video":
        return begin + _not_before(into + skipped)
    if counts_frames(asset, start, available):
        frames = Fraction(start.value) - Fraction(origin.value if origin is not None else 0) + skipped * rate
    else:
        frames = (into + skipped) * rate
    nearest = (2 * frames.numerator + frames.denominator) // (2 * frames.denominator)
    if abs(frames - nearest) <= _FRAME_TOLERANCE:
        return begin + time.frame_start(nearest, rate)
    return begin + _not_before(frames / rate)


def _not_before(moment: Fraction) -> Flicks:
    """The first flick at or after a moment: frame times are rounded up, and a frame must not be missed by one."""
    return time.from_pts(moment.numerator, Fraction(1, moment.denominator))


def counts_frames(asset: Asset, start: Any, available: Any | None) -> bool:
    """Whether a source range that says 24 means the frames of a film of 24000/1001, or the like.

    True only where the file never mentions the real rate.
    """
    if asset.info.video is None:
        return False
    said, real = exact_rate(start.rate), asset.info.video.rate
    if available is not None and exact_rate(available.start_time.rate) != said:
        return False
    return said in (real * Fraction(1001, 1000), real * Fraction(1000, 1001))


def _picture_start(asset: Asset) -> Flicks:
    """Media time of what other programs call frame 0."""
    if asset.info.kind == "video" and asset.info.video is not None:
        return asset.info.video.start
    return asset.info.audio[0].start if asset.info.audio else 0
