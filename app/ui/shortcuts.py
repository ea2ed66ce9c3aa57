"""Which keys belong to the widget that has the focus, and which to the program.

Single letters, Space and the arrows run actions anywhere in the window; but where text is edited
they are text, and in a list the arrows choose. Qt asks the focused widget first, with an event
that most widgets ignore; this answers for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QMenuBar,
    QPlainTextEdit,
    QTabBar,
    QTextEdit,
    QWidget,
)

_TEXT = (QLineEdit, QTextEdit, QPlainTextEdit, QAbstractSpinBox)
_WALKED = (QAbstractItemView, QAbstractSlider, QTabBar, QComboBox, QMenuBar)
_PRESSED = (QAbstractButton, QComboBox)

_WALKING = frozenset(
    {
        Qt.Key.Key_Left,
        Qt.Key.Key_Right,
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
        Qt.Key.Key_Home,
        Qt.Key.Key_End,
        Qt.Key.Key_PageUp,
        Qt.Key.Key_PageDown,
    }
)
_SIDEWAYS = frozenset({Qt.Key.Key_Left, Qt.Key.Key_Right})
_PRESSING = frozenset({Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter})

# Property by which a widget says that it wants none of this: it walks with the program's own keys.
LEAVES_KEYS = "leavesKeys"
# And one by which a list says that it has rows only: left and right are the program's.
LEAVES_SIDEWAYS = "leavesSideways"


class KeyGuard(QObject):
    """Watches the focused widget of ``app`` while ``window`` lives.

    ``while_typing`` tells which keys work in text as well.
    """

    def __init__(self, app: QApplication, window: QWidget, while_typing: Callable[[QKeyEvent], bool]) -> None:
        super().__init__(window)
        self._while_typing = while_typing
        self._held: set[int] = set()
        app.focusChanged.connect(self._on_focus_changed)
        self._on_focus_changed(None, app.focusWidget())

    def holds(self, keys: Iterable[QKeySequence]) -> bool:
        """Whether one of ``keys``, each a single key, is held down."""
        return any(sequence == QKeySequence(held) for sequence in keys for held in self._held)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and not event.isAutoRepeat():
            self._follow(event)
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self._keeps(watched, event)
        ):
            event.accept()
            return True
        return False

    def _follow(self, event: QKeyEvent) -> None:
        if event.type() is QEvent.Type.ShortcutOverride:
            self._held.add(event.key())
        elif event.type() is QEvent.Type.KeyRelease:
            self._held.discard(event.key())

    def _on_focus_changed(self, old: QWidget | None, new: QWidget | None) -> None:
        self._held.clear()
        if old is not None:
            old.removeEventFilter(self)
        if new is not None:
            new.installEventFilter(self)

    def _keeps(self, widget: QObject, event: QKeyEvent) -> bool:
        """Whether the key is the widget's own."""
        if isinstance(widget, QWidget) and widget.property(LEAVES_KEYS):
            return False
        if edits_text(widget):
            return not self._while_typing(event)
        if isinstance(widget, QWidget) and widget.property(LEAVES_SIDEWAYS) and event.key() in _SIDEWAYS:
            return False
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        extending = isinstance(widget, QAbstractItemView) and event.modifiers() == Qt.KeyboardModifier.ShiftModifier
        if event.key() in _WALKING:
            return isinstance(widget, _WALKED) and (plain or extending)
        return event.key() in _PRESSING and plain and isinstance(widget, _PRESSED)


def edits_text(widget: QObject | None) -> bool:
    """Whether keys pressed in ``widget`` are text."""
    if isinstance(widget, QComboBox):
        return widget.isEditable()
    if isinstance(widget, (QLineEdit, QTextEdit, QPlainTextEdit)):
        return not widget.isReadOnly()
    return isinstance(widget, _TEXT)
