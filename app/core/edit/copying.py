"""Copies of clips: duplicate, copy and paste, and what makes a clip look and sound as it does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from app.core.base.errors import UserError
from app.core.base.ids import new_id
from app.core.base.time import Flicks
from app.core.edit import row
from app.core.edit.document import (
    find_clips,
    find_track,
    frame_of,
    label,
    relink,
    require_on_grid,
    with_clips,
    with_rows,
    with_sequence,
)
from app.core.edit.ripple import put_in
from app.core.edit.tracks import with_new_track
from app.core.model.clip import Clip
from app.core.model.limits import has_kind
from app.core.model.links import PlacedClip
from app.core.model.project import Project
from app.core.model.sequence import Sequence, Track, TrackKind


@dataclass(frozen=True, slots=True)
class CopiedClip:
    """A clip with its place among those copied: the number of its track from 0, and its start after the first's."""

    kind: TrackKind
    track: int
    start: Flicks
    clip: Clip


@dataclass(frozen=True, slots=True)
class CopiedClips:
    """What a clipboard holds: clips of one sequence, in track order. Independent of the project they come from."""

    clips: tuple[CopiedClip, ...]

    @property
    def duration(self) -> Flicks:
        """From the start of the first to the end of the last."""
        return max((each.start + each.clip.duration for each in self.clips), default=0)


def copied(project: Project, sequence_id: str, clip_ids: Collection[str], *, linked: bool = True) -> CopiedClips:
    """Copies of clips, and of what is linked to them and in their groups.

    Raises:
        UserError: none is chosen, or one is gone.
    """
    sequence = project.sequence(sequence_id)
    clips = find_clips(_unlocked(sequence), clip_ids, linked=linked, grouped=linked)
    if not clips:
        raise UserError("timeline", "no clip is chosen", "choose a clip")
    return _copies(sequence, clips)


def _copies(sequence: Sequence, clips: list[PlacedClip]) -> CopiedClips:
    first = min(placed.start for placed in clips)
    numbers = {track.id: number for tracks in _kinds(sequence) for number, track in enumerate(tracks)}
    return CopiedClips(
        tuple(
            CopiedClip(placed.track.kind, numbers[placed.track.id], placed.start - first, placed.clip)
            for placed in clips
        )
    )


def paste(project: Project, sequence_id: str, copies: CopiedClips, at: Flicks, *, inserting: bool = False) -> Project:
    """Put copies onto the tracks that they come from, the first at ``at``: over what is there, or pushing it later.

    Missing tracks are made. Copies are linked and grouped with each other as the originals were.

    ::

        overwriting   V1 [ a ][ b      ]   ->   V1 [ a ][ c ][b ]
        inserting     V1 [ a ][ b      ]   ->   V1 [ a ][ c ][ b      ]

    Raises:
        UserError: the clipboard is empty, a medium is no longer in the project, a track is locked,
            or something linked would be pulled out of step.
        ValueError: ``at`` is on no frame of the sequence.
    """
    sequence = project.sequence(sequence_id)
    require_on_grid(sequence, at)
    if not copies.clips:
        raise UserError("timeline", "nothing is copied", "copy a clip first")
    assets = {asset.id: asset for asset in project.assets}
    for each in copies.clips:
        if each.clip.asset_id not in assets or not has_kind(assets[each.clip.asset_id], each.kind):
            raise UserError(f"clip {label(each.clip)}", "its media are not in this project", "import them first")
    frame = frame_of(sequence)
    if any(each.start % frame or each.clip.duration % frame for each in copies.clips):
        raise UserError("timeline", "the clips were copied at another frame rate", "copy clips of this project")
    wider = _with_tracks_for(sequence, copies)
    targets = [_target(wider, each) for each in copies.clips]
    if inserting:
        wider = put_in(wider, at, copies.duration, {track.id for track in targets})
    rows = {track.id: track.items for track in wider.tracks}
    for each, track, clip in zip(copies.clips, targets, _renewed(copies), strict=True):
        start = at + each.start
        rows[track.id] = row.put(rows[track.id], start, start + clip.duration, (clip,))
    pasted = with_rows(wider, rows)
    return with_sequence(project, pasted if inserting else relink(sequence, pasted))


def duplicate(project: Project, sequence_id: str, clip_ids: Collection[str], *, linked: bool = True) -> Project:
    """Insert copies of clips right behind the last of them; what is later gives way.

    ::

        V1 [ a ][ b ]   ->   V1 [ a ][ a ][ b ]

    Raises:
        UserError: as :func:`copied` and :func:`paste`.
    """
    sequence = project.sequence(sequence_id)
    clips = find_clips(sequence, clip_ids, linked=linked, grouped=linked)
    if not clips:
        raise UserError("timeline", "no clip is chosen", "choose a clip")
    last = max(placed.end for placed in clips)
    return paste(project, sequence_id, _copies(sequence, clips), last, inserting=True)


def paste_attributes(project: Project, sequence_id: str, copies: CopiedClips, clip_ids: Collection[str]) -> Project:
    """Give clips the properties of the first copy of their kind: what they sound like, not what they show or when.

    Raises:
        UserError: nothing is copied that fits, a clip is gone, or lies on a locked track.
    """
    sequence = project.sequence(sequence_id)
    first = {each.kind: each.clip for each in reversed(copies.clips)}
    fitting = [each for each in find_clips(sequence, clip_ids, linked=False) if each.track.kind in first]
    if not fitting:
        raise UserError("timeline", "nothing is copied whose properties these clips could take", "copy a clip first")
    changed = with_clips(
        sequence,
        [placed.clip.id for placed in fitting],
        lambda placed: replace(placed.clip, gain_db=first[placed.track.kind].gain_db),
    )
    return project if changed.tracks == sequence.tracks else with_sequence(project, changed)


def _unlocked(sequence: Sequence) -> Sequence:
    """``sequence`` as if no track were locked: what is only looked at may be."""

    def unlocked(track: Track) -> Track:
        return replace(track, locked=False) if track.locked else track

    video, audio = (tuple(map(unlocked, tracks)) for tracks in _kinds(sequence))
    return replace(sequence, video_tracks=video, audio_tracks=audio)


def _kinds(sequence: Sequence) -> tuple[tuple[Track, ...], tuple[Track, ...]]:
    return sequence.video_tracks, sequence.audio_tracks


def _with_tracks_for(sequence: Sequence, copies: CopiedClips) -> Sequence:
    for each in copies.clips:
        while len(_of_kind(sequence, each.kind)) <= each.track:
            sequence = with_new_track(sequence, each.kind)
    return sequence


def _of_kind(sequence: Sequence, kind: TrackKind) -> tuple[Track, ...]:
    return sequence.video_tracks if kind == "video" else sequence.audio_tracks


def _target(sequence: Sequence, copy: CopiedClip) -> Track:
    return find_track(sequence, _of_kind(sequence, copy.kind)[copy.track].id)


def _renewed(copies: CopiedClips) -> list[Clip]:
    """The clips with ids, links and groups of their own; a link or group of one is none."""
    clips = [each.clip for each in copies.clips]
    links, groups = (_fresh(clips, key) for key in (_link, _group))
    return [
        replace(clip, id=new_id(), link_id=links.get(clip.link_id or ""), group_id=groups.get(clip.group_id or ""))
        for clip in clips
    ]


def _link(clip: Clip) -> str | None:
    return clip.link_id


def _group(clip: Clip) -> str | None:
    return clip.group_id


def _fresh(clips: list[Clip], key: Callable[[Clip], str | None]) -> dict[str, str]:
    """A new name for each that at least two clips share."""
    names = Counter(map(key, clips))
    return {name: new_id() for name, count in names.items() if name is not None and count > 1}
