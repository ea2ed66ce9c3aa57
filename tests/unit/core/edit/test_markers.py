"""Markers: pinned, changed, taken away."""

from __future__ import annotations

import pytest

from app.core.base.errors import UserError
from app.core.edit.markers import add_marker, change_marker, remove_markers
from app.core.model.lint import lint
from app.core.model.project import Project
from tests.helpers.document import FRAME, clip, project, track


def marked() -> Project:
    document = project(track("V1", clip("a", 10)))
    document = add_marker(document, "main", 5 * FRAME, name=" a\nmoment ", color="red", note=" why\nnot ")
    return add_marker(document, "main", 2 * FRAME, duration=4 * FRAME, name="range")


def ids(document: Project) -> list[str]:
    return [each.id for each in document.sequences[0].markers]


def test_markers_are_kept_in_order() -> None:
    document = marked()
    first, second = document.sequences[0].markers
    assert (first.name, first.start, first.end, first.color) == ("range", 2 * FRAME, 6 * FRAME, "green")
    assert (second.name, second.duration, second.color, second.note) == ("a moment", 0, "red", "why\nnot")
    assert lint(document) == []
    later = change_marker(document, "main", first.id, start=8 * FRAME, duration=0, color="blue", note="n")
    assert [each.name for each in later.sequences[0].markers] == ["a moment", "range"]
    assert lint(later) == []
    assert change_marker(document, "main", first.id, name="range") is document


def test_two_may_begin_together_but_not_be_the_same() -> None:
    document = add_marker(marked(), "main", 2 * FRAME)
    assert [each.duration for each in document.sequences[0].markers] == [0, 4 * FRAME, 0]
    with pytest.raises(UserError, match="there is one at that time already"):
        add_marker(document, "main", 2 * FRAME, name="other")
    with pytest.raises(UserError, match="there is one at that time already"):
        change_marker(document, "main", ids(document)[1], duration=0)


def test_markers_are_removed() -> None:
    document = marked()
    assert ids(remove_markers(document, "main", ids(document)[:1])) == ids(document)[1:]
    with pytest.raises(UserError, match="marker gone: it is not on the timeline"):
        remove_markers(document, "main", [*ids(document), "gone"])
    with pytest.raises(UserError, match="no marker is chosen"):
        remove_markers(document, "main", [])


@pytest.mark.parametrize("times", [(1, 0), (-FRAME, 0), (FRAME, 5), (FRAME, -FRAME)])
def test_times_off_the_grid_are_bugs(times: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="on no frame"):
        add_marker(marked(), "main", times[0], duration=times[1])
