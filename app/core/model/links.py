"""Picture and sound that belong together: who is linked to whom, and what is out of step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from app.core.base.time import Flicks
from app.core.model.clip import Clip
from app.core.model.sequence import Sequence, Track


@dataclass(frozen=True, slots=True)
class PlacedClip:
    """A clip with where it lies: its track, its place in the row and its start in sequence time."""

    track: Track
    index: int
    start: Flicks
    clip: Clip

    @property
    def end(self) -> Flicks:
        """Sequence time just after the clip."""
        return self.start + self.clip.duration

    @property
    def offset(self) -> Flicks:
        """Sequence time of media time 0; equal for parts of one recording that are in step."""
        return self.start - self.clip.source_start


@dataclass(frozen=True, slots=True)
class OutOfStep:
    """A clip that is ``by`` later (or, negative, earlier) than the first part of its link."""

    link_id: str
    clip_id: str
    by: Flicks


def placed_clips(track: Track) -> Iterator[PlacedClip]:
    """The clips of a track with their places, in order."""
    start = 0
    for index, item in enumerate(track.items):
        if isinstance(item, Clip):
            yield PlacedClip(track, index, start, item)
        start += item.duration


def matching_clips(sequence: Sequence, matches: Callable[[Clip], bool]) -> list[PlacedClip]:
    """The clips that ``matches`` says yes to, picture first, in order of time within a track."""
    found = []
    for track in sequence.tracks:
        start = counted = 0
        for index, item in enumerate(track.items):
            if isinstance(item, Clip) and matches(item):
                start += sum(each.duration for each in track.items[counted:index])
                counted = index
                found.append(PlacedClip(track, index, start, item))
    return found


def spanning_clips(sequence: Sequence, at: Flicks) -> list[PlacedClip]:
    """The clips that begin before ``at`` and end after it: at most one of each track."""
    found = []
    for track in sequence.tracks:
        start = 0
        for index, item in enumerate(track.items):
            if start + item.duration > at:
                if isinstance(item, Clip) and start < at:
                    found.append(PlacedClip(track, index, start, item))
                break
            start += item.duration
    return found


def link_members(sequence: Sequence) -> dict[str, list[PlacedClip]]:
    """The clips of each link, picture first, in order of time within a track."""
    members: dict[str, list[PlacedClip]] = defaultdict(list)
    for track in sequence.tracks:
        for placed in placed_clips(track):
            if placed.clip.link_id is not None:
                members[placed.clip.link_id].append(placed)
    return dict(members)


def out_of_step(sequence: Sequence) -> list[OutOfStep]:
    """Linked clips of one asset that no longer play at the same time. Not a fault: people do it."""
    found = []
    for link_id, members in link_members(sequence).items():
        first: dict[str, PlacedClip] = {}
        for placed in members:
            reference = first.setdefault(placed.clip.asset_id, placed)
            if placed.offset != reference.offset:
                found.append(OutOfStep(link_id, placed.clip.id, placed.offset - reference.offset))
    return found
