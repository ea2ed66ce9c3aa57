"""Which ranges of a film can be passed on packet by packet without losing or adding a picture, and their packets.

Only films in which every picture is a key frame: there each packet is one picture, in the order they are shown,
and decodes by itself just as it does in the film. In films with long groups of pictures a copy would be exact
only from one key frame to another, and slow to move about in, which a mezzanine must not be.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import av

from app.core.media.demux import packets, settling_time
from app.core.media.index import FrameIndex
from app.core.media.pyav_errors import FFmpegError

_BY_THEMSELVES = frozenset({"prores", "dnxhd", "mjpeg"})
"""Codecs for working with that QuickTime files hold as they are."""
_H264_RECORD = 1  # the first byte of settings kept beside the pictures (ISO/IEC 14496-15), not between them


class NotExactError(Exception):
    """The packets are not those that the index promises: the range must be encoded."""


def can_copy(stream: av.VideoStream, index: FrameIndex) -> bool:
    """Whether any range of the film can be passed on as it is, and is then quick to decode."""
    if index.identity != "pts" or not index.intra:
        return False
    context = stream.codec_context
    settings = bytes(context.extradata or b"")
    return context.name in _BY_THEMSELVES or (context.name == "h264" and settings[:1] == bytes([_H264_RECORD]))


def exact_packets(
    container: av.container.InputContainer, stream: av.VideoStream, index: FrameIndex, first: int, end: int
) -> Iterator[tuple[int, av.Packet[Any]]]:
    """The packet of each of frames ``[first, end)``, with the frame's number.

    Raises:
        NotExactError: one is missing, double or out of order.
    """
    wanted = first
    for packet in _from(container, stream, index, first):
        if not packet.size:
            continue
        number = index.number_of_pts(packet.pts) if packet.pts is not None else None
        if number is not None and number < first and wanted == first:
            continue
        if number != wanted or not packet.is_keyframe:
            raise NotExactError
        yield number, packet
        wanted += 1
        if wanted == end:
            return
    raise NotExactError


def _from(
    container: av.container.InputContainer, stream: av.VideoStream, index: FrameIndex, first: int
) -> Iterator[av.Packet[Any]]:
    if first:
        if settling_time(container):
            raise NotExactError
        try:
            container.seek(int(index.pts[first]), stream=stream)
        except FFmpegError as error:
            raise NotExactError from error
    return packets(container, stream)
