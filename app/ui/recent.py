"""The projects used last: in the File menu and on the welcome page, without those that are gone.

Folders that dialogs opened last are looked for as well.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from app.core.base.files import is_folder, is_taken
from app.ui.desk import Desk


class RecentProjects(QObject):
    """GUI thread only. Which of them are there is asked beside it: one may lie on a drive that is dead."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.window)
        self._desk = desk
        self._gone: frozenset[Path] = frozenset()
        self._show()
        for folder in desk.memory.folders():
            desk.looks.ask(partial(is_folder, folder), partial(self._told_folder, folder))

    def paths(self) -> tuple[Path, ...]:
        """The newest first, without those that were gone when they were looked for last."""
        return tuple(path for path in self._desk.memory.recent() if path not in self._gone)

    def add(self, path: Path) -> None:
        """Put a project that was opened or saved in front."""
        self._gone -= {path}
        self._desk.memory.add_recent(path)
        self._show()

    def fill(self, menu: QMenu, choose: Callable[[Path], None]) -> None:
        """Keep ``menu`` full of them; ``choose`` is called with the one that is taken."""
        menu.aboutToShow.connect(lambda: self._list(menu, choose))
        menu.aboutToShow.connect(self._look)
        self._list(menu, choose)

    def _look(self) -> None:
        listed = self._desk.memory.recent()
        for path in listed:
            self._desk.looks.ask(partial(is_taken, path), partial(self._told, path))

    def _told(self, path: Path, there: bool) -> None:
        gone = self._gone - {path} if there else self._gone | {path}
        if gone != self._gone:
            self._gone = gone
            self._desk.window.welcome.show_recent(self.paths())

    def _told_folder(self, folder: Path, there: bool) -> None:
        if not there:
            self._desk.memory.know_gone(folder)

    def _show(self) -> None:
        self._desk.window.welcome.show_recent(self.paths())
        self._look()

    def _list(self, menu: QMenu, choose: Callable[[Path], None]) -> None:
        menu.clear()
        projects = self.paths()
        for path in projects:
            entry = QAction(path.stem.replace("&", "&&"), menu)
            entry.setToolTip(str(path))
            entry.triggered.connect(lambda _checked=False, chosen=path: choose(chosen))
            menu.addAction(entry)
        if not projects:
            menu.addAction("No recent projects").setEnabled(False)
            return
        menu.addSeparator()
        menu.addAction("Clear List").triggered.connect(self._desk.memory.clear_recent)
