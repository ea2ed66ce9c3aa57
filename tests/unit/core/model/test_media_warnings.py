"""Which warnings of a probe mean that a file is damaged."""

from __future__ import annotations

from app.core.model.media_warnings import JOINED, NO_DECODER, SEVERAL_PICTURES, VARIABLE_RATE, damages


def test_what_is_usual_is_no_damage() -> None:
    assert damages((VARIABLE_RATE, JOINED, SEVERAL_PICTURES, f"sound stream 2 {NO_DECODER}")) == ()


def test_what_is_missing_is_and_so_is_what_nobody_knows() -> None:
    said = ("its end is missing", VARIABLE_RATE, "it hums")
    assert damages(said) == ("its end is missing", "it hums")
