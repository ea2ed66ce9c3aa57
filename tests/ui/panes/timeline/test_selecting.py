"""Clips are selected by clicks, ranges and rubber bands; the view is panned, scrolled and zoomed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from tests.helpers.document import clip, gap, project, track
from tests.ui.panes.timeline.conftest import Maker
from tests.ui.panes.timeline.harness import ALT, CONTROL, LEFT, MIDDLE, NONE, SHIFT, Timeline

# A popup asks for what the platform without a screen does not have.
NO_WINDOW_SYSTEM = pytest.mark.qt_log_ignore("This plugin does not support")


def test_a_click_selects_a_clip_and_what_is_linked_to_it(timeline: Timeline) -> None:
    timeline.click(timeline.at("a"))
    assert timeline.state.selection == {"a", "s"}
    timeline.click(timeline.at("t"))
    assert timeline.state.selection == {"t"}
    timeline.click(timeline.at("u"), ALT)
    assert timeline.state.selection == {"u"}
    timeline.state.set_linking(False)
    timeline.click(timeline.at("c"))
    assert timeline.state.selection == {"c"}
    assert timeline.session.undo_depth == 0


def test_ctrl_toggles(timeline: Timeline) -> None:
    timeline.click(timeline.at("a"))
    timeline.click(timeline.at("t"), CONTROL)
    assert timeline.state.selection == {"a", "s", "t"}
    timeline.click(timeline.at("s"), CONTROL)
    assert timeline.state.selection == {"t"}
    timeline.click(timeline.at("t"), CONTROL)
    assert timeline.state.selection == set()


def test_shift_goes_on_from_the_last_clip(timeline: Timeline) -> None:
    timeline.click(timeline.at("a"))
    timeline.click(timeline.at("c"), SHIFT)
    assert timeline.state.selection == {"a", "s", "b", "u", "c", "w"}
    timeline.click(timeline.at("t"))
    timeline.click(timeline.at("b"), SHIFT | ALT)
    assert timeline.state.selection == {"t", "a", "b"}


def test_a_click_on_one_of_many_selects_it_alone(timeline: Timeline) -> None:
    timeline.state.select({"a", "s", "b", "u"})
    timeline.press(timeline.at("b"))
    assert timeline.state.selection == {"a", "s", "b", "u"}
    timeline.release(timeline.at("b"))
    assert timeline.state.selection == {"b", "u"}


def test_a_click_beside_clips_selects_nothing(timeline: Timeline) -> None:
    timeline.state.select({"a"})
    timeline.click(timeline.at("b", "end", dx=40))
    assert timeline.state.selection == set()


def empty_spot(timeline: Timeline) -> QPoint:
    """In the gap of V1, 8 pixels after b."""
    return timeline.at("b", "end", dx=10)


def test_a_rubber_band_selects_what_it_touches(timeline: Timeline) -> None:
    start = empty_spot(timeline)
    timeline.hold(start, -20)
    assert timeline.state.selection == {"b", "u"}
    assert timeline.picture().band is not None
    timeline.move(start + QPoint(-20, -64))
    assert timeline.state.selection == {"b", "u"}
    timeline.move(start + QPoint(-100, -64))
    assert timeline.state.selection == {"b", "u", "t"}
    timeline.release(start + QPoint(-100, -64))
    assert timeline.picture().band is None
    assert timeline.state.selection == {"b", "u", "t"}


def test_a_rubber_band_adds_with_shift_toggles_with_ctrl_and_leaves_links_with_alt(timeline: Timeline) -> None:
    timeline.state.select({"t"})
    timeline.drag(empty_spot(timeline), -20, keys=SHIFT)
    assert timeline.state.selection == {"t", "b", "u"}
    timeline.drag(empty_spot(timeline), -20, keys=CONTROL)
    assert timeline.state.selection == {"t"}
    timeline.drag(empty_spot(timeline), -20, keys=ALT)
    assert timeline.state.selection == {"b"}


def test_esc_takes_a_rubber_band_back(timeline: Timeline) -> None:
    timeline.state.select({"t"})
    timeline.hold(empty_spot(timeline), -20)
    timeline.key(Qt.Key.Key_Escape)
    assert timeline.state.selection == {"t"}
    assert timeline.picture().band is None


def test_esc_goes_back_to_selecting_then_clears(timeline: Timeline) -> None:
    timeline.state.set_tool("razor")
    timeline.state.select({"a"})
    timeline.key(Qt.Key.Key_Escape)
    assert timeline.state.tool == "select"
    assert timeline.state.selection == {"a"}
    timeline.key(Qt.Key.Key_Escape)
    assert timeline.state.selection == set()


def test_the_middle_button_pans(make_timeline: Maker) -> None:
    timeline = make_timeline(pixels=30)
    timeline.view.horizontalScrollBar().setValue(500)
    timeline.press(QPoint(300, 100), button=MIDDLE)
    timeline.move(QPoint(200, 100))
    timeline.release(QPoint(200, 100), button=MIDDLE)
    assert timeline.picture().left == 600
    assert timeline.session.undo_depth == 0


def test_the_wheel_scrolls_and_zooms_at_the_pointer(make_timeline: Maker) -> None:
    timeline = make_timeline(pixels=30)
    at = QPoint(400, 100)
    timeline.wheel(at, -20, SHIFT)
    assert timeline.picture().left == 1200
    frame = timeline.view.frame_at(at.x())
    timeline.wheel(at, 3, CONTROL)
    assert timeline.state.zoom == pytest.approx(30 * 24 * 1.25**3)
    assert timeline.view.frame_at(at.x()) == frame
    timeline.wheel(at, -4, CONTROL)
    assert timeline.view.frame_at(at.x()) == frame


def test_the_wheel_scrolls_tracks_and_changes_their_height(make_timeline: Maker) -> None:
    tracks = [track(f"V{n}", clip(f"v{n}", 10)) for n in range(1, 9)]
    timeline = make_timeline(project(*tracks, track("A1")))
    top = timeline.picture().top
    timeline.wheel(QPoint(400, 100), 1)
    assert timeline.picture().top == top - 60
    before = timeline.view.clip_rect("v1").height()
    timeline.wheel(QPoint(400, 100), 2, ALT)
    assert timeline.view.clip_rect("v1").height() == before + 16
    assert timeline.view.heights.audio == 56


def test_zoom_from_elsewhere_keeps_the_playhead_in_place(make_timeline: Maker) -> None:
    timeline = make_timeline(pixels=30)
    timeline.state.set_playhead(20)
    x = timeline.view.x_of(20)
    timeline.set_pixels(60)
    assert timeline.view.x_of(20) == x


def test_fit_shows_everything(make_timeline: Maker) -> None:
    timeline = make_timeline(pixels=30)
    timeline.pane.fit()
    assert timeline.picture().left == 0
    assert timeline.port.width() - 40 < timeline.view.x_of(110) < timeline.port.width()


def test_the_view_follows_a_playhead_that_leaves_it(make_timeline: Maker) -> None:
    timeline = make_timeline(pixels=30)
    timeline.state.set_playhead(90)
    assert 0 <= timeline.view.x_of(90) < timeline.port.width()
    timeline.state.set_playhead(0)
    assert timeline.view.x_of(0) >= 0


def test_a_double_click_opens_the_clip_at_the_frame(timeline: Timeline) -> None:
    opened: list[tuple[str, int]] = []
    timeline.pane.clip_opened.connect(lambda clip_id, frame: opened.append((clip_id, frame)))
    QTest.mouseDClick(timeline.port, LEFT, NONE, timeline.at("b"))
    assert opened == [("b", timeline.view.frame_at(timeline.at("b").x()))]


@NO_WINDOW_SYSTEM
def test_the_right_button_offers_actions_for_the_clip_below(timeline: Timeline) -> None:
    done: list[str] = []
    action = QAction("Lift", timeline.pane)
    action.triggered.connect(lambda: done.append(",".join(sorted(timeline.state.selection))))
    timeline.pane.set_menu([action])
    at = timeline.at("b")
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, timeline.port.mapToGlobal(at))
    QApplication.sendEvent(timeline.port, event)
    [menu] = timeline.view.findChildren(QMenu)
    assert menu.isVisible()
    assert menu.actions() == [action]
    action.trigger()
    menu.close()
    assert done == ["b,u"]


@NO_WINDOW_SYSTEM
def test_a_menu_keeps_a_selection_that_the_clip_belongs_to(timeline: Timeline) -> None:
    timeline.pane.set_menu([QAction("Lift", timeline.pane)])
    timeline.state.select({"a", "s", "b", "u"})
    at = timeline.at("b")
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, timeline.port.mapToGlobal(at))
    QApplication.sendEvent(timeline.port, event)
    for menu in timeline.view.findChildren(QMenu):
        menu.close()
    assert timeline.state.selection == {"a", "s", "b", "u"}


def test_reveal_scrolls_to_a_clip(make_timeline: Maker) -> None:
    document = project(track("V1", clip("a", 20), gap(900), clip("z", 20)), track("A1"))
    timeline = make_timeline(document, pixels=20)
    timeline.pane.reveal("z")
    assert 0 <= timeline.view.clip_rect("z").left() < timeline.port.width()
    timeline.pane.reveal("a")
    assert 0 <= timeline.view.clip_rect("a").left() < timeline.port.width()
