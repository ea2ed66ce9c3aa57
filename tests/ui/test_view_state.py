"""The shared view state says each change once, and keeps to its limits."""

from __future__ import annotations

import pytest

from app.ui.view_state import ZOOM_MAX, ZOOM_MIN, ViewState


def test_playhead_never_before_the_beginning_and_said_once() -> None:
    view = ViewState()
    heard: list[int] = []
    view.playhead_changed.connect(heard.append)
    view.set_playhead(12)
    view.set_playhead(12)
    view.set_playhead(-3)
    assert heard == [12, 0]
    assert view.playhead == 0


def test_selection_is_replaced_toggled_and_forgotten() -> None:
    view = ViewState()
    heard: list[frozenset[str]] = []
    view.selection_changed.connect(heard.append)
    view.select(["a", "b"])
    view.select(("b", "a"))
    view.toggle(["b", "c"])
    view.forget(["c", "unknown"])
    assert heard == [frozenset("ab"), frozenset("ac"), frozenset("a")]


def test_zoom_stays_within_its_limits() -> None:
    view = ViewState()
    heard: list[float] = []
    view.zoom_changed.connect(heard.append)
    view.set_zoom(1e9)
    view.set_zoom(ZOOM_MAX)
    view.set_zoom(0)
    assert heard == [ZOOM_MAX, ZOOM_MIN]


def test_switches_tell_their_listeners() -> None:
    view = ViewState()
    heard: list[object] = []
    view.snapping_changed.connect(heard.append)
    view.linking_changed.connect(heard.append)
    view.tool_changed.connect(heard.append)
    view.set_snapping(False)
    view.set_snapping(False)
    view.set_linking(False)
    view.set_tool("razor")
    assert heard == [False, False, "razor"]


def test_marks_may_be_open_but_not_turned_round() -> None:
    view = ViewState()
    heard: list[tuple[int | None, int | None]] = []
    view.marks_changed.connect(lambda begin, end: heard.append((begin, end)))
    view.set_marks(10, None)
    view.set_marks(10, 20)
    view.set_marks(None, None)
    assert heard == [(10, None), (10, 20), (None, None)]
    with pytest.raises(ValueError, match="no range"):
        view.set_marks(20, 20)
    with pytest.raises(ValueError, match="no range"):
        view.set_marks(-1, 20)
