"""Drags that edit: moving clips over time and tracks, and trimming by an edge.

Each move of the pointer tries the edit on the snapshot at the start of the drag and shows what it
would leave; the release applies it once. What is impossible is shown as refused and changes nothing.
"""

from __future__ import annotations

from PySide6.QtCore import Qt

from app.core.base import time
from app.core.base.errors import UserError
from app.core.base.timecode import format_timecode
from app.core.edit.trim import Edge
from app.core.model.sequence import TrackKind
from app.ui.panes.timeline.geometry import Place
from app.ui.panes.timeline.gestures import Drag, Pointer, Surface
from app.ui.panes.timeline.picture import EdgeMark
from app.ui.panes.timeline.proposals import Edit, Proposal, Stage, moving, trimming
from app.ui.panes.timeline.snapping import SnapPoints

# A drag to another track that strays less than this keeps its time.
_STRAIGHT = 6


class EditDrag(Drag):
    """Tries one proposal after the other. Subclasses say what the pointer asks for."""

    def __init__(self, surface: Surface, start: Pointer, clip_ids: frozenset[str], *, grouped: bool = True) -> None:
        super().__init__(surface, start)
        self._layout = surface.document
        self._sequence = surface.sequence
        self._stage = Stage(surface.project, self._sequence.id)
        self._linked = surface.state.linking and not start.holds(Qt.KeyboardModifier.AltModifier)
        self._moving = self._layout.with_linked(clip_ids, grouped=grouped) if self._linked else clip_ids
        rows = [lane.clips for lane in self._layout.lanes]
        self._others = snap_frames(surface)
        self._points = SnapPoints(rows, self._moving, self._others)
        self._asked: object = None
        self._proposal: Proposal | None = None

    def release(self) -> None:
        """Apply what is shown, if anything is; nothing where a clip was taken away meanwhile."""
        proposal = None if self._error else self._proposal
        there = all(self._surface.document.find(clip_id) is not None for clip_id in self._moving)
        self.cancel()
        if proposal is not None and there:
            self._surface.apply(proposal.label, proposal.edit)

    def cancel(self) -> None:
        """Show the document as it is."""
        self._surface.set_refused(frozenset())
        self._surface.set_edge(None)
        super().cancel()

    def _ask(self, asked: object, label: str, edit: Edit | None, tracks: frozenset[str] | None) -> None:
        """Try an edit (None: as it is) and show what comes of it; nothing where it was asked for last."""
        if asked == self._asked:
            return
        self._asked, self._error = asked, None
        self._proposal = None if edit is None else Proposal(label, edit, tracks)
        try:
            shown = None if self._proposal is None else self._stage.result(self._proposal)
        except UserError as error:
            shown, self._error = None, error
        self._surface.show_preview(shown)
        self._surface.set_refused(self._moving if self._error else frozenset())

    def _snapped(self, pointer: Pointer, edges: tuple[int, ...]) -> int:
        """Frames to move ``edges`` by; the line where they stick is shown."""
        by = pointer.at.x() + self._surface.picture.left - self._from_x
        scale = self._surface.picture.scale
        found = self._points.nearest(scale, edges, by) if self._surface.state.snapping else None
        self._surface.set_snap(None if found is None else found[1])
        return scale.nearest_frame(by) if found is None else found[0]

    def _height_of(self, pointer: Pointer) -> int:
        """Where the pointer is in the layout at the start; a preview may have more lanes, but one divider."""
        picture = self._surface.picture
        return pointer.at.y() + picture.top - picture.layout.divider + self._layout.divider

    def _tracks_of(self, clip_ids: frozenset[str]) -> frozenset[str]:
        places = map(self._layout.find, clip_ids)
        return frozenset(place.lane.track.id for place in places if place is not None)

    @staticmethod
    def _in_frames(frames: int) -> str:
        """A change in frames, with its sign."""
        return f"{'+' if frames >= 0 else ''}{frames} frame{'' if abs(frames) == 1 else 's'}"

    def _timecode(self, frame: int) -> str:
        sign = "-" if frame < 0 else ""
        return sign + format_timecode(abs(frame), self._sequence.format.rate)


def snap_frames(surface: Surface) -> tuple[int, ...]:
    """What drags stick to besides clips: the playhead, In and Out, markers."""
    state, frame = surface.state, time.frame_duration(surface.sequence.format.rate)
    marks = [mark for mark in (state.mark_in, state.mark_out) if mark is not None]
    markers = [at // frame for marker in surface.sequence.markers for at in {marker.start, marker.end}]
    return (state.playhead, *marks, *markers)


class MoveClips(EditDrag):
    """Moves the selected clips. Shift keeps to the track or to the time, whichever the pointer left less; Ctrl
    pushes on what is there. ``toggled`` are clips that a mere click selects no more.
    """

    def __init__(
        self,
        surface: Surface,
        start: Pointer,
        grabbed: Place,
        clip_ids: frozenset[str],
        toggled: frozenset[str] = frozenset(),
    ) -> None:
        super().__init__(surface, start, clip_ids)
        self._toggled = toggled
        self._chosen = clip_ids
        self._grabbed = grabbed
        self._kind: TrackKind = grabbed.lane.track.kind
        places = [place for place in map(self._layout.find, self._moving) if place is not None]
        rising = [place.lane.number for place in places if place.clip.id in clip_ids and self._rises(place)]
        self._lowest, self._highest = min(rising), max(rising)
        self._earliest = min(place.start for place in places)
        self._edges = tuple({grabbed.start, grabbed.end, self._earliest, max(place.end for place in places)})
        self._touched = frozenset(place.lane.track.id for place in places)
        self._clicked = not start.keys & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)

    def follow(self, pointer: Pointer) -> None:
        """Move in whole frames and whole tracks."""
        frames, up = self._snapped(pointer, self._edges), self._up(pointer)
        if up and abs(pointer.at.x() + self._surface.picture.left - self._from_x) < _STRAIGHT:
            frames = 0
            self._surface.set_snap(None)
        if pointer.holds(Qt.KeyboardModifier.ShiftModifier):
            away = pointer.at - self._start.at
            frames, up = (frames, 0) if abs(away.x()) >= abs(away.y()) else (0, up)
            if not frames:
                self._surface.set_snap(None)
        frames = max(frames, -self._earliest)
        inserting = pointer.holds(Qt.KeyboardModifier.ControlModifier)
        edit = None
        if frames or up:
            edit = moving(
                self._sequence,
                self._chosen,
                frames,
                up,
                self._kind,
                new_track=self._highest + up >= len(self._layout.lanes_of(self._kind)),
                linked=self._linked,
                inserting=inserting,
            )
        label = "Move clip" if len(self._chosen) == 1 else "Move clips"
        self._ask((frames, up, inserting), label, edit, None if inserting else self._touched | self._targets(up))
        start = self._timecode(self._grabbed.start + frames)
        words = f"{start}   {'+' if frames >= 0 else ''}{self._timecode(frames)}"
        self._say(pointer, f"{words}   insert" if inserting else words)

    def release(self) -> None:
        """Apply the move; a mere click on one of several selected clips selects it alone."""
        super().release()
        if not self._started and self._toggled:
            self._surface.state.select(self._surface.state.selection - self._toggled)
        elif not self._started and self._clicked:
            alone = frozenset({self._grabbed.clip.id})
            self._surface.state.select(self._layout.with_linked(alone) if self._linked else alone)

    def _rises(self, place: Place) -> bool:
        return place.lane.track.kind == self._kind

    def _up(self, pointer: Pointer) -> int:
        """How many tracks the pointer is away from where it took the clip; one beyond the last is a new one."""
        lanes = self._layout.lanes_of(self._kind)
        number = self._layout.number_near(self._height_of(pointer), self._kind)
        up = number - self._grabbed.lane.number
        return min(max(up, -self._lowest), len(lanes) - self._highest)

    def _targets(self, up: int) -> frozenset[str]:
        """The tracks that clips go to; linked parts look for room on any of the other kind."""
        lanes = self._layout.lanes_of(self._kind)
        targets = frozenset(lane.track.id for lane in lanes[self._lowest + up : self._highest + up + 1])
        others = self._layout.lanes_of("audio" if self._kind == "video" else "video") if up else ()
        return targets.union(lane.track.id for lane in others)


class TrimEdge(EditDrag):
    """Moves one edge of a clip, and the same edge of what is linked to it. Subclasses take more along."""

    label = "Trim clip"
    # Where the edge cannot go beyond.
    least = 0

    def __init__(self, surface: Surface, start: Pointer, place: Place, edge: Edge) -> None:
        super().__init__(surface, start, frozenset({place.clip.id}), grouped=False)
        self._place = place
        self._edge: Edge = edge
        self._here = place.start if edge == "start" else place.end
        self._touched: frozenset[str] | None = self._tracks_of(self._moving)
        surface.set_edge(EdgeMark(place.clip.id, edge))

    def edit_to(self, to: int) -> Edit:
        """What moving the edge to a frame does, as far as that is possible."""
        return trimming(self._sequence, self._place.clip.id, self._edge, to, linked=self._linked)

    def edge_of(self, shown: Place) -> int:
        """Where the edge is in the preview."""
        return shown.start if self._edge == "start" else shown.end

    def describe(self, shown: Place) -> str:
        """How far the edge has moved, and how long the clip is."""
        change = self.edge_of(shown) - self._here
        return f"{'+' if change >= 0 else ''}{self._timecode(change)}   {self._timecode(shown.end - shown.start)}"

    def follow(self, pointer: Pointer) -> None:
        """Move the edge to a whole frame, or as far as it goes."""
        to = max(self.least, self._here + self._snapped(pointer, (self._here,)))
        clip_id = self._place.clip.id
        self._ask(to, self.label, self.edit_to(to) if to != self._here else None, self._touched)
        self._surface.set_edge(EdgeMark(clip_id, self._edge, refused=self._error is not None))
        shown = self._surface.picture.layout.find(clip_id) or self._place
        if self.edge_of(shown) != to:
            self._surface.set_snap(None)
        self._say(pointer, self.describe(shown))
