"""What of a sequence's subtitles goes into a film: the cues of its part, counted from its first frame."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from app.core.base.errors import UserError
from app.core.media.timed_text import TextTrack, timed_texts
from app.core.model.transcript import Cue
from app.core.render.plan import RenderPlan, SubtitleMode
from app.core.render.preset import ExportPreset

# Makes the text of a SubRip file of cues.
SrtWriter: TypeAlias = Callable[[Sequence[Cue]], str]

_WITH_TEXT_TRACK = ("mp4", "mov")


@dataclass(frozen=True, slots=True)
class FilmSubtitles:
    """What was done with the subtitles: how, how many cues, and the file beside the film if there is one."""

    mode: SubtitleMode
    cues: int
    path: str | None = None


def require_possible(mode: SubtitleMode, preset: ExportPreset) -> None:
    """Make sure that a film of that kind can have its subtitles that way.

    Raises:
        UserError: it cannot.
    """
    if mode == "track" and preset.container not in _WITH_TEXT_TRACK:
        why = "films of this kind cannot carry subtitles as a track"
        raise UserError(preset.title, why, "burn them into the picture or write them as a file beside the film")


def film_cues(plan: RenderPlan) -> tuple[Cue, ...]:
    """The cues that show in the film, in film time, cut where the film begins and ends; empty ones are left out."""
    return tuple(_film_cues(plan)) if plan.subtitles != "none" else ()


def _film_cues(plan: RenderPlan) -> Iterator[Cue]:
    length = plan.end - plan.start
    for cue in plan.cues:
        start, end = max(0, cue.start - plan.start), min(length, cue.end - plan.start)
        text = _plain(cue.text)
        if start < end and text:
            yield Cue(start, end, text, cue.speaker)


def text_track(cues: Sequence[Cue], language: str | None) -> TextTrack:
    """``cues`` as the track of a film."""
    return TextTrack(timed_texts((cue.start, cue.end, cue.text) for cue in cues), language)


def _plain(text: str) -> str:
    """Lines without blank ones, as every format can hold them."""
    lines = (" ".join(line.split()) for line in text.encode("utf-8", "replace").decode("utf-8").splitlines())
    return "\n".join(line for line in lines if line)
