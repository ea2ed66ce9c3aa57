"""How large the cache may become, and what goes first when it is full.

At most the smaller of 50 GB and a fifth of what the disk would have free without it, unless a person
set another size. Proxies and segments of the film that was not used for longest go first, then the
small things; what somebody is at work with stays.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from app.core.media.cache_use import in_use
from app.core.media.disk_cache import DiskCache, Entry

MOST_BYTES = 50 * 10**9
_SHARE = 5  # of the free disk: one part in so many
_LARGE = frozenset({"proxy", "segments"})
_REMEMBERED_SECONDS = 30.0
_SPARE = 20  # when something must go, one part in so many of the limit is freed besides


Bound: TypeAlias = Literal["setting", "disk", "most"]
"""What makes the limit: what a person set, the free disk, or what no cache exceeds by itself."""


@dataclass(frozen=True, slots=True)
class RoomInfo:
    """How full the cache is, in bytes, and why it may not become larger."""

    used: int
    limit: int
    bound: Bound = "most"


class CacheRoom:
    """Keeps one cache within its limit. Safe from any thread; may walk the whole cache."""

    def __init__(
        self,
        cache: DiskCache,
        limit: int | None = None,
        disk: Callable[[Path], int] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``limit`` is in bytes; None chooses by the disk, of which ``disk`` tells the free bytes."""
        self._cache = cache
        self._limit = limit
        self._free_bytes = disk or free_bytes
        self._clock = clock
        self._lock = threading.Lock()
        self._used = 0
        self._walked: float | None = None
        self._promised: list[tuple[float, int]] = []

    @property
    def root(self) -> Path:
        """The folder of the cache."""
        return self._cache.root

    def info(self) -> RoomInfo:
        """How full it is now."""
        with self._lock:
            used = sum(entry.bytes for entry in self._cache.entries())
            limit = self._limit_at(used)
            by_itself: Bound = "disk" if limit < MOST_BYTES else "most"
            return RoomInfo(used, limit, by_itself if self._limit is None else "setting")

    def make(self, needed: int) -> bool:
        """Make room for ``needed`` more bytes; False where that is impossible: then write nothing large."""
        with self._lock:
            now = self._clock()
            if self._walked is None or now - self._walked > _REMEMBERED_SECONDS:
                self._walked, self._used = now, sum(entry.bytes for entry in self._cache.entries())
            # What was promised may not be written yet: it counts besides what is found.
            self._promised = [each for each in self._promised if now - each[0] <= _REMEMBERED_SECONDS]
            wanted = needed + sum(size for _when, size in self._promised)
            limit = self._limit_at(self._used)
            if self._used + wanted > limit:
                self._walked, self._used = now, self._drop(limit, wanted)
            if self._used + wanted > limit:
                return False
            self._promised.append((now, needed))
            return True

    def keep_within(self) -> int:
        """Drop what is too much, as after a change of the limit; returns the bytes freed."""
        with self._lock:
            before = sum(entry.bytes for entry in self._cache.entries())
            limit = self._limit_at(before)
            return before - self._drop(limit, 0) if before > limit else 0

    def _limit_at(self, used: int) -> int:
        if self._limit is not None:
            return self._limit
        return min(MOST_BYTES, (self._free_bytes(self._cache.root) + used) // _SHARE)

    def _drop(self, limit: int, needed: int) -> int:
        """Drop until ``needed`` fits, and a little more, so that it is not done again at once; what is used then."""
        entries = self._cache.entries()
        used = sum(entry.bytes for entry in entries)
        if needed > limit:
            return used
        target = max(0, limit - needed - limit // _SPARE)
        for entry in _by_worth(entries, in_use(self._cache.root)):
            if used <= target:
                break
            self._cache.drop(entry)
            used -= entry.bytes
        return used


def _by_worth(entries: tuple[Entry, ...], used_now: frozenset[str]) -> list[Entry]:
    """What may go, in that order: large before small, and of each the least lately used content first."""
    newest: dict[str, float] = {}
    for entry in entries:
        newest[entry.fingerprint] = max(newest.get(entry.fingerprint, 0.0), entry.used)
    free = [entry for entry in entries if entry.fingerprint not in used_now]
    return sorted(free, key=lambda entry: (entry.kind not in _LARGE, newest[entry.fingerprint], entry.fingerprint))


def free_bytes(root: Path) -> int:
    """What is free on the disk where ``root`` is or will be."""
    place = root
    while not place.exists() and place != place.parent:
        place = place.parent
    return shutil.disk_usage(place).free
