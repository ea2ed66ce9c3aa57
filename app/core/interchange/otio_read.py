"""From an OTIO timeline to a project: every cut on its frame, every loss in the report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from app.core.base import time
from app.core.base.errors import UserError, one_line
from app.core.base.ids import new_id
from app.core.base.time import Flicks
from app.core.edit import row as items_row
from app.core.edit.assets import DEFAULT_FORMAT, sequence_format
from app.core.edit.insert import media_name, whole
from app.core.interchange.knowledge import NOTHING, Knowledge
from app.core.interchange.loss_report import LossReport
from app.core.interchange.otio_known import read_known
from app.core.interchange.otio_markers import read_markers
from app.core.interchange.otio_media import MediaFinder, shown
from app.core.interchange.otio_metadata import Hints, Ids, hints_of
from app.core.interchange.otio_rows import Piece, Row, named, rows_of
from app.core.interchange.otio_speed import read_speed
from app.core.interchange.otio_subtitles import read_subtitles
from app.core.interchange.otio_time import counts_frames, exact_rate, frame_near, is_picture_rate, source_time
from app.core.model.asset import Asset
from app.core.model.clip import Clip, Gap, Item
from app.core.model.limits import SourceLimits, has_kind, source_limits
from app.core.model.lint import lint
from app.core.model.project import Project
from app.core.model.retime import Retime
from app.core.model.sequence import Sequence, SequenceFormat, Track


def read_timeline(
    path: Path,
    timeline: Any,
    finder: MediaFinder,
    report: LossReport,
    shape: SequenceFormat | None = None,
    knowledge: Knowledge = NOTHING,
) -> Project:
    """The project that a parsed OTIO timeline describes; see :func:`app.core.interchange.otio.read`.

    What does not come over is added to ``report``. ``shape`` is what else the file says of the
    picture and the sound, if OTIO has no words for it. ``knowledge`` learns what the file knows of its media.
    """
    _require_media(timeline, finder)
    rows = rows_of(timeline, lambda clip: _media_length(clip, finder), report)
    hints = hints_of(timeline)
    build = _Builder(timeline, finder, report, _rate(timeline, rows, finder, hints), shape)
    build.take_assets(hints)
    video = [build.track(each, number) for number, each in enumerate(_of_kind(rows, "video"), 1)]
    audio = [build.track(each, number) for number, each in enumerate(_of_kind(rows, "audio"), 1)]
    if not audio and not hints:
        video, audio = build.with_own_sound(video)
    project = build.project(path, hints, tuple(video), tuple(audio))
    problems = lint(project)
    if problems:
        raise UserError(str(path), f"its timeline makes no sense: {problems[0]}", "write it again")
    read_known(_hinted(rows, finder), knowledge, report)
    return project


def _hinted(rows: list[Row], finder: MediaFinder) -> Iterator[tuple[Asset, Hints]]:
    """Media, and what references to them say under our own key."""
    for piece in (piece for each in rows for piece in each.pieces):
        reference = reference_of(piece.clip)
        if reference is not None and piece.clip.media_reference is not None:
            yield finder.asset(reference), hints_of(piece.clip.media_reference)


def _of_kind(rows: list[Row], kind: str) -> list[Row]:
    return [each for each in rows if each.kind == kind]


def reference_of(clip: Any) -> str | None:
    """What a clip says about its media; None where it is made of something else than a media file."""
    reference = clip.media_reference
    schema = reference.schema_name() if reference is not None else "MissingReference"
    if schema == "ExternalReference" and reference.target_url:
        return str(reference.target_url)
    if schema in ("ExternalReference", "MissingReference"):
        return str((reference.name if reference is not None else "") or clip.name or "a clip without name")
    return None


def _require_media(timeline: Any, finder: MediaFinder) -> None:
    rows = rows_of(timeline, lambda _clip: Fraction(1), LossReport())
    references = [reference_of(piece.clip) for each in rows for piece in each.pieces]
    finder.require(reference for reference in references if reference is not None)


def _media_length(clip: Any, finder: MediaFinder) -> Fraction:
    """Seconds of all the media of a clip that has no range."""
    reference = reference_of(clip)
    if reference is None:
        return Fraction(0)
    media = whole(finder.asset(reference))
    return Fraction(media.end - media.start, time.SECOND)


def _rate(timeline: Any, rows: list[Row], finder: MediaFinder, hints: Hints) -> Fraction:
    """The frame rate of the sequence: what the items count in, else what the timeline starts in."""
    start = timeline.global_start_time
    said = [] if start is None else [float(start.rate)]
    ranges = [piece.clip.source_range for each in rows if each.kind == "video" for piece in each.pieces]
    counted = [float(each.duration.rate) for each in ranges if each is not None]
    if counted and len(set(counted)) == 1:
        said = counted[:1] + said
    for rate in (*said, *counted):
        own = hints.inside("sequence").sequence_rate(rate)
        if own is not None:
            return own
        if is_picture_rate(exact_rate(rate)):
            return time.sequence_rate(exact_rate(rate))
    for piece in (piece for each in rows for piece in each.pieces):
        reference = reference_of(piece.clip)
        asset = finder.asset(reference) if reference is not None else None
        if asset is not None and asset.info.kind == "video":
            return sequence_format(asset).rate
    return DEFAULT_FORMAT.rate


@dataclass(slots=True)
class _Builder:
    """Makes tracks and clips, and remembers the assets and ids that they use."""

    timeline: Any
    finder: MediaFinder
    report: LossReport
    rate: Fraction
    shape: SequenceFormat | None = None
    ids: Ids = field(default_factory=Ids)
    assets: dict[str, Asset] = field(default_factory=dict)

    @property
    def frame(self) -> Flicks:
        return time.frame_duration(self.rate)

    def take_assets(self, hints: Hints) -> None:
        """Our own files list all media of the project, also those that are not on the timeline."""
        for each in hints.parts("assets"):
            reference = each.text("url")
            if not reference:
                continue
            if self.finder.find(reference) is None:
                self.report.add("it is not on the timeline and was not found", f"media {shown(reference)}")
                continue
            found = self.finder.asset(reference)
            if found.id not in self.assets:
                name, extra = each.text("name") or found.name, each.extra() or found.extra
                self.assets[found.id] = replace(found, id=self.ids.take(each.text("id")), name=name, extra=extra)

    def asset(self, reference: str) -> Asset:
        """The project's asset behind a reference."""
        found = self.finder.asset(reference)
        if found.id not in self.assets:
            self.assets[found.id] = replace(found, id=self.ids.take(found.id))
        return self.assets[found.id]

    def track(self, row: Row, number: int) -> Track:
        """A track of the model."""
        hints = hints_of(row.track) if row.track is not None else Hints(None)
        letter = "V" if row.kind == "video" else "A"
        enabled = row.track is None or row.track.enabled
        items: list[Item] = []
        position = 0
        for piece in row.pieces:
            first, last = frame_near(piece.start, self.rate), frame_near(piece.end, self.rate)
            if last <= first:
                self.report.add("it is shorter than a frame", f"{named(piece.clip, 'clip')} on {row.name}")
                continue
            items.append(Gap(first * self.frame - position))
            items += self._clip(piece, row, first * self.frame, last * self.frame)
            position = last * self.frame
        return Track(
            self.ids.take(hints.text("id")),
            row.kind,
            row.name or f"{letter}{number}",
            items_row.tidy(items),
            muted=hints.flag("muted") if row.kind == "video" else not enabled,
            solo=hints.flag("solo"),
            hidden=hints.flag("hidden") if row.kind == "audio" else not enabled,
            locked=hints.flag("locked"),
            sync_lock=hints.flag("sync_lock", True),
            extra=hints.extra(),
        )

    def _clip(self, piece: Piece, row: Row, start: Flicks, end: Flicks) -> list[Item]:
        """The clip of a piece, with gaps where its media do not reach."""
        where = f"{named(piece.clip, 'clip')} on {row.name or row.kind}"
        reference = reference_of(piece.clip)
        if reference is None:
            schema = piece.clip.media_reference.schema_name()
            self.report.add(f"a {schema} is no media file, its time stays empty", where)
            return [Gap(end - start)]
        asset = self.asset(reference)
        if not has_kind(asset, row.kind):
            what = "picture" if row.kind == "video" else "sound"
            self.report.add(f"{asset.name} has no {what}, its time stays empty", where)
            return [Gap(end - start)]
        clip = self._read_clip(piece, asset, end - start)
        if piece.clip.source_range is not None:
            self._note_rate(piece, asset)
        return self._inside_media(clip, asset, row, where)

    def _read_clip(self, piece: Piece, asset: Asset, duration: Flicks) -> Clip:
        hints = hints_of(piece.clip)
        source = piece.clip.source_range
        available = piece.clip.media_reference.available_range if piece.clip.media_reference is not None else None
        if source is not None:
            source_start = source_time(asset, source.start_time, available, piece.skipped)
        elif available is not None:
            source_start = source_time(asset, available.start_time, available, piece.skipped)
        else:
            source_start = whole(asset).start + time.from_seconds(piece.skipped)
        exact = hints.number("source_start")
        own_start = exact is not None and abs(exact - source_start) < self.frame
        if exact is not None and own_start:
            source_start = exact
        said = (piece.clip.name or "").replace("\0", "")
        name = said if hints else one_line(said)[:200] or media_name(asset)
        identity = self.ids.take(hints.text("id"))
        # A copy that another program made is no part of the link or the group of the first.
        own = identity == hints.text("id")
        link, group = ((hints.text(key) or None) if own else None for key in ("link", "group"))
        return Clip(
            identity,
            asset.id,
            source_start,
            duration,
            name,
            link,
            hints.gain("gain_db"),
            group,
            read_speed(piece.clip, hints, exact_start=own_start),
            extra=hints.extra(),
        )

    def _note_rate(self, piece: Piece, asset: Asset) -> None:
        available = piece.clip.media_reference.available_range if piece.clip.media_reference is not None else None
        if counts_frames(asset, piece.clip.source_range.start_time, available) and asset.info.video is not None:
            said = piece.clip.source_range.start_time.rate
            self.report.add(f"its frames are counted at {said:g}, the media have {asset.info.video.rate}", asset.name)

    def _inside_media(self, clip: Clip, asset: Asset, row: Row, where: str) -> list[Item]:
        """Only the part of a clip that its media have, and gaps around it."""
        limits = source_limits(asset, row.kind)
        if clip.retime is not None:
            return self._retimed_inside(clip, clip.retime, limits, where)
        head = tail = 0
        if limits.start is not None and limits.start - clip.source_start >= self.frame:
            head = time.frames_covering(limits.start - clip.source_start, self.rate) * self.frame
        if limits.end is not None and clip.source_end - limits.end >= self.frame:
            tail = (clip.source_end - limits.end) // self.frame * self.frame
        if not head and not tail:
            return [clip]
        if head + tail >= clip.duration:
            self.report.add("it lies outside of its media, its time stays empty", where)
            return [Gap(clip.duration)]
        frames = (head + tail) // self.frame
        self.report.add(f"it reaches {frames} frames past its media, their time stays empty", where)
        kept = replace(clip, source_start=clip.source_start + head, duration=clip.duration - head - tail)
        return [Gap(head), kept, Gap(tail)]

    def _retimed_inside(self, clip: Clip, retime: Retime, limits: SourceLimits, where: str) -> list[Item]:
        """The same for a clip that is faster, slower, backwards or frozen."""
        first, last = clip.source_range
        before = Fraction(0) if limits.start is None else max(Fraction(limits.start) - first, Fraction(0))
        after = Fraction(0) if limits.end is None else max(last - Fraction(limits.end), Fraction(0))
        if retime.freeze and (before >= self.frame or after >= self.frame):
            self.report.add("it lies outside of its media, its time stays empty", where)
            return [Gap(clip.duration)]
        each = self.frame * retime.speed  # of the media in one frame of the sequence
        head, tail = (-(-over // each) * self.frame if over >= each else 0 for over in (before, after))
        if not head and not tail:
            return [clip]
        head, tail = (tail, head) if retime.reverse else (head, tail)
        if head + tail >= clip.duration:
            self.report.add("it lies outside of its media, its time stays empty", where)
            return [Gap(clip.duration)]
        self.report.add(
            f"it reaches {(head + tail) // self.frame} frames past its media, their time stays empty", where
        )
        return [Gap(head), clip.with_edges(head, -tail), Gap(tail)]

    def with_own_sound(self, video: list[Track]) -> tuple[list[Track], list[Track]]:
        """Both kinds of tracks, where the file has picture only: each clip brings the sound of its film along."""
        by_id = {asset.id: asset for asset in self.assets.values()}
        pictures: list[Track] = []
        sounds: list[Track] = []
        for number, track in enumerate(video, 1):
            linked: list[Item] = []
            heard: list[Item] = []
            for item in track.items:
                frozen = isinstance(item, Clip) and item.retime is not None and item.retime.freeze
                if isinstance(item, Clip) and not frozen and has_kind(by_id[item.asset_id], "audio"):
                    link = new_id()
                    linked.append(replace(item, link_id=link))
                    heard.append(replace(item, id=self.ids.take(None), link_id=link))
                else:
                    linked.append(item)
                    heard.append(Gap(item.duration))
            pictures.append(replace(track, items=tuple(linked)))
            items = items_row.tidy(heard)
            if items:
                sounds.append(Track(self.ids.take(None), "audio", f"A{number}", items, muted=track.hidden))
        if sounds:
            self.report.add("it has no sound tracks: the clips bring the sound of their films", "the timeline")
        return pictures, sounds

    def project(self, path: Path, hints: Hints, video: tuple[Track, ...], audio: tuple[Track, ...]) -> Project:
        """The whole document."""
        start = self.timeline.global_start_time
        if start is not None and start.value:
            self.report.add("its timecode does not begin at zero: it does here", "the timeline")
        title = one_line(self.timeline.name or "")[:200] or path.stem
        own, whole_project = hints.inside("sequence"), hints.inside("project")
        sequence = Sequence(
            self.ids.take(own.text("id")),
            own.text("name") or title,
            own.shape(self.rate) or self._shape(),
            video,
            audio,
            read_subtitles(hints.parts("subtitles"), self.ids, self.report),
            markers=read_markers(self.timeline.tracks, self.rate, self.ids, self.report),
            extra=own.extra(),
        )
        name = whole_project.text("name") or title
        identity = self.ids.take(whole_project.text("id"))
        return Project(identity, name, tuple(self.assets.values()), (sequence,), whole_project.extra())

    def _shape(self) -> SequenceFormat:
        if self.shape is not None:
            return replace(self.shape, rate=self.rate)
        film = next((asset for asset in self.assets.values() if asset.info.kind == "video"), None)
        shape = DEFAULT_FORMAT if film is None else sequence_format(film)
        return replace(shape, rate=self.rate)
