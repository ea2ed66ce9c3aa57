"""Subtitles as a track of an MP4 or MOV that players can switch off: timed text (3GPP TS 26.245, "tx3g").

A sample of such a track is a text or nothing, and each lasts until the next begins. So texts that
show at the same time share samples, and gaps are samples without text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import av
import av.container
import av.stream
from av.subtitles.stream import SubtitleStream

from app.core.base.languages import three_letters
from app.core.base.time import SECOND, Flicks

CLOCK = Fraction(1, 1000)
_TICK = SECOND // 1000
_LONGEST = 65_535  # bytes of a text: its length is written in two bytes

# What the encoder of libavcodec makes the track's description of: white, at the bottom, in the middle.
_LOOK = b"""[Script Info]
ScriptType: v4.00+
PlayResX: 384
PlayResY: 288

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, \
StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Arial,16,&Hffffff,&Hffffff,&H0,&H0,0,0,0,0,100,100,0,0,1,1,0,2,10,10,10,0

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
""".replace(b"\n", b"\r\n")


@dataclass(frozen=True, slots=True)
class TimedText:
    """A text that shows from ``start`` until just before ``end``, both in milliseconds of the film."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class TextTrack:
    """Texts in order, none showing at the time of another (:func:`timed_texts`); ``language`` as ``en``."""

    texts: tuple[TimedText, ...]
    language: str | None = None


def timed_texts(shown: Iterable[tuple[Flicks, Flicks, str]]) -> tuple[TimedText, ...]:
    """Texts with their start and end, in any order, as samples of a track, without the gaps.

    ::

        |--- one ---|                       |one|two, one|two|
                |--- two ---|      ->

    What showed first stays at the bottom, where it was, as it does in a picture.
    """
    edges: dict[int, list[tuple[bool, int]]] = {}
    texts: list[str] = []
    for start, end, text in sorted(shown, key=lambda each: each[:2]):
        first, last = _milliseconds(start), _milliseconds(end)
        if first < last:
            edges.setdefault(first, []).append((True, len(texts)))
            edges.setdefault(last, []).append((False, len(texts)))
            texts.append(text)
    made: list[TimedText] = []
    showing: list[int] = []
    since = 0
    for moment in sorted(edges):
        if showing:
            made.append(TimedText(since, moment, _bounded("\n".join(texts[number] for number in reversed(showing)))))
        for begins, number in edges[moment]:
            if begins:
                showing.append(number)
            else:
                showing.remove(number)
        since = moment
    return tuple(made)


def samples_of(texts: Iterable[TimedText]) -> Iterator[TimedText]:
    """The samples of a track from 0 on: ``texts`` with the gaps between them, of empty text."""
    at = 0
    for text in texts:
        if text.start > at:
            yield TimedText(at, text.start, "")
        yield text
        at = text.end


def add_text_stream(container: av.container.OutputContainer, track: TextTrack) -> SubtitleStream:
    """A stream for ``track``; everything has to be added before the first packet is written."""
    stream = container.add_stream("mov_text")
    assert isinstance(stream, SubtitleStream)
    stream.codec_context.subtitle_header = _LOOK
    stream.codec_context.time_base = CLOCK
    stream.time_base = CLOCK
    stream.metadata["language"] = three_letters(track.language)
    return stream


def packet_of(sample: TimedText, stream: SubtitleStream) -> av.Packet[av.stream.Stream]:
    """``sample`` as it is written."""
    data = sample.text.encode()
    packet = av.Packet(len(data).to_bytes(2) + data)
    packet.stream = stream
    packet.time_base = CLOCK
    packet.pts = packet.dts = sample.start
    packet.duration = sample.end - sample.start
    packet.is_keyframe = True
    return packet


def text_in(packet: bytes) -> str:
    """The text of a sample as it stands in a file; "" for a gap and for what is no text."""
    return packet[2 : 2 + int.from_bytes(packet[:2])].decode("utf-8", "replace")


def _milliseconds(moment: Flicks) -> int:
    return (moment + _TICK // 2) // _TICK


def _bounded(text: str) -> str:
    return text.encode()[:_LONGEST].decode("utf-8", "ignore")
