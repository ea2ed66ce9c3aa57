"""What menus and keys can do: the actions of the registry with their parameters gathered from the
window, and the window's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias


def always() -> bool:
    """For commands that can be given at any time."""
    return True


@dataclass(frozen=True)
class Command:
    """Something a menu entry, a button or a key does, under the name of its action.

    ``run`` raises ``UserError`` where it is impossible. ``checked`` tells the state of a switch,
    which ``run`` turns over. ``title_now`` is for titles that say what will happen ("Undo Split").
    A refusal of a ``passing`` one needs no answer: it is told in the status line.
    """

    name: str
    title: str
    run: Callable[[], None]
    enabled: Callable[[], bool] = always
    checked: Callable[[], bool] | None = None
    title_now: Callable[[], str] | None = None
    passing: bool = False


# The parameters of an action as the window knows them now; None where the person changed their mind
# or there is nothing to act on.
Gather: TypeAlias = Callable[[], Mapping[str, Any] | None]
