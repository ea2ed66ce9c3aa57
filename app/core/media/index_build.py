"""Making a frame index out of packets; decodes only where packets alone cannot tell."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt

from app.core.base.errors import UserError
from app.core.jobs.context import JobContext
from app.core.media.decoded_order import DecodedOrder, decoded_order
from app.core.media.demux import LEAST_JUMP, LONGEST_STEP, packets, picture_stream, read_only
from app.core.media.index import NO_STAMP, FrameIndex, Stamps
from app.core.media.packet_scan import PacketScan, PictureFacts, PicturePackets, scan_packets
from app.core.media.pyav_errors import FFmpegError, media_errors
from app.core.media.rates import frame_timing
from app.core.media.safe_open import safe_open

_FALLBACK_RATE = Fraction(25)
# Packets after which a decoder that gave no picture will give none.
_LONGEST_HEAD = 300
# Bytes of a packet of MPEG-4 that only says: show what came before.
_EMPTY_PICTURE = 8


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
    return index_from_scan(path, scan, number, context)


def index_from_scan(path: Path | str, scan: PacketScan, stream: int, context: JobContext | None = None) -> FrameIndex:
    """The frame index of picture stream ``stream`` of a scanned file.

    Raises:
        UserError: none of its pictures can be shown.
        Cancelled: ``context`` was cancelled.
    """
    found = scan.pictures.get(stream)
    if found is None or len(found.pts) == 0:
        raise UserError(str(path), "its picture stream is empty", "copy the file again from where it came")
    stamped = _stamped(path, found, context)
    if stamped is None:
        return _ordered_index(path, found.facts, scan.origin, context)
    return _stamped_index(path, stamped, scan.origin)


def _stamped(path: Path | str, found: PicturePackets, context: JobContext | None) -> PicturePackets | None:
    """The packets with stamps by which their pictures can be told apart; None where stamps do not tell."""
    known = found.pts != NO_STAMP
    if found.starts_anew:
        return None
    if not known.any():
        if found.facts.reorders or not np.all(found.dts != NO_STAMP):
            return None
        return _replaced(found, found.dts)
    if not known.all():
        if not _are_second_fields(path, found, known, context):
            return None
        found = _chosen(found, known)
    shown = found.pts[~found.discard]
    twice = len(np.unique(shown)) < len(shown)
    return None if twice or _stamps_lie(path, found, context) else found


def _are_second_fields(
    path: Path | str, found: PicturePackets, known: npt.NDArray[np.bool_], context: JobContext | None
) -> bool:
    """Whether packets without a stamp are the second fields of pictures whose first field has one: then
    they never come alone out of the decoder. Else they are pictures that share a stamp with the one before,
    as those of H.264 in program streams do, or pictures before zero, for which Matroska has no place."""
    if found.facts.container == "mpeg" or not known[0] or np.any(~known[1:] & ~known[:-1]):
        return False
    first = decoded_order(path, found.facts.stream, context, most=_LONGEST_HEAD)
    return bool(len(first.shown)) and bool(np.all(first.pts[first.shown] != NO_STAMP))


def _stamps_lie(path: Path | str, found: PicturePackets, context: JobContext | None) -> bool:
    """Whether stamps are those of decoding: they ascend from packet to packet although pictures change places.

    AVI stores no others, and MPEG-4 in it may have two pictures in one packet and then an empty one. Elsewhere
    many a stream only says that pictures could change places: whether they do, the first ones show.
    """
    facts = found.facts
    if not facts.reorders or found.key.all():
        return False
    if facts.container == "avi" and facts.codec == "mpeg4":
        return bool(np.any(found.sizes <= _EMPTY_PICTURE))
    if not np.all(np.diff(found.pts) > 0):
        return False
    if facts.container == "avi" and facts.codec in ("h264", "hevc"):
        return True
    first = decoded_order(path, facts.stream, context, most=_LONGEST_HEAD)
    return bool(np.any(np.diff(first.shown) < 0))


def _replaced(found: PicturePackets, pts: Stamps) -> PicturePackets:
    return replace(found, pts=pts)


def _chosen(found: PicturePackets, mask: npt.NDArray[np.bool_]) -> PicturePackets:
    columns = (found.pts[mask], found.dts[mask], found.durations[mask])
    return PicturePackets(found.facts, *columns, found.key[mask], found.discard[mask], found.sizes[mask])


def _stamped_index(path: Path | str, found: PicturePackets, origin: Fraction | None) -> FrameIndex:
    shown = ~found.discard
    first_key = int(np.argmax(found.key)) if found.key.any() else 0
    led = bool(np.any(shown & (found.pts < found.pts[first_key])))
    if first_key > 0 or (led and not found.discard[first_key]):
        shown &= found.pts >= _first_output(path, found.facts)
    if not shown.any():
        raise UserError(str(path), "none of its pictures can be shown", "copy it again from where it came")
    pts = np.unique(found.pts[shown])
    origin = int(pts[0]) * found.facts.time_base if origin is None else origin
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


def _ordered_index(
    path: Path | str, facts: PictureFacts, origin: Fraction | None, context: JobContext | None
) -> FrameIndex:
    """An index by counting packets, for stamps that cannot be trusted: all pictures are decoded once."""
    order = decoded_order(path, facts.stream, context)
    count = len(order.shown)
    if not count:
        raise UserError(str(path), "none of its pictures can be shown", "copy it again from where it came")
    rate = facts.rates[0] if facts.rates else _FALLBACK_RATE
    stamps, base = _stamps_in_order(facts, order), facts.time_base
    if stamps is None:
        stamps, base, origin = np.arange(count, dtype=np.int64), 1 / rate, None
    origin = int(stamps[0]) * base if origin is None else origin
    key, key_packets = _keys_in_order(order)
    timing = frame_timing(stamps, base, origin, facts.rates, 0)
    return FrameIndex(
        stream=facts.stream,
        time_base=base,
        origin=origin,
        rate=timing.rate,
        variable_rate=timing.variable,
        identity="order",
        pts=stamps,
        times=timing.times,
        end=timing.end,
        key=key,
        key_pts=order.pts[key_packets],
        key_dts=order.dts[key_packets],
        packets=order.shown,
        key_packets=key_packets,
    )


def _stamps_in_order(facts: PictureFacts, order: DecodedOrder) -> Stamps | None:
    """Ascending stamps of the pictures as shown, or None where too little is known of them."""
    own = order.pts[order.shown]
    known = np.flatnonzero(own != NO_STAMP)
    if facts.container == "avi" or (len(known) == len(own) and np.all(np.diff(order.pts) > 0)):
        # Stamps of decoding: put in order they are those of showing.
        own = np.sort(np.where(own != NO_STAMP, own, order.dts[order.shown]))
    elif 1 < len(known) < len(own):
        own = _filled(own, known, int(LEAST_JUMP / facts.time_base))
    if np.any(own == NO_STAMP):
        return None
    steps = np.diff(own)
    forward = (steps > 0) & (steps <= int(LONGEST_STEP / facts.time_base))
    if not forward.all() and forward.any():  # the clock starts anew: go on as if it did not
        own = own[0] + np.append(0, np.cumsum(np.where(forward, steps, int(np.median(steps[forward])))))
    return own if np.all(np.diff(own) > 0) else None


def _filled(own: Stamps, known: npt.NDArray[np.intp], jump: int) -> Stamps:
    """Stamps for all pictures: those without one go before, between and after the ``known`` ones in even steps.

    Where a picture was given the stamp of a later one, stamps step back by less than ``jump``: it counts as unknown.
    """
    steps = np.diff(own[known])
    known = known[np.append((steps > 0) | (steps <= -jump), True)]
    if len(known) < 2:
        return own
    step = int(np.median(np.diff(own[known]) // np.diff(known)))
    before, after = np.arange(known[0]) - known[0], np.arange(known[-1] + 1, len(own)) - known[-1]
    between = np.interp(np.arange(known[0], known[-1] + 1), known, own[known])
    parts = (own[known[0]] + before * step, np.rint(between), own[known[-1]] + after * step)
    return np.concatenate(parts).astype(np.int64)


def _keys_in_order(order: DecodedOrder) -> tuple[Stamps, Stamps]:
    """Where decoding can begin: numbers of frames, ascending, and their packets. The start always is one."""
    numbers, found = [0], [0]
    if len(np.unique(order.shown)) == len(order.shown):  # else pictures cannot be told apart by their packets
        number_of = {packet: number for number, packet in enumerate(order.shown.tolist())}
        for packet in np.flatnonzero(order.key).tolist():
            number = number_of.get(packet, 0)
            if number > numbers[-1]:
                numbers.append(number)
                found.append(packet)
    return np.asarray(numbers, dtype=np.int64), np.asarray(found, dtype=np.int64)


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
