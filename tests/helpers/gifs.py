"""GIFs written byte by byte: what is transparent in them, and what is taken away after which picture."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

BLACK, WHITE, RED, SPARE = range(4)
"""Numbers in the palette of every GIF written here."""
KEEP, TO_BACKGROUND, TO_BEFORE = 1, 2, 3
"""What happens to a picture before the next is drawn (GIF89a, section 23: disposal method)."""

_PALETTE = bytes((0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 0, 255))
_CODE_SIZE = 8
_CLEAR, _END = 1 << _CODE_SIZE, (1 << _CODE_SIZE) + 1
_MOST_CODES = _CLEAR - 2  # after which codes would get wider
_MOST_BYTES = 255


@dataclass(frozen=True, eq=False)
class Drawn:
    """One picture of a GIF: numbers in the palette, shape (height, width), with its corner at ``left`` and ``top``.

    ``clear`` is the number that is not drawn.
    """

    pixels: npt.NDArray[np.uint8]
    clear: int | None = None
    disposal: int = KEEP
    left: int = 0
    top: int = 0


def write_gif(path: Path, width: int, height: int, *pictures: Drawn, background: int = BLACK) -> Path:
    """Write a GIF of ten pictures a second."""
    screen = struct.pack("<HHBBB", width, height, 0b1000_0001, background, 0)
    path.write_bytes(b"GIF89a" + screen + _PALETTE + b"".join(map(_picture, pictures)) + b";")
    return path


def _picture(drawn: Drawn) -> bytes:
    clear = 0 if drawn.clear is None else drawn.clear
    control = struct.pack("<BHB", drawn.disposal << 2 | (drawn.clear is not None), 10, clear)
    height, width = drawn.pixels.shape
    place = struct.pack("<HHHHB", drawn.left, drawn.top, width, height, 0)
    return b"!\xf9\x04" + control + b"\0," + place + bytes([_CODE_SIZE]) + _blocks(_codes(drawn.pixels))


def _codes(pixels: npt.NDArray[np.uint8]) -> bytes:
    """LZW that compresses nothing: its table is cleared before codes would need another bit."""
    values = pixels.ravel().tolist()
    codes: list[int] = []
    for first in range(0, len(values), _MOST_CODES):
        codes += [_CLEAR, *values[first : first + _MOST_CODES]]
    bits = "".join(f"{code:0{_CODE_SIZE + 1}b}"[::-1] for code in [*codes, _END])
    return int(bits[::-1], 2).to_bytes(-(-len(bits) // 8), "little")


def _blocks(data: bytes) -> bytes:
    """The data in blocks that begin with their length, and the empty one at the end."""
    pieces = [data[first : first + _MOST_BYTES] for first in range(0, len(data), _MOST_BYTES)]
    return b"".join(bytes([len(piece)]) + piece for piece in pieces) + b"\0"
