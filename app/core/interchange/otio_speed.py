"""Speeds of clips as OTIO's time effects, exact for Insomnia by its own metadata."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from app.core.interchange.otio_metadata import Hints, pairs
from app.core.model.clip import Clip
from app.core.model.retime import FASTEST, LARGEST_DENOMINATOR, NORMAL, SLOWEST, Retime

_SCALARS = 10_000  # the largest denominator that a float of another program is taken to mean
_CLOSE = 1e-9


def speed_effect(clip: Clip) -> Any | None:
    """The OTIO effect of a clip's speed; None at normal speed."""
    import opentimelineio as otio

    if clip.retime is None:
        return None
    if clip.retime.freeze:
        return otio.schema.FreezeFrame()
    return otio.schema.LinearTimeWarp(time_scalar=float(clip.retime.rate))


def of_speed(retime: Retime) -> dict[str, Any]:
    """Our metadata of a speed."""
    return {
        "speed": str(retime.speed),
        "keep_pitch": retime.keep_pitch,
        "source_rest": str(retime.source_rest),
        "extra": pairs(retime.extra),
    }


def has_speed(item: Any) -> bool:
    """Whether the effects of an OTIO clip are a speed that :func:`read_speed` reads, and perhaps others."""
    return item.schema_name() == "Clip" and (_scalar(item) is not None)


def read_speed(item: Any, hints: Hints, *, exact_start: bool) -> Retime | None:
    """The speed of an OTIO clip; None at normal speed. ``exact_start``: it begins where our metadata say."""
    scalar = _scalar(item)
    if scalar is None:
        return None
    own = hints.inside("retime")
    said, rest = (_fraction(own.text(key)) for key in ("speed", "source_rest"))
    rest = rest if exact_start and rest is not None and 0 <= rest < 1 else Fraction(0)
    keep_pitch = own.flag("keep_pitch", True)
    if scalar == 0:
        return Retime(freeze=True, keep_pitch=keep_pitch, source_rest=rest, extra=own.extra())
    speed = Fraction(abs(scalar)).limit_denominator(_SCALARS)
    if said is not None and said.denominator <= LARGEST_DENOMINATOR and abs(float(said) - abs(scalar)) <= _CLOSE:
        speed = said
    if speed == NORMAL and scalar > 0 and not own.extra():
        return None
    return Retime(min(max(speed, SLOWEST), FASTEST), scalar < 0, False, keep_pitch, rest, own.extra())


def _scalar(item: Any) -> float | None:
    """Media time for each time of the timeline, if one effect says so and it can be played."""
    found = [each for each in item.effects if each.schema_name() in ("LinearTimeWarp", "FreezeFrame")]
    if len(found) != 1:
        return None
    if found[0].schema_name() == "FreezeFrame":
        return 0.0
    scalar = found[0].time_scalar
    if not math.isfinite(scalar) or not (scalar == 0 or float(SLOWEST) <= abs(scalar) <= float(FASTEST)):
        return None
    return float(scalar)


def _fraction(text: str | None) -> Fraction | None:
    try:
        return None if text is None or len(text) > 60 else Fraction(text)
    except (ValueError, ZeroDivisionError):
        return None
