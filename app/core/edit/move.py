"""Moving clips in time and over tracks."""

from __future__ import annotations

from collections.abc import Collection

from app.core.base.errors import UserError
from app.core.base.time import Flicks
from app.core.edit import row
from app.core.edit.cut import without
from app.core.edit.document import find_clip, find_clips, find_track, frame_of, label, relink, with_rows, with_sequence
from app.core.edit.ripple import put_in
from app.core.edit.tracks import free_track
from app.core.model.links import PlacedClip
from app.core.model.project import Project
from app.core.model.sequence import Sequence, Track, TrackKind


def move(
    project: Project,
    sequence_id: str,
    clip_id: str,
    to: Flicks,
    *,
    track_id: str | None = None,
    linked: bool = True,
) -> Project:
    """Move a clip so that it begins at sequence time ``to``, over what is there, on its own track or another.

    What is linked to it or in its group moves by the same time on its own track. Where it changes
    tracks, what is linked to it writes over nothing: see :func:`move_clips`.

    ::

        V1 [ a ][ b      ]          V1 .....[ b][ a ]
        A1 [ s ][ t      ]    ->    A1 .....[ t][ s ]

    Raises:
        UserError: the clip is gone, a track is locked or of the other kind, or a part would begin
            before the timeline does.
        ValueError: ``to`` is on no frame of the sequence.
    """
    sequence = project.sequence(sequence_id)
    chosen = find_clip(sequence, clip_id)
    by = to - chosen.start
    target = chosen.track if track_id is None else find_track(sequence, track_id)
    if target.kind != chosen.track.kind:
        what = "picture" if chosen.track.kind == "video" else "sound"
        raise UserError(f"clip {label(chosen.clip)}", f"{target.name} is no {what} track", f"choose a {what} track")
    parts = find_clips(sequence, {clip_id}, linked=linked, grouped=linked)
    tracks_up = _number(sequence, target) - _number(sequence, chosen.track)
    targets = [target if part.clip.id == clip_id else part.track for part in parts]
    return with_sequence(project, _moved(sequence, parts, targets, by, tracks_up))


def move_clips(
    project: Project,
    sequence_id: str,
    clip_ids: Collection[str],
    by: Flicks,
    *,
    tracks_up: int = 0,
    kind: TrackKind | None = None,
    linked: bool = True,
    inserting: bool = False,
) -> Project:
    """Move several clips, and what is linked to them or in their groups, by the same time, over what is there.

    ``tracks_up`` moves the clips named by that many tracks, away from the border between picture
    and sound, or only those of ``kind`` among them; parts that are not named stay on their
    tracks. But where the place of a part that is linked to one that changes tracks is taken on its
    own track, it goes along by as many tracks, or on to the next one that is free there, made if
    there is none: the sound of a picture that is laid over an interview writes over no word of it.

    ::

        V2                     V2 ........[ a ]
        V1 [ a ][ b ]    ->    V1 .....[ b ]           a: one up, both later

        V2                     V2 [ a ]
        V1 [ i    ][ a ]  ->   V1 [ i    ]
        A1 [ j    ][ s ]       A1 [ j    ]             a: one up and earlier; s finds no room on A1
                               A2 [ s ]

    If ``inserting``, what lies where they go gives way instead, on all tracks that ripple along.

    ::

        V1 [ a ][ b ][ c ]   ->   V1 .....[ b ][ a ][ c ]      a inserted before c

    Raises:
        UserError: a clip is gone, a track is locked or missing, or a part would begin before the
            timeline does.
        ValueError: ``by`` is no whole number of frames.
    """
    sequence = project.sequence(sequence_id)
    parts = find_clips(sequence, clip_ids, linked=linked, grouped=linked)

    def changes_track(part: PlacedClip) -> bool:
        return part.clip.id in clip_ids and kind in (None, part.track.kind)

    targets = [_shifted(sequence, part.track, tracks_up) if changes_track(part) else part.track for part in parts]
    if inserting and parts:
        return with_sequence(project, _inserted(sequence, parts, targets, by))
    return with_sequence(project, _moved(sequence, parts, targets, by, tracks_up))


def _inserted(sequence: Sequence, parts: list[PlacedClip], targets: list[Track], by: Flicks) -> Sequence:
    _require_possible(sequence, parts, by)
    first, last = min(part.start for part in parts), max(part.end for part in parts)
    emptied = without(sequence, parts)
    opened = put_in(emptied, first + by, last - first, {target.id for target in targets})
    rows = {track.id: track.items for track in opened.tracks}
    for part, target in zip(parts, targets, strict=True):
        start = part.start + by
        rows[target.id] = row.put(rows[target.id], start, start + part.clip.duration, (part.clip,))
    return with_rows(opened, rows)


def _shifted(sequence: Sequence, track: Track, tracks_up: int) -> Track:
    tracks = _like(sequence, track)
    number = _number(sequence, track) + tracks_up
    if not 0 <= number < len(tracks):
        raise UserError(f"track {track.name}", "there is no track to move to", "add a track first")
    return find_track(sequence, tracks[number].id)


def _like(sequence: Sequence, track: Track) -> tuple[Track, ...]:
    return sequence.video_tracks if track.kind == "video" else sequence.audio_tracks


def _number(sequence: Sequence, track: Track) -> int:
    """Its place among those of its kind; 0 is V1 or A1."""
    return [each.id for each in _like(sequence, track)].index(track.id)


def _moved(sequence: Sequence, parts: list[PlacedClip], targets: list[Track], by: Flicks, tracks_up: int) -> Sequence:
    """Lay the parts where they go: first those that are told to, then those that only follow their links."""
    _require_possible(sequence, parts, by)
    rising = {part.clip.link_id for part, target in zip(parts, targets, strict=True) if target.id != part.track.id} - {
        None
    }
    moved = without(sequence, parts)
    following, rows = [], {track.id: track.items for track in moved.tracks}
    for part, target in zip(parts, targets, strict=True):
        if target.id == part.track.id and part.clip.link_id in rising:
            following.append(part)
            continue
        start = part.start + by
        rows[target.id] = row.put(rows[target.id], start, start + part.clip.duration, (part.clip,))
    moved = with_rows(moved, rows)
    for part in following:
        moved = _followed(moved, part, by, tracks_up)
    return relink(sequence, moved)


def _followed(sequence: Sequence, part: PlacedClip, by: Flicks, tracks_up: int) -> Sequence:
    """``part`` laid on its own track or, where that is taken, on the one that :func:`free_track` finds."""
    start, own = part.start + by, _number(sequence, part.track)
    end = start + part.clip.duration
    sequence, track = free_track(sequence, part.track.kind, start, end, own=own, other=own + tracks_up)
    return with_rows(sequence, {track.id: row.put(track.items, start, end, (part.clip,))})


def _require_possible(sequence: Sequence, parts: list[PlacedClip], by: Flicks) -> None:
    if by % frame_of(sequence):
        raise ValueError(f"{by} is no whole number of frames at {sequence.format.rate} fps")
    for part in parts:
        if part.start + by < 0:
            why = "it would begin before the timeline does"
            raise UserError(f"clip {label(part.clip)}", why, "choose a later time")
