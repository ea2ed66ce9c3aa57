"""Where cues are typed: a field of several lines for the text, two short ones for the times."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFocusEvent, QTextOption
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from app.core.model.subtitle import SubtitleCue
from app.ui.theme import UNIT, font
from app.ui.widgets.basics import column

_MOST_LINES = 8


class CueTextEdit(QPlainTextEdit):
    """The text of the cue ``cue_id`` while it is typed."""

    def __init__(self, parent: QWidget, cue: SubtitleCue) -> None:
        super().__init__(parent)
        self.cue_id = cue.id
        self.was = cue.text
        self.setObjectName("subtitlesPane.text")
        self.setAccessibleName("Text of the subtitle")
        self.setProperty("cell", "text")
        self.setFont(font())
        self.setTabChangesFocus(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        option = QTextOption()
        option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.document().setDefaultTextOption(option)
        self.document().setDocumentMargin(2)
        self.setPlainText(cue.text)
        self.selectAll()

    def wanted_height(self, width: int) -> int:
        """Pixels that show the whole text at ``width``, up to some lines."""
        metrics = self.fontMetrics()
        lines = 0
        for paragraph in self.toPlainText().split("\n"):
            box = metrics.boundingRect(
                0, 0, max(20, width - 6 * UNIT), 10_000, int(Qt.TextFlag.TextWordWrap), paragraph or " "
            )
            lines += max(1, round(box.height() / metrics.lineSpacing()))
        return (min(lines, _MOST_LINES) * metrics.lineSpacing()) + 4 * UNIT

    def sizeHint(self) -> QSize:
        return QSize(100, self.wanted_height(self.width()))


class TimesEdit(QWidget):
    """Start and end of the cue ``cue_id``, one above the other."""

    def __init__(self, parent: QWidget, cue: SubtitleCue, start: str, end: str) -> None:
        super().__init__(parent)
        self.cue_id = cue.id
        self.start, self.end = _field("start", start), _field("end", end)
        self.fields = (self.start, self.end)
        self.setAutoFillBackground(True)
        layout = column(gap=0)
        for each in self.fields:
            layout.addWidget(each)
        self.setLayout(layout)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.start.setFocus(event.reason())
        self.start.selectAll()

    def go_on(self) -> None:
        """To the other field."""
        other = self.end if self.start.hasFocus() else self.start
        other.setFocus(Qt.FocusReason.TabFocusReason)
        other.selectAll()

    def mark(self, *, wrong: bool) -> None:
        """Show whether what stands there can be taken."""
        for each in self.fields:
            each.setProperty("wrong", wrong)
            each.style().unpolish(each)
            each.style().polish(each)


class SpeakerEdit(QLineEdit):
    """Who says the cue ``cue_id``."""

    def __init__(self, parent: QWidget, cue: SubtitleCue) -> None:
        super().__init__(cue.speaker or "", parent)
        self.cue_id = cue.id
        self.setObjectName("subtitlesPane.speaker")
        self.setAccessibleName("Speaker of the subtitle")
        self.setProperty("cell", "text")
        self.selectAll()


def _field(which: str, text: str) -> QLineEdit:
    field = QLineEdit(text)
    field.setObjectName(f"subtitlesPane.{which}")
    field.setAccessibleName(f"{which.capitalize()} of the subtitle")
    field.setFont(font(small=True, tabular=True))
    field.setProperty("cell", "time")
    return field
