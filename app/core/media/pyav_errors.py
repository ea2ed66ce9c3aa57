"""The door for library errors: what FFmpeg says becomes something a person can act on.

The classes of PyAV lie (a damaged packet may be a ``PermissionError``, bad data is a
``ValueError``), so nothing above this module may catch them by their Python bases.
"""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator
from pathlib import Path

import av
import av.error

from app.core.base.errors import UserError

FFmpegError = av.error.FFmpegError

_DAMAGED = ("it is damaged, or of a kind that Insomnia does not read", "play it elsewhere to check it, or convert it")
_REASONS: tuple[tuple[type[Exception], tuple[str, str]], ...] = (
    (av.error.FileNotFoundError, ("there is no such file", "put it back or relink it")),
    (av.error.MemoryError, ("reading it needs more memory than it may have", "the file is probably damaged")),
    (av.error.DecoderNotFoundError, ("there is no decoder for what it holds", "convert it to a usual format")),
    (av.error.PatchWelcomeError, ("it uses a feature that no decoder here supports", "convert it to a usual format")),
    (av.error.EOFError, ("it ends before its content does", "copy it again from where it came")),
    (av.error.InvalidDataError, _DAMAGED),
)
_DISK = ("the disk reports an error", "check the disk and copy the file again")
# FFmpeg says the same of a bad disk and of a file that breaks off inside its header.
_UNREADABLE = ("it breaks off, or the disk cannot read it", "copy it again from where it came, or check the disk")


def media_error(path: Path | str, error: Exception) -> UserError:
    """What ``error``, raised by PyAV while it read ``path``, means for the person."""
    for kind, (why, what_to_do) in _REASONS:
        if isinstance(error, kind):
            return UserError(str(path), why, what_to_do)
    number = getattr(error, "errno", None)
    if number in (errno.ENXIO, errno.ENODEV):
        return UserError(str(path), *_DISK)
    if number == errno.EIO:
        return UserError(str(path), *_UNREADABLE)
    return UserError(str(path), *_DAMAGED)


@contextlib.contextmanager
def media_errors(path: Path | str) -> Iterator[None]:
    """Run a block that uses PyAV on ``path``; its failures come out as :class:`UserError`."""
    try:
        yield
    except FFmpegError as error:
        raise media_error(path, error) from error
    except MemoryError as error:
        raise UserError(str(path), *_REASONS[1][1]) from error
