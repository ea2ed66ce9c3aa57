"""The media pane: what was imported, as pictures or as a list; searched, ordered, put on the timeline."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QObject, QPoint, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QKeyEvent, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QMenu, QStackedWidget, QWidget

from app.core.edit.scenes import assemble
from app.core.model.asset import Asset
from app.core.model.diff import Changes
from app.core.model.project import Project
from app.core.session.media_list import MediaList, MediaStatus
from app.core.session.session import Session
from app.core.session.speech_list import SpeechList, SpeechRow
from app.ui.bridge import Bridge
from app.ui.panes.media.card import TEXT_HEIGHT, MediaCard
from app.ui.panes.media.entries import MediaEntry, Order
from app.ui.panes.media.header import MediaHeader
from app.ui.panes.media.model import MediaModel
from app.ui.panes.media.table import MediaTable
from app.ui.theme import MARGIN, UNIT, Appearance
from app.ui.thumbnails import Thumbnails
from app.ui.widgets.basics import column, label
from app.ui.widgets.empty_state import EmptyState
from app.ui.widgets.keyed_rows import refill
from app.ui.widgets.picture_grid import PictureGrid

ITEMS = "mediaPane.items"
_CARD_WIDTH = 140


class MediaPane(QWidget):
    """Shows the rows of ``media``; the inner view that shows is named ``mediaPane.items``. GUI thread only.

    ``attempt`` does something and tells the person where it is impossible. ``import_asked``,
    ``scenes_asked`` (an asset's id), ``transcription_asked`` and ``removal_asked`` want dialogs and
    another pane.
    ``chosen_changed`` comes when :meth:`chosen` or :attr:`chosen_assets` is another, ``appended`` when
    a double click or Enter put media on the timeline.
    """

    import_asked = Signal()
    scenes_asked = Signal(str)
    transcription_asked = Signal()
    removal_asked = Signal()
    chosen_changed = Signal()
    appended = Signal()

    def __init__(
        self,
        session: Session,
        media: MediaList,
        bridge: Bridge,
        thumbnails: Thumbnails,
        appearance: Appearance,
        attempt: Callable[[Callable[[], object]], object],
        speech: SpeechList | None = None,
    ) -> None:
        super().__init__()
        self.setObjectName("mediaPane")
        self.setAccessibleName("mediaPane")
        self.setProperty("tone", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session = session
        self._media = media
        self._thumbnails = thumbnails
        self._appearance = appearance
        self._attempt = attempt
        self._speech = speech
        self._chosen: tuple[str, ...] = ()
        self.model = MediaModel(appearance, self)
        self.header = MediaHeader(appearance)
        self.grid = PictureGrid(
            appearance, self.model.sections, self._picture, card_width=_CARD_WIDTH, text=TEXT_HEIGHT
        )
        self.table = MediaTable(self.model)
        self.empty = EmptyState(appearance)
        self._pages = QStackedWidget()
        self._count = label(tone="muted", small=True)
        self._build()
        self._connect(bridge)
        self._refresh()

    @property
    def items(self) -> QAbstractItemView:
        """The view that shows the media now."""
        return self.table if self.header.is_list else self.grid

    @property
    def chosen_assets(self) -> tuple[str, ...]:
        """The ids of the media that are selected, in the order they are shown."""
        return self._chosen

    def chosen(self) -> Mapping[str, str]:
        """What Append would take, as its parameter; nothing where nothing is selected."""
        return {"asset": self._chosen[0]} if self._chosen else {}

    def append_selected(self) -> bool:
        """Put the selected media at the end of the timeline, in the order they are shown; one step.

        Whether anything was put there.
        """
        assets = [entry.asset for entry in self._selected() if entry.asset is not None]
        if assets:
            name = "Append" if len(assets) == 1 else f"Append {len(assets)} media"
            return bool(self._attempt(lambda: self._session.apply(name, lambda project: _append(project, assets))))
        return False

    def _use(self) -> None:
        """A double click or Enter: append, and let the keys go to the timeline from now on."""
        if self.append_selected():
            self.appended.emit()

    # How it is built --------------------------------------------------------------------------

    def _build(self) -> None:
        self.grid.setModel(self.model)
        self.grid.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._card = MediaCard(self.grid, self.model, self._thumbnails, self._appearance)
        self.grid.setItemDelegate(self._card)
        self.table.setSelectionModel(self.grid.selectionModel())
        for view in (self.grid, self.table):
            view.setAccessibleName("Media")
            view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        for page in (self.empty, self.grid, self.table):
            self._pages.addWidget(page)
        foot = QHBoxLayout()
        foot.setContentsMargins(MARGIN, UNIT, MARGIN, UNIT)
        foot.addWidget(self._count)
        foot.addStretch(1)
        layout = column()
        layout.addWidget(self.header)
        layout.addWidget(self._pages, 1)
        layout.addLayout(foot)
        self.setLayout(layout)

    def _connect(self, bridge: Bridge) -> None:
        self.header.searched.connect(self._search)
        self.header.ordered.connect(self._arrange)
        self.header.view_changed.connect(self._show_page)
        self.table.order_asked.connect(self.header.choose_order)
        self.empty.asked.connect(self._on_empty_button)
        self.grid.used.connect(lambda _row: self._use())
        self.table.used.connect(self._use)
        for view in (self.grid, self.table):
            view.installEventFilter(self)
            view.customContextMenuRequested.connect(lambda point, view=view: self._show_menu(view, point))
        self.grid.selectionModel().selectionChanged.connect(self._on_selection)
        self._thumbnails.ready.connect(self._on_picture)
        bridge.media_changed.connect(self._refresh)
        bridge.document_changed.connect(self._on_document)

    # What it shows ----------------------------------------------------------------------------

    def _on_document(self, _before: Project, _after: Project, changes: Changes) -> None:
        if changes.assets:
            self._refresh()

    def _refresh(self, *_rows: object) -> None:
        rows = self._media.rows
        assets = {asset.id: asset for asset in self._session.project.assets}
        if not self.model.fits(rows, assets, self._heard):
            refill(self.model, self.grid.selectionModel(), lambda: self.model.fill(rows, assets, self._heard))
            self.grid.relayout()
        self._show_page()
        self._on_selection()

    def _heard(self, asset_id: str) -> SpeechRow | None:
        return self._speech.row(asset_id) if self._speech is not None else None

    def _search(self, text: str) -> None:
        self.model.search = text
        self._rearrange()

    def _arrange(self, order: Order, backwards: bool) -> None:
        self.model.order, self.model.backwards = order, backwards
        self.table.show_order(order, backwards=backwards)
        self._rearrange()

    def _rearrange(self) -> None:
        refill(self.model, self.grid.selectionModel(), self.model.arrange)
        self.grid.relayout()
        self._show_page()
        self._on_selection()

    def _show_page(self) -> None:
        shown, total = len(self.model.entries), self.model.total
        self.grid.setObjectName("" if self.header.is_list else ITEMS)
        self.table.setObjectName(ITEMS if self.header.is_list else "")
        self.header.setVisible(total > 0)
        if not total:
            self.empty.say(
                "import",
                "No media yet",
                "What you bring in is listed here",
                button_text="Import...",
                button_name="mediaPane.import",
            )
        elif not shown:
            self.empty.say("search", "Nothing matches", f"No media with {self.model.search!r} in the name")
        self._pages.setCurrentWidget(self.items if shown else self.empty)
        self._count.setText(self._in_numbers(shown, total))

    def _in_numbers(self, shown: int, total: int) -> str:
        if not total:
            return ""
        failed = sum(entry.troubled for entry in self.model.entries)
        parts = [f"{total} media" if shown == total else f"{shown} of {total} media"]
        return "   ".join([*parts, *([f"{failed} cannot be used"] if failed else [])])

    def _picture(self, row: int) -> QPixmap | None:
        return self._card.picture(self.model.entries[row])

    def _on_picture(self, asset_id: str) -> None:
        row = self.model.row_of_asset(asset_id)
        if row is not None and self.grid.isVisible():
            self.grid.update(self.model.index(row, 0))

    # What is chosen, and done with it ---------------------------------------------------------

    def _selected(self) -> list[MediaEntry]:
        rows = sorted(index.row() for index in self.grid.selectionModel().selectedRows())
        return [self.model.entries[row] for row in rows]

    def _on_selection(self, *_change: object) -> None:
        chosen = tuple(entry.asset.id for entry in self._selected() if entry.asset is not None)
        if chosen != self._chosen:
            self._chosen = chosen
            self.chosen_changed.emit()

    def _on_empty_button(self) -> None:
        self.import_asked.emit()

    def _show_menu(self, view: QAbstractItemView, point: QPoint) -> None:
        index = view.indexAt(point)
        current = view.currentIndex()
        if not index.isValid() and current.isValid() and not self._selected():
            self._select_only(current)
        menu = self.make_menu()
        if menu is not None:
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(view.viewport().mapToGlobal(point))

    def make_menu(self) -> QMenu | None:
        """What can be done with the selected media; None where nothing is selected."""
        entries = self._selected()
        if not entries:
            return None
        assets = [entry.asset for entry in entries if entry.asset is not None]
        menu = QMenu(self)
        append = menu.addAction("Append to Timeline", self.append_selected)
        append.setEnabled(bool(assets))
        reveal = menu.addAction("Show Scenes", lambda: self.scenes_asked.emit(assets[0].id))
        reveal.setEnabled(bool(assets) and assets[0].info.kind == "video")
        self._offer_words(menu, entries)
        menu.addSeparator()
        menu.addAction("Show in Folder", lambda: _show_folder(entries[0].row.path))
        again = [Path(entry.row.path) for entry in entries if entry.row.can_retry]
        if again:
            menu.addAction("Try Again", lambda: self._media.add(again))
        failed = [entry for entry in entries if entry.row.status is MediaStatus.FAILED and entry.asset is None]
        if failed or assets:
            menu.addSeparator()
        if failed:
            menu.addAction("Remove from List", lambda: self._forget(failed))
        if assets:
            menu.addAction("Remove from Project...", self.removal_asked.emit)
        return menu

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Delete is for the media while the list has the keys, not for clips."""
        deletes = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Delete and not event.modifiers()
        if deletes and event.type() is QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if deletes and event.type() is QEvent.Type.KeyPress:
            self._delete()
            return True
        return super().eventFilter(watched, event)

    def _delete(self) -> None:
        """Take what is selected out of the project, and what could not be used off the list."""
        entries = self._selected()
        self._forget([entry for entry in entries if entry.asset is None and entry.row.status is MediaStatus.FAILED])
        if any(entry.asset is not None for entry in entries):
            self.removal_asked.emit()

    def _offer_words(self, menu: QMenu, entries: list[MediaEntry]) -> None:
        """Transcribe what is selected, and try once more what failed."""
        speech = self._speech
        if speech is None or not any(entry.asset is not None and entry.asset.info.audio for entry in entries):
            return
        menu.addAction("Transcribe...", self.transcription_asked.emit)
        failed = [entry.asset for entry in entries if entry.asset is not None and entry.unheard]
        if failed:
            menu.addAction("Try to Transcribe Again", lambda: _retry(speech, failed))

    def _select_only(self, index: QModelIndex) -> None:
        flags = QItemSelectionModel.SelectionFlag
        self.grid.selectionModel().select(index, flags.ClearAndSelect | flags.Rows)

    def _forget(self, entries: list[MediaEntry]) -> None:
        for entry in entries:
            self._media.forget(entry.row.path)
        self._refresh()


def _retry(speech: SpeechList, assets: list[Asset]) -> None:
    for asset in assets:
        speech.retry(asset)


def _append(project: Project, assets: list[Asset]) -> Project:
    return assemble(project, [(asset, ()) for asset in assets])


def _show_folder(path: str) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(path).parent)))
