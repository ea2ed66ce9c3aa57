"""Subtitles over the pictures of a film: which cues show at a frame, and their text mixed into its planes."""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

import av
import numpy as np
import numpy.typing as npt

from app.core.base import time
from app.core.base.time import Flicks
from app.core.model.asset import Color
from app.core.model.subtitle import SubtitleCue
from app.core.render import planes
from app.core.render.color import luma_weights
from app.core.render.geometry import Rectangle
from app.core.render.text import SubtitleStyle, TextPicture, paint

_MOST_BYTES = 32_000_000
# Signal level of a graphic's white where film whites are far brighter (ITU-R BT.2408, table 1).
_WHITE = {"smpte2084": 0.58, "arib-std-b67": 0.75}

_Weighted = npt.NDArray[np.uint16]


class CueTimes:
    """Finds the cues of a moment among thousands. ``cues`` are in order of their start."""

    def __init__(self, cues: Sequence[SubtitleCue]) -> None:
        self._cues = cues
        self._starts = [cue.start for cue in cues]
        self._latest_ends = list(accumulate((cue.end for cue in cues), max))

    def at(self, moment: Flicks) -> tuple[SubtitleCue, ...]:
        """The cues that show at sequence time ``moment``, the first to start first."""
        found = []
        position = bisect_right(self._starts, moment) - 1
        while position >= 0 and self._latest_ends[position] > moment:
            if self._cues[position].end > moment:
                found.append(self._cues[position])
            position -= 1
        return tuple(reversed(found))


@dataclass(frozen=True, slots=True)
class Overlay:
    """A text ready to be laid over yuv420p pictures, even in place and size.

    ``levels`` are its Y, Cb and Cr, already weighed with how much of a pixel they cover, times 255;
    ``uncovered`` is 255 less that share, of a luma and of a chroma sample.
    """

    place: Rectangle
    line_box: int
    levels: tuple[_Weighted, _Weighted, _Weighted]
    uncovered: tuple[_Weighted, _Weighted]

    @property
    def size(self) -> int:
        """Bytes that it takes."""
        return sum(each.nbytes for each in (*self.levels, *self.uncovered))

    def mix(self, picture: tuple[planes.Plane, ...], area: Rectangle, lifted: int) -> None:
        """Lay it over the part ``area`` of ``picture``, ``lifted`` pixels higher than its own place."""
        place = self.place
        for number, (plane, level) in enumerate(zip(picture, self.levels, strict=True)):
            step = 1 if number == 0 else 2
            top, left = (area.y + place.y - lifted) // step, (area.x + place.x) // step
            part = plane[top : top + place.height // step, left : left + place.width // step]
            part[:] = (part * self.uncovered[min(number, 1)] + level + 127) // 255


def overlay(picture: TextPicture, color: Color) -> Overlay:
    """``picture`` in the numbers of a film of ``color`` (filled in, limited range)."""
    rgb = picture.pixels[:, :, :3].astype(np.float32) * np.float32(_WHITE.get(color.transfer or "", 1))
    share = picture.pixels[:, :, 3].astype(np.float32)
    red, blue = luma_weights(color)
    luma = rgb @ np.array((red, 1 - red - blue, blue), np.float32)
    cb = _halved((rgb[:, :, 2] - luma) / np.float32(2 * (1 - blue)))
    cr = _halved((rgb[:, :, 0] - luma) / np.float32(2 * (1 - red)))
    chroma_share = _halved(share)
    return Overlay(
        Rectangle(picture.x, picture.y, picture.width, picture.height),
        picture.line_box,
        (
            _rounded(16 * share + 219 * luma),
            _rounded(128 * chroma_share + 224 * cb),
            _rounded(128 * chroma_share + 224 * cr),
        ),
        (_rounded(255 - share), _rounded(255 - np.rint(chroma_share))),
    )


def _rounded(levels: npt.NDArray[np.float32]) -> _Weighted:
    return np.rint(levels).astype(np.uint16)


def _halved(plane: npt.NDArray[np.floating]) -> npt.NDArray[np.float32]:
    """Mean of each two by two pixels: a chroma sample."""
    total: npt.NDArray[np.floating] = plane[::2, ::2] + plane[1::2, ::2] + plane[::2, 1::2] + plane[1::2, 1::2]
    return (total / 4).astype(np.float32, copy=False)


class CuePainter:
    """Draws the cues of one film over its pictures. Belongs to one thread; keeps what it drew last."""

    def __init__(
        self, cues: Sequence[SubtitleCue], area: Rectangle, color: Color, style: SubtitleStyle | None = None
    ) -> None:
        self._times = CueTimes(cues)
        self._area = area
        self._color = color
        self._style = style or SubtitleStyle()
        self._kept: OrderedDict[str, Overlay | None] = OrderedDict()
        self._bytes = 0

    def texts(self, number: int, rate: Fraction) -> tuple[str, ...]:
        """What is to be read at sequence frame ``number``, the lowest first."""
        return tuple(cue.text for cue in self._times.at(time.frame_start(number, rate)))

    def draw(self, texts: Sequence[str], picture: av.VideoFrame) -> None:
        """Write ``texts`` into ``picture``, yuv420p, each above the one before.

        One for which there is no more room is left out.

        Raises:
            UserError: text cannot be painted on this computer.
        """
        shared, lifted = planes.views(picture), 0
        for text in texts:
            drawn = self._overlay(text)
            if drawn is not None and drawn.place.y >= lifted:
                drawn.mix(shared, self._area, lifted)
                lifted += drawn.line_box

    def _overlay(self, text: str) -> Overlay | None:
        if text in self._kept:
            self._kept.move_to_end(text)
            return self._kept[text]
        painted = paint(text, self._area.width, self._area.height, self._style)
        made = overlay(painted, self._color) if painted is not None else None
        self._kept[text] = made
        self._bytes += made.size if made is not None else 0
        while self._bytes > _MOST_BYTES and len(self._kept) > 1:
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= oldest.size if oldest is not None else 0
        return made
