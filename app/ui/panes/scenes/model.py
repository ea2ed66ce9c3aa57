"""The scenes of the chosen films as rows, each film a section."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QMimeData, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.ui.drag import MEDIA_TYPE, DraggedMedia, to_mime
from app.ui.panes.scenes.entries import Film, SceneEntry, matches
from app.ui.widgets.card_layout import Section
from app.ui.widgets.cards import plain_tooltip

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class ScenesModel(QAbstractListModel):
    """Holds what is searched for, in the order of films and time. GUI thread only."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._films: tuple[Film, ...] = ()
        self._shown: list[SceneEntry] = []
        self._rows: dict[Hashable, int] = {}
        self._counts: list[int] = []
        self.search = ""

    @property
    def films(self) -> Sequence[Film]:
        """Those whose scenes are listed."""
        return self._films

    @property
    def entries(self) -> Sequence[SceneEntry]:
        """The scenes that are shown."""
        return self._shown

    @property
    def total(self) -> int:
        """How many scenes there are, found or not."""
        return sum(len(film.row.scenes.scenes) for film in self._films if film.row.scenes is not None)

    def sections(self) -> tuple[Section, ...]:
        """One a film; without a heading where there is only one, without those that nothing was found in."""
        searching = bool(self.search.strip())
        if len(self._films) == 1:
            return (Section("", self._counts[0]),)
        pairs = zip(self._films, self._counts, strict=True)
        return tuple(film.section(count, searching=searching) for film, count in pairs if count or not searching)

    def rows_of(self, asset_id: str) -> range:
        """Where the scenes of a film are."""
        first = 0
        for film, count in zip(self._films, self._counts, strict=True):
            if film.asset.id == asset_id:
                return range(first, first + count)
            first += count
        return range(0)

    def key(self, row: int) -> Hashable:
        """The film and the number of the scene."""
        return self._shown[row].key

    def rows_by_key(self) -> dict[Hashable, int]:
        """The shown rows by film and number."""
        return self._rows

    def fits(self, films: Sequence[Film]) -> bool:
        """Take over ``films`` where their scenes are those that are listed."""
        if [_listed(film) for film in films] != [_listed(film) for film in self._films]:
            return False
        self._films = tuple(films)
        return True

    def fill(self, films: Sequence[Film]) -> None:
        """List the scenes of ``films`` that are searched for."""
        words = self.search.casefold().split()
        self.beginResetModel()
        self._films = tuple(films)
        by_film = [[entry for entry in film.entries() if matches(entry, words)] for film in films]
        self._counts = [len(found) for found in by_film]
        self._shown = [entry for found in by_film for entry in found]
        self._rows = {entry.key: row for row, entry in enumerate(self._shown)}
        self.endResetModel()

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsDragEnabled | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry = self._shown[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.range.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return entry.spoken
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip(entry.tooltip)
        return None

    def mimeTypes(self) -> list[str]:
        return [MEDIA_TYPE]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        chosen = [self._shown[row] for row in sorted({index.row() for index in indexes})]
        ranges = [(entry.asset.id, entry.range) for entry in chosen]
        return to_mime(DraggedMedia(asset, each.start, each.end, each.name) for asset, each in ranges)


def _listed(film: Film) -> tuple[str, str, int]:
    return film.asset.id, film.asset.name, id(film.row.scenes)
