"""Segments: one film file for a range of another, light for scrubbing or as good as the original.

A proxy segment takes its pictures out of the proxy chunks, packet by packet, and encodes nothing but
sound; where the source needs no proxy, its pictures are encoded. A mezzanine segment holds every
picture as a key frame that nobody can tell from the original, and sound as it was decoded; where the film
consists of key frames of a codec for working with, its pictures are passed on as they are (``exact_copy``).
Transparency is kept by a mezzanine, and by no proxy; fields are kept apart by a mezzanine.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypeAlias

import av

from app.core.base import time
from app.core.base.errors import UserError
from app.core.base.files import write_error
from app.core.base.time import SECOND
from app.core.jobs.context import JobContext
from app.core.media.demux import packets, picture_stream
from app.core.media.display_matrix import write_display_matrix
from app.core.media.exact_copy import NotExactError, can_copy, exact_packets
from app.core.media.index import FrameIndex
from app.core.media.proxy import encoded_color, is_rgb, limited_aspect, proxy_bytes, proxy_settings
from app.core.media.pyav_errors import FFmpegError, media_errors
from app.core.media.pyav_source import PyAVVideoSource
from app.core.media.safe_open import safe_open
from app.core.media.segment_sound import (
    Heard,
    SegmentSound,
    bytes_a_second,
    sounds_of_mezzanine,
    sounds_of_proxy,
)
from app.core.media.tracks import (
    SOUND_FRAME,
    CopiedPictures,
    EncodedPictures,
    PictureClock,
    PictureSettings,
    common_unit,
    open_container,
)
from app.core.media.writer import index_room
from app.core.model.asset import MediaInfo, VideoStream

SegmentKind: TypeAlias = Literal["proxy", "mezzanine"]

ENDINGS: dict[SegmentKind, str] = {"proxy": "mp4", "mezzanine": "mov"}
_MEZZANINE_CRF = 12
_BYTES_A_PIXEL_AT_1080, _MOST_BYTES_A_PIXEL = 0.09, 0.6
_CLEAR_FORMAT = "yuva444p10le"
_CLEAR_BYTES_A_PIXEL = 1.5  # measured at 1080 lines: 0.3 where they are drawn, 2.6 where they are noisy
_TRACK_ROOM = 2048  # bytes that the index of another sound track takes beside its packets
_SOUND_PIECE = SECOND // 2


@dataclass(frozen=True, slots=True)
class ProxyPart:
    """A file of a proxy: it holds frames ``[first, end)`` of the film."""

    path: Path
    first: int
    end: int


@dataclass(frozen=True, slots=True)
class SegmentTask:
    """Frames ``[first, end)`` of the film ``path`` as a file of ``kind``; ``proxy`` is empty where there is none."""

    path: Path
    info: MediaInfo
    kind: SegmentKind
    first: int
    end: int
    proxy: tuple[ProxyPart, ...] = ()


def write_segment(task: SegmentTask, index: FrameIndex, out: Path, context: JobContext) -> None:
    """Write the file to ``out``, index first. Where it fails or is cancelled, the caller removes ``out``.

    Raises:
        UserError: the film or a part of its proxy is gone or damaged, or the disk is full.
        Cancelled: ``context`` was cancelled.
    """
    video = task.info.video
    if video is None or not 0 <= task.first < task.end <= len(index):
        raise ValueError(f"no frames {task.first} to {task.end} in {task.path}")
    copied = task.kind == "mezzanine" and _is_copyable(task, index)
    try:
        _write(task, video, index, out, context, copied=copied)
    except NotExactError:
        _write(task, video, index, out, context, copied=False)
    if video.rotation or video.mirrored:
        size = _stored_size(out)
        write_display_matrix(out, *size, video.rotation, video.mirrored)


def _write(
    task: SegmentTask, video: VideoStream, index: FrameIndex, out: Path, context: JobContext, *, copied: bool
) -> None:
    heard, clock = _sounds(task), PictureClock.of(index)
    with contextlib.ExitStack() as open_things:
        sounds = [
            open_things.enter_context(contextlib.closing(SegmentSound(task.path, each, index.time_of(task.first))))
            for each in heard
        ]
        unit = common_unit(clock, *(settings for _, settings in heard))
        try:
            container = open_container(out, ENDINGS[task.kind], unit, _index_room(task, index))
            open_things.callback(_close_quietly, container)
            side = _Side(container, task, index, context, sounds)
            if copied:
                _pass_on(container, task, index, clock, side)
            elif task.kind == "proxy" and task.proxy:
                _copy(container, task, clock, side)
            else:
                _encode(container, task, video, index, clock, side)
            side.finish()
            container.close()
        except OSError as error:
            raise write_error(out, error) from error


def mezzanine_settings(video: VideoStream, index: FrameIndex) -> PictureSettings:
    """How a mezzanine is encoded: every picture by itself, at a quality nobody tells from the source.

    Depth and chroma stay where x264 knows them, else the nearest that it knows; fields stay fields. What
    has transparent parts becomes ProRes 4444, as H.264 keeps none.
    """
    width, height, color = video.coded_width, video.coded_height, encoded_color(video)
    if video.alpha:
        color = replace(color, range="limited")
    else:
        width, height = (max(2, side - side % 2) for side in (width, height))
    return PictureSettings(
        width=width,
        height=height,
        pixel_format=_CLEAR_FORMAT if video.alpha else _deep_format(video, height),
        crf=_MEZZANINE_CRF,
        speed="veryfast",
        even=True,
        rate=index.rate,
        time_base=PictureClock.of(index).time_base,
        sample_aspect=limited_aspect(video.sample_aspect),
        color=color,
        alpha=video.alpha,
        fields=video.interlaced,
    )


def segment_bytes(task: SegmentTask, index: FrameIndex) -> int:
    """About how many bytes a segment takes; calm pictures take half. Nothing is read but the size of the film.

    Raises:
        OSError: the film is gone.
    """
    video, frames = task.info.video, task.end - task.first
    if video is None:
        return 0
    seconds = (index.end_of(task.end - 1) - index.time_of(task.first)) / SECOND
    sound = round(seconds * sum(bytes_a_second(settings) for _, settings in _sounds(task)))
    if task.kind == "proxy":
        return proxy_bytes(video, index) * frames + sound
    a_pixel = _CLEAR_BYTES_A_PIXEL if video.alpha else _bytes_a_pixel(video.coded_height)
    pictures = round(video.coded_width * video.coded_height * a_pixel * frames)
    if index.intra:  # its packets may be passed on
        pictures = max(pictures, task.path.stat().st_size * frames // len(index))
    return pictures + sound


def _bytes_a_pixel(lines: int) -> float:
    """Of a mezzanine: smaller pictures hold more in each. Measured on an animated film 0.07 at 1080 lines and 0.23
    at 480; a third more, since noise takes more."""
    return min(_MOST_BYTES_A_PIXEL, _BYTES_A_PIXEL_AT_1080 * math.pow(1080 / max(1, lines), 1.5))


def _deep_format(video: VideoStream, height: int) -> str:
    name = video.pixel_format
    if "444" in name or is_rgb(video) or name.startswith(("nv24", "p41")):
        chroma = "444"
    elif "422" in name or "411" in name or name.startswith(("nv16", "nv20", "p21")):
        chroma = "422"
    elif video.interlaced and height % 4:
        chroma = "422"  # the fields of 4:2:0 need an even number of lines each
    else:
        chroma = "420"
    return f"yuv{chroma}p10le" if video.bit_depth > 8 else f"yuv{chroma}p"


def _encode(
    container: av.container.OutputContainer,
    task: SegmentTask,
    video: VideoStream,
    index: FrameIndex,
    clock: PictureClock,
    side: _Side,
) -> None:
    settings = proxy_settings(video, index) if task.kind == "proxy" else mezzanine_settings(video, index)
    pictures = EncodedPictures(container, settings)
    side.begin()
    source = PyAVVideoSource(task.path, index, ring_bytes=0)
    try:
        for number in range(task.first, task.end):
            stamp = int(clock.stamps[number] - clock.stamps[task.first])
            pictures.write(source.frame(number), stamp, clock.duration(number))
            side.wrote(number)
        pictures.finish()
    finally:
        source.close()


def _is_copyable(task: SegmentTask, index: FrameIndex) -> bool:
    with safe_open(task.path) as film:
        stream = picture_stream(film, index.stream)
        return stream is not None and can_copy(stream, index)


def _pass_on(
    container: av.container.OutputContainer, task: SegmentTask, index: FrameIndex, clock: PictureClock, side: _Side
) -> None:
    """Copy the packets of the film itself.

    Raises:
        NotExactError: they are not one for each frame.
    """
    with safe_open(task.path) as film:
        with media_errors(task.path):
            stream = picture_stream(film, index.stream)
        if stream is None:
            raise NotExactError
        pictures = CopiedPictures(container, stream, clock.time_base)
        side.begin()
        for number, packet in exact_packets(film, stream, index, task.first, task.end):
            stamp = int(clock.stamps[number] - clock.stamps[task.first])
            pictures.write(packet, stamp, clock.duration(number))
            side.wrote(number)


def _copy(container: av.container.OutputContainer, task: SegmentTask, clock: PictureClock, side: _Side) -> None:
    pictures: CopiedPictures | None = None
    settings = b""
    for part in task.proxy:
        low, high = max(task.first, part.first), min(task.end, part.end)
        if low >= high:
            continue
        with safe_open(part.path) as chunk, media_errors(part.path):
            stream = picture_stream(chunk)
            if stream is None:
                raise _bad_part(part)
            if pictures is None:
                pictures = CopiedPictures(container, stream, clock.time_base)
                settings = bytes(stream.codec_context.extradata or b"")
                side.begin()
            elif bytes(stream.codec_context.extradata or b"") != settings:
                raise _bad_part(part)
            for number, packet in zip(range(part.first, high), _filled(packets(chunk, stream), part), strict=False):
                if number >= low:
                    stamp = int(clock.stamps[number] - clock.stamps[task.first])
                    pictures.write(packet, stamp, clock.duration(number))
                    side.wrote(number)


def _filled(found: Iterator[av.Packet[Any]], part: ProxyPart) -> Iterator[av.Packet[Any]]:
    """The packets of a part: as many as it has frames.

    Raises:
        UserError: there are fewer.
    """
    count = 0
    for packet in found:
        if packet.size:
            count += 1
            yield packet
    if count < part.end - part.first:
        raise _bad_part(part)


def _bad_part(part: ProxyPart) -> UserError:
    return UserError(str(part.path), "this part of the proxy is damaged", "run `insomnia cache clean` and try again")


class _Side:
    """What goes along with the pictures: progress and sound."""

    def __init__(
        self,
        container: av.container.OutputContainer,
        task: SegmentTask,
        index: FrameIndex,
        context: JobContext,
        sounds: Sequence[SegmentSound],
    ) -> None:
        self._container = container
        self._task = task
        self._index = index
        self._context = context
        self._sounds = sounds

    def begin(self) -> None:
        """Add the sound tracks, behind that of the pictures."""
        for sound in self._sounds:
            sound.begin(self._container)

    def wrote(self, number: int) -> None:
        """Frame ``number`` was written: bring the sound up to its end, once that is worth while."""
        task = self._task
        for sound in self._sounds:
            sound.write_until(self._index.end_of(number), _SOUND_PIECE)
        self._context.report((number + 1 - task.first) / (task.end - task.first))

    def finish(self) -> None:
        """Encode the rest of the sound."""
        for sound in self._sounds:
            sound.finish(self._index.end_of(self._task.end - 1))


def _index_room(task: SegmentTask, index: FrameIndex) -> int:
    """Bytes to keep for the index: each picture may have a time of its own, which takes as much again."""
    length = index.end_of(task.end - 1) - index.time_of(task.first)
    rates = [settings.rate for _, settings in _sounds(task)]
    packets = sum(time.sample_at(length, rate) // SOUND_FRAME + 3 for rate in rates)
    return index_room(2 * (task.end - task.first), packets) + _TRACK_ROOM * max(0, len(rates) - 1)


def _sounds(task: SegmentTask) -> tuple[Heard, ...]:
    return sounds_of_proxy(task.info) if task.kind == "proxy" else sounds_of_mezzanine(task.info)


def _close_quietly(container: av.container.OutputContainer) -> None:
    """Close a file that failed; closing one twice does nothing."""
    with contextlib.suppress(OSError, FFmpegError):
        container.close()


def _stored_size(path: Path) -> tuple[int, int]:
    with safe_open(path) as container:
        stream = picture_stream(container)
        if stream is None:
            raise ValueError(f"no picture in {path}")
        return stream.codec_context.width, stream.codec_context.height
