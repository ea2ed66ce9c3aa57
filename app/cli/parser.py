"""The commands of the program and their options."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import app
from app.cli.commands import COMMANDS
from app.cli.console import PROGRAM

DESCRIPTION = "Insomnia Video Editor: finds the scenes of films, edits timelines and writes the film."
CLOSING = "insomnia COMMAND --help tells more. Exit codes: 0 done, 1 an error, 2 wrong usage, 130 interrupted."


def make_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line; ``run`` of its result is the command's function."""
    parser = argparse.ArgumentParser(prog=PROGRAM, description=DESCRIPTION, epilog=CLOSING, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {app.__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for add in COMMANDS:
        add(commands)
    return parser


def parse(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> argparse.Namespace:
    """The options in ``arguments``; a list of names may be broken by options in between.

    argparse gives such a list only what stands before the first option and returns the rest.

    Raises:
        SystemExit: wrong usage, said on standard error, or help was asked for.
    """
    options, rest = parser.parse_known_args(arguments)
    if rest:
        end = rest.index("--") if "--" in rest else len(rest)
        names = getattr(options, "list_of", None)
        if names is None or any(each.startswith("-") for each in rest[:end]):
            parser.error(f"unrecognized arguments: {' '.join(rest)}")
        getattr(options, names).extend(rest[:end] + rest[end + 1 :])
    return options
