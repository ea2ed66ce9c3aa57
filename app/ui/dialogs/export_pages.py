"""What the export dialog shows while a film is written, and afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from app.ui import icons
from app.ui.dialogs.error import sentence
from app.ui.theme import GAP, ICON, MARGIN, UNIT, WIDE
from app.ui.widgets.basics import ElidedLabel, button, column, label
from app.ui.words import size_in_words

if TYPE_CHECKING:
    from app.core.render.export import ExportResult
    from app.core.render.film_subtitles import FilmSubtitles


class Running(QWidget):
    """How far it is."""

    def __init__(self) -> None:
        super().__init__()
        self.headline = ElidedLabel()
        self.bar = QProgressBar()
        self.bar.setObjectName("exportProgress")
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.message = label("Waiting for its turn", tone="muted", small=True, tabular=True)
        self.hide_button = button("Continue in Background", "quiet", "exportHide")
        self.cancel = button("Cancel Export", "", "exportStop")
        outer = column(gap=MARGIN)
        outer.addWidget(self.headline)
        outer.addWidget(self.bar)
        outer.addWidget(self.message)
        outer.addStretch(1)
        outer.addLayout(row(self.hide_button, self.cancel))
        self.setLayout(outer)

    def show_progress(self, done: float, message: str, left: str) -> None:
        """``done`` is 0 to 1."""
        self.bar.setValue(round(1000 * done))
        self.message.setText("   ".join(part for part in (f"{done:.0%}", message, left) if part))


class Ended(QWidget):
    """What came of it."""

    def __init__(self) -> None:
        super().__init__()
        self.picture = QLabel()
        self.headline = label(strong=True, wrap=True)
        self.headline.setObjectName("exportHeadline")
        self.detail = label(tone="muted", wrap=True)
        self.detail.setObjectName("exportDetail")
        self.folder = button("Show in Folder", "", "exportShowFolder")
        self.close_button = button("Close", "primary", "exportClose")
        self.close_button.setDefault(True)
        top = QHBoxLayout()
        top.setSpacing(MARGIN)
        top.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        text = column(gap=UNIT)
        text.addWidget(self.headline)
        text.addWidget(self.detail)
        top.addLayout(text, 1)
        outer = column(gap=WIDE - UNIT)
        outer.addLayout(top)
        outer.addStretch(1)
        outer.addLayout(row(self.folder, self.close_button))
        self.setLayout(outer)

    def tell_done(self, path: Path, result: ExportResult, colour: str) -> None:
        """The film is written and checked."""
        self._draw("ok", colour)
        self.headline.setText(f"{path.name} is ready")
        size = size_in_words(path.stat().st_size) if path.exists() else ""
        facts = [f"{result.frames} frames", size, f"written in {result.seconds:.0f} s"]
        lines = [", ".join(fact for fact in facts if fact) + ", read back and checked."]
        lines += _about_subtitles(result.subtitles)
        self.detail.setText("\n".join([*lines, *map(sentence, result.warnings)]))

    def tell_failed(self, what: str, why: str, what_to_do: str, colour: str) -> None:
        """There is no film."""
        self._draw("error", colour)
        self.headline.setText(what)
        self.detail.setText(" ".join(sentence(part) for part in (why, what_to_do) if part))
        self.folder.hide()

    def _draw(self, icon: str, colour: str) -> None:
        self.picture.setPixmap(icons.pixmap(icon, colour, ICON, self.devicePixelRatioF()))


def _about_subtitles(done: FilmSubtitles) -> list[str]:
    if not done.cues:
        return []
    many = f"{done.cues} subtitle{'' if done.cues == 1 else 's'}"
    places = {
        "burn": "burned into the picture",
        "track": "as a track that can be switched off",
        "file": f"in {Path(done.path or '').name}",
    }
    return [f"{many} {places[done.mode]}."]


def row(*buttons: QPushButton) -> QHBoxLayout:
    """Buttons at the right end of a line."""
    line = QHBoxLayout()
    line.setSpacing(GAP)
    line.addStretch(1)
    for each in buttons:
        line.addWidget(each)
    return line
