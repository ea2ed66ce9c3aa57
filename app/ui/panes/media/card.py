"""The card of a file in the grid: picture, name, length, and how far it is or what is wrong."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from app.ui.panes.media.entries import MediaEntry
from app.ui.panes.media.model import MediaModel
from app.ui.theme import UNIT, Appearance, font
from app.ui.thumbnails import Thumbnails
from app.ui.widgets.cards import (
    Look,
    paint_badge,
    paint_ground,
    paint_line,
    paint_picture,
    paint_progress,
    paint_sign,
    paint_skim,
)
from app.ui.widgets.picture_grid import INSET, PictureGrid

_NAME_HEIGHT = 18
_DETAIL_HEIGHT = 16
TEXT_HEIGHT = _NAME_HEIGHT + _DETAIL_HEIGHT + UNIT


class MediaCard(QStyledItemDelegate):
    """Paints the rows of a :class:`MediaModel` for a grid."""

    def __init__(self, grid: PictureGrid, model: MediaModel, thumbnails: Thumbnails, appearance: Appearance) -> None:
        super().__init__(grid)
        self._grid = grid
        self._model = model
        self._thumbnails = thumbnails
        self._appearance = appearance
        self._name_font = font()
        self._small = font(small=True)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        layout = self._grid.card_layout
        return QSize(layout.card_width, layout.card_height)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        entry = self._model.entries[index.row()]
        look = Look.of(self._appearance.theme, option)
        paint_ground(painter, look)
        picture = look.picture(self._grid.card_layout.picture_height)
        self._paint_picture(painter, look, picture, entry)
        line = QRect(picture.left() + 2, picture.bottom() + 1 + INSET, picture.width() - 4, _NAME_HEIGHT)
        paint_line(painter, line, entry.name, look.text, self._name_font, elide=Qt.TextElideMode.ElideMiddle)
        line = QRect(line.left(), line.bottom() + 1, line.width(), _DETAIL_HEIGHT)
        wrong = entry.troubled or entry.unheard
        colour = QColor(look.theme.error) if wrong and not look.selected else look.muted
        paint_line(painter, line, entry.detail, colour, self._small)

    def picture(self, entry: MediaEntry, part: float | None = None) -> QPixmap | None:
        """What is there of: the picture at ``part`` of the film, the one that stands for it, its first."""
        if entry.asset is None:
            return None
        for time in entry.pictures(part):
            shown = self._thumbnails.pixmap(entry.asset, time, *self._grid.picture_size())
            if shown is not None:
                return shown
        return None

    def _paint_picture(self, painter: QPainter, look: Look, rect: QRect, entry: MediaEntry) -> None:
        part = self._grid.part_under_mouse(rect) if entry.can_skim else None
        shown = self.picture(entry, part)
        paint_picture(
            painter, look, rect, shown, dim=entry.troubled, icon=entry.icon if entry.troubled else entry.kind_icon
        )
        if part is not None:
            paint_skim(painter, look, rect, part)
        paint_badge(painter, rect, entry.duration_text)
        paint_badge(painter, rect, entry.words_text, right=False)
        if entry.damaged:
            paint_sign(painter, rect, entry.icon, QColor(look.theme.raised), look.theme.warning)
        if entry.busy:
            paint_progress(painter, look, rect, entry.progress)
