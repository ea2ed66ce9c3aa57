"""One module for each command of the program."""

from __future__ import annotations

from collections.abc import Callable

from app.cli.command import Subparsers
from app.cli.commands import actions, assemble, cache, convert, doctor, export, probe, run, scenes, search, segments

# In the order of the help: from a film to its scenes, a timeline, a film; then the rest.
COMMANDS: tuple[Callable[[Subparsers], None], ...] = (
    probe.add,
    scenes.add,
    segments.add,
    assemble.add,
    export.add,
    convert.add,
    run.add,
    actions.add,
    search.add,
    cache.add,
    doctor.add,
)
