"""Assets that lie in a folder as empty files, and timelines read from and written to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from app.core.base.ids import new_id
from app.core.interchange.timelines import read_file, write_file
from app.core.jobs.inline import InlineContext
from app.core.model.asset import Asset
from app.core.model.lint import lint
from app.core.model.project import Project

Ingest = Callable[[Path], Asset]


def shelf(folder: Path, *assets: Asset) -> tuple[tuple[Asset, ...], Ingest]:
    """Assets in ``folder``, and the function that takes them in with new ids, wherever they lie then."""
    placed = tuple(replace(asset, path=str(folder / asset.name)) for asset in assets)
    for asset in placed:
        Path(asset.path).write_bytes(asset.name.encode())
    known = {asset.name: asset for asset in placed}

    def ingest(path: Path) -> Asset:
        return replace(known[path.name], id=new_id(), path=str(path))

    return placed, ingest


def written(document: Project, path: Path) -> list[str]:
    """Write ``document`` and return what does not come over."""
    return write_file(document, path, InlineContext()).lines()


def found(
    path: Path, ingest: Ingest, *, media: Path | None = None, rate: Fraction | None = None
) -> tuple[Project, list[str]]:
    """The project in a timeline file, which keeps every rule of the model, and what did not come over."""
    document, report = read_file(path, ingest, InlineContext(), media_dir=media, rate=rate)
    assert lint(document) == []
    return document, report.lines()


def saved(folder: Path, name: str, text: str) -> Path:
    """A file of that text."""
    path = folder / name
    path.write_text(text)
    return path
