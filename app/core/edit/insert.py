"""Media onto the timeline: insert, append, overwrite. Picture and sound of one file become linked clips."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from app.core.base import time
from app.core.base.errors import UserError
from app.core.base.ids import new_id
from app.core.base.time import SECOND, Flicks
from app.core.edit import row
from app.core.edit.document import (
    frame_of,
    relink,
    require_on_grid,
    with_rows,
    with_sequence,
)
from app.core.edit.ripple import put_in
from app.core.edit.tracks import free_track, target_track
from app.core.model.asset import Asset
from app.core.model.clip import Clip
from app.core.model.limits import has_kind, source_limits
from app.core.model.project import Project
from app.core.model.sequence import Sequence, Track, TrackKind

STILL_DURATION: Flicks = 5 * SECOND


@dataclass(frozen=True, slots=True)
class MediaRange:
    """Media time ``[start, end)`` of an asset, and what clips made of it are called."""

    start: Flicks
    end: Flicks
    name: str = ""


def whole(asset: Asset) -> MediaRange:
    """All of an asset: its picture from the first frame to the last, else its sound; five seconds of a still.

    Raises:
        UserError: nobody knows how long it is.
    """
    name = media_name(asset)
    limits = source_limits(asset, "video" if has_kind(asset, "video") else "audio")
    if limits.start is None:
        return MediaRange(0, STILL_DURATION, name)
    if limits.end is None or limits.end <= limits.start:
        raise UserError(asset.name, "its length is not known", "convert it to another format first")
    return MediaRange(limits.start, limits.end, name)


def media_name(asset: Asset) -> str:
    """The name of an asset without the ending of its file: ``bbb480`` for ``bbb480.mp4``."""
    ending = PurePath(asset.path).suffix
    return asset.name.removesuffix(ending) if asset.name != ending else asset.name


def insert(
    project: Project,
    sequence_id: str,
    asset_id: str,
    at: Flicks,
    *,
    media: MediaRange | None = None,
    video_track: str | None = None,
    audio_track: str | None = None,
) -> Project:
    """Put media at ``at`` and push everything after it later, on all tracks that ripple along.

    Without ``media`` the whole asset; without track ids the first picture and sound tracks.

    ::

        V1 [ a        ][ b ]        V1 [ a  ][ new ][ a' ][ b ]
        A1 [ s        ]       ->    A1 [ s  ][ new ][ s' ]
        V2      [ t      ]          V2      [t]......[ t'   ]

    Raises:
        UserError: a target is locked, or something linked to a locked track would be pulled out of step.
        ValueError: ``at`` is on no frame of the sequence.
    """
    placing = _prepare(project, sequence_id, asset_id, media, video_track, audio_track)
    require_on_grid(placing.sequence, at)
    opened = put_in(placing.sequence, at, placing.duration, placing.track_ids)
    return with_sequence(project, _laid(placing, opened, at))


def overwrite(
    project: Project,
    sequence_id: str,
    asset_id: str,
    at: Flicks,
    *,
    media: MediaRange | None = None,
    video_track: str | None = None,
    audio_track: str | None = None,
) -> Project:
    """Put media at ``at`` over what is there; nothing moves.

    Without track ids the first picture and sound tracks. Where only one of them is named and is not
    the first, the other part writes over nothing: it lies on its first track where that is free,
    else on the track of the same number, else on the next one that is free, made if there is none.

    ::

        V1 [ a        ][ b    ]   ->   V1 [ a  ][ new   ][ b ]

                                       V2     [ new ]
        V1 [ i            ]       ->   V1 [ i            ]
        A1 [ j            ]            A1 [ j            ]
                                       A2     [ new ]            aimed at V2

    Raises:
        UserError: a target is locked.
        ValueError: ``at`` is on no frame of the sequence.
    """
    placing = _prepare(project, sequence_id, asset_id, media, video_track, audio_track, over=at)
    require_on_grid(placing.sequence, at)
    return with_sequence(project, relink(placing.sequence, _laid(placing, placing.sequence, at)))


def append(
    project: Project,
    sequence_id: str,
    asset_id: str,
    *,
    media: MediaRange | None = None,
    video_track: str | None = None,
    audio_track: str | None = None,
) -> Project:
    """Put media after the last clip of the target tracks, whichever of them is longer.

    ::

        V1 [ a        ]           V1 [ a        ]...[ new ]
        A1 [ s           ]   ->   A1 [ s           ][ new ]

    Raises:
        UserError: a target is locked.
    """
    sequence = project.sequence(sequence_id)
    ends = []
    for tracks, wanted in ((sequence.video_tracks, video_track), (sequence.audio_tracks, audio_track)):
        ends += [track.duration for track in tracks if track.id == wanted or (wanted is None and track is tracks[0])]
    return overwrite(
        project,
        sequence_id,
        asset_id,
        max(ends, default=0),
        media=media,
        video_track=video_track,
        audio_track=audio_track,
    )


def whole_frames(duration: Flicks, sequence: Sequence) -> Flicks:
    """``duration`` filled up to whole frames of ``sequence``, at least one; no frame of what follows is shown.

    Less than a hundredth of a frame too much is the rounding of media times, not another frame.
    """
    frame = frame_of(sequence)
    return max(time.frames_covering(duration - frame // 100, sequence.format.rate), 1) * frame


@dataclass(frozen=True, slots=True)
class _Placing:
    """Clips that are ready to lie on tracks of ``sequence``."""

    sequence: Sequence
    duration: Flicks
    clips: tuple[tuple[Track, Clip], ...]

    @property
    def track_ids(self) -> set[str]:
        return {track.id for track, _ in self.clips}


def _prepare(
    project: Project,
    sequence_id: str,
    asset_id: str,
    media: MediaRange | None,
    video_track: str | None,
    audio_track: str | None,
    over: Flicks | None = None,
) -> _Placing:
    """Clips on their tracks; ``over`` is where they are to go over what is there, None where that moves on."""
    sequence, asset = project.sequence(sequence_id), project.asset(asset_id)
    wanted = whole(asset) if media is None else media
    _require_inside(asset, wanted, frame_of(sequence))
    duration = whole_frames(wanted.end - wanted.start, sequence)
    name = wanted.name or media_name(asset)
    both = has_kind(asset, "video") and has_kind(asset, "audio")
    link = new_id() if both else None
    clips = []
    aims: tuple[tuple[TrackKind, str | None, str | None], ...]
    aims = (("video", video_track, audio_track), ("audio", audio_track, video_track))
    for kind, aim, other in aims:
        if not has_kind(asset, kind):
            continue
        number = _number_of(sequence, other) if both and aim is None else 0
        if number and over is not None:
            sequence, track = free_track(sequence, kind, over, over + duration, own=0, other=number)
        else:
            sequence, track = target_track(sequence, kind, aim)
        clips.append((track, Clip(new_id(), asset.id, wanted.start, duration, name, link)))
    if not clips:
        raise UserError(asset.name, "it has neither picture nor sound", "choose other media")
    return _Placing(sequence, duration, tuple(clips))


def _number_of(sequence: Sequence, track_id: str | None) -> int:
    """The place of a track among those of its kind; 0 for none."""
    places = (enumerate(sequence.video_tracks), enumerate(sequence.audio_tracks))
    return next((number for tracks in places for number, track in tracks if track.id == track_id), 0)


def _require_inside(asset: Asset, wanted: MediaRange, frame: Flicks) -> None:
    limits = source_limits(asset, "video" if has_kind(asset, "video") else "audio")
    before = limits.start is not None and limits.start - wanted.start >= frame
    behind = limits.end is not None and wanted.end - limits.end >= frame
    if before or behind or wanted.end <= wanted.start:
        raise UserError(asset.name, "the part asked for is not in it", "choose a part inside the media")


def _laid(placing: _Placing, sequence: Sequence, at: Flicks) -> Sequence:
    """Lay the clips over ``[at, at + duration)``."""
    items = {track.id: track.items for track in sequence.tracks}
    rows = {track.id: row.put(items[track.id], at, at + placing.duration, (clip,)) for track, clip in placing.clips}
    return with_rows(sequence, rows)
