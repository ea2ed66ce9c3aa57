"""The steps of a session as a list: the beginning first, then what each step did."""

from __future__ import annotations

from typing import Any, TypeAlias

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QColor, QPixmap

from app.core.session.session import Session
from app.ui import icons
from app.ui.theme import ICON_SMALL, ROW_HEIGHT, Appearance, font

_Index: TypeAlias = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
BEGINNING = "Beginning"


class HistoryModel(QAbstractListModel):
    """One row a step; row 0 is the state before the first. GUI thread only."""

    def __init__(self, session: Session, appearance: Appearance) -> None:
        super().__init__()
        self._history = session.history
        self._appearance = appearance
        self._labels: tuple[str, ...] = ()
        self._now = 0
        self._saved: int | None = None
        self.refresh()

    @property
    def now(self) -> int:
        """The row of the current state."""
        return self._now

    def refresh(self) -> None:
        """Show the history as it is now; rows that stay are not touched."""
        labels = self._history.labels
        same = 0
        for one, other in zip(self._labels, labels, strict=False):
            if one != other:
                break
            same += 1
        if same < len(self._labels):
            self.beginRemoveRows(QModelIndex(), same + 1, len(self._labels))
            self._labels = self._labels[:same]
            self.endRemoveRows()
        if same < len(labels):
            self.beginInsertRows(QModelIndex(), same + 1, len(labels))
            self._labels = labels
            self.endInsertRows()
        self._now, self._saved = self._history.depth, self._history.saved_position
        self.dataChanged.emit(self.index(0), self.index(len(self._labels)))

    def rowCount(self, parent: _Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._labels) + 1

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = index.row()
        if not index.isValid() or row > len(self._labels):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._labels[row - 1] if row else BEGINNING
        if role == Qt.ItemDataRole.ForegroundRole:
            theme = self._appearance.theme
            return QColor(theme.muted_text if row > self._now else theme.text)
        if role == Qt.ItemDataRole.FontRole:
            return font(strong=row == self._now)
        if role == Qt.ItemDataRole.DecorationRole:
            return icons.icon("save", self._appearance.theme) if row == self._saved else _blank()
        if role == Qt.ItemDataRole.SizeHintRole:
            return QSize(0, ROW_HEIGHT)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return self._described(row)
        return None

    def _described(self, row: int) -> str:
        said = ["undone"] if row > self._now else ["now"] if row == self._now else []
        if row == self._saved:
            said.append("saved")
        return ", ".join(said).capitalize()


def _blank() -> QPixmap:
    """As wide as a sign, so that all names begin at one place."""
    picture = QPixmap(ICON_SMALL, ICON_SMALL)
    picture.fill(Qt.GlobalColor.transparent)
    return picture
