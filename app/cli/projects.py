"""Projects as commands read and write them: ``.insomnia`` or ``.otio``, told by the name's ending."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.command import Desk
from app.core.base.errors import UserError

if TYPE_CHECKING:
    from app.core.model.project import Project

PROJECT, OTIO = ".insomnia", ".otio"
_ENDINGS = f"{PROJECT} or {OTIO}"


def ending(path: Path) -> str:
    """The kind of a project's name.

    Raises:
        UserError: it is neither.
    """
    found = path.suffix.lower()
    if found not in (PROJECT, OTIO):
        raise UserError(str(path), f"its name does not end with {_ENDINGS}", "choose a project or an OTIO timeline")
    return found


def load_project(path: Path, media_folder: Path | None, desk: Desk) -> tuple[Project, list[str]]:
    """The project in ``path``, and what of an OTIO timeline is not in it.

    Raises:
        UserError: it cannot be read, or media of a timeline are missing.
    """
    if ending(path) == PROJECT:
        return desk.services.store.load(path), []
    from app.core.interchange import otio

    with desk.progress.job(f"media of {path.name}") as context:
        project, report = otio.read(path, media_folder, lambda media: desk.services.ingest.asset(media, context))
    return project, report.lines()


def save_project(project: Project, path: Path, desk: Desk) -> list[str]:
    """Write ``project`` and return what the file does not hold.

    Raises:
        UserError: the place cannot be written.
    """
    if ending(path) == PROJECT:
        desk.services.store.save(project, path)
        return []
    from app.core.interchange import otio

    return otio.write(project, path).lines()
