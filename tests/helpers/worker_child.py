"""A worker process that misbehaves on demand: ``python -m tests.helpers.worker_child``."""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import Any

from app.core.base.errors import UserError
from app.core.jobs.context import JobContext
from app.core.media.worker_child import Handler, serve

_GIGABYTE = 1 << 30


def _echo(args: dict[str, Any], context: JobContext) -> dict[str, Any]:
    return {"args": args, "pid": os.getpid()}


def _count(args: dict[str, Any], context: JobContext) -> dict[str, Any]:
    for step in range(4):
        context.report(step / 4, f"step {step}")
        time.sleep(0.12)
    return {}


def _hang(args: dict[str, Any], context: JobContext) -> dict[str, Any]:
    while True:
        time.sleep(1)


def _refuse(args: dict[str, Any], context: JobContext) -> dict[str, Any]:
    raise UserError("a.mp4", "it is bad", "leave it")


def _bug(args: dict[str, Any], context: JobContext) -> dict[str, Any]:
    raise KeyError("forgotten")


def _crash(args: dict[str, Any], context: JobContext) -> dict[str, Any]:
    os.kill(os.getpid(), signal.SIGSEGV)
    return {}


def _kill(args: dict[str, Any], context: JobContext) -> dict[str, Any]:
    os.kill(os.getpid(), signal.SIGKILL)
    return {}


def _swell(args: dict[str, Any], context: JobContext) -> dict[str, Any]:
    return {"held": len([bytearray(_GIGABYTE // 8) for _ in range(64)])}


def _print(args: dict[str, Any], context: JobContext) -> dict[str, Any]:
    print("a library says hello")
    os.write(1, b"and C does too\n")
    return {"printed": True}


def _rubbish(args: dict[str, Any], context: JobContext) -> dict[str, Any]:
    """Write nonsense into the pipe of answers itself."""
    import gc
    import io

    pipes = [each for each in gc.get_objects() if isinstance(each, io.BufferedWriter) and each.fileno() > 2]
    for pipe in pipes:
        for _ in range(int(args["lines"])):
            pipe.write(b'\xff\x00 no json\n{"id": 0}\n[1]\n')
        pipe.flush()
    return {"pipes": len(pipes)}


def _environment(args: dict[str, Any], context: JobContext) -> dict[str, Any]:
    return {"names": sorted(os.environ), "process_group": os.getpgrp()}


HANDLERS: dict[str, Handler] = {
    "echo": _echo,
    "probe": _echo,
    "count": _count,
    "hang": _hang,
    "refuse": _refuse,
    "bug": _bug,
    "crash": _crash,
    "kill": _kill,
    "swell": _swell,
    "print": _print,
    "rubbish": _rubbish,
    "environment": _environment,
}

if __name__ == "__main__":
    sys.exit(serve(HANDLERS))
