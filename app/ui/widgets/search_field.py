"""A line to search with: a magnifier before it, a cross behind it while there is text."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QLineEdit

from app.ui import icons
from app.ui.theme import Appearance


class SearchField(QLineEdit):
    """Escape empties it. GUI thread only."""

    def __init__(self, appearance: Appearance, meaning: str, name: str) -> None:
        super().__init__()
        self._appearance = appearance
        self.setObjectName(name)
        self.setPlaceholderText(meaning)
        self.setAccessibleName(meaning)
        self._sign = QAction(self)
        self._clear = QAction("Clear", self)
        self._clear.triggered.connect(self.clear)
        self._clear.setVisible(False)
        self.addAction(self._sign, QLineEdit.ActionPosition.LeadingPosition)
        self.addAction(self._clear, QLineEdit.ActionPosition.TrailingPosition)
        self.textChanged.connect(lambda text: self._clear.setVisible(bool(text)))
        appearance.changed.connect(self._draw)
        self._draw()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            return
        super().keyPressEvent(event)

    def _draw(self) -> None:
        muted = self._appearance.theme.muted_text
        self._sign.setIcon(icons.tinted("search", muted))
        self._clear.setIcon(icons.tinted("cancel", muted))
