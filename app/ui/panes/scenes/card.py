"""The card of a scene: its picture with number and length, and where it begins."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from app.ui.panes.scenes.entries import SceneEntry
from app.ui.panes.scenes.model import ScenesModel
from app.ui.theme import UNIT, Appearance, font
from app.ui.thumbnails import Thumbnails
from app.ui.widgets.cards import Look, paint_badge, paint_ground, paint_line, paint_picture, paint_skim, skim_time
from app.ui.widgets.picture_grid import PictureGrid

_LINE_HEIGHT = 16
_FADE_ROOM = 120
TEXT_HEIGHT = _LINE_HEIGHT + UNIT


class SceneCard(QStyledItemDelegate):
    """Paints the rows of a :class:`ScenesModel` for a grid."""

    def __init__(self, grid: PictureGrid, model: ScenesModel, thumbnails: Thumbnails, appearance: Appearance) -> None:
        super().__init__(grid)
        self._grid = grid
        self._model = model
        self._thumbnails = thumbnails
        self._appearance = appearance
        self._small = font(small=True, tabular=True)

    def picture(self, entry: SceneEntry, part: float | None = None) -> QPixmap | None:
        """The picture at ``part`` (0 to 1) of the scene, else the one that stands for it, if there."""
        room = self._grid.picture_size()
        shown = None
        if part is not None:
            time = skim_time(entry.poster, max(entry.poster, entry.scene.end), part)
            shown = self._thumbnails.pixmap(entry.asset, time, *room)
        return shown or self._thumbnails.pixmap(entry.asset, entry.poster, *room)

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
        part = self._grid.part_under_mouse(picture)
        paint_picture(painter, look, picture, self.picture(entry, part), icon="scene")
        if part is not None:
            paint_skim(painter, look, picture, part)
        paint_badge(painter, picture, str(entry.scene.number), right=False)
        paint_badge(painter, picture, entry.length)
        line = QRect(picture.left() + 2, picture.bottom() + 1 + UNIT // 2, picture.width() - 4, _LINE_HEIGHT)
        paint_line(painter, line, entry.timecode, look.muted, self._small)
        if entry.scene.transition_in == "fade" and line.width() >= _FADE_ROOM:
            paint_line(painter, line, "Fade", look.muted, self._small, right=True)
