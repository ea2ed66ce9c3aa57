"""Small steps shared by all edits: finding clips, changing tracks, keeping links whole, refusing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from app.core.base import time
from app.core.base.errors import UserError
from app.core.base.ids import new_id
from app.core.base.time import Flicks
from app.core.edit.row import Row
from app.core.model.clip import Clip, Item
from app.core.model.diff import middle
from app.core.model.links import PlacedClip, matching_clips, placed_clips
from app.core.model.project import Project
from app.core.model.sequence import Sequence, Track


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


def on_unlocked(sequence: Sequence, change: Callable[[Row], Row]) -> Sequence:
    """``change`` every row that is not locked."""
    return with_rows(sequence, {track.id: change(track.items) for track in sequence.tracks if not track.locked})


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


def find_clips(sequence: Sequence, clip_ids: Collection[str], *, linked: bool) -> list[PlacedClip]:
    """The clips of these ids, with those linked to them if asked for, in track order.

    Raises:
        UserError: one is gone, or lies on a locked track.
    """
    wanted = set(clip_ids)
    named = matching_clips(sequence, lambda clip: clip.id in wanted)
    missing = wanted - {placed.clip.id for placed in named}
    if missing:
        raise UserError(f"clip {min(missing)}", "it is not on the timeline", "choose another clip")
    links = {placed.clip.link_id for placed in named} - {None}
    if linked and links:
        named = matching_clips(sequence, lambda clip: clip.id in wanted or clip.link_id in links)
    for placed in named:
        require_unlocked(placed.track)
    return named


def find_clip(sequence: Sequence, clip_id: str) -> PlacedClip:
    """The clip of that id.

    Raises:
        UserError: it is gone, or lies on a locked track.
    """
    return find_clips(sequence, {clip_id}, linked=False)[0]


def refuse_pulling_apart(sequence: Sequence, at: Flicks) -> None:
    """Before everything after ``at`` shifts: nothing that shifts may be linked to a locked track.

    Raises:
        UserError: naming the locked track that would be pulled out of step.
    """
    held: dict[str | None, Track] = {
        item.link_id: track
        for track in sequence.tracks
        if track.locked
        for item in track.items
        if isinstance(item, Clip) and item.link_id is not None
    }
    if not held:
        return
    for placed in matching_clips(sequence, lambda clip: clip.link_id in held):
        if not placed.track.locked and placed.end > at:
            other = held[placed.clip.link_id]
            why = f"its linked part on {other.name} is locked and would fall out of step"
            raise UserError(f"clip {label(placed.clip)}", why, f"unlock {other.name} first")


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
    for placed in matching_clips(new, lambda clip: clip.link_id in members):
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
    return _with_links(new, link_of)


def _fresh_cuts(old: Sequence, new: Sequence) -> set[tuple[Flicks, str]]:
    """Start and link of each piece that ``new`` has and ``old`` had as part of another clip."""
    rows = {track.id: track.items for track in old.tracks}
    was: list[Item] = []
    now: list[tuple[Track, tuple[Item, ...]]] = []
    for track in new.tracks:
        old_items, new_items = middle(rows.get(track.id, ()), track.items)
        was += old_items
        now.append((track, new_items))
    known = {item.id for item in was if isinstance(item, Clip)}
    links = {item.link_id for item in was if isinstance(item, Clip)} - {None}
    fresh = {
        item.id
        for _, items in now
        for item in items
        if isinstance(item, Clip) and item.link_id in links and item.id not in known
    }
    return {
        (placed.start, placed.clip.link_id)
        for track, items in now
        if any(isinstance(item, Clip) and item.id in fresh for item in items)
        for placed in placed_clips(track)
        if placed.clip.id in fresh and placed.clip.link_id is not None
    }


def _with_links(sequence: Sequence, links: Mapping[str, str | None]) -> Sequence:
    """``sequence`` with the link ids of some clips (by clip id) replaced."""
    rows: dict[str, Row] = {}
    for track in sequence.tracks:
        if any(isinstance(item, Clip) and item.id in links for item in track.items):
            rows[track.id] = tuple(
                replace(item, link_id=links[item.id]) if isinstance(item, Clip) and item.id in links else item
                for item in track.items
            )
    return with_rows(sequence, rows)


def label(clip: Clip) -> str:
    """What a message calls a clip."""
    return clip.name or clip.id
