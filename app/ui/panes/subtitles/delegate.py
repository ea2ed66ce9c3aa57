"""Turns cells into fields and back: which key takes over, gives up, parts or goes on."""

from __future__ import annotations

from typing import TypeAlias, cast

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QApplication, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.ui.panes.subtitles.editors import CueTextEdit, SpeakerEdit, TimesEdit
from app.ui.panes.subtitles.model import SPEAKER, TIME, CuesModel
from app.ui.panes.subtitles.row import CuePainter
from app.ui.panes.subtitles.times import written
from app.ui.theme import Appearance
from app.ui.widgets.cards import Look

Index = QModelIndex | QPersistentModelIndex
Editor: TypeAlias = CueTextEdit | TimesEdit | SpeakerEdit
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_SHIFT, _CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
_LEAST_TEXT = 200
_HINTS = QStyledItemDelegate.EndEditHint


class CueDelegate(QStyledItemDelegate):
    """Paints rows, and makes the fields in them.

    ``entered`` brings a field whose contents are to be taken; whoever listens calls :meth:`refuse` where
    they cannot be. ``split_asked`` brings a text field with the cursor where the cue is to be parted.
    ``step_asked`` says that the text of the next (1) or previous (-1) cue is wanted.
    """

    entered = Signal(object)
    split_asked = Signal(object)
    step_asked = Signal(int)

    def __init__(self, view: QAbstractItemView, model: CuesModel, appearance: Appearance) -> None:
        super().__init__(view)
        self._view = view
        self._model = model
        self._appearance = appearance
        self.painter = CuePainter(model)
        self.first_column = 0
        self._refused = False
        self.editor: Editor | None = None

    def refuse(self) -> None:
        """What was entered last cannot be taken."""
        self._refused = True
        if isinstance(self.editor, TimesEdit):
            self.editor.mark(wrong=True)

    def close(self) -> None:
        """End editing; what was typed is dropped."""
        if self.editor is not None:
            self._end(self.editor)

    def finish(self) -> None:
        """End editing; what was typed is taken."""
        if self.editor is not None:
            self.commitData.emit(self.editor)
            self.close()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look = Look.of(self._appearance.theme, option)
        cue = self._model.cues[index.row()]
        self.painter.paint(painter, look, index.column(), cue, first=index.column() == self.first_column)

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: Index) -> QWidget:
        cue, rate = self._model.cues[index.row()], self._model.rate
        made: Editor
        if index.column() == TIME:
            made = TimesEdit(parent, cue, written(cue.start, rate), written(cue.end, rate))
            for field in made.fields:
                field.installEventFilter(self)
        elif index.column() == SPEAKER:
            made = SpeakerEdit(parent, cue)
        else:
            made = CueTextEdit(parent, cue)
            made.textChanged.connect(lambda: self._fit(made))
        self.editor = made
        return made

    def destroyEditor(self, editor: QWidget, index: Index) -> None:
        if self.editor is editor:
            self.editor = None
        super().destroyEditor(editor, index)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Fields are filled once: an edit of others must not take away what is being typed."""

    def setModelData(self, editor: QWidget, _model: QAbstractItemModel, _index: Index) -> None:
        self.entered.emit(editor)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, _index: Index) -> None:
        cell: QRect = option.rect
        width, height = cell.width(), cell.height()
        if isinstance(editor, CueTextEdit):  # in a narrow pane it lies over the times as well
            width = max(width, min(_LEAST_TEXT, self._view.viewport().width()))
            height = max(height, editor.wanted_height(width))
        room = self._view.viewport().height()
        top = max(0, min(cell.top(), room - height))
        editor.setGeometry(cell.right() + 1 - width, top, width, min(height, room))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        editor = self.editor
        if editor is None:
            return False  # closed a moment ago; its last events are nobody's
        if event.type() is QEvent.Type.KeyPress and self._takes(editor, cast(QKeyEvent, event)):
            return True
        if watched is not editor:
            return event.type() is QEvent.Type.FocusOut and self._left(editor)
        if event.type() is QEvent.Type.KeyPress:
            return False
        return super().eventFilter(watched, event)

    def _takes(self, editor: Editor, event: QKeyEvent) -> bool:
        """Do what a key means in a field; whether it means anything but text."""
        key, held = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key == Qt.Key.Key_Escape:
            self._end(editor, _HINTS.RevertModelCache)
        elif key in _ENTER and held == _SHIFT | _CONTROL and isinstance(editor, CueTextEdit):
            self.split_asked.emit(editor)
        elif key in _ENTER and held == _SHIFT and isinstance(editor, CueTextEdit):
            editor.insertPlainText("\n")
        elif key in _ENTER:
            self._commit(editor)
        elif key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            self._tab(editor, -1 if key == Qt.Key.Key_Backtab else 1)
        else:
            return False
        return True

    def _tab(self, editor: Editor, step: int) -> None:
        if isinstance(editor, TimesEdit):
            editor.go_on()
        elif self._commit(editor) and isinstance(editor, CueTextEdit):
            self.step_asked.emit(step)

    def _commit(self, editor: Editor) -> bool:
        """Take what was typed, and close the field unless it is refused."""
        self._refused = False
        self.commitData.emit(editor)
        if not self._refused:
            self._end(editor)
        return not self._refused

    def _left(self, editor: Editor) -> bool:
        """The focus has left one of two fields; into the other, or for good?"""
        now = QApplication.focusWidget()
        if now is None or not (now is editor or editor.isAncestorOf(now)):
            self.commitData.emit(editor)
            self._end(editor, focus=False)
        return False

    def _end(
        self, editor: Editor, hint: QStyledItemDelegate.EndEditHint = _HINTS.NoHint, *, focus: bool = True
    ) -> None:
        self.editor = None
        self.closeEditor.emit(editor, hint)
        if focus:
            self._view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fit(self, editor: CueTextEdit) -> None:
        """Let a field grow with its text."""
        height = editor.wanted_height(editor.width())
        room = self._view.viewport().height()
        if height > editor.height():
            editor.setGeometry(editor.x(), max(0, min(editor.y(), room - height)), editor.width(), min(height, room))
