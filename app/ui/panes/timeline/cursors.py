"""What the pointer looks like with each tool: its icon, readable on dark and light."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCursor, QPainter, QPixmap

from app.ui.icons import pixmap
from app.ui.theme import ICON
from app.ui.view_state import Tool

_RING = 1
_AROUND = [(x, y) for x in (-_RING, 0, _RING) for y in (-_RING, 0, _RING) if x or y]


@cache
def tool_cursor(tool: Tool, ratio: float) -> QCursor:
    """The cursor of a tool that has an icon, on a screen of that pixel ratio."""
    side = ICON + 4
    picture = QPixmap(round(side * ratio), round(side * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    dark, light = (pixmap(tool, colour, ICON, ratio) for colour in ("#101010", "#ffffff"))
    for x, y in _AROUND:
        painter.drawPixmap(QPoint(2 + x, 2 + y), dark)
    painter.drawPixmap(QPoint(2, 2), light)
    painter.end()
    return QCursor(picture, side // 2, side // 2)
