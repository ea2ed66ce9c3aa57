"""A subtitles pane with cues, and hands to use it with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.core.base.time import SECOND
from app.core.edit.subtitle import replace_cues
from app.core.model.project import Project
from app.core.model.subtitle import SubtitleCue
from app.core.model.transcript import Cue
from app.core.session.session import Session
from app.ui.bridge import Bridge
from app.ui.panes.subtitles.model import NUMBER, TEXT
from app.ui.panes.subtitles.pane import SubtitlesPane
from app.ui.theme import DARK, Appearance
from app.ui.view_state import ViewState
from tests.helpers.document import project, track

RATE = Fraction(25)
NONE = Qt.KeyboardModifier.NoModifier
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def cue(start: float, end: float, text: str, speaker: str | None = None) -> Cue:
    """A cue from and to these seconds."""
    return Cue(round(start * SECOND), round(end * SECOND), text, speaker)


USUAL = (cue(0, 2, "Where are you?"), cue(2, 4, "Here, by the sea."), cue(5, 7, "Then wait for me."))


class Rig:
    """The pane, 320x480, over a real session."""

    def __init__(self, appearance: Appearance) -> None:
        self.session = Session(project(track("V1"), rate=RATE), checked=True)
        self.view = ViewState()
        self.bridge = Bridge(session=self.session)
        self.actions: dict[str, QAction] = {}
        for name in ("subtitles.add", "subtitles.import", "subtitles.fromSpeech", "subtitles.merge"):
            self.actions[name] = QAction(name)
            self.actions[name].setObjectName(name)
        self.pane = SubtitlesPane(self.session, self.view, self.bridge, appearance, self.actions.get)
        self.table, self.model = self.pane.table, self.pane.model
        self.pane.resize(320, 480)

    @property
    def cues(self) -> tuple[SubtitleCue, ...]:
        """What the document holds."""
        tracks = self.session.project.sequences[0].subtitle_tracks
        return tracks[0].cues if tracks else ()

    def said(self) -> list[tuple[float, float, str]]:
        """The cues of the document in seconds."""
        return [(each.start / SECOND, each.end / SECOND, each.text) for each in self.cues]

    def shown(self) -> list[str]:
        """The texts of the rows."""
        return [str(self.model.index(row, TEXT).data()) for row in range(self.model.rowCount())]

    def fill(self, *cues: Cue) -> None:
        """Put these in place of what is there."""
        self.edit(lambda before: replace_cues(before, "main", cues))

    def edit(self, change: Callable[[Project], Project]) -> None:
        """Somebody else edits."""
        self.session.apply("Edit", change)
        QApplication.processEvents()

    def at(self, row: int, column: int = TEXT) -> QPoint:
        """The middle of a cell."""
        return self.table.visualRect(self.model.index(row, column)).center()

    def click(self, row: int, column: int = NUMBER, keys: Qt.KeyboardModifier = NONE) -> None:
        """Click a cell."""
        QTest.mouseClick(self.table.viewport(), Qt.MouseButton.LeftButton, keys, self.at(row, column))

    def double_click(self, row: int, column: int = TEXT) -> None:
        """Click a cell twice."""
        port, at = self.table.viewport(), self.at(row, column)
        QTest.mouseClick(port, Qt.MouseButton.LeftButton, NONE, at)
        QTest.mouseDClick(port, Qt.MouseButton.LeftButton, NONE, at)
        QTest.mouseRelease(port, Qt.MouseButton.LeftButton, NONE, at)

    def key(self, key: Qt.Key, keys: Qt.KeyboardModifier = NONE) -> None:
        """Press a key where the focus is."""
        QTest.keyClick(self.focused(), key, keys)
        QApplication.processEvents()

    def type(self, text: str) -> None:
        """Type where the focus is."""
        QTest.keyClicks(self.focused(), text)

    def focused(self) -> QWidget:
        """What has the focus: the table, or a field in it."""
        found = QApplication.focusWidget()
        assert found is not None
        return found

    def overrides(self, key: Qt.Key, keys: Qt.KeyboardModifier = NONE) -> bool:
        """Whether the table keeps a key from being a shortcut."""
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, keys)
        event.ignore()
        QApplication.sendEvent(self.table, event)
        return event.isAccepted()


@pytest.fixture(scope="session")
def shared_appearance(qapp: QApplication) -> Appearance:
    """The dark theme, put on the program once."""
    return Appearance(qapp, DARK)


@pytest.fixture
def empty(shared_appearance: Appearance, qtbot: QtBot) -> Iterator[Rig]:
    """Nothing in it, shown and in front."""
    made = Rig(shared_appearance)
    qtbot.addWidget(made.pane)
    made.pane.show()
    made.pane.activateWindow()
    qtbot.waitExposed(made.pane)
    yield made
    made.bridge.close()


@pytest.fixture
def rig(empty: Rig) -> Rig:
    """Three cues, the table in focus."""
    empty.fill(*USUAL)
    empty.table.setFocus()
    return empty
