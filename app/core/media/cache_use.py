"""Which contents of the cache somebody is at work with, in this program or another: those are never dropped.

A use is a locked file; the lock dies with its holder, so that a kill leaves nothing in use.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO

from app.core.base.errors import UserError
from app.core.base.files import write_atomically
from app.core.base.ids import new_id
from app.core.base.locks import held_alone, take_lock

_FOLDER = ".use"  # no word: never taken for a kind of cache data
_ENDING = ".lock"
_MANY = "many"  # in place of a fingerprint: they stand in a list beside the lock
_TRIES = 20


class _Held(Exception):  # noqa: N818 - no fault: somebody else has the lock
    """The lock is somebody else's."""


@contextlib.contextmanager
def marked(root: Path, fingerprint: str) -> Iterator[None]:
    """Run a block while ``fingerprint`` counts as in use. Blocks for one content may overlap.

    Raises:
        UserError: the cache cannot be written.
    """
    with _held(root, fingerprint):
        yield


@contextlib.contextmanager
def marked_together(root: Path, fingerprints: Iterable[str]) -> Iterator[Callable[[], bool]]:
    """Run a block while all of ``fingerprints`` count as in use, by one lock.

    The block is given a function that says whether they still do: somebody may have deleted the
    cache, and what says so with it.

    Raises:
        UserError: the cache cannot be written.
    """
    with _held(root, _MANY) as mark:
        if mark is not None:
            write_atomically(_list_of(mark), "\n".join(fingerprints).encode())
        yield lambda: mark is not None and mark.exists() and _list_of(mark).exists()


def in_use(root: Path) -> frozenset[str]:
    """The contents that somebody is at work with now; marks of dead programs are removed."""
    found: set[str] = set()
    with contextlib.suppress(OSError):
        for mark in (root / _FOLDER).iterdir():
            if mark.name.endswith(_ENDING) and not _is_dead(mark):
                name = mark.name.partition(".")[0]
                found |= _listed(mark) if name == _MANY else {name}
    return frozenset(found)


@contextlib.contextmanager
def _held(root: Path, name: str) -> Iterator[Path | None]:
    """Run a block while a mark of that name is held; it is None where it is taken away each time.

    Whoever looks between its making and its locking takes it for that of a dead program: then there
    is another. Where the cache cannot be written, the cache is what people know.
    """
    with contextlib.ExitStack() as held:
        mark = None
        for _ in range(_TRIES):
            mark = _taken(root, name, held)
            if mark is not None:
                break
        yield mark


def _taken(root: Path, name: str, held: contextlib.ExitStack) -> Path | None:
    """A new mark that ``held`` lets go and removes; None where somebody else has it, or removed it."""
    mark = root / _FOLDER / f"{name}.{new_id()}{_ENDING}"
    with contextlib.ExitStack() as tried:
        tried.callback(_remove, mark)
        try:
            file = tried.enter_context(held_alone(mark, _give_up))
        except _Held:
            return None
        except UserError as error:
            raise UserError(str(root), error.why, error.what_to_do) from error
        if not _is_at(file, mark):
            return None
        held.push(tried.pop_all())
    return mark


def _is_at(file: IO[bytes], path: Path) -> bool:
    """Whether the open ``file`` is still what ``path`` names."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except OSError:
        return False


def _is_dead(mark: Path) -> bool:
    """Whether nobody holds ``mark``, which is removed then: under its lock, so that nobody takes it meanwhile."""
    try:
        with mark.open("rb+") as file:
            if not take_lock(file):
                return False
            if sys.platform != "win32":
                _remove(mark)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    if sys.platform == "win32":
        _remove(mark)  # Windows removes no file that is open, so none that was taken meanwhile
    return True


def _list_of(mark: Path) -> Path:
    return mark.with_suffix(".list")


def _listed(mark: Path) -> set[str]:
    try:
        return set(_list_of(mark).read_text(encoding="utf-8").split())
    except (OSError, ValueError):
        return set()


def _remove(mark: Path) -> None:
    """Remove a mark, and its list unless the mark stays."""
    with contextlib.suppress(OSError):
        mark.unlink(missing_ok=True)
        _list_of(mark).unlink()


def _give_up() -> None:
    raise _Held
