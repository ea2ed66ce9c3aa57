"""Playback by proxy: frame k is frame k of the film, scaled; what is not there comes from the film."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.core.media.display_matrix import write_display_matrix
from app.core.media.proxy import ProxyChunk, proxy_settings
from app.core.media.proxy_source import ProxySource
from app.core.media.pyav_source import PyAVVideoSource
from app.core.media.segments import ProxyPart
from app.core.media.source import VideoSource
from app.core.media.tracks import PictureClock
from app.core.session.ingest_chunks import plan_chunks
from tests.helpers.media import read_number
from tests.helpers.soak import say_claim, soak_count, soak_random
from tests.unit.core.media.working_films import Working, known, working_film

SHAPES: dict[str, dict[str, Any]] = {
    "constant": {"gop": 60},
    "variable": {"gop": 40, "timestamps": [number * 40 + number * number % 17 for number in range(120)]},
    "open GOP": {"gop": 25, "bframes": 3, "codec_options": {"x264-params": "open-gop=1"}},
    "odd pixels": {"gop": 60, "codec_options": {"aspect": "16:9"}, "width": 144, "height": 116},
    "late": {"gop": 60, "video_start": 2},
}


def proxied(film: Working, folder: Path, length: int = 30) -> list[ProxyPart]:
    """The proxy of ``film`` in parts of at least ``length`` frames."""
    folder.mkdir()
    parts = []
    source = PyAVVideoSource(film.path, film.index)
    for first, end in ((chunk.first, chunk.end) for chunk in plan_chunks(film.index, length * 28_224_000)):
        part = ProxyPart(folder / f"{first}.mp4", first, end)
        chunk = ProxyChunk(part.path, proxy_settings(film.video, film.index), PictureClock.of(film.index))
        for number in range(first, end):
            chunk.add(number, source.frame(number))
        chunk.finish()
        parts.append(part)
    source.close()
    return parts


class Opened:
    """A proxy source whose parts can be taken away; counts how often the film itself was opened."""

    def __init__(self, film: Working, parts: list[ProxyPart]) -> None:
        self.done = {part.first for part in parts}
        self.films = 0
        self.now = 0.0
        self._film = film
        self.source = ProxySource(
            film.video, film.index, parts, lambda part: part.first in self.done, self._open, lambda: self.now
        )

    def _open(self) -> VideoSource:
        self.films += 1
        return PyAVVideoSource(self._film.path, self._film.index)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Working:
    return working_film(tmp_path_factory.mktemp("proxied") / "film.mp4", frames=120, gop=40, audio=False)


@pytest.fixture
def opened(film: Working, tmp_path: Path) -> Iterator[Opened]:
    opened = Opened(film, proxied(film, tmp_path / "parts"))
    yield opened
    opened.source.close()


@pytest.mark.soak
@pytest.mark.parametrize("shape", SHAPES)
def test_any_frame_is_that_frame_of_the_film(shape: str, tmp_path: Path) -> None:
    ending = "mkv" if shape == "variable" else "ts" if shape == "open GOP" else "mp4"
    film = working_film(tmp_path / f"film.{ending}", frames=120, audio=False, **SHAPES[shape])
    opened = Opened(film, proxied(film, tmp_path / "parts"))
    chance = soak_random(f"proxy {shape}")
    count = soak_count(500)
    for _ in range(count):
        number = chance.randrange(len(film.index))
        moment = chance.randrange(film.index.time_of(number), film.index.end_of(number))
        assert read_number(opened.source.frame_at(moment)) == number
    opened.source.close()
    assert opened.films == 0
    say_claim(f"frame k of the proxy is frame k of the film ({shape})", count)


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_turned_films_are_turned_by_whoever_shows_them(rotation: int, tmp_path: Path) -> None:
    film = working_film(tmp_path / "film.mp4", frames=50, gop=50, audio=False)
    write_display_matrix(film.path, 160, 90, rotation, mirrored=False)
    turned = known(film.film)
    assert turned.video.rotation == rotation
    opened = Opened(turned, proxied(turned, tmp_path / "parts"))
    assert [read_number(opened.source.frame(number)) for number in (7, 49, 0)] == [7, 49, 0]
    opened.source.close()


def test_what_stands_in_says_for_what(opened: Opened, film: Working) -> None:
    opened.source.frame(3)
    stand_in = opened.source.stand_in
    assert stand_in is not None
    assert (stand_in.width, stand_in.height) == (160, 90)
    opened.done.clear()
    other = Opened(film, [])
    other.source.frame(3)
    assert other.source.stand_in is None
    other.source.close()


def test_parts_that_are_not_made_yet_come_from_the_film_until_they_are(film: Working, tmp_path: Path) -> None:
    opened = Opened(film, proxied(film, tmp_path / "parts"))
    opened.done = {0}
    assert read_number(opened.source.frame(5)) == 5
    assert opened.films == 0
    assert read_number(opened.source.frame(90)) == 90
    assert (opened.films, opened.source.stand_in) == (1, None)
    opened.done = {0, 40, 80}
    assert read_number(opened.source.frame(91)) == 91
    by_film = opened.source.stand_in
    opened.now = 2.0
    assert read_number(opened.source.frame(92)) == 92
    assert (by_film, opened.source.stand_in is None) == (None, False)
    opened.source.close()


@pytest.mark.parametrize("damage", ["gone", "cut short", "rubbish", "packets"])
def test_damage_is_made_up_for_by_the_film(damage: str, film: Working, tmp_path: Path) -> None:
    parts = proxied(film, tmp_path / "parts")
    data = bytearray(parts[1].path.read_bytes())
    if damage == "gone":
        parts[1].path.unlink()
    elif damage == "cut short":
        parts[1].path.write_bytes(data[: len(data) // 2])
    elif damage == "rubbish":
        parts[1].path.write_bytes(random.Random(1).randbytes(len(data)))
    else:
        at = data.index(b"mdat")
        data[at + 4 : at + len(data) // 2] = bytes(len(data) // 2 - 4)
        parts[1].path.write_bytes(bytes(data))
    opened = Opened(film, parts)
    assert [read_number(opened.source.frame(number)) for number in (45, 46, 10, 100)] == [45, 46, 10, 100]
    opened.source.close()


@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuvj420p", "yuv422p", "yuv444p"])
def test_pictures_look_as_those_of_the_film(pixel_format: str, tmp_path: Path) -> None:
    film = working_film(tmp_path / "film.mkv", frames=30, gop=30, audio=False, pixel_format=pixel_format)
    opened = Opened(film, proxied(film, tmp_path / "parts"))
    straight = PyAVVideoSource(film.path, film.index)
    for number in (0, 17):
        one, other = straight.frame(number).to_ndarray(format="rgb24"), opened.source.frame(number)
        difference = np.abs(one.astype(int) - other.to_ndarray(format="rgb24").astype(int))
        assert difference.mean() < 4
    opened.source.close()
    straight.close()


def test_transparent_pictures_have_no_proxy(film: Working) -> None:
    from app.core.media.proxy import needs_proxy

    assert needs_proxy(film.video, film.index)
    assert not needs_proxy(replace(film.video, alpha=True), film.index)
