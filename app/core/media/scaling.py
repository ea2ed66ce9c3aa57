"""Pictures made smaller for the encoder of a proxy: by halves where that is exact, else by libswscale."""

from __future__ import annotations

from typing import Any

import av
import numpy as np
import numpy.typing as npt
from av.video.reformatter import Colorspace, VideoReformatter

_PLANAR = "yuv420p"
_MOST_HALVES = 3


class Scaler:
    """Brings frames to one size and format. Used from one thread.

    The mean of two by two samples, which halving is, takes OpenCV a quarter of the time that libswscale takes
    at any ratio. For other ratios one libswscale context is kept: a frame's own ``reformat`` makes one each time,
    which costs as much again as the scaling.
    """

    def __init__(
        self, width: int, height: int, pixel_format: str, *, matrix: Colorspace | None = None, alpha: bool = False
    ) -> None:
        """``matrix`` is that which red, green and blue are converted to, in the limited range.

        With ``alpha`` all else is brought to the limited range too, and one thread does it: of several, libswscale 9
        lets one spoil the transparency of a strip now and then.
        """
        self._width = width
        self._height = height
        self._format = pixel_format
        self._matrix = matrix
        self._alpha = alpha
        self._reformatter = VideoReformatter()

    def scaled(self, frame: av.VideoFrame) -> av.VideoFrame:
        """``frame`` in this size and format, itself where it has them; it is not changed."""
        if frame.format.name == self._format == _PLANAR and halvings(frame, self._width, self._height):
            return self._halved(frame)
        return self._reformatter.reformat(
            frame,
            self._width,
            self._height,
            format=self._format,
            interpolation="BILINEAR",
            dst_colorspace=self._matrix if frame.format.is_rgb else None,
            dst_color_range="MPEG" if frame.format.is_rgb or self._alpha else None,
            threads=1 if self._alpha else None,
        )

    def _halved(self, frame: av.VideoFrame) -> av.VideoFrame:
        import cv2  # late: whoever only shows or exports films never halves one

        small = av.VideoFrame(self._width, self._height, _PLANAR)
        for number, plane in enumerate(frame.planes):
            samples = _samples(plane)
            out = _samples(small.planes[number])
            while samples.shape[1] > 2 * out.shape[1]:
                half = samples.shape[1] // 2, samples.shape[0] // 2
                samples = np.asarray(cv2.resize(samples, half, interpolation=cv2.INTER_AREA), np.uint8)
            cv2.resize(samples, out.shape[::-1], dst=out, interpolation=cv2.INTER_AREA)
        return small


def widen_alpha(frame: av.VideoFrame) -> None:
    """Make what was solid in eight bits solid in the ten of ``frame``: libswscale stops at 1020 of 1023."""
    plane = frame.planes[3]
    rows = np.frombuffer(memoryview(plane), np.uint16)
    np.bitwise_or(rows, rows >> 8, out=rows)


def halvings(frame: av.VideoFrame, width: int, height: int) -> int:
    """How often ``frame`` must be halved to be ``width`` x ``height``; 0 where that leads elsewhere, or nowhere."""
    for times in range(1, _MOST_HALVES + 1):
        if (width << times, height << times) == (frame.width, frame.height):
            return times
    return 0


def _samples(plane: Any) -> npt.NDArray[np.uint8]:
    """A view of one plane of eight bits without its padding."""
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    return rows[: plane.height, : plane.width]
