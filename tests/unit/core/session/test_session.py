"""One open project: edits, events, undo, saving; and random edits that undo to the byte."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from app.core.base.errors import UserError
from app.core.edit.cut import ripple_delete, split_clip
from app.core.edit.trim import trim
from app.core.model.project import Project
from app.core.session.session import BrokenDocument, Change, Session
from tests.helpers.document import FRAME, clip, clips, project, row, track


class Shelf:
    """A store that keeps projects in a dict, or has a full disk."""

    def __init__(self) -> None:
        self.kept: dict[Path, Project] = {}
        self.full = False

    def load(self, path: Path) -> Project:
        if path not in self.kept:
            raise UserError(str(path), "there is no such file", "choose another")
        return self.kept[path]

    def save(self, document: Project, path: Path) -> None:
        if self.full:
            raise UserError(str(path), "the disk is full", "free some space")
        self.kept[path] = document


def trimmed(document: Project, frame: int) -> Project:
    return trim(document, "main", "a", "end", frame * FRAME)


def start() -> Project:
    return project(track("V1", clip("a", 20, link="l")), track("A1", clip("s", 20, link="l")))


def test_apply_undo_redo_and_the_event() -> None:
    session = Session(start(), checked=True)
    heard: list[Change] = []
    session.changed.subscribe(heard.append)
    first = session.project
    changes = session.apply("Split", lambda document: split_clip(document, "main", "a", 5 * FRAME))
    assert changes.tracks.changed == ("V1", "A1")
    assert (session.modified, session.undo_label, session.undo_depth) == (True, "Split", 1)
    second = session.project
    session.undo()
    assert session.project is first
    assert (session.undo_label, session.redo_label, session.modified) == (None, "Split", False)
    session.redo()
    assert session.project is second
    assert [(each.before is first, each.after is second) for each in heard] == [
        (True, True),
        (False, False),
        (True, True),
    ]
    assert heard[1].changes.clips.removed == heard[0].changes.clips.added


def test_an_impossible_edit_changes_nothing() -> None:
    session = Session(start(), checked=True)
    before = session.project
    with pytest.raises(UserError):
        session.apply("Split", lambda document: split_clip(document, "main", "a", 20 * FRAME))
    assert session.project is before
    assert session.undo_depth == 0


def test_an_edit_without_effect_makes_no_step() -> None:
    session = Session(start(), checked=True)
    session.changed.subscribe(lambda change: pytest.fail("nothing changed"))
    assert not session.apply("Nothing", lambda document: document)
    assert not session.apply("Nothing", lambda document: replace(document))
    assert session.undo_depth == 0


def test_a_broken_edit_is_a_bug_and_is_not_kept() -> None:
    def breaking(document: Project) -> Project:
        return replace(document, assets=())

    session = Session(start(), checked=True)
    with pytest.raises(BrokenDocument, match="Break: clip a: its asset film is not in the project"):
        session.apply("Break", breaking)
    assert session.project.assets
    unchecked = Session(start())
    unchecked.apply("Break", breaking)
    assert unchecked.undo_depth == 1


def test_a_drag_is_one_step() -> None:
    session = Session(start(), checked=True)
    for frame in (18, 15, 9):
        session.apply("Trim", partial(trimmed, frame=frame), "drag 1")
    assert row(session.project, "A1") == "s:0+9"
    session.undo()
    assert row(session.project, "A1") == "s:0+20"


def test_undo_and_redo_of_nothing() -> None:
    session = Session(start())
    with pytest.raises(UserError, match="nothing to undo"):
        session.undo()
    with pytest.raises(UserError, match="nothing to redo"):
        session.redo()


def test_saving_and_opening() -> None:
    shelf, path = Shelf(), Path("/films/a.insomnia")
    session = Session(start(), store=shelf)
    saved: list[Path] = []
    session.saved.subscribe(saved.append)
    with pytest.raises(UserError, match="no file yet"):
        session.save()
    session.apply("Delete", lambda document: ripple_delete(document, "main", ["a"]))
    assert session.name == session.project.name
    assert session.save(path) == path
    assert session.name == "a"
    assert (session.path, session.modified, saved) == (path, False, [path])
    opened = Session.open(shelf, path, checked=True)
    assert opened.project == session.project
    assert (opened.path, opened.modified) == (path, False)
    with pytest.raises(UserError, match="no such file"):
        Session.open(shelf, Path("/films/b.insomnia"))


def test_a_failed_save_leaves_it_modified() -> None:
    shelf, path = Shelf(), Path("/films/a.insomnia")
    session = Session(start(), store=shelf, path=path)
    session.apply("Delete", lambda document: ripple_delete(document, "main", ["a"]))
    shelf.full = True
    with pytest.raises(UserError, match="the disk is full"):
        session.save(Path("/films/other.insomnia"))
    assert (session.modified, session.path) == (True, path)


def test_a_scratch_copy_keeps_its_changes_to_itself() -> None:
    session = Session(start(), store=Shelf(), path=Path("/films/a.insomnia"), checked=True)
    session.apply("Split", lambda document: split_clip(document, "main", "a", 5 * FRAME))
    session.changed.subscribe(lambda change: pytest.fail("the scratch copy told others"))
    trial = session.scratch()
    trial.undo()
    assert len(clips(trial.project, "V1")) == 1
    assert len(clips(session.project, "V1")) == 2
    with pytest.raises(ValueError, match="without a store"):
        trial.save()
