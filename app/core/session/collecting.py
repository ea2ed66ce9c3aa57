"""A project with all it needs in one folder or one zip file: to hand on, to keep, to move to another machine."""

from __future__ import annotations

import contextlib
import os
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from app.core.base.errors import UserError
from app.core.base.files import distinct_names, is_file, is_taken, write_error
from app.core.base.ids import new_id
from app.core.jobs.context import JobContext
from app.core.model.asset import Asset
from app.core.model.project import Project
from app.core.model.transcript import Transcript
from app.core.session.collected_words import MEDIA, words_file, words_text
from app.core.session.ports import ProjectStore

ENDING = ".insomnia"
_BLOCK = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Collected:
    """What came of it; ``missing`` names media that were offline and are not in it."""

    path: Path
    files: int
    size: int
    missing: tuple[str, ...]


def collect(
    project: Project,
    name: str,
    target: Path,
    store: ProjectStore,
    transcripts: Callable[[Asset], Transcript | None],
    context: JobContext,
) -> Collected:
    """Copy ``project``, its media and what was said in them to ``target``: a zip file by its ending, else a folder.

    Nothing has the name ``target`` before it is complete.

    Raises:
        UserError: the name is taken, the disk is too small, or a file cannot be copied.
        Cancelled: ``context`` was cancelled; nothing is left.
    """
    if is_taken(target):
        raise UserError(str(target), "it exists already", "choose another name")
    names = _names(project.assets)
    there = [asset for asset in project.assets if is_file(asset.path)]
    _require_room(target, sum(asset.size for asset in there))
    temporary = target.with_name(f".insomnia-{new_id()}.part")
    try:
        with _left_clean(temporary):
            size = _fill(temporary, project, name, names, there, store, transcripts, context)
            if target.suffix.lower() == ".zip":
                packed = temporary.with_suffix(".zip")
                with _left_clean(packed):
                    _pack(temporary, packed, context)
                    os.replace(packed, target)
                shutil.rmtree(temporary)
            else:
                os.replace(temporary, target)
                store.save(_placed(project, names, target), target / f"{name}{ENDING}")
    except OSError as error:
        raise write_error(target, error) from error
    missing = tuple(asset.name for asset in project.assets if asset not in there)
    return Collected(target, len(there), size, missing)


def _fill(
    folder: Path,
    project: Project,
    name: str,
    names: dict[str, str],
    there: list[Asset],
    store: ProjectStore,
    transcripts: Callable[[Asset], Transcript | None],
    context: JobContext,
) -> int:
    """Everything but the packing; returns how many bytes of media were copied."""
    (folder / MEDIA).mkdir(parents=True)
    whole, done = max(1, sum(asset.size for asset in there)), 0
    for asset in there:
        for count in _copied(Path(asset.path), folder / MEDIA / names[asset.id]):
            done += count
            context.report(min(0.99, done / whole), asset.name)
    for asset in project.assets:
        found = transcripts(asset)
        if found is not None:
            file = folder / words_file(names[asset.id])
            file.parent.mkdir(exist_ok=True)
            file.write_text(words_text(asset, found), encoding="utf-8")
    store.save(_placed(project, names, folder), folder / f"{name}{ENDING}")
    return done


def _copied(source: Path, target: Path) -> Iterator[int]:
    """Copy in blocks, telling the size of each."""
    with source.open("rb") as reading, target.open("xb") as writing:
        while block := reading.read(_BLOCK):
            writing.write(block)
            yield len(block)
        writing.flush()
        os.fsync(writing.fileno())
    shutil.copystat(source, target)


def _pack(folder: Path, packed: Path, context: JobContext) -> None:
    """All of ``folder`` in a zip file; media are stored as they are, since they do not get smaller."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    with packed.open("xb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
            for path in files:
                inside = path.relative_to(folder).as_posix()
                with path.open("rb") as reading, archive.open(_entry(path, inside), "w", force_zip64=True) as writing:
                    _pump(reading, writing, context)
        file.flush()
        os.fsync(file.fileno())


def _entry(path: Path, inside: str) -> zipfile.ZipInfo:
    return zipfile.ZipInfo.from_file(path, inside.encode("utf-8", "replace").decode(), strict_timestamps=False)


def _pump(reading: IO[bytes], writing: IO[bytes], context: JobContext) -> None:
    while block := reading.read(_BLOCK):
        context.check()
        writing.write(block)


def _placed(project: Project, names: dict[str, str], folder: Path) -> Project:
    assets = tuple(replace(asset, path=str(folder / MEDIA / names[asset.id])) for asset in project.assets)
    return replace(project, assets=assets)


def _names(assets: tuple[Asset, ...]) -> dict[str, str]:
    """A file name for each asset, also where two have one name or differ in letter case only."""
    names = distinct_names(Path(asset.path).name or "unnamed" for asset in assets)
    return dict(zip((asset.id for asset in assets), names, strict=True))


def _require_room(target: Path, needed: int) -> None:
    """Refuse at once what cannot fit; a zip file is made beside the folder that goes into it."""
    try:
        free = shutil.disk_usage(target.parent).free
    except OSError as error:
        raise write_error(target, error) from error
    wanted = needed * 2 if target.suffix.lower() == ".zip" else needed
    if wanted > free:
        why = f"it needs {wanted / 1e9:.1f} GB, and the disk has {free / 1e9:.1f} GB left"
        raise UserError(str(target), why, "free some space or choose another place")


@contextlib.contextmanager
def _left_clean(path: Path) -> Iterator[None]:
    """Run a block that makes ``path``; where it fails or is cancelled, nothing is left there."""
    try:
        yield
    except BaseException:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
        raise
