"""The child's side of a worker process: handlers called by JSON lines, within limits.

A media file is met for the first time here: a bad one can kill or swell this process, never the
editor. Requests come on stdin, ``{"id", "call", "args", "memory"}`` a line; answers go to stdout:
``{"id", "progress", "message"}`` and at last one of ``result``, ``error`` (three texts), ``bug``,
with ``spent`` where the process then ends by itself. A line ``{"rest": true}`` between makes the handler
rest where it next reports, until ``{"rest": false}``.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO, TypeAlias

from app.core.base.errors import UserError
from app.core.jobs.context import JobContext
from app.core.jobs.inline import InlineContext

Handler: TypeAlias = Callable[[dict[str, Any], JobContext], dict[str, Any]]

# How long a handler may go on after the parent is gone.
_LAST_SECOND = 1.0
# The argument that starts the program as a worker.
FLAG = "--worker"
_OUT_OF_MEMORY = ("reading it needs more memory than it may have", "the file is probably damaged")


def serve(handlers: Mapping[str, Handler]) -> int:
    """Answer requests until the parent closes stdin or dies; returns the exit code.

    Call it in the main thread, before anything has been printed. Whatever is printed to stdout from
    now on, also by C libraries, goes to stderr.
    """
    with contextlib.suppress(ValueError):  # not the main thread: the parent's signals are its own affair
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = _guarded_stdout()
    requests: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
    awake = threading.Event()
    awake.set()
    reader = threading.Thread(target=_read_requests, args=(requests, awake), name="worker-stdin", daemon=True)
    reader.start()
    with answers:
        while (request := requests.get()) is not None:
            if not _answer(request, handlers, answers, awake):
                return 1
    return 0


def _guarded_stdout() -> BinaryIO:
    """The real stdout for answers alone; descriptor 1 becomes stderr."""
    sys.stdout.flush()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return answers


def _read_requests(requests: queue.SimpleQueue[dict[str, Any] | None], awake: threading.Event) -> None:
    """Read on while a handler works: when the parent dies, so do we, soon."""
    # An object of its own: the interpreter's end would wait for the lock of sys.stdin.
    with open(os.dup(0), "rb") as stdin:
        for line in stdin:
            request = json.loads(line)
            if "rest" not in request:
                requests.put(request)
            elif request["rest"]:
                awake.clear()
            else:
                awake.set()
    requests.put(None)
    # The main thread may be deep in a decoder; nothing here needs to be put in order.
    threading.Event().wait(_LAST_SECOND)
    os._exit(0)


class _Reports(InlineContext):
    """Reports, and rests while the parent wants it."""

    def __init__(self, on_progress: Callable[[float, str], None], awake: threading.Event) -> None:
        super().__init__(on_progress)
        self._awake = awake

    def report(self, done: float, message: str = "") -> None:
        super().report(done, message)
        self._awake.wait()


def _answer(
    request: dict[str, Any], handlers: Mapping[str, Handler], answers: BinaryIO, awake: threading.Event
) -> bool:
    """Run one request; False where the process is spent and must be replaced."""
    number, args = request["id"], request["args"]

    def say(**fields: object) -> None:
        answers.write(json.dumps({"id": number, **fields}).encode() + b"\n")
        answers.flush()

    context = _Reports(lambda done, message: say(progress=done, message=message), awake)
    try:
        with limited_memory(request.get("memory")):
            result = handlers[request["call"]](args, context)
        say(result=result)
    except UserError as error:
        say(error=[error.what, error.why, error.what_to_do])
    except MemoryError:
        gc.collect()
        say(error=[str(args.get("path", request["call"])), *_OUT_OF_MEMORY], spent=True)
        return False
    except Exception:  # noqa: BLE001 - a bug in a handler is told to the parent, which raises it there
        say(bug=traceback.format_exc(), spent=True)
        return False
    return True


@contextlib.contextmanager
def limited_memory(most: int | None) -> Iterator[None]:
    """Let this process map at most ``most`` bytes more than it does now (POSIX with ``/proc``; else no limit)."""
    now = _mapped_bytes()
    if most is None or now is None:
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = now + most if hard == resource.RLIM_INFINITY else min(now + most, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _mapped_bytes() -> int | None:
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return None
