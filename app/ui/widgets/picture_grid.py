"""A view of many equal cards in sections, painted one by one as they show; the item view of scripts and readers.

A ``QListView`` by its face (model, selection, keys, accessibility), with a layout of its own: columns
that fill the width and headings that stay in sight, worked out without asking for each row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QDrag,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QRegion,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyleOptionViewItem

from app.ui.theme import GAP, RADIUS, UNIT, Appearance, font
from app.ui.widgets.card_layout import HEADING, MARGIN, Box, CardLayout, Section

Index = QModelIndex | QPersistentModelIndex

INSET = 4
_WHEEL = 40
_DRAGGED_WIDTH = 120


class PictureGrid(QListView):
    """Shows the rows of its model, which ``sections`` puts under headings; the counts add up to the rows.

    ``text`` is the height of what a card shows below its picture. ``used`` gives the row of a double
    click, or of Enter; ``zoomed`` is 1 or -1 for a turn of the wheel with Ctrl. The pixmap that is
    dragged is a card's picture, from ``picture_of``. GUI thread only.
    """

    used = Signal(int)
    zoomed = Signal(int)

    def __init__(
        self,
        appearance: Appearance,
        sections: Callable[[], Sequence[Section]],
        picture_of: Callable[[int], QPixmap | None],
        *,
        card_width: int,
        text: int,
    ) -> None:
        super().__init__()
        self._appearance = appearance
        self._sections = sections
        self._picture_of = picture_of
        self._card_width = card_width
        self._text = text
        self._band: QRect | None = None
        self._band_start = QPoint()
        self._layout = CardLayout((), 0, card_width, text, INSET)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionRectVisible(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.viewport().setMouseTracking(True)
        self.doubleClicked.connect(lambda index: self.used.emit(index.row()))
        appearance.changed.connect(self.viewport().update)

    @property
    def card_layout(self) -> CardLayout:
        """Where the cards are now."""
        return self._layout

    def set_card_width(self, width: int) -> None:
        """Make the cards about ``width`` wide; the first in sight stays where it is."""
        if width == self._card_width:
            return
        self._card_width = width
        top = self.verticalOffset()
        first = next((rows.start for rows in self._layout.rows_between(top + HEADING, self._layout.height)), None)
        self.relayout()
        if top and first is not None:
            self.scrollTo(self.model().index(first, 0), QAbstractItemView.ScrollHint.PositionAtTop)

    def relayout(self) -> None:
        """The rows or the sections are others now."""
        bar = self.verticalScrollBar()
        room = self.width() - bar.sizeHint().width()  # also while it hides: cards do not jump when it comes
        self._layout = CardLayout(self._sections(), room, self._card_width, self._text, INSET)
        bar.setSingleStep(_WHEEL)
        bar.setPageStep(self.viewport().height())
        bar.setRange(0, max(0, self._layout.height - self.viewport().height()))
        self.viewport().update()

    def picture_size(self) -> tuple[int, int]:
        """Width and height of the picture on a card, in device pixels."""
        ratio = self.devicePixelRatioF()
        width = self._layout.card_width - 2 * INSET
        return round(width * ratio), round(self._layout.picture_height * ratio)

    def part_under_mouse(self, picture: QRect) -> float | None:
        """Where over a picture the mouse is, from 0 at its left to 1 at its right; None elsewhere."""
        if not self.viewport().underMouse() or self._band is not None:
            return None
        here = self.viewport().mapFromGlobal(self.cursor().pos())
        return (here.x() - picture.left()) / max(1, picture.width()) if picture.contains(here) else None

    # What QListView asks ----------------------------------------------------------------------

    def doItemsLayout(self) -> None:
        self.relayout()
        QAbstractItemView.doItemsLayout(self)

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        self.viewport().update()  # moving the pixels would move the headings with them

    def updateGeometries(self) -> None:
        QAbstractItemView.updateGeometries(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.relayout()
        QAbstractItemView.resizeEvent(self, event)

    def horizontalOffset(self) -> int:
        return 0

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def visualRect(self, index: Index) -> QRect:
        if not index.isValid() or not 0 <= index.row() < self._layout.rows:
            return QRect()
        box = self._layout.box(index.row())
        return QRect(box.x, box.y - self.verticalOffset(), box.width, box.height)

    def indexAt(self, point: QPoint) -> QModelIndex:
        row = self._layout.row_at(point.x(), point.y() + self.verticalOffset())
        return QModelIndex() if row is None else self.model().index(row, self.modelColumn())

    def scrollTo(
        self, index: Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        rect, bar, room = self.visualRect(index), self.verticalScrollBar(), self.viewport().height()
        if rect.isNull():
            return
        top = HEADING if any(section.title for section in self._layout.sections) else MARGIN
        if hint is QAbstractItemView.ScrollHint.PositionAtCenter:
            bar.setValue(bar.value() + rect.center().y() - room // 2)
        elif hint is QAbstractItemView.ScrollHint.PositionAtTop or rect.top() < top or rect.height() > room - top:
            bar.setValue(bar.value() + rect.top() - top)
        elif rect.bottom() > room - UNIT:
            bar.setValue(bar.value() + rect.bottom() - room + UNIT)

    def moveCursor(self, action: QAbstractItemView.CursorAction, _modifiers: Qt.KeyboardModifier) -> QModelIndex:
        if not self._layout.rows:
            return QModelIndex()
        current = self.currentIndex()
        if not current.isValid():
            return self.model().index(0, self.modelColumn())
        row, last = current.row(), self._layout.rows - 1
        cursor = QAbstractItemView.CursorAction
        lines = max(1, self.viewport().height() // (self._layout.card_height + UNIT) - 1)
        to = {
            cursor.MoveLeft: max(0, row - 1),
            cursor.MovePrevious: max(0, row - 1),
            cursor.MoveRight: min(last, row + 1),
            cursor.MoveNext: min(last, row + 1),
            cursor.MoveHome: 0,
            cursor.MoveEnd: last,
        }.get(action)
        if to is None:
            down = {cursor.MoveUp: -1, cursor.MoveDown: 1, cursor.MovePageUp: -lines, cursor.MovePageDown: lines}
            to = self._layout.step(row, down[action])
        return self.model().index(to, self.modelColumn())

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        selection = QItemSelection()
        if self.state() is QAbstractItemView.State.DragSelectingState:
            area = rect.normalized()
            box = Box(area.x(), area.y() + self.verticalOffset(), area.width(), area.height())
            for rows in self._layout.rows_in(box):
                self._add(selection, rows.start, rows.stop - 1)
        else:
            ends = [self.indexAt(rect.topLeft()), self.indexAt(rect.bottomRight())]
            rows_chosen = sorted(index.row() for index in ends if index.isValid())
            if rows_chosen:
                self._add(selection, rows_chosen[0], rows_chosen[-1])
        self.selectionModel().select(selection, command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        """All of it: what changes is less than what shows, and what shows is painted fast."""
        return QRegion(self.viewport().rect()) if selection.count() else QRegion()

    # Mouse and keys ---------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.used.emit(self.currentIndex().row())
            event.accept()
            return
        super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and event.angleDelta().y():
            self.zoomed.emit(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
            return
        super().wheelEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._band_start = event.position().toPoint() + QPoint(0, self.verticalOffset())
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if self.state() is QAbstractItemView.State.DragSelectingState:
            here = event.position().toPoint() + QPoint(0, self.verticalOffset())
            self._band = QRect(self._band_start, here).normalized()
            self.viewport().update()
        elif not event.buttons():
            self.update(self.indexAt(event.position().toPoint()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if self._band is not None:
            self._band = None
            self.viewport().update()

    def startDrag(self, _supported: Qt.DropAction) -> None:
        indexes = [index for index in self.selectedIndexes() if index.column() == self.modelColumn()]
        movable = [index for index in indexes if self.model().flags(index) & Qt.ItemFlag.ItemIsDragEnabled]
        movable.sort(key=lambda index: index.row())
        if not movable:
            return
        data: QMimeData = self.model().mimeData(movable)
        drag = QDrag(self)
        drag.setMimeData(data)
        picture = self.drag_picture(movable[0].row(), len(movable))
        drag.setPixmap(picture)
        drag.setHotSpot(QPoint(_DRAGGED_WIDTH // 4, GAP))
        drag.exec(Qt.DropAction.CopyAction)

    def drag_picture(self, row: int, count: int) -> QPixmap:
        """What hangs at the mouse while ``count`` cards are dragged, that of ``row`` first."""
        ratio, theme = self.devicePixelRatioF(), self._appearance.theme
        width, height = _DRAGGED_WIDTH, _DRAGGED_WIDTH * 9 // 16
        result = QPixmap(round(width * ratio), round(height * ratio))
        result.setDevicePixelRatio(ratio)
        result.fill(QColor(theme.raised))
        painter = QPainter(result)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        picture = self._picture_of(row)
        if picture is not None:
            fitted = picture.size().scaled(width, height, Qt.AspectRatioMode.KeepAspectRatio)
            at = QPoint((width - fitted.width()) // 2, (height - fitted.height()) // 2)
            painter.drawPixmap(QRect(at, fitted), picture)
        if count > 1:
            text, metrics = str(count), QFontMetrics(font(strong=True))
            badge = QRect(width - metrics.horizontalAdvance(text) - 2 * GAP, UNIT, 0, 20)
            badge.setRight(width - UNIT)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.accent))
            painter.drawRoundedRect(badge, RADIUS, RADIUS)
            painter.setPen(QColor(theme.accent_text))
            painter.setFont(font(strong=True))
            painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, text)
        painter.end()
        return result

    # Painting ---------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        top, dirty = self.verticalOffset(), event.rect()
        under = self._row_under_mouse()
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        for rows in self._layout.rows_between(top + dirty.top(), top + dirty.bottom()):
            for row in rows:
                self._paint_card(painter, option, row, under == row)
        for section, box in self._layout.headings_between(top + dirty.top(), top + dirty.bottom()):
            self._paint_heading(painter, section, QRect(box.x, box.y - top, self.viewport().width(), box.height))
        if self._band is not None:
            self._paint_band(painter, self._band.translated(0, -top))
        painter.end()

    def _paint_card(self, painter: QPainter, plain: QStyleOptionViewItem, row: int, hovered: bool) -> None:
        index = self.model().index(row, self.modelColumn())
        option = QStyleOptionViewItem(plain)
        fields: Any = option
        fields.rect = self.visualRect(index)
        state = QStyle.StateFlag.State_Enabled
        if self.selectionModel().isSelected(index):
            state |= QStyle.StateFlag.State_Selected
        if hovered:
            state |= QStyle.StateFlag.State_MouseOver
        if self.hasFocus() and index == self.currentIndex():
            state |= QStyle.StateFlag.State_HasFocus
        fields.state = state
        self.itemDelegate().paint(painter, option, index)

    def _paint_heading(self, painter: QPainter, section: Section, rect: QRect) -> None:
        theme = self._appearance.theme
        painter.fillRect(rect, QColor(theme.panel))
        line = rect.adjusted(MARGIN + INSET, UNIT, -MARGIN - INSET, 0)
        small, strong = font(small=True, tabular=True), font(strong=True)
        note_width = QFontMetrics(small).horizontalAdvance(section.note) + UNIT if section.note else 0
        title_room = max(line.width() // 3, line.width() - note_width - GAP)
        painter.setFont(strong)
        painter.setPen(QColor(theme.text))
        title = QFontMetrics(strong).elidedText(section.title, Qt.TextElideMode.ElideMiddle, title_room)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        painter.drawText(line, flags | Qt.AlignmentFlag.AlignLeft, title)
        painter.setFont(small)
        painter.setPen(QColor(theme.error if section.tone == "error" else theme.muted_text))
        note_room = line.width() - QFontMetrics(strong).horizontalAdvance(title) - GAP
        note = QFontMetrics(small).elidedText(section.note, Qt.TextElideMode.ElideRight, note_room)
        painter.drawText(line, flags | Qt.AlignmentFlag.AlignRight, note)
        if section.progress is not None:
            bar = QRectF(line.left(), rect.bottom() - 3, line.width(), 2)
            painter.fillRect(bar, QColor(theme.pressed))
            bar.setWidth(bar.width() * min(1.0, section.progress))
            painter.fillRect(bar, QColor(theme.accent))

    def _paint_band(self, painter: QPainter, rect: QRect) -> None:
        accent = QColor(self._appearance.theme.accent)
        painter.setPen(accent)
        accent.setAlpha(40)
        painter.setBrush(accent)
        painter.drawRect(rect)

    def _row_under_mouse(self) -> int | None:
        if not self.viewport().underMouse() or self._band is not None:
            return None
        here = self.viewport().mapFromGlobal(self.cursor().pos())
        index = self.indexAt(here)
        return index.row() if index.isValid() else None

    def _add(self, selection: QItemSelection, first: int, last: int) -> None:
        model, column = self.model(), self.modelColumn()
        selection.select(model.index(first, column), model.index(last, column))
