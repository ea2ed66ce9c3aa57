"""What an edit changed, found by identity first: unchanged parts are shared between snapshots."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import compress, count
from operator import is_not
from typing import Protocol, TypeAlias, TypeVar

from app.core.model.clip import Gap, Item
from app.core.model.project import Project
from app.core.model.sequence import Sequence
from app.core.model.subtitle import SubtitleCue


class _Named(Protocol):
    @property
    def id(self) -> str: ...


N = TypeVar("N", bound=_Named)
T = TypeVar("T")
_Lying: TypeAlias = Item | SubtitleCue  # what lies on a track


@dataclass(frozen=True, slots=True)
class Difference:
    """Ids of one kind of thing, in document order."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs between two snapshots; false where nothing does.

    ``project`` says that the name, the order of things or unknown keys differ. A clip counts as
    changed when its own fields or its track differ; one that only shifted because something
    before it on its track did shows as a changed track. A cue or a marker that shifted has changed.
    """

    project: bool = False
    assets: Difference = Difference()
    sequences: Difference = Difference()
    tracks: Difference = Difference()
    clips: Difference = Difference()
    subtitle_tracks: Difference = Difference()
    cues: Difference = Difference()
    markers: Difference = Difference()

    def __bool__(self) -> bool:
        own = (self.assets, self.sequences, self.tracks, self.clips, self.subtitle_tracks, self.cues, self.markers)
        return self.project or any(own)


def compare(before: Project, after: Project) -> Changes:
    """What changed from ``before`` to ``after``; costs what changed, not what is there."""
    if before is after:
        return Changes()
    own = (before.id, before.name, before.extra) != (after.id, after.name, after.extra)
    orders = _order(before.assets) != _order(after.assets) or _order(before.sequences) != _order(after.sequences)
    assets = _difference(before.assets, after.assets)
    sequences = _difference(before.sequences, after.sequences)
    old, new = _changed_sequences(before, after)
    tracks, clips = _on_tracks(
        {track.id: track for sequence in old for track in sequence.tracks},
        {track.id: track for sequence in new for track in sequence.tracks},
        lambda track: track.items,
    )
    subtitle_tracks, cues = _on_tracks(
        {track.id: track for sequence in old for track in sequence.subtitle_tracks},
        {track.id: track for sequence in new for track in sequence.subtitle_tracks},
        lambda track: track.cues,
    )
    markers = _difference(
        (marker for sequence in old for marker in sequence.markers),
        (marker for sequence in new for marker in sequence.markers),
    )
    return Changes(own or orders, assets, sequences, tracks, clips, subtitle_tracks, cues, markers)


def _order(things: Iterable[_Named]) -> list[str]:
    return [thing.id for thing in things]


def _difference(before: Iterable[N], after: Iterable[N]) -> Difference:
    old = {thing.id: thing for thing in before}
    new = {thing.id: thing for thing in after}
    return Difference(
        added=tuple(key for key in new if key not in old),
        removed=tuple(key for key in old if key not in new),
        changed=tuple(key for key, thing in new.items() if key in old and _differ(old[key], thing)),
    )


def _differ(one: object, other: object) -> bool:
    return one is not other and one != other


def _changed_sequences(before: Project, after: Project) -> tuple[list[Sequence], list[Sequence]]:
    """The sequences that are not one and the same object in both."""
    same = {id(sequence) for sequence in before.sequences} & {id(sequence) for sequence in after.sequences}
    old, new = ([sequence for sequence in project.sequences if id(sequence) not in same] for project in (before, after))
    return old, new


def _on_tracks(
    before: Mapping[str, N], after: Mapping[str, N], row: Callable[[N], tuple[_Lying, ...]]
) -> tuple[Difference, Difference]:
    """Which tracks differ, and which of the things that lie on them, told by their ids.

    A thing that lies on another track has changed.
    """
    tracks = _difference(before.values(), after.values())
    old: dict[str, tuple[str, _Lying]] = {}
    new: dict[str, tuple[str, _Lying]] = {}
    for track_id in (*tracks.changed, *tracks.added, *tracks.removed):
        old_row, new_row = middle(
            row(before[track_id]) if track_id in before else (), row(after[track_id]) if track_id in after else ()
        )
        _collect(old, track_id, old_row)
        _collect(new, track_id, new_row)
    return tracks, Difference(
        added=tuple(key for key in new if key not in old),
        removed=tuple(key for key in old if key not in new),
        changed=tuple(
            key
            for key, (track_id, thing) in new.items()
            if key in old and (old[key][0] != track_id or _differ(old[key][1], thing))
        ),
    )


def middle(before: tuple[T, ...], after: tuple[T, ...]) -> tuple[tuple[T, ...], tuple[T, ...]]:
    """Both rows without the things they share at the beginning and at the end."""
    if before is after:
        return (), ()
    shortest = min(len(before), len(after))
    head = next(compress(count(), map(is_not, before, after)), shortest)
    tail = next(compress(count(), map(is_not, reversed(before), reversed(after))), shortest)
    tail = min(tail, shortest - head)
    return before[head : len(before) - tail], after[head : len(after) - tail]


def _collect(into: dict[str, tuple[str, _Lying]], track_id: str, row: Iterable[_Lying]) -> None:
    into.update((thing.id, (track_id, thing)) for thing in row if not isinstance(thing, Gap))
