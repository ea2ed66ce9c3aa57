"""Clocks that start anew inside a file, where recordings were joined: how much later than its stamps each part is.

A picture goes on one frame after the last of the part before (``index_build``). Sound goes the same way, so that it
stays in step with its picture whatever is missing at the joint; where there is no picture it goes on where it ended.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TypeAlias

import numpy as np

from app.core.media.index import NO_STAMP, FrameIndex
from app.core.media.packet_scan import PicturePackets, Span

Restarts: TypeAlias = tuple[Fraction, ...]
"""Seconds to add to the stamps from each place on at which a clock starts anew."""


def picture_restarts(found: PicturePackets, index: FrameIndex) -> Restarts:
    """Those of a picture stream, as its index shows it."""
    if not found.starts_anew or index.identity != "order" or index.time_base != found.facts.time_base:
        return ()
    stamps = found.pts[index.packets]
    later = (index.pts - stamps)[stamps != NO_STAMP]
    return tuple(int(later[place + 1]) * index.time_base for place in np.flatnonzero(np.diff(later)))


def sound_restarts(span: Span, time_base: Fraction, pictures: Restarts) -> Restarts:
    """Those of a sound stream beside a picture with ``pictures``."""
    if len(pictures) == len(span.runs) - 1:
        return pictures
    found: list[Fraction] = []
    later = Fraction(0)
    for (_, end), (start, _) in zip(span.runs, span.runs[1:], strict=False):
        later += (end - start) * time_base
        found.append(later)
    return tuple(found)
