"""What a media file holds, measured rather than believed. Runs in a worker process."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.container import InputContainer

from app.core.base.errors import UserError
from app.core.base.time import Flicks, from_pts, to_seconds
from app.core.jobs.context import JobContext
from app.core.media.audio_decode import SoundBlock, SoundDecoder, layout_name
from app.core.media.demux import films, has_decoder, picture_stream, read_only, sound_stream
from app.core.media.fields import field_order
from app.core.media.gif_alpha import gif_shows_through
from app.core.media.index import NO_STAMP, FrameIndex
from app.core.media.index_build import index_from_scan
from app.core.media.packet_scan import PacketScan, Span, scan_packets
from app.core.media.picture_facts import (
    bit_depth,
    has_alpha,
    picture_color,
    picture_shape,
)
from app.core.media.pyav_errors import media_errors
from app.core.media.pyav_source import PyAVVideoSource
from app.core.media.safe_open import safe_open
from app.core.media.sound_clock import Restarts, picture_restarts, seeks_truly, sound_restarts
from app.core.media.tone import hdr_of
from app.core.model.asset import STEADY, AudioStream, MediaInfo, MediaKind, SoundClock, SubtitleStream, VideoStream
from app.core.model.media_warnings import JOINED, NO_DECODER, SEVERAL_PICTURES, VARIABLE_RATE

_MICROSECOND = Fraction(1, 1_000_000)
# Containers whose one picture is a photograph or a drawing rather than a film of one frame.
_STILL_CODECS = frozenset({"bmp", "dpx", "exr", "gif", "jpeg2000", "mjpeg", "png", "psd", "qoi", "tiff", "webp"})
# A photo may have its transparency and a small copy beside it.
_MOST_PHOTO_STREAMS = 3
# First brand of a photo in the container of films (ISO/IEC 23008-12), and what to call it.
_PHOTO_BRANDS = {"avif": "avif", "heic": "heif", "heix": "heif", "mif1": "heif"}
# A header may count priming and padding of the sound; beyond this it is plainly wrong.
_HEADER_SLACK = Fraction(1, 2)
_UNKNOWN_SIZE = 0x7FFF0000
_SOUND_SLACK = Fraction(1, 10)
_MOST_PRIMING = Fraction(1, 5)
_MOST_RESTARTS = 1000  # what a project and its journal carry; nobody joins so many recordings
_GUESSED_LENGTHS = frozenset({"aac", "ac3", "dts", "eac3", "flv", "loas", "mpeg", "mpegts", "mp2"})
# Below as many frames of one length within a film nobody can say that its rate is constant.
_LEAST_STEPS = 8


@dataclass
class _Report:
    """What is found on the way that the person should know."""

    warnings: list[str] = field(default_factory=list)

    def say(self, sentence: str) -> None:
        self.warnings.append(sentence)


def probe(path: Path | str, context: JobContext | None = None) -> MediaInfo:
    """Everything known about a media file; reads all its packets and decodes one picture (of a GIF, more).

    Frames are counted and durations measured from the packets: headers lie or say nothing in half of
    all files. Meet a file that nobody knows yet in a worker process (``handlers.probe_handler``).

    Raises:
        UserError: no media file, or nothing in it can be decoded.
        Cancelled: ``context`` was cancelled.
    """
    report = _Report()
    with safe_open(path) as container:
        scan = scan_packets(container, path, context)
        with media_errors(path):
            video, restarts = _video(path, container, scan, report, context)
            audio = tuple(_audio_streams(path, container, scan, restarts, report))
        if video is None and not audio:
            why = "nothing in it can be decoded"
            raise UserError(str(path), why, "play it elsewhere to check it, or convert it to a usual format")
        kind = _kind(container, video, audio)
        duration = None if kind == "image" else _duration(video, audio)
        if _says_its_length(container) and JOINED not in report.warnings:
            _compare_with_header(container, duration, scan, report)
        if _is_cut_off(path) and not report.warnings:
            report.say("its end is missing")
        return MediaInfo(
            kind=kind,
            container=_photo_brand(container) or _container_name(container.format.name, path),
            duration=duration,
            video=video,
            audio=audio if kind != "image" else (),
            subtitles=tuple(_subtitle_streams(container)),
            warnings=tuple(report.warnings),
        )


def _video(
    path: Path | str, container: InputContainer, scan: PacketScan, report: _Report, context: JobContext | None
) -> tuple[VideoStream | None, Restarts]:
    stream = picture_stream(container)
    if stream is None:
        return None, ()
    pictures = sum(1 for each in films(container) if each.index in scan.pictures)
    if pictures > _MOST_PHOTO_STREAMS and _photo_brand(container):
        raise UserError(str(path), "its picture is in tiles, which Insomnia does not join", "save it as JPEG or PNG")
    if pictures > 1:
        report.say(SEVERAL_PICTURES)
    try:
        index = index_from_scan(path, scan, stream.index, context)
        frame = _first_frame(path, index)
    except UserError as error:
        if not container.streams.audio:
            raise
        report.say(f"its picture is left out: {error.why}")
        return None, ()
    if scan.pictures[stream.index].starts_anew:
        report.say(JOINED)
    shape, color = picture_shape(frame, stream, path), picture_color(frame)
    width, height = shape.shown
    if _varies(index):
        report.say(VARIABLE_RATE)
    found = VideoStream(
        index=stream.index,
        codec=stream.codec_context.codec.canonical_name,
        width=width,
        height=height,
        coded_width=shape.coded_width,
        coded_height=shape.coded_height,
        rate=index.rate,
        variable_rate=index.variable_rate,
        frames=len(index),
        start=index.start,
        duration=index.duration,
        pixel_format=frame.format.name,
        bit_depth=bit_depth(frame),
        rotation=shape.rotation,
        mirrored=shape.mirrored,
        sample_aspect=shape.sample_aspect,
        color=color,
        hdr=hdr_of(color.transfer),
        alpha=_alpha(path, stream, index, frame, context),
        interlaced=field_order(frame, stream),
    )
    return found, picture_restarts(scan.pictures[stream.index], index)


def _varies(index: FrameIndex) -> bool:
    """Whether frames are shown for unequal times within the film. A longer first or second last one alone is no
    such thing: there lacks a frame, as in films that were cut without being encoded anew."""
    steps = np.diff(index.times)
    inner = steps[1:-1]
    if not index.variable_rate or not steps.size:
        return False
    even = inner.size >= _LEAST_STEPS and int(np.ptp(inner)) <= 1 and bool(np.all(steps >= inner.min()))
    return not even


def _alpha(
    path: Path | str, stream: av.VideoStream, index: FrameIndex, first: av.VideoFrame, context: JobContext | None
) -> bool:
    """Whether something shows through; of a GIF, whose format always could be transparent, its pixels say it."""
    if stream.codec_context.name == "gif":
        return gif_shows_through(path, index, first, context)
    return has_alpha(first, stream)


def _first_frame(path: Path | str, index: FrameIndex) -> av.VideoFrame:
    """A file that opens may still hold nothing decodable."""
    source = PyAVVideoSource(path, index, threads=1, ring_bytes=0)
    try:
        return source.frame(0)
    finally:
        source.close()


def _audio_streams(
    path: Path | str, container: InputContainer, scan: PacketScan, pictures: Restarts, report: _Report
) -> list[AudioStream]:
    found = []
    for stream in container.streams.audio:
        context, span = stream.codec_context, scan.spans.get(stream.index)
        name = f"sound stream {stream.index}"
        if not has_decoder(stream) or span is None or not stream.time_base:
            report.say(f"{name} {NO_DECODER}")
            continue
        first_block = _first_block(path, stream.index)
        if first_block is None:
            report.say(f"{name} is left out: it cannot be decoded")
            continue
        origin = scan.origin or Fraction(0)
        restarts = sound_restarts(span, stream.time_base, pictures)
        start, end = _sound_span(span, stream, _header_knows(container), restarts)
        first = _media_time(start - origin)
        found.append(
            AudioStream(
                index=stream.index,
                codec=context.codec.canonical_name,
                rate=first_block.rate,
                channels=len(first_block.channels),
                layout=_layout_name(first_block.channels, context.layout),
                start=first,
                duration=max(0, _media_time(end - origin) - first),
                language=_language(stream.language),
                clock=_clock(path, stream.index, span, restarts),
            )
        )
    return found


def _layout_name(channels: tuple[str, ...], said: av.AudioLayout) -> str:
    """The layout as written, or as decoded where the header knew none; what one or two channels without a name mean
    is clear."""
    name = said.name if said.nb_channels == len(channels) else layout_name(channels)
    return {1: "mono", 2: "stereo"}.get(len(channels), name) if name.endswith("channels") else name


def _first_block(path: Path | str, stream: int) -> SoundBlock | None:
    """What is decoded first: headers may know less, where the sound begins late."""
    decoder = SoundDecoder(path, stream)
    try:
        return next(decoder.start_at(Fraction(0)), None)
    finally:
        decoder.close()


def _clock(path: Path | str, number: int, span: Span, restarts: Restarts) -> SoundClock:
    if restarts:
        return SoundClock(tuple(_media_time(each) for each in restarts[:_MOST_RESTARTS]))
    with safe_open(path) as container:
        stream = sound_stream(container, number)
        if stream is None:
            return STEADY
        read_only(container, stream)
        return SoundClock(seeks=seeks_truly(container, stream, span))


def _header_knows(container: InputContainer) -> bool:
    """Whether the header says how long the sound is; for streams FFmpeg guesses by the rate of bits."""
    return not _GUESSED_LENGTHS.intersection(container.format.name.split(","))


def _says_its_length(container: InputContainer) -> bool:
    """Whether the length of the file stands in it: FLV says that of the film, if not that of the sound."""
    return container.format.name == "flv" or _header_knows(container)


def _sound_span(span: Span, stream: av.AudioStream, believed: bool, restarts: Restarts) -> tuple[Fraction, Fraction]:
    """Start and end in seconds. The header is believed where the packets bear it out:
    it alone knows about priming and padding."""
    time_base = stream.time_base or Fraction(1)
    if restarts:
        ends = [end * time_base + later for (_, end), later in zip(span.runs, (Fraction(0), *restarts), strict=True)]
        return span.runs[0][0] * time_base, max(ends)
    start, end = span.start, span.end
    said = stream.start_time
    if said is not None and (believed or abs(said - start) * time_base <= _MOST_PRIMING):
        start = said
    if believed and stream.duration and abs(start + stream.duration - end) * time_base <= _SOUND_SLACK:
        end = start + stream.duration
    return start * time_base, end * time_base


def _media_time(seconds: Fraction) -> Flicks:
    return from_pts(seconds.numerator, Fraction(1, seconds.denominator))


def _subtitle_streams(container: InputContainer) -> list[SubtitleStream]:
    return [
        SubtitleStream(
            index=stream.index,
            codec=stream.codec_context.codec.canonical_name if has_decoder(stream) else "unknown",
            language=_language(stream.language),
        )
        for stream in container.streams.subtitles
    ]


def _language(said: str | None) -> str | None:
    """A language code as written, where it is one at all."""
    if not said or said.lower() == "und" or not said.isascii() or not said.replace("-", "").isalnum():
        return None
    return said


def _kind(container: InputContainer, video: VideoStream | None, audio: tuple[AudioStream, ...]) -> MediaKind:
    if video is None:
        return "audio"
    name = container.format.name
    still = name.endswith("_pipe") or name == "image2" or video.codec in _STILL_CODECS or _photo_brand(container)
    return "image" if still and video.frames == 1 and not audio else "video"


def _photo_brand(container: InputContainer) -> str | None:
    return _PHOTO_BRANDS.get(container.metadata.get("major_brand", ""))


def _duration(video: VideoStream | None, audio: tuple[AudioStream, ...]) -> Flicks:
    ends = [stream.start + (stream.duration or 0) for stream in audio]
    if video is not None:
        ends.append(video.start + (video.duration or 0))
    return max(0, *ends) if len(ends) > 1 else max(0, ends[0])


def _compare_with_header(container: InputContainer, duration: Flicks | None, scan: PacketScan, report: _Report) -> None:
    if duration is None or not container.duration:
        return
    said = from_pts(container.duration, _MICROSECOND)
    # Matroska counts from 0, also where the film begins later.
    readings = (said, said - _media_time(_beginning(container, scan)))
    off = min(abs(reading - duration) for reading in readings)
    if off > from_pts(1, _HEADER_SLACK) and off * 100 > duration:
        report.say(f"it says that it lasts {to_seconds(said):.1f} s, but it holds {to_seconds(duration):.1f} s")


def _beginning(container: InputContainer, scan: PacketScan) -> Fraction:
    """When the film begins by its own clock, in seconds; where FFmpeg does not know it, its first picture does."""
    said = cast("int | None", container.start_time)
    if said is not None:
        return said * _MICROSECOND
    starts = [
        int(found.pts[found.pts != NO_STAMP].min()) * found.facts.time_base
        for found in scan.pictures.values()
        if (found.pts != NO_STAMP).any()
    ]
    return min(starts, default=Fraction(0))


def _is_cut_off(path: Path | str) -> bool:
    """Whether a RIFF file (WAV, AVI) is shorter than its first words say: FFmpeg measures only what is left."""
    try:
        with open(path, "rb") as file:
            head = file.read(12)
            size = file.seek(0, 2)
    except OSError:
        return False
    said = int.from_bytes(head[4:8], "little")
    # What was written to a pipe says the largest numbers there are.
    return head[:4] == b"RIFF" and said < _UNKNOWN_SIZE and 8 + said > size


def _container_name(format_name: str, path: Path | str) -> str:
    """One of FFmpeg's alternative names: the one that the file's ending gives, else the first."""
    ending = Path(path).suffix.lower().removeprefix(".")
    if format_name == "image2":  # any picture whose name looks like one of a row
        return "jpeg" if ending == "jpg" else ending
    names = format_name.removesuffix("_pipe").split(",")
    return ending if ending in names else names[0]
