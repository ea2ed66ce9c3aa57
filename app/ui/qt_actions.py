"""QActions made from commands: menus, keys, tooltips and icons from one table, named as their actions."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from app.ui import icons
from app.ui.commands import Command
from app.ui.errors import Errors
from app.ui.keymap import Keymap
from app.ui.menus import EXCLUSIVE, ICONS, MENUS, Menu
from app.ui.theme import Appearance

_ROLES = {"file.quit": QAction.MenuRole.QuitRole, "help.about": QAction.MenuRole.AboutRole}


class QtActions(QObject):
    """Every command as a QAction of ``window``. GUI thread only.

    ``errors`` shows why what was asked cannot be done. Call
    :meth:`refresh` whenever what is possible may have changed.
    """

    def __init__(self, window: QWidget, appearance: Appearance, keymap: Keymap, errors: Errors) -> None:
        super().__init__(window)
        self._window = window
        self._appearance = appearance
        self._keymap = keymap
        self._errors = errors
        self._commands: dict[str, Command] = {}
        self._actions: dict[str, QAction] = {}
        appearance.changed.connect(self._draw_icons)

    def add(self, commands: Iterable[Command]) -> None:
        """Make the actions of ``commands``.

        Raises:
            ValueError: two have one name.
        """
        for command in commands:
            if command.name in self._commands:
                raise ValueError(f"there are two commands named {command.name}")
            self._commands[command.name] = command
            self._actions[command.name] = self._make(command)
        for names in EXCLUSIVE:
            self._group(names)
        self._draw_icons()

    def action(self, name: str) -> QAction:
        """The action of that name.

        Raises:
            KeyError: there is none.
        """
        return self._actions[name]

    def names(self) -> tuple[str, ...]:
        """All names, in the order they were added."""
        return tuple(self._actions)

    def trigger(self, name: str) -> None:
        """Do what its menu entry would, without the message: errors come to the caller.

        Raises:
            KeyError: there is no such command.
            UserError: it is impossible now.
        """
        self._commands[name].run()
        self.refresh()

    def refresh(self) -> None:
        """Say anew what is possible, what is switched on, and what undo would take back."""
        for name, command in self._commands.items():
            action = self._actions[name]
            action.setEnabled(command.enabled())
            if command.checked is not None:
                action.setChecked(command.checked())
            if command.title_now is not None:
                self._entitle(action, command.title_now())

    def fill(self, bar: QMenuBar, submenu: Callable[[Menu, QMenu], None]) -> None:
        """Put all menus into ``bar``; empty ones that the table declares are handed to ``submenu``."""
        for menu in MENUS:
            self._fill(bar.addMenu(menu.title), menu, submenu)

    def _fill(self, shown: QMenu, menu: Menu, submenu: Callable[[Menu, QMenu], None]) -> None:
        shown.setObjectName(f"menu.{menu.title.replace('&', '')}")
        shown.setToolTipsVisible(False)
        for entry in menu.entries:
            if entry is None:
                shown.addSeparator()
            elif isinstance(entry, Menu):
                self._fill(shown.addMenu(entry.title), entry, submenu)
            else:
                shown.addAction(self._actions[entry])
        if not menu.entries:
            submenu(menu, shown)

    def _make(self, command: Command) -> QAction:
        action = QAction(self._window)
        action.setObjectName(command.name)
        action.setShortcuts(self._keymap.sequences(command.name))
        action.setMenuRole(_ROLES.get(command.name, QAction.MenuRole.NoRole))
        action.setIconVisibleInMenu(False)
        action.setCheckable(command.checked is not None)
        action.triggered.connect(lambda: self._on_triggered(command))
        self._window.addAction(action)
        self._entitle(action, command.title)
        return action

    def _entitle(self, action: QAction, title: str) -> None:
        shown = title.replace("&", "&&")
        if action.text() != shown:
            action.setText(shown)
            action.setToolTip(tooltip(title, action.shortcut()))

    def _on_triggered(self, command: Command) -> None:
        self._errors.attempt(command.run, passing=command.passing)
        self.refresh()

    def _group(self, names: tuple[str, ...]) -> None:
        members = [self._actions[name] for name in names if name in self._actions]
        if len(members) == len(names) and members[0].actionGroup() is None:
            group = QActionGroup(self)
            for member in members:
                group.addAction(member)

    def _draw_icons(self) -> None:
        for name, drawing in ICONS.items():
            if name in self._actions:
                self._actions[name].setIcon(icons.icon(drawing, self._appearance.theme))


def tooltip(title: str, shortcut: QKeySequence) -> str:
    """What a button's tooltip says: the title and the key that does the same."""
    plain = title.removesuffix("...")
    keys = shortcut.toString(QKeySequence.SequenceFormat.NativeText)
    return f"{plain}  {keys}" if keys else plain
