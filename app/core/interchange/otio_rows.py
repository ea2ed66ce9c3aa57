"""The rows of an OTIO timeline: nested, trimmed and disabled items laid out flat, in exact seconds.

What cannot be laid out leaves its time empty and a line in the report. Objects are told apart by
the names of their schemas, so that OpenTimelineIO itself is loaded by its parser only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from app.core.base.errors import one_line
from app.core.base.timecode import format_timecode
from app.core.interchange.loss_report import LossReport
from app.core.interchange.otio_speed import has_speed
from app.core.interchange.otio_time import frame_near, seconds
from app.core.model.sequence import TrackKind

_KINDS: dict[str, TrackKind] = {"Video": "video", "Audio": "audio"}
_SPEEDS = ("LinearTimeWarp", "FreezeFrame", "TimeEffect")

# Seconds of a clip that has no range of its own: all of its media.
Length = Callable[[Any], Fraction]


@dataclass(frozen=True, slots=True)
class Piece:
    """A clip between two moments of its row; ``skipped`` is cut off before its source range begins."""

    start: Fraction
    end: Fraction
    clip: Any
    skipped: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class Row:
    """A track of the file, or a clip beside all tracks (``track`` is None then)."""

    kind: TrackKind
    name: str
    track: Any | None
    pieces: tuple[Piece, ...]


def named(item: Any, kind: str) -> str:
    """How a report calls an object of the file."""
    name = one_line(item.name or "")[:120]
    return f"{kind} {name!r}" if name else f"a {kind} without name"


def rows_of(timeline: Any, length: Length, report: LossReport) -> list[Row]:
    """All rows of the timeline, bottom first."""
    layout = _Layout(length, report)
    stack = timeline.tracks
    layout.note_effects(stack, "the timeline")
    rows = []
    for child in stack:
        schema = child.schema_name()
        if schema == "Track":
            kind = _KINDS.get(child.kind)
            if kind is None:
                report.add(
                    f"its kind {one_line(child.kind)[:60]!r} is not known, it is left out", named(child, "track")
                )
                continue
            pieces, _ = layout.track(child, markers=False)
        else:
            kind = "video"
            report.add("it lies beside the tracks: it gets a picture track of its own", named(child, schema.lower()))
            pieces, _ = layout.child(child, "the timeline", Fraction(0))
        if stack.source_range is not None:
            pieces, _ = _cropped(pieces, Fraction(0), stack.source_range)
        track = child if schema == "Track" else None
        rows.append(Row(kind, one_line(child.name or "")[:120], track, tuple(pieces)))
    return rows


class _Layout:
    def __init__(self, length: Length, report: LossReport) -> None:
        self._length = length
        self._report = report

    def track(self, track: Any, *, markers: bool = True) -> tuple[list[Piece], Fraction]:
        """The pieces of a track and how long it is; its ``markers`` are lost where it is nested."""
        where = named(track, "track")
        if markers:
            self.note_extras(track, where)
        else:
            self.note_effects(track, where)
        pieces: list[Piece] = []
        position = Fraction(0)
        for child in track:
            if child.schema_name() == "Transition":
                what = one_line(child.name or child.transition_type or "")[:60]
                self._report.add(f"transition {what!r} becomes a cut", f"{where} at {_shown(position)}")
                continue
            inside, duration = self.child(child, where, position)
            pieces += _moved(inside, position)
            position += duration
        return _cropped(pieces, position, track.source_range)

    def child(self, child: Any, where: str, position: Fraction) -> tuple[list[Piece], Fraction]:
        """The pieces of an item from its own start, and how long it is."""
        schema = child.schema_name()
        place = f"{named(child, schema.lower())} on {where} at {_shown(position)}"
        if schema == "Track":
            self._report.add("a nested track is laid out flat", place)
            return self.track(child)
        self.note_extras(child, place)
        if schema == "Stack":
            return self._stack(child, where, position, place)
        if schema == "Clip":
            return self._clip(child, place)
        duration = seconds(child.source_range.duration) if child.source_range is not None else Fraction(0)
        if schema != "Gap":
            self._report.add(f"a {schema} is not known, its time stays empty", place)
        return [], duration

    def note_extras(self, item: Any, where: str) -> None:
        """Report what else hangs on an item."""
        self.note_effects(item, where)
        if len(item.markers):
            self._report.add(f"markers ({len(item.markers)})", where)

    def note_effects(self, item: Any, where: str) -> None:
        """Report the effects of an item."""
        for effect in item.effects:
            name = one_line(effect.name or effect.effect_name or effect.schema_name())[:60]
            if effect.schema_name() in _SPEEDS and has_speed(item):
                continue
            if effect.schema_name() in _SPEEDS:
                self._report.add(f"change of speed {name!r}: it plays at normal speed", where)
            else:
                self._report.add(f"effect {name!r}", where)

    def _clip(self, clip: Any, place: str) -> tuple[list[Piece], Fraction]:
        available = clip.media_reference.available_range if clip.media_reference is not None else None
        chosen = clip.source_range or available
        if not clip.enabled:
            self._report.add("it is switched off, its time stays empty", place)
            return [], Fraction(0) if chosen is None else seconds(chosen.duration)
        if len(clip.media_references()) > 1:
            self._report.add("other versions of its media", place)
        duration = self._length(clip) if chosen is None else seconds(chosen.duration)
        return [Piece(Fraction(0), duration, clip)], duration

    def _stack(self, stack: Any, where: str, position: Fraction, place: str) -> tuple[list[Piece], Fraction]:
        """A nested sequence: flat where it has one row, else left out."""
        children = list(stack)
        if len(children) == 1:
            self._report.add("a nested sequence is laid out flat", place)
            pieces, duration = self.child(children[0], where, position)
            return _cropped(pieces, duration, stack.source_range)
        if children:
            self._report.add("a nested sequence of several tracks is left out, its time stays empty", place)
        silent = _Layout(self._length, LossReport())
        longest = max((silent.child(child, where, position)[1] for child in children), default=Fraction(0))
        return _cropped([], longest, stack.source_range)


def _moved(pieces: Iterable[Piece], by: Fraction) -> list[Piece]:
    return [replace(piece, start=piece.start + by, end=piece.end + by) for piece in pieces]


def _cropped(pieces: list[Piece], duration: Fraction, wanted: Any | None) -> tuple[list[Piece], Fraction]:
    """Only what lies in the ``wanted`` time range, moved to begin at its start."""
    if wanted is None:
        return pieces, duration
    start, length = seconds(wanted.start_time), seconds(wanted.duration)
    kept = []
    for piece in pieces:
        first, last = max(piece.start, start), min(piece.end, start + length)
        if first < last:
            kept.append(Piece(first - start, last - start, piece.clip, piece.skipped + first - piece.start))
    return kept, length


def _shown(position: Fraction) -> str:
    """A moment for people; hundredths of seconds are close enough."""
    rate = Fraction(100)
    return format_timecode(max(frame_near(position, rate), 0), rate)[:8]
