"""Decoded frames made small, straight from their YUV planes: all that scene detection looks at.

The planes are made small one by one and only then become one BGR picture: a conversion at full size
would cost more than the whole detection.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import av
import cv2
import numpy as np
import numpy.typing as npt

Plane = npt.NDArray[np.uint8]
_AnyPlane = npt.NDArray[Any]

WIDTH = 256  # what PySceneDetect scales to as well: larger costs time, smaller blurs small changes
_TINY = 4  # the tiny picture is this much smaller again: grain and small movements average out
_PLANAR = {"gray": 8} | {
    f"yuv{letter}{sampling}p{suffix}": bits
    for letter in ("", "j")
    for sampling in (410, 411, 420, 422, 440, 444)
    for suffix, bits in (("", 8), ("9le", 9), ("10le", 10), ("12le", 12), ("14le", 14), ("16le", 16))
}
_FULL_RANGE = 2  # AVCOL_RANGE_JPEG, libavutil/pixfmt.h


@dataclass(frozen=True, slots=True, eq=False)
class SmallPicture:
    """``bgr`` is (rows, columns, 3), at most :data:`WIDTH` wide. ``tiny`` is luma, black 0 and white
    255, then both chromas, four times smaller again, in one row; the first ``samples`` are luma."""

    bgr: Plane
    tiny: Plane
    samples: int

    @property
    def tiny_luma(self) -> Plane:
        """Luma of the tiny picture in one row, black 0, white 255."""
        return self.tiny[: self.samples]


@dataclass(frozen=True, slots=True)
class SmallSize:
    """Even size of the small pictures of one film."""

    width: int
    height: int

    @classmethod
    def of(cls, width: int, height: int) -> SmallSize:
        """The size for frames of ``width`` x ``height``; narrow frames keep theirs."""
        small = max(2, min(WIDTH, width) // 2 * 2)
        return cls(small, max(2, round(height * small / width / 2) * 2))


def small_picture(frame: av.VideoFrame, size: SmallSize) -> SmallPicture:
    """``frame``, of whatever size and pixel format, as a small picture."""
    if frame.format.name not in _PLANAR:
        frame = frame.reformat(size.width, size.height, format="yuv420p", interpolation="AREA")
    half = size.width // 2, size.height // 2
    luma = _shrunk(_plane(frame, 0), size.width, size.height)
    if len(frame.planes) >= 3:
        chroma = [_shrunk(_plane(frame, number), *half) for number in (1, 2)]
    else:
        chroma = [np.full(half[::-1], 128, np.uint8)] * 2
    if frame.color_range == _FULL_RANGE or frame.format.name.startswith("yuvj"):
        # OpenCV's conversion expects the limited range.
        luma = _scaled(luma, 219 / 255, 16)
        chroma = [_scaled(plane, 224 / 255, 128 - 128 * 224 / 255) for plane in chroma]
    packed = np.concatenate([luma.ravel(), *(plane.ravel() for plane in chroma)])
    bgr = cv2.cvtColor(packed.reshape(size.height * 3 // 2, size.width), cv2.COLOR_YUV2BGR_I420)
    tiny_luma = _scaled(np.maximum(_tiny(luma), 16), 255 / 219, -16 * 255 / 219)
    tiny = np.concatenate([tiny_luma, *(_tiny(plane) for plane in chroma)])
    return SmallPicture(np.asarray(bgr, np.uint8), tiny, len(tiny_luma))


def _plane(frame: av.VideoFrame, number: int) -> _AnyPlane:
    """A view of one plane without its padding; deep samples use all of their 16 bits."""
    plane = frame.planes[number]
    bits = _PLANAR.get(frame.format.name, 8)
    kind: np.dtype[Any] = np.dtype(np.uint8 if bits == 8 else "<u2")
    rows = np.frombuffer(memoryview(plane), kind).reshape(-1, plane.line_size // kind.itemsize)
    view = rows[: plane.height, : plane.width]
    return view if bits in (8, 16) else np.left_shift(view, 16 - bits)


def _shrunk(plane: _AnyPlane, width: int, height: int) -> Plane:
    """Large planes to a quarter, then halves, then linearly to the size.

    The first step averages two by two pixels out of four by four: the others are not even read, and
    reading is what costs. Averaging at any ratio but a half takes OpenCV ten times as long; an odd
    last row or column is left out.
    """
    shrunk = plane
    if shrunk.shape[1] >= 4 * width and shrunk.shape[0] >= 4 * height:
        shrunk = cv2.resize(shrunk, (shrunk.shape[1] // 4, shrunk.shape[0] // 4), interpolation=cv2.INTER_LINEAR)
    while shrunk.shape[1] >= 2 * width and shrunk.shape[0] >= 2 * height:
        rows, columns = shrunk.shape[0] // 2, shrunk.shape[1] // 2
        shrunk = cv2.resize(shrunk[: rows * 2, : columns * 2], (columns, rows), interpolation=cv2.INTER_AREA)
    if shrunk.shape != (height, width):
        shrunk = cv2.resize(shrunk, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(shrunk >> 8 if shrunk.dtype == np.uint16 else shrunk, np.uint8)


def _tiny(plane: Plane) -> Plane:
    size = max(1, plane.shape[1] // _TINY), max(1, plane.shape[0] // _TINY)
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.uint8).ravel()


def _scaled(plane: Plane, factor: float, shift: float) -> Plane:
    return np.asarray(cv2.convertScaleAbs(plane, alpha=factor, beta=shift), np.uint8).reshape(plane.shape)
