"""One module for each command of the program."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

from app.cli.command import Subparsers
from app.cli.commands import (
    actions,
    assemble,
    cache,
    convert,
    doctor,
    export,
    gui,
    probe,
    run,
    scenes,
    search,
    segments,
    transcribe,
)

# In the order of the help: the window; from a film to its scenes, a timeline, a film; then the rest.
_MODULES: tuple[ModuleType, ...] = (
    gui,
    probe,
    scenes,
    segments,
    transcribe,
    assemble,
    export,
    convert,
    run,
    actions,
    search,
    cache,
    doctor,
)
COMMANDS: tuple[Callable[[Subparsers], None], ...] = tuple(module.add for module in _MODULES)
COMMAND_NAMES = frozenset(module.__name__.rpartition(".")[2] for module in _MODULES)
