"""swscale's numbers for the YUV matrices that it converts between (libswscale/swscale.h, SWS_CS_*)."""

from __future__ import annotations

MATRIX_NUMBERS = {
    "bt709": 1,
    "fcc": 4,
    "bt470bg": 5,
    "smpte170m": 5,
    "smpte240m": 7,
    "bt2020nc": 9,
    "bt2020c": 9,
}
_HD_LINES = 720


def matrix_number(matrix: str | None, lines: int) -> int:
    """The number of ``matrix``; where it is untagged or unknown, what players take for that many lines."""
    return MATRIX_NUMBERS.get(matrix or "", MATRIX_NUMBERS["bt709" if lines >= _HD_LINES else "smpte170m"])
