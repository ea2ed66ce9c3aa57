"""Rows of cues: finding the cue or track that an edit aims at, refusing, and putting cues in their places."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from app.core.base.errors import UserError
from app.core.base.ids import new_id
from app.core.base.time import Flicks
from app.core.model.sequence import Sequence
from app.core.model.subtitle import SubtitleCue, SubtitleTrack


@dataclass(frozen=True, slots=True)
class Place:
    """A cue with where it lies."""

    sequence: Sequence
    track: SubtitleTrack
    index: int
    cue: SubtitleCue


def order(cue: SubtitleCue) -> tuple[Flicks, Flicks]:
    """By what cues lie in order."""
    return cue.start, cue.end


def with_new_track(sequence: Sequence, language: str | None = None) -> Sequence:
    """``sequence`` with one more subtitle track, named after its number."""
    tracks = sequence.subtitle_tracks
    names = {track.name for track in tracks}
    name = next(name for n in range(len(tracks) + 1, 2 * len(tracks) + 2) if (name := f"ST{n}") not in names)
    return replace(sequence, subtitle_tracks=(*tracks, SubtitleTrack(new_id(), name, language=language)))


def target(sequence: Sequence, track_id: str | None) -> tuple[Sequence, SubtitleTrack]:
    """The track that new cues go to, the first unless named, and the sequence that has it for sure.

    Raises:
        UserError: it is gone or locked.
    """
    if track_id is None and not sequence.subtitle_tracks:
        sequence = with_new_track(sequence)
    track = sequence.subtitle_tracks[0] if track_id is None else any_track(sequence, track_id)
    _require_unlocked(track)
    return sequence, track


def any_track(sequence: Sequence, track_id: str) -> SubtitleTrack:
    """The track of that id, locked or not.

    Raises:
        UserError: it is gone.
    """
    for track in sequence.subtitle_tracks:
        if track.id == track_id:
            return track
    raise UserError(f"track {track_id}", "it is no subtitle track of this sequence", "choose another track")


def _require_unlocked(track: SubtitleTrack) -> None:
    if track.locked:
        raise UserError(f"track {track.name}", "it is locked", "unlock it first")


def find_cue(sequence: Sequence, cue_id: str) -> Place:
    """The cue of that id.

    Raises:
        UserError: it is gone, or its track is locked.
    """
    for track in sequence.subtitle_tracks:
        for index, cue in enumerate(track.cues):
            if cue.id == cue_id:
                _require_unlocked(track)
                return Place(sequence, track, index, cue)
    raise _gone(cue_id)


def _gone(cue_id: str) -> UserError:
    return UserError(f"subtitle {cue_id}", "it is not on the timeline", "choose another one")


def tracks_of(sequence: Sequence, cue_ids: Collection[str]) -> list[SubtitleTrack]:
    """The tracks on which these cues lie.

    Raises:
        UserError: one of the cues is gone, or its track is locked.
    """
    tracks = []
    missing = set(cue_ids)
    for track in sequence.subtitle_tracks:
        here = {cue.id for cue in track.cues if cue.id in cue_ids}
        if here:
            _require_unlocked(track)
            tracks.append(track)
            missing -= here
    if missing:
        raise _gone(min(missing))
    return tracks


def with_cues(track: SubtitleTrack, cues: Iterable[SubtitleCue]) -> SubtitleTrack:
    """``track`` with more cues, each behind those that begin and end as it does."""
    added = sorted(cues, key=order)
    if len(added) > 2:
        return replace(track, cues=tuple(sorted((*track.cues, *added), key=order)))
    row = track.cues
    for cue in added:
        index = bisect_right(row, order(cue), key=order)
        row = (*row[:index], cue, *row[index:])
    return replace(track, cues=row)


def with_track(sequence: Sequence, changed: SubtitleTrack) -> Sequence:
    """``sequence`` with the track of that id replaced."""
    tracks = tuple(changed if track.id == changed.id else track for track in sequence.subtitle_tracks)
    return replace(sequence, subtitle_tracks=tracks)
