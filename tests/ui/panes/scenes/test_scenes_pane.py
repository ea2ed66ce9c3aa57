"""The scenes pane: scenes by film as they are found, searched, chosen, put on the timeline."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.core.base import time
from app.core.media.thumbnails import EVERY
from app.core.model.scene import SceneList
from app.ui.drag import DraggedMedia, from_mime
from app.ui.panes.scenes.entries import Film
from app.ui.panes.scenes.pane import ITEMS, ScenesPane
from app.ui.theme import LIGHT
from app.ui.widgets.cards import PICTURE_EVERY, skim_time
from tests.ui.panes.media_rig import RATE, MediaRig, scene_list

LEFT = Qt.MouseButton.LeftButton
FRAME = time.frame_duration(RATE)


@pytest.fixture
def pane(qtbot: QtBot, rig: MediaRig) -> Iterator[ScenesPane]:
    made = ScenesPane(rig.session, rig.media, rig.bridge, rig.thumbnails, rig.appearance, rig.attempt)
    qtbot.addWidget(made)
    made.resize(340, 480)
    made.show()
    qtbot.waitExposed(made)
    yield made
    rig.appearance.set_theme(LIGHT)


def shown(pane: ScenesPane) -> list[str]:
    return [entry.parameter for entry in pane.model.entries]


def middle(pane: ScenesPane, row: int) -> QPoint:
    return pane.grid.visualRect(pane.model.index(row, 0)).center()


def test_without_films_there_are_no_scenes_yet(pane: ScenesPane) -> None:
    assert pane.empty.isVisible()
    assert pane.empty.text.startswith("No scenes yet")
    assert pane.grid.objectName() == ITEMS


def test_scenes_come_when_they_are_found(qtbot: QtBot, pane: ScenesPane, rig: MediaRig) -> None:
    rig.reader.go.clear()
    rig.start("a10.mp4")
    qtbot.waitUntil(lambda: "40%" in pane.empty.text)
    assert pane.empty.text == "Finding scenes\na10.mp4, 40%"
    rig.reader.go.set()
    rig.settle()
    assert pane.grid.isVisible()
    assert shown(pane) == ["a10#0", "a10#1", "a10#2"]
    assert [entry.timecode for entry in pane.model.entries] == ["00:00:00:00", "00:00:02:00", "00:00:06:00"]
    assert [entry.length for entry in pane.model.entries] == ["2.0 s", "4.0 s", "4.0 s"]


def test_several_films_are_sections_that_say_how_far_they_are(qtbot: QtBot, pane: ScenesPane, rig: MediaRig) -> None:
    rig.bring("a10.mp4")
    rig.reader.go.clear()
    rig.start("b20.mp4")
    qtbot.waitUntil(lambda: any(section.progress == 0.4 for section in pane.model.sections()))
    first, second = pane.model.sections()
    assert (first.title, first.count, first.note) == ("a10.mp4", 3, "3 scenes   0:10")
    assert (second.title, second.count, second.note) == ("b20.mp4", 0, "finding scenes 40%")
    rig.reader.go.set()
    rig.settle()
    assert [section.count for section in pane.model.sections()] == [3, 3]


def test_a_double_click_puts_the_scene_on_the_timeline(qtbot: QtBot, pane: ScenesPane, rig: MediaRig) -> None:
    rig.bring("a10.mp4")
    QTest.mouseClick(pane.grid.viewport(), LEFT, pos=middle(pane, 1))
    assert pane.chosen() == {"scene": "a10#1"}
    QTest.mouseDClick(pane.grid.viewport(), LEFT, pos=middle(pane, 1))
    assert rig.clips() == ["a10 scene 2 48+96"]


def test_enter_appends_what_is_selected_in_order(qtbot: QtBot, pane: ScenesPane, rig: MediaRig) -> None:
    rig.bring("a10.mp4", "b20.mp4")
    ctrl = Qt.KeyboardModifier.ControlModifier
    for row, modifier in ((3, Qt.KeyboardModifier.NoModifier), (0, ctrl), (2, ctrl)):
        pane.grid.scrollTo(pane.model.index(row, 0))
        QTest.mouseClick(pane.grid.viewport(), LEFT, modifier, middle(pane, row))
    depth = rig.session.undo_depth
    QTest.keyClick(pane.grid, Qt.Key.Key_Enter)
    assert rig.clips() == ["a10 scene 1 0+48", "a10 scene 3 144+96", "b20 scene 1 0+48"]
    assert rig.session.undo_depth == depth + 1
    assert rig.session.undo_label == "Append 3 scenes"


def test_a_drag_carries_the_ranges(pane: ScenesPane, rig: MediaRig) -> None:
    rig.bring("a10.mp4")
    data = pane.model.mimeData([pane.model.index(2, 0), pane.model.index(0, 0)])
    assert from_mime(data) == (
        DraggedMedia("a10", 0, 48 * FRAME, "a10 scene 1"),
        DraggedMedia("a10", 144 * FRAME, 240 * FRAME, "a10 scene 3"),
    )


def test_the_pictures_are_clean_frames_of_their_scenes(rig: MediaRig) -> None:
    assert PICTURE_EVERY == EVERY  # so that the picture that is kept next is one of the scene
    later = time.SECOND * 2 // 5
    assert posters(rig, "a10.mp4", scene_list(48, 96, 96, fade_at=1)) == [
        later,  # the next that is kept is of the second scene
        4 * time.SECOND + FRAME,
        8 * time.SECOND + FRAME,
    ]
    assert posters(rig, "b2.mp4", scene_list(4, 44)) == [2 * FRAME, 4 * FRAME + later]
    assert posters(rig, "c3.mp4", scene_list(30, 12, fade_at=1)) == [later, 36 * FRAME]


def posters(rig: MediaRig, name: str, found: SceneList) -> list[int]:
    rig.reader.found[name] = found
    rig.bring(name)
    asset = rig.asset(name)
    row = rig.media.row_of(asset.id)
    assert row is not None
    return [entry.poster for entry in Film(asset, row).entries()]


def test_search_by_number_and_by_film(qtbot: QtBot, pane: ScenesPane, rig: MediaRig) -> None:
    rig.bring("beach10.mp4", "city20.mp4")
    QTest.keyClicks(pane.search, "2")
    assert shown(pane) == ["beach10#1", "city20#1"]
    assert pane._count.text() == "2 of 6 scenes"
    QTest.keyClicks(pane.search, " city")
    assert shown(pane) == ["city20#1"]
    assert [section.title for section in pane.model.sections()] == ["city20.mp4"]
    QTest.keyClicks(pane.search, "q")
    assert pane.empty.isVisible()
    assert pane.empty.text.startswith("Nothing matches")
    QTest.keyClick(pane.search, Qt.Key.Key_Escape)
    assert len(shown(pane)) == 6


def test_scenes_of_the_chosen_media_only(qtbot: QtBot, pane: ScenesPane, rig: MediaRig) -> None:
    rig.bring("a10.mp4", "b20.mp4", "c5.wav", "d.png")
    assert [pane.source.itemText(row) for row in range(pane.source.count())] == ["All films", "a10.mp4", "b20.mp4"]
    pane.show_media(["b20"])
    assert shown(pane) == ["b20#0", "b20#1", "b20#2"]
    assert pane.source.currentText() == "b20.mp4"
    pane.show_media(["c5"])
    assert pane.empty.text.startswith("Sound has no scenes")
    assert pane.source.currentText() == "c5.wav"
    pane.show_media(["d"])
    assert pane.empty.text.startswith("A still picture has no scenes")
    pane.show_media(["a10", "b20", "c5"])
    assert len(shown(pane)) == 6
    assert pane.source.currentText() == "3 chosen"
    pane.show_media([])
    assert pane.source.currentText() == "All films"
    pane.source.setCurrentIndex(1)
    pane.source.activated.emit(1)
    assert shown(pane) == ["a10#0", "a10#1", "a10#2"]


def test_a_film_that_failed_says_so_in_its_heading(pane: ScenesPane, rig: MediaRig) -> None:
    rig.bring("a10.mp4", "b20.mp4")
    (rig.folder / "a10.mp4").unlink()
    rig.media.check_files()
    rig.bridge.flush()
    assert pane.model.sections()[0].count in (0, 3)
    rig.session.undo()
    assert pane.empty.isVisible()


def test_the_size_of_the_pictures_can_be_chosen(qtbot: QtBot, pane: ScenesPane, rig: MediaRig) -> None:
    rig.bring("a10.mp4")
    before = pane.grid.card_layout.card_width
    pane.size_slider.setValue(pane.size_slider.maximum())
    assert pane.grid.card_layout.columns == 1
    assert pane.grid.card_layout.card_width > before
    pane.size_slider.setValue(pane.size_slider.minimum())
    assert pane.grid.card_layout.columns == 3


def test_a_menu_for_what_is_selected(pane: ScenesPane, rig: MediaRig) -> None:
    rig.bring("a10.mp4", "b20.mp4")
    assert pane.make_menu() is None
    pane.grid.setCurrentIndex(pane.model.index(4, 0))
    menu = pane.make_menu()
    assert menu is not None
    next(action for action in menu.actions() if action.text().startswith("Only Scenes")).trigger()
    assert shown(pane) == ["b20#0", "b20#1", "b20#2"]
    assert pane.chosen() == {"scene": "b20#1"}


def test_readers_hear_number_film_and_time(pane: ScenesPane, rig: MediaRig) -> None:
    rig.bring("a10.mp4")
    face = QAccessible.queryAccessibleInterface(pane.grid)
    assert face.child(1).text(QAccessible.Text.Name) == "Scene 2 of a10.mp4, 00:00:02:00, 4.0 s"


def test_thousands_of_scenes_ask_only_for_the_pictures_in_sight(qtbot: QtBot, pane: ScenesPane, rig: MediaRig) -> None:
    rig.reader.found["long5000.mp4"] = scene_list(*[24] * 5000)
    rig.bring("long5000.mp4")
    assert len(shown(pane)) == 5000
    qtbot.waitUntil(lambda: rig.thumbnails.idle and bool(rig.colours.asked))
    assert len(rig.colours.asked) < 60
    rig.colours.asked.clear()
    pane.grid.setFocus()
    QTest.keyClick(pane.grid, Qt.Key.Key_Home)
    QTest.keyClick(pane.grid, Qt.Key.Key_End)
    assert pane.chosen() == {"scene": "long5000#4999"}
    qtbot.waitUntil(lambda: rig.thumbnails.idle and bool(rig.colours.asked))
    assert min(when or 0 for _, when in rig.colours.asked) > 4900 * time.SECOND


def test_the_wheel_with_ctrl_changes_the_size(pane: ScenesPane, rig: MediaRig) -> None:
    rig.bring("a10.mp4")
    before = pane.size_slider.value()
    pane.grid.zoomed.emit(1)
    assert pane.size_slider.value() > before


def test_a_time_within_a_scene_never_leaves_it() -> None:
    for part in (-1.0, 0.0, 0.4, 1.0, 7.0):
        when = skim_time(3 * time.SECOND, 7 * time.SECOND, part)
        assert 3 * time.SECOND <= when < 7 * time.SECOND
    assert skim_time(3 * time.SECOND, 7 * time.SECOND, 1.0) == 5 * time.SECOND
