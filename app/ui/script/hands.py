"""Mouse, keys and drops as a person makes them, sent to widgets found by their object names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

from PySide6.QtCore import QEvent, QKeyCombination, QMimeData, QPoint, QPointF, QRect, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDragMoveEvent, QDropEvent, QKeySequence, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QMainWindow, QMenu, QWidget

from app.core.base.errors import UserError
from app.ui.script.steps import Click, Drag, Drop, Key, Place, Type

_MOVES = 8
_BUTTONS = {
    "left": Qt.MouseButton.LeftButton,
    "right": Qt.MouseButton.RightButton,
    "middle": Qt.MouseButton.MiddleButton,
}
_MODIFIERS = {
    "shift": Qt.KeyboardModifier.ShiftModifier,
    "ctrl": Qt.KeyboardModifier.ControlModifier,
    "alt": Qt.KeyboardModifier.AltModifier,
    "meta": Qt.KeyboardModifier.MetaModifier,
}


class Hands:
    """Acts on ``window`` and the dialogs above it; ``clip_id`` tells the id of a clip by another name.

    GUI thread only; each call raises UserError where it cannot.
    """

    def __init__(self, window: QMainWindow, clip_id: Callable[[str], str]) -> None:
        self._window = window
        self._clip_id = clip_id

    def click(self, step: Click) -> None:
        """Press and let go, once or twice."""
        widget, at = self.find(step.place)
        button, modifiers = _BUTTONS[step.button], modifiers_of(step.modifiers)
        QTest.mouseMove(widget, at)
        QTest.mouseClick(widget, button, modifiers, at)
        if step.double:
            QTest.mouseDClick(widget, button, modifiers, at)
            QTest.mouseRelease(widget, button, modifiers, at)  # a double click is let go as well

    def drag(self, step: Drag) -> None:
        """Move with the button held; between two panes what the first offers is dropped on the second."""
        source, begin = self.find(step.place)
        target, end = self.find(step.to)
        offered = self._offered(step.place) if step.place.name != step.to.name else None
        if offered is not None:
            self._drop(offered, target, end, modifiers_of(step.modifiers))
            return
        button, modifiers = _BUTTONS[step.button], modifiers_of(step.modifiers)
        finish = source.mapFromGlobal(target.mapToGlobal(end))
        QTest.mouseMove(source, begin)
        QTest.mousePress(source, button, modifiers, begin)
        for number in range(1, _MOVES + 1):
            part = begin + (finish - begin) * number / _MOVES
            _move_held(source, part, button, modifiers)
        QTest.mouseRelease(source, button, modifiers, finish)

    def drop(self, step: Drop) -> None:
        """Bring files from outside."""
        widget, at = self.find(step.on)
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(Path(path).absolute())) for path in step.paths])
        self._drop(data, widget, at, Qt.KeyboardModifier.NoModifier)

    def press(self, step: Key) -> None:
        """Press keys where the focus is."""
        sequence = QKeySequence.fromString(step.keys)
        pressed: QKeyCombination | None = cast("Any", sequence)[0] if sequence.count() == 1 else None
        if pressed is None or pressed.key() == Qt.Key.Key_unknown:
            raise UserError(f"key {step.keys}", "there is no such key", "write for example Ctrl+K")
        QTest.keyClick(self._focused(), pressed.key(), pressed.keyboardModifiers())

    def type(self, step: Type) -> None:
        """Type where the focus is."""
        QTest.keyClicks(self._focused(), step.text)

    def menu_action(self, path: str) -> QAction:
        """The entry ``File/Export...`` of the menu bar."""
        entries: Sequence[QAction] = self._window.menuBar().actions()
        found: QAction | None = None
        for name in path.split("/"):
            found = next((each for each in entries if _plain(each.text()) == name.rstrip(".")), None)
            if found is None:
                raise UserError(f"menu {path}", f"there is no {name!r}", "name the entries as the menus show them")
            shown = found.menu()
            entries = shown.actions() if isinstance(shown, QMenu) else ()
        assert found is not None
        if not found.isEnabled():
            raise UserError(f"menu {path}", "it is not possible now", "make it possible first")
        return found

    def find(self, place: Place) -> tuple[QWidget, QPoint]:
        """The widget under the point that ``place`` names, and the point on it."""
        widget = self.named(place.name)
        box = widget.rect() if place.item is None else self._item_rect(widget, place)
        at = box.topLeft() + QPoint(*place.at) if place.at is not None else box.center()
        child = widget.childAt(at)
        return (widget, at) if child is None else (child, child.mapFrom(widget, at))

    def named(self, name: str) -> QWidget:
        """The widget in sight of that object name."""
        tops = [self._window, *(top for top in QApplication.topLevelWidgets() if top.isVisible())]
        for top in tops:
            if top.objectName() == name:
                return top
            for found in top.findChildren(QWidget, name):
                if found.isVisible():
                    return found
        raise UserError(
            f"widget {name}", "there is none in sight", "name a widget of the window as docs/script.md does"
        )

    def _item_rect(self, widget: QWidget, place: Place) -> QRect:
        rows = _rows(widget)
        if rows is not None and isinstance(place.item, int):
            index = rows.model().index(place.item, 0)
            if not index.isValid():
                raise UserError(f"{place.name} row {place.item}", "there is no such row", "count rows from 0")
            rows.scrollTo(index)
            box = rows.visualRect(index)
            return box.translated(rows.viewport().mapTo(widget, QPoint()))
        reveal, clip_rect = getattr(widget, "reveal", None), getattr(widget, "clip_rect", None)
        if reveal and clip_rect and isinstance(place.item, str):
            clip = self._clip_id(place.item)
            reveal(clip)
            rect: QRect = clip_rect(clip)
            if not rect.isEmpty():
                return rect.intersected(widget.rect())
        what = f"{place.name} item {place.item}"
        raise UserError(what, "there is no such item", "name a row, the id of a clip, or V1:0")

    def _offered(self, place: Place) -> QMimeData | None:
        """What a list would put into a drag of its row."""
        rows = _rows(self.named(place.name))
        if rows is None or not isinstance(place.item, int):
            return None
        index = rows.model().index(place.item, 0)
        return rows.model().mimeData([index]) if index.isValid() else None

    def _drop(self, data: QMimeData, widget: QWidget, at: QPoint, modifiers: Qt.KeyboardModifier) -> None:
        """As a drag from elsewhere ends: the first widget upwards that takes it gets it."""
        actions, button = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction, Qt.MouseButton.LeftButton
        target: QWidget | None = widget
        while target is not None:
            place = target.mapFromGlobal(widget.mapToGlobal(at))
            if target.acceptDrops():
                enter = QDragEnterEvent(place, actions, data, button, modifiers)
                QApplication.sendEvent(target, enter)
                if enter.isAccepted():
                    move = QDragMoveEvent(place, actions, data, button, modifiers)
                    QApplication.sendEvent(target, move)
                    QApplication.sendEvent(target, QDropEvent(QPointF(place), actions, data, button, modifiers))
                    return
            target = target.parentWidget()
        raise UserError(f"widget {widget.objectName()}", "it takes no such thing", "drop it elsewhere")

    def _focused(self) -> QWidget:
        return QApplication.focusWidget() or QApplication.activeWindow() or self._window


def modifiers_of(text: str) -> Qt.KeyboardModifier:
    """``Ctrl+Shift`` as Qt's flags.

    Raises:
        UserError: one of them does not exist.
    """
    result = Qt.KeyboardModifier.NoModifier
    for name in filter(None, text.split("+")):
        if name.lower() not in _MODIFIERS:
            raise UserError(f"modifier {name}", "there is none of that name", "use Shift, Ctrl, Alt or Meta")
        result |= _MODIFIERS[name.lower()]
    return result


def _rows(widget: QWidget) -> QAbstractItemView | None:
    """The list itself, or the one of a pane that is in sight."""
    if isinstance(widget, QAbstractItemView):
        return widget
    for found in widget.findChildren(QAbstractItemView):
        if found.isVisible() and found.objectName().startswith(widget.objectName()):
            return found
    return None


def _move_held(widget: QWidget, at: QPoint, button: Qt.MouseButton, modifiers: Qt.KeyboardModifier) -> None:
    """QTest.mouseMove forgets which button is held."""
    position = QPointF(at)
    place = QPointF(widget.mapToGlobal(at))
    event = QMouseEvent(QEvent.Type.MouseMove, position, place, Qt.MouseButton.NoButton, button, modifiers)
    QApplication.sendEvent(widget, event)


def _plain(text: str) -> str:
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&").rstrip(".")
