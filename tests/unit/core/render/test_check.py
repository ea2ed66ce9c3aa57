"""The check of finished films must see what is wrong with them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from app.core.base import time
from app.core.media.writer import AudioSettings, MovieWriter, VideoSettings
from app.core.render.check import Expected, check
from tests.helpers.media import make_film

EXPECTED = Expected(160, 90, Fraction(25), 40, 48_000, 2, 40 * 1920)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("check") / "film.mp4"
    write(path, 40)
    return path


def write(path: Path, frames: int, samples: int = 40 * 1920) -> None:
    video, audio = VideoSettings(160, 90, Fraction(25), speed="ultrafast"), AudioSettings()
    with MovieWriter(path, video, audio, duration=time.frame_start(frames, Fraction(25))) as writer:
        for number in range(frames):
            planes = np.full((135, 160), 100 + number, np.uint8)
            writer.write_picture(av.VideoFrame.from_ndarray(planes, format="yuv420p"))
        writer.write_sound(np.zeros((samples, 2), np.float32))


def failed(path: Path, expected: Expected) -> list[str]:
    return [each.name for each in check(path, expected) if not each.ok]


def test_a_film_as_planned_passes(film: Path) -> None:
    checks = check(film, EXPECTED)
    assert [each.name for each in checks] == [
        "streams", "format", "frames", "times", "picture length", "sound length", "index first",
        "first picture", "last picture",
    ]  # fmt: skip
    assert all(each.ok for each in checks)


@pytest.mark.parametrize(
    ("changes", "seen"),
    [
        ({"width": 162}, ["format"]),
        ({"channels": 1}, ["format"]),
        ({"frames": 41}, ["frames", "picture length", "last picture"]),
        ({"frames": 39}, ["frames", "picture length"]),
        ({"samples": 39 * 1920}, ["sound length"]),
        ({"samples": None}, ["streams"]),
        ({"video_codec": "hevc"}, ["streams"]),
    ],
)
def test_every_difference_is_seen(film: Path, changes: dict[str, Any], seen: list[str]) -> None:
    assert failed(film, replace(EXPECTED, **changes))[: len(seen)] == seen


def test_another_rate_is_seen(film: Path) -> None:
    assert "times" in failed(film, replace(EXPECTED, rate=Fraction(24)))


def test_uneven_times_are_seen(tmp_path: Path) -> None:
    stamps = [number * 40 for number in range(40)]
    stamps[20] += 7
    make_film(tmp_path / "film.mp4", frames=40, timestamps=stamps)
    assert "times" in failed(tmp_path / "film.mp4", EXPECTED)


def test_an_index_at_the_end_is_seen(tmp_path: Path) -> None:
    make_film(tmp_path / "film.mp4", frames=40)
    assert "index first" in failed(tmp_path / "film.mp4", EXPECTED)


@pytest.mark.parametrize("kept", [0, 30, 2_000, -3_000])
def test_a_file_that_was_cut_off_is_seen(film: Path, tmp_path: Path, kept: int) -> None:
    (tmp_path / "cut.mp4").write_bytes(film.read_bytes()[:kept])
    assert failed(tmp_path / "cut.mp4", EXPECTED)


def test_pictures_that_do_not_decode_are_seen(film: Path, tmp_path: Path) -> None:
    data = bytearray(film.read_bytes())
    start = data.index(b"mdat") + 4
    data[start : len(data)] = bytes(len(data) - start)
    (tmp_path / "zeros.mp4").write_bytes(data)
    assert {"first picture", "last picture"} <= set(failed(tmp_path / "zeros.mp4", EXPECTED))


def test_the_check_can_be_interrupted(film: Path) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check(film, EXPECTED, interrupt)
