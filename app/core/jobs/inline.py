"""The context of a function that is called directly, on the command line, in a test or by a job."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from app.core.base.errors import Cancelled

REPORT_INTERVAL = 0.1


class InlineContext:
    """A :class:`~app.core.jobs.context.JobContext` for the thread that works.

    ``on_progress`` gets the first report, then at most ten a second, and the first that says 1.
    ``cancelled`` may be set from any thread or a signal handler.
    """

    def __init__(
        self,
        on_progress: Callable[[float, str], None] | None = None,
        cancelled: threading.Event | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._on_progress = on_progress
        self._cancelled = cancelled or threading.Event()
        self._clock = clock
        self._passed_on: float | None = None
        self._complete = False

    def report(self, done: float, message: str = "") -> None:
        """Say how much is done, 0 to 1 (numbers outside are clamped).

        Raises:
            Cancelled: ``cancelled`` is set.
        """
        self.check()
        if self._on_progress is None:
            return
        done = min(max(done, 0.0), 1.0)
        now = self._clock()
        due = self._passed_on is None or now - self._passed_on >= REPORT_INTERVAL
        if due or (done == 1.0 and not self._complete):
            self._passed_on = now
            self._complete = done == 1.0
            self._on_progress(done, message)

    def check(self) -> None:
        """Stop here if cancelled.

        Raises:
            Cancelled: ``cancelled`` is set.
        """
        if self._cancelled.is_set():
            raise Cancelled
