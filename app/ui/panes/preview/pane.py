"""The program monitor: screen, timecode and transport."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from app.core.base.errors import UserError
from app.core.base.timecode import format_timecode
from app.core.session.session import Session
from app.ui import icons
from app.ui.bridge import Bridge
from app.ui.panes.preview.playback import Playback, frames_of
from app.ui.panes.preview.screen import Screen
from app.ui.theme import GAP, MARGIN, TOOLBAR_HEIGHT, UNIT, Appearance
from app.ui.view_state import ViewState
from app.ui.widgets.basics import column, label, tool_button

_BUTTONS = ("playback.toStart", "playback.stepBack", "playback.toggle", "playback.stepForward", "playback.toEnd")
_EMPTY = "The timeline is empty.\nDouble-click a scene to put it there."


class ProgramMonitor(QWidget):
    """Shows what ``playback`` brings. ``action`` gives the window's QActions by name. GUI thread only."""

    def __init__(
        self,
        session: Session,
        view: ViewState,
        bridge: Bridge,
        playback: Playback,
        appearance: Appearance,
        action: Callable[[str], QAction],
    ) -> None:
        super().__init__()
        self.setObjectName("programMonitor")
        self.setAccessibleName("programMonitor")
        self.setProperty("tone", "surround")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session = session
        self._view = view
        self._playback = playback
        self._appearance = appearance
        self.screen_widget = Screen(appearance)
        self.timecode = label(tabular=True, strong=True)
        self.timecode.setObjectName("timecode")
        self.duration = label(tabular=True, tone="muted")
        self.speed = label(tabular=True, tone="accent")
        self._play = tool_button()
        self._action = action
        layout = column()
        layout.addWidget(self.screen_widget, 1)
        layout.addWidget(self._make_bar())
        self.setLayout(layout)
        self._connect(bridge)
        self._show_time()
        self._show_state()

    def _make_bar(self) -> QWidget:
        bar = QWidget()
        bar.setProperty("tone", "panel")
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        bar.setFixedHeight(TOOLBAR_HEIGHT)
        row = QHBoxLayout(bar)
        row.setContentsMargins(MARGIN, 0, MARGIN, 0)
        row.setSpacing(UNIT)
        left, right = _side(self.timecode, self.speed), _side(self.duration)
        right.setAlignment(Qt.AlignmentFlag.AlignRight)
        row.addLayout(left, 1)
        for name in _BUTTONS:
            row.addWidget(self._button(name))
        row.addLayout(right, 1)
        return bar

    def _button(self, name: str) -> QToolButton:
        action = self._action(name)
        if name != "playback.toggle":
            button = tool_button()
            button.setDefaultAction(action)
        else:
            button = self._play
            button.clicked.connect(action.trigger)
            action.changed.connect(self._show_state)
        button.setObjectName(f"monitor.{name}")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _connect(self, bridge: Bridge) -> None:
        self.screen_widget.room_changed.connect(self._playback.set_room)
        self.screen_widget.clicked.connect(self.setFocus)
        self._playback.picture.connect(self.screen_widget.show_picture)
        self._playback.state_changed.connect(self._show_state)
        self._playback.trouble.connect(self._show_trouble)
        self._view.playhead_changed.connect(self._show_time)
        bridge.document_changed.connect(self._on_document)
        self._appearance.changed.connect(self._show_state)

    def _on_document(self, *_change: object) -> None:
        self.screen_widget.set_notice("")
        self._show_time()

    def _show_time(self, *_frame: object) -> None:
        rate = self._rate
        frames = frames_of(self._session.project)
        self.timecode.setText(format_timecode(self._view.playhead, rate))
        self.duration.setText(format_timecode(frames, rate))
        if not frames:
            self.screen_widget.set_notice(_EMPTY)
        elif self.screen_widget.picture is None:
            self.screen_widget.set_notice("")

    def _show_state(self) -> None:
        playing, speed = self._playback.playing, self._playback.speed
        action = self._action("playback.toggle")
        self._play.setIcon(icons.icon("pause" if playing else "play", self._appearance.theme))
        self._play.setAccessibleName("Pause" if playing else "Play")
        self._play.setToolTip(action.toolTip())
        self._play.setEnabled(action.isEnabled())
        self.speed.setText("" if speed in (0, 1) else _speed_in_words(speed))

    def _show_trouble(self, error: UserError) -> None:
        self.screen_widget.set_notice(f"{error.what}\n{error.why}; {error.what_to_do}")

    @property
    def _rate(self) -> Fraction:
        sequences = self._session.project.sequences
        return sequences[0].format.rate if sequences else Fraction(25)


def _side(*labels: QLabel) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(GAP)
    for each in labels:
        row.addWidget(each)
    return row


def _speed_in_words(speed: Fraction) -> str:
    return f"{'-' if speed < 0 else ''}{float(abs(speed)):g}x"
