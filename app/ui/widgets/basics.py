"""Labels, buttons and lines in the program's look. All text is plain text."""

from __future__ import annotations

from typing import Literal, TypeAlias

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from app.ui.theme import font

Tone: TypeAlias = Literal["", "muted", "accent", "warning", "error", "success"]
ButtonKind: TypeAlias = Literal["", "primary", "quiet"]


def label(
    text: str = "",
    *,
    tone: Tone = "",
    small: bool = False,
    strong: bool = False,
    tabular: bool = False,
    wrap: bool = False,
) -> QLabel:
    """A label that never reads its text as HTML."""
    result = QLabel(text)
    result.setTextFormat(Qt.TextFormat.PlainText)
    result.setFont(font(small=small, strong=strong, tabular=tabular))
    result.setWordWrap(wrap)
    set_tone(result, tone)
    return result


def set_tone(widget: QWidget, tone: Tone) -> None:
    """Give a label another meaning: its colour follows, in every theme."""
    if widget.property("tone") == tone:
        return
    widget.setProperty("tone", tone)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def button(text: str, kind: ButtonKind = "", name: str = "") -> QPushButton:
    """A push button; ``name`` is its object name."""
    result = QPushButton(text)
    result.setProperty("kind", kind)
    result.setObjectName(name)
    result.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    result.setAutoDefault(False)
    if kind == "primary":
        result.setFont(font(strong=True))
    return result


def tool_button(size: int = 20) -> QToolButton:
    """A button that shows only an icon, for a QAction or for itself. A click leaves the focus where it is."""
    result = QToolButton()
    result.setIconSize(QSize(size, size))
    result.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    result.setAutoRaise(True)
    return result


def column(*, margin: int = 0, gap: int = 0) -> QVBoxLayout:
    """A layout from top to bottom with the same margin all round."""
    result = QVBoxLayout()
    result.setContentsMargins(margin, margin, margin, margin)
    result.setSpacing(gap)
    return result


class ElidedLabel(QLabel):
    """One line of plain text that shortens itself where there is no room: in the middle, as suits names, or
    ``at_end``, as suits sentences.

    The whole text is then in the tooltip.
    """

    def __init__(self, text: str = "", *, tone: Tone = "", small: bool = False, at_end: bool = False) -> None:
        super().__init__(text)
        self._mode = Qt.TextElideMode.ElideRight if at_end else Qt.TextElideMode.ElideMiddle
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(font(small=small))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        set_tone(self, tone)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        shown = self.fontMetrics().elidedText(self.text(), self._mode, self.width())
        self.setToolTip("" if shown == self.text() else self.text())
        painter = QPainter(self)
        self.style().drawItemText(
            painter,
            self.rect(),
            int(self.alignment()) | Qt.TextFlag.TextSingleLine,
            self.palette(),
            self.isEnabled(),
            shown,
            self.foregroundRole(),
        )
        painter.end()
