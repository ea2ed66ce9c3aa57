"""Key frames shown by themselves are those of the film, whatever its codec and container."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.core.media.key_frames import KeyFrames
from app.core.media.pyav_source import PyAVVideoSource
from tests.unit.core.media.working_films import working_film


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("film.mp4", {}),
        ("film.mkv", {}),
        ("film.ts", {}),
        ("film.avi", {"codec": "mjpeg", "pixel_format": "yuvj420p", "bframes": 0}),
        ("film.mp4", {"codec_options": {"x264-params": "open-gop=1"}}),
        ("film.webm", {"codec": "libvpx-vp9", "bframes": 0, "audio": False}),
    ],
)
def test_each_is_that_frame_of_the_film(name: str, options: dict[str, object], tmp_path: Path) -> None:
    film = working_film(tmp_path / name, frames=60, gop=12, **options)
    source, keys = PyAVVideoSource(film.path, film.index), KeyFrames(film.path, film.index, alpha=False)
    numbers = sorted({int(number) for number in film.index.key})
    for number in (*numbers, numbers[0], numbers[-1]):
        assert np.array_equal(keys.frame(number).to_ndarray(), source.frame(number).to_ndarray())
    source.close()
    keys.close()


def test_a_frame_between_is_found_the_careful_way(tmp_path: Path) -> None:
    film = working_film(tmp_path / "film.mp4", frames=40, gop=12, audio=False)
    source, keys = PyAVVideoSource(film.path, film.index), KeyFrames(film.path, film.index, alpha=True)
    for number in (12, 17, 24):
        assert np.array_equal(keys.frame(number).to_ndarray(), source.frame(number).to_ndarray())
    keys.close()
    careless = KeyFrames(film.path, film.index, alpha=False)
    assert np.array_equal(careless.frame(17).to_ndarray(), source.frame(17).to_ndarray())
    careless.close()
    source.close()
