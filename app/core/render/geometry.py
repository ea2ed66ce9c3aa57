"""Where a picture lies in a frame: fitted whole, never cropped, never stretched. Whole even pixels."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Rectangle:
    """Pixels of an output frame. All four are even, because chroma has half the resolution."""

    x: int
    y: int
    width: int
    height: int


def even(size: int) -> int:
    """The smallest even number of pixels that holds ``size``, 2 at least."""
    return max(2, size + size % 2)


def shown_size(width: int, height: int, sample_aspect: Fraction, rotation: int) -> tuple[Fraction, Fraction]:
    """Size in square pixels of a stored picture as a viewer sees it; ``rotation`` in degrees."""
    shown = (width * sample_aspect, Fraction(height))
    return shown if rotation % 180 == 0 else (shown[1], shown[0])


def fit(width: Fraction | int, height: Fraction | int, area: Rectangle) -> Rectangle:
    """The largest picture of the shape ``width`` to ``height`` in the middle of ``area``.

    Each side is rounded to the nearest even number, so a shape that is off by less than a pixel
    still fills the area.

    ::

        16:9 in 4:3          9:16 in 16:9
        +---------+          +---+----+---+
        |---------|          |   |    |   |
        | picture |          |   |    |   |
        |---------|          |   |    |   |
        +---------+          +---+----+---+
    """
    scale = min(Fraction(area.width) / width, Fraction(area.height) / height)
    fitted_width = min(area.width, max(2, _nearest_even(width * scale)))
    fitted_height = min(area.height, max(2, _nearest_even(height * scale)))
    return Rectangle(
        area.x + (area.width - fitted_width) // 4 * 2,
        area.y + (area.height - fitted_height) // 4 * 2,
        fitted_width,
        fitted_height,
    )


def _nearest_even(length: Fraction | int) -> int:
    return 2 * ((Fraction(length) + 1) // 2)
