"""Three- and four-point edits against a table of expected timelines."""

from __future__ import annotations

import pytest

from app.core.base.errors import UserError
from app.core.edit.three_point import Mark, Marks, place
from app.core.model.links import out_of_step
from app.core.model.lint import lint
from app.core.model.project import Project
from tests.helpers.document import FRAME, clip, project, row, track


def two() -> Project:
    return project(
        track("V1", clip("a", 10, link="1"), clip("b", 10, source=20, link="2")),
        track("A1", clip("s", 10, link="1"), clip("t", 10, source=20, link="2")),
    )


def marks(source_in: int | None, source_out: int | None, start: int | None, end: int | None) -> Marks:
    points = [None if each is None else each * FRAME for each in (source_in, source_out, start, end)]
    return Marks(points[0], points[1], points[2], points[3], "n")


# Media in and out, timeline in and out, the mark that does not count; V1 after overwriting and after inserting.
TABLE: list[tuple[tuple[int | None, ...], Mark | None, str, str]] = [
    ((50, 54, 8, None), None, "a:0+8 n:50+4 b:22+8", "a:0+8 n:50+4 a:8+2 b:20+10"),
    ((50, 54, None, 12), None, "a:0+8 n:50+4 b:22+8", "a:0+8 n:50+4 a:8+2 b:20+10"),
    ((50, None, 8, 12), None, "a:0+8 n:50+4 b:22+8", "a:0+8 n:50+4 a:8+2 b:20+10"),
    ((None, 54, 8, 12), None, "a:0+8 n:50+4 b:22+8", "a:0+8 n:50+4 a:8+2 b:20+10"),
    ((50, 54, 8, 12), None, "a:0+8 n:50+4 b:22+8", "a:0+8 n:50+4 a:8+2 b:20+10"),
    ((50, 56, 8, 12), "end", "a:0+8 n:50+6 b:24+6", "a:0+8 n:50+6 a:8+2 b:20+10"),
    ((50, 56, 8, 12), "start", "a:0+6 n:50+6 b:22+8", "a:0+6 n:50+6 a:6+4 b:20+10"),
    ((50, 56, 8, 12), "source_out", "a:0+8 n:50+4 b:22+8", "a:0+8 n:50+4 a:8+2 b:20+10"),
    ((50, 56, 8, 12), "source_in", "a:0+8 n:52+4 b:22+8", "a:0+8 n:52+4 a:8+2 b:20+10"),
    ((None, None, 8, 12), None, "a:0+8 n:0+4 b:22+8", "a:0+8 n:0+4 a:8+2 b:20+10"),
    ((236, None, 8, None), None, "a:0+8 n:236+4 b:22+8", "a:0+8 n:236+4 a:8+2 b:20+10"),
    ((None, 4, None, 12), None, "a:0+8 n:0+4 b:22+8", "a:0+8 n:0+4 a:8+2 b:20+10"),
]


@pytest.mark.parametrize(("points", "leave_out", "overwritten", "inserted"), TABLE)
def test_the_table(
    points: tuple[int | None, int | None, int | None, int | None],
    leave_out: Mark | None,
    overwritten: str,
    inserted: str,
) -> None:
    for how, expected in (("overwrite", overwritten), ("insert", inserted)):
        after = place(two(), "main", "film", marks(*points), how, leave_out=leave_out)  # type: ignore[arg-type]
        assert row(after, "V1") == expected
        sound = expected.replace("a:", "s:").replace("b:", "t:")
        assert row(after, "A1") == sound
        assert lint(after) == []
        assert out_of_step(after.sequences[0]) == []


@pytest.mark.parametrize(
    ("points", "reason"),
    [
        ((50, 56, 8, 12), "four marks: the marks of media and timeline are of different lengths"),
        ((50, 50, 8, None), r"film.mp4: its out mark is not after its in mark"),
        ((50, None, 12, 8), "the timeline: its out mark is not after its in mark"),
        ((50, 54, None, None), "nothing says where the media go"),
        ((50, 70, None, 12), "it would begin before the timeline does"),
        ((238, None, 8, 12), "the part asked for is not in it"),
        ((None, 2, 8, 12), "the part asked for is not in it"),
    ],
)
def test_marks_that_do_not_fit(points: tuple[int | None, int | None, int | None, int | None], reason: str) -> None:
    with pytest.raises(UserError, match=reason):
        place(two(), "main", "film", marks(*points), "overwrite")


def test_times_off_the_grid_are_bugs() -> None:
    with pytest.raises(ValueError, match="on no frame"):
        place(two(), "main", "film", Marks(start=1), "overwrite")


def test_clips_are_called_as_their_media() -> None:
    assert row(place(two(), "main", "silent", Marks(0, 2 * FRAME, 0), "overwrite"), "V1").startswith("silent:0+2 a:2+8")
