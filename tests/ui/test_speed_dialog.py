"""Speed, level and frozen frames by the window: what the fields say is what the clips do."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from app.core.edit.assets import add_assets
from app.core.model.asset import AudioStream
from app.core.model.clip import Clip
from app.core.model.retime import Retime
from app.ui.dialogs.speed import LevelDialog, SpeedDialog
from app.ui.editor import Editor
from tests.ui.fakes import FakeEngine, film
from tests.ui.test_qt_actions import press


@pytest.fixture
def cutting(editor: Editor, engine: FakeEngine) -> Editor:
    """One film of 250 frames, split at 100, its first half selected."""
    silent = film(Path("/films/night.mp4"))
    sound = AudioStream(1, "aac", 48_000, 2, "stereo", 0, silent.info.duration)
    heard = replace(silent, info=replace(silent.info, audio=(sound,)))
    editor.workspace().session.apply("Import", lambda project: add_assets(project, [heard]))
    engine.chosen = {"asset": "id-night.mp4"}
    editor.qt_actions.trigger("timeline.append")
    view = editor.workspace().view
    view.set_playhead(100)
    editor.qt_actions.trigger("timeline.split")
    view.select([pictures(editor)[0].id])
    return editor


def clips(editor: Editor, kind: str) -> list[Clip]:
    tracks = editor.workspace().session.project.sequences[0].tracks
    return [item for track in tracks if track.kind == kind for item in track.items if isinstance(item, Clip)]


def pictures(editor: Editor) -> list[Clip]:
    return clips(editor, "video")


def dialog(editor: Editor) -> SpeedDialog:
    press(editor, "Ctrl+R")
    found = editor.window.findChildren(SpeedDialog)[-1]
    assert found.isVisible()
    return found


def test_the_speed_is_asked_for_and_taken(cutting: Editor) -> None:
    asked = dialog(cutting)
    assert (asked.speed.text(), asked.lasts.text()) == ("100 %", "00:00:04:00")
    asked.speed.setValue(80)
    asked.reverse.setChecked(True)
    asked.keep_pitch.setChecked(False)
    assert (asked.speed.text(), asked.lasts.text()) == ("80 %", "00:00:05:00")
    asked.ripple.setChecked(True)
    asked._apply()
    changed = pictures(cutting)[0]
    assert changed.retime == Retime(Fraction(4, 5), reverse=True, keep_pitch=False)
    assert [each.retime for each in clips(cutting, "audio")] == [changed.retime, None]
    cutting.qt_actions.trigger("edit.undo")
    assert pictures(cutting)[0].retime is None


def test_what_is_impossible_is_said_and_the_dialog_stays(cutting: Editor) -> None:
    asked = dialog(cutting)
    asked.speed.setValue(50)
    asked._apply()
    assert asked.isVisible()
    assert "there is no room for it on V1" in asked.note.text()
    asked.ripple.setChecked(True)
    asked._apply()
    assert not asked.isVisible()


def test_an_exact_speed_stays_exact_when_something_else_changes(cutting: Editor) -> None:
    clip = pictures(cutting)[0].id
    cutting.desk.actions.run("clip.setSpeed", cutting.workspace().context, {"clips": [clip], "speed": "3/2"})
    cutting.desk.actions.run("clip.setSpeed", cutting.workspace().context, {"clips": [clip], "speed": "4/3"})
    asked = dialog(cutting)
    assert asked.speed.text() == "133.333 %"
    assert asked.chosen_speed() == Fraction(4, 3)
    asked.freeze.setChecked(True)
    assert not asked.speed.isEnabled()
    asked._apply()
    assert pictures(cutting)[0].retime == Retime(freeze=True)


def test_a_frame_freezes_at_the_playhead(cutting: Editor) -> None:
    cutting.workspace().view.set_playhead(40)
    cutting.qt_actions.trigger("clip.freezeFrame")
    assert [each.duration * 25 // 705_600_000 for each in pictures(cutting)] == [40, 50, 60, 150]
    assert [each.retime is not None for each in pictures(cutting)] == [False, True, False, False]


def test_the_level_of_linked_sound_is_asked_for_and_taken(cutting: Editor) -> None:
    cutting.qt_actions.trigger("clip.setGain")
    asked = cutting.window.findChildren(LevelDialog)[-1]
    assert asked.level.text() == "0 dB"
    asked.level.setValue(-6.5)
    asked._apply()
    assert [each.gain_db for each in clips(cutting, "audio")] == [-6.5, 0]


def test_without_clips_nothing_is_offered(editor: Editor) -> None:
    names = ("clip.setSpeed", "clip.freezeFrame", "clip.setGain")
    assert [name for name in names if editor.qt_actions.action(name).isEnabled()] == []
