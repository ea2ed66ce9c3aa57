"""The two kinds of failure: what a person can act on, and being asked to stop."""

from __future__ import annotations


class UserError(Exception):
    """Something the person can act on: shown as a message, exit code 1, never a traceback.

    Anything else that escapes is a bug. The three parts are plain text without a final stop;
    ``what`` names the file or thing, ``why`` the reason, ``what_to_do`` the way out.
    """

    def __init__(self, what: str, why: str, what_to_do: str) -> None:
        self.what = one_line(what)
        self.why = one_line(why)
        self.what_to_do = one_line(what_to_do)
        super().__init__(f"{self.what}: {self.why}; {self.what_to_do}")

    def __reduce__(self) -> tuple[type[UserError], tuple[str, str, str]]:
        return type(self), (self.what, self.why, self.what_to_do)


class Cancelled(Exception):  # noqa: N818 - the name of a state, not of a fault
    """Raised where a job reports progress after somebody cancelled it."""


def one_line(text: str) -> str:
    """``text`` without control characters or line breaks, safe for a terminal and a log line."""
    shown = "".join(
        character if character.isprintable() else ("?" if ord(character) > 0xD7FF else " ") for character in text
    )
    return " ".join(shown.split())
