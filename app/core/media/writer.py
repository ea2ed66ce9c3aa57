"""Encoding and muxing: pictures and sound in, a film file out.

The caller chooses a path that nobody else reads yet and renames it when :meth:`MovieWriter.finish`
has returned; :meth:`MovieWriter.abort` leaves nothing behind.
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from pathlib import Path
from types import TracebackType

import av
import av.error
import numpy as np
import numpy.typing as npt

from app.core.base import time
from app.core.base.files import write_error
from app.core.base.time import Flicks
from app.core.media.timed_text import CLOCK, TextTrack, TimedText, add_text_stream, packet_of, samples_of
from app.core.model.asset import Color

AAC_FRAME = 1024  # samples that one packet of AAC holds (ISO/IEC 14496-3)
_LAYOUTS = {1: "mono", 2: "stereo", 3: "2.1", 4: "4.0", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}
# ffmpeg prints these two transfer curves by one name and reads them by another.
_TRANSFER_OPTIONS = {"bt470m": "gamma22", "bt470bg": "gamma28"}
_RANGE_OPTIONS = {"limited": "tv", "full": "pc"}

Sound = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class VideoSettings:
    """How pictures are encoded. ``speed`` is x264's preset, ``crf`` its constant rate factor.

    ``key_interval`` is the longest distance of key frames (None: the encoder's default, 250);
    ``threads`` 0 lets the encoder choose.
    """

    width: int
    height: int
    rate: Fraction
    crf: int = 23
    speed: str = "medium"
    color: Color = field(default_factory=Color)
    key_interval: int | None = None
    threads: int = 0
    codec: str = "libx264"

    def __post_init__(self) -> None:
        if self.width < 2 or self.height < 2 or self.width % 2 or self.height % 2:
            raise ValueError(f"pictures of 4:2:0 have even sizes, not {self.width}x{self.height}")


@dataclass(frozen=True, slots=True)
class AudioSettings:
    """How sound is encoded; ``bit_rate`` in bits a second for all channels together."""

    rate: int = 48_000
    channels: int = 2
    bit_rate: int = 160_000
    codec: str = "aac"

    def __post_init__(self) -> None:
        if self.channels not in _LAYOUTS:
            raise ValueError(f"no layout of {self.channels} channels")


@dataclass(frozen=True, slots=True)
class WrittenMovie:
    """What went into a finished file. ``encoder`` is the settings string of x264 as it stands in
    the stream ("" for other encoders): what was really used, not what was asked for."""

    frames: int
    samples: int
    encoder: str


class MovieWriter:
    """One film file being written, of constant rate: picture n stands at n / rate exactly.

    Used from one thread. As a context manager it finishes, or aborts where the block fails.
    Where ``duration`` is known, room for the index is kept at the front and finishing costs
    nothing; without it the file is rewritten once at the end. The index comes first either way.
    ``subtitles`` become a track of their own, each text before the picture that it begins with.

    Raises (all calls):
        UserError: the disk is full, the place cannot be written; names ``target`` (default ``path``).
    """

    def __init__(
        self,
        path: Path,
        video: VideoSettings | None,
        audio: AudioSettings | None,
        container: str = "mp4",
        *,
        duration: Flicks | None = None,
        target: Path | None = None,
        subtitles: TextTrack | None = None,
    ) -> None:
        self._path = path
        self._target = target or path
        self._video_settings = video
        self._frames = 0
        self._samples = 0
        self._encoder: str | None = None
        self._pending: Sound = np.zeros((0, audio.channels if audio else 0), np.float32)
        self._done = False
        self._texts: deque[TimedText] = deque(samples_of(subtitles.texts) if subtitles else ())
        options = _container_options(container, video, audio, duration, len(self._texts))
        with self._translated():
            # "file:" keeps names such as "a:b.mp4" from being read as protocols.
            self._container = av.open(f"file:{path.absolute()}", "w", format=container, container_options=options)
        self._video = _add_video(self._container, video) if video else None
        self._audio = _add_audio(self._container, audio) if audio else None
        self._subtitles = add_text_stream(self._container, subtitles) if subtitles else None

    def write_picture(self, frame: av.VideoFrame) -> None:
        """Encode the next picture: yuv420p of exactly the size in the settings.

        The frame may be a decoder's own, shared or used again: nothing of it is changed.
        """
        settings = self._video_settings
        if settings is None or self._video is None:
            raise ValueError("this film has no picture")
        if (frame.width, frame.height, frame.format.name) != (settings.width, settings.height, "yuv420p"):
            raise ValueError(f"a picture of {frame.width}x{frame.height} {frame.format.name} does not fit this film")
        self._mux_texts((self._frames + 1) / settings.rate)
        with self._translated(), _stamped(frame, self._frames, 1 / settings.rate):
            for packet in self._video.codec_context.encode_lazy(frame):
                self._mux_picture(packet)
        self._frames += 1

    def write_sound(self, samples: Sound) -> None:
        """Encode the next samples, shape (n, channels), any n."""
        if self._audio is None:
            raise ValueError("this film has no sound")
        self._pending = np.concatenate((self._pending, samples))
        whole = len(self._pending) - len(self._pending) % AAC_FRAME
        for start in range(0, whole, AAC_FRAME):
            self._encode_sound(self._pending[start : start + AAC_FRAME])
        self._pending = self._pending[whole:]

    def finish(self, check: Callable[[], None] | None = None) -> WrittenMovie:
        """Encode what is still held back, write the index, close.

        ``check`` is called between packets; what it raises (``Cancelled``) comes out of here, and
        the film must then be aborted.
        """
        with self._translated():
            if self._audio is not None:
                if len(self._pending):
                    self._encode_sound(self._pending)
                    self._pending = self._pending[:0]
                self._container.mux(self._audio.encode(None))
            self._mux_texts(None)
            if self._video is not None:
                for packet in self._video.codec_context.encode_lazy(None):
                    self._mux_picture(packet)
                    if check is not None:
                        check()
            self._done = True
            self._container.close()
        return WrittenMovie(self._frames, self._samples, self._encoder or "")

    def abort(self) -> None:
        """Throw the film away, whatever state it is in. Safe to call twice, and after a failure."""
        self._done = True
        # Closing writes an index, which would make a playable stump: the name goes first
        # where an open file can lose its name, and after closing where it cannot.
        with contextlib.suppress(OSError):
            self._path.unlink()
        with contextlib.suppress(OSError, av.error.FFmpegError):
            self._container.close()
        with contextlib.suppress(OSError):
            self._path.unlink()

    def __enter__(self) -> MovieWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self.abort()
        elif not self._done:
            try:
                self.finish()
            except BaseException:
                self.abort()
                raise

    def _mux_picture(self, packet: av.Packet[av.VideoStream]) -> None:
        assert self._video is not None
        if self._encoder is None:
            self._encoder = x264_settings(bytes(packet))
        packet.stream = self._video
        self._container.mux(packet)

    def _mux_texts(self, until: Fraction | None) -> None:
        """Write the texts that begin before second ``until``, or all that are left."""
        while self._subtitles is not None and self._texts and (until is None or self._texts[0].start * CLOCK < until):
            with self._translated():
                self._container.mux(packet_of(self._texts.popleft(), self._subtitles))

    def _encode_sound(self, samples: Sound) -> None:
        assert self._audio is not None
        context = self._audio.codec_context
        planes = np.ascontiguousarray(samples.T)
        frame = av.AudioFrame.from_ndarray(planes, format="fltp", layout=context.layout.name)
        frame.sample_rate = context.sample_rate
        frame.time_base = Fraction(1, context.sample_rate)
        frame.pts = self._samples
        with self._translated():
            self._container.mux(self._audio.encode(frame))
        self._samples += len(samples)

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise write_error(self._target, error) from error


def x264_settings(packet: bytes) -> str:
    """The settings that x264 writes into the first packet of its stream, or "" where there are none."""
    start = packet.find(b"x264 - core ")
    if start < 0:
        return ""
    return packet[start : packet.find(b"\0", start)].decode("ascii", "replace")


def index_room(frames: int, sound_packets: int, texts: int = 0) -> int:
    """Bytes that the index (moov) of an MP4 of constant rate takes at most.

    Per picture: size 4, composition offset 8, key frame 4, dependency 1, chunk 12 + 8; per sound
    packet: size 4, chunk 12 + 8 (ISO/IEC 14496-12); per text, and for the empty one with which
    libavformat may end it: size 4, duration 8, chunk 12 + 8; and the boxes around them.
    """
    return 8192 + 37 * frames + 24 * sound_packets + 2 * 32 * texts


def _container_options(
    container: str, video: VideoSettings | None, audio: AudioSettings | None, duration: Flicks | None, texts: int
) -> dict[str, str]:
    if container not in ("mp4", "mov"):
        return {}
    # The length of each track is written in this unit; the default, 1/1000 s, would cut samples off.
    unit = lcm(video.rate.numerator if video else 1, audio.rate if audio else 1)
    options = {"movie_timescale": str(unit)} if unit < 1 << 31 else {}
    if duration is None:
        return {**options, "movflags": "+faststart"}
    # Not +faststart: it copies the whole file inside one call that can neither be cancelled
    # nor let another thread of Python run.
    frames = time.frames_covering(duration, video.rate) if video else 0
    packets = time.sample_at(duration, audio.rate) // AAC_FRAME + 3 if audio else 0
    return {**options, "moov_size": str(index_room(frames, packets, texts))}


def _add_video(container: av.container.OutputContainer, settings: VideoSettings) -> av.VideoStream:
    options = {"crf": str(settings.crf), "preset": settings.speed, **_color_options(settings.color)}
    if settings.key_interval is not None:
        options["g"] = str(settings.key_interval)
    stream = container.add_stream(
        settings.codec,
        rate=settings.rate,
        options=options,
        width=settings.width,
        height=settings.height,
        time_base=1 / settings.rate,
    )
    assert isinstance(stream, av.VideoStream)
    context = stream.codec_context
    context.pix_fmt = "yuv420p"
    context.sample_aspect_ratio = Fraction(1)
    # PyAV's default, slices, makes x264 cut each picture into slices: worse and no faster.
    context.thread_type = "AUTO"
    context.thread_count = settings.threads
    return stream


def _color_options(color: Color) -> dict[str, str]:
    transfer = _TRANSFER_OPTIONS.get(color.transfer or "", color.transfer)
    options = {
        "color_primaries": color.primaries,
        "color_trc": transfer,
        "colorspace": color.matrix,
        "color_range": _RANGE_OPTIONS.get(color.range or ""),
    }
    return {name: value for name, value in options.items() if value}


def _add_audio(container: av.container.OutputContainer, settings: AudioSettings) -> av.AudioStream:
    stream = container.add_stream(
        settings.codec, rate=settings.rate, layout=_LAYOUTS[settings.channels], bit_rate=settings.bit_rate
    )
    assert isinstance(stream, av.AudioStream)
    return stream


@contextlib.contextmanager
def _stamped(frame: av.VideoFrame, number: int, time_base: Fraction) -> Iterator[None]:
    """Lend ``frame`` another time: the encoder reads it from the frame, which belongs to its source."""
    own = frame.pts, frame.time_base, frame.duration, frame.pict_type
    frame.pts, frame.time_base, frame.duration = number, time_base, 1
    frame.pict_type = 0  # else x264 is forced to the picture types of the source
    try:
        yield
    finally:
        frame.pts, own_base, frame.duration, frame.pict_type = own
        if own_base is not None:
            frame.time_base = own_base
