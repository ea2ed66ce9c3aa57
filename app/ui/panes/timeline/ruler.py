"""The ruler above the lanes: timecode, marks, and the head of the playhead, which can be dragged."""

from __future__ import annotations

from fractions import Fraction

from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPolygon,
    QWheelEvent,
)
from PySide6.QtWidgets import QMenu, QToolTip, QWidget

from app.core.base.timecode import format_timecode, nominal_rate
from app.core.edit.markers import remove_markers
from app.core.model.marker import Marker
from app.ui.panes.timeline.colours import Colours
from app.ui.panes.timeline.geometry import Scale
from app.ui.panes.timeline.gestures import Pointer
from app.ui.panes.timeline.marker_editor import MarkerEditor
from app.ui.panes.timeline.marker_row import MarkerRow
from app.ui.panes.timeline.overlays import PLAYHEAD
from app.ui.panes.timeline.snapping import SnapPoints
from app.ui.panes.timeline.view import TimelineView
from app.ui.theme import font

RULER_HEIGHT = 36
_LABEL_ROOM = 96
_TICK_ROOM = 9
_HEAD = 6
_SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 18_000, 36_000)


class Ruler(QWidget):
    """Belongs above a :class:`TimelineView` and shows its frames, and whether keys go there.

    Pressing and dragging moves the playhead, or the marker that is pressed; a double click on one
    lets the person write on it.
    """

    def __init__(self, view: TimelineView) -> None:
        super().__init__()
        self._view = view
        self._playhead = view.state.playhead
        self._scrubbing = False
        self.markers = MarkerRow(view)
        view.other_gesture = self._cancel
        self.setFixedHeight(RULER_HEIGHT)
        self.setObjectName("timelineRuler")
        self.setAccessibleName("Timeline ruler")
        self.setCursor(Qt.CursorShape.ArrowCursor)
        view.scrolled.connect(self.update)
        view.laid_out.connect(self.update)
        view.focus_changed.connect(self.update)
        view.state.playhead_changed.connect(self._on_playhead)
        view.state.marks_changed.connect(self._on_marks)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take a marker, or begin to scrub."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        marker = self.markers.at(_point(event))
        if marker is not None:
            self._view.setFocus()
            self.markers.press(marker, _point(event))
            return
        self._scrubbing = True
        self._view.follows_playhead = False
        self._scrub(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the marker, or scrub; with Shift the playhead sticks to edges of clips."""
        if self.markers.holds:
            self.markers.move(Pointer(_point(event), event.modifiers()))
            self.update()
        elif self._scrubbing:
            self._scrub(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The marker or the playhead is where it is wanted; a click on a marker goes there."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if self.markers.holds:
            frame = self.markers.release()
            if frame is not None:
                self._view.state.set_playhead(frame)
        self._scrubbing = False
        self._view.follows_playhead = True
        self._view.set_snap(None)
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Write on a marker."""
        marker = self.markers.at(_point(event))
        if marker is not None and event.button() == Qt.MouseButton.LeftButton:
            self.edit_marker(marker)
        else:
            self.mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Write on a marker, or take it away."""
        marker = self.markers.at(event.pos())
        if marker is None:
            return
        view, sequence = self._view, self._view.sequence.id
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Edit Marker...", lambda: self.edit_marker(marker))
        menu.addAction(
            "Remove Marker",
            lambda: view.apply("Remove marker", lambda project: remove_markers(project, sequence, {marker.id})),
        )
        menu.popup(event.globalPos())

    def edit_marker(self, marker: Marker) -> None:
        """Open the card of a marker below it."""
        picture = self._view.picture
        x = min(max(0, picture.x_of(marker.start // picture.frame)), self.width())
        MarkerEditor(self, self._view, marker).open_at(self.mapToGlobal(QPoint(x, self.height())))

    def event(self, event: QEvent) -> bool:
        """What is written on the marker under the pointer."""
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            marker = self.markers.at(event.pos())
            if marker is None:
                QToolTip.hideText()
            else:
                QToolTip.showText(event.globalPos(), self.markers.words(marker), self)
            return True
        return super().event(event)

    def _cancel(self) -> bool:
        """Esc: the marker stays where it was."""
        self.update()
        return self.markers.cancel()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """As over the clips."""
        self._view.wheelEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what is exposed."""
        painter = QPainter(self)
        colours, picture = self._view.colours, self._view.picture
        painter.fillRect(event.rect(), colours.ruler)
        marked = picture.marked
        painter.fillRect(marked.left(), self.height() - 4, marked.width(), 3, colours.accent)
        below = colours.accent if self._view.hasFocus() else colours.line
        painter.fillRect(0, self.height() - 1, self.width(), 1, below)
        self._ticks(painter, event.rect(), colours)
        self.markers.paint(painter, event.rect())
        x = picture.x_of(picture.playhead)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.playhead)
        painter.drawPolygon(_head(x, self.height()))
        painter.end()

    def _ticks(self, painter: QPainter, part: QRect, colours: Colours) -> None:
        picture = self._view.picture
        rate = picture.layout.rate
        label, tick = steps(picture.scale, rate)
        first, last = picture.frame_at(part.left() - _LABEL_ROOM), picture.frame_at(part.right())
        painter.setFont(font(small=True, tabular=True))
        painter.setPen(colours.muted_text)
        base = self.height() - 1
        for frame in range(first // label * label, last + 1, tick):
            x = picture.x_of(frame)
            if frame % label:
                painter.fillRect(x, base - 5, 1, 5, colours.tick)
            else:
                painter.fillRect(x, base - 10, 1, 10, colours.tick)
                painter.drawText(QPoint(x + 5, base - 9), format_timecode(frame, rate))

    def _scrub(self, event: QMouseEvent) -> None:
        view, picture = self._view, self._view.picture
        frame = picture.frame_at(int(event.position().x() // 1))
        snapped = None
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            points = SnapPoints((lane.clips for lane in picture.layout.lanes), (), ())
            snapped = points.nearest(picture.scale, (frame,), 0)
        view.set_snap(None if snapped is None else snapped[1])
        view.state.set_playhead(frame if snapped is None else snapped[1])

    def _on_marks(self, *_marks: object) -> None:
        self.update()

    def _on_playhead(self, frame: int) -> None:
        for each in (self._playhead, frame):
            x = self._view.picture.x_of(each)
            self.update(x - _HEAD - 1, 0, 2 * _HEAD + 3, self.height())
        self._playhead = frame


def _point(event: QMouseEvent) -> QPoint:
    return QPoint(int(event.position().x() // 1), int(event.position().y() // 1))


def steps(scale: Scale, rate: Fraction) -> tuple[int, int]:
    """Frames from one label to the next, and from one tick to the next.

    Labels stand on numbers that people count in: frames, seconds, minutes, hours.
    """
    second = nominal_rate(rate)
    inside = [frames for frames in (1, 2, 5, 10, second // 2) if frames == 1 or second % frames == 0]
    choices = sorted({frames for frames in inside if frames < second} | {each * second for each in _SECONDS})
    label = next((each for each in choices if scale.x_of(each) >= _LABEL_ROOM), choices[-1])
    while scale.x_of(label) < _LABEL_ROOM:
        label *= 2
    parts = max(each for each in (1, 2, 4, 5, 10) if label % each == 0 and scale.x_of(label) >= each * _TICK_ROOM)
    return label, label // parts


def _head(x: int, height: int) -> QPolygon:
    """A small shield whose tip meets the playhead's line, which is centred on ``x``."""
    top, tip = height - 2 * _HEAD - 3, height
    left = ((-PLAYHEAD // 2, tip), (-_HEAD, tip - _HEAD), (-_HEAD, top))
    right = ((_HEAD, top), (_HEAD, tip - _HEAD), (PLAYHEAD // 2, tip))
    return QPolygon([QPoint(x + dx, y) for dx, y in left + right])
