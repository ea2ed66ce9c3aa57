"""Small steps shared by all edits: finding clips, changing tracks, keeping links whole, refusing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from itertools import compress, count, repeat
from operator import attrgetter, is_

from app.core.base import time
from app.core.base.errors import UserError
from app.core.base.ids import new_id
from app.core.base.time import Flicks
from app.core.edit.row import Row
from app.core.model.clip import Clip, Item
from app.core.model.diff import middle
from app.core.model.links import PlacedClip, chosen_clips, with_others
from app.core.model.project import Project
from app.core.model.sequence import Sequence, Track

_duration = attrgetter("duration")


def frame_of(sequence: Sequence) -> Flicks:
    """Duration of one frame of ``sequence``."""
    return time.frame_duration(sequence.format.rate)


def require_on_grid(sequence: Sequence, *times: Flicks) -> None:
    """Callers snap to frames.

    Raises:
        ValueError: one of ``times`` is negative or no frame of ``sequence``: a bug of the caller.
    """
    frame = frame_of(sequence)
    for each in times:
        if each < 0 or each % frame:
            raise ValueError(f"{each} is on no frame of {sequence.format.rate} fps")


def with_sequence(project: Project, sequence: Sequence) -> Project:
    """``project`` with the sequence of that id replaced."""
    return replace(project, sequences=tuple(sequence if each.id == sequence.id else each for each in project.sequences))


def with_rows(sequence: Sequence, rows: Mapping[str, Row]) -> Sequence:
    """``sequence`` with new items on some tracks (by id); tracks that stay the same stay shared."""

    def changed(track: Track) -> Track:
        row = rows.get(track.id)
        return track if row is None or row == track.items else replace(track, items=row)

    video = tuple(map(changed, sequence.video_tracks))
    audio = tuple(map(changed, sequence.audio_tracks))
    return replace(sequence, video_tracks=video, audio_tracks=audio)


def find_track(sequence: Sequence, track_id: str) -> Track:
    """The track of that id.

    Raises:
        UserError: it is gone, or locked.
    """
    for track in sequence.tracks:
        if track.id == track_id:
            require_unlocked(track)
            return track
    raise UserError(f"track {track_id}", "it is not in this sequence", "choose another track")


def require_unlocked(track: Track) -> None:
    """Raises UserError where ``track`` is locked."""
    if track.locked:
        raise UserError(f"track {track.name}", "it is locked", "unlock it first")


def find_clips(
    sequence: Sequence, clip_ids: Collection[str], *, linked: bool, grouped: bool = False
) -> list[PlacedClip]:
    """The clips of these ids, with those linked to them or in their groups if asked for, in track order.

    Raises:
        UserError: one is gone, or lies on a locked track.
    """
    wanted = set(clip_ids)
    found = chosen_clips(sequence, ids=wanted)
    missing = wanted - {placed.clip.id for placed in found}
    if missing:
        raise UserError(f"clip {min(missing)}", "it is not on the timeline", "choose another clip")
    if linked or grouped:
        found = with_others(sequence, found, linked=linked, grouped=grouped)
    for placed in found:
        require_unlocked(placed.track)
    return found


def with_linked(sequence: Sequence, clips: list[PlacedClip]) -> list[PlacedClip]:
    """These clips of ``sequence`` and those linked to them, in track order.

    Raises:
        UserError: one lies on a locked track.
    """
    links = {placed.clip.link_id for placed in clips if placed.clip.link_id is not None}
    if links:
        free = [placed for placed in clips if placed.clip.link_id is None]
        clips = [*free, *chosen_clips(sequence, links=links)]
    for placed in clips:
        require_unlocked(placed.track)
    return clips


def find_clip(sequence: Sequence, clip_id: str) -> PlacedClip:
    """The clip of that id.

    Raises:
        UserError: it is gone, or lies on a locked track.
    """
    return find_clips(sequence, {clip_id}, linked=False)[0]


def relink(old: Sequence, new: Sequence) -> Sequence:
    """Give the later pieces of clips that were cut together a link of their own.

    Where every part of a link was cut at one time, the parts after the cut become a link of their
    own. Where a part still spans the cut, all pieces stay linked, so that none can be pulled out
    of step.

    ::

        V1 [ a        ]        [ a  ][ a' ]
        A1 [ s        ]   ->   [ s  ][ s' ]      a-s linked, a'-s' linked
    """
    cuts = _fresh_cuts(old, new)
    if not cuts:
        return new
    members: dict[str, list[PlacedClip]] = {link: [] for _, link in cuts}
    for placed in chosen_clips(new, links=members):
        members[placed.clip.link_id or ""].append(placed)
    link_of: dict[str, str | None] = {}
    for start, link in sorted(cuts):
        parts = [(placed, link_of.get(placed.clip.id, link)) for placed in members[link]]
        current = next(now for placed, now in parts if placed.start == start)
        group = [placed for placed, now in parts if now == current]
        if any(placed.start < start < placed.end for placed in group):
            continue
        later = [placed.clip.id for placed in group if placed.start >= start]
        fresh = new_id() if len(later) > 1 else None
        link_of.update((clip_id, fresh) for clip_id in later)
    return with_links(new, link_of)


def _fresh_cuts(old: Sequence, new: Sequence) -> set[tuple[Flicks, str]]:
    """Start and link of each piece that ``new`` has and ``old`` had as part of another clip."""
    rows = {track.id: track.items for track in old.tracks}
    was: list[Item] = []
    now: list[tuple[Track, tuple[Item, ...]]] = []
    for track in new.tracks:
        before = rows.get(track.id, ())
        if before is not track.items:
            old_items, new_items = middle(before, track.items)
            was += old_items
            now.append((track, new_items))
    known, links = {item.id for item in was}, {item.link_id for item in was} - {None}
    cuts = set()
    for track, items in now:
        fresh = {item.id for item in items if item.link_id in links and item.id not in known}
        if fresh:
            start = sum(map(_duration, track.items[: _index_of(items[0], track.items)]))
            for item in items:
                if item.id in fresh and item.link_id is not None:
                    cuts.add((start, item.link_id))
                start += item.duration
    return cuts


def _index_of(item: Item, row: Row) -> int:
    """Where ``item`` itself, not an equal one, lies in ``row``."""
    return next(compress(count(), map(is_, row, repeat(item))))


def with_links(sequence: Sequence, links: Mapping[str, str | None]) -> Sequence:
    """``sequence`` with the link ids of some clips (by clip id) replaced."""
    return with_clips(sequence, links.keys(), lambda placed: replace(placed.clip, link_id=links[placed.clip.id]))


def with_groups(sequence: Sequence, groups: Mapping[str, str | None]) -> Sequence:
    """``sequence`` with the group ids of some clips (by clip id) replaced."""
    return with_clips(sequence, groups.keys(), lambda placed: replace(placed.clip, group_id=groups[placed.clip.id]))


def with_clips(sequence: Sequence, clip_ids: Collection[str], change: Callable[[PlacedClip], Clip]) -> Sequence:
    """``sequence`` with the clips of these ids replaced by others that last as long."""
    rows: dict[str, list[Item]] = {}
    for placed in chosen_clips(sequence, ids=clip_ids) if clip_ids else ():
        items = rows.setdefault(placed.track.id, list(placed.track.items))
        items[placed.index] = change(placed)
    return with_rows(sequence, {track_id: tuple(items) for track_id, items in rows.items()})


def label(clip: Clip) -> str:
    """What a message calls a clip."""
    return clip.name or clip.id
