"""Ctrl-C and a polite end from outside: a running job is cancelled and tidies up, a second one breaks off."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")


class Interrupt:
    """Listens while its ``with`` block runs. For the main thread."""

    def __init__(self) -> None:
        self.event = threading.Event()
        self._cancels = False

    @property
    def seen(self) -> bool:
        """Whether somebody asked to stop."""
        return self.event.is_set()

    @contextlib.contextmanager
    def listening(self) -> Iterator[Interrupt]:
        """Take the signals over; those that the caller of the program had switched off stay off."""
        before = {}
        for name in _NAMES:
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                before[number] = signal.signal(number, self._on_signal)
        try:
            yield self
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @contextlib.contextmanager
    def cancels(self) -> Iterator[None]:
        """While the block runs, the first signal only sets ``event``: a job in it stops where it reports."""
        self._cancels = True
        try:
            yield
        finally:
            self._cancels = False

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        first = not self.event.is_set()
        self.event.set()
        if not (first and self._cancels):
            raise KeyboardInterrupt
