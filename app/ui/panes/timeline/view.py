"""The timeline as it is used: mouse, wheel, keys, drops. Where things are is public, for tests and scripts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QMenu

from app.core.base.errors import UserError
from app.core.session.session import Session
from app.ui.drag import from_mime
from app.ui.panes.timeline.canvas import TimelineCanvas
from app.ui.panes.timeline.drop import DropDrag, local_files
from app.ui.panes.timeline.gestures import Gesture, Pointer
from app.ui.panes.timeline.keys import handle_key
from app.ui.panes.timeline.mouse import Mouse
from app.ui.panes.timeline.ports import Availability, Peaks, Thumbnails
from app.ui.panes.timeline.proposals import Edit
from app.ui.theme import Appearance
from app.ui.view_state import ViewState

_WHEEL_STEP = 120
_WHEEL_PIXELS = 60
_ZOOM_STEP = 1.25
_BORDER = 24
_SCROLL_MILLISECONDS = 30


class TimelineView(TimelineCanvas):
    """Where the film is edited with the mouse. GUI thread only.

    ``refused`` brings the UserError of an edit that was asked for and impossible. Files that are
    dropped come with the frame and the id of the track they were dropped on (None beside tracks).
    """

    refused = Signal(object)
    files_dropped = Signal(object, int, object)
    clip_opened = Signal(str, int)
    cue_opened = Signal(str)
    focus_changed = Signal()

    def __init__(
        self,
        session: Session,
        state: ViewState,
        appearance: Appearance,
        thumbnails: Thumbnails,
        peaks: Peaks,
        availability: Availability,
    ) -> None:
        super().__init__(session, state, appearance, thumbnails, peaks, availability)
        # Cancels a drag that began beside the lanes; whether there was one.
        self.other_gesture: Callable[[], bool] = _none
        self._menu: tuple[QAction, ...] = ()
        self._cue_menu: tuple[QAction, ...] = ()
        self._gap_menu: tuple[QAction, ...] = ()
        self._mouse = Mouse(self)
        self._gesture: Gesture | None = None
        self._button = Qt.MouseButton.NoButton
        self._pointer = Pointer(QPoint())
        self._scroller = QTimer(self)
        self._scroller.setInterval(_SCROLL_MILLISECONDS)
        self._scroller.timeout.connect(self._scroll_at_border)
        self.setAcceptDrops(True)
        self.viewport().setMouseTracking(True)
        state.tool_changed.connect(self._on_tool)

    @property
    def ratio(self) -> float:
        """Device pixels for one pixel."""
        return self.devicePixelRatioF()

    def set_menu(
        self, actions: Sequence[QAction], for_cues: Sequence[QAction] = (), for_gaps: Sequence[QAction] = ()
    ) -> None:
        """Offer these actions on the right button, and others on subtitles and beside clips."""
        self._menu, self._cue_menu, self._gap_menu = tuple(actions), tuple(for_cues), tuple(for_gaps)

    # Where things are, in pixels of the viewport.

    def clip_rect(self, clip_id: str) -> QRect:
        """Where a clip or a subtitle lies, also where that is out of sight; empty if there is no such thing."""
        place = self.picture.layout.find(clip_id)
        return self.picture.cue_rect(clip_id) if place is None else self.picture.rect_of(place)

    def clip_at(self, at: QPoint) -> str | None:
        """The id of the clip under a point."""
        place = self._mouse.clip_at(at)
        return None if place is None else place.clip.id

    def frame_at(self, x: int) -> int:
        """The frame at ``x``; where a pixel holds several, the first of them."""
        return self.picture.frame_at(x)

    def x_of(self, frame: int) -> int:
        """Where ``frame`` begins."""
        return self.picture.x_of(frame)

    def reveal(self, clip_id: str) -> None:
        """Scroll so that a clip is in sight, as much of it as there is room for."""
        box = self.clip_rect(clip_id)
        port = self.viewport().rect()
        if not box.isNull() and not port.contains(box):
            across = box.left() - port.width() // 10 if not 0 <= box.left() < port.width() else 0
            down = min(0, box.top()) + max(0, box.bottom() - port.bottom())
            self.scroll_by(across, down)

    def look_at(self, zoom: float, left: int) -> None:
        """Zoom to ``zoom`` and scroll ``left`` pixels to the right, whatever the size is now; not beyond the film."""
        self._state.set_zoom(zoom)
        left = max(0, min(left, self.picture.scale.x_of(self.picture.layout.frames)))
        self._set_bars(left)
        self.horizontalScrollBar().setValue(left)

    def apply(self, label: str, edit: Edit, merge_key: str | None = None) -> bool:
        """Apply an edit as one step; where it is impossible, say so and change nothing."""
        try:
            self._session.apply(label, edit, merge_key)
        except UserError as error:
            self.refused.emit(error)
            return False
        self.show_document()
        return True

    # Mouse.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a gesture; the other buttons wait for its end."""
        if self._gesture is not None:
            return
        pointer = _pointer(event)
        self._gesture = self._mouse.press(event.button(), pointer)
        self._button, self._pointer = event.button(), pointer
        self.follows_playhead = self._gesture is None
        if event.button() == Qt.MouseButton.MiddleButton:
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with the gesture, or show what a press would take."""
        self._pointer = _pointer(event)
        if self._gesture is None:
            self.viewport().setCursor(self._mouse.hover(self._pointer))
            return
        self._go_on()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the gesture: now it is done."""
        if self._gesture is None or event.button() != self._button:
            return
        self._pointer = _pointer(event)
        self._go_on()
        gesture = self._take_gesture()
        if gesture is not None:
            gesture.release()
        self.viewport().setCursor(self._mouse.hover(self._pointer))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open a clip at the frame under the pointer, or a subtitle to be typed."""
        cue = self.picture.cue_at(event.position().toPoint())
        if cue is not None and event.button() == Qt.MouseButton.LeftButton and self.state.tool == "select":
            self.cue_opened.emit(cue.cue.id)
            return
        place = self._mouse.clip_at(event.position().toPoint())
        if place is not None and event.button() == Qt.MouseButton.LeftButton and self.state.tool == "select":
            self.clip_opened.emit(place.clip.id, self.frame_at(int(event.position().x())))
        else:
            self.mousePressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        super().leaveEvent(event)
        if self._gesture is None:
            self._mouse.leave()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with the clip under the pointer."""
        if not self._menu or self._gesture is not None:
            return
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            self._mouse.choose_for_menu(event.pos())
        offered = self._cue_menu if self.state.cues else self._menu if self.state.selection else self._gap_menu
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(offered)
        menu.popup(event.globalPos())

    def cancel_gesture(self) -> bool:
        """Leave everything as it was before the press; whether there was a gesture."""
        gesture = self._take_gesture()
        if gesture is None:
            return self.other_gesture()
        gesture.cancel()
        self.viewport().setCursor(Qt.CursorShape.ArrowCursor)
        return True

    def _take_gesture(self) -> Gesture | None:
        gesture, self._gesture = self._gesture, None
        self._scroller.stop()
        self.follows_playhead = True
        return gesture

    def _go_on(self) -> None:
        if self._gesture is not None:
            self._gesture.move(self._pointer)
            if self._gesture.refused:
                self.viewport().setCursor(Qt.CursorShape.ForbiddenCursor)
            elif self.viewport().cursor().shape() == Qt.CursorShape.ForbiddenCursor:
                self.viewport().setCursor(Qt.CursorShape.ArrowCursor)
            if self._gesture.scrolls and self._beyond_border() != QPoint() and not self._scroller.isActive():
                self._scroller.start()

    def _scroll_at_border(self) -> None:
        """While a drag rests at the border, scroll on and let it follow."""
        beyond = self._beyond_border()
        if self._gesture is None or beyond == QPoint():
            self._scroller.stop()
            return
        self.scroll_by(beyond.x(), beyond.y())
        self._go_on()

    def _beyond_border(self) -> QPoint:
        """How far the pointer is in the border or beyond it: the faster is scrolled."""
        at, port = self._pointer.at, self.viewport()
        x = min(0, at.x() - _BORDER) + max(0, at.x() - port.width() + _BORDER)
        y = min(0, at.y() - _BORDER // 2) + max(0, at.y() - port.height() + _BORDER // 2)
        return QPoint(x, y // 2)

    # Wheel and keys.

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll; with Ctrl zoom at the pointer, with Shift sideways, with Alt the height of the lanes."""
        pixels, turn = event.pixelDelta(), event.angleDelta()
        keys = event.modifiers()
        x, y = event.position().toPoint().x(), event.position().toPoint().y()
        steps = (turn.y() or turn.x()) / _WHEEL_STEP
        if keys & Qt.KeyboardModifier.ControlModifier:
            self.zoom_at(_ZOOM_STEP**steps, x)
        elif keys & Qt.KeyboardModifier.AltModifier:
            kind = self.picture.layout.kind_near(y + self.picture.top)
            self.set_heights(self.heights.changed(kind, round(steps * 8)))
        elif keys & Qt.KeyboardModifier.ShiftModifier:
            self.scroll_by(-round(steps * _WHEEL_PIXELS), 0)
        elif not pixels.isNull():
            self.scroll_by(-pixels.x(), -pixels.y())
        else:
            down = -round(turn.y() / _WHEEL_STEP * _WHEEL_PIXELS)
            self.scroll_by(-round(turn.x() / _WHEEL_STEP * _WHEEL_PIXELS), down)
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        """Zoom with two fingers."""
        if event.type() == QEvent.Type.NativeGesture:
            gesture = cast(QNativeGestureEvent, event)
            if gesture.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self.zoom_at(1 + gesture.value(), gesture.position().toPoint().x())
                return True
        return super().viewportEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Navigation and tools; what edits comes as actions."""
        if not handle_key(self, event.key(), event.modifiers()):
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Keys are for the timeline now."""
        super().focusInEvent(event)
        self.focus_changed.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """A drag does not survive that another window takes the keys."""
        super().focusOutEvent(event)
        self.focus_changed.emit()
        if event.reason() == Qt.FocusReason.ActiveWindowFocusReason:
            self.cancel_gesture()

    # Drops.

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take media of ours, and files."""
        media = from_mime(event.mimeData())
        if self.project.sequences and (media or local_files(event.mimeData())):
            self._gesture = DropDrag(self, Pointer(event.position().toPoint()), media)
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Show where it would land, and what would come of it."""
        self._pointer = Pointer(event.position().toPoint(), event.modifiers())
        self._go_on()
        if self._gesture is None or self._gesture.refused:
            event.ignore()
        else:
            event.acceptProposedAction()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        """Leave everything as it was."""
        self.cancel_gesture()

    def dropEvent(self, event: QDropEvent) -> None:
        """Place media, or hand on files."""
        self._pointer = Pointer(event.position().toPoint(), event.modifiers())
        self._go_on()
        gesture = self._take_gesture()
        if not isinstance(gesture, DropDrag):
            return
        gesture.release()
        event.acceptProposedAction()
        files = local_files(event.mimeData())
        if files and not gesture.media:
            self.files_dropped.emit(files, gesture.place.frame, gesture.track_id)

    def _on_tool(self, _tool: str) -> None:
        self.viewport().setCursor(Qt.CursorShape.ArrowCursor)
        self._mouse.leave()


def _none() -> bool:
    return False


def _pointer(event: QMouseEvent) -> Pointer:
    return Pointer(_point(event.position()), event.modifiers())


def _point(at: QPointF) -> QPoint:
    """The pixel that holds a point; rounding could name its neighbour."""
    return QPoint(int(at.x() // 1), int(at.y() // 1))
