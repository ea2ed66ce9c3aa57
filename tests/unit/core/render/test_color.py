"""What colour tags mean, and the colour of a film."""

from __future__ import annotations

import pytest

from app.core.model.asset import Color
from app.core.render.color import film_color, meant_color, same_numbers, usual_color

SD = Color("smpte170m", "smpte170m", "smpte170m", "limited")
HD = Color("bt709", "bt709", "bt709", "limited")


@pytest.mark.parametrize(("lines", "expected"), [(480, SD), (576, SD), (719, SD), (720, HD), (2160, HD)])
def test_untagged_pictures_are_601_below_720_lines_and_709_from_there(lines: int, expected: Color) -> None:
    assert usual_color(lines) == expected
    assert meant_color(Color(), lines) == expected


def test_tags_win_over_the_size_and_missing_ones_follow_the_matrix() -> None:
    assert meant_color(HD, 480) == HD
    assert meant_color(Color(matrix="bt470bg", range="full"), 1080) == Color("bt470bg", "smpte170m", "bt470bg", "full")
    assert meant_color(Color(matrix="gbr"), 1080).matrix == "bt709"


def test_a_film_has_the_colour_of_its_sources_where_they_agree() -> None:
    assert film_color([HD, HD], 480) == HD
    assert film_color([Color("bt709", "bt709", "bt709", "full")], 480) == HD
    assert film_color([HD, SD], 480) == SD
    assert film_color([HD, SD], 1080) == HD
    assert film_color([], 1080) == HD


def test_601_of_both_television_systems_needs_no_calculation() -> None:
    pal = meant_color(Color(matrix="bt470bg"), 576)
    assert same_numbers(pal, SD)
    assert not same_numbers(HD, SD)
    assert not same_numbers(HD, Color("bt709", "bt709", "bt709", "full"))


def test_unknown_tags_never_reach_an_encoder() -> None:
    assert meant_color(Color("reserved", "x=1", "unknown"), 1080) == HD
    assert meant_color(Color("smpte432", "iec61966-2-1", "bt709"), 1080).primaries == "smpte432"
