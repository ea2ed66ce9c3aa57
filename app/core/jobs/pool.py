"""A few threads that take jobs, the most urgent first and equals in order."""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
import time
from typing import Any

from app.core.jobs.job import Job

logger = logging.getLogger(__name__)


class ThreadPool:
    """Up to ``size`` threads, each started when it is first needed. Safe from any thread.

    ``left_behind`` is for work that nothing can end, such as a question to a dead network drive: the
    program does not wait for such threads when it ends.
    """

    def __init__(self, name: str, size: int, *, left_behind: bool = False) -> None:
        self._name = name
        self._size = size
        self._left_behind = left_behind
        self._threads: list[threading.Thread] = []
        self._idle = 0
        self._stopped = False
        self._numbers = itertools.count()
        self._queue: list[tuple[int, int, Job[Any]]] = []
        self._changed = threading.Condition()

    def put(self, job: Job[Any]) -> None:
        """Queue ``job``.

        Raises:
            RuntimeError: the pool was stopped.
        """
        with self._changed:
            if self._stopped:
                raise RuntimeError(f"the pool {self._name} takes no more jobs")
            heapq.heappush(self._queue, (-job.priority, next(self._numbers), job))
            if len(self._queue) > self._idle and len(self._threads) < self._size:
                name = f"{self._name}-{len(self._threads) + 1}"
                thread = threading.Thread(target=self._work, name=name, daemon=self._left_behind)
                self._threads.append(thread)
                thread.start()
            self._changed.notify()

    def stop(self) -> None:
        """Take no more jobs; the threads end when those that are queued have been run."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def join(self, deadline: float) -> tuple[str, ...]:
        """Wait until ``deadline`` (:func:`time.monotonic`) for the threads; names those that still run."""
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return tuple(thread.name for thread in self._threads if thread.is_alive())

    def _work(self) -> None:
        while self._run_next():
            pass

    def _run_next(self) -> bool:
        job = self._next()
        if job is None:
            return False
        try:
            job.run()
        except Exception:
            logger.exception("a listener failed at the end of a job: %s (%s)", job.title, job.kind)
        return True

    def _next(self) -> Job[Any] | None:
        with self._changed:
            self._idle += 1
            try:
                while not self._queue:
                    if self._stopped:
                        return None
                    self._changed.wait()
                return heapq.heappop(self._queue)[2]
            finally:
                self._idle -= 1
