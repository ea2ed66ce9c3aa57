"""``insomnia search``: media of the library, by name."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.cli.command import Desk, Subparsers, add_command
from app.cli.shapes import seconds
from app.core.session.ports import KnownMedia

MOST = 1000


def add(commands: Subparsers) -> None:
    """Register the command."""
    parser = add_command(commands, "search", "find media that the library knows by their file name", _run)
    parser.add_argument("text", metavar="TEXT", help="a part of the name, in any letter case")


def _run(options: argparse.Namespace, desk: Desk) -> int:
    found = desk.services.library.search(options.text, MOST)
    document = {"text": options.text, "media": [_document(each) for each in found]}
    desk.console.result(document, (each.path for each in found))
    return 0


def _document(known: KnownMedia) -> dict[str, object]:
    return {
        "path": known.path,
        "name": Path(known.path).name,
        "kind": known.info.kind,
        "duration": seconds(known.info.duration),
        "size": known.size,
        "fingerprint": known.fingerprint,
    }
