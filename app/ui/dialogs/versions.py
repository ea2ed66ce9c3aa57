"""The versions of a project: kept by themselves or by name, compared as edits and as text, restored as one edit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QSplitter,
    QTabWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from app.core.base.errors import UserError
from app.core.jobs.context import JobContext
from app.core.jobs.job import Job, JobState
from app.core.session.actions_project import comparison
from app.core.session.comparing import Comparison
from app.core.session.recovery import Version, VersionKind
from app.ui.desk import Desk
from app.ui.run import Callbacks
from app.ui.theme import GAP, MARGIN, ROW_HEIGHT, WIDE
from app.ui.widgets.basics import button, column, label

_SIZE = (900, 520)
_HALVES = (430, 470)
_KINDS: Mapping[VersionKind, str] = {
    "opened": "Opened",
    "saved": "Saved",
    "autosave": "Kept by itself",
    "named": "Named",
}


class VersionsDialog(QDialog):
    """One selected version is compared with the project as it is, two with each other. GUI thread only."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.window)
        self._desk = desk
        self._context = desk.workspace().context
        self._versions: tuple[Version, ...] = ()
        self._asked = 0
        self._waits_for = ""
        self._after: Callable[[], None] = self._kept
        self.setObjectName("versionsDialog")
        self.setWindowTitle(f"Versions of {self._context.session.name}")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*_SIZE)
        self.name = QLineEdit()
        self.name.setObjectName("versionName")
        self.name.setPlaceholderText("A name, such as: before the music")
        self.keep = button("Keep Version", "", "keepVersionButton")
        self.list = _list()
        self.edits, self.text = _reading("versionEdits"), _reading("versionText")
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.said = label("", tone="muted", wrap=True)
        self.restore = button("Restore", "primary", "restoreVersionButton")
        self._build()
        self.name.textChanged.connect(lambda text: self.keep.setEnabled(bool(text.strip())))
        self.name.returnPressed.connect(self.keep.click)
        self.keep.clicked.connect(self._keep)
        self.restore.clicked.connect(self._restore)
        self.list.itemSelectionChanged.connect(self._compare)
        desk.bridge.jobs_changed.connect(self._on_jobs)
        self._list_versions()

    def _build(self) -> None:
        naming = QHBoxLayout()
        naming.setSpacing(GAP)
        naming.addWidget(self.name, 1)
        naming.addWidget(self.keep)
        tabs = QTabWidget()
        tabs.setDocumentMode(True)
        tabs.addTab(self.edits, "Edits")
        tabs.addTab(self.text, "Text")
        right = QWidget()
        right.setProperty("tone", "panel")
        right.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        beside = column(gap=GAP)
        beside.setContentsMargins(MARGIN, 0, 0, 0)
        beside.addWidget(self.said)
        beside.addWidget(tabs, 1)
        right.setLayout(beside)
        halves = QSplitter(Qt.Orientation.Horizontal)
        halves.setChildrenCollapsible(False)
        halves.addWidget(self.list)
        halves.addWidget(right)
        halves.setSizes(list(_HALVES))
        close = button("Close", "", "closeButton")
        close.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.setSpacing(GAP)
        foot.addWidget(label("Restoring is one edit: it can be undone, and no file is changed.", tone="muted"), 1)
        foot.addWidget(close)
        foot.addWidget(self.restore)
        outer = column(margin=WIDE - MARGIN, gap=MARGIN)
        outer.addLayout(naming)
        outer.addWidget(halves, 1)
        outer.addLayout(foot)
        self.setLayout(outer)
        self.keep.setEnabled(False)

    def _list_versions(self) -> None:
        keeping, key = self._context.keeping, self._context.session.project.id
        ends = Callbacks(done=self._show_versions)
        self.said.setText("Looking for versions...")
        self.restore.setEnabled(False)
        self._desk.runner.start(self, "versions", "Listing versions", lambda _context: keeping.versions(key), ends)

    def _show_versions(self, versions: tuple[Version, ...]) -> None:
        self._versions = versions
        self.list.clear()
        self.list.addTopLevelItems([_row(version) for version in self._versions])
        first = self.list.topLevelItem(0)
        if first is not None:
            self.list.setCurrentItem(first)
        self._compare()

    def _chosen(self) -> list[Version]:
        rows = sorted(index.row() for index in self.list.selectionModel().selectedRows())
        return [self._versions[row] for row in rows]

    def _keep(self) -> None:
        self._run("versions.keep", {"name": self.name.text()})

    def _kept(self) -> None:
        self.name.clear()
        self._list_versions()

    def _restore(self) -> None:
        [version] = self._chosen()
        self._run("versions.restore", {"version": version.number})

    def _run(self, action: str, given: dict[str, Any]) -> None:
        def run() -> None:
            self._waits_for = str(self._desk.actions.run(action, self._context, given)["job"])

        if self._desk.errors.attempt(run):
            self._after = self.accept if action == "versions.restore" else self._kept

    def _on_jobs(self, jobs: tuple[Job[Any], ...]) -> None:
        """What was kept or restored is so once its job has ended; the window tells of failures."""
        if any(job.id == self._waits_for and job.state is JobState.DONE for job in jobs):
            self._waits_for = ""
            self._after()

    def _compare(self) -> None:
        chosen = self._chosen()
        self.restore.setEnabled(len(chosen) == 1)
        self.edits.clear()
        self.text.clear()
        self._asked += 1
        if len(chosen) not in (1, 2):
            nothing = "Nothing is kept yet: versions come with each save."
            self.said.setText("Choose one version, or two to compare them." if self._versions else nothing)
            return
        newer, older = (None, chosen[0]) if len(chosen) == 1 else (chosen[0], chosen[1])
        asked = self._asked

        def work(_context: JobContext) -> Comparison:
            return comparison(self._context, older, newer)

        def done(found: Comparison) -> None:
            if asked == self._asked:
                self._show(found, older, newer)

        def failed(error: UserError) -> None:
            self.said.setText(f"{error.why}; {error.what_to_do}")

        self.said.setText("Comparing...")
        self._desk.runner.start(self, "compare", "Comparing versions", work, Callbacks(done=done, failed=failed))

    def _show(self, found: Comparison, older: Version, newer: Version | None) -> None:
        other = "the project as it is now" if newer is None else f"version {newer.number}"
        self.said.setText(f"From version {older.number} to {other}")
        self.edits.setPlainText("\n".join(_sentences(found)))
        self.text.setPlainText("\n".join(found.text) or "Both are the same.")


def _sentences(found: Comparison) -> Sequence[str]:
    if not found.changes and not found.edits:
        return ["Both are the same."]
    lines = [f"{number}. {label}" for number, label in enumerate(found.edits, 1)]
    changes = [f"- {change}" for change in found.changes] or ["- nothing in the end"]
    return [*(["What was done", *lines, ""] if lines else []), "What is another", *changes]


def _list() -> QTreeWidget:
    result = QTreeWidget()
    result.setObjectName("versionsList")
    result.setAccessibleName("Versions")
    result.setHeaderLabels(["No.", "When", "What", "Clips"])
    result.setRootIsDecorated(False)
    result.setUniformRowHeights(True)
    result.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    result.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    return result


def _row(version: Version) -> QTreeWidgetItem:
    when = version.when.astimezone().strftime("%d %b %Y %H:%M").lstrip("0")
    what = version.name or _KINDS[version.kind]
    row = QTreeWidgetItem([str(version.number), when, what, str(version.clips)])
    row.setSizeHint(0, QSize(0, ROW_HEIGHT))
    return row


def _reading(name: str) -> QPlainTextEdit:
    result = QPlainTextEdit()
    result.setObjectName(name)
    result.setReadOnly(True)
    result.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    return result
