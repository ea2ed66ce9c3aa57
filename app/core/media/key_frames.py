"""Key frames of a film, each by itself: decoded without waiting for the packets that follow it.

A decoder hands a picture on only when it knows that no earlier one comes any more, two or three packets later.
Whoever wants nothing but key frames empties it instead, which takes a third of the time.
"""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from av import VideoFrame
from av.codec.context import ThreadType

from app.core.media.demux import packets, picture_stream, read_only, settling_time
from app.core.media.index import FrameIndex
from app.core.media.pyav_errors import FFmpegError, media_errors
from app.core.media.pyav_source import PyAVVideoSource
from app.core.media.safe_open import safe_open

_MOST_PACKETS = 200  # read behind a seek before the careful way is taken


class KeyFrames:
    """Shows key frames of one film; whatever is not found at once, a :class:`PyAVVideoSource` finds."""

    def __init__(self, path: Path | str, index: FrameIndex, *, alpha: bool) -> None:
        """With ``alpha``, transparent parts are wanted: those take the careful way.

        Raises:
            UserError: the file is gone or damaged.
        """
        self._index = index
        # Frame threads would have to be filled anew for each picture.
        self._source = PyAVVideoSource(path, index, threads=1, ring_bytes=0)
        with media_errors(path):
            self._container = safe_open(path)
        self._stream = picture_stream(self._container, index.stream)
        trusted = index.identity == "pts" and not settling_time(self._container)
        self._quick = self._stream is not None and trusted and not alpha
        if self._stream is not None:
            read_only(self._container, self._stream)
            self._stream.codec_context.thread_count = 1
            self._stream.codec_context.thread_type = ThreadType.NONE

    def frame(self, number: int) -> VideoFrame:
        """Frame ``number``, which is one that decoding can begin at.

        Raises:
            UserError: the file is gone or damaged.
        """
        found = self._alone(number) if self._quick else None
        return found if found is not None else self._source.frame(number)

    def close(self) -> None:
        """Give the file back."""
        self._source.close()
        self._container.close()

    def _alone(self, number: int) -> VideoFrame | None:
        stream, wanted = self._stream, int(self._index.pts[number])
        if stream is None:
            return None
        try:
            self._container.seek(wanted, stream=stream)
            for packet in islice(packets(self._container, stream), _MOST_PACKETS):
                if packet.size and packet.pts == wanted and packet.is_keyframe:
                    found = [*packet.decode(), *stream.codec_context.decode(None)]
                    return next((frame for frame in found if frame.pts == wanted), None)
        except FFmpegError:
            return None
        finally:
            stream.codec_context.flush_buffers()
        return None
