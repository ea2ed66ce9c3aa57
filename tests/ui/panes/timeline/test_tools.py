"""Ripple, roll, slip and slide by the mouse; gaps, groups, and what is out of step."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt

from app.core.edit.linking import group
from app.core.edit.move import move_clips
from app.ui.view_state import ChosenGap, Tool
from tests.helpers.document import FRAME, clip, gap, project, track
from tests.ui.panes.timeline.conftest import Maker
from tests.ui.panes.timeline.harness import ALT, CONTROL, Timeline

BEFORE = ["a:20+40 b:100+30 -20 c:150+20", "s:20+40 u:100+30 -20 w:150+20"]


def there_and_back(timeline: Timeline, label: str, after: list[str]) -> None:
    """One step, taken back and done again."""
    assert (timeline.session.undo_depth, timeline.session.undo_label) == (1, label)
    assert timeline.rows("V1", "A1") == after
    timeline.session.undo()
    assert timeline.rows("V1", "A1") == BEFORE
    timeline.session.redo()
    assert timeline.rows("V1", "A1") == after


@pytest.fixture
def quiet(make_timeline: Maker) -> Timeline:
    """Three linked pairs, nothing above and below them; nothing sticks."""
    made = make_timeline(
        project(
            track("V1", clip("a", 40, 20, "1"), clip("b", 30, 100, "2"), gap(20), clip("c", 20, 150, "3")),
            track("A1", clip("s", 40, 20, "1"), clip("u", 30, 100, "2"), gap(20), clip("w", 20, 150, "3")),
        )
    )
    made.state.set_snapping(False)
    return made


def test_the_ripple_tool_takes_what_is_later_along(quiet: Timeline) -> None:
    quiet.state.set_tool("ripple")
    quiet.hold(quiet.at("a", "end"), -40)
    hint = quiet.picture().hint
    assert hint is not None
    assert hint.text.startswith("-10 frames")
    assert quiet.previewed("c") == ("V1", 80, 100)
    quiet.release(quiet.at("a", "end"))
    quiet.session.undo()
    quiet.view.show_document()
    quiet.drag(quiet.at("a", "end"), -40)
    there_and_back(quiet, "Ripple trim", ["a:20+30 b:100+30 -20 c:150+20", "s:20+30 u:100+30 -20 w:150+20"])


def test_the_ripple_tool_trims_the_start_where_the_clip_begins(quiet: Timeline) -> None:
    quiet.state.set_tool("ripple")
    quiet.drag(quiet.at("b", "start"), 40)
    there_and_back(quiet, "Ripple trim", ["a:20+40 b:110+20 -20 c:150+20", "s:20+40 u:110+20 -20 w:150+20"])


def test_the_ripple_tool_stops_at_the_end_of_the_media(quiet: Timeline) -> None:
    quiet.state.set_tool("ripple")
    quiet.drag(quiet.at("a", "start"), -400)
    assert quiet.rows("V1") == ["a:0+60 b:100+30 -20 c:150+20"]


def test_the_roll_tool_moves_the_cut(quiet: Timeline) -> None:
    quiet.state.set_tool("roll")
    quiet.drag(quiet.at("a", "end"), 20)
    there_and_back(quiet, "Roll", ["a:20+45 b:105+25 -20 c:150+20", "s:20+45 u:105+25 -20 w:150+20"])


def test_the_roll_tool_needs_a_neighbour(quiet: Timeline) -> None:
    quiet.state.set_tool("roll")
    quiet.hold(quiet.at("b", "end"), 20)
    hint = quiet.picture().hint
    assert hint is not None
    assert hint.tone == "error"
    assert "no clip touches it" in hint.text
    quiet.release(quiet.at("b", "end", 20))
    assert quiet.rows("V1", "A1") == BEFORE


def test_the_slip_tool_moves_the_media_under_the_clip(quiet: Timeline) -> None:
    quiet.state.set_tool("slip")
    quiet.drag(quiet.at("b"), 40)
    there_and_back(quiet, "Slip", ["a:20+40 b:90+30 -20 c:150+20", "s:20+40 u:90+30 -20 w:150+20"])


def test_the_slip_tool_stops_at_the_ends_of_the_media(quiet: Timeline) -> None:
    quiet.state.set_tool("slip")
    quiet.drag(quiet.at("a"), 400)
    assert quiet.rows("V1") == ["a:0+40 b:100+30 -20 c:150+20"]


def test_the_slide_tool_trims_the_neighbours(quiet: Timeline) -> None:
    quiet.state.set_tool("slide")
    quiet.drag(quiet.at("b"), 20)
    there_and_back(quiet, "Slide", ["a:20+45 b:100+30 -15 c:150+20", "s:20+45 u:100+30 -15 w:150+20"])


@pytest.mark.parametrize("tool", ["ripple", "roll", "slip", "slide"])
def test_esc_leaves_the_drag_and_then_the_tool(quiet: Timeline, tool: Tool) -> None:
    quiet.state.set_tool(tool)
    quiet.hold(quiet.at("a", "end", -1), -20)
    quiet.key(Qt.Key.Key_Escape)
    assert quiet.rows("V1", "A1") == BEFORE
    assert (quiet.session.undo_depth, quiet.picture().hint, quiet.state.tool) == (0, None, tool)
    quiet.key(Qt.Key.Key_Escape)
    assert quiet.state.tool == "select"


def test_each_tool_has_a_pointer_of_its_own(quiet: Timeline) -> None:
    quiet.state.set_tool("slip")
    quiet.move(quiet.at("a"))
    assert quiet.port.cursor().shape() == Qt.CursorShape.BitmapCursor
    quiet.move(QPoint(quiet.view.x_of(80), quiet.at("a").y()))
    assert quiet.port.cursor().shape() == Qt.CursorShape.ArrowCursor
    quiet.state.set_tool("roll")
    quiet.move(quiet.at("a"))
    assert quiet.port.cursor().shape() == Qt.CursorShape.ArrowCursor
    quiet.move(quiet.at("a", "end"))
    assert quiet.port.cursor().shape() == Qt.CursorShape.BitmapCursor


def test_ctrl_inserts_what_is_dragged(quiet: Timeline) -> None:
    quiet.drag(quiet.at("c"), -50 * 4, keys=CONTROL)
    assert quiet.rows("V1") != BEFORE[:1]
    assert quiet.state.selection == {"c", "w"}
    starts = [quiet.previewed(name)[1:] for name in ("a", "c")]
    assert starts == [(0, 40), (40, 60)]
    assert quiet.previewed("b")[1] >= 60
    quiet.session.undo()
    assert quiet.rows("V1", "A1") == BEFORE


def test_ctrl_click_drops_from_the_selection_only_when_it_was_no_drag(quiet: Timeline) -> None:
    quiet.state.select({"a", "s", "b", "u"})
    quiet.click(quiet.at("b"), CONTROL)
    assert quiet.state.selection == {"a", "s"}
    quiet.click(quiet.at("b"), CONTROL)
    assert quiet.state.selection == {"a", "s", "b", "u"}


def test_a_click_on_a_gap_selects_it(quiet: Timeline) -> None:
    quiet.state.select({"a"})
    quiet.click(QPoint(quiet.view.x_of(80), quiet.at("a").y()))
    video = quiet.project.sequences[0].video_tracks[0]
    assert quiet.state.gap == ChosenGap(video.id, 70, 90)
    assert quiet.state.selection == frozenset()
    box = quiet.picture().gap_rect(ChosenGap(video.id, 70, 90))
    assert box.left() == quiet.view.x_of(70)
    assert quiet.colour_at(QPoint(box.left() + 12, box.top() + 1)) == quiet.appearance.theme.clip_selected
    quiet.click(quiet.at("c"))
    assert quiet.picture().gap is None


def test_a_click_behind_the_last_clip_selects_no_gap(quiet: Timeline) -> None:
    quiet.click(QPoint(quiet.view.x_of(150), quiet.at("a").y()))
    assert quiet.state.gap is None


def test_a_group_is_selected_and_moved_together_and_alt_leaves_it(quiet: Timeline) -> None:
    sequence = quiet.project.sequences[0].id
    quiet.session.apply("Group", lambda document: group(document, sequence, {"a", "c"}))
    quiet.view.show_document()
    quiet.click(quiet.at("a"))
    assert quiet.state.selection == {"a", "s", "c", "w"}
    quiet.click(quiet.at("a"), ALT)
    assert quiet.state.selection == {"a"}
    quiet.click(quiet.at("c"))
    quiet.drag(quiet.at("c"), 40)
    assert quiet.rows("V1") == ["-10 a:20+40 b:110+20 -30 c:150+20"]


def test_a_badge_counts_the_frames_that_parts_are_out_of_step(quiet: Timeline) -> None:
    sequence, layout = quiet.project.sequences[0].id, quiet.picture().layout
    place = layout.find("w")
    assert place is not None
    assert layout.out_of_step(place) == 0
    quiet.session.apply("Move", lambda document: move_clips(document, sequence, {"w"}, 7 * FRAME, linked=False))
    quiet.view.show_document()
    layout = quiet.picture().layout
    late, there = layout.find("w"), layout.find("c")
    assert late is not None
    assert there is not None
    assert (layout.out_of_step(late), layout.out_of_step(there)) == (7, 0)
    box = quiet.view.clip_rect("w")
    row = [quiet.colour_at(QPoint(x, box.top() + 4)) for x in range(box.right() - 30, box.right() - 4)]
    assert quiet.appearance.theme.error in row


def test_a_group_has_a_badge(quiet: Timeline) -> None:
    strip = quiet.view.clip_rect("a")
    corner = strip.adjusted(strip.width() - 22, 2, -4, -strip.height() + 16)
    before = quiet.port.grab(corner).toImage()
    sequence = quiet.project.sequences[0]
    both = tuple(
        replace(row, items=tuple(replace(item, group_id="g") if item.id else item for item in row.items))
        for row in sequence.video_tracks
    )
    quiet.session.apply("Group", lambda document: replace(document, sequences=(replace(sequence, video_tracks=both),)))
    quiet.view.show_document()
    assert quiet.port.grab(corner).toImage() != before
