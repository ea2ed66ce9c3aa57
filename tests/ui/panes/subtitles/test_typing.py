"""Text and times typed in place: what is taken, what is refused, what one step of undo takes back."""

from __future__ import annotations

from fractions import Fraction

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication

from app.core.base.errors import UserError
from app.core.base.time import SECOND
from app.core.edit.subtitle import delete_cues, set_flags
from app.ui.panes.subtitles.editors import CueTextEdit, TimesEdit
from app.ui.panes.subtitles.model import SPEAKER, TIME
from app.ui.panes.subtitles.times import read
from app.ui.shortcuts import edits_text
from tests.ui.panes.subtitles.conftest import CONTROL, SHIFT, Rig, cue


def text_field(rig: Rig) -> CueTextEdit:
    """The field that is open."""
    field = rig.table.delegate.editor
    assert isinstance(field, CueTextEdit)
    return field


def times(rig: Rig) -> TimesEdit:
    """The two fields that are open."""
    field = rig.table.delegate.editor
    assert isinstance(field, TimesEdit)
    return field


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2])
def test_a_key_opens_the_text_and_enter_takes_it(rig: Rig, key: Qt.Key) -> None:
    rig.click(1)
    rig.key(key)
    assert edits_text(rig.focused())  # so that shortcuts are dead
    rig.type("There")
    rig.key(Qt.Key.Key_Return)
    assert rig.said()[1] == (2, 4, "There")
    assert not rig.table.editing
    assert rig.table.hasFocus()
    assert rig.session.undo_label == "Edit subtitle"
    rig.session.undo()
    assert rig.shown()[1] == "Here, by the sea."


def test_a_double_click_opens_the_text(rig: Rig) -> None:
    rig.double_click(2)
    rig.type("Wait.")
    rig.key(Qt.Key.Key_Return, CONTROL)
    assert rig.said()[2][2] == "Wait."


def test_shift_enter_breaks_the_line_and_escape_drops_what_was_typed(rig: Rig) -> None:
    depth = rig.session.undo_depth
    rig.double_click(0)
    rig.type("Where")
    rig.key(Qt.Key.Key_Return, SHIFT)
    rig.type("are you?")
    assert text_field(rig).toPlainText() == "Where\nare you?"
    rig.key(Qt.Key.Key_Escape)
    assert not rig.table.editing
    assert rig.said()[0][2] == "Where are you?"
    assert rig.session.undo_depth == depth


def test_what_was_typed_is_kept_when_the_focus_goes(rig: Rig) -> None:
    rig.double_click(0)
    rig.type("Who?")
    rig.pane.search.setFocus()
    assert rig.said()[0][2] == "Who?"
    assert not rig.table.editing


def test_tab_goes_on_to_the_next_text(rig: Rig) -> None:
    rig.double_click(0)
    rig.type("One")
    rig.key(Qt.Key.Key_Tab)
    assert text_field(rig).cue_id == rig.cues[1].id
    assert rig.view.playhead == 50
    rig.type("Two")
    rig.key(Qt.Key.Key_Backtab, SHIFT)
    assert [text for _, _, text in rig.said()] == ["One", "Two", "Then wait for me."]
    assert text_field(rig).cue_id == rig.cues[0].id


def test_splitting_at_the_cursor_takes_what_was_typed_as_one_step(rig: Rig) -> None:
    rig.double_click(2)
    rig.type("Then wait. For me.")
    cursor = text_field(rig).textCursor()
    cursor.setPosition(len("Then wait."))
    text_field(rig).setTextCursor(cursor)
    depth = rig.session.undo_depth
    rig.key(Qt.Key.Key_Return, CONTROL | SHIFT)
    assert [text for _, _, text in rig.said()[2:]] == ["Then wait.", "For me."]
    assert rig.cues[2].end == rig.cues[3].start
    assert text_field(rig).cue_id == rig.cues[3].id
    assert rig.session.undo_depth == depth + 1
    rig.key(Qt.Key.Key_Escape)
    rig.session.undo()
    assert rig.said()[2] == (5, 7, "Then wait for me.")


def test_a_split_that_leaves_one_part_empty_is_refused_beside_the_table(rig: Rig) -> None:
    rig.double_click(0)
    text_field(rig).moveCursor(QTextCursor.MoveOperation.End)
    rig.key(Qt.Key.Key_Return, CONTROL | SHIFT)
    assert len(rig.cues) == 3
    assert "no text" in rig.pane.notice.text()
    assert rig.pane.notice.isVisible()
    rig.key(Qt.Key.Key_Escape)
    rig.fill(cue(0, 1, "Else"))
    assert not rig.pane.notice.isVisible()


def test_times_are_typed_as_timecode_or_seconds(rig: Rig) -> None:
    rig.double_click(1, TIME)
    rig.type("00:00:02:05")
    rig.key(Qt.Key.Key_Tab)
    rig.type("4.5")
    rig.key(Qt.Key.Key_Return)
    assert rig.said()[1][:2] == (2.2, 4.5)
    assert rig.session.undo_label == "Time subtitle"
    assert rig.table.hasFocus()


def test_times_that_are_none_are_refused_and_stay_open(rig: Rig) -> None:
    rig.double_click(1, TIME)
    rig.type("soon")
    rig.key(Qt.Key.Key_Return)
    assert rig.table.editing
    assert times(rig).start.property("wrong")
    assert "'soon' is no time" in rig.pane.notice.text()
    times(rig).start.setText("9")
    rig.key(Qt.Key.Key_Return)
    assert "end before it begins" in rig.pane.notice.text()
    times(rig).start.setText("3")
    rig.key(Qt.Key.Key_Return)
    assert rig.said()[1][:2] == (3, 4)
    assert not rig.pane.notice.isVisible()


def test_looking_at_times_between_frames_does_not_move_them(rig: Rig) -> None:
    rig.fill(cue(1.013, 2.017, "Milliseconds"))
    before = rig.cues
    rig.double_click(0, TIME)
    rig.key(Qt.Key.Key_Return)
    assert rig.cues is before


def test_the_speaker_is_typed_where_its_column_is_shown(rig: Rig) -> None:
    rig.fill(cue(0, 2, "Where?", "Anna"))
    rig.pane.resize(600, 480)
    rig.table.edit_row(0, SPEAKER)
    rig.type("Berta")
    rig.key(Qt.Key.Key_Return)
    assert rig.cues[0].speaker == "Berta"


def test_a_locked_track_refuses_and_keeps_what_was_typed(rig: Rig) -> None:
    track = rig.session.project.sequences[0].subtitle_tracks[0].id
    rig.edit(lambda before: set_flags(before, "main", track, locked=True))
    rig.double_click(0)
    rig.type("Mine")
    rig.key(Qt.Key.Key_Return)
    assert text_field(rig).toPlainText() == "Mine"
    assert "locked" in rig.pane.notice.text()
    rig.key(Qt.Key.Key_Escape)


def test_a_cue_that_is_taken_away_while_one_types_closes_its_field(rig: Rig) -> None:
    rig.double_click(1)
    rig.type("Gone")
    second = rig.cues[1].id
    rig.edit(lambda before: delete_cues(before, "main", [second]))
    assert not rig.table.editing
    assert rig.shown() == ["Where are you?", "Then wait for me."]


def test_a_new_cue_and_its_text_are_one_step(rig: Rig) -> None:
    depth = rig.session.undo_depth
    rig.pane.add_cue(8 * SECOND, 9 * SECOND)
    rig.type("New")
    rig.key(Qt.Key.Key_Return)
    assert rig.said()[3] == (8, 9, "New")
    assert (rig.session.undo_depth, rig.session.undo_label) == (depth + 1, "Add subtitle")
    rig.pane.add_cue(10 * SECOND, 11 * SECOND)
    rig.type("Newer")
    rig.key(Qt.Key.Key_Return)
    assert rig.session.undo_depth == depth + 2


def test_a_new_cue_without_text_goes_away(rig: Rig) -> None:
    rig.pane.add_cue(8 * SECOND, 9 * SECOND)
    assert len(rig.cues) == 4
    rig.key(Qt.Key.Key_Escape)
    assert len(rig.cues) == 3


def test_a_new_cue_without_text_goes_away_when_something_else_is_done(rig: Rig) -> None:
    rig.pane.add_cue(8 * SECOND, 9 * SECOND)
    rig.pane.add_cue(10 * SECOND, 11 * SECOND)
    assert rig.said()[3:] == [(10, 11, "")]
    rig.click(0)
    QApplication.processEvents()
    assert len(rig.cues) == 3
    assert not rig.table.editing
    rig.pane.add_cue(8 * SECOND, 9 * SECOND)
    rig.type("Kept")
    rig.pane.add_cue(10 * SECOND, 11 * SECOND)
    rig.key(Qt.Key.Key_Escape)
    assert rig.said()[3:] == [(8, 9, "Kept")]


def test_the_first_cue_of_all_brings_the_table(empty: Rig) -> None:
    empty.pane.add_cue(0, SECOND)
    empty.type("First")
    empty.key(Qt.Key.Key_Return)
    assert empty.shown() == ["First"]
    assert empty.table.isVisible()


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("5", 5), ("5,5", Fraction(11, 2)), ("00:01:00:05", Fraction(301, 5)), (" 1.25 ", Fraction(5, 4))],
)
def test_written_times_are_read(text: str, seconds: Fraction) -> None:
    assert read(text, Fraction(25), 0) == seconds * SECOND


@pytest.mark.parametrize("text", ["", "-1", "1:2", "00:00:00:30", "1e9", "99999999999999999999"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="time"):
        read(text, Fraction(25), 0)
