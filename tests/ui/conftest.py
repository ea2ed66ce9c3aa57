"""The window's tests run without a screen, and no Qt message passes unseen."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.ui.editor import Editor
from tests.ui.fakes import FakeEngine
from tests.ui.safety_rig import Window

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A warning of Qt fails the test that caused it."""
    for item in items:
        if item.path.is_relative_to(_HERE):
            item.add_marker(pytest.mark.qt_log_level_fail("WARNING"))
            item.add_marker(pytest.mark.qt_log_ignore("plugin does not support propagateSizeHints"))


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[FakeEngine]:
    """The engine behind the window of this test."""
    engine = FakeEngine(tmp_path / "profile")
    yield engine
    engine.go.set()
    engine.jobs.shutdown()


@pytest.fixture
def editor(qapp: QApplication, qtbot: QtBot, engine: FakeEngine) -> Iterator[Editor]:
    """The window with an empty project and panes that only say their names, shown."""
    editor = Editor(qapp, engine.parts())
    editor.window.resize(1280, 720)
    editor.window.show()
    qtbot.waitExposed(editor.window)
    yield editor
    editor.window.leave()
    editor.close()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Where the profile keeps what is known of projects."""
    return tmp_path / "projects"


@pytest.fixture
def start(qapp: QApplication, qtbot: QtBot, engine: FakeEngine, root: Path) -> Iterator[Callable[..., Window]]:
    """Opens windows over one profile, as one program after another would."""
    opened: list[Window] = []

    def begin(minutes: float = 3.0) -> Window:
        window = Window(qapp, engine, root, minutes)
        opened.append(window)
        window.editor.open_paths([])
        window.settle()
        return window

    yield begin
    for window in opened:
        if not window.closed:
            window.close()
