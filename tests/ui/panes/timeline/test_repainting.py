"""Only what changed is painted again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage, QRegion
from PySide6.QtWidgets import QApplication

from app.core.edit.tracks import add_track, set_flags
from app.core.model.clip import Clip
from app.core.model.project import Project
from tests.ui.panes.timeline.conftest import Maker
from tests.ui.panes.timeline.harness import Painted, Timeline


def painted(timeline: Timeline, work: Callable[[], object]) -> QRegion:
    """What of the view ``work`` makes it paint."""
    QApplication.processEvents()
    listener = Painted(timeline.port)
    work()
    QApplication.processEvents()
    timeline.port.removeEventFilter(listener)
    return listener.region


def lane_rect(timeline: Timeline, clip_id: str) -> QRect:
    """The whole lane of a clip."""
    box = timeline.view.clip_rect(clip_id)
    return QRect(0, box.top(), timeline.port.width(), box.height() + 1)


def test_the_playhead_paints_two_columns(timeline: Timeline) -> None:
    region = painted(timeline, lambda: timeline.state.set_playhead(100))
    at, before = timeline.view.x_of(100), timeline.view.x_of(0)
    height = timeline.port.height()
    assert region == QRegion(before - 1, 0, 2, height).united(QRegion(at - 1, 0, 2, height))


def test_a_selection_paints_its_clips(timeline: Timeline) -> None:
    region = painted(timeline, lambda: timeline.state.select({"a", "t"}))
    assert region == QRegion(timeline.view.clip_rect("a")).united(QRegion(timeline.view.clip_rect("t")))
    assert painted(timeline, lambda: timeline.state.select({"a", "t"})).isEmpty()


def test_a_drag_paints_where_the_clip_was_and_is(timeline: Timeline) -> None:
    timeline.state.set_snapping(False)
    start = timeline.at("c")
    timeline.hold(start, 40)
    before = timeline.view.clip_rect("c")
    region = painted(timeline, lambda: timeline.move(start + QPoint(44, 0)))
    assert timeline.view.clip_rect("c") == before.translated(4, 0)
    for moved in ("c", "w"):
        lane = lane_rect(timeline, moved)
        inside = region.intersected(lane).boundingRect()
        box = timeline.view.clip_rect(moved)
        assert inside.left() <= box.left() - 4
        assert box.right() <= inside.right()
    assert region.intersected(lane_rect(timeline, "t")).isEmpty()
    assert not region.intersects(timeline.view.clip_rect("b"))


def test_a_move_that_asks_for_the_same_paints_only_the_words(timeline: Timeline) -> None:
    timeline.state.set_snapping(False)
    start = timeline.at("c")
    timeline.hold(start, 40)
    region = painted(timeline, lambda: timeline.move(start + QPoint(41, 0)))
    assert region.boundingRect().height() < 40


def test_the_same_document_paints_nothing(timeline: Timeline) -> None:
    assert painted(timeline, timeline.view.show_document).isEmpty()


def louder(before: Project) -> Project:
    """The music louder."""
    sequence = before.sequences[0]
    music = sequence.audio_tracks[1]
    items = tuple(replace(item, gain_db=3.0) if isinstance(item, Clip) else item for item in music.items)
    audio = (sequence.audio_tracks[0], replace(music, items=items))
    return replace(before, sequences=(replace(sequence, audio_tracks=audio),))


def test_an_edit_paints_what_it_changed(timeline: Timeline) -> None:
    region = painted(timeline, lambda: timeline.session.apply("Gain", louder))
    box = timeline.view.clip_rect("m")
    assert region == QRegion(box.left(), box.top(), box.width(), box.height() + 1)


@pytest.mark.parametrize(
    "edit",
    [lambda before: add_track(before, "main", "video"), lambda before: set_flags(before, "main", "V1", hidden=True)],
)
def test_other_lanes_or_flags_paint_everything(timeline: Timeline, edit: Callable[[Project], Project]) -> None:
    region = painted(timeline, lambda: timeline.session.apply("Edit", edit))
    assert region == QRegion(timeline.port.rect())


def test_scrolling_paints_what_comes_into_view_and_names(make_timeline: Maker) -> None:
    timeline = make_timeline(pixels=40)
    region = painted(timeline, lambda: timeline.view.scroll_by(20, 0))
    port = timeline.port.rect()
    assert region.contains(QRect(port.width() - 20, 0, 20, port.height()))
    middle = QRect(300, 0, port.width() - 340, port.height())
    assert not region.intersects(middle)


def test_media_that_arrive_paint_their_lanes(timeline: Timeline) -> None:
    region = painted(timeline, lambda: timeline.pane.media_arrived("music"))
    assert region == QRegion(lane_rect(timeline, "m"))
    assert painted(timeline, lambda: timeline.pane.media_arrived("unknown")).isEmpty()


def seen(timeline: Timeline) -> QImage:
    """What is on the screen, made of all paints so far."""
    QApplication.processEvents()
    return timeline.pane.screen().grabWindow(timeline.pane.winId()).toImage()


@pytest.mark.parametrize("steps", [[17] * 12, [17] * 12 + [-13] * 9, [5, -3] * 8, [400, -390, 20]])
@pytest.mark.parametrize("flags", [{}, {"locked": True}, {"hidden": True}])
def test_what_is_scrolled_looks_like_what_is_painted_anew(
    make_timeline: Maker, steps: list[int], flags: dict[str, bool]
) -> None:
    timeline = make_timeline(pixels=13)
    timeline.session.apply("Flag", lambda before: set_flags(before, "main", "V1", **flags))
    timeline.state.select({"a", "t"})
    timeline.state.set_playhead(45)
    timeline.port.repaint()
    for step in steps:
        timeline.view.scroll_by(step, 0)
        QApplication.processEvents()
    scrolled = seen(timeline)
    timeline.pane.update()
    timeline.port.update()
    assert seen(timeline) == scrolled


def test_what_was_dragged_about_looks_like_what_is_painted_anew(timeline: Timeline) -> None:
    start = timeline.at("t")
    timeline.press(start)
    for at in [(30, 0), (60, 64), (90, 64), (200, 3), (-80, -64), (-80, 10), (5, 64)]:
        timeline.move(start + QPoint(*at))
    dragged = seen(timeline)
    timeline.port.update()
    assert seen(timeline) == dragged
    timeline.release(start + QPoint(5, 64))
    done = seen(timeline)
    timeline.port.update()
    assert seen(timeline) == done
