"""The fields of interlaced pictures: which of the two is shown first, and pictures converted without mixing them."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal, cast

from av import VideoFrame, VideoStream
from av.error import BlockingIOError as NothingYet
from av.error import EOFError as EndOfFrames
from av.filter import Graph

FieldOrder = Literal["tff", "bff"]

# AVFieldOrder of a stream. Its names TB and BT speak of a field "coded first" and another "displayed first", but
# FFmpeg's own encoders tag interleaved lines TB where the top field is shown first, and its decoders (rawvideo, v210,
# FFV1) take TT and TB for the top field first. So do containers: Matroska's 9 (RFC 9559, FieldOrder) is interleaved
# with the top field shown first, 14 with the bottom field. The description of QuickTime's `fiel` reads otherwise for
# 9 and 14, of fields stored apart; what writes interleaved lines, and VLC too, takes 9 for the top field first.
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
    graph = _chain(frame, ("select", "eq(interlace_type,TOPFIRST)"))
    graph.push(frame)
    graph.push(None)
    try:
        graph.pull()
    except (NothingYet, EndOfFrames):
        return False
    return True


class FieldScaler:
    """Brings interlaced frames to one size and format, each field by itself. Used from one thread."""

    def __init__(self, width: int, height: int, pixel_format: str, order: FieldOrder, *, limited: bool = False) -> None:
        """Red, green and blue are converted to BT.709 in the limited range, with ``limited`` all is brought to it."""
        self._width = width
        self._height = height
        self._format = pixel_format
        self._order = order
        self._limited = limited
        self._made_for: tuple[object, ...] = ()
        self._graph = Graph()

    def scaled(self, frame: VideoFrame) -> VideoFrame:
        """``frame`` in this size and format, said to be interlaced in this order; a frame of its own."""
        kind = frame.width, frame.height, frame.format.name, frame.colorspace, frame.color_range
        if kind != self._made_for:
            self._graph, self._made_for = _chain(frame, *self._filters(frame)), kind
        self._graph.push(frame)
        return cast("VideoFrame", self._graph.pull())

    def _filters(self, frame: VideoFrame) -> tuple[tuple[str, str], ...]:
        said = ("setfield", self._order)
        if (frame.width, frame.height, frame.format.name) == (self._width, self._height, self._format):
            return (said,)
        scale = f"{self._width}:{self._height}:interl=1:flags=bilinear"
        if frame.format.is_rgb:
            scale += ":out_color_matrix=bt709"
        if frame.format.is_rgb or self._limited:
            scale += ":out_range=limited"
        return (("scale", scale), ("format", self._format), said)


def _chain(frame: VideoFrame, *filters: tuple[str, str]) -> Graph:
    """A graph that pictures like ``frame`` go through, one filter after another."""
    graph = Graph()
    graph.threads = 1
    base = frame.time_base or Fraction(1, 25)
    last = graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=base)
    for name, options in filters:
        following = graph.add(name, options)
        last.link_to(following)
        last = following
    last.link_to(graph.add("buffersink"))
    graph.configure()
    return graph
