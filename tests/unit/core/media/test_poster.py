"""The picture by which a film is known: a little into the film, upright, kept; bad files say why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from app.core.base import time
from app.core.base.errors import UserError
from app.core.jobs.context import JobContext
from app.core.jobs.inline import InlineContext
from app.core.media.disk_cache import DiskCache
from app.core.media.poster import Posters, make_poster, poster_handler
from app.core.media.probe import probe
from app.core.model.asset import Asset
from tests.helpers.media import make_film, read_number, scene_film


class Here:
    """Runs the handler in this process."""

    def __init__(self) -> None:
        self.calls = 0

    def call(
        self, name: str, args: dict[str, Any], *, context: JobContext, memory: int | None = None
    ) -> dict[str, Any]:
        assert name == "poster"
        self.calls += 1
        return poster_handler(args, context)


def number_on(jpeg: bytes) -> int | None:
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    return read_number(np.asarray(picture, np.uint8))


def asset_of(path: Path) -> Asset:
    return Asset("a", path.name, str(path), path.stat().st_size, "0123456789abcdef", probe(path))


@pytest.mark.parametrize("name", ["film.mp4", "film.mkv", "film.ts"])
def test_it_is_a_key_frame_near_the_moment(tmp_path: Path, name: str) -> None:
    film = make_film(tmp_path / name, frames=60, width=320, height=180, gop=12)
    video = probe(film.path).video
    assert video is not None
    assert number_on(make_poster(str(film.path), video, time.SECOND)) in (12, 24, 36)
    # a transport stream has no index: its seeks are rough
    assert number_on(make_poster(str(film.path), video, 0)) in ((0, 12) if name.endswith(".ts") else (0,))


def test_it_is_made_once(tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.mp4", frames=60, width=320, height=180)
    here = Here()
    posters = Posters(DiskCache(tmp_path / "cache"), here)
    first = posters.poster(asset_of(film.path), InlineContext())
    assert posters.poster(asset_of(film.path), InlineContext()) == first
    assert here.calls == 1


def test_a_film_cut_off_at_its_first_picture_says_so(tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.ts", frames=30)
    video = probe(film.path).video
    assert video is not None
    film.path.write_bytes(film.path.read_bytes()[:600])
    with pytest.raises(UserError, match=r"film\.ts"):
        make_poster(str(film.path), video, 0)


@pytest.mark.parametrize("fade", [0, 30, 90])
def test_a_film_that_fades_in_is_known_by_what_comes_after(tmp_path: Path, fade: int) -> None:
    film = scene_film(tmp_path / "film.mp4", [40], fade_in=fade, gop=250, width=160, height=90)
    assert poster_light(film.path) >= 24


def test_a_dark_film_has_a_dark_poster(tmp_path: Path) -> None:
    film = scene_film(tmp_path / "film.mp4", [2], fade_in=200, gop=250, width=160, height=90)
    assert poster_light(film.path) > 0


def poster_light(path: Path) -> float:
    """How bright the poster is on average, of 255."""
    video = probe(path).video
    assert video is not None
    picture = cv2.imdecode(np.frombuffer(make_poster(str(path), video, 0), np.uint8), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    return float(picture.mean())
