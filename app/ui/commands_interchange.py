"""Timelines of other programs: opened as projects of their own, and written, each with what does not come over."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QInputDialog

from app.core.base.errors import UserError
from app.core.base.time import parse_rate
from app.core.interchange.loss_report import LossReport
from app.core.interchange.timelines import ENDINGS, KINDS, ending, read_file, write_file
from app.core.jobs.context import JobContext
from app.core.jobs.manager import Pool
from app.core.model.project import Project
from app.ui.commands import Command
from app.ui.desk import Desk
from app.ui.dialogs.losses import LossesDialog
from app.ui.folders import folder_for
from app.ui.run import Callbacks

_JOB, _PURPOSE = "timeline", "timeline"
_RATES = ("23.976", "24", "25", "29.97", "30", "48", "50", "59.94", "60")


class InterchangeCommands(QObject):
    """Makes the commands. ``leave`` does something once nothing would be lost by it; ``show`` shows a new project."""

    def __init__(
        self, desk: Desk, leave: Callable[[Callable[[], None]], None], show: Callable[[Project], None]
    ) -> None:
        super().__init__(desk.window)
        self._desk = desk
        self._leave = leave
        self._show = show

    def commands(self) -> list[Command]:
        """Both of them."""
        taken, given = (self._desk.actions.find(name) for name in ("file.importTimeline", "file.exportTimeline"))
        return [
            Command(taken.name, taken.title, self._ask_import),
            Command(given.name, given.title, self._ask_export, lambda: given.enabled(self._desk.workspace().context)),
        ]

    def _ask_import(self) -> None:
        dialog = self._dialog("Import Timeline", [f"Timelines ({' '.join(f'*{each}' for each in ENDINGS)})"])
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        self._open(dialog, self._read)

    def _ask_export(self) -> None:
        session = self._desk.workspace().session
        kinds = {f"{KINDS[each]} (*{each})": each for each in ENDINGS}
        dialog = self._dialog("Export Timeline", list(kinds))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(ENDINGS[0].removeprefix("."))
        dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(kinds[chosen].removeprefix(".")))
        dialog.selectFile(session.name)
        self._open(dialog, self._write)

    def _read(self, path: Path, rate: Fraction | None = None) -> None:
        context = self._desk.workspace().context

        def work(job: JobContext) -> tuple[Project, LossReport]:
            return read_file(path, lambda file: context.take_in(file, job), job, rate=rate, knowledge=context.knowledge)

        def done(found: tuple[Project, LossReport]) -> None:
            self._leave(lambda: self._shown(path, *found))

        def failed(error: UserError) -> None:
            from app.core.interchange.edl_read import RateUnknownError

            if isinstance(error, RateUnknownError) and rate is None:
                self._ask_rate(path)
            else:
                self._desk.errors.show(error)

        ends = Callbacks(done=done, failed=failed)
        self._desk.runner.start(self, _JOB, f"Reading {path.name}", work, ends, pool=Pool.HEAVY)

    def _shown(self, path: Path, project: Project, report: LossReport) -> None:
        self._show(project)
        self._tell(path, report, written=False)

    def _write(self, path: Path) -> None:
        ending(path)
        workspace = self._desk.workspace()
        project, knowledge = workspace.session.project, workspace.context.knowledge
        ends: Callbacks[LossReport] = Callbacks(done=lambda report: self._tell(path, report, written=True))

        def work(job: JobContext) -> LossReport:
            return write_file(project, path, job, knowledge)

        self._desk.runner.start(self, _JOB, f"Writing {path.name}", work, ends, pool=Pool.HEAVY)

    def _ask_rate(self, path: Path) -> None:
        dialog = QInputDialog(self._desk.window)
        dialog.setObjectName("rateDialog")
        dialog.setWindowTitle("Import Timeline")
        dialog.setLabelText(f"{path.name} does not say how many frames a second it counts.\nFrame rate:")
        dialog.setComboBoxItems(list(_RATES))
        dialog.setTextValue("25")
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.textValueSelected.connect(lambda text: self._read(path, parse_rate(text)))
        dialog.open()

    def _tell(self, path: Path, report: LossReport, *, written: bool) -> None:
        if report:
            theme = self._desk.appearance.theme
            LossesDialog(self._desk.window, theme, path, report.lines(), written=written).open()

    def _dialog(self, title: str, filters: list[str]) -> QFileDialog:
        dialog = QFileDialog(self._desk.window, title, str(folder_for(self._desk, _PURPOSE)))
        dialog.setObjectName("timelineFileDialog")
        dialog.setNameFilters(filters)
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog

    def _open(self, dialog: QFileDialog, use: Callable[[Path], None]) -> None:
        def chosen(names: list[str]) -> None:
            path = Path(names[0])
            self._desk.memory.remember_folder(_PURPOSE, path.parent)
            self._desk.errors.attempt(lambda: use(path))

        dialog.filesSelected.connect(chosen)
        dialog.open()
