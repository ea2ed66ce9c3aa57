"""EDL in: events become cuts on their frames, at a rate that the file, the media or the person name."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from app.core.base import time
from app.core.base.errors import UserError
from app.core.base.ids import new_id
from app.core.base.timecode import can_drop, format_timecode, nominal_rate, parse_timecode
from app.core.interchange.adapters import TIMECODE_RATES, cmx_3600
from app.core.interchange.edl_events import Event, Events, Timecode, events_of, refused
from app.core.interchange.loss_report import LossReport
from app.core.interchange.otio_media import MediaFinder, shown
from app.core.interchange.otio_metadata import KEY
from app.core.interchange.otio_read import read_timeline
from app.core.interchange.otio_time import exact_rate
from app.core.model.asset import Asset
from app.core.model.project import Project

_DAY = 24 * 3600
_LEADER = 600  # seconds: a list that begins later in its hour begins with its first event


class RateUnknownError(UserError):
    """Nothing says at which rate an EDL counts."""


@dataclass(frozen=True, slots=True)
class _Cut:
    """An event in frames of the list, on one track; record time from the start of the timeline."""

    event: Event
    record: int
    length: int
    source: int
    reference: str


def read(path: Path, finder: MediaFinder, rate: Fraction | None, report: LossReport) -> Project:
    """The project in an EDL. ``rate`` is what it counts at; by default the file or its media say so.

    Raises:
        RateUnknownError: neither does.
        UserError: it is no EDL, or media are missing or cannot be used.
    """
    found = events_of(path, report)
    for event in found.events:
        event.channels = event.channels if not event.empty else ()
    references = {id(event): _reference(event, finder) for event in found.events if event.channels}
    finder.require(references[id(event)] for event in found.events if event.channels and not _without_media(event))
    rate = rate or _rate(path, found, finder, references)
    if rate not in TIMECODE_RATES:
        raise UserError(str(path), f"an EDL cannot count {rate} frames a second", "give the rate with --rate")
    counter = _Counter(path, rate, report)
    rows, origin = counter.rows(found, references)
    timeline = _parsed(path, found, rows, rate)
    _relate(timeline, rows, _origins(rows, finder, rate, report), rate)
    _mark(timeline, found, counter, origin)
    return read_timeline(path, timeline, finder, report)


def _without_media(event: Event) -> bool:
    return event.black or event.reel.upper() == "BARS"


def _reference(event: Event, finder: MediaFinder) -> str:
    """What leads to the media of an event, or what they are called where nothing does."""
    for name in event.names:
        if finder.find(name) is not None:
            return name
    for name in event.names:
        path = finder.find_stem(name)
        if path is not None:
            return str(path)
    return event.names[0]


def _rate(path: Path, found: Events, finder: MediaFinder, references: dict[int, str]) -> Fraction:
    highest = max(each.frames for event in found.events for each in event.times)
    if found.rate is not None:
        try:
            return time.parse_rate(found.rate)
        except ValueError:
            raise refused(path, f"it counts at {found.rate} frames a second") from None
    if found.drop or any(each.drop for event in found.events for each in event.times):
        return Fraction(30000 if highest < 30 else 60000, 1001)
    names = dict.fromkeys(references[id(event)] for event in found.events if event.channels)
    assets = [finder.asset(name) for name in names if finder.find(name) is not None]
    rates = {_film_rate(asset) for asset in assets} - {None}
    for rate in rates:
        if len(rates) == 1 and rate in TIMECODE_RATES and highest < nominal_rate(rate):
            return rate
    why = "it does not say how many frames a second it counts"
    raise RateUnknownError(str(path), why, "give its rate with --rate, such as 25 or 23.976")


def _film_rate(asset: Asset) -> Fraction | None:
    video = asset.info.video
    return None if asset.info.kind != "video" or video is None else time.sequence_rate(video.rate)


class _Counter:
    """Timecodes of one list as frames."""

    def __init__(self, path: Path, rate: Fraction, report: LossReport) -> None:
        self._path, self._rate, self._report = path, rate, report

    def frames(self, timecode: Timecode) -> int:
        """The frame that a timecode names.

        Raises:
            UserError: no frame has it at this rate.
        """
        text = ":".join(f"{int(each):02}" for each in timecode.text.replace(";", ":").replace(".", ":").split(":"))
        if timecode.drop and can_drop(self._rate):
            text = f"{text[:-3]};{text[-2:]}"
        elif timecode.drop:
            self._report.add(f"{self._rate} frames a second have no drop-frame timecode", "the list")
        try:
            return parse_timecode(text, self._rate)
        except ValueError as problem:
            raise refused(self._path, str(problem)) from problem

    def rows(self, found: Events, references: dict[int, str]) -> tuple[dict[str, list[_Cut]], int]:
        """The cuts by track, in order and without overlap, and the record frame that they begin at."""
        rows: dict[str, list[_Cut]] = defaultdict(list)
        for event in (each for each in found.events if each.channels):
            start, end = self.frames(event.times[2]), self.frames(event.times[3])
            source, source_end = self.frames(event.times[0]), self.frames(event.times[1])
            where = f"event {event.number} at {event.times[2].text}"
            if end <= start:
                self._report.add("it ends before it begins, it is left out", where)
                continue
            if source_end - source != end - start and not event.black:
                what = (
                    f"its source lasts {source_end - source} frames, its place {end - start}: it plays at normal speed"
                )
                self._report.add(what, where)
            for channel in event.channels:
                rows[channel].append(_Cut(event, start, end - start, source, references[id(event)]))
        origin = self._origin(found, [cut.record for row in rows.values() for cut in row])
        ordered = sorted(rows.items(), key=lambda each: (each[0][0] == "A", each[0]))
        apart = {channel: self._apart(row, origin) for channel, row in ordered}
        if not any(apart.values()):
            raise refused(self._path, "all its events are black")
        return apart, origin

    def _origin(self, found: Events, records: list[int]) -> int:
        """The record frame at which the timeline begins: what the list says, the hour, or its first event."""
        if not records:
            raise refused(self._path, "it holds no events of an EDL")
        first = min(records)
        if found.start is not None and (said := self.frames(found.start)) <= first:
            return said
        second = nominal_rate(self._rate)
        drop = any(event.times[2].drop for event in found.events) and can_drop(self._rate)
        hours = format_timecode(first, self._rate, drop=drop).partition(":")[0]
        hour = self.frames(Timecode(f"{hours}:00:00:00", drop))
        return hour if 0 <= first - hour <= _LEADER * second else first

    def _apart(self, row: list[_Cut], origin: int) -> list[_Cut]:
        apart: list[_Cut] = []
        position = 0
        for cut in sorted(row, key=lambda each: each.record):
            start = max(cut.record - origin, position)
            late = start - (cut.record - origin)
            where = f"event {cut.event.number} at {cut.event.times[2].text}"
            if late >= cut.length:
                self._report.add("it lies under the event before, it is left out", where)
                continue
            if late:
                self._report.add(f"its first {late} frames lie under the event before, they are left out", where)
            position = start + cut.length - late
            if not cut.event.black:
                apart.append(_Cut(cut.event, start, cut.length - late, cut.source + late, cut.reference))
        if position > _DAY * nominal_rate(self._rate):
            raise refused(self._path, "it is longer than a day")
        return apart


def _parsed(path: Path, found: Events, rows: dict[str, list[_Cut]], rate: Fraction) -> Any:
    """The timeline that the adapter makes of a list with nothing but cuts in it."""
    from opentimelineio.exceptions import OTIOError

    lines = ["TITLE: cuts"]
    for channel, row in rows.items():
        for cut in row:
            numbers = (cut.source, cut.source + cut.length, cut.record, cut.record + cut.length)
            reel = "BARS" if cut.event.reel.upper() == "BARS" else "AX"
            lines.append(f"{len(lines):03}  {reel:8} {channel:5} C        {' '.join(map(_plain(rate), numbers))}")
    try:
        timeline = cmx_3600().read_from_string("\n".join(lines), rate=float(rate))
    except (OTIOError, ValueError) as problem:
        raise refused(path, f"OpenTimelineIO does not understand it: {problem}"[:300]) from problem
    timeline.name = found.title or path.stem
    return timeline


def _plain(rate: Fraction) -> Any:
    return lambda frame: format_timecode(frame, rate)


def _origins(rows: dict[str, list[_Cut]], finder: MediaFinder, rate: Fraction, report: LossReport) -> dict[str, int]:
    """The timecode at which each media file begins: 0, or the hour of its first use where it would be too short."""
    uses: dict[str, list[_Cut]] = defaultdict(list)
    for row in rows.values():
        for cut in row:
            if not _without_media(cut.event):
                uses[cut.reference].append(cut)
    origins = {}
    for reference, cuts in uses.items():
        length = _length(finder.asset(reference), rate)
        first, last = min(cut.source for cut in cuts), max(cut.source + cut.length for cut in cuts)
        origins[reference] = 0
        if length is None or last <= length + 1:
            continue
        hour = _hour(cuts[0], first, rate)
        guess = hour if last - hour <= length + 1 else first if last - first <= length + 1 else hour
        if guess:
            begins = format_timecode(guess, rate, drop=cuts[0].event.times[0].drop and can_drop(rate))
            report.add(f"its timecode is not known: it is taken to begin at {begins}", f"media {shown(reference)}")
            origins[reference] = guess
    return origins


def _hour(cut: _Cut, frame: int, rate: Fraction) -> int:
    drop = cut.event.times[0].drop and can_drop(rate)
    hours = format_timecode(frame, rate, drop=drop).partition(":")[0]
    return parse_timecode(f"{hours}:00:00{';' if drop else ':'}00", rate)


def _length(asset: Asset, rate: Fraction) -> int | None:
    """How many frames of the list the media last; None where nobody knows."""
    video = asset.info.video
    if asset.info.kind == "video" and video is not None and video.frames is not None and not video.variable_rate:
        if exact_rate(float(video.rate)) in (rate, rate * Fraction(1001, 1000), rate * Fraction(1000, 1001)):
            return video.frames
        return time.frames_covering(time.frame_start(video.frames, video.rate), rate)
    return None if asset.info.duration is None else time.frames_covering(asset.info.duration, rate)


def _relate(timeline: Any, rows: dict[str, list[_Cut]], origins: dict[str, int], rate: Fraction) -> None:
    """Give the adapter's clips their names, media and links."""
    import opentimelineio as otio

    links: dict[int, str] = {}
    uses: dict[int, int] = defaultdict(int)
    for row in rows.values():
        for cut in row:
            uses[id(cut.event)] += 1
    tracks = {track.name: track for track in timeline.tracks}
    for channel, row in rows.items():
        if channel not in tracks:
            continue
        clips = [child for child in tracks[channel] if child.schema_name() == "Clip"]
        # The adapter says where a track begins by a range that ends before its clips.
        tracks[channel].source_range = None
        if row[0].record:
            tracks[channel].insert(0, otio.schema.Gap(duration=otio.opentime.RationalTime(row[0].record, float(rate))))
        for clip, cut in zip(clips, row, strict=True):
            clip.name = cut.event.clip_name[:200] or (cut.event.reel if _without_media(cut.event) else "")
            if uses[id(cut.event)] > 1:
                link = links.setdefault(id(cut.event), new_id())
                clip.metadata[KEY] = {"id": new_id(), "link": link}
            if cut.reference in origins and not _without_media(cut.event):
                start = otio.opentime.RationalTime(origins[cut.reference], float(rate))
                available = otio.opentime.TimeRange(start, otio.opentime.RationalTime(0, float(rate)))
                clip.media_reference = otio.schema.ExternalReference(cut.reference, available)


def _mark(timeline: Any, found: Events, counter: _Counter, origin: int) -> None:
    """Markers in record time become markers of the timeline."""
    import opentimelineio as otio

    rate = next((float(track.duration().rate) for track in timeline.tracks), 24.0)
    for each in found.locators:
        at = otio.opentime.RationalTime(counter.frames(each.at) - origin, rate)
        span = otio.opentime.TimeRange(at, otio.opentime.RationalTime(0, rate))
        timeline.tracks.markers.append(otio.schema.Marker(each.text, span, each.color.upper()))
    if origin:
        timeline.global_start_time = otio.opentime.RationalTime(origin, rate)
