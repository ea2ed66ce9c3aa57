"""Edges of clips: how far they can go, and clips with their edges moved."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
    clip = placed.clip
    limits = source_limits(project.asset(clip.asset_id), placed.track.kind)
    inward = clip.duration - frame_of(sequence)
    if edge == "start":
        media = _day(sequence) if limits.start is None else _frames_down(clip.source_start - limits.start, sequence)
        return Reach(-media, inward, media_stops=True)
    media = _day(sequence) if limits.end is None else _frames_up(limits.end - clip.source_end, sequence)
    return Reach(-inward, media, media_stops=True)


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
    start = inner_reach(project, sequence, placed, "start")
    return Reach(start.earliest, inner_reach(project, sequence, placed, "end").latest, media_stops=True)


def gap_length(item: Item) -> Flicks:
    """How long a gap is; a clip is none."""
    return item.duration if isinstance(item, Gap) else 0


def moved_edge(placed: PlacedClip, edge: Edge, by: Flicks) -> tuple[Flicks, Clip]:
    """The clip with one edge later by ``by``, and where it begins then; its media stay in place."""
    clip = placed.clip
    if edge == "end":
        return placed.start, replace(clip, duration=clip.duration + by)
    return placed.start + by, replace(clip, source_start=clip.source_start + by, duration=clip.duration - by)


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
