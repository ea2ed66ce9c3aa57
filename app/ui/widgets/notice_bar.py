"""What a person should know, and may do something about, without being stopped: lines on top of the window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from app.ui import icons
from app.ui.theme import GAP, ICON_SMALL, MARGIN, UNIT, Appearance
from app.ui.widgets.basics import ButtonKind, ElidedLabel, button, column, label, tool_button


@dataclass(frozen=True)
class Choice:
    """A button of a notice; a click does ``run`` and ends the notice."""

    title: str
    name: str
    run: Callable[[], None]
    kind: ButtonKind = ""


class NoticeBar(QWidget):
    """Notices, the newest below; without any it takes no room. GUI thread only."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("noticeBar")
        self.setAccessibleName("Notices")
        self._appearance = appearance
        self._rows: list[Notice] = []
        self._list = column(gap=1)
        self.setLayout(self._list)
        self.hide()
        appearance.changed.connect(self._redraw)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Those that are shown."""
        return tuple(self._rows)

    def tell(self, text: str, choices: Sequence[Choice] = (), *, warning: bool = False, name: str = "notice") -> None:
        """Show a line; one that says the same already is not repeated."""
        if any(row.text == text for row in self._rows):
            return
        row = Notice(text, choices, warning, self._drop)
        row.setObjectName(name)
        row.redraw(self._appearance)
        self._rows.append(row)
        self._list.addWidget(row)
        self.show()

    def withdraw(self, name: str) -> None:
        """End the notices of that object name: what they say is no longer so."""
        for row in [row for row in self._rows if row.objectName() == name]:
            self._drop(row)

    def _drop(self, row: Notice) -> None:
        if row in self._rows:
            self._rows.remove(row)
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.setVisible(bool(self._rows))

    def _redraw(self) -> None:
        for row in self._rows:
            row.redraw(self._appearance)


class Notice(QWidget):
    """One line: a sign, a sentence, what can be done, and a way to put it off."""

    def __init__(self, text: str, choices: Sequence[Choice], warning: bool, drop: Callable[[Notice], None]) -> None:
        super().__init__()
        self.text = text
        self._warning = warning
        self._sign: QLabel = label()
        self._away = tool_button(ICON_SMALL)
        self._away.setObjectName("laterButton")
        self._away.setAccessibleName("Later")
        self._away.setToolTip("Later: it is offered again at the next start" if choices else "Close")
        self._away.clicked.connect(lambda: drop(self))
        self.setProperty("tone", "raised")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(text)
        row = QHBoxLayout(self)
        row.setContentsMargins(MARGIN, UNIT, GAP, UNIT)
        row.setSpacing(GAP)
        row.addWidget(self._sign)
        row.addWidget(ElidedLabel(text, at_end=True), 1)
        for choice in choices:
            row.addWidget(self._button(choice, drop))
        row.addWidget(self._away)

    def redraw(self, appearance: Appearance) -> None:
        """Take the colours of the theme."""
        theme = appearance.theme
        name, colour = ("warning", theme.warning) if self._warning else ("info", theme.accent)
        self._sign.setPixmap(icons.pixmap(name, colour, ICON_SMALL, self.devicePixelRatioF()))
        self._away.setIcon(icons.icon("cancel", theme))

    def _button(self, choice: Choice, drop: Callable[[Notice], None]) -> QWidget:
        result = button(choice.title, choice.kind, choice.name)

        def chosen() -> None:
            drop(self)
            choice.run()

        result.clicked.connect(chosen)
        return result
