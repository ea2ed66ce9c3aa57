"""``insomnia cache``: what is kept on disk that can be made again."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from app.cli.command import Desk, Subparsers, add_command
from app.cli.shapes import Document
from app.core.base.sizes import size

if TYPE_CHECKING:
    from app.core.media.disk_cache import CacheInfo


def add(commands: Subparsers) -> None:
    """Register the command."""
    parser = add_command(commands, "cache", "show or remove what is kept on disk and can be made again", _run)
    parser.add_argument("what", choices=("info", "clean"), help="info: how much it is; clean: remove it")


def _run(options: argparse.Namespace, desk: Desk) -> int:
    cache = desk.services.cache
    freed = cache.clean() if options.what == "clean" else None
    info = cache.info()
    limit = desk.services.cache_room.info().limit
    document: Document = {
        "folder": str(info.root),
        "limit_bytes": limit,
        "entries": info.entries,
        "bytes": info.bytes,
        "kinds": [{"kind": each.kind, "entries": each.entries, "bytes": each.bytes} for each in info.kinds],
    }
    if freed is not None:
        document["freed_bytes"] = freed
    desk.console.result(document, _lines(info, limit, freed))
    return 0


def _lines(info: CacheInfo, limit: int, freed: int | None) -> Iterator[str]:
    if freed is not None:
        yield f"{size(freed)} freed"
    yield f"{info.root}: {info.entries} entries, {size(info.bytes)} of at most {size(limit)}"
    for kind in info.kinds:
        yield f"  {kind.kind}: {kind.entries} entries, {size(kind.bytes)}"
