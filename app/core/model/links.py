"""Picture and sound that belong together: who is linked to whom, and what is out of step."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, compress, count
from operator import attrgetter

from app.core.base.time import Flicks
from app.core.model.clip import Clip
from app.core.model.retime import MediaMap
from app.core.model.sequence import Sequence, Track

_id, _link, _group, _duration = map(attrgetter, ("id", "link_id", "group_id", "duration"))


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
    def media(self) -> MediaMap:
        """Which media time lies where in the sequence; equal for parts of one recording that are in step."""
        return self.clip.media_map(self.start)


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


def chosen_clips(
    sequence: Sequence,
    *,
    ids: Collection[str] = (),
    links: Collection[str] = (),
    groups: Collection[str] = (),
) -> list[PlacedClip]:
    """The clips of these ids, links and groups, picture first, in order of time within a track.

    Costs one look at each item for each kind of name that is given, and no more.
    """
    ids = frozenset(ids)
    asked = [(key, frozenset(names)) for key, names in ((_id, ids), (_link, links), (_group, groups)) if names]
    found: list[PlacedClip] = []
    for track in sequence.tracks:
        indices: set[int] = set()
        for key, names in asked:
            indices.update(compress(count(), map(names.__contains__, map(key, track.items))))
        if indices:
            found += _placed(track, sorted(indices))
            if len(found) == len(ids) and not links and not groups:
                break
    return found


def _placed(track: Track, indices: Iterable[int]) -> Iterator[PlacedClip]:
    """The clips at these places of a row, which are in order."""
    start = counted = 0
    for index in indices:
        start += sum(map(_duration, track.items[counted:index]))
        counted = index
        item = track.items[index]
        if isinstance(item, Clip):
            yield PlacedClip(track, index, start, item)


def clips_together(
    sequence: Sequence, clip_ids: Collection[str], *, linked: bool = True, grouped: bool = True
) -> list[PlacedClip]:
    """The clips of these ids and what goes with them: linked parts, the groups of all these, and so on."""
    return with_others(sequence, chosen_clips(sequence, ids=clip_ids), linked=linked, grouped=grouped)


def with_others(
    sequence: Sequence, clips: Iterable[PlacedClip], *, linked: bool = True, grouped: bool = True
) -> list[PlacedClip]:
    """These clips of ``sequence`` and what goes with them, as :func:`clips_together`, in track order."""
    found = {placed.clip.id: placed for placed in clips}
    links: set[str] = set()
    groups: set[str] = set()
    while True:
        clips = found.values()
        more_links = {each.clip.link_id for each in clips if linked and each.clip.link_id is not None} - links
        more_groups = {each.clip.group_id for each in clips if grouped and each.clip.group_id is not None} - groups
        if not more_links and not more_groups:
            break
        found.update((each.clip.id, each) for each in chosen_clips(sequence, links=more_links, groups=more_groups))
        links, groups = links | more_links, groups | more_groups
    places = {track.id: number for number, track in enumerate(sequence.tracks)}
    return sorted(found.values(), key=lambda placed: (places[placed.track.id], placed.index))


def spanning_clips(sequence: Sequence, at: Flicks, track_ids: Collection[str] | None = None) -> list[PlacedClip]:
    """The clips that begin before ``at`` and end after it: at most one of each track, or of those of ``track_ids``."""
    found = []
    for track in sequence.tracks:
        if track_ids is not None and track.id not in track_ids:
            continue
        ends = list(accumulate(map(_duration, track.items)))
        index = bisect_right(ends, at)
        if index < len(ends):
            item = track.items[index]
            start = ends[index] - item.duration
            if isinstance(item, Clip) and start < at:
                found.append(PlacedClip(track, index, start, item))
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
            by = later_by(placed, reference)
            if by:
                found.append(OutOfStep(link_id, placed.clip.id, by))
    return found


def later_by(placed: PlacedClip, reference: PlacedClip) -> Flicks:
    """How much later ``placed`` plays what ``reference`` plays; where speeds differ, at the end that is further off."""
    one, other = placed.clip, reference.clip
    if one.retime is None and other.retime is None:
        return placed.start - one.source_start - (reference.start - other.source_start)
    own, wanted = placed.media, reference.media
    if own.rate == wanted.rate:
        return round((wanted.origin - own.origin) / own.rate) if own.rate else 0
    return max((round(wanted.at(end) - own.at(end)) for end in (placed.start, placed.end)), key=abs)
