"""The program's diary: a file in the profile that stays small, and the terminal where asked for."""

from __future__ import annotations

import contextlib
import logging
import logging.handlers
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, TypeAlias

LogLevel: TypeAlias = Literal["debug", "info", "warning", "error", "critical"]

FILE_NAME = "insomnia.log"
_LARGEST = 1_000_000
_OLDER_FILES = 3
_LINE = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"
_SHORTEST_SECRET = 4

_secrets: frozenset[str] = frozenset()


def hide(secret: str) -> None:
    """From now on write stars where a line, or the trace below it, would show ``secret``.

    Words of less than four letters are no secrets: hiding them would hide half of every line.
    """
    global _secrets  # noqa: PLW0603 - secrets belong to the process, as the log does
    if len(secret) >= _SHORTEST_SECRET:
        _secrets |= {secret}


@contextlib.contextmanager
def logging_to(folder: Path, level: LogLevel, *, on_terminal: bool = False) -> Iterator[Path | None]:
    """Log to a file in ``folder`` while the block runs, and to the terminal where asked for.

    Gives the file, which is made when something is first said; None where the folder cannot be
    made or written, which must not keep anyone from working. For the main thread.
    """
    file: Path | None = folder / FILE_NAME
    handlers: list[logging.Handler] = [logging.StreamHandler(sys.stderr)] if on_terminal else []
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        file = None
    if file is not None and os.access(folder, os.W_OK):
        handlers.append(_LogFile(file))
    else:
        file = None
        handlers.append(logging.NullHandler())
    root = logging.getLogger()
    before = root.level
    root.setLevel(level.upper())
    for handler in handlers:
        handler.setFormatter(_Discreet(_LINE))
        root.addHandler(handler)
    try:
        yield file
    finally:
        root.setLevel(before)
        for handler in handlers:
            root.removeHandler(handler)
            with contextlib.suppress(OSError):  # what is still buffered may find no room
                handler.close()


class _Discreet(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        for secret in sorted(_secrets, key=len, reverse=True):  # one may be a part of another
            line = line.replace(secret, "***")
        return line


class _LogFile(logging.handlers.RotatingFileHandler):
    """A log that says nothing where the disk is full: what is being done matters more."""

    def __init__(self, file: Path) -> None:
        super().__init__(
            file, maxBytes=_LARGEST, backupCount=_OLDER_FILES, encoding="utf-8", delay=True, errors="backslashreplace"
        )

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        """Keep quiet."""
