"""``insomnia gui``: the editor's window, by hand or by a script."""

from __future__ import annotations

import argparse

from app.cli.command import Desk, Subparsers, add_command, add_list, file_path


def add(commands: Subparsers) -> None:
    """Register the command."""
    parser = add_command(commands, "gui", "open the editor; so does the program's name alone, or with files", _run)
    add_list(parser, "paths", metavar="PROJECT|MEDIA", nargs="*", help="a project to open, or media to import")
    parser.add_argument("--script", metavar="STEPS.json", help="run these steps in the window, then end")


def _run(options: argparse.Namespace, desk: Desk) -> int:
    script = file_path(options.script) if options.script is not None else None
    code = desk.open_window(desk.services, [file_path(path) for path in options.paths], script)
    if options.json:
        desk.console.result({"exit_code": code}, ())
    return code
