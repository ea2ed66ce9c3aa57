"""What a gesture would do: an edit and its name, tried on a snapshot while the pointer moves, applied once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from app.core.base import time
from app.core.edit.cut import split_clip
from app.core.edit.document import with_sequence
from app.core.edit.move import move_clips
from app.core.edit.slide import roll, slide, slip
from app.core.edit.tracks import add_track
from app.core.edit.trim import Edge, ripple_trim, trim
from app.core.model.project import Project
from app.core.model.sequence import Sequence, Track, TrackKind

Edit: TypeAlias = Callable[[Project], Project]


@dataclass(frozen=True, slots=True)
class Proposal:
    """An edit, the name of its step, and the ids of the tracks it reads or writes (None: all of them)."""

    label: str
    edit: Edit
    tracks: frozenset[str] | None = None


class Stage:
    """A snapshot on which proposals are tried, again and again, while the pointer moves."""

    def __init__(self, project: Project, sequence_id: str) -> None:
        self._project = project
        self._sequence = project.sequence(sequence_id)
        self._narrowed: dict[frozenset[str], Project] = {}

    def result(self, proposal: Proposal) -> Sequence:
        """The sequence as the proposal would leave it; tracks that take no part stay the same objects.

        Raises:
            UserError: the edit is impossible.
        """
        if proposal.tracks is None:
            return proposal.edit(self._project).sequence(self._sequence.id)
        edited = proposal.edit(self._only(proposal.tracks)).sequence(self._sequence.id)
        others = {track.id: track for track in self._sequence.tracks if track.id not in proposal.tracks}
        return _with_tracks(edited, lambda track: others.get(track.id, track))

    def _only(self, tracks: frozenset[str]) -> Project:
        """The project with the other tracks empty: an edit costs what it touches, not what is there."""
        if tracks not in self._narrowed:
            sequence = _with_tracks(
                self._sequence, lambda track: track if track.id in tracks else replace(track, items=())
            )
            self._narrowed[tracks] = with_sequence(self._project, sequence)
        return self._narrowed[tracks]


def moving(
    sequence: Sequence,
    clip_ids: frozenset[str],
    frames: int,
    up: int,
    kind: TrackKind,
    *,
    new_track: bool = False,
    linked: bool = True,
    inserting: bool = False,
) -> Edit:
    """Move clips by ``frames``, and those of ``kind`` by ``up`` tracks, the last of which may have to be made.

    ``inserting`` pushes on what is there instead of going over it.
    """
    by = frames * time.frame_duration(sequence.format.rate)

    def edit(project: Project) -> Project:
        if new_track:
            project = add_track(project, sequence.id, kind)
        return move_clips(
            project, sequence.id, clip_ids, by, tracks_up=up, kind=kind, linked=linked, inserting=inserting
        )

    return edit


def trimming(sequence: Sequence, clip_id: str, edge: Edge, to: int, *, linked: bool = True) -> Edit:
    """Move one edge of a clip to frame ``to``."""
    at = to * time.frame_duration(sequence.format.rate)

    def edit(project: Project) -> Project:
        return trim(project, sequence.id, clip_id, edge, at, linked=linked)

    return edit


def ripple_trimming(sequence: Sequence, clip_id: str, edge: Edge, to: int, *, linked: bool = True) -> Edit:
    """Move one edge of a clip to frame ``to``; what is later follows."""
    at = to * time.frame_duration(sequence.format.rate)

    def edit(project: Project) -> Project:
        return ripple_trim(project, sequence.id, clip_id, edge, at, linked=linked)

    return edit


def rolling(sequence: Sequence, clip_id: str, edge: Edge, to: int, *, linked: bool = True) -> Edit:
    """Move the cut at one edge of a clip to frame ``to``."""
    at = to * time.frame_duration(sequence.format.rate)

    def edit(project: Project) -> Project:
        return roll(project, sequence.id, clip_id, edge, at, linked=linked)

    return edit


def slipping(sequence: Sequence, clip_id: str, frames: int, *, linked: bool = True) -> Edit:
    """Let a clip show its media later by ``frames``."""
    by = frames * time.frame_duration(sequence.format.rate)

    def edit(project: Project) -> Project:
        return slip(project, sequence.id, clip_id, by, linked=linked)

    return edit


def sliding(sequence: Sequence, clip_id: str, frames: int, *, linked: bool = True) -> Edit:
    """Move a clip between its neighbours."""
    by = frames * time.frame_duration(sequence.format.rate)

    def edit(project: Project) -> Project:
        return slide(project, sequence.id, clip_id, by, linked=linked)

    return edit


def splitting(sequence: Sequence, clip_id: str, frame: int, *, linked: bool = True) -> Edit:
    """Cut a clip before ``frame``."""
    at = frame * time.frame_duration(sequence.format.rate)

    def edit(project: Project) -> Project:
        return split_clip(project, sequence.id, clip_id, at, linked=linked)

    return edit


def _with_tracks(sequence: Sequence, change: Callable[[Track], Track]) -> Sequence:
    video, audio = map(change, sequence.video_tracks), map(change, sequence.audio_tracks)
    return replace(sequence, video_tracks=tuple(video), audio_tracks=tuple(audio))
