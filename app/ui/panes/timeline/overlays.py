"""What lies over the clips: marks, edge, snap line, rubber band, place of a drop, playhead, hint."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen

from app.ui.panes.timeline.colours import Colours, faint
from app.ui.panes.timeline.picture import EdgeMark, Hint, Picture
from app.ui.panes.timeline.shapes import OUTLINE
from app.ui.theme import RADIUS, UNIT, font

PLAYHEAD = 2
EDGE = 3
_ARROW = 5


def playhead_rect(picture: Picture) -> QRect:
    """The playhead's line in the view."""
    return QRect(picture.x_of(picture.playhead) - PLAYHEAD // 2, 0, PLAYHEAD, picture.height)


def line_rect(picture: Picture, frame: int) -> QRect:
    """The line of a snap or of a drop, with its arrows."""
    return QRect(picture.x_of(frame) - _ARROW, 0, 2 * _ARROW + 1, picture.height)


def edge_rect(picture: Picture, mark: EdgeMark) -> QRect:
    """The bar along an edge of a clip; empty where the clip is gone."""
    place = picture.layout.find(mark.clip_id)
    if place is None:
        return QRect()
    clip = picture.rect_of(place)
    x = clip.left() if mark.edge == "start" else clip.right() - EDGE
    return QRect(x, clip.top(), EDGE, clip.height())


def hint_rect(hint: Hint, bounds: QSize) -> QRect:
    """The box of a hint: right and below of its point, kept inside ``bounds``."""
    metrics = _hint_metrics()
    size = QSize(metrics.horizontalAdvance(hint.text) + 4 * UNIT, metrics.height() + 2 * UNIT)
    x = min(hint.at.x() + 4 * UNIT, bounds.width() - size.width() - UNIT)
    y = hint.at.y() + 5 * UNIT
    if y + size.height() > bounds.height() - UNIT:
        y = hint.at.y() - size.height() - 2 * UNIT
    return QRect(QPoint(max(UNIT, x), max(UNIT, y)), size)


def band_rect(band: QRect, picture: Picture) -> QRect:
    """A rubber band (kept in scrolled coordinates) in the view."""
    return band.translated(-picture.left, -picture.top)


def paint_overlays(painter: QPainter, picture: Picture, colours: Colours) -> None:
    """Paint all that is over the clips, from the lowest to the highest."""
    if picture.gap is not None:
        _gap(painter, picture.gap_rect(picture.gap).adjusted(0, 1, -1, 0), colours)
    if picture.edge is not None:
        colour = colours.error if picture.edge.refused else colours.accent
        painter.fillRect(edge_rect(picture, picture.edge), colour)
    if picture.drop is not None:
        _line(painter, picture, picture.drop, colours.accent)
    if picture.snap is not None:
        _line(painter, picture, picture.snap, colours.snap_line)
    painter.fillRect(playhead_rect(picture), colours.playhead)
    if picture.band is not None:
        _band(painter, band_rect(picture.band, picture), colours)
    if picture.hint is not None:
        _hint(painter, picture.hint, QSize(picture.width, picture.height), colours)


def paint_empty(painter: QPainter, picture: Picture, colours: Colours) -> None:
    """Say what to do where there is nothing yet."""
    lane = next((lane for lane in picture.layout.lanes if lane.number == 0), None)
    box = QRect(0, 0, picture.width, picture.height)
    if lane is not None:
        box = QRect(0, lane.top - picture.top, picture.width, lane.height)
    painter.setFont(font())
    painter.setPen(colours.muted_text)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "Drop clips here")


def _line(painter: QPainter, picture: Picture, frame: int, colour: QColor) -> None:
    """A line over all lanes with an arrow at each end."""
    x = picture.x_of(frame)
    painter.fillRect(x, 0, 1, picture.height, colour)
    for step in range(_ARROW):
        half = _ARROW - 1 - step
        painter.fillRect(x - half, step, 2 * half + 1, 1, colour)
        painter.fillRect(x - half, picture.height - 1 - step, 2 * half + 1, 1, colour)


def _gap(painter: QPainter, box: QRect, colours: Colours) -> None:
    painter.fillRect(box, colours.band)
    painter.setPen(QPen(colours.selected, OUTLINE))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), RADIUS, RADIUS)


def _band(painter: QPainter, band: QRect, colours: Colours) -> None:
    painter.fillRect(band, colours.band)
    painter.setPen(QPen(colours.accent, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(band.adjusted(0, 0, -1, -1))


def _hint(painter: QPainter, hint: Hint, bounds: QSize, colours: Colours) -> None:
    box = hint_rect(hint, bounds)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(faint(colours.theme.raised, 0.96))
    painter.drawRoundedRect(QRectF(box), RADIUS, RADIUS)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    painter.setFont(_hint_font())
    painter.setPen(colours.error if hint.tone == "error" else colours.text)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, hint.text)


@cache
def _hint_font() -> QFont:
    return font(small=True, tabular=True)


@cache
def _hint_metrics() -> QFontMetrics:
    return QFontMetrics(_hint_font())
