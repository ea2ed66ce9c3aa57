"""Advanced SubStation Alpha (ASS, SSA) files to cues: texts and times; their look is left out.

Fields and overrides as libass reads them: https://github.com/libass/libass/wiki/ASS-File-Format-Guide
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from app.core.base import time
from app.core.base.time import Flicks
from app.core.edit.subtitle_text import clean
from app.core.interchange.subtitle_blocks import EMPTY, FORMATTING
from app.core.interchange.subtitle_losses import Tally
from app.core.model.transcript import Cue

_FIELDS = ("Layer", "Start", "End", "Style", "Name", "MarginL", "MarginR", "MarginV", "Effect", "Text")
_SECTION = re.compile(r"\s*\[([^\[\]]*)\]\s*")
_TIME = re.compile(r"\s*(-?)(\d{1,5}):(\d{1,2}):(\d{1,2})(?:[.,](\d{1,9}))?\s*", re.ASCII)
_OVERRIDE = re.compile(r"\{[^{}]*\}")
_DRAWING = re.compile(r"\\p[1-9]")
_SPACES = (("\\h", " "), ("\\N", "\n"), ("\\n", "\n"))


def ass_cues(text: str, tally: Tally) -> list[Cue]:
    """The cues of an ASS or SSA file in its order; what is left out goes to ``tally``."""
    cues = []
    section = ""
    fields: Sequence[str] = _FIELDS
    for number, line in enumerate(text.split("\n"), start=1):
        heading = _SECTION.fullmatch(line)
        if heading is not None:
            section = heading[1].strip().lower()
            if section in ("fonts", "graphics"):
                tally.beside("they are left out", f"the {section} in it")
            continue
        kind, _, rest = line.partition(":")
        kind = kind.strip()
        if kind == "Style":
            tally.beside("they are left out", "styles")
        elif section == "events" and kind == "Format":
            fields = [field.strip().capitalize() for field in rest.split(",")]
        elif section == "events" and kind == "Comment":
            tally.beside("they are left out", "comments")
        elif section == "events" and kind == "Dialogue":
            cue = _cue(rest, fields, number, tally)
            if cue is not None:
                cues.append(cue)
    return cues


def _cue(line: str, fields: Sequence[str], number: int, tally: Tally) -> Cue | None:
    values = dict(zip(fields, line.split(",", len(fields) - 1), strict=False))
    start, end = _time(values.get("Start", "")), _time(values.get("End", ""))
    if start is None or end is None or "Text" not in values:
        tally.skip(number, "its times cannot be read" if "Text" in values else "it has no text")
        return None
    span = tally.span(start, end, number)
    if span is None:
        return None
    said = values["Text"]
    if any(_DRAWING.search(override) for override in _OVERRIDE.findall(said)):
        tally.skip(number, "it is a drawing")
        return None
    plain = _OVERRIDE.sub("", said)
    if plain != said:
        tally.count(FORMATTING)
    for written, meant in _SPACES:
        plain = plain.replace(written, meant)
    shown = "\n".join(line for each in clean(plain).split("\n") if (line := each.strip()))
    if not shown:
        tally.count(EMPTY)
        return None
    return Cue(*span, shown, " ".join(clean(values.get("Name", "")).split()) or None)


def _time(text: str) -> Flicks | None:
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    sign, hours, minutes, seconds, fraction = (each or "" for each in found.groups())
    whole = (int(hours) * 60 + int(minutes)) * 60 + int(seconds)
    moment = time.from_seconds(whole + Fraction(int(fraction or 0), 10 ** len(fraction)))
    return -moment if sign else moment
