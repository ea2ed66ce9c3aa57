"""The media as a table: the grid shows its first column, the list all of them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from PySide6.QtCore import QAbstractTableModel, QMimeData, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QIcon

from app.core.model.asset import Asset
from app.core.session.media_list import MediaRow
from app.core.session.speech_list import SpeechRow
from app.ui import icons
from app.ui.drag import MEDIA_TYPE, DraggedMedia, to_mime
from app.ui.panes.media.entries import MediaEntry, Order, arranged, matches
from app.ui.theme import Appearance
from app.ui.widgets.card_layout import Section
from app.ui.widgets.cards import plain_tooltip

Index = QModelIndex | QPersistentModelIndex

# Title, and the order that a click on it asks for.
COLUMNS: tuple[tuple[str, Order], ...] = (
    ("Name", "name"),
    ("Status", "status"),
    ("Duration", "duration"),
    ("Size", "size"),
    ("Rate", "rate"),
    ("Scenes", "scenes"),
)
NUMBERS = frozenset({2, 3, 4, 5})
_ROOT = QModelIndex()


# What is known of the words of an asset, by its id.
SpeechOf: TypeAlias = Callable[[str], SpeechRow | None]


def _nothing_heard(_asset_id: str) -> None:
    return None


class MediaModel(QAbstractTableModel):
    """The rows that are searched for, in the order that was chosen. GUI thread only."""

    def __init__(self, appearance: Appearance, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._all: list[MediaEntry] = []
        self._shown: list[MediaEntry] = []
        self._rows: dict[Hashable, int] = {}
        self._by_asset: dict[str, int] = {}
        self.search = ""
        self.order: Order = "added"
        self.backwards = False
        self._icons: dict[tuple[str, str], QIcon] = {}

    # What is in it ----------------------------------------------------------------------------

    @property
    def total(self) -> int:
        """How many media there are, found or not."""
        return len(self._all)

    @property
    def entries(self) -> Sequence[MediaEntry]:
        """Those that are shown."""
        return self._shown

    def sections(self) -> tuple[Section, ...]:
        """All of them in one section without a heading."""
        return (Section("", len(self._shown)),)

    def row_of_asset(self, asset_id: str) -> int | None:
        """Where an asset is shown."""
        return self._by_asset.get(asset_id)

    def key(self, row: int) -> Hashable:
        """The path of the file."""
        return self._shown[row].row.path

    def rows_by_key(self) -> dict[Hashable, int]:
        """The shown rows by path."""
        return self._rows

    def fits(self, rows: Iterable[MediaRow], assets: Mapping[str, Asset], speech: SpeechOf = _nothing_heard) -> bool:
        """Take over ``rows`` where only what they say is new, and not which they are or their order."""
        entries = _entries(rows, assets, speech)
        shown = self._chosen(entries)
        if [entry.row.path for entry in shown] != [entry.row.path for entry in self._shown]:
            return False
        self._all = entries
        changed = [row for row, (old, new) in enumerate(zip(self._shown, shown, strict=True)) if old != new]
        self._set(shown)
        for row in changed:
            self.dataChanged.emit(self.index(row, 0), self.index(row, len(COLUMNS) - 1))
        return True

    def fill(self, rows: Iterable[MediaRow], assets: Mapping[str, Asset], speech: SpeechOf = _nothing_heard) -> None:
        """Show ``rows`` in place of what is shown."""
        self.beginResetModel()
        self._all = _entries(rows, assets, speech)
        self._set(self._chosen(self._all))
        self.endResetModel()

    def arrange(self) -> None:
        """Search and order again."""
        self.beginResetModel()
        self._set(self._chosen(self._all))
        self.endResetModel()

    def touch(self, asset_id: str) -> None:
        """The picture of an asset is another."""
        row = self._by_asset.get(asset_id)
        if row is not None:
            self.dataChanged.emit(self.index(row, 0), self.index(row, 0), [Qt.ItemDataRole.DecorationRole])

    def _chosen(self, entries: list[MediaEntry]) -> list[MediaEntry]:
        found = (entry for entry in entries if matches(entry, self.search))
        return arranged(found, self.order, backwards=self.backwards)

    def _set(self, shown: list[MediaEntry]) -> None:
        self._shown = shown
        self._rows = {entry.row.path: row for row, entry in enumerate(shown)}
        self._by_asset = {entry.asset.id: row for row, entry in enumerate(shown) if entry.asset is not None}

    # What Qt asks -----------------------------------------------------------------------------

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section][0]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
        usable = self._shown[index.row()].asset is not None
        return flags | Qt.ItemFlag.ItemIsDragEnabled if usable else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry, column = self._shown[index.row()], index.column()
        roles = Qt.ItemDataRole
        if role == roles.DisplayRole:
            return _text(entry, column)
        if role == roles.ToolTipRole:
            return plain_tooltip(entry.tooltip)
        if role == roles.AccessibleTextRole:
            return entry.spoken if column == 0 else _text(entry, column)
        if role == roles.TextAlignmentRole:
            return _alignment(column)
        if role == roles.DecorationRole and column == 0:
            return self._icon(entry)
        if role == roles.ForegroundRole and column == 1 and entry.troubled:
            return QColor(self._appearance.theme.error)
        return None

    def mimeTypes(self) -> list[str]:
        return [MEDIA_TYPE]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        rows = sorted({index.row() for index in indexes})
        assets = [asset for row in rows if (asset := self._shown[row].asset) is not None]
        return to_mime(DraggedMedia(asset.id) for asset in assets)

    def _icon(self, entry: MediaEntry) -> QIcon:
        theme = self._appearance.theme
        colour = theme.error if entry.troubled else theme.warning if entry.damaged else theme.muted_text
        key = (entry.icon, colour)
        if key not in self._icons:
            self._icons[key] = icons.tinted(entry.icon, colour)
        return self._icons[key]


def _entries(rows: Iterable[MediaRow], assets: Mapping[str, Asset], speech: SpeechOf) -> list[MediaEntry]:
    return [
        MediaEntry(row) if row.asset_id is None else MediaEntry(row, assets.get(row.asset_id), speech(row.asset_id))
        for row in rows
    ]


def _text(entry: MediaEntry, column: int) -> str:
    texts = (
        entry.name,
        entry.state_text,
        entry.duration_text,
        entry.size_text,
        entry.rate_text,
        entry.scenes_text,
    )
    return texts[column]


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column in NUMBERS else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
