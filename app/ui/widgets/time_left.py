"""How long something will still take, from how far it has come."""

from __future__ import annotations

import time
from collections.abc import Callable

_SMALLEST_SHARE = 0.02
_SHORTEST_WATCH = 1.0


class TimeLeft:
    """One per job. Nothing is said before there is something to go by."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._first: tuple[float, float] | None = None

    def seconds(self, progress: float) -> float | None:
        """Seconds from now until ``progress`` (0 to 1) will be 1, at the pace so far; None if unknown."""
        now = self._clock()
        if self._first is None or progress < self._first[1]:
            self._first = (now, progress)
            return None
        began, at_first = self._first
        done, watched = progress - at_first, now - began
        if done < _SMALLEST_SHARE or watched < _SHORTEST_WATCH:
            return None
        return watched * (1 - progress) / done


def in_words(seconds: float | None) -> str:
    """``12 s left``, ``3 min left``, ``1 h 20 min left``; nothing where it is not known."""
    if seconds is None:
        return ""
    if seconds < 60:
        return f"{max(1, round(seconds))} s left"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min left"
    return f"{minutes // 60} h {minutes % 60} min left"
