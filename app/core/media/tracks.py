"""Tracks of films that are made for working with: every picture a key frame, or packets passed on as they are.

Unlike :mod:`app.core.media.writer` these keep the times of the source, constant or not, its pixel
aspect and its depth.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
from av.video.reformatter import Colorspace

from app.core.base.time import SECOND
from app.core.media.fields import FieldOrder, FieldScaler
from app.core.media.index import FrameIndex
from app.core.media.picture_facts import bit_depth
from app.core.media.scaling import Scaler, widen_alpha
from app.core.media.writer import AudioSettings
from app.core.model.asset import Color

Sound = npt.NDArray[np.float32]

_LAYOUTS = {1: "mono", 2: "stereo", 3: "2.1", 4: "quad", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}
# What ffmpeg prints by one name and reads by another.
_TRANSFERS = {"bt470m": "gamma22", "bt470bg": "gamma28"}
_RANGES = {"limited": "tv", "full": "pc"}
# As FFmpeg tags interleaved lines: see app.core.media.fields.
_FIELD_ORDERS: dict[FieldOrder, str] = {"tff": "tb", "bff": "bt"}
SOUND_FRAME = 1024  # samples in one packet
_LARGEST_UNIT = 1 << 31
_SHALLOW = 8


@dataclass(frozen=True, slots=True)
class PictureSettings:
    """How pictures are encoded, each for itself. ``speed`` is x264's preset, ``tune`` its tuning.

    ``even`` spends bits on all pictures alike: ``crf`` is then their quantiser. Otherwise x264 saves
    them where it is busy, which with key frames only goes much further than with long GOPs.

    ``alpha`` makes it ProRes 4444, which keeps transparency and asks for none of these three; ``color`` must
    be of the limited range then: a MOV of ProRes has no place to say another. ``fields`` keeps pictures
    interlaced, in this order.
    """

    width: int
    height: int
    pixel_format: str
    crf: int
    speed: str
    rate: Fraction
    time_base: Fraction
    tune: str = ""
    even: bool = False
    sample_aspect: Fraction = Fraction(1)
    color: Color = field(default_factory=Color)
    threads: int = 0
    alpha: bool = False
    fields: FieldOrder | None = None


@dataclass(frozen=True, eq=False)
class PictureClock:
    """The times of a film's frames in whole units, as a container wants them.

    ``stamps`` has one more entry than there are frames: the end of the last. Constant rates count
    frames, others keep the stamps of the source.
    """

    time_base: Fraction
    stamps: npt.NDArray[np.int64]

    @classmethod
    def of(cls, index: FrameIndex) -> PictureClock:
        """The clock of a film; frame 0 is at 0."""
        if not index.variable_rate:
            return cls(1 / index.rate, np.arange(len(index) + 1, dtype=np.int64))
        base = index.time_base
        last = Fraction(index.end - int(index.times[-1]), SECOND) / base
        stamps = index.pts - index.pts[0]
        return cls(base, np.append(stamps, stamps[-1] + max(1, round(last))))

    def duration(self, number: int) -> int:
        """How long frame ``number`` is shown."""
        return int(self.stamps[number + 1] - self.stamps[number])


def open_container(path: Path, kind: str, unit: int, room: int = 0) -> av.container.OutputContainer:
    """A film file (``mp4`` or ``mov``) to write; lengths are kept to 1 / ``unit`` s.

    With ``room`` bytes for it, the index comes first (``writer.index_room`` says how many it takes);
    else last. Not by moving the film behind it in the end: that copies it all inside one call that can
    neither be cancelled nor tell that it is alive.
    """
    options = {"moov_size": str(room)} if room else {}
    if unit < _LARGEST_UNIT:
        options["movie_timescale"] = str(unit)
    # "file:" keeps names such as "a:b.mp4" from being read as protocols.
    return av.open(f"file:{path.absolute()}", "w", format=kind, container_options=options)


def common_unit(clock: PictureClock, *sounds: AudioSettings) -> int:
    """Parts of a second in which the lengths of all tracks are whole."""
    return math.lcm(clock.time_base.denominator, *(sound.rate for sound in sounds))


class EncodedPictures:
    """A picture track of key frames only. Stamps ascend."""

    def __init__(self, container: av.container.OutputContainer, settings: PictureSettings) -> None:
        self._container = container
        self._settings = settings
        stream = container.add_stream(
            "prores_ks" if settings.alpha else "libx264",
            rate=settings.rate,
            options=_encoder_options(settings),
            width=settings.width,
            height=settings.height,
            time_base=settings.time_base,
        )
        assert isinstance(stream, av.VideoStream)
        context = stream.codec_context
        context.pix_fmt = settings.pixel_format
        context.sample_aspect_ratio = settings.sample_aspect
        # PyAV's default, slices, makes x264 cut each picture into slices: worse and no faster.
        context.thread_type = "AUTO"
        context.thread_count = settings.threads
        self._stream = stream
        self._durations: dict[int, int] = {}
        self._scaler = _scaler(settings)

    def write(self, frame: av.VideoFrame, stamp: int, duration: int) -> None:
        """Encode ``frame``, of any size and format; it is not changed."""
        settings = self._settings
        picture = self._scaler.scaled(frame)
        if settings.alpha and picture is not frame and bit_depth(frame) == _SHALLOW:
            widen_alpha(picture)
        own = (picture.pts, picture.time_base, picture.pict_type) if picture is frame else None
        picture.pts, picture.time_base = stamp, settings.time_base
        picture.pict_type = 0  # else x264 is forced to the picture types of the source
        self._durations[stamp] = duration
        self._mux(self._stream.encode(picture))
        if own is not None:
            frame.pts, frame.pict_type = own[0], own[2]
            if own[1] is not None:
                frame.time_base = own[1]

    def finish(self) -> None:
        """Encode what is still held back."""
        self._mux(self._stream.encode(None))

    def _mux(self, packets: list[av.Packet[Any]]) -> None:
        for packet in packets:
            if packet.pts is not None and packet.time_base is not None:
                stamp = round(packet.pts * packet.time_base / self._settings.time_base)
                packet.duration = round(self._durations.pop(stamp, 1) * self._settings.time_base / packet.time_base)
            self._container.mux(packet)


class CopiedPictures:
    """A picture track of packets that another film of key frames lends."""

    def __init__(self, container: av.container.OutputContainer, template: av.VideoStream, time_base: Fraction) -> None:
        stream = container.add_stream_from_template(template)
        assert isinstance(stream, av.VideoStream)
        stream.time_base = time_base
        self._container = container
        self._stream = stream
        self._time_base = time_base

    def write(self, packet: av.Packet[Any], stamp: int, duration: int) -> None:
        """Pass ``packet`` on at another time."""
        packet.stream = self._stream
        packet.time_base = self._time_base
        packet.pts = packet.dts = stamp
        packet.duration = duration
        self._container.mux(packet)

    def finish(self) -> None:
        """Nothing is held back."""


class SoundTrack:
    """A sound track whose first sample is at time 0."""

    def __init__(
        self, container: av.container.OutputContainer, settings: AudioSettings, language: str | None = None
    ) -> None:
        layout = _LAYOUTS[settings.channels]
        stream = container.add_stream(settings.codec, rate=settings.rate, layout=layout, bit_rate=settings.bit_rate)
        assert isinstance(stream, av.AudioStream)
        if language is not None:
            stream.metadata["language"] = language
        self._container = container
        self._stream = stream
        self._layout = layout
        self._rate = settings.rate
        self._whole = settings.codec.startswith("pcm_")
        self._pending: Sound = np.zeros((0, settings.channels), np.float32)
        self._samples = 0

    def write(self, samples: Sound) -> None:
        """Encode the next samples, shape (n, channels), any n."""
        self._pending = np.concatenate((self._pending, samples))
        whole = len(self._pending) - len(self._pending) % SOUND_FRAME
        for start in range(0, whole, SOUND_FRAME):
            self._encode(self._pending[start : start + SOUND_FRAME])
        self._pending = self._pending[whole:]

    def finish(self) -> None:
        """Encode what is still held back."""
        if len(self._pending):
            self._encode(self._pending)
            self._pending = self._pending[:0]
        self._container.mux(self._stream.encode(None))

    def _encode(self, samples: Sound) -> None:
        if self._whole:
            numbers = np.clip(np.round(samples.astype(np.float64) * 2**31), -(2**31), 2**31 - 1).astype(np.int32)
            frame = av.AudioFrame.from_ndarray(numbers.reshape(1, -1), format="s32", layout=self._layout)
        else:
            # Packed: PyAV writes at most seven planes. The encoder's own resampler parts the channels.
            packed = np.ascontiguousarray(samples, np.float32).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(packed, format="flt", layout=self._layout)
        frame.sample_rate = self._rate
        frame.time_base = Fraction(1, self._rate)
        frame.pts = self._samples
        self._samples += len(samples)
        self._container.mux(self._stream.encode(frame))


def _scaler(settings: PictureSettings) -> Scaler | FieldScaler:
    size = settings.width, settings.height
    if settings.fields is not None:
        return FieldScaler(*size, settings.pixel_format, settings.fields, limited=settings.alpha)
    matrix = Colorspace.ITU709 if settings.color.matrix == "bt709" else None
    return Scaler(*size, settings.pixel_format, matrix=matrix, alpha=settings.alpha)


def _encoder_options(settings: PictureSettings) -> dict[str, str]:
    options = _color_options(settings.color)
    if settings.fields is not None:
        options |= {"flags": "+ildct", "field_order": _FIELD_ORDERS[settings.fields]}
    if settings.alpha:
        return options | {"profile": "4444", "alpha_bits": "16", "vendor": "apl0"}
    options |= {"crf": str(settings.crf), "preset": settings.speed, "g": "1"}
    if settings.fields is not None:
        options["x264-params"] = f"{settings.fields}=1"  # for the header, which is written before the first frame
    if settings.even:
        options |= {"qcomp": "1", "aq-mode": "0"}
    if settings.tune:
        options["tune"] = settings.tune
    return options


def _color_options(color: Color) -> dict[str, str]:
    options = {
        "color_primaries": color.primaries,
        "color_trc": _TRANSFERS.get(color.transfer or "", color.transfer),
        "colorspace": color.matrix,
        "color_range": _RANGES.get(color.range or ""),
    }
    return {name: value for name, value in options.items() if value}
