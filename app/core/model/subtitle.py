"""Subtitles of a sequence: cues on tracks of their own, above the pictures."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.base.time import Flicks
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
