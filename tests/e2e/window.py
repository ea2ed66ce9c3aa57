"""The real window in a process of its own, driven by a script, without a screen or on a virtual one."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.program import Said, command, environment

SECONDS = 50
WITHOUT_SCREEN = {"QT_QPA_PLATFORM": "offscreen"}
SIZE = (1280, 720)
SCREEN = (1600, 900)
# Of the platform without a screen, and of a machine without sound.
_CHATTER = (
    "This plugin does not support propagateSizeHints()",
    "PulseAudioService: pa_context_connect() failed",
    "No audio device detected",
)

Step = dict[str, Any]
State = dict[str, Any]


@dataclass
class Story:
    """Steps that are told one after another, with the places in between where the window is looked at.

    ``folder`` takes the script, states and pictures; ``platform`` are variables that choose the screen.
    """

    folder: Path
    platform: dict[str, str] = field(default_factory=lambda: dict(WITHOUT_SCREEN))
    steps: list[Step] = field(default_factory=list)

    def do(self, **step: Any) -> None:
        """One step of docs/script.md."""
        self.steps.append(step)

    def keys(self, *keys: str) -> None:
        """Keys, one after the other."""
        for each in keys:
            self.do(key=each)

    def idle(self) -> None:
        """Wait for everything."""
        self.do(wait="idle", timeout=60)

    def look(self, name: str) -> None:
        """Keep the state under this name."""
        self.do(state=str(self.folder / f"{name}.json"))

    def picture(self, name: str, of: str = "") -> None:
        """Keep a picture of the window, or of one widget."""
        self.do(screenshot=str(self.folder / f"{name}.png"), of=of)

    def seen(self, name: str) -> State:
        """The state that was kept."""
        loaded = json.loads((self.folder / f"{name}.json").read_text())
        assert isinstance(loaded, dict)
        return loaded

    def write(self) -> Path:
        """The script of the steps told so far."""
        script = self.folder / "steps.json"
        script.write_text(json.dumps([{"resize": list(SIZE)}, *self.steps]))
        return script

    def begin(self, *paths: Path) -> subprocess.Popen[bytes]:
        """Start the program with the steps told so far."""
        return subprocess.Popen(
            command("gui", "--script", self.write(), *paths),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(**self.platform),
        )

    def run(self, *paths: Path) -> Said:
        """Perform the steps told so far, to the end."""
        return finish(self.begin(*paths))


def finish(process: subprocess.Popen[bytes]) -> Said:
    """Wait for the end of the program; what Qt always says without a screen is left out."""
    try:
        out, err = process.communicate(timeout=SECONDS)
    finally:
        process.kill()
    lines = [line for line in err.decode().splitlines() if line not in _CHATTER]
    return Said(process.returncode, out.decode(), "\n".join(lines))


def clips(state: State, track: str = "V1") -> list[tuple[int, int, int]]:
    """Of each clip of a track its first frame, its length, and the first frame of the medium."""
    return [
        (item["start_frame"], item["frames"], item["source_in"])
        for each in state["project"]["tracks"]
        if each["name"] == track
        for item in each["items"]
        if item["type"] == "clip"
    ]


@contextlib.contextmanager
def virtual_screen() -> Iterator[dict[str, str]]:
    """The variables of a virtual X screen; skips the test where Xvfb is not installed."""
    if shutil.which("Xvfb") is None:
        pytest.skip("Xvfb is not installed")
    reading, writing = os.pipe()
    size = f"{SCREEN[0]}x{SCREEN[1]}x24"
    with subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", size, "-nolisten", "tcp"],
        pass_fds=(writing,),
        stderr=subprocess.DEVNULL,
    ) as server:
        os.close(writing)
        with os.fdopen(reading) as answer:
            number = answer.readline().strip()
        try:
            if not number:
                pytest.fail("Xvfb did not start")
            yield {"QT_QPA_PLATFORM": "xcb", "DISPLAY": f":{number}"}
        finally:
            server.terminate()
