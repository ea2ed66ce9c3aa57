"""What the pane shows while there are no subtitles: what they could be made of, as buttons that work."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton, QWidget

from app.ui.theme import GAP, MARGIN, Appearance
from app.ui.widgets.basics import button, column
from app.ui.widgets.empty_state import EmptyState

# Actions that make subtitles, in the order in which they are offered.
_WAYS = (
    ("subtitles.fromSpeech", "Make from speech"),
    ("media.transcribe", "Transcribe..."),
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
        possible = [shown for shown, action in self._ways if action.isEnabled()]
        for shown, action in self._ways:
            shown.setVisible(action.isEnabled())
            shown.setProperty("kind", "primary" if possible and shown is possible[0] else "")
            shown.style().unpolish(shown)
            shown.style().polish(shown)
        names = {shown.objectName().removeprefix("subtitlesPane.") for shown in possible}
        self._said.say("title", "No subtitles yet", _hint(names))

    def _make_button(self, action: QAction, title: str) -> QPushButton:
        made = button(title, "", f"subtitlesPane.{action.objectName()}")
        made.clicked.connect(action.trigger)
        action.changed.connect(self.refresh)
        self._ways.append((made, action))
        return made


def _hint(names: set[str]) -> str:
    if "subtitles.fromSpeech" in names:
        return "Make them from what is said, import a file, or write them yourself"
    if "media.transcribe" in names:
        return "Transcribe the media to make them from what is said, import a file, or write them yourself"
    return "Import a file, or write them yourself" if "subtitles.import" in names else "Write them yourself"
