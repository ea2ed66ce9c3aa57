"""What the mouse does on the row of subtitles: select, move, time by an edge, cut with the razor."""

from __future__ import annotations

from typing import TypeAlias

from PySide6.QtCore import QPoint, Qt

from app.core.base import time
from app.core.base.errors import UserError
from app.core.base.time import Flicks
from app.core.base.timecode import format_timecode
from app.core.edit.subtitle import retime, shift_cues, split_cue
from app.core.edit.trim import Edge
from app.core.model.project import Project
from app.core.model.subtitle import SubtitleCue
from app.ui.panes.timeline.cue_lane import CuePlace
from app.ui.panes.timeline.gestures import Drag, Gesture, Pointer, Surface
from app.ui.panes.timeline.proposals import Edit
from app.ui.panes.timeline.snapping import REACH, SnapPoints

_GRIP = 6
_NO_GRIP_BELOW = 12
_Edges: TypeAlias = tuple[Flicks, ...]
_CONTROL, _SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def cue_edge_at(surface: Surface, place: CuePlace, at: QPoint) -> Edge | None:
    """The edge of a cue that a press at a point would take."""
    start, end = surface.picture.cue_span(place.cue)
    if end - start < _NO_GRIP_BELOW:
        return None
    grip = min(_GRIP, (end - start) // 4)
    if at.x() < start + grip:
        return "start"
    return "end" if at.x() >= end - grip else None


def press_cue(surface: Surface, place: CuePlace, pointer: Pointer) -> Gesture | None:
    """Select what a press on a cue selects, and begin what it begins; a cut is made at once."""
    cue, state = place.cue, surface.state
    if state.tool == "razor":
        at = surface.picture.frame_at(pointer.at.x()) * surface.picture.frame
        surface.apply("Split subtitle", lambda project: split_cue(project, surface.sequence.id, cue.id, at=at))
        return None
    if pointer.holds(_CONTROL):
        state.select_cues(state.cues ^ {cue.id})
        return None
    if pointer.holds(_SHIFT):
        state.select_cues(_run(place, state.cues))
        return None
    if cue.id not in state.cues:
        state.select_cues({cue.id})
    edge = cue_edge_at(surface, place, pointer.at)
    return MoveCues(surface, pointer, cue) if edge is None else TimeCue(surface, pointer, cue, edge)


def nudging(sequence_id: str, cue_ids: frozenset[str], by: Flicks) -> Edit:
    """Let cues show ``by`` later."""

    def edit(project: Project) -> Project:
        return shift_cues(project, sequence_id, cue_ids, by)

    return edit


def _run(place: CuePlace, chosen: frozenset[str]) -> frozenset[str]:
    """The cues from the selected ones to this one."""
    index = place.lane.index
    numbers = [number for each in (*chosen, place.cue.id) if (number := index.number_of(each)) is not None]
    return frozenset(cue.id for cue in index.cues[min(numbers) : max(numbers) + 1])


class _CueDrag(Drag):
    """Tries one edit after the other on the document as it is, and applies the last."""

    _label = ""

    def __init__(self, surface: Surface, start: Pointer, cue: SubtitleCue, moving: frozenset[str]) -> None:
        super().__init__(surface, start)
        self._cue = cue
        self._moving = moving
        lanes = surface.document.lanes
        self._points = SnapPoints((lane.clips for lane in lanes), (), (surface.state.playhead,))
        self._asked: Flicks | None = None
        self._edit: Edit | None = None

    def follow(self, pointer: Pointer) -> None:
        """Show what would come of it."""
        by = self._snapped(pointer)
        if by != self._asked:
            self._asked = by
            self._try(by)
        rate = self._surface.picture.layout.rate
        at = time.frame_at(self.edges()[0] + by, rate)
        moved = time.nearest_frame(abs(by), rate)
        sign = "-" if by < 0 else "+"
        self._say(pointer, f"{format_timecode(max(0, at), rate)}   {sign}{format_timecode(moved, rate)}")

    def release(self) -> None:
        """Apply what is shown; a mere click selects the cue alone."""
        edit = None if self._error else self._edit
        there = self._surface.document.cues is not None
        self.cancel()
        if edit is not None and there:
            self._surface.apply(self._label, edit)
        elif not self._started:
            self._surface.state.select_cues({self._cue.id})

    def edges(self) -> _Edges:
        """The times that stick to others, the leading one first."""
        raise NotImplementedError

    def edit_by(self, by: Flicks) -> Edit:
        """What a move by ``by`` does to the document."""
        raise NotImplementedError

    def _try(self, by: Flicks) -> None:
        self._error, self._edit = None, self.edit_by(by) if by else None
        try:
            shown = None if self._edit is None else self._edit(self._surface.project)
        except UserError as error:
            shown, self._error = None, error
        self._surface.show_preview(None if shown is None else shown.sequence(self._surface.sequence.id))

    def _snapped(self, pointer: Pointer) -> Flicks:
        """How far to move: to what an edge sticks to, else to the grid of frames."""
        picture, frame = self._surface.picture, self._surface.picture.frame
        by = pointer.at.x() + picture.left - self._from_x
        lead = self.edges()[0]
        found = self._stuck(by) if self._surface.state.snapping else None
        self._surface.set_snap(None if found is None else time.nearest_frame(found[1], picture.layout.rate))
        if found is not None:
            return found[0]
        return picture.scale.nearest_frame(picture.scale.x_of_time(lead, frame) + by) * frame - lead

    def _stuck(self, by: int) -> tuple[Flicks, Flicks] | None:
        """How far to move so that an edge meets a point within reach, and that point."""
        picture, frame = self._surface.picture, self._surface.picture.frame
        scale, lane = picture.scale, self._surface.document.cues
        found: list[tuple[int, Flicks, Flicks]] = []
        for edge in self.edges():
            wanted = scale.x_of_time(edge, frame) + by
            points = [point * frame for point in self._points.around(scale.nearest_frame(wanted))]
            if lane is not None:
                near = lane.index.edges_near(scale.time_at(wanted, frame))
                points += [point for cue_id, point in near if cue_id not in self._moving]
            found += [(abs(scale.x_of_time(point, frame) - wanted), point - edge, point) for point in points]
        distance, moved, point = min(found, key=lambda each: (each[0], abs(each[1])))
        return (moved, point) if distance <= REACH else None


class MoveCues(_CueDrag):
    """Moves the selected cues in time."""

    _label = "Move subtitles"

    def __init__(self, surface: Surface, start: Pointer, cue: SubtitleCue) -> None:
        super().__init__(surface, start, cue, surface.state.cues)

    def edges(self) -> _Edges:
        """Both of the cue that was taken."""
        return self._cue.start, self._cue.end

    def edit_by(self, by: Flicks) -> Edit:
        """Shift all of them."""
        return nudging(self._surface.sequence.id, self._moving, by)


class TimeCue(_CueDrag):
    """Moves one edge of a cue."""

    _label = "Time subtitle"

    def __init__(self, surface: Surface, start: Pointer, cue: SubtitleCue, edge: Edge) -> None:
        super().__init__(surface, start, cue, frozenset({cue.id}))
        self._edge = edge

    def edges(self) -> _Edges:
        """The one."""
        return (self._cue.start if self._edge == "start" else self._cue.end,)

    def edit_by(self, by: Flicks) -> Edit:
        """Let it begin or end there."""
        cue, sequence = self._cue, self._surface.sequence.id
        start, end = (cue.start + by, cue.end) if self._edge == "start" else (cue.start, cue.end + by)

        def edit(project: Project) -> Project:
            return retime(project, sequence, cue.id, start, end)

        return edit
