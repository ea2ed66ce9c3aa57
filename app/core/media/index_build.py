"""Making a frame index out of packets; decodes only where packets alone cannot tell."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from app.core.base.errors import UserError
from app.core.jobs.context import JobContext
from app.core.media.demux import packets, picture_stream, read_only
from app.core.media.index import NO_STAMP, FrameIndex, Stamps
from app.core.media.packet_scan import PacketScan, PictureFacts, PicturePackets, scan_packets
from app.core.media.pyav_errors import FFmpegError, media_errors
from app.core.media.rates import frame_timing
from app.core.media.safe_open import safe_open

_FALLBACK_RATE = Fraction(25)
# Packets after which a decoder that gave no picture will give none.
_LONGEST_HEAD = 300


def build_index(path: Path | str, stream: int | None = None, context: JobContext | None = None) -> FrameIndex:
    """The frame index of a picture stream (by default the first), from one pass over the packets.

    Runs where the file may be met: in a worker for files that nobody probed yet.

    Raises:
        UserError: the file cannot be opened or holds no picture to show.
        Cancelled: ``context`` was cancelled.
    """
    with safe_open(path) as container:
        found = picture_stream(container, stream)
        if found is None:
            raise UserError(str(path), "it holds no picture", "use it for its sound, or choose a video file")
        number = found.index
        scan = scan_packets(container, path, context)
    return index_from_scan(path, scan, number)


def index_from_scan(path: Path | str, scan: PacketScan, stream: int) -> FrameIndex:
    """The frame index of picture stream ``stream`` of a scanned file.

    Raises:
        UserError: none of its pictures can be shown.
    """
    found = scan.pictures.get(stream)
    if found is None or len(found.pts) == 0:
        raise UserError(str(path), "its picture stream is empty", "copy the file again from where it came")
    identity, stamped = _identified(found)
    if identity == "order":
        return _ordered_index(stamped, scan.origin)
    return _stamped_index(path, stamped, scan.origin)


def _identified(found: PicturePackets) -> tuple[Literal["pts", "order"], PicturePackets]:
    """How frames can be told apart, and the packets with stamps as far as they can be had."""
    known = found.pts != NO_STAMP
    if not known.any():
        if found.facts.reorders or not np.all(found.dts != NO_STAMP):
            return "order", found
        return "pts", _replaced(found, found.dts)
    if not known.all():
        # The second fields of interlaced pictures: the first one's packet carries the stamp.
        found = _chosen(found, known)
    return ("order" if _stamps_lie(found) else "pts"), found


def _stamps_lie(found: PicturePackets) -> bool:
    """AVI stores decoding order only; with B-frames of H.264 its stamps ascend where pictures do not."""
    return (
        found.facts.container == "avi"
        and found.facts.reorders
        and found.facts.codec in ("h264", "hevc")
        and bool(np.all(np.diff(found.pts) > 0))
    )


def _replaced(found: PicturePackets, pts: Stamps) -> PicturePackets:
    return PicturePackets(found.facts, pts, found.dts, found.durations, found.key, found.discard)


def _chosen(found: PicturePackets, mask: npt.NDArray[np.bool_]) -> PicturePackets:
    columns = (found.pts[mask], found.dts[mask], found.durations[mask])
    return PicturePackets(found.facts, *columns, found.key[mask], found.discard[mask])


def _stamped_index(path: Path | str, found: PicturePackets, origin: Fraction) -> FrameIndex:
    shown = ~found.discard
    first_key = int(np.argmax(found.key)) if found.key.any() else 0
    led = bool(np.any(shown & (found.pts < found.pts[first_key])))
    if first_key > 0 or (led and not found.discard[first_key]):
        shown &= found.pts >= _first_output(path, found.facts)
    if not shown.any():
        raise UserError(str(path), "none of its pictures can be shown", "copy it again from where it came")
    pts = np.unique(found.pts[shown])
    keys = found.key.copy()
    keys[first_key] = True
    numbers = np.searchsorted(pts, found.pts[keys])
    useful = numbers < len(pts)
    key, key_pts, key_dts = numbers[useful], found.pts[keys][useful], found.dts[keys][useful]
    order = np.argsort(key_pts, kind="stable")
    key = key[order]
    key[0] = 0
    last = int(found.durations[int(np.argmax(np.where(shown, found.pts, NO_STAMP)))])
    timing = frame_timing(pts, found.facts.time_base, origin, found.facts.rates, last)
    return FrameIndex(
        stream=found.facts.stream,
        time_base=found.facts.time_base,
        origin=origin,
        rate=timing.rate,
        variable_rate=timing.variable,
        identity="pts",
        pts=pts,
        times=timing.times,
        end=timing.end,
        key=key.astype(np.int64),
        key_pts=key_pts[order],
        key_dts=key_dts[order],
    )


def _ordered_index(found: PicturePackets, origin: Fraction) -> FrameIndex:
    """An index by counting: frame k is the k-th picture that comes out after the start."""
    count = len(found.pts)
    rate = found.facts.rates[0] if found.facts.rates else _FALLBACK_RATE
    stamps, base = np.sort(np.where(found.pts != NO_STAMP, found.pts, found.dts)), found.facts.time_base
    if stamps[0] == NO_STAMP or np.any(np.diff(stamps) <= 0):
        stamps, base, origin = np.arange(count, dtype=np.int64), 1 / rate, Fraction(0)
    # Without stamps for decoding a seek cannot be checked: then everything begins at the start.
    keys = np.flatnonzero(found.key & (found.dts != NO_STAMP))
    keys = np.unique(np.append(keys, 0))
    timing = frame_timing(stamps, base, origin, found.facts.rates, 0)
    return FrameIndex(
        stream=found.facts.stream,
        time_base=base,
        origin=origin,
        rate=timing.rate,
        variable_rate=timing.variable,
        identity="order",
        pts=stamps,
        times=timing.times,
        end=timing.end,
        key=keys.astype(np.int64),
        key_pts=found.pts[keys],
        key_dts=found.dts[keys],
    )


def _first_output(path: Path | str, facts: PictureFacts) -> int:
    """Stamp of the first picture that a decoder gives when it begins at the start of the file."""
    with safe_open(path) as container, media_errors(path):
        stream = picture_stream(container, facts.stream)
        if stream is None:
            return NO_STAMP
        read_only(container, stream)
        for count, packet in enumerate(packets(container, stream)):
            try:
                frames = packet.decode()
            except FFmpegError:
                continue
            stamps = [frame.pts if frame.pts is not None else frame.dts for frame in frames]
            known = [stamp for stamp in stamps if stamp is not None]
            if known:
                return min(known)
            if count > _LONGEST_HEAD:
                break
    return NO_STAMP
