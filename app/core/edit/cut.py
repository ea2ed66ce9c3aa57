"""Taking apart and taking away: split, lift, extract, ripple delete."""

from __future__ import annotations

from collections.abc import Callable, Collection

from app.core.base.errors import UserError
from app.core.base.time import Flicks
from app.core.edit import row
from app.core.edit.document import (
    find_clips,
    find_track,
    label,
    on_unlocked,
    refuse_pulling_apart,
    relink,
    require_on_grid,
    with_rows,
    with_sequence,
)
from app.core.model.clip import Clip, Gap, Item
from app.core.model.links import PlacedClip, spanning_clips
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
    sequence = project.sequence(sequence_id)
    require_on_grid(sequence, at)
    parts = find_clips(sequence, {clip_id}, linked=linked)
    spanning = [each for each in parts if each.start < at < each.end]
    if not any(each.clip.id == clip_id for each in spanning):
        name = label(next(each.clip for each in parts if each.clip.id == clip_id))
        raise UserError(f"clip {name}", "it does not span that time", "choose a time inside it")
    return _split(project, sequence, spanning, at)


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
    named = {each.clip.id for each in spanning_clips(sequence, at) if each.track.id in wanted}
    parts = find_clips(sequence, named, linked=linked)
    return _split(project, sequence, [each for each in parts if each.start < at < each.end], at)


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
    clips = find_clips(sequence, clip_ids, linked=linked)
    if not clips:
        raise UserError("timeline", "no clip is chosen", "choose a clip")
    return with_sequence(project, without(sequence, {placed.clip.id for placed in clips}))


def extract(project: Project, sequence_id: str, start: Flicks, end: Flicks) -> Project:
    """Take ``[start, end)`` out of time on all tracks that are not locked: everything later moves up equally.

    ::

                 start   end
        V1 [ a     |  ][ b|  ][ c ]        V1 [ a   ][ b][ c ]
        A1 [ music |      |       ]   ->   A1 [ music ][ mu' ]

    Raises:
        UserError: nothing is there, or something linked to a locked track would be pulled out of step.
        ValueError: a time is on no frame of the sequence, or the range is empty.
    """
    sequence = project.sequence(sequence_id)
    require_on_grid(sequence, start, end)
    if not 0 <= start < end:
        raise ValueError(f"no range: {start} to {end}")
    if all(track.locked or track.duration <= start for track in sequence.tracks):
        raise UserError("timeline", "nothing is there to take out", "choose a range with clips on unlocked tracks")
    refuse_pulling_apart(sequence, start)
    closed = on_unlocked(sequence, lambda items: row.close(items, start, end))
    return with_sequence(project, relink(sequence, closed))


def ripple_delete(project: Project, sequence_id: str, clip_ids: Collection[str], *, linked: bool = True) -> Project:
    """Take clips away and close their time on all tracks that are not locked, so that all stay in step.

    Parts linked to the clips go too; the time that closes is that of the clips named. What else
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
    named = find_clips(sequence, clip_ids, linked=False)
    lifted = lift(project, sequence_id, clip_ids, linked=linked)
    refuse_pulling_apart(lifted.sequence(sequence_id), min(placed.start for placed in named))
    changed = lifted.sequence(sequence_id)
    for start, end in reversed(_merged([(placed.start, placed.end) for placed in named])):
        changed = on_unlocked(changed, _closing(start, end))
    return with_sequence(project, relink(sequence, changed))


def without(sequence: Sequence, clip_ids: Collection[str]) -> Sequence:
    """``sequence`` with gaps in place of clips."""

    def emptied(item: Item) -> Item:
        return Gap(item.duration) if isinstance(item, Clip) and item.id in clip_ids else item

    rows = {
        track.id: row.tidy(map(emptied, track.items))
        for track in sequence.tracks
        if any(isinstance(item, Clip) and item.id in clip_ids for item in track.items)
    }
    return with_rows(sequence, rows)


def _closing(start: Flicks, end: Flicks) -> Callable[[row.Row], row.Row]:
    return lambda items: row.close(items, start, end)


def _split(project: Project, sequence: Sequence, clips: Collection[PlacedClip], at: Flicks) -> Project:
    if not clips:
        raise UserError("timeline", "there is no clip to split at that time", "choose a time inside a clip")
    rows = {placed.track.id: row.split(placed.track.items, at) for placed in clips}
    return with_sequence(project, relink(sequence, with_rows(sequence, rows)))


def _merged(ranges: list[tuple[Flicks, Flicks]]) -> list[tuple[Flicks, Flicks]]:
    """The union of ``ranges``, in order."""
    merged: list[tuple[Flicks, Flicks]] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged
