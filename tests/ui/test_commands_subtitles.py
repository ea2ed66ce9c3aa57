"""The Subtitles menu: which cue and which time each entry means, and when it is possible."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.core.base.time import SECOND
from app.core.edit.assets import new_project
from app.core.edit.subtitle import replace_cues
from app.core.model.subtitle import SubtitleCue
from app.core.model.transcript import Cue
from app.core.session.session import Session
from app.ui.commands_subtitles import ReplaceDialog
from app.ui.editor import Editor
from tests.helpers.document import clip, film, project, track
from tests.ui.fakes import FakeEngine


@pytest.fixture
def spoken(editor: Editor) -> Editor:
    """Three subtitles: [0, 2), [2, 4), [5, 7)."""
    session = editor.workspace().session
    cues = [Cue(start * SECOND, end * SECOND, f"From {start} on") for start, end in ((0, 2), (2, 4), (5, 7))]
    sequence = session.project.sequences[0].id
    session.apply("Subtitles", lambda project: replace_cues(project, sequence, cues))
    return editor


def cues(editor: Editor) -> tuple[SubtitleCue, ...]:
    return editor.workspace().session.project.sequences[0].subtitle_tracks[0].cues


def spans(editor: Editor) -> list[tuple[float, float]]:
    return [(cue.start / SECOND, cue.end / SECOND) for cue in cues(editor)]


def possible(editor: Editor) -> set[str]:
    names = [name for name in editor.qt_actions.names() if name.startswith("subtitles.")]
    return {name.removeprefix("subtitles.") for name in names if editor.qt_actions.action(name).isEnabled()}


def go(editor: Editor, seconds: float) -> None:
    editor.workspace().view.set_playhead(round(seconds * 25))
    editor.qt_actions.refresh()


def test_what_is_possible_follows_what_is_there(editor: Editor) -> None:
    assert possible(editor) == {"add", "import"}


def test_with_a_selection_more_is_possible(spoken: Editor) -> None:
    assert "merge" not in possible(spoken)
    spoken.workspace().view.select_cues({cues(spoken)[0].id})
    assert {"merge", "delete", "setIn", "setOut", "split", "export", "visible"} <= possible(spoken)
    assert spoken.qt_actions.action("subtitles.merge").text() == "Merge With Next Subtitle"


def test_adding_asks_for_room_up_to_the_next(spoken: Editor, engine: FakeEngine) -> None:
    go(spoken, 4)
    spoken.qt_actions.trigger("subtitles.add")
    go(spoken, 8)
    spoken.qt_actions.trigger("subtitles.add")
    assert engine.subtitles.asked == [("add", 4 * SECOND, 5 * SECOND), ("add", 8 * SECOND, 10 * SECOND)]


def test_the_playhead_splits_the_subtitle_it_is_in(spoken: Editor) -> None:
    go(spoken, 3)
    spoken.qt_actions.trigger("subtitles.split")
    assert spans(spoken) == [(0, 2), (2, 3), (3, 4), (5, 7)]
    go(spoken, 4.5)
    spoken.qt_actions.action("subtitles.split").trigger()
    assert len(cues(spoken)) == 4
    assert "none is under the playhead" in spoken.window.statusBar().currentMessage()


def test_start_and_end_are_set_to_the_playhead(spoken: Editor) -> None:
    view = spoken.workspace().view
    view.select_cues({cues(spoken)[1].id})
    go(spoken, 2.4)
    spoken.qt_actions.trigger("subtitles.setIn")
    go(spoken, 4.2)
    spoken.qt_actions.trigger("subtitles.setOut")
    assert spans(spoken)[1] == (2.4, 4.2)
    view.select_cues(())
    go(spoken, 6)
    spoken.qt_actions.trigger("subtitles.setOut")
    assert spans(spoken)[2] == (5, 6)


def test_one_is_merged_with_the_next_and_several_with_each_other(spoken: Editor) -> None:
    view = spoken.workspace().view
    view.select_cues({cues(spoken)[1].id})
    spoken.qt_actions.trigger("subtitles.merge")
    assert spans(spoken) == [(0, 2), (2, 7)]
    view.select_cues(cue.id for cue in cues(spoken))
    assert spoken.qt_actions.action("subtitles.merge").text() == "Merge Subtitles"
    spoken.qt_actions.trigger("subtitles.merge")
    assert spans(spoken) == [(0, 7)]


@pytest.mark.parametrize("name", ["subtitles.delete", "timeline.lift", "timeline.rippleDelete"])
def test_delete_takes_the_selected_subtitles(spoken: Editor, name: str) -> None:
    view = spoken.workspace().view
    view.select_cues({cues(spoken)[0].id, cues(spoken)[2].id})
    spoken.qt_actions.trigger(name)
    assert spans(spoken) == [(2, 4)]
    assert view.cues == frozenset()


def test_the_playhead_goes_from_subtitle_to_subtitle(spoken: Editor) -> None:
    view = spoken.workspace().view
    spoken.qt_actions.trigger("subtitles.next")
    assert view.playhead == 50
    assert view.cues == {cues(spoken)[1].id}
    spoken.qt_actions.trigger("subtitles.next")
    spoken.qt_actions.trigger("subtitles.next")
    assert view.playhead == 125
    spoken.qt_actions.trigger("subtitles.previous")
    assert view.playhead == 50


def test_showing_is_switched_as_a_step(spoken: Editor) -> None:
    shown = spoken.qt_actions.action("subtitles.visible")
    assert shown.isChecked()
    spoken.qt_actions.trigger("subtitles.visible")
    assert not shown.isChecked()
    assert spoken.workspace().session.project.sequences[0].subtitle_tracks[0].hidden
    spoken.workspace().session.undo()
    assert shown.isChecked()


def test_files_are_asked_for(spoken: Editor, tmp_path: Path, engine: FakeEngine, qtbot: QtBot) -> None:
    spoken.qt_actions.trigger("subtitles.export")
    dialog = spoken.window.findChild(QFileDialog, "subtitlesFileDialog")
    assert dialog is not None
    target = tmp_path / "film.srt"
    dialog.fileSelected.emit(str(target))
    dialog.close()
    assert "From 2 on" in target.read_text(encoding="utf-8")
    choose_import(spoken, target).replace_button.click()
    assert engine.subtitles.asked[-1] == ("show",)
    bar = spoken.window.statusBar()
    qtbot.waitUntil(lambda: bar.currentMessage().startswith("3 subtitles from film.srt in place of 3"))
    assert spans(spoken) == [(0, 2), (2, 4), (5, 7)]


def choose_import(editor: Editor, path: Path) -> ReplaceDialog:
    """Choose a file to import; the question that comes."""
    editor.qt_actions.trigger("subtitles.import")
    chosen = next(each for each in editor.window.findChildren(QFileDialog, "subtitlesFileDialog") if each.isVisible())
    chosen.fileSelected.emit(str(path))
    chosen.close()
    return editor.window.findChildren(ReplaceDialog)[-1]


def one_subtitle(folder: Path) -> Path:
    path = folder / "one.srt"
    path.write_text("1\n00:00:09,000 --> 00:00:10,000\nOne\n", encoding="utf-8")
    return path


def test_imported_subtitles_go_beside_those_that_are_there_where_the_person_says_so(
    spoken: Editor, tmp_path: Path, qtbot: QtBot
) -> None:
    asked = choose_import(spoken, one_subtitle(tmp_path))
    assert asked.headline.text() == "Import one.srt"
    asked.add_button.click()
    qtbot.waitUntil(lambda: len(cues(spoken)) == 4)
    assert spoken.window.statusBar().currentMessage() == "1 subtitle from one.srt"


def test_who_cancels_an_import_keeps_the_subtitles(spoken: Editor, tmp_path: Path) -> None:
    before = spoken.workspace().session.project
    choose_import(spoken, one_subtitle(tmp_path)).reject()
    assert spoken.desk.jobs.jobs() == ()
    assert spoken.workspace().session.project is before


def test_nothing_is_asked_where_there_are_no_subtitles(editor: Editor, tmp_path: Path, qtbot: QtBot) -> None:
    editor.qt_actions.trigger("subtitles.import")
    dialog = editor.window.findChild(QFileDialog, "subtitlesFileDialog")
    assert dialog is not None
    dialog.fileSelected.emit(str(one_subtitle(tmp_path)))
    dialog.close()
    assert editor.window.findChild(ReplaceDialog) is None
    qtbot.waitUntil(lambda: editor.window.statusBar().currentMessage() == "1 subtitle from one.srt")


def test_what_was_read_for_a_project_that_is_closed_goes_into_no_other(
    spoken: Editor, tmp_path: Path, engine: FakeEngine, qtbot: QtBot
) -> None:
    path = tmp_path / "a.srt"
    path.write_text("1\n00:00:01,000 --> 00:00:02,000\nOne\n", encoding="utf-8")
    before = spoken.workspace().session
    kept = before.project
    spoken.desk.actions.run("subtitles.import", spoken.workspace().context, {"path": str(path)})
    spoken.show(Session(new_project("Other"), checked=True))
    with qtbot.waitSignal(spoken.bridge.jobs_changed, check_params_cb=lambda jobs: jobs[0].state.final):
        pass
    assert before.project is kept
    assert not spoken.workspace().session.modified


def test_speech_is_offered_where_words_are_known_of_what_sounds(editor: Editor, engine: FakeEngine) -> None:
    placed = track("A1", clip("a", 40, asset="talk"))
    session, sequence = editor.workspace().session, project(placed).sequences[0]
    session.apply("Bring", lambda before: replace(before, assets=(film("talk"),), sequences=(sequence,)))
    assert "fromSpeech" not in possible(editor)
    engine.speech.words["talk"] = 12
    editor.qt_actions.refresh()
    assert "fromSpeech" in possible(editor)
