"""Files that are whole or not there: written beside their place, synced, then renamed."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePath
from typing import TypeVar

from app.core.base.errors import UserError
from app.core.base.ids import new_id

T = TypeVar("T")

_TRIES = 5


def sync_folder(folder: Path) -> None:
    """Make a rename in ``folder`` last (nothing to do where folders cannot be opened)."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:  # some network folders cannot be synced: the rename itself stands
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)


def write_atomically(path: Path, data: bytes) -> None:
    """Replace ``path`` with ``data``: afterwards it is the old file or the new one, never a part.

    Raises:
        UserError: the folder is missing or read-only, or the disk is full; the old file stands.
    """
    target = Path(os.path.realpath(path))  # a link stays a link; what it leads to is replaced
    temporary = target.with_name(f".insomnia-{new_id()}.part")  # short: names end at 255 bytes
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _copy_mode(target, temporary)
        os.replace(temporary, target)
        sync_folder(target.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise write_error(path, error) from error


def in_folder(folder: Path, make: Callable[[], T]) -> T:
    """``make`` something in ``folder``, which is made where it is missing, and again where it vanishes meanwhile.

    Raises:
        OSError: it cannot be made.
    """
    for _ in range(_TRIES - 1):
        # Python takes a folder that vanishes between two looks for a file of that name.
        with contextlib.suppress(FileNotFoundError, FileExistsError):
            folder.mkdir(parents=True, exist_ok=True)
            return make()
    folder.mkdir(parents=True, exist_ok=True)
    return make()


def write_error(path: Path, error: OSError) -> UserError:
    """What a failed write to ``path`` means for the person."""
    reasons = {
        errno.ENOSPC: ("the disk is full", "free some space or choose another place"),
        errno.EDQUOT: ("the disk quota is used up", "free some space or choose another place"),
        errno.EFBIG: ("the file grew larger than this disk allows", "choose another place"),
        errno.ENOENT: ("its folder does not exist", "make the folder or choose another place"),
        errno.ENOTDIR: ("its folder is a file", "choose another place"),
        errno.EEXIST: ("a file has the name of its folder", "choose another place"),
        errno.EISDIR: ("a folder has that name", "choose another name"),
        errno.EACCES: ("writing there is not allowed", "choose another place"),
        errno.EPERM: ("writing there is not allowed", "choose another place"),
        errno.EROFS: ("the disk is read-only", "choose another place"),
        errno.ENAMETOOLONG: ("the name is too long", "choose a shorter name"),
        errno.EIO: ("the disk reports an error", "check the disk or choose another place"),
    }
    why, what_to_do = reasons.get(error.errno or 0, (error.strerror or str(error), "choose another place"))
    return UserError(str(path), why, what_to_do)


def is_file(path: str | Path) -> bool:
    """Whether there is a file. No for what the system will not say: a dead network drive, a locked folder."""
    return _answer(Path(path).is_file)


def is_folder(path: str | Path) -> bool:
    """Whether there is a folder. No for what the system will not say."""
    return _answer(Path(path).is_dir)


def is_taken(path: str | Path) -> bool:
    """Whether anything is there. No for what the system will not say."""
    return _answer(Path(path).exists)


def _answer(ask: Callable[[], bool]) -> bool:
    try:
        return ask()
    except OSError:
        return False


def same_file(one: Path, other: Path) -> bool:
    """Whether two paths lead to one file, there or not yet, through links, ``..`` or letter case as well."""
    try:
        return one.samefile(other)
    except OSError:
        return os.path.normcase(os.path.realpath(one)) == os.path.normcase(os.path.realpath(other))


@contextlib.contextmanager
def removed_on_failure(path: Path) -> Iterator[Path]:
    """Run a block that makes ``path``; where it fails or is cancelled, nothing is left there."""
    try:
        yield path
    except BaseException:
        with contextlib.suppress(OSError):
            path.unlink()
        raise


def _copy_mode(source: Path, target: Path) -> None:
    with contextlib.suppress(FileNotFoundError, PermissionError):  # some disks know no modes
        target.chmod(source.stat().st_mode & 0o777)


def distinct_names(names: Iterable[str]) -> list[str]:
    """``names`` in their order, numbered where two are one for a system that does not know letter case."""
    taken: set[str] = set()
    found: list[str] = []
    for wanted in names:
        path, name, number = PurePath(wanted), wanted, 1
        while name.casefold() in taken:
            number += 1
            name = f"{path.stem} ({number}){path.suffix}"
        taken.add(name.casefold())
        found.append(name)
    return found
