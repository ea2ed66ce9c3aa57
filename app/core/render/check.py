"""Reads a finished film back and compares it with what was planned, before it gets its name."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import av.stream
from av.container import InputContainer

from app.core.base.errors import UserError
from app.core.media.pyav_errors import FFmpegError, media_errors
from app.core.media.safe_open import safe_open
from app.core.media.timed_text import TimedText, text_in

_SOUND_TOLERANCE = Fraction(1, 1000)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; ``detail`` says what was found."""

    name: str
    ok: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Expected:
    """What a film should be. ``samples`` (at ``audio_rate``) is None for a film without sound track,
    ``texts`` is None for one without subtitle track."""

    width: int
    height: int
    rate: Fraction
    frames: int
    audio_rate: int = 48_000
    channels: int = 2
    samples: int | None = None
    video_codec: str = "h264"
    audio_codec: str = "aac"
    texts: tuple[TimedText, ...] | None = None


def check(path: Path, expected: Expected, interrupt: Callable[[], None] | None = None) -> tuple[Check, ...]:
    """Everything about the MP4 in ``path`` that can be compared with ``expected``.

    Every packet is read, the first and the last picture are decoded. ``interrupt`` is called
    now and then; what it raises comes out. A file that cannot be read at all is a failed check.
    """
    try:
        with safe_open(path) as container, media_errors(path):
            streams = _check_streams(container, expected)
            if not streams.ok:
                return (streams,)
            return (
                streams,
                _check_format(container, expected),
                *_check_packets(container, expected, interrupt or (lambda: None)),
                _check_index(path),
                *_check_pictures(container, expected),
            )
    except UserError as error:
        return (Check("readable", False, error.why),)


def _check_streams(container: InputContainer, expected: Expected) -> Check:
    found = [f"{stream.type} {stream.codec_context.name}" for stream in container.streams]
    wanted = [f"video {expected.video_codec}"]
    if expected.samples is not None:
        wanted.append(f"audio {expected.audio_codec}")
    if expected.texts is not None:
        wanted.append("subtitle mov_text")
    return Check("streams", found == wanted, ", ".join(found) or "none")


def _check_format(container: InputContainer, expected: Expected) -> Check:
    video = container.streams.video[0].codec_context
    ok = (video.width, video.height) == (expected.width, expected.height)
    detail = f"{video.width}x{video.height}"
    if expected.samples is not None:
        audio = container.streams.audio[0].codec_context
        ok = ok and (audio.sample_rate, audio.layout.nb_channels) == (expected.audio_rate, expected.channels)
        detail += f", {audio.sample_rate} Hz, {audio.layout.name}"
    return Check("format", ok, detail)


def _check_packets(container: InputContainer, expected: Expected, interrupt: Callable[[], None]) -> Iterator[Check]:
    """Exact count and times of the pictures, and how long picture and sound last."""
    stamps: list[int] = []
    texts: list[TimedText] = []
    for number, packet in enumerate(container.demux()):
        if packet.stream.type == "video" and packet.pts is not None and packet.size:
            stamps.append(packet.pts)
        elif packet.stream.type == "subtitle":
            texts.extend(_texts(packet))
        if number % 1000 == 0:
            interrupt()
    video = container.streams.video[0]
    base = video.time_base or Fraction(1)
    yield Check("frames", len(stamps) == expected.frames, str(len(stamps)))
    step = 1 / (expected.rate * base)
    even = all(stamp == number * step for number, stamp in enumerate(sorted(stamps)))
    yield Check("times", even, f"every {1 / expected.rate} s from 0" if even else "pictures off the grid")
    length = (video.duration or 0) * base
    yield Check("picture length", length == expected.frames / expected.rate, f"{float(length):.6f} s")
    if expected.samples is not None:
        audio = container.streams.audio[0]
        start = (audio.start_time or 0) * (audio.time_base or Fraction(1))
        length = (audio.duration or 0) * (audio.time_base or Fraction(1))
        off = abs(length - Fraction(expected.samples, expected.audio_rate))
        yield Check("sound length", start == 0 and off <= _SOUND_TOLERANCE, f"{float(length):.6f} s")
    if expected.texts is not None:
        yield Check("subtitles", tuple(texts) == expected.texts, f"{len(texts)} texts")


def _texts(packet: av.Packet[av.stream.Stream]) -> Iterator[TimedText]:
    """The text of a packet with its time; gaps have none."""
    text = text_in(bytes(packet))
    if text and packet.pts is not None and packet.time_base is not None:
        unit = 1000 * packet.time_base
        yield TimedText(round(packet.pts * unit), round((packet.pts + (packet.duration or 0)) * unit), text)


def _check_index(path: Path) -> Check:
    """The index before the pictures, so that a player can begin before the file has arrived."""
    names = []
    with path.open("rb") as file:
        while (head := file.read(8)) and len(head) == 8 and head[4:] != b"mdat":
            names.append(head[4:])
            size = int.from_bytes(head[:4])
            if size == 1:
                size = int.from_bytes(file.read(8)) - 8
            if size < 8:
                break
            file.seek(size - 8, 1)
    return Check("index first", b"moov" in names, "moov before mdat" if b"moov" in names else "moov after mdat")


def _check_pictures(container: InputContainer, expected: Expected) -> Iterator[Check]:
    stream = container.streams.video[0]
    base = stream.time_base or Fraction(1)
    stream.thread_type = "AUTO"
    container.seek(0, stream=stream)
    first = next(iter(_decoded(container, stream)), None)
    yield Check("first picture", first == 0, _at(first, base))
    wanted = round((expected.frames - 1) / (expected.rate * base))
    container.seek(wanted, stream=stream)
    last = max(_decoded(container, stream), default=None)
    yield Check("last picture", last == wanted, _at(last, base))


def _decoded(container: InputContainer, stream: av.VideoStream) -> Iterator[int]:
    """Stamps of the pictures that decode from here on, damaged ones left out."""
    for packet in container.demux(stream):
        with contextlib.suppress(FFmpegError):
            yield from (frame.pts for frame in packet.decode() if frame.pts is not None and not frame.is_corrupt)


def _at(stamp: int | None, base: Fraction) -> str:
    return "does not decode" if stamp is None else f"decodes at {float(stamp * base):.6f} s"
