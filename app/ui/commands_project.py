"""The project as a whole: its versions, media that moved, and all of it collected in one place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from app.core.jobs.job import Job, JobState
from app.core.session.collecting import Collected
from app.core.session.relinking import missing_media
from app.core.session.session import Session
from app.ui.commands import Command
from app.ui.desk import Desk
from app.ui.dialogs.relink import RelinkDialog
from app.ui.dialogs.versions import VersionsDialog
from app.ui.folders import folder_for
from app.ui.widgets.notice_bar import Choice
from app.ui.words import size_in_words

_NOTICE = "missingNotice"
_MOST_NAMES = 5
_FILTERS = ("Zip files (*.zip)", "A folder (*)")


class ProjectCommands:
    """Makes them for the File menu."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._collecting: set[str] = set()
        desk.bridge.jobs_changed.connect(self._on_jobs)

    def commands(self) -> list[Command]:
        """All of them."""
        return [
            Command("versions.show", "Versions...", lambda: VersionsDialog(self._desk).open()),
            Command("media.relink", "Relink Media...", self._relink, self._has_media),
            Command("file.collect", "Collect Project...", self._ask_collect, self._has_media),
        ]

    def tell_missing(self) -> None:
        """Say it when the open project has media that are not there, and offer to look for them."""
        self._desk.window.notices.withdraw(_NOTICE)
        session = self._desk.workspace().session
        project = session.project
        if project.assets:
            self._desk.looks.ask(lambda: len(missing_media(project)), lambda count: self._tell(session, count))

    def _tell(self, session: Session, count: int) -> None:
        if count and session is self._desk.workspace().session:
            files = "One media file is" if count == 1 else f"{count} media files are"
            choices = (Choice("Relink...", "relinkButton", self._relink),)
            self._desk.window.notices.tell(f"{files} missing.", choices, warning=True, name=_NOTICE)

    def _relink(self) -> None:
        RelinkDialog(self._desk).open()

    def _has_media(self) -> bool:
        return bool(self._desk.workspace().session.project.assets)

    def _ask_collect(self) -> None:
        session = self._desk.workspace().session
        dialog = QFileDialog(self._desk.window, "Collect Project", str(folder_for(self._desk, "collect")))
        dialog.setObjectName("collectFileDialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(list(_FILTERS))
        dialog.selectFile(f"{session.name} collected.zip")
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(lambda names: self._collect(Path(names[0])))
        dialog.open()

    def _collect(self, path: Path) -> None:
        self._desk.memory.remember_folder("collect", path.parent)
        context = self._desk.workspace().context

        def start() -> None:
            self._collecting.add(str(self._desk.actions.run("file.collect", context, {"path": str(path)})["job"]))

        self._desk.errors.attempt(start)

    def _on_jobs(self, jobs: tuple[Job[Any], ...]) -> None:
        """Say what was collected, and what could not be."""
        for job in jobs:
            if job.id in self._collecting and job.state.final:
                self._collecting.discard(job.id)
                if job.state is JobState.DONE:
                    made: Collected = job.wait(0)
                    self._desk.window.notices.tell(collected_in_words(made), warning=bool(made.missing))


def collected_in_words(made: Collected) -> str:
    """What was collected, and which media were missing: some by name, the others by number."""
    files = "1 media file" if made.files == 1 else f"{made.files} media files"
    said = f"{made.path.name} has the project and {files}, {size_in_words(made.size)}."
    if not made.missing:
        return said
    more = len(made.missing) - _MOST_NAMES
    names = [*made.missing[:_MOST_NAMES], *([f"{more} more"] if more > 0 else [])]
    return f"{said} Missing, and not in it: {', '.join(names)}."
