"""A timeline: rows of clips and gaps, bottom picture track first."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from operator import attrgetter
from typing import Literal, TypeAlias

from app.core.base import time
from app.core.base.time import Flicks
from app.core.model.clip import Item
from app.core.model.extra import Extra
from app.core.model.marker import Marker
from app.core.model.subtitle import SubtitleTrack

TrackKind: TypeAlias = Literal["video", "audio"]

_duration = attrgetter("duration")


@dataclass(frozen=True, slots=True)
class SequenceFormat:
    """Size in square pixels, exact frame rate (a whole number of flicks), sound rate and channels."""

    width: int
    height: int
    rate: Fraction
    audio_rate: int = 48_000
    channels: int = 2
    extra: Extra = ()


@dataclass(frozen=True, slots=True)
class Track:
    """A row of items without overlap: each begins where the one before ends.

    ``muted`` silences a sound track, ``hidden`` hides a picture track, ``solo`` mutes all sound
    tracks that are not solo, ``locked`` refuses edits. Where an edit ripples, tracks with
    ``sync_lock`` ripple along.
    """

    id: str
    kind: TrackKind
    name: str
    items: tuple[Item, ...] = ()
    muted: bool = False
    solo: bool = False
    hidden: bool = False
    locked: bool = False
    sync_lock: bool = True
    extra: Extra = ()

    @property
    def duration(self) -> Flicks:
        """End of the last item."""
        return sum(map(_duration, self.items))


@dataclass(frozen=True, slots=True)
class Sequence:
    """One timeline. ``video_tracks[0]`` is V1, the lowest; ``audio_tracks[0]`` is A1.

    Subtitles lie beside the rows of items and do not make the sequence longer; of several tracks
    of them the first is the one that is shown. Markers are in order of their start, then their end.
    """

    id: str
    name: str
    format: SequenceFormat
    video_tracks: tuple[Track, ...] = ()
    audio_tracks: tuple[Track, ...] = ()
    subtitle_tracks: tuple[SubtitleTrack, ...] = ()
    markers: tuple[Marker, ...] = ()
    extra: Extra = ()

    @property
    def tracks(self) -> tuple[Track, ...]:
        """All rows of items, picture first; subtitles are no items."""
        return self.video_tracks + self.audio_tracks

    @property
    def duration(self) -> Flicks:
        """End of the longest track."""
        return max((track.duration for track in self.tracks), default=0)

    @property
    def frames(self) -> int:
        """How many frames of its own rate it lasts."""
        return time.frames_covering(self.duration, self.format.rate)
