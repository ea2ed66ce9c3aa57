"""Messages say what, why and what to do, as plain text, and never wait in a loop of their own."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.core.base.errors import Cancelled, UserError
from app.ui.dialogs.about import AboutDialog, version
from app.ui.dialogs.error import CrashDialog, ErrorDialog, sentence
from app.ui.dialogs.unsaved import UnsavedDialog
from app.ui.errors import Errors
from app.ui.theme import DARK, Appearance
from app.ui.widgets.basics import ElidedLabel, label


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[QWidget]:
    """Something for the dialogs to belong to."""
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    yield widget
    for dialog in widget.findChildren(QDialog):
        dialog.close()


def texts(dialog: QWidget) -> list[str]:
    """All that its labels say."""
    return [each.text() for each in dialog.findChildren(QLabel) if each.text()]


def click(dialog: QWidget, name: str) -> None:
    """Press the button of that object name."""
    found = dialog.findChild(QPushButton, name)
    assert found is not None
    found.click()


def test_sentences_begin_and_end_as_sentences() -> None:
    assert sentence("it is empty") == "It is empty."
    assert sentence("already done.") == "Already done."
    assert sentence("") == ""


def test_error_says_what_why_and_what_to_do(window: QWidget) -> None:
    error = UserError("/films/<b>a</b>.mp4", "it is empty", "choose another file")
    dialog = ErrorDialog(window, DARK, [error])
    assert texts(dialog) == ["/films/<b>a</b>.mp4", "It is empty.", "Choose another file."]
    assert {each.textFormat() for each in dialog.findChildren(QLabel) if each.text()} == {Qt.TextFormat.PlainText}


def test_several_errors_share_one_message(window: QWidget) -> None:
    dialog = ErrorDialog(window, DARK, [UserError(f"{n}.mp4", "it is empty", "choose another") for n in range(12)])
    shown = texts(dialog)
    assert shown[0] == "12 files could not be used"
    assert "11.mp4" in shown
    assert dialog.sizeHint().height() < 400


@pytest.mark.parametrize(
    ("pressed", "heard"), [("saveButton", ["save"]), ("discardButton", ["discard"]), ("cancelButton", [])]
)
def test_unsaved_question_answers_once(window: QWidget, pressed: str, heard: list[str]) -> None:
    dialog = UnsavedDialog(window, DARK, "Night")
    answers: list[str] = []
    dialog.save_chosen.connect(lambda: answers.append("save"))
    dialog.discard_chosen.connect(lambda: answers.append("discard"))
    dialog.open()
    click(dialog, pressed)
    assert answers == heard
    assert not dialog.isVisible()


@pytest.mark.parametrize(("key", "heard"), [(Qt.Key.Key_Return, ["save"]), (Qt.Key.Key_Escape, [])])
def test_unsaved_question_saves_on_enter_and_keeps_on_escape(window: QWidget, key: Qt.Key, heard: list[str]) -> None:
    dialog = UnsavedDialog(window, DARK, "Night")
    answers: list[str] = []
    dialog.save_chosen.connect(lambda: answers.append("save"))
    dialog.discard_chosen.connect(lambda: answers.append("discard"))
    dialog.open()
    QTest.keyClick(dialog, key)
    assert answers == heard


def test_about_names_version_and_licence(window: QWidget) -> None:
    said = " ".join(texts(AboutDialog(window)))
    assert version("insomnia-video-editor") in said
    assert "GNU General Public License" in said
    assert version("no such package") == "unknown"


def test_bug_saves_work_first_and_offers_the_details(
    window: QWidget, qapp: QApplication, expect_log: Callable[[str], None]
) -> None:
    expect_log("a fault of the program")
    errors = Errors(Appearance(qapp), window)
    saved: list[bool] = []

    def save_work() -> str:
        saved.append(window.findChild(CrashDialog) is None)
        return "your project was saved"

    errors.set_window(window, save_work)
    errors.show(ZeroDivisionError("oh"))
    errors.show(ZeroDivisionError("again"))

    [dialog] = window.findChildren(CrashDialog)
    assert saved == [True]
    assert "Your project was saved." in texts(dialog)
    click(dialog, "copyButton")
    assert "ZeroDivisionError: oh" in QApplication.clipboard().text()
    click(dialog, "continueButton")
    errors.show(ZeroDivisionError("third"))
    assert len(saved) == 2


def test_what_can_be_acted_on_is_no_crash(window: QWidget, qapp: QApplication) -> None:
    errors = Errors(Appearance(qapp), window)
    told: list[object] = []
    errors.told.connect(told.append)
    error = UserError("a.mp4", "it is empty", "choose another")

    def fail() -> None:
        raise error

    assert errors.attempt(fail) is False
    assert errors.attempt(lambda: None) is True
    errors.show(Cancelled())
    errors.show_all([])
    assert told == [error]
    assert len(window.findChildren(ErrorDialog)) == 1


def test_uncaught_exceptions_of_any_thread_reach_the_window(
    window: QWidget, qapp: QApplication, qtbot: QtBot, expect_log: Callable[[str], None]
) -> None:
    expect_log("a fault of the program")
    errors = Errors(Appearance(qapp), window)
    told: list[object] = []
    errors.told.connect(told.append)
    before = sys.excepthook
    end = errors.install()
    try:
        threading.Thread(target=lambda: 1 / 0).start()
        qtbot.waitUntil(lambda: bool(told))
        sys.excepthook(ValueError, ValueError("here"), None)
    finally:
        end()
    assert [type(error) for error in told] == [ZeroDivisionError, ValueError]
    assert sys.excepthook is before


def test_long_names_are_shortened_and_told_in_the_tooltip(qtbot: QtBot) -> None:
    name = ElidedLabel("a very long name of a film that does not fit.mp4")
    qtbot.addWidget(name)
    name.resize(80, 20)
    name.show()
    name.grab()
    assert name.toolTip() == name.text()
    name.resize(800, 20)
    name.grab()
    assert name.toolTip() == ""


def test_labels_read_no_html(qtbot: QtBot) -> None:
    plain = label("<h1>x</h1>")
    qtbot.addWidget(plain)
    assert plain.textFormat() is Qt.TextFormat.PlainText
