"""Random commands by name: all undone is the first project file byte for byte, all done again the last."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.core.base.errors import UserError
from app.core.model.lint import lint
from app.core.session.actions import ActionContext
from app.core.session.actions_all import standard_actions
from app.core.session.session import Session
from app.storage.project_file import to_bytes
from tests.helpers.random_commands import Commands, begun
from tests.helpers.soak import say_claim, soak_count, soak_random

FOLDER = Path("/projects")


def nothing(*_: Any, **__: Any) -> Any:
    raise AssertionError("no command of these asks the world outside")


@pytest.mark.soak
def test_random_commands_undone_and_redone_byte_for_byte() -> None:
    count, claim = soak_count(1000), "random commands: undone the first project file, redone the last, byte for byte"
    session, actions = Session(begun(), checked=True), standard_actions()
    context = ActionContext(session, nothing, nothing, nothing)
    commands = Commands(soak_random(claim), session)
    files = [to_bytes(session.project, FOLDER)]
    done = set()
    while session.undo_depth < count:
        name, given = commands.next()
        before, depth = session.project, session.undo_depth
        try:
            actions.run(name, context, given)
        except UserError:
            assert session.project is before
        if session.undo_depth > depth:
            done.add(name)
            files.append(to_bytes(session.project, FOLDER))
    for expected in reversed(files[:-1]):
        session.undo()
        assert to_bytes(session.project, FOLDER) == expected
    assert session.undo_label is None
    for expected in files[1:]:
        session.redo()
        assert to_bytes(session.project, FOLDER) == expected
    assert session.redo_label is None
    assert lint(session.project) == []
    assert len(done) > 15
    say_claim(claim, count)
