"""Jobs stay in the log over a restart, in order, until they are done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from app.core.jobs.context import JobContext
from app.core.jobs.manager import JobManager, Parameters, StoredJob
from app.storage.database import Database
from app.storage.library.jobs import SqlJobLog


def job(name: str) -> StoredJob:
    return StoredJob(name, "proxy", f"Proxy of {name}", {"path": "/caf\udce9.mp4", "scenes": [1, 2]}, "heavy", -1)


def test_jobs_come_back_in_the_order_of_adding_until_done(database: Database) -> None:
    log = SqlJobLog(database)
    for name in ("b", "a", "c"):
        log.add(job(name))
    log.add(replace(job("b"), title="again"))
    log.done("a")
    log.done("never added")
    assert SqlJobLog(database).unfinished() == (replace(job("b"), title="again"), job("c"))


def test_a_title_that_no_encoding_has_is_kept_readable(database: Database) -> None:
    log = SqlJobLog(database)
    log.add(replace(job("a"), title="Proxy of caf\udce9"))
    assert log.unfinished()[0].title == "Proxy of caf?"


def test_a_job_that_a_restart_interrupted_is_done_by_the_next_start(database: Database) -> None:
    done: list[str] = []

    def make(parameters: Parameters) -> Callable[[JobContext], None]:
        def work(_context: JobContext) -> None:
            done.append(str(parameters["name"]))

        return work

    SqlJobLog(database).add(StoredJob("1", "proxy", "Proxy", {"name": "film"}, "heavy", 0))
    with JobManager(log=SqlJobLog(database)) as manager:
        manager.resumable("proxy", make)
        manager.resume()
        manager.wait_idle(10)
    assert done == ["film"]
    assert SqlJobLog(database).unfinished() == ()
