"""Versions by name, restored as an edit, compared as the edits between them and as text."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.core.base.errors import UserError
from app.core.model.clip import Clip
from app.core.session.actions import ActionContext, Imported
from app.core.session.actions_all import standard_actions
from app.core.session.session import Session
from app.storage.keeping import ProfileKeeping
from app.storage.project_file import ProjectFiles
from tests.helpers.document import clip, project, track

BASE = replace(project(track("V1", clip("a", 10), clip("b", 5))), id="wedding", name="Wedding")
ACTIONS = standard_actions()


def nothing(*_anything: object, **_more: object) -> Imported:
    raise AssertionError("no action here reads or writes films")


@pytest.fixture
def context(tmp_path: Path) -> ActionContext:
    session = Session(BASE, store=ProjectFiles(), path=tmp_path / "a.insomnia", checked=True)
    keeping = ProfileKeeping(tmp_path / "projects")
    return ActionContext(session, nothing, nothing, nothing, keeping=keeping)  # type: ignore[arg-type]


def louder(context: ActionContext, number: int) -> None:
    def edit(document: object) -> object:
        sequence = context.session.project.sequences[0]
        items = list(sequence.video_tracks[0].items)
        assert isinstance(items[0], Clip)
        items[0] = replace(items[0], gain_db=float(-number))
        row = replace(sequence.video_tracks[0], items=tuple(items))
        return replace(context.session.project, sequences=(replace(sequence, video_tracks=(row,)),))

    context.session.apply(f"Gain {number}", edit)  # type: ignore[arg-type]


def test_restoring_is_an_edit_and_writes_nothing(context: ActionContext) -> None:
    context.session.save()
    assert context.session.path is not None
    on_disk = context.session.path.read_bytes()
    ACTIONS.run("versions.keep", context, {"name": "before the music"})
    louder(context, 1)
    louder(context, 2)
    now = context.session.project
    ACTIONS.run("versions.restore", context, {"version": 1})
    assert context.session.project == BASE
    assert context.session.modified
    assert context.session.undo_label == "Restore before the music"
    assert context.session.path.read_bytes() == on_disk
    context.session.undo()
    assert context.session.project is now


def test_the_difference_lists_exactly_the_edits_between(context: ActionContext) -> None:
    for number in range(1, 6):
        louder(context, number)
        if number in (1, 3):
            ACTIONS.run("versions.keep", context, {"name": f"cut {number}"})
    context.session.undo()
    between = ACTIONS.run("versions.compare", context, {"version": 1, "with": 2})
    assert between["edits"] == ["Gain 2", "Gain 3"]
    assert between["changes"]
    changed = [line.split() for line in between["text"] if line[:2] in ("- ", "+ ")]
    assert changed == [["-", '"gain_db":', "-1.0,"], ["+", '"gain_db":', "-3.0,"]]
    assert ACTIONS.run("versions.compare", context, {"version": 2, "with": 1})["edits"] == ["Gain 2", "Gain 3"]
    since = ACTIONS.run("versions.compare", context, {"version": 2})
    assert since["edits"] == ["Gain 4", "Gain 5", "Undo Gain 5"]


def test_two_of_the_same_differ_in_nothing(context: ActionContext) -> None:
    ACTIONS.run("versions.keep", context, {"name": "one"})
    assert ACTIONS.run("versions.compare", context, {"version": 1}) == {"edits": [], "changes": [], "text": []}


def test_versions_that_are_not_there_or_have_no_name_are_refused(context: ActionContext) -> None:
    with pytest.raises(UserError, match="version 7: there is no such version; save the project"):
        ACTIONS.run("versions.restore", context, {"version": 7})
    with pytest.raises(UserError, match="it has no name"):
        ACTIONS.run("versions.keep", context, {"name": "  "})


def test_a_step_of_the_history_can_be_gone_to(context: ActionContext) -> None:
    for number in range(1, 4):
        louder(context, number)
    assert ACTIONS.run("history.goTo", context, {"step": 0}) == {"step": 0}
    assert context.session.project is BASE
    ACTIONS.run("history.goTo", context, {"step": 3})
    assert context.session.undo_label == "Gain 3"
    with pytest.raises(UserError, match="there is no step 4; choose 0 to 3"):
        ACTIONS.run("history.goTo", context, {"step": 4})
