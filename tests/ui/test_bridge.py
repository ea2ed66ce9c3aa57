"""What happens in any thread is told in the GUI thread, once for many, and never after the end."""

from __future__ import annotations

import threading
from dataclasses import replace

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.core.base.errors import UserError
from app.core.base.events import Event
from app.core.jobs.context import JobContext
from app.core.jobs.job import Job, JobState
from app.core.jobs.manager import JobManager, Pool
from app.core.model.project import Project
from app.core.session.session import Session
from app.ui.bridge import Bridge, Relay
from app.ui.run import Callbacks, Runner


def in_threads(work: list[object], event: Event[object]) -> None:
    """Emit each value from a thread of its own, and wait for all."""
    threads = [threading.Thread(target=event.emit, args=(value,)) for value in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_many_values_arrive_as_one_batch_in_the_gui_thread(qtbot: QtBot) -> None:
    event: Event[object] = Event()
    batches: list[tuple[object, ...]] = []
    where: list[int] = []

    def deliver(batch: tuple[object, ...]) -> None:
        batches.append(batch)
        where.append(threading.get_ident())

    relay = Relay(event, lambda value: value, deliver)
    in_threads(list(range(20)), event)
    assert batches == []
    qtbot.waitUntil(lambda: bool(batches))
    assert [sorted(batch) for batch in batches] == [list(range(20))]  # type: ignore[type-var]
    assert where == [threading.get_ident()]
    relay.close()


def test_of_one_key_only_the_newest_arrives(qtbot: QtBot) -> None:
    event: Event[tuple[str, int]] = Event()
    batches: list[tuple[tuple[str, int], ...]] = []
    relay = Relay(event, lambda value: value[0], batches.append)
    for value in (("a", 1), ("b", 1), ("a", 2)):
        event.emit(value)
    qtbot.waitUntil(lambda: bool(batches))
    assert batches == [(("a", 2), ("b", 1))]
    event.emit(("a", 3))
    qtbot.waitUntil(lambda: len(batches) == 2)
    assert batches[1] == (("a", 3),)
    relay.close()


def test_nothing_arrives_after_the_end(qtbot: QtBot) -> None:
    event: Event[int] = Event()
    heard: list[object] = []
    relay = Relay(event, lambda value: value, heard.append)
    event.emit(1)
    relay.close()
    event.emit(2)
    relay.flush()
    qtbot.wait(80)
    assert heard == []


def test_an_edit_is_told_before_apply_returns() -> None:
    session = Session(Project("p", "Film"))
    bridge = Bridge(session=session)
    heard: list[tuple[str, str, bool]] = []
    bridge.document_changed.connect(
        lambda before, after, changes: heard.append((before.name, after.name, changes.project))
    )
    session.apply("Rename", lambda project: replace(project, name="Night"))
    assert heard == [("Film", "Night", True)]
    session.undo()
    assert heard[1] == ("Night", "Film", True)
    bridge.close()
    session.redo()
    assert len(heard) == 2


def test_posted_work_runs_in_the_gui_thread_in_order_until_the_end(qtbot: QtBot) -> None:
    bridge = Bridge()
    heard: list[tuple[str, int]] = []

    def post() -> None:
        for name in "abc":
            bridge.post(lambda name=name: heard.append((name, threading.get_ident())))  # type: ignore[misc]

    thread = threading.Thread(target=post)
    thread.start()
    thread.join()
    assert heard == []
    qtbot.waitUntil(lambda: len(heard) == 3)
    assert heard == [(name, threading.get_ident()) for name in "abc"]
    bridge.post(lambda: heard.append(("late", 0)))
    bridge.close()
    qtbot.wait(20)
    assert len(heard) == 3


def test_runner_calls_back_in_the_gui_thread(qtbot: QtBot) -> None:
    heard: list[tuple[str, object, int]] = []

    def work(context: JobContext) -> int:
        context.report(0.5, "half")
        return threading.get_ident()

    with JobManager() as jobs:
        bridge = Bridge(jobs=jobs)
        owner = QObject()
        runner = Runner(jobs, bridge, lambda error: None)
        done = Callbacks[int](done=lambda value: heard.append(("done", value, threading.get_ident())))
        runner.start(owner, "test", "Test", work, done)
        qtbot.waitUntil(lambda: bool(heard))
        bridge.close()
    [(what, worker, here)] = heard
    assert what == "done"
    assert here == threading.get_ident()
    assert worker != here


def test_runner_tells_how_a_job_ended(qtbot: QtBot) -> None:
    heard: list[object] = []
    reported: list[BaseException] = []

    def fail(context: JobContext) -> None:
        raise UserError("film.mp4", "it is empty", "choose another")

    def wait_for_cancel(context: JobContext) -> None:
        while True:
            context.check()

    with JobManager() as jobs:
        bridge = Bridge(jobs=jobs)
        owner = QObject()
        runner = Runner(jobs, bridge, reported.append)
        runner.start(owner, "test", "Fails", fail, Callbacks(failed=lambda error: heard.append(error.why)))
        runner.start(owner, "test", "Fails unheard", fail, Callbacks())
        stopped = Callbacks[None](cancelled=lambda: heard.append("cancelled"))
        job = runner.start(owner, "test", "Stops", wait_for_cancel, stopped, pool=Pool.HEAVY)
        qtbot.waitUntil(lambda: job.state is JobState.RUNNING)
        job.cancel()
        qtbot.waitUntil(lambda: len(heard) == 2 and len(reported) == 1)
        bridge.close()
    assert set(heard) == {"it is empty", "cancelled"}
    assert isinstance(reported[0], UserError)


def test_runner_calls_nobody_who_is_gone(qtbot: QtBot) -> None:
    heard: list[str] = []
    go = threading.Event()

    def work(context: JobContext) -> None:
        go.wait(10)

    with JobManager() as jobs:
        bridge = Bridge(jobs=jobs)
        owner = QObject()
        runner = Runner(jobs, bridge, lambda error: heard.append("reported"))
        job: Job[None] = runner.start(owner, "test", "Test", work, Callbacks(done=lambda value: heard.append("done")))
        owner.deleteLater()
        owner.destroyed.connect(go.set)
        qtbot.waitUntil(lambda: job.state is JobState.DONE)
        bridge.flush()
        bridge.close()
    assert heard == []
