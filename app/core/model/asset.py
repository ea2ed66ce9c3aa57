"""Media a project uses, and what is known of them. Nothing here opens a file."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

from app.core.base.time import Flicks
from app.core.model.extra import Extra

MediaKind: TypeAlias = Literal["video", "audio", "image"]


@dataclass(frozen=True, slots=True)
class Color:
    """Colour tags as ffmpeg names them (``bt709``, ``smpte2084``...); None where untagged."""

    primaries: str | None = None
    transfer: str | None = None
    matrix: str | None = None
    range: Literal["limited", "full"] | None = None
    extra: Extra = ()


@dataclass(frozen=True, slots=True)
class VideoStream:
    """The picture of a media file.

    ``width`` and ``height`` are as a viewer sees them (after rotation and pixel aspect),
    ``coded_*`` as stored. ``rotation`` is clockwise. ``start`` and ``duration`` are in media
    time, whose zero is the start of the container. ``rate`` is nominal when ``variable_rate``.
    """

    index: int
    codec: str
    width: int
    height: int
    coded_width: int
    coded_height: int
    rate: Fraction
    variable_rate: bool
    frames: int | None
    start: Flicks
    duration: Flicks | None
    pixel_format: str
    bit_depth: int
    rotation: Literal[0, 90, 180, 270] = 0
    mirrored: bool = False
    sample_aspect: Fraction = Fraction(1)
    color: Color = Color()
    hdr: Literal["pq", "hlg"] | None = None
    alpha: bool = False
    interlaced: Literal["tff", "bff"] | None = None
    extra: Extra = ()


@dataclass(frozen=True, slots=True)
class SoundClock:
    """How the stamps of a sound track are to be read.

    ``restarts`` says, for each time that they start anew inside (recordings that were joined), how much later than
    its stamps the sound is heard from there on. ``seeks`` is whether what a seek finds has the stamps that it has in
    a straight reading.
    """

    restarts: tuple[Flicks, ...] = ()
    seeks: bool = True
    extra: Extra = ()


STEADY = SoundClock()
"""The clock of nearly every sound."""


@dataclass(frozen=True, slots=True)
class AudioStream:
    """One sound track of a media file; times in media time."""

    index: int
    codec: str
    rate: int
    channels: int
    layout: str
    start: Flicks
    duration: Flicks | None
    language: str | None = None
    clock: SoundClock = STEADY
    extra: Extra = ()


@dataclass(frozen=True, slots=True)
class SubtitleStream:
    """One subtitle track inside a media file."""

    index: int
    codec: str
    language: str | None = None
    extra: Extra = ()


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """What a probe found in one file. ``duration`` is None only for stills and unknown lengths."""

    kind: MediaKind
    container: str
    duration: Flicks | None
    video: VideoStream | None = None
    audio: tuple[AudioStream, ...] = ()
    subtitles: tuple[SubtitleStream, ...] = ()
    warnings: tuple[str, ...] = ()
    extra: Extra = ()


@dataclass(frozen=True, slots=True)
class Asset:
    """A media file of the project, known by content: ``fingerprint`` survives moves and renames.

    ``path`` is absolute; the project file also stores it relative to itself.
    """

    id: str
    name: str
    path: str
    size: int
    fingerprint: str
    info: MediaInfo
    extra: Extra = ()
