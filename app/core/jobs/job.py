"""One piece of slow work: what it is, how far it is, how it ended."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from enum import StrEnum
from typing import Any, Generic, TypeVar, cast

from app.core.base.errors import Cancelled, UserError
from app.core.base.ids import new_id
from app.core.jobs.context import JobContext
from app.core.jobs.inline import InlineContext

T = TypeVar("T")
logger = logging.getLogger(__name__)


class JobState(StrEnum):
    """Where a job is in its life; the last three are final."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        """Whether nothing comes after this state."""
        return self not in (JobState.QUEUED, JobState.RUNNING)


class Job(Generic[T]):
    """A function on its way through a pool. Everything here may be read from any thread.

    ``progress`` (0 to 1) and ``message`` are those of the newest report; ``on_change`` is told at
    most ten times a second while the function runs, and always of a new state, which then also
    brings the last report. It is called in the thread that caused the change.
    """

    def __init__(
        self,
        kind: str,
        title: str,
        function: Callable[[JobContext], T],
        *,
        on_change: Callable[[Job[Any]], None],
        priority: int = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.id = new_id()
        self.kind = kind
        self.title = title
        self.priority = priority
        self.state = JobState.QUEUED
        self.progress = 0.0
        self.message = ""
        self.error: BaseException | None = None
        self._function: Callable[[JobContext], T] | None = function
        self._on_change = on_change
        self._clock = clock
        self._result: T | None = None
        self._lock = threading.Lock()
        self._cancelled = threading.Event()
        self._ended = threading.Event()

    def cancel(self) -> None:
        """Ask the job to stop: a queued one ends here, a running one where it next reports.

        One that returns its value before it looks is done all the same.
        """
        self._cancelled.set()
        self._end(JobState.CANCELLED, only_from=JobState.QUEUED)

    @property
    def cancel_requested(self) -> bool:
        """Whether somebody asked the job to stop."""
        return self._cancelled.is_set()

    def wait(self, timeout: float | None = None) -> T:
        """The value of the function, once it is there; ``timeout`` is in seconds.

        Raises:
            TimeoutError: the job has not ended by then.
            Cancelled: the job was cancelled.
            UserError: the job failed with it; any other exception of the function likewise.
        """
        if not self._ended.wait(timeout):
            raise TimeoutError(f"{self.title} is not done")
        if self.state is JobState.CANCELLED:
            raise Cancelled
        if self.error is not None:
            raise self.error
        return cast("T", self._result)

    def run(self) -> None:
        """Run the function in this thread, unless the job was cancelled before. Never raises for it."""
        with self._lock:
            if self.state is not JobState.QUEUED or self._function is None:
                return
            self.state = JobState.RUNNING
            function = self._function
        try:
            self._on_change(self)
            self._result = function(_JobReports(self._advance, self._tell, self._cancelled, self._clock))
        except Cancelled:
            self._end(JobState.CANCELLED)
        except UserError as error:
            self._end(JobState.FAILED, error)
        except BaseException as error:
            logger.exception("job failed: %s (%s)", self.title, self.kind)
            self._end(JobState.FAILED, error)
        else:
            self.progress = 1.0
            self._end(JobState.DONE)

    def _advance(self, done: float, message: str) -> None:
        self.progress = min(max(done, 0.0), 1.0)
        self.message = message

    def _tell(self, _done: float, _message: str) -> None:
        self._on_change(self)

    def _end(self, state: JobState, error: BaseException | None = None, *, only_from: JobState | None = None) -> None:
        with self._lock:
            if self.state.final or (only_from is not None and self.state is not only_from):
                return
            self.error = error
            self.state = state
            self._function = None  # with what it holds: snapshots, open media
            self._ended.set()
        self._on_change(self)


class _JobReports(InlineContext):
    """Remembers every report of a job, and passes on as many as an inline context would."""

    def __init__(
        self,
        remember: Callable[[float, str], None],
        tell: Callable[[float, str], None],
        cancelled: threading.Event,
        clock: Callable[[], float],
    ) -> None:
        super().__init__(tell, cancelled, clock)
        self._remember = remember

    def report(self, done: float, message: str = "") -> None:
        self.check()
        self._remember(done, message)
        super().report(done, message)
