"""XML of Final Cut Pro 7, as Premiere and Resolve write it too: in, by OpenTimelineIO's adapter."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from fractions import Fraction
from pathlib import Path
from typing import Any

from app.core.base.errors import one_line
from app.core.base.ids import new_id
from app.core.interchange.adapters import TIMECODE_RATES, fcp7
from app.core.interchange.fcp7_colors import nearest_color
from app.core.interchange.fcp7_items import Item, Media, Row, Timeline, timeline_in
from app.core.interchange.fcp7_xml import refused
from app.core.interchange.loss_report import LossReport
from app.core.interchange.otio_media import MediaFinder
from app.core.interchange.otio_metadata import KEY
from app.core.interchange.otio_read import read_timeline
from app.core.model.lint import format_problems
from app.core.model.project import Project
from app.core.model.sequence import SequenceFormat

_SOUND = (48_000, 2)


def read(path: Path, finder: MediaFinder, report: LossReport) -> Project:
    """The project in an FCP7 XML file.

    Raises:
        UserError: it is no such file, or media are missing or cannot be used.
    """
    found = timeline_in(path, report)
    timeline = _parsed(path, found)
    _relate(timeline, found)
    _mark(timeline, found)
    if found.start:
        timeline.global_start_time = _time(found.start, found.rate)
    return read_timeline(path, timeline, finder, report, _shape(found))


def _parsed(path: Path, found: Timeline) -> Any:
    """What the adapter makes of the plain cuts."""
    from opentimelineio.exceptions import OTIOError

    text = ET.tostring(_plain(found), encoding="unicode")
    try:
        timeline = fcp7().read_from_string(text)
    except (OTIOError, ValueError, TypeError, AttributeError, KeyError) as problem:
        why = f"OpenTimelineIO does not understand it: {one_line(str(problem))[:200]}"
        raise refused(path, why) from problem
    timeline.name = found.name or path.stem
    return timeline


def _plain(found: Timeline) -> ET.Element:
    root = ET.Element("xmeml", version="4")
    sequence = ET.SubElement(root, "sequence")
    _say(sequence, "name", "cuts")
    _say_rate(sequence, found.rate)
    media = ET.SubElement(sequence, "media")
    for kind in ("video", "audio"):
        element = ET.SubElement(media, kind)
        for row in found.rows:
            if row.kind == kind:
                track = ET.SubElement(element, "track")
                for item in row.items:
                    _say_item(track, item)
    return root


def _say_item(track: ET.Element, item: Item) -> None:
    element = ET.SubElement(track, "clipitem")
    _say_rate(element, item.rate)
    for tag, value in (("start", item.start), ("end", item.end), ("in", item.source)):
        _say(element, tag, str(value))
    _say(ET.SubElement(element, "file"), "name", "media")
    for name in item.effects:
        effect = ET.SubElement(ET.SubElement(element, "filter"), "effect")
        _say(effect, "name", name)


def _say_rate(parent: ET.Element, rate: Fraction) -> None:
    element = ET.SubElement(parent, "rate")
    ntsc = rate.denominator == 1001
    _say(element, "timebase", str(rate.numerator // 1000 if ntsc else rate.numerator))
    _say(element, "ntsc", "TRUE" if ntsc else "FALSE")


def _say(parent: ET.Element, tag: str, text: str) -> None:
    ET.SubElement(parent, tag).text = text


def _relate(timeline: Any, found: Timeline) -> None:
    """Give the adapter's tracks and clips what it does not read: names, media, switches, levels and links."""
    import opentimelineio as otio

    links = _links(found.rows)
    tracks = list(timeline.tracks)
    for track, row in zip(tracks, (each for kind in ("video", "audio") for each in found.rows if each.kind == kind),
                          strict=True):  # fmt: skip
        track.name, track.enabled = row.name, row.enabled
        track.metadata[KEY] = {"locked": row.locked}
        clips = [child for child in track if child.schema_name() == "Clip"]
        for clip, item in zip(clips, row.items, strict=True):
            clip.name = item.name
            clip.media_reference = _reference(item.media, item.rate)
            start = clip.source_range.start_time
            clip.source_range = otio.opentime.TimeRange(start, _time(item.end - item.start, found.rate))
            link = links.get(item.id)
            if link is not None or item.gain_db:
                clip.metadata[KEY] = {"id": new_id(), "link": link or "", "gain_db": item.gain_db}


def _reference(media: Media, rate: Fraction) -> Any:
    import opentimelineio as otio

    counted = media.rate or rate
    available = otio.opentime.TimeRange(_time(0, counted), _time(max(media.length or 0, 0), counted))
    if media.url is not None:
        return otio.schema.ExternalReference(media.url, available)
    missing = otio.schema.MissingReference(available_range=available)
    missing.name = media.name
    return missing


def _links(rows: list[Row]) -> dict[str, str]:
    """One link for all items that name each other."""
    known = {item.id for row in rows for item in row.items if item.id}
    links: dict[str, str] = {}
    for item in (each for row in rows for each in row.items if each.id):
        group = [item.id, *(each for each in item.links if each in known)]
        if len(set(group)) < 2:
            continue
        link = next((links[each] for each in group if each in links), None) or new_id()
        for each in group:
            links.setdefault(each, link)
    return links


def _mark(timeline: Any, found: Timeline) -> None:
    import opentimelineio as otio

    for mark in found.marks:
        span = otio.opentime.TimeRange(_time(mark.start, found.rate), _time(mark.length, found.rate))
        color = nearest_color(mark.color).upper()
        marker = otio.schema.Marker(mark.name, span, color)
        marker.comment = mark.note
        timeline.tracks.markers.append(marker)


def _shape(found: Timeline) -> SequenceFormat | None:
    if found.size is None or found.rate not in TIMECODE_RATES:
        return None
    shape = SequenceFormat(*found.size, found.rate, *(found.sound or _SOUND))
    return None if any(format_problems(shape)) else shape


def _time(value: int, rate: Fraction) -> Any:
    import opentimelineio as otio

    return otio.opentime.RationalTime(value, float(rate))
