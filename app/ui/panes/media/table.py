"""The media as a list with columns; a click on a title orders by it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView

from app.ui.panes.media.entries import Order
from app.ui.panes.media.model import COLUMNS, MediaModel
from app.ui.theme import ROW_HEIGHT

_WIDTHS = (150, 120, 76, 100, 84, 68)


class MediaTable(QTableView):
    """``used`` comes at a double click and at Enter, ``order_asked`` with what a title stands for."""

    used = Signal()
    order_asked = Signal(str)

    def __init__(self, model: MediaModel) -> None:
        super().__init__()
        self.setModel(model)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._lay_out()
        self.doubleClicked.connect(lambda _index: self.used.emit())

    def _lay_out(self) -> None:
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(ROW_HEIGHT)
        titles = self.horizontalHeader()
        titles.setHighlightSections(False)
        titles.setSectionsClickable(True)
        titles.setMinimumSectionSize(40)
        titles.sectionClicked.connect(lambda section: self.order_asked.emit(COLUMNS[section][1]))
        for section, width in enumerate(_WIDTHS):
            self.setColumnWidth(section, width)

    def show_order(self, order: Order, *, backwards: bool) -> None:
        """Mark the title by which the rows are ordered."""
        titles = self.horizontalHeader()
        section = next((number for number, (_, each) in enumerate(COLUMNS) if each == order), None)
        titles.setSortIndicatorShown(section is not None)
        if section is not None:
            way = Qt.SortOrder.DescendingOrder if backwards else Qt.SortOrder.AscendingOrder
            titles.setSortIndicator(section, way)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.used.emit()
            event.accept()
            return
        super().keyPressEvent(event)
