"""A key for the content of a media file that survives moving and renaming it."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from app.core.base.errors import UserError
from app.core.media.safe_open import check_file

# Read from the head, the middle and the tail; smaller files are read whole.
_BLOCK = 128 * 1024


def fingerprint(path: Path | str) -> str:
    """Content key of a file: 32 hexadecimal digits of BLAKE2b over its size and three blocks.

    The blocks (128 KiB each) are the first, the middle and the last. Films that agree in size and
    in all three are the same film as far as one can tell without reading gigabytes.

    Raises:
        UserError: the file is missing, empty, unreadable or no regular file.
    """
    size = check_file(path).st_size
    digest = hashlib.blake2b(f"insomnia-media-1:{size}:".encode(), digest_size=16)
    try:
        with open(path, "rb") as file:
            for start in _starts(size):
                file.seek(start)
                digest.update(file.read(_BLOCK if size > 3 * _BLOCK else size))
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        raise UserError(str(path), reason, "check the disk and copy the file again") from error
    return digest.hexdigest()


def file_size(path: Path | str) -> int:
    """Size of a readable regular file in bytes.

    Raises:
        UserError: it is none.
    """
    return check_file(os.fspath(path)).st_size


def _starts(size: int) -> tuple[int, ...]:
    if size <= 3 * _BLOCK:
        return (0,)
    return (0, (size - _BLOCK) // 2, size - _BLOCK)
