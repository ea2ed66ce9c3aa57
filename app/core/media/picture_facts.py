"""What one decoded picture and its stream say about geometry, colour and format."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal, cast

from av import VideoFrame, VideoStream
from av.sidedata.sidedata import SideData, Type

from app.core.media.alpha import says_alpha
from app.core.media.exif import photo_turn
from app.core.model.asset import Color

Rotation = Literal[0, 90, 180, 270]

# ITU-T H.273 code points by FFmpeg's names; what is missing here is untagged.
_PRIMARIES = {
    1: "bt709",
    4: "bt470m",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    8: "film",
    9: "bt2020",
    10: "smpte428",
    11: "smpte431",
    12: "smpte432",
    22: "ebu3213",
}
_TRANSFERS = {
    1: "bt709",
    4: "bt470m",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    8: "linear",
    9: "log100",
    10: "log316",
    11: "iec61966-2-4",
    12: "bt1361e",
    13: "iec61966-2-1",
    14: "bt2020-10",
    15: "bt2020-12",
    16: "smpte2084",
    17: "smpte428",
    18: "arib-std-b67",
}
_MATRICES = {
    0: "gbr",
    1: "bt709",
    4: "fcc",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    8: "ycgco",
    9: "bt2020nc",
    10: "bt2020c",
    11: "smpte2085",
    12: "chroma-derived-nc",
    13: "chroma-derived-c",
    14: "ictcp",
}
_RANGES: dict[int, Literal["limited", "full"]] = {1: "limited", 2: "full"}
_STRANGEST_ASPECT = 10


@dataclass(frozen=True, slots=True)
class PictureShape:
    """Stored size, pixel aspect, and how a viewer must turn it: mirrored first, then clockwise."""

    coded_width: int
    coded_height: int
    sample_aspect: Fraction
    rotation: Rotation
    mirrored: bool

    @property
    def shown(self) -> tuple[int, int]:
        """Width and height as a viewer sees them, in square pixels."""
        width = max(1, math.floor(self.coded_width * self.sample_aspect + Fraction(1, 2)))
        return (width, self.coded_height) if self.rotation % 180 == 0 else (self.coded_height, width)


def picture_shape(frame: VideoFrame, stream: VideoStream, path: Path | str) -> PictureShape:
    """The geometry of a stream of the file ``path`` whose first picture is ``frame``."""
    rotation, mirrored = _turn(frame, path)
    aspect = stream.sample_aspect_ratio or Fraction(1)
    if not Fraction(1, _STRANGEST_ASPECT) <= aspect <= _STRANGEST_ASPECT:
        aspect = Fraction(1)
    return PictureShape(frame.width, frame.height, Fraction(aspect), rotation, mirrored)


def turn_of(matrix: tuple[int, ...] | None) -> tuple[Rotation, bool]:
    """Clockwise turn to the nearest quarter, and whether the picture is mirrored left to right before it.

    ``matrix`` is the display matrix of ISO 14496-12 (nine numbers, row by row), or None.
    """
    if matrix is None:
        return 0, False
    a, b, _, c, d = matrix[:5]
    mirrored = a * d - b * c < 0
    if mirrored:
        a, b = -a, -b
    if a == b == 0:
        return 0, False
    quarter = round(math.degrees(math.atan2(b, a)) / 90) % 4 * 90
    return cast(Rotation, quarter), mirrored


def _turn(frame: VideoFrame, path: Path | str) -> tuple[Rotation, bool]:
    try:
        for data in cast("Iterable[SideData]", frame.side_data):
            if data.type == Type.DISPLAYMATRIX:
                numbers = memoryview(bytes(data)).cast("i")
                return turn_of(tuple(numbers) if len(numbers) == 9 else None)
    except ValueError:
        # PyAV 18 has no name for some kinds of side data, EXIF among them: what a photo says, else PyAV's own sum.
        said = photo_turn(path)
        return said if said != (0, False) else turn_of(_matrix_of(frame.rotation))
    return 0, False


def _matrix_of(counter_clockwise: int) -> tuple[int, ...]:
    angle = math.radians(-counter_clockwise)
    cosine, sine = round(math.cos(angle) * 65536), round(math.sin(angle) * 65536)
    return (cosine, sine, 0, -sine, cosine, 0, 0, 0, 1 << 30)


def picture_color(frame: VideoFrame) -> Color:
    """Colour tags of a decoded picture."""
    return Color(
        primaries=_PRIMARIES.get(frame.color_primaries),
        transfer=_TRANSFERS.get(frame.color_trc),
        matrix=_MATRICES.get(frame.colorspace),
        range=_RANGES.get(frame.color_range),
    )


def has_alpha(frame: VideoFrame, stream: VideoStream) -> bool:
    """Whether pictures carry transparency, in their format or (VP8, VP9) beside it."""
    return says_alpha(stream) or any(component.is_alpha for component in frame.format.components)


def bit_depth(frame: VideoFrame) -> int:
    """Bits of one sample of brightness."""
    return max((component.bits for component in frame.format.components), default=8)
