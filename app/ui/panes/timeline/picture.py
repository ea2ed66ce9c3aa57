"""What is to be painted: one plain value that view, painters and tests understand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from PySide6.QtCore import QPoint, QRect

from app.core.edit.trim import Edge
from app.core.model.asset import Asset
from app.ui.panes.timeline.geometry import ORIGIN, Lane, Layout, Place, Scale


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

    def rect_of(self, place: Place) -> QRect:
        """Where a clip lies in the view; neighbours share an edge, the last row of pixels parts the lanes."""
        x = self.x_of(place.start)
        return QRect(x, place.lane.top - self.top, self.x_of(place.end) - x, place.lane.height - 1)

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
