"""From a project to an OTIO timeline that every reader cuts at the same frames."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from app.core.base import time
from app.core.base.time import Flicks
from app.core.interchange import otio_metadata
from app.core.interchange.knowledge import NOTHING, Knowledge
from app.core.interchange.loss_report import LossReport
from app.core.interchange.otio_known import KnownWriter
from app.core.interchange.otio_markers import written
from app.core.interchange.otio_metadata import safe
from app.core.interchange.otio_speed import of_speed, speed_effect
from app.core.interchange.otio_subtitles import of_subtitles
from app.core.model.asset import Asset
from app.core.model.clip import Clip, Gap
from app.core.model.project import Project
from app.core.model.sequence import Sequence, Track


def timeline_of(
    project: Project, report: LossReport, urls: Mapping[str, str] | None = None, knowledge: Knowledge = NOTHING
) -> Any:
    """The OTIO timeline of the first sequence, with our own metadata; losses go to ``report``.

    ``urls`` says by asset id where media lie; by default where they do.
    What ``knowledge`` has of media on the timeline goes along.

    Raises:
        UserError: what is known cannot be read.
    """
    import opentimelineio as otio

    sequence = project.sequences[0]
    urls = {asset.id: url_of(asset) for asset in project.assets} if urls is None else urls
    writer = _Writer(project, sequence, urls, KnownWriter(knowledge, report), report)
    own = otio_metadata.of_timeline(project, sequence, urls)
    if sequence.subtitle_tracks:
        own["subtitles"] = of_subtitles(sequence.subtitle_tracks)
        report.add("other programs do not see them: they are for Insomnia only", "subtitles")
    metadata = safe({otio_metadata.KEY: own})
    timeline = otio.schema.Timeline(safe(sequence.name), metadata=metadata)
    timeline.global_start_time = writer.frames(0)
    for track in sequence.tracks:
        timeline.tracks.append(writer.track(track))
    timeline.tracks.markers.extend(written(sequence.markers, sequence.format.rate))
    writer.note_losses()
    return timeline


def url_of(asset: Asset) -> str:
    """Where an asset lies, as OTIO wants it."""
    path = Path(asset.path)
    return path.as_uri() if path.is_absolute() else safe(asset.path)


class _Writer:
    def __init__(
        self,
        project: Project,
        sequence: Sequence,
        urls: Mapping[str, str],
        known: KnownWriter,
        report: LossReport,
    ) -> None:
        self._project = project
        self._sequence = sequence
        self._rate = sequence.format.rate
        self._urls = urls
        self._known = known
        self._report = report
        self._assets = {asset.id: asset for asset in project.assets}

    def frames(self, number: int) -> Any:
        """Frames of the sequence as an OTIO time."""
        import opentimelineio as otio

        return otio.opentime.RationalTime(number, float(self._rate))

    def track(self, track: Track) -> Any:
        """An OTIO track; it is off where the model hides or mutes it."""
        import opentimelineio as otio

        kind = otio.schema.TrackKind.Video if track.kind == "video" else otio.schema.TrackKind.Audio
        metadata = safe({otio_metadata.KEY: otio_metadata.of_track(track)})
        written = otio.schema.Track(safe(track.name), kind=kind, metadata=metadata)
        written.enabled = not (track.hidden if track.kind == "video" else track.muted)
        for item in track.items:
            written.append(self._gap(item) if isinstance(item, Gap) else self._clip(item, track))
        if track.solo:
            self._report.add("that it plays alone is for Insomnia only", f"track {track.name}")
        if track.locked:
            self._report.add("its lock is for Insomnia only", f"track {track.name}")
        if not track.sync_lock:
            self._report.add("that it does not ripple along is for Insomnia only", f"track {track.name}")
        return written

    def note_losses(self) -> None:
        """Report what OTIO has no words for, and what is not on the first sequence."""
        shape, where = self._sequence.format, "the timeline"
        self._report.add(f"its size of {shape.width}x{shape.height} is for Insomnia only", where)
        clips = [item for track in self._sequence.tracks for item in track.items if isinstance(item, Clip)]
        if any(clip.link_id is not None for clip in clips):
            self._report.add("links between picture and sound are for Insomnia only", where)
        if any(clip.group_id is not None for clip in clips):
            self._report.add("groups of clips are for Insomnia only", where)
        used = {clip.asset_id for clip in clips}
        for asset in self._project.assets:
            if asset.id not in used:
                self._report.add("they are not on the timeline: for Insomnia only", f"media {asset.name}")
        for sequence in self._project.sequences[1:]:
            self._report.add("OTIO holds one sequence: it is left out", f"sequence {sequence.name}")

    def _gap(self, gap: Gap) -> Any:
        import opentimelineio as otio

        return otio.schema.Gap(duration=self._duration(gap.duration))

    def _clip(self, clip: Clip, track: Track) -> Any:
        import opentimelineio as otio

        asset = self._assets[clip.asset_id]
        source = otio.opentime.TimeRange(self._source_start(clip, asset), self._duration(clip.duration))
        reference = otio.schema.ExternalReference(self._urls[asset.id], self._available(asset))
        reference.name = safe(asset.name)
        known = self._known.metadata(asset)
        if known:
            reference.metadata[otio_metadata.KEY] = safe(known)
        metadata = safe({otio_metadata.KEY: otio_metadata.of_clip(clip)})
        if clip.gain_db:
            where = f"clip {clip.name or clip.id} on {track.name}"
            self._report.add(f"its level of {clip.gain_db:g} dB is for Insomnia only", where)
        effect = speed_effect(clip)
        if clip.retime is not None:
            metadata[otio_metadata.KEY]["retime"] = safe(of_speed(clip.retime))
            if clip.retime.reverse:
                where = f"clip {clip.name or clip.id} on {track.name}"
                self._report.add("other programs may begin it at its other end: it plays backwards", where)
        effects = [] if effect is None else [effect]
        return otio.schema.Clip(safe(clip.name), reference, source, effects=effects, metadata=metadata)

    def _duration(self, duration: Flicks) -> Any:
        return self.frames(time.nearest_frame(duration, self._rate))

    def _source_start(self, clip: Clip, asset: Asset) -> Any:
        """The first frame by its number in the media where it is one, else its time in sequence frames."""
        import opentimelineio as otio

        into = clip.source_start - media_start(asset)
        rate = frame_rate(asset)
        if rate is not None:
            number = time.nearest_frame(into, rate)
            if abs(time.frame_start(number, rate) - into) <= 1:
                return otio.opentime.RationalTime(number, float(rate))
        return otio.opentime.RationalTime(float(Fraction(into, time.SECOND) * self._rate), float(self._rate))

    def _available(self, asset: Asset) -> Any | None:
        """The frames that the media have, from 0; None for stills and where nobody knows."""
        import opentimelineio as otio

        rate, video = frame_rate(asset), asset.info.video
        if rate is not None and video is not None and video.frames is not None:
            frames, counted = video.frames, rate
        elif asset.info.kind != "image" and asset.info.duration is not None:
            # Up to whole frames: a reader may refuse a clip that reaches past its media.
            frames, counted = time.frames_covering(asset.info.duration - media_start(asset), self._rate), self._rate
        else:
            return None
        first = otio.opentime.RationalTime(0, float(counted))
        return otio.opentime.TimeRange(first, otio.opentime.RationalTime(frames, float(counted)))


def frame_rate(asset: Asset) -> Fraction | None:
    """The rate that numbers the frames of an asset; None where it has no constant one."""
    video = asset.info.video
    return None if asset.info.kind != "video" or video is None or video.variable_rate else video.rate


def media_start(asset: Asset) -> Flicks:
    """Media time of frame 0."""
    if asset.info.kind == "video" and asset.info.video is not None:
        return asset.info.video.start
    return asset.info.audio[0].start if asset.info.audio else 0
