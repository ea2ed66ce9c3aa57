"""Small documents of generated films, and the media to render them from."""

from __future__ import annotations

from collections.abc import Sequence as Several
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Literal

import av
import numpy as np
import numpy.typing as npt

from app.core.base import time
from app.core.base.ids import new_id
from app.core.media.index_build import build_index
from app.core.media.pyav_source import PyAVVideoSource
from app.core.media.source import AudioSource, VideoSource
from app.core.model.asset import Asset, AudioStream, Color, MediaInfo, VideoStream
from app.core.model.clip import Clip, Gap, Item
from app.core.model.project import Project
from app.core.model.sequence import Sequence, SequenceFormat, Track
from app.core.render.plan import RenderPlan, make_plan
from tests.helpers.media import straight_sound


class PlainSound:
    """All sound of a file in memory, silence around it."""

    def __init__(self, path: Path, rate: int, channels: int) -> None:
        samples, own_rate, first = straight_sound(path)
        assert own_rate == rate
        self._samples = samples[:, :channels] if samples.shape[1] >= channels else np.repeat(samples, channels, 1)
        self._first = round(first * rate)

    def read(self, start_sample: int, samples: int) -> npt.NDArray[np.float32]:
        numbers = np.arange(start_sample, start_sample + samples) - self._first
        heard = np.zeros((samples, self._samples.shape[1]), np.float32)
        there = (numbers >= 0) & (numbers < len(self._samples))
        heard[there] = self._samples[numbers[there]]
        return heard

    def close(self) -> None:
        pass


class OpenFilms:
    """Open media by asset; ``decoded`` counts how often a picture was asked of each."""

    def __init__(self) -> None:
        self._videos: dict[str, PyAVVideoSource] = {}
        self._sounds: dict[str, PlainSound] = {}
        self.decoded: dict[str, int] = {}

    def video(self, asset: Asset) -> VideoSource:
        self.decoded[asset.id] = self.decoded.get(asset.id, 0) + 1
        if asset.id not in self._videos:
            self._videos[asset.id] = PyAVVideoSource(asset.path, build_index(asset.path), threads=1)
        return self._videos[asset.id]

    def audio(self, asset: Asset, rate: int, channels: int) -> AudioSource:
        if asset.id not in self._sounds:
            self._sounds[asset.id] = PlainSound(Path(asset.path), rate, channels)
        return self._sounds[asset.id]

    def close(self) -> None:
        for source in self._videos.values():
            source.close()


def asset_of(path: Path, **changes: object) -> Asset:
    """An asset for a generated film; ``changes`` are of its :class:`VideoStream`."""
    with av.open(str(path)) as container:
        video = _video_stream(container) if container.streams.video else None
        sounds = [
            AudioStream(
                each.index,
                each.codec_context.name,
                each.codec_context.sample_rate,
                each.codec_context.layout.nb_channels,
                each.codec_context.layout.name,
                0,
                time.from_pts(each.duration or 0, each.time_base or Fraction(1)),
            )
            for each in container.streams.audio
        ]
        kind: Literal["video", "audio"] = "audio" if video is None else "video"
        info = MediaInfo(kind, container.format.name, None, video, tuple(sounds))
    if video is not None and changes:
        info = replace(info, video=replace(video, **changes))  # type: ignore[arg-type]
    return Asset(new_id(), path.name, str(path), path.stat().st_size, path.name, info)


def _video_stream(container: av.container.InputContainer) -> VideoStream:
    stream = container.streams.video[0]
    context = stream.codec_context
    return VideoStream(
        index=stream.index,
        codec=context.name,
        width=context.width,
        height=context.height,
        coded_width=context.width,
        coded_height=context.height,
        rate=Fraction(stream.average_rate or 25),
        variable_rate=False,
        frames=stream.frames or None,
        start=0,
        duration=time.from_pts(stream.duration or 0, stream.time_base or Fraction(1)),
        pixel_format=context.pix_fmt or "",
        bit_depth=8,
        color=Color(),
    )


def clip(asset: Asset, first: int, frames: int, rate: Fraction | int, gain_db: float = 0.0) -> Clip:
    """``frames`` frames of ``asset`` from its frame ``first``, at the rate of the sequence."""
    rate = Fraction(rate)
    start, end = time.frame_start(first, rate), time.frame_start(first + frames, rate)
    return Clip(new_id(), asset.id, start, end - start, gain_db=gain_db)


def gap(frames: int, rate: Fraction | int) -> Gap:
    return Gap(time.frame_start(frames, Fraction(rate)))


def track(
    kind: Literal["video", "audio"], *items: Item, muted: bool = False, solo: bool = False, hidden: bool = False
) -> Track:
    return Track(new_id(), kind, kind, tuple(items), muted=muted, solo=solo, hidden=hidden)


def project_of(
    assets: Several[Asset],
    video: Several[Track],
    audio: Several[Track] = (),
    *,
    rate: Fraction | int = 25,
    size: tuple[int, int] = (160, 90),
    channels: int = 2,
) -> tuple[Project, Sequence]:
    """A project of one sequence."""
    wanted = SequenceFormat(size[0], size[1], Fraction(rate), channels=channels)
    sequence = Sequence(new_id(), "Sequence 1", wanted, tuple(video), tuple(audio))
    return Project(new_id(), "Project", tuple(assets), (sequence,)), sequence


def straight_plan(
    asset: Asset,
    cuts: Several[tuple[int, int]],
    rate: Fraction | int = 25,
    size: tuple[int, int] = (160, 90),
    sound: bool = True,
) -> RenderPlan:
    """Pieces ``(first frame, frames)`` of one asset one after another, picture and sound."""
    pieces = [clip(asset, first, frames, rate) for first, frames in cuts]
    heard = [replace(piece, id=new_id()) for piece in pieces]
    audio = [track("audio", *heard)] if sound else []
    return make_plan(*project_of([asset], [track("video", *pieces)], audio, rate=rate, size=size))
