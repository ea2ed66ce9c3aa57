"""The row of items on one track: finding, cutting, replacing and closing, without knowing why.

Times are sequence time from the start of the row. All functions return tidy rows: gaps merged,
nothing empty, no gap at the end.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from app.core.base.ids import new_id
from app.core.base.time import Flicks
from app.core.model.clip import Clip, Gap, Item

Row = tuple[Item, ...]


def tidy(items: Iterable[Item]) -> Row:
    """The same row with neighbouring gaps merged, empty items dropped and no gap at the end."""
    row: list[Item] = []
    for item in items:
        if item.duration <= 0:
            continue
        last = row[-1] if row else None
        if isinstance(item, Gap) and isinstance(last, Gap):
            row[-1] = Gap(last.duration + item.duration)
        else:
            row.append(item)
    if row and isinstance(row[-1], Gap):
        row.pop()
    return tuple(row)


def divide(clip: Clip, at: Flicks, *, keep_id: bool = False) -> tuple[Clip, Clip]:
    """Both pieces of a clip cut ``at`` after its start; the later one gets a new id unless ``keep_id``.

    ::

        [ a        ]   ->   [ a  ][ new ]
    """
    first = replace(clip, duration=at)
    second = replace(
        clip,
        id=clip.id if keep_id else new_id(),
        source_start=clip.source_start + at,
        duration=clip.duration - at,
    )
    return first, second


def before(row: Row, at: Flicks) -> list[Item]:
    """What lies before ``at``, filled up with a gap where the row is shorter."""
    kept: list[Item] = []
    start = 0
    for item in row:
        if start + item.duration > at:
            kept.append(_first_piece(item, at - start))
            return kept
        kept.append(item)
        start += item.duration
    kept.append(Gap(at - start))
    return kept


def after(row: Row, at: Flicks, *, front_stays_until: Flicks) -> list[Item]:
    """What lies after ``at``. A clip cut there keeps its id if it begins at or after ``front_stays_until``:
    then its front does not stay on the track, and the rest of it is the clip that people know."""
    start = 0
    for index, item in enumerate(row):
        if start + item.duration > at:
            if start >= at:
                return list(row[index:])
            return [_second_piece(item, at - start, keep_id=start >= front_stays_until), *row[index + 1 :]]
        start += item.duration
    return []


def split(row: Row, at: Flicks) -> Row:
    """Cut what spans ``at``.

    ::

        [ a        ][ b ]   ->   [ a  ][ a' ][ b ]
    """
    return tidy(before(row, at) + after(row, at, front_stays_until=at))


def put(row: Row, start: Flicks, end: Flicks, items: Iterable[Item]) -> Row:
    """Replace ``[start, end)`` by ``items``, which last as long.

    ::

        [ a        ][ b      ]   ->   [ a  ][ items    ][ b  ]
    """
    return tidy([*before(row, start), *items, *after(row, end, front_stays_until=start)])


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
    return tidy([*before(row, at), Gap(duration), *after(row, at, front_stays_until=at)])


def _first_piece(item: Item, at: Flicks) -> Item:
    if isinstance(item, Gap):
        return Gap(at)
    return divide(item, at)[0] if at else Gap(0)


def _second_piece(item: Item, at: Flicks, *, keep_id: bool) -> Item:
    if isinstance(item, Gap):
        return Gap(item.duration - at)
    return divide(item, at, keep_id=keep_id)[1]
