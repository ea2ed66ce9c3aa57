"""Whatever a worker process does, the caller gets an answer or one clear message."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.core.base.errors import Cancelled, UserError
from app.core.jobs.inline import InlineContext
from app.core.media.worker import ReaderStoppedError, WorkerProcess, Workers, worker_command, worker_environment

COMMAND = [sys.executable, "-m", "tests.helpers.worker_child"]
ROOT = Path(__file__).resolve().parents[4]
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals and /proc are POSIX")


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Iterator[WorkerProcess]:
    monkeypatch.chdir(ROOT)
    process = WorkerProcess(COMMAND)
    yield process
    process.end(kill=True)


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] == "Z"


def wait_for(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


def test_a_warm_child_answers_again_and_again(worker: WorkerProcess) -> None:
    strange = {"path": "a\udcff.mp4", "number": 7, "text": "ä\n"}
    first = worker.call("echo", strange, context=InlineContext())
    second = worker.call("echo", {}, context=InlineContext())
    assert first["args"] == strange
    assert first["pid"] == second["pid"] == worker.pid


def test_progress_comes_through(worker: WorkerProcess) -> None:
    seen: list[tuple[float, str]] = []
    context = InlineContext(lambda done, message: seen.append((done, message)))
    worker.call("count", {}, context=context)
    assert seen[0] == (0.0, "step 0")
    assert len(seen) > 1
    assert seen == sorted(seen)


def test_a_refusal_keeps_its_three_parts_and_the_child(worker: WorkerProcess) -> None:
    worker.start()
    pid = worker.pid
    with pytest.raises(UserError) as caught:
        worker.call("refuse", {}, context=InlineContext())
    assert (caught.value.what, caught.value.why, caught.value.what_to_do) == ("a.mp4", "it is bad", "leave it")
    assert worker.call("echo", {}, context=InlineContext())["pid"] == pid


def test_a_bug_in_a_handler_is_a_bug_here_too(worker: WorkerProcess) -> None:
    with pytest.raises(RuntimeError, match="forgotten"):
        worker.call("bug", {}, context=InlineContext())
    assert worker.call("echo", {"again": 1}, context=InlineContext())["args"] == {"again": 1}


@posix
@pytest.mark.parametrize("end", ["crash", "kill"])
def test_a_dead_child_names_the_file_and_the_next_one_works(worker: WorkerProcess, end: str) -> None:
    with pytest.raises(UserError, match=r"^film\.mp4: "):
        worker.call(end, {"path": "film.mp4"}, context=InlineContext())
    assert worker.call("echo", {}, context=InlineContext())["args"] == {}


@posix
def test_a_child_killed_while_idle_is_replaced(worker: WorkerProcess) -> None:
    pid = worker.call("echo", {}, context=InlineContext())["pid"]
    os.kill(pid, signal.SIGKILL)
    # a process of several threads looks like a zombie before it can be waited for
    assert wait_for(lambda: worker._process is not None and worker._process.poll() is not None)
    assert worker.call("echo", {}, context=InlineContext())["pid"] != pid


@posix
def test_a_hung_child_is_ended_and_named(worker: WorkerProcess) -> None:
    worker.start()
    pid = worker.pid
    assert pid is not None
    with pytest.raises(UserError, match=r"film\.mp4: reading it does not come to an end"):
        worker.call("hang", {"path": "film.mp4"}, context=InlineContext(), timeout=0.5)
    assert is_gone(pid)


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the limit needs /proc")
def test_a_swelling_child_is_stopped_by_its_limit(worker: WorkerProcess) -> None:
    with pytest.raises(UserError, match=r"film\.mp4: reading it needs more memory"):
        worker.call("swell", {"path": "film.mp4"}, context=InlineContext(), memory=256 << 20)
    assert worker.call("echo", {}, context=InlineContext())["args"] == {}


def test_what_libraries_print_does_not_disturb(worker: WorkerProcess) -> None:
    assert worker.call("print", {}, context=InlineContext()) == {"printed": True}


def test_some_rubbish_between_answers_is_skipped(worker: WorkerProcess) -> None:
    assert worker.call("rubbish", {"lines": 5}, context=InlineContext())["pipes"] >= 1


def test_endless_rubbish_ends_the_child(worker: WorkerProcess) -> None:
    with pytest.raises(UserError, match=r"film\.mp4"):
        worker.call("rubbish", {"lines": 2000, "path": "film.mp4"}, context=InlineContext())


@posix
def test_cancelling_ends_the_child(worker: WorkerProcess) -> None:
    worker.start()
    pid = worker.pid
    assert pid is not None
    cancelled = threading.Event()
    timer = threading.Timer(0.3, cancelled.set)
    timer.start()
    with pytest.raises(Cancelled):
        worker.call("hang", {}, context=InlineContext(cancelled=cancelled))
    timer.join()
    assert is_gone(pid)


def test_children_know_no_secrets(worker: WorkerProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSEMBLYAI_API_KEY", "CANARY-KEY-0001")
    monkeypatch.setenv("DATABASE_URL", "postgresql://me:secret@host/db")
    names = worker.call("environment", {}, context=InlineContext())["names"]
    assert "ASSEMBLYAI_API_KEY" not in names
    assert "DATABASE_URL" not in names
    assert "PATH" in names
    assert "CANARY-KEY-0001" not in worker_environment().values()


@posix
def test_ctrl_c_in_the_terminal_is_not_the_childs(worker: WorkerProcess) -> None:
    group = worker.call("environment", {}, context=InlineContext())["process_group"]
    assert group == worker.pid != os.getpgrp()
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGINT)
    assert worker.call("echo", {}, context=InlineContext())["pid"] == worker.pid


_PARENT = """
import sys
from app.core.jobs.inline import InlineContext
from app.core.media.worker import ReaderStoppedError, WorkerProcess
worker = WorkerProcess([sys.executable, "-m", "tests.helpers.worker_child"])
worker.start()
print(worker.pid, flush=True)
worker.call("hang", {}, context=InlineContext())
"""


@posix
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_busy_child_ends_when_the_parent_dies(number: signal.Signals) -> None:
    parent = subprocess.Popen([sys.executable, "-c", _PARENT], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    time.sleep(0.2)
    parent.send_signal(number)
    parent.wait(20)
    parent.stdout.close()
    assert wait_for(lambda: is_gone(pid))


@posix
def test_workers_serve_several_threads_with_few_children(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    workers = Workers(COMMAND, count=2)
    pids: list[int] = []

    def use() -> None:
        for _ in range(3):
            workers.call("count", {}, context=InlineContext())
            pids.append(workers.call("echo", {}, context=InlineContext())["pid"])

    threads = [threading.Thread(target=use) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    workers.close()
    workers.close()
    assert len(pids) == 9
    assert 1 <= len(set(pids)) <= 2
    assert all(is_gone(pid) for pid in pids)
    with pytest.raises(RuntimeError, match="closed"):
        workers.call("echo", {}, context=InlineContext())


@pytest.mark.parametrize("end", ["crash", "kill"])
def test_a_file_that_stops_its_reader_again_and_again_is_given_up(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, end: str
) -> None:
    monkeypatch.chdir(ROOT)
    bad, good = tmp_path / "bad.mp4", tmp_path / "good.mp4"
    bad.write_bytes(b"bad")
    good.write_bytes(b"good")
    workers, context = Workers(COMMAND, count=1), InlineContext()
    for _ in range(3):
        workers.call("echo", {"path": str(bad)}, context=context)
        with pytest.raises(ReaderStoppedError, match=r"bad\.mp4"):
            workers.call(end, {"path": str(bad), "first": 0}, context=context)
    for name in (end, "echo"):
        with pytest.raises(UserError, match=r"bad\.mp4: it stopped its reader again and again"):
            workers.call(name, {"path": str(bad)}, context=context)
    assert workers.call("echo", {"path": str(good)}, context=context)["pid"] in workers.pids
    bad.write_bytes(b"mended")
    assert workers.call("echo", {"path": str(bad)}, context=context)["pid"] in workers.pids
    workers.close()


def test_what_somebody_waits_for_does_not_wait_for_long_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    workers = Workers(COMMAND, count=1)
    cancelled = threading.Event()

    def hang() -> None:
        with pytest.raises(Cancelled):
            workers.call("hang", {}, context=InlineContext(cancelled=cancelled))

    idle = workers.call("probe", {}, context=InlineContext())["pid"]
    thread = threading.Thread(target=hang)
    thread.start()
    assert wait_for(lambda: workers._idle.empty())
    pids = {workers.call("probe", {}, context=InlineContext())["pid"] for _ in range(2)}
    assert len(pids) == 1
    assert idle not in pids
    cancelled.set()
    thread.join()
    workers.close()
    assert all(is_gone(pid) for pid in pids)


def test_waiting_for_a_free_child_can_be_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    workers = Workers(COMMAND, count=0)
    cancelled = threading.Event()
    timer = threading.Timer(0.2, cancelled.set)
    timer.start()
    with pytest.raises(Cancelled):
        workers.call("echo", {}, context=InlineContext(cancelled=cancelled))
    timer.join()
    workers.close()


def test_the_program_itself_is_the_worker() -> None:
    assert worker_command()[0] == sys.executable
    assert worker_command()[-1] == "--worker"


def test_nothing_in_the_current_folder_runs_in_a_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of films may hold files named as modules: Python must not take them for its own."""
    for name in ("fractions", "json", "av", "app"):
        (tmp_path / f"{name}.py").write_text("open('taken', 'w').close()\nraise SystemExit(3)\n")
    monkeypatch.chdir(tmp_path)
    worker = WorkerProcess(worker_command())
    with pytest.raises(UserError, match="there is no such file"):
        worker.call("probe", {"path": str(tmp_path / "gone.mp4")}, context=InlineContext())
    worker.end(kill=True)
    assert not (tmp_path / "taken").exists()


def test_a_resting_child_does_nothing_until_it_may_go_on(worker: WorkerProcess) -> None:
    asked: list[bool] = []
    heard: list[str] = []

    def rests() -> bool:
        asked.append(len(asked) < 12)  # longer than the handler takes
        return asked[-1]

    clock = iter(range(10**6))
    context = InlineContext(lambda _done, message: heard.append(message), clock=lambda: float(next(clock)))
    assert worker.call("count", {}, context=context, rests=rests, timeout=0.3) == {}
    assert asked[-1] is False
    assert "waits while you play" in heard
    assert heard[-1] == "step 3"
    assert worker.call("count", {}, context=InlineContext()) == {}


def test_resting_calls_can_be_cancelled(worker: WorkerProcess) -> None:
    stop = threading.Event()
    context = InlineContext(lambda _done, message: stop.set() if "waits" in message else None, stop)
    with pytest.raises(Cancelled):
        worker.call("count", {}, context=context, rests=lambda: True)


def test_only_background_calls_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    workers = Workers(COMMAND, count=1)
    workers.rest(True)
    try:
        assert workers.call("count", {}, context=InlineContext()) == {}
    finally:
        workers.close()
