"""Whether anything shows through a GIF: FFmpeg decodes each into pictures that could be transparent."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from av import VideoFrame

from app.core.jobs.context import JobContext
from app.core.media.demux import packets, picture_stream, read_only
from app.core.media.index import FrameIndex
from app.core.media.pyav_errors import media_errors
from app.core.media.pyav_source import PyAVVideoSource
from app.core.media.safe_open import safe_open

MOST_PIXELS = 80_000_000
"""Decoded at most to find one that is transparent: at up to 12 ns a pixel (noise, measured) that takes a second."""
_EACH = 2_000  # pixels that would take as long as what a frame costs beside its pixels
_OPAQUE = 255
# A graphic control extension (GIF89a, section 23) with its packed fields, before a picture or another extension.
_CONTROL = re.compile(rb"!\xf9\x04(.)...\0[,!]", re.DOTALL)
_TAKEN_AWAY = (2, 3)  # disposal methods: the background comes back, or what was there before


def gif_shows_through(
    path: Path | str,
    index: FrameIndex,
    first: VideoFrame,
    context: JobContext | None = None,
    most_pixels: int = MOST_PIXELS,
) -> bool:
    """Whether some shown frame of a GIF, whose first is ``first``, has a pixel that is not opaque.

    Frames are decoded one after another until one has, but no more than ``most_pixels`` in all: the first, and
    what fits beside it. What is drawn over an opaque picture leaves it opaque, so a GIF that goes on beyond that
    is said to be transparent only where a frame is taken away before the next, as something may show through then.

    Raises:
        UserError: the file is gone, or a picture needs more memory than there is.
        Cancelled: ``context`` was cancelled.
    """
    if _shows_through(first):
        return True
    frame, left = first, most_pixels - _cost(first)
    source = PyAVVideoSource(path, index, threads=1, ring_bytes=0)
    try:
        for number in range(1, len(index)):
            if context is not None:
                context.check()
            left -= _cost(frame)
            if left < 0:
                return _is_taken_away(path, index.stream)
            frame = source.frame(number)
            if _shows_through(frame):
                return True
    finally:
        source.close()
    return False


def _cost(frame: VideoFrame) -> int:
    return frame.width * frame.height + _EACH


def _shows_through(frame: VideoFrame) -> bool:
    """Whether a pixel of a bgra picture has an alpha below 255."""
    plane = frame.planes[0]
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    return int(rows[: frame.height, 3 : 4 * frame.width : 4].min()) < _OPAQUE


def _is_taken_away(path: Path | str, number: int) -> bool:
    """Whether any frame makes room for what was there before it."""
    with safe_open(path) as container, media_errors(path):
        stream = picture_stream(container, number)
        if stream is None:
            return False
        read_only(container, stream)
        found = (_CONTROL.finditer(memoryview(packet)) for packet in packets(container, stream) if packet.size)
        return any(control[1][0] >> 2 & 0b111 in _TAKEN_AWAY for each in found for control in each)
