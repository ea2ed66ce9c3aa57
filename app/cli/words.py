"""Numbers as people read them."""

from __future__ import annotations

from fractions import Fraction

from app.core.base.time import Flicks, to_seconds


def length(time: Flicks) -> str:
    """``30.000 s``."""
    return f"{to_seconds(time):.3f} s"


def fps(rate: Fraction) -> str:
    """``25 fps``, ``29.97 fps``."""
    return f"{rate.numerator if rate.denominator == 1 else format(float(rate), '.2f')} fps"


def count(number: int, thing: str) -> str:
    """``1 scene``, ``4 scenes``."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
