"""Paints the row of subtitles: blocks with the beginning of their text. Costs what is visible."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from app.core.model.subtitle import SubtitleCue
from app.ui.panes.timeline.colours import Colours, faint, mixed
from app.ui.panes.timeline.cue_lane import CueLane
from app.ui.panes.timeline.picture import Picture
from app.ui.panes.timeline.shapes import HATCH, Names, hatch
from app.ui.theme import font

_Times: TypeAlias = NDArray[np.int64]

# Narrower blocks are columns of pixels; up to so many of them are painted one by one.
_NARROW = 6
_FEW = 64
_INSET = 4


class CueRowPainter:
    """Paints a :class:`CueLane` in one theme."""

    def __init__(self, colours: Colours) -> None:
        self._colours = colours
        self._names = Names(font(small=True))
        theme = colours.theme
        self._block = {False: QColor(theme.clip_title), True: mixed(theme.clip_title, theme.track, 0.6)}
        self._text = {False: QColor(theme.clip_text), True: QColor(theme.muted_text)}
        self._overlap = faint(theme.error, 0.8)

    def paint(self, painter: QPainter, part: QRect, picture: Picture, lane: CueLane, ratio: float) -> None:
        """Paint what of the row is inside ``part``, in pixels of the view."""
        row = QRect(part.left(), lane.top - picture.top, part.width(), lane.height - 1)
        painter.fillRect(row, self._colours.lane)
        marked = picture.marked.intersected(row)
        if not marked.isEmpty():
            painter.fillRect(marked, self._colours.marks)
        if lane.track.locked:
            begin = QPoint((row.left() + picture.left) % HATCH, (row.top() + picture.top) % HATCH)
            painter.drawTiledPixmap(row, hatch(self._colours.hatch.rgba(), ratio), begin)
        first, last = (picture.time_at(x) for x in (part.left() - 1, part.right() + 2))
        visible = lane.index.between(first, last)
        if not len(visible):
            return
        wide = self._wide(picture, lane, visible)
        if len(wide) < len(visible):
            self._columns(painter, row, picture, lane, visible)
        for number in wide:
            self._cue(painter, row, picture, lane, number, ratio)

    @staticmethod
    def _wide(picture: Picture, lane: CueLane, visible: range) -> list[int]:
        """Numbers of the cues that are wide enough to be told apart."""
        cues = lane.index.cues
        if len(visible) <= _FEW:
            spans = ((number, picture.cue_span(cues[number])) for number in visible)
            return [number for number, (start, end) in spans if end - start >= _NARROW]
        lasts = lane.index.ends[visible.start : visible.stop] - lane.index.starts[visible.start : visible.stop]
        least = picture.scale.time_at(_NARROW, picture.frame)
        return [visible.start + number for number in np.flatnonzero(lasts >= least).tolist()]

    def _cue(self, painter: QPainter, row: QRect, picture: Picture, lane: CueLane, number: int, ratio: float) -> None:
        cue, rests = lane.index.cues[number], lane.track.hidden
        start, end = picture.cue_span(cue)
        box = QRect(start, row.top() + 1, end - start - 1, row.height() - 1)
        painter.fillRect(box, self._block[rests])
        names = self._names
        where = QPoint(box.left() + _INSET, box.top() + (box.height() - names.height) // 2)
        names.draw(painter, where, _line(cue), box.width() - 2 * _INSET, self._text[rests], ratio)
        if number and lane.index.cues[number - 1].end > cue.start:
            under = min(picture.cue_span(lane.index.cues[number - 1])[1], end)
            painter.fillRect(start, box.bottom() - 1, max(2, under - start), 2, self._overlap)
        if cue.id in picture.cues:
            painter.setPen(self._colours.selected)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box.adjusted(0, 0, -1, -1))
            painter.drawRect(box.adjusted(1, 1, -2, -2))

    def _columns(self, painter: QPainter, row: QRect, picture: Picture, lane: CueLane, visible: range) -> None:
        """All visible cues as one row of pixels, stretched over the lane; wide ones are painted over it."""
        index, width = lane.index, row.width()
        pixels = np.full(width, np.uint32(self._colours.lane.rgb()))
        chosen = np.zeros(len(visible), dtype=bool)
        if picture.cues:
            chosen[:] = [index.cues[number].id in picture.cues for number in visible]
        starts, ends = index.starts[visible.start : visible.stop], index.ends[visible.start : visible.stop]
        for which, colour in ((~chosen, self._block[lane.track.hidden]), (chosen, self._colours.selected)):
            if which.any():
                pixels[_covered(picture, row, starts[which], ends[which])] = np.uint32(colour.rgb())
        data = pixels.tobytes()
        image = QImage(data, width, 1, len(data), QImage.Format.Format_RGB32)
        painter.drawImage(row.adjusted(0, 1, 0, 0), image)


def _covered(picture: Picture, row: QRect, starts: _Times, ends: _Times) -> NDArray[np.bool_]:
    """Which columns of ``row`` lie under one of many spans; each has one at least."""
    base, frame = picture.x_of(0) - row.left(), picture.frame
    first = np.clip(picture.scale.columns_of_times(starts, frame) + base, 0, row.width())
    last = np.clip(picture.scale.columns_of_times(ends, frame) + base, 0, row.width())
    last = np.maximum(last, np.minimum(first + 1, row.width()))
    steps = np.bincount(first, minlength=row.width() + 1) - np.bincount(last, minlength=row.width() + 1)
    covered: NDArray[np.bool_] = np.cumsum(steps[: row.width()]) > 0
    return covered


def _line(cue: SubtitleCue) -> str:
    """What a block says: the text on one line."""
    return " ".join(cue.text[:200].split())
