"""The parent's side of worker processes: a few kept warm, each led by the thread that calls it.

Whatever happens to a child (killed, hung, out of memory, talking nonsense), the caller gets a
:class:`UserError` that names the file, and the next call a fresh child.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any, TypeAlias

from app.core.base.errors import UserError
from app.core.jobs.context import JobContext
from app.core.media.worker_child import FLAG, Handler, serve

__all__ = [
    "FLAG",
    "Handler",
    "WorkerProcess",
    "Workers",
    "serve",
    "worker_command",
    "worker_environment",
]

logger = logging.getLogger(__name__)

# Seconds without a sign of life (an answer or progress) after which a child counts as hung.
DEFAULT_TIMEOUT = 60.0
# What a child may map beside what it needs to start: 4K decoding fits.
DEFAULT_MEMORY = 768 * 1024 * 1024
_POLL = 0.1
_GRACE = 2.0
_LONGEST_LINE = 64 * 1024 * 1024
_MOST_RUBBISH = 1000
# Children in a row that one file may take with it.
_MOST_DEATHS = 3
_Version: TypeAlias = tuple[str, int, int]
_Work: TypeAlias = tuple[str, Any]
_SECRETS = ("KEY", "TOKEN", "SECRET", "PASSWORD", "DATABASE_URL")
_DIED = ("reading it made the reader crash", "the file is probably damaged: play it elsewhere to check it")
_KILLED = ("its reader was ended from outside or needed too much memory", "try again, or check the file elsewhere")
_RESTS = "waits while you play"
_GIVEN_UP = ("it stopped its reader again and again", "replace the file, or start the program anew to try once more")
_HUNG = ("reading it does not come to an end", "the file is probably damaged: play it elsewhere to check it")


def worker_command() -> list[str]:
    """The command that starts this program as a worker."""
    if getattr(sys, "frozen", False):
        return [sys.executable, FLAG]
    # -P: else Python would take modules from the current folder first, which may hold anything.
    return [sys.executable, "-P", "-m", "app", FLAG]


def worker_environment() -> dict[str, str]:
    """Our environment without secrets, and with few arenas and threads in the child's libraries."""
    kept = {name: value for name, value in os.environ.items() if not any(word in name.upper() for word in _SECRETS)}
    if not getattr(sys, "frozen", False):
        root = str(Path(__file__).resolve().parents[3])
        kept["PYTHONPATH"] = os.pathsep.join(filter(None, (root, kept.get("PYTHONPATH"))))
    # Each malloc arena and each BLAS thread maps memory that would count against the limit.
    return {**kept, "MALLOC_ARENA_MAX": "2", "OPENBLAS_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}


class ReaderStoppedError(UserError):
    """A file took the child that read it with it: it died, hung or talked nonsense."""


class WorkerProcess:
    """One child. Used by one thread at a time; starts at the first call and again after a failure."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = list(command)
        self._process: subprocess.Popen[bytes] | None = None
        self._reader: threading.Thread | None = None
        self._lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._calls = 0
        self._resting = False

    @property
    def pid(self) -> int | None:
        """The child's process id while there is one."""
        return self._process.pid if self._process is not None else None

    def start(self) -> None:
        """Start the child if there is none, so that the next call finds it warm."""
        if self._process is not None and self._process.poll() is None:
            return
        self.end()
        separate: dict[str, Any] = (
            {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)}
            if sys.platform == "win32"
            else {"process_group": 0}  # Ctrl-C in the terminal is the parent's
        )
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=worker_environment(),
            **separate,
        )
        self._resting = False
        self._lines = queue.SimpleQueue()
        stdout = self._process.stdout
        if stdout is None:
            raise RuntimeError("a child without stdout")
        # Windows cannot wait for a pipe and a clock at once: this thread lives and ends with the child.
        self._reader = threading.Thread(
            target=_read_lines, args=(stdout, self._lines), name="worker-answers", daemon=True
        )
        self._reader.start()

    def call(
        self,
        name: str,
        args: dict[str, Any],
        *,
        context: JobContext,
        timeout: float = DEFAULT_TIMEOUT,
        memory: int | None = DEFAULT_MEMORY,
        rests: Callable[[], bool] = lambda: False,
    ) -> dict[str, Any]:
        """Run handler ``name`` in the child and wait for its answer, passing progress on.

        While ``rests`` says so, the handler rests.

        Raises:
            ReaderStoppedError: the child died or hung for ``timeout`` seconds: it names ``args["path"]``.
            UserError: the handler refused, or used more than ``memory`` bytes.
            Cancelled: ``context`` was cancelled; the child is ended.
            RuntimeError: a bug in the handler, with its traceback.
        """
        what = str(args.get("path", name))
        context.check()
        done = False
        try:
            self.start()
            self._send(name, args, memory)
            answer = self._wait(what, context, timeout, rests)
            done = not answer.get("spent")
        finally:
            if not done:
                self.end(kill=True)
        if "result" in answer:
            return dict(answer["result"])
        if "error" in answer:
            raise UserError(*answer["error"])
        raise RuntimeError(f"worker {name!r} failed on {what!r}:\n{answer.get('bug')}")

    def end(self, *, kill: bool = False) -> None:
        """End the child and wait for it; with ``kill``, at once. Safe to call twice."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            with contextlib.suppress(OSError):
                process.stdin.close()
        if kill:
            process.kill()
        try:
            process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if self._reader is not None:
            self._reader.join()
            self._reader = None
        if process.stdout is not None:
            process.stdout.close()

    def _send(self, name: str, args: dict[str, Any], memory: int | None) -> None:
        self._calls += 1
        self._write({"id": self._calls, "call": name, "args": args, "memory": memory})

    def _write(self, request: dict[str, Any]) -> None:
        pipe = self._process.stdin if self._process is not None else None
        if pipe is not None:
            with contextlib.suppress(OSError):  # a child that died already: the wait below says so
                pipe.write(json.dumps(request).encode() + b"\n")
                pipe.flush()

    def _tell_to_rest(self, rest: bool) -> None:
        if rest != self._resting:
            self._resting = rest
            self._write({"rest": rest})

    def _wait(self, what: str, context: JobContext, timeout: float, rests: Callable[[], bool]) -> dict[str, Any]:
        last_sign = time.monotonic()
        rubbish, done = 0, 0.0
        while True:
            context.check()
            self._tell_to_rest(rests())
            if self._resting:
                last_sign = time.monotonic()
                context.report(done, _RESTS)
            try:
                line = self._lines.get(timeout=_POLL)
            except queue.Empty:
                if time.monotonic() - last_sign > timeout:
                    logger.info("worker hung for %s s on %s", timeout, what)
                    raise ReaderStoppedError(what, *_HUNG) from None
                continue
            if line is None:
                raise self._death(what)
            answer = _parsed(line, self._calls)
            if answer is None:
                rubbish += 1
                if rubbish > _MOST_RUBBISH:
                    raise ReaderStoppedError(what, *_DIED)
                continue
            last_sign = time.monotonic()
            if "progress" not in answer:
                return answer
            done = float(answer["progress"])
            context.report(done, str(answer.get("message", "")))

    def _death(self, what: str) -> ReaderStoppedError:
        code = self._process.wait() if self._process is not None else None
        logger.info("worker ended with code %s on %s", code, what)
        return ReaderStoppedError(what, *(_KILLED if code in (-9, -15) else _DIED))


class Workers:
    """A few :class:`WorkerProcess`, shared by any number of threads. Children start when first needed.

    Where all are busy, the short calls in ``URGENT``, for which somebody waits, get one more of their own.
    Those in ``RESTING`` may be told to rest for a while (:meth:`rest`).
    """

    URGENT = frozenset({"probe", "poster", "index", "glance"})
    RESTING = frozenset({"import_chunk", "peaks"})

    def __init__(self, command: Sequence[str] | None = None, count: int = 2) -> None:
        self._idle: queue.LifoQueue[WorkerProcess] = queue.LifoQueue()
        self._spare: queue.LifoQueue[WorkerProcess] = queue.LifoQueue()
        self._deaths = _Deaths()
        self._closed = threading.Event()
        self._rest = threading.Event()
        self._all = [WorkerProcess(command or worker_command()) for _ in range(count + 1)]
        for process in self._all[:-1]:
            self._idle.put(process)
        self._spare.put(self._all[-1])

    @property
    def pids(self) -> tuple[int, ...]:
        """The children that were started and not ended."""
        return tuple(process.pid for process in self._all if process.pid is not None)

    def call(
        self,
        name: str,
        args: dict[str, Any],
        *,
        context: JobContext,
        timeout: float = DEFAULT_TIMEOUT,
        memory: int | None = DEFAULT_MEMORY,
    ) -> dict[str, Any]:
        """Wait for a free child and run handler ``name`` in it; see :meth:`WorkerProcess.call`.

        A file that took its reader with it three times in a row is not read again until it changes.
        """
        self._deaths.check(args)
        process, home = self._take(context, (self._idle, self._spare) if name in self.URGENT else (self._idle,))
        try:
            rests = self._rest.is_set if name in self.RESTING else _never
            result = process.call(name, args, context=context, timeout=timeout, memory=memory, rests=rests)
            self._deaths.forget(name, args)
            return result
        except ReaderStoppedError:
            self._deaths.add(name, args)
            raise
        finally:
            if self._closed.is_set():
                process.end()
            home.put(process)

    def rest(self, rest: bool) -> None:
        """Let the calls in ``RESTING`` rest, those that run and those to come, or let them go on."""
        if rest:
            self._rest.set()
        else:
            self._rest.clear()

    def close(self) -> None:
        """End all idle children; busy ones end after their call. Safe to call twice."""
        self._closed.set()
        for home in (self._idle, self._spare):
            waiting: list[WorkerProcess] = []
            with contextlib.suppress(queue.Empty):
                while True:
                    waiting.append(home.get_nowait())
            for process in waiting:
                process.end()
                home.put(process)

    def _take(
        self, context: JobContext, homes: tuple[queue.LifoQueue[WorkerProcess], ...]
    ) -> tuple[WorkerProcess, queue.LifoQueue[WorkerProcess]]:
        """A free child and where it belongs: one that runs already before one that must be started."""
        while True:
            context.check()
            if self._closed.is_set():
                raise RuntimeError("the workers are closed")
            for home in homes:
                with contextlib.suppress(queue.Empty):
                    return home.get_nowait(), home
            with contextlib.suppress(queue.Empty):
                return homes[0].get(timeout=_POLL), homes[0]


class _Deaths:
    """How often each file took a reader with it, by what was done with it. Safe from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[_Version, dict[_Work, int]] = {}

    def check(self, args: dict[str, Any]) -> None:
        """Refuse a file that did so too often.

        Raises:
            UserError: it names the file.
        """
        with self._lock:
            given_up = any(count >= _MOST_DEATHS for count in self._counts.get(_version(args), {}).values())
        if given_up:
            raise UserError(str(args["path"]), *_GIVEN_UP)

    def add(self, name: str, args: dict[str, Any]) -> None:
        """Handler ``name`` lost its child to the file of ``args``."""
        if "path" in args:
            with self._lock:
                counts = self._counts.setdefault(_version(args), {})
                work = (name, args.get("first"))
                counts[work] = counts.get(work, 0) + 1

    def forget(self, name: str, args: dict[str, Any]) -> None:
        """Handler ``name`` came to its end: what was before may have come from elsewhere."""
        if self._counts:
            with self._lock:
                self._counts.get(_version(args), {}).pop((name, args.get("first")), None)


def _version(args: dict[str, Any]) -> _Version:
    """The file of a call and the state it is in: replaced by another, it may be read again."""
    path = str(args.get("path", ""))
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return path, 0, 0
    return path, status.st_size, status.st_mtime_ns


def _never() -> bool:
    return False


def _read_lines(stdout: IO[bytes], lines: queue.SimpleQueue[bytes | None]) -> None:
    """Hand on what the child says; None at its end, or where a line would never end."""
    with contextlib.suppress(OSError, ValueError):
        while line := stdout.readline(_LONGEST_LINE):
            lines.put(line)
            if not line.endswith(b"\n"):
                break
    lines.put(None)


def _parsed(line: bytes, number: int) -> dict[str, Any] | None:
    """The answer in a line, or None where it is none to request ``number``."""
    try:
        answer = json.loads(line)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) and answer.get("id") == number else None
