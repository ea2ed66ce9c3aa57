"""What did not come over between a timeline of another program and the project: a list to read and to copy."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app.ui.dialogs.message import MessageDialog
from app.ui.theme import Theme
from app.ui.widgets.basics import button

_LINES = 10
_WIDTH = 560


class LossesDialog(MessageDialog):
    """One line for each thing. ``written`` says whether the file was made, or read. GUI thread only."""

    def __init__(
        self, parent: QWidget | None, theme: Theme, path: Path, lines: Sequence[str], *, written: bool
    ) -> None:
        count = f"{len(lines)} things" if len(lines) > 1 else "One thing"
        do = "did" if not written else "do" if len(lines) > 1 else "does"
        super().__init__(parent, "lossesDialog", "warning", theme.warning, f"{count} {do} not come over")
        program = "Another program that opens it does not see:" if written else "The project is without:"
        self.say(f"{path.name} is {'written' if written else 'read'}. {program}", "muted")
        self.list = QPlainTextEdit()
        self.list.setObjectName("lossesList")
        self.list.setAccessibleName("What does not come over")
        self.list.setReadOnly(True)
        self.list.setPlainText("\n".join(lines))
        self.list.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.list.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        shown = min(max(len(lines), 3), _LINES) + 1
        self.list.setMinimumSize(_WIDTH, QFontMetrics(self.list.font()).lineSpacing() * shown)
        self.insert(self.list)
        copy, close = button("Copy", "", "copyLossesButton"), button("Close", "primary", "closeButton")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.list.toPlainText()))
        close.clicked.connect(self.accept)
        self.set_buttons([copy], [close])
