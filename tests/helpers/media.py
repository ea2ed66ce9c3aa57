"""Films made for tests: every picture carries its number, a beep sounds when its border turns white.

Made with PyAV alone, small and quick (about a millisecond a picture at 160x90). Nothing here uses
the code under test.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt

from tests.helpers.beeps import beep_track, find_beeps
from tests.helpers.picture_code import draw_number, is_flash, read_number
from tests.helpers.scene_film import Fade, SceneTruth, Shot, scene_film

__all__ = [
    "Fade",
    "Film",
    "SceneTruth",
    "Shot",
    "beep_times",
    "find_beeps",
    "flash_frames",
    "is_flash",
    "make_film",
    "make_sound",
    "numbers_in",
    "read_number",
    "scene_film",
    "straight_sound",
]

# Brightness, blue and red difference of the shots.
_COLOURS = ((80, 128, 128), (150, 40, 200), (40, 220, 90), (120, 60, 40))

_QUICK: Mapping[str, Mapping[str, str]] = {
    "libx264": {"preset": "superfast", "crf": "20", "sc_threshold": "0"},
    "libx265": {"preset": "ultrafast", "x265-params": "log-level=error:pools=none:frame-threads=1"},
    "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8", "crf": "20", "lag-in-frames": "0"},
    "libvpx": {"deadline": "realtime", "cpu-used": "8", "crf": "10", "b": "2M"},
    "mpeg4": {"flags": "+qscale", "global_quality": "354"},
    "mpeg2video": {"flags": "+qscale", "global_quality": "354"},
}


@dataclass(frozen=True)
class Film:
    """A film that was made: ``times`` are the moments of its pictures in seconds, before any offset."""

    path: Path
    frames: int
    rate: Fraction
    times: tuple[Fraction, ...]
    flashes: tuple[int, ...]
    sample_rate: int


@dataclass(frozen=True)
class _Picture:
    """How the pictures are coded."""

    width: int
    height: int
    codec: str
    pixel_format: str
    gop: int
    bframes: int
    options: Mapping[str, str]


@dataclass(frozen=True)
class _Sound:
    """How the sound is coded."""

    codec: str
    sample_rate: int
    channels: int


def make_film(
    path: Path,
    *,
    frames: int,
    rate: Fraction | int = Fraction(25),
    width: int = 160,
    height: int = 90,
    codec: str = "libx264",
    pixel_format: str = "yuv420p",
    gop: int = 12,
    bframes: int = 2,
    codec_options: Mapping[str, str] | None = None,
    container_options: Mapping[str, str] | None = None,
    container_format: str | None = None,
    timestamps: Sequence[int] | None = None,
    time_base: Fraction | None = None,
    audio: bool = True,
    audio_codec: str = "aac",
    sample_rate: int = 48_000,
    channels: int = 2,
    beep_every: int | None = None,
    cuts: Sequence[int] = (),
    first_number: int = 0,
    video_start: Fraction | int = 0,
    audio_start: Fraction | int = 0,
) -> Film:
    """Write a film of ``frames`` numbered pictures (even width and height) and return what it holds.

    ``timestamps`` (in ``time_base``, default 1/1000 s) make a film of variable rate; otherwise picture
    k stands at k / rate. ``video_start`` and ``audio_start`` (seconds, may be negative) shift the
    streams. At each of ``cuts`` the colour of everything changes: a scene begins. A flash with a beep of
    one picture's length comes every ``beep_every`` pictures (default: one second), the first half of that
    after the start. Coding threads are always one.
    """
    rate = Fraction(rate)
    base = time_base or (Fraction(1, 1000) if timestamps is not None else 1 / rate)
    stamps = list(timestamps) if timestamps is not None else [round(k / rate / base) for k in range(frames)]
    if len(stamps) != frames:
        raise ValueError("one timestamp a picture")
    times = tuple(stamp * base for stamp in stamps)
    every = beep_every or max(2, round(rate))
    film = Film(path, frames, rate, times, tuple(range(every // 2, frames, every)), sample_rate)
    picture = _Picture(width, height, codec, pixel_format, gop, bframes, codec_options or {})
    sound = _Sound(audio_codec, sample_rate, channels) if audio else None
    with av.open(str(path), "w", format=container_format, options=dict(container_options or {})) as container:
        video = _add_video(container, picture, rate, base)
        track = _SoundTrack(container, sound, film, Fraction(audio_start)) if sound else None
        shift = round(Fraction(video_start) / base)
        for number, stamp in enumerate(stamps):
            shot = sum(cut <= number for cut in cuts)
            frame = _numbered(picture, number + first_number, number, number in film.flashes, shot)
            frame.pts, frame.time_base = stamp + shift, base
            container.mux(video.encode(frame))
            if track is not None:
                track.write_until(times[number] + 1 / rate)
        container.mux(video.encode(None))
        if track is not None:
            track.finish()
    return film


def make_sound(
    path: Path,
    *,
    seconds: Fraction | int,
    codec: str = "pcm_s16le",
    sample_rate: int = 48_000,
    channels: int = 2,
    container_options: Mapping[str, str] | None = None,
) -> Film:
    """Write a sound file with a beep of 40 ms every second, the first after half a second."""
    rate = Fraction(25)
    frames = int(Fraction(seconds) * rate)
    times = tuple(k / rate for k in range(frames))
    film = Film(path, frames, rate, times, tuple(range(12, frames, 25)), sample_rate)
    with av.open(str(path), "w", options=dict(container_options or {})) as container:
        track = _SoundTrack(container, _Sound(codec, sample_rate, channels), film, Fraction(0))
        track.write_until(Fraction(seconds))
        track.finish()
    return film


def _add_video(container: Any, picture: _Picture, rate: Fraction, base: Fraction) -> Any:
    options = {**_QUICK.get(picture.codec, {}), "g": str(picture.gop)}
    if picture.codec in ("libx264", "libx265", "mpeg4", "mpeg2video"):
        options["bf"] = str(picture.bframes)
    stream = container.add_stream(picture.codec, rate=rate, options={**options, **picture.options})
    stream.width, stream.height, stream.pix_fmt = picture.width, picture.height, picture.pixel_format
    stream.codec_context.thread_count = 1
    stream.codec_context.time_base = base
    return stream


def _numbered(picture: _Picture, number: int, step: int, flash: bool, shot: int) -> av.VideoFrame:
    planes = np.full((picture.height * 3 // 2, picture.width), 128, dtype=np.uint8)
    grey, blue, red = _COLOURS[shot % len(_COLOURS)]
    size = picture.height * picture.width
    planes.reshape(-1)[size : size * 5 // 4], planes.reshape(-1)[size * 5 // 4 :] = blue, red
    luma = planes[: picture.height]
    luma[:] = 235 if flash else grey + (np.arange(picture.width) + step) % picture.width * 40 // picture.width
    draw_number(luma, number)
    frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
    return frame if picture.pixel_format == "yuv420p" else frame.reformat(format=picture.pixel_format)


class _SoundTrack:
    """Encodes the beeps of a film, a little at a time so that the streams interleave."""

    def __init__(self, container: Any, sound: _Sound, film: Film, start: Fraction) -> None:
        self._container = container
        self._rate = sound.sample_rate
        # Without noise substitution AAC decodes to the same samples wherever decoding begins.
        options = {"aac_pns": "0"} if sound.codec == "aac" else {}
        self._stream = container.add_stream(sound.codec, rate=self._rate, options=options)
        self._layout = {1: "mono", 2: "stereo", 6: "5.1", 8: "7.1"}[sound.channels]
        self._stream.codec_context.layout = self._layout
        self._stream.codec_context.thread_count = 1
        self._shift = round(start * self._rate)
        starts = [round(film.times[number] * self._rate) for number in film.flashes]
        length = round(self._rate / film.rate)
        total = round((film.times[-1] + 1 / film.rate) * self._rate)
        self._samples = beep_track(total, self._rate, sound.channels, starts, length)
        self._written = 0

    def write_until(self, moment: Fraction) -> None:
        end = min(round(moment * self._rate), len(self._samples))
        if end <= self._written:
            return
        piece = np.ascontiguousarray(self._samples[self._written : end].reshape(1, -1))
        frame = av.AudioFrame.from_ndarray(piece, format="flt", layout=self._layout)
        frame.sample_rate = self._rate
        frame.time_base = Fraction(1, self._rate)
        frame.pts = self._written + self._shift
        self._container.mux(self._stream.encode(frame))
        self._written = end

    def finish(self) -> None:
        self._container.mux(self._stream.encode(None))


def numbers_in(path: Path) -> list[int | None]:
    """Numbers of all pictures as a plain decode from start to end gives them."""
    with av.open(str(path)) as container:
        return [read_number(frame) for frame in container.decode(video=0)]


def flash_frames(path: Path) -> list[int]:
    """Positions of the flashes among the pictures of a plain decode."""
    with av.open(str(path)) as container:
        return [position for position, frame in enumerate(container.decode(video=0)) if is_flash(frame)]


def straight_sound(path: Path, stream: int = 0) -> tuple[npt.NDArray[np.float32], int, Fraction]:
    """All sound of a plain decode, shape (samples, channels), its rate, and its first moment after
    the container's start in seconds. The file must have no gaps."""
    with av.open(str(path)) as container:
        source = container.streams.audio[stream]
        rate = source.codec_context.sample_rate
        resampler = av.AudioResampler(format="flt", layout=source.codec_context.layout, rate=rate)
        channels = source.codec_context.layout.nb_channels
        pieces: list[npt.NDArray[np.float32]] = []
        first: Fraction | None = None
        for decoded in (*container.decode(source), None):
            if decoded is not None and first is None and decoded.pts is not None and decoded.time_base is not None:
                first = decoded.pts * decoded.time_base
            arrays = [frame.to_ndarray() for frame in resampler.resample(decoded)]
            pieces += [np.asarray(array, dtype=np.float32).reshape(-1, channels) for array in arrays]
        start = Fraction(container.start_time or 0, 1_000_000)
        return np.concatenate(pieces), rate, (first or Fraction(0)) - start


def beep_times(path: Path, stream: int = 0) -> list[float]:
    """Onsets of the beeps in seconds after the container's start, from a plain decode."""
    samples, rate, first = straight_sound(path, stream)
    return [float(first) + onset / rate for onset in find_beeps(samples, rate)]
