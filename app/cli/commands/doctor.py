"""``insomnia doctor``: what this program finds on this machine, for questions and bug reports."""

from __future__ import annotations

import argparse
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import app
from app.cli.command import Desk, Subparsers, add_command
from app.cli.shapes import Document
from app.core.base.errors import UserError
from app.core.base.sizes import size
from app.core.session.keys import speech_key
from app.core.session.settings import Profile, declared_settings, shown

if TYPE_CHECKING:
    from app.core.media.abilities import Abilities

_PACKAGES = (
    "av",
    "numpy",
    "opencv-python-headless",
    "scenedetect-headless",
    "sqlalchemy",
    "alembic",
    "opentimelineio",
    "requests",
    "keyring",
    "tqdm",
)
_NEEDED = ("libx264", "aac")
_LITTLE_SPACE = 1_000_000_000


def add(commands: Subparsers) -> None:
    """Register the command."""
    add_command(commands, "doctor", "show versions, codecs, encoders, settings and folders, and what is wrong", _run)


def _run(_options: argparse.Namespace, desk: Desk) -> int:
    import platform

    from app.core.media.abilities import abilities

    found = abilities()
    library, library_problems = _library(desk)
    folders = _folders(desk.services.profile)
    problems = [*library_problems, *_problems(found, folders)]
    document: Document = {
        "version": app.__version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        "packages": {name: _version(name) for name in _PACKAGES},
        "ffmpeg": found.ffmpeg,
        "libraries": dict(found.libraries),
        "decoders": dict(found.decoders),
        "encoders": dict(found.encoders),
        "settings_file": str(desk.services.profile.settings_file),
        "settings": _settings(desk),
        "folders": folders,
        "library": library,
        "problems": problems,
    }
    desk.console.result(document, _lines(document))
    return 1 if problems else 0


def _settings(desk: Desk) -> list[Document]:
    loaded = desk.services.settings
    rows: list[Document] = [
        {
            "name": setting.name,
            "value": shown(setting, loaded.values),
            "source": loaded.sources[setting.name],
            "environment": setting.environment,
            "description": setting.description,
        }
        for setting in declared_settings()
    ]
    key = speech_key(loaded)
    if key is not None:
        row = next(row for row in rows if row["name"] == "assemblyai_api_key")
        row.update(value="set", source=key[1])
    return rows


def _version(package: str) -> str | None:
    import importlib.metadata

    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _library(desk: Desk) -> tuple[str | None, list[str]]:
    """Where the library is, and what is wrong with it; reads all of it."""
    try:
        library = desk.services.library
        return library.name, [f"{library.name}: {problem}" for problem in library.check()]
    except UserError as error:
        return None, [str(error)]


def _folders(profile: Profile) -> list[Document]:
    named = {"settings": profile.config, "library": profile.data, "cache": profile.cache, "log": profile.log}
    return [_folder(use, path) for use, path in named.items()]


def _folder(use: str, path: Path) -> Document:
    """A folder with the space on its disk; one that is not made yet is judged by where it will be."""
    there = next((each for each in (path, *path.parents) if each.is_dir()), None)
    usable = there is not None and os.access(there, os.W_OK | os.X_OK)
    free = shutil.disk_usage(there).free if there is not None else None
    return {"use": use, "path": str(path), "writable": usable, "free_bytes": free}


def _problems(found: Abilities, folders: list[Document]) -> Iterator[str]:
    for name in _NEEDED:
        if not dict(found.encoders).get(name):
            yield f"{name}: this encoder does not work; exports need it"
    for folder in folders:
        if not folder["writable"]:
            yield f"{folder['path']}: this folder cannot be written; choose another with INSOMNIA_HOME"
        elif folder["free_bytes"] < _LITTLE_SPACE:
            yield f"{folder['path']}: the disk is nearly full, {size(folder['free_bytes'])} are free"


def _lines(document: Document) -> Iterator[str]:
    yield f"insomnia {document['version']}, Python {document['python']}, {document['system']}"
    yield "packages: " + ", ".join(f"{name} {version or 'missing'}" for name, version in document["packages"].items())
    yield f"ffmpeg {document['ffmpeg']}: " + ", ".join(f"{name} {each}" for name, each in document["libraries"].items())
    for kind in ("decoders", "encoders"):
        there = [name for name, works in document[kind].items() if works]
        missing = [name for name, works in document[kind].items() if not works]
        yield f"{kind}: {' '.join(there)}"
        if missing:
            yield f"  not here: {' '.join(missing)}"
    yield f"settings (file: {document['settings_file']})"
    for each in document["settings"]:
        variable = f", {each['environment']}" if each["environment"] else ""
        yield f"  {each['name']}{variable} = {each['value'] or '(empty)'}, from {each['source']}: {each['description']}"
    yield "folders"
    for folder in document["folders"]:
        free = size(folder["free_bytes"]) if folder["free_bytes"] is not None else "nothing"
        yield f"  {folder['use']}: {folder['path']} ({free} free)"
    yield f"library: {document['library'] or 'cannot be opened'}"
    for problem in document["problems"]:
        yield f"problem: {problem}"
    if not document["problems"]:
        yield "no problem found"
