"""Where equal cards in sections lie: columns that fill the width, a heading above each section. No Qt."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

Tone: TypeAlias = Literal["muted", "error"]

MARGIN = 8
BETWEEN = 4
HEADING = 32
_NARROWEST = 64


@dataclass(frozen=True, slots=True)
class Section:
    """``count`` cards under a heading; none where ``title`` is empty. ``progress`` runs 0 to 1 while it fills."""

    title: str
    count: int
    note: str = ""
    progress: float | None = None
    tone: Tone = "muted"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in the coordinates of the whole content, in logical pixels."""

    x: int
    y: int
    width: int
    height: int


class CardLayout:
    """Cards about ``wanted`` wide, each a picture of 16 to 9 within ``inset`` and ``text`` pixels of text below it."""

    def __init__(self, sections: Sequence[Section], width: int, wanted: int, text: int, inset: int = 0) -> None:
        room = max(_NARROWEST, width - 2 * MARGIN)
        self.columns = max(1, (room + BETWEEN) // (max(_NARROWEST, wanted) + BETWEEN))
        self.card_width = (room - BETWEEN * (self.columns - 1)) // self.columns
        self.picture_height = (self.card_width - 2 * inset) * 9 // 16
        self.card_height = self.picture_height + 2 * inset + text
        self.sections = tuple(sections)
        self._firsts: list[int] = []
        self._tops: list[int] = []
        self.rows, y = 0, 0
        for section in self.sections:
            self._firsts.append(self.rows)
            self._tops.append(y)
            self.rows += section.count
            y += self._heading(section) + self._lines(section) * (self.card_height + BETWEEN)
            y += MARGIN if section.count else 0
        self.height = y + MARGIN if self.sections else 0

    def box(self, row: int) -> Box:
        """Where a card is.

        Raises:
            IndexError: there is no such row.
        """
        if not 0 <= row < self.rows:
            raise IndexError(row)
        number = self._section_of(row)
        line, place = divmod(row - self._firsts[number], self.columns)
        return Box(
            MARGIN + place * (self.card_width + BETWEEN),
            self._cards_top(number) + line * (self.card_height + BETWEEN),
            self.card_width,
            self.card_height,
        )

    def row_at(self, x: int, y: int) -> int | None:
        """The card at a point; None between them."""
        place, inside = divmod(x - MARGIN, self.card_width + BETWEEN)
        if not 0 <= place < self.columns or inside >= self.card_width:
            return None
        number = self._section_at(y)
        if number is None:
            return None
        line, below = divmod(y - self._cards_top(number), self.card_height + BETWEEN)
        row = line * self.columns + place
        if line < 0 or below >= self.card_height or row >= self.sections[number].count:
            return None
        return self._firsts[number] + row

    def rows_between(self, top: int, bottom: int) -> Iterator[range]:
        """The rows of cards that show between two heights, as ranges."""
        for number in self._sections_between(top, bottom):
            start = self._cards_top(number)
            pitch = self.card_height + BETWEEN
            first = max(0, (top - start) // pitch)
            last = min(self._lines(self.sections[number]), (bottom - start) // pitch + 1)
            count, base = self.sections[number].count, self._firsts[number]
            if last > first and count:
                yield range(base + min(count, first * self.columns), base + min(count, last * self.columns))

    def rows_in(self, box: Box) -> Iterator[range]:
        """The rows of cards that touch ``box``, as ranges."""
        pitch = self.card_width + BETWEEN
        left = max(0, (box.x - MARGIN) // pitch)
        right = min(self.columns - 1, (box.x + box.width - MARGIN) // pitch)
        if right < left:
            return
        for rows in self.rows_between(box.y, box.y + box.height):
            base = self._firsts[self._section_of(rows.start)] if len(rows) else 0
            for line in range((rows.start - base) // self.columns, (rows.stop - 1 - base) // self.columns + 1):
                start = base + line * self.columns
                yield range(min(rows.stop, start + left), min(rows.stop, start + right + 1))

    def headings_between(self, top: int, bottom: int) -> Iterator[tuple[Section, Box]]:
        """The headings that show; that of the section at ``top`` stays there while its cards go by."""
        for number in self._sections_between(top, bottom):
            section = self.sections[number]
            if not section.title:
                continue
            after = self._tops[number + 1] if number + 1 < len(self._tops) else self.height
            y = max(self._tops[number], min(top, after - HEADING))
            yield section, Box(0, y, 2 * MARGIN + self.columns * (self.card_width + BETWEEN) - BETWEEN, HEADING)

    def step(self, row: int, lines: int) -> int:
        """The row ``lines`` further down (up where negative), in the same column where there is one."""
        place = (row - self._firsts[self._section_of(row)]) % self.columns
        for _ in range(abs(lines)):
            row = self._next_line(row, place) if lines > 0 else self._line_before(row, place)
        return row

    def _next_line(self, row: int, place: int) -> int:
        number = self._section_of(row)
        line = (row - self._firsts[number]) // self.columns + 1
        if line < self._lines(self.sections[number]):
            return self._in_line(number, line, place)
        after = next((each for each in range(number + 1, len(self.sections)) if self.sections[each].count), None)
        return row if after is None else self._in_line(after, 0, place)

    def _line_before(self, row: int, place: int) -> int:
        number = self._section_of(row)
        line = (row - self._firsts[number]) // self.columns - 1
        if line >= 0:
            return self._in_line(number, line, place)
        before = next((each for each in range(number - 1, -1, -1) if self.sections[each].count), None)
        return row if before is None else self._in_line(before, self._lines(self.sections[before]) - 1, place)

    def _in_line(self, number: int, line: int, place: int) -> int:
        return self._firsts[number] + min(self.sections[number].count - 1, line * self.columns + place)

    def _section_of(self, row: int) -> int:
        return bisect_right(self._firsts, row) - 1

    def _section_at(self, y: int) -> int | None:
        number = bisect_right(self._tops, y) - 1
        return number if number >= 0 else None

    def _sections_between(self, top: int, bottom: int) -> range:
        first = self._section_at(max(0, top))
        last = self._section_at(bottom)
        return range(0) if first is None or last is None else range(first, last + 1)

    def _cards_top(self, number: int) -> int:
        heading = self._heading(self.sections[number])
        return self._tops[number] + (heading or MARGIN)

    def _lines(self, section: Section) -> int:
        return -(-section.count // self.columns)

    @staticmethod
    def _heading(section: Section) -> int:
        return HEADING if section.title else 0
