"""Reading packets steadily: where the library would stop, the next packet is tried."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, cast

from av import AudioStream, Packet, VideoStream
from av.container import InputContainer
from av.error import EOFError as EndOfFile
from av.stream import Discard, Disposition, Stream

from app.core.media.pyav_errors import FFmpegError

_MICROSECOND = Fraction(1, 1_000_000)
LEAST_JUMP = Fraction(1)
"""Seconds by which a clock that starts anew jumps back at least."""
LONGEST_STEP = Fraction(6 * 3600)
"""Seconds forward that are no gap any more. The clock of a transport stream comes round after 26.5 hours: one that
starts anew far back is taken by FFmpeg for one that has come round, and seems to jump far on."""
# In program streams a stamp belongs to the first picture that begins in its packet. Where reading begins anew, the
# end of a picture comes first and takes that stamp, and the pictures after it are counted on from there until
# another stamp comes, which takes 0.7 s at most (ISO/IEC 13818-1, 2.7.4).
_SETTLING = {"mpeg": Fraction(1)}
# A file whose reading fails this often in a row has nothing more to give.
_MOST_FAILURES = 32
# First brand of pictures that move, in the container of films (ISO/IEC 23008-12; AV1 Image File Format).
_SEQUENCE_BRANDS = frozenset({"avis", "hevc", "hevx", "msf1"})


def picture_stream(container: InputContainer, index: int | None = None) -> VideoStream | None:
    """The stream of that number, or by default the first of :func:`films`."""
    if index is None:
        return next(iter(films(container)), None)
    return next((each for each in container.streams.video if each.index == index and has_decoder(each)), None)


def films(container: InputContainer) -> list[VideoStream]:
    """The streams whose pictures are film rather than cover art, or than the still that goes with an image sequence."""
    streams = container.streams.video
    found = [each for each in streams if not each.disposition & Disposition.attached_pic and has_decoder(each)]
    if container.metadata.get("major_brand") not in _SEQUENCE_BRANDS:
        return found
    return [each for each in found if each.frames > 1] or found


def has_decoder(stream: Stream) -> bool:
    """Whether this build of FFmpeg can decode the stream at all."""
    return cast("object | None", stream.codec_context) is not None


def sound_stream(container: InputContainer, index: int) -> AudioStream | None:
    """The sound stream with that number in the container."""
    return next((each for each in container.streams.audio if each.index == index and has_decoder(each)), None)


def read_only(container: InputContainer, wanted: Stream) -> None:
    """Tell the demuxer to skip the content of all other streams."""
    for stream in container.streams:
        if stream.index != wanted.index:
            stream.discard = Discard.all


def packets(container: InputContainer, *streams: Stream) -> Iterator[Packet[Any]]:
    """Packets of ``streams`` (all by default) from the present position on, then one empty packet per stream.

    Packets of streams that appear late (TS, FLV) are skipped. Reading ends where the file does,
    also where it ends by damage.
    """
    failures = 0
    while True:
        try:
            for packet in container.demux(*streams):
                failures = 0
                yield packet
            return
        except IndexError:  # a stream that was not there at opening: PyAV has no place for it
            continue
        except EndOfFile:
            return
        except FFmpegError:
            failures += 1
            if failures > _MOST_FAILURES:
                return


def settling_time(container: InputContainer) -> Fraction:
    """Seconds after a seek before the stamps of packets can be believed."""
    return _SETTLING.get(container.format.name, Fraction(0))


class ClockWatch:
    """Notices where the stamps of a stream jump back or absurdly far on, as where two recordings were joined."""

    def __init__(self, time_base: Fraction) -> None:
        self._back, self._on = int(LEAST_JUMP / time_base), int(LONGEST_STEP / time_base)
        self._last: int | None = None

    def starts_anew(self, stamp: int) -> bool:
        """Whether the clock starts anew with this packet, the next in the order of the file."""
        last, self._last = self._last, stamp
        return last is not None and not -self._back <= stamp - last <= self._on


def container_origin(container: InputContainer) -> Fraction:
    """The start of the container in seconds: media time 0.

    FFmpeg says it in whole microseconds; the exact start of the stream that begins there is meant.
    """
    starts = [
        stream.start_time * stream.time_base
        for stream in container.streams
        if stream.type in ("video", "audio") and stream.start_time is not None and stream.time_base
    ]
    said = cast("int | None", container.start_time)
    if said is None:
        return min(starts, default=Fraction(0))
    rounded = said * _MICROSECOND
    near = [start for start in starts if abs(start - rounded) <= _MICROSECOND]
    return min(near, key=lambda start: abs(start - rounded), default=rounded)
