"""What is to be painted: one plain value that view, painters and tests understand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from PySide6.QtCore import QPoint, QRect

from app.core.base import time
from app.core.base.time import Flicks
from app.core.edit.trim import Edge
from app.core.model.asset import Asset
from app.core.model.subtitle import SubtitleCue
from app.ui.panes.timeline.cue_lane import CueLane, CuePlace
from app.ui.panes.timeline.geometry import ORIGIN, Lane, Layout, Place, Scale
from app.ui.view_state import ChosenGap

# Of cues that begin before a point so many of the last are looked at: nobody can see more on top of each other.
_FEW_CUES = 200


@dataclass(frozen=True, slots=True)
class EdgeMark:
    """An edge of a clip that the pointer could take, or has taken."""

    clip_id: str
    edge: Edge
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Hint:
    """A few words beside the pointer."""

    text: str
    at: QPoint
    tone: Literal["plain", "error"] = "plain"


@dataclass(slots=True)
class Picture:
    """The timeline as it is to be seen. ``left`` and ``top`` say how far it is scrolled."""

    layout: Layout
    scale: Scale
    left: int = 0
    top: int = 0
    width: int = 0
    height: int = 0
    assets: Mapping[str, Asset] = field(default_factory=dict)
    offline: frozenset[str] = frozenset()
    selection: frozenset[str] = frozenset()
    cues: frozenset[str] = frozenset()
    gap: ChosenGap | None = None
    refused: frozenset[str] = frozenset()
    placed: frozenset[str] = frozenset()
    playhead: int = 0
    marks: tuple[int | None, int | None] = (None, None)
    edge: EdgeMark | None = None
    snap: int | None = None
    band: QRect | None = None
    drop: int | None = None
    hint: Hint | None = None

    def x_of(self, frame: int) -> int:
        """Where ``frame`` begins in the view."""
        return self.scale.x_of(frame) + ORIGIN - self.left

    def frame_at(self, x: int) -> int:
        """The frame at ``x`` of the view, never before the first."""
        return max(0, self.scale.frame_at(x + self.left - ORIGIN))

    @property
    def frame(self) -> Flicks:
        """How long a frame lasts."""
        return time.frame_duration(self.layout.rate)

    def time_at(self, x: int) -> Flicks:
        """The time at ``x`` of the view, never before 0."""
        return max(0, self.scale.time_at(x + self.left - ORIGIN, self.frame))

    def cue_span(self, cue: SubtitleCue) -> tuple[int, int]:
        """Where a cue begins and ends in the view."""
        base, frame = ORIGIN - self.left, self.frame
        return self.scale.x_of_time(cue.start, frame) + base, self.scale.x_of_time(cue.end, frame) + base

    def cue_rect(self, cue_id: str) -> QRect:
        """Where a cue lies in the view; empty if there is no such cue."""
        lane = self.layout.cues
        cue = None if lane is None else lane.index.find(cue_id)
        if lane is None or cue is None:
            return QRect()
        start, end = self.cue_span(cue)
        return QRect(start, lane.top - self.top, max(1, end - start), lane.height - 1)

    def cue_band(self, lane: CueLane, times: tuple[Flicks, Flicks] | None) -> QRect:
        """The part of the row of subtitles in which something changed, in the view; empty where nothing did."""
        if times is None:
            return QRect()
        first, last = (self.scale.x_of_time(each, self.frame) + ORIGIN - self.left for each in times)
        left, right = max(first - 1, 0), min(last + 2, self.width)
        return QRect(left, lane.top - self.top, max(0, right - left), lane.height)

    def cue_at(self, at: QPoint) -> CuePlace | None:
        """The cue under a point of the view: of several the one that begins last; a narrow one where it is near."""
        lane = self.layout.cues
        if lane is None or not lane.top <= at.y() + self.top < lane.bottom or at.x() < self.x_of(0):
            return None
        near = lane.index.between(self.time_at(at.x() - 1), self.time_at(at.x() + 1) + 1)
        for number in reversed(near[-_FEW_CUES:]):
            start, end = self.cue_span(lane.index.cues[number])
            if start <= at.x() < max(end, start + 1):
                return CuePlace(lane, lane.index.cues[number])
        return None

    def rect_of(self, place: Place) -> QRect:
        """Where a clip lies in the view; neighbours share an edge, the last row of pixels parts the lanes."""
        x = self.x_of(place.start)
        return QRect(x, place.lane.top - self.top, self.x_of(place.end) - x, place.lane.height - 1)

    def gap_rect(self, gap: ChosenGap) -> QRect:
        """Where a gap lies in the view; empty where its track is gone."""
        lane = self.layout.lane_of(gap.track)
        if lane is None:
            return QRect()
        x = self.x_of(gap.start)
        return QRect(x, lane.top - self.top, self.x_of(gap.end) - x, lane.height - 1)

    def band_of(self, lane: Lane, first: int, last: int) -> QRect:
        """The part of a lane between two frames, in the view."""
        x = self.x_of(first)
        return QRect(x, lane.top - self.top, self.x_of(last) - x, lane.height)

    @property
    def marked(self) -> QRect:
        """The columns of the view between the marks; empty without any."""
        first, last = self.marks
        if first is None and last is None:
            return QRect()
        left = self.x_of(0 if first is None else first)
        return QRect(left, 0, (self.width if last is None else self.x_of(last)) - left, self.height)
