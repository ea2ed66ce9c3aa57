"""One module for each command of the program."""

from __future__ import annotations

from collections.abc import Callable

from app.cli.command import Subparsers
from app.cli.commands import actions, search

# In the order of the help: from a film to its scenes, a timeline, a film; then the rest.
COMMANDS: tuple[Callable[[Subparsers], None], ...] = (
    actions.add,
    search.add,
)
