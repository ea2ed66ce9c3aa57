"""What drags stick to: edges of other clips, the playhead, the start."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator

from app.ui.panes.timeline.geometry import ClipIndex, Scale

REACH = 8


class SnapPoints:
    """The frames that something moving can stick to: edges of clips that do not move, and ``others``."""

    def __init__(self, rows: Iterable[ClipIndex], moving: Collection[str], others: Iterable[int]) -> None:
        self._rows = tuple(rows)
        self._moving = moving
        self._others = sorted({0, *others})

    def nearest(self, scale: Scale, edges: Iterable[int], by: int) -> tuple[int, int] | None:
        """The best place for ``edges`` (frames) that the pointer would move by ``by`` pixels.

        Returns how many frames to move by and the frame stuck to; None where nothing is within
        reach. The frames are those of the point itself: an edge that sticks is equal to it.
        """
        found = [
            (abs(scale.x_of(point) - wanted), abs(point - edge), point - edge, point)
            for edge in edges
            for wanted in (scale.x_of(edge) + by,)
            for point in self.around(scale.nearest_frame(wanted))
        ]
        distance, _, frames, point = min(found)
        return (frames, point) if distance <= REACH else None

    def around(self, frame: int) -> Iterator[int]:
        """The points next to ``frame`` on both sides, of each row."""
        yield from _neighbours(self._others, frame)
        for row in self._rows:
            yield from self._edges(row, row.starts, frame)
            yield from self._edges(row, row.ends, frame)

    def _edges(self, row: ClipIndex, edges: list[int], frame: int) -> Iterator[int]:
        """The edges next to ``frame`` that do not move."""
        middle = bisect_left(edges, frame)
        for numbers in (range(middle - 1, -1, -1), range(middle, len(edges))):
            for number in numbers:
                if row.clips[number].id not in self._moving:
                    yield edges[number]
                    break


def _neighbours(points: list[int], frame: int) -> list[int]:
    middle = bisect_left(points, frame)
    return points[max(0, middle - 1) : middle + 1]
