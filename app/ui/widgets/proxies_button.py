"""Says in the status bar whether films are shown by their proxies; a click changes it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton

from app.ui.theme import font


class ProxiesButton(QPushButton):
    """Shows the state of ``action``, and triggers it."""

    def __init__(self, action: QAction) -> None:
        super().__init__()
        self._action = action
        self.setObjectName("proxiesButton")
        self.setProperty("kind", "status")
        self.setFont(font(small=True, tabular=True))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(action.trigger)
        action.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        shown = self._action.isChecked()
        self.setText("Proxies on" if shown else "Proxies off")
        self.setAccessibleName(self.text())
        self.setToolTip(
            "Films are shown by light copies where there are some; exports use the originals"
            if shown
            else "Films are shown as they are: slower to seek in"
        )
