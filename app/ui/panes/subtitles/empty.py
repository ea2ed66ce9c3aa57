"""What the pane shows while there are no subtitles: what they could be made of, as buttons that work."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton, QWidget

from app.ui.theme import GAP, MARGIN, Appearance
from app.ui.widgets.basics import ButtonKind, button, column
from app.ui.widgets.empty_state import EmptyState

# Actions that make subtitles, in the order in which they are offered.
_SPEECH, _TRANSCRIBE = "subtitles.fromSpeech", "media.transcribe"
_WAYS = (
    (_SPEECH, "Make from speech"),
    (_TRANSCRIBE, "Transcribe..."),
    ("subtitles.import", "Import a file..."),
    ("subtitles.add", "Add a subtitle here"),
)


class NoSubtitles(QWidget):
    """``action`` gives the window's QActions by name, None for one that it has not got. GUI thread only."""

    def __init__(self, appearance: Appearance, action: Callable[[str], QAction | None]) -> None:
        super().__init__()
        self._said = EmptyState(appearance)
        self._ways: list[tuple[QPushButton, QAction]] = []
        layout = column(gap=GAP)
        layout.addStretch(1)
        layout.addWidget(self._said)
        for name, title in _WAYS:
            found = action(name)
            if found is not None:
                layout.addWidget(self._make_button(found, title), 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)
        layout.setContentsMargins(MARGIN, GAP, MARGIN, GAP)
        self.setLayout(layout)
        self.refresh()

    @property
    def text(self) -> str:
        """What is said."""
        return self._said.text

    def refresh(self) -> None:
        """Offer what is possible now, the best way first."""
        names = {action.objectName() for _shown, action in self._ways if action.isEnabled()}
        if _SPEECH in names:
            names.discard(_TRANSCRIBE)  # what is known already need not be asked for
        for shown, action in self._ways:
            shown.setVisible(action.objectName() in names)
        self._said.say("title", "No subtitles yet", _hint(names))

    def _make_button(self, action: QAction, title: str) -> QPushButton:
        kind: ButtonKind = "primary" if action.objectName() in (_SPEECH, _TRANSCRIBE) else ""
        made = button(title, kind, f"subtitlesPane.{action.objectName()}")
        made.clicked.connect(action.trigger)
        action.changed.connect(self.refresh)
        self._ways.append((made, action))
        return made


def _hint(names: set[str]) -> str:
    if _SPEECH in names:
        return "Make them from what is said, import a file, or write them yourself"
    if _TRANSCRIBE in names:
        return "Transcribe the media to make them from what is said, import a file, or write them yourself"
    return "Import a file, or write them yourself" if "subtitles.import" in names else "Write them yourself"
