"""Where slow work is handed in: four pools, and one event that tells how it goes."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Mapping
from enum import StrEnum
from types import TracebackType
from typing import Any, Self, TypeVar

from app.core.base.events import Event
from app.core.jobs.context import JobContext
from app.core.jobs.job import Job
from app.core.jobs.pool import ThreadPool

T = TypeVar("T")
logger = logging.getLogger(__name__)


class Pool(StrEnum):
    """Which threads run a job."""

    INTERACTIVE = "interactive"
    """Short work that somebody waits for: a thumbnail, a probe."""
    HEAVY = "heavy"
    """Work that fills a processor: scenes, proxies."""
    SERIAL = "serial"
    """One after another, in order: exports, saving."""
    WAITING = "waiting"
    """Work that mostly waits for another computer: transcriptions. It never keeps an import waiting."""


class JobManager:
    """Runs jobs in threads of its own. Every method may be called from any thread.

    ``changed`` is emitted in the thread that caused the change, mostly one of the pools: a window
    carries it to its own. After :meth:`shutdown`, or the end of a ``with`` block, no thread is left.
    """

    def __init__(
        self,
        *,
        threads: Mapping[Pool, int] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        sizes = {
            Pool.INTERACTIVE: 2,
            Pool.HEAVY: os.cpu_count() or 1,
            Pool.SERIAL: 1,
            Pool.WAITING: 2,
            **(threads or {}),
        }
        self.changed: Event[Job[Any]] = Event()
        self._pools = {pool: ThreadPool(pool.value, size) for pool, size in sizes.items()}
        self._clock = clock
        self._unfinished: dict[str, Job[Any]] = {}
        self._closing = False
        self._lock = threading.Condition()

    def submit(
        self,
        kind: str,
        title: str,
        function: Callable[[JobContext], T],
        *,
        pool: Pool = Pool.HEAVY,
        priority: int = 0,
    ) -> Job[T]:
        """Run ``function`` in ``pool``; a higher ``priority`` goes first, equals go in order.

        Raises:
            RuntimeError: the manager was shut down.
        """
        job = Job(kind, title, function, on_change=self._on_change, priority=priority, clock=self._clock)
        with self._lock:
            if self._closing:
                raise RuntimeError("no more jobs: the manager was shut down")
            self._unfinished[job.id] = job
        try:
            self.changed.emit(job)
            self._pools[pool].put(job)
        except BaseException:
            job.cancel()
            raise
        return job

    def jobs(self) -> tuple[Job[Any], ...]:
        """Those that are queued or running, in the order of submission."""
        with self._lock:
            return tuple(self._unfinished.values())

    def idle(self) -> bool:
        """Whether no job is queued or running and everyone was told how the last one ended."""
        with self._lock:
            return not self._unfinished

    def wait_idle(self, timeout: float | None = None) -> bool:
        """Wait, at most ``timeout`` seconds, until :meth:`idle`; says whether it is. Never from a job."""
        with self._lock:
            return self._lock.wait_for(lambda: not self._unfinished, timeout)

    def cancel_all(self) -> None:
        """Ask every job to stop."""
        for job in self.jobs():
            job.cancel()

    def shutdown(self, timeout: float = 10.0) -> bool:
        """Take no more jobs, cancel all, and join every thread; never from a job. Safe to call twice.

        Says whether all threads ended within ``timeout`` seconds; those that did not are named in the log file.
        """
        deadline = time.monotonic() + timeout
        with self._lock:
            self._closing = True
        for pool in self._pools.values():
            pool.stop()
        self.cancel_all()
        left = tuple(name for pool in self._pools.values() for name in pool.join(deadline))
        if left:
            logger.error("threads that did not end: %s", ", ".join(left))
        return not left

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.shutdown()

    def _on_change(self, job: Job[Any]) -> None:
        try:
            self.changed.emit(job)
        finally:
            if job.state.final:
                self._forget(job)

    def _forget(self, job: Job[Any]) -> None:
        with self._lock:
            self._unfinished.pop(job.id, None)
            self._lock.notify_all()
