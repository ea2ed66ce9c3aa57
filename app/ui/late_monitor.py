"""The place of the program monitor: the libraries that decode are loaded after the window's first paint."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QWidget

from app.ui.main_window import MainWindow
from app.ui.widgets.basics import column
from app.ui.workspace import Transport


class Monitor(Protocol):
    """A monitor with all that runs for it."""

    @property
    def widget(self) -> QWidget:
        """What is shown."""

    @property
    def transport(self) -> Transport:
        """What plays."""

    def settled(self) -> bool:
        """Whether the frame of the playhead is shown."""

    def close(self) -> None:
        """Stop, and end every thread."""


class LateMonitor(QWidget):
    """Made by ``make`` after ``window`` was painted, or when it is asked to play, whichever is first.

    ``prepare`` is called after the paint: it loads what is heavy elsewhere and then does what it is given,
    in the GUI thread. It is a :class:`app.ui.workspace.Transport` itself. GUI thread only.
    """

    def __init__(
        self,
        window: MainWindow,
        make: Callable[[], Monitor],
        prepare: Callable[[Callable[[], None]], None] = lambda then: then(),
    ) -> None:
        super().__init__()
        self._make = make
        self._prepare = prepare
        self._monitor: Monitor | None = None
        self._closed = False
        self._layout = column()
        self.setLayout(self._layout)
        self.setProperty("tone", "surround")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        if window.was_painted:
            QTimer.singleShot(0, self, self._begin)
        else:
            window.painted.connect(self._begin)

    def build(self) -> None:
        """Make the monitor, if that has not been done."""
        if self._monitor is None and not self._closed:
            self._monitor = self._make()
            self._layout.addWidget(self._monitor.widget)
            self.setFocusProxy(self._monitor.widget)

    def _begin(self) -> None:
        if self._monitor is None and not self._closed:
            self._prepare(self.build)

    def settled(self) -> bool:
        """Whether the frame of the playhead is shown."""
        return self._built().settled()

    def close_monitor(self) -> None:
        """Stop, and end every thread; nothing is made afterwards."""
        self._closed = True
        if self._monitor is not None:
            self._monitor.close()

    @property
    def playing(self) -> bool:
        """Whether time runs."""
        return self._monitor is not None and self._monitor.transport.playing

    @property
    def led_by_sound(self) -> bool:
        """Whether a sound device gives the time."""
        return self._monitor is not None and self._monitor.transport.led_by_sound

    def toggle(self) -> None:
        """Play, or stop where it is."""
        self._built().transport.toggle()

    def shuttle(self, direction: int) -> None:
        """Play forward (1) or backward (-1); asked again in the same direction, faster."""
        self._built().transport.shuttle(direction)

    def pause(self) -> None:
        """Stop where it is."""
        if self._monitor is not None:
            self._monitor.transport.pause()

    def _built(self) -> Monitor:
        self.build()
        if self._monitor is None:
            raise RuntimeError("the monitor was closed")
        return self._monitor
