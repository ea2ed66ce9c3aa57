"""Before sound is sent the dialog says what, to whom and for how much, and takes a key where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.core.base.errors import UserError
from app.core.base.time import SECOND
from app.core.session.keys import KeySource
from app.core.session.speech_outline import Sending, SentSound
from app.core.speech.transcriber import SpeechOptions
from app.ui.dialogs.consent import ConsentDialog

MINUTE = 60 * SECOND


def sending(
    count: int = 2,
    *,
    known: int = 0,
    key: KeySource | None = "environment",
    can_keep: bool = False,
    cents: int | None = 3,
) -> Sending:
    """``count`` sounds of a minute each."""
    sounds = tuple(SentSound(f"{'a very long name ' * 8}{number}.mp4", MINUTE) for number in range(count))
    return Sending("AssemblyAI", "api.example.com", sounds, count * 2_000_000, cents, known, key, can_keep)


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    """Something for the dialog to belong to."""
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.resize(500, 400)
    widget.show()
    return widget


@pytest.fixture
def dialog(window: QWidget) -> Iterator[ConsentDialog]:
    """Opened for two films."""
    made = ConsentDialog(window, 2, new_videos=False)
    made.open()
    yield made
    made.close()


def texts(dialog: QWidget) -> str:
    """All that its labels in sight say."""
    return "\n".join(each.text() for each in dialog.findChildren(QLabel) if each.isVisible())


def test_it_says_what_is_sent_to_whom_and_for_how_much(dialog: ConsentDialog) -> None:
    assert not dialog.send.isEnabled()
    dialog.show_sending(sending(known=1))
    said = texts(dialog)
    assert "The sound of these 2 files, 2:00 long, at most 4.0 MB. No picture is sent." in said
    assert "AssemblyAI at api.example.com" in said
    assert "About $0.03, charged by AssemblyAI" in said
    assert "1 file is known or paid already and not sent again." in said
    assert dialog.send.isEnabled()
    assert not dialog.key.isVisible()


def test_what_is_known_is_not_sent(dialog: ConsentDialog) -> None:
    dialog.show_sending(sending(0, known=2))
    assert "Nothing: 2 files are known or paid already" in texts(dialog)
    assert (dialog.send.text(), dialog.send.isEnabled()) == ("Transcribe", True)


def test_unknown_prices_are_not_made_up(dialog: ConsentDialog) -> None:
    dialog.show_sending(sending(cents=None))
    assert "$" not in texts(dialog)


def test_a_way_on_which_others_can_listen_is_named(dialog: ConsentDialog) -> None:
    dialog.show_sending(sending())
    assert "Not encrypted" not in texts(dialog)
    dialog.show_sending(replace(sending(), encrypted=False))
    assert "AssemblyAI at api.example.com. Not encrypted: others on the network can listen" in texts(dialog)


def test_options_are_those_chosen(dialog: ConsentDialog, qtbot: QtBot) -> None:
    assert dialog.options == SpeechOptions()
    with qtbot.waitSignals([dialog.options_changed, dialog.options_changed]):
        dialog.languages.setCurrentIndex(dialog.languages.findText("German"))
        dialog.speakers.setCurrentIndex(2)
    assert dialog.options == SpeechOptions("de", 2)


def test_thirty_long_names_fit(dialog: ConsentDialog) -> None:
    dialog.show_sending(sending(30))
    assert dialog.height() < 560
    inside = dialog.list.widget()
    assert inside is not None
    assert inside.width() <= dialog.list.viewport().width()


def test_a_key_is_entered_unseen(dialog: ConsentDialog) -> None:
    dialog.show_sending(sending(key=None, can_keep=True))
    assert dialog.key.field.echoMode() is QLineEdit.EchoMode.Password
    assert "Stored in the system's key ring." in texts(dialog)
    assert not dialog.send.isEnabled()
    dialog.key.field.setText(" secret ")
    assert dialog.send.isEnabled()
    assert dialog.key.key == "secret"


def test_without_a_key_ring_it_says_where_a_key_goes(dialog: ConsentDialog) -> None:
    dialog.show_sending(sending(key=None))
    assert "Set ASSEMBLYAI_API_KEY to it and start Insomnia again." in texts(dialog)
    assert not dialog.key.field.isVisible()
    assert not dialog.send.isEnabled()


def test_a_wrong_key_is_told_once_and_another_can_be_entered(dialog: ConsentDialog) -> None:
    dialog.show_sending(sending(key="system keyring"))
    assert dialog.key.key is None
    dialog.work("Checking the key")
    assert not dialog.send.isEnabled()
    dialog.complain(UserError("x", "AssemblyAI refuses the key", "check it"), another_key=True)
    assert texts(dialog).count("AssemblyAI refuses the key. Enter another.") == 1
    assert dialog.key.field.isVisible()
    dialog.key.field.setText("other")
    assert dialog.send.isEnabled()


def test_other_failures_leave_the_key_alone(dialog: ConsentDialog) -> None:
    dialog.show_sending(sending())
    dialog.complain(UserError("x", "it cannot be reached", "try again"), another_key=False)
    assert not dialog.key.isVisible()
    assert dialog.send.isEnabled()
