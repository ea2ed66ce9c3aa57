"""Media that are not where they were: one folder is named, and all that is found below it is linked at once."""

from __future__ import annotations

from pathlib import Path

import shiboken6
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QHeaderView, QTreeWidget, QTreeWidgetItem

from app.core.base.errors import UserError
from app.core.jobs.context import JobContext
from app.core.jobs.job import Job
from app.core.model.asset import Asset
from app.core.session.relinking import Found, find_media, missing_media, relink_all, use_other
from app.ui.desk import Desk
from app.ui.folders import folder_for
from app.ui.run import Callbacks
from app.ui.theme import GAP, MARGIN, ROW_HEIGHT, WIDE
from app.ui.widgets.basics import button, column, label
from app.ui.words import size_in_words

_SIZE = (720, 380)


class RelinkDialog(QDialog):
    """Closing it leaves what is not found offline, with its place on the timeline. GUI thread only."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.window)
        self._desk = desk
        self._session = desk.workspace().session
        self._media = desk.workspace().media
        self._missing: tuple[Asset, ...] = ()
        self._others: dict[str, str] = {}
        self._reasons: dict[str, str] = {}
        self._job: Job[Found] | Job[Asset] | None = None
        self.setObjectName("relinkDialog")
        self.setWindowTitle("Relink Media")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*_SIZE)
        self.said = label("", wrap=True)
        self.list = QTreeWidget()
        self.list.setObjectName("relinkList")
        self.list.setAccessibleName("Missing media")
        self.list.setHeaderLabels(["Name", "Size", "Was in", "Result"])
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.list.header().setStretchLastSection(False)
        self.choose = button("Choose Folder...", "primary", "chooseFolderButton")
        self.close_button = button("Cancel", "", "cancelButton")
        self.anyway = button("Use Anyway", "", "useAnywayButton")
        self.anyway.setToolTip("Put the file of that name in its place, although it is another one")
        self.anyway.setVisible(False)
        self.anyway.clicked.connect(self._use_anyway)
        self.list.itemSelectionChanged.connect(self._offer)
        self.choose.clicked.connect(self._ask)
        self.close_button.clicked.connect(self.reject)
        self._build()
        self.choose.setEnabled(False)
        self.said.setText("Looking which media are missing...")
        project = self._session.project
        desk.looks.ask(lambda: missing_media(project), self._found_missing)

    def look_in(self, folder: Path) -> None:
        """Look for all that is missing below ``folder``, and link what is found as one step."""
        missing = self._missing

        def work(context: JobContext) -> Found:
            return find_media(missing, (folder,), context)

        self.choose.setEnabled(False)
        self.said.setText(f"Looking through {folder}...")
        ends = Callbacks(done=self._link, failed=self._failed, cancelled=lambda: self.choose.setEnabled(True))
        self._job = self._desk.runner.start(self, "relink", f"Looking through {folder.name}", work, ends)

    def done(self, result: int) -> None:
        """Stop looking."""
        if self._job is not None:
            self._job.cancel()
        super().done(result)

    def _build(self) -> None:
        foot = QHBoxLayout()
        foot.setSpacing(GAP)
        foot.addWidget(label("A file counts as the same by its size and content, whatever its name.", tone="muted"), 1)
        foot.addWidget(self.anyway)
        foot.addWidget(self.close_button)
        foot.addWidget(self.choose)
        outer = column(margin=WIDE - MARGIN, gap=MARGIN)
        outer.addWidget(self.said)
        outer.addWidget(self.list, 1)
        outer.addLayout(foot)
        self.setLayout(outer)
        self.choose.setDefault(True)

    def _found_missing(self, missing: tuple[Asset, ...]) -> None:
        if shiboken6.isValid(self):
            self._missing = missing
            self._show({})

    def _ask(self) -> None:
        dialog = QFileDialog(self, "Where the Media Are Now", str(folder_for(self._desk, "relink")))
        dialog.setObjectName("relinkFolderDialog")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(lambda names: self._chosen(Path(names[0])))
        dialog.open()

    def _chosen(self, folder: Path) -> None:
        self._desk.memory.remember_folder("relink", folder)
        self.look_in(folder)

    def _link(self, found: Found) -> None:
        self.choose.setEnabled(True)
        self._others, self._reasons = dict(found.others), dict(found.reasons)
        self.anyway.setVisible(bool(self._others))
        if found.paths:
            self._session.apply("Relink media", lambda project: relink_all(project, found.paths))
            self._media.check_files()
        self._missing = tuple(asset for asset in self._missing if asset.id not in found.paths)
        if not self._missing:
            self.accept()
            return
        self.close_button.setText("Close")
        self._show(self._reasons)

    def _selected(self) -> str:
        rows = self.list.selectedItems()
        return str(rows[0].data(0, Qt.ItemDataRole.UserRole)) if rows else ""

    def _offer(self) -> None:
        self.anyway.setEnabled(self._selected() in self._others)

    def _use_anyway(self) -> None:
        """Read the file of that name as a new one, and put it in the place of what is missing."""
        key = self._selected()
        path, take_in = Path(self._others[key]), self._desk.workspace().context.take_in
        self.anyway.setEnabled(False)
        self.choose.setEnabled(False)
        self.said.setText(f"Reading {path.name}...")
        ends: Callbacks[Asset] = Callbacks(
            done=lambda asset: self._use(key, asset), failed=self._failed, cancelled=self._offer
        )
        self._job = self._desk.runner.start(
            self, "relink", f"Reading {path.name}", lambda context: take_in(path, context), ends
        )

    def _use(self, key: str, asset: Asset) -> None:
        try:
            self._session.apply("Use another file", lambda project: use_other(project, key, asset))
        except UserError as error:
            self._failed(error)
            return
        self._media.add([Path(asset.path)])
        self._missing = tuple(each for each in self._missing if each.id != key)
        del self._others[key]
        self.anyway.setVisible(bool(self._others))
        if not self._missing:
            self.accept()
            return
        self._show(self._reasons)

    def _failed(self, error: UserError) -> None:
        self.choose.setEnabled(True)
        self._offer()
        self.said.setText(str(error))

    def _show(self, reasons: dict[str, str]) -> None:
        count = len(self._missing)
        files = "One file is" if count == 1 else f"{count} files are"
        missing = f"{files} not where the project says. Choose where to look; folders inside are searched too."
        self.said.setText(missing if count else "All media are where the project says.")
        self.choose.setEnabled(count > 0)
        self.list.clear()
        for asset in self._missing:
            path = Path(asset.path)
            cells = [asset.name, size_in_words(asset.size), str(path.parent), reasons.get(asset.id, "")]
            row = QTreeWidgetItem(cells)
            row.setData(0, Qt.ItemDataRole.UserRole, asset.id)
            row.setSizeHint(0, QSize(0, ROW_HEIGHT))
            self.list.addTopLevelItem(row)
        self._offer()
