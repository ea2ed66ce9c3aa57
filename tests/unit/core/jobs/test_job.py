"""One job, run in the thread of the test."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable
from typing import Any

import pytest

from app.core.base.errors import Cancelled, UserError
from app.core.jobs.context import JobContext
from app.core.jobs.job import Job, JobState


class Watched:
    """A job and everything that it told."""

    def __init__(self, function: Callable[[JobContext], Any]) -> None:
        self.now = 0.0
        self.told: list[tuple[JobState, float, str]] = []
        self.job: Job[Any] = Job("test", "Test it", function, on_change=self._note, clock=lambda: self.now)

    def _note(self, job: Job[Any]) -> None:
        self.told.append((job.state, job.progress, job.message))

    @property
    def states(self) -> list[JobState]:
        return [state for state, _, _ in self.told]


def test_a_job_gives_the_value_of_its_function() -> None:
    watched = Watched(lambda context: 42)
    assert watched.job.state is JobState.QUEUED
    watched.job.run()
    assert watched.job.wait(0) == 42
    assert watched.job.progress == 1
    assert watched.states == [JobState.RUNNING, JobState.DONE]


def test_a_value_may_be_none() -> None:
    watched = Watched(lambda context: None)
    watched.job.run()
    assert watched.job.wait(0) is None


def test_jobs_have_ids_of_their_own() -> None:
    assert Watched(lambda context: 1).job.id != Watched(lambda context: 1).job.id


def test_waiting_for_a_job_that_does_not_end_times_out() -> None:
    with pytest.raises(TimeoutError, match="Test it"):
        Watched(lambda context: 1).job.wait(0)


def test_a_user_error_fails_the_job_quietly() -> None:
    def fail(context: JobContext) -> None:
        context.report(0.5, "reading")
        raise UserError("a.mp4", "it is empty", "choose another file")

    watched = Watched(fail)
    watched.job.run()
    assert watched.job.state is JobState.FAILED
    assert str(watched.job.error) == "a.mp4: it is empty; choose another file"
    assert watched.told[-1] == (JobState.FAILED, 0.5, "reading")
    with pytest.raises(UserError, match="it is empty"):
        watched.job.wait(0)


@pytest.mark.parametrize("error", [ZeroDivisionError, MemoryError, SystemExit])
def test_any_other_exception_fails_the_job_and_is_logged_with_its_trace(
    error: type[BaseException], expect_log: Callable[[str], None], caplog: pytest.LogCaptureFixture
) -> None:
    def fail(context: JobContext) -> None:
        raise error("boom")

    expect_log("job failed: Test it (test)")
    watched = Watched(fail)
    watched.job.run()
    assert watched.job.state is JobState.FAILED
    with pytest.raises(error, match="boom"):
        watched.job.wait(0)
    assert "in fail" in caplog.text


def test_a_queued_job_that_is_cancelled_never_runs() -> None:
    ran: list[int] = []
    watched = Watched(lambda context: ran.append(1))
    watched.job.cancel()
    watched.job.cancel()
    watched.job.run()
    assert ran == []
    assert watched.states == [JobState.CANCELLED]
    with pytest.raises(Cancelled):
        watched.job.wait(0)


@pytest.mark.parametrize("stop", [lambda context: context.report(0.5), lambda context: context.check()])
def test_a_running_job_that_is_cancelled_stops_where_it_reports(stop: Callable[[JobContext], None]) -> None:
    after: list[int] = []

    def function(context: JobContext) -> None:
        watched.job.cancel()
        assert watched.job.state is JobState.RUNNING
        stop(context)
        after.append(1)

    watched = Watched(function)
    watched.job.run()
    assert after == []
    assert watched.states == [JobState.RUNNING, JobState.CANCELLED]
    assert watched.job.error is None
    with pytest.raises(Cancelled):
        watched.job.wait(0)


def test_a_job_that_was_done_before_it_looked_is_done() -> None:
    def function(context: JobContext) -> str:
        watched.job.cancel()
        return "value"

    watched = Watched(function)
    watched.job.run()
    assert watched.job.state is JobState.DONE
    assert watched.job.wait(0) == "value"


def test_a_job_that_has_ended_cannot_be_cancelled_or_run_again() -> None:
    ran: list[int] = []
    watched = Watched(lambda context: ran.append(1))
    watched.job.run()
    watched.job.cancel()
    watched.job.run()
    assert ran == [1]
    assert watched.job.state is JobState.DONE


def test_listeners_are_told_ten_times_a_second_and_always_of_the_last() -> None:
    def function(context: JobContext) -> None:
        for step in range(1000):
            watched.now = step / 1000
            context.report(step / 1000, f"step {step}")
            assert watched.job.progress == step / 1000

    watched = Watched(function)
    watched.job.run()
    assert 10 <= len(watched.told) <= 13
    assert watched.told[-1] == (JobState.DONE, 1, "step 999")


def test_the_end_is_known_before_it_is_told() -> None:
    values: list[int] = []

    def note(job: Job[int]) -> None:
        if job.state.final:
            values.append(job.wait(0))

    job = Job("test", "Test it", lambda context: 7, on_change=note)
    job.run()
    assert values == [7]


def test_an_ended_job_lets_go_of_what_its_function_held() -> None:
    class Snapshot:
        pass

    def submit(snapshot: Snapshot) -> Job[bool]:
        return Job("test", "Test it", lambda context: snapshot is None, on_change=lambda job: None)

    for end in (Job.run, Job.cancel):
        snapshot = Snapshot()
        held = weakref.ref(snapshot)
        job = submit(snapshot)
        end(job)
        del snapshot
        gc.collect()
        assert held() is None


def test_a_job_may_be_cancelled_from_another_thread() -> None:
    running = threading.Event()

    def function(context: JobContext) -> None:
        running.set()
        while True:
            context.check()

    watched = Watched(function)
    thread = threading.Thread(target=watched.job.run)
    thread.start()
    assert running.wait(30)
    watched.job.cancel()
    with pytest.raises(Cancelled):
        watched.job.wait(30)
    thread.join()
    assert watched.job.state is JobState.CANCELLED
