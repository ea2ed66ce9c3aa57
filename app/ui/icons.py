"""Icons: one family of lines on a 20-pixel grid, drawn in the colours of the theme, sharp on every screen."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from app.ui.theme import ICON, ICON_SMALL, Theme

_GRID = 20
_STROKE = 1.5
_LARGE_STROKE = 2.0
_DRAWN = [(size, ratio) for size in (ICON_SMALL, ICON) for ratio in (1.0, 2.0)]


def icon(name: str, theme: Theme) -> QIcon:
    """The icon in ``resources/icons/{name}.svg``, tinted: text colour, dimmer where disabled.

    Drawn at 16 and 20 pixels for ordinary and dense screens; strokes stay 1.5 logical pixels wide
    at both sizes. Ask again after a change of theme.

    Raises:
        FileNotFoundError: there is no icon of that name.
    """
    result = tinted(name, theme.text)
    for size, ratio in _DRAWN:
        result.addPixmap(pixmap(name, theme.disabled_text, size, ratio), QIcon.Mode.Disabled)
    return result


def tinted(name: str, colour: str) -> QIcon:
    """The icon in one colour (``#rrggbb``) whatever its state, for warnings and marks."""
    result = QIcon()
    for size, ratio in _DRAWN:
        result.addPixmap(pixmap(name, colour, size, ratio))
    return result


def pixmap(name: str, colour: str, size: int, ratio: float = 1.0) -> QPixmap:
    """The icon as a picture of ``size`` logical pixels for a screen of that pixel ratio."""
    stroke = (_STROKE if size <= _GRID else _LARGE_STROKE) * _GRID / size
    drawing = source(name).replace("currentColor", colour)
    drawing = drawing.replace(f'stroke-width="{_STROKE}"', f'stroke-width="{stroke:.3f}"')
    picture = _paint(QSvgRenderer(QByteArray(drawing.encode())), round(size * ratio))
    picture.setDevicePixelRatio(ratio)
    return picture


def program_icon() -> QIcon:
    """The icon of the program itself."""
    renderer = QSvgRenderer(QByteArray((files("resources") / "icons" / "insomnia.svg").read_bytes()))
    result = QIcon()
    for size in (16, 32, 48, 64, 128, 256):
        result.addPixmap(_paint(renderer, size))
    return result


@cache
def source(name: str) -> str:
    """The drawing of an icon, as SVG text without a colour (``currentColor``)."""
    return (files("resources") / "icons" / f"{name}.svg").read_text(encoding="utf-8")


def _paint(renderer: QSvgRenderer, pixels: int) -> QPixmap:
    picture = QPixmap(pixels, pixels)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer.render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    return picture
