"""Media that moved: found again in a folder by name, size and content, all in one go."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.core.base.errors import UserError
from app.core.base.files import is_file
from app.core.jobs.context import JobContext
from app.core.model.asset import Asset
from app.core.model.project import Project


@dataclass(frozen=True, slots=True)
class Found:
    """Where missing media lie, by asset id; of the others a word on why not."""

    paths: Mapping[str, str]
    reasons: Mapping[str, str]


def missing_media(project: Project) -> tuple[Asset, ...]:
    """The assets whose files are not where the project says."""
    return tuple(asset for asset in project.assets if not is_file(asset.path))


def find_media(assets: Sequence[Asset], folders: Iterable[Path], context: JobContext) -> Found:
    """Look for ``assets`` below ``folders``: what has the size and the content is the same, whatever its name.

    Of several copies the one with the old name is taken. A file of that name with another content is
    not the same film, and is only told of.

    Raises:
        Cancelled: ``context`` was cancelled.
    """
    sizes, names = {asset.size for asset in assets}, {os.path.basename(asset.path) for asset in assets}
    by_size: defaultdict[int, list[str]] = defaultdict(list)
    named: set[str] = set()
    for folder in folders:
        for place, inner, files in os.walk(folder):
            context.check()
            inner[:] = sorted(name for name in inner if not name.startswith("."))
            for name in sorted(files):
                path = os.path.join(place, name)  # noqa: PTH118 - of a hundred thousand files
                size = _size(path)
                if size in sizes:
                    by_size[size].append(path)
                if name in names:
                    named.add(name)
    return _matched(assets, by_size, named, context)


def relink_all(project: Project, paths: Mapping[str, str]) -> Project:
    """Say where the files of several assets lie now; ids that are gone meanwhile are passed over.

    ::

        a (offline)  b (offline)  c      ->      a  b  c
    """
    assets = tuple(replace(each, path=paths[each.id]) if each.id in paths else each for each in project.assets)
    return replace(project, assets=assets)


def _matched(assets: Sequence[Asset], by_size: Mapping[int, list[str]], named: set[str], context: JobContext) -> Found:
    prints: dict[str, str] = {}
    paths: dict[str, str] = {}
    reasons: dict[str, str] = {}
    for number, asset in enumerate(assets):
        context.report(number / len(assets), asset.name)
        name = os.path.basename(asset.path)
        candidates = sorted(by_size.get(asset.size, ()), key=lambda path: os.path.basename(path) != name)
        for path in candidates:
            context.check()
            if prints.setdefault(path, _print(path)) == asset.fingerprint:
                paths[asset.id] = path
                break
        else:
            reasons[asset.id] = "a file of that name has another content" if name in named else "not found there"
    return Found(paths, reasons)


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return -1


def _print(path: str) -> str:
    try:
        from app.core.media.fingerprint import fingerprint  # loads PyAV

        return fingerprint(path)
    except UserError:
        return ""
