"""The window keeps its place and its work: layout, title, dropped files, unsaved changes, recent projects."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEventLoop, QMimeData, QPoint, QPointF, QRect, QSize, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLabel, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.core.base.errors import UserError
from app.core.edit.assets import add_assets
from app.core.jobs.context import JobContext
from app.ui.dialogs.error import CrashDialog, ErrorDialog
from app.ui.dialogs.unsaved import ExportsRunDialog, UnsavedDialog
from app.ui.editor import Editor
from app.ui.layout import MOST_VIEWS, SeenView, WindowMemory, placed_on_screen
from app.ui.theme import LIGHT
from app.ui.widgets.time_left import TimeLeft, in_words
from app.ui.widgets.timeline_tools import slider_value, zoom_at
from app.ui.words import rate_in_words, size_in_words
from tests.ui.fakes import FakeEngine, film

SCREEN = QRect(0, 0, 1920, 1080)
SECOND_SCREEN = QRect(1920, 0, 1280, 1024)
LEAST = QSize(400, 300)


def click(parent: QWidget, name: str) -> None:
    """Press the button of that object name."""
    found = parent.findChild(QPushButton, name)
    assert found is not None
    found.click()


def rename(editor: Editor, name: str = "Night") -> None:
    """Change something."""
    editor.workspace().session.apply("Rename", lambda project: replace(project, name=name))


def open_dialogs(editor: Editor, kind: type[QDialog]) -> list[QDialog]:
    """The dialogs of that kind that are shown."""
    return [dialog for dialog in editor.window.findChildren(kind) if dialog.isVisible()]


def saved_as(editor: Editor, path: Path) -> None:
    """Answer the question where to save."""
    [dialog] = open_dialogs(editor, QFileDialog)
    assert isinstance(dialog, QFileDialog)
    dialog.filesSelected.emit([str(path)])
    dialog.reject()
    filed(editor)


def filed(editor: Editor) -> None:
    """Wait until what is being opened or saved is done."""
    loop = QEventLoop()
    while editor.files.busy:
        loop.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)


# The window and its project ------------------------------------------------------------------------


def test_empty_window_says_what_to_do(editor: Editor) -> None:
    window = editor.window
    assert window.objectName() == window.accessibleName() == "mainWindow"
    assert window.welcome.isVisible()
    assert "Drop videos here" in [each.text() for each in window.welcome.findChildren(QLabel)]
    for name in ("mediaPane", "scenesPane", "programMonitor", "timelinePane"):
        assert window.findChild(QWidget, name) is not None


def test_first_film_takes_the_place_of_the_welcome(editor: Editor) -> None:
    editor.files.bring_in([Path("/films/night.mp4")])
    assert not editor.window.welcome.isVisible()
    assert editor.window.monitors.isVisible()
    editor.qt_actions.trigger("edit.undo")
    assert editor.window.welcome.isVisible()


def test_title_names_the_project_and_marks_changes(editor: Editor, tmp_path: Path) -> None:
    assert (editor.window.windowTitle(), editor.window.isWindowModified()) == ("Untitled[*] - Insomnia", False)
    rename(editor)
    assert (editor.window.windowTitle(), editor.window.isWindowModified()) == ("Night[*] - Insomnia", True)
    editor.workspace().session.save(tmp_path / "a.insomnia")
    assert not editor.window.isWindowModified()
    editor.qt_actions.trigger("edit.undo")
    assert editor.window.isWindowModified()


def test_status_bar_tells_format_and_state(editor: Editor, tmp_path: Path) -> None:
    def said(name: str) -> str:
        found = editor.window.findChild(QLabel, name)
        assert found is not None
        return found.text()

    assert (said("formatLabel"), said("savedLabel")) == ("1920 × 1080   25 fps", "")
    editor.workspace().session.apply("Import", lambda project: add_assets(project, [film(Path("/films/a.mp4"))]))
    assert (said("formatLabel"), said("savedLabel")) == ("1280 × 720   25 fps", "Edited")
    editor.workspace().session.save(tmp_path / "a.insomnia")
    assert said("savedLabel") == "Saved"


def test_status_bar_sums_up_the_jobs(editor: Editor, engine: FakeEngine, qtbot: QtBot) -> None:
    def work(context: JobContext) -> None:
        while not engine.go.wait(0.01):
            context.report(0.5)

    def fail(context: JobContext) -> None:
        raise UserError("a.mp4", "it is empty", "choose another")

    found = editor.window.findChild(QPushButton, "jobsSummaryButton")
    assert found is not None
    summary: QPushButton = found
    assert summary.text() == "No jobs"
    engine.jobs.submit("test", "Find scenes in night.mp4", work)
    qtbot.waitUntil(lambda: summary.text().startswith("Find scenes in night.mp4 50%"))
    engine.jobs.submit("test", "Second", fail)
    qtbot.waitUntil(lambda: summary.text().startswith("2 jobs   Find scenes"))
    engine.go.set()
    qtbot.waitUntil(lambda: summary.text() == "Failed: Second")


def test_switching_the_project_ends_the_one_before(editor: Editor, engine: FakeEngine) -> None:
    before = editor.workspace()
    old_pane = editor.window.findChild(QWidget, "timelinePane")
    editor.qt_actions.trigger("file.new")
    assert engine.closed == ["Untitled"]
    assert editor.workspace() is not before
    before.session.apply("Rename", lambda project: replace(project, name="Gone"))
    assert editor.window.windowTitle() == "Untitled[*] - Insomnia"
    assert old_pane is not None
    assert not old_pane.isVisible()


def test_sample_is_made_and_shown(editor: Editor, engine: FakeEngine, qtbot: QtBot) -> None:
    click(editor.window.welcome, "welcomeSample")
    button = editor.window.welcome.findChild(QPushButton, "welcomeSample")
    assert button is not None
    assert (button.isEnabled(), button.text()) == (False, "Making a Sample...")
    engine.go.set()
    qtbot.waitUntil(lambda: editor.window.windowTitle() == "Sample[*] - Insomnia")
    assert not editor.window.isWindowModified()
    assert not editor.window.welcome.isVisible()


def test_sample_does_not_take_the_place_of_work(editor: Editor, engine: FakeEngine, qtbot: QtBot) -> None:
    click(editor.window.welcome, "welcomeSample")
    [job] = engine.jobs.jobs()
    rename(editor)
    engine.go.set()
    qtbot.waitUntil(lambda: job.state.final)
    editor.bridge.flush()
    assert editor.window.windowTitle() == "Night[*] - Insomnia"


def test_sample_that_cannot_be_made_is_told(editor: Editor, engine: FakeEngine, qtbot: QtBot) -> None:
    engine.result = UserError("sample.mp4", "the disk is full", "free some space")
    engine.go.set()
    click(editor.window.welcome, "welcomeSample")
    qtbot.waitUntil(lambda: bool(open_dialogs(editor, ErrorDialog)))
    open_dialogs(editor, ErrorDialog)[0].reject()
    button = editor.window.welcome.findChild(QPushButton, "welcomeSample")
    assert button is not None
    assert button.isEnabled()


# Leaving and saving --------------------------------------------------------------------------------


def test_unchanged_window_closes_at_once(editor: Editor) -> None:
    editor.window.close()
    assert not editor.window.isVisible()


def test_closing_asks_and_cancel_keeps_everything(editor: Editor) -> None:
    rename(editor)
    editor.window.close()
    [dialog] = open_dialogs(editor, UnsavedDialog)
    click(dialog, "cancelButton")
    assert editor.window.isVisible()
    assert editor.workspace().session.modified


def test_closing_without_saving(editor: Editor, engine: FakeEngine) -> None:
    rename(editor)
    editor.qt_actions.trigger("file.quit")
    [dialog] = open_dialogs(editor, UnsavedDialog)
    click(dialog, "discardButton")
    assert not editor.window.isVisible()
    assert engine.store.projects == {}


def test_closing_with_saving_asks_where_and_then_closes(editor: Editor, engine: FakeEngine, tmp_path: Path) -> None:
    rename(editor)
    editor.window.close()
    [dialog] = open_dialogs(editor, UnsavedDialog)
    click(dialog, "saveButton")
    assert editor.window.isVisible()
    saved_as(editor, tmp_path / "night.insomnia")
    assert not editor.window.isVisible()
    assert engine.store.projects[tmp_path / "night.insomnia"].name == "Night"


@pytest.mark.parametrize(("answer", "stays"), [("stayButton", True), ("quitButton", False)])
def test_closing_asks_before_it_ends_an_export(
    editor: Editor, engine: FakeEngine, tmp_path: Path, answer: str, stays: bool
) -> None:
    session = editor.workspace().session
    engine.export(session.project, tmp_path / "out.mp4", preset=None, quality=None, overwrite=False, subtitles="none")
    editor.window.close()
    [dialog] = open_dialogs(editor, ExportsRunDialog)
    assert "Export out.mp4" in [each.text() for each in dialog.findChildren(QLabel)]
    click(dialog, answer)
    assert editor.window.isVisible() is stays


def test_window_stays_where_saving_fails(editor: Editor, engine: FakeEngine, tmp_path: Path) -> None:
    rename(editor)
    engine.store.broken = True
    editor.window.close()
    [dialog] = open_dialogs(editor, UnsavedDialog)
    click(dialog, "saveButton")
    saved_as(editor, tmp_path / "night.insomnia")
    assert editor.window.isVisible()
    [told] = open_dialogs(editor, ErrorDialog)
    assert "The disk is full." in [each.text() for each in told.findChildren(QLabel)]
    told.reject()


def test_saving_again_asks_nothing(editor: Editor, engine: FakeEngine, tmp_path: Path) -> None:
    path = tmp_path / "night.insomnia"
    editor.qt_actions.trigger("file.save")
    saved_as(editor, path)
    rename(editor)
    editor.qt_actions.trigger("file.save")
    assert open_dialogs(editor, QFileDialog) == []
    filed(editor)
    assert engine.store.projects[path].name == "Night"
    assert editor.workspace().session.path == path


def test_a_saved_project_is_called_as_its_file(editor: Editor, engine: FakeEngine, tmp_path: Path) -> None:
    editor.qt_actions.trigger("file.save")
    saved_as(editor, tmp_path / "A day out.insomnia")
    assert editor.window.windowTitle() == "A day out[*] - Insomnia"


def test_a_fault_saves_a_project_that_has_a_file(
    editor: Editor, engine: FakeEngine, tmp_path: Path, expect_log: object
) -> None:
    assert callable(expect_log)
    expect_log("a fault of the program")
    path = tmp_path / "night.insomnia"
    editor.workspace().session.save(path)
    rename(editor)
    editor.errors.show(ZeroDivisionError("oh"))
    assert engine.store.projects[path].name == "Night"


def test_a_fault_is_told_where_saving_fails_as_well(
    editor: Editor, engine: FakeEngine, tmp_path: Path, expect_log: object
) -> None:
    assert callable(expect_log)
    expect_log("a fault of the program")
    editor.workspace().session.save(tmp_path / "night.insomnia")
    rename(editor)
    engine.store.broken = True
    editor.errors.show(ZeroDivisionError("oh"))
    [dialog] = open_dialogs(editor, CrashDialog)
    assert any("could not be saved: the disk is full" in each.text() for each in dialog.findChildren(QLabel))


def test_recent_projects_are_listed_newest_first(editor: Editor, qtbot: QtBot, tmp_path: Path) -> None:
    for name in ("one", "two", "one"):
        editor.qt_actions.trigger("file.saveAs")
        saved_as(editor, tmp_path / f"{name}.insomnia")
    menu = editor.window.menuBar().findChild(QMenu, "menu.Open Recent")
    assert menu is not None
    menu.aboutToShow.emit()
    assert [action.text() for action in menu.actions() if not action.isSeparator()] == ["one", "two", "Clear List"]
    (tmp_path / "two.insomnia").unlink()
    menu.aboutToShow.emit()
    qtbot.waitUntil(lambda: editor.desk.looks.idle)
    menu.aboutToShow.emit()
    assert [action.text() for action in menu.actions() if not action.isSeparator()] == ["one", "Clear List"]
    rename(editor)
    editor.workspace().session.save()
    menu.actions()[0].trigger()
    filed(editor)
    assert editor.workspace().session.path == tmp_path / "one.insomnia"
    menu.actions()[-1].trigger()
    assert editor.memory.recent() == ()


def test_opening_what_is_gone_is_told_and_changes_nothing(editor: Editor, tmp_path: Path) -> None:
    before = editor.workspace()
    editor.files.open(tmp_path / "gone.insomnia")
    filed(editor)
    [told] = open_dialogs(editor, ErrorDialog)
    told.reject()
    assert editor.workspace() is before


# Dropped files -------------------------------------------------------------------------------------


def dropped(editor: Editor, urls: list[QUrl]) -> bool:
    """Drag ``urls`` in and let go; whether the window would take them."""
    data = QMimeData()
    data.setUrls(urls)
    keys, buttons = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(QPoint(50, 300), Qt.DropAction.CopyAction, data, buttons, keys)
    enter.setAccepted(False)
    QApplication.sendEvent(editor.window, enter)
    if enter.isAccepted():
        drop = QDropEvent(QPointF(50, 300), Qt.DropAction.CopyAction, data, buttons, keys)
        QApplication.sendEvent(editor.window, drop)
    return enter.isAccepted()


def test_dropped_films_are_imported_and_bad_ones_listed(editor: Editor) -> None:
    assert dropped(editor, [QUrl.fromLocalFile(name) for name in ("/films/a ü.mp4", "/films/b.txt", "/films/c.txt")])
    assert [asset.path for asset in editor.workspace().session.project.assets] == ["/films/a ü.mp4"]
    [told] = open_dialogs(editor, ErrorDialog)
    assert "2 files could not be used" in [each.text() for each in told.findChildren(QLabel)]
    told.reject()


def test_dropped_project_is_opened(editor: Editor, tmp_path: Path) -> None:
    path = tmp_path / "night.insomnia"
    rename(editor)
    editor.workspace().session.save(path)
    editor.qt_actions.trigger("file.new")
    assert dropped(editor, [QUrl.fromLocalFile(str(path))])
    filed(editor)
    assert editor.workspace().session.path == path


def test_what_is_no_file_of_this_computer_is_not_taken(editor: Editor) -> None:
    assert not dropped(editor, [QUrl("https://example.org/film.mp4")])
    assert not dropped(editor, [])


def test_overlay_shows_while_files_are_over_the_window(editor: Editor) -> None:
    overlay = editor.window.findChild(QWidget, "dropOverlay")
    assert overlay is not None
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/films/a.mp4")])
    keys, buttons = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    QApplication.sendEvent(
        editor.window, QDragEnterEvent(QPoint(50, 300), Qt.DropAction.CopyAction, data, buttons, keys)
    )
    assert overlay.isVisible()
    assert overlay.geometry() == editor.window.rect()
    QApplication.sendEvent(editor.window, QDragLeaveEvent())
    assert not overlay.isVisible()


# What is remembered --------------------------------------------------------------------------------


def test_layout_and_theme_come_back(editor: Editor, engine: FakeEngine, qapp: QApplication) -> None:
    editor.qt_actions.trigger("view.themeLight")
    editor.qt_actions.trigger("view.browser")
    editor.qt_actions.trigger("view.side")
    QApplication.processEvents()  # the window may be narrower without its sides
    editor.window.resize(760, 640)
    editor.window.leave()

    again = Editor(qapp, engine.parts())
    assert again.appearance.theme is LIGHT
    assert again.qt_actions.action("view.themeLight").isChecked()
    assert again.window.size() == QSize(760, 640)
    assert (again.window.part_shown("browser"), again.window.part_shown("side")) == (False, False)
    again.qt_actions.trigger("view.resetLayout")
    assert (again.window.part_shown("browser"), again.window.part_shown("side")) == (True, True)
    again.close()


def test_theme_switches_while_the_window_is_open(editor: Editor) -> None:
    dark = editor.window.grab().toImage().pixelColor(5, 5)
    editor.qt_actions.trigger("view.themeLight")
    light = editor.window.grab().toImage().pixelColor(5, 5)
    assert dark.lightness() < 60
    assert light.lightness() > 190


def test_damaged_memory_is_as_at_the_first_start(tmp_path: Path) -> None:
    (tmp_path / "window.ini").write_text("[General]\ntheme=pink\nrecent=@Invalid()\n[window]\nplace=7\n\0\xff garbage")
    memory = WindowMemory(tmp_path)
    assert (memory.theme.name, memory.recent(), memory.shown("browser", True)) == ("dark", (), True)


def test_memory_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    memory = WindowMemory(tmp_path / "file" / "below")
    memory.remember_theme(LIGHT)
    memory.save()
    assert memory.theme is LIGHT
    assert (tmp_path / "file").read_text() == ""


@pytest.mark.parametrize(
    ("place", "screens", "expected"),
    [
        (QRect(100, 100, 800, 600), [SCREEN], QRect(100, 100, 800, 600)),
        (QRect(2200, 200, 800, 600), [SCREEN], QRect(1120, 200, 800, 600)),
        (QRect(2200, 200, 800, 600), [SCREEN, SECOND_SCREEN], QRect(2200, 200, 800, 600)),
        (QRect(1500, 200, 800, 600), [SCREEN, SECOND_SCREEN], QRect(1500, 200, 800, 600)),
        (QRect(-900, -700, 800, 600), [SCREEN], QRect(0, 0, 800, 600)),
        (QRect(0, 0, 3840, 2160), [SCREEN], SCREEN),
        (QRect(10, 10, 100, 100), [], QRect(10, 10, 100, 100)),
    ],
)
def test_window_is_never_off_screen(place: QRect, screens: list[QRect], expected: QRect) -> None:
    assert placed_on_screen(place, screens, LEAST) == expected


# Small things it is made of ------------------------------------------------------------------------


def test_time_left_waits_until_it_knows() -> None:
    now = [0.0]
    left = TimeLeft(lambda: now[0])
    assert left.seconds(0.1) is None
    now[0] = 0.5
    assert left.seconds(0.2) is None
    now[0] = 10.0
    assert left.seconds(0.6) == pytest.approx(8.0)
    assert left.seconds(0.05) is None


def test_times_and_sizes_in_words() -> None:
    assert [in_words(each) for each in (None, 0.2, 42, 119, 5000)] == [
        "",
        "1 s left",
        "42 s left",
        "2 min left",
        "1 h 23 min left",
    ]
    assert [size_in_words(each) for each in (0, 999, 1000, 4_200_000, 812_000_000, 999_700_000, 1_300_000_000)] == [
        "0 B",
        "999 B",
        "1.0 kB",
        "4.2 MB",
        "812 MB",
        "1.0 GB",
        "1.3 GB",
    ]
    from fractions import Fraction

    assert [rate_in_words(Fraction(text)) for text in ("25", "30000/1001", "12.5")] == [
        "25 fps",
        "29.97 fps",
        "12.5 fps",
    ]


def test_zoom_slider_follows_and_leads(editor: Editor) -> None:
    view = editor.workspace().view
    assert [slider_value(zoom_at(value)) for value in (0, 1, 500, 999, 1000)] == [0, 1, 500, 999, 1000]
    slider = editor.window.findChild(QWidget, "zoomSlider")
    assert slider is not None
    view.set_zoom(zoom_at(700))
    assert slider.property("value") == 700
    slider.setProperty("value", 300)
    assert view.zoom == pytest.approx(zoom_at(300))


def test_actions_are_not_lost_in_full_screen(editor: Editor) -> None:
    full = editor.qt_actions.action("view.fullScreen")
    full.trigger()
    assert editor.window.isFullScreen()
    assert full.isChecked()
    full.trigger()
    assert not editor.window.isFullScreen()
    assert isinstance(full, QAction)


def test_what_can_be_appended_is_asked_again_in_another_pane(editor: Editor, engine: FakeEngine) -> None:
    append = editor.qt_actions.action("timeline.append")
    assert not append.isEnabled()
    engine.chosen = {"asset": "id-night.mp4"}
    editor.window.browser.setCurrentIndex(1)
    assert append.isEnabled()
    engine.chosen = {}
    editor.window.browser.setCurrentIndex(0)
    assert not append.isEnabled()


def test_where_projects_were_looked_at_is_remembered_for_the_last_of_them(tmp_path: Path) -> None:
    memory = WindowMemory(tmp_path)
    assert memory.view_of("one") is None
    memory.remember_view("one", SeenView(10, 60.5, 300))
    memory.remember_view("one", SeenView(11, 60.5, 300))
    memory.save()
    assert WindowMemory(tmp_path).view_of("one") == SeenView(11, 60.5, 300)
    for number in range(MOST_VIEWS):
        memory.remember_view(f"project-{number}", SeenView(number, 1.0, 0))
    assert memory.view_of("one") is None
    assert memory.view_of("project-0") == SeenView(0, 1.0, 0)


@pytest.mark.parametrize("garbage", ["", "one", "one 1 2", "one x y z", "one 1 2 3 4"])
def test_a_view_that_makes_no_sense_is_not_known(tmp_path: Path, garbage: str) -> None:
    memory = WindowMemory(tmp_path)
    memory._settings.setValue("views", [garbage])
    assert memory.view_of("one") is None
