"""How a photo says that it wants to be turned: the orientation in its EXIF data.

FFmpeg's decoders leave it to the viewer, and PyAV has no name for that kind of side data.
(CIPA DC-008, 4.6.4: tag 274; where the data lie: JPEG APP1, PNG ``eXIf``, WebP ``EXIF``, TIFF itself.)
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Literal

_MOST_BYTES = 4 << 20
_ORIENTATION = 274
_SHORT = 3
_MOST_TAGS = 512
_JPEG, _PNG = b"\xff\xd8", b"\x89PNG\r\n\x1a\n"
_EXIF = b"Exif\0\0"
_START_OF_SCAN = 0xDA
# By orientation: clockwise turn after mirroring left to right where that is said.
_TURNS: dict[int, tuple[Literal[0, 90, 180, 270], bool]] = {
    1: (0, False),
    2: (0, True),
    3: (180, False),
    4: (180, True),
    5: (270, True),
    6: (90, False),
    7: (90, True),
    8: (270, False),
}


def photo_turn(path: Path | str) -> tuple[Literal[0, 90, 180, 270], bool]:
    """Clockwise turn of a photo, and whether it is mirrored left to right before; (0, False) where unsaid."""
    try:
        with open(path, "rb") as file:
            data = file.read(_MOST_BYTES)
        return _TURNS.get(_orientation(_exif(data)), (0, False))
    except (OSError, struct.error):
        return 0, False


def _exif(data: bytes) -> bytes:
    """The TIFF structure with the EXIF data of a picture file, or nothing."""
    if data.startswith(_JPEG):
        return _in_jpeg(data)
    if data.startswith(_PNG):
        return _in_chunks(data, 8, b"eXIf", ">", 4)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _in_chunks(data, 12, b"EXIF", "<", 0)
    return data if data[:4] in (b"II*\0", b"MM\0*") else b""


def _in_jpeg(data: bytes) -> bytes:
    place = 2
    while place + 4 <= len(data) and data[place] == 0xFF:
        kind, size = data[place + 1], int.from_bytes(data[place + 2 : place + 4], "big")
        if kind == _START_OF_SCAN or size < 2:
            return b""
        if kind == 0xE1 and data.startswith(_EXIF, place + 4):
            return data[place + 4 + len(_EXIF) : place + 2 + size]
        place += 2 + size
    return b""


def _in_chunks(data: bytes, place: int, wanted: bytes, order: str, trailer: int) -> bytes:
    """Content of a chunk: PNG says size, kind, content, checksum; RIFF kind, size, content, to even sizes."""
    while place + 8 <= len(data):
        first, second = data[place : place + 4], data[place + 4 : place + 8]
        kind, said = (second, first) if order == ">" else (first, second)
        (size,) = struct.unpack(f"{order}I", said)
        if kind == wanted:
            return data[place + 8 : place + 8 + size].removeprefix(_EXIF)
        place += 8 + size + trailer + (size % 2 if order == "<" else 0)
    return b""


def _orientation(tiff: bytes) -> int:
    """Tag 274 of the first directory of a TIFF structure; 1 where there is none."""
    if len(tiff) < 8:
        return 1
    order = ">" if tiff[:2] == b"MM" else "<"
    (start,) = struct.unpack_from(f"{order}I", tiff, 4)
    (count,) = struct.unpack_from(f"{order}H", tiff, start)
    for number in range(min(count, _MOST_TAGS)):
        tag, kind, _, value = struct.unpack_from(f"{order}HHIH", tiff, start + 2 + 12 * number)
        if tag == _ORIENTATION and kind == _SHORT:
            return int(value)
    return 1
