"""How the stamps of a sound are to be read: where its clock starts anew, and whether a seek can be believed.

Where recordings were joined, a picture goes on one frame after the last of the part before (``index_build``). Sound
goes the same way, so that it stays in step with its picture whatever is missing at the joint; where there is no
picture it goes on where it ended.

After a seek, some demuxers make stamps up (ADPCM in WAV, FLAC in Ogg, MXF without its index): the same packet has
another than in a straight reading. A few seeks at probing tell; such a sound is read from the start.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TypeAlias

import numpy as np
from av import AudioStream as SoundStream
from av.container import InputContainer

from app.core.media.demux import packets
from app.core.media.index import NO_STAMP, FrameIndex
from app.core.media.packet_scan import PicturePackets, Span
from app.core.media.pyav_errors import FFmpegError

Restarts: TypeAlias = tuple[Fraction, ...]
"""Seconds to add to the stamps from each place on at which a clock starts anew."""
_TRIES = 8
_NEAR = Fraction(1, 200)  # seconds that rounding may cost


def picture_restarts(found: PicturePackets, index: FrameIndex) -> Restarts:
    """Those of a picture stream, as its index shows it."""
    if not found.starts_anew or index.identity != "order" or index.time_base != found.facts.time_base:
        return ()
    if found.hides or int(index.packets.max()) >= len(found.pts):  # hidden ones are not counted, damaged ones may vary
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


def seeks_truly(container: InputContainer, stream: SoundStream, span: Span) -> bool:
    """Whether seeks find packets with the stamps that a straight reading gave them. Leaves the file anywhere.

    Packets at places that no packet had (plain samples can be cut anywhere) must fit between their neighbours.
    """
    if len(span.places) < 2 or np.any(np.diff(span.places) < 0) or not stream.time_base:
        return True
    near = max(1, int(_NEAR / stream.time_base))
    for number in range(1, _TRIES + 1):
        try:
            container.seek(span.start + (span.end - span.start) * number // (_TRIES + 1), stream=stream)
        except FFmpegError:
            continue
        found = next(packets(container, stream), None)
        if found is None or found.pos is None or found.pts is None:
            continue
        place = int(np.searchsorted(span.places, found.pos))
        known = place < len(span.places) and int(span.places[place]) == found.pos
        meant = span.stamps[place] if known else np.interp(found.pos, span.places, span.stamps)
        if abs(found.pts - float(meant)) > near:
            return False
    return True
