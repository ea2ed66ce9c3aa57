"""Proxies: films of about 540 lines in which every picture is a key frame, so that any frame is near.

One file a chunk of the import pass. Frame k of a proxy is frame k of its source, at the same time, in
the source's pixel aspect, before its rotation.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from app.core.base.files import write_error
from app.core.base.time import SECOND, Flicks
from app.core.media.index import FrameIndex
from app.core.media.pyav_errors import FFmpegError
from app.core.media.seek_cost import MOST_LINES
from app.core.media.tracks import EncodedPictures, PictureClock, PictureSettings, common_unit, open_container
from app.core.model.asset import Color, VideoStream

VERSION = 2
LINES = 540
_LONGEST_GOP: Flicks = SECOND
_BYTES_A_PIXEL = 0.075  # measured on an animated film of 1080 lines: 0.06, and room for noise
_RGB = ("rgb", "bgr", "gbr", "argb", "abgr", "0rgb", "0bgr", "pal8")
_LARGEST_ASPECT = 65_535  # of a pixel, as H.264 stores it (ITU-T H.264, E.2.1)


def needs_proxy(video: VideoStream, index: FrameIndex) -> bool:
    """Whether a proxy is worth having: not where the source is small and seeks fast by itself.

    Small is at most 720 lines, fast is a random frame in 10 ms, or, where nobody has measured that, a key frame
    at least every second. Pictures with transparent parts have none: what is below would not show through it.
    """
    if video.alpha:
        return False
    if min(video.coded_width, video.coded_height) > MOST_LINES or index.identity == "order":
        return True
    if index.quick is not None:
        return not index.quick
    moments = np.append(index.times[np.unique(index.key)], index.end)
    return bool(np.diff(moments).max() > _LONGEST_GOP)


def proxy_settings(video: VideoStream, index: FrameIndex, threads: int = 0) -> PictureSettings:
    """How the proxy of a film is encoded: quick to make, quicker to decode, good enough to judge by eye."""
    width, height, aspect = _scaled(video, LINES)
    return PictureSettings(
        width=width,
        height=height,
        pixel_format="yuv420p",
        crf=23,
        speed="superfast",
        rate=index.rate,
        time_base=PictureClock.of(index).time_base,
        tune="fastdecode",
        sample_aspect=aspect,
        color=encoded_color(video),
        threads=threads,
    )


def proxy_bytes(video: VideoStream, index: FrameIndex) -> int:
    """About how many bytes a frame of the proxy takes; busy pictures take twice as many, calm ones half."""
    settings = proxy_settings(video, index)
    return max(1, round(settings.width * settings.height * _BYTES_A_PIXEL))


def encoded_color(video: VideoStream) -> Color:
    """The colour tags of what is encoded from ``video``: its own, or those RGB is converted to."""
    if is_rgb(video):
        return replace(video.color, matrix="bt709", range="limited")
    if video.pixel_format.startswith("yuvj"):
        return replace(video.color, range="full")
    return video.color


def is_rgb(video: VideoStream) -> bool:
    """Whether pictures come as red, green and blue."""
    return video.pixel_format.startswith(_RGB)


class ProxyChunk:
    """Encodes the frames of one chunk into a file of its own. Used from one thread."""

    def __init__(self, path: Path, settings: PictureSettings, clock: PictureClock) -> None:
        self._path = path
        self._clock = clock
        try:
            self._container = open_container(path, "mp4", common_unit(clock))
        except OSError as error:
            raise write_error(path, error) from error
        self._pictures = EncodedPictures(self._container, settings)

    def add(self, number: int, frame: av.VideoFrame) -> None:
        """Encode frame ``number`` of the film; numbers ascend by one.

        Raises:
            UserError: the disk is full.
        """
        try:
            self._pictures.write(frame, int(self._clock.stamps[number]), self._clock.duration(number))
        except OSError as error:
            raise write_error(self._path, error) from error

    def finish(self) -> None:
        """Write what is held back and the index.

        Raises:
            UserError: the disk is full.
        """
        try:
            self._pictures.finish()
            self._container.close()
        except OSError as error:
            raise write_error(self._path, error) from error

    def abort(self) -> None:
        """Close the file, whatever it holds: its owner throws it away. Safe to call twice."""
        try:
            self._container.close()
        except (OSError, FFmpegError):
            return


def _scaled(video: VideoStream, lines: int) -> tuple[int, int, Fraction]:
    """Even width and height with at most ``lines`` on the shorter side, and the pixel aspect that keeps the shape."""
    factor = min(Fraction(1), Fraction(lines, min(video.coded_width, video.coded_height)))
    width, height = (max(2, round(side * factor / 2) * 2) for side in (video.coded_width, video.coded_height))
    shape = video.sample_aspect * Fraction(video.coded_width, video.coded_height)
    return width, height, limited_aspect(shape * Fraction(height, width))


def limited_aspect(aspect: Fraction) -> Fraction:
    """``aspect`` in numbers that a stream can hold."""
    if aspect.numerator <= _LARGEST_ASPECT and aspect.denominator <= _LARGEST_ASPECT:
        return aspect
    return aspect.limit_denominator(_LARGEST_ASPECT // (int(aspect) + 1))
