"""What a call or a whole process costs, its child processes included."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.films import ROOT


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds by the clock, and of processors."""

    wall: float
    processor: float

    def __str__(self) -> str:
        return f"{self.wall:.2f} s (cpu {self.processor:.2f})"


@dataclass(frozen=True, slots=True)
class ProcessSpent(Spent):
    """What a process spent, the most memory that it or one of its children held, in MB, and what it printed."""

    megabytes: float
    said: str


def spent(function: Callable[[], object]) -> Spent:
    """What calling ``function`` costs; of children, those that ended meanwhile count."""
    before, began = os.times(), time.perf_counter()
    function()
    wall, after = time.perf_counter() - began, os.times()
    return Spent(wall, sum(after[:4]) - sum(before[:4]))


def run(command: list[str]) -> ProcessSpent:
    """What a whole process costs.

    Raises:
        RuntimeError: it failed.
    """
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    said = process.stdout.read() if process.stdout is not None else ""
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}")
    return ProcessSpent(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, said)
