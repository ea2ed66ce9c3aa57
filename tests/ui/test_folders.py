"""Dialogs for files begin near what the person works on."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog

from app.core.edit.assets import add_assets, new_project
from app.core.session.session import Session
from app.ui.editor import Editor
from app.ui.folders import folder_for
from tests.ui.fakes import film

KINDS = ("media", "project", "subtitles", "timeline", "relink", "collect", "film")


@pytest.mark.parametrize("kind", KINDS)
def test_where_the_person_was_last_goes_before_everything(editor: Editor, tmp_path: Path, kind: str) -> None:
    shown = Session(new_project("Night"), path=tmp_path / "projects" / "night.insomnia")
    editor.show(shown)
    assert folder_for(editor.desk, kind) == tmp_path / "projects"
    editor.memory.remember_folder(kind, tmp_path / "last")
    assert folder_for(editor.desk, kind) == tmp_path / "last"


def test_a_project_without_a_file_begins_beside_its_media(editor: Editor, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.mp4").touch()
    found = [film(tmp_path / name / "a.mp4") for name in ("one", "two")]
    editor.workspace().session.apply("Import", lambda project: add_assets(project, found[:1]))
    assert folder_for(editor.desk, "project") == tmp_path / "one"


def test_an_empty_project_begins_where_the_program_was_started(
    editor: Editor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert folder_for(editor.desk, "media") == tmp_path
    editor.qt_actions.trigger("media.import")
    dialog = editor.window.findChild(QFileDialog, "mediaFileDialog")
    assert dialog is not None
    assert Path(dialog.directory().absolutePath()) == tmp_path
    dialog.close()


def test_started_from_a_desktop_it_is_the_folder_of_the_system(
    editor: Editor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = {
        QStandardPaths.StandardLocation.MoviesLocation: tmp_path / "Videos",
        QStandardPaths.StandardLocation.DocumentsLocation: tmp_path / "Documents",
    }
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda place: str(places[place]))
    monkeypatch.chdir("/")
    assert folder_for(editor.desk, "media") == Path.home()
    places[QStandardPaths.StandardLocation.DocumentsLocation].mkdir()
    assert folder_for(editor.desk, "media") == tmp_path / "Documents"
    places[QStandardPaths.StandardLocation.MoviesLocation].mkdir()
    assert folder_for(editor.desk, "media") == tmp_path / "Videos"
    assert folder_for(editor.desk, "project") == tmp_path / "Documents"
