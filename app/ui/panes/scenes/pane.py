"""The scenes pane: the scenes of the chosen films as pictures, put on the timeline by a double click or a drag."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeySequence, QPixmap, QShortcut
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QMenu, QSlider, QStackedWidget, QWidget

from app.core.edit.scenes import assemble
from app.core.model.diff import Changes
from app.core.model.project import Project
from app.core.session.media_list import MediaList
from app.core.session.session import Session
from app.ui.bridge import Bridge
from app.ui.panes.scenes.card import TEXT_HEIGHT, SceneCard
from app.ui.panes.scenes.entries import Film, SceneEntry
from app.ui.panes.scenes.model import ScenesModel
from app.ui.theme import GAP, MARGIN, TOOLBAR_HEIGHT, UNIT, Appearance
from app.ui.thumbnails import Thumbnails
from app.ui.widgets.basics import column, label
from app.ui.widgets.empty_state import EmptyState
from app.ui.widgets.keyed_rows import refill
from app.ui.widgets.picture_grid import PictureGrid
from app.ui.widgets.search_field import SearchField

ITEMS = "scenesPane.items"
_ALL = "All films"
_SMALLEST, _LARGEST, _CARD_WIDTH, _STEP = 88, 280, 140, 12
_SLIDER_WIDTH = 88


class ScenesPane(QWidget):
    """Lists the scenes of the films of ``media``; the inner view is ``scenesPane.items``. GUI thread only.

    ``attempt`` does something and tells the person where it is impossible. ``chosen_changed`` comes
    when :meth:`chosen` is another, ``appended`` when a double click or Enter put scenes on the timeline.
    """

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
    ) -> None:
        super().__init__()
        self.setObjectName("scenesPane")
        self.setAccessibleName("scenesPane")
        self.setProperty("tone", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session = session
        self._media = media
        self._thumbnails = thumbnails
        self._attempt = attempt
        self._wanted: tuple[str, ...] = ()
        self._chosen = ""
        self.model = ScenesModel(self)
        self.source = QComboBox()
        self.search = SearchField(appearance, "Search scenes", "scenesPane.search")
        self.grid = PictureGrid(
            appearance, self.model.sections, self._picture, card_width=_CARD_WIDTH, text=TEXT_HEIGHT
        )
        self.grid.setModel(self.model)
        self._card = SceneCard(self.grid, self.model, thumbnails, appearance)
        self.grid.setItemDelegate(self._card)
        self.empty = EmptyState(appearance)
        self.size_slider = QSlider(Qt.Orientation.Horizontal)
        self._pages = QStackedWidget()
        self._count = label(tone="muted", small=True)
        self._build()
        self._connect(bridge)
        self._refresh()

    def chosen(self) -> Mapping[str, str]:
        """What Append would take, as its parameter; nothing where nothing is selected."""
        return {"scene": self._chosen} if self._chosen else {}

    def show_media(self, asset_ids: Iterable[str]) -> None:
        """List the scenes of these media only; of all films where there are none."""
        self._wanted = tuple(asset_ids)
        self._refresh()

    def append_selected(self) -> bool:
        """Put the selected scenes at the end of the timeline, in order; one step. Whether anything was put there."""
        entries = self._selected()
        if entries:
            name = "Append scene" if len(entries) == 1 else f"Append {len(entries)} scenes"
            return bool(self._attempt(lambda: self._session.apply(name, lambda project: _append(project, entries))))
        return False

    def _use(self) -> None:
        """A double click or Enter: append, and let the keys go to the timeline from now on."""
        if self.append_selected():
            self.appended.emit()

    # How it is built --------------------------------------------------------------------------

    def _build(self) -> None:
        self.grid.setObjectName(ITEMS)
        self.grid.setAccessibleName("Scenes")
        self.grid.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.source.setObjectName("scenesPane.source")
        self.source.setAccessibleName("Films to show")
        self.source.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.source.setMinimumContentsLength(9)
        slider = self.size_slider
        slider.setObjectName("scenesPane.size")
        slider.setAccessibleName("Size of the pictures")
        slider.setToolTip("Size of the pictures")
        slider.setRange(_SMALLEST, _LARGEST)
        slider.setSingleStep(_STEP)
        slider.setPageStep(2 * _STEP)
        slider.setValue(_CARD_WIDTH)
        slider.setFixedWidth(_SLIDER_WIDTH)
        for page in (self.empty, self.grid):
            self._pages.addWidget(page)
        layout = column()
        layout.addWidget(self._make_head())
        layout.addWidget(self._pages, 1)
        layout.addLayout(self._make_foot())
        self.setLayout(layout)

    def _make_head(self) -> QWidget:
        self._head = QWidget()
        self._head.setFixedHeight(TOOLBAR_HEIGHT)
        row = QHBoxLayout(self._head)
        row.setContentsMargins(GAP, UNIT, GAP, UNIT)
        row.setSpacing(UNIT)
        row.addWidget(self.source, 1)
        row.addWidget(self.search, 1)
        return self._head

    def _make_foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        foot.setContentsMargins(MARGIN, UNIT, MARGIN, UNIT)
        foot.addWidget(self._count)
        foot.addStretch(1)
        foot.addWidget(self.size_slider)
        return foot

    def _connect(self, bridge: Bridge) -> None:
        self.search.textChanged.connect(self._search)
        self.source.activated.connect(self._on_source)
        self.size_slider.valueChanged.connect(self.grid.set_card_width)
        self.grid.zoomed.connect(lambda way: self.size_slider.setValue(self.size_slider.value() + way * 2 * _STEP))
        self.grid.used.connect(lambda _row: self._use())
        self.grid.customContextMenuRequested.connect(self._show_menu)
        self.grid.selectionModel().selectionChanged.connect(self._on_selection)
        self._thumbnails.ready.connect(self._on_picture)
        bridge.media_changed.connect(self._refresh)
        bridge.document_changed.connect(self._on_document)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(self.search.setFocus)

    # What it shows ----------------------------------------------------------------------------

    def _on_document(self, _before: Project, _after: Project, changes: Changes) -> None:
        if changes.assets:
            self._refresh()

    def _refresh(self, *_rows: object) -> None:
        assets = {asset.id: asset for asset in self._session.project.assets}
        rows = [row for row in self._media.rows if row.asset_id in assets]
        media = [Film(assets[row.asset_id], row) for row in rows if row.asset_id is not None]
        self._wanted = tuple(each for each in self._wanted if each in assets)
        films = [film for film in media if film.asset.info.kind == "video"]
        self._fill_source(media)
        wanted = [film for film in media if film.asset.id in self._wanted]
        shown = wanted if len(wanted) == 1 else [film for film in wanted if film in films]
        self._show(shown if self._wanted else films)

    def _show(self, films: Sequence[Film]) -> None:
        if not self.model.fits(films):
            refill(self.model, self.grid.selectionModel(), lambda: self.model.fill(films))
        self.grid.relayout()
        self._show_page()
        self._on_selection()

    def _search(self, text: str) -> None:
        self.model.search = text
        films = self.model.films
        refill(self.model, self.grid.selectionModel(), lambda: self.model.fill(films))
        self.grid.relayout()
        self._show_page()
        self._on_selection()

    def _fill_source(self, media: Sequence[Film]) -> None:
        """Offer all films, each of them, and what is chosen elsewhere if that is several or no film."""
        choices: list[tuple[str, tuple[str, ...]]] = [(_ALL, ())]
        if len(self._wanted) > 1:
            choices.append((f"{len(self._wanted)} chosen", self._wanted))
        offered = [each.asset for each in media if each.asset.info.kind == "video" or self._wanted == (each.asset.id,)]
        choices += [(asset.name, (asset.id,)) for asset in offered]
        if choices != [(self.source.itemText(row), self.source.itemData(row)) for row in range(self.source.count())]:
            self.source.clear()
            for text, assets in choices:
                self.source.addItem(text, assets)
        place = next((row for row, (_, assets) in enumerate(choices) if assets == self._wanted), -1)
        self.source.setCurrentIndex(place)

    def _on_source(self, row: int) -> None:
        self.show_media(self.source.itemData(row))

    def _show_page(self) -> None:
        shown, films = len(self.model.entries), self.model.films
        several = len(films) > 1 and not self.model.search.strip()
        self._head.setVisible(bool(films) or self.source.count() > 1)
        self.size_slider.setVisible(shown > 0)
        self._pages.setCurrentWidget(self.grid if shown or several else self.empty)
        total = self.model.total
        count = f"{total} scene" if total == 1 else f"{total} scenes"
        self._count.setText("" if not total else count if shown == total else f"{shown} of {count}")
        if not shown:
            self._say_why(films)

    def _say_why(self, films: Sequence[Film]) -> None:
        say = self.empty.say
        if self.model.total:
            say("search", "Nothing matches", "Search by the number of a scene or the name of its film")
        elif len(films) != 1:
            say("scene", "No scenes yet", "The scenes of your films appear here by themselves")
        elif (film := films[0]).asset.info.kind == "audio":
            say("sound", "Sound has no scenes", "Put it on the timeline from the media")
        elif film.asset.info.kind == "image":
            say("picture", "A still picture has no scenes", "Put it on the timeline from the media")
        elif film.busy:
            say("scene", "Finding scenes", f"{film.asset.name}, {film.row.progress:.0%}", progress=film.row.progress)
        else:
            icon = "offline" if film.troubled else "scene"
            say(icon, "No scenes", f"{film.asset.name}: {film.row.reason}" if film.row.reason else film.asset.name)

    def _picture(self, row: int) -> QPixmap | None:
        return self._card.picture(self.model.entries[row])

    def _on_picture(self, asset_id: str) -> None:
        if self.grid.isVisible() and len(self.model.rows_of(asset_id)):
            self.grid.viewport().update()

    # What is chosen, and done with it ---------------------------------------------------------

    def _selected(self) -> list[SceneEntry]:
        rows = sorted(index.row() for index in self.grid.selectionModel().selectedRows())
        return [self.model.entries[row] for row in rows]

    def _on_selection(self, *_change: object) -> None:
        rows = [index.row() for index in self.grid.selectionModel().selectedRows()]
        chosen = self.model.entries[min(rows)].parameter if rows else ""
        if chosen != self._chosen:
            self._chosen = chosen
            self.chosen_changed.emit()

    def _show_menu(self, point: QPoint) -> None:
        menu = self.make_menu()
        if menu is not None:
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.grid.viewport().mapToGlobal(point))

    def make_menu(self) -> QMenu | None:
        """What can be done with the selected scenes; None where nothing is selected."""
        entries = self._selected()
        if not entries:
            return None
        menu = QMenu(self)
        menu.addAction("Append to Timeline", self.append_selected)
        menu.addSeparator()
        film = entries[0].asset
        only = menu.addAction(f"Only Scenes of {film.name}".replace("&", "&&"), lambda: self.show_media([film.id]))
        only.setVisible(len(self.model.films) > 1)
        everything = menu.addAction("Scenes of All Films", lambda: self.show_media(()))
        everything.setVisible(len(self.model.films) == 1 and self.source.count() > 2)
        menu.addAction("Select All", self.grid.selectAll)
        return menu


def _append(project: Project, entries: Sequence[SceneEntry]) -> Project:
    return assemble(project, [(entry.asset, (entry.range,)) for entry in entries])
