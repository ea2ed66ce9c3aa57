"""Parts of one job: run one after another, or a few at a time, with one progress and one way to stop."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from app.core.jobs.context import JobContext
from app.core.jobs.job import Job
from app.core.jobs.pool import ThreadPool

Part: TypeAlias = tuple[float, Callable[[JobContext], None]]
"""What is done, and its weight."""

_POLL_SECONDS = 0.1
_LONGEST_END = 3600.0  # a cancelled part ends within its worker's grace; waiting must not end before


class PartContext:
    """The context of a part that is ``share`` of a job whose ``before`` is done already.

    ``message`` is said where the part itself says nothing.
    """

    def __init__(self, context: JobContext, before: float, share: float, message: str = "") -> None:
        self._context = context
        self._message = message
        self._before = before
        self._share = share

    def report(self, done: float, message: str = "") -> None:
        """Say how much of the part is done."""
        self._context.report(self._before + self._share * done, message or self._message)

    def check(self) -> None:
        """Stop here if the job was cancelled."""
        self._context.check()


def run_parts(parts: Sequence[Part], context: JobContext, *, at_once: int, message: str = "") -> None:
    """Run all parts, given with their weights, in this thread or at most ``at_once`` at a time.

    Raises:
        Cancelled: ``context`` was cancelled; parts that run are stopped and waited for.
        UserError: a part failed with it (any other exception likewise); the others are stopped.
    """
    if at_once > 1 and len(parts) > 1:
        _run_together(parts, context, at_once, message)
        return
    total = sum(weight for weight, _ in parts) or 1.0
    before = 0.0
    for weight, part in parts:
        part(PartContext(context, before / total, weight / total, message))
        before += weight


def _run_together(parts: Sequence[Part], context: JobContext, at_once: int, message: str) -> None:
    total = sum(weight for weight, _ in parts) or 1.0
    pool = ThreadPool("import", min(at_once, len(parts)))
    jobs = [Job("import", message, part, on_change=_nothing) for _, part in parts]
    try:
        for job in jobs:
            pool.put(job)
        while not all(job.state.final for job in jobs) and not any(job.error for job in jobs):
            done = sum(weight * job.progress for (weight, _), job in zip(parts, jobs, strict=True))
            message = next((job.message for job in jobs if job.message and not job.state.final), message)
            context.report(done / total, message)
            running = next((job for job in jobs if not job.state.final), None)
            if running is not None:  # the last may just have ended
                _wait_a_little(running)
    finally:
        for job in jobs:
            job.cancel()
        pool.stop()
        pool.join(time.monotonic() + _LONGEST_END)
    for job in jobs:
        if job.error is not None:
            raise job.error


def _wait_a_little(job: Job[None]) -> None:
    try:
        job.wait(_POLL_SECONDS)
    except TimeoutError:
        return


def _nothing(_job: Job[Any]) -> None:
    pass
