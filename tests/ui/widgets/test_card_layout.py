"""Where cards lie: columns fill the width, points and rows find each other, headings stay in sight."""

from __future__ import annotations

import pytest

from app.ui.widgets.card_layout import BETWEEN, HEADING, MARGIN, Box, CardLayout, Section

TWO = (Section("a", 5), Section("empty", 0), Section("b", 3))


def test_columns_fill_the_width() -> None:
    layout = CardLayout((Section("", 10),), 340, 140, 30)
    assert layout.columns == 2
    last = layout.box(1)
    assert last.x + last.width == 340 - MARGIN


def test_a_narrow_pane_has_one_column() -> None:
    layout = CardLayout((Section("", 3),), 40, 140, 30)
    assert layout.columns == 1
    assert layout.box(2).width > 0


@pytest.mark.parametrize("width", [100, 340, 500, 1203])
def test_every_card_is_found_at_its_middle(width: int) -> None:
    layout = CardLayout((*TWO, Section("", 7)), width, 100, 20)
    for row in range(layout.rows):
        box = layout.box(row)
        assert layout.row_at(box.x + box.width // 2, box.y + box.height // 2) == row
    assert layout.rows == 15
    assert max(layout.box(row).y + layout.card_height for row in range(15)) <= layout.height


def test_nothing_is_found_between_cards_and_on_headings() -> None:
    layout = CardLayout(TWO, 340, 140, 30)
    box = layout.box(0)
    assert layout.row_at(box.x + box.width + BETWEEN // 2, box.y + 5) is None
    assert layout.row_at(box.x + 5, HEADING // 2) is None
    assert layout.row_at(layout.box(4).x + layout.card_width + BETWEEN + 5, layout.box(4).y + 5) is None
    assert layout.row_at(20, layout.height + 500) is None


def test_rows_between_two_heights_are_those_that_show() -> None:
    layout = CardLayout(TWO, 340, 140, 30)
    for top in range(0, layout.height, 7):
        shown = {row for rows in layout.rows_between(top, top + 60) for row in rows}
        boxes = [layout.box(row) for row in range(layout.rows)]
        expected = {row for row, box in enumerate(boxes) if box.y + box.height > top and box.y < top + 60}
        assert expected <= shown
        assert len(shown) <= len(expected) + 2 * layout.columns


def test_a_band_takes_what_it_touches() -> None:
    layout = CardLayout((Section("", 12),), 460, 140, 30)
    assert layout.columns == 3
    second, sixth = layout.box(1), layout.box(5)
    band = Box(second.x + 10, second.y + 10, sixth.x - second.x, sixth.y - second.y)
    assert [row for rows in layout.rows_in(band) for row in rows] == [1, 2, 4, 5]


def test_a_heading_stays_while_its_cards_go_by() -> None:
    layout = CardLayout(TWO, 340, 140, 30)
    shown = {section.title: box.y for section, box in layout.headings_between(60, 1000)}
    assert shown["a"] == 60
    assert shown["empty"] > layout.box(4).y
    assert shown["b"] == shown["empty"] + HEADING
    pushed = {section.title: box.y for section, box in layout.headings_between(shown["empty"] - 10, 1000)}
    assert pushed["a"] == shown["empty"] - HEADING


def test_up_and_down_keep_the_column_across_sections() -> None:
    layout = CardLayout(TWO, 340, 140, 30)  # rows 0 1 / 2 3 / 4 and 5 6 / 7
    assert layout.step(1, 1) == 3
    assert layout.step(3, 1) == 4
    assert layout.step(4, 1) == 5
    assert layout.step(6, -1) == 4
    assert layout.step(6, 1) == 7
    assert layout.step(7, 5) == 7
    assert layout.step(7, -20) == 0


def test_there_is_no_box_of_a_row_that_is_not_there() -> None:
    with pytest.raises(IndexError):
        CardLayout(TWO, 340, 140, 30).box(8)
