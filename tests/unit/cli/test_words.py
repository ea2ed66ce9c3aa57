"""Numbers for people."""

from __future__ import annotations

from fractions import Fraction

import pytest

from app.cli.words import count, fps, length
from app.core.base.sizes import size
from app.core.base.time import SECOND


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "0 bytes"), (999, "999 bytes"), (1500, "1.5 kB"), (340_000, "340 kB"), (2_500_000_000, "2.5 GB")],
)
def test_sizes(count: int, words: str) -> None:
    assert size(count) == words


def test_lengths_and_rates() -> None:
    assert (count(1, "scene"), count(0, "scene"), count(4, "scene")) == ("1 scene", "0 scenes", "4 scenes")
    assert length(SECOND * 3 // 2) == "1.500 s"
    assert fps(Fraction(25)) == "25 fps"
    assert fps(Fraction(30000, 1001)) == "29.97 fps"
