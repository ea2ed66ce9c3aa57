"""Name and format of a sequence."""

from __future__ import annotations

from fractions import Fraction

import pytest

from app.core.base.errors import UserError
from app.core.edit.assets import new_project
from app.core.edit.markers import add_marker
from app.core.edit.sequence_settings import SequenceSettings, change_sequence, rate_is_fixed
from app.core.model.lint import lint
from tests.helpers.document import clip, project, track


def test_all_of_an_empty_sequence_can_be_changed() -> None:
    before = new_project("Film")
    wanted = SequenceSettings(" Final  cut ", 1280, 720, Fraction(30000, 1001), 44_100, 1)
    after = change_sequence(before, before.sequences[0].id, wanted)
    shown = after.sequences[0]
    assert (shown.name, shown.format.width, shown.format.height) == ("Final cut", 1280, 720)
    assert (shown.format.rate, shown.format.audio_rate, shown.format.channels) == (Fraction(30000, 1001), 44_100, 1)
    assert lint(after) == []


def test_what_is_not_said_stays() -> None:
    before = project(track("V1", clip("a", 20)))
    assert change_sequence(before, before.sequences[0].id, SequenceSettings()) == before


def test_the_size_changes_below_clips_but_the_rate_does_not() -> None:
    before = project(track("V1", clip("a", 20)))
    sequence = before.sequences[0]
    assert rate_is_fixed(sequence)
    after = change_sequence(before, sequence.id, SequenceSettings(width=640, height=360, rate=sequence.format.rate))
    assert (after.sequences[0].format.width, after.sequences[0].tracks) == (640, sequence.tracks)
    with pytest.raises(UserError, match="not empty"):
        change_sequence(before, sequence.id, SequenceSettings(rate=Fraction(30)))


def test_a_marker_fixes_the_rate() -> None:
    before = new_project("Film")
    after = add_marker(before, before.sequences[0].id, 0)
    assert (rate_is_fixed(before.sequences[0]), rate_is_fixed(after.sequences[0])) == (False, True)


@pytest.mark.parametrize(
    "wanted",
    [
        SequenceSettings(width=641),
        SequenceSettings(height=8),
        SequenceSettings(width=20_000),
        SequenceSettings(rate=Fraction(0)),
        SequenceSettings(rate=Fraction(1000)),
        SequenceSettings(audio_rate=12_345),
        SequenceSettings(channels=3),
        SequenceSettings(name="  "),
    ],
)
def test_what_is_impossible_is_refused(wanted: SequenceSettings) -> None:
    before = new_project("Film")
    with pytest.raises(UserError):
        change_sequence(before, before.sequences[0].id, wanted)
