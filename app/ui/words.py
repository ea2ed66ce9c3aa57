"""Numbers as people read them in the window."""

from __future__ import annotations

from fractions import Fraction

from app.core.model.project import Project


def format_in_words(project: Project) -> str:
    """Size and rate of the shown sequence, as in ``1920 by 1080, 29.97 fps`` but shorter."""
    if not project.sequences:
        return ""
    shown = project.sequences[0].format
    return f"{shown.width} × {shown.height}   {rate_in_words(shown.rate)}"


def rate_in_words(rate: Fraction) -> str:
    """``25 fps``, ``29.97 fps``."""
    return f"{float(rate):.2f}".rstrip("0").rstrip(".") + " fps"


def size_in_words(size: int) -> str:
    """Bytes as ``812 B``, ``4.2 MB``, ``1.3 GB``: powers of a thousand."""
    if size < 1000:
        return f"{size} B"
    for unit, amount in (("kB", size / 1e3), ("MB", size / 1e6), ("GB", size / 1e9)):
        if amount < 999.5 or unit == "GB":
            break
    return f"{amount:.0f} {unit}" if amount >= 99.5 else f"{amount:.1f} {unit}"
