"""Markers on the ruler: seen, dragged, written on, taken away."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QToolButton

from app.core.model.marker import Marker
from app.ui.panes.timeline.colours import MARKER_PAINTS
from app.ui.panes.timeline.marker_editor import MarkerEditor
from tests.helpers.document import FRAME
from tests.ui.panes.timeline.conftest import Maker, scenes
from tests.ui.panes.timeline.harness import LEFT, Timeline

ROW = 5


@pytest.fixture
def marked(make_timeline: Maker) -> Timeline:
    """A red marker at 10 and a range from 60 to 100."""
    document = scenes()
    markers = (
        Marker("first", 10 * FRAME, 0, "First", "red"),
        Marker("range", 60 * FRAME, 40 * FRAME, "Range", "cyan", "Why"),
    )
    made = make_timeline(replace(document, sequences=(replace(document.sequences[0], markers=markers),)))
    made.state.set_snapping(False)
    return made


def at(timeline: Timeline, frame: int) -> QPoint:
    return QPoint(timeline.view.x_of(frame), ROW)


def drag(timeline: Timeline, frame: int, dx: int) -> None:
    ruler, start = timeline.pane.ruler, at(timeline, frame)
    QTest.mousePress(ruler, LEFT, pos=start)
    for step in range(1, 5):
        QTest.mouseMove(ruler, start + QPoint(dx * step // 4, 0))
        QApplication.processEvents()


def drop(timeline: Timeline, frame: int, dx: int) -> None:
    QTest.mouseRelease(timeline.pane.ruler, LEFT, pos=at(timeline, frame) + QPoint(dx, 0))


def starts(timeline: Timeline) -> list[tuple[str, int]]:
    return [(each.id, each.start // FRAME) for each in timeline.project.sequences[0].markers]


def opened(timeline: Timeline, frame: int) -> MarkerEditor:
    QTest.mouseDClick(timeline.pane.ruler, LEFT, pos=at(timeline, frame))
    card = timeline.pane.ruler.findChild(MarkerEditor)
    assert card is not None
    assert card.isVisible()
    return card


def test_markers_are_drawn_in_their_colours(marked: Timeline) -> None:
    image = marked.pane.ruler.grab().toImage()
    assert image.pixelColor(at(marked, 10)) == MARKER_PAINTS["red"]
    assert image.pixelColor(at(marked, 60)) == MARKER_PAINTS["cyan"]
    assert image.pixelColor(at(marked, 80)) != image.pixelColor(at(marked, 120))
    row = marked.pane.ruler.markers
    found = row.at(at(marked, 80))
    assert found is not None
    assert row.words(found) == "Range\n00:00:02:12\nWhy"
    assert row.at(at(marked, 40)) is None


def test_a_click_goes_there_and_changes_nothing(marked: Timeline) -> None:
    QTest.mouseClick(marked.pane.ruler, LEFT, pos=at(marked, 10) + QPoint(2, 0))
    assert marked.state.playhead == 10
    assert marked.session.undo_depth == 0


def test_a_drag_moves_a_marker_as_one_step(marked: Timeline) -> None:
    drag(marked, 60, 80)
    assert starts(marked) == [("first", 10), ("range", 60)]
    drop(marked, 60, 80)
    assert starts(marked) == [("first", 10), ("range", 80)]
    assert (marked.session.undo_depth, marked.session.undo_label) == (1, "Move marker")
    marked.session.undo()
    assert starts(marked) == [("first", 10), ("range", 60)]
    marked.session.redo()
    assert starts(marked) == [("first", 10), ("range", 80)]


def test_a_drag_sticks_to_edges_and_esc_leaves_it(marked: Timeline) -> None:
    marked.state.set_snapping(True)
    drag(marked, 10, 4 * 30 + 5)
    assert marked.picture().snap == 40
    marked.key(Qt.Key.Key_Escape)
    drop(marked, 10, 4 * 30 + 5)
    assert starts(marked) == [("first", 10), ("range", 60)]
    drag(marked, 10, 4 * 30 + 5)
    drop(marked, 10, 4 * 30 + 5)
    assert starts(marked) == [("first", 40), ("range", 60)]


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_what_is_written_on_the_card_is_one_step(marked: Timeline) -> None:
    card = opened(marked, 10)
    assert card.name.text() == "First"
    QTest.keyClicks(card.name, "Better")
    card.note.setPlainText("Look again")
    purple = card.findChild(QToolButton, "markerColor.purple")
    assert purple is not None
    QTest.mouseClick(purple, LEFT)
    QTest.keyClick(card.name, Qt.Key.Key_Return)
    changed = marked.project.sequences[0].markers[0]
    assert (changed.name, changed.note, changed.color) == ("Better", "Look again", "purple")
    assert (marked.session.undo_depth, marked.session.undo_label) == (1, "Change marker")


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_esc_drops_what_was_written(marked: Timeline) -> None:
    card = opened(marked, 10)
    QTest.keyClicks(card.name, "Other")
    QTest.keyClick(card.name, Qt.Key.Key_Escape)
    assert marked.project.sequences[0].markers[0].name == "First"
    assert marked.session.undo_depth == 0


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_card_takes_its_marker_away(marked: Timeline) -> None:
    card = opened(marked, 10)
    delete = card.findChild(QPushButton, "markerDelete")
    assert delete is not None
    QTest.mouseClick(delete, LEFT)
    assert starts(marked) == [("range", 60)]
    assert marked.session.undo_depth == 1


def test_clips_stick_to_markers(marked: Timeline) -> None:
    marked.state.set_snapping(True)
    marked.drag(marked.at("t"), 4 * 28 + 3)
    assert marked.previewed("t")[1] == 60
