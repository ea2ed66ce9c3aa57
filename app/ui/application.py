"""Starts Qt, shows the window, waits for its end, and leaves no thread behind."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLoggingCategory, QObject, QSocketNotifier
from PySide6.QtWidgets import QApplication

from app.ui.display import drop_foreign_qt, require_display
from app.ui.editor import Editor, Parts
from app.ui.garbage import collected_here

if TYPE_CHECKING:
    from app.ui.script.steps import Step

INTERRUPTED = 130
# What Qt says about sound libraries that are not needed is nobody's business; QT_LOGGING_RULES asks for it again.
_QUIET = "qt.multimedia.symbolsresolver=false\nqt.multimedia.ffmpeg.info=false"


def run(make_parts: Callable[[], Parts], paths: Sequence[Path], script: Sequence[Step] = ()) -> int:
    """Open the window with a project or media, and return the program's exit code when it is closed.

    ``make_parts`` is called once it is known that a window can be shown. With a ``script`` the window
    does its steps, asks nothing, and closes after the last.

    Raises:
        UserError: there is no display, or a step of the script failed.
    """
    app = make_application(sys.argv[:1])
    with collected_here():
        return _run(app, make_parts(), paths, script)


def _run(app: QApplication, parts: Parts, paths: Sequence[Path], script: Sequence[Step]) -> int:
    editor = Editor(app, parts)
    end_errors = editor.errors.install()
    interrupted: Callable[[], bool] = bool
    try:
        with _interruptible(editor.window.leave) as interrupted:
            editor.window.show()
            editor.open_paths(paths)
            troubles = _perform(editor, script)
            code = app.exec()
    finally:
        editor.close(keep_work=interrupted())
        parts.jobs.shutdown()
        end_errors()
    if interrupted():
        return INTERRUPTED
    for trouble in troubles:
        raise trouble
    return code


def _perform(editor: Editor, script: Sequence[Step]) -> list[BaseException]:
    """Begin ``script``, if there is one; the list holds what went wrong when it has ended."""
    troubles: list[BaseException] = []
    if not script:
        return troubles

    def ended(trouble: BaseException | None) -> None:
        if trouble is not None:
            troubles.append(trouble)
        editor.window.leave()
        QApplication.quit()  # a dialog that nobody answered must not keep the program

    from app.ui.script.runner import Runner

    runner = Runner(editor, script)
    runner.setParent(editor.window)
    runner.ended.connect(ended)
    runner.start()
    return troubles


def make_application(arguments: Sequence[str]) -> QApplication:
    """Qt's application object; the only place that makes one.

    Raises:
        UserError: there is no display.
    """
    require_display(os.environ)
    drop_foreign_qt(os.environ)
    QLoggingCategory.setFilterRules(_QUIET)
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
