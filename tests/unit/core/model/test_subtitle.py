"""What makes cues hard to read."""

from __future__ import annotations

import pytest

from app.core.base.time import SECOND
from app.core.model.subtitle import SubtitleCue, problems, reading_rate

MS = SECOND // 1000


def cue(milliseconds: int, text: str, start: int = 0) -> SubtitleCue:
    return SubtitleCue("a", start * MS, (start + milliseconds) * MS, text)


@pytest.mark.parametrize(
    ("milliseconds", "text", "wanted"),
    [
        (1000, "x" * 17, ()),
        (1000, "x" * 18, ("fast",)),
        (1000, "x" * 21, ("fast",)),
        (1000, "x" * 22, ("too fast",)),
        (7000, "x", ()),
        (7001, "x", ("long",)),
        (5000, "x\ny", ()),
        (5000, "x\ny\nz", ("lines",)),
        (5000, "x" * 42 + "\n" + "y" * 42, ()),
        (5000, "x" * 43, ("line",)),
        (100, "x\ny\n" + "z" * 43, ("too fast", "lines", "line")),
        (1000, "", ()),
    ],
)
def test_each_limit(milliseconds: int, text: str, wanted: tuple[str, ...]) -> None:
    assert problems(cue(milliseconds, text)) == wanted


def test_a_cue_that_was_cut_to_milliseconds_is_not_fast() -> None:
    # 20 characters need 1176.47 ms at 17 a second.
    assert problems(cue(1176, "x" * 20)) == ()
    assert problems(cue(1174, "x" * 20)) == ("fast",)
    assert reading_rate(cue(2000, "x" * 20)) == 10


def test_overlap_is_told_of_the_earlier_one() -> None:
    first = cue(1000, "x")
    assert problems(first, cue(1000, "y", start=1000)) == ()
    assert problems(first, cue(1000, "y", start=999)) == ("overlap",)
    assert problems(first, cue(10, "y", start=0)) == ("overlap",)
