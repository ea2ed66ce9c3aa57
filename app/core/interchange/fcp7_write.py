"""XML of Final Cut Pro 7 out, by OpenTimelineIO's adapter, with what that one leaves out put in."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.dom import minidom

from app.core.base import time
from app.core.base.errors import one_line
from app.core.base.files import write_atomically
from app.core.interchange.adapters import TIMECODE_RATES, fcp7
from app.core.interchange.fcp7_colors import MARKER_RGB
from app.core.interchange.loss_report import LossReport
from app.core.interchange.otio_metadata import safe
from app.core.interchange.otio_write import frame_rate, url_of
from app.core.interchange.plain_rows import Cut, cuts_of, note_sequence, note_track, require_timeline
from app.core.model.asset import Asset
from app.core.model.marker import Marker
from app.core.model.project import Project
from app.core.model.sequence import Sequence, Track

_OWN = "fcp_xml"
_LOUDEST = 12.0
_DECIMALS = 4


def write(project: Project, path: Path) -> LossReport:
    """Write the first sequence of ``project`` to ``path``; returns what is not in it.

    Raises:
        UserError: there is no sequence, timecode cannot count its rate, or the place cannot be written.
    """
    report = LossReport()
    sequence = require_timeline(project, str(path))
    writer = _Writer(project, sequence, report)
    write_atomically(path, writer.data())
    return report


class _Writer:
    def __init__(self, project: Project, sequence: Sequence, report: LossReport) -> None:
        self._project, self._sequence, self._report = project, sequence, report
        self._rate = sequence.format.rate
        self._assets = {asset.id: asset for asset in project.assets}
        self._cuts: dict[str, tuple[Cut, Track, int, int]] = {}  # by id: also the number of track and of clip

    def data(self) -> bytes:
        """The whole file."""
        text = fcp7().write_to_string(self._timeline())
        root = ET.fromstring(text)  # noqa: S314 - what the adapter wrote just now
        self._complete(root)
        note_sequence(self._project, self._report)
        pretty: str = minidom.parseString(ET.tostring(root, "unicode")).toprettyxml("  ")  # noqa: S318
        lines = [line for line in pretty.splitlines() if line.strip()]
        return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', "<!DOCTYPE xmeml>", *lines[1:], ""]).encode()

    def _timeline(self) -> Any:
        import opentimelineio as otio

        timeline = otio.schema.Timeline(_letters(self._sequence.name), metadata={_OWN: self._format()})
        timeline.global_start_time = self._time(0, self._rate)
        for kind, tracks in (("Video", self._sequence.video_tracks), ("Audio", self._sequence.audio_tracks)):
            for number, track in enumerate(tracks, 1):
                timeline.tracks.append(self._track(track, kind, number))
        for marker in self._sequence.markers:
            timeline.tracks.markers.append(self._marker(marker))
        return timeline

    def _format(self) -> dict[str, Any]:
        shape = self._sequence.format
        picture = {"width": str(shape.width), "height": str(shape.height), "pixelaspectratio": "square"}
        sound = {"samplerate": str(shape.audio_rate), "depth": "16"}
        return {
            "media": {
                "video": {"format": {"samplecharacteristics": picture}},
                "audio": {"numOutputChannels": str(shape.channels), "format": {"samplecharacteristics": sound}},
            }
        }

    def _track(self, track: Track, kind: str, number: int) -> Any:
        import opentimelineio as otio

        note_track(track, self._report, lock=True)
        enabled = not (track.hidden if track.kind == "video" else track.muted)
        own = {"@MZ.TrackName": _letters(track.name), "enabled": _flag(enabled), "locked": _flag(track.locked)}
        row = otio.schema.Track(kind=kind, metadata={_OWN: own})
        position = 0
        cuts = cuts_of(track, self._assets, self._rate, self._report, own_rates=True)
        for index, cut in enumerate(cuts, 1):
            if cut.start > position:
                span = otio.opentime.TimeRange(self._time(0, self._rate), self._time(cut.start - position, self._rate))
                row.append(otio.schema.Gap(source_range=span))
            position = cut.start + cut.length
            identity = f"clipitem-{len(self._cuts) + 1}"
            self._cuts[identity] = (cut, track, number, index)
            row.append(self._clip(cut, track, identity))
        return row

    def _clip(self, cut: Cut, track: Track, identity: str) -> Any:
        """A clip with an id of its own: the adapter would take two equal ones for one."""
        import opentimelineio as otio

        name = _letters(one_line(cut.clip.name))
        if name != cut.clip.name:
            self._report.add(f"its name becomes {name!r}", f"clip {cut.clip.id} on {track.name}")
        span = otio.opentime.TimeRange(self._time(cut.source, cut.source_rate), self._time(cut.length, self._rate))
        url = url_of(cut.asset)
        available = self._available(cut)
        reference = otio.schema.ExternalReference(url.replace("file:///", "file://localhost/", 1), available)
        reference.name = _letters(one_line(safe(cut.asset.name)))
        reference.metadata[_OWN] = {"media": _streams(cut.asset)}
        return otio.schema.Clip(name, reference, span, metadata={_OWN: {"@id": identity}})

    def _available(self, cut: Cut) -> Any:
        import opentimelineio as otio

        asset, video = cut.asset, cut.asset.info.video
        rate = frame_rate(asset)
        if rate in TIMECODE_RATES and video is not None and video.frames is not None:
            frames, counted = video.frames, rate
        elif asset.info.kind == "image" or asset.info.duration is None:
            frames, counted = cut.source + cut.length, cut.source_rate
        else:
            counted = self._rate
            frames = time.frames_covering(asset.info.duration, counted)
        return otio.opentime.TimeRange(self._time(0, counted), self._time(frames, counted))

    def _marker(self, marker: Marker) -> Any:
        import opentimelineio as otio

        red, green, blue = MARKER_RGB[marker.color]
        name = _letters(one_line(marker.name))
        if name != marker.name:
            self._report.add("its name is written in one line", f"marker {marker.name!r}")
        color = {"alpha": "0", "red": str(red), "green": str(green), "blue": str(blue)}
        start, length = (time.nearest_frame(each, self._rate) for each in (marker.start, marker.duration))
        span = otio.opentime.TimeRange(self._time(start, self._rate), self._time(length, self._rate))
        metadata = {_OWN: {"comment": _letters(marker.note), "color": color}}
        return otio.schema.Marker(name, span, metadata=metadata)

    def _complete(self, root: ET.Element) -> None:
        """Levels and links, which the adapter does not write."""
        items = {each.get("id") or "": each for each in root.iter("clipitem")}
        linked: dict[str, list[str]] = defaultdict(list)
        for identity, (cut, track, _, _) in self._cuts.items():
            for twice in items[identity].findall("rate")[1:]:
                items[identity].remove(twice)
            if cut.clip.link_id is not None:
                linked[cut.clip.link_id].append(identity)
            if cut.clip.gain_db:
                self._level(items[identity], cut, track)
        for identity, (cut, _, _, _) in self._cuts.items():
            together = linked.get(cut.clip.link_id or "", [])
            for other in together if len(together) > 1 else ():
                _, track, number, index = self._cuts[other]
                link = ET.SubElement(items[identity], "link")
                for tag, value in (("linkclipref", other), ("mediatype", track.kind), ("trackindex", str(number)),
                                   ("clipindex", str(index))):  # fmt: skip
                    ET.SubElement(link, tag).text = value

    def _level(self, item: ET.Element, cut: Cut, track: Track) -> None:
        gain, where = cut.clip.gain_db, f"clip {cut.clip.name or cut.clip.id} on {track.name}"
        if gain > _LOUDEST:
            self._report.add(f"its level of {gain:g} dB is more than the {_LOUDEST:g} that others allow", where)
        if round(gain, _DECIMALS) != gain:
            self._report.add(f"its level is rounded to {round(gain, _DECIMALS):g} dB", where)
        effect = ET.SubElement(ET.SubElement(item, "filter"), "effect")
        for tag, value in (("name", "Audio Levels"), ("effectid", "audiolevels"), ("effectcategory", "audiolevels"),
                           ("effecttype", "audiolevels"), ("mediatype", "audio")):  # fmt: skip
            ET.SubElement(effect, tag).text = value
        parameter = ET.SubElement(effect, "parameter")
        for tag, value in (("name", "Level"), ("parameterid", "level"), ("valuemin", "0"), ("valuemax", "3.98109"),
                           ("value", f"{10 ** (gain / 20):.12g}")):  # fmt: skip
            ET.SubElement(parameter, tag).text = value

    @staticmethod
    def _time(value: int, rate: Fraction) -> Any:
        import opentimelineio as otio

        return otio.opentime.RationalTime(value, float(rate))


def _streams(asset: Asset) -> Mapping[str, Any]:
    """What a file holds, so that others find its picture and its sound."""
    found: dict[str, Any] = {}
    video = None if asset.info.kind == "audio" else asset.info.video
    if asset.info.kind == "image" or video is not None:
        size = {} if video is None else {"width": str(video.width), "height": str(video.height)}
        found["video"] = {"samplecharacteristics": size}
    if asset.info.audio:
        sound = asset.info.audio[0]
        found["audio"] = {"samplecharacteristics": {"samplerate": str(sound.rate)}, "channelcount": str(sound.channels)}
    return found


def _flag(value: bool) -> str:
    return "TRUE" if value else "FALSE"


def _letters(text: str) -> str:
    """``text`` without characters that XML cannot hold."""
    text = safe(text)
    return "".join(each for each in text if each in "\t\n" or (each >= " " and each not in "\ufffe\uffff"))
