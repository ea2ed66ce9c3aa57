"""The pane as a whole: names for scripts and readers, ruler, headers, timecode, screens of other density."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QToolButton, QWidget

from app.core.base.timecode import nominal_rate
from app.core.edit.tracks import add_track
from app.core.model.project import Project
from app.core.model.sequence import Track
from app.ui.panes.timeline.geometry import Scale
from app.ui.panes.timeline.ruler import steps
from app.ui.theme import DARK
from app.ui.view_state import ZOOM_MAX, ZOOM_MIN
from tests.helpers.document import clip, project, track
from tests.ui.panes.timeline.conftest import Maker, scenes
from tests.ui.panes.timeline.harness import ALT, LEFT, NONE, SHIFT, Timeline


def button(timeline: Timeline, name: str) -> QToolButton:
    """A button of a track header."""
    found = timeline.pane.findChild(QToolButton, name)
    assert isinstance(found, QToolButton)
    return found


def test_names_that_scripts_rely_on(timeline: Timeline) -> None:
    assert (timeline.pane.objectName(), timeline.pane.accessibleName()) == ("timelinePane", "timelinePane")
    assert timeline.view.accessibleName()


def test_places_are_told_in_pixels_of_the_pane(timeline: Timeline) -> None:
    origin = timeline.port.mapTo(timeline.pane, QPoint())
    box = timeline.pane.clip_rect("b")
    assert box == timeline.view.clip_rect("b").translated(origin)
    assert timeline.pane.clip_at(box.center()) == "b"
    assert timeline.pane.clip_at(QPoint(5, 5)) is None
    assert timeline.pane.x_of(40) == box.left()
    assert timeline.pane.frame_at(timeline.pane.x_of(40)) == 40
    assert timeline.pane.frame_at(0) == 0
    assert timeline.pane.clip_rect("gone").isNull()
    assert timeline.pane.childAt(box.center()) is timeline.port


def test_the_timecode_is_that_of_the_playhead(timeline: Timeline) -> None:
    label = timeline.pane.findChild(QLabel, "timelineTimecode")
    assert isinstance(label, QLabel)
    assert label.text() == "00:00:00:00"
    timeline.state.set_playhead(24 * 61 + 5)
    assert label.text() == "00:01:01:05"


# Ruler ---------------------------------------------------------------------------------------------


def test_the_ruler_scrubs(timeline: Timeline) -> None:
    ruler, y = timeline.pane.ruler, 10
    QTest.mousePress(ruler, LEFT, NONE, QPoint(timeline.view.x_of(30) + 1, y))
    assert timeline.state.playhead == 30
    QTest.mouseMove(ruler, QPoint(timeline.view.x_of(47) + 3, y))
    QTest.mouseRelease(ruler, LEFT, NONE, QPoint(timeline.view.x_of(47) + 3, y))
    assert timeline.state.playhead == 47
    QTest.mouseMove(ruler, QPoint(timeline.view.x_of(60), y))
    assert timeline.state.playhead == 47
    QTest.mousePress(ruler, LEFT, NONE, QPoint(-50, y))
    assert timeline.state.playhead == 0
    QTest.mouseRelease(ruler, LEFT, NONE, QPoint(-50, y))


def test_with_shift_the_playhead_sticks_to_edges(timeline: Timeline) -> None:
    at = QPoint(timeline.view.x_of(70) + 6, 10)
    QTest.mousePress(timeline.pane.ruler, LEFT, SHIFT, at)
    assert (timeline.state.playhead, timeline.picture().snap) == (70, 70)
    QTest.mouseRelease(timeline.pane.ruler, LEFT, SHIFT, at)
    assert timeline.picture().snap is None


def test_scrubbing_does_not_scroll(make_timeline: Maker) -> None:
    timeline = make_timeline(pixels=30)
    timeline.view.scroll_by(400, 0)
    QTest.mousePress(timeline.pane.ruler, LEFT, NONE, QPoint(-100, 10))
    assert timeline.state.playhead < timeline.view.frame_at(0)
    assert timeline.picture().left == 400
    QTest.mouseRelease(timeline.pane.ruler, LEFT, NONE, QPoint(-100, 10))


@given(
    st.floats(ZOOM_MIN, ZOOM_MAX),
    st.sampled_from([Fraction(24), Fraction(25), Fraction(30_000, 1001), Fraction(50), Fraction(60), Fraction(10)]),
)
def test_labels_and_ticks_have_room_and_stand_on_whole_numbers(zoom: float, rate: Fraction) -> None:
    scale = Scale.for_zoom(zoom, rate)
    label, tick = steps(scale, rate)
    assert scale.x_of(label) >= 96
    assert label % tick == 0
    assert label == tick or scale.x_of(tick) >= 8
    second = nominal_rate(rate)
    assert label % second == 0 or second % label == 0


# Headers -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "flag", "does", "undoes"),
    [
        ("A1.muted", "muted", "Mute A1", "Unmute A1"),
        ("A2.solo", "solo", "Solo A2", "End solo of A2"),
        ("V1.hidden", "hidden", "Hide V1", "Show V1"),
        ("V2.locked", "locked", "Lock V2", "Unlock V2"),
        ("A1.locked", "locked", "Lock A1", "Unlock A1"),
    ],
)
def test_buttons_set_flags_as_edits(timeline: Timeline, name: str, flag: str, does: str, undoes: str) -> None:
    pressed = button(timeline, name)
    assert (pressed.accessibleName(), pressed.isChecked()) == (does, False)
    QTest.mouseClick(pressed, LEFT)
    assert getattr(tracks(timeline)[name[:2]], flag) is True
    assert timeline.session.undo_label == does
    assert (pressed.accessibleName(), pressed.isChecked()) == (undoes, True)
    timeline.session.undo()
    assert pressed.isChecked() is False
    timeline.session.redo()
    QTest.mouseClick(pressed, LEFT)
    assert timeline.project == scenes()


def tracks(timeline: Timeline) -> dict[str, object]:
    """Tracks by name."""
    return {each.name: each for each in timeline.project.sequences[0].tracks}


def test_buttons_work_from_the_keyboard(timeline: Timeline) -> None:
    pressed = button(timeline, "A1.muted")
    pressed.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(pressed, Qt.Key.Key_Space)
    assert button(timeline, "A1.muted").isChecked()


def test_headers_stand_beside_their_lanes(make_timeline: Maker) -> None:
    rows = [track(f"V{n}", clip(f"v{n}", 10)) for n in range(1, 9)]
    timeline = make_timeline(project(*rows, track("A1")))
    for scrolled in (0, 77):
        timeline.view.verticalScrollBar().setValue(scrolled)
        for lane in timeline.picture().layout.lanes:
            pressed = button(timeline, f"{lane.track.name}.locked")
            top = pressed.mapTo(timeline.pane.headers, QPoint()).y()
            assert lane.top - scrolled <= top < lane.bottom - scrolled


def test_headers_come_and_go_with_tracks(timeline: Timeline, qtbot: object) -> None:
    timeline.session.apply("Add", lambda before: add_track(before, "main", "video"))
    assert button(timeline, "V3.hidden").isVisible()
    timeline.session.undo()
    QTest.qWait(0)
    assert timeline.pane.findChild(QToolButton, "V3.hidden") is None


# Screens -------------------------------------------------------------------------------------------


def test_a_document_that_comes_to_an_empty_timeline_is_shown_whole(make_timeline: Maker) -> None:
    timeline = make_timeline(project(track("V1"), track("A1")), pixels=50)
    timeline.session.apply("Fill", lambda _: scenes())
    assert timeline.view.x_of(110) < timeline.port.width()


def test_a_sequence_longer_than_rectangles_reach_can_be_zoomed(make_timeline: Maker) -> None:
    day = 24 * 3600 * 24
    timeline = make_timeline(project(track("V1", clip("a", day, asset="still")), track("A1")))
    timeline.state.set_zoom(ZOOM_MAX)
    bar = timeline.view.horizontalScrollBar()
    bar.setValue(bar.maximum())
    timeline.port.repaint()
    assert 0 < timeline.view.x_of(day) < timeline.port.width()


def test_resizing_keeps_the_divider_in_its_place(make_timeline: Maker) -> None:
    rows = [track(f"V{n}", clip(f"v{n}", 10)) for n in range(1, 9)]
    timeline = make_timeline(project(*rows, track("A1", clip("s", 10))))
    seen = (timeline.picture().layout.divider - timeline.picture().top) / timeline.port.height()
    timeline.pane.resize(900, 250)
    now = (timeline.picture().layout.divider - timeline.picture().top) / timeline.port.height()
    assert now == pytest.approx(seen, abs=0.02)


def test_the_ruler_says_whether_keys_go_to_the_timeline(timeline: Timeline) -> None:
    def line() -> str:
        image = timeline.pane.ruler.grab().toImage()
        return image.pixelColor(600, image.height() - 1).name()

    timeline.view.setFocus()
    assert line() == DARK.accent
    timeline.view.clearFocus()
    assert line() == DARK.line


def test_a_project_without_a_sequence_is_shown_as_empty(make_timeline: Maker) -> None:
    timeline = make_timeline(Project("project", "Bare"))
    timeline.port.repaint()
    timeline.click(QPoint(200, 100))
    timeline.key(Qt.Key.Key_Left, ALT)
    assert timeline.picture().layout.is_empty
    timeline.session.apply("Begin", lambda _: scenes())
    assert timeline.view.clip_rect("a").width() > 0


def test_long_names_of_tracks_are_cut_and_told_in_full(make_timeline: Maker) -> None:
    timeline = make_timeline(project(Track("long", "audio", "Dialogue of everybody"), track("A2")))
    header = timeline.pane.findChild(QWidget, "Dialogue of everybody.header")
    assert isinstance(header, QWidget)
    [name] = header.findChildren(QLabel)
    assert name.text().endswith("…")
    assert name.toolTip() == "Dialogue of everybody"
