"""The one way widgets start slow work: progress and results come back in the GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import shiboken6
from PySide6.QtCore import QObject

from app.core.base.errors import UserError
from app.core.jobs.context import JobContext
from app.core.jobs.job import Job, JobState
from app.core.jobs.manager import JobManager, Pool
from app.ui.bridge import Bridge

T = TypeVar("T")


@dataclass(frozen=True)
class Callbacks(Generic[T]):
    """What to call when a job gets on or ends; each in the GUI thread."""

    done: Callable[[T], None] | None = None
    failed: Callable[[UserError], None] | None = None
    cancelled: Callable[[], None] | None = None
    progress: Callable[[float, str], None] | None = None


class Runner(QObject):
    """Starts jobs for widgets and calls back only while the owner lives.

    ``report`` is told of failures that nobody else handles: a ``UserError`` for which there is no
    callback, and every bug.
    """

    def __init__(self, jobs: JobManager, bridge: Bridge, report: Callable[[BaseException], None]) -> None:
        super().__init__()
        self._jobs = jobs
        self._report = report
        self._watched: dict[str, tuple[QObject, Callbacks[Any]]] = {}
        bridge.jobs_changed.connect(self._on_jobs_changed)

    def start(
        self,
        owner: QObject,
        kind: str,
        title: str,
        function: Callable[[JobContext], T],
        callbacks: Callbacks[T],
        *,
        pool: Pool = Pool.INTERACTIVE,
    ) -> Job[T]:
        """Run ``function`` in a pool; it must not touch ``owner`` or anything else of Qt."""
        job = self._jobs.submit(kind, title, function, pool=pool)
        self.watch(owner, job, callbacks)
        return job

    def watch(self, owner: QObject, job: Job[T], callbacks: Callbacks[T]) -> None:
        """Follow a job that somebody has just started."""
        self._watched[job.id] = (owner, callbacks)

    def _on_jobs_changed(self, jobs: tuple[Job[Any], ...]) -> None:
        for job in jobs:
            owner, callbacks = self._watched.get(job.id, (None, None))
            if callbacks is None:
                continue
            if job.state.final or not shiboken6.isValid(owner):
                del self._watched[job.id]
            if not shiboken6.isValid(owner):
                continue
            if job.state.final:
                self._tell_end(job, callbacks)
            elif callbacks.progress is not None:
                callbacks.progress(job.progress, job.message)

    def _tell_end(self, job: Job[Any], callbacks: Callbacks[Any]) -> None:
        if job.state is JobState.DONE:
            if callbacks.done is not None:
                callbacks.done(job.wait(0))
        elif job.state is JobState.CANCELLED:
            if callbacks.cancelled is not None:
                callbacks.cancelled()
        elif isinstance(job.error, UserError) and callbacks.failed is not None:
            callbacks.failed(job.error)
        elif job.error is not None:
            self._report(job.error)
