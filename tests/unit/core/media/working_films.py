"""Small numbered films for proxies, thumbnails and segments, and a plain look at what came out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import av

from app.core.media.index import FrameIndex
from app.core.media.index_build import build_index
from app.core.media.probe import probe
from app.core.model.asset import MediaInfo, VideoStream
from tests.helpers.media import Film, make_film, read_number


@dataclass(frozen=True)
class Working:
    """A film with what the code under test is given of it."""

    film: Film
    info: MediaInfo
    index: FrameIndex

    @property
    def path(self) -> Path:
        return self.film.path

    @property
    def video(self) -> VideoStream:
        assert self.info.video is not None
        return self.info.video


@dataclass(frozen=True)
class Look:
    """What a plain decode of a film gives: numbers, times in seconds, and facts about the streams."""

    numbers: list[int | None]
    times: list[float]
    keys: list[bool]
    pixel_format: str
    size: tuple[int, int]
    aspect: object
    rotation: int
    kinds: list[str]


def working_film(path: Path, **options: object) -> Working:
    """A film of ``make_film``, probed and indexed."""
    film = make_film(path, **options)  # type: ignore[arg-type]  # the options of make_film, whatever they are
    return known(film)


def known(film: Film) -> Working:
    """``film``, probed and indexed as it is now."""
    info = probe(film.path)
    return Working(film, info, build_index(film.path))


def look(path: Path) -> Look:
    """A plain decode from start to end."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        frames = list(container.decode(stream))
        return Look(
            numbers=[read_number(frame) for frame in frames],
            times=[float(frame.pts * stream.time_base) for frame in frames],  # type: ignore[operator]
            keys=[bool(frame.key_frame) for frame in frames],
            pixel_format=frames[0].format.name,
            size=(frames[0].width, frames[0].height),
            aspect=stream.sample_aspect_ratio,
            rotation=frames[0].rotation,
            kinds=[each.type for each in container.streams],
        )
