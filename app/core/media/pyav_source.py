"""The picture of one open file by exact frame number, through PyAV."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
from av import Packet, VideoFrame
from av.codec.context import ThreadType

from app.core.base.errors import UserError
from app.core.base.time import Flicks
from app.core.media.alpha import alpha_decoder
from app.core.media.decoded_order import number_packets, packet_number, set_packet_number
from app.core.media.demux import packets, picture_stream, read_only, settling_time
from app.core.media.frame_cache import FrameCache
from app.core.media.index import NO_STAMP, FrameIndex
from app.core.media.pyav_errors import FFmpegError, media_errors
from app.core.media.safe_open import safe_open
from app.core.media.source import StandIn

# Frames kept for stepping back: enough for a GOP of small pictures, a few of large ones.
DEFAULT_RING_BYTES = 96_000_000
# Kept while frames are asked for backwards: each group is decoded forwards once for as many as fit, which
# is a second of 4K. Given back when frames are asked for forwards again.
BACK_RING_BYTES = 320_000_000
# What a seek costs beside decoding: refilling the decoder's delay, counted in frames.
_SEEK_COST = 8
_MOST_THREADS = 8
# Pictures that a decoder holds back at most (H.264, A.3.1; H.265, A.4.2).
_MOST_DELAYED = 16
# Going back by no more than this is going backwards: up to sixteenfold speed.
_STEP_BACK = 16
# Containers whose seek takes presentation stamps; all others take decoding stamps.
_SEEKS_BY_PTS = frozenset({"mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm"})


class PyAVVideoSource:
    """A :class:`app.core.media.source.VideoSource` over one picture stream.

    Frames are known by their stamps (or by counting, where the index says that stamps lie), so a
    wrong landing of a seek is noticed and mended: packets before the wanted key frame are skipped
    undecoded, a landing behind it makes the next try begin earlier, at last at the file's start. Where
    stamps must settle after a seek (program streams), it lands so much earlier.

    ``threads``: 0 chooses. Long GOPs decode with frame threads, half as fast again in a row. Files
    of key frames only decode with none: there a random frame costs 1.3 ms instead of the 2.6 ms
    that it takes with threads that must first be filled. Frame threads lose the last whole pictures of
    a film that is cut off in the middle of one, and mend nothing of that one; where the last do not
    come whole, one thread gives them.
    """

    def __init__(
        self,
        path: Path | str,
        index: FrameIndex,
        *,
        threads: int = 0,
        ring_bytes: int = DEFAULT_RING_BYTES,
        back_bytes: int = BACK_RING_BYTES,
        frames: FrameCache | None = None,
    ) -> None:
        """``frames`` is the budget that is shared with other sources; without it there is none but one's own."""
        self.index = index
        self.stand_in: StandIn | None = None
        self._path = path
        self._threads = threads
        self._ring = (frames or FrameCache(max(ring_bytes, back_bytes))).part(ring_bytes)
        self._ring_bytes, self._back_bytes = ring_bytes, back_bytes
        self._last_asked = -1
        self._absent: dict[int, int] = {}
        self._decoder: _Decoder | None = None
        self._closed = False

    def frame(self, number: int) -> VideoFrame:
        """Shown frame ``number`` (clamped), as decoded. It must not be written to.

        A frame that cannot be decoded is answered with the nearest earlier one that can, or the
        nearest later one where there is none.

        Raises:
            UserError: the file is gone, changed, or nothing in it can be decoded.
        """
        number = self.index.clamped(number)
        number = self._absent.get(number, number)
        last, self._last_asked = self._last_asked, number
        kept = self._ring.get(number)
        if kept is not None:
            return kept
        self._ring.hold(self._bytes_to_hold(number, last))
        with media_errors(self._path):
            return self._decoded(number)

    def frame_at(self, time: Flicks) -> VideoFrame:
        """The frame a player shows at media time ``time``."""
        return self.frame(self.index.number_at(time))

    def close(self) -> None:
        """Give the file and the kept frames back."""
        self._closed = True
        self._ring.clear()
        if self._decoder is not None:
            self._decoder.close()
            self._decoder = None

    def _bytes_to_hold(self, number: int, last: int) -> int:
        """More where somebody goes backwards step by step through a group of frames."""
        back = 0 < last - number <= _STEP_BACK and not self.index.intra
        return self._back_bytes if back else self._ring_bytes

    def _keep(self, number: int, frame: VideoFrame) -> None:
        self._ring.put(number, frame)

    def _decoded(self, number: int) -> VideoFrame:
        decoder = self._open()
        if decoder.should_seek(number):
            place = self.index.key_before(number)
            decoder.start_at(place)
        else:
            place = decoder.place
        step = 1
        while True:
            found = self._run_to(decoder, number)
            if found is not None:
                at, frame = found
                if at != number:
                    self._absent[number] = at
                return frame
            if place == 0:
                return self._first_after(decoder, number)
            # The first picture from this key frame comes too late: it could not stand alone.
            place = max(0, place - step)
            step *= 2
            decoder.start_at(place)

    def _run_to(self, decoder: _Decoder, number: int) -> tuple[int, VideoFrame] | None:
        """Decode up to ``number``: that frame, else the last before it, None where all come later."""
        best: tuple[int, VideoFrame] | None = None
        last = decoder.last
        if last is not None and last < number:
            kept = self._ring.get(last)
            best = (last, kept) if kept is not None else None
        for at, frame in decoder:
            self._keep(at, frame)
            if at == number:
                return at, frame
            if at > number:
                return best
            best = at, frame
        return best

    def _first_after(self, decoder: _Decoder, number: int) -> VideoFrame:
        """The first frame there is at all, for a ``number`` before which nothing can be decoded."""
        decoder.start_at(0)
        for at, frame in decoder:
            self._keep(at, frame)
            self._absent[number] = at
            return frame
        raise UserError(str(self._path), "no picture in it can be decoded", "copy it again from where it came")

    def _open(self) -> _Decoder:
        if self._closed:
            raise RuntimeError("the source is closed")
        if self._decoder is None:
            self._decoder = _Decoder(self._path, self.index, self._threads)
        return self._decoder


class _Decoder:
    """An open container and decoder: iterating gives numbered frames onwards from the last start."""

    def __init__(self, path: Path | str, index: FrameIndex, threads: int) -> None:
        self._path = path
        self._index = index
        self._threads = threads or (1 if index.intra else min(_MOST_THREADS, (os.cpu_count() or 1) + 1))
        self._ending = False
        self._open()
        self.place = 0
        self.last: int | None = None
        self._frames: Iterator[tuple[int, VideoFrame]] = iter(())

    def __iter__(self) -> Iterator[tuple[int, VideoFrame]]:
        return self

    def __next__(self) -> tuple[int, VideoFrame]:
        found = next(self._frames)
        self.last = found[0]
        return found

    def should_seek(self, number: int) -> bool:
        """Whether beginning anew at a key frame beats decoding on from the last frame."""
        if self.last is None or number <= self.last:
            return True
        key = int(self._index.key[self._index.key_before(number)])
        return key > self.last and number - self.last > number - key + _SEEK_COST

    def start_at(self, place: int) -> None:
        """Begin decoding at the key packet at ``place`` of the index."""
        self.place = place
        self.last = None
        if self._ending:
            self._reopen(ending=False)
        first = self._find(place)
        self._frames = self._whole(first, place)

    def close(self) -> None:
        self._frames = iter(())
        self._container.close()

    def _open(self) -> None:
        self._container = safe_open(self._path)
        stream = picture_stream(self._container, self._index.stream)
        if stream is None:
            self._container.close()
            raise UserError(str(self._path), "its picture is gone: the file was replaced", "relink it or put it back")
        read_only(self._container, stream)
        threads = 1 if self._ending else self._threads
        stream.codec_context.thread_count = threads
        stream.codec_context.thread_type = ThreadType.AUTO if threads > 1 else ThreadType.NONE
        if self._index.identity == "order":
            number_packets(stream)
        self._own_codec = alpha_decoder(stream)
        self._stream = stream
        self._by_pts = self._container.format.name in _SEEKS_BY_PTS
        self._settle = int(settling_time(self._container) / self._index.time_base)
        self._packets: Iterator[Packet[Any]] = packets(self._container, stream)

    def _reopen(self, *, ending: bool) -> None:
        self._container.close()
        self._ending = ending
        self._open()

    def _find(self, place: int) -> Packet[Any] | None:
        """The wanted key packet, with everything after it to come; None: decode from the start."""
        if self._index.identity == "order":
            self._reopen(ending=self._ending)
            return self._counted(int(self._index.key_packets[place])) if place > 0 else None
        for stamp in self._seek_stamps(place):
            try:
                self._container.seek(stamp - self._settle, stream=self._stream)
            except FFmpegError:
                continue
            if self._own_codec is not None:
                self._own_codec.flush_buffers()
            self._packets = packets(self._container, self._stream)
            found = self._skip_to(place, self._settle)
            if found is not None:
                return found
        self._reopen(ending=self._ending)
        return self._skip_to(place) if place > 0 else None

    def _seek_stamps(self, place: int) -> Iterator[int]:
        """Stamps to seek to, in this order, until one lands at or before the key packet."""
        index = self._index
        step = 1
        first = True
        while place >= 0:
            pts, dts = int(index.key_pts[place]), int(index.key_dts[place])
            stamps = [stamp for stamp in ((pts, dts) if self._by_pts else (dts, pts)) if stamp != NO_STAMP]
            yield from stamps if first else stamps[:1]
            if place == 0:
                return
            first = False
            place, step = max(0, place - step), step * 2

    def _skip_to(self, place: int, settle: int = 0) -> Packet[Any] | None:
        """Pass over packets, undecoded, up to the key packet; None where it does not come.

        The first one to be believed comes ``settle`` ticks after the first of all.
        """
        index = self._index
        dts = int(index.key_dts[place])
        wanted = int(index.key_pts[place])
        first: int | None = None
        for packet in self._packets:
            if not packet.size:
                continue
            stamp = packet.dts if packet.pts is None else packet.pts
            first = stamp if first is None else first
            settled = first is not None and wanted - first >= settle
            if stamp == wanted and settled and (packet.is_keyframe or place == 0):
                return packet
            if dts != NO_STAMP and packet.dts is not None and packet.dts > dts:
                return None
        return None

    def _counted(self, number: int) -> Packet[Any] | None:
        """Pass over packets from the start of the file, undecoded, up to packet ``number``."""
        left = number
        for packet in self._packets:
            if packet.size:
                if left == 0:
                    return packet
                left -= 1
        return None

    def _whole(self, first: Packet[Any] | None, place: int) -> Iterator[tuple[int, VideoFrame]]:
        """Numbered frames to the end of the film, the last of which threads may have lost or left damaged."""
        last = -1
        for number, frame in self._numbered(first, place):
            if frame.is_corrupt and self._threads > 1 and number >= len(self._index) - _MOST_DELAYED:
                break
            last = max(last, number)
            yield number, frame
        if self._threads > 1 and last < len(self._index) - 1:
            self._reopen(ending=True)
            place = max(place, self._index.key_before(last))
            for number, frame in self._numbered(self._find(place), place):
                if number > last:
                    yield number, frame

    def _numbered(self, first: Packet[Any] | None, place: int) -> Iterator[tuple[int, VideoFrame]]:
        """Decoded frames with their numbers. Frames that lead the key frame are left out."""
        index = self._index
        least = int(index.key[place]) if place > 0 else 0
        frames = self._by_order(first, place) if index.identity == "order" else self._by_stamp(first)
        for number, frame in frames:
            if number is not None and number >= least:
                yield number, frame

    def _by_stamp(self, first: Packet[Any] | None) -> Iterator[tuple[int | None, VideoFrame]]:
        for packet in self._chained(first):
            for frame in self._decode(packet):
                stamp = frame.pts if frame.pts is not None else frame.dts
                yield self._index.number_of_pts(stamp) if stamp is not None else None, frame

    def _by_order(self, first: Packet[Any] | None, place: int) -> Iterator[tuple[int | None, VideoFrame]]:
        """By the packets that frames come from; from the start of the file on simply by counting."""
        index = self._index
        following = int(index.key_packets[place]) if first is not None else 0
        count = 0
        for packet in self._chained(first):
            if packet.size:
                set_packet_number(packet, following)
                following += 1
            for frame in self._decode(packet):
                if place == 0:
                    yield count if count < len(index) else None, frame
                else:
                    known = packet_number(frame)
                    yield index.number_of_packet(known) if known is not None else None, frame
                count += 1

    def _chained(self, first: Packet[Any] | None) -> Iterator[Packet[Any]]:
        if first is not None:
            yield first
        yield from self._packets

    def _decode(self, packet: Packet[Any]) -> list[VideoFrame]:
        """The frames a packet completes; none where it is damaged."""
        try:
            if self._own_codec is not None:
                return self._own_codec.decode(packet if packet.size else None)
            return list(packet.decode())
        except av.error.MemoryError:
            raise
        except FFmpegError:
            return []
