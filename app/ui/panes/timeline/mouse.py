"""Which gesture a press begins, what lies under the pointer, and which cursor says so."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCursor

from app.core.edit.trim import Edge
from app.ui.panes.timeline.cue_drags import cue_edge_at, press_cue
from app.ui.panes.timeline.cursors import tool_cursor
from app.ui.panes.timeline.drags import MoveClips
from app.ui.panes.timeline.geometry import Place
from app.ui.panes.timeline.gestures import Band, Gesture, Pan, Pointer, Surface, choose_gap
from app.ui.panes.timeline.picture import EdgeMark
from app.ui.panes.timeline.proposals import splitting
from app.ui.panes.timeline.snapping import SnapPoints
from app.ui.panes.timeline.tool_drags import SlideClip, SlipClip, edge_drag

# Pixels inside a clip's edge that take the edge; narrower clips leave room to take the clip.
GRIP = 7
_NO_GRIP_BELOW = 12

_ALT = Qt.KeyboardModifier.AltModifier
_CONTROL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier


class Mouse:
    """Turns presses into gestures and selects what is pressed."""

    def __init__(self, surface: Surface) -> None:
        self._surface = surface
        self._anchor: str | None = None

    def clip_at(self, at: QPoint) -> Place | None:
        """The clip under a point of the view."""
        picture = self._surface.picture
        if at.x() < picture.x_of(0):
            return None
        return picture.layout.at(picture.frame_at(at.x()), at.y() + picture.top)

    def edge_at(self, at: QPoint) -> tuple[Place, Edge] | None:
        """The edge of a clip that a press at a point would take."""
        place = self.clip_at(at)
        if place is None:
            return None
        box = self._surface.picture.rect_of(place)
        if box.width() < _NO_GRIP_BELOW:
            return None
        grip = min(GRIP, box.width() // 4)
        if at.x() < box.left() + grip:
            return place, "start"
        return (place, "end") if at.x() > box.right() - grip else None

    def press(self, button: Qt.MouseButton, pointer: Pointer) -> Gesture | None:
        """The gesture that a press begins, if any; a cut is made at once."""
        if button == Qt.MouseButton.MiddleButton:
            return Pan(self._surface, pointer)
        if button != Qt.MouseButton.LeftButton:
            return None
        cue = self._surface.picture.cue_at(pointer.at)
        if cue is not None:
            return press_cue(self._surface, cue, pointer)
        place = self.clip_at(pointer.at)
        if self._surface.state.tool == "razor":
            if place is not None:
                self._cut(place, pointer)
            return None
        if place is None:
            return Band(self._surface, pointer)
        return self._take(place, pointer)

    def _take(self, place: Place, pointer: Pointer) -> Gesture | None:
        """What a press on a clip begins with the tool in hand."""
        tool, before = self._surface.state.tool, self._surface.state.selection
        edge = None if pointer.keys & (_CONTROL | _SHIFT) else self.edge_at(pointer.at)
        if pointer.holds(_CONTROL) and place.clip.id in before:
            # A drag inserts all that is selected; only a click drops it from the selection.
            toggled = self._with_others(place, pointer)
            return MoveClips(self._surface, pointer, place, before, toggled)
        self._choose(place, pointer)
        if tool in ("slip", "slide"):
            return (SlipClip if tool == "slip" else SlideClip)(self._surface, pointer, place)
        if edge is not None:
            return edge_drag(self._surface, pointer, *edge)
        chosen = self._surface.state.selection
        return MoveClips(self._surface, pointer, place, chosen) if place.clip.id in chosen else None

    def hover(self, pointer: Pointer) -> Qt.CursorShape | QCursor:
        """Mark what a press would take; returns the cursor that says it."""
        surface = self._surface
        cue = surface.picture.cue_at(pointer.at)
        if cue is not None:
            self.leave()
            if surface.state.tool == "razor":
                return Qt.CursorShape.SplitHCursor
            edge_of_cue = cue_edge_at(surface, cue, pointer.at)
            return Qt.CursorShape.ArrowCursor if edge_of_cue is None else Qt.CursorShape.SizeHorCursor
        if surface.state.tool == "razor":
            place = self.clip_at(pointer.at)
            surface.set_edge(None)
            frame = None if place is None else self.cut_frame(place, pointer)
            surface.set_snap(frame if place is not None and frame != place.start else None)
            return Qt.CursorShape.ArrowCursor if place is None else Qt.CursorShape.SplitHCursor
        tool, edge = surface.state.tool, None
        if tool not in ("slip", "slide"):
            edge = self.edge_at(pointer.at)
        surface.set_edge(None if edge is None else EdgeMark(edge[0].clip.id, edge[1]))
        if tool != "select" and (edge is not None or (tool in ("slip", "slide") and self.clip_at(pointer.at))):
            return tool_cursor(tool, surface.ratio)
        return Qt.CursorShape.ArrowCursor if edge is None else Qt.CursorShape.SizeHorCursor

    def leave(self) -> None:
        """The pointer is gone: mark nothing."""
        self._surface.set_edge(None)
        self._surface.set_snap(None)

    def choose_for_menu(self, at: QPoint) -> None:
        """A menu is about to open: make sure that it is about what is under the pointer."""
        cue, place = self._surface.picture.cue_at(at), self.clip_at(at)
        if cue is not None:
            if cue.cue.id not in self._surface.state.cues:
                self._surface.state.select_cues({cue.cue.id})
        elif place is None:
            choose_gap(self._surface, at)
        elif place.clip.id not in self._surface.state.selection:
            self._choose(place, Pointer(at))

    def cut_frame(self, place: Place, pointer: Pointer) -> int:
        """The frame before which the razor would cut: under the pointer, or the playhead where that is near."""
        frame = self._surface.picture.frame_at(pointer.at.x())
        if not self._surface.state.snapping:
            return frame
        points = SnapPoints((), (), (self._surface.state.playhead,))
        found = points.nearest(self._surface.picture.scale, (frame,), 0)
        return found[1] if found is not None and place.start < found[1] < place.end else frame

    def _cut(self, place: Place, pointer: Pointer) -> None:
        linked = self._linked(pointer)
        frame = self.cut_frame(place, pointer)
        self._surface.set_snap(None)
        self._surface.apply("Split clip", splitting(self._surface.sequence, place.clip.id, frame, linked=linked))

    def _choose(self, place: Place, pointer: Pointer) -> None:
        """Select what a press on a clip selects. Ctrl adds, Shift goes on from the last one."""
        state, layout = self._surface.state, self._surface.document
        clip_id = place.clip.id
        chosen = self._with_others(place, pointer)
        if pointer.holds(_CONTROL):
            state.select(state.selection | chosen)
        elif pointer.holds(_SHIFT):
            run = self._run_to(place)
            state.select(state.selection | (layout.with_linked(run) if self._linked(pointer) else run))
        elif clip_id not in state.selection or pointer.holds(_ALT):
            state.select(chosen)
        if not pointer.holds(_SHIFT):
            self._anchor = clip_id

    def _run_to(self, place: Place) -> frozenset[str]:
        """The clips between the last one chosen and this one, on the tracks between them."""
        anchor = self._surface.document.find(self._anchor or "") or place
        lanes = self._surface.document.lanes
        first, last = min(anchor.start, place.start), max(anchor.end, place.end)
        rows = sorted(index for index, lane in enumerate(lanes) if lane in (anchor.lane, place.lane))
        return frozenset(
            lane.clips.clips[number].id
            for lane in lanes[rows[0] : rows[-1] + 1]
            for number in lane.clips.between(first, last)
        )

    def _with_others(self, place: Place, pointer: Pointer) -> frozenset[str]:
        """A clip and what is chosen with it."""
        alone = frozenset({place.clip.id})
        return self._surface.document.with_linked(alone) if self._linked(pointer) else alone

    def _linked(self, pointer: Pointer) -> bool:
        return self._surface.state.linking and not pointer.holds(_ALT)
