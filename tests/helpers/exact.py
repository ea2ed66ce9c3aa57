"""The proof of exact seeks: any frame, asked for in any order, is the one of a plain decode from the start."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path

import av

from app.core.media.index_build import build_index
from app.core.media.pyav_source import PyAVVideoSource
from tests.helpers.picture_code import luma_of


def plain_decode(path: Path, stream: int) -> list[bytes]:
    """What PyAV gives from the first packet to the last, one checksum of brightness a picture."""
    found = []
    with av.open(str(path), metadata_errors="surrogateescape") as container:
        for packet in container.demux(container.streams[stream]):
            try:
                frames = packet.decode()
            except av.error.FFmpegError:
                continue
            found += [checksum(frame) for frame in frames if isinstance(frame, av.VideoFrame)]
    return found


def checksum(frame: av.VideoFrame) -> bytes:
    """Of the brightness of all that is seen."""
    return hashlib.md5(luma_of(frame).tobytes(), usedforsecurity=False).digest()


def assert_exact(path: Path, chooser: random.Random, jumps: int) -> int:
    """Random jumps, the same frame twice, steps forward and back, past both ends; returns the number of frames."""
    index = build_index(path)
    wanted = plain_decode(path, index.stream)
    assert len(index) == len(wanted)
    last = len(index) - 1
    start = chooser.randrange(len(index))
    places = [0, last, last, last + 7, 0, -3, start, start + 1, start + 2, start + 1, start, start]
    places += [chooser.randrange(len(index)) for _ in range(jumps)]
    source = PyAVVideoSource(path, index, ring_bytes=0)
    try:
        for place in places:
            number = min(max(place, 0), last)
            assert checksum(source.frame(place)) == wanted[number], f"frame {place} of {path.name}"
            assert index.number_at(index.time_of(number)) == number
            assert checksum(source.frame_at(index.end_of(number) - 1)) == wanted[number]
    finally:
        source.close()
    return len(index)
