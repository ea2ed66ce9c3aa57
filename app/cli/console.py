"""What the command line says: results on standard output, everything else on standard error."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TextIO

from app.core.base.errors import UserError, one_line

PROGRAM = "insomnia"


class ReaderGone(Exception):  # noqa: N818 - no fault: ``head`` has seen enough
    """Nobody reads standard output any more."""


class Console:
    """Two streams and one rule: with ``as_json`` exactly one JSON object goes to ``out``."""

    def __init__(self, out: TextIO, err: TextIO, *, as_json: bool = False) -> None:
        self._out = out
        self._err = err
        self._as_json = as_json

    def result(self, document: Mapping[str, Any], lines: Iterable[str]) -> None:
        """Say what came out: ``document`` for programs, or ``lines`` for people.

        The document is ASCII, so that any terminal or file can take it; undecodable bytes of a file
        name are written as Python reads them back (``os.fsencode``).

        Raises:
            ReaderGone: nobody reads it.
            UserError: there is no room for it.
        """
        if self._as_json:
            text = json.dumps(document, indent=2, allow_nan=False) + "\n"
        else:
            text = "".join(shown(line) + "\n" for line in lines)
        with output(self._out):
            self._out.write(text)

    def say(self, text: str) -> None:
        """Something that is no result; where nobody can hear it, it is dropped."""
        with contextlib.suppress(OSError):
            self._err.write(shown(text) + "\n")
            self._err.flush()

    def warn(self, text: str) -> None:
        """Something that a person may want to change, but that stopped nothing."""
        self.say(f"{PROGRAM}: warning: {text}")


@contextlib.contextmanager
def output(stream: TextIO) -> Iterator[None]:
    """Write to ``stream`` in the block; it has arrived, or the failure is told, when the block ends.

    Raises:
        ReaderGone: nobody reads it.
        UserError: there is no room for it.
    """
    try:
        yield
        stream.flush()
    except BrokenPipeError as error:
        _forget(stream)
        raise ReaderGone from error
    except OSError as error:
        _forget(stream)
        raise UserError("standard output", error.strerror or str(error), "send it somewhere else") from error


def _forget(stream: TextIO) -> None:
    """Let the interpreter's last flush go nowhere: what failed was told already."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def shown(text: str) -> str:
    """``text`` as one printable line; blanks at its start stay, for tables."""
    indent = len(text) - len(text.lstrip(" "))
    return " " * indent + one_line(text)
