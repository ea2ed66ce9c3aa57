"""Between two versions lie exactly the edits that were made: each kind is named, and no change gives no line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.core.base.errors import UserError
from app.core.session.actions import ActionContext
from app.core.session.actions_all import standard_actions
from app.core.session.session import Session
from app.storage.keeping import ProfileKeeping
from app.storage.project_file import ProjectFiles
from tests.helpers.random_commands import Commands, begun
from tests.helpers.soak import say_claim, soak_count, soak_random

ACTIONS = standard_actions()
UNTOLD = "details that are not shown change"


def nothing(*_: Any, **__: Any) -> Any:
    raise AssertionError("no command of these asks the world outside")


def compared(context: ActionContext, one: int, other: int) -> Any:
    return ACTIONS.run("versions.compare", context, {"version": one, "with": other})


@pytest.mark.soak
def test_the_difference_of_two_versions_lists_exactly_the_commands_between_them(tmp_path: Path) -> None:
    claim = "the difference of two versions lists exactly the commands between them"
    count, chance = soak_count(600), soak_random(claim)
    session = Session(begun(), store=ProjectFiles(), path=tmp_path / "a.insomnia", checked=True)
    keeping = ProfileKeeping(tmp_path / "projects")
    context = ActionContext(session, nothing, nothing, nothing, keeping=keeping)
    commands, kinds, made = Commands(chance, session), dict[str, set[str]](), list[str]()
    session.changed.subscribe(lambda change: made.append(change.label))
    commands.known.update({"edit.undo": dict, "edit.redo": dict})
    ACTIONS.run("versions.keep", context, {"name": "0"})
    number, tried = 1, 0
    while tried < count:
        tried += 1
        name, given = commands.next()
        made.clear()
        try:
            ACTIONS.run(name, context, given)
        except UserError:
            continue
        ACTIONS.run("versions.keep", context, {"name": str(tried)})
        number += 1
        found = compared(context, number - 1, number)
        assert found["edits"] == made, name
        assert bool(found["changes"]) == bool(found["text"]) == bool(made), name
        assert UNTOLD not in found["changes"], name
        if made:
            kinds.setdefault(name, set()).update(made)
            assert all(line.strip() for line in found["changes"])
    assert len(kinds) > 15
    for name, labels in kinds.items():
        assert all(label and label[0].isupper() for label in labels), name
    assert keeping.versions(session.project.id)[-1].number == 1
    say_claim(f"{claim} ({len(kinds)} kinds of edits)", number)


def test_a_chain_of_versions_is_the_sum_of_its_links(tmp_path: Path) -> None:
    session = Session(begun(), store=ProjectFiles(), path=tmp_path / "a.insomnia", checked=True)
    context = ActionContext(session, nothing, nothing, nothing, keeping=ProfileKeeping(tmp_path / "projects"))
    steps: list[tuple[str, dict[str, Any]]] = [
        ("timeline.addTrack", {"kind": "video"}),
        ("timeline.split", {"frame": 30}),
        ("marker.add", {"frame": 12, "name": "here"}),
        ("subtitles.add", {"start": 1, "end": 2, "text": "words"}),
        ("edit.undo", {}),
    ]
    ACTIONS.run("versions.keep", context, {"name": "0"})
    for number, (name, given) in enumerate(steps):
        ACTIONS.run(name, context, given)
        ACTIONS.run("versions.keep", context, {"name": f"{number + 1}"})
    whole = compared(context, 1, len(steps) + 1)["edits"]
    links = [compared(context, number, number + 1)["edits"] for number in range(1, len(steps) + 1)]
    assert [len(each) for each in links] == [1] * len(steps)
    assert whole == [label for each in links for label in each]
    assert compared(context, 4, 4) == {"edits": [], "changes": [], "text": []}
