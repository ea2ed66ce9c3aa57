"""Rows of a sequence: making, moving, naming and switching them, and finding those that an edit aims at."""

from __future__ import annotations

from dataclasses import replace

from app.core.base.errors import UserError
from app.core.base.ids import new_id
from app.core.base.time import Flicks
from app.core.edit.document import find_track, require_unlocked, with_sequence
from app.core.edit.row import is_free
from app.core.model.project import Project
from app.core.model.sequence import Sequence, Track, TrackKind


def add_track(project: Project, sequence_id: str, kind: TrackKind) -> Project:
    """Add an empty track: above the others for picture, below them for sound.

    ::

                          V2
        V1 [ a ]    ->    V1 [ a ]
        A1 [ s ]          A1 [ s ]
    """
    return with_sequence(project, with_new_track(project.sequence(sequence_id), kind))


def with_new_track(sequence: Sequence, kind: TrackKind) -> Sequence:
    """``sequence`` with one more track of ``kind``, named after its number (V2, A3)."""
    tracks = sequence.video_tracks if kind == "video" else sequence.audio_tracks
    letter = "V" if kind == "video" else "A"
    names = {track.name for track in sequence.tracks}
    number = next(n for n in range(len(tracks) + 1, len(tracks) + len(names) + 2) if f"{letter}{n}" not in names)
    track = Track(new_id(), kind, f"{letter}{number}")
    if kind == "video":
        return replace(sequence, video_tracks=(*tracks, track))
    return replace(sequence, audio_tracks=(*tracks, track))


def remove_track(project: Project, sequence_id: str, track_id: str) -> Project:
    """Take a track away with all that lies on it; what is linked to that stays on other tracks.

    ::

        V2 [ t ]
        V1 [ a ][ b ]    ->    V1 [ a ][ b ]

    Raises:
        UserError: the track is gone or locked.
    """
    sequence = project.sequence(sequence_id)
    track = find_track(sequence, track_id)
    video = tuple(each for each in sequence.video_tracks if each.id != track.id)
    audio = tuple(each for each in sequence.audio_tracks if each.id != track.id)
    return with_sequence(project, replace(sequence, video_tracks=video, audio_tracks=audio))


def move_track(project: Project, sequence_id: str, track_id: str, by: int) -> Project:
    """Move a track by so many places, away from the border between picture and sound (or, negative, towards it).

    It stops at the last track of its kind; names stay with their tracks.

    ::

        V2 [ t ]               V1 [ a ][ b ]
        V1 [ a ][ b ]    ->    V2 [ t ]

    Raises:
        UserError: the track is gone or locked, or there is no place that way.
    """
    sequence = project.sequence(sequence_id)
    track = find_track(sequence, track_id)
    tracks = list(sequence.video_tracks if track.kind == "video" else sequence.audio_tracks)
    here = [each.id for each in tracks].index(track.id)
    there = min(max(here + by, 0), len(tracks) - 1)
    if by == 0:
        return project
    if there == here:
        raise UserError(f"track {track.name}", "it is the last one on that side", "move it the other way")
    tracks.insert(there, tracks.pop(here))
    if track.kind == "video":
        return with_sequence(project, replace(sequence, video_tracks=tuple(tracks)))
    return with_sequence(project, replace(sequence, audio_tracks=tuple(tracks)))


def rename_track(project: Project, sequence_id: str, track_id: str, name: str) -> Project:
    """Call a track something else, also a locked one.

    Raises:
        UserError: the track is gone, the name is empty, or another track has it.
    """
    sequence = project.sequence(sequence_id)
    track, name = _any_track(sequence, track_id), " ".join(name.split())
    if not name:
        raise UserError(f"track {track.name}", "a track needs a name", "write one")
    taken = [each.name for each in sequence.tracks if each.id != track_id]
    if name in taken or name in [each.name for each in sequence.subtitle_tracks]:
        raise UserError(f"track {track.name}", f"another track is called {name} already", "choose another name")
    return project if name == track.name else with_sequence(project, _with_track(sequence, replace(track, name=name)))


def set_flags(
    project: Project,
    sequence_id: str,
    track_id: str,
    *,
    muted: bool | None = None,
    solo: bool | None = None,
    hidden: bool | None = None,
    locked: bool | None = None,
    sync_lock: bool | None = None,
) -> Project:
    """Switch what is said of a track, also of a locked one; what is None stays as it is.

    Raises:
        UserError: the track is gone.
        ValueError: a picture track cannot be muted or solo, a sound track cannot be hidden.
    """
    sequence = project.sequence(sequence_id)
    track = _any_track(sequence, track_id)
    if (muted or solo) if track.kind == "video" else hidden:
        raise ValueError(f"track {track.name} is no track of the kind that this is said of")
    changed = replace(
        track,
        muted=track.muted if muted is None else muted,
        solo=track.solo if solo is None else solo,
        hidden=track.hidden if hidden is None else hidden,
        locked=track.locked if locked is None else locked,
        sync_lock=track.sync_lock if sync_lock is None else sync_lock,
    )
    return project if changed == track else with_sequence(project, _with_track(sequence, changed))


def _any_track(sequence: Sequence, track_id: str) -> Track:
    for track in sequence.tracks:
        if track.id == track_id:
            return track
    raise UserError(f"track {track_id}", "it is not in this sequence", "choose another track")


def _with_track(sequence: Sequence, changed: Track) -> Sequence:
    video = tuple(changed if each.id == changed.id else each for each in sequence.video_tracks)
    audio = tuple(changed if each.id == changed.id else each for each in sequence.audio_tracks)
    return replace(sequence, video_tracks=video, audio_tracks=audio)


def target_track(sequence: Sequence, kind: TrackKind, track_id: str | None) -> tuple[Sequence, Track]:
    """The track that an edit aims at: the one of that id, else the first of ``kind``, made if there is none.

    Raises:
        UserError: it is gone or locked.
        ValueError: the track is of the other kind: a bug of the caller.
    """
    if track_id is not None:
        track = find_track(sequence, track_id)
        if track.kind != kind:
            raise ValueError(f"track {track_id} is no {kind} track")
        return sequence, track
    tracks = sequence.video_tracks if kind == "video" else sequence.audio_tracks
    if not tracks:
        sequence = with_new_track(sequence, kind)
        tracks = sequence.video_tracks if kind == "video" else sequence.audio_tracks
    require_unlocked(tracks[0])
    return sequence, tracks[0]


def free_track(
    sequence: Sequence, kind: TrackKind, start: Flicks, end: Flicks, *, own: int, other: int
) -> tuple[Sequence, Track]:
    """Where a part goes whose linked part is put on another track, so that it writes over nothing in ``[start, end)``.

    Its ``own`` track (a number, 0 is V1 or A1) where its place there is free, else track ``other``,
    else the next one away from the border between picture and sound; made where there is none.
    Locked tracks are passed over.

    ::

        V2                     V2 [ a ]
        V1 [ i    ][ a ]  ->   V1 [ i    ]
        A1 [ j    ][ s ]       A1 [ j    ]
                               A2 [ s ]          a one up and earlier: s does not go over j
    """
    tracks = sequence.video_tracks if kind == "video" else sequence.audio_tracks
    for track in (*tracks[own : own + 1], *tracks[max(other, 0) :]):
        if not track.locked and is_free(track.items, start, end):
            return sequence, track
    grown = with_new_track(sequence, kind)
    return grown, (grown.video_tracks if kind == "video" else grown.audio_tracks)[-1]
