"""What FFmpeg complains of becomes a sentence about the file."""

from __future__ import annotations

import errno

import av.error
import pytest

from app.core.base.errors import UserError
from app.core.media.pyav_errors import media_error, media_errors


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (av.error.InvalidDataError(1, "Invalid data"), "damaged"),
        (av.error.PermissionError(errno.EPERM, "Operation not permitted"), "damaged"),
        (av.error.FileNotFoundError(errno.ENOENT, "No such file"), "no such file"),
        (av.error.MemoryError(errno.ENOMEM, "Cannot allocate"), "memory"),
        (av.error.OSError(errno.EIO, "I/O error"), "breaks off, or the disk cannot read it"),
        (av.error.OSError(errno.ENXIO, "No such device"), "disk reports an error"),
        (av.error.DecoderNotFoundError(1, "Decoder not found"), "no decoder"),
        (av.error.EOFError(1, "End of file"), "ends before"),
    ],
)
def test_every_class_of_error_is_put_into_words(error: Exception, why: str) -> None:
    translated = media_error("film.mp4", error)
    assert translated.what == "film.mp4"
    assert why in translated.why


def test_a_block_lets_only_user_errors_and_bugs_out() -> None:
    with pytest.raises(UserError, match=r"film\.mp4"), media_errors("film.mp4"):
        raise av.error.InvalidDataError(1, "Invalid data")
    with pytest.raises(UserError, match="memory"), media_errors("film.mp4"):
        raise MemoryError
    with pytest.raises(ZeroDivisionError), media_errors("film.mp4"):
        raise ZeroDivisionError
