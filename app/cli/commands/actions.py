"""``insomnia actions``: every action of the editor, by name."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from app.cli.command import Desk, Subparsers, add_command

if TYPE_CHECKING:
    from app.core.session.actions import Action
    from app.core.session.actions_parameters import Parameter


def add(commands: Subparsers) -> None:
    """Register the command."""
    add_command(commands, "actions", "list every action of the editor with its parameters", _run)


def _run(_options: argparse.Namespace, desk: Desk) -> int:
    from app.core.session.actions_all import standard_actions

    actions = standard_actions()
    desk.console.result(actions.described(), (line for action in actions for line in _lines(action)))
    return 0


def _lines(action: Action) -> Iterator[str]:
    yield f"{action.name}  {action.title}"
    for parameter in action.parameters:
        yield f"    {parameter.name}=  {parameter.meaning}{_remark(parameter)}"


def _remark(parameter: Parameter) -> str:
    remarks = ["required"] if parameter.required else []
    if parameter.choices:
        remarks.append(f"one of {', '.join(parameter.choices)}")
    return f" ({'; '.join(remarks)})" if remarks else ""
