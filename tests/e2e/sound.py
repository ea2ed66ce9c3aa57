"""A sound device that goes nowhere, and what was played on it."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.helpers.beeps import find_beeps

RATE = 48_000
CHANNELS = 2
_FRAME = CHANNELS * 4
_SECONDS_TO_START = 10
_HURRY = -15


@contextlib.contextmanager
def null_sound_device(folder: Path) -> Iterator[str]:
    """The address of a PulseAudio server with one device; skips the test where PulseAudio is not installed."""
    if shutil.which("pulseaudio") is None or shutil.which("parec") is None:
        pytest.skip("pulseaudio and parec are not installed")
    socket = folder / "sound"
    with subprocess.Popen(
        [
            "pulseaudio",
            "-n",
            "--daemonize=no",
            "--exit-idle-time=-1",
            "--disallow-exit",
            "-L",
            f"module-native-protocol-unix auth-anonymous=1 socket={socket}",
            "-L",
            f"module-null-sink sink_name=test rate={RATE} channels={CHANNELS}",
        ],
        env={**os.environ, "HOME": str(folder), "XDG_RUNTIME_DIR": str(folder), "PULSE_RUNTIME_PATH": str(folder)},
        stderr=subprocess.DEVNULL,
    ) as server:
        hurry(server.pid)
        try:
            deadline = time.monotonic() + _SECONDS_TO_START
            while not socket.exists():
                if server.poll() is not None or time.monotonic() > deadline:
                    pytest.skip("pulseaudio does not start on this machine")
                time.sleep(0.02)
            yield f"unix:{socket}"
        finally:
            server.terminate()


def hurry(process: int) -> None:
    """Let a process go first where that is allowed: a busy machine must not starve the sound."""
    with contextlib.suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, process, _HURRY)


class Recorder:
    """Writes down what is played, and when: a thread reads, and remembers when each sample came at the earliest."""

    def __init__(self, server: str) -> None:
        self._process = subprocess.Popen(
            ["parec", "-d", "test.monitor", "--format=float32le", f"--rate={RATE}", "--raw", "--latency-msec=20"],
            env={**os.environ, "PULSE_SERVER": server},
            stdout=subprocess.PIPE,
        )
        hurry(self._process.pid)
        self._pieces: list[bytes] = []
        self._began = float("inf")
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        read = 0
        while piece := os.read(self._process.stdout.fileno(), 1 << 14):
            self._pieces.append(piece)
            read += len(piece)
            self._began = min(self._began, time.time() - read / _FRAME / RATE)

    def beeps(self) -> list[float]:
        """End the recording; when each beep began, in seconds of the computer's clock."""
        self._process.terminate()
        self._thread.join()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()
        whole = b"".join(self._pieces)
        samples = np.frombuffer(whole[: len(whole) // _FRAME * _FRAME], np.float32).reshape(-1, CHANNELS)
        return [self._began + onset / RATE for onset in find_beeps(samples, RATE)]
