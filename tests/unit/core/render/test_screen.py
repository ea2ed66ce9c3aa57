"""What the monitor shows: the numbers of the film's colour, HDR brought down to the screen."""

from __future__ import annotations

import av
import numpy as np
import pytest

from app.core.model.asset import Color
from app.core.render.screen import ScreenPictures

PQ = Color("bt2020", "smpte2084", "bt2020nc", "limited")
HLG = Color("bt2020", "arib-std-b67", "bt2020nc", "limited")
BT709 = Color("bt709", "bt709", "bt709", "limited")
BT2020 = Color("bt2020", "bt2020-10", "bt2020nc", "limited")


def shown(color: Color, luma: int, blue: int = 128, red: int = 128) -> tuple[float, float, float]:
    """Blue, green, red of a plain picture on the screen."""
    frame = av.VideoFrame(64, 48, "yuv420p")
    for plane, value in zip(frame.planes, (luma, blue, red), strict=True):
        np.frombuffer(memoryview(plane), np.uint8)[:] = value
    screen = ScreenPictures()
    screen.picture(frame, color)
    picture = screen.picture(frame, color)
    assert (picture.width, picture.height, picture.format.name) == (64, 48, "bgr0")
    pixels = np.frombuffer(memoryview(picture.planes[0]), np.uint8).reshape(48, -1)[:, : 64 * 4].reshape(48, 64, 4)
    means = pixels.mean(axis=(0, 1))
    return float(means[0]), float(means[1]), float(means[2])


def test_ordinary_films_are_shown_as_they_are() -> None:
    assert shown(BT709, 126) == pytest.approx((128, 128, 128), abs=1.5)
    assert shown(BT2020, 126) == pytest.approx((128, 128, 128), abs=1.5)


def test_the_matrix_of_the_film_is_used() -> None:
    """The same numbers mean another green by another matrix."""
    assert shown(BT709, 120, 90, 170)[1] != pytest.approx(shown(BT2020, 120, 90, 170)[1], abs=2)


@pytest.mark.parametrize(("color", "white"), [(PQ, 0.5807), (HLG, 0.75)])
def test_white_of_hdr_films_is_nearly_white(color: Color, white: float) -> None:
    blue, green, red = shown(color, round(16 + 219 * white))
    assert 220 < green < 245
    assert blue == pytest.approx(green, abs=2)
    assert red == pytest.approx(green, abs=2)
    assert shown(color, 16) == pytest.approx((0, 0, 0), abs=1)
