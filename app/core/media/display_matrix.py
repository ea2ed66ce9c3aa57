"""How a finished MP4 or MOV says that its picture is shown turned: the matrix of its track header.

PyAV has no way to say it while writing, so the nine numbers are put in their place afterwards
(ISO/IEC 14496-12, 8.3.2, track header box).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from app.core.base.files import write_error

_MATRIX = struct.Struct(">9i")
_ONE, _LAST = 1 << 16, 1 << 30  # 1 as 16.16 and as 2.30
_LARGEST_INDEX = 1 << 28


def write_display_matrix(path: Path, width: int, height: int, rotation: int, mirrored: bool) -> None:
    """Say that the picture of ``path``, ``width`` x ``height`` as stored, is mirrored left to right if so, then
    shown turned clockwise by ``rotation`` degrees (0, 90, 180, 270).

    Raises:
        UserError: the file cannot be written.
        ValueError: it holds no picture track.
    """
    matrix = _MATRIX.pack(*_matrix(width, height, rotation, mirrored))
    try:
        with open(path, "r+b") as file:
            start, index = _find_index(file)
            place = _picture_header(index)
            version = index[place + 8]
            # Behind size, kind, version and flags come the times (8 or 4 bytes each) and 24 more bytes.
            file.seek(start + place + 12 + (32 if version == 1 else 20) + 16)
            file.write(matrix)
    except OSError as error:
        raise write_error(path, error) from error


def _matrix(width: int, height: int, rotation: int, mirrored: bool) -> tuple[int, ...]:
    a, b, c, d, x, y = {
        0: (1, 0, 0, 1, 0, 0),
        90: (0, 1, -1, 0, height, 0),
        180: (-1, 0, 0, -1, width, height),
        270: (0, -1, 1, 0, 0, width),
    }[rotation]
    if mirrored:
        a, b, x, y = -a, -b, x + a * width, y + b * width
    return (a * _ONE, b * _ONE, 0, c * _ONE, d * _ONE, 0, x * _ONE, y * _ONE, _LAST)


def _find_index(file: BinaryIO) -> tuple[int, bytes]:
    """Place and content of the ``moov`` box."""
    place = 0
    while True:
        file.seek(place)
        head = file.read(16)
        if len(head) < 8:
            raise ValueError("a film without an index")
        size = int.from_bytes(head[:4], "big")
        if size == 1:
            size = int.from_bytes(head[8:16], "big")
        if head[4:8] == b"moov" and size < _LARGEST_INDEX:
            file.seek(place)
            return place, file.read(size)
        if size < 8:
            raise ValueError("a film without an index")
        place += size


def _picture_header(index: bytes) -> int:
    """Place of the track header box of the picture track in the index."""
    for kind, start, end in _boxes(index, 8, len(index)):
        if kind != b"trak":
            continue
        inside = {name: (first, last) for name, first, last in _boxes(index, start + 8, end)}
        media = inside.get(b"mdia")
        if media is None or b"tkhd" not in inside:
            continue
        for name, first, _ in _boxes(index, media[0] + 8, media[1]):
            if name == b"hdlr" and index[first + 16 : first + 20] == b"vide":
                return inside[b"tkhd"][0]
    raise ValueError("a film without a picture")


def _boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and end of the boxes in ``data[start:end]``."""
    while start + 8 <= end:
        size = int.from_bytes(data[start : start + 4], "big")
        if size < 8:
            return
        yield data[start + 4 : start + 8], start, start + size
        start += size
