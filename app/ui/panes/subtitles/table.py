"""The table of cues: what the mouse and the keys do in it, and which columns there is room for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QKeySequence, QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QStyledItemDelegate, QTableView, QWidget

from app.ui.panes.subtitles.delegate import CueDelegate
from app.ui.panes.subtitles.model import NUMBER, SPEAKER, SPEED, TEXT, TIME, TITLES, CuesModel
from app.ui.panes.subtitles.row import row_height
from app.ui.shortcuts import LEAVES_SIDEWAYS
from app.ui.theme import GAP, UNIT, Appearance, font
from app.ui.view_state import ViewState

_WALKING = (
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
)
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
# From these widths on there is room for the speed, and for speakers beside the text.
_SPEED_FROM, _SPEAKER_FROM = 340, 460
_SPEAKER_WIDTH = 88
# Narrow text breaks more often.
_NARROW_TEXT = 260
_SCROLLED_MILLISECONDS = 4000


class CuesTable(QTableView):
    """``gone_to`` brings the row that a click or a key chose, ``edit_ended`` the id of the cue whose
    field was closed, whoever closed it. GUI thread only.

    The rows that are selected are the subtitles selected in ``view``, and the other way round.
    """

    gone_to = Signal(int)
    edit_ended = Signal(str)

    def __init__(self, model: CuesModel, view: ViewState, appearance: Appearance) -> None:
        super().__init__()
        self._cues = model
        self._state = view
        self._sharing = False
        self._rested = QTimer(self)
        self._rested.setSingleShot(True)
        self._rested.setInterval(_SCROLLED_MILLISECONDS)
        self.setModel(model)
        self.delegate = CueDelegate(self, model, appearance)
        self.setItemDelegate(self.delegate)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setProperty(LEAVES_SIDEWAYS, True)
        rows, titles = self.verticalHeader(), self.horizontalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(row_height(1))
        titles.hide()
        titles.setMinimumSectionSize(16)
        titles.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalScrollBar().sliderPressed.connect(self._rested.start)
        self.verticalScrollBar().sliderMoved.connect(lambda _value: self._rested.start())
        self.selectionModel().selectionChanged.connect(self._on_selection)
        view.cues_changed.connect(self._on_cues)
        model.modelReset.connect(self._on_reset)
        self.fit_columns()

    @property
    def editing(self) -> bool:
        """Whether something is being typed in a row."""
        return self.delegate.editor is not None

    @property
    def just_scrolled(self) -> bool:
        """Whether the person has looked elsewhere a moment ago."""
        return self._rested.isActive()

    def rest(self) -> None:
        """Forget that the person has scrolled."""
        self._rested.stop()

    def selected_rows(self) -> list[int]:
        """In order."""
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    def edit_row(self, row: int, column: int = TEXT) -> None:
        """Begin typing in a row."""
        index = self._cues.index(row, column)
        self.setCurrentIndex(index)
        self.scrollTo(index)
        self.edit(index)

    def fit_columns(self) -> None:
        """Show the columns that there is room for; the text has what is left."""
        width, cues = self.viewport().width(), self._cues
        metrics = QFontMetrics(font(small=True, tabular=True))
        digits = max(2, len(str(len(cues.index_of_cues))))
        widths = {
            NUMBER: metrics.horizontalAdvance("0" * digits) + GAP + UNIT,
            TIME: metrics.horizontalAdvance("00:00:00:00") + GAP + 2 * UNIT,
            SPEED: metrics.horizontalAdvance("00.0 s") + GAP + 2 * UNIT,
            SPEAKER: _SPEAKER_WIDTH,
        }
        apart = cues.has_speakers() and width >= _SPEAKER_FROM
        self.delegate.painter.speakers_apart = apart
        self.setColumnHidden(SPEED, width < _SPEED_FROM)
        self.setColumnHidden(SPEAKER, not apart)
        left = width - sum(each for column, each in widths.items() if not self.isColumnHidden(column))
        for column in range(len(TITLES)):
            self.setColumnWidth(column, widths.get(column, max(left, 60)))
        lines = 3 if left < _NARROW_TEXT or (cues.has_speakers() and not apart) else 2
        if self.verticalHeader().defaultSectionSize() != row_height(lines):
            self.verticalHeader().setDefaultSectionSize(row_height(lines))

    # What is selected -------------------------------------------------------------------------

    def hold_selection(self) -> None:
        """Rows come and go: what is selected is not asked until :meth:`take_selection`."""
        self._sharing = True

    def take_selection(self) -> None:
        """Select the rows of the subtitles that are selected."""
        self._sharing = False
        self._on_cues(self._state.cues)

    def _on_selection(self, *_change: object) -> None:
        if self._sharing:
            return
        self._sharing = True
        self._state.select_cues(self._cues.cues[row].id for row in self.selected_rows())
        self._sharing = False

    def _on_cues(self, cue_ids: Collection[str]) -> None:
        """Others have selected subtitles."""
        if self._sharing:
            return
        rows = sorted(row for row in map(self._cues.row_of, cue_ids) if row is not None)
        if rows == self.selected_rows():
            return
        self._sharing = True
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().select(self._ranges(rows), flags.ClearAndSelect | flags.Rows)
        if rows and self.currentIndex().row() not in rows:
            self.selectionModel().setCurrentIndex(self._cues.index(rows[0], TEXT), flags.NoUpdate)
            self.scrollTo(self._cues.index(rows[0], TEXT))
        self._sharing = False

    def _ranges(self, rows: Sequence[int]) -> QItemSelection:
        found = QItemSelection()
        for first, last in _runs(rows):
            found.select(self._cues.index(first, 0), self._cues.index(last, TEXT))
        return found

    def _on_reset(self) -> None:
        self.fit_columns()
        self.take_selection()

    # What Qt tells ----------------------------------------------------------------------------

    def closeEditor(self, editor: QWidget, hint: QStyledItemDelegate.EndEditHint) -> None:
        cue_id = getattr(editor, "cue_id", "")
        super().closeEditor(editor, hint)
        self.edit_ended.emit(cue_id)

    def event(self, event: QEvent) -> bool:
        # Ctrl+A means the rows here, not the clips of the timeline.
        if (
            isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.ShortcutOverride
            and event.matches(QKeySequence.StandardKey.SelectAll)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row, column = self.currentIndex().row(), self.currentIndex().column()
        if event.key() in (*_ENTER, Qt.Key.Key_F2) and row >= 0:
            times = event.key() == Qt.Key.Key_F2 and column == TIME
            self.edit_row(row, TIME if times else TEXT)
            event.accept()
            return
        super().keyPressEvent(event)
        now = self.currentIndex().row()
        if event.key() in _WALKING and now >= 0 and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.gone_to.emit(now)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if event.button() == Qt.MouseButton.LeftButton and plain and index.isValid() and not self.editing:
            self.gone_to.emit(index.row())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid():
            column = index.column() if index.column() in (TIME, SPEAKER) else TEXT
            self.edit_row(index.row(), column)
            return
        super().mouseDoubleClickEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._rested.start()
        super().wheelEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit_columns()


def _runs(rows: Iterable[int]) -> list[tuple[int, int]]:
    """Neighbouring rows together."""
    found: list[tuple[int, int]] = []
    for row in rows:
        if found and row == found[-1][1] + 1:
            found[-1] = (found[-1][0], row)
        else:
            found.append((row, row))
    return found
