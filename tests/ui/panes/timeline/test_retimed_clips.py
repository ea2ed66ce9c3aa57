"""Clips at other speeds on the timeline: their pictures, their sound and what their label says."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from app.core.model.retime import Retime
from app.ui.panes.timeline.content import _strip
from app.ui.panes.timeline.geometry import Heights, lay_out
from app.ui.panes.timeline.painter import _speed_badge
from tests.helpers.document import FRAME, clip, film, project, still, track

SECOND = 24 * FRAME


def times(retime: Retime | None, slots: int = 4) -> list[float]:
    """The seconds of the media that a filmstrip of one-second slots asks for; the clip shows seconds 2 to 6."""
    lasts = 4 if retime is None or not retime.rate else int(4 / retime.speed)
    shown = replace(clip("a", 24 * lasts, source=48), retime=retime)
    strip = _strip(film(), shown, SECOND, 80, 45)
    return [strip.time(number) / SECOND for number in range(slots)]


def test_pictures_are_those_that_are_played() -> None:
    assert times(None) == [2, 3, 4, 5]
    assert times(Retime(Fraction(2)), 2) == [2, 4]
    assert times(Retime(Fraction(1, 2)), 8) == [2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5]
    assert times(Retime(reverse=True)) == [5, 4, 3, 2]
    assert times(Retime(freeze=True)) == [2, 2, 2, 2]
    assert _strip(still(), clip("s", 24, source=5, asset="still"), SECOND, 80, 45).time(3) == 0


def test_the_label_says_how_a_clip_plays() -> None:
    assert _speed_badge(Retime(Fraction(1, 2))) == "[50%]"
    assert _speed_badge(Retime(Fraction(3, 2), reverse=True)) == "[-150%]"
    assert _speed_badge(Retime(Fraction(1, 3))) == "[33.3333%]"
    assert _speed_badge(Retime(freeze=True)) == "[Freeze]"


def test_retimed_parts_that_are_in_step_have_no_badge() -> None:
    fast, back = Retime(Fraction(2)), Retime(reverse=True)
    for retime in (fast, back, Retime(freeze=True)):
        picture = replace(clip("a", 10, source=20, link="l"), retime=retime)
        sound = replace(clip("s", 10, source=20, link="l"), retime=retime)
        layout = lay_out(project(track("V1", picture), track("A1", sound)).sequences[0], Heights(), 400)
        assert [layout.out_of_step(place) for place in layout.places()] == [0, 0]
    apart = project(
        track("V1", replace(clip("a", 10, source=20, link="l"), retime=fast)),
        track("A1", replace(clip("s", 10, source=26, link="l"), retime=fast)),
    )
    layout = lay_out(apart.sequences[0], Heights(), 400)
    assert [layout.out_of_step(place) for place in layout.places()] == [0, -3]
