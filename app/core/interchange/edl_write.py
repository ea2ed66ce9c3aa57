"""EDL out: one picture track and two sound tracks of cuts, and a report of everything else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.core.base import time
from app.core.base.errors import one_line
from app.core.base.files import write_atomically
from app.core.base.timecode import can_drop, format_timecode
from app.core.interchange.adapters import cmx_3600
from app.core.interchange.loss_report import LossReport
from app.core.interchange.otio_metadata import safe
from app.core.interchange.otio_write import url_of
from app.core.interchange.plain_rows import Cut, cuts_of, note_sequence, note_track, require_timeline
from app.core.model.asset import Asset
from app.core.model.marker import Marker
from app.core.model.project import Project
from app.core.model.sequence import Sequence, Track

_MOST_EVENTS = 999
_LONGEST_REEL = 8
_SOUND_TRACKS = 2
_ADAPTERS_LINE = re.compile(r"\d+\s")


@dataclass(slots=True)
class _Block:
    """The lines of one event, without its number and channel."""

    start: int
    channel: str
    cut: Cut
    reel: str
    times: str
    comments: list[str]


def write(project: Project, path: Path) -> LossReport:
    """Write the first sequence of ``project`` to ``path``; returns what is not in it.

    Raises:
        UserError: there is no sequence, timecode cannot count its rate, or the place cannot be written.
    """
    report = LossReport()
    sequence = require_timeline(project, str(path))
    writer = _Writer(project, sequence, report)
    write_atomically(path, writer.text().encode())
    return report


class _Writer:
    def __init__(self, project: Project, sequence: Sequence, report: LossReport) -> None:
        self._project, self._sequence, self._report = project, sequence, report
        self._rate = sequence.format.rate
        self._drop = can_drop(self._rate)
        self._assets = {asset.id: asset for asset in project.assets}
        self._reels = self._named_reels()

    def text(self) -> str:
        """The whole list."""
        blocks: list[_Block] = []
        for channel, track in self._tracks():
            blocks += self._blocks(channel, track)
        blocks = self._joined(sorted(blocks, key=lambda each: (each.start, each.channel != "V", each.channel)))
        if len(blocks) > _MOST_EVENTS:
            self._report.add(
                f"it has {len(blocks)} events: programs that count to 999 do not read the others", "the timeline"
            )
        self._note_losses(blocks)
        self._head(blocks)
        self._mark(blocks)
        title = one_line(safe(self._sequence.name))
        lines = [f"TITLE: {title}", f"FCM: {'DROP FRAME' if self._drop else 'NON-DROP FRAME'}", ""]
        for number, block in enumerate(blocks, 1):
            lines.append(f"{number:03}  {block.reel:8} {block.channel:5} C        {block.times}")
            lines += block.comments
        return "\n".join(lines) + "\n"

    def _tracks(self) -> Iterator[tuple[str, Track]]:
        """What an EDL has room for: the lowest picture that is shown, and two sounds that are heard."""
        sequence = self._sequence
        shown = [track for track in sequence.video_tracks if not track.hidden and track.items]
        heard = [track for track in sequence.audio_tracks if not track.muted and track.items]
        chosen = [*zip(["V"], shown, strict=False), *zip(["A", "A2"], heard[:_SOUND_TRACKS], strict=False)]
        taken = {track.id for _, track in chosen}
        for track in sequence.tracks:
            if track.id in taken:
                continue
            if track.hidden and track.kind == "video":
                why = "it is hidden, it is left out"
            elif track.muted and track.kind == "audio":
                why = "it is muted, it is left out"
            elif not track.items:
                why = "it is empty, it is left out"
            else:
                room = "one picture track" if track.kind == "video" else "two sound tracks"
                why = f"an EDL has {room}, it is left out"
            self._report.add(why, f"track {track.name}")
        for channel, track in chosen:
            note_track(track, self._report, lock=False)
            usual = "V1" if channel == "V" else f"A{channel[1:] or '1'}"
            if track.name != usual:
                self._report.add(f"it becomes {usual}", f"track {track.name}")
        yield from chosen

    def _blocks(self, channel: str, track: Track) -> list[_Block]:
        """The events of a track, as the adapter writes them."""
        cuts = cuts_of(track, self._assets, self._rate, self._report, own_rates=False)
        if not cuts:
            return []
        timeline = self._timeline(track, cuts)
        adapter = cmx_3600()
        text = adapter.EDLWriter(timeline.tracks, float(self._rate), "avid").get_content_for_track_at_index(0, "")
        blocks: list[_Block] = []
        for line in text.splitlines():
            if _ADAPTERS_LINE.match(line):
                cut, words = cuts[len(blocks)], line.split()
                blocks.append(_Block(cut.start, channel, cut, self._reels[cut.asset.id], " ".join(words[-4:]), []))
            elif line.strip():
                blocks[-1].comments.append(line)
        for cut in cuts:
            if cut.clip.gain_db:
                where = f"clip {cut.clip.name or cut.clip.id} on {track.name}"
                self._report.add(f"its level of {cut.clip.gain_db:g} dB is left out", where)
        return blocks

    def _timeline(self, track: Track, cuts: list[Cut]) -> Any:
        """The track as OpenTimelineIO's, with nothing that the adapter would write otherwise than we mean."""
        import opentimelineio as otio

        def span(start: int, length: int) -> Any:
            rate = float(self._rate)
            return otio.opentime.TimeRange(
                otio.opentime.RationalTime(start, rate), otio.opentime.RationalTime(length, rate)
            )

        kind = otio.schema.TrackKind.Video if track.kind == "video" else otio.schema.TrackKind.Audio
        row = otio.schema.Track(kind=kind)
        position = 0
        for cut in cuts:
            if cut.start > position:
                row.append(otio.schema.Gap(source_range=span(0, cut.start - position)))
            position = cut.start + cut.length
            reference = otio.schema.ExternalReference(one_line(url_of(cut.asset)))
            name = one_line(safe(cut.clip.name))
            if name != cut.clip.name:
                self._report.add(f"its name becomes {name!r}", f"clip {cut.clip.id} on {track.name}")
            own = {"reel": self._reels[cut.asset.id], "comments": [f"SOURCE FILE: {one_line(safe(cut.asset.name))}"]}
            metadata = {"cmx_3600": own}
            row.append(otio.schema.Clip(name, reference, span(cut.source, cut.length), metadata=metadata))
        timeline = otio.schema.Timeline("")
        timeline.tracks.append(row)
        return timeline

    def _joined(self, blocks: list[_Block]) -> list[_Block]:
        """Linked picture and sound of one place and source in one event, ``B``."""
        pictures = {self._key(block): block for block in blocks if block.channel == "V"}
        joined = []
        for block in blocks:
            other = pictures.get(self._key(block)) if block.channel == "A" else None
            if other is not None and other.channel == "V" and block.cut.clip.name == other.cut.clip.name:
                other.channel = "B"
            else:
                joined.append(block)
        return joined

    @staticmethod
    def _key(block: _Block) -> tuple[object, ...]:
        cut = block.cut
        own = cut.clip.link_id or cut.clip.id
        return own, cut.start, cut.length, cut.source, cut.asset.id

    def _note_losses(self, blocks: list[_Block]) -> None:
        shape = self._sequence.format
        kept = {block.cut.clip.link_id for block in blocks if block.channel == "B"}
        links: dict[str, int] = {}
        for track in self._sequence.tracks:
            for item in track.items:
                if item.link_id is not None:
                    links[item.link_id] = links.get(item.link_id, 0) + 1
        notes = [f"its size of {shape.width}x{shape.height} is left out"]
        if any(count > 1 and (link not in kept or count != 2) for link, count in links.items()):
            notes.append("links between picture and sound are left out where they are no cut of both")
        if one_line(safe(self._sequence.name)) != self._sequence.name:
            notes.append("its name is written in one line")
        note_sequence(self._project, self._report, notes=notes)

    def _head(self, blocks: list[_Block]) -> None:
        """What a reader needs and the format has no words for: the rate, and where the timeline begins."""
        if blocks:
            rate = f"{float(self._rate):.3f}".rstrip("0").rstrip(".")
            blocks[0].comments += [f"* FRAME RATE: {rate}", f"* SEQUENCE START: {self._timecode(0)}"]

    def _mark(self, blocks: list[_Block]) -> None:
        for marker in self._sequence.markers:
            where = f"marker {marker.name!r}"
            name = one_line(safe(marker.name))
            under = [block for block in blocks if block.start <= self._frame(marker)]
            if not blocks:
                self._report.add("there is no event to hang it on, it is left out", where)
                continue
            if marker.duration:
                self._report.add("its length is left out", where)
            if marker.note:
                self._report.add("its note is left out", where)
            if name != marker.name:
                self._report.add("its name is written in one line", where)
            at = self._timecode(self._frame(marker)).replace(";", ":")
            (under or blocks[:1])[-1].comments.append(f"* LOC: {at} {marker.color.upper():7} {name}".rstrip())

    def _frame(self, marker: Marker) -> int:
        return time.nearest_frame(marker.start, self._rate)

    def _timecode(self, frame: int) -> str:
        return format_timecode(frame, self._rate, drop=self._drop)

    def _named_reels(self) -> dict[str, str]:
        """A reel for each medium: eight letters and digits, each its own."""
        reels: dict[str, str] = {}
        used = {item.asset_id for track in self._sequence.tracks for item in track.items if item.id is not None}
        for asset in (each for each in self._project.assets if each.id in used):
            stem = Path(asset.name).stem
            reel = re.sub(r"[^A-Za-z0-9]", "", stem)[:_LONGEST_REEL] or "REEL"
            number = 1
            while reel in reels.values() or reel.upper() in ("AX", "BL", "BLACK", "BARS"):
                number += 1
                reel = f"{reel[: _LONGEST_REEL - len(str(number))]}{number}"
            reels[asset.id] = reel
            self._note_reel(asset, stem, reel)
        return reels

    def _note_reel(self, asset: Asset, stem: str, reel: str) -> None:
        if reel != stem:
            self._report.add(
                f"its reel is called {reel}: programs that go by reels alone see that", f"media {asset.name}"
            )
