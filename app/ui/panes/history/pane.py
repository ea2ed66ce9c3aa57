"""The history pane: every step that can be undone or done again; a click goes to the state after it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QSize
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

from app.core.session.session import Session
from app.ui.bridge import Bridge
from app.ui.panes.history.model import HistoryModel
from app.ui.theme import ICON_SMALL, UNIT, Appearance
from app.ui.widgets.basics import column


class HistoryPane(QWidget):
    """Shows the steps of one session. GUI thread only."""

    def __init__(self, session: Session, bridge: Bridge, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("historyPane")
        self.setAccessibleName("historyPane")
        self.setProperty("tone", "panel")
        self._session = session
        self.model = HistoryModel(session, appearance)
        self.list = QListView()
        self.list.setObjectName("historyList")
        self.list.setAccessibleName("Steps")
        self.list.setModel(self.model)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setUniformItemSizes(True)
        self.list.setIconSize(QSize(ICON_SMALL, ICON_SMALL))
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        layout = column(margin=UNIT)
        layout.addWidget(self.list)
        self.setLayout(layout)
        self.list.clicked.connect(self._go)
        self.list.activated.connect(self._go)
        bridge.document_changed.connect(self._refresh)
        bridge.project_saved.connect(self._refresh)
        appearance.changed.connect(self._refresh)
        self._refresh()

    def _go(self, index: QModelIndex) -> None:
        if index.row() != self.model.now:
            self._session.jump(index.row())

    def _refresh(self, *_anything: object) -> None:
        self.model.refresh()
        now = self.model.index(self.model.now)
        self.list.setCurrentIndex(now)
        self.list.scrollTo(now)
