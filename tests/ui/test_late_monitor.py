"""The monitor is made once, after the first paint, and not at all after the end."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.ui.editor import Editor
from app.ui.late_monitor import LateMonitor
from app.ui.layout import WindowMemory
from app.ui.main_window import MainWindow
from app.ui.theme import Appearance
from app.ui.widgets.welcome import Welcome
from tests.ui.fakes import FakeTransport


class FakeMonitor:
    """Remembers that it was made and closed."""

    def __init__(self, log: list[str]) -> None:
        log.append("made")
        self._log = log
        self.widget: QWidget = QLabel("picture")
        self.transport = FakeTransport()

    def settled(self) -> bool:
        return True

    def close(self) -> None:
        self._log.append("closed")


def test_monitor_waits_for_the_first_paint(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    appearance = Appearance(qapp)
    window = MainWindow(appearance, WindowMemory(tmp_path), Welcome(appearance, offers_sample=False))
    qtbot.addWidget(window)
    log: list[str] = []
    late = LateMonitor(window, lambda: FakeMonitor(log))
    qtbot.addWidget(late)
    qtbot.wait(20)
    late.pause()
    assert (log, late.playing, window.was_painted) == ([], False, False)
    window.show()
    qtbot.waitUntil(lambda: log == ["made"])
    late.build()
    assert (log, window.was_painted) == (["made"], True)
    window.leave()


def test_monitor_of_a_later_project_is_made_soon(editor: Editor, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: editor.window.was_painted)
    log: list[str] = []
    late = LateMonitor(editor.window, lambda: FakeMonitor(log))
    qtbot.addWidget(late)
    assert log == []
    qtbot.waitUntil(lambda: log == ["made"])


def test_monitor_is_made_when_it_is_asked_to_play(editor: Editor, qtbot: QtBot) -> None:
    log: list[str] = []
    made: list[FakeMonitor] = []

    def make() -> FakeMonitor:
        made.append(FakeMonitor(log))
        return made[0]

    late = LateMonitor(editor.window, make)
    qtbot.addWidget(late)
    late.toggle()
    late.shuttle(-1)
    late.pause()
    assert made[0].transport.asked == ["toggle", "shuttle -1", "pause"]
    assert late.playing
    assert late.settled()
    assert late.focusProxy() is made[0].widget
    late.close_monitor()
    assert log == ["made", "closed"]


def test_nothing_is_made_after_the_end(editor: Editor, qtbot: QtBot) -> None:
    log: list[str] = []
    late = LateMonitor(editor.window, lambda: FakeMonitor(log))
    qtbot.addWidget(late)
    late.close_monitor()
    late.show()
    qtbot.wait(20)
    assert log == []
