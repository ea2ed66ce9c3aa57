"""Colours of markers as FCP7 XML writes them: 8 bits of red, green and blue."""

from __future__ import annotations

from app.core.model.marker import MarkerColor

MARKER_RGB: dict[MarkerColor, tuple[int, int, int]] = {
    "red": (220, 40, 40),
    "orange": (240, 140, 20),
    "yellow": (240, 220, 40),
    "green": (40, 180, 60),
    "cyan": (40, 200, 210),
    "blue": (50, 90, 220),
    "purple": (140, 60, 200),
    "pink": (240, 110, 180),
}


def nearest_color(said: tuple[int, int, int] | None) -> MarkerColor:
    """The colour that looks most like ``said``; green, as editors have it, where the file says none."""
    if said is None:
        return "green"
    return min(
        MARKER_RGB, key=lambda name: sum((one - two) ** 2 for one, two in zip(MARKER_RGB[name], said, strict=True))
    )
