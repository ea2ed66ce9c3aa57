"""The media pane: rows as they come, what is wrong, search and order, and putting media on the timeline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QPushButton
from pytestqt.qtbot import QtBot

from app.core.base.time import SECOND
from app.core.session.media_list import MediaStatus
from app.ui.drag import DraggedMedia, from_mime
from app.ui.panes.media.pane import ITEMS, MediaPane
from app.ui.theme import DARK, LIGHT, Theme
from app.ui.widgets.picture_grid import PictureGrid
from tests.ui.panes.media_rig import MediaRig

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def pane(qtbot: QtBot, rig: MediaRig) -> Iterator[MediaPane]:
    made = MediaPane(rig.session, rig.media, rig.bridge, rig.thumbnails, rig.appearance, rig.attempt)
    qtbot.addWidget(made)
    made.resize(340, 480)
    made.show()
    qtbot.waitExposed(made)
    yield made
    rig.appearance.set_theme(LIGHT)


def names(pane: MediaPane) -> list[str]:
    return [entry.name for entry in pane.model.entries]


def middle(view: QAbstractItemView, row: int) -> QPoint:
    rect = view.visualRect(view.model().index(row, 0))
    assert view.viewport().rect().contains(rect.center())
    return rect.center()


def double_click(qtbot: QtBot, view: QAbstractItemView, row: int) -> None:
    QTest.mouseClick(view.viewport(), LEFT, pos=middle(view, row))
    QTest.mouseDClick(view.viewport(), LEFT, pos=middle(view, row))


def test_an_empty_pane_says_what_to_do(qtbot: QtBot, pane: MediaPane) -> None:
    assert pane.empty.isVisible()
    assert pane.empty.text.startswith("No media yet")
    button = pane.findChild(QPushButton, "mediaPane.import")
    assert button is not None
    with qtbot.waitSignal(pane.import_asked):
        QTest.mouseClick(button, LEFT)


def test_files_show_at_once_and_say_how_far_they_are(qtbot: QtBot, pane: MediaPane, rig: MediaRig) -> None:
    rig.reader.go.clear()
    rig.start("film.mp4")
    qtbot.waitUntil(lambda: bool(pane.model.entries) and pane.model.entries[0].row.progress == 0.4)
    (entry,) = pane.model.entries
    assert entry.detail == "Finding scenes 40%"
    assert entry.busy
    assert pane.grid.isVisible()
    rig.reader.go.set()
    rig.settle()
    assert [entry.detail for entry in pane.model.entries] == ["3 scenes"]


def test_a_file_that_cannot_be_used_says_why_and_can_be_removed(pane: MediaPane, rig: MediaRig) -> None:
    rig.bring("good.mp4", "bad.mp4")
    good, bad = pane.model.entries
    assert (good.row.status, bad.row.status) == (MediaStatus.READY, MediaStatus.FAILED)
    assert bad.detail == "Failed: it is text, not a video; choose another"
    index = pane.model.index(1, 0)
    assert "it is text, not a video" in index.data(Qt.ItemDataRole.ToolTipRole)
    assert not pane.model.flags(index) & Qt.ItemFlag.ItemIsDragEnabled
    pane.grid.setCurrentIndex(index)
    assert pane.chosen() == {}
    titles = menu_titles(pane)
    assert "Try Again" in titles
    trigger(pane, "Remove from List")
    assert names(pane) == ["good.mp4"]


def test_what_was_found_out_about_a_file_is_told_in_sentences(pane: MediaPane, rig: MediaRig) -> None:
    cut = "it says that it lasts 30.0 s, but it holds 11.2 s"
    rig.reader.warnings = {"cut.mp4": ("its frame rate varies", cut)}
    rig.bring("cut.mp4", "whole.mp4")
    damaged, whole = (pane.model.index(row, 0) for row in (0, 1))
    for column in (0, 1):
        tip = damaged.siblingAtColumn(column).data(Qt.ItemDataRole.ToolTipRole)
        assert "<br>Its frame rate varies.<br>It says that it lasts 30.0 s, but it holds 11.2 s.<br>" in tip
    assert "varies" not in whole.data(Qt.ItemDataRole.ToolTipRole)
    assert damaged.data(Qt.ItemDataRole.AccessibleTextRole) == "cut.mp4, 3 scenes, damaged or cut off"
    assert whole.data(Qt.ItemDataRole.AccessibleTextRole) == "whole.mp4, 3 scenes"


@pytest.mark.parametrize(
    ("warning", "marked"),
    [
        ("its end is missing", True),
        ("sound stream 1 is left out: it cannot be decoded", True),
        ("its picture is left out: it is damaged", True),
        ("sound stream 1 is left out: it is empty or has no decoder", False),
        ("its clock starts anew inside, where recordings were joined", False),
        ("its frame rate varies", False),
    ],
)
@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_a_sign_marks_files_that_are_damaged_and_only_those(
    pane: MediaPane, rig: MediaRig, warning: str, marked: bool, theme: Theme
) -> None:
    rig.appearance.set_theme(theme)
    rig.reader.warnings = {"film.mp4": (warning,)}
    rig.bring("film.mp4")
    (entry,) = pane.model.entries
    assert (entry.damaged, entry.icon) == (marked, "warning" if marked else "film")
    rect = pane.grid.visualRect(pane.model.index(0, 0))
    image = pane.grid.viewport().grab(rect).toImage()
    corner = {image.pixelColor(rect.width() - 14 + x, 14 + y).name() for x in range(-9, 6) for y in range(-9, 9)}
    assert (theme.raised in corner) is marked


def test_a_card_shows_what_the_film_is_known_by_before_and_after_it_was_read(
    qtbot: QtBot, pane: MediaPane, rig: MediaRig
) -> None:
    rig.reader.go.clear()
    rig.start("film10.mp4")
    qtbot.waitUntil(lambda: bool(pane.model.entries) and pane.model.entries[0].asset is not None)
    assert pane.model.entries[0].pictures() == (None,)
    rig.reader.go.set()
    rig.settle()
    assert pane.model.entries[0].pictures() == (None,)
    assert pane.model.entries[0].pictures(0.5) == (4 * SECOND, None)


def test_a_tooltip_is_no_html(pane: MediaPane, rig: MediaRig) -> None:
    rig.bring("<b>10.mp4")
    tip = pane.model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "&lt;b&gt;10" in tip


def test_media_that_went_are_offline_and_come_back(pane: MediaPane, rig: MediaRig) -> None:
    rig.bring("film.mp4")
    (rig.folder / "film.mp4").unlink()
    rig.media.check_files()
    rig.bridge.flush()
    assert pane.model.entries[0].detail == "Offline: the file is gone"
    assert pane._count.text() == "1 media   1 cannot be used"
    (rig.folder / "film.mp4").touch()
    rig.media.check_files()
    rig.settle()
    assert pane.model.entries[0].detail == "3 scenes"


def test_a_double_click_appends(qtbot: QtBot, pane: MediaPane, rig: MediaRig) -> None:
    rig.bring("one10.mp4", "two5.mp4")
    with qtbot.waitSignal(pane.appended):
        double_click(qtbot, pane.grid, 1)
    assert rig.clips() == ["two5 0+120"]
    assert rig.session.undo_label == "Append"


def test_enter_appends_all_that_is_selected_as_one_step(qtbot: QtBot, pane: MediaPane, rig: MediaRig) -> None:
    rig.bring("a1.mp4", "b2.mp4", "c3.mp4")
    depth = rig.session.undo_depth
    QTest.mouseClick(pane.grid.viewport(), LEFT, pos=middle(pane.grid, 2))
    QTest.mouseClick(pane.grid.viewport(), LEFT, Qt.KeyboardModifier.ShiftModifier, middle(pane.grid, 1))
    with qtbot.waitSignal(pane.appended):
        QTest.keyClick(pane.grid, Qt.Key.Key_Return)
    assert rig.clips() == ["b2 0+48", "c3 0+72"]
    assert rig.session.undo_depth == depth + 1
    assert rig.session.undo_label == "Append 2 media"


def test_what_cannot_be_appended_is_told(pane: MediaPane, rig: MediaRig, qtbot: QtBot) -> None:
    rig.bring("film.mp4")
    sequence = rig.session.project.sequences[0]
    locked = replace(
        sequence,
        video_tracks=tuple(replace(track, locked=True) for track in sequence.video_tracks),
        audio_tracks=tuple(replace(track, locked=True) for track in sequence.audio_tracks),
    )
    rig.session.apply("Lock", lambda project: replace(project, sequences=(locked,)))
    double_click(qtbot, pane.grid, 0)
    assert len(rig.errors) == 1
    assert rig.clips() == []


def test_the_first_selected_is_what_append_takes(qtbot: QtBot, pane: MediaPane, rig: MediaRig) -> None:
    rig.bring("a1.mp4", "b2.mp4")
    assert pane.chosen() == {}
    with qtbot.waitSignal(pane.chosen_changed):
        QTest.mouseClick(pane.grid.viewport(), LEFT, pos=middle(pane.grid, 1))
    assert pane.chosen() == {"asset": "b2"}
    assert pane.chosen_assets == ("b2",)


def test_a_drag_carries_the_media(pane: MediaPane, rig: MediaRig) -> None:
    rig.bring("a1.mp4", "bad.mp4", "b2.mp4")
    data = pane.model.mimeData([pane.model.index(row, column) for row in (2, 0, 1) for column in (1, 0)])
    assert from_mime(data) == (DraggedMedia("a1"), DraggedMedia("b2"))


def test_a_drag_begins_under_the_mouse(
    qtbot: QtBot, pane: MediaPane, rig: MediaRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig.bring("a1.mp4")
    begun: list[Qt.DropAction] = []
    monkeypatch.setattr(PictureGrid, "startDrag", lambda self, supported: begun.append(supported))
    view = pane.grid.viewport()
    QTest.mousePress(view, LEFT, pos=middle(pane.grid, 0))
    QTest.mouseMove(view, middle(pane.grid, 0) + QPoint(8, 0))
    QTest.mouseMove(view, middle(pane.grid, 0) + QPoint(60, 0))
    QTest.mouseRelease(view, LEFT, pos=middle(pane.grid, 0))
    assert len(begun) == 1
    assert not pane.grid.drag_picture(0, 3).isNull()


def test_search_leaves_what_has_all_words(qtbot: QtBot, pane: MediaPane, rig: MediaRig) -> None:
    rig.bring("Beach One1.mp4", "city2.mp4", "beach two3.mp4")
    QTest.keyClicks(pane.header.search, "two BEACH")
    assert names(pane) == ["beach two3.mp4"]
    assert pane._count.text() == "1 of 3 media"
    QTest.keyClicks(pane.header.search, "x")
    assert pane.empty.isVisible()
    assert pane.empty.text.startswith("Nothing matches")
    QTest.keyClick(pane.header.search, Qt.Key.Key_Escape)
    assert len(names(pane)) == 3
    assert pane.grid.isVisible()


def test_what_is_selected_stays_selected_when_it_is_ordered(qtbot: QtBot, pane: MediaPane, rig: MediaRig) -> None:
    rig.bring("c1.mp4", "a3.mp4", "b2.mp4")
    pane.grid.setCurrentIndex(pane.model.index(0, 0))
    pane.header.choose_order("name")
    assert names(pane) == ["a3.mp4", "b2.mp4", "c1.mp4"]
    assert pane.chosen() == {"asset": "c1"}
    pane.header.choose_order("duration")
    assert names(pane) == ["c1.mp4", "b2.mp4", "a3.mp4"]
    pane.header.choose_order("duration")
    assert names(pane) == ["a3.mp4", "b2.mp4", "c1.mp4"]
    assert pane.chosen() == {"asset": "c1"}


def test_the_list_shows_columns_and_orders_by_a_click(qtbot: QtBot, pane: MediaPane, rig: MediaRig) -> None:
    rig.bring("b2.mp4", "a10.mp4", "t4.wav")
    assert pane.grid.objectName() == ITEMS
    QTest.mouseClick(pane.header.list_button, LEFT)
    assert pane.table.isVisible()
    assert pane.table.objectName() == ITEMS
    assert pane.items is pane.table
    row = [pane.model.index(1, column).data() for column in range(6)]
    assert row == ["a10.mp4", "Ready", "0:10", "160 × 90", "24 fps", "3"]
    assert [pane.model.index(2, column).data() for column in (3, 4, 5)] == ["", "48 kHz", ""]
    titles = pane.table.horizontalHeader()
    where = QPoint(titles.sectionViewportPosition(0) + 20, titles.height() // 2)
    QTest.mouseClick(titles.viewport(), LEFT, pos=where)
    assert names(pane) == ["a10.mp4", "b2.mp4", "t4.wav"]
    double_click(qtbot, pane.table, 1)
    assert rig.clips() == ["b2 0+48"]


def test_undoing_an_import_takes_the_row_away(pane: MediaPane, rig: MediaRig) -> None:
    rig.bring("a1.mp4")
    rig.session.undo()
    assert names(pane) == []
    assert pane.empty.isVisible()
    rig.session.redo()
    assert names(pane) == ["a1.mp4"]


def test_pictures_arrive_by_themselves(qtbot: QtBot, pane: MediaPane, rig: MediaRig) -> None:
    rig.bring("a100.mp4")

    qtbot.waitUntil(lambda: abs(hue(pane) - hue_at(10)) < 5)
    assert {when for _, when in rig.colours.asked} == {None}


def test_the_mouse_goes_through_a_film(
    qtbot: QtBot, pane: MediaPane, rig: MediaRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig.bring("a100.mp4")
    monkeypatch.setattr(PictureGrid, "part_under_mouse", lambda self, picture: 0.5)
    pane.grid.viewport().update()
    qtbot.waitUntil(lambda: abs(hue(pane) - hue_at(50)) < 5)


def hue(pane: MediaPane) -> int:
    """The colour of the picture on the first card, away from its middle."""
    image = pane.grid.viewport().grab(pane.grid.visualRect(pane.model.index(0, 0))).toImage()
    return image.pixelColor(image.width() // 4, 30).hsvHue()


def hue_at(second: int) -> int:
    return second * 40 % 360


def test_arrows_walk_through_the_grid(qtbot: QtBot, pane: MediaPane, rig: MediaRig) -> None:
    rig.bring(*(f"f{number}.mp4" for number in range(1, 8)))
    assert pane.grid.card_layout.columns == 2
    pane.grid.setCurrentIndex(pane.model.index(0, 0))
    for key, row in ((Qt.Key.Key_Right, 1), (Qt.Key.Key_Down, 3), (Qt.Key.Key_End, 6), (Qt.Key.Key_Up, 4)):
        QTest.keyClick(pane.grid, key)
        assert pane.grid.currentIndex().row() == row
    assert pane.chosen() == {"asset": "f5"}
    QTest.keyClick(pane.grid, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert pane.chosen_assets == ("f3", "f4", "f5")


def test_a_band_selects_what_it_touches(qtbot: QtBot, pane: MediaPane, rig: MediaRig) -> None:
    rig.bring("a1.mp4", "b2.mp4")
    view = pane.grid.viewport()
    below = QPoint(4, pane.grid.visualRect(pane.model.index(0, 0)).bottom() + 40)
    QTest.mousePress(view, LEFT, pos=below)
    QTest.mouseMove(view, QPoint(100, below.y() - 30))
    QTest.mouseMove(view, QPoint(300, 60))
    assert pane.chosen_assets == ("a1", "b2")
    QTest.mouseRelease(view, LEFT, pos=QPoint(300, 60))


def test_readers_hear_the_name_and_how_it_is(pane: MediaPane, rig: MediaRig) -> None:
    rig.bring("a1.mp4", "bad.mp4")
    face = QAccessible.queryAccessibleInterface(pane.grid)
    assert face.role() is QAccessible.Role.List
    texts = [face.child(row).text(QAccessible.Text.Name) for row in range(2)]
    assert texts == ["a1.mp4, 3 scenes", "bad.mp4, Failed: it is text, not a video; choose another"]


def test_scenes_of_a_film_can_be_asked_for(qtbot: QtBot, pane: MediaPane, rig: MediaRig) -> None:
    rig.bring("a1.mp4", "t4.wav")
    pane.grid.setCurrentIndex(pane.model.index(0, 0))
    with qtbot.waitSignal(pane.scenes_asked) as asked:
        trigger(pane, "Show Scenes")
    assert asked.args == ["a1"]
    pane.grid.setCurrentIndex(pane.model.index(1, 0))
    menu = pane.make_menu()
    assert menu is not None
    assert not next(action for action in menu.actions() if action.text() == "Show Scenes").isEnabled()
    pane.grid.setCurrentIndex(QModelIndex())
    pane.grid.clearSelection()
    assert pane.make_menu() is None


def menu_titles(pane: MediaPane) -> list[str]:
    menu = pane.make_menu()
    assert menu is not None
    return [action.text() for action in menu.actions() if action.isVisible()]


def trigger(pane: MediaPane, title: str) -> None:
    menu = pane.make_menu()
    assert menu is not None
    next(action for action in menu.actions() if action.text() == title).trigger()


def test_delete_asks_to_take_media_out_and_takes_failures_off_the_list(
    qtbot: QtBot, pane: MediaPane, rig: MediaRig
) -> None:
    rig.bring("one.mp4", "bad.mp4")
    asked: list[tuple[str, ...]] = []
    pane.removal_asked.connect(lambda: asked.append(pane.chosen_assets))
    pane.grid.selectAll()
    pane.grid.setFocus()
    QTest.keyClick(pane.grid, Qt.Key.Key_Delete)
    assert asked == [(rig.session.project.assets[0].id,)]
    assert [entry.row.status for entry in pane.model.entries] == [MediaStatus.READY]
