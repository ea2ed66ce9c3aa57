"""Drags of the tools that take their surroundings along: ripple, roll, slip, slide."""

from __future__ import annotations

from app.core.base.timecode import format_timecode
from app.core.edit.trim import Edge
from app.ui.panes.timeline.drags import EditDrag, TrimEdge
from app.ui.panes.timeline.geometry import Place
from app.ui.panes.timeline.gestures import Pointer, Surface
from app.ui.panes.timeline.picture import EdgeMark
from app.ui.panes.timeline.proposals import Edit, ripple_trimming, rolling, sliding, slipping
from app.ui.panes.timeline.snapping import SnapPoints

_FAR = -(1 << 24)


class RippleEdge(TrimEdge):
    """Moves an edge of a clip, and all that is later with it. What moves along is nothing to stick to."""

    label = "Ripple trim"

    def __init__(self, surface: Surface, start: Pointer, place: Place, edge: Edge) -> None:
        super().__init__(surface, start, place, edge)
        self._points = SnapPoints((), (), self._others)
        self._touched = None
        if edge == "start":
            self.least = _FAR  # it stays where it begins; only its media end

    def edit_to(self, to: int) -> Edit:
        """Trim, and let the rest follow."""
        return ripple_trimming(self._sequence, self._place.clip.id, self._edge, to, linked=self._linked)

    def describe(self, shown: Place) -> str:
        """How much longer or shorter the film becomes, and how long the clip is."""
        change = (shown.end - shown.start) - (self._place.end - self._place.start)
        return self._in_frames(change) + f"   {self._timecode(shown.end - shown.start)}"

    def edge_of(self, shown: Place) -> int:
        """Where the edge would be: a clip whose start is trimmed stays where it begins."""
        if self._edge == "end":
            return shown.end
        return self._here + (self._place.end - self._place.start) - (shown.end - shown.start)


class RollEdge(TrimEdge):
    """Moves the cut between two clips."""

    label = "Roll"

    def __init__(self, surface: Surface, start: Pointer, place: Place, edge: Edge) -> None:
        super().__init__(surface, start, place, edge)
        index = place.lane.clips
        other = place.number + (1 if edge == "end" else -1)
        both = {place.clip.id}
        if 0 <= other < len(index):
            both.add(index.clips[other].id)
        moving = self._layout.with_linked(both, grouped=False) if self._linked else frozenset(both)
        self._touched = self._tracks_of(moving)
        self._points = SnapPoints([lane.clips for lane in self._layout.lanes], moving, self._others)

    def edit_to(self, to: int) -> Edit:
        """Move the cut."""
        return rolling(self._sequence, self._place.clip.id, self._edge, to, linked=self._linked)

    def describe(self, shown: Place) -> str:
        """How far the cut has moved, and where it is."""
        now = self.edge_of(shown)
        return self._in_frames(now - self._here) + f"   {self._timecode(now)}"


class SlipClip(EditDrag):
    """Moves the media under a clip: to the right brings what is earlier."""

    def __init__(self, surface: Surface, start: Pointer, place: Place) -> None:
        super().__init__(surface, start, frozenset({place.clip.id}), grouped=False)
        self._place = place
        self._tracks = self._tracks_of(self._moving)

    def follow(self, pointer: Pointer) -> None:
        """Slip in whole frames, as far as the media go."""
        picture = self._surface.picture
        frames = -picture.scale.nearest_frame(pointer.at.x() + picture.left - self._from_x)
        edit = slipping(self._sequence, self._place.clip.id, frames, linked=self._linked) if frames else None
        self._ask(frames, "Slip", edit, self._tracks)
        shown = picture.layout.find(self._place.clip.id) or self._place
        frame = shown.lane.clips.frame
        first = shown.clip.source_start // frame
        moved = round((shown.clip.source_start - self._place.clip.source_start) / frame)
        rate = self._sequence.format.rate
        last = first + shown.end - shown.start - 1
        source = f"{format_timecode(max(0, first), rate)} - {format_timecode(max(0, last), rate)}"
        self._say(pointer, f"{self._in_frames(moved)}   {source}")


class SlideClip(EditDrag):
    """Moves a clip between its neighbours, which become longer and shorter."""

    def __init__(self, surface: Surface, start: Pointer, place: Place) -> None:
        super().__init__(surface, start, frozenset({place.clip.id}), grouped=False)
        self._place = place
        self._tracks = self._tracks_of(self._moving)
        beside = {clip for clip_id in self._moving for clip in self._beside(clip_id)}
        self._points = SnapPoints([lane.clips for lane in self._layout.lanes], self._moving | beside, self._others)

    def follow(self, pointer: Pointer) -> None:
        """Slide in whole frames, as far as the neighbours' media go."""
        frames = self._snapped(pointer, (self._place.start, self._place.end))
        edit = sliding(self._sequence, self._place.clip.id, frames, linked=self._linked) if frames else None
        self._ask(frames, "Slide", edit, self._tracks)
        shown = self._surface.picture.layout.find(self._place.clip.id) or self._place
        moved = shown.start - self._place.start
        if moved != frames:
            self._surface.set_snap(None)
        self._say(pointer, f"{self._in_frames(moved)}   {self._timecode(shown.start)}")

    def _beside(self, clip_id: str) -> list[str]:
        """The clips before and after one."""
        place = self._layout.find(clip_id)
        if place is None:
            return []
        clips = place.lane.clips.clips
        return [clips[number].id for number in (place.number - 1, place.number + 1) if 0 <= number < len(clips)]


def edge_drag(surface: Surface, pointer: Pointer, place: Place, edge: Edge) -> TrimEdge:
    """What dragging an edge does with the tool in hand."""
    kinds = {"ripple": RippleEdge, "roll": RollEdge}
    surface.set_edge(EdgeMark(place.clip.id, edge))
    return kinds.get(surface.state.tool, TrimEdge)(surface, pointer, place, edge)
