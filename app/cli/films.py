"""Writing a film from a project, for every command that does."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.command import Desk
from app.cli.shapes import Document
from app.core.base.errors import UserError
from app.core.base.time import to_seconds
from app.core.base.timecode import parse_timecode

if TYPE_CHECKING:
    from fractions import Fraction

    from app.core.model.project import Project
    from app.core.render.export import ExportResult
    from app.core.render.plan import RenderPlan, SubtitleMode
    from app.core.render.preset import ExportPreset

PRESET, QUALITY = "mp4", "medium"


@dataclass(frozen=True, slots=True)
class FilmOptions:
    """What kind of film, and which part; ``start`` and ``end`` are timecodes or seconds, None for all."""

    preset: str = PRESET
    quality: str = QUALITY
    start: str | None = None
    end: str | None = None
    overwrite: bool = False
    subtitles: SubtitleMode = "none"

    def check(self) -> ExportPreset:
        """The preset, before any work is done.

        Raises:
            UserError: there is no such preset or quality, or it cannot have its subtitles that way.
        """
        from app.core.render.film_subtitles import require_possible
        from app.core.render.preset import find_preset

        preset = find_preset(self.preset)
        preset.quality(self.quality)
        require_possible(self.subtitles, preset)
        return preset


def write_film(
    project: Project, output: Path, options: FilmOptions, desk: Desk, *, precious: Iterable[Path] = ()
) -> ExportResult:
    """Write the first sequence of ``project`` to ``output``; ``precious`` files are never written over.

    Raises:
        UserError: the film cannot be written; nothing has that name that was not there before.
        Cancelled: the person asked to stop.
    """
    from app.core.interchange.subtitles import srt_text
    from app.core.render.export import export
    from app.core.render.target import Destination

    preset = options.check()
    plan = _plan(project, preset, options)
    media = (Path(asset.path) for asset in project.assets)
    destination = Destination(output, options.overwrite, (*precious, *media))
    with desk.progress.job(f"export {output.name}") as context, contextlib.closing(desk.services.pool()) as pool:
        desk.services.ingest.meet(plan.assets, context)
        return export(plan, destination, preset, options.quality, pool, context, as_srt=srt_text)


def film_document(result: ExportResult, output: str) -> Document:
    """What an export made, for programs."""
    return {
        "output": output,
        "frames": result.frames,
        "duration": to_seconds(result.duration),
        "copied_frames": result.copied_frames,
        "encoded_frames": result.encoded_frames,
        "seconds": result.seconds,
        "encoder": result.encoder,
        "subtitles": _subtitles(result, output),
        "warnings": list(result.warnings),
        "checks": [{"name": each.name, "ok": each.ok, "detail": each.detail} for each in result.checks],
    }


def _subtitles(result: ExportResult, output: str) -> Document:
    from app.core.render.plan import subtitle_file

    done = result.subtitles
    about: Document = {"mode": done.mode, "cues": done.cues}
    return about if done.path is None else {**about, "path": str(subtitle_file(Path(output)))}


def _plan(project: Project, preset: ExportPreset, options: FilmOptions) -> RenderPlan:
    from app.core.render.plan import make_plan

    if not project.sequences:
        raise UserError(project.name, "it has no sequence", "put something on a timeline first")
    sequence = project.sequences[0]
    rate = sequence.format.rate
    start = _frame("--from", options.start, rate)
    end, output = _frame("--to", options.end, rate), preset.output(sequence.format)
    return make_plan(project, sequence, start or 0, end, output, subtitles=options.subtitles)


def _frame(option: str, text: str | None, rate: Fraction) -> int | None:
    if text is None:
        return None
    try:
        return parse_timecode(text, rate)
    except ValueError as problem:
        raise UserError(option, str(problem), "write for example 00:00:10:00 or 10.5") from problem
