"""What went wrong: something the person can act on, or a fault of the program."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QScrollArea, QWidget

from app.core.base.errors import UserError
from app.ui.dialogs.message import MessageDialog
from app.ui.theme import GAP, UNIT, Theme
from app.ui.widgets.basics import button, column, label

_LIST_HEIGHT = 220


def sentence(text: str) -> str:
    """``text`` with a capital at its start and a stop at its end."""
    text = text.strip()
    if not text:
        return ""
    return text[0].upper() + text[1:] + ("" if text[-1] in ".!?" else ".")


class ErrorDialog(MessageDialog):
    """One error, or all that one request met, each with the reason and the way out."""

    def __init__(self, parent: QWidget | None, theme: Theme, errors: Sequence[UserError]) -> None:
        several = len(errors) > 1
        headline = f"{len(errors)} files could not be used" if several else errors[0].what
        super().__init__(parent, "errorDialog", "error", theme.error, headline)
        if several:
            self.insert(_list(errors))
        else:
            self.say(sentence(errors[0].why))
            self.say(sentence(errors[0].what_to_do), "muted")
        close = button("OK", "primary", "okButton")
        close.clicked.connect(self.accept)
        self.set_buttons([], [close])


class CrashDialog(MessageDialog):
    """A fault of the program: says that the work is safe, and shows what to send to its makers."""

    def __init__(self, parent: QWidget | None, theme: Theme, saved: str, details: str) -> None:
        super().__init__(parent, "crashDialog", "error", theme.error, "Insomnia made a mistake")
        self.say(sentence(saved))
        self.say("If it happens again, please send these details with a word on what you did.", "muted")
        self.details = QPlainTextEdit(details)
        self.details.setObjectName("crashDetails")
        self.details.setReadOnly(True)
        self.details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        fixed.setPixelSize(self.font().pixelSize() - 1)
        self.details.setFont(fixed)
        self.details.setMinimumSize(520, 200)
        self.insert(self.details)
        copy = button("Copy Details", "", "copyButton")
        go_on = button("Continue", "primary", "continueButton")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(details))
        go_on.clicked.connect(self.accept)
        self.set_buttons([copy], [go_on])


def _list(errors: Sequence[UserError]) -> QScrollArea:
    rows = column(gap=GAP + UNIT)
    for error in errors:
        row = column(gap=UNIT // 2)
        row.addWidget(label(error.what, wrap=True))
        row.addWidget(label(f"{sentence(error.why)} {sentence(error.what_to_do)}", tone="muted", wrap=True))
        rows.addLayout(row)
    rows.addStretch(1)
    inside = QWidget()
    inside.setLayout(rows)
    area = QScrollArea()
    area.setObjectName("errorList")
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(inside)
    area.setMinimumHeight(min(_LIST_HEIGHT, inside.sizeHint().height()))
    area.setMaximumHeight(_LIST_HEIGHT)
    return area
