"""A number drawn into a picture as black and white blocks, readable after encoding and scaling.

Eight columns and four rows of cells. The corners are fixed (white, black, black, white) and give
the threshold; the other 28 cells hold 18 bits of number and 10 bits of checksum, so a picture that
was mixed, flipped or damaged reads as None rather than as a wrong number.
"""

from __future__ import annotations

import av
import numpy as np
import numpy.typing as npt

Luma = npt.NDArray[np.uint8]

COLUMNS, ROWS = 8, 4
LARGEST = (1 << 18) - 1
_BLACK, _WHITE = 16, 235
_LEFT, _RIGHT, _TOP, _BOTTOM = 0.1, 0.9, 0.14, 0.86
_CORNERS = ((0, 0, True), (0, COLUMNS - 1, False), (ROWS - 1, 0, False), (ROWS - 1, COLUMNS - 1, True))
_CELLS = [
    (row, column)
    for row in range(ROWS)
    for column in range(COLUMNS)
    if (row, column) not in {(row, column) for row, column, _ in _CORNERS}
]
_LEAST_CONTRAST = 24.0


def _checksum(number: int) -> int:
    remainder = number << 10
    for bit in range(17, -1, -1):
        if remainder & (1 << (bit + 10)):
            remainder ^= 0b11000110011 << bit
    return remainder ^ 0b1010110101


def _edges(start: float, end: float, size: int, count: int) -> list[int]:
    return [round(size * (start + (end - start) * k / count)) for k in range(count + 1)]


def draw_number(luma: Luma, number: int) -> None:
    """Draw ``number`` (0 to 262143) into a writable luma plane of shape (height, width)."""
    if not 0 <= number <= LARGEST:
        raise ValueError(f"{number} does not fit the picture code")
    word = number << 10 | _checksum(number)
    white = np.zeros((ROWS, COLUMNS), dtype=bool)
    for row, column, value in _CORNERS:
        white[row, column] = value
    for position, (row, column) in enumerate(_CELLS):
        white[row, column] = bool(word >> position & 1)
    xs = _edges(_LEFT, _RIGHT, luma.shape[1], COLUMNS)
    ys = _edges(_TOP, _BOTTOM, luma.shape[0], ROWS)
    for row in range(ROWS):
        for column in range(COLUMNS):
            luma[ys[row] : ys[row + 1], xs[column] : xs[column + 1]] = _WHITE if white[row, column] else _BLACK


def luma_of(picture: av.VideoFrame | npt.NDArray[np.generic]) -> npt.NDArray[np.float32]:
    """Brightness of a frame or array ((h, w), or (h, w, 3 or 4)), shape (height, width)."""
    if isinstance(picture, av.VideoFrame):
        name = picture.format.name
        if name in ("yuv420p", "yuv422p", "yuv444p", "yuvj420p", "yuva420p", "gray", "nv12"):
            plane = picture.planes[0]
            rows = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)
            return np.asarray(rows[:, : plane.width], dtype=np.float32)
        return picture.reformat(format="gray").to_ndarray().astype(np.float32)
    array = np.asarray(picture).astype(np.float32)
    return array[..., :3].mean(axis=2) if array.ndim == 3 else array


def read_number(
    picture: av.VideoFrame | npt.NDArray[np.generic], box: tuple[int, int, int, int] | None = None
) -> int | None:
    """The number in a picture, or None where none can be read with certainty.

    ``box`` (x, y, width, height) is the part of the picture that the film covers, where it was
    put into a larger one.
    """
    luma = luma_of(picture)
    if box is not None:
        x, y, width, height = box
        luma = luma[y : y + height, x : x + width]
    cells = _cell_means(luma)
    whites = [float(cells[row, column]) for row, column, value in _CORNERS if value]
    blacks = [float(cells[row, column]) for row, column, value in _CORNERS if not value]
    contrast = min(whites) - max(blacks)
    if contrast < _LEAST_CONTRAST:
        return None
    middle = (sum(whites) + sum(blacks)) / 4
    word = 0
    for position, (row, column) in enumerate(_CELLS):
        distance = float(cells[row, column]) - middle
        if abs(distance) < contrast / 5:
            return None
        word |= (distance > 0) << position
    number = word >> 10
    return number if word & 1023 == _checksum(number) else None


def _cell_means(luma: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Mean of the middle half of each cell, shape (ROWS, COLUMNS)."""
    height, width = luma.shape
    means = np.zeros((ROWS, COLUMNS), dtype=np.float32)
    xs = _edges(_LEFT, _RIGHT, width, COLUMNS * 4)
    ys = _edges(_TOP, _BOTTOM, height, ROWS * 4)
    for row in range(ROWS):
        for column in range(COLUMNS):
            top, bottom = ys[4 * row + 1], max(ys[4 * row + 3], ys[4 * row + 1] + 1)
            left, right = xs[4 * column + 1], max(xs[4 * column + 3], xs[4 * column + 1] + 1)
            means[row, column] = luma[top:bottom, left:right].mean()
    return means


def is_flash(picture: av.VideoFrame | npt.NDArray[np.generic]) -> bool:
    """Whether the border around the number is white: the frame at which a beep sounds."""
    luma = luma_of(picture)
    height = luma.shape[0]
    top, bottom = luma[: max(1, height // 14)], luma[height - max(1, height // 14) :]
    return float(min(top.mean(), bottom.mean())) > 180
