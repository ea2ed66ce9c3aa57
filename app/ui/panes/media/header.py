"""The row above the media: search, order, pictures or list."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QMenu, QToolButton, QWidget

from app.ui import icons
from app.ui.panes.media.entries import Order
from app.ui.theme import GAP, ICON_SMALL, TOOLBAR_HEIGHT, UNIT, Appearance
from app.ui.widgets.basics import tool_button
from app.ui.widgets.search_field import SearchField

_ORDERS: tuple[tuple[Order, str], ...] = (
    ("added", "Date Added"),
    ("name", "Name"),
    ("duration", "Duration"),
)


class MediaHeader(QWidget):
    """``searched`` gives the text, ``ordered`` an order and whether backwards. GUI thread only."""

    searched = Signal(str)
    ordered = Signal(str, bool)
    view_changed = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self.search = SearchField(appearance, "Search media", "mediaPane.search")
        self.search.textChanged.connect(self.searched)
        self.order_button = _button("mediaPane.order", "Order of the media")
        self.grid_button = _button("mediaPane.grid", "Show as pictures")
        self.list_button = _button("mediaPane.list", "Show as a list")
        self._orders: dict[Order, QAction] = {}
        self._order: Order = "added"
        self._make_menu()
        views = QButtonGroup(self)
        for each in (self.grid_button, self.list_button):
            each.setCheckable(True)
            views.addButton(each)
        self.grid_button.setChecked(True)
        views.buttonToggled.connect(self._on_view)
        self._build()
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(self.search.setFocus)
        appearance.changed.connect(self._draw)
        self._draw()

    @property
    def is_list(self) -> bool:
        """Whether a list is shown, and not pictures."""
        return self.list_button.isChecked()

    def choose_order(self, order: Order) -> None:
        """Order by this; by the same again, the other way round."""
        if order == self._order:
            self._backwards.setChecked(not self._backwards.isChecked())
        else:
            self._order = order
            for each, action in self._orders.items():
                action.setChecked(each == order)
            self._backwards.setChecked(False)
        self._tell()

    def _make_menu(self) -> None:
        menu = QMenu(self.order_button)
        group = QActionGroup(menu)
        group.setExclusionPolicy(QActionGroup.ExclusionPolicy.ExclusiveOptional)
        for order, title in _ORDERS:
            action = menu.addAction(title)
            action.setCheckable(True)
            action.setChecked(order == self._order)
            action.triggered.connect(lambda _checked, order=order: self._pick(order))
            group.addAction(action)
            self._orders[order] = action
        menu.addSeparator()
        self._backwards = menu.addAction("Reverse Order")
        self._backwards.setCheckable(True)
        self._backwards.triggered.connect(self._tell)
        self.order_button.setMenu(menu)
        self.order_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    def _pick(self, order: Order) -> None:
        self._order = order
        self._orders[order].setChecked(True)
        self._tell()

    def _tell(self, *_anything: object) -> None:
        self.ordered.emit(self._order, self._backwards.isChecked())

    def _on_view(self, _button: QToolButton, checked: bool) -> None:
        if checked:
            self.view_changed.emit()

    def _build(self) -> None:
        self.setFixedHeight(TOOLBAR_HEIGHT)
        row = QHBoxLayout(self)
        row.setContentsMargins(GAP, UNIT, GAP, UNIT)
        row.setSpacing(2)
        row.addWidget(self.search, 1)
        row.addSpacing(2)
        for each in (self.order_button, self.grid_button, self.list_button):
            row.addWidget(each)

    def _draw(self) -> None:
        theme = self._appearance.theme
        self.order_button.setIcon(icons.icon("order", theme))
        self.grid_button.setIcon(icons.icon("grid", theme))
        self.list_button.setIcon(icons.icon("list", theme))


def _button(name: str, meaning: str) -> QToolButton:
    result = tool_button(ICON_SMALL)
    result.setObjectName(name)
    result.setToolTip(meaning)
    result.setAccessibleName(meaning)
    return result
