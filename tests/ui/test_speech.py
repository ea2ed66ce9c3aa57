"""The whole window and speech: a key is asked for once and kept in the keyring alone, and what fails is said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.edit.assets import new_project
from app.core.jobs.manager import JobManager
from app.core.session.media_list import MediaStatus
from app.core.session.session import Session
from app.core.session.speech_list import Ended
from app.main import make_services
from app.ui.composition import make_parts
from app.ui.dialogs.consent import ConsentDialog
from app.ui.editor import Editor
from app.ui.speech import SpeechDesk
from tests.helpers.assemblyai_server import KEY, Fault, Service, serving, spoken
from tests.helpers.media import make_film
from tests.unit.core.session.test_speech_account import Ring

SECONDS = 30_000


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    made = Service()
    made.result = spoken([("Roll", 240, 480), ("camera.", 480, 960)], 2)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving(made) as url:
        monkeypatch.setenv("ASSEMBLYAI_BASE_URL", url)
        yield made


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Ring:
    made = Ring()
    monkeypatch.setattr(keyring.core, "_keyring_backend", made)
    return made


@pytest.fixture
def editor(qapp: QApplication, qtbot: QtBot, service: Service, ring: Ring, tmp_path: Path) -> Iterator[Editor]:
    """The window as people have it, with one film in it."""
    services, jobs = make_services(), JobManager()
    made = Editor(qapp, make_parts(services, jobs))
    made.window.resize(800, 600)
    made.window.show()
    made.files.bring_in([make_film(tmp_path / "night.mp4", frames=50).path])
    media = made.workspace().media
    qtbot.waitUntil(lambda: [row.status for row in media.rows] == [MediaStatus.READY], timeout=SECONDS)
    yield made
    made.window.leave()
    made.close()
    jobs.shutdown()
    services.close()


def ask(editor: Editor, qtbot: QtBot) -> ConsentDialog:
    """Choose the menu entry, and wait until the dialog knows what would be sent."""
    editor.qt_actions.action("media.transcribe").trigger()
    (dialog,) = [each for each in editor.window.findChildren(ConsentDialog) if each.isVisible()]
    qtbot.waitUntil(lambda: editor.workspace().speech.settled, timeout=SECONDS)
    return dialog


def words(editor: Editor) -> int | None:
    """How many words of the film are known."""
    return editor.workspace().speech.row(editor.workspace().session.project.assets[0].id).words


def test_a_wrong_key_is_told_and_the_right_one_is_kept(
    editor: Editor, qtbot: QtBot, service: Service, ring: Ring, own_profile: Path
) -> None:
    dialog = ask(editor, qtbot)
    dialog.key.field.setText("wrong-key-0123")
    dialog.send.click()
    qtbot.waitUntil(lambda: dialog.send.isEnabled(), timeout=SECONDS)
    assert dialog.note.text() == "AssemblyAI refuses the key. Enter another."
    assert (ring.kept, service.uploads) == ({}, {})
    dialog.key.field.setText(KEY)
    dialog.send.click()
    qtbot.waitUntil(lambda: words(editor) == 2, timeout=SECONDS)
    assert ring.kept == {("insomnia", "assemblyai"): KEY}
    assert (len(service.uploads), len(service.jobs)) == (1, 1)
    for file in (each for each in own_profile.rglob("*") if each.is_file()):
        assert KEY.encode() not in file.read_bytes(), file


def test_known_words_are_not_sent_again(editor: Editor, qtbot: QtBot, service: Service, ring: Ring) -> None:
    ring.kept["insomnia", "assemblyai"] = KEY
    ask(editor, qtbot).send.click()
    qtbot.waitUntil(lambda: words(editor) == 2, timeout=SECONDS)
    dialog = ask(editor, qtbot)
    assert dialog.send.text() == "Transcribe"
    dialog.languages.setCurrentIndex(dialog.languages.findText("German"))
    qtbot.waitUntil(lambda: editor.workspace().speech.settled, timeout=SECONDS)
    assert dialog.send.text() == "Send and transcribe"
    dialog.reject()
    assert len(service.jobs) == 1


def test_new_videos_are_a_switch_that_asks_first(editor: Editor, qtbot: QtBot, ring: Ring, own_profile: Path) -> None:
    ring.kept["insomnia", "assemblyai"] = KEY
    switch = editor.qt_actions.action("media.transcribeNew")
    switch.trigger()
    (dialog,) = [each for each in editor.window.findChildren(ConsentDialog) if each.isVisible()]
    assert (dialog.new_videos.isChecked(), switch.isChecked()) == (True, False)
    qtbot.waitUntil(lambda: dialog.send.isEnabled(), timeout=SECONDS)
    dialog.send.click()
    qtbot.waitUntil(lambda: words(editor) == 2, timeout=SECONDS)
    assert switch.isChecked()
    switch.trigger()
    assert not switch.isChecked()
    assert "transcribe_new_videos = false" in (own_profile / "settings.toml").read_text()


def test_a_kept_key_that_is_refused_can_be_replaced(editor: Editor, qtbot: QtBot, service: Service, ring: Ring) -> None:
    ring.kept["insomnia", "assemblyai"] = "wrong-key-0123"
    dialog = ask(editor, qtbot)
    dialog.send.click()
    qtbot.waitUntil(lambda: "refuses the key" in dialog.note.text(), timeout=SECONDS)
    assert dialog.key.field.isVisible()
    assert service.uploads == {}
    dialog.reject()


def test_who_cancels_while_the_key_is_checked_sends_and_keeps_nothing(
    editor: Editor, qtbot: QtBot, service: Service, ring: Ring
) -> None:
    service.faults = {"list": [Fault(200, b'{"transcripts": []}', seconds=0.3)]}
    dialog = ask(editor, qtbot)
    dialog.key.field.setText(KEY)
    dialog.send.click()
    (job,) = [each for each in editor.desk.jobs.jobs() if each.kind == "key"]
    qtbot.waitUntil(lambda: len(service.requests) == 1, timeout=SECONDS)
    dialog.cancel.click()
    qtbot.waitUntil(lambda: job.state.final, timeout=SECONDS)
    qtbot.wait(50)
    assert (ring.kept, service.uploads, len(service.requests)) == ({}, {}, 1)
    assert not editor.workspace().speech.row(editor.workspace().session.project.assets[0].id).busy


def test_the_question_ends_with_its_project(editor: Editor, qtbot: QtBot, service: Service, ring: Ring) -> None:
    ring.kept["insomnia", "assemblyai"] = KEY
    dialog = ask(editor, qtbot)
    ended: list[int] = []
    dialog.finished.connect(ended.append)
    editor.show(Session(new_project("Other")))
    assert ended == [ConsentDialog.DialogCode.Rejected]
    assert service.requests == []


def test_a_timeline_that_is_cut_while_subtitles_are_made_gets_them_at_the_new_times(
    editor: Editor, qtbot: QtBot, ring: Ring
) -> None:
    ring.kept["insomnia", "assemblyai"] = KEY
    session, actions, context = editor.workspace().session, editor.desk.actions, editor.workspace().context
    actions.run("timeline.append", context, {"asset": "night.mp4"})
    desk = editor.workspace().speech
    assert isinstance(desk, SpeechDesk)

    def cut(_ended: Ended) -> None:
        actions.run("timeline.append", context, {"asset": "night.mp4"})

    desk._speech.ended.subscribe(cut)
    ask(editor, qtbot).send.click()
    qtbot.waitUntil(lambda: bool(session.project.sequences[0].subtitle_tracks), timeout=SECONDS)
    (row,) = session.project.sequences[0].subtitle_tracks
    assert " ".join(cue.text for cue in row.cues) == "Roll camera. Roll camera."
