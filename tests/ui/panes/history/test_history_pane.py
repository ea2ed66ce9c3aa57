"""Every step is listed; a click goes to the state after it; the saved state is marked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.edit.assets import new_project
from app.core.session.session import Session
from app.ui.bridge import Bridge
from app.ui.panes.history.model import BEGINNING
from app.ui.panes.history.pane import HistoryPane
from app.ui.theme import LIGHT, Appearance
from tests.ui.fakes import FakeStore


class Rig:
    """A pane over a session."""

    def __init__(self, app: QApplication, qtbot: QtBot) -> None:
        self.session = Session(new_project("start"), store=FakeStore())
        self.bridge = Bridge(session=self.session)
        self.appearance = Appearance(app)
        self.pane = HistoryPane(self.session, self.bridge, self.appearance)
        self.pane.resize(300, 400)
        self.pane.show()
        qtbot.addWidget(self.pane)
        self._qtbot = qtbot

    def edit(self, name: str, merge: str | None = None) -> None:
        self.session.apply(f"Name {name}", lambda project: replace(project, name=name), merge)

    def rows(self) -> list[str]:
        model = self.pane.model
        return [str(model.data(model.index(row))) for row in range(model.rowCount())]

    def described(self, row: int) -> str:
        return str(self.pane.model.data(self.pane.model.index(row), Qt.ItemDataRole.AccessibleDescriptionRole))

    def click(self, row: int) -> None:
        place = self.pane.list.visualRect(self.pane.model.index(row)).center()
        self._qtbot.mouseClick(  # type: ignore[no-untyped-call]
            self.pane.list.viewport(), Qt.MouseButton.LeftButton, pos=place
        )


@pytest.fixture
def rig(qapp: QApplication, qtbot: QtBot) -> Iterator[Rig]:
    rig = Rig(qapp, qtbot)
    yield rig
    rig.bridge.close()


def test_a_click_goes_to_a_state_and_back(rig: Rig) -> None:
    for name in ("one", "two", "three"):
        rig.edit(name)
    assert rig.rows() == [BEGINNING, "Name one", "Name two", "Name three"]
    rig.click(1)
    assert rig.session.project.name == "one"
    assert rig.session.undo_depth == 1
    assert [rig.described(row) for row in range(4)] == ["Saved", "Now", "Undone", "Undone"]
    rig.click(0)
    assert rig.session.project.name == "start"
    rig.click(3)
    assert rig.session.project.name == "three"


def test_an_edit_after_a_jump_ends_what_was_undone(rig: Rig) -> None:
    for name in ("one", "two", "three"):
        rig.edit(name)
    rig.click(1)
    rig.edit("four")
    assert rig.rows() == [BEGINNING, "Name one", "Name four"]
    assert rig.described(2) == "Now"


def test_typing_in_one_field_is_one_row(rig: Rig) -> None:
    for length in range(1, 6):
        rig.edit("hello"[:length], merge="name")
    assert rig.rows() == [BEGINNING, "Name hello"]


def test_the_saved_state_is_marked(rig: Rig, tmp_path: Path) -> None:
    rig.edit("one")
    rig.session.save(tmp_path / "a.insomnia")
    rig.edit("two")
    assert [rig.described(row) for row in range(3)] == ["", "Saved", "Now"]


def test_a_thousand_steps_are_listed_and_the_newest_is_in_sight(rig: Rig) -> None:
    for number in range(1200):
        rig.edit(str(number))
    assert rig.pane.model.rowCount() == 1001
    assert rig.pane.list.currentIndex().row() == 1000
    rig.appearance.set_theme(LIGHT)
    assert rig.pane.list.viewport().rect().contains(rig.pane.list.visualRect(rig.pane.model.index(1000)).center())
