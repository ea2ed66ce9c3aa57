"""The markers on the ruler: where they lie, how they are drawn, and what a drag makes of them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import replace

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QPainter, QPolygon

from app.core.base.timecode import format_timecode
from app.core.edit.markers import change_marker
from app.core.model.marker import Marker
from app.core.model.project import Project
from app.ui.panes.timeline.colours import MARKER_PAINTS, faint
from app.ui.panes.timeline.drags import snap_frames
from app.ui.panes.timeline.gestures import Pointer
from app.ui.panes.timeline.snapping import SnapPoints
from app.ui.panes.timeline.view import TimelineView

MARKER_ROW = 12
_HALF = 4
_THRESHOLD = 4


class MarkerRow:
    """The markers of the sequence that ``view`` shows. Points are those of the ruler."""

    def __init__(self, view: TimelineView) -> None:
        self._view = view
        self._known: tuple[Marker, ...] = ()
        self._starts: list[int] = []
        self._ranges: list[Marker] = []
        self._dragged: Marker | None = None
        self._grabbed: Marker | None = None
        self._from = QPoint()
        self._moved = False

    def at(self, point: QPoint) -> Marker | None:
        """The marker under a point: of several the one that begins last."""
        if not 0 <= point.y() < MARKER_ROW:
            return None
        picture = self._view.picture
        flags = [each for each in self._visible(point.x() - _HALF, point.x() + _HALF) if self._flag(each, point)]
        if flags:
            return flags[-1]
        frame = picture.frame_at(point.x()) * picture.frame
        return next((each for each in reversed(self._ranges) if each.start <= frame < each.end), None)

    def words(self, marker: Marker) -> str:
        """What a tooltip says of a marker."""
        picture = self._view.picture
        begin = format_timecode(marker.start // picture.frame, picture.layout.rate)
        return "\n".join(each for each in (marker.name or "Marker", begin, marker.note) if each)

    def paint(self, painter: QPainter, part: QRect) -> None:
        """Ranges as bars, and a flag at the start of each."""
        self._look()
        picture = self._view.picture
        moved = self._dragged
        hidden = None if moved is None else moved.id
        shown = [each for each in self._ranges if each.id != hidden and self._shows(each, part)]
        painter.setPen(Qt.PenStyle.NoPen)
        for marker in [*shown, *([moved] if moved is not None and moved.duration else [])]:
            colour = MARKER_PAINTS[marker.color]
            left, right = self._x(marker.start), self._x(marker.end)
            painter.fillRect(left, 1, right - left, MARKER_ROW - 2, faint(colour.name(), 0.45))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        flags = [each for each in self._visible(part.left() - _HALF, part.right() + _HALF) if each.id != hidden]
        for marker in [*flags, *([] if moved is None else [moved])]:
            painter.setBrush(MARKER_PAINTS[marker.color])
            painter.drawPolygon(_flag(picture.x_of(marker.start // picture.frame)))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)

    # Dragging.

    def press(self, marker: Marker, point: QPoint) -> None:
        """Take a marker."""
        self._grabbed, self._from, self._moved = marker, point, False

    @property
    def holds(self) -> bool:
        """Whether a marker is taken."""
        return self._grabbed is not None

    def move(self, pointer: Pointer) -> None:
        """Show where the marker would be, once the pointer has gone far enough."""
        grabbed, view = self._grabbed, self._view
        if grabbed is None:
            return
        by = pointer.at.x() - self._from.x()
        self._moved = self._moved or abs(by) >= _THRESHOLD
        if not self._moved:
            return
        frame, scale = view.picture.frame, view.picture.scale
        here = grabbed.start // frame
        own = {grabbed.start // frame, grabbed.end // frame}
        others = [each for each in snap_frames(view) if each not in own]
        points = SnapPoints([lane.clips for lane in view.document.lanes], (), others)
        found = points.nearest(scale, (here,), by) if view.state.snapping else None
        to = max(0, here + (scale.nearest_frame(by) if found is None else found[0]))
        view.set_snap(to if found is not None else None)
        self._dragged = replace(grabbed, start=to * frame)

    def release(self) -> int | None:
        """Move the marker; of one that was only clicked, its frame."""
        grabbed, dragged, moved = self._grabbed, self._dragged, self._moved
        self.cancel()
        if grabbed is None:
            return None
        if not moved:
            return grabbed.start // self._view.picture.frame
        if dragged is not None and dragged.start != grabbed.start:
            sequence, start = self._view.sequence.id, dragged.start

            def edit(project: Project) -> Project:
                return change_marker(project, sequence, dragged.id, start=start)

            self._view.apply("Move marker", edit)
        return None

    def cancel(self) -> bool:
        """Leave the marker where it is; whether one was taken."""
        taken = self._grabbed is not None
        self._grabbed = self._dragged = None
        if taken:
            self._view.set_snap(None)
        return taken

    # Where they are.

    def _look(self) -> None:
        markers = self._view.sequence.markers
        if markers is not self._known:
            self._known = markers
            self._starts = [each.start for each in markers]
            self._ranges = [each for each in markers if each.duration]

    def _visible(self, left: int, right: int) -> tuple[Marker, ...]:
        """The markers that begin between two columns."""
        self._look()
        picture = self._view.picture
        first = bisect_left(self._starts, picture.frame_at(left) * picture.frame)
        last = bisect_right(self._starts, (picture.frame_at(right) + 1) * picture.frame)
        return self._known[first:last]

    def _shows(self, marker: Marker, part: QRect) -> bool:
        return self._x(marker.end) >= part.left() and self._x(marker.start) <= part.right()

    def _x(self, at: int) -> int:
        return self._view.picture.x_of(at // self._view.picture.frame)

    def _flag(self, marker: Marker, point: QPoint) -> bool:
        return abs(self._x(marker.start) - point.x()) <= _HALF


def _flag(x: int) -> QPolygon:
    """A small flag whose tip is at ``x``."""
    points = ((-_HALF, 1), (_HALF, 1), (_HALF, MARKER_ROW - 5), (0, MARKER_ROW - 1), (-_HALF, MARKER_ROW - 5))
    return QPolygon([QPoint(x + dx, y) for dx, y in points])
