"""One at a time: a lock that holds between threads and programs alike, and dies with its holder."""

from __future__ import annotations

import contextlib
import errno
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from app.core.base.files import in_folder, write_error


@contextlib.contextmanager
def held_alone(path: Path, wait: Callable[[], None]) -> Iterator[IO[bytes]]:
    """Run a block while nobody else, thread or program, runs one for ``path``: an empty file that stays,
    and that the block is given.

    ``wait`` lets a little time pass, or raises to give up. On disks that know no locks nobody is
    kept waiting.

    Raises:
        UserError: the file cannot be made.
    """
    try:
        file = in_folder(path.parent, lambda: path.open("ab"))
    except OSError as error:
        raise write_error(path, error) from error
    with file:
        while not take_lock(file):
            wait()
        yield file


def take_lock(file: IO[bytes]) -> bool:
    """Take the lock of an open file, which its closing gives back; False while another has it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
    return True
