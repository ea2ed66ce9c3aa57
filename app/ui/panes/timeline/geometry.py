"""Where things lie on the timeline: frames in pixels, tracks in lanes, clips in lanes. No widgets, no painting.

Pixels are logical ones and whole numbers. ``x`` counts from frame 0, ``y`` from the top of all lanes,
whatever is scrolled into view.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from app.core.base import time
from app.core.base.time import Flicks
from app.core.model.clip import Clip
from app.core.model.links import PlacedClip, later_by
from app.core.model.sequence import Sequence, Track, TrackKind
from app.ui.panes.timeline.cue_lane import CUE_HEIGHT, CueLane, lay_out_cues

# Pixels before frame 0, so that its edge can be seen and taken.
ORIGIN = 8
# The free space above and below the lanes: there a drop makes a new track.
PADDING = 28
DIVIDER = 5
LANE_MIN = 26
LANE_MAX = 220

_FRACTION = 24


@dataclass(frozen=True, slots=True)
class Scale:
    """Pixels for one frame, as a whole number of 2**-24 pixels, so that no position depends on rounding order."""

    step: int

    @classmethod
    def for_zoom(cls, zoom: float, rate: Fraction) -> Scale:
        """The scale at ``zoom`` pixels for one second of ``rate`` frames."""
        return cls(max(1, round(Fraction(zoom) / rate * (1 << _FRACTION))))

    def x_of(self, frame: int) -> int:
        """The pixel where ``frame`` begins."""
        return frame * self.step >> _FRACTION

    def frame_at(self, x: int) -> int:
        """The frame at pixel ``x``; where a pixel holds several, the first of them."""
        if self.step >= 1 << _FRACTION:
            return (((x + 1) << _FRACTION) - 1) // self.step
        return -(-(x << _FRACTION) // self.step)

    def nearest_frame(self, x: int) -> int:
        """The frame that begins nearest to pixel ``x``; also turns a distance in pixels into whole frames."""
        return ((x << (_FRACTION + 1)) + self.step) // (2 * self.step)

    def columns(self, frames: NDArray[np.int64]) -> NDArray[np.int64]:
        """:meth:`x_of` for many frames, shape as given."""
        return frames * self.step >> _FRACTION

    def x_of_time(self, duration: Flicks, frame: Flicks) -> int:
        """The pixel where ``duration`` ends; for media times, which lie between frames. ``frame`` lasts one frame."""
        return duration * self.step // (frame << _FRACTION)

    def columns_of_times(self, times: NDArray[np.int64], frame: Flicks) -> NDArray[np.int64]:
        """:meth:`x_of_time` for many times, to the pixel: whole frames first, so that nothing overflows."""
        whole, rest = np.divmod(times, frame)
        pixels: NDArray[np.int64] = whole * self.step + (rest >> 8) * self.step // (frame >> 8) >> _FRACTION
        return pixels

    def time_at(self, x: int, frame: Flicks) -> Flicks:
        """Media time at pixel ``x``: the inverse of :meth:`x_of_time`, rounded up."""
        return -(-(x * (frame << _FRACTION)) // self.step)


class ClipIndex:
    """The clips of one track, found by time and by id. Made once for a track, which never changes."""

    def __init__(self, track: Track, frame: Flicks) -> None:
        self.track = track
        self.frame = frame
        self.clips: list[Clip] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        now = 0
        for item in track.items:
            end = now + item.duration
            if isinstance(item, Clip):
                self.clips.append(item)
                self.starts.append(now // frame)
                self.ends.append(end // frame)
            now = end

    def __len__(self) -> int:
        return len(self.clips)

    def between(self, first: int, last: int) -> range:
        """Numbers of the clips that share a frame with ``[first, last)``."""
        return range(bisect_right(self.ends, first), bisect_left(self.starts, last))

    def at(self, frame: int) -> int | None:
        """Number of the clip that covers ``frame``."""
        number = bisect_right(self.starts, frame) - 1
        return number if number >= 0 and frame < self.ends[number] else None

    def number_of(self, clip_id: str) -> int | None:
        """Number of the clip of that id."""
        return self._numbers.get(clip_id)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {clip.id: number for number, clip in enumerate(self.clips)}

    @cached_property
    def bounds(self) -> NDArray[np.int64]:
        """Start and end of each clip in frames, shape (clips, 2)."""
        return np.column_stack([self.starts, self.ends]).astype(np.int64).reshape(-1, 2)

    @cached_property
    def asset_ids(self) -> tuple[str, ...]:
        """The assets used on this track, each once."""
        return tuple(dict.fromkeys(clip.asset_id for clip in self.clips))

    @cached_property
    def asset_numbers(self) -> NDArray[np.intp]:
        """For each clip the place of its asset in :attr:`asset_ids`."""
        places = {asset_id: number for number, asset_id in enumerate(self.asset_ids)}
        return np.array([places[clip.asset_id] for clip in self.clips], dtype=np.intp)

    @cached_property
    def links(self) -> dict[str, list[str]]:
        """Ids of the clips of this track by their link."""
        found: dict[str, list[str]] = {}
        for clip in self.clips:
            if clip.link_id is not None:
                found.setdefault(clip.link_id, []).append(clip.id)
        return found

    @cached_property
    def groups(self) -> dict[str, list[str]]:
        """Ids of the clips of this track by their group."""
        found: dict[str, list[str]] = {}
        for clip in self.clips:
            if clip.group_id is not None:
                found.setdefault(clip.group_id, []).append(clip.id)
        return found

    def gap_at(self, frame: int) -> tuple[int, int] | None:
        """First frame and end of the gap that covers ``frame``, if a clip comes behind it."""
        after = bisect_right(self.starts, frame)
        begin = self.ends[after - 1] if after else 0
        return (begin, self.starts[after]) if after < len(self.starts) and begin <= frame else None

    def changed_from(self, other: ClipIndex) -> tuple[int, int] | None:
        """The frames ``[first, last)`` in which this track and ``other`` show different things, if any."""
        if self is other:
            return None
        head = _equal(self._places(), other._places(), min(len(self), len(other)))
        rest = min(len(self), len(other)) - head
        tail = _equal(self._places(backwards=True), other._places(backwards=True), rest)
        firsts = [each.starts[head] for each in (self, other) if head < len(each) - tail]
        lasts = [each.ends[len(each) - tail - 1] for each in (self, other) if head < len(each) - tail]
        return (min(firsts), max(lasts)) if firsts else None

    def _places(self, *, backwards: bool = False) -> Iterator[tuple[int, Clip]]:
        if backwards:
            return zip(reversed(self.starts), reversed(self.clips), strict=True)
        return zip(self.starts, self.clips, strict=True)


def _equal(one: Iterator[tuple[int, Clip]], other: Iterator[tuple[int, Clip]], most: int) -> int:
    """How many pairs are the same clip at the same start."""
    for number in range(most):
        (start, clip), (other_start, other_clip) = next(one), next(other)
        if clip is not other_clip or start != other_start:
            return number
    return most


@dataclass(frozen=True, slots=True)
class Heights:
    """Height of a lane in pixels, for each kind of track."""

    video: int = 64
    audio: int = 56

    def of(self, kind: TrackKind) -> int:
        """Height of a lane of ``kind``."""
        return self.video if kind == "video" else self.audio

    def changed(self, kind: TrackKind, by: int) -> Heights:
        """Other heights for ``kind``, within what can be shown."""
        height = min(max(self.of(kind) + by, LANE_MIN), LANE_MAX)
        return Heights(height, self.audio) if kind == "video" else Heights(self.video, height)


@dataclass(frozen=True, slots=True)
class Lane:
    """One track as it lies on the timeline; ``number`` counts its kind from the divider, V1 and A1 being 0."""

    clips: ClipIndex
    number: int
    top: int
    height: int

    @property
    def track(self) -> Track:
        """The track shown here."""
        return self.clips.track

    @property
    def bottom(self) -> int:
        """The first pixel below the lane."""
        return self.top + self.height


@dataclass(frozen=True, slots=True)
class Place:
    """Where a clip lies."""

    lane: Lane
    number: int

    @property
    def clip(self) -> Clip:
        """The clip itself."""
        return self.lane.clips.clips[self.number]

    @property
    def start(self) -> int:
        """Its first frame."""
        return self.lane.clips.starts[self.number]

    @property
    def end(self) -> int:
        """The frame just after it."""
        return self.lane.clips.ends[self.number]

    @property
    def placed(self) -> PlacedClip:
        """The clip in sequence time; clips count, not gaps."""
        return PlacedClip(self.lane.track, self.number, self.start * self.lane.clips.frame, self.clip)


@dataclass(frozen=True, slots=True)
class Layout:
    """All lanes from top to bottom: picture tracks with V1 the lowest, the divider, sound tracks with A1 on top.

    ``firsts`` keeps the first parts of links, as far as they were asked for.
    """

    lanes: tuple[Lane, ...]
    divider: int
    height: int
    rate: Fraction
    cues: CueLane | None = None
    firsts: dict[tuple[str, str], PlacedClip | None] = field(default_factory=dict, compare=False)

    @property
    def frames(self) -> int:
        """How many frames clips and subtitles reach over."""
        clips = max((lane.clips.ends[-1] for lane in self.lanes if len(lane.clips)), default=0)
        if self.cues is None or not len(self.cues.index):
            return clips
        return max(clips, time.frames_covering(self.cues.index.reach, self.rate))

    @property
    def is_empty(self) -> bool:
        """Whether there is no clip at all."""
        return not any(len(lane.clips) for lane in self.lanes)

    def lane_at(self, y: int) -> Lane | None:
        """The lane at height ``y``."""
        return next((lane for lane in self.lanes if lane.top <= y < lane.bottom), None)

    def lane_of(self, track_id: str) -> Lane | None:
        """The lane of a track."""
        return next((lane for lane in self.lanes if lane.track.id == track_id), None)

    def lanes_of(self, kind: TrackKind) -> list[Lane]:
        """The lanes of one kind, V1 or A1 first."""
        return sorted((lane for lane in self.lanes if lane.track.kind == kind), key=lambda lane: lane.number)

    def find(self, clip_id: str) -> Place | None:
        """Where a clip lies, if it is there."""
        for lane in self.lanes:
            number = lane.clips.number_of(clip_id)
            if number is not None:
                return Place(lane, number)
        return None

    def at(self, frame: int, y: int) -> Place | None:
        """The clip that covers ``frame`` in the lane at ``y``."""
        lane = self.lane_at(y)
        number = None if lane is None else lane.clips.at(frame)
        return None if lane is None or number is None else Place(lane, number)

    def places(self) -> Iterator[Place]:
        """All clips, lane by lane."""
        for lane in self.lanes:
            for number in range(len(lane.clips)):
                yield Place(lane, number)

    def with_linked(self, clip_ids: Iterable[str], *, grouped: bool = True) -> frozenset[str]:
        """These clips and all that are linked to them, and those of their ``grouped``, and so on."""
        chosen: set[str] = set()
        pending = set(clip_ids)
        while pending:
            chosen |= pending
            clips = [place.clip for place in map(self.find, pending) if place is not None]
            links = {clip.link_id for clip in clips if clip.link_id is not None}
            groups = {clip.group_id for clip in clips if clip.group_id is not None} if grouped else set()
            found = {each for lane in self.lanes for link in links for each in lane.clips.links.get(link, ())}
            found |= {each for lane in self.lanes for name in groups for each in lane.clips.groups.get(name, ())}
            pending = found - chosen
        return frozenset(chosen)

    def out_of_step(self, place: Place) -> int:
        """Frames that a clip is later than the first part of its link that shows the same asset; 0 in step."""
        clip = place.clip
        if clip.link_id is None:
            return 0
        key = (clip.link_id, clip.asset_id)
        if key not in self.firsts:
            self.firsts[key] = self._first_part(*key)
        first = self.firsts[key]
        return 0 if first is None else round(later_by(place.placed, first) / place.lane.clips.frame)

    def _first_part(self, link_id: str, asset_id: str) -> PlacedClip | None:
        for lane in (*self.lanes_of("video"), *self.lanes_of("audio")):
            for number in map(lane.clips.number_of, lane.clips.links.get(link_id, ())):
                if number is not None and lane.clips.clips[number].asset_id == asset_id:
                    return Place(lane, number).placed
        return None

    def number_near(self, y: int, kind: TrackKind) -> int:
        """The number of the track of ``kind`` nearest to ``y``; in the free space beyond the last, one more."""
        lanes = self.lanes_of(kind)
        for lane in lanes:
            if lane.top <= y < lane.bottom:
                return lane.number
        above = y < self.divider
        return len(lanes) if lanes and above == (kind == "video") and not self._is_divider(y) else 0

    def _is_divider(self, y: int) -> bool:
        return self.divider <= y < self.divider + DIVIDER

    def kind_near(self, y: int) -> TrackKind:
        """Whether ``y`` is on the picture side of the divider or on the sound side."""
        return "video" if y < self.divider + DIVIDER // 2 else "audio"


def lay_out(
    sequence: Sequence,
    heights: Heights,
    space: int,
    known: Iterable[ClipIndex] = (),
    known_cues: CueLane | None = None,
) -> Layout:
    """The layout of ``sequence`` in a view of ``space`` pixels.

    Where all fits, the divider keeps to the middle as long as it can, so that a new track moves no
    other. Indexes in ``known`` are used again for tracks that are the same objects. Subtitles lie
    above the pictures.
    """
    index_of = _indexer(time.frame_duration(sequence.format.rate), known)
    above = len(sequence.video_tracks) * heights.video + (CUE_HEIGHT if sequence.subtitle_tracks else 0)
    below = len(sequence.audio_tracks) * heights.audio
    height = max(space, above + below + DIVIDER + 2 * PADDING)
    divider = max(PADDING + above, min(height // 2, height - PADDING - below - DIVIDER))
    lanes = [
        Lane(index_of(track), number, divider - (number + 1) * heights.video, heights.video)
        for number, track in reversed(list(enumerate(sequence.video_tracks)))
    ]
    lanes += [
        Lane(index_of(track), number, divider + DIVIDER + number * heights.audio, heights.audio)
        for number, track in enumerate(sequence.audio_tracks)
    ]
    cues = lay_out_cues(sequence, divider - above, known_cues)
    return Layout(tuple(lanes), divider, height, sequence.format.rate, cues)


def _indexer(frame: Flicks, known: Iterable[ClipIndex]) -> Callable[[Track], ClipIndex]:
    made = {id(index.track): index for index in known if index.frame == frame}

    def index_of(track: Track) -> ClipIndex:
        return made[id(track)] if id(track) in made else ClipIndex(track, frame)

    return index_of
