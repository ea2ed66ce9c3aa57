"""The films that tests make are what they say."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from tests.helpers.media import (
    Fade,
    Shot,
    beep_times,
    find_beeps,
    flash_frames,
    make_film,
    make_sound,
    numbers_in,
    read_number,
    scene_film,
)
from tests.helpers.picture_code import draw_number


@pytest.mark.parametrize("number", [0, 1, 511, 512, 65535, 262143])
@pytest.mark.parametrize("size", [(320, 180), (160, 90), (48, 28)])
def test_a_number_is_read_back_at_any_size(number: int, size: tuple[int, int]) -> None:
    luma = np.full((180, 320), 90, dtype=np.uint8)
    draw_number(luma, number)
    frame = av.VideoFrame.from_ndarray(luma, format="gray").reformat(width=size[0], height=size[1])
    assert read_number(frame) == number


def test_a_mixed_or_flipped_picture_has_no_number() -> None:
    one, other = np.full((2, 90, 160), 90, dtype=np.uint8)
    draw_number(one, 1000)
    draw_number(other, 2077)
    assert read_number(np.asarray((one.astype(int) + other) // 2)) is None
    assert read_number(one[:, ::-1]) is None
    assert read_number(np.full((90, 160), 90, dtype=np.uint8)) is None
    assert read_number(one) == 1000


def test_a_number_is_read_inside_a_box() -> None:
    luma = np.full((90, 160), 90, dtype=np.uint8)
    draw_number(luma, 4711)
    larger = np.zeros((200, 300), dtype=np.uint8)
    larger[50:140, 70:230] = luma
    assert read_number(larger, box=(70, 50, 160, 90)) == 4711
    assert read_number(larger) is None


def test_numbers_flashes_and_beeps_stand_together(tmp_path: Path) -> None:
    film = make_film(tmp_path / "a.mp4", frames=60, rate=Fraction(30000, 1001), first_number=500)
    assert numbers_in(film.path) == list(range(500, 560))
    assert flash_frames(film.path) == list(film.flashes) == [15, 45]
    for beep, flash in zip(beep_times(film.path), film.flashes, strict=True):
        assert abs(beep - float(film.times[flash])) < 0.001


def test_a_sound_file_beeps_every_second(tmp_path: Path) -> None:
    film = make_sound(tmp_path / "a.wav", seconds=3, sample_rate=44_100)
    assert beep_times(film.path) == pytest.approx([0.48, 1.48, 2.48], abs=0.0003)


def test_silence_has_no_beeps() -> None:
    assert find_beeps(np.zeros((1000, 2), dtype=np.float32), 48_000) == []


def test_a_scene_film_tells_the_truth(tmp_path: Path) -> None:
    truth = scene_film(
        tmp_path / "s.mp4", [10, Shot(12, motion=(3, 0)), 10], [None, Fade(6, 4, 5)], fade_in=4, fade_out=3
    )
    with av.open(str(truth.path)) as container:
        luma = [float(np.mean(frame.to_ndarray(format="gray"))) for frame in container.decode(video=0)]
    assert truth.boundaries == (14, 34)
    assert truth.transitions == (("fade", 0, 4), ("cut", 14, 14), ("fade", 26, 41), ("fade", 51, 54))
    assert truth.frames == len(luma) == 54
    assert max(luma[32:36]) < 4 < min(luma[:32] + luma[36:])
    assert luma[0] < luma[3] < luma[4]
