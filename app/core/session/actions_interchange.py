"""Timelines of other programs in and out, as actions."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from app.core.base.errors import UserError
from app.core.base.files import is_file
from app.core.base.time import parse_rate
from app.core.interchange.knowledge import NOTHING
from app.core.interchange.loss_report import LossReport
from app.core.interchange.timelines import ending, read_file, write_file
from app.core.jobs.context import JobContext
from app.core.model.project import Project
from app.core.session.actions import Action, ActionContext, Result
from app.core.session.actions_names import OVERWRITE, require_free
from app.core.session.actions_parameters import Arguments, Parameter

_JOB = "timeline"


def _import(context: ActionContext, arguments: Arguments) -> Result:
    path, session = arguments.path("path"), context.session
    ending(path)
    if not is_file(path):
        raise UserError(str(path), "there is no such file", "choose a timeline")
    media = arguments.path("media") if "media" in arguments else None
    rate = _rate(arguments.text("rate")) if "rate" in arguments else None

    def work(job: JobContext) -> tuple[Project, LossReport]:
        knowledge = NOTHING if context.dry_run else context.knowledge
        return read_file(
            path, lambda file: context.take_in(file, job), job, media_dir=media, rate=rate, knowledge=knowledge
        )

    def done(found: tuple[Project, LossReport]) -> Result:
        project, report = found
        session.apply("Import timeline", lambda before: replace(project, id=before.id))
        return {"path": str(path), "losses": report.lines()}

    return context.background(_JOB, f"Reading {path.name}", work, done)


def _export(context: ActionContext, arguments: Arguments) -> Result:
    target, project = arguments.path("path"), context.session.project
    ending(target)
    require_free(target, arguments)
    if context.dry_run:
        return {"path": str(target), "would": [f"{target} is written"]}

    def done(report: LossReport) -> Result:
        return {"path": str(target), "losses": report.lines()}

    def work(job: JobContext) -> LossReport:
        return write_file(project, target, job, context.knowledge)

    return context.background(_JOB, f"Writing {target.name}", work, done)


def _rate(text: str) -> Fraction:
    try:
        return parse_rate(text)
    except ValueError:
        raise UserError(f"rate {text}", "it is no frame rate", "write for example 25 or 29.97") from None


def _has_timeline(context: ActionContext) -> bool:
    sequences = context.session.project.sequences
    return bool(sequences) and sequences[0].duration > 0


INTERCHANGE_ACTIONS = (
    Action(
        "file.importTimeline",
        "Import Timeline...",
        _import,
        (
            Parameter("path", "path", "an .otio, .otioz, .edl or FCP7 .xml file", required=True),
            Parameter("media", "path", "the folder in which its media are looked for; its own by default"),
            Parameter("rate", "text", "the frames a second that an EDL counts; found out by default"),
        ),
    ),
    Action(
        "file.exportTimeline",
        "Export Timeline...",
        _export,
        (Parameter("path", "path", "the .otio, .otioz, .edl or .xml file to write", required=True), OVERWRITE),
        _has_timeline,
    ),
)
