"""What it takes to show any frame of a film, measured by showing a few: whether a proxy would be quicker."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from app.core.base.errors import UserError
from app.core.media.index import FrameIndex
from app.core.media.pyav_source import PyAVVideoSource

MOST_LINES = 720
"""Larger pictures cost more than that to draw, however quickly they are found."""

_QUICK = 0.010  # seconds
_SEEKS = 9
_LONGEST = 0.5  # seconds for all of them: what is slower needs no exact figure


def seeks_quickly(path: Path | str, index: FrameIndex, clock: Callable[[], float] = time.thread_time) -> bool | None:
    """Whether random frames take less than 10 ms, by the median of a few.

    Counted in processor time, with one thread: what else the machine does must not decide. None where that
    matters to nobody: the film cannot be shown at random, or has so many lines that it gets a proxy anyway.
    """
    if index.identity == "order":
        return None
    chance = random.Random(0)  # noqa: S311 - no secret
    source = PyAVVideoSource(path, index, threads=1, ring_bytes=0)
    try:
        first = source.frame(0)
        if min(first.width, first.height) > MOST_LINES:
            return None
        costs: list[float] = []
        while len(costs) < _SEEKS and sum(costs) < _LONGEST:
            began = clock()
            source.frame(chance.randrange(len(index)))
            costs.append(clock() - began)
    except UserError:
        return None
    finally:
        source.close()
    return statistics.median(costs) < _QUICK
