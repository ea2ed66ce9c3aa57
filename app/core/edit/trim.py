"""Moving the edges of clips, up to the ends of their media and to their neighbours."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from app.core.base import time
from app.core.base.errors import UserError
from app.core.base.time import Flicks
from app.core.edit import row
from app.core.edit.cut import without
from app.core.edit.document import find_clip, find_clips, frame_of, label, with_rows, with_sequence
from app.core.model.clip import Clip, Gap, Item
from app.core.model.limits import source_limits
from app.core.model.links import PlacedClip
from app.core.model.project import Project
from app.core.model.sequence import Sequence

Edge: TypeAlias = Literal["start", "end"]


def trim(project: Project, sequence_id: str, clip_id: str, edge: Edge, to: Flicks, *, linked: bool = True) -> Project:
    """Move one edge of a clip to sequence time ``to``, or as far towards it as possible.

    Linked parts whose same edge lies at the same time follow, so that none falls out of step. An
    edge stops at the end of its media, at the neighbour, and where one frame of the clip is left.

    ::

        start   ...[ a        ]    ->   ......[ a     ]
        end     [ a        ]....   ->   [ a           ].

    Raises:
        UserError: the clip is gone, a part lies on a locked track, or the edge cannot move that way.
        ValueError: ``to`` is on no frame of the sequence.
    """
    sequence = project.sequence(sequence_id)
    frame = frame_of(sequence)
    if to % frame:
        raise ValueError(f"{to} is on no frame of {sequence.format.rate} fps")
    chosen = find_clip(sequence, clip_id)
    here = _edge(chosen, edge)
    parts = [part for part in find_clips(sequence, {clip_id}, linked=linked) if _edge(part, edge) == here]
    ranges = [_range(project, sequence, part, edge) for part in parts]
    earliest, latest = max(each.earliest for each in ranges), min(each.latest for each in ranges)
    by = min(max(to - here, earliest), latest)
    if by == 0:
        if to == here:
            return project
        raise UserError(f"clip {label(chosen.clip)}", _reason(ranges, edge, later=to > here), "trim it the other way")
    return with_sequence(project, _trimmed(sequence, parts, edge, by))


@dataclass(frozen=True, slots=True)
class _Range:
    """How far an edge can move, and whether media or neighbours stop it on the way outward."""

    earliest: Flicks
    latest: Flicks
    media_stops: bool


def _edge(placed: PlacedClip, edge: Edge) -> Flicks:
    return placed.start if edge == "start" else placed.end


def _range(project: Project, sequence: Sequence, placed: PlacedClip, edge: Edge) -> _Range:
    frame = frame_of(sequence)
    clip, items = placed.clip, placed.track.items
    limits = source_limits(project.asset(clip.asset_id), placed.track.kind)
    inward = clip.duration - frame
    if edge == "start":
        space = _gap(items[placed.index - 1]) if placed.index else 0
        media = space if limits.start is None else _frames_down(clip.source_start - limits.start, sequence)
        return _Range(-min(space, media), inward, media < space)
    # Nothing limits the end of a still at the end of a track: a day is longer than anybody drags.
    space = _gap(items[placed.index + 1]) if placed.index + 1 < len(items) else _day(frame)
    media = space if limits.end is None else _frames_up(limits.end - clip.source_end, sequence)
    return _Range(-inward, min(space, media), media < space)


def _gap(item: Item) -> Flicks:
    return item.duration if isinstance(item, Gap) else 0


def _frames_down(duration: Flicks, sequence: Sequence) -> Flicks:
    """The whole frames inside ``duration``."""
    frame = frame_of(sequence)
    return max(time.frame_at(duration + frame // 100, sequence.format.rate), 0) * frame


def _frames_up(duration: Flicks, sequence: Sequence) -> Flicks:
    """The frames that show something of ``duration``: the last may be held for less than a frame."""
    frame = frame_of(sequence)
    return max(time.frames_covering(duration - frame // 100, sequence.format.rate), 0) * frame


def _day(frame: Flicks) -> Flicks:
    return 24 * 3600 * time.SECOND // frame * frame


def _reason(ranges: list[_Range], edge: Edge, *, later: bool) -> str:
    if later == (edge == "start"):
        return "it is one frame long"
    if any(each.media_stops and (each.latest if later else each.earliest) == 0 for each in ranges):
        return "its media has no more on that side"
    return "nothing is free on that side"


def _trimmed(sequence: Sequence, parts: list[PlacedClip], edge: Edge, by: Flicks) -> Sequence:
    emptied = without(sequence, parts)
    rows = {track.id: track.items for track in emptied.tracks}
    for part in parts:
        start, clip = _changed(part, edge, by)
        rows[part.track.id] = row.put(rows[part.track.id], start, start + clip.duration, (clip,))
    return with_rows(sequence, {part.track.id: rows[part.track.id] for part in parts})


def _changed(part: PlacedClip, edge: Edge, by: Flicks) -> tuple[Flicks, Clip]:
    clip = part.clip
    if edge == "end":
        return part.start, replace(clip, duration=clip.duration + by)
    return part.start + by, replace(clip, source_start=clip.source_start + by, duration=clip.duration - by)
