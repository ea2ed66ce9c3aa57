"""A film that never was: sources, loudspeakers and a project for tests of playing."""

from __future__ import annotations

from fractions import Fraction
from typing import cast

import av
import numpy as np
import numpy.typing as npt

from app.core.base import time
from app.core.base.errors import UserError
from app.core.media.source import AudioSource, VideoSource
from app.core.model.asset import Asset, AudioStream, MediaInfo, VideoStream
from app.core.model.clip import Clip
from app.core.model.project import Project
from app.core.model.sequence import Sequence, SequenceFormat, Track
from app.core.render.sound_feed import SoundFeed

RATE = Fraction(25)
FRAME = time.frame_duration(RATE)
FRAMES = 100


class NumberedPictures:
    """Every picture is as bright as its number."""

    width = 32
    stand_in = None

    def __init__(self, gone: bool = False) -> None:
        self.gone = gone

    def frame_at(self, moment: int) -> av.VideoFrame:
        if self.gone:
            raise UserError("film.mp4", "it is gone", "put it back")
        planes = np.full((24, self.width), 128, np.uint8)
        planes[:16] = 16 + time.frame_at(moment, RATE)
        return av.VideoFrame.from_ndarray(planes, format="yuv420p")


class CountedSound:
    def read(self, start: int, count: int) -> npt.NDArray[np.float32]:
        numbers = np.arange(start, start + count, dtype=np.float32) / 1e6
        return np.repeat(numbers[:, None], 2, axis=1)


class FakeSources:
    def __init__(self, gone: bool = False) -> None:
        self.pictures = NumberedPictures(gone)
        self.closed = False

    def video(self, asset: Asset) -> VideoSource:
        return cast("VideoSource", self.pictures)

    def audio(self, asset: Asset, rate: int, channels: int) -> AudioSource:
        return cast("AudioSource", CountedSound())

    def close(self) -> None:
        self.closed = True


class FakeOutput:
    """Loudspeakers that hear as much as the test says."""

    def __init__(self, device: bool = True) -> None:
        self.device = device
        self.feed: SoundFeed | None = None
        self.seconds: float | None = 0.0

    def start(self, feed: SoundFeed, rate: int, channels: int) -> bool:
        self.feed = feed
        return self.device

    def stop(self) -> None:
        self.feed = None

    def heard(self) -> float | None:
        return self.seconds


def project_of(frames: int = FRAMES, width: int = 32) -> Project:
    """One clip with picture and sound, ``width`` x 16 at 25 fps."""
    video = VideoStream(0, "h264", width, 16, width, 16, RATE, False, frames, 0, frames * FRAME, "yuv420p", 8)
    sound = AudioStream(1, "aac", 48_000, 2, "stereo", 0, frames * FRAME)
    info = MediaInfo("video", "mp4", frames * FRAME, video, (sound,))
    asset = Asset("asset", "film", "/film.mp4", 1, "print", info)
    tracks = [
        Track(kind, kind, kind, (Clip(f"clip {kind}", "asset", 0, frames * FRAME),)) for kind in ("video", "audio")
    ]
    sequence = Sequence("sequence", "Film", SequenceFormat(width, 16, RATE), (tracks[0],), (tracks[1],))
    return Project("project", "Film", (asset,), (sequence,))
