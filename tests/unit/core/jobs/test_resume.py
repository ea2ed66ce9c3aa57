"""Jobs that survive a restart: what stays in the log, what leaves it, and how they come back."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable

import pytest

from app.core.base.errors import UserError
from app.core.jobs.context import JobContext
from app.core.jobs.job import JobState
from app.core.jobs.manager import JobManager, Parameters, Pool, StoredJob

PATIENCE = 60.0


class Log:
    """A job log in memory; parameters go through JSON, as they do on disk."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.full = False

    def add(self, job: StoredJob) -> None:
        if self.full:
            raise UserError("library.sqlite", "the disk is full", "free some space")
        fields = [job.id, job.kind, job.title, job.parameters, job.pool, job.priority]
        self.kept[job.id] = json.dumps(fields)

    def done(self, job_id: str) -> None:
        self.kept.pop(job_id, None)

    def unfinished(self) -> tuple[StoredJob, ...]:
        return tuple(StoredJob(*json.loads(fields)) for fields in self.kept.values())


class Scan:
    """A kind of job that waits until it may go on."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.entered = threading.Event()
        self.go = threading.Event()

    def make(self, parameters: Parameters) -> Callable[[JobContext], str]:
        def scan(context: JobContext) -> str:
            self.paths.append(parameters["path"])
            self.entered.set()
            while not self.go.wait(0.001):
                context.check()
            return f"scanned {parameters['path']}"

        return scan


def test_a_job_that_shutdown_interrupts_is_resumed_with_the_same_parameters() -> None:
    log, before, after = Log(), Scan(), Scan()
    with JobManager(log=log) as manager:
        manager.resumable("scan", before.make)
        first = manager.submit_resumable("scan", "Scan a.mp4", {"path": "a.mp4"}, pool=Pool.SERIAL, priority=3)
        manager.submit_resumable("scan", "Scan b.mp4", {"path": "b.mp4"}, pool=Pool.SERIAL)
        assert before.entered.wait(PATIENCE)
    assert before.paths == ["a.mp4"]

    after.go.set()
    with JobManager(log=log) as manager:
        manager.resumable("scan", after.make)
        jobs = manager.resume()
        assert [job.wait(PATIENCE) for job in jobs] == ["scanned a.mp4", "scanned b.mp4"]
        assert (jobs[0].id, jobs[0].title, jobs[0].priority) == (first.id, "Scan a.mp4", 3)
        assert manager.wait_idle(PATIENCE)
    assert log.kept == {}


def test_a_job_that_is_done_or_failed_is_forgotten() -> None:
    def fail(parameters: Parameters) -> Callable[[JobContext], None]:
        raise UserError(parameters["path"], "the file is gone", "find it")

    log, scan = Log(), Scan()
    scan.go.set()
    with JobManager(log=log) as manager:
        manager.resumable("scan", scan.make)
        manager.resumable("fail", fail)
        assert manager.submit_resumable("scan", "Scan", {"path": "a.mp4"}).wait(PATIENCE) == "scanned a.mp4"
        failed = manager.submit_resumable("fail", "Fail", {"path": "b.mp4"})
        with pytest.raises(UserError, match="the file is gone"):
            failed.wait(PATIENCE)
        assert manager.wait_idle(PATIENCE)
        assert log.kept == {}


def test_a_job_that_somebody_cancelled_does_not_come_back() -> None:
    log, scan = Log(), Scan()
    with JobManager(log=log) as manager:
        manager.resumable("scan", scan.make)
        running = manager.submit_resumable("scan", "Scan", {"path": "a.mp4"}, pool=Pool.SERIAL)
        queued = manager.submit_resumable("scan", "Scan", {"path": "b.mp4"}, pool=Pool.SERIAL)
        assert scan.entered.wait(PATIENCE)
        running.cancel()
        queued.cancel()
    assert running.state is JobState.CANCELLED
    assert log.kept == {}


def test_a_kind_that_is_not_known_waits_in_the_log() -> None:
    log = Log()
    log.add(StoredJob("1", "of a later version", "Later", {}, "heavy", 0))
    with JobManager(log=log) as manager:
        assert manager.resume() == ()
        with pytest.raises(KeyError):
            manager.submit_resumable("of a later version", "Later", {})
    assert list(log.kept) == ["1"]


def test_what_runs_already_is_not_resumed_again() -> None:
    log, scan = Log(), Scan()
    with JobManager(log=log) as manager:
        manager.resumable("scan", scan.make)
        manager.submit_resumable("scan", "Scan", {"path": "a.mp4"})
        assert manager.resume() == ()
        scan.go.set()
        assert manager.wait_idle(PATIENCE)
    assert scan.paths == ["a.mp4"]


def test_a_log_that_cannot_keep_a_job_refuses_it() -> None:
    log, scan = Log(), Scan()
    log.full = True
    with JobManager(log=log) as manager:
        manager.resumable("scan", scan.make)
        with pytest.raises(UserError, match="the disk is full"):
            manager.submit_resumable("scan", "Scan", {"path": "a.mp4"})
        assert manager.idle()
    assert scan.paths == []


def test_without_a_log_jobs_run_all_the_same() -> None:
    scan = Scan()
    scan.go.set()
    with JobManager() as manager:
        manager.resumable("scan", scan.make)
        assert manager.resume() == ()
        assert manager.submit_resumable("scan", "Scan", {"path": "a.mp4"}).wait(PATIENCE) == "scanned a.mp4"
