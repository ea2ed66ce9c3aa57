"""What EDL and FCP7 XML can hold of a timeline: rows of cuts that count whole frames, and what that costs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from app.core.base import time
from app.core.base.errors import UserError
from app.core.interchange.adapters import TIMECODE_RATES
from app.core.interchange.loss_report import LossReport
from app.core.interchange.otio_write import frame_rate, media_start
from app.core.model.asset import Asset
from app.core.model.clip import Clip
from app.core.model.links import placed_clips
from app.core.model.project import Project
from app.core.model.retime import Retime
from app.core.model.sequence import Sequence, Track


@dataclass(frozen=True, slots=True)
class Cut:
    """A clip in frames: ``start`` and ``length`` of the sequence, ``source`` at ``source_rate``."""

    clip: Clip
    asset: Asset
    start: int
    length: int
    source: int
    source_rate: Fraction


def require_timeline(project: Project, what: str) -> Sequence:
    """The sequence to write, whose rate timecode can count.

    Raises:
        UserError: there is none, or timecode cannot.
    """
    if not project.sequences:
        raise UserError(project.name, "it has no sequence", "put something on a timeline first")
    sequence = project.sequences[0]
    if sequence.format.rate not in TIMECODE_RATES:
        raise UserError(what, f"it cannot hold {sequence.format.rate} frames a second", "write an .otio file instead")
    return sequence


def cuts_of(
    track: Track, assets: dict[str, Asset], rate: Fraction, report: LossReport, *, own_rates: bool
) -> list[Cut]:
    """The clips of a track. Sources count in frames of the media where ``own_rates``, else of the sequence."""
    cuts = []
    for placed in placed_clips(track):
        clip, asset = placed.clip, assets[placed.clip.asset_id]
        start = time.nearest_frame(placed.start, rate)
        length = time.nearest_frame(clip.duration, rate)
        media_rate = frame_rate(asset)
        counted = media_rate if own_rates and media_rate in TIMECODE_RATES else rate
        # lists that count 24 mean the frames of films of 23.976, and the like
        alike = media_rate is not None and media_rate in (
            counted, counted * Fraction(1001, 1000), counted * Fraction(1000, 1001)
        )  # fmt: skip
        into = clip.source_start - media_start(asset)
        exact = media_rate if alike and media_rate is not None else counted
        source = time.nearest_frame(into, exact)
        where = f"clip {clip.name or clip.id} on {track.name}"
        if clip.retime is not None:
            report.add(f"its speed of {_speed(clip.retime)} is left out: it plays on at normal speed", where)
        if asset.info.kind == "image":
            source = max(source, 0)
        elif source < 0:
            report.add("it begins before its picture: its source is written as frame 0", where)
            source = 0
        elif abs(time.frame_start(source, exact) - into) > 1:
            report.add(f"its source is moved to the nearest frame at {_shown(exact)}", where)
        cuts.append(Cut(clip, asset, start, length, source, counted))
    return cuts


def note_sequence(project: Project, report: LossReport, *, notes: Iterable[str] = ()) -> None:
    """Report what neither format has words for; ``notes`` are more of them about the timeline."""
    sequence, where = project.sequences[0], "the timeline"
    for each in sequence.subtitle_tracks:
        report.add("subtitles are left out: write them to a subtitle file", f"track {each.name}")
    for note in notes:
        report.add(note, where)
    if any(isinstance(item, Clip) and item.group_id for track in sequence.tracks for item in track.items):
        report.add("groups of clips are left out", where)
    used = {item.asset_id for track in sequence.tracks for item in track.items if isinstance(item, Clip)}
    for asset in project.assets:
        if asset.id not in used:
            report.add("it is not on the timeline, it is left out", f"media {asset.name}")
    for other in project.sequences[1:]:
        report.add("only the first sequence is written: it is left out", f"sequence {other.name}")


def note_track(track: Track, report: LossReport, *, lock: bool) -> None:
    """Report the switches of a track that is written; ``lock`` where its lock comes over."""
    where = f"track {track.name}"
    if track.solo:
        report.add("that it plays alone is left out", where)
    if track.locked and not lock:
        report.add("its lock is left out", where)
    if not track.sync_lock:
        report.add("that it does not ripple along is left out", where)


def _speed(retime: Retime) -> str:
    return "0" if retime.freeze else f"{float(100 * retime.rate):.4g} %"


def _shown(rate: Fraction) -> str:
    return f"{float(rate):.5g} frames a second"
