"""The row of items on one track: finding, cutting, replacing and closing, without knowing why.

Times are sequence time from the start of the row. All functions take and return tidy rows: gaps
merged, nothing empty, no gap at the end.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import replace
from itertools import accumulate
from operator import attrgetter

from app.core.base.ids import new_id
from app.core.base.time import Flicks
from app.core.model.clip import Clip, Gap, Item

Row = tuple[Item, ...]

_duration = attrgetter("duration")


def tidy(items: Iterable[Item]) -> Row:
    """The same row with neighbouring gaps merged, empty items dropped and no gap at the end."""
    row = _merged(items)
    if row and isinstance(row[-1], Gap):
        row.pop()
    return tuple(row)


def _merged(items: Iterable[Item]) -> list[Item]:
    row: list[Item] = []
    for item in items:
        if item.duration <= 0:
            continue
        last = row[-1] if row else None
        if isinstance(item, Gap) and isinstance(last, Gap):
            row[-1] = Gap(last.duration + item.duration)
        else:
            row.append(item)
    return row


def divide(clip: Clip, at: Flicks, *, keep_id: bool = False) -> tuple[Clip, Clip]:
    """Both pieces of a clip cut ``at`` after its start; the later one gets a new id unless ``keep_id``.

    ::

        [ a        ]   ->   [ a  ][ new ]
    """
    first = replace(clip, duration=at) if clip.retime is None else clip.with_edges(0, at - clip.duration)
    second = clip.with_edges(at, 0)
    return first, second if keep_id else replace(second, id=new_id())


def split(row: Row, at: Flicks) -> Row:
    """Cut what spans ``at``.

    ::

        [ a        ][ b ]   ->   [ a  ][ a' ][ b ]
    """
    return put(row, at, at, ())


def put(row: Row, start: Flicks, end: Flicks, items: Iterable[Item]) -> Row:
    """Replace ``[start, end)`` by ``items``, which last as long.

    ::

        [ a        ][ b      ]   ->   [ a  ][ items    ][ b  ]
    """
    ends = list(accumulate(map(_duration, row)))
    first, last = bisect_right(ends, start), bisect_right(ends, end)
    kept = max(first - 1, 0)  # the row is tidy: only what is next to the joint may have to be merged with it
    joint = [*row[kept:first], _first_piece(row, ends, first, start), *items]
    if last == len(row):
        return row[:kept] + tidy(joint)
    begin = ends[last] - row[last].duration
    # A clip whose front does not stay on the track keeps its id: its rest is the clip that people know.
    joint.append(_second_piece(row[last], end - begin, keep_id=begin >= start))
    whole = list(row)
    whole[kept : last + 1] = _merged(joint)
    return tuple(whole)


def is_free(row: Row, start: Flicks, end: Flicks) -> bool:
    """Whether no clip lies in ``[start, end)``."""
    ends = list(accumulate(map(_duration, row)))
    first = bisect_right(ends, start)
    last = bisect_left(ends, end, lo=first) + 1
    return not any(isinstance(item, Clip) for item in row[first:last])


def close(row: Row, start: Flicks, end: Flicks) -> Row:
    """Take ``[start, end)`` out of time; what is later moves up.

    ::

        [ a        ][ b      ][ c ]   ->   [ a  ][ b  ][ c ]
    """
    return put(row, start, end, ())


def open_gap(row: Row, at: Flicks, duration: Flicks) -> Row:
    """Push what is after ``at`` later by ``duration``.

    ::

        [ a        ][ b ]   ->   [ a  ]......[ a' ][ b ]
    """
    return put(row, at, at, (Gap(duration),))


def _first_piece(row: Row, ends: list[Flicks], index: int, at: Flicks) -> Item:
    """What the item of ``row`` that spans ``at`` has before it; a gap up to it where the row is shorter."""
    if index == len(row):
        return Gap(at - (ends[-1] if ends else 0))
    item = row[index]
    length = at - (ends[index] - item.duration)
    return divide(item, length)[0] if isinstance(item, Clip) and length else Gap(length)


def _second_piece(item: Item, at: Flicks, *, keep_id: bool) -> Item:
    if isinstance(item, Gap):
        return Gap(item.duration - at)
    return divide(item, at, keep_id=keep_id)[1] if at else item
