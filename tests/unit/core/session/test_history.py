"""Undo as snapshots: labels, merging, the saved mark, bounds."""

from __future__ import annotations

import pytest

from app.core.model.project import Project
from app.core.session.history import MOST_STEPS, History


def state(name: str) -> Project:
    return Project("p", name)


def test_there_and_back() -> None:
    a, b, c = state("a"), state("b"), state("c")
    history = History(a)
    assert (history.undo_label, history.redo_label, history.depth) == (None, None, 0)
    assert history.undo() is a
    assert history.redo() is a
    history.push("one", b)
    history.push("two", c)
    assert (history.project, history.undo_label, history.depth) == (c, "two", 2)
    assert history.undo() is b
    assert (history.undo_label, history.redo_label) == ("one", "two")
    assert history.undo() is a
    assert history.redo() is b
    assert history.redo() is c
    assert list(history.labels) == ["one", "two"]


def test_a_new_step_ends_redo() -> None:
    history = History(state("a"))
    history.push("one", state("b"))
    history.undo()
    other = state("c")
    history.push("other", other)
    assert list(history.labels) == ["other"]
    assert history.redo() is other
    assert history.undo().name == "a"


def test_steps_with_one_key_merge() -> None:
    a = state("a")
    history = History(a)
    history.push("Drag", state("b"), merge_key=("drag", 1))
    history.push("Drag", state("c"), merge_key=("drag", 1))
    assert list(history.labels) == ["Drag"]
    history.push("Drag", state("d"), merge_key=("drag", 2))
    history.push("Plain", state("e"))
    history.push("Plain", state("f"))
    assert list(history.labels) == ["Drag", "Drag", "Plain", "Plain"]
    for name in ("e", "d", "c", "a"):
        assert history.undo().name == name


def test_nothing_merges_into_an_undone_step() -> None:
    history = History(state("a"))
    history.push("Drag", state("b"), merge_key="k")
    history.push("Drag", state("c"), merge_key="other")
    history.undo()
    history.push("Drag", state("d"), merge_key="k")
    assert list(history.labels) == ["Drag", "Drag"]
    assert history.undo().name == "b"


def test_the_saved_mark() -> None:
    a, b = state("a"), state("b")
    history = History(a)

    def modified() -> bool:
        return history.modified

    assert not modified()
    history.push("one", b, merge_key="k")
    assert modified()
    history.mark_saved(b)
    assert not modified()
    history.push("two", state("c"), merge_key="k")
    assert list(history.labels) == ["one", "two"], "the saved snapshot must stay within reach"
    assert modified()
    history.undo()
    assert not modified()
    history.undo()
    assert modified()


def test_the_oldest_steps_are_forgotten() -> None:
    assert MOST_STEPS >= 500
    history = History(state("0"), limit=3)
    for number in range(1, 11):
        history.push(f"to {number}", state(str(number)))
    assert list(history.labels) == ["to 8", "to 9", "to 10"]
    for name in ("9", "8", "7", "7"):
        assert history.undo().name == name
    with pytest.raises(ValueError, match="at least one"):
        History(state("a"), limit=0)


def test_a_copy_is_independent() -> None:
    history = History(state("a"))
    history.push("one", state("b"))
    history.undo()
    copy = history.copy()
    assert (copy.project, copy.redo_label, copy.modified) == (history.project, "one", False)
    copy.push("other", state("c"))
    assert list(history.labels) == ["one"]
    assert history.redo().name == "b"
