"""Taking apart and taking away: split, lift, extract, ripple delete."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from app.core.base.errors import UserError
from app.core.base.ids import new_id
from app.core.base.time import Flicks
from app.core.edit import row
from app.core.edit.document import (
    find_clips,
    find_track,
    label,
    relink,
    require_on_grid,
    with_linked,
    with_links,
    with_rows,
    with_sequence,
)
from app.core.edit.ripple import ripples, take_out
from app.core.model.clip import Gap, Item
from app.core.model.links import PlacedClip, chosen_clips, spanning_clips
from app.core.model.project import Project
from app.core.model.sequence import Sequence


def split_clip(project: Project, sequence_id: str, clip_id: str, at: Flicks, *, linked: bool = True) -> Project:
    """Cut one clip at sequence time ``at``, and what is linked to it there.

    ::

        V1 [ a        ]        [ a  ][ a' ]
        A1 [ s        ]   ->   [ s  ][ s' ]      a-s linked, a'-s' linked

    Raises:
        UserError: ``at`` is not inside the clip, or a part lies on a locked track.
        ValueError: ``at`` is on no frame of the sequence.
    """
    return split_clips(project, sequence_id, {clip_id}, at, linked=linked)


def split_clips(
    project: Project, sequence_id: str, clip_ids: Collection[str], at: Flicks, *, linked: bool = True
) -> Project:
    """Cut several clips at one time, and what is linked to them there.

    Raises:
        UserError: ``at`` is not inside one of the clips, or a part lies on a locked track.
        ValueError: ``at`` is on no frame of the sequence.
    """
    sequence = project.sequence(sequence_id)
    require_on_grid(sequence, at)
    parts = find_clips(sequence, clip_ids, linked=False)
    for placed in parts:
        if not placed.start < at < placed.end:
            raise UserError(f"clip {label(placed.clip)}", "it does not span that time", "choose a time inside it")
    parts = with_linked(sequence, parts) if linked else parts
    return _split(project, sequence, parts, at, parts if linked else None)


def split_tracks(
    project: Project, sequence_id: str, track_ids: Collection[str], at: Flicks, *, linked: bool = True
) -> Project:
    """Cut what spans ``at`` on the given tracks, and what is linked to it.

    Raises:
        UserError: nothing spans ``at`` there, or a track is locked.
        ValueError: ``at`` is on no frame of the sequence.
    """
    sequence = project.sequence(sequence_id)
    require_on_grid(sequence, at)
    wanted = {find_track(sequence, track_id).id for track_id in track_ids}
    named = spanning_clips(sequence, at, wanted)
    parts = with_linked(sequence, named) if linked else named
    return _split(project, sequence, parts, at, parts if linked else None)


def split_all(project: Project, sequence_id: str, at: Flicks) -> Project:
    """Cut what spans ``at`` on every track that is not locked.

    Raises:
        UserError: nothing spans ``at``.
        ValueError: ``at`` is on no frame of the sequence.
    """
    sequence = project.sequence(sequence_id)
    require_on_grid(sequence, at)
    return _split(project, sequence, [each for each in spanning_clips(sequence, at) if not each.track.locked], at)


def lift(project: Project, sequence_id: str, clip_ids: Collection[str], *, linked: bool = True) -> Project:
    """Take clips away and leave gaps.

    ::

        [ a ][ b ][ c ]   ->   [ a ].....[ c ]

    Raises:
        UserError: a clip is gone, or lies on a locked track.
    """
    sequence = project.sequence(sequence_id)
    gone = _lifted(sequence, clip_ids, linked)
    return with_sequence(project, without(sequence, gone))


def lift_range(
    project: Project, sequence_id: str, start: Flicks, end: Flicks, *, track_ids: Collection[str] | None = None
) -> Project:
    """Take what lies in ``[start, end)`` away and leave gaps, on some tracks, or on all that are not locked.

    ::

                 start   end
        V1 [ a     |  ][ b|  ]        V1 [ a   ].......[ b]
        A1 [ music |      |  ]   ->   A1 [ mus ].......[ic]

    Raises:
        UserError: nothing is there, or a track is gone or locked.
        ValueError: a time is on no frame of the sequence, or the range is empty.
    """
    sequence = project.sequence(sequence_id)
    _require_range(sequence, start, end)
    named = track_ids is not None
    tracks = [find_track(sequence, each) for each in track_ids or ()] if named else list(sequence.tracks)
    rows = {track.id: row.put(track.items, start, end, (Gap(end - start),)) for track in tracks if not track.locked}
    lifted = with_rows(sequence, rows)
    if lifted.tracks == sequence.tracks:
        raise UserError("timeline", "nothing is there to take away", "choose a range with clips on unlocked tracks")
    return with_sequence(project, relink(sequence, lifted))


def close_gap(project: Project, sequence_id: str, track_id: str, at: Flicks) -> Project:
    """Close the gap of a track that ``at`` lies in: everything later moves up, on all tracks that ripple along.

    ::

        V1 [ a ].....[ b ]        V1 [ a ][ b ]
        A1 [ s ].....[ t ]   ->   A1 [ s ][ t ]

    Raises:
        UserError: there is no gap with something behind it, the track is gone or locked, a clip of
            another track that ripples along lies in that time, or something linked would be pulled
            out of step.
        ValueError: ``at`` is on no frame of the sequence.
    """
    sequence = project.sequence(sequence_id)
    require_on_grid(sequence, at)
    track = find_track(sequence, track_id)
    start = 0
    for item in track.items:
        if start + item.duration > at:
            break
        start += item.duration
    else:
        raise UserError(f"track {track.name}", "there is no gap to close at that time", "choose a gap between clips")
    if not isinstance(item, Gap):
        raise UserError(f"track {track.name}", f"clip {label(item)} lies there, no gap", "choose a gap between clips")
    end = start + item.duration
    for other in sequence.tracks:
        if ripples(other, {track_id}) and row.put(other.items, start, end, (Gap(end - start),)) != other.items:
            why = f"{other.name} has a clip in that time"
            raise UserError(f"the gap on {track.name}", why, f"switch the sync lock of {other.name} off, or lock it")
    return with_sequence(project, take_out(sequence, [(start, end)], {track_id}))


def extract(project: Project, sequence_id: str, start: Flicks, end: Flicks) -> Project:
    """Take ``[start, end)`` out of time on all tracks that ripple along: everything later moves up equally.

    ::

                 start   end
        V1 [ a     |  ][ b|  ][ c ]        V1 [ a   ][ b][ c ]
        A1 [ music |      |       ]   ->   A1 [ music ][ mu' ]

    Raises:
        UserError: nothing is there, or something linked to a locked track would be pulled out of step.
        ValueError: a time is on no frame of the sequence, or the range is empty.
    """
    sequence = project.sequence(sequence_id)
    _require_range(sequence, start, end)
    if all(track.locked or track.duration <= start for track in sequence.tracks):
        raise UserError("timeline", "nothing is there to take out", "choose a range with clips on unlocked tracks")
    return with_sequence(project, take_out(sequence, [(start, end)]))


def ripple_delete(project: Project, sequence_id: str, clip_ids: Collection[str], *, linked: bool = True) -> Project:
    """Take clips away and close their time on all tracks that ripple along (:mod:`app.core.edit.ripple`).

    Linked parts and groups go too; the time that closes is that of the clips named and their groups. What else
    lies in that time on other tracks is cut out with it.

    ::

        V1 [ a ][ b ][ c ]          V1 [ a ][ c ]
        A1 [ s ][ t ][ u ]    ->    A1 [ s ][ u ]
        A2 [ music       ]          A2 [ mu][sic]

    Raises:
        UserError: a clip is gone or on a locked track, or something linked to a locked track would
            be pulled out of step.
    """
    sequence = project.sequence(sequence_id)
    gone, wanted = _lifted(sequence, clip_ids, linked), set(clip_ids)
    groups = {placed.clip.group_id for placed in gone if linked and placed.clip.id in wanted} - {None}
    named = [placed for placed in gone if placed.clip.id in wanted or placed.clip.group_id in groups]
    aimed = {placed.track.id for placed in gone}
    lifted = without(sequence, gone)
    return with_sequence(project, take_out(lifted, [(placed.start, placed.end) for placed in named], aimed))


def without(sequence: Sequence, clips: Iterable[PlacedClip]) -> Sequence:
    """``sequence`` with gaps in place of some of its clips."""

    rows: dict[str, list[Item]] = {}
    for placed in clips:
        items = rows.setdefault(placed.track.id, list(placed.track.items))
        items[placed.index] = Gap(placed.clip.duration)
    return with_rows(sequence, {track_id: row.tidy(items) for track_id, items in rows.items()})


def _require_range(sequence: Sequence, start: Flicks, end: Flicks) -> None:
    require_on_grid(sequence, start, end)
    if not 0 <= start < end:
        raise ValueError(f"no range: {start} to {end}")


def _lifted(sequence: Sequence, clip_ids: Collection[str], linked: bool) -> list[PlacedClip]:
    clips = find_clips(sequence, clip_ids, linked=linked, grouped=linked)
    if not clips:
        raise UserError("timeline", "no clip is chosen", "choose a clip")
    return clips


def _split(
    project: Project,
    sequence: Sequence,
    parts: list[PlacedClip],
    at: Flicks,
    members: list[PlacedClip] | None = None,
) -> Project:
    """Cut those of ``parts`` that span ``at``; ``members`` are all clips of their links, where they are known.

    Where all of a link that spans ``at`` is cut, what is later becomes a link of its own (see
    :func:`app.core.edit.document.relink`, which finds out by itself what is known here).
    """
    parts = [part for part in parts if part.start < at < part.end]
    if not parts:
        raise UserError("timeline", "there is no clip to split at that time", "choose a time inside a clip")
    links = {part.clip.link_id for part in parts if part.clip.link_id is not None}
    if members is None:
        members = chosen_clips(sequence, links=links) if links else []
    split_ids, fresh, moved = {part.clip.id for part in parts}, dict.fromkeys(links), dict[str, str | None]()
    for link in links:
        own = [part for part in members if part.clip.link_id == link]
        if any(part.start < at < part.end and part.clip.id not in split_ids for part in own):
            fresh[link] = link
            continue
        later = [part.clip.id for part in own if part.start >= at]
        fresh[link] = new_id() if len(later) + sum(part.clip.id in split_ids for part in own) > 1 else None
        moved.update(dict.fromkeys(later, fresh[link]))
    rows: dict[str, row.Row] = {}
    for part in parts:
        first, second = row.divide(part.clip, at - part.start)
        if second.link_id is not None:
            second = replace(second, link_id=fresh[second.link_id])
        items = list(part.track.items)
        items[part.index : part.index + 1] = (first, second)
        rows[part.track.id] = tuple(items)
    return with_sequence(project, with_links(with_rows(sequence, rows), moved))
