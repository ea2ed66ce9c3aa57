"""What an edit changed, found by identity first: unchanged parts are shared between snapshots."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from app.core.model.clip import Clip, Item
from app.core.model.project import Project
from app.core.model.sequence import Track


class _Named(Protocol):
    @property
    def id(self) -> str: ...


N = TypeVar("N", bound=_Named)


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
    before it on its track did shows as a changed track.
    """

    project: bool = False
    assets: Difference = Difference()
    sequences: Difference = Difference()
    tracks: Difference = Difference()
    clips: Difference = Difference()

    def __bool__(self) -> bool:
        return self.project or any((self.assets, self.sequences, self.tracks, self.clips))


def compare(before: Project, after: Project) -> Changes:
    """What changed from ``before`` to ``after``; costs what changed, not what is there."""
    if before is after:
        return Changes()
    own = (before.id, before.name, before.extra) != (after.id, after.name, after.extra)
    orders = _order(before.assets) != _order(after.assets) or _order(before.sequences) != _order(after.sequences)
    assets = _difference(before.assets, after.assets)
    sequences = _difference(before.sequences, after.sequences)
    old, new = _changed_tracks(before, after)
    tracks = _difference(old, new)
    touched = {*tracks.added, *tracks.removed, *tracks.changed}
    clips = _clips([track for track in old if track.id in touched], [track for track in new if track.id in touched])
    return Changes(own or orders, assets, sequences, tracks, clips)


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


def _changed_tracks(before: Project, after: Project) -> tuple[list[Track], list[Track]]:
    """The tracks of all sequences that are not one and the same object in both."""
    same = {id(sequence) for sequence in before.sequences} & {id(sequence) for sequence in after.sequences}
    old, new = (
        [track for sequence in project.sequences if id(sequence) not in same for track in sequence.tracks]
        for project in (before, after)
    )
    return old, new


def _clips(before: list[Track], after: list[Track]) -> Difference:
    old_tracks = {track.id: track for track in before}
    old: dict[str, tuple[str, Clip]] = {}
    new: dict[str, tuple[str, Clip]] = {}
    for track in after:
        other = old_tracks.pop(track.id, None)
        old_items, new_items = middle(() if other is None else other.items, track.items)
        _collect(old, track.id, old_items)
        _collect(new, track.id, new_items)
    for track in old_tracks.values():
        _collect(old, track.id, track.items)
    return Difference(
        added=tuple(key for key in new if key not in old),
        removed=tuple(key for key in old if key not in new),
        changed=tuple(
            key
            for key, (track_id, clip) in new.items()
            if key in old and (old[key][0] != track_id or _differ(old[key][1], clip))
        ),
    )


def middle(before: tuple[Item, ...], after: tuple[Item, ...]) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
    """Both rows without the items they share at the beginning and at the end."""
    shortest = min(len(before), len(after))
    head = 0
    while head < shortest and before[head] is after[head]:
        head += 1
    tail = 0
    while tail < shortest - head and before[-1 - tail] is after[-1 - tail]:
        tail += 1
    return before[head : len(before) - tail], after[head : len(after) - tail]


def _collect(into: dict[str, tuple[str, Clip]], track_id: str, items: Iterable[Item]) -> None:
    into.update((item.id, (track_id, item)) for item in items if isinstance(item, Clip))
