"""Where a film goes: what must never be written over, and the hidden file it grows in until it is whole."""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import secrets
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from app.core.base.errors import UserError
from app.core.base.files import same_file, sync_folder, write_atomically, write_error


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a film is wanted. ``precious`` are files that must not be written over besides its media:
    the project's own, its other media."""

    path: Path
    overwrite: bool = False
    precious: tuple[Path, ...] = ()


def choose_target(path: Path, extensions: tuple[str, ...], precious: Iterable[Path], overwrite: bool) -> Path:
    """The file that ``path`` means, links followed, after everything that forbids writing it.

    ``precious`` are files that must survive: the media of the film, the project. Nothing is written.

    Raises:
        UserError: the place is one of those, is taken, is no file, cannot be, or has the wrong ending.
    """
    target = Path(os.path.realpath(path))
    for file in precious:
        if same_file(target, file):
            raise UserError(str(path), f"this is {file}, which the film is made from", "choose another name")
    if target.suffix.lower() not in extensions:
        raise UserError(str(path), "this ending is not that of the film's format", f"end it in {extensions[0]}")
    try:
        _require_place(target, path, overwrite)
    except OSError as error:  # a name that is too long, a folder that may not be looked into
        raise write_error(path, error) from error
    return target


def _require_place(target: Path, path: Path, overwrite: bool) -> None:
    if not target.parent.is_dir():
        raise UserError(str(path), "its folder does not exist", "make the folder or choose another place")
    if target.exists():
        if not target.is_file():
            raise UserError(str(path), "something that is no file has that name", "choose another name")
        if not overwrite:
            raise UserError(str(path), "the file exists", "choose another name or allow it to be overwritten")


def reserve_part(target: Path) -> Path:
    """A new, empty, hidden file beside ``target`` for the film to grow in; those of dead exports go.

    Raises:
        UserError: nothing can be written there.
    """
    prefix = _part_prefix(target)
    _remove_dead_parts(target.parent, prefix)
    part = target.parent / f"{prefix}{os.getpid()}.{secrets.token_hex(4)}.part"
    try:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    except OSError as error:
        raise write_error(target, error) from error
    return part


def publish(part: Path, target: Path, overwrite: bool) -> None:
    """Give the finished ``part`` its name, so that it is there whole, also after a power cut.

    Raises:
        UserError: the name was taken meanwhile, or the disk fails.
    """
    try:
        descriptor = os.open(part, os.O_RDWR)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if target.exists() and not overwrite:
            raise UserError(str(target), "the file appeared while the film was made", "export to another name")
        os.replace(part, target)
        sync_folder(target.parent)
    except OSError as error:
        raise write_error(target, error) from error


def publish_together(film: tuple[Path, Path], beside: tuple[Path, Path], overwrite: bool) -> None:
    """:func:`publish` two parts, each with its target: both are there afterwards, or neither is.

    What stood under the name of the second, a small file, comes back where the film cannot have its own.

    Raises:
        UserError: as :func:`publish` does.
    """
    part, target = beside
    try:
        before = target.read_bytes() if target.exists() else None
    except OSError as error:
        raise write_error(target, error) from error
    publish(part, target, overwrite)
    try:
        publish(*film, overwrite)
    except BaseException:
        if before is not None:
            write_atomically(target, before)
        else:
            target.unlink(missing_ok=True)
        raise


def _part_prefix(target: Path) -> str:
    """The beginning of the names of parts of ``target`` that this machine makes.

    The machine is in it because another one may be writing to the same shared folder, and whether
    its process still lives cannot be asked from here.
    """
    mark = hashlib.sha256(f"{platform.node()}\0{target.name}".encode("utf-8", "surrogateescape")).hexdigest()[:12]
    return f".{target.stem[:40]}.{mark}."


def _remove_dead_parts(folder: Path, prefix: str) -> None:
    with contextlib.suppress(OSError):  # a folder that can be written but not listed
        for file in folder.iterdir():
            owner, _, rest = file.name.removeprefix(prefix).partition(".")
            ours = file.name.startswith(prefix) and rest.endswith(".part") and owner.isdecimal()
            if ours and not _is_running(int(owner)):
                with contextlib.suppress(OSError):
                    file.unlink()


def _is_running(process: int) -> bool:
    if sys.platform == "win32":
        return False  # an open file cannot be removed there, so trying tells
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
