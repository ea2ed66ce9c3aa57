"""What every command gets, and the options that several of them share."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from app.cli.console import Console
from app.cli.progress import Progress
from app.core.base.errors import UserError

if TYPE_CHECKING:
    from app.core.session.services import Services

# Adds a command's parser; argparse's own type for this is private.
Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001


class OpenWindow(Protocol):
    """Shows the editor until it is closed; the command line never sees Qt."""

    def __call__(self, services: Services, paths: Sequence[Path], script: Path | None, /) -> int:
        """Open the window with ``paths``, do the steps of ``script`` if there is one; returns the exit code.

        Raises:
            UserError: there is no display, or a step failed.
        """


@dataclass(frozen=True, slots=True)
class Desk:
    """The engine, the two ways to speak to the person at it, and the way to the window."""

    services: Services
    console: Console
    progress: Progress
    open_window: OpenWindow


# Does the work and returns the exit code; raises UserError where the person has to act.
Command: TypeAlias = Callable[[argparse.Namespace, Desk], int]


def add_command(commands: Subparsers, name: str, title: str, run: Command) -> argparse.ArgumentParser:
    """A parser for ``insomnia NAME`` that knows ``--json``; ``title`` is one sentence without its stop."""
    parser = commands.add_parser(name, help=title, description=f"{title[0].upper()}{title[1:]}.", allow_abbrev=False)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)
    return parser


def add_list(parser: argparse.ArgumentParser, name: str, **rest: Any) -> None:
    """A list of arguments as ``options.NAME``, which options may stand between."""
    parser.add_argument(name, **rest)
    parser.set_defaults(list_of=name)


def add_progress(parser: argparse.ArgumentParser) -> None:
    """``--progress``, for commands that take their time."""
    parser.add_argument(
        "--progress",
        choices=("plain", "bar"),
        default="auto",
        help="lines, or a bar; without it a bar on a terminal and silence elsewhere",
    )


def add_overwrite(parser: argparse.ArgumentParser) -> None:
    """``--overwrite``, for commands that write files."""
    parser.add_argument("--overwrite", action="store_true", help="replace files that exist already")


def file_path(text: str) -> Path:
    """The path that an argument names.

    Raises:
        UserError: it is empty or has a zero character in it.
    """
    if not text or "\0" in text:
        raise UserError(repr(text), "it is no file name", "name a file")
    return Path(text)
