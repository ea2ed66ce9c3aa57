"""Ripples: taking time out of a sequence, and putting time into it, wherever things keep in step.

What ripples along: every track that is not locked and either has its sync lock on or holds what
the edit is aimed at; all markers; the cues of subtitle tracks that are not locked. A locked track
never moves, whatever its sync lock says. Where something would thereby fall out of step with its
linked part on a track that stays, the edit is refused and nothing changes; what is linked across
the time that comes or goes is linked no longer, but each side keeps its links.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import accumulate, compress, count
from operator import attrgetter
from typing import TypeAlias

from app.core.base.errors import UserError
from app.core.base.ids import new_id
from app.core.base.time import Flicks
from app.core.edit import row
from app.core.edit.document import label, with_rows
from app.core.model.clip import Clip, Item
from app.core.model.links import chosen_clips
from app.core.model.marker import Marker
from app.core.model.sequence import Sequence, Track
from app.core.model.subtitle import SubtitleCue, SubtitleTrack

Range: TypeAlias = tuple[Flicks, Flicks]

_duration, _link = attrgetter("duration"), attrgetter("link_id")


def ripples(track: Track, aimed: Collection[str]) -> bool:
    """Whether ``track`` ripples along with an edit that is aimed at the tracks of these ids."""
    return not track.locked and (track.sync_lock or track.id in aimed)


def take_out(sequence: Sequence, ranges: Iterable[Range], aimed: Collection[str] = ()) -> Sequence:
    """Take times out; what is later moves up, what spans a cut loses what lies inside.

    ::

                 start end
        V1 [ a     |  ][|b ][ c ]        V1 [ a   ][ b][ c ]
        A1 [ music |    |       ]   ->   A1 [ music ][mus' ]
        markers  1   2    3              markers  1 3

    A range marker or cue that spans a cut is shortened, one that lies inside is removed.

    Raises:
        UserError: something that moves is linked to something that stays.
    """
    merged = merged_ranges(ranges)
    if not merged:
        return sequence
    refuse_pulling_apart(sequence, merged[0][1], aimed)
    for start, end in reversed(merged):
        sequence = _parted(_rippled(sequence, aimed, partial(row.close, start=start, end=end)), start, aimed)
        sequence = _with_notes(
            sequence, partial(_cut_markers, start=start, end=end), partial(_cut_cues, start=start, end=end)
        )
    return sequence


def put_in(sequence: Sequence, at: Flicks, duration: Flicks, aimed: Collection[str] = ()) -> Sequence:
    """Put empty time in at ``at``; what is later moves down, what spans it is split.

    ::

        V1 [ a    |    ][ b ]        V1 [ a    ].....[ a' ][ b ]
        cues   [  one   ]       ->   cues  [ one ]...[ one' ]

    A range marker that spans it becomes longer; a cue is split like a clip, with its text on both sides.

    Raises:
        UserError: something that moves is linked to something that stays.
    """
    refuse_pulling_apart(sequence, at, aimed)
    opened = _parted(_rippled(sequence, aimed, partial(row.open_gap, at=at, duration=duration)), at, aimed)
    return _with_notes(opened, partial(_pushed_markers, at=at, by=duration), partial(_pushed_cues, at=at, by=duration))


def refuse_pulling_apart(sequence: Sequence, at: Flicks, aimed: Collection[str]) -> None:
    """Before everything after ``at`` shifts: nothing that shifts may be linked to something that stays.

    Raises:
        UserError: naming the track that stays.
    """
    staying = [track for track in sequence.tracks if not ripples(track, aimed)]
    held = {item.link_id: track for track in staying for item in track.items if item.link_id is not None}
    if not held:
        return
    for placed in chosen_clips(sequence, links=held.keys()):
        if ripples(placed.track, aimed) and placed.end > at:
            other = held[placed.clip.link_id or ""]
            what = f"clip {label(placed.clip)}"
            if other.locked:
                why = f"its linked part on {other.name} is locked and would fall out of step"
                raise UserError(what, why, f"unlock {other.name} first")
            why = f"its linked part on {other.name} does not ripple along and would fall out of step"
            raise UserError(what, why, f"switch the sync lock of {other.name} on, or unlink them")


def merged_ranges(ranges: Iterable[Range]) -> list[Range]:
    """The union of ``ranges``, in order."""
    merged: list[Range] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _rippled(sequence: Sequence, aimed: Collection[str], change: Callable[[row.Row], row.Row]) -> Sequence:
    return with_rows(
        sequence, {track.id: change(track.items) for track in sequence.tracks if ripples(track, aimed) and track.items}
    )


def _parted(sequence: Sequence, at: Flicks, aimed: Collection[str]) -> Sequence:
    """Give what lies after ``at`` links of its own where it was linked to something before: that did not move.

    Nothing on a track that ripples spans ``at`` any more.
    """
    earlier: set[str | None] = set()
    boundaries: list[tuple[Track, int]] = []
    for track in sequence.tracks:
        if ripples(track, aimed):
            index = bisect_right(list(accumulate(map(_duration, track.items))), at)
            earlier.update(map(_link, track.items[:index]))
            boundaries.append((track, index))
    earlier.discard(None)
    across = [(track, index, earlier.intersection(map(_link, track.items[index:]))) for track, index in boundaries]
    moved = [
        (track, index + number)
        for track, index, links in across
        if links
        for number in compress(count(), map(links.__contains__, map(_link, track.items[index:])))
    ]
    members = Counter(track.items[index].link_id for track, index in moved)
    fresh = {link: new_id() if number > 1 else None for link, number in members.items()}
    rows: dict[str, list[Item]] = {}
    for track, index in moved:
        item = track.items[index]
        if isinstance(item, Clip):
            rows.setdefault(track.id, list(track.items))[index] = replace(item, link_id=fresh[item.link_id])
    return with_rows(sequence, {track_id: tuple(items) for track_id, items in rows.items()})


# Markers and cues lie beside the rows.


def _with_notes(
    sequence: Sequence,
    markers: Callable[[tuple[Marker, ...]], Iterable[Marker]],
    cues: Callable[[tuple[SubtitleCue, ...]], Iterable[SubtitleCue]],
) -> Sequence:
    """``sequence`` with its markers, and the cues that are not locked, as the functions make them."""

    def changed(track: SubtitleTrack) -> SubtitleTrack:
        if track.locked or not track.cues:
            return track
        return replace(track, cues=tuple(sorted(cues(track.cues), key=_order)))

    if not sequence.markers and not sequence.subtitle_tracks:
        return sequence
    return replace(
        sequence,
        markers=tuple(sorted(markers(sequence.markers), key=_order)),
        subtitle_tracks=tuple(map(changed, sequence.subtitle_tracks)),
    )


def _order(note: Marker | SubtitleCue) -> Range:
    return note.start, note.end


def _cut_markers(markers: Iterable[Marker], start: Flicks, end: Flicks) -> Iterator[Marker]:
    for marker in markers:
        left = _left(marker.start, marker.end, start, end)
        if left is not None:
            yield _placed(marker, *left)


def _cut_cues(cues: Iterable[SubtitleCue], start: Flicks, end: Flicks) -> Iterator[SubtitleCue]:
    for cue in cues:
        left = _left(cue.start, cue.end, start, end)
        if left is not None:
            yield _timed(cue, *left)


def _left(first: Flicks, last: Flicks, start: Flicks, end: Flicks) -> Range | None:
    """What is left of ``[first, last)``, or of a moment, where ``[start, end)`` is taken out."""
    if start <= first and (last <= end if last > first else first < end):
        return None
    return _earlier(first, start, end), _earlier(last, start, end)


def _earlier(at: Flicks, start: Flicks, end: Flicks) -> Flicks:
    return at - (end - start) if at >= end else min(at, start)


def _pushed_markers(markers: Iterable[Marker], at: Flicks, by: Flicks) -> Iterator[Marker]:
    for marker in markers:
        start = marker.start + by if marker.start >= at else marker.start
        end = marker.end + by if marker.end > at or marker.start >= at else marker.end
        yield _placed(marker, start, end)


def _pushed_cues(cues: Iterable[SubtitleCue], at: Flicks, by: Flicks) -> Iterator[SubtitleCue]:
    for cue in cues:
        if cue.start >= at:
            yield _timed(cue, cue.start + by, cue.end + by)
        elif cue.end > at:
            yield replace(cue, end=at)
            yield replace(cue, id=new_id(), start=at + by, end=cue.end + by)
        else:
            yield cue


def _placed(marker: Marker, start: Flicks, end: Flicks) -> Marker:
    if (start, end) == (marker.start, marker.end):
        return marker
    # Written out, as for cues: dataclasses.replace takes eight times as long, and there may be thousands.
    return Marker(marker.id, start, end - start, marker.name, marker.color, marker.note, marker.extra)


def _timed(cue: SubtitleCue, start: Flicks, end: Flicks) -> SubtitleCue:
    if (start, end) == (cue.start, cue.end):
        return cue
    return SubtitleCue(cue.id, start, end, cue.text, cue.speaker, cue.extra)
