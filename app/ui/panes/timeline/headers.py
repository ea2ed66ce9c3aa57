"""The headers of the tracks: name, and the buttons that mute, single out, hide and lock them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QToolButton, QWidget

from app.core.edit import subtitle
from app.core.edit.tracks import rename_track, set_flags
from app.core.model.project import Project
from app.core.model.sequence import Track
from app.core.model.subtitle import SubtitleTrack
from app.ui.icons import tinted
from app.ui.panes.timeline.cue_lane import CueLane
from app.ui.panes.timeline.geometry import Lane, Layout
from app.ui.panes.timeline.proposals import Edit
from app.ui.panes.timeline.track_menu import track_menu
from app.ui.panes.timeline.view import TimelineView
from app.ui.theme import GAP, ICON_SMALL, ROW_HEIGHT, UNIT, font
from app.ui.widgets.basics import label

AnyTrack: TypeAlias = Track | SubtitleTrack
HEADER_WIDTH = 164
_BUTTON = 24
_EDGE = 5

# A button is lit where a track differs from the usual: where it does not ripple along.
_SYNC = ("sync_lock", "sync", "sync_off", "Switch off the sync lock of", "Switch on the sync lock of")
_USUALLY_ON = "sync_lock"
# Flag, what a button shows while it is off and on, and what it would do then.
_FLAGS = {
    "subtitle": (("hidden", "eye", "eye_off", "Hide", "Show"), ("locked", "unlock", "lock", "Lock", "Unlock")),
    "video": (
        ("hidden", "eye", "eye_off", "Hide", "Show"),
        _SYNC,
        ("locked", "unlock", "lock", "Lock", "Unlock"),
    ),
    "audio": (
        ("muted", "M", "M", "Mute", "Unmute"),
        ("solo", "S", "S", "Solo", "End solo of"),
        _SYNC,
        ("locked", "unlock", "lock", "Lock", "Unlock"),
    ),
}


class FlagButton(QToolButton):
    """Shows one flag of a track and asks for the other value."""

    def __init__(self, flag: str, off: str, on: str, words: tuple[str, str]) -> None:
        super().__init__()
        self.flag = flag
        self._shows = (off, on)
        self._words = words
        self.setCheckable(True)
        self.setAutoRaise(True)
        self.setFixedSize(QSize(_BUTTON, _BUTTON))
        self.setIconSize(QSize(ICON_SMALL, ICON_SMALL))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFont(font(small=True, strong=True))

    def show_flag(self, track: AnyTrack, view: TimelineView) -> None:
        """Look like the flag of ``track``."""
        on = bool(getattr(track, self.flag)) != (self.flag == _USUALLY_ON)
        theme = view.colours.theme
        shown = self._shows[on]
        if len(shown) == 1:
            self.setText(shown)
        else:
            self.setIcon(tinted(shown, theme.selection_text if on else theme.muted_text))
        self.setChecked(on)
        self.setObjectName(f"{track.name}.{self.flag}")
        self.setAccessibleName(f"{self._words[on]} {track.name}")
        self.setToolTip(f"{self._words[on]} {track.name}")


class TrackHeader(QWidget):
    """One track's name and buttons."""

    asked = Signal(str, str, bool)
    renamed = Signal(str, str)
    height_asked = Signal(str, int)

    def __init__(self, track: AnyTrack) -> None:
        super().__init__()
        self._track_id = track.id
        self._above = not isinstance(track, SubtitleTrack) and track.kind == "video"
        self._movable = not isinstance(track, SubtitleTrack)
        self._whole_name = track.name
        self._editor: QLineEdit | None = None
        self._held: int | None = None
        self.setMouseTracking(True)
        self._name = label(strong=True)
        self._name.setMinimumWidth(0)
        row = QHBoxLayout(self)
        row.setContentsMargins(GAP + UNIT, 0, UNIT, 0)
        row.setSpacing(0)
        row.addWidget(self._name, 1)
        self._buttons = [FlagButton(flag, off, on, (do, undo)) for flag, off, on, do, undo in _FLAGS[_kind(track)]]
        for button in self._buttons:
            button.clicked.connect(self._asker(button))
            row.addWidget(button)

    def show_track(self, track: AnyTrack, view: TimelineView) -> None:
        """Look like ``track``."""
        self.setObjectName(f"{track.name}.header")
        shown = self._name.fontMetrics().elidedText(track.name, Qt.TextElideMode.ElideRight, self._room())
        self._whole_name = track.name
        self._name.setText(shown)
        self._name.setToolTip("" if shown == track.name else track.name)
        for button in self._buttons:
            button.show_flag(track, view)

    def edit_name(self) -> None:
        """Let the person type another name: Enter takes it, Esc does not."""
        if self._editor is None:
            self._editor = QLineEdit(self._whole_name, self)
            self._editor.setObjectName("trackName")
            self._editor.setAccessibleName("Name of the track")
            self._editor.setGeometry(UNIT, (self.height() - ROW_HEIGHT) // 2, HEADER_WIDTH - 3 * UNIT, ROW_HEIGHT)
            self._editor.editingFinished.connect(self._take_name)
            self._editor.installEventFilter(self)
            self._editor.show()
        self._editor.selectAll()
        self._editor.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Esc leaves the name as it was."""
        if watched is self._editor and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if event.type() is QEvent.Type.KeyPress:
                self._close_editor()
            event.accept()
            return True
        return False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Another name."""
        if self._movable and event.button() == Qt.MouseButton.LeftButton and not self._at_edge(event):
            self.edit_name()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the edge away from the border of picture and sound."""
        if event.button() == Qt.MouseButton.LeftButton and self._at_edge(event):
            self._held = event.globalPosition().toPoint().y()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow with the edge, or show that it can be taken."""
        if self._held is None:
            at_edge = self._at_edge(event)
            self.setCursor(Qt.CursorShape.SizeVerCursor if at_edge else Qt.CursorShape.ArrowCursor)
            return
        y = event.globalPosition().toPoint().y()
        self.height_asked.emit(self._track_id, self._held - y if self._above else y - self._held)
        self._held = y

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """The lanes are as high as is wanted."""
        self._held = None

    def _at_edge(self, event: QMouseEvent) -> bool:
        y = event.position().toPoint().y()
        return self._movable and (y < _EDGE if self._above else y >= self.height() - _EDGE)

    def _take_name(self) -> None:
        if self._editor is not None:
            name = self._editor.text()
            self._close_editor()
            if name != self._whole_name:
                self.renamed.emit(self._track_id, name)

    def _close_editor(self) -> None:
        editor, self._editor = self._editor, None
        if editor is not None:
            editor.hide()
            editor.deleteLater()

    def _room(self) -> int:
        """Pixels for the name."""
        return HEADER_WIDTH - 3 * UNIT - UNIT - len(self._buttons) * _BUTTON

    def _asker(self, button: FlagButton) -> Callable[[bool], None]:
        return lambda lit: self.asked.emit(self._track_id, button.flag, lit != (button.flag == _USUALLY_ON))


class TrackHeaders(QWidget):
    """The column of headers beside a :class:`TimelineView`, scrolled with it."""

    def __init__(self, view: TimelineView) -> None:
        super().__init__()
        self._view = view
        self._headers: dict[str, TrackHeader] = {}
        self._rest = 0
        self._column = QWidget(self)
        self.setFixedWidth(HEADER_WIDTH)
        self.setObjectName("trackHeaders")
        self.setAccessibleName("Track headers")
        view.scrolled.connect(self._place)
        view.laid_out.connect(self.lay_out)
        self.lay_out()

    def lay_out(self) -> None:
        """Show the tracks there are, each beside its lane."""
        lanes = _lanes(self._view.picture.layout)
        gone = self._headers.keys() - {lane.track.id for lane in lanes}
        for track_id in gone:
            self._headers.pop(track_id).deleteLater()
        for lane in lanes:
            header = self._headers.get(lane.track.id) or self._make(lane)
            header.setGeometry(0, lane.top, HEADER_WIDTH, lane.height)
            header.show_track(lane.track, self._view)
        self._place()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The lanes of the headers, as beside them."""
        painter = QPainter(self)
        picture, colours = self._view.picture, self._view.colours
        painter.fillRect(event.rect(), colours.background)
        for lane in _lanes(picture.layout):
            painter.fillRect(0, lane.top - picture.top, self.width() - 1, lane.height - 1, colours.header)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The column is as high as the lanes."""
        super().resizeEvent(event)
        self._place()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """As over the clips."""
        self._view.wheelEvent(event)

    def _place(self) -> None:
        picture = self._view.picture
        box = QRect(0, -picture.top, HEADER_WIDTH, picture.layout.height)
        if box != self._column.geometry():
            self._column.setGeometry(box)
            self.update()

    def _make(self, lane: Lane | CueLane) -> TrackHeader:
        header = TrackHeader(lane.track)
        header.setParent(self._column)
        header.asked.connect(self._ask)
        header.renamed.connect(self._rename)
        header.height_asked.connect(self._set_height)
        header.show()
        self._headers[lane.track.id] = header
        return header

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with the track under the pointer."""
        top = self._view.picture.top
        lane = self._view.document.lane_at(event.pos().y() + top)
        if lane is not None:
            menu = track_menu(self, self._view, lane, lambda: self._headers[lane.track.id].edit_name())
            menu.popup(event.globalPos())

    def _rename(self, track_id: str, name: str) -> None:
        sequence = self._view.sequence.id
        self._view.apply("Rename track", lambda project: rename_track(project, sequence, track_id, name))
        self.lay_out()

    def _set_height(self, track_id: str, by: int) -> None:
        """Lanes of a kind are equally high: the edge of one further out needs less for each."""
        lane = self._view.document.lane_of(track_id)
        if lane is not None and by:
            self._rest += by
            each = int(self._rest / (lane.number + 1))
            self._rest -= each * (lane.number + 1)
            self._view.set_heights(self._view.heights.changed(lane.track.kind, each))

    def _ask(self, track_id: str, flag: str, wanted: bool) -> None:
        """Set a flag as an edit; buttons show what the document says, whatever was clicked."""
        track = next(lane.track for lane in _lanes(self._view.document) if lane.track.id == track_id)
        words = next(each[3:] for each in _FLAGS[_kind(track)] if each[0] == flag)
        self._view.apply(
            f"{words[wanted == (flag == _USUALLY_ON)]} {track.name}",
            _flagging(self._view.sequence.id, track, flag, wanted),
        )
        self.lay_out()


def _lanes(layout: Layout) -> tuple[Lane | CueLane, ...]:
    """All rows from top to bottom, subtitles first."""
    return layout.lanes if layout.cues is None else (layout.cues, *layout.lanes)


def _kind(track: AnyTrack) -> str:
    return "subtitle" if isinstance(track, SubtitleTrack) else track.kind


def _flagging(sequence_id: str, track: AnyTrack, flag: str, wanted: bool) -> Edit:
    switch = subtitle.set_flags if isinstance(track, SubtitleTrack) else set_flags

    def edit(project: Project) -> Project:
        return switch(project, sequence_id, track.id, **{flag: wanted})

    return edit
