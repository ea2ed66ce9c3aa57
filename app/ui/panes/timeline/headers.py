"""The headers of the tracks: name, and the buttons that mute, single out, hide and lock them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from app.core.edit import subtitle
from app.core.edit.tracks import set_flags
from app.core.model.project import Project
from app.core.model.sequence import Track
from app.core.model.subtitle import SubtitleTrack
from app.ui.icons import tinted
from app.ui.panes.timeline.cue_lane import CueLane
from app.ui.panes.timeline.geometry import Lane, Layout
from app.ui.panes.timeline.proposals import Edit
from app.ui.panes.timeline.view import TimelineView
from app.ui.theme import GAP, ICON_SMALL, UNIT, font
from app.ui.widgets.basics import label

AnyTrack: TypeAlias = Track | SubtitleTrack
HEADER_WIDTH = 132
_BUTTON = 24

# Flag, what a button shows while it is off and on, and what it would do then.
_FLAGS = {
    "subtitle": (("hidden", "eye", "eye_off", "Hide", "Show"), ("locked", "unlock", "lock", "Lock", "Unlock")),
    "video": (("hidden", "eye", "eye_off", "Hide", "Show"), ("locked", "unlock", "lock", "Lock", "Unlock")),
    "audio": (
        ("muted", "M", "M", "Mute", "Unmute"),
        ("solo", "S", "S", "Solo", "End solo of"),
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
        on = bool(getattr(track, self.flag))
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

    def __init__(self, track: AnyTrack) -> None:
        super().__init__()
        self._track_id = track.id
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
        self._name.setText(shown)
        self._name.setToolTip("" if shown == track.name else track.name)
        for button in self._buttons:
            button.show_flag(track, view)

    def _room(self) -> int:
        """Pixels for the name."""
        return HEADER_WIDTH - 3 * UNIT - UNIT - len(self._buttons) * _BUTTON

    def _asker(self, button: FlagButton) -> Callable[[bool], None]:
        return lambda wanted: self.asked.emit(self._track_id, button.flag, wanted)


class TrackHeaders(QWidget):
    """The column of headers beside a :class:`TimelineView`, scrolled with it."""

    def __init__(self, view: TimelineView) -> None:
        super().__init__()
        self._view = view
        self._headers: dict[str, TrackHeader] = {}
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
        header.show()
        self._headers[lane.track.id] = header
        return header

    def _ask(self, track_id: str, flag: str, wanted: bool) -> None:
        """Set a flag as an edit; buttons show what the document says, whatever was clicked."""
        track = next(lane.track for lane in _lanes(self._view.document) if lane.track.id == track_id)
        words = next(each[3:] for each in _FLAGS[_kind(track)] if each[0] == flag)
        self._view.apply(f"{words[not wanted]} {track.name}", _flagging(self._view.sequence.id, track, flag, wanted))
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
