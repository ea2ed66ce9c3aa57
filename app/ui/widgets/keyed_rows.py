"""Rows known by a key, so that what is chosen stays chosen when a model is filled anew."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Protocol

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex


class Keyed(Protocol):
    """A model whose rows have keys."""

    def key(self, row: int, /) -> Hashable:
        """What the row is known by."""

    def rows_by_key(self) -> dict[Hashable, int]:
        """The rows there are now."""


def refill(model: Keyed, selection: QItemSelectionModel, fill: Callable[[], None]) -> None:
    """Run ``fill``, which resets ``model``, and choose the rows again that were chosen and are still there."""
    chosen = [model.key(index.row()) for index in selection.selectedRows()]
    current = model.key(selection.currentIndex().row()) if selection.currentIndex().isValid() else None
    fill()
    rows = model.rows_by_key()
    indexed = selection.model()
    again = QItemSelection()
    for row in sorted(rows[key] for key in chosen if key in rows):
        again.select(indexed.index(row, 0), indexed.index(row, 0))
    flags = QItemSelectionModel.SelectionFlag
    if again.count():
        selection.select(again, flags.Select | flags.Rows)
    if current is not None and current in rows:
        selection.setCurrentIndex(indexed.index(rows[current], 0), flags.NoUpdate)
    elif again.count():
        selection.setCurrentIndex(again.indexes()[0], flags.NoUpdate)
    else:
        selection.setCurrentIndex(QModelIndex(), flags.NoUpdate)
