"""What the XML of Final Cut Pro 7 says, checked and made plain: cuts without transitions, numbers that are numbers.

OpenTimelineIO's adapter fails on dissolves, on files that are defined elsewhere and on much that
editors leave out; it gets none of that. The format: Apple's Final Cut Pro XML Interchange Format.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Literal
from xml.etree.ElementTree import Element

from app.core.base import time
from app.core.base.errors import one_line
from app.core.base.timecode import format_timecode
from app.core.interchange.fcp7_xml import parsed_xml, refused
from app.core.interchange.loss_report import LossReport
from app.core.model.lint import LARGEST_GAIN

MOST_ITEMS = 200_000
_LATEST = 10**9
_LONGEST_NAME = 200
_LONGEST_PATH = 4000
_LONGEST_NOTE = 10_000
_DECIMALS = 4  # of a level in decibels: what is beyond is rounding of the factor that the file holds


@dataclass(frozen=True, slots=True)
class Media:
    """A media file; ``length`` and ``rate`` as the XML says, None where it does not."""

    key: str
    name: str
    url: str | None
    length: int | None
    rate: Fraction | None


@dataclass(frozen=True, slots=True)
class Item:
    """A clip: ``start`` and ``end`` count frames of the sequence, ``source`` those of the file, at ``rate``."""

    id: str
    name: str
    start: int
    end: int
    source: int
    rate: Fraction
    media: Media
    channel: int = 1
    gain_db: float = 0.0
    effects: tuple[str, ...] = ()
    links: tuple[str, ...] = ()


@dataclass(slots=True)
class Row:
    """A track."""

    kind: Literal["video", "audio"]
    name: str
    enabled: bool
    locked: bool
    items: list[Item] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Mark:
    """A marker of the sequence, in its frames; ``color`` in 8 bits each."""

    start: int
    length: int
    name: str
    note: str
    color: tuple[int, int, int] | None


@dataclass(slots=True)
class Timeline:
    """The sequence of a file. ``size`` and ``sound`` (rate, channels) are None where it does not say."""

    name: str
    rate: Fraction
    start: int
    rows: list[Row] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    size: tuple[int, int] | None = None
    sound: tuple[int, int] | None = None


def timeline_in(path: Path, report: LossReport) -> Timeline:
    """The sequence in the XML file ``path``; what is no plain cut goes to ``report``.

    Raises:
        UserError: it cannot be read, is no such XML, or holds no sequence or several.
    """
    root = parsed_xml(path)
    if root.tag != "xmeml":
        other = "it is the XML of Final Cut Pro X" if root.tag == "fcpxml" else "it is no XML of Final Cut Pro 7"
        raise refused(path, other)
    return _Reader(path, root, report).timeline()


class _Reader:
    def __init__(self, path: Path, root: Element, report: LossReport) -> None:
        self._path, self._root, self._report = path, root, report
        self._files: dict[str, Element] = {}
        self._media: dict[str, Media] = {}
        self._rate = Fraction(25)
        self._count = 0
        for element in root.iter("file"):
            key = element.get("id")
            if key is not None and len(element):
                self._files.setdefault(key, element)

    def timeline(self) -> Timeline:
        sequence = self._sequence()
        rate = _rate(sequence)
        if rate is None:
            raise refused(self._path, "its sequence does not say how many frames a second it has")
        self._rate = rate
        found = Timeline(_text(sequence, "name"), rate, _number(sequence, "timecode/frame") or 0)
        for kind in ("video", "audio"):
            for number, track in enumerate(sequence.iterfind(f"media/{kind}/track"), 1):
                row = self._row(track, "video" if kind == "video" else "audio", number)
                if row is not None:
                    found.rows.append(row)
        _one_channel_each(found.rows)
        found.marks = list(self._marks(sequence))
        form = sequence.find("media/video/format/samplecharacteristics")
        width, height = (None, None) if form is None else (_number(form, "width"), _number(form, "height"))
        found.size = (width, height) if width and height else None
        samples = _number(sequence, "media/audio/format/samplecharacteristics/samplerate")
        channels = _number(sequence, "media/audio/numOutputChannels")
        found.sound = (samples, channels) if samples and channels else None
        return found

    def _sequence(self) -> Element:
        """The only sequence that is not inside of another."""
        nested = {id(each) for item in self._root.iter("clipitem") for each in item.iter("sequence")}
        inside = {each.get("id") for item in self._root.iter("clipitem") for each in item.iter("sequence")} - {None}
        every = [each for each in self._root.iter("sequence") if len(each) and id(each) not in nested]
        top = [each for each in every if each.get("id") not in inside] or every
        if not top:
            raise refused(self._path, "it holds no sequence")
        if len(top) > 1:
            names = ", ".join((_text(each, "name") or "without name")[:60] for each in top[:10])
            raise refused(self._path, f"it holds several sequences: {names}")
        return top[0]

    def _row(self, track: Element, kind: Literal["video", "audio"], number: int) -> Row | None:
        if kind == "audio" and _exploded(track):
            return None  # another channel of the track before, which plays with it
        name = _text(track, "name") or one_line(track.get("MZ.TrackName") or "")[:_LONGEST_NAME]
        letter = "V" if kind == "video" else "A"
        row = Row(kind, name, _flag(track, "enabled", True), _flag(track, "locked", False))
        where = f"track {name or f'{letter}{number}'}"
        children = [each for each in track if each.tag in ("clipitem", "generatoritem", "transitionitem")]
        for index, element in enumerate(children):
            self._count += 1
            if self._count > MOST_ITEMS:
                raise refused(self._path, "it holds more than any timeline does")
            if element.tag == "transitionitem":
                self._transition(element, where)
                continue
            before = children[index - 1] if index else None
            after = children[index + 1] if index + 1 < len(children) else None
            item = self._item(element, before, after, where)
            if item is not None:
                row.items.append(item)
        row.items = self._apart(row.items, where)
        return row

    def _transition(self, element: Element, where: str) -> None:
        start, end = _number(element, "start"), _number(element, "end")
        name = _text(element, "effect/name") or "without name"
        length = "" if start is None or end is None else f" of {end - start} frames"
        self._report.add(f"transition {name!r}{length} becomes a cut", f"{where} at {self._shown(start or 0)}")

    def _item(self, element: Element, before: Element | None, after: Element | None, where: str) -> Item | None:
        name = _text(element, "name")
        start, end, source = (_number(element, tag) for tag in ("start", "end", "in"))
        place = f"clip {name!r} on {where}"
        if start is None or end is None:
            self._report.add("it has no times, it is left out", place)
            return None
        rate = _rate(element) or self._rate
        source = source or 0
        if start < 0:
            begin, cut = _cut_point(before)
            if begin is None or cut is None:
                self._report.add("it has no times, it is left out", place)
                return None
            start, source = cut, source + round((cut - begin) * rate / self._rate)
        if end < 0:
            end = _cut_point(after)[1] or -1
        place = f"{place} at {self._shown(start)}"
        why = self._unusable(element, start, end)
        if why is not None:
            self._report.add(why, place)
            return None
        gain, effects = self._effects(element, place)
        markers = len(element.findall("marker"))
        if markers:
            self._report.add(f"markers ({markers})", place)
        links = tuple(_text(each, "linkclipref") for each in element.iterfind("link"))
        channel = _number(element, "sourcetrack/trackindex") or 1
        media = self._file(element)
        return Item(element.get("id") or "", name, start, end, source, rate, media, channel, gain, effects, links[:100])

    def _unusable(self, element: Element, start: int, end: int) -> str | None:
        """Why the time of an item stays empty, if it does."""
        if element.tag == "generatoritem":
            return "a generator is no media file, its time stays empty"
        if not _flag(element, "enabled", True):
            return "it is switched off, its time stays empty"
        if element.find("sequence") is not None:
            return "a nested sequence is left out, its time stays empty"
        if element.find("file") is None:
            return "it names no media file, its time stays empty"
        if element.find("file/mediaSource") is not None and element.find("file/pathurl") is None:
            return "a generator is no media file, its time stays empty"
        return "it ends before it begins, it is left out" if end <= start else None

    def _file(self, element: Element) -> Media:
        file = element.find("file")
        key = "" if file is None else file.get("id") or f"?{id(file)}"
        if key not in self._media:
            found = file if file is not None and len(file) else self._files.get(key)
            url = None if found is None else (found.findtext("pathurl") or "").strip()[:_LONGEST_PATH] or None
            name = "" if found is None else _text(found, "name")
            length = None if found is None else _number(found, "duration")
            rate = None if found is None else _rate(found)
            self._media[key] = Media(key, name or _text(element, "name"), url, length, rate)
        return self._media[key]

    def _effects(self, element: Element, place: str) -> tuple[float, tuple[str, ...]]:
        """The level of an item, and the names of its other effects."""
        gain, effects = 0.0, []
        for effect in element.iterfind("filter/effect"):
            name = _text(effect, "name")
            if _text(effect, "effectid").lower().replace(" ", "") != "audiolevels":
                effects.append(name or "without name")
                continue
            for parameter in effect.iterfind("parameter"):
                if _text(parameter, "parameterid") != "level":
                    continue
                if parameter.find("keyframe") is not None:
                    self._report.add("changes of its level are left out", place)
                gain += self._decibels(_text(parameter, "value"), place)
        return gain, tuple(effects)

    def _decibels(self, text: str, place: str) -> float:
        try:
            factor = float(text)
        except ValueError:
            factor = math.nan
        if factor > 0 and math.isfinite(factor):
            gain = round(20 * math.log10(factor), _DECIMALS)
            if abs(gain) <= LARGEST_GAIN:
                return gain
        if text:
            self._report.add(f"its level of {text[:20]} becomes 1", place)
        return 0.0

    def _apart(self, items: list[Item], where: str) -> list[Item]:
        """In order and without overlap."""
        apart: list[Item] = []
        position = 0
        for item in sorted(items, key=lambda each: each.start):
            late = max(position - item.start, 0)
            place = f"clip {item.name!r} on {where} at {self._shown(item.start)}"
            if late >= item.end - item.start:
                self._report.add("it lies under the clip before, it is left out", place)
                continue
            if late:
                self._report.add(f"its first {late} frames lie under the clip before, they are left out", place)
                shift = round(late * item.rate / self._rate)
                apart.append(replace(item, start=item.start + late, source=item.source + shift))
            else:
                apart.append(item)
            position = item.end
        return apart

    def _marks(self, sequence: Element) -> Iterator[Mark]:
        for element in sequence.iterfind("marker"):
            start, end = _number(element, "in"), _number(element, "out")
            name = _text(element, "name")
            if start is None:
                self._report.add("it has no time, it is left out", f"marker {name!r}")
                continue
            note = (element.findtext("comment") or "").replace("\0", "")[:_LONGEST_NOTE]
            color = element.find("color")
            parts = [_number(color, tag) for tag in ("red", "green", "blue")] if color is not None else [None]
            red, green, blue = (None, None, None) if None in parts else parts
            shade = None if red is None or green is None or blue is None else (red, green, blue)
            yield Mark(start, max((end or 0) - start, 0), name, note, shade)

    def _shown(self, frame: int) -> str:
        return format_timecode(max(frame, 0), self._rate)


def _one_channel_each(rows: list[Row]) -> None:
    """Leave out second channels of sound: clips here play all channels of their files."""
    first = {(item.media.key, item.start, item.end, item.source)
             for row in rows if row.kind == "audio" for item in row.items if item.channel == 1}  # fmt: skip
    for row in [each for each in rows if each.kind == "audio" and each.items]:
        row.items = [
            item
            for item in row.items
            if item.channel == 1 or (item.media.key, item.start, item.end, item.source) not in first
        ]
        if not row.items:
            rows.remove(row)


def _exploded(track: Element) -> bool:
    index, count = track.get("currentExplodedTrackIndex", "0"), track.get("totalExplodedTrackCount", "1")
    return index != "0" and count != "1"


def _cut_point(transition: Element | None) -> tuple[int | None, int | None]:
    """Where a transition begins, and where the cut below it is."""
    if transition is None or transition.tag != "transitionitem":
        return None, None
    start, end = _number(transition, "start"), _number(transition, "end")
    if start is None or end is None:
        return None, None
    alignment = _text(transition, "alignment")
    if alignment.startswith("end"):
        return start, end
    return start, start if alignment.startswith("start") else (start + end) // 2


def _rate(element: Element) -> Fraction | None:
    base = _number(element, "rate/timebase")
    if base is None or not 0 < base <= 1000:
        return None
    ntsc = _text(element, "rate/ntsc").lower() == "true"
    rate = Fraction(base * 1000, 1001) if ntsc else Fraction(base)
    return rate if time.is_exact_rate(rate) else None


def _text(element: Element, path: str) -> str:
    return one_line(element.findtext(path) or "")[:_LONGEST_NAME]


def _flag(element: Element, path: str, otherwise: bool) -> bool:
    text = _text(element, path).lower()
    return otherwise if not text else text in ("true", "1", "yes")


def _number(element: Element, path: str) -> int | None:
    """A whole number of reasonable size; None where there is none."""
    text = (element.findtext(path) or "").strip()[:40]
    try:
        value = float(text)
    except ValueError:
        return None
    return int(value) if math.isfinite(value) and abs(value) <= _LATEST else None
