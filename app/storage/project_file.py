"""Project files: versioned JSON that people can read and compare, written whole or not at all.

A file names its format and version, then the document in the order its classes declare. Media
paths are kept absolute and relative to the project file, so that a project moved together with
its media still finds them. Nothing in a file is trusted: size, nesting, types, numbers and the
document's own invariants are checked before anyone sees it.
"""

from __future__ import annotations

import json
import math
import os
import re
import stat
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath

from app.core.base.errors import UserError
from app.core.base.files import write_atomically
from app.core.model.encoding import Json, Malformed, decode, encode
from app.core.model.lint import lint
from app.core.model.project import Project

FORMAT = "insomnia project"
VERSION = 2
SUFFIX = ".insomnia"

# A hundred thousand clips as we write them. The worst that fits in takes six seconds and a gigabyte.
LARGEST_FILE = 40 * 1024 * 1024
DEEPEST_NESTING = 100

_RELATIVE = "relative_path"
# A closed or unclosed string; possessive, so that a hostile file costs one pass.
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_NO_BRACKETS = bytes(code for code in range(256) if code not in b"[]{}")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")

# From each older version, the function that makes the next one's document of it.
MIGRATIONS: Mapping[int, Callable[[dict[str, Json]], dict[str, Json]]] = {
    1: lambda document: document,  # 2 brought subtitle tracks, and an older file has none
}


class ProjectFiles:
    """The :class:`app.core.session.ports.ProjectStore` of files on disk. Safe from any thread."""

    def load(self, path: Path) -> Project:
        """The project in ``path``, with absolute media paths; no medium is opened.

        Raises:
            UserError: no such file, not a project, damaged, or written by a newer Insomnia.
        """
        return to_project(_document(path), path)

    def save(self, project: Project, path: Path) -> None:
        """Write ``project``; a link is followed, so that the file it leads to is replaced.

        Raises:
            UserError: the disk is full, the place cannot be written, or the project is larger than
                :meth:`load` would take back; the old file stands.
        """
        data = to_bytes(project, Path(os.path.abspath(path)).parent)
        if len(data) > LARGEST_FILE:
            why = f"the project has grown larger than {LARGEST_FILE // 1024 // 1024} MB"
            raise UserError(str(path), why, "split it into several")
        target = Path(os.path.realpath(path)) if os.path.islink(path) else path  # noqa: PTH114 - never raises
        write_atomically(target, data)


def to_project(document: dict[str, Json], path: Path) -> Project:
    """The project of a parsed file as it lies at ``path``; ``document`` is used up.

    Raises:
        UserError: not a project, damaged, or written by a newer Insomnia.
    """
    document = current_version(document, path)
    try:
        _resolve_media(document, Path(os.path.abspath(path)).parent)
        project = decode(Project, document)
    except Malformed as problem:
        place = problem.where.lstrip(".") or "its content"
        raise damaged(path, f"{place} {problem.why}") from None
    problems = lint(project)
    if problems:
        raise damaged(path, str(problems[0]))
    return project


def head() -> dict[str, Json]:
    """What a document begins with, so that any version of the program knows what it has."""
    return {"format": FORMAT, "version": VERSION}


def to_bytes(project: Project, folder: Path) -> bytes:
    """The file of ``project`` when it lies in ``folder``: equal projects give equal bytes."""
    document = {**head(), **encode(project)}
    for asset in document["assets"]:
        _insert_relative(asset, folder)
    text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)
    text = _LONE_SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
    return (text + "\n").encode()


def _insert_relative(asset: dict[str, Json], folder: Path) -> None:
    """Put the path relative to ``folder`` right after the absolute one."""
    rest = {key: asset.pop(key) for key in list(asset)}
    for key, value in rest.items():
        asset[key] = value
        if key == "path":
            relative = _relative(value, folder)
            if relative is not None:
                asset[_RELATIVE] = relative


def _relative(path: str, folder: Path) -> str | None:
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # another drive
        return None


def current_version(
    document: dict[str, Json],
    path: Path,
    *,
    migrations: Mapping[int, Callable[[dict[str, Json]], dict[str, Json]]] = MIGRATIONS,
    current: int = VERSION,
) -> dict[str, Json]:
    """The document without its head, brought up to the ``current`` version step by step.

    Raises:
        UserError: not a project file, written by a newer Insomnia, or of an unknown version.
    """
    if document.pop("format", None) != FORMAT:
        raise UserError(str(path), "it is not an Insomnia project", "choose a file that Insomnia saved")
    version = document.pop("version", None)
    if type(version) is not int or version < 1:
        raise damaged(path, "its version is no whole number from 1")
    if version > current:
        why = f"a newer Insomnia wrote it (format version {version}, this one knows {current})"
        raise UserError(str(path), why, "open it with a newer Insomnia")
    for step in range(version, current):
        document = migrations[step](document)
    return document


def _document(path: Path) -> dict[str, Json]:
    return parse(read_regular(path), path)


def parse(data: bytes, path: Path) -> dict[str, Json]:
    """The JSON object that ``data``, the content of ``path``, holds; nothing in it is trusted.

    Raises:
        UserError: it is none, or not one that a person's project could need.
    """
    if not data.strip(b"\0 \t\r\n"):
        raise damaged(path, "it is empty")
    if _deeper_than(data, DEEPEST_NESTING):
        raise damaged(path, f"it is nested more than {DEEPEST_NESTING} levels deep")
    try:
        document = json.loads(
            data.decode("utf-8-sig"),
            object_pairs_hook=_unique_keys,
            parse_constant=_no_number,
            parse_float=_finite,
        )
    except Malformed as problem:
        raise damaged(path, problem.why) from None
    except UnicodeDecodeError:
        raise UserError(str(path), "it is no UTF-8 text", "choose a file that Insomnia saved") from None
    except json.JSONDecodeError as problem:
        raise damaged(path, f"line {problem.lineno} is not valid JSON") from None
    except ValueError:  # Python refuses whole numbers of more than 4300 digits
        raise damaged(path, "it has a number that is too large") from None
    if not isinstance(document, dict):
        raise UserError(str(path), "it is not an Insomnia project", "choose a file that Insomnia saved")
    return document


def read_regular(path: Path, limit: int = LARGEST_FILE) -> bytes:
    """The content of a regular file of at most ``limit`` bytes.

    Raises:
        UserError: there is none, or it cannot be read.
    """
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise UserError(str(path), "it is a folder", "choose a project file")
        if not stat.S_ISREG(status.st_mode):
            raise UserError(str(path), "it is not a regular file", "choose a project file")
        if status.st_size > limit:
            raise damaged(path, f"it is larger than {limit // 1024 // 1024} MB")
        with open(path, "rb") as file:
            return file.read(limit)
    except FileNotFoundError:
        raise UserError(str(path), "there is no such file", "check the name") from None
    except (PermissionError, NotADirectoryError):
        raise UserError(str(path), "it may not be read", "check its permissions") from None
    except (OSError, ValueError) as error:  # ValueError: a zero character in the name
        raise UserError(str(path), str(error), "check the name and the disk") from error


def _deeper_than(data: bytes, limit: int) -> bool:
    """Whether brackets outside of strings open more than ``limit`` deep, at no cost in stack."""
    depth = 0
    for bracket in _STRING.sub(b"", data).translate(None, _NO_BRACKETS):
        if bracket in b"[{":
            depth += 1
            if depth > limit:
                return True
        else:
            depth -= 1
    return False


def _unique_keys(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise Malformed("one of its objects has the same key twice")
    return document


def _no_number(text: str) -> Json:
    raise Malformed(f"it has {text} where a number should be")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise Malformed("it has a number that is too large")
    return number


def _resolve_media(document: dict[str, Json], folder: Path) -> None:
    """Make each asset's ``path`` absolute: where the project lies now, if its media moved along."""
    assets = document.get("assets", [])
    if not isinstance(assets, list):
        return
    for asset in assets:
        if isinstance(asset, dict) and isinstance(asset.get("path"), str):
            relative = asset.pop(_RELATIVE, None)
            asset["path"] = _media_path(asset["path"], relative if isinstance(relative, str) else None, folder)


def _media_path(absolute: str, relative: str | None, folder: Path) -> str:
    """Absolute, always: an address or a path of another system becomes a file that is offline here."""
    beside = None
    if relative and "\0" not in relative and not _is_rooted(relative):
        beside = os.path.normpath(folder / relative)
    if beside is not None and os.path.isfile(beside):  # noqa: PTH113 - never raises
        return beside
    if Path(absolute).is_absolute():
        return absolute
    name = PureWindowsPath(absolute).name if "\\" in absolute else PurePosixPath(absolute).name
    return beside or str(folder / (name or "unnamed"))


def _is_rooted(path: str) -> bool:
    return path.startswith(("/", "\\")) or bool(Path(path).anchor)


def damaged(path: Path, detail: str) -> UserError:
    """What is told of a file that cannot be what it says it is."""
    return UserError(str(path), f"the project file is damaged: {detail}", "open a backup or an older copy")
