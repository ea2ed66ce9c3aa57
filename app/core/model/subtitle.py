"""Subtitles of a sequence: cues on tracks of their own, above the pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from app.core.base.time import SECOND, Flicks
from app.core.model.extra import Extra


@dataclass(frozen=True, slots=True)
class SubtitleCue:
    """``text`` (lines parted by a line feed) shown from ``start`` until just before ``end``.

    Times are sequence time and need not lie on frames: subtitle files count milliseconds.
    """

    id: str
    start: Flicks
    end: Flicks
    text: str
    speaker: str | None = None
    extra: Extra = ()


@dataclass(frozen=True, slots=True)
class SubtitleTrack:
    """Cues in order of their start, then of their end; they may overlap, which panes point out.

    ``language`` is a code such as ``en``, None where nobody said. ``hidden`` keeps the cues off
    the picture and out of the film, ``locked`` refuses edits.
    """

    id: str
    name: str
    cues: tuple[SubtitleCue, ...] = ()
    language: str | None = None
    hidden: bool = False
    locked: bool = False
    extra: Extra = ()


LONGEST_LINE = 42
MOST_LINES = 2
USUAL_RATE = 17
FASTEST_RATE = 21
LONGEST_CUE: Flicks = 7 * SECOND

CueProblem: TypeAlias = Literal["overlap", "fast", "too fast", "long", "lines", "line"]

# Cues of files and of the cue maker last whole milliseconds: less than one over a limit is rounding.
_ROUNDING: Flicks = SECOND // 1000


def reading_rate(cue: SubtitleCue) -> float:
    """Characters a second that one has to read, the blanks between words and lines among them."""
    return len(cue.text) * SECOND / (cue.end - cue.start)


def problems(cue: SubtitleCue, following: SubtitleCue | None = None) -> tuple[CueProblem, ...]:
    """What makes ``cue`` hard to read; ``following`` is the next one on its track.

    ``overlap``: the next begins before it ends. ``fast``: over 17 characters a second, ``too fast``:
    over 21. ``long``: over 7 seconds. ``lines``: more than 2. ``line``: one of over 42 characters.
    The limits are those that cues are made by from speech.
    """
    found: list[CueProblem] = []
    if following is not None and following.start < cue.end:
        found.append("overlap")
    read = len(cue.text) * SECOND
    lasts = cue.end - cue.start + _ROUNDING
    if read > FASTEST_RATE * lasts:
        found.append("too fast")
    elif read > USUAL_RATE * lasts:
        found.append("fast")
    if cue.end - cue.start > LONGEST_CUE:
        found.append("long")
    lines = cue.text.split("\n")
    if len(lines) > MOST_LINES:
        found.append("lines")
    if any(len(line) > LONGEST_LINE for line in lines):
        found.append("line")
    return tuple(found)
