"""Changes to the index of an MP4 or MOV whose ``moov`` box comes last: what no muxer would write (ISO/IEC 14496-12)."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

Change = Callable[[bytes], bytes]
_ONE = 1 << 16


def change_box(path: Path, names: str, change: Change) -> Path:
    """Replace the content of the first box on the way ``names`` ("moov trak tkhd") by ``change(content)``."""
    data = path.read_bytes()
    path.write_bytes(_changed(data, names.split(), change))
    return path


def set_edits(path: Path, edits: Sequence[tuple[int, int]], track: int = 0) -> Path:
    """Give a track the edit list ``(duration in film units, start in media units; -1 for nothing)``."""
    entries = b"".join(struct.pack(">iiI", duration, start, _ONE) for duration, start in edits)
    elst = _box(b"elst", struct.pack(">II", 0, len(edits)) + entries)

    def with_edits(content: bytes) -> bytes:
        kept = b"".join(box for kind, box in _boxes(content) if kind != b"edts")
        first = next(_boxes(kept))[1]  # the track header stays in front
        return first + _box(b"edts", elst) + kept[len(first) :]

    data = path.read_bytes()
    path.write_bytes(_changed(data, ["moov", "trak"], with_edits, track))
    return path


def set_matrix(path: Path, matrix: Sequence[int]) -> Path:
    """Write the six whole numbers a b c d x y of the display matrix of the first track."""
    a, b, c, d, x, y = (each * _ONE for each in matrix)
    numbers = struct.pack(">9i", a, b, 0, c, d, 0, x, y, 1 << 30)
    return change_box(path, "moov trak tkhd", lambda content: content[:40] + numbers + content[76:])


def _changed(data: bytes, names: list[str], change: Change, number: int = 0) -> bytes:
    if not names:
        return change(data)
    out, seen = [], 0
    for kind, box in _boxes(data):
        wanted = kind == names[0].encode() and seen == (number if len(names) == 1 else 0)
        seen += kind == names[0].encode()
        out.append(_box(kind, _changed(box[8:], names[1:], change, number)) if wanted else box)
    return b"".join(out)


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 0
    while place + 8 <= len(data):
        size = int.from_bytes(data[place : place + 4], "big")
        if size < 8:
            raise ValueError("a box of a size that this helper does not know")
        yield data[place + 4 : place + 8], data[place : place + size]
        place += size


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content) + 8) + kind + content
