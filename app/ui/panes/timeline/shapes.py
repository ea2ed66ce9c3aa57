"""Small pixmaps and texts that every clip needs, made once: rounded ends, outlines, names cut to fit."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPen, QPixmap

from app.ui.panes.timeline.colours import ClipColours
from app.ui.theme import RADIUS

# Width of the pixmap that holds a rounded end.
END = RADIUS + 2
OUTLINE = 2
# Side of the square that hatching repeats.
HATCH = 8
_ELLIPSIS = "…"
_NAMES = 2048


def draw_body(painter: QPainter, rect: QRect, strip: int, colours: ClipColours, ratio: float) -> None:
    """A clip's rounded box: the name strip of ``strip`` pixels, and below it the body."""
    left, right = _ends(rect.height(), strip, colours.strip.rgba(), colours.body.rgba(), ratio)
    x, y, width, height = rect.x() + END, rect.y(), rect.width() - 2 * END, rect.height()
    painter.drawPixmap(rect.x(), y, left)
    painter.drawPixmap(x + width, y, right)
    if strip:
        painter.fillRect(x, y, width, strip, colours.strip)
    painter.fillRect(x, y + strip, width, height - strip, colours.body)


def draw_outline(painter: QPainter, rect: QRect, colour: QColor, ratio: float) -> None:
    """A line around a clip, with the same rounded ends."""
    left, right = _outline_ends(rect.height(), colour.rgba(), ratio)
    x, width = rect.x() + END, rect.width() - 2 * END
    painter.drawPixmap(rect.x(), rect.y(), left)
    painter.drawPixmap(x + width, rect.y(), right)
    painter.fillRect(x, rect.y(), width, OUTLINE, colour)
    painter.fillRect(x, rect.bottom() + 1 - OUTLINE, width, OUTLINE, colour)


class Names:
    """Names of clips, cut to the width they have and drawn once. One font."""

    def __init__(self, font: QFont) -> None:
        self.font = font
        self.metrics = QFontMetrics(font)
        self.height = self.metrics.height()
        self._drawn: dict[tuple[str, int, int, float], QPixmap | None] = {}

    def draw(self, painter: QPainter, where: QPoint, name: str, width: int, colour: QColor, ratio: float) -> None:
        """``name`` with its upper left corner at ``where``; nothing where there is no room for it."""
        if width < 16:
            return
        key = (name, width // 8 * 8, colour.rgb(), ratio)
        if key not in self._drawn:
            if len(self._drawn) >= _NAMES:
                self._drawn.clear()
            self._drawn[key] = self._draw(name, key[1], colour, ratio)
        picture = self._drawn[key]
        if picture is not None:
            painter.drawPixmap(where, picture)

    def width(self, name: str) -> int:
        """Pixels that the whole name takes."""
        return self.metrics.horizontalAdvance(name)

    def _draw(self, name: str, width: int, colour: QColor, ratio: float) -> QPixmap | None:
        text = self.metrics.elidedText(name, Qt.TextElideMode.ElideRight, width)
        if text in ("", _ELLIPSIS):
            return None
        picture = QPixmap(round(width * ratio), round(self.height * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setFont(self.font)
        painter.setPen(colour)
        painter.drawText(0, self.metrics.ascent(), text)
        painter.end()
        return picture


@lru_cache(maxsize=256)
def _ends(height: int, strip: int, upper: int, lower: int, ratio: float) -> tuple[QPixmap, QPixmap]:
    """Left and right end of a clip's box."""
    picture, painter = _canvas(height, ratio)
    path = QPainterPath()
    path.addRoundedRect(QRectF(0, 0, 2 * END, height), RADIUS, RADIUS)
    painter.setClipRect(0, 0, 2 * END, strip)
    painter.fillPath(path, QColor.fromRgba(upper))
    painter.setClipRect(0, strip, 2 * END, height - strip)
    painter.fillPath(path, QColor.fromRgba(lower))
    painter.end()
    return _halves(picture, ratio)


@lru_cache(maxsize=64)
def _outline_ends(height: int, colour: int, ratio: float) -> tuple[QPixmap, QPixmap]:
    """Left and right end of an outline."""
    picture, painter = _canvas(height, ratio)
    painter.setPen(QPen(QColor.fromRgba(colour), OUTLINE))
    half = OUTLINE / 2
    painter.drawRoundedRect(QRectF(half, half, 2 * END - OUTLINE, height - OUTLINE), RADIUS - half, RADIUS - half)
    painter.end()
    return _halves(picture, ratio)


@lru_cache(maxsize=8)
def hatch(colour: int, ratio: float) -> QPixmap:
    """A square of slanting lines to be repeated, for tracks that refuse edits."""
    picture = QPixmap(round(HATCH * ratio), round(HATCH * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor.fromRgba(colour), 1))
    for shift in (-HATCH, 0, HATCH):
        painter.drawLine(shift, HATCH, shift + HATCH, 0)
    painter.end()
    return picture


def _canvas(height: int, ratio: float) -> tuple[QPixmap, QPainter]:
    picture = QPixmap(round(2 * END * ratio), round(height * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    return picture, painter


def _halves(picture: QPixmap, ratio: float) -> tuple[QPixmap, QPixmap]:
    half = round(END * ratio)
    left = picture.copy(0, 0, half, picture.height())
    right = picture.copy(picture.width() - half, 0, half, picture.height())
    for each in (left, right):
        each.setDevicePixelRatio(ratio)
    return left, right
