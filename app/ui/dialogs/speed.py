"""How the selected clips play: speed, direction, standing still, pitch, level."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QDoubleSpinBox, QGridLayout, QHBoxLayout, QLabel

from app.core.base import time
from app.core.base.errors import UserError
from app.core.base.time import Flicks
from app.core.base.timecode import format_timecode
from app.core.model.clip import Clip
from app.core.model.lint import LARGEST_GAIN
from app.core.model.retime import FASTEST, NORMAL, SLOWEST
from app.ui.dialogs.error import sentence
from app.ui.theme import GAP, MARGIN, UNIT, WIDE
from app.ui.widgets.basics import button, column, label

if TYPE_CHECKING:
    from app.ui.desk import Desk

_WIDTH = 380


class _ClipDialog(QDialog):
    """A few fields and what is wrong with them; what is asked for is an action on ``clips``."""

    def __init__(self, desk: Desk, name: str, title: str, clips: Sequence[Clip]) -> None:
        super().__init__(desk.window)
        self._desk = desk
        self._clips = clips
        self._name = name
        self.setObjectName(f"{name}Dialog")
        self.setAccessibleName(f"{name}Dialog")
        self.setWindowTitle(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(_WIDTH)
        self.note = label(tone="error", small=True, wrap=True)
        self.note.hide()
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(MARGIN)
        self._grid.setVerticalSpacing(GAP)
        self._grid.setColumnStretch(1, 1)

    def _close_layout(self, apply: Callable[[], None]) -> None:
        cancel, take = button("Cancel", "", f"{self._name}Cancel"), button("Apply", "primary", f"{self._name}Apply")
        take.setDefault(True)
        cancel.clicked.connect(self.reject)
        take.clicked.connect(apply)
        foot = QHBoxLayout()
        foot.setSpacing(GAP)
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(take)
        outer = column(margin=WIDE - UNIT, gap=MARGIN)
        outer.addLayout(self._grid)
        outer.addWidget(self.note)
        outer.addLayout(foot)
        self.setLayout(outer)

    def _run(self, action: str, given: Mapping[str, Any]) -> None:
        clips = [clip.id for clip in self._clips]
        try:
            self._desk.actions.run(action, self._desk.workspace().context, {"clips": clips, **given})
        except UserError as error:
            self.note.setText(f"{sentence(f'{error.what}: {error.why}')} {sentence(error.what_to_do)}")
            self.note.show()
            return
        self.accept()


class SpeedDialog(_ClipDialog):
    """Asks; the change is the action ``clip.setSpeed``."""

    def __init__(self, desk: Desk, clips: Sequence[Clip]) -> None:
        super().__init__(desk, "speed", "Speed", clips)
        known = clips[0].retime
        self._known = clips[0].speed
        self.speed = _number("speedPercent", "Speed", " %", float(SLOWEST * 100), float(FASTEST * 100))
        self.speed.setValue(float(self._known * 100))
        self._shown = self.speed.value()
        self.lasts = label(tone="muted")
        self.lasts.setObjectName("speedLasts")
        self.reverse = _check("speedReverse", "Play backwards", known is not None and known.reverse)
        self.freeze = _check("speedFreeze", "Freeze on the first frame", known is not None and known.freeze)
        self.keep_pitch = _check("speedKeepPitch", "Keep the pitch of sound", known is None or known.keep_pitch)
        self.ripple = _check("speedRipple", "Move later clips along", False)
        self._grid.addWidget(label("Speed", tone="muted"), 0, 0)
        self._grid.addWidget(self.speed, 0, 1)
        self._grid.addWidget(label("Lasts", tone="muted"), 1, 0)
        self._grid.addWidget(self.lasts, 1, 1)
        for row, box in enumerate((self.reverse, self.freeze, self.keep_pitch, self.ripple), 2):
            self._grid.addWidget(box, row, 1)
        self._close_layout(self._apply)
        self.speed.valueChanged.connect(self._show)
        self.freeze.toggled.connect(self._show)
        self._show()
        self.speed.setFocus()
        self.speed.selectAll()

    def chosen_speed(self) -> Fraction:
        """The speed in the field; as exact as it was where nobody changed it."""
        if self.freeze.isChecked():
            return NORMAL
        if self.speed.value() == self._shown:
            return self._known
        return Fraction(self.speed.cleanText().replace(self.speed.locale().decimalPoint(), ".")) / 100

    def _show(self) -> None:
        frozen = self.freeze.isChecked()
        for each in (self.speed, self.reverse, self.keep_pitch):
            each.setEnabled(not frozen)
        rate = self._desk.workspace().context.rate
        lasts: Flicks = self._clips[0].duration
        if not frozen and self._clips[0].rate:
            lasts = round(lasts * self._known / self.chosen_speed())
        self.lasts.setText(format_timecode(max(1, time.nearest_frame(lasts, rate)), rate))

    def _apply(self) -> None:
        linked = self._desk.workspace().view.linking
        frozen = self.freeze.isChecked()
        given = {
            "speed": str(self.chosen_speed()),
            "reverse": self.reverse.isChecked() and not frozen,
            "freeze": frozen,
            "keep_pitch": self.keep_pitch.isChecked(),
            "ripple": self.ripple.isChecked(),
            "linked": linked,
        }
        self._run("clip.setSpeed", given)


class LevelDialog(_ClipDialog):
    """Asks; the change is the action ``clip.setGain``."""

    def __init__(self, desk: Desk, clips: Sequence[Clip]) -> None:
        super().__init__(desk, "level", "Level", clips)
        self.level = _number("levelDecibels", "Level", " dB", -LARGEST_GAIN, LARGEST_GAIN)
        self.level.setValue(clips[0].gain_db)
        self._grid.addWidget(label("Level", tone="muted"), 0, 0)
        self._grid.addWidget(self.level, 0, 1)
        note: QLabel = label("0 dB is as loud as the media", tone="muted", small=True)
        self._grid.addWidget(note, 1, 1)
        self._close_layout(self._apply)
        self.level.setFocus()
        self.level.selectAll()

    def _apply(self) -> None:
        self._run("clip.setGain", {"db": self.level.value()})


class _Number(QDoubleSpinBox):
    """A number without zeros that say nothing."""

    def textFromValue(self, value: float) -> str:
        """As it is shown."""
        point = self.locale().decimalPoint()
        text = super().textFromValue(value)
        return text.rstrip("0").removesuffix(point) if point in text else text


def _number(name: str, said: str, unit: str, least: float, most: float) -> QDoubleSpinBox:
    box = _Number()
    box.setObjectName(name)
    box.setAccessibleName(said)
    box.setDecimals(3 if unit == " %" else 1)
    box.setRange(least, most)
    box.setSuffix(unit)
    box.setGroupSeparatorShown(False)
    box.setStepType(QDoubleSpinBox.StepType.DefaultStepType)
    box.setSingleStep(10 if unit == " %" else 1)
    box.lineEdit().setTextMargins(UNIT, 0, 0, 0)
    return box


def _check(name: str, said: str, on: bool) -> QCheckBox:
    box = QCheckBox(said)
    box.setObjectName(name)
    box.setAccessibleName(said)
    box.setChecked(on)
    return box
