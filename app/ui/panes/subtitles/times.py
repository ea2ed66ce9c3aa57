"""Times of cues as people read and write them: timecode of the sequence, or seconds."""

from __future__ import annotations

import contextlib
import re
from fractions import Fraction

from app.core.base import time
from app.core.base.errors import UserError
from app.core.base.time import Flicks
from app.core.base.timecode import format_timecode, parse_timecode
from app.core.model.subtitle import CueProblem

_SECONDS = re.compile(r"[0-9]{1,6}([.,][0-9]{1,9})?")

PROBLEMS: dict[CueProblem, tuple[str, str]] = {
    "overlap": ("error", "overlaps the next one"),
    "too fast": ("error", "too fast to read"),
    "fast": ("warning", "fast to read"),
    "long": ("warning", "stays longer than 7 seconds"),
    "lines": ("warning", "more than two lines"),
    "line": ("warning", "a line of more than 42 characters"),
}
"""How bad each is, and the words for it."""


def written(moment: Flicks, rate: Fraction) -> str:
    """Timecode of the frame that is shown at ``moment``."""
    return format_timecode(time.frame_at(moment, rate), rate)


def read(text: str, rate: Fraction, was: Flicks) -> Flicks:
    """The time that ``text`` means; ``was`` where it is what stood there, so that looking at it changes nothing.

    Raises:
        UserError: it means none.
    """
    text = text.strip()
    if text == written(was, rate):
        return was
    if _SECONDS.fullmatch(text):
        return time.from_seconds(Fraction(text.replace(",", ".")))
    if ":" in text or ";" in text:
        with contextlib.suppress(ValueError):
            return time.frame_start(parse_timecode(text, rate), rate)
    shown = text if len(text) <= 20 else f"{text[:19]}…"
    why = f"{shown!r} is no time" if shown else "there is no time"
    raise UserError("subtitle", why, "write 00:00:05:12, or seconds such as 5.5")


def first_frame(start: Flicks, end: Flicks, rate: Fraction) -> int:
    """The frame that shows a cue first: where a click on it goes."""
    frame = time.frames_covering(start, rate)
    return frame if time.frame_start(frame, rate) < end else time.frame_at(start, rate)
