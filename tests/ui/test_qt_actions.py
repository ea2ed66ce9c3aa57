"""Menus and keys come from one table, run the actions of the registry, and keep out of text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QListWidget, QMenu, QPushButton, QWidget

from app.core.base.errors import UserError
from app.core.edit.assets import add_assets
from app.core.model.clip import Clip
from app.core.session.actions_all import standard_actions
from app.ui.dialogs.error import ErrorDialog
from app.ui.editor import Editor
from app.ui.keymap import load_keymap, read_keymap
from app.ui.menus import EXCLUSIVE, ICONS, MENUS, WHILE_TYPING, Menu
from app.ui.qt_actions import tooltip
from tests.ui.fakes import FakeEngine, film

EVERY_KEY = [(keys, name) for name, listed in load_keymap().keys.items() for keys in listed]


def menu_names(menus: tuple[Menu, ...] = MENUS) -> list[str]:
    """All action names of the menu table."""
    found: list[str] = []
    for menu in menus:
        for entry in menu.entries:
            found += menu_names((entry,)) if isinstance(entry, Menu) else [entry] if entry else []
    return found


def clips(editor: Editor) -> list[Clip]:
    """Everything on V1."""
    track = editor.workspace().session.project.sequences[0].video_tracks[0]
    return [item for item in track.items if isinstance(item, Clip)]


@pytest.fixture
def cutting(editor: Editor, engine: FakeEngine) -> Editor:
    """One film of 250 frames on the timeline, and no undo step the test does not know."""
    editor.workspace().session.apply("Import", lambda project: add_assets(project, [film(Path("/films/night.mp4"))]))
    engine.chosen = {"asset": "id-night.mp4"}
    editor.qt_actions.trigger("timeline.append")
    return editor


def press(editor: Editor, keys: str) -> None:
    """Type a key combination into the window."""
    type_into(editor.window, keys)


def type_into(widget: QWidget, keys: str) -> None:
    """Type a key combination into ``widget``."""
    combination = QKeySequence.fromString(keys)[0]  # type: ignore[index]
    QTest.keyClick(widget, combination.key(), combination.keyboardModifiers())


# The table -----------------------------------------------------------------------------------------


def test_every_table_speaks_of_the_same_actions(editor: Editor) -> None:
    known = set(editor.qt_actions.names())
    assert set(menu_names()) == known
    assert set(ICONS) <= known
    assert set(WHILE_TYPING) <= known
    assert set(load_keymap().keys) <= known
    assert {name for group in EXCLUSIVE for name in group} <= known


def test_every_action_of_the_registry_can_be_reached(editor: Editor) -> None:
    variants = {"timeline.trim", "timeline.addTrack"}  # as trimStart, trimEnd, addVideoTrack, addAudioTrack
    by_mouse = {"timeline.move"}
    by_name = {  # in scripts and on the command line
        "timeline.replace", "timeline.liftRange", "timeline.extract", "timeline.closeGap", "timeline.nudge",
        "timeline.rippleTrim", "timeline.roll", "timeline.slip", "timeline.slide", "edit.cut", "edit.copy",
        "edit.paste", "edit.pasteAttributes", "edit.duplicate", "timeline.link", "timeline.unlink", "timeline.group",
        "timeline.ungroup", "timeline.removeTrack", "timeline.moveTrack", "timeline.renameTrack",
        "timeline.switchTrack",
    }  # fmt: skip
    registry = {
        action.name for action in standard_actions() if action.name.split(".")[0] in ("timeline", "edit", "file")
    }
    assert registry - variants - by_mouse - by_name - set(editor.qt_actions.names()) == set()


def test_actions_are_named_as_themselves(editor: Editor) -> None:
    for name in editor.qt_actions.names():
        found = editor.window.findChild(QAction, name)
        assert found is editor.qt_actions.action(name)


def test_no_key_does_two_things() -> None:
    assert load_keymap().conflicts() == {}


def test_conflicts_are_found_however_they_are_written() -> None:
    keymap = read_keymap(json.dumps({"name": "x", "title": "X", "keys": {"a": ["Ctrl+K"], "b": ["S", "ctrl+k"]}}))
    assert keymap.conflicts() == {"Ctrl+K": ("a", "b")}


@pytest.mark.parametrize(
    "text",
    ["[]", '{"keys": []}', '{"keys": {"a": "S"}}', '{"keys": {"a": ["Nonsense"]}}', '{"keys": {"a": [""]}}', "{"],
)
def test_damaged_key_maps_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_keymap(text)


def test_menus_are_as_the_table_says(editor: Editor) -> None:
    bar = editor.window.menuBar()
    titles = [action.text().replace("&", "") for action in bar.actions()]
    assert titles == ["File", "Edit", "Timeline", "Markers", "Media", "View", "Playback", "Subtitles", "Help"]
    file_menu = bar.findChild(QMenu, "menu.File")
    assert file_menu is not None
    texts = [action.text() for action in file_menu.actions() if not action.isSeparator()]
    assert texts[:6] == ["New", "Open...", "Open Recent", "Save", "Save As...", "Versions..."]
    assert texts[6:10] == ["Import...", "Relink Media...", "Collect Project...", "Export..."]
    assert texts[10:] == ["Import Timeline...", "Export Timeline...", "Quit"]


def test_tooltips_show_the_key() -> None:
    assert tooltip("Split", QKeySequence("S")) == "Split  S"
    assert tooltip("Export...", QKeySequence("Ctrl+E")).startswith("Export  ")
    assert tooltip("About", QKeySequence()) == "About"


def test_buttons_carry_tooltip_and_icon(editor: Editor) -> None:
    split = editor.qt_actions.action("timeline.split")
    assert split.toolTip() == "Split  S"
    assert not split.icon().isNull()


# What they do --------------------------------------------------------------------------------------


def test_undo_says_what_it_takes_back(cutting: Editor) -> None:
    undo, redo = cutting.qt_actions.action("edit.undo"), cutting.qt_actions.action("edit.redo")
    assert (undo.text(), undo.isEnabled(), redo.isEnabled()) == ("Undo Append", True, False)
    undo.trigger()
    assert (undo.text(), redo.text(), clips(cutting)) == ("Undo Import", "Redo Append", [])
    redo.trigger()
    assert len(clips(cutting)) == 1
    assert redo.text() == "Redo"


def test_nothing_can_be_cut_where_nothing_is(editor: Editor) -> None:
    names = ("timeline.split", "timeline.lift", "timeline.append", "file.export", "edit.undo", "edit.selectAll")
    assert [name for name in names if editor.qt_actions.action(name).isEnabled()] == []
    assert editor.qt_actions.action("media.import").isEnabled()


def test_split_cuts_at_the_playhead_by_key(cutting: Editor) -> None:
    cutting.workspace().view.set_playhead(100)
    press(cutting, "S")
    assert [clip.duration * 25 // 705_600_000 for clip in clips(cutting)] == [100, 150]
    press(cutting, "Ctrl+Z")
    assert len(clips(cutting)) == 1


def test_split_prefers_selected_clips_below_the_playhead(cutting: Editor) -> None:
    press(cutting, "Shift+A")
    first, second = clips(cutting)
    cutting.workspace().view.set_playhead(300)
    cutting.workspace().view.select([first.id, second.id])
    press(cutting, "S")
    assert [clip.id for clip in clips(cutting)][:1] == [first.id]
    assert len(clips(cutting)) == 3


def test_delete_takes_the_selection_and_forgets_it(cutting: Editor) -> None:
    view = cutting.workspace().view
    press(cutting, "Shift+A")
    first, second = clips(cutting)
    view.select([first.id])
    press(cutting, "X")
    assert [clip.id for clip in clips(cutting)] == [second.id]
    assert view.selection == frozenset()
    assert not cutting.qt_actions.action("timeline.rippleDelete").isEnabled()


def test_select_all_and_none(cutting: Editor) -> None:
    press(cutting, "Ctrl+A")
    assert cutting.workspace().view.selection == {clip.id for clip in clips(cutting)}
    press(cutting, "Ctrl+Shift+A")
    assert cutting.workspace().view.selection == frozenset()


def test_trim_to_the_playhead(cutting: Editor) -> None:
    cutting.workspace().view.set_playhead(50)
    press(cutting, "]")
    [clip] = clips(cutting)
    assert clip.duration * 25 // 705_600_000 == 50


def test_tracks_are_added(cutting: Editor) -> None:
    cutting.qt_actions.trigger("timeline.addVideoTrack")
    cutting.qt_actions.trigger("timeline.addAudioTrack")
    sequence = cutting.workspace().session.project.sequences[0]
    assert [track.name for track in sequence.tracks] == ["V1", "V2", "A1", "A2"]


def test_what_cannot_be_done_is_told(cutting: Editor) -> None:
    cutting.workspace().view.set_playhead(9_999)
    press(cutting, "S")
    assert not cutting.window.findChildren(ErrorDialog)
    assert cutting.window.statusBar().currentMessage() == (
        "Timeline: there is no clip to split at that time. Choose a time inside a clip."
    )
    with pytest.raises(UserError):
        cutting.qt_actions.trigger("timeline.split")


def test_playhead_walks_over_frames_seconds_and_edits(cutting: Editor) -> None:
    view = cutting.workspace().view
    press(cutting, "Shift+A")
    went = []
    for keys in ("Right", "Shift+Right", "Left", "Down", "Down", "Down", "Up", "Home", "Left", "End", "Right"):
        press(cutting, keys)
        went.append(view.playhead)
    assert went == [1, 26, 25, 250, 500, 500, 250, 0, 0, 500, 500]


def test_marks_hold_the_shown_frame(cutting: Editor) -> None:
    view = cutting.workspace().view
    view.set_playhead(20)
    press(cutting, "O")
    view.set_playhead(10)
    press(cutting, "I")
    assert (view.mark_in, view.mark_out) == (10, 21)
    view.set_playhead(30)
    press(cutting, "I")
    assert (view.mark_in, view.mark_out) == (30, None)
    view.set_playhead(3)
    press(cutting, "Shift+I")
    assert view.playhead == 30
    press(cutting, "Alt+X")
    assert (view.mark_in, view.mark_out) == (None, None)


def test_keys_drive_the_transport(cutting: Editor, engine: FakeEngine) -> None:
    for keys in ("Space", "J", "K", "L"):
        press(cutting, keys)
    assert engine.transport.asked == ["toggle", "shuttle -1", "pause", "shuttle 1"]
    assert cutting.qt_actions.action("playback.toggle").text() == "Pause"


def test_single_frames_while_the_stop_key_is_held(cutting: Editor, engine: FakeEngine) -> None:
    view = cutting.workspace().view
    cutting.window.setFocus()
    for key, frame in ((Qt.Key.Key_L, 1), (Qt.Key.Key_L, 2), (Qt.Key.Key_J, 1)):
        QTest.keyPress(cutting.window, Qt.Key.Key_K)
        QTest.keyClick(cutting.window, key)
        QTest.keyRelease(cutting.window, Qt.Key.Key_K)
        assert view.playhead == frame
    QTest.keyClick(cutting.window, Qt.Key.Key_L)
    assert view.playhead == 1
    assert [each for each in engine.transport.asked if each != "pause"] == ["shuttle 1"]


def test_tools_and_switches(editor: Editor) -> None:
    view, action = editor.workspace().view, editor.qt_actions.action
    press(editor, "C")
    assert (view.tool, action("tool.razor").isChecked(), action("tool.select").isChecked()) == ("razor", True, False)
    press(editor, "C")
    assert (view.tool, action("tool.razor").isChecked()) == ("razor", True)
    press(editor, "V")
    press(editor, "Shift+N")
    assert (view.tool, view.snapping, action("timeline.snapping").isChecked()) == ("select", False, False)
    view.set_snapping(True)
    assert action("timeline.snapping").isChecked()


def test_zoom(editor: Editor, engine: FakeEngine) -> None:
    view = editor.workspace().view
    before = view.zoom
    press(editor, "=")
    assert view.zoom > before
    press(editor, "-")
    assert view.zoom == pytest.approx(before)
    press(editor, "\\")
    assert engine.fitted == ["Untitled"]


# Keys and the focus --------------------------------------------------------------------------------


def inside(editor: Editor, widget: QWidget) -> QWidget:
    """``widget`` in the window, with the focus."""
    widget.setParent(editor.window.browser)
    widget.show()
    widget.setFocus()
    assert widget.hasFocus()
    return widget


@pytest.mark.parametrize(("keys", "name"), [pair for pair in EVERY_KEY if pair[1] not in WHILE_TYPING])
def test_shortcuts_are_dead_while_text_is_edited(cutting: Editor, keys: str, name: str) -> None:
    line = inside(cutting, QLineEdit("some text"))
    ran: list[str] = []
    cutting.qt_actions.action(name).triggered.connect(lambda: ran.append(name))
    type_into(line, keys)
    assert ran == []
    assert len(clips(cutting)) == 1


def test_saving_works_while_text_is_edited(editor: Editor) -> None:
    line = inside(editor, QLineEdit())
    ran: list[str] = []
    editor.qt_actions.action("view.fullScreen").triggered.connect(lambda: ran.append("full"))
    QTest.keyClick(line, Qt.Key.Key_F11)
    assert ran == ["full"]


def test_letters_are_typed_and_read_only_text_takes_none(cutting: Editor) -> None:
    line = inside(cutting, QLineEdit())
    QTest.keyClicks(line, "jkl s")
    assert isinstance(line, QLineEdit)
    assert line.text() == "jkl s"


def test_arrows_walk_in_a_list_and_letters_do_not(cutting: Editor, engine: FakeEngine) -> None:
    chooser = QListWidget()
    chooser.addItems(["one", "two", "three"])
    inside(cutting, chooser)
    chooser.setCurrentRow(0)
    QTest.keyClick(chooser, Qt.Key.Key_Down)
    assert (chooser.currentRow(), cutting.workspace().view.playhead) == (1, 0)
    QTest.keyClick(chooser, Qt.Key.Key_Space)
    assert engine.transport.asked == ["toggle"]


def test_space_presses_the_focused_button(editor: Editor, engine: FakeEngine) -> None:
    pressed: list[bool] = []
    push = QPushButton("Go")
    push.clicked.connect(lambda: pressed.append(True))
    inside(editor, push)
    QTest.keyClick(push, Qt.Key.Key_Space)
    assert (pressed, engine.transport.asked) == ([True], [])
    QTest.keyClick(push, Qt.Key.Key_J)
    assert engine.transport.asked == ["shuttle -1"]


def mnemonics(editor: Editor) -> set[str]:
    """Alt and the underlined letter of each menu of the bar."""
    titles = [action.text() for action in editor.window.menuBar().actions()]
    return {QKeySequence.mnemonic(title).toString() for title in titles} - {""}


def test_no_key_is_the_one_that_opens_a_menu(editor: Editor) -> None:
    taken = mnemonics(editor)
    assert "Alt+F" in taken
    assert [name for keys, name in EVERY_KEY if QKeySequence.fromString(keys).toString() in taken] == []


def test_undoing_a_deletion_selects_what_came_back(cutting: Editor) -> None:
    view = cutting.workspace().view
    view.set_playhead(100)
    cutting.qt_actions.trigger("timeline.split")
    later = clips(cutting)[1].id
    view.select({later})
    cutting.qt_actions.trigger("timeline.rippleDelete")
    assert view.selection == frozenset()
    cutting.qt_actions.trigger("edit.undo")
    assert view.selection >= {later}
    cutting.qt_actions.trigger("edit.undo")
    assert later not in view.selection


def test_extracting_clears_the_marks_and_goes_to_where_they_began(cutting: Editor) -> None:
    view = cutting.workspace().view
    view.set_marks(50, 120)
    view.set_playhead(110)
    cutting.qt_actions.trigger("timeline.extract")
    assert cutting.workspace().context.timeline.frames == 180
    assert (view.mark_in, view.mark_out, view.playhead) == (None, None, 50)
