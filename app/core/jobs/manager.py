"""Where slow work is handed in: four pools, one event, and jobs that survive a restart."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Any, Protocol, Self, TypeAlias, TypeVar

from app.core.base.events import Event
from app.core.base.ids import new_id
from app.core.jobs.context import JobContext
from app.core.jobs.job import Job, JobState
from app.core.jobs.pool import ThreadPool

T = TypeVar("T")
logger = logging.getLogger(__name__)

Parameters: TypeAlias = dict[str, Any]
"""What a job needs to be made again: a dictionary that JSON can hold."""

Maker: TypeAlias = Callable[[Parameters], Callable[[JobContext], Any]]
"""Makes the function of a job from its parameters; may raise ``UserError``, which fails the job."""


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


@dataclass(frozen=True, slots=True)
class StoredJob:
    """A resumable job as it is kept over a restart."""

    id: str
    kind: str
    title: str
    parameters: Parameters
    pool: str
    priority: int


class JobLog(Protocol):
    """Remembers resumable jobs until they are done. Called from any thread."""

    def add(self, job: StoredJob) -> None:
        """Keep ``job``, in place of one with its id.

        Raises:
            UserError: it cannot be kept.
        """

    def done(self, job_id: str) -> None:
        """Forget the job: it ended. One that is not known is no error."""

    def unfinished(self) -> tuple[StoredJob, ...]:
        """The jobs that were added and never done, in the order of adding."""


class JobManager:
    """Runs jobs in threads of its own. Every method may be called from any thread.

    ``changed`` is emitted in the thread that caused the change, mostly one of the pools: a window
    carries it to its own. After :meth:`shutdown`, or the end of a ``with`` block, no thread is left.
    """

    def __init__(
        self,
        *,
        threads: Mapping[Pool, int] | None = None,
        log: JobLog | None = None,
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
        self._log = log
        self._clock = clock
        self._makers: dict[str, Maker] = {}
        self._unfinished: dict[str, Job[Any]] = {}
        self._kept: set[str] = set()
        self._interrupted: set[str] = set()
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
        return self._start(new_id(), kind, title, function, pool, priority)

    def resumable(self, kind: str, make: Maker) -> None:
        """Say how jobs of ``kind`` are made, now and again after a restart."""
        self._makers[kind] = make

    def submit_resumable(
        self, kind: str, title: str, parameters: Parameters, *, pool: Pool = Pool.HEAVY, priority: int = 0
    ) -> Job[Any]:
        """Run a job of a kind that was named to :meth:`resumable`, and keep it in the log until it ends.

        Raises:
            KeyError: nobody said how to make this kind.
            UserError: the log cannot keep it.
            RuntimeError: the manager was shut down.
        """
        return self._start_stored(StoredJob(new_id(), kind, title, parameters, pool.value, priority))

    def resume(self) -> tuple[Job[Any], ...]:
        """Start what the log holds from before a restart; kinds that are not known stay there."""
        stored = self._log.unfinished() if self._log is not None else ()
        with self._lock:
            waiting = [job for job in stored if job.kind in self._makers and job.id not in self._kept]
        return tuple(self._start_stored(job) for job in waiting)

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

        Resumable jobs that this interrupts stay in the log. Says whether all threads ended within
        ``timeout`` seconds; those that did not are named in the log file.
        """
        deadline = time.monotonic() + timeout
        with self._lock:
            self._closing = True
            self._interrupted |= {job.id for job in self._unfinished.values() if not job.cancel_requested}
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

    def _start_stored(self, stored: StoredJob) -> Job[Any]:
        make = self._makers[stored.kind]
        if self._log is not None:
            self._log.add(stored)
        with self._lock:
            self._kept.add(stored.id)
        return self._start(
            stored.id,
            stored.kind,
            stored.title,
            lambda context: make(stored.parameters)(context),
            Pool(stored.pool),
            stored.priority,
        )

    def _start(
        self, job_id: str, kind: str, title: str, function: Callable[[JobContext], T], pool: Pool, priority: int
    ) -> Job[T]:
        job = Job(kind, title, function, on_change=self._on_change, priority=priority, job_id=job_id, clock=self._clock)
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

    def _on_change(self, job: Job[Any]) -> None:
        try:
            self.changed.emit(job)
        finally:
            if job.state.final:
                self._forget(job)

    def _forget(self, job: Job[Any]) -> None:
        resumes = job.state is JobState.CANCELLED and job.id in self._interrupted
        try:
            if job.id in self._kept and self._log is not None and not resumes:
                self._log.done(job.id)
        finally:
            with self._lock:
                self._kept.discard(job.id)
                self._unfinished.pop(job.id, None)
                self._lock.notify_all()
