"""Moving the edges of clips, up to the ends of their media and to their neighbours."""

from __future__ import annotations

from app.core.base.errors import UserError
from app.core.base.time import Flicks
from app.core.edit import row
from app.core.edit.cut import without
from app.core.edit.document import (
    find_clip,
    find_clips,
    frame_of,
    label,
    with_rows,
    with_sequence,
)
from app.core.edit.edges import Edge as Edge
from app.core.edit.edges import Reach, edge_of, inner_reach, moved_edge, reach
from app.core.edit.ripple import put_in, take_out
from app.core.model.links import PlacedClip, chosen_clips
from app.core.model.project import Project
from app.core.model.sequence import Sequence


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
    parts = _edge_parts(sequence, clip_id, edge, linked)
    by = _possible(parts, [reach(project, sequence, part, edge) for part in parts], edge, to)
    return project if by == 0 else with_sequence(project, _trimmed(sequence, parts, edge, by))


def ripple_trim(
    project: Project, sequence_id: str, clip_id: str, edge: Edge, to: Flicks, *, linked: bool = True
) -> Project:
    """Move one edge of a clip to ``to``, or as far towards it as its media go; everything later closes up or gives way.

    A clip whose start is trimmed stays where it begins. Other tracks that ripple along lose, or get,
    the same time at the edge that moves, and so do markers and cues (:mod:`app.core.edit.ripple`).

    ::

        start   [ a  |     ][ b ]   ->   [ a   ][ b ]          head of a taken off
        end     [ a     |  ][ b ]   ->   [ a   ][ b ]          tail of a taken off
        end     [ a ]->[ b ]        ->   [ a      ][ b ]       b pushed later

    Raises:
        UserError: the clip is gone, a part lies on a locked track, the edge cannot move that way, or
            something linked would be pulled out of step.
        ValueError: ``to`` is on no frame of the sequence.
    """
    sequence = project.sequence(sequence_id)
    if to % frame_of(sequence):
        raise ValueError(f"{to} is on no frame of {sequence.format.rate} fps")
    parts = _edge_parts(sequence, clip_id, edge, linked)
    by = _possible(parts, [inner_reach(project, sequence, part, edge) for part in parts], edge, to)
    if by == 0:
        return project
    here, aimed = edge_of(parts[0], edge), {part.track.id for part in parts}
    if (by > 0) == (edge == "start"):
        cut = min(here, here + by), max(here, here + by)
        return with_sequence(project, take_out(sequence, [cut], aimed))
    opened = put_in(sequence, here, abs(by), aimed)
    pushed = chosen_clips(opened, ids={part.clip.id for part in parts})
    return with_sequence(project, _trimmed(opened, pushed, edge, by))


def _edge_parts(sequence: Sequence, clip_id: str, edge: Edge, linked: bool) -> list[PlacedClip]:
    """A clip, first, and the parts linked to it whose same edge lies at the same time."""
    chosen = find_clip(sequence, clip_id)
    parts = find_clips(sequence, {clip_id}, linked=linked)
    here = edge_of(chosen, edge)
    return [chosen, *(part for part in parts if edge_of(part, edge) == here and part.clip.id != clip_id)]


def _possible(parts: list[PlacedClip], ranges: list[Reach], edge: Edge, to: Flicks) -> Flicks:
    """By how much the edge of all ``parts`` can move towards ``to``; 0 where it is there already."""
    here = edge_of(parts[0], edge)
    earliest, latest = max(each.earliest for each in ranges), min(each.latest for each in ranges)
    by = min(max(to - here, earliest), latest)
    if by == 0 and to != here:
        what = f"clip {label(parts[0].clip)}"
        raise UserError(what, _reason(ranges, edge, later=to > here), "trim it the other way")
    return by


def _reason(ranges: list[Reach], edge: Edge, *, later: bool) -> str:
    if later == (edge == "start"):
        return "it is one frame long"
    if any(each.media_stops and (each.latest if later else each.earliest) == 0 for each in ranges):
        return "its media has no more on that side"
    return "nothing is free on that side"


def _trimmed(sequence: Sequence, parts: list[PlacedClip], edge: Edge, by: Flicks) -> Sequence:
    emptied = without(sequence, parts)
    rows = {track.id: track.items for track in emptied.tracks}
    for part in parts:
        start, clip = moved_edge(part, edge, by)
        rows[part.track.id] = row.put(rows[part.track.id], start, start + clip.duration, (clip,))
    return with_rows(sequence, {part.track.id: rows[part.track.id] for part in parts})
