"""The export dialog asks for what an export needs, follows the job, and says how it ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.core.base.errors import UserError
from app.core.edit.assets import add_assets
from app.core.jobs.job import JobState
from app.core.model.project import Project
from app.core.model.subtitle import SubtitleCue, SubtitleTrack
from app.core.render.film_subtitles import FilmSubtitles
from app.core.render.preset import presets
from app.core.session.looks import Looks
from app.ui.dialogs.export import ExportDialog
from app.ui.editor import Editor
from tests.ui.fakes import FakeEngine, film

T = TypeVar("T")


@dataclass(frozen=True)
class Result:
    """What the real export gives, as far as the dialog reads it."""

    frames: int = 250
    seconds: float = 3.4
    warnings: tuple[str, ...] = ()
    subtitles: FilmSubtitles = field(default_factory=lambda: FilmSubtitles("none", 0))


class AtOnce(Looks):
    """Answers before it returns."""

    def ask(self, question: Callable[[], T], then: Callable[[T], None]) -> None:
        then(question())


@pytest.fixture(autouse=True)
def looked_at_once(editor: Editor) -> None:
    """What is typed is judged at once."""
    object.__setattr__(editor.desk, "looks", AtOnce(editor.bridge.post))


@pytest.fixture
def dialog(editor: Editor, engine: FakeEngine, tmp_path: Path) -> ExportDialog:
    """Opened from the menu, for a film of ten seconds."""
    editor.workspace().session.apply("Import", lambda project: add_assets(project, [film(Path("/films/night.mp4"))]))
    engine.chosen = {"asset": "id-night.mp4"}
    editor.qt_actions.trigger("timeline.append")
    editor.memory.remember_folder("film", tmp_path)
    editor.qt_actions.action("file.export").trigger()
    found = editor.window.findChild(ExportDialog)
    assert found is not None
    return found


def test_in_and_out_are_offered_where_they_are_set(
    qtbot: QtBot, editor: Editor, dialog: ExportDialog, engine: FakeEngine
) -> None:
    assert dialog.form.ranges.count() == 1
    dialog.reject()
    editor.workspace().view.set_marks(50, 75)
    editor.qt_actions.action("file.export").trigger()
    again = next(each for each in editor.window.findChildren(ExportDialog) if each is not dialog and each.isVisible())
    assert again.form.ranges.currentText() == "In to Out, 00:00:02:00 to 00:00:03:00"
    assert again.form.summary.text().endswith("00:00:01:00")
    qtbot.waitUntil(again.form.start.isEnabled)
    again.form.start.click()
    assert engine.exported[-1]["frames"] == (50, 75)


def test_the_whole_film_can_be_chosen_beside_marks(
    qtbot: QtBot, editor: Editor, dialog: ExportDialog, engine: FakeEngine
) -> None:
    dialog.reject()
    editor.workspace().view.set_marks(None, 75)
    editor.qt_actions.action("file.export").trigger()
    again = next(each for each in editor.window.findChildren(ExportDialog) if each is not dialog and each.isVisible())
    again.form.ranges.setCurrentIndex(1)
    assert again.form.summary.text().endswith("00:00:10:00")
    qtbot.waitUntil(again.form.start.isEnabled)
    again.form.start.click()
    assert "frames" not in engine.exported[-1]


def test_every_preset_is_offered_and_the_sequences_own_size_first(dialog: ExportDialog) -> None:
    combo = dialog.form.presets
    offered = [combo.itemData(row) for row in range(combo.count())]
    assert set(offered) == {preset.name for preset in presets()}
    assert dialog.form.preset().size is None
    assert dialog.form.quality() == "medium"


def test_summary_says_what_will_come_out(dialog: ExportDialog) -> None:
    assert dialog.form.summary.text() == "1280 × 720   25 fps   00:00:10:00"
    dialog.form.presets.setCurrentIndex(dialog.form.presets.findData("mp4-1080p"))
    assert dialog.form.summary.text() == "1920 × 1080   25 fps   00:00:10:00"


def test_choice_of_quality_survives_another_preset(dialog: ExportDialog) -> None:
    dialog.form.qualities.setCurrentIndex(dialog.form.qualities.findData("high"))
    dialog.form.presets.setCurrentIndex(1)
    assert dialog.form.quality() == "high"


def test_name_is_the_projects_in_the_folder_used_last(dialog: ExportDialog, tmp_path: Path) -> None:
    assert dialog.form.path() == tmp_path / "Untitled.mp4"


def test_replacing_is_said_before_it_is_done(dialog: ExportDialog, tmp_path: Path, engine: FakeEngine) -> None:
    (tmp_path / "old.mp4").write_text("old")
    dialog.form.name.setText(str(tmp_path / "old.mp4"))
    assert dialog.form.note.text() == "old.mp4 exists and will be replaced."
    assert dialog.form.start.text() == "Replace"
    dialog.form.name.setText(str(tmp_path))
    assert not dialog.form.start.isEnabled()


def test_export_runs_as_the_action_and_tells_the_result(
    dialog: ExportDialog, engine: FakeEngine, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog.form.start.click()
    assert engine.exported == [
        {
            "path": tmp_path / "Untitled.mp4",
            "preset": "mp4",
            "quality": "medium",
            "overwrite": False,
            "subtitles": "none",
        }
    ]
    assert dialog.running.isVisible()
    qtbot.waitUntil(lambda: dialog.running.bar.value() == 500)
    assert dialog.running.message.text().startswith("50%   frame 125 of 250")
    engine.result = Result(warnings=("12 sound samples were too loud",))
    engine.go.set()
    qtbot.waitUntil(dialog.ended.isVisible)
    assert dialog.ended.headline.text() == "Untitled.mp4 is ready"
    assert dialog.ended.detail.text() == (
        "250 frames, written in 3 s, read back and checked.\n12 sound samples were too loud."
    )
    assert dialog.ended.folder.isVisible()


def test_export_can_be_cancelled(dialog: ExportDialog, engine: FakeEngine, qtbot: QtBot) -> None:
    dialog.form.start.click()
    qtbot.waitUntil(lambda: dialog.running.bar.value() == 500)
    dialog.running.cancel.click()
    qtbot.waitUntil(dialog.ended.isVisible)
    assert dialog.ended.headline.text() == "The export was cancelled"
    assert not dialog.ended.folder.isVisible()


def test_failure_says_why(dialog: ExportDialog, engine: FakeEngine, qtbot: QtBot) -> None:
    engine.result = UserError("/films/night.mp4", "media of the film are missing", "put them back or relink them")
    engine.go.set()
    dialog.form.start.click()
    qtbot.waitUntil(dialog.ended.isVisible)
    assert dialog.ended.headline.text() == "/films/night.mp4"
    assert dialog.ended.detail.text() == "Media of the film are missing. Put them back or relink them."


def test_what_is_refused_at_once_stays_in_the_form(dialog: ExportDialog, editor: Editor) -> None:
    editor.qt_actions.trigger("edit.undo")
    dialog.form.start.click()
    assert dialog.form.isVisible()
    assert "Its timeline is empty." in dialog.form.note.text()


def test_export_goes_on_when_the_dialog_is_closed(dialog: ExportDialog, engine: FakeEngine, qtbot: QtBot) -> None:
    dialog.form.start.click()
    qtbot.waitUntil(lambda: dialog.running.bar.value() == 500)
    [job] = engine.jobs.jobs()
    dialog.running.hide_button.click()
    assert not dialog.isVisible()
    engine.go.set()
    qtbot.waitUntil(lambda: job.state is JobState.DONE)


def test_file_can_be_chosen(dialog: ExportDialog, tmp_path: Path) -> None:
    chosen = str(tmp_path / "elsewhere.mp4")
    dialog.form._choose()
    [files] = dialog.findChildren(QFileDialog)
    files.fileSelected.emit(chosen)
    files.reject()
    assert dialog.form.path() == Path(chosen)


@pytest.mark.parametrize("name", ["~nobody-of-that-name/film.mp4", "/" + 300 * "x" + ".mp4"])
def test_any_name_can_be_typed(dialog: ExportDialog, engine: FakeEngine, name: str) -> None:
    dialog.form.name.setText(name)
    dialog.form.start.click()
    assert [Path(each["path"]).name for each in engine.exported] == [Path(name).name]


def test_format_can_be_chosen_before_there_is_a_name(dialog: ExportDialog) -> None:
    dialog.form.name.clear()
    dialog.form.presets.setCurrentIndex(1)
    assert (dialog.form.name.text(), dialog.form.start.isEnabled()) == ("", False)


def test_file_that_came_meanwhile_is_not_replaced_unasked(
    dialog: ExportDialog, engine: FakeEngine, tmp_path: Path
) -> None:
    (tmp_path / "Untitled.mp4").write_text("of another export")
    dialog.form.start.click()
    assert engine.exported == []
    assert "It exists already." in dialog.form.note.text()
    assert dialog.form.start.text() == "Replace"
    dialog.form.start.click()
    assert [each["overwrite"] for each in engine.exported] == [True]


def with_subtitles(project: Project, hidden: bool = False) -> Project:
    sequence = project.sequences[0]
    row = SubtitleTrack("s1", "ST1", (SubtitleCue("c1", 0, 705_600_000, "Hello"),), hidden=hidden)
    return replace(project, sequences=(replace(sequence, subtitle_tracks=(row,)),))


def open_again(dialog: ExportDialog, editor: Editor, *, hidden: bool = False) -> ExportDialog:
    """The dialog for the same film with a cue."""
    dialog.reject()
    dialog.setParent(None)
    editor.workspace().session.apply("Subtitles", lambda project: with_subtitles(project, hidden))
    return ExportDialog(dialog._desk)


def test_subtitles_are_asked_for_only_where_there_are_any(dialog: ExportDialog, editor: Editor) -> None:
    assert dialog.form.captions.parent() is None
    hidden = open_again(dialog, editor, hidden=True)
    assert hidden.form.captions.parent() is None
    assert hidden.form.subtitles() == "none"


def test_what_is_chosen_for_subtitles_goes_along_and_is_remembered(
    dialog: ExportDialog, editor: Editor, engine: FakeEngine, qtbot: QtBot
) -> None:
    shown = open_again(dialog, editor)
    assert shown.form.captions.parent() is not None
    offered = [shown.form.captions.itemText(row) for row in range(shown.form.captions.count())]
    assert offered == [
        "Not in the film",
        "Burned into the picture",
        "As a track that can be switched off",
        "As a file beside the film",
    ]
    assert shown.form.subtitles() == "none"
    shown.form.captions.setCurrentIndex(2)
    shown.form.start.click()
    assert engine.exported[-1]["subtitles"] == "track"
    engine.result = Result(subtitles=FilmSubtitles("track", 1))
    engine.go.set()
    qtbot.waitUntil(lambda: "1 subtitle as a track" in shown.ended.detail.text())
    assert ExportDialog(dialog._desk).form.subtitles() == "track"


def test_format_and_quality_are_remembered(dialog: ExportDialog) -> None:
    dialog.form.presets.setCurrentIndex(dialog.form.presets.findData("mp4-720p"))
    dialog.form.qualities.setCurrentIndex(dialog.form.qualities.findData("high"))
    dialog.form.start.click()
    again = ExportDialog(dialog._desk).form
    assert (again.preset().name, again.quality()) == ("mp4-720p", "high")
    dialog._desk.memory.remember_choice("format", "film on paper")
    dialog._desk.memory.remember_choice("quality", "best")
    usual = ExportDialog(dialog._desk).form
    assert usual.presets.currentIndex() == 0
    assert usual.qualities.currentIndex() == 0


def test_a_subtitle_file_that_would_be_replaced_is_told(dialog: ExportDialog, editor: Editor, tmp_path: Path) -> None:
    shown = open_again(dialog, editor)
    (tmp_path / "Untitled.srt").write_text("mine")
    assert shown.form.note.text() == ""
    shown.form.captions.setCurrentIndex(3)
    assert shown.form.note.text() == "Untitled.srt exists and will be replaced."
    assert shown.form.replaces
    (tmp_path / "Untitled.mp4").write_text("mine")
    shown.form.captions.setCurrentIndex(1)
    shown.form.captions.setCurrentIndex(3)
    assert shown.form.note.text() == "Untitled.mp4 and Untitled.srt exist and will be replaced."
