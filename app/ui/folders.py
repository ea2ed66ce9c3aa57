"""Where dialogs for files begin: near what the person works on, the home folder only when nothing is known."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QStandardPaths

from app.core.base.files import is_folder
from app.core.session.media_list import MediaStatus
from app.ui.desk import Desk
from app.ui.workspace import Workspace

_Place = QStandardPaths.StandardLocation
_OF_DOCUMENTS = ("project", "timeline")


def folder_for(desk: Desk, purpose: str) -> Path:
    """Where the dialog for ``purpose`` (as :meth:`WindowMemory.folder` names it) begins. GUI thread.

    Where the person was for that last, else beside the project, else where its newest media lie, else
    where the program was started, else the system's folder for videos or documents.
    """
    return desk.memory.folder(purpose, next(_near(desk.workspace(), purpose)))


def _near(workspace: Workspace, purpose: str) -> Iterator[Path]:
    session, home = workspace.session, Path.home()
    if session.path is not None:
        yield session.path.parent
    for asset in reversed(session.project.assets):
        row = workspace.media.row_of(asset.id)
        if row is None or row.status is not MediaStatus.OFFLINE:
            yield Path(asset.path).parent
    started = _started_in()
    if started not in (Path(started.anchor), home):  # where desktops start programs
        yield started
    for kind in (*(() if purpose in _OF_DOCUMENTS else (_Place.MoviesLocation,)), _Place.DocumentsLocation):
        place = Path(QStandardPaths.writableLocation(kind) or home)
        if is_folder(place):
            yield place
    yield home


def _started_in() -> Path:
    try:
        return Path.cwd()
    except OSError:  # it was taken away meanwhile
        return Path.home()
