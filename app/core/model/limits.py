"""How far a clip may reach into its media."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.base import time
from app.core.base.time import Flicks
from app.core.model.asset import Asset, AudioStream, VideoStream
from app.core.model.sequence import TrackKind


@dataclass(frozen=True, slots=True)
class SourceLimits:
    """The media time that can be used: ``[start, end)``. None on a side means no limit there."""

    start: Flicks | None
    end: Flicks | None


def has_kind(asset: Asset, kind: TrackKind) -> bool:
    """Whether ``asset`` has picture (``video``) or sound (``audio``) to lie on a track of ``kind``."""
    if kind == "audio":
        return bool(asset.info.audio)
    return asset.info.kind == "image" or _picture(asset) is not None


def source_limits(asset: Asset, kind: TrackKind) -> SourceLimits:
    """What of ``asset`` a clip on a track of ``kind`` may use.

    A still has no limits. Sound of a file with picture may be used wherever the file has either,
    so that linked clips can have equal ranges; where one of them is missing there is silence.
    """
    if asset.info.kind == "image":
        return SourceLimits(None, None)
    picture = _picture(asset)
    streams: list[VideoStream | AudioStream] = [] if picture is None else [picture]
    if kind == "audio":
        streams += asset.info.audio[:1]
    if not streams:
        return SourceLimits(0, asset.info.duration)
    ends = [end for end in map(_stream_end, streams) if end is not None]
    return SourceLimits(min(stream.start for stream in streams), max(ends, default=asset.info.duration))


def _picture(asset: Asset) -> VideoStream | None:
    """The picture, but not the cover of a record."""
    return None if asset.info.kind == "audio" else asset.info.video


def _stream_end(stream: VideoStream | AudioStream) -> Flicks | None:
    if isinstance(stream, VideoStream) and not stream.variable_rate and stream.frames is not None:
        return stream.start + time.frame_start(stream.frames, stream.rate)
    return None if stream.duration is None else stream.start + stream.duration
