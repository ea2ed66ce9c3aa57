"""What is known about a media file as JSON values and back, without loss.

Flicks stay integers and fractions become text, so nothing passes through a float.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from app.core.model.asset import AudioStream, Color, MediaInfo, SubtitleStream, VideoStream


def media_info_to_json(info: MediaInfo) -> dict[str, Any]:
    """``info`` as what :func:`json.dumps` accepts."""
    return {
        "kind": info.kind,
        "container": info.container,
        "duration": info.duration,
        "video": _video_to_json(info.video) if info.video is not None else None,
        "audio": [_fields(stream, _AUDIO) for stream in info.audio],
        "subtitles": [_fields(stream, _SUBTITLE) for stream in info.subtitles],
        "warnings": list(info.warnings),
    }


def media_info_from_json(document: dict[str, Any]) -> MediaInfo:
    """The inverse of :func:`media_info_to_json`.

    Raises:
        KeyError, TypeError, ValueError: the document was not made by it.
    """
    video = document["video"]
    return MediaInfo(
        kind=document["kind"],
        container=document["container"],
        duration=document["duration"],
        video=_video_from_json(video) if video is not None else None,
        audio=tuple(AudioStream(**_chosen(each, _AUDIO)) for each in document["audio"]),
        subtitles=tuple(SubtitleStream(**_chosen(each, _SUBTITLE)) for each in document["subtitles"]),
        warnings=tuple(document["warnings"]),
    )


_AUDIO = ("index", "codec", "rate", "channels", "layout", "start", "duration", "language")
_SUBTITLE = ("index", "codec", "language")
_COLOR = ("primaries", "transfer", "matrix", "range")
_FRACTIONS = ("rate", "sample_aspect")
_VIDEO = (
    "index",
    "codec",
    "width",
    "height",
    "coded_width",
    "coded_height",
    "variable_rate",
    "frames",
    "start",
    "duration",
    "pixel_format",
    "bit_depth",
    "rotation",
    "mirrored",
    "hdr",
    "alpha",
    "interlaced",
)


def _fields(value: object, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(value, name) for name in names}


def _chosen(document: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: document[name] for name in names}


def _video_to_json(video: VideoStream) -> dict[str, Any]:
    fractions = {name: str(getattr(video, name)) for name in _FRACTIONS}
    return {**_fields(video, _VIDEO), **fractions, "color": _fields(video.color, _COLOR)}


def _video_from_json(document: dict[str, Any]) -> VideoStream:
    values = _chosen(document, _VIDEO)
    values.update({name: Fraction(document[name]) for name in _FRACTIONS})
    return VideoStream(**values, color=Color(**_chosen(document["color"], _COLOR)))
