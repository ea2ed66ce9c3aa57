"""The picture by which a film is known before it has been read: found by one seek, kept by content."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import av

from app.core.base import time
from app.core.base.errors import UserError
from app.core.base.files import write_error
from app.core.base.time import Flicks
from app.core.jobs.context import JobContext
from app.core.media.demux import container_origin, packets, picture_stream
from app.core.media.disk_cache import DiskCache, made_again
from app.core.media.indexes import Caller
from app.core.media.pyav_errors import FFmpegError, media_errors
from app.core.media.safe_open import safe_open
from app.core.media.thumbnails import jpeg_of
from app.core.model.asset import Asset, MediaInfo, VideoStream
from app.core.model.encoding import decode, encode

CACHE_KIND = "poster"
VERSION = 2
# A little into the film: the first picture is often black.
_INTO = 10
_MOST_DARK = 100  # pictures to look at before the film is taken for a dark one
_DARK = 24.0  # of 255, on average
_SMALL = 32
_LATEST: Flicks = 10 * time.SECOND


def make_poster(path: str, video: VideoStream, moment: Flicks) -> bytes:
    """A small upright JPEG of a key frame near media time ``moment``, or else of the first picture.

    Raises:
        UserError: no picture can be decoded.
    """
    # None: without a seek, after which some containers (photos among them) give nothing at all.
    dark: av.VideoFrame | None = None
    for target in (moment, 0, None):
        frame = _picture_at(path, video.index, target)
        if frame is not None and not _is_dark(frame):
            return jpeg_of(frame, video)
        dark = dark or frame
    if dark is not None:
        return jpeg_of(dark, video)
    raise UserError(path, "no picture in it can be decoded", "choose another file")


def poster_handler(args: dict[str, Any], _context: JobContext) -> dict[str, Any]:
    """``{"path", "info", "time", "out"}`` -> ``{"bytes"}``; the JPEG is written to the file ``out``."""
    info = decode(MediaInfo, args["info"])
    if info.video is None:
        raise UserError(str(args["path"]), "it holds no picture", "choose another file")
    jpeg = make_poster(str(args["path"]), info.video, int(args["time"]))
    out = Path(args["out"])
    try:
        out.write_bytes(jpeg)
    except OSError as error:
        raise write_error(out, error) from error
    return {"bytes": len(jpeg)}


class Posters:
    """Posters of assets, from the cache or made by a worker. Safe from any thread; blocks."""

    def __init__(self, cache: DiskCache, workers: Caller) -> None:
        self._cache = cache
        self._workers = workers

    def poster(self, asset: Asset, context: JobContext) -> bytes:
        """The JPEG of ``asset``.

        Raises:
            UserError: it has no picture, its file cannot be read, or the cache cannot be written.
            Cancelled: ``context`` was cancelled.
        """
        place = self._cache.folder(asset.fingerprint, CACHE_KIND) / f"v{VERSION}.jpg"
        with contextlib.suppress(OSError):
            return place.read_bytes()
        moment = min((asset.info.duration or 0) // _INTO, _LATEST)
        info = encode(asset.info)

        def make() -> bytes:
            with self._cache.writing(place) as temporary:
                args = {"path": asset.path, "info": info, "time": moment, "out": str(temporary)}
                self._workers.call("poster", args, context=context)
                return temporary.read_bytes()

        return made_again(make)


def _picture_at(path: str, number: int, moment: Flicks | None) -> av.VideoFrame | None:
    """The first picture from the key frame before ``moment`` on that is not dark; where the first hundred
    are, as before a slow fade, the last of those; None where none comes."""
    with media_errors(path), safe_open(path) as container:
        stream = picture_stream(container, number)
        if stream is None or stream.time_base is None:
            return None
        stream.thread_type = "NONE"
        if moment is not None:
            target = moment + int(container_origin(container) * time.SECOND)
            try:
                container.seek(time.to_pts(target, stream.time_base), stream=stream, backward=True)
            except FFmpegError:
                return None
        seen, last = 0, None
        for packet in packets(container, stream):
            try:
                frames = packet.decode()
            except FFmpegError:
                continue
            for frame in frames:
                seen, last = seen + 1, frame
                if seen >= _MOST_DARK or not _is_dark(frame):
                    return frame
    return last


def _is_dark(frame: av.VideoFrame) -> bool:
    """Whether nobody would know a film by this picture: it is black, or nearly."""
    small = frame.reformat(_SMALL, _SMALL, "gray", interpolation="AREA")
    return float(small.to_ndarray().mean()) < _DARK
