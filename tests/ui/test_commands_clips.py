"""Keys that edit whole clips, ranges and markers, pressed in the window: done, taken back, done again."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.core.edit.tracks import set_flags
from app.core.session.session import Session
from app.ui.editor import Editor
from app.ui.view_state import ChosenGap
from tests.helpers.document import clip, gap, project, row, track

ALT, CONTROL, SHIFT = (
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
BEFORE = ["a:20+40 b:100+30 -20 c:150+20", "s:20+40 u:100+30 -20 w:150+20"]


@pytest.fixture
def cutting(editor: Editor) -> Editor:
    """Two linked pairs beside each other, a third after a gap."""
    document = project(
        track("V1", clip("a", 40, 20, "1"), clip("b", 30, 100, "2"), gap(20), clip("c", 20, 150, "3")),
        track("A1", clip("s", 40, 20, "1"), clip("u", 30, 100, "2"), gap(20), clip("w", 20, 150, "3")),
    )
    editor.show(Session(document, checked=True))
    editor.window.setFocus()
    return editor


def press(editor: Editor, key: Qt.Key, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    editor.qt_actions.refresh()
    QTest.keyClick(editor.window, key, keys)


def rows(editor: Editor) -> list[str]:
    return [row(editor.workspace().session.project, name) for name in ("V1", "A1")]


def there_and_back(editor: Editor, after: list[str]) -> None:
    """One step."""
    assert rows(editor) == after
    assert editor.workspace().session.undo_depth == 1
    press(editor, Qt.Key.Key_Z, CONTROL)
    assert rows(editor) == BEFORE
    press(editor, Qt.Key.Key_Y, CONTROL)
    assert rows(editor) == after


def test_q_takes_the_head_off_and_stays_on_the_frame(cutting: Editor) -> None:
    view = cutting.workspace().view
    view.set_playhead(50)
    press(cutting, Qt.Key.Key_Q)
    assert view.playhead == 40
    there_and_back(cutting, ["a:20+40 b:110+20 -20 c:150+20", "s:20+40 u:110+20 -20 w:150+20"])


def test_w_takes_the_tail_off(cutting: Editor) -> None:
    cutting.workspace().view.set_playhead(50)
    press(cutting, Qt.Key.Key_W)
    there_and_back(cutting, ["a:20+40 b:100+10 -20 c:150+20", "s:20+40 u:100+10 -20 w:150+20"])


def test_what_is_marked_is_lifted_or_taken_out(cutting: Editor) -> None:
    cutting.workspace().view.set_marks(50, 70)
    press(cutting, Qt.Key.Key_Semicolon)
    assert rows(cutting) == ["a:20+40 b:100+10 -40 c:150+20", "s:20+40 u:100+10 -40 w:150+20"]
    press(cutting, Qt.Key.Key_Z, CONTROL)
    press(cutting, Qt.Key.Key_Apostrophe)
    there_and_back(cutting, ["a:20+40 b:100+10 -20 c:150+20", "s:20+40 u:100+10 -20 w:150+20"])


def test_nothing_marked_is_nothing_to_take_out(cutting: Editor) -> None:
    press(cutting, Qt.Key.Key_Apostrophe)
    assert rows(cutting) == BEFORE


def test_delete_closes_the_selected_gap(cutting: Editor) -> None:
    view, sequence = cutting.workspace().view, cutting.workspace().session.project.sequences[0]
    view.select_gap(ChosenGap(sequence.video_tracks[0].id, 70, 90))
    press(cutting, Qt.Key.Key_Delete)
    assert view.gap is None
    there_and_back(cutting, ["a:20+40 b:100+30 c:150+20", "s:20+40 u:100+30 w:150+20"])


@pytest.mark.parametrize(("keys", "frames"), [(ALT, 1), (ALT | SHIFT, 10)])
def test_alt_and_arrows_nudge_as_one_step(cutting: Editor, keys: Qt.KeyboardModifier, frames: int) -> None:
    cutting.workspace().view.select({"c", "w"})
    for _ in range(3):
        press(cutting, Qt.Key.Key_Right, keys)
    space = 20 + 3 * frames
    there_and_back(cutting, [f"a:20+40 b:100+30 -{space} c:150+20", f"s:20+40 u:100+30 -{space} w:150+20"])


def test_copies_are_pasted_one_behind_the_other_and_selected(cutting: Editor) -> None:
    view = cutting.workspace().view
    view.select({"c", "w"})
    press(cutting, Qt.Key.Key_C, CONTROL)
    view.set_playhead(110)
    press(cutting, Qt.Key.Key_V, CONTROL)
    press(cutting, Qt.Key.Key_V, CONTROL)
    assert view.playhead == 150
    assert len(view.selection) == 2
    video = cutting.workspace().session.project.sequences[0].video_tracks[0]
    assert [item.duration * 24 // 705_600_000 for item in video.items] == [40, 30, 20, 20, 20, 20]
    press(cutting, Qt.Key.Key_Z, CONTROL)
    press(cutting, Qt.Key.Key_Z, CONTROL)
    assert rows(cutting) == BEFORE


def test_cut_takes_the_clips_along(cutting: Editor) -> None:
    cutting.workspace().view.select({"c", "w"})
    press(cutting, Qt.Key.Key_X, CONTROL)
    there_and_back(cutting, ["a:20+40 b:100+30", "s:20+40 u:100+30"])


def test_one_key_unlinks_and_links(cutting: Editor) -> None:
    view, link = cutting.workspace().view, cutting.qt_actions.action("timeline.link")
    view.select({"c", "w"})
    assert link.text() == "Unlink"
    press(cutting, Qt.Key.Key_L, CONTROL)
    assert link.text() == "Link"
    press(cutting, Qt.Key.Key_L, CONTROL)
    assert link.text() == "Unlink"
    assert cutting.workspace().session.undo_depth == 2


def test_clips_are_grouped_and_ungrouped(cutting: Editor) -> None:
    def groups() -> set[str | None]:
        sequence = cutting.workspace().session.project.sequences[0]
        return {item.group_id for each in sequence.tracks for item in each.items if item.id in ("a", "c")}

    cutting.workspace().view.select({"a", "c"})
    press(cutting, Qt.Key.Key_G, CONTROL)
    assert len(groups()) == 1
    assert None not in groups()
    press(cutting, Qt.Key.Key_G, CONTROL | SHIFT)
    assert groups() == {None}


def test_markers_are_pinned_and_found(cutting: Editor) -> None:
    view = cutting.workspace().view
    for frame in (10, 60):
        view.set_playhead(frame)
        press(cutting, Qt.Key.Key_M)
    view.set_playhead(30)
    press(cutting, Qt.Key.Key_M, SHIFT)
    assert view.playhead == 60
    press(cutting, Qt.Key.Key_M, CONTROL | SHIFT)
    assert view.playhead == 10
    cutting.qt_actions.trigger("marker.remove")
    markers = cutting.workspace().session.project.sequences[0].markers
    assert len(markers) == 1


def test_m_on_a_marker_makes_no_second_one(cutting: Editor) -> None:
    cutting.workspace().view.set_playhead(10)
    press(cutting, Qt.Key.Key_M)
    press(cutting, Qt.Key.Key_M)
    assert cutting.workspace().session.undo_depth == 1


@pytest.mark.parametrize(
    ("key", "tool"),
    [
        (Qt.Key.Key_C, "razor"),
        (Qt.Key.Key_B, "ripple"),
        (Qt.Key.Key_N, "roll"),
        (Qt.Key.Key_Y, "slip"),
        (Qt.Key.Key_U, "slide"),
    ],
)
def test_letters_choose_tools(cutting: Editor, key: Qt.Key, tool: str) -> None:
    press(cutting, key)
    assert cutting.workspace().view.tool == tool
    assert cutting.qt_actions.action(f"tool.{tool}").isChecked()
    press(cutting, Qt.Key.Key_V)
    assert cutting.workspace().view.tool == "select"


def test_shift_n_switches_snapping(cutting: Editor) -> None:
    press(cutting, Qt.Key.Key_N, SHIFT)
    assert not cutting.workspace().view.snapping


def enabled(editor: Editor, *names: str) -> set[str]:
    editor.qt_actions.refresh()
    return {name for name in names if editor.qt_actions.action(name).isEnabled()}


def test_clips_of_locked_tracks_can_be_copied_and_nothing_else(cutting: Editor) -> None:
    names = [f"edit.{each}" for each in ("cut", "copy", "duplicate")]
    names += [f"timeline.{each}" for each in ("lift", "rippleDelete", "link", "nudgeForward")] + ["clip.setSpeed"]
    cutting.workspace().view.select({"a", "s"})
    assert enabled(cutting, *names) == set(names)
    session = cutting.workspace().session
    session.apply("Lock", lambda document: set_flags(document, "main", "V1", locked=True))
    assert enabled(cutting, *names) == set(names)
    session.apply("Lock", lambda document: set_flags(document, "main", "A1", locked=True))
    assert enabled(cutting, *names) == {"edit.copy"}
    assert enabled(cutting, "edit.deselect")
    cutting.qt_actions.trigger("edit.copy")
    copies = cutting.workspace().context.clipboard.clips
    assert copies is not None
    assert [each.clip.id for each in copies.clips] == ["a", "s"]


def test_link_and_group_are_possible_where_they_do_something(cutting: Editor) -> None:
    view, names = cutting.workspace().view, ("timeline.link", "timeline.group", "timeline.ungroup")
    assert enabled(cutting, *names) == set()
    view.select({"a"})
    assert enabled(cutting, *names) == {"timeline.link"}  # it is linked: Unlink
    cutting.qt_actions.trigger("timeline.link")
    assert enabled(cutting, *names) == set()
    view.select({"a", "b"})
    assert enabled(cutting, *names) == {"timeline.link", "timeline.group"}
    cutting.qt_actions.trigger("timeline.group")
    assert enabled(cutting, *names) == {"timeline.link", "timeline.group", "timeline.ungroup"}
