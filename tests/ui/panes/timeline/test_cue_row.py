"""The row of subtitles above the pictures: shown only where there are any, used like clips."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QRegion
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QToolButton

from app.core.base.time import SECOND
from app.core.model.project import Project
from app.core.model.subtitle import SubtitleCue, SubtitleTrack
from app.ui.cue_index import CueIndex
from app.ui.panes.timeline.cue_lane import CUE_HEIGHT
from tests.helpers.document import FRAME
from tests.ui.panes.timeline.conftest import Maker, scenes
from tests.ui.panes.timeline.harness import CONTROL, LEFT, NONE, SHIFT, Timeline
from tests.ui.panes.timeline.test_repainting import painted


def cue(name: str, start: int, end: int) -> SubtitleCue:
    """A cue from and to these frames."""
    return SubtitleCue(name, start * FRAME, end * FRAME, f"Text of {name}")


def spoken(*cues: SubtitleCue) -> Project:
    """The usual scenes with subtitles; three of them by default."""
    document = scenes()
    shown = cues or (cue("x", 10, 30), cue("y", 30, 60), cue("z", 120, 150))
    track = SubtitleTrack("st", "ST1", shown)
    return replace(document, sequences=(replace(document.sequences[0], subtitle_tracks=(track,)),))


@pytest.fixture
def timeline(make_timeline: Maker) -> Timeline:
    """Scenes with subtitles, four pixels for one frame."""
    return make_timeline(spoken())


def frames(timeline: Timeline) -> list[tuple[str, int, int]]:
    """The cues of the document in frames."""
    cues = timeline.project.sequences[0].subtitle_tracks[0].cues
    return [(each.id, each.start // FRAME, each.end // FRAME) for each in cues]


def test_there_is_a_row_only_where_there_are_subtitles(make_timeline: Maker, timeline: Timeline) -> None:
    assert make_timeline().picture().layout.cues is None
    layout = timeline.picture().layout
    assert layout.cues is not None
    assert layout.cues.bottom == layout.lanes[0].top
    assert timeline.view.clip_rect("x").height() == CUE_HEIGHT - 1
    assert timeline.view.clip_rect("x").left() == timeline.view.x_of(10)


def test_a_click_selects_and_leaves_the_clips(timeline: Timeline) -> None:
    timeline.state.select({"a"})
    timeline.click(timeline.at("y"))
    assert timeline.state.cues == {"y"}
    assert timeline.state.selection == frozenset()
    timeline.click(timeline.at("x"), CONTROL)
    assert timeline.state.cues == {"x", "y"}
    timeline.click(timeline.at("x"))
    assert timeline.state.cues == {"x"}
    timeline.click(timeline.at("z"), SHIFT)
    assert timeline.state.cues == {"x", "y", "z"}
    timeline.click(timeline.at("a"))
    assert timeline.state.cues == frozenset()


def test_a_drag_moves_the_selected_in_frames_as_one_step(timeline: Timeline) -> None:
    timeline.state.set_snapping(False)
    timeline.state.select_cues({"y", "z"})
    timeline.drag(timeline.at("y"), 20)
    assert frames(timeline) == [("x", 10, 30), ("y", 35, 65), ("z", 125, 155)]
    assert timeline.session.undo_depth == 1
    timeline.session.undo()
    assert frames(timeline)[1] == ("y", 30, 60)


def test_a_drag_is_previewed_and_esc_leaves_it(timeline: Timeline) -> None:
    timeline.state.set_snapping(False)
    before = timeline.view.clip_rect("z")
    timeline.hold(timeline.at("z"), 40)
    assert timeline.view.clip_rect("z") == before.translated(40, 0)
    timeline.key(Qt.Key.Key_Escape)
    assert timeline.view.clip_rect("z") == before
    assert timeline.session.undo_depth == 0


def test_an_edge_times_and_sticks_to_the_playhead_and_to_other_cues(timeline: Timeline) -> None:
    timeline.state.set_playhead(100)
    timeline.drag(timeline.at("z", "start"), -76)
    assert frames(timeline)[2] == ("z", 100, 150)
    timeline.drag(timeline.at("z", "start"), -155)
    assert frames(timeline)[2] == ("z", 60, 150)


def test_a_cue_between_frames_comes_onto_the_grid_by_its_edge(make_timeline: Maker) -> None:
    off = SubtitleCue("x", 10 * FRAME + 7, 30 * FRAME + 9, "Off")
    timeline = make_timeline(spoken(off))
    timeline.state.set_snapping(False)
    timeline.drag(timeline.at("x", "end"), 40)
    moved = timeline.project.sequences[0].subtitle_tracks[0].cues[0]
    assert (moved.start, moved.end) == (10 * FRAME + 7, 40 * FRAME)


def test_what_is_impossible_is_refused_and_changes_nothing(timeline: Timeline) -> None:
    timeline.state.set_snapping(False)
    timeline.drag(timeline.at("x"), -80)
    assert frames(timeline)[0] == ("x", 10, 30)
    timeline.drag(timeline.at("x", "end"), -120)
    assert frames(timeline)[0] == ("x", 10, 30)


def test_the_razor_splits(timeline: Timeline) -> None:
    timeline.state.set_tool("razor")
    timeline.click(QPoint(timeline.view.x_of(40), timeline.at("y").y()))
    assert [each[1:] for each in frames(timeline)] == [(10, 30), (30, 40), (40, 60), (120, 150)]
    assert timeline.session.undo_depth == 1


def test_a_double_click_asks_for_the_text(timeline: Timeline) -> None:
    opened: list[str] = []
    timeline.pane.cue_opened.connect(opened.append)
    at = timeline.at("y")
    timeline.click(at)
    QTest.mouseDClick(timeline.port, LEFT, NONE, at)
    timeline.release(at)
    assert opened == ["y"]


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_right_button_offers_what_is_for_subtitles(timeline: Timeline) -> None:
    clip_action, cue_action = QAction("Clip"), QAction("Cue")
    timeline.pane.set_menu([clip_action], [cue_action])
    at = timeline.at("z")
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, timeline.port.mapToGlobal(at))
    QApplication.sendEvent(timeline.port, event)
    assert timeline.state.cues == {"z"}
    menus = [menu for menu in timeline.view.findChildren(QMenu) if menu.isVisible()]
    assert [action.text() for menu in menus for action in menu.actions()] == ["Cue"]
    for menu in menus:
        menu.close()


def test_its_header_hides_and_locks(timeline: Timeline) -> None:
    for flag in ("hidden", "locked"):
        button = timeline.pane.findChild(QToolButton, f"ST1.{flag}")
        assert button is not None
        button.click()
    track = timeline.project.sequences[0].subtitle_tracks[0]
    assert (track.hidden, track.locked) == (True, True)
    timeline.drag(timeline.at("z"), 40)
    assert frames(timeline)[2] == ("z", 120, 150)


def test_blocks_are_painted_where_cues_are_narrow_and_where_they_are_wide(make_timeline: Maker) -> None:
    timeline = make_timeline(spoken(*(cue(f"c{number}", 10 * number, 10 * number + 6) for number in range(200))))
    y, block = timeline.at("c1").y() + 8, timeline.appearance.theme.clip_title
    assert timeline.colour_at(QPoint(timeline.view.x_of(12), y)) == block
    assert timeline.colour_at(QPoint(timeline.view.x_of(18), y)) == timeline.appearance.theme.track
    timeline.set_pixels(0.5)
    assert timeline.colour_at(QPoint(timeline.view.x_of(14), y)) == block
    assert timeline.colour_at(QPoint(timeline.view.x_of(19), y)) == timeline.appearance.theme.track
    timeline.state.select_cues({"c1"})
    assert timeline.colour_at(QPoint(timeline.view.x_of(14), y)) == timeline.appearance.theme.clip_selected


def test_an_edit_of_one_cue_paints_only_its_part_of_the_row(timeline: Timeline) -> None:
    box = timeline.view.clip_rect("z")

    def retold(before: Project) -> Project:
        track = before.sequences[0].subtitle_tracks[0]
        cues = (*track.cues[:2], replace(track.cues[2], text="Else"))
        return replace(
            before,
            sequences=(replace(before.sequences[0], subtitle_tracks=(replace(track, cues=cues),)),),
        )

    region = painted(timeline, lambda: timeline.session.apply("Edit", retold))
    assert not region.isEmpty()
    assert QRegion(QRect(box.left() - 2, box.top(), box.width() + 5, box.height() + 1)).contains(region.boundingRect())


def test_cues_that_overlap_are_all_found() -> None:
    cues = (
        SubtitleCue("long", 0, 100 * SECOND, ""),
        SubtitleCue("b", 10 * SECOND, 11 * SECOND, ""),
        SubtitleCue("c", 20 * SECOND, 21 * SECOND, ""),
    )
    index = CueIndex(SubtitleTrack("st", "ST1", cues))
    assert index.shown_at(50 * SECOND) == [0]
    assert index.shown_at(20 * SECOND) == [0, 2]
    assert index.shown_at(21 * SECOND) == [0]
    assert index.shown_at(100 * SECOND) == []
    assert index.reach == 100 * SECOND
