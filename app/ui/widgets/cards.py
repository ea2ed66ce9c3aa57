"""What a card is painted of: its ground, its picture with badges, and lines of text. All text is plain text."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from html import escape

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from app.core.base.time import SECOND, Flicks
from app.ui import icons
from app.ui.theme import ICON_SMALL, RADIUS, UNIT, Theme, font
from app.ui.widgets.picture_grid import INSET

_BADGE_HEIGHT = 16
_BADGE_GROUND = QColor(0, 0, 0, 170)
_BADGE_TEXT = QColor(255, 255, 255)
_BAR = 3
_ICON = 24
_DISC = 20
_SIGN = 20

# How often the import keeps a picture of a film, from its first frame on (core.media.thumbnails.EVERY,
# which would bring PyAV with it).
PICTURE_EVERY: Flicks = 2 * SECOND


@dataclass(frozen=True, slots=True)
class Look:
    """How one card is to be painted: the theme's colours and what the person does with it."""

    theme: Theme
    rect: QRect
    selected: bool
    hovered: bool
    focused: bool

    @classmethod
    def of(cls, theme: Theme, option: QStyleOptionViewItem) -> Look:
        """As the view asks."""
        flags = QStyle.StateFlag
        state = option.state
        return cls(
            theme,
            option.rect,
            bool(state & flags.State_Selected),
            bool(state & flags.State_MouseOver),
            bool(state & flags.State_HasFocus),
        )

    @property
    def text(self) -> QColor:
        """The colour of what matters."""
        return QColor(self.theme.selection_text if self.selected else self.theme.text)

    @property
    def muted(self) -> QColor:
        """The colour of what is beside it."""
        return QColor(self.theme.selection_text if self.selected else self.theme.muted_text)

    def picture(self, height: int) -> QRect:
        """Where the picture goes."""
        return QRect(self.rect.x() + INSET, self.rect.y() + INSET, self.rect.width() - 2 * INSET, height)


def paint_ground(painter: QPainter, look: Look) -> None:
    """What tells a chosen card, and one under the mouse, from the others."""
    if look.selected or look.hovered:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(look.theme.selection if look.selected else look.theme.hover))
        painter.drawRoundedRect(look.rect, RADIUS, RADIUS)
    if look.focused:
        painter.setPen(QPen(QColor(look.theme.focus), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(look.rect).adjusted(0.75, 0.75, -0.75, -0.75), RADIUS, RADIUS)


def paint_picture(
    painter: QPainter, look: Look, rect: QRect, picture: QPixmap | None, *, dim: bool = False, icon: str = ""
) -> None:
    """``picture`` fitted into ``rect``; ``icon`` where there is none, or on a dimmed one."""
    path = QPainterPath()
    path.addRoundedRect(QRectF(rect), RADIUS - 1, RADIUS - 1)
    painter.fillPath(path, QColor(look.theme.surround))
    if picture is not None:
        fitted = picture.size().scaled(rect.size(), Qt.AspectRatioMode.KeepAspectRatio)
        if abs(fitted.width() - rect.width()) <= 1 and abs(fitted.height() - rect.height()) <= 1:
            fitted = rect.size()
        place = QRect(0, 0, fitted.width(), fitted.height())
        place.moveCenter(rect.center())
        painter.save()
        painter.setClipPath(path)
        painter.setOpacity(0.35 if dim else 1.0)
        painter.drawPixmap(place, picture)
        painter.restore()
    if icon and (picture is None or dim):
        _paint_icon(painter, rect, icon, look.theme.muted_text if picture is None else "")


def _paint_icon(painter: QPainter, rect: QRect, icon: str, colour: str) -> None:
    """An icon in the middle; without a colour of its own on a dark disc, for pictures of any."""
    middle = QRectF(rect).center()
    if not colour:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_BADGE_GROUND)
        painter.drawEllipse(middle, _DISC, _DISC)
    drawn = icons.pixmap(icon, colour or _BADGE_TEXT.name(), _ICON, painter.device().devicePixelRatio())
    painter.drawPixmap(middle - QPointF(_ICON / 2, _ICON / 2), drawn)


def paint_badge(painter: QPainter, rect: QRect, text: str, *, right: bool = True) -> None:
    """A word or a number in a lower corner of a picture."""
    if not text:
        return
    chosen = _badge_font()
    width = QFontMetrics(chosen).horizontalAdvance(text) + 2 * UNIT
    if width > rect.width() - 2 * UNIT:
        return
    left = rect.right() - width - UNIT + 1 if right else rect.left() + UNIT
    badge = QRect(left, rect.bottom() - _BADGE_HEIGHT - UNIT + 1, width, _BADGE_HEIGHT)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_BADGE_GROUND)
    painter.drawRoundedRect(badge, RADIUS - 1, RADIUS - 1)
    painter.setPen(_BADGE_TEXT)
    painter.setFont(chosen)
    painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, text)


def paint_sign(painter: QPainter, rect: QRect, icon: str, ground: QColor, colour: str) -> None:
    """A small icon on a ground of its own in the upper right corner of a picture."""
    box = QRectF(rect.right() + 1 - UNIT - _SIGN, rect.top() + UNIT, _SIGN, _SIGN)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(box, RADIUS - 1, RADIUS - 1)
    drawn = icons.pixmap(icon, colour, ICON_SMALL, painter.device().devicePixelRatio())
    inset = (_SIGN - ICON_SMALL) / 2
    painter.drawPixmap(box.topLeft() + QPointF(inset, inset), drawn)


def paint_progress(painter: QPainter, look: Look, rect: QRect, done: float) -> None:
    """A bar along the foot of a picture."""
    bar = QRectF(rect.left(), rect.bottom() + 1 - _BAR, rect.width(), _BAR)
    painter.fillRect(bar, QColor(look.theme.pressed))
    bar.setWidth(bar.width() * min(max(done, 0.0), 1.0))
    painter.fillRect(bar, QColor(look.theme.accent))


def paint_skim(painter: QPainter, look: Look, rect: QRect, part: float) -> None:
    """The line at the mouse that says which part of a film is shown."""
    painter.fillRect(
        QRectF(rect.left() + part * rect.width(), rect.top(), 1.5, rect.height()), QColor(look.theme.playhead)
    )


def skim_time(start: Flicks, end: Flicks, part: float) -> Flicks:
    """The media time at ``part`` (0 to 1) of ``[start, end)``, in steps of the pictures that are kept."""
    thousandth = min(999, max(0, round(part * 1000)))
    return start + (end - start) * thousandth // 1000 // PICTURE_EVERY * PICTURE_EVERY


def paint_line(
    painter: QPainter,
    rect: QRect,
    text: str,
    colour: QColor,
    chosen: QFont,
    *,
    right: bool = False,
    elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
) -> int:
    """One line of text, shortened where there is no room; returns its width."""
    metrics = QFontMetrics(chosen)
    shown = metrics.elidedText(text, elide, rect.width())
    painter.setFont(chosen)
    painter.setPen(colour)
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    painter.drawText(rect, side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)
    return metrics.horizontalAdvance(shown)


def clock(duration: Flicks) -> str:
    """A length as people read it: ``0:07``, ``12:34``, ``1:02:03``."""
    minutes, seconds = divmod((duration + SECOND // 2) // SECOND, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def short_length(duration: Flicks) -> str:
    """A length of seconds with its tenths, ``4.2 s``; a minute and more as :func:`clock`."""
    tenths = (duration * 10 + SECOND // 2) // SECOND
    return f"{tenths // 10}.{tenths % 10} s" if tenths < 600 else clock(duration)


@cache
def _badge_font() -> QFont:
    return font(small=True, tabular=True)


def plain_tooltip(text: str) -> str:
    """``text`` for a tooltip, which would otherwise read it as HTML."""
    return "<qt>" + escape(text).replace("\n", "<br>") + "</qt>" if text else ""
