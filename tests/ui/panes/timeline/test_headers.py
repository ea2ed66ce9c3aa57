"""Headers of tracks: sync lock, name, height, menu."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QToolButton, QWidget

from app.ui.panes.timeline.headers import TrackHeader
from tests.ui.panes.timeline.harness import LEFT, Timeline


def header(timeline: Timeline, name: str) -> TrackHeader:
    found = timeline.pane.findChild(TrackHeader, f"{name}.header")
    assert found is not None
    return found


def names(timeline: Timeline) -> list[str]:
    sequence = timeline.project.sequences[0]
    return [track.name for track in (*reversed(sequence.video_tracks), *sequence.audio_tracks)]


def choose(timeline: Timeline, track: str, entry: str) -> None:
    """Open the menu of a track and choose an entry."""
    on, headers = header(timeline, track), timeline.pane.headers
    at = on.mapTo(headers, QPoint(10, on.height() // 2))
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, headers.mapToGlobal(at))
    QApplication.sendEvent(headers, event)
    menu = headers.findChild(QMenu, "trackMenu")
    assert menu is not None
    action = next(each for each in menu.actions() if each.text() == entry)
    assert action.isEnabled()
    action.trigger()
    menu.close()
    menu.setObjectName("")
    timeline.view.show_document()


def test_the_sync_lock_is_lit_where_it_is_off(timeline: Timeline) -> None:
    button = timeline.pane.findChild(QToolButton, "A2.sync_lock")
    assert button is not None
    assert not button.isChecked()
    button.click()
    assert not timeline.project.sequences[0].audio_tracks[1].sync_lock
    assert button.isChecked()
    assert timeline.session.undo_label == "Switch off the sync lock of A2"
    button.click()
    assert timeline.project.sequences[0].audio_tracks[1].sync_lock


@pytest.mark.parametrize(("key", "name"), [(Qt.Key.Key_Return, "Music"), (Qt.Key.Key_Escape, "A2")])
def test_a_double_click_renames(timeline: Timeline, key: Qt.Key, name: str) -> None:
    on = header(timeline, "A2")
    QTest.mouseDClick(on, LEFT, pos=QPoint(20, on.height() // 2))
    field = on.findChild(QLineEdit, "trackName")
    assert field is not None
    QTest.keyClicks(field, "Music")
    QTest.keyClick(field, key)
    assert timeline.project.sequences[0].audio_tracks[1].name == name


def test_a_drag_of_the_edge_changes_the_height(timeline: Timeline) -> None:
    before = timeline.view.heights
    _pull(header(timeline, "V1"), QPoint(20, 1), -12)
    assert timeline.view.heights.video == before.video + 12
    low = header(timeline, "A1")
    _pull(low, QPoint(20, low.height() - 2), 10)
    assert timeline.view.heights.audio == before.audio + 10
    assert timeline.session.undo_depth == 0


def _pull(widget: QWidget, start: QPoint, dy: int) -> None:
    """Drag on the screen: the widget moves below the pointer."""
    held = widget.mapToGlobal(start)
    QTest.mousePress(widget, LEFT, pos=start)
    for step in (1, 2):
        QTest.mouseMove(widget, widget.mapFromGlobal(held + QPoint(0, dy * step // 2)))
        QApplication.processEvents()
    QTest.mouseRelease(widget, LEFT, pos=widget.mapFromGlobal(held + QPoint(0, dy)))


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_menu_adds_moves_and_deletes_tracks(timeline: Timeline) -> None:
    choose(timeline, "V1", "Add Track Above")
    assert names(timeline) == ["V2", "V3", "V1", "A1", "A2"]
    assert timeline.session.undo_depth == 1
    choose(timeline, "A1", "Add Track Above")
    assert names(timeline) == ["V2", "V3", "V1", "A3", "A1", "A2"]
    choose(timeline, "A3", "Move Down")
    assert names(timeline)[3:] == ["A1", "A3", "A2"]
    choose(timeline, "V3", "Move Up")
    assert names(timeline)[:3] == ["V3", "V2", "V1"]
    choose(timeline, "V3", "Delete Track")
    choose(timeline, "A3", "Delete Track")
    assert names(timeline) == ["V2", "V1", "A1", "A2"]
    for _ in range(6):
        timeline.session.undo()
    assert names(timeline) == ["V2", "V1", "A1", "A2"]
    assert timeline.session.undo_depth == 0


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_menu_selects_all_on_a_track(timeline: Timeline) -> None:
    choose(timeline, "V1", "Select All on Track")
    assert timeline.state.selection == {"a", "b", "c"}
