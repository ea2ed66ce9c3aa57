"""Timelines of other programs, told by the ending of their names: in, out, and what does not come over."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from app.core.base.errors import UserError
from app.core.interchange.knowledge import NOTHING, Knowledge
from app.core.interchange.loss_report import LossReport
from app.core.interchange.otio_media import Ingest, MediaFinder
from app.core.jobs.context import JobContext
from app.core.model.project import Project

OTIO, OTIOZ, EDL, FCP7 = ".otio", ".otioz", ".edl", ".xml"
ENDINGS = (OTIO, OTIOZ, EDL, FCP7)
KINDS = {OTIO: "OpenTimelineIO", OTIOZ: "OpenTimelineIO with media", EDL: "EDL (CMX 3600)", FCP7: "Final Cut Pro 7 XML"}


def ending(path: Path) -> str:
    """The kind of a timeline's name.

    Raises:
        UserError: it is none.
    """
    found = path.suffix.lower()
    if found not in ENDINGS:
        why = f"its name does not end with {', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}"
        raise UserError(str(path), why, "choose a timeline")
    return found


def read_file(
    path: Path,
    ingest: Ingest,
    context: JobContext,
    *,
    media_dir: Path | None = None,
    rate: Fraction | None = None,
    unpack_to: Path | None = None,
    knowledge: Knowledge = NOTHING,
) -> tuple[Project, LossReport]:
    """The project in a timeline file, and what of the file is not in it.

    Media are looked for in ``media_dir`` (default: the file's folder); those of a bundle are put
    into ``unpack_to`` (default: a folder beside it). ``rate`` is what an EDL counts at.
    ``knowledge`` learns the scenes and words in a file that Insomnia wrote as OTIO or OTIOZ.

    Raises:
        UserError: it cannot be read or is not safe to, or media are missing or cannot be used.
        Cancelled: ``context`` was cancelled.
    """
    kind = ending(path)
    if rate is not None and kind != EDL:
        raise UserError(str(path), "only an EDL is read at a rate; other timelines say theirs", "leave the rate out")
    if kind == OTIO:
        from app.core.interchange import otio

        return otio.read(path, media_dir, ingest, knowledge)
    if kind == OTIOZ:
        from app.core.interchange import otioz

        return otioz.read(path, media_dir, ingest, unpack_to, context, knowledge)
    finder, report = MediaFinder(path, media_dir, ingest), LossReport()
    if kind == EDL:
        from app.core.interchange import edl_read

        return edl_read.read(path, finder, rate, report), report
    from app.core.interchange import fcp7_read

    return fcp7_read.read(path, finder, report), report


def write_file(project: Project, path: Path, context: JobContext, knowledge: Knowledge = NOTHING) -> LossReport:
    """Write the first sequence of ``project``; returns what the file does not hold.

    OTIO and OTIOZ take along what ``knowledge`` has of media on the timeline.

    Raises:
        UserError: there is no sequence, the format cannot hold it, or the place cannot be written.
        Cancelled: ``context`` was cancelled; what had the name before still has it.
    """
    kind = ending(path)
    if kind == OTIO:
        from app.core.interchange import otio

        return otio.write(project, path, knowledge)
    if kind == OTIOZ:
        from app.core.interchange import otioz

        return otioz.write(project, path, context, knowledge)
    if kind == EDL:
        from app.core.interchange import edl_write

        return edl_write.write(project, path)
    from app.core.interchange import fcp7_write

    return fcp7_write.write(project, path)
