"""Clips are moved and trimmed with the mouse: one step each, exact to the frame, refused where impossible."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from app.ui.view_state import ZOOM_MAX
from tests.helpers.document import clip, gap, project, track
from tests.ui.panes.timeline.conftest import Maker, scenes
from tests.ui.panes.timeline.harness import ALT, SHIFT, Timeline

PIXELS = 4


def test_a_move_takes_linked_parts_along_as_one_step(timeline: Timeline) -> None:
    timeline.state.set_snapping(False)
    timeline.drag(timeline.at("c"), 5 * PIXELS)
    assert timeline.rows("V1", "A1") == [
        "a:20+40 b:100+30 -25 c:150+20",
        "s:20+40 u:100+30 -25 w:150+20",
    ]
    assert timeline.session.undo_label == "Move clips"
    timeline.session.undo()
    assert timeline.project == scenes()
    assert timeline.session.undo_depth == 0


def test_alt_moves_one_part_alone(timeline: Timeline) -> None:
    timeline.state.set_snapping(False)
    timeline.drag(timeline.at("c"), 5 * PIXELS, keys=ALT)
    assert timeline.rows("V1", "A1") == ["a:20+40 b:100+30 -25 c:150+20", "s:20+40 u:100+30 -20 w:150+20"]


def test_a_drag_shows_what_it_would_do_and_changes_nothing_before_release(timeline: Timeline) -> None:
    timeline.hold(timeline.at("c"), 12 * PIXELS)
    assert timeline.previewed("c") == ("V1", 102, 122)
    assert timeline.previewed("w") == ("A1", 102, 122)
    assert timeline.project == scenes()
    assert timeline.session.undo_depth == 0
    hint = timeline.picture().hint
    assert hint is not None
    assert hint.text == "00:00:04:06   +00:00:00:12"


def test_esc_takes_a_drag_back(timeline: Timeline) -> None:
    start = timeline.at("c")
    timeline.hold(start, 12 * PIXELS)
    timeline.key(Qt.Key.Key_Escape)
    assert timeline.previewed("c") == ("V1", 90, 110)
    timeline.release(start + QPoint(48, 0))
    assert timeline.project == scenes()
    assert timeline.session.undo_depth == 0
    assert timeline.picture().hint is None
    assert timeline.picture().snap is None


def test_a_press_that_hardly_moves_is_no_drag(timeline: Timeline) -> None:
    timeline.drag(timeline.at("c"), 2)
    assert timeline.project == scenes()


def test_a_move_to_where_it_was_is_no_step(timeline: Timeline) -> None:
    start = timeline.at("c")
    timeline.hold(start, 40)
    timeline.move(start)
    timeline.release(start)
    assert timeline.session.undo_depth == 0


def test_a_move_over_clips_replaces_them(timeline: Timeline) -> None:
    timeline.state.set_snapping(False)
    timeline.drag(timeline.at("t"), -5 * PIXELS, 64)
    assert timeline.rows("V2", "V1") == ["", "a:20+25 t:0+20 b:105+25 -20 c:150+20"]


def test_clips_stop_at_the_beginning(timeline: Timeline) -> None:
    timeline.drag(timeline.at("c"), -1000)
    assert timeline.rows("V1")[0].startswith("c:150+20 a:40+20")


def test_a_move_to_another_track(timeline: Timeline) -> None:
    timeline.state.set_snapping(False)
    timeline.drag(timeline.at("c"), 0, -64)
    assert timeline.rows("V2", "V1", "A1") == [
        "-30 t:0+20 -40 c:150+20",
        "a:20+40 b:100+30",
        "s:20+40 u:100+30 -20 w:150+20",
    ]


def test_a_picture_laid_over_others_takes_its_sound_where_it_is_free(timeline: Timeline) -> None:
    timeline.state.set_snapping(False)
    start = timeline.at("c")
    timeline.hold(start, -60 * PIXELS, -64)
    assert timeline.previewed("c") == ("V2", 30, 50)
    assert timeline.previewed("w") == ("A3", 30, 50)
    assert timeline.previewed("m")[0] == "A2"
    timeline.release(start + QPoint(-60 * PIXELS, -64))
    assert timeline.rows("V2", "A1", "A2", "A3") == ["-30 c:150+20", "s:20+40 u:100+30", "m:0+80", "-30 w:150+20"]
    timeline.session.undo()
    assert timeline.project == scenes()


def test_a_move_beyond_the_last_track_makes_one(timeline: Timeline) -> None:
    timeline.state.set_snapping(False)
    timeline.drag(timeline.at("t"), 10 * PIXELS, -70)
    assert [each.name for each in timeline.project.sequences[0].video_tracks] == ["V1", "V2", "V3"]
    assert timeline.rows("V3", "V2") == ["-40 t:0+20", ""]
    timeline.session.undo()
    assert timeline.project == scenes()


def test_picture_does_not_go_below_the_divider(timeline: Timeline) -> None:
    timeline.state.set_snapping(False)
    timeline.drag(timeline.at("t"), 20 * PIXELS, 180)
    assert timeline.rows("V1") == ["a:20+40 b:100+10 t:0+20 -20 c:150+20"]


def test_many_clips_move_together(timeline: Timeline) -> None:
    timeline.state.set_snapping(False)
    timeline.state.select({"b", "u", "t", "m"})
    timeline.drag(timeline.at("b"), 3 * PIXELS)
    assert timeline.rows("V2", "V1", "A1", "A2") == [
        "-33 t:0+20",
        "a:20+40 -3 b:100+30 -17 c:150+20",
        "s:20+40 -3 u:100+30 -17 w:150+20",
        "-3 m:0+80",
    ]
    assert timeline.session.undo_depth == 1


def test_only_the_kind_that_is_held_changes_tracks(timeline: Timeline) -> None:
    timeline.state.set_snapping(False)
    timeline.state.select({"c", "w", "m"})
    timeline.drag(timeline.at("c"), 10 * PIXELS, -64)
    assert timeline.rows("V2", "A1", "A2") == [
        "-30 t:0+20 -50 c:150+20",
        "s:20+40 u:100+30 -30 w:150+20",
        "-10 m:0+80",
    ]


def test_shift_keeps_to_the_track_or_to_the_time(timeline: Timeline) -> None:
    timeline.state.set_snapping(False)
    timeline.state.select({"t"})
    timeline.drag(timeline.at("t"), 10 * PIXELS, 38, SHIFT)
    assert timeline.rows("V2") == ["-40 t:0+20"]
    timeline.session.undo()
    timeline.drag(timeline.at("t"), 5 * PIXELS, 64, SHIFT)
    assert timeline.rows("V2", "V1") == ["", "a:20+30 t:0+20 b:110+20 -20 c:150+20"]


def test_a_locked_target_refuses_and_says_why(make_timeline: Maker) -> None:
    document = project(track("V1", clip("a", 20)), track("V2", locked=True), track("A1"))
    timeline = make_timeline(document)
    start = timeline.at("a")
    timeline.hold(start, 20, -64)
    picture = timeline.view.picture
    assert picture.refused == {"a"}
    assert timeline.port.cursor().shape() == Qt.CursorShape.ForbiddenCursor
    assert timeline.previewed("a") == ("V1", 0, 20)
    assert picture.hint is not None
    assert (picture.hint.text, picture.hint.tone) == ("track V2: it is locked", "error")
    timeline.release(start + QPoint(20, -64))
    assert timeline.project == document
    assert timeline.session.undo_depth == 0
    assert timeline.picture().refused == set()
    assert timeline.picture().hint is None
    assert timeline.port.cursor().shape() == Qt.CursorShape.ArrowCursor


def test_a_refused_drag_that_comes_back_is_allowed(make_timeline: Maker) -> None:
    timeline = make_timeline(project(track("V1", clip("a", 20)), track("V2", locked=True), track("A1")))
    timeline.state.set_snapping(False)
    start = timeline.at("a")
    timeline.hold(start, 20, -64)
    timeline.move(start + QPoint(40, 0))
    assert timeline.port.cursor().shape() == Qt.CursorShape.ArrowCursor
    timeline.release(start + QPoint(40, 0))
    assert timeline.rows("V1") == ["-10 a:0+20"]


# Trimming ------------------------------------------------------------------------------------------


def test_an_edge_is_trimmed_and_linked_parts_follow(timeline: Timeline) -> None:
    timeline.state.set_snapping(False)
    timeline.drag(timeline.at("c", "start"), 5 * PIXELS)
    assert timeline.rows("V1", "A1") == [
        "a:20+40 b:100+30 -25 c:155+15",
        "s:20+40 u:100+30 -25 w:155+15",
    ]
    assert timeline.session.undo_label == "Trim clip"
    timeline.drag(timeline.at("c", "end"), -3 * PIXELS, keys=ALT)
    assert timeline.rows("V1", "A1") == [
        "a:20+40 b:100+30 -25 c:155+12",
        "s:20+40 u:100+30 -25 w:155+15",
    ]
    assert timeline.session.undo_depth == 2


def test_an_edge_stops_at_the_end_of_its_media(timeline: Timeline) -> None:
    timeline.hold(timeline.at("c", "end"), 90 * PIXELS)
    assert timeline.previewed("c") == ("V1", 90, 180)
    timeline.release(timeline.at("c", "end"))
    timeline.drag(timeline.at("c", "end"), 200 * PIXELS)
    assert timeline.rows("V1") == ["a:20+40 b:100+30 -20 c:150+90"]


def test_an_edge_stops_at_the_neighbour_and_at_one_frame(timeline: Timeline) -> None:
    timeline.drag(timeline.at("b", "end"), 60 * PIXELS)
    assert timeline.rows("V1") == ["a:20+40 b:100+50 c:150+20"]
    timeline.drag(timeline.at("b", "end"), -200 * PIXELS)
    assert timeline.rows("V1") == ["a:20+40 b:100+1 -49 c:150+20"]


def test_an_edge_that_cannot_move_is_refused(timeline: Timeline) -> None:
    start = timeline.at("a", "end")
    timeline.hold(start, 10 * PIXELS)
    mark = timeline.picture().edge
    assert mark is not None
    assert (mark.clip_id, mark.edge, mark.refused) == ("a", "end", True)
    assert timeline.port.cursor().shape() == Qt.CursorShape.ForbiddenCursor
    timeline.release(start + QPoint(40, 0))
    assert timeline.project == scenes()


def test_the_pointer_says_what_it_would_take(timeline: Timeline) -> None:
    timeline.move(timeline.at("b", "start"))
    assert timeline.port.cursor().shape() == Qt.CursorShape.SizeHorCursor
    assert timeline.picture().edge is not None
    timeline.move(timeline.at("b"))
    assert timeline.port.cursor().shape() == Qt.CursorShape.ArrowCursor
    assert timeline.picture().edge is None


def test_narrow_clips_are_taken_whole(make_timeline: Maker) -> None:
    timeline = make_timeline(project(track("V1", clip("a", 20)), track("A1")), pixels=0.5)
    timeline.state.set_snapping(False)
    timeline.drag(timeline.at("a", "start"), 20)
    assert timeline.rows("V1") == ["-40 a:0+20"]


# Snapping ------------------------------------------------------------------------------------------

ZOOMS = [0.3, 0.9, 1.0, 1.7, 4.0, 13.37, 100.0, ZOOM_MAX / 24]


def neighbours(make_timeline: Maker, pixels: float) -> tuple[Timeline, QPoint, int]:
    """Clip a, a gap of some hundred pixels, clip c: the timeline, a point to hold c by, and the gap's width."""
    apart = max(1, round(300 / pixels))
    timeline = make_timeline(project(track("V1", clip("a", 100), gap(apart), clip("c", 200)), track("A1")), pixels)
    timeline.pane.resize(1400, 400)
    timeline.view.horizontalScrollBar().setValue(timeline.view.x_of(100) - 100)
    width = timeline.view.x_of(100 + apart) - timeline.view.x_of(100)
    return timeline, QPoint(timeline.view.x_of(100 + apart) + 15, timeline.at("c").y()), width


@pytest.mark.parametrize("pixels", ZOOMS)
@pytest.mark.parametrize("off", [-8, -3, 0, 5, 8])
def test_snapped_in_points_equal_the_neighbours_out_point(make_timeline: Maker, pixels: float, off: int) -> None:
    timeline, start, width = neighbours(make_timeline, pixels)
    timeline.press(start)
    timeline.move(start + QPoint(off - width, 0))
    assert timeline.picture().snap == 100
    timeline.release(start + QPoint(off - width, 0))
    assert timeline.rows("V1") == ["a:0+100 c:0+200"]
    right = timeline.view.clip_rect("a").right()
    assert timeline.view.clip_rect("c").left() == right + 1


@pytest.mark.parametrize("pixels", [0.3, 4.0, 13.37, 100.0])
def test_nothing_sticks_beyond_reach_or_while_snapping_is_off(make_timeline: Maker, pixels: float) -> None:
    timeline, start, width = neighbours(make_timeline, pixels)
    timeline.press(start)
    timeline.move(start + QPoint(9 - width, 0))
    assert timeline.picture().snap is None
    timeline.move(start + QPoint(8 - width, 0))
    assert timeline.picture().snap == 100
    timeline.state.set_snapping(False)
    timeline.move(start + QPoint(7 - width, 0))
    assert timeline.picture().snap is None
    timeline.key(Qt.Key.Key_Escape)


def test_clips_stick_to_the_playhead_and_to_the_start(timeline: Timeline) -> None:
    timeline.state.set_playhead(77)
    timeline.drag(timeline.at("t"), (77 - 30) * PIXELS + 6)
    assert timeline.rows("V2") == ["-77 t:0+20"]
    timeline.drag(timeline.at("t"), -77 * PIXELS + 5)
    assert timeline.rows("V2") == ["t:0+20"]


def test_the_end_of_what_moves_sticks_as_well(timeline: Timeline) -> None:
    timeline.drag(timeline.at("t"), (90 - 50) * PIXELS - 6)
    assert timeline.rows("V2") == ["-70 t:0+20"]


def test_edges_stick_while_trimming(timeline: Timeline) -> None:
    timeline.drag(timeline.at("t", "end"), -10 * PIXELS + 5)
    assert timeline.rows("V2") == ["-30 t:0+10"]
    timeline.state.set_playhead(36)
    timeline.drag(timeline.at("t", "start"), 6 * PIXELS - 7)
    assert timeline.rows("V2") == ["-36 t:6+4"]


def test_nothing_sticks_to_itself(timeline: Timeline) -> None:
    timeline.state.set_playhead(500)
    start = timeline.at("t")
    timeline.press(start)
    timeline.move(start + QPoint(3 * PIXELS, 0))
    assert timeline.picture().snap is None
    assert timeline.previewed("t") == ("V2", 33, 53)


# Razor ---------------------------------------------------------------------------------------------


def test_the_razor_cuts_under_the_pointer(timeline: Timeline) -> None:
    timeline.state.set_tool("razor")
    timeline.click(QPoint(timeline.view.x_of(55) + 2, timeline.at("b").y()))
    assert timeline.rows("V1", "A1") == [
        "a:20+40 b:100+15 b:115+15 -20 c:150+20",
        "s:20+40 u:100+15 u:115+15 -20 w:150+20",
    ]
    assert timeline.session.undo_label == "Split clip"
    timeline.click(QPoint(timeline.view.x_of(60) + 2, timeline.at("u").y()), ALT)
    assert timeline.session.undo_depth == 2


def test_the_razor_sticks_to_the_playhead_and_shows_where(timeline: Timeline) -> None:
    timeline.state.set_tool("razor")
    timeline.state.set_playhead(50)
    at = QPoint(timeline.view.x_of(51) + 1, timeline.at("b").y())
    timeline.move(at)
    assert timeline.picture().snap == 50
    assert timeline.port.cursor().shape() == Qt.CursorShape.SplitHCursor
    timeline.click(at)
    assert timeline.rows("V1") == ["a:20+40 b:100+10 b:110+20 -20 c:150+20"]


def test_the_razor_says_what_it_cannot_cut(make_timeline: Maker) -> None:
    timeline = make_timeline(project(track("V1", gap(10), clip("a", 20), locked=True), track("A1")))
    timeline.state.set_tool("razor")
    timeline.click(timeline.at("a"))
    assert [error.why for error in timeline.refusals] == ["it is locked"]
    timeline.click(QPoint(timeline.view.x_of(2), timeline.at("a").y()))
    assert len(timeline.refusals) == 1
    assert timeline.session.undo_depth == 0


# Others change things during a drag ----------------------------------------------------------------


def test_the_document_may_change_during_a_drag(timeline: Timeline) -> None:
    timeline.state.set_snapping(False)
    start = timeline.at("c")
    timeline.hold(start, 10 * PIXELS)
    timeline.session.apply(
        "Rename", lambda project: project.__class__("project", "Other", project.assets, project.sequences)
    )
    assert timeline.previewed("c") == ("V1", 100, 120)
    timeline.release(start + QPoint(10 * PIXELS, 0))
    assert timeline.rows("V1") == ["a:20+40 b:100+30 -30 c:150+20"]
    assert timeline.project.name == "Other"


def test_a_drag_whose_clip_is_gone_at_release_ends_without_a_word(timeline: Timeline) -> None:
    start = timeline.at("c")
    timeline.state.set_snapping(False)
    timeline.session.apply("Remove", lambda _: project(track("V1", clip("c", 20)), track("A1")))
    start = timeline.at("c")
    timeline.hold(start, 10 * PIXELS)
    timeline.session.undo()
    timeline.session.apply("Remove", lambda _: project(track("V1", clip("a", 20)), track("A1")))
    timeline.release(start + QPoint(40, 0))
    assert timeline.refusals == []
    assert timeline.rows("V1") == ["a:0+20"]


def test_a_new_track_appears_without_moving_the_others(make_timeline: Maker) -> None:
    timeline = make_timeline(project(track("V1", clip("a", 20)), track("A1", clip("s", 20))))
    before = timeline.view.clip_rect("s")
    start = timeline.at("a")
    timeline.hold(start, 0, -70)
    assert timeline.previewed("a")[0] == "V2"
    assert timeline.view.clip_rect("s") == before
    timeline.key(Qt.Key.Key_Escape)
    assert timeline.view.clip_rect("s") == before


def test_a_new_track_stays_while_lanes_move_to_make_room_for_it(make_timeline: Maker) -> None:
    rows = [track(f"V{n}", gap(n), clip(f"v{n}", 20)) for n in range(1, 5)]
    timeline = make_timeline(project(*rows, track("A1")))
    timeline.view.verticalScrollBar().setValue(0)
    start = timeline.at("v4")
    timeline.hold(start, 0, -40)
    assert timeline.previewed("v4")[0] == "V5"
    timeline.move(start + QPoint(1, -40))
    assert timeline.previewed("v4")[0] == "V5"
    timeline.release(start + QPoint(1, -40))
    assert timeline.rows("V5", "V4") == ["-4 v4:0+20", ""]


def test_a_drag_at_the_border_scrolls_on(make_timeline: Maker, qtbot: QtBot) -> None:
    timeline = make_timeline(pixels=20)
    timeline.state.set_snapping(False)
    start = timeline.at("a")
    at = QPoint(timeline.port.width() - 3, start.y())
    timeline.press(start)
    timeline.move(at)
    held = timeline.previewed("a")[1]
    qtbot.waitUntil(lambda: timeline.picture().left > 100)
    assert timeline.previewed("a")[1] > held
    assert timeline.view.clip_rect("a").center().x() == pytest.approx(at.x(), abs=20)
    timeline.key(Qt.Key.Key_Escape)
    left = timeline.picture().left
    qtbot.wait(80)
    assert timeline.picture().left == left
