"""What a call costs, its child processes included."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds by the clock, and of processors: this process and the children that ended meanwhile."""

    wall: float
    processor: float

    def __str__(self) -> str:
        return f"{self.wall:.2f} s (cpu {self.processor:.2f})"


def spent(function: Callable[[], object]) -> Spent:
    """What calling ``function`` costs."""
    before, began = os.times(), time.perf_counter()
    function()
    wall, after = time.perf_counter() - began, os.times()
    return Spent(wall, sum(after[:4]) - sum(before[:4]))
