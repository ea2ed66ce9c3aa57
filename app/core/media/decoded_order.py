"""In what order the pictures of a stream come out of the decoder, learned by decoding all of them.

For the few files whose packets do not tell: without stamps or with some only (H.264 in program streams),
with stamps of decoding only (H.264 in AVI), with two pictures in one packet (packed MPEG-4). It costs as
long as playing the file fast. The first packets of a file are enough to see whether its stamps tell.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from av import Packet, VideoFrame, VideoStream
from av.codec.context import Flags, ThreadType

from app.core.jobs.context import JobContext
from app.core.media.demux import packets, picture_stream, read_only
from app.core.media.index import NO_STAMP, Stamps
from app.core.media.pyav_errors import FFmpegError, media_errors
from app.core.media.safe_open import safe_open

_REPORT_EVERY = 64


@dataclass(frozen=True, eq=False)
class DecodedOrder:
    """``shown`` has the packet of each picture in the order shown; the others one entry for each packet.

    Packets are counted from the start of the stream; empty ones do not count.
    """

    shown: Stamps
    pts: Stamps
    dts: Stamps
    key: npt.NDArray[np.bool_]


def number_packets(stream: VideoStream) -> None:
    """Have each decoded frame know the packet that it came from. Before the first decode."""
    stream.codec_context.flags |= Flags.copy_opaque


def set_packet_number(packet: Packet[Any], number: int) -> None:
    """Number a packet before it is decoded."""
    # PyAV keeps what is set by its id and forgets it with the first holder: small numbers have but one id.
    packet.opaque = (number,)


def packet_number(frame: VideoFrame) -> int | None:
    """The number of the packet that a frame came from."""
    found = frame.opaque
    return int(found[0]) if isinstance(found, tuple) else None


def decoded_order(
    path: Path | str, stream: int, context: JobContext | None = None, *, most: int | None = None
) -> DecodedOrder:
    """Decode picture stream ``stream`` from start to end; reports the share of bytes read.

    With ``most`` only the pictures that come while so many packets go in.

    Raises:
        UserError: the file cannot be read.
        Cancelled: ``context`` was cancelled.
    """
    order = _decoded(path, stream, context, most=most)
    return order if most is not None else _with_last_group(path, stream, context, order)


def _with_last_group(path: Path | str, stream: int, context: JobContext | None, order: DecodedOrder) -> DecodedOrder:
    """Frame threads lose the last whole pictures of a film that is cut off in the middle of one: where some
    are missing after the last key packet, one thread decodes from there anew."""
    keys = order.shown[order.key[order.shown]]
    key = int(keys[-1]) if len(keys) else 0
    if len(np.unique(order.shown[order.shown >= key])) == len(order.key) - key:
        return order
    last, place = _decoded(path, stream, context, begin=key).shown, 0
    if len(keys):
        last, place = last[int(np.argmax(last == key)) :], int(np.argmax(order.shown == key))
        if key not in last:
            return order
    if len(last) <= len(order.shown) - place:
        return order
    return replace(order, shown=np.concatenate((order.shown[:place], last)))


def _decoded(
    path: Path | str, stream: int, context: JobContext | None, *, begin: int | None = None, most: int | None = None
) -> DecodedOrder:
    """With ``begin`` one thread decodes, packets from that number on only."""
    shown, pts, dts, key = array("q"), array("q"), array("q"), array("B")
    with safe_open(path) as container, media_errors(path):
        found = picture_stream(container, stream)
        if found is not None:
            read_only(container, found)
            number_packets(found)
            found.codec_context.thread_type = ThreadType.AUTO if begin is None else ThreadType.NONE
            size = max(1, container.size or 1)
            for packet in packets(container, found):
                if packet.size:
                    if len(pts) == most:
                        break
                    set_packet_number(packet, len(pts))
                    if context is not None and len(pts) % _REPORT_EVERY == 0:
                        context.report(min(1.0, max(0, packet.pos or 0) / size))
                    pts.append(NO_STAMP if packet.pts is None else packet.pts)
                    dts.append(NO_STAMP if packet.dts is None else packet.dts)
                    key.append(packet.is_keyframe)
                    if begin is not None and len(pts) <= begin:
                        continue
                try:
                    numbers = (packet_number(frame) for frame in packet.decode())
                    shown.extend(number for number in numbers if number is not None)
                except FFmpegError:
                    continue
    order, stamps, decoding = (np.asarray(each, dtype=np.int64) for each in (shown, pts, dts))
    return DecodedOrder(order, stamps, decoding, np.asarray(key, dtype=np.uint8) != 0)
