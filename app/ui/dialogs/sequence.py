"""The settings of the sequence: name, size, rate, sound."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QGridLayout, QHBoxLayout, QLineEdit, QSpinBox, QWidget

from app.core.base.errors import UserError
from app.core.edit.assets import LARGEST_SIDE
from app.core.edit.sequence_settings import AUDIO_RATES, CHANNELS, SMALLEST_SIDE, rate_is_fixed
from app.ui.dialogs.error import sentence
from app.ui.theme import GAP, MARGIN, UNIT, WIDE
from app.ui.widgets.basics import button, column, label
from app.ui.words import rate_in_words

if TYPE_CHECKING:
    from app.ui.desk import Desk

_WIDTH = 420
_RATES = ("24000/1001", "24", "25", "30000/1001", "30", "50", "60000/1001", "60")
_SOUND = {1: "Mono", 2: "Stereo"}


class SequenceDialog(QDialog):
    """Asks; the change is the action ``sequence.change``."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.window)
        self._desk = desk
        sequence = desk.workspace().context.timeline
        shown = sequence.format
        self.setObjectName("sequenceDialog")
        self.setAccessibleName("sequenceDialog")
        self.setWindowTitle("Sequence Settings")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(_WIDTH)
        self.name = QLineEdit(sequence.name)
        self.name.setObjectName("sequenceName")
        self.width_field = _side("sequenceWidth", "Width", shown.width)
        self.height_field = _side("sequenceHeight", "Height", shown.height)
        self.rate = _choices("sequenceRate", "Frame rate")
        for rate in sorted({*map(Fraction, _RATES), shown.rate}):
            self.rate.addItem(rate_in_words(rate), str(rate))
        self.rate.setCurrentIndex(self.rate.findData(str(shown.rate)))
        self.rate.setEnabled(not rate_is_fixed(sequence))
        self.audio_rate = _choices("sequenceAudioRate", "Sound rate")
        for hertz in sorted({*AUDIO_RATES, shown.audio_rate}):
            self.audio_rate.addItem(f"{hertz / 1000:g} kHz", hertz)
        self.audio_rate.setCurrentIndex(self.audio_rate.findData(shown.audio_rate))
        self.channels = _choices("sequenceChannels", "Channels")
        for count in sorted({*CHANNELS, shown.channels}):
            self.channels.addItem(_SOUND.get(count, f"{count} channels"), count)
        self.channels.setCurrentIndex(self.channels.findData(shown.channels))
        self.note = label(tone="error", small=True, wrap=True)
        self.note.hide()
        self._lay_out()

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(MARGIN)
        grid.setVerticalSpacing(GAP)
        size = _beside(self.width_field, label("×", tone="muted"), self.height_field)
        rows: list[tuple[str, QWidget]] = [
            ("Name", self.name),
            ("Size", size),
            ("Frame rate", self.rate),
            ("Sound rate", self.audio_rate),
            ("Channels", self.channels),
        ]
        if not self.rate.isEnabled():
            rows.insert(3, ("", label("Fixed while there is something on the timeline", tone="muted", small=True)))
        for row, (title, widget) in enumerate(rows):
            grid.addWidget(label(title, tone="muted"), row, 0)
            grid.addWidget(widget, row, 1)
        grid.setColumnStretch(1, 1)
        cancel, take = button("Cancel", "", "sequenceCancel"), button("Apply", "primary", "sequenceApply")
        take.setDefault(True)
        cancel.clicked.connect(self.reject)
        take.clicked.connect(self._apply)
        foot = QHBoxLayout()
        foot.setSpacing(GAP)
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(take)
        outer = column(margin=WIDE - UNIT, gap=MARGIN)
        outer.addLayout(grid)
        outer.addWidget(self.note)
        outer.addLayout(foot)
        self.setLayout(outer)

    def _apply(self) -> None:
        given: dict[str, Any] = {
            "name": self.name.text(),
            "width": self.width_field.value(),
            "height": self.height_field.value(),
            "audio_rate": self.audio_rate.currentData(),
            "channels": self.channels.currentData(),
        }
        if self.rate.isEnabled():
            given["rate"] = self.rate.currentData()
        try:
            self._desk.actions.run("sequence.change", self._desk.workspace().context, given)
        except UserError as error:
            self.note.setText(f"{sentence(f'{error.what}: {error.why}')} {sentence(error.what_to_do)}")
            self.note.show()
            return
        self.accept()


def _side(name: str, said: str, value: int) -> QSpinBox:
    box = QSpinBox()
    box.setObjectName(name)
    box.setAccessibleName(said)
    box.setRange(SMALLEST_SIDE, LARGEST_SIDE)
    box.setSingleStep(2)
    box.setValue(value)
    box.lineEdit().setTextMargins(UNIT, 0, 0, 0)
    return box


def _choices(name: str, said: str) -> QComboBox:
    box = QComboBox()
    box.setObjectName(name)
    box.setAccessibleName(said)
    return box


def _beside(*widgets: QWidget) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(GAP)
    for widget in widgets:
        row.addWidget(widget, 0 if widget.metaObject().className() == "QLabel" else 1)
    return holder
