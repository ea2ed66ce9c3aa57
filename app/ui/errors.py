"""Failures shown where the person looks: a passing line for an edit that is impossible, a message
for what they must act on, a crash dialog for a bug."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from types import TracebackType

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMainWindow, QWidget

from app.core.base.errors import Cancelled, UserError
from app.ui.dialogs.error import CrashDialog, ErrorDialog, sentence
from app.ui.theme import Appearance

logger = logging.getLogger(__name__)

_HINT_LASTS = 8000  # milliseconds

_NOT_SAVED = "nothing was lost: your project stands as it was before the mistake"


class Errors(QObject):
    """Shows failures above the window. ``told`` names each, for scripts and tests.

    ``save_work`` is called first when the program made a mistake; it says in a sentence what
    became of the work. A second mistake while the dialog of the first is open is only logged.
    """

    told = Signal(object)
    _crashed = Signal(object)

    def __init__(self, appearance: Appearance, window: QWidget | None = None) -> None:
        super().__init__()
        self._appearance = appearance
        self._window = window
        self._save_work: Callable[[], str] = lambda: _NOT_SAVED
        self._crash_shown = False
        self._crashed.connect(self.show)

    def set_window(self, window: QWidget, save_work: Callable[[], str]) -> None:
        """Show messages above ``window`` from now on, and save work so."""
        self._window = window
        self._save_work = save_work

    def show(self, error: BaseException) -> None:
        """Tell of ``error``; a cancelled job is nobody's failure. GUI thread only."""
        if isinstance(error, Cancelled):
            return
        if isinstance(error, UserError):
            self.show_all([error])
            return
        logger.error("a fault of the program", exc_info=error)
        self.told.emit(error)
        if self._crash_shown:
            return
        self._crash_shown = True
        details = "".join(traceback.format_exception(error))
        dialog = CrashDialog(self._window, self._appearance.theme, self._save_work(), details)
        dialog.finished.connect(self._on_crash_closed)
        dialog.open()

    def hint(self, error: BaseException) -> None:
        """Tell of an edit that is impossible in the status line, where it passes by itself: nothing changed."""
        if not isinstance(error, UserError) or not isinstance(self._window, QMainWindow):
            self.show(error)
            return
        self.told.emit(error)
        text = f"{sentence(f'{error.what}: {error.why}')} {sentence(error.what_to_do)}"
        self._window.statusBar().showMessage(text, _HINT_LASTS)

    def show_all(self, errors: Sequence[UserError]) -> None:
        """Tell of several failures of one request in one message."""
        if not errors:
            return
        for error in errors:
            self.told.emit(error)
        ErrorDialog(self._window, self._appearance.theme, errors).open()

    def attempt(self, work: Callable[[], object], *, passing: bool = False) -> bool:
        """Do ``work``; where it cannot be done, say why, ``passing`` as a hint. Whether it was done."""
        try:
            work()
        except UserError as error:
            (self.hint if passing else self.show)(error)
            return False
        return True

    def install(self) -> Callable[[], None]:
        """Catch what nobody caught, in any thread; returns the function that ends it."""
        before, before_threads = sys.excepthook, threading.excepthook

        def uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
            if issubclass(kind, KeyboardInterrupt):
                before(kind, error, trace)
                return
            self._crashed.emit(error)

        def uncaught_in_thread(arguments: threading.ExceptHookArgs) -> None:
            if arguments.exc_value is not None and arguments.exc_type is not SystemExit:
                self._crashed.emit(arguments.exc_value)

        sys.excepthook, threading.excepthook = uncaught, uncaught_in_thread

        def end() -> None:
            sys.excepthook, threading.excepthook = before, before_threads

        return end

    def _on_crash_closed(self) -> None:
        self._crash_shown = False
