"""Edits between outer edges that stay where they are: roll, slip, slide."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from app.core.base.errors import UserError
from app.core.base.time import Flicks
from app.core.edit import row
from app.core.edit.cut import without
from app.core.edit.document import find_clip, find_clips, frame_of, label, require_unlocked, with_rows, with_sequence
from app.core.edit.edges import Edge, Reach, edge_of, inner_reach, moved_edge, reach, source_reach
from app.core.model.clip import Clip, Gap, Item
from app.core.model.links import PlacedClip, chosen_clips
from app.core.model.project import Project
from app.core.model.sequence import Sequence

_FREE: Flicks = 1 << 62
# Each side of a clip, and the edge of a neighbour that touches it there.
_SIDES: tuple[tuple[Edge, Edge], ...] = (("start", "end"), ("end", "start"))


def roll(project: Project, sequence_id: str, clip_id: str, edge: Edge, to: Flicks, *, linked: bool = True) -> Project:
    """Move the cut at one edge of a clip to ``to``, or as far as media and single frames let it; nothing else moves.

    The cuts of linked parts on both sides that lie at the same time follow.

    ::

        V1 [ a    ][ b       ]        V1 [ a       ][ b    ]
        A1 [ s    ][ t       ]   ->   A1 [ s       ][ t    ]

    Raises:
        UserError: there is no clip on the other side, a part lies on a locked track, or the cut
            cannot move that way.
        ValueError: ``to`` is on no frame of the sequence.
    """
    sequence = project.sequence(sequence_id)
    chosen = find_clip(sequence, clip_id)
    by = _on_grid(sequence, to - edge_of(chosen, edge))
    if _across(chosen, edge) is None:
        raise UserError(f"clip {label(chosen.clip)}", "no clip touches it on that side", "trim the edge instead")
    if by == 0:
        return project
    edges = _edges_at_cut(sequence, chosen, edge, linked)
    ranges = [
        (reach if _across(part, each) is None else inner_reach)(project, sequence, part, each) for part, each in edges
    ]
    by = _possible(chosen, ranges, by)
    return with_sequence(project, _with_moved(sequence, [(part, *moved_edge(part, each, by)) for part, each in edges]))


def slip(project: Project, sequence_id: str, clip_id: str, by: Flicks, *, linked: bool = True) -> Project:
    """Let a clip, and what is linked to it, show its media later by ``by``, or as far as they go; no edge moves.

    ::

        media  |..[ a ].....|   ->   |.....[ a ]..|

    Raises:
        UserError: the clip is gone or on a locked track, or the media have no more on that side.
        ValueError: ``by`` is no whole number of frames.
    """
    sequence = project.sequence(sequence_id)
    chosen = find_clip(sequence, clip_id)
    if _on_grid(sequence, by) == 0:
        return project
    parts = find_clips(sequence, {clip_id}, linked=linked)
    by = _possible(chosen, [source_reach(project, sequence, part) for part in parts], by)
    slipped = [(part, part.start, part.clip.slipped(by)) for part in parts]
    return with_sequence(project, _with_moved(sequence, slipped))


def slide(project: Project, sequence_id: str, clip_id: str, by: Flicks, *, linked: bool = True) -> Project:
    """Move a clip, and what is linked to it, between its neighbours, which become longer and shorter.

    ::

        [ left   ][ a ][ right   ]   ->   [ left      ][ a ][ right]

    Raises:
        UserError: the clip is gone, a part lies on a locked track, or it cannot move that way.
        ValueError: ``by`` is no whole number of frames.
    """
    sequence = project.sequence(sequence_id)
    chosen = find_clip(sequence, clip_id)
    if _on_grid(sequence, by) == 0:
        return project
    parts = find_clips(sequence, {clip_id}, linked=linked)
    own = {part.clip.id for part in parts}
    ranges: list[Reach] = []
    edges: list[tuple[PlacedClip, Edge]] = []
    for part in parts:
        for side, touching in _SIDES:
            neighbour = _across(part, side)
            if neighbour is None:
                ranges.append(_room(part, side))
            elif neighbour.clip.id not in own:
                edges.append((neighbour, touching))
                ranges.append(inner_reach(project, sequence, neighbour, touching))
    by = _possible(chosen, ranges, by)
    moved = {part.clip.id: (part, part.start + by, part.clip) for part in parts}
    for neighbour, touching in edges:  # a neighbour of two parts changes at both of its edges
        _, start, clip = moved.get(neighbour.clip.id, (neighbour, neighbour.start, neighbour.clip))
        start, clip = moved_edge(replace(neighbour, start=start, clip=clip), touching, by)
        moved[neighbour.clip.id] = (neighbour, start, clip)
    return with_sequence(project, _with_moved(sequence, list(moved.values())))


def _on_grid(sequence: Sequence, by: Flicks) -> Flicks:
    if by % frame_of(sequence):
        raise ValueError(f"{by} is no whole number of frames at {sequence.format.rate} fps")
    return by


def _possible(chosen: PlacedClip, ranges: Iterable[Reach], by: Flicks) -> Flicks:
    """``by``, or as much of it as all ``ranges`` allow.

    Raises:
        UserError: that is nothing.
    """
    ranges = list(ranges)
    possible = min(max(by, *(each.earliest for each in ranges)), *(each.latest for each in ranges))
    if possible == 0:
        raise UserError(f"clip {label(chosen.clip)}", "nothing is left on that side", "go the other way")
    return possible


def _across(placed: PlacedClip, edge: Edge) -> PlacedClip | None:
    """The clip that touches an edge, if one does."""
    index = placed.index + (1 if edge == "end" else -1)
    if not 0 <= index < len(placed.track.items):
        return None
    item: Item = placed.track.items[index]
    if isinstance(item, Gap):
        return None
    return PlacedClip(placed.track, index, placed.end if edge == "end" else placed.start - item.duration, item)


def _room(placed: PlacedClip, edge: Edge) -> Reach:
    """How far a clip can go where no clip touches ``edge``: through the gap, or without end."""
    items = placed.track.items
    if edge == "start":
        return Reach(-items[placed.index - 1].duration if placed.index else 0, _FREE)
    return Reach(-_FREE, items[placed.index + 1].duration if placed.index + 1 < len(items) else _FREE)


def _edges_at_cut(sequence: Sequence, chosen: PlacedClip, edge: Edge, linked: bool) -> list[tuple[PlacedClip, Edge]]:
    """The edge, the one that touches it, those of linked parts at the same time, and so on."""
    here = edge_of(chosen, edge)
    found: dict[tuple[str, Edge], PlacedClip] = {}
    asked: set[str] = set()
    pending: list[tuple[PlacedClip, Edge]] = [(chosen, edge)]
    while pending:
        for part, side in pending:
            require_unlocked(part.track)
            found[part.clip.id, side] = part
            touching = _across(part, side)
            if touching is not None:
                found[touching.clip.id, "start" if side == "end" else "end"] = touching
                require_unlocked(touching.track)
        links = {part.clip.link_id for part in found.values() if part.clip.link_id is not None} - asked
        linked_parts = chosen_clips(sequence, links=links) if linked and links else []
        asked |= links
        sides = {(part.clip.link_id, side) for (_, side), part in found.items()}
        pending = [
            (part, side)
            for part in linked_parts
            for side, _ in _SIDES
            if (part.clip.link_id, side) in sides and edge_of(part, side) == here and (part.clip.id, side) not in found
        ]
    return [(part, side) for (_, side), part in found.items()]


def _with_moved(sequence: Sequence, moved: list[tuple[PlacedClip, Flicks, Clip]]) -> Sequence:
    """``sequence`` with clips in place of those that they were, each beginning at a time of its own."""
    emptied = without(sequence, [part for part, _, _ in moved])
    rows = {track.id: track.items for track in emptied.tracks}
    for part, start, clip in moved:
        rows[part.track.id] = row.put(rows[part.track.id], start, start + clip.duration, (clip,))
    return with_rows(sequence, rows)
