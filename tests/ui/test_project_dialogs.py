"""Versions, media that moved, damaged projects, collecting: as dialogs, of which none holds up the window."""

from __future__ import annotations

import threading
import zipfile
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog, QFileDialog, QLabel, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from app.core.base import files
from app.core.edit.assets import add_assets
from app.core.edit.insert import append
from app.core.media.fingerprint import fingerprint
from app.core.model.asset import Asset
from app.core.model.clip import Clip
from app.core.session.collecting import Collected
from app.storage.keeping import ProfileKeeping
from app.storage.project_file import ProjectFiles
from app.ui.commands_project import collected_in_words
from app.ui.dialogs.error import ErrorDialog
from app.ui.dialogs.export import ExportDialog
from app.ui.dialogs.relink import RelinkDialog
from app.ui.dialogs.unsaved import UnreadableDialog
from app.ui.dialogs.versions import VersionsDialog
from tests.ui.fakes import FakeEngine, film
from tests.ui.safety_rig import Window

Start = Callable[[], Window]


def media(folder: Path, name: str) -> Asset:
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.mp4"
    path.write_bytes(name.encode() * 900)
    return replace(film(path), size=path.stat().st_size, fingerprint=fingerprint(path))


def with_media(window: Window, folder: Path, *names: str) -> tuple[Asset, ...]:
    """The project has these media, each on the timeline."""
    assets = tuple(media(folder, name) for name in names)
    window.session.apply("Import media", lambda project: add_assets(project, assets))
    sequence = window.session.project.sequences[0].id
    for asset in assets:
        window.session.apply("Append", partial(append, sequence_id=sequence, asset_id=asset.id))
    window.settle()
    return assets


def opened(window: Window, action: str, kind: type[QDialog]) -> QDialog:
    window.editor.qt_actions.trigger(action)
    window.settle()
    return window.dialog(kind)


def press(window: Window, dialog: QDialog, name: str) -> None:
    button = dialog.findChild(QPushButton, name)
    assert button is not None
    assert button.isEnabled()
    button.click()
    window.settle()


def texts(dialog: QDialog) -> str:
    return " ".join(each.text() for each in dialog.findChildren(QLabel))


# Versions ------------------------------------------------------------------------------------------


def test_versions_are_listed_compared_kept_by_name_and_restored(start: Start, tmp_path: Path) -> None:
    window = start()
    window.rename("one")
    window.save(tmp_path / "a.insomnia")
    window.rename("two")
    window.rename("three")
    dialog = opened(window, "versions.show", VersionsDialog)
    assert isinstance(dialog, VersionsDialog)
    assert dialog.list.topLevelItemCount() == 1
    assert dialog.edits.toPlainText().splitlines()[:3] == ["What was done", "1. Name two", "2. Name three"]
    assert "-" in dialog.text.toPlainText()
    assert not dialog.keep.isEnabled()
    dialog.name.setText("before the music")
    press(window, dialog, "keepVersionButton")
    assert dialog.list.topLevelItemCount() == 2
    assert dialog.name.text() == ""
    item = dialog.list.topLevelItem(0)
    assert item is not None
    assert item.text(2) == "before the music"
    assert dialog.edits.toPlainText() == "Both are the same."
    dialog.list.selectAll()
    window.settle()
    assert dialog.said.text() == "From version 1 to version 2"
    assert not dialog.restore.isEnabled()
    first = dialog.list.topLevelItem(1)
    assert first is not None
    dialog.list.setCurrentItem(first)
    window.settle()
    press(window, dialog, "restoreVersionButton")
    assert not window.editor.window.findChildren(VersionsDialog)
    assert window.session.project.name == "one"
    assert (window.session.undo_label or "").startswith("Restore version of ")
    assert ProjectFiles().load(tmp_path / "a.insomnia").name == "one"


def test_a_version_that_is_damaged_is_said_and_changes_nothing(start: Start, root: Path, tmp_path: Path) -> None:
    window = start()
    window.rename("one")
    window.save(tmp_path / "a.insomnia")
    window.rename("two")
    [file] = root.rglob("*.version")
    whole = file.read_bytes()
    dialog = opened(window, "versions.show", VersionsDialog)
    file.write_bytes(whole[: len(whole) - 30])
    press(window, dialog, "restoreVersionButton")
    window.dialog(ErrorDialog).reject()
    assert dialog.isVisible()
    assert window.session.project.name == "two"


@pytest.mark.parametrize("content", [b"", b"\0" * 400, b"{"])
def test_a_damaged_project_opens_as_its_newest_version(
    start: Start, root: Path, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "a.insomnia"
    first = start()
    first.rename("one")
    first.save(path)
    first.rename("two")
    first.save(path)
    first.close()
    path.write_bytes(content)
    window = start()
    window.editor.files.open(path)
    window.settle()
    dialog = window.dialog(UnreadableDialog)
    assert "a cannot be opened" in texts(dialog)
    assert str(path) in texts(dialog)
    press(window, dialog, "openVersionButton")
    assert window.session.project.name == "two"
    assert window.session.path is None
    assert window.session.modified
    assert path.read_bytes() == content
    assert not (tmp_path / ".a.insomnia.lock").exists()
    assert ProfileKeeping(root).versions_at(tmp_path / "other.insomnia") == ()


# Media that moved ----------------------------------------------------------------------------------


def test_one_folder_relinks_everything_as_one_step(start: Start, tmp_path: Path) -> None:
    window = start()
    assets = with_media(window, tmp_path / "old", "one", "two", "three")
    steps = window.session.undo_depth
    (tmp_path / "old").rename(tmp_path / "new")
    dialog = opened(window, "media.relink", RelinkDialog)
    assert isinstance(dialog, RelinkDialog)
    assert dialog.list.topLevelItemCount() == 3
    dialog.look_in(tmp_path)
    window.settle()
    assert [asset.path for asset in window.session.project.assets] == [
        str(tmp_path / "new" / Path(asset.path).name) for asset in assets
    ]
    assert window.session.undo_depth == steps + 1
    assert not window.editor.window.findChildren(RelinkDialog)


def test_who_cancels_keeps_every_placeholder(start: Start, tmp_path: Path) -> None:
    window = start()
    with_media(window, tmp_path / "old", "one", "two")
    before = window.session.project
    (tmp_path / "old").rename(tmp_path / "new")
    dialog = opened(window, "media.relink", RelinkDialog)
    press(window, dialog, "cancelButton")
    assert window.session.project is before
    assert sum(isinstance(item, Clip) for item in before.sequences[0].video_tracks[0].items) == 2


def test_what_only_has_the_name_is_refused(start: Start, tmp_path: Path) -> None:
    window = start()
    with_media(window, tmp_path / "old", "one", "two")
    before = window.session.project
    (tmp_path / "old" / "one.mp4").write_bytes(b"eno" * 900)
    (tmp_path / "old").rename(tmp_path / "new")
    dialog = opened(window, "media.relink", RelinkDialog)
    assert isinstance(dialog, RelinkDialog)
    dialog.look_in(tmp_path / "new")
    window.settle()
    assert [Path(asset.path).parent.name for asset in window.session.project.assets] == ["old", "new"]
    [row] = [dialog.list.topLevelItem(number) for number in range(dialog.list.topLevelItemCount())]
    assert row is not None
    assert (row.text(0), row.text(3)) == ("one.mp4", "a file of that name has another content")
    assert window.session.project.sequences is before.sequences
    assert not dialog.anyway.isEnabled()


def test_what_only_has_the_name_is_used_where_the_person_insists(start: Start, tmp_path: Path) -> None:
    window = start()
    with_media(window, tmp_path / "old", "one")
    before = window.session.project
    (tmp_path / "old" / "one.mp4").write_bytes(b"eno" * 900)
    (tmp_path / "old").rename(tmp_path / "new")
    dialog = opened(window, "media.relink", RelinkDialog)
    assert isinstance(dialog, RelinkDialog)
    assert not dialog.anyway.isVisible()
    dialog.look_in(tmp_path / "new")
    window.settle()
    row = dialog.list.topLevelItem(0)
    assert row is not None
    row.setSelected(True)
    press(window, dialog, "useAnywayButton")
    [used] = window.session.project.assets
    assert (used.path, used.fingerprint) == (str(tmp_path / "new" / "one.mp4"), "print-one.mp4")
    assert not window.editor.window.findChildren(RelinkDialog)
    window.session.undo()
    assert window.session.project == before


def test_another_file_that_is_too_short_is_refused_with_the_clips_named(
    start: Start, tmp_path: Path, engine: FakeEngine
) -> None:
    window = start()
    engine.length = 100
    with_media(window, tmp_path / "old", "one")
    before = window.session.project
    (tmp_path / "old" / "one.mp4").write_bytes(b"eno" * 900)
    (tmp_path / "old").rename(tmp_path / "new")
    dialog = opened(window, "media.relink", RelinkDialog)
    assert isinstance(dialog, RelinkDialog)
    dialog.look_in(tmp_path / "new")
    window.settle()
    row = dialog.list.topLevelItem(0)
    assert row is not None
    row.setSelected(True)
    press(window, dialog, "useAnywayButton")
    assert "it does not have what these clips show or play: one on V1" in dialog.said.text()
    assert window.session.project is before
    assert dialog.anyway.isEnabled()


# Collecting ----------------------------------------------------------------------------------------


def test_collecting_asks_for_a_place_and_runs_as_a_job(start: Start, tmp_path: Path) -> None:
    window = start()
    with_media(window, tmp_path / "old", "one", "two")
    window.save(tmp_path / "a.insomnia")
    window.editor.qt_actions.trigger("file.collect")
    dialog = window.editor.window.findChild(QFileDialog, "collectFileDialog")
    assert dialog is not None
    dialog.filesSelected.emit([str(tmp_path / "all.zip")])
    dialog.reject()
    window.settle()
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert sorted(archive.namelist()) == ["a.insomnia", "media/one.mp4", "media/two.mp4"]
    assert window.notices() == ["all.zip has the project and 2 media files, 5.4 kB."]


def test_collecting_names_what_is_missing(start: Start, tmp_path: Path) -> None:
    window = start()
    with_media(window, tmp_path / "old", "one", "two")
    (tmp_path / "old" / "one.mp4").unlink()
    window.editor.qt_actions.trigger("file.collect")
    dialog = window.editor.window.findChild(QFileDialog, "collectFileDialog")
    assert dialog is not None
    dialog.filesSelected.emit([str(tmp_path / "all")])
    dialog.reject()
    window.settle()
    said = "all has the project and 1 media file, 2.7 kB. Missing, and not in it: one.mp4."
    assert window.notices() == [said]
    assert sorted(path.name for path in (tmp_path / "all").rglob("*")) == ["Untitled.insomnia", "media", "two.mp4"]
    many = Collected(tmp_path / "all", 0, 0, tuple(f"{number}.mp4" for number in range(8)))
    assert collected_in_words(many).endswith("0.mp4, 1.mp4, 2.mp4, 3.mp4, 4.mp4, 3 more.")


# The disk ------------------------------------------------------------------------------------------


def test_nothing_asks_the_disk_about_media_in_the_gui_thread(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    """A dead network drive holds up whoever asks it: that is never the window."""
    asked_here: list[str] = []
    answer = files._answer

    def watched(ask: Callable[[], bool]) -> bool:
        if threading.current_thread() is threading.main_thread():
            asked_here.append(str(getattr(ask, "__self__", ask)))
        return answer(ask)

    first = start()
    with_media(first, tmp_path / "old", "one", "two")
    first.save(tmp_path / "a.insomnia")
    first.editor.memory.remember_folder("film", tmp_path)
    first.close()
    (tmp_path / "old").rename(tmp_path / "away")
    monkeypatch.setattr(files, "_answer", watched)
    window = start()
    window.editor.files.open(tmp_path / "a.insomnia")
    window.settle()
    assert window.notices() == ["2 media files are missing."]
    menu = window.editor.window.menuBar().findChild(QMenu, "menu.Open Recent")
    assert menu is not None
    menu.aboutToShow.emit()
    opened(window, "media.relink", RelinkDialog).reject()
    opened(window, "file.export", ExportDialog).reject()
    window.settle()
    assert asked_here == []
