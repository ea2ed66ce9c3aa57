"""Errors a person can act on: one line, three parts, whatever strange names they carry."""

from __future__ import annotations

import copy

import pytest

from app.core.base.errors import UserError, one_line


def test_the_three_parts_make_one_line() -> None:
    error = UserError("a.mp4", "it is empty", "choose another file")
    assert str(error) == "a.mp4: it is empty; choose another file"
    assert (error.what, error.why, error.what_to_do) == ("a.mp4", "it is empty", "choose another file")


def test_it_can_be_copied_and_handed_on() -> None:
    error = copy.copy(UserError("a", "b", "c"))
    assert isinstance(error, UserError)
    assert str(error) == "a: b; c"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("two\nlines\r\nmore", "two lines more"),
        ("\x1b[31mred\x1b[0m", "[31mred [0m"),
        ("  spaces\t between ", "spaces between"),
        ("a\u2028b\u202ec", "a b c"),
        ("caf\udce9.mp4", "caf?.mp4"),
        ("\0", ""),
        ("Käse 映画 🎬.mp4", "Käse 映画 🎬.mp4"),
    ],
)
def test_nothing_that_could_harm_a_terminal_or_a_log_is_shown(text: str, shown: str) -> None:
    assert one_line(text) == shown
    one_line(text).encode()


def test_names_in_an_error_are_shown_on_one_line() -> None:
    assert str(UserError("a\nb.mp4", "no\x07", "try\u2029again")) == "a b.mp4: no; try again"
