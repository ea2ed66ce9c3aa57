"""Timelines of other programs in the window: what is asked, shown and told, and that nothing is lost by it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEventLoop
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QFileDialog, QInputDialog, QPushButton

from app.core.edit.assets import add_assets
from app.core.edit.insert import append
from app.core.edit.linking import group
from app.core.interchange.timelines import ENDINGS
from app.ui.dialogs.error import ErrorDialog
from app.ui.dialogs.losses import LossesDialog
from app.ui.dialogs.unsaved import UnsavedDialog
from app.ui.editor import Editor
from app.ui.theme import DARK
from tests.ui.fakes import FakeEngine, film

# A frame 40 of a second cannot be counted at the 25 of the film.
EDL = "TITLE: cut\n001  REEL  V  C  00:00:00:00 00:00:01:40 00:00:00:00 00:00:01:40\n* FROM CLIP NAME: film.mp4\n"


@pytest.fixture
def shown(editor: Editor, tmp_path: Path) -> Editor:
    """One film on the timeline, in a group: OTIO has no words for that."""
    path = tmp_path / "film.mp4"
    path.touch()
    session = editor.workspace().session
    session.apply("Import", lambda project: add_assets(project, [film(path)]))
    sequence, asset = session.project.sequences[0].id, session.project.assets[0].id
    for _ in range(2):
        session.apply("Append", lambda project: append(project, sequence, asset))
    clips = [str(item.id) for item in session.project.sequences[0].video_tracks[0].items]
    session.apply("Group", lambda project: group(project, sequence, clips))
    editor.qt_actions.refresh()
    return editor


def settle(editor: Editor, engine: FakeEngine) -> None:
    loop = QEventLoop()
    for _ in range(6):
        while not engine.jobs.idle() or editor.files.busy:
            loop.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        editor.bridge.flush()
        loop.processEvents()


def choose(editor: Editor, engine: FakeEngine, action: str, path: Path) -> None:
    """As if the person chose ``path`` in the dialog of the action."""
    editor.qt_actions.trigger(action)
    settle(editor, engine)
    [dialog] = visible(editor, QFileDialog)
    assert isinstance(dialog, QFileDialog)
    dialog.filesSelected.emit([str(path)])
    dialog.done(0)
    settle(editor, engine)


def visible(editor: Editor, kind: type[QDialog]) -> list[QDialog]:
    return [dialog for dialog in editor.window.findChildren(kind) if dialog.isVisible()]


def press(dialog: QDialog, name: str) -> None:
    button = dialog.findChild(QPushButton, name)
    assert button is not None, [each.objectName() for each in dialog.findChildren(QPushButton)]
    button.click()


def test_an_empty_timeline_is_not_written(editor: Editor) -> None:
    assert not editor.qt_actions.action("file.exportTimeline").isEnabled()
    assert editor.qt_actions.action("file.importTimeline").isEnabled()


@pytest.mark.parametrize("kind", ENDINGS)
def test_what_other_programs_do_not_see_is_told_and_can_be_copied(
    kind: str, shown: Editor, engine: FakeEngine, tmp_path: Path
) -> None:
    path = tmp_path / f"cut{kind}"
    choose(shown, engine, "file.exportTimeline", path)
    assert path.stat().st_size
    [dialog] = visible(shown, LossesDialog)
    assert isinstance(dialog, LossesDialog)
    assert not dialog.list.toPlainText().startswith("\n")
    assert "groups" in dialog.list.toPlainText()
    assert dialog.list.isReadOnly()
    press(dialog, "copyLossesButton")
    assert QGuiApplication.clipboard().text() == dialog.list.toPlainText()
    press(dialog, "closeButton")


def test_an_imported_timeline_is_a_project_of_its_own_and_asks_once_for_what_is_not_saved(
    shown: Editor, engine: FakeEngine, tmp_path: Path
) -> None:
    choose(shown, engine, "file.exportTimeline", tmp_path / "cut.otio")
    [dialog] = visible(shown, LossesDialog)
    press(dialog, "closeButton")
    before = shown.workspace().session
    choose(shown, engine, "file.importTimeline", tmp_path / "cut.otio")
    assert shown.workspace().session is before
    [question] = visible(shown, UnsavedDialog)
    press(question, "discardButton")
    settle(shown, engine)
    assert visible(shown, UnsavedDialog) == []
    session = shown.workspace().session
    assert session is not before
    assert session.path is None
    assert session.project.sequences == before.project.sequences
    [asset] = session.project.assets
    assert engine.knowledge.learned == [engine.knowledge.known(asset)]


def test_the_rate_of_an_edl_is_asked_for_and_used(editor: Editor, engine: FakeEngine, tmp_path: Path) -> None:
    (tmp_path / "film.mp4").touch()
    (tmp_path / "cut.edl").write_text(EDL)
    choose(editor, engine, "file.importTimeline", tmp_path / "cut.edl")
    [question] = visible(editor, QInputDialog)
    assert isinstance(question, QInputDialog)
    assert "cut.edl does not say" in question.labelText()
    question.setTextValue("50")
    question.accept()
    settle(editor, engine)
    sequence = editor.workspace().session.project.sequences[0]
    assert sequence.format.rate == 50
    assert sequence.frames == 90


def test_a_file_that_is_no_timeline_is_refused_and_the_project_stays(
    shown: Editor, engine: FakeEngine, tmp_path: Path
) -> None:
    (tmp_path / "bad.otio").write_text("{}")
    before = shown.workspace().session
    choose(shown, engine, "file.importTimeline", tmp_path / "bad.otio")
    assert visible(shown, UnsavedDialog) == []
    assert shown.workspace().session is before
    [dialog] = visible(shown, ErrorDialog)
    dialog.reject()


def test_a_name_of_no_kind_is_refused_before_anything_is_written(
    shown: Editor, engine: FakeEngine, tmp_path: Path
) -> None:
    choose(shown, engine, "file.exportTimeline", tmp_path / "cut.txt")
    assert not (tmp_path / "cut.txt").exists()
    [dialog] = visible(shown, ErrorDialog)
    dialog.reject()


@pytest.mark.parametrize(
    ("lines", "written", "headline"),
    [
        (["a"], True, "One thing does not come over"),
        (["a", "b"], True, "2 things do not come over"),
        (["a"], False, "One thing did not come over"),
    ],
)
def test_losses_are_counted(lines: list[str], written: bool, headline: str, editor: Editor) -> None:
    dialog = LossesDialog(editor.window, DARK, Path("cut.edl"), lines, written=written)
    assert dialog.headline.text() == headline
    assert dialog.list.toPlainText() == "\n".join(lines)
    dialog.deleteLater()
