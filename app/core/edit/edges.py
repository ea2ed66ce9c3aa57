"""Edges of clips: how far they can go, and clips with their edges moved."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

from app.core.base import time
from app.core.base.time import Flicks
from app.core.edit.document import frame_of
from app.core.model.clip import Clip, Gap, Item
from app.core.model.limits import source_limits
from app.core.model.links import PlacedClip
from app.core.model.project import Project
from app.core.model.sequence import Sequence

Edge: TypeAlias = Literal["start", "end"]


@dataclass(frozen=True, slots=True)
class Reach:
    """How far something can move, and whether it is the media that stop it on the way outward."""

    earliest: Flicks
    latest: Flicks
    media_stops: bool = False


def edge_of(placed: PlacedClip, edge: Edge) -> Flicks:
    """Sequence time of an edge."""
    return placed.start if edge == "start" else placed.end


def inner_reach(project: Project, sequence: Sequence, placed: PlacedClip, edge: Edge) -> Reach:
    """How far an edge can move if only the media and the clip itself limit it: one frame of it stays."""
    media = _media_beyond(project, sequence, placed, edge)
    inward = placed.clip.duration - frame_of(sequence)
    return Reach(-media, inward, media_stops=True) if edge == "start" else Reach(-inward, media, media_stops=True)


def _media_beyond(project: Project, sequence: Sequence, placed: PlacedClip, edge: Edge) -> Flicks:
    """How much longer a clip can be at an edge before its media end: whole frames."""
    clip = placed.clip
    limits = source_limits(project.asset(clip.asset_id), placed.track.kind)
    first, last = clip.source_range
    earliest = (edge == "start") == (clip.rate > 0)
    limit = limits.start if earliest else limits.end
    if limit is None or clip.rate == 0:
        return _day(sequence)
    if earliest:
        return _frames_down(math.floor((first - limit) / clip.speed), sequence)
    return _frames_up(math.ceil((limit - last) / clip.speed), sequence)


def reach(project: Project, sequence: Sequence, placed: PlacedClip, edge: Edge) -> Reach:
    """How far an edge can move until its media end, a neighbour comes, or one frame of the clip is left."""
    inner, items = inner_reach(project, sequence, placed, edge), placed.track.items
    if edge == "start":
        space = gap_length(items[placed.index - 1]) if placed.index else 0
        return Reach(max(-space, inner.earliest), inner.latest, -inner.earliest < space)
    # Nothing limits the end of a still at the end of a track: a day is longer than anybody drags.
    space = gap_length(items[placed.index + 1]) if placed.index + 1 < len(items) else _day(sequence)
    return Reach(inner.earliest, min(space, inner.latest), inner.latest < space)


def source_reach(project: Project, sequence: Sequence, placed: PlacedClip) -> Reach:
    """How much later, or earlier, the media that a clip shows can be."""
    if placed.clip.rate == 0:
        limits, at = source_limits(project.asset(placed.clip.asset_id), placed.track.kind), placed.clip.source_start
        earlier = _day(sequence) if limits.start is None else _frames_down(at - limits.start, sequence)
        later = _day(sequence) if limits.end is None else _frames_up(limits.end - at, sequence) - frame_of(sequence)
        return Reach(-earlier, max(later, 0), media_stops=True)
    start = inner_reach(project, sequence, placed, "start")
    return Reach(start.earliest, inner_reach(project, sequence, placed, "end").latest, media_stops=True)


def gap_length(item: Item) -> Flicks:
    """How long a gap is; a clip is none."""
    return item.duration if isinstance(item, Gap) else 0


def moved_edge(placed: PlacedClip, edge: Edge, by: Flicks) -> tuple[Flicks, Clip]:
    """The clip with one edge later by ``by``, and where it begins then; its media stay in place."""
    clip = placed.clip
    if edge == "end":
        return placed.start, clip.with_edges(0, by)
    return placed.start + by, clip.with_edges(by, 0)


def _frames_down(duration: Flicks, sequence: Sequence) -> Flicks:
    """The whole frames inside ``duration``."""
    frame = frame_of(sequence)
    return max(time.frame_at(duration + frame // 100, sequence.format.rate), 0) * frame


def _frames_up(duration: Flicks, sequence: Sequence) -> Flicks:
    """The frames that show something of ``duration``: the last may be held for less than a frame."""
    frame = frame_of(sequence)
    return max(time.frames_covering(duration - frame // 100, sequence.format.rate), 0) * frame


def _day(sequence: Sequence) -> Flicks:
    frame = frame_of(sequence)
    return 24 * 3600 * time.SECOND // frame * frame
