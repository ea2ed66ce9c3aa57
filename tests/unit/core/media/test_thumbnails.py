"""Thumbnails: the right frame, upright, in the right shape; damage is no picture."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Literal

import av
import cv2
import numpy as np
import pytest

from app.core.base.time import SECOND
from app.core.media.pyav_source import PyAVVideoSource
from app.core.media.thumbnails import ENDING, VERSION, Thumbnails, ThumbnailSink, regular_frames
from app.core.model.asset import VideoStream
from tests.helpers.media import read_number
from tests.unit.core.media.working_films import Working, working_film


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Working:
    return working_film(tmp_path_factory.mktemp("thumbs") / "film.mp4", frames=150, audio=False)


def written(film: Working, path: Path, numbers: list[int], video: VideoStream | None = None) -> Path:
    sink = ThumbnailSink(video or film.video, film.index)
    source = PyAVVideoSource(film.path, film.index)
    for number in numbers:
        sink.add(number, source.frame(number))
    source.close()
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(sink.to_bytes())
    return path


BLACK, PICTURE = (16, 128, 128), None


def mixed(film: Working, path: Path, frames: dict[int, tuple[int, int, int] | None]) -> None:
    """Thumbnails by frame: one of the film, or a plain one of that luma, blue and red difference."""
    sink = ThumbnailSink(film.video, film.index)
    source = PyAVVideoSource(film.path, film.index)
    for number, levels in frames.items():
        frame = source.frame(number)
        if levels is not None:
            frame = av.VideoFrame(160, 90, "yuv420p")
            for plane, level in zip(frame.planes, levels, strict=True):
                np.frombuffer(memoryview(plane), np.uint8)[:] = level
        sink.add(number, frame)
    source.close()
    path.write_bytes(sink.to_bytes())


def picture(jpeg: bytes | None) -> np.ndarray:
    assert jpeg is not None
    decoded = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    return decoded


def test_one_every_two_seconds_and_at_the_beginning(film: Working) -> None:
    assert regular_frames(film.index, 0, 150) == {0, 50, 100}
    assert regular_frames(film.index, 40, 60) == {40, 50}
    assert regular_frames(film.index, 51, 99) == {51}


def test_the_last_at_or_before_a_time(film: Working, tmp_path: Path) -> None:
    written(film, tmp_path / f"v{VERSION}-a.jpegs", [10, 60])
    written(film, tmp_path / f"v{VERSION}-b.jpegs", [100, 130])
    thumbnails = Thumbnails()

    def number_at(frame: int) -> int | None:
        return read_number(picture(thumbnails.at(tmp_path, film.index.time_of(frame))))

    assert [number_at(frame) for frame in (0, 10, 59, 60, 99, 100, 129, 130, 149)] == [
        *(10, 10, 10, 60, 60, 100, 100, 130, 130)
    ]
    assert read_number(picture(thumbnails.at(tmp_path, 3600 * SECOND))) == 130


def test_a_film_is_known_by_a_picture_that_is_not_black(film: Working, tmp_path: Path) -> None:
    """It fades in: what is shown at a tenth of it is black, what comes next is not."""
    mixed(film, tmp_path / f"v{VERSION}-a.jpegs", {0: BLACK, 50: PICTURE, 100: PICTURE})
    thumbnails = Thumbnails()
    found = thumbnails.telling(tmp_path, film.index.time_of(15))
    assert found == thumbnails.at(tmp_path, film.index.time_of(50))
    assert thumbnails.telling(tmp_path, film.index.time_of(100)) == thumbnails.at(tmp_path, film.index.time_of(100))


@pytest.mark.parametrize("dull", [(16, 128, 128), (30, 128, 128), (235, 128, 128), (120, 90, 160)])
def test_a_plain_picture_stands_for_a_film_only_where_there_is_no_better(
    film: Working, tmp_path: Path, dull: tuple[int, int, int]
) -> None:
    mixed(film, tmp_path / f"v{VERSION}-a.jpegs", {0: dull, 50: dull})
    thumbnails = Thumbnails()
    assert thumbnails.telling(tmp_path, 0) == thumbnails.at(tmp_path, 0)
    mixed(film, tmp_path / f"v{VERSION}-b.jpegs", {100: PICTURE})
    assert thumbnails.telling(tmp_path, 0) == thumbnails.at(tmp_path, film.index.time_of(100))


def test_none_yet(tmp_path: Path) -> None:
    assert Thumbnails().at(tmp_path / "nowhere", 0) is None
    assert Thumbnails().at(tmp_path, 0) is None
    assert Thumbnails().telling(tmp_path, 0) is None


def test_pictures_that_come_later_are_seen(film: Working, tmp_path: Path) -> None:
    thumbnails = Thumbnails()
    written(film, tmp_path / f"v{VERSION}-a.jpegs", [10])
    assert read_number(picture(thumbnails.at(tmp_path, film.index.time_of(120)))) == 10
    written(film, tmp_path / f"v{VERSION}-b.jpegs", [100])
    assert read_number(picture(thumbnails.at(tmp_path, film.index.time_of(120)))) == 100


def test_the_height_is_120_and_the_shape_that_of_the_film(film: Working, tmp_path: Path) -> None:
    written(film, tmp_path / f"v{VERSION}-a.jpegs", [10])
    assert picture(Thumbnails().at(tmp_path, 0)).shape == (120, 213, 3)


@pytest.mark.parametrize(("rotation", "turns"), [(90, 1), (180, 2), (270, 3)])
@pytest.mark.parametrize("mirrored", [False, True])
def test_turned_films_are_upright(
    film: Working, tmp_path: Path, rotation: Literal[90, 180, 270], turns: int, mirrored: bool
) -> None:
    size = (90, 160) if rotation % 180 else (160, 90)
    video = replace(film.video, rotation=rotation, mirrored=mirrored, width=size[0], height=size[1])
    written(film, tmp_path / f"v{VERSION}-a.jpegs", [77], video)
    shown = picture(Thumbnails().at(tmp_path, 0))
    assert shown.shape[0] == 120
    assert shown.shape[1] == pytest.approx(120 * size[0] / size[1], abs=1)
    stored = np.rot90(shown, turns)  # back, against the clock
    assert read_number(np.ascontiguousarray(stored[:, ::-1] if mirrored else stored)) == 77


@pytest.mark.parametrize("damage", [b"", b"nonsense", b"insomnia-thumbnails-1\n{}\n", b"insomnia-thumbnails-1\n[1]\n"])
def test_damaged_files_hold_no_picture(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / f"v{VERSION}-a.jpegs").write_bytes(damage)
    assert Thumbnails().at(tmp_path, 0) is None


def test_a_file_that_was_cut_off_holds_no_picture(film: Working, tmp_path: Path) -> None:
    path = written(film, tmp_path / f"v{VERSION}-a.jpegs", [10, 60])
    path.write_bytes(path.read_bytes()[:-100])
    assert Thumbnails().at(tmp_path, 0) is None


def test_files_that_come_and_go_are_noticed(tmp_path: Path) -> None:
    film = working_film(tmp_path / "film.mp4", frames=50, audio=False)
    folder, thumbnails = tmp_path / "thumbnails", Thumbnails()
    folder.mkdir()
    source = PyAVVideoSource(film.path, film.index)
    assert thumbnails.at(folder, 0) is None
    pictures = []
    for first in (0, 25):
        sink = ThumbnailSink(film.video, film.index)
        sink.add(first, source.frame(first))
        (folder / f"v{VERSION}-{first:08}-x.{ENDING}").write_bytes(sink.to_bytes())
        os.utime(folder, (1000 + first, 1000 + first))
        pictures.append(thumbnails.at(folder, 2 * SECOND))
        assert pictures[-1] == thumbnails.at(folder, 2 * SECOND)
    source.close()
    assert pictures[0] != pictures[1]
    (folder / f"v{VERSION}-00000025-x.{ENDING}").unlink()
    os.utime(folder, (2000, 2000))
    assert thumbnails.at(folder, 2 * SECOND) == pictures[0]
