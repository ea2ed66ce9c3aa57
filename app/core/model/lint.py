"""What must always be true of a project. Tests and debug runs ask after every edit."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from app.core.base import time
from app.core.base.time import Flicks
from app.core.model.asset import Asset
from app.core.model.clip import Clip, Gap
from app.core.model.limits import has_kind, source_limits
from app.core.model.marker import MARKER_COLORS, Marker
from app.core.model.project import Project
from app.core.model.retime import FASTEST, LARGEST_DENOMINATOR, NORMAL, SLOWEST, Retime
from app.core.model.sequence import SequenceFormat, Track, TrackKind
from app.core.model.subtitle import SubtitleTrack

LARGEST_SIZE = 16_384
MOST_CHANNELS = 64
LARGEST_GAIN = 200.0  # dB either way: more than any sound needs, and far from what numbers can hold


def lint(project: Project) -> list[str]:
    """Every broken invariant of ``project`` in words; an empty list means that it is sound."""
    return [
        *_ids(project),
        *(problem for asset in project.assets for problem in _asset(asset)),
        *_sequences(project),
    ]


def _ids(project: Project) -> Iterator[str]:
    """All ids of a document are filled and differ, across kinds as well."""
    seen: set[str] = set()
    for kind, identifier in _all_ids(project):
        if not identifier:
            yield f"a {kind} has an empty id"
        elif identifier in seen:
            yield f"{kind} {identifier}: the id is used twice"
        seen.add(identifier)


def _all_ids(project: Project) -> Iterator[tuple[str, str]]:
    yield "project", project.id
    for asset in project.assets:
        yield "asset", asset.id
    for sequence in project.sequences:
        yield "sequence", sequence.id
        for track in sequence.tracks:
            yield "track", track.id
            for item in track.items:
                if isinstance(item, Clip):
                    yield "clip", item.id
        for subtitles in sequence.subtitle_tracks:
            yield "track", subtitles.id
            for cue in subtitles.cues:
                yield "cue", cue.id
        for marker in sequence.markers:
            yield "marker", marker.id


def _asset(asset: Asset) -> Iterator[str]:
    where = f"asset {asset.id}"
    if asset.size < 0:
        yield f"{where}: negative file size"
    if asset.info.duration is not None and asset.info.duration < 0:
        yield f"{where}: negative duration"
    video = asset.info.video
    if asset.info.kind == "video" and video is None:
        yield f"{where}: a video without picture"
    if asset.info.kind == "audio" and not asset.info.audio:
        yield f"{where}: a sound file without sound"
    if video is not None:
        if video.width <= 0 or video.height <= 0:
            yield f"{where}: no picture size"
        if video.rate <= 0:
            yield f"{where}: no frame rate"
        if video.sample_aspect <= 0:
            yield f"{where}: no shape of its pixels"


def _sequences(project: Project) -> Iterator[str]:
    assets = {asset.id: asset for asset in project.assets}
    links: dict[str, str] = {}
    groups: dict[str, str] = {}
    for sequence in project.sequences:
        yield from (f"sequence {sequence.id}: {problem}" for problem in format_problems(sequence.format))
        yield from _tracks(sequence.video_tracks, "video")
        yield from _tracks(sequence.audio_tracks, "audio")
        for subtitles in sequence.subtitle_tracks:
            yield from _subtitles(subtitles)
        if not time.is_exact_rate(sequence.format.rate):
            continue
        frame = time.frame_duration(sequence.format.rate)
        yield from _markers(sequence.markers, frame)
        for track in sequence.tracks:
            yield from _row(track, frame)
            for item in track.items:
                if isinstance(item, Clip):
                    yield from _clip(item, track.kind, assets.get(item.asset_id), frame)
                    if item.link_id is not None and links.setdefault(item.link_id, sequence.id) != sequence.id:
                        yield f"clip {item.id}: linked to a clip of another sequence"
                    if item.group_id is not None and groups.setdefault(item.group_id, sequence.id) != sequence.id:
                        yield f"clip {item.id}: grouped with a clip of another sequence"


def format_problems(wanted: SequenceFormat) -> Iterator[str]:
    """What is wrong with the format of a sequence."""
    if not _even_size(wanted):
        yield f"size {wanted.width}x{wanted.height} is not even and between 2 and {LARGEST_SIZE}"
    if not time.is_exact_rate(wanted.rate):
        yield f"one frame at {wanted.rate} fps is no whole number of flicks"
    if not 8_000 <= wanted.audio_rate <= 192_000:
        yield f"sound rate {wanted.audio_rate}"
    if not 1 <= wanted.channels <= MOST_CHANNELS:
        yield f"{wanted.channels} sound channels"


def _even_size(wanted: SequenceFormat) -> bool:
    return all(2 <= side <= LARGEST_SIZE and side % 2 == 0 for side in (wanted.width, wanted.height))


def _tracks(tracks: Iterable[Track], kind: TrackKind) -> Iterator[str]:
    for track in tracks:
        if track.kind != kind:
            yield f"track {track.id}: {track.kind} among the {kind} tracks"
        if not track.name:
            yield f"track {track.id}: no name"


def _subtitles(track: SubtitleTrack) -> Iterator[str]:
    """Cues that last, in order."""
    if not track.name:
        yield f"track {track.id}: no name"
    before = (0, 0)
    for cue in track.cues:
        if cue.end <= cue.start:
            yield f"cue {cue.id} lasts {cue.end - cue.start}"
        if (cue.start, cue.end) < before:
            yield f"cue {cue.id}: it begins before the one in front of it, or before 0"
        before = (cue.start, cue.end)


def _markers(markers: Iterable[Marker], frame: Flicks) -> Iterator[str]:
    """Markers on frames, in order."""
    before = (0, 0)
    for marker in markers:
        where = f"marker {marker.id}"
        if marker.duration < 0:
            yield f"{where} lasts {marker.duration}"
        if marker.start % frame or marker.duration % frame:
            yield f"{where} is not on whole frames"
        if (marker.start, marker.end) < before:
            yield f"{where}: it begins before the one in front of it, or before 0"
        if marker.color not in MARKER_COLORS:
            yield f"{where}: its color {marker.color} is not known"
        before = (marker.start, marker.end)


def _row(track: Track, frame: Flicks) -> Iterator[str]:
    """The items of a track: whole frames, gaps merged, none at the end."""
    before_is_gap = False
    for item in track.items:
        is_gap = isinstance(item, Gap)
        where = f"track {track.id}: " + ("a gap" if isinstance(item, Gap) else f"clip {item.id}")
        if item.duration <= 0:
            yield f"{where} lasts {item.duration}"
        if item.duration % frame:
            yield f"{where} is not whole frames long"
        if is_gap and before_is_gap:
            yield f"{where} follows a gap"
        before_is_gap = is_gap
    if before_is_gap:
        yield f"track {track.id}: ends with a gap"


def _clip(clip: Clip, kind: TrackKind, asset: Asset | None, frame: Flicks) -> Iterator[str]:
    where = f"clip {clip.id}"
    if not (math.isfinite(clip.gain_db) and abs(clip.gain_db) <= LARGEST_GAIN):
        yield f"{where}: gain {clip.gain_db}"
    if clip.link_id == "":
        yield f"{where}: an empty link id"
    if clip.group_id == "":
        yield f"{where}: an empty group id"
    if clip.retime is not None:
        problems = list(_retime(clip.retime))
        yield from (f"{where}: {problem}" for problem in problems)
        if problems:
            return
    if asset is None:
        yield f"{where}: its asset {clip.asset_id} is not in the project"
        return
    if not has_kind(asset, kind):
        yield f"{where}: on a {kind} track, but {asset.name} has no {'picture' if kind == 'video' else 'sound'}"
        return
    if asset.info.video is not None and asset.info.video.rate <= 0:
        return  # said of the asset already: without a rate it has no end
    limits = source_limits(asset, kind)
    # Under one frame of excess is the rounding to whole frames: the last one is held, or silent.
    first, last = clip.source_range
    excess = frame if clip.retime is None else frame * clip.retime.speed
    if limits.start is not None and limits.start - first >= excess:
        yield f"{where}: begins before its media"
    if limits.end is not None and last - limits.end >= excess:
        yield f"{where}: reaches past the end of its media"


def _retime(retime: Retime) -> Iterator[str]:
    speed = retime.speed
    if not SLOWEST <= speed <= FASTEST or speed.denominator > LARGEST_DENOMINATOR:
        yield f"its speed {speed}"
    if retime.freeze and (retime.reverse or speed != NORMAL):
        yield "frozen, but it has a speed or a direction"
    if not 0 <= retime.source_rest < 1:
        yield f"the rest of its start is {retime.source_rest}"
    if speed == NORMAL and not (retime.reverse or retime.freeze or retime.extra):
        yield "at normal speed, said twice"
