"""What an empty project shows in place of a film: where to begin."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.ui import icons
from app.ui.theme import GAP, MARGIN, RADIUS, UNIT, WIDE, Appearance
from app.ui.widgets.basics import button, label

_ICON_SIZE = 40
_RECENT_SHOWN = 4
_DASH = [4.0, 4.0]
_DASH_STRENGTH = 90
_SAMPLE = "Try a Sample"


class Welcome(QWidget):
    """Asks for videos, offers a project to open, and a sample where one can be made."""

    import_asked = Signal()
    open_asked = Signal()
    sample_asked = Signal()
    recent_chosen = Signal(object)

    def __init__(self, appearance: Appearance, *, offers_sample: bool) -> None:
        super().__init__()
        self.setObjectName("welcome")
        self.setAccessibleName("Drop videos here")
        self._appearance = appearance
        self._sample: QPushButton | None = None
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        headline = label("Drop videos here", strong=True)
        headline.setAlignment(Qt.AlignmentFlag.AlignCenter)
        hint = label("Files or whole folders, anywhere in this window", tone="muted")
        hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._recent = QVBoxLayout()
        self._recent.setSpacing(0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        layout.setSpacing(UNIT)
        layout.addStretch(1)
        layout.addWidget(self._picture)
        layout.addSpacing(GAP)
        layout.addWidget(headline)
        layout.addWidget(hint)
        layout.addSpacing(MARGIN)
        layout.addLayout(self._buttons(offers_sample))
        layout.addSpacing(MARGIN)
        layout.addLayout(self._recent)
        layout.addStretch(1)
        appearance.changed.connect(self._draw)
        self._draw()

    def show_recent(self, projects: Sequence[Path]) -> None:
        """Offer these projects, the first few of them."""
        while (item := self._recent.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.deleteLater()
        for path in projects[:_RECENT_SHOWN]:
            self._recent.addWidget(self._recent_button(path), 0, Qt.AlignmentFlag.AlignHCenter)

    def set_sample_enabled(self, enabled: bool) -> None:
        """Whether the sample can be asked for now: not while it is being made."""
        if self._sample is not None:
            self._sample.setEnabled(enabled)
            self._sample.setText(_SAMPLE if enabled else "Making a Sample...")

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._appearance.theme
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.surround))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        dashes = QColor(theme.muted_text)
        dashes.setAlpha(_DASH_STRENGTH)
        pen = QPen(dashes, 1.5)
        pen.setDashPattern(_DASH)
        painter.setPen(pen)
        frame = QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        painter.drawRoundedRect(frame, RADIUS * 2, RADIUS * 2)
        painter.end()

    def _buttons(self, offers_sample: bool) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addStretch(1)
        choose = button("Choose Files...", "primary", "welcomeImport")
        choose.clicked.connect(self.import_asked)
        row.addWidget(choose)
        opened = button("Open Project...", "", "welcomeOpen")
        opened.clicked.connect(self.open_asked)
        row.addWidget(opened)
        if offers_sample:
            self._sample = button(_SAMPLE, "", "welcomeSample")
            self._sample.clicked.connect(self.sample_asked)
            row.addWidget(self._sample)
        row.addStretch(1)
        return row

    def _recent_button(self, path: Path) -> QPushButton:
        result = button(path.stem, "quiet")
        result.setToolTip(str(path))
        result.clicked.connect(lambda: self.recent_chosen.emit(path))
        return result

    def _draw(self) -> None:
        theme = self._appearance.theme
        self._picture.setPixmap(icons.pixmap("import", theme.muted_text, _ICON_SIZE, self.devicePixelRatioF()))
        self.update()
