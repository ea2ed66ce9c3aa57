"""What the numbers of a picture mean, and whether they must be recalculated for the film."""

from __future__ import annotations

from collections.abc import Iterable

from app.core.media.matrices import MATRIX_NUMBERS
from app.core.model.asset import Color

# Shares of red and blue in luma, by matrix (ITU-T H.273, table 4).
_LUMA_WEIGHTS = {
    "bt709": (0.2126, 0.0722),
    "fcc": (0.30, 0.11),
    "bt470bg": (0.299, 0.114),
    "smpte170m": (0.299, 0.114),
    "smpte240m": (0.212, 0.087),
    "bt2020nc": (0.2627, 0.0593),
    "bt2020c": (0.2627, 0.0593),
}
# Names that encoders write (ITU-T H.273); project files may hold others.
_PRIMARIES = frozenset(
    (
        "bt709",
        "bt470m",
        "bt470bg",
        "smpte170m",
        "smpte240m",
        "film",
        "bt2020",
        "smpte428",
        "smpte431",
        "smpte432",
        "ebu3213",
    )
)
_TRANSFERS = frozenset(
    (
        "bt709",
        "bt470m",
        "bt470bg",
        "smpte170m",
        "smpte240m",
        "linear",
        "log100",
        "log316",
        "iec61966-2-4",
        "bt1361e",
        "iec61966-2-1",
        "bt2020-10",
        "bt2020-12",
        "smpte2084",
        "smpte428",
        "arib-std-b67",
    )
)
_SD = Color("smpte170m", "smpte170m", "smpte170m", "limited")
_HD = Color("bt709", "bt709", "bt709", "limited")
# What goes with a matrix where a file names the matrix alone.
_COMPANIONS = {
    "bt470bg": ("bt470bg", "smpte170m"),
    "smpte170m": ("smpte170m", "smpte170m"),
    "smpte240m": ("smpte240m", "smpte240m"),
    "fcc": ("bt470m", "bt470m"),
    "bt2020nc": ("bt2020", "bt2020-10"),
    "bt2020c": ("bt2020", "bt2020-10"),
}


def usual_color(lines: int) -> Color:
    """What untagged pictures of that many lines mean: BT.601 below 720, BT.709 from there."""
    return _SD if lines < 720 else _HD


def meant_color(color: Color, lines: int) -> Color:
    """``color`` with every missing or unusable tag filled in as players do."""
    matrix = color.matrix if color.matrix in MATRIX_NUMBERS else usual_color(lines).matrix
    assert matrix is not None
    primaries: str | None
    transfer: str | None
    primaries, transfer = _COMPANIONS.get(matrix, (matrix, matrix))
    if color.primaries in _PRIMARIES:
        primaries = color.primaries
    if color.transfer in _TRANSFERS:
        transfer = color.transfer
    return Color(primaries, transfer, matrix, color.range or "limited")


def film_color(sources: Iterable[Color], lines: int) -> Color:
    """The colour of a film of ``sources``: theirs where they agree, else the usual one of its size.

    Always limited range: players agree on nothing else.
    """
    meanings = {(color.primaries, color.transfer, color.matrix) for color in sources}
    if len(meanings) != 1:
        return usual_color(lines)
    return Color(*meanings.pop(), "limited")


def matrix_number(color: Color) -> int:
    """swscale's number of the matrix of a colour that :func:`meant_color` filled in."""
    return MATRIX_NUMBERS[color.matrix or ""]


def luma_weights(color: Color) -> tuple[float, float]:
    """Shares of red and blue in the luma of a colour that :func:`meant_color` filled in."""
    return _LUMA_WEIGHTS[color.matrix or ""]


def same_numbers(one: Color, other: Color) -> bool:
    """Whether two filled-in colours write the same YUV for the same RGB."""
    return matrix_number(one) == matrix_number(other) and one.range == other.range
