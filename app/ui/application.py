"""Starts Qt, shows the window, waits for its end, and leaves no thread behind."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QSocketNotifier
from PySide6.QtWidgets import QApplication

from app.ui.display import drop_foreign_qt, require_display
from app.ui.editor import Editor, Parts

INTERRUPTED = 130


def run(make_parts: Callable[[], Parts], paths: Sequence[Path]) -> int:
    """Open the window with a project or media, and return the program's exit code when it is closed.

    ``make_parts`` is called once it is known that a window can be shown.

    Raises:
        UserError: there is no display.
    """
    app = make_application(sys.argv[:1])
    parts = make_parts()
    editor = Editor(app, parts)
    end_errors = editor.errors.install()
    try:
        with _interruptible(editor.window.leave) as interrupted:
            editor.window.show()
            editor.open_paths(paths)
            code = app.exec()
        return INTERRUPTED if interrupted() else code
    finally:
        editor.close()
        parts.jobs.shutdown()
        end_errors()


def make_application(arguments: Sequence[str]) -> QApplication:
    """Qt's application object; the only place that makes one.

    Raises:
        UserError: there is no display.
    """
    require_display(os.environ)
    drop_foreign_qt(os.environ)
    app = QApplication([*arguments])
    app.setApplicationName("insomnia")
    app.setDesktopFileName("insomnia")
    return app


@contextlib.contextmanager
def _interruptible(leave: Callable[[], None]) -> Iterator[Callable[[], bool]]:
    """Let Ctrl-C and a polite kill close the window; tells afterwards whether one did.

    Python hears of signals only while it runs, and Qt waits outside of it: a signal also writes
    to a socket that Qt watches (https://docs.python.org/3/library/signal.html#signal.set_wakeup_fd).
    """
    seen: list[int] = []
    reading, writing = socket.socketpair()
    for end in (reading, writing):
        end.setblocking(False)
    watcher = QObject()
    notifier = QSocketNotifier(reading.fileno(), QSocketNotifier.Type.Read, watcher)

    def woken() -> None:
        with contextlib.suppress(BlockingIOError):
            reading.recv(64)
        if seen:
            leave()

    notifier.activated.connect(woken)
    before_descriptor = signal.set_wakeup_fd(writing.fileno(), warn_on_full_buffer=False)
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, lambda got, _frame: seen.append(got)) for number in numbers}
    try:
        yield lambda: bool(seen)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(before_descriptor)
        notifier.setEnabled(False)
        reading.close()
        writing.close()
