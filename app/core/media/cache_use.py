"""Which contents of the cache somebody is at work with, in this program or another: those are never dropped.

A use is a locked file; the lock dies with its holder, so that a kill leaves nothing in use.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from app.core.base.errors import UserError, one_line
from app.core.base.files import write_atomically
from app.core.base.ids import new_id
from app.core.base.locks import held_alone

_FOLDER = ".use"  # no word: never taken for a kind of cache data
_ENDING = ".lock"
_MANY = "many"  # in place of a fingerprint: they stand in a list beside the lock


class _Held(Exception):  # noqa: N818 - no fault: somebody else has the lock
    """The lock is somebody else's."""


@contextlib.contextmanager
def marked(root: Path, fingerprint: str) -> Iterator[None]:
    """Run a block while ``fingerprint`` counts as in use. Blocks for one content may overlap.

    Raises:
        UserError: the cache cannot be written.
    """
    mark = root / _FOLDER / f"{fingerprint}.{new_id()}{_ENDING}"
    try:
        with _held(root, mark):
            yield
    finally:
        _remove(mark)


@contextlib.contextmanager
def marked_together(root: Path, fingerprints: Iterable[str]) -> Iterator[None]:
    """Run a block while all of ``fingerprints`` count as in use, by one lock.

    Raises:
        UserError: the cache cannot be written.
    """
    mark = root / _FOLDER / f"{_MANY}.{new_id()}{_ENDING}"
    try:
        with _held(root, mark):
            write_atomically(_list_of(mark), "\n".join(fingerprints).encode())
            yield
    finally:
        _remove(mark)


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
def _held(root: Path, mark: Path) -> Iterator[None]:
    """Run a block while the lock ``mark`` is held; where it cannot be made, the cache is what people know."""
    try:
        with held_alone(mark, _give_up):
            yield
    except UserError as error:
        if error.what != one_line(str(mark)):
            raise
        raise UserError(str(root), error.why, error.what_to_do) from error


def _is_dead(mark: Path) -> bool:
    try:
        with held_alone(mark, _give_up):
            pass
    except _Held:
        return False
    _remove(mark)
    return True


def _list_of(mark: Path) -> Path:
    return mark.with_suffix(".list")


def _listed(mark: Path) -> set[str]:
    try:
        return set(_list_of(mark).read_text(encoding="utf-8").split())
    except (OSError, ValueError):
        return set()


def _remove(mark: Path) -> None:
    for file in (_list_of(mark), mark):
        with contextlib.suppress(OSError):
            file.unlink()


def _give_up() -> None:
    raise _Held
