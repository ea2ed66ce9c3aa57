"""The whole window over the real engine: a film in, on the timeline, seen; nothing left running."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListView, QWidget
from pytestqt.qtbot import QtBot

from app.core.edit.assets import new_project
from app.core.jobs.manager import JobManager, Pool
from app.core.session.media_list import MediaStatus
from app.core.session.session import Session
from app.main import make_services
from app.ui.composition import make_parts
from app.ui.editor import Editor
from app.ui.panes.scenes.pane import ScenesPane
from app.ui.panes.timeline.pane import TimelinePane
from tests.helpers.media import make_film

SECONDS = 30_000


@pytest.fixture
def whole(qapp: QApplication, qtbot: QtBot) -> Iterator[Editor]:
    """The window as people have it, with an empty profile."""
    services = make_services()
    jobs = JobManager(threads={Pool.INTERACTIVE: 1, Pool.HEAVY: 1})
    editor = Editor(qapp, make_parts(services, jobs))
    editor.window.resize(800, 700)
    editor.window.show()
    qtbot.waitExposed(editor.window)
    yield editor
    editor.window.leave()
    editor.close()
    jobs.shutdown()
    services.close()


def timeline(editor: Editor) -> TimelinePane:
    """Its timeline pane."""
    pane = editor.workspace().panes.timeline
    assert isinstance(pane, TimelinePane)
    return pane


def bring_in(editor: Editor, qtbot: QtBot, path: Path) -> str:
    """Import a film and wait until its scenes are known; its id."""
    editor.files.bring_in([path])
    media = editor.workspace().media
    qtbot.waitUntil(lambda: [row.status for row in media.rows] == [MediaStatus.READY], timeout=SECONDS)
    return editor.workspace().session.project.assets[0].id


def test_every_pane_has_its_name(whole: Editor) -> None:
    for name in ("mediaPane", "scenesPane", "timelinePane", "subtitlesPane", "jobsPane"):
        found = whole.window.findChild(QWidget, name)
        assert found is not None
        assert found.accessibleName() == name


def test_film_comes_in_is_placed_and_seen(whole: Editor, qtbot: QtBot, tmp_path: Path) -> None:
    film = make_film(tmp_path / "night.mp4", frames=50)
    asset = bring_in(whole, qtbot, film.path)
    whole.desk.actions.run("timeline.append", whole.workspace().context, {"asset": asset})
    whole.workspace().view.set_playhead(20)
    qtbot.waitUntil(whole.workspace().settled, timeout=SECONDS)
    assert whole.window.findChild(QWidget, "programMonitor") is not None
    clip = timeline(whole).view.document.lanes[0].clips.clips[0]
    assert timeline(whole).clip_rect(clip.id).width() > 0


def test_what_is_chosen_in_the_panes_can_be_appended(whole: Editor, qtbot: QtBot, tmp_path: Path) -> None:
    film = make_film(tmp_path / "night.mp4", frames=30)
    asset = bring_in(whole, qtbot, film.path)
    append = whole.qt_actions.action("timeline.append")
    assert not append.isEnabled()
    whole.workspace().panes.browser[0].widget.findChild(QWidget, "mediaPane.items").selectAll()  # type: ignore[union-attr]
    assert whole.workspace().chosen() == {"asset": asset}
    assert append.isEnabled()
    append.trigger()
    assert len(whole.workspace().session.project.sequences[0].video_tracks[0].items) == 1


def test_scenes_are_those_of_what_is_selected_in_media(whole: Editor, qtbot: QtBot, tmp_path: Path) -> None:
    films = [make_film(tmp_path / f"{name}.mp4", frames=30, first_number=at).path for at, name in enumerate("ab")]
    whole.files.bring_in(films)
    media = whole.workspace().media
    qtbot.waitUntil(lambda: [row.status for row in media.rows] == [MediaStatus.READY] * 2, timeout=SECONDS)
    browser = whole.workspace().panes.browser
    items = browser[0].widget.findChild(QListView, "mediaPane.items")
    scenes = browser[1].widget
    assert items is not None
    assert isinstance(scenes, ScenesPane)
    qtbot.waitUntil(lambda: [film.asset.name for film in scenes.model.films] == ["a.mp4", "b.mp4"])
    items.setCurrentIndex(items.model().index(1, 0))
    assert [film.asset.name for film in scenes.model.films] == ["b.mp4"]
    assert scenes.source.currentText() == "b.mp4"
    scenes.source.setCurrentIndex(0)
    scenes.source.activated.emit(0)
    assert len(scenes.model.films) == 2
    items.clearSelection()
    items.selectAll()
    assert scenes.source.currentText() == "2 chosen"
    items.clearSelection()
    assert scenes.source.currentText() == "All films"


def test_a_project_is_looked_at_where_it_was_left(whole: Editor, qtbot: QtBot, tmp_path: Path) -> None:
    asset = bring_in(whole, qtbot, make_film(tmp_path / "night.mp4", frames=50).path)
    whole.desk.actions.run("timeline.append", whole.workspace().context, {"asset": asset})
    shown, view = whole.workspace().session, whole.workspace().view
    view.set_zoom(2000)
    timeline(whole).view.horizontalScrollBar().setValue(1500)
    view.set_playhead(33)
    left = timeline(whole).left
    assert left > 1000
    whole.show(Session(new_project("Other"), checked=True))
    assert whole.workspace().view.playhead == 0
    whole.show(Session(shown.project, path=tmp_path / "night.insomnia", checked=True))
    QApplication.processEvents()
    view = whole.workspace().view
    assert (view.playhead, view.zoom, timeline(whole).left) == (33, 2000, left)


def test_the_keys_go_to_the_timeline_once_media_were_put_there(whole: Editor, qtbot: QtBot, tmp_path: Path) -> None:
    bring_in(whole, qtbot, make_film(tmp_path / "night.mp4", frames=30).path)
    items = whole.workspace().panes.browser[0].widget.findChild(QListView, "mediaPane.items")
    assert items is not None
    items.setFocus()
    items.selectAll()
    view = whole.workspace().view
    QTest.keyClick(items, Qt.Key.Key_Return)
    assert whole.window.focusWidget() is timeline(whole).view
    QTest.keyClick(timeline(whole).view, Qt.Key.Key_End)
    assert view.playhead > 0


def test_files_dropped_on_the_timeline_are_placed_in_order(whole: Editor, qtbot: QtBot, tmp_path: Path) -> None:
    first = make_film(tmp_path / "b.mp4", frames=30)
    second = make_film(tmp_path / "a.mp4", frames=20, first_number=100)
    (tmp_path / "bad.mp4").write_text("no film")
    frame = 705_600_000 // 25

    def lengths() -> list[int]:
        track = whole.workspace().session.project.sequences[0].video_tracks[0]
        return [item.duration // frame for item in track.items]

    timeline(whole).files_dropped.emit([first.path, tmp_path / "bad.mp4", second.path], 5, None)
    qtbot.waitUntil(lambda: lengths() == [5, 30, 20], timeout=SECONDS)
    track = whole.workspace().session.project.sequences[0].video_tracks[0].id
    timeline(whole).files_dropped.emit([second.path], 100, track)
    assert lengths() == [5, 30, 20, 45, 20]


def test_film_that_is_pulled_away_is_offline_and_comes_back(whole: Editor, qtbot: QtBot, tmp_path: Path) -> None:
    film = make_film(tmp_path / "night.mp4", frames=30)
    asset_id = bring_in(whole, qtbot, film.path)
    media, pane = whole.workspace().media, timeline(whole)
    asset = whole.workspace().session.project.asset(asset_id)
    whole.desk.actions.run("timeline.append", whole.workspace().context, {"asset": asset_id})
    hidden = tmp_path / "elsewhere"
    shutil.move(film.path, hidden)
    media.check_files()
    qtbot.waitUntil(lambda: media.rows[0].status is MediaStatus.OFFLINE, timeout=SECONDS)
    qtbot.waitUntil(lambda: asset.id in pane.view.picture.offline, timeout=SECONDS)
    shutil.move(hidden, film.path)
    media.check_files()
    qtbot.waitUntil(lambda: media.rows[0].status is MediaStatus.READY, timeout=SECONDS)


def threads_of_a_project() -> int:
    """How many there are but for those of the window, which ask the disk."""
    return sum(not thread.name.startswith("looks") for thread in threading.enumerate())


def test_another_project_ends_every_thread_of_the_one_before(whole: Editor, qtbot: QtBot, tmp_path: Path) -> None:
    film = make_film(tmp_path / "night.mp4", frames=30)
    bring_in(whole, qtbot, film.path)
    qtbot.waitUntil(whole.workspace().settled, timeout=SECONDS)
    before, old = threads_of_a_project(), timeline(whole)
    project = whole.workspace().session.project
    whole.show(Session(project))
    workspace = whole.workspace()
    qtbot.waitUntil(lambda: [row.status for row in workspace.media.rows] == [MediaStatus.READY], timeout=SECONDS)
    qtbot.waitUntil(workspace.settled, timeout=SECONDS)
    qtbot.waitUntil(lambda: threads_of_a_project() <= before, timeout=SECONDS)
    assert timeline(whole) is not old
