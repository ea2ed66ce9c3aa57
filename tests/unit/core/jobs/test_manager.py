"""The pools together: order, events, idleness and the end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from app.core.base.errors import Cancelled, UserError
from app.core.jobs.context import JobContext
from app.core.jobs.job import Job, JobState
from app.core.jobs.manager import JobManager, Pool

PATIENCE = 60.0


@pytest.fixture
def manager() -> Iterator[JobManager]:
    with JobManager(threads={Pool.HEAVY: 2}) as manager:
        yield manager


class Gate:
    """A job that runs until the test lets it go, or cancels it."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.open = threading.Event()

    def __call__(self, context: JobContext) -> str:
        self.entered.set()
        while not self.open.wait(0.001):
            context.check()
        return "through"


def ours() -> set[str]:
    return {thread.name for thread in threading.enumerate()} & {
        f"{pool}-{number}" for pool in Pool for number in range(1, 9)
    }


def test_a_job_runs_and_gives_its_value(manager: JobManager) -> None:
    job = manager.submit("test", "Add", lambda context: 1 + 1)
    assert job.wait(PATIENCE) == 2
    assert job.kind == "test"
    assert job.title == "Add"


@pytest.mark.parametrize("pool", list(Pool))
def test_every_pool_runs_jobs_in_threads_of_its_own(manager: JobManager, pool: Pool) -> None:
    name = manager.submit("test", "Name", lambda context: threading.current_thread().name, pool=pool).wait(PATIENCE)
    assert name.startswith(pool.value)


def test_threads_start_when_they_are_needed(manager: JobManager) -> None:
    assert ours() == set()
    manager.submit("test", "One", lambda context: 1).wait(PATIENCE)
    assert ours() == {"heavy-1"}


def test_the_urgent_go_first_and_equals_in_order(manager: JobManager) -> None:
    order: list[str] = []
    gate = Gate()
    manager.submit("test", "Gate", gate, pool=Pool.SERIAL)
    assert gate.entered.wait(PATIENCE)

    def note(name: str) -> Callable[[JobContext], None]:
        return lambda context: order.append(name)

    for name, priority in (("a", 0), ("b", 5), ("c", 0), ("d", 9), ("e", 5), ("f", -1)):
        manager.submit("test", name, note(name), pool=Pool.SERIAL, priority=priority)
    gate.open.set()
    assert manager.wait_idle(PATIENCE)
    assert order == ["d", "b", "e", "a", "c", "f"]


def test_the_serial_pool_runs_one_at_a_time_and_the_heavy_one_several(manager: JobManager) -> None:
    together = threading.Barrier(2)
    jobs = [manager.submit("test", "Meet", lambda context: together.wait(PATIENCE)) for _ in range(2)]
    assert sorted(job.wait(PATIENCE) for job in jobs) == [0, 1]

    first, second = Gate(), Gate()
    manager.submit("test", "First", first, pool=Pool.SERIAL)
    after = manager.submit("test", "Second", second, pool=Pool.SERIAL)
    assert first.entered.wait(PATIENCE)
    assert after.state is JobState.QUEUED
    assert not second.entered.is_set()
    first.open.set()
    assert second.entered.wait(PATIENCE)
    second.open.set()
    assert after.wait(PATIENCE) == "through"


def test_one_pool_does_not_wait_for_another(manager: JobManager) -> None:
    gates = [Gate(), Gate(), Gate()]
    for gate in gates:
        manager.submit("test", "Gate", gate, pool=Pool.HEAVY)
    assert manager.submit("test", "Quick", lambda context: 1, pool=Pool.INTERACTIVE).wait(PATIENCE) == 1
    for gate in gates:
        gate.open.set()


def test_every_state_is_told_in_order(manager: JobManager) -> None:
    told: list[tuple[str, JobState]] = []
    manager.changed.subscribe(lambda job: told.append((job.title, job.state)))
    manager.submit("test", "Good", lambda context: 1)
    assert manager.wait_idle(PATIENCE)
    assert told == [("Good", JobState.QUEUED), ("Good", JobState.RUNNING), ("Good", JobState.DONE)]


def test_cancelling_a_queued_and_a_running_job(manager: JobManager) -> None:
    gate = Gate()
    running = manager.submit("test", "Gate", gate, pool=Pool.SERIAL)
    queued = manager.submit("test", "Queued", lambda context: 1, pool=Pool.SERIAL)
    assert gate.entered.wait(PATIENCE)
    queued.cancel()
    assert queued.state is JobState.CANCELLED
    running.cancel()
    assert manager.wait_idle(PATIENCE)
    assert running.state is JobState.CANCELLED


def test_cancel_all(manager: JobManager) -> None:
    jobs = [manager.submit("test", "Gate", Gate(), pool=pool) for pool in Pool for _ in range(4)]
    manager.cancel_all()
    assert manager.wait_idle(PATIENCE)
    assert {job.state for job in jobs} == {JobState.CANCELLED}


def test_the_unfinished_are_listed_in_order(manager: JobManager) -> None:
    gate = Gate()
    assert manager.idle()
    jobs = tuple(manager.submit("test", str(number), gate, pool=Pool.SERIAL) for number in range(3))
    assert manager.jobs() == jobs
    assert not manager.idle()
    assert not manager.wait_idle(0)
    gate.open.set()
    assert manager.wait_idle(PATIENCE)
    assert manager.idle()
    assert manager.jobs() == ()


def test_idle_means_that_everyone_was_told(manager: JobManager) -> None:
    told: list[JobState] = []
    seen_idle: list[bool] = []

    def note(job: Job[Any]) -> None:
        seen_idle.append(manager.idle())
        told.append(job.state)

    manager.changed.subscribe(note)
    for _ in range(20):
        manager.submit("test", "Quick", lambda context: 1)
        assert manager.wait_idle(PATIENCE)
        assert told[-1] is JobState.DONE
    assert not any(seen_idle)


def test_a_job_that_follows_another_leaves_no_moment_of_idleness(manager: JobManager) -> None:
    left = [50]

    def follow(job: Job[Any]) -> None:
        if job.state is JobState.DONE and left[0]:
            left[0] -= 1
            manager.submit("test", "Next", lambda context: 1)

    manager.changed.subscribe(follow)
    manager.submit("test", "First", lambda context: 1)
    assert manager.wait_idle(PATIENCE)
    assert left == [0]


def test_a_failed_job_does_not_stop_its_thread(manager: JobManager, expect_log: Callable[[str], None]) -> None:
    def fail(context: JobContext) -> None:
        raise SystemExit("boom")

    expect_log("job failed: Fail (test)")
    failed = manager.submit("test", "Fail", fail, pool=Pool.SERIAL)
    assert manager.submit("test", "Next", lambda context: 1, pool=Pool.SERIAL).wait(PATIENCE) == 1
    assert failed.state is JobState.FAILED


def test_a_listener_that_fails_is_seen_and_stops_nothing(
    manager: JobManager, expect_log: Callable[[str], None]
) -> None:
    def fail(job: Job[Any]) -> None:
        if job.state is JobState.DONE:
            raise LookupError("listener")

    expect_log("a listener failed at the end of a job: Heard (test)")
    stop = manager.changed.subscribe(fail)
    job = manager.submit("test", "Heard", lambda context: 1, pool=Pool.SERIAL)
    assert job.wait(PATIENCE) == 1
    assert manager.wait_idle(PATIENCE)
    stop()
    assert manager.submit("test", "Next", lambda context: 2, pool=Pool.SERIAL).wait(PATIENCE) == 2


def test_a_listener_that_fails_at_submission_leaves_nothing_queued(manager: JobManager) -> None:
    def fail(job: Job[Any]) -> None:
        raise LookupError("listener")

    stop = manager.changed.subscribe(fail)
    with pytest.raises(LookupError):
        manager.submit("test", "Never", lambda context: 1)
    stop()
    assert manager.idle()


def test_listeners_hear_of_progress_ten_times_a_second() -> None:
    now = [0.0]
    heard: list[float] = []

    def function(context: JobContext) -> None:
        for step in range(3000):
            now[0] = step / 1000
            context.report(step / 3000)

    with JobManager(clock=lambda: now[0]) as manager:
        manager.changed.subscribe(lambda job: heard.append(job.progress))
        manager.submit("test", "Report", function).wait(PATIENCE)
        assert manager.wait_idle(PATIENCE)
    assert 30 <= len(heard) <= 34
    assert heard[-1] == 1


def test_shutdown_cancels_and_joins_everything() -> None:
    manager = JobManager()
    gates = [Gate() for _ in range(2 * len(Pool))]
    jobs = [manager.submit("test", "Gate", gate, pool=pool) for gate, pool in zip(gates, [*Pool, *Pool], strict=True)]
    assert gates[0].entered.wait(PATIENCE)
    assert manager.shutdown(PATIENCE)
    assert {job.state for job in jobs} == {JobState.CANCELLED}
    assert ours() == set()
    assert manager.idle()
    assert manager.shutdown(PATIENCE)


def test_after_shutdown_nothing_is_taken() -> None:
    manager = JobManager()
    manager.shutdown(PATIENCE)
    with pytest.raises(RuntimeError, match="shut down"):
        manager.submit("test", "Late", lambda context: 1)
    assert manager.idle()


def test_a_job_that_never_looks_is_named_at_shutdown(expect_log: Callable[[str], None]) -> None:
    manager = JobManager()
    stubborn = threading.Event()
    entered = threading.Event()

    def ignore(context: JobContext) -> bool:
        entered.set()
        return stubborn.wait(PATIENCE)

    manager.submit("test", "Stubborn", ignore, pool=Pool.SERIAL)
    assert entered.wait(PATIENCE)
    expect_log("threads that did not end: serial-1")
    assert not manager.shutdown(0.01)
    stubborn.set()
    assert manager.shutdown(PATIENCE)


def test_leaving_the_block_shuts_down() -> None:
    def fail() -> None:
        with JobManager() as manager:
            jobs.append(manager.submit("test", "Gate", Gate()))
            raise UserError("a", "b", "c")

    jobs: list[Job[str]] = []
    with pytest.raises(UserError):
        fail()
    with pytest.raises(Cancelled):
        jobs[0].wait(0)
    assert ours() == set()


def test_many_threads_submit_at_once(manager: JobManager) -> None:
    def submit() -> None:
        for number in range(100):
            manager.submit("test", "Count", lambda context: counted.append(1), priority=number % 3)

    counted: list[int] = []
    threads = [threading.Thread(target=submit) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert manager.wait_idle(PATIENCE)
    assert len(counted) == 400
