"""A question or a notice: an icon, one strong line, an explanation, buttons."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QWidget

from app.ui import icons
from app.ui.theme import MARGIN, UNIT, WIDE
from app.ui.widgets.basics import Tone, column, label

ICON_SIZE = 28
_TEXT_WIDTH = 380


class MessageDialog(QDialog):
    """The frame of all messages. Opened with ``open()``: nothing waits for it in a nested loop.

    ``buttons`` are set from left to right at the bottom right; the last one is the default.
    """

    def __init__(self, parent: QWidget | None, name: str, icon: str, colour: str, headline: str) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowTitle("Insomnia")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        picture = QLabel()
        picture.setPixmap(icons.pixmap(icon, colour, ICON_SIZE, self.devicePixelRatioF()))
        self.headline = label(headline, strong=True, wrap=True)
        self.headline.setMinimumWidth(_TEXT_WIDTH)
        self.body = column(gap=MARGIN - UNIT)
        self.body.addWidget(self.headline)
        self.body.addStretch(1)
        top = QHBoxLayout()
        top.setSpacing(WIDE - UNIT * 2)
        top.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(self.body, 1)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(MARGIN - UNIT)
        outer = column(margin=WIDE - UNIT, gap=WIDE - UNIT)
        outer.addLayout(top, 1)
        outer.addLayout(self._buttons)
        self.setLayout(outer)

    def say(self, text: str, tone: Tone = "") -> QLabel:
        """Add a paragraph; it can be selected and copied."""
        paragraph = label(text, tone=tone, wrap=True)
        paragraph.setMinimumWidth(_TEXT_WIDTH)
        paragraph.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.insert(paragraph)
        return paragraph

    def insert(self, widget: QWidget) -> None:
        """Add ``widget`` below what is there."""
        self.body.insertWidget(self.body.count() - 1, widget)

    def set_buttons(self, left: Sequence[QPushButton], right: Sequence[QPushButton]) -> None:
        """Put the buttons at the bottom; the last on the right answers Enter."""
        for each in left:
            self._buttons.addWidget(each)
        self._buttons.addStretch(1)
        for each in right:
            self._buttons.addWidget(each)
        right[-1].setDefault(True)
        right[-1].setFocus()
