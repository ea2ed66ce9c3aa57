"""A window over real project files and a real profile, and work that a killed program left."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication, QDialog, QPushButton

from app.core.edit.assets import new_project
from app.core.session.recovery import Keeper
from app.core.session.session import Session
from app.storage.keeping import ProfileKeeping
from app.storage.project_file import ProjectFiles
from app.ui.editor import Editor
from tests.ui.fakes import FakeEngine


class Window:
    """A window over real project files and a real profile."""

    def __init__(self, app: QApplication, engine: FakeEngine, root: Path, minutes: float = 3.0) -> None:
        self.keeping = ProfileKeeping(root, autosave_minutes=minutes)
        keeping, store = self.keeping, ProjectFiles()
        self.editor = Editor(app, replace(engine.parts(), keeping=lambda: keeping, store=lambda: store))
        self.editor.window.show()
        self._jobs = engine.jobs
        self.closed = False

    @property
    def session(self) -> Session:
        return self.editor.workspace().session

    def settle(self) -> None:
        """Wait for jobs and what follows from them."""
        loop = QEventLoop()
        for _ in range(6):
            while not (self._jobs.idle() and self.editor.desk.looks.idle) or self.editor.files.busy:
                loop.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            self.editor.bridge.flush()
            loop.processEvents()

    def rename(self, name: str) -> None:
        self.session.apply(f"Name {name}", lambda project: replace(project, name=name))

    def save(self, path: Path) -> None:
        self.editor.desk.actions.run("file.save", self.editor.workspace().context, {"path": str(path)})
        self.settle()

    def notices(self) -> list[str]:
        return [notice.text for notice in self.editor.window.notices.notices]

    def click(self, name: str) -> None:
        shown = self.editor.window.notices.notices
        button = next(found for notice in shown if (found := notice.findChild(QPushButton, name)) is not None)
        button.click()
        self.settle()

    def dialog(self, kind: type[QDialog]) -> QDialog:
        [found] = [dialog for dialog in self.editor.window.findChildren(kind) if dialog.isVisible()]
        return found

    def close(self, *, keep_work: bool = False) -> None:
        self.closed = True
        self.editor.window.leave()
        self.editor.close(keep_work=keep_work)


def left_work(root: Path, path: Path | None = None, name: str = "two") -> None:
    """As a program leaves it that was killed."""
    session = Session(replace(new_project("Wedding"), id="wedding"), path=path)
    keeper = Keeper(session, ProfileKeeping(root), lambda error: None)
    for each in ("one", name):
        session.apply("Name", lambda project, each=each: replace(project, name=each))  # type: ignore[misc]
    keeper.close(forget=False)
