"""What a pane shows in place of what it has not got: a picture, a sentence, perhaps a way on."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QProgressBar, QWidget

from app.ui import icons
from app.ui.theme import GAP, MARGIN, UNIT, Appearance
from app.ui.widgets.basics import button, column, label

_ICON_SIZE = 32
_BAR_WIDTH = 160


class EmptyState(QWidget):
    """A calm sentence in the middle. ``asked`` comes when its button is pressed. GUI thread only."""

    asked = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._icon_name = "film"
        self._picture = QLabel()
        self._headline = label(strong=True, wrap=True)
        self._hint = label(tone="muted", wrap=True)
        self._bar = QProgressBar()
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(_BAR_WIDTH)
        self._button = button("")
        self._button.clicked.connect(self.asked)
        centre = Qt.AlignmentFlag.AlignHCenter
        layout = column(margin=MARGIN, gap=UNIT)
        layout.addStretch(1)
        layout.addWidget(self._picture, 0, centre)
        layout.addSpacing(UNIT)
        for each in (self._headline, self._hint):
            each.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(each)
        layout.addSpacing(GAP)
        layout.addWidget(self._bar, 0, centre)
        layout.addWidget(self._button, 0, centre)
        layout.addStretch(1)
        self.setLayout(layout)
        appearance.changed.connect(self._draw)

    @property
    def text(self) -> str:
        """What is said."""
        return f"{self._headline.text()}\n{self._hint.text()}".strip()

    @property
    def button_name(self) -> str:
        """The object name of the button."""
        return self._button.objectName()

    def say(
        self,
        icon: str,
        headline: str,
        hint: str = "",
        *,
        progress: float | None = None,
        button_text: str = "",
        button_name: str = "",
    ) -> None:
        """Show this; ``progress`` runs 0 to 1, no button where it has no text."""
        self._icon_name = icon
        self._headline.setText(headline)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self._bar.setVisible(progress is not None)
        self._bar.setValue(round((progress or 0.0) * 1000))
        self._button.setVisible(bool(button_text))
        self._button.setText(button_text)
        self._button.setObjectName(button_name)
        self.setAccessibleName(headline)
        self.setAccessibleDescription(hint)
        self._draw()

    def _draw(self) -> None:
        colour = self._appearance.theme.muted_text
        self._picture.setPixmap(icons.pixmap(self._icon_name, colour, _ICON_SIZE, self.devicePixelRatioF()))
