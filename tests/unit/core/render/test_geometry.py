"""Fitting pictures into frames."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.render.geometry import Rectangle, even, fit, shown_size

HD = Rectangle(0, 0, 1920, 1080)
SIZES = st.integers(1, 8000)


@pytest.mark.parametrize(
    ("size", "area", "expected"),
    [
        ((1920, 1080), HD, HD),
        ((1280, 720), HD, HD),
        ((854, 480), HD, HD),
        ((1440, 1080), HD, Rectangle(240, 0, 1440, 1080)),
        ((640, 480), HD, Rectangle(240, 0, 1440, 1080)),
        ((1080, 1920), HD, Rectangle(656, 0, 608, 1080)),
        ((1920, 800), HD, Rectangle(0, 140, 1920, 800)),
        ((1998, 1080), HD, Rectangle(0, 20, 1920, 1038)),
        ((1000, 1), HD, Rectangle(0, 538, 1920, 2)),
        ((160, 90), Rectangle(10, 20, 80, 80), Rectangle(10, 36, 80, 46)),
    ],
)
def test_a_picture_is_fitted_whole_into_the_middle(size: tuple[int, int], area: Rectangle, expected: Rectangle) -> None:
    assert fit(*size, area) == expected


@given(SIZES, SIZES, SIZES, SIZES)
def test_a_fitted_picture_keeps_its_shape_to_the_pixel_and_stays_inside(
    width: int, height: int, area_width: int, area_height: int
) -> None:
    area = Rectangle(0, 0, even(area_width), even(area_height))
    place = fit(width, height, area)
    assert all(value % 2 == 0 for value in (place.x, place.y, place.width, place.height))
    assert 0 <= place.x <= place.x + place.width <= area.width
    assert 0 <= place.y <= place.y + place.height <= area.height
    assert place.width == area.width or place.height == area.height
    scale = min(Fraction(area.width, width), Fraction(area.height, height))
    assert abs(place.width - width * scale) <= 1 or place.width == 2
    assert abs(place.height - height * scale) <= 1 or place.height == 2
    assert abs(2 * place.x + place.width - area.width) <= 2
    assert abs(2 * place.y + place.height - area.height) <= 2


@pytest.mark.parametrize(("size", "expected"), [(0, 2), (1, 2), (2, 2), (853, 854), (854, 854)])
def test_sizes_are_made_even_without_losing_a_pixel(size: int, expected: int) -> None:
    assert even(size) == expected


@pytest.mark.parametrize(
    ("width", "height", "aspect", "rotation", "expected"),
    [
        (720, 576, Fraction(64, 45), 0, (1024, 576)),
        (1920, 1080, Fraction(1), 90, (1080, 1920)),
        (1920, 1080, Fraction(1), 180, (1920, 1080)),
        (720, 576, Fraction(64, 45), 270, (576, 1024)),
    ],
)
def test_pixel_shape_and_rotation_count_for_the_shown_size(
    width: int, height: int, aspect: Fraction, rotation: int, expected: tuple[int, int]
) -> None:
    assert shown_size(width, height, aspect, rotation) == tuple(map(Fraction, expected))
