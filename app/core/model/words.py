"""What differs between two snapshots, in sentences: for dry runs and for comparing versions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from app.core.base import time
from app.core.base.time import Flicks
from app.core.base.timecode import format_timecode
from app.core.model.diff import compare
from app.core.model.links import PlacedClip, placed_clips
from app.core.model.marker import Marker
from app.core.model.project import Project
from app.core.model.retime import Retime
from app.core.model.sequence import Sequence, Track
from app.core.model.subtitle import SubtitleCue, SubtitleTrack

LONGEST_SHOWN = 40


def in_words(before: Project, after: Project) -> list[str]:
    """One sentence for each thing that changed from ``before`` to ``after``; empty where nothing did."""
    if not compare(before, after):
        return []
    sentences = [*_assets(before, after)]
    old_sequences = {sequence.id: sequence for sequence in before.sequences}
    for sequence in after.sequences:
        old = old_sequences.pop(sequence.id, None)
        if old is None:
            sentences.append(f"sequence {sequence.name!r} is added")
        elif old is not sequence:
            sentences += _sequence(old, sequence)
    sentences += [f"sequence {sequence.name!r} is removed" for sequence in old_sequences.values()]
    if before.name != after.name:
        sentences.append(f"the project {before.name!r} is renamed {after.name!r}")
    return sentences or ["details that are not shown change"]


def _assets(before: Project, after: Project) -> Iterator[str]:
    changes = compare(before, after).assets
    names = {asset.id: asset.name for project in (before, after) for asset in project.assets}
    yield from (f"media {names[key]!r} are added" for key in changes.added)
    yield from (f"media {names[key]!r} are removed" for key in changes.removed)
    yield from (f"media {names[key]!r} change" for key in changes.changed)


def _sequence(old: Sequence, new: Sequence) -> list[str]:
    sentences = []
    if old.name != new.name:
        sentences.append(f"sequence {old.name!r} is renamed {new.name!r}")
    if old.format != new.format:
        shown = new.format
        sentences.append(f"sequence {new.name!r} becomes {shown.width}x{shown.height} at {shown.rate} fps")
    sentences += _tracks(old, new)
    sentences += _clips(old, new)
    sentences += _cues(old, new)
    sentences += _markers(old, new)
    return sentences


def _tracks(old: Sequence, new: Sequence) -> Iterator[str]:
    old_tracks = {track.id: track for track in _rows(old)}
    ids = {track.id for track in _rows(new)}
    kept = [key for key in old_tracks if key in ids]
    for track in _rows(new):
        previous = old_tracks.pop(track.id, None)
        if previous is None:
            yield f"track {track.name} is added"
        elif _flags(previous) != _flags(track):
            yield f"track {track.name} changes its settings"
    yield from (f"track {track.name} is removed" for track in old_tracks.values())
    if kept != [track.id for track in _rows(new) if track.id in set(kept)]:
        yield "tracks change their order"


def _rows(sequence: Sequence) -> list[Track | SubtitleTrack]:
    return [*sequence.tracks, *sequence.subtitle_tracks]


def _flags(track: Track | SubtitleTrack) -> Track | SubtitleTrack:
    return replace(track, items=()) if isinstance(track, Track) else replace(track, cues=())


def _clips(old: Sequence, new: Sequence) -> Iterator[str]:
    rate = new.format.rate
    was, now = _places(old), _places(new)
    for key, placed in was.items():
        if key not in now:
            yield f"{placed.track.name}: {_name(placed)} at {_at(placed.start, rate)} is removed"
    shifts: Counter[tuple[str, Flicks]] = Counter()
    for key, placed in now.items():
        previous = was.get(key)
        if previous is None:
            frames = _frames(placed.clip.duration, rate)
            yield f"{placed.track.name}: {_name(placed)} is added at {_at(placed.start, rate)}, {frames}"
        elif previous.clip is not placed.clip or previous.track.id != placed.track.id:
            yield from _changed(previous, placed, rate)
        elif previous.start != placed.start:
            shifts[placed.track.name, placed.start - previous.start] += 1
    for (name, by), count in shifts.items():
        what = "1 clip shifts" if count == 1 else f"{count} clips shift"
        yield f"{name}: {what} by {'+' if by > 0 else ''}{_frames(by, rate)}"


def _cues(old: Sequence, new: Sequence) -> Iterator[str]:
    rate = new.format.rate
    was = {cue.id: cue for track in old.subtitle_tracks for cue in track.cues}
    now = {cue.id: cue for track in new.subtitle_tracks for cue in track.cues}
    yield from (f"cue {shown(cue.text)} is removed" for key, cue in was.items() if key not in now)
    shifts: Counter[Flicks] = Counter()
    for key, cue in now.items():
        previous = was.get(key)
        if previous is None:
            yield f"cue {shown(cue.text)} is added at {_at(cue.start, rate)}"
        elif previous != cue:
            by = cue.start - previous.start
            if replace(previous, start=cue.start, end=previous.end + by) == cue:
                shifts[by] += 1
            else:
                yield f"cue {shown(previous.text)} {_changed_cue(previous, cue, rate)}"
    yield from _shifted("cue", shifts, rate)


def _changed_cue(old: SubtitleCue, new: SubtitleCue, rate: Fraction) -> str:
    details = []
    if old.text != new.text:
        details.append(f"says {shown(new.text)}")
    if old.speaker != new.speaker:
        details.append("has no speaker" if new.speaker is None else f"is spoken by {shown(new.speaker)}")
    if (old.start, old.end) != (new.start, new.end):
        details.append(f"shows from {_at(new.start, rate)} to {_at(new.end, rate)}")
    return ", ".join(details) or "changes its settings"


def _markers(old: Sequence, new: Sequence) -> Iterator[str]:
    rate = new.format.rate
    was, now = ({marker.id: marker for marker in sequence.markers} for sequence in (old, new))
    for key, marker in was.items():
        if key not in now:
            yield f"{_marker(marker)} at {_at(marker.start, rate)} is removed"
    shifts: Counter[Flicks] = Counter()
    for key, marker in now.items():
        previous = was.get(key)
        if previous is None:
            yield f"{_marker(marker)} is added at {_at(marker.start, rate)}"
        elif previous != marker:
            if replace(previous, start=marker.start) == marker:
                shifts[marker.start - previous.start] += 1
            else:
                yield f"{_marker(previous)} at {_at(previous.start, rate)} changes"
    yield from _shifted("marker", shifts, rate)


def _marker(marker: Marker) -> str:
    return f"marker {shown(marker.name)}" if marker.name else "a marker without name"


def _shifted(kind: str, shifts: Counter[Flicks], rate: Fraction) -> Iterator[str]:
    for by, count in shifts.items():
        what = f"1 {kind} shifts" if count == 1 else f"{count} {kind}s shift"
        yield f"{what} by {'+' if by > 0 else ''}{_frames(by, rate)}"


def shown(text: str) -> str:
    """The beginning of a text, on one line."""
    line = " ".join(text.split())
    return repr(line if len(line) <= LONGEST_SHOWN else line[: LONGEST_SHOWN - 3] + "...")


def _changed(old: PlacedClip, new: PlacedClip, rate: Fraction) -> Iterator[str]:
    details = []
    if old.track.id != new.track.id:
        details.append(f"goes to {new.track.name}")
    if old.start != new.start:
        details.append(f"begins at {_at(new.start, rate)} instead of {_at(old.start, rate)}")
    if old.clip.duration != new.clip.duration:
        details.append(f"lasts {_frames(new.clip.duration, rate)} instead of {_frames(old.clip.duration, rate)}")
    if old.clip.asset_id != new.clip.asset_id:
        details.append("shows other media")
    elif (said := retime_in_words(new.clip.retime)) != retime_in_words(old.clip.retime):
        details.append(said)
    elif old.clip.source_start != new.clip.source_start:
        by = new.clip.source_start - old.clip.source_start
        details.append(f"shows its media {_frames(abs(by), rate)} {'later' if by > 0 else 'earlier'}")
    if old.clip.gain_db != new.clip.gain_db:
        details.append(f"sounds at {new.clip.gain_db:+g} dB instead of {old.clip.gain_db:+g} dB")
    if not details and old.clip != new.clip:
        details.append("changes its settings")
    if details:
        yield f"{old.track.name}: {_name(old)} {', '.join(details)}"


def retime_in_words(retime: Retime | None) -> str:
    """What a clip does with the time of its media."""
    if retime is None:
        return "plays at normal speed"
    if retime.freeze:
        return "is frozen"
    how = "" if retime.keep_pitch else ", its pitch going along"
    return f"plays {'backwards ' if retime.reverse else ''}at {percent(retime.speed)} %{how}"


def percent(speed: Fraction) -> str:
    """A speed in hundredths, as short as it can be said without another meaning."""
    hundredths = speed * 100
    return f"{hundredths.numerator}" if hundredths.denominator == 1 else f"{float(hundredths):.6g}"


def _places(sequence: Sequence) -> dict[str, PlacedClip]:
    return {placed.clip.id: placed for track in sequence.tracks for placed in placed_clips(track)}


def _name(placed: PlacedClip) -> str:
    return repr(placed.clip.name or placed.clip.id)


def _at(moment: Flicks, rate: Fraction) -> str:
    return format_timecode(time.nearest_frame(moment, rate), rate)


def _frames(duration: Flicks, rate: Fraction) -> str:
    count = time.nearest_frame(duration, rate)
    return "1 frame" if count == 1 else f"{count} frames"
