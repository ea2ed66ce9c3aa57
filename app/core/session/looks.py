"""Questions to the disk that must keep nobody waiting: a network drive that is dead answers after minutes, or never."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePath
from typing import TypeAlias, TypeVar

from app.core.base.files import is_file
from app.core.jobs.context import JobContext
from app.core.jobs.job import Job
from app.core.jobs.pool import ThreadPool

T = TypeVar("T")

# Which of some paths are files, told in the thread that asked: all at once, or in parts.
Look: TypeAlias = Callable[[Sequence[str], Callable[[Mapping[str, bool]], None]], None]

_AT_ONCE = 4
_PARTS_OF_A_DISK = 3  # of a path: the root, and as a rule two that name a mounted disk


def look_at_once(paths: Sequence[str], then: Callable[[Mapping[str, bool]], None], /) -> None:
    """The :class:`Look` for where nobody is kept waiting."""
    then({path: is_file(path) for path in paths})


class Looks:
    """Asks in threads of its own and answers through ``post``, which runs a function in the thread that asks.

    ``exists`` is asked whether there is a file. Disks are asked beside each other, so that a dead one
    holds up no other, and never keeps the program from ending.
    """

    def __init__(self, post: Callable[[Callable[[], None]], None], exists: Callable[[str], bool] = is_file) -> None:
        self._post = post
        self._exists = exists
        self._pool = ThreadPool("looks", _AT_ONCE, left_behind=True)
        self._lock = threading.Lock()
        self._waiting = 0
        self._closed = False

    @property
    def idle(self) -> bool:
        """Whether every question was answered."""
        return self._waiting == 0

    def files(self, paths: Sequence[str], then: Callable[[Mapping[str, bool]], None], /) -> None:
        """The :class:`Look`: ``then`` is called once for each disk."""
        disks: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
        for path in paths:
            disks[PurePath(path).parts[:_PARTS_OF_A_DISK]].append(path)
        for each in disks.values():
            self.ask(lambda named=each: {path: self._exists(path) for path in named}, then)  # type: ignore[misc]

    def ask(self, question: Callable[[], T], then: Callable[[T], None]) -> None:
        """Call ``then`` with the answer to ``question``, soon."""
        if self._closed:
            return
        with self._lock:
            self._waiting += 1

        def answer(found: T) -> None:
            with self._lock:
                self._waiting -= 1
            if not self._closed:
                then(found)

        def work(_context: JobContext) -> None:
            found = question()
            if not self._closed:
                self._post(lambda: answer(found))

        self._pool.put(Job("look", "Looking at the disk", work, on_change=_nobody))

    def close(self) -> None:
        """Answer nothing any more."""
        self._closed = True
        self._pool.stop()


def _nobody(_job: object) -> None:
    """Questions are nobody's to watch."""
