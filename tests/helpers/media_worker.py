"""A worker process with the program's first handlers and one that jumps: ``python -m tests.helpers.media_worker``."""

from __future__ import annotations

import random
import resource
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

from app.core.jobs.context import JobContext
from app.core.media.audio_source import PyAVAudioSource
from app.core.media.handlers import index_handler, probe_handler
from app.core.media.index import load_index
from app.core.media.poster import poster_handler
from app.core.media.pyav_source import PyAVVideoSource
from app.core.media.waveform import peaks_handler
from app.core.media.worker_child import Handler, serve

_KILOBYTE = 1024


def _jump(args: dict[str, Any], context: JobContext) -> dict[str, Any]:
    """``{"path", "index", "sound", "seed", "times"}`` -> ``{"frames"}``: frames and sound from random places."""
    path, chooser = str(args["path"]), random.Random(args["seed"])
    frames = 0
    index = load_index(Path(args["index"])) if args["index"] else None
    if index is not None:
        source = PyAVVideoSource(path, index)
        for _ in range(int(args["times"])):
            frames += source.frame(chooser.randrange(len(index))).width > 0
            context.report(0.0)
        source.close()
    if args["sound"] is not None:
        sound = PyAVAudioSource(path, int(args["sound"]), 48_000, 2)
        for _ in range(int(args["times"])):
            sound.read(int(chooser.randrange(3) * Fraction(48_000)), 4800)
            context.report(0.0)
        sound.close()
    return {"frames": frames}


def _peak(_args: dict[str, Any], _context: JobContext) -> dict[str, Any]:
    """The most memory that this process ever held, in bytes.

    Not ``getrusage``: Linux counts there what the process was before it became this program, which
    is all of the tests' own memory.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        held = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return {"bytes": int(held.split()[1]) * _KILOBYTE}
    return {"bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}


HANDLERS: dict[str, Handler] = {
    "probe": probe_handler,
    "index": index_handler,
    "poster": poster_handler,
    "peaks": peaks_handler,
    "jump": _jump,
    "peak": _peak,
}

if __name__ == "__main__":
    sys.exit(serve(HANDLERS))
