"""The fields of interlaced pictures: which of the two is shown first."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from av import VideoFrame, VideoStream
from av.error import BlockingIOError as NothingYet
from av.error import EOFError as EndOfFrames
from av.filter import Graph

FieldOrder = Literal["tff", "bff"]

# AVFieldOrder of a stream. Its names TB and BT speak of a field "coded first" and another "displayed first", but
# FFmpeg's own encoders tag interleaved lines TB where the top field is shown first, and its decoders (rawvideo, v210,
# FFV1) take TT and TB for the top field first. Containers say the same: 9 in RFC 9559 (FieldOrder) and in QuickTime's
# `fiel`, as Apple writes it, is interleaved with the top field shown first, 14 with the bottom field.
_STREAM_ORDERS: dict[int, FieldOrder] = {2: "tff", 3: "bff", 4: "tff", 5: "bff"}
# Adam7: such pictures are sent in seven passes, which FFmpeg says with the flag that means two fields elsewhere.
_WITHOUT_FIELDS = frozenset({"png", "apng"})


def field_order(frame: VideoFrame, stream: VideoStream) -> FieldOrder | None:
    """Which field is shown first, or None for progressive pictures.

    The decoded picture decides; the stream is asked where its decoder says nothing of fields.
    """
    context = stream.codec_context
    if frame.interlaced_frame and context.codec.canonical_name not in _WITHOUT_FIELDS:
        return "tff" if _says_top_first(frame) else "bff"
    return _STREAM_ORDERS.get(int(getattr(context, "field_order", 0) or 0))


def _says_top_first(frame: VideoFrame) -> bool:
    """The flag ``top_field_first`` of an interlaced picture: PyAV does not give it, but FFmpeg's filters know it."""
    graph = Graph()
    graph.threads = 1
    source = graph.add_buffer(
        width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base or Fraction(1, 25)
    )
    chosen, sink = graph.add("select", "eq(interlace_type,TOPFIRST)"), graph.add("buffersink")
    source.link_to(chosen)
    chosen.link_to(sink)
    graph.configure()
    graph.push(frame)
    graph.push(None)
    try:
        graph.pull()
    except (NothingYet, EndOfFrames):
        return False
    return True
