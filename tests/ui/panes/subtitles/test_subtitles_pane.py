"""What the pane lists, where a click goes, and how it follows the playhead."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QPushButton

from app.core.edit.subtitle import delete_cues, set_flags
from app.ui.panes.subtitles.model import NUMBER, SPEAKER, SPEED, TEXT, TIME
from tests.ui.panes.subtitles.conftest import CONTROL, SHIFT, USUAL, Rig, cue


def buttons(rig: Rig) -> list[str]:
    """The names of the buttons of the empty pane that are offered."""
    return [each.objectName() for each in rig.pane.empty.findChildren(QPushButton) if each.isVisibleTo(rig.pane.empty)]


def test_the_pane_has_its_names(rig: Rig) -> None:
    assert (rig.pane.objectName(), rig.pane.accessibleName()) == ("subtitlesPane", "subtitlesPane")
    assert (rig.table.objectName(), rig.table.accessibleName()) == ("subtitlesPane.items", "Subtitles")


def test_cues_are_listed_with_number_times_and_text(rig: Rig) -> None:
    assert rig.shown() == ["Where are you?", "Here, by the sea.", "Then wait for me."]
    assert rig.model.index(1, NUMBER).data() == "2"
    assert rig.model.index(1, TIME).data() == "00:00:02:00\n00:00:04:00"
    assert rig.model.index(1, SPEED).data() == "2.0 s\n8/s"
    spoken = Qt.ItemDataRole.AccessibleTextRole
    assert rig.model.index(1, TIME).data(spoken) == "from 00:00:02:00 to 00:00:04:00"


def test_without_cues_it_says_what_to_do_and_offers_only_what_works(empty: Rig) -> None:
    assert empty.pane.empty.isVisible()
    assert buttons(empty) == [
        "subtitlesPane.subtitles.fromSpeech",
        "subtitlesPane.subtitles.import",
        "subtitlesPane.subtitles.add",
    ]
    empty.actions["subtitles.fromSpeech"].setEnabled(False)
    assert buttons(empty) == ["subtitlesPane.subtitles.import", "subtitlesPane.subtitles.add"]
    assert "what is said" not in empty.pane.empty.text
    asked: list[str] = []
    empty.actions["subtitles.import"].triggered.connect(lambda: asked.append("import"))
    bring_in = empty.pane.empty.findChild(QPushButton, "subtitlesPane.subtitles.import")
    assert bring_in is not None
    bring_in.click()
    assert asked == ["import"]


def test_flaws_are_told_in_words(rig: Rig) -> None:
    rig.fill(cue(0, 3, "First"), cue(2, 2.5, "Much too long to be read in half a second"))
    assert rig.model.problems_of(rig.cues[0]) == ("overlap",)
    assert rig.model.tooltip(rig.cues[0]).startswith("Overlaps the next one")
    assert "Too fast to read" in rig.model.tooltip(rig.cues[1])
    assert rig.model.index(1, NUMBER).data(Qt.ItemDataRole.AccessibleTextRole) == "Subtitle 2, too fast to read"


def test_speakers_have_a_column_where_there_is_room(rig: Rig) -> None:
    assert rig.table.isColumnHidden(SPEAKER)
    rig.pane.resize(600, 480)
    QApplication.processEvents()
    assert rig.table.isColumnHidden(SPEAKER)
    assert not rig.table.isColumnHidden(SPEED)
    rig.fill(cue(0, 2, "Where?", "Anna"))
    assert not rig.table.isColumnHidden(SPEAKER)
    rig.pane.resize(260, 480)
    QApplication.processEvents()
    assert rig.table.isColumnHidden(SPEAKER)
    assert rig.table.isColumnHidden(SPEED)
    assert sum(map(rig.table.columnWidth, range(5))) <= rig.table.viewport().width()


def test_a_click_and_the_arrows_go_to_the_first_frame_of_a_cue(rig: Rig) -> None:
    rig.fill(*USUAL[:2], cue(5.01, 7, "Between two frames"))
    rig.click(1)
    assert rig.view.playhead == 50
    assert rig.view.cues == {rig.cues[1].id}
    rig.key(Qt.Key.Key_Down)
    assert rig.view.playhead == 126  # the first frame that begins within it
    assert rig.cues[2].id in rig.model.playing
    rig.key(Qt.Key.Key_Up)
    rig.key(Qt.Key.Key_Up)
    assert rig.view.playhead == 0
    assert rig.view.cues == {rig.cues[0].id}


def test_selected_rows_are_the_selected_subtitles_and_exclude_clips(rig: Rig) -> None:
    rig.view.select({"clip"})
    rig.click(0)
    rig.click(2, keys=CONTROL)
    assert rig.view.cues == {rig.cues[0].id, rig.cues[2].id}
    assert rig.view.selection == frozenset()
    rig.view.select({"clip"})
    assert rig.table.selected_rows() == []
    rig.view.select_cues({rig.cues[1].id})
    assert rig.table.selected_rows() == [1]
    assert rig.table.currentIndex().row() == 1


def test_ctrl_a_selects_the_rows_and_not_the_clips(rig: Rig) -> None:
    assert rig.overrides(Qt.Key.Key_A, CONTROL)
    assert not rig.overrides(Qt.Key.Key_Delete)
    rig.key(Qt.Key.Key_A, CONTROL)
    assert len(rig.view.cues) == 3


def test_an_edit_keeps_the_selection(rig: Rig) -> None:
    first, second, third = (each.id for each in rig.cues)
    rig.view.select_cues({second, third})
    rig.edit(lambda before: delete_cues(before, "main", [first]))
    assert rig.table.selected_rows() == [0, 1]
    assert rig.view.cues == {second, third}
    rig.session.undo()
    assert rig.table.selected_rows() == [1, 2]


def test_search_shows_what_matches_and_an_edited_row_stays(rig: Rig) -> None:
    rig.key(Qt.Key.Key_F, CONTROL)
    assert rig.pane.search.hasFocus()
    rig.type("WAIT me")
    assert rig.shown() == ["Then wait for me."]
    assert rig.model.index(0, NUMBER).data() == "3"
    rig.pane.table.edit_row(0)
    rig.type("Come")
    rig.key(Qt.Key.Key_Return)
    assert rig.shown() == ["Come"]
    rig.pane.search.setText("nowhere")
    assert rig.shown() == []
    assert not rig.table.isVisible()
    rig.pane.search.clear()
    assert len(rig.shown()) == 3


def test_the_cue_under_the_playhead_is_marked_and_brought_into_sight(rig: Rig) -> None:
    rig.fill(*(cue(2 * number, 2 * number + 1, f"Cue {number}") for number in range(200)))
    rig.view.set_playhead(50 * 150 + 5)
    assert rig.model.playing == {rig.cues[150].id}
    assert rig.table.viewport().rect().contains(rig.at(150))
    rig.view.set_playhead(50 * 150 + 30)
    assert rig.model.playing == frozenset()


def test_it_does_not_follow_while_one_types_or_looks_elsewhere(rig: Rig) -> None:
    rig.fill(*(cue(2 * number, 2 * number + 1, f"Cue {number}") for number in range(200)))
    port = rig.table.viewport()
    rig.table.edit_row(0)
    rig.view.set_playhead(50 * 150)
    assert not port.rect().contains(rig.at(150))
    rig.key(Qt.Key.Key_Escape)
    turn, at = QPoint(0, -120), QPointF(50, 50)
    no_buttons, no_phase = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
    wheel = QWheelEvent(at, at, QPoint(), turn, no_buttons, Qt.KeyboardModifier.NoModifier, no_phase, False)
    QApplication.sendEvent(port, wheel)
    rig.view.set_playhead(50 * 160)
    assert not port.rect().contains(rig.at(160))
    rig.table.rest()
    rig.pane.follow.click()
    rig.view.set_playhead(50 * 170)
    assert not port.rect().contains(rig.at(170))
    rig.pane.follow.click()
    assert port.rect().contains(rig.at(170))


def test_of_an_edit_only_the_rows_that_differ_are_told(rig: Rig) -> None:
    rig.fill(*(cue(2 * number, 2 * number + 1, f"Cue {number}") for number in range(50)))
    told: list[object] = []
    model = rig.model
    model.modelReset.connect(lambda: told.append("reset"))
    model.rowsInserted.connect(lambda _parent, first, last: told.append(("in", first, last)))
    model.rowsRemoved.connect(lambda _parent, first, last: told.append(("out", first, last)))
    model.dataChanged.connect(lambda first, last: told.append((first.row(), last.row())))
    rig.table.edit_row(20, TEXT)
    rig.type("Other")
    rig.key(Qt.Key.Key_Return)
    assert told == [(19, 20)]
    told.clear()
    third = rig.cues[3].id
    rig.edit(lambda before: delete_cues(before, "main", [third]))
    assert told == [("out", 3, 3)]
    told.clear()
    rig.session.undo()
    assert told == [("in", 3, 3)]
    assert rig.shown()[3] == "Cue 3"


def test_the_foot_says_how_many_and_whether_they_are_hidden(rig: Rig) -> None:
    track = rig.session.project.sequences[0].subtitle_tracks[0].id
    assert rig.pane._count.text() == "3 subtitles"
    rig.edit(lambda before: set_flags(before, "main", track, hidden=True, locked=True))
    assert rig.pane._count.text() == "3 subtitles, hidden, locked"


def test_the_menu_offers_actions_and_typing_for_the_selected(rig: Rig) -> None:
    assert rig.pane.make_menu().actions()[0].text() == "subtitles.add"
    rig.click(1)
    menu = rig.pane.make_menu()
    assert rig.actions["subtitles.merge"] in menu.actions()
    menu.actions()[0].trigger()
    assert rig.table.editing


def test_shift_and_arrows_select_without_going_there(rig: Rig) -> None:
    rig.click(0)
    rig.key(Qt.Key.Key_Down, SHIFT)
    assert len(rig.view.cues) == 2
    assert rig.view.playhead == 0
