"""Speed, direction and level of clips, and frames that stand still."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, replace
from fractions import Fraction
from operator import itemgetter

from app.core.base.errors import UserError
from app.core.base.ids import new_id
from app.core.base.time import Flicks
from app.core.edit import row
from app.core.edit.cut import without
from app.core.edit.document import (
    find_clip,
    find_clips,
    frame_of,
    label,
    require_on_grid,
    with_clips,
    with_rows,
    with_sequence,
)
from app.core.edit.ripple import put_in, take_out
from app.core.model.clip import Clip, Gap, Item
from app.core.model.limits import source_limits
from app.core.model.links import PlacedClip
from app.core.model.lint import LARGEST_GAIN
from app.core.model.project import Project
from app.core.model.retime import FASTEST, LARGEST_DENOMINATOR, NORMAL, SLOWEST, MediaMap, Retime
from app.core.model.sequence import Sequence

# Up to so many clips of a track are laid one by one.
_FEW = 8


def retime(speed: Fraction, *, reverse: bool = False, freeze: bool = False, keep_pitch: bool = True) -> Retime | None:
    """How clips play at ``speed``; None at normal speed.

    Raises:
        UserError: the speed is out of bounds.
    """
    if freeze:
        return Retime(freeze=True)
    if not SLOWEST <= speed <= FASTEST or speed.denominator > LARGEST_DENOMINATOR:
        why = f"it is not between {float(SLOWEST):.0%} and {float(FASTEST):.0%}"
        raise UserError(f"speed {float(speed):.6g}", why, "choose another speed")
    if speed == NORMAL and not reverse:
        return None
    return Retime(speed, reverse, keep_pitch=keep_pitch)


def set_speed(
    project: Project,
    sequence_id: str,
    clip_ids: Collection[str],
    wanted: Retime | None,
    *,
    ripple: bool = False,
    linked: bool = True,
) -> Project:
    """Play clips, and what is linked to them, as :func:`retime` says: faster, backwards, frozen on their first frame.

    A clip begins where it began and shows the same media; it lasts as long as these take, to the
    nearest frame, at least one. A frozen clip keeps its length. What is later stays where it is, or
    moves up and gives way on all tracks that ripple along (:mod:`app.core.edit.ripple`).

    ::

        double        [ a        ][ b ]   ->   [ a  ]......[ b ]
        and ripple    [ a        ][ b ]   ->   [ a  ][ b ]

    Raises:
        UserError: a clip is gone or on a locked track, something lies where a clip would get longer,
            or something linked would be pulled out of step.
    """
    sequence = project.sequence(sequence_id)
    parts = find_clips(sequence, clip_ids, linked=linked)
    if not parts:
        raise UserError("timeline", "no clip is chosen", "choose a clip")
    units: dict[str, list[PlacedClip]] = {}
    for part in parts:
        name = part.clip.link_id if linked and part.clip.link_id is not None else part.clip.id
        units.setdefault(name, []).append(part)
    if not ripple:
        everything = [each for unit in units.values() for each in _retimed(project, sequence, unit, wanted)]
        return _changed(project, sequence, _placed(without(sequence, parts), everything))
    after = sequence
    for unit in sorted(units.values(), key=lambda unit: min(part.start for part in unit), reverse=True):
        after = _rippled(project, after, [part.clip.id for part in unit], wanted)
    return _changed(project, sequence, after)


def freeze_frame(project: Project, sequence_id: str, clip_id: str, at: Flicks, duration: Flicks) -> Project:
    """Insert the frame that a picture clip shows ``at`` a time, standing still for ``duration``, without sound.

    ::

        V1 [ a  |     ][ b ]        V1 [ a  ][ still ][ a'   ][ b ]
        A1 [ s  |     ][ t ]   ->   A1 [ s  ].........[ s'   ][ t ]

    Raises:
        UserError: the clip is gone, has no picture, does not lie there, or its track is locked; or
            something linked would be pulled out of step.
        ValueError: a time is on no frame of the sequence.
    """
    sequence = project.sequence(sequence_id)
    require_on_grid(sequence, at, duration)
    if duration <= 0:
        raise ValueError(f"a frame that stands still for {duration}")
    chosen = find_clip(sequence, clip_id)
    if chosen.track.kind != "video":
        raise UserError(f"clip {label(chosen.clip)}", "it is sound", "choose a picture")
    if not chosen.start <= at < chosen.end:
        raise UserError(f"clip {label(chosen.clip)}", "it does not lie at that time", "choose a time inside it")
    shown = _shown(project, sequence, chosen, at)
    still = replace(
        chosen.clip,
        id=new_id(),
        source_start=shown,
        duration=duration,
        link_id=None,
        group_id=None,
        retime=Retime(freeze=True),
    )
    opened = put_in(sequence, at, duration, {chosen.track.id})
    return with_sequence(project, _placed(opened, [_Part(chosen, at, still)]))


def set_gain(project: Project, sequence_id: str, clip_ids: Collection[str], gain_db: float) -> Project:
    """Let clips of sound be ``gain_db`` louder (or, negative, softer) than their media.

    Linked pictures are passed over: the sound that is linked to a picture takes the level.

    Raises:
        UserError: the level is out of bounds, none has sound, one is gone or lies on a locked track.
    """
    if not (math.isfinite(gain_db) and abs(gain_db) <= LARGEST_GAIN):
        raise UserError(f"level {gain_db:g} dB", "it is out of bounds", f"choose {LARGEST_GAIN:g} dB at most")
    sequence = project.sequence(sequence_id)
    sounding = [part.clip.id for part in find_clips(sequence, clip_ids, linked=True) if part.track.kind == "audio"]
    if not sounding:
        raise UserError("timeline", "none of the clips has sound", "choose a clip on a sound track")
    changed = with_clips(sequence, sounding, lambda placed: replace(placed.clip, gain_db=gain_db))
    return _changed(project, sequence, changed)


@dataclass(frozen=True, slots=True)
class _Part:
    """A clip, where it lay, and what becomes of it where."""

    was: PlacedClip
    start: Flicks
    clip: Clip

    @property
    def end(self) -> Flicks:
        return self.start + self.clip.duration


def _changed(project: Project, before: Sequence, after: Sequence) -> Project:
    return project if after.tracks == before.tracks else with_sequence(project, after)


def _rippled(project: Project, sequence: Sequence, clip_ids: Collection[str], wanted: Retime | None) -> Sequence:
    """``sequence`` with the clips of one link changed; what follows them keeps its distance to the first that ends."""
    parts = _retimed(project, sequence, find_clips(sequence, clip_ids, linked=False), wanted)
    aimed = {part.was.track.id for part in parts}
    lifted = without(sequence, [part.was for part in parts])
    lasting = {part.was.track.id: part for part in sorted(parts, key=lambda part: part.was.start)}.values()
    here = min(part.was.end for part in lasting)
    longer = max(part.end - part.was.end for part in lasting)
    if longer > 0:
        lifted = put_in(lifted, here, longer, aimed)
    elif longer < 0:
        lifted = take_out(lifted, [(here + longer, here)], aimed)
    return _placed(lifted, parts)


def _placed(sequence: Sequence, parts: list[_Part]) -> Sequence:
    """``sequence`` with clips where they go.

    Raises:
        UserError: something is there already.
    """
    on_tracks: dict[str, list[_Part]] = {}
    for part in parts:
        on_tracks.setdefault(part.was.track.id, []).append(part)
    rows = {track.id: track.items for track in sequence.tracks if track.id in on_tracks}
    for key, own in on_tracks.items():
        rows[key] = _filled(rows[key], own) if len(own) > _FEW else _put(rows[key], own)
    return with_rows(sequence, rows)


def _put(items: row.Row, parts: list[_Part]) -> row.Row:
    """A row with a few clips in its gaps, or behind its end.

    Raises:
        UserError: something is in the way.
    """
    for part in parts:
        if row.put(items, part.start, part.end, (Gap(part.clip.duration),)) != items:
            raise _no_room(part)
        items = row.put(items, part.start, part.end, (part.clip,))
    return items


def _no_room(part: _Part) -> UserError:
    why = f"there is no room for it on {part.was.track.name}: another clip lies there"
    return UserError(f"clip {label(part.clip)}", why, "let later clips move along, or make room first")


def _filled(items: row.Row, parts: list[_Part]) -> row.Row:
    """A row with many clips in its gaps, or behind its end: looks at each item once.

    Raises:
        UserError: something is in the way.
    """
    lying: list[tuple[Flicks, Clip, _Part | None]] = [(part.start, part.clip, part) for part in parts]
    start = 0
    for item in items:
        if isinstance(item, Clip):
            lying.append((start, item, None))
        start += item.duration
    filled: list[Item] = []
    end, before = 0, None
    for start, clip, part in sorted(lying, key=itemgetter(0)):
        if start < end:
            moved = part or before
            assert moved is not None
            raise _no_room(moved)
        filled += [Gap(start - end), clip]
        end, before = start + clip.duration, part
    return row.tidy(filled)


def _retimed(project: Project, sequence: Sequence, parts: list[PlacedClip], wanted: Retime | None) -> list[_Part]:
    """The clips of one link at another speed, in step as they were: all times change about the first start.

    Parts that showed their media in step do so exactly: they get one and the same map of time.
    """
    first, last = min(part.start for part in parts), max(part.end for part in parts)
    known: dict[tuple[str, MediaMap], MediaMap] = {}
    made = []
    for part in sorted(parts, key=lambda part: part.start):
        old = part.media
        times = _times(old.rate, wanted, first, last)
        key = part.clip.asset_id, old
        if key not in known:
            known[key] = _new_map(project, sequence, part, wanted, times)
        made.append(_fitted(project, sequence, part, wanted, known[key], times))
    return made


def _times(rate: Fraction, wanted: Retime | None, first: Flicks, last: Flicks) -> MediaMap:
    """Where a moment of the sequence goes when all between ``first`` and ``last`` changes its speed."""
    new = NORMAL if wanted is None else wanted.rate
    if rate == 0 or new == 0:
        return MediaMap(Fraction(0), NORMAL)
    ratio = rate / new
    return MediaMap(first - ratio * (first if ratio > 0 else last), ratio)


def _new_map(
    project: Project, sequence: Sequence, part: PlacedClip, wanted: Retime | None, times: MediaMap
) -> MediaMap:
    """The map that shows at the new time of each moment what the old one showed there."""
    old, new = part.media, NORMAL if wanted is None else wanted.rate
    if new == 0:
        return MediaMap(Fraction(_shown(project, sequence, part, part.start)), new)
    origin = old.at(part.start) - new * times.at(part.start)
    # To a part of a flick that every later cut at this speed hits exactly, so that numbers stay short.
    return MediaMap(Fraction(round(origin * new.denominator), new.denominator), new)


def _shown(project: Project, sequence: Sequence, part: PlacedClip, at: Flicks) -> Flicks:
    """The media time whose picture is shown at a time; that of the first where a frame begins before it."""
    shown = part.media.shown(at, at + frame_of(sequence))
    start = source_limits(project.asset(part.clip.asset_id), part.track.kind).start
    return shown if start is None else max(shown, start)


def _fitted(
    project: Project, sequence: Sequence, part: PlacedClip, wanted: Retime | None, media: MediaMap, times: MediaMap
) -> _Part:
    """A clip with its new map, from frame to frame, within its media.

    Raises:
        UserError: its media have nothing there.
    """
    frame = frame_of(sequence)
    start, end = (_nearest(each, frame) for each in sorted((times.at(part.start), times.at(part.end))))
    end = max(end, start + frame)
    limits = source_limits(project.asset(part.clip.asset_id), part.track.kind)
    bounds = [
        None if limit is None or not media.rate else media.moment_of(limit) for limit in (limits.start, limits.end)
    ]
    earliest, latest = bounds if media.rate >= 0 else reversed(bounds)
    if earliest is not None:
        start = max(start, math.floor(earliest / frame) * frame)
    if latest is not None:
        end = min(end, math.ceil(latest / frame) * frame)
    if end <= start:
        raise UserError(f"clip {label(part.clip)}", "its media have nothing at that speed", "choose another speed")
    source = media.at(end if media.rate < 0 else start)
    if wanted is not None and part.clip.retime is not None:
        wanted = replace(wanted, extra=part.clip.retime.extra)
    clip = replace(part.clip, duration=end - start, retime=wanted).with_source(source)
    return _Part(part, start, clip)


def _nearest(moment: Fraction, frame: Flicks) -> Flicks:
    """The start of the frame that is nearest to a moment; halves go up."""
    return math.floor(moment / frame + Fraction(1, 2)) * frame
