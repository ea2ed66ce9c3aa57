"""Rows of items: cut, put, close, open, and always tidy."""

from __future__ import annotations

from app.core.edit import row
from app.core.edit.row import Row
from app.core.model.clip import Gap
from tests.helpers.document import FRAME, clip, gap, project, track
from tests.helpers.document import row as shown


def words(items: Row) -> str:
    return shown(project(track("V1", *items)), "V1")


A, B = clip("a", 10), clip("b", 6, source=50)
ROW = (A, gap(4), B)


def test_tidy_merges_drops_and_trims() -> None:
    assert row.tidy([gap(0), gap(2), gap(3), A, gap(0), B, gap(1), gap(1)]) == (gap(5), A, B)
    assert row.tidy([gap(3)]) == ()
    assert row.tidy([]) == ()


def test_divide_gives_the_later_piece_a_new_id() -> None:
    first, second = row.divide(A, 3 * FRAME)
    assert (first.id, first.source_start, first.duration) == ("a", 0, 3 * FRAME)
    assert (second.source_start, second.duration) == (3 * FRAME, 7 * FRAME)
    assert second.id not in ("", "a")
    assert row.divide(A, FRAME, keep_id=True)[1].id == "a"


def test_split_inside_at_the_edges_and_in_a_gap() -> None:
    assert words(row.split(ROW, 4 * FRAME)) == "a:0+4 a:4+6 -4 b:50+6"
    for edge in (0, 10, 12, 14, 20, 99):
        assert row.split(ROW, edge * FRAME) == ROW


def test_put_over_everything_it_meets() -> None:
    new = clip("n", 8)
    assert words(row.put(ROW, 6 * FRAME, 14 * FRAME, (new,))) == "a:0+6 n:0+8 b:50+6"
    assert words(row.put(ROW, 8 * FRAME, 16 * FRAME, (new,))) == "a:0+8 n:0+8 b:52+4"
    assert words(row.put(ROW, 1 * FRAME, 9 * FRAME, (new,))) == "a:0+1 n:0+8 a:9+1 -4 b:50+6"
    assert words(row.put(ROW, 30 * FRAME, 38 * FRAME, (new,))) == "a:0+10 -4 b:50+6 -10 n:0+8"
    assert words(row.put((), 0, 8 * FRAME, (new,))) == "n:0+8"


def test_who_keeps_the_id() -> None:
    """The piece that begins where the clip began keeps it; where that is gone, the rest does."""
    inside = row.put(ROW, FRAME, 3 * FRAME, (gap(2),))
    assert [getattr(item, "id", "-") == "a" for item in inside[:3]] == [True, False, False]
    head = row.put(ROW, 0, 3 * FRAME, (gap(3),))
    assert isinstance(head[0], Gap)
    assert getattr(head[1], "id", "") == "a"


def test_close_and_open() -> None:
    assert words(row.close(ROW, 8 * FRAME, 15 * FRAME)) == "a:0+8 b:51+5"
    assert words(row.close(ROW, 10 * FRAME, 14 * FRAME)) == "a:0+10 b:50+6"
    assert words(row.close(ROW, 2 * FRAME, 3 * FRAME)) == "a:0+2 a:3+7 -4 b:50+6"
    assert row.close(ROW, 30 * FRAME, 40 * FRAME) == ROW
    assert words(row.open_gap(ROW, 3 * FRAME, 2 * FRAME)) == "a:0+3 -2 a:3+7 -4 b:50+6"
    assert words(row.open_gap(ROW, 11 * FRAME, 2 * FRAME)) == "a:0+10 -6 b:50+6"
    assert row.open_gap(ROW, 20 * FRAME, 2 * FRAME) == ROW
