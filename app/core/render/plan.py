"""What is to be rendered, as plain data: made from a snapshot, it can travel to another process."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from app.core.base import time
from app.core.base.errors import UserError
from app.core.base.time import Flicks
from app.core.model.asset import Asset, Color, VideoStream
from app.core.model.clip import Clip
from app.core.model.limits import has_kind
from app.core.model.project import Project
from app.core.model.retime import MediaMap
from app.core.model.sequence import Sequence, SequenceFormat, Track
from app.core.model.subtitle import SubtitleCue, SubtitleTrack
from app.core.render.color import film_color, meant_color
from app.core.render.geometry import Rectangle, even, fit

# How subtitles come with a film: not at all, burned into the picture, as a track that players can
# switch off, as a file beside it.
SubtitleMode: TypeAlias = Literal["none", "burn", "track", "file"]
SUBTITLE_MODES: tuple[SubtitleMode, ...] = get_args(SubtitleMode)


@dataclass(frozen=True, slots=True)
class PictureSpan:
    """A clip on a picture track: shown in sequence frames ``[start_frame, end_frame)``.

    ``source_offset`` is what to add to sequence time to get media time of the asset; a clip that is
    not played straight on at normal speed has ``media`` instead.
    """

    clip_id: str
    asset_id: str
    start_frame: int
    end_frame: int
    source_offset: Flicks
    media: MediaMap | None = None


@dataclass(frozen=True, slots=True)
class SoundSpan:
    """A clip on a sound track: heard in sequence time ``[start, end)``.

    ``fade_in`` and ``fade_out`` say that the sound is cut there, not continued by the neighbour,
    so that the cut needs the shortest of ramps to make no click. ``media`` is as for pictures;
    ``keep_pitch`` says how such sound is made.
    """

    clip_id: str
    asset_id: str
    start: Flicks
    end: Flicks
    source_offset: Flicks
    gain_db: float
    fade_in: bool
    fade_out: bool
    media: MediaMap | None = None
    keep_pitch: bool = True


@dataclass(frozen=True, slots=True)
class RenderPlan:
    """Frames ``[start_frame, end_frame)`` of a sequence, and all that is needed to make them.

    ``area`` is where the sequence's own frame lies in the output (smaller where the shapes
    differ). Tracks are lowest first, hidden and silent ones left out, spans in order. ``sound``
    says whether the film has a sound track at all. ``assets`` are those used in the range.
    ``subtitles`` says how they come with the film, ``cues`` are those of the whole sequence (as its
    track holds them, in sequence time; none where they do not come), ``language`` is their language.
    """

    name: str
    width: int
    height: int
    area: Rectangle
    rate: Fraction
    start_frame: int
    end_frame: int
    color: Color
    audio_rate: int
    channels: int
    sound: bool
    pictures: tuple[tuple[PictureSpan, ...], ...]
    sounds: tuple[tuple[SoundSpan, ...], ...]
    assets: tuple[Asset, ...]
    warnings: tuple[str, ...] = ()
    subtitles: SubtitleMode = "none"
    cues: tuple[SubtitleCue, ...] = ()
    language: str | None = None

    @property
    def frames(self) -> int:
        """How many frames are rendered."""
        return self.end_frame - self.start_frame

    @property
    def start(self) -> Flicks:
        """Sequence time of the first frame."""
        return time.frame_start(self.start_frame, self.rate)

    @property
    def end(self) -> Flicks:
        """Sequence time just after the last frame."""
        return time.frame_start(self.end_frame, self.rate)

    @property
    def start_sample(self) -> int:
        """The first sound sample, counted from sequence time 0."""
        return time.sample_at(self.start, self.audio_rate)

    @property
    def end_sample(self) -> int:
        """The sample just after the last, counted from sequence time 0."""
        return time.sample_at(self.end, self.audio_rate)


def make_plan(
    project: Project,
    sequence: Sequence,
    start_frame: int = 0,
    end_frame: int | None = None,
    output: SequenceFormat | None = None,
    *,
    subtitles: SubtitleMode = "none",
) -> RenderPlan:
    """The plan for frames ``[start_frame, end_frame)`` of ``sequence`` (None: to its end).

    ``output`` asks for another size or sound than the sequence's own; its rate must be the same.
    ``subtitles`` asks for those that the sequence shows.

    Raises:
        UserError: the sequence is empty, or the range lies outside of it.
    """
    wanted = output or sequence.format
    if wanted.rate != sequence.format.rate:
        raise ValueError(f"a sequence of {sequence.format.rate} fps is rendered at {wanted.rate}")
    first, last = _range(sequence, start_frame, end_frame)
    width, height = even(wanted.width), even(wanted.height)
    assets = {asset.id: asset for asset in project.assets}
    pictures = _picture_tracks(sequence, assets)
    sounds = _sound_tracks(sequence, assets)
    start, end = time.frame_start(first, wanted.rate), time.frame_start(last, wanted.rate)
    seen = tuple(
        tuple(span for span in track if span.start_frame < last and span.end_frame > first) for track in pictures
    )
    heard = tuple(tuple(span for span in track if span.start < end and span.end > start) for track in sounds)
    used = {span.asset_id for track in seen for span in track} | {span.asset_id for track in heard for span in track}
    shown = {span.asset_id for track in pictures for span in track}
    videos = [asset.info.video for asset in project.assets if asset.id in shown and _has_own_color(asset)]
    track = shown_subtitles(sequence) if subtitles != "none" else None
    color = film_color((meant_color(video.color, video.coded_height) for video in videos if video), height)
    return RenderPlan(
        name=sequence.name,
        width=width,
        height=height,
        area=fit(sequence.format.width, sequence.format.height, Rectangle(0, 0, width, height)),
        rate=wanted.rate,
        start_frame=first,
        end_frame=last,
        color=color,
        audio_rate=wanted.audio_rate,
        channels=wanted.channels,
        sound=any(sounds),
        pictures=tuple(track for track in seen if track),
        sounds=tuple(track for track in heard if track),
        assets=tuple(asset for asset in project.assets if asset.id in used),
        warnings=_warnings([video for video in videos if video], color),
        subtitles=subtitles,
        cues=track.cues if track is not None else (),
        language=track.language if track is not None else None,
    )


def shown_subtitles(sequence: Sequence) -> SubtitleTrack | None:
    """The first subtitle track that is not hidden, if any."""
    return next((track for track in sequence.subtitle_tracks if not track.hidden), None)


def subtitle_file(film: Path) -> Path:
    """The name of the subtitle file beside ``film``."""
    return film.with_suffix(".srt")


def _range(sequence: Sequence, start_frame: int, end_frame: int | None) -> tuple[int, int]:
    frames = sequence.frames
    if frames == 0:
        raise UserError(sequence.name, "the sequence is empty", "put a clip on its timeline first")
    end = frames if end_frame is None else end_frame
    if not 0 <= start_frame < end <= frames:
        why = f"frames {start_frame} to {end} are no range of its {frames} frames"
        raise UserError(sequence.name, why, "choose a start before the end, both within the sequence")
    return start_frame, end


def _placed(track: Track) -> Iterator[tuple[Clip, Flicks]]:
    """The clips of a row with their start in sequence time."""
    start = 0
    for item in track.items:
        if isinstance(item, Clip):
            yield item, start
        start += item.duration


def _picture_tracks(sequence: Sequence, assets: dict[str, Asset]) -> list[tuple[PictureSpan, ...]]:
    rate = sequence.format.rate
    return [
        tuple(
            PictureSpan(
                clip.id,
                clip.asset_id,
                time.frames_covering(start, rate),
                time.frames_covering(start + clip.duration, rate),
                clip.source_start - start,
                None if clip.retime is None else clip.media_map(start),
            )
            for clip, start in _placed(track)
            if has_kind(assets[clip.asset_id], "video")
        )
        for track in sequence.video_tracks
        if not track.hidden
    ]


def _sound_tracks(sequence: Sequence, assets: dict[str, Asset]) -> list[tuple[SoundSpan, ...]]:
    solo = any(track.solo for track in sequence.audio_tracks)
    audible = [track for track in sequence.audio_tracks if not track.muted and (track.solo or not solo)]
    return [tuple(_sound_spans(track, assets)) for track in audible]


def _sound_spans(track: Track, assets: dict[str, Asset]) -> Iterator[SoundSpan]:
    placed = [
        (clip, start)
        for clip, start in _placed(track)
        if has_kind(assets[clip.asset_id], "audio") and (clip.retime is None or not clip.retime.freeze)
    ]
    for position, (clip, start) in enumerate(placed):
        before = placed[position - 1] if position else None
        after = placed[position + 1] if position + 1 < len(placed) else None
        stream, retime = assets[clip.asset_id].info.audio[0], clip.retime
        whole_start = clip.source_start <= stream.start
        whole_end = stream.duration is not None and clip.source_end >= stream.start + stream.duration
        if retime is not None and retime.reverse:
            whole_start, whole_end = whole_end, whole_start
        yield SoundSpan(
            clip.id,
            clip.asset_id,
            start,
            start + clip.duration,
            clip.source_start - start,
            clip.gain_db,
            fade_in=not whole_start and (before is None or not _continues(before, (clip, start))),
            fade_out=not whole_end and (after is None or not _continues((clip, start), after)),
            media=None if retime is None else clip.media_map(start),
            keep_pitch=retime is None or retime.keep_pitch,
        )


def _continues(one: tuple[Clip, Flicks], next_one: tuple[Clip, Flicks]) -> bool:
    """Whether the sound runs on over the edit, as it does where a clip was only split."""
    (clip, start), (other, other_start) = one, next_one
    if clip.asset_id != other.asset_id or start + clip.duration != other_start:
        return False
    if clip.retime is None and other.retime is None:
        return clip.source_end == other.source_start
    return clip.media_map(start) == other.media_map(other_start)


def _has_own_color(asset: Asset) -> bool:
    """Whether it counts for the colour of the film: stills and RGB pictures follow the others."""
    video = asset.info.video
    return asset.info.kind == "video" and video is not None and video.color.matrix != "gbr"


def _warnings(videos: list[VideoStream], color: Color) -> tuple[str, ...]:
    if any(video.hdr for video in videos) and color.transfer not in ("smpte2084", "arib-std-b67"):
        return ("HDR pictures are mixed with others: they are tone mapped to standard range",)
    if any(video.hdr for video in videos):
        return ("HDR pictures are written with 8 bits: smooth areas may show bands",)
    return ()
