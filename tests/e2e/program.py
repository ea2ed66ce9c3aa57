"""The real program in a process of its own."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 60


@dataclass(frozen=True)
class Said:
    """How a run ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """The one JSON object on standard output."""
        loaded = json.loads(self.out)
        assert isinstance(loaded, dict)
        return loaded


def command(*arguments: str | Path) -> list[str]:
    """The command line of ``insomnia ARGUMENTS``."""
    return [sys.executable, "-m", "app", *(str(each) for each in arguments)]


def environment(**variables: str) -> dict[str, str]:
    """Ours, with the checkout in sight from any folder."""
    return {**os.environ, "PYTHONPATH": str(ROOT), **variables}


def insomnia(*arguments: str | Path, cwd: Path | None = None, **variables: str) -> Said:
    """Run it to its end."""
    done = subprocess.run(
        command(*arguments), capture_output=True, check=False, cwd=cwd, env=environment(**variables), timeout=SECONDS
    )
    return Said(done.returncode, done.stdout.decode(), done.stderr.decode())


def here(*arguments: str | Path, cwd: Path | None = None, home: Path | None = None) -> Said:
    """Run it in this process, which saves half a second; the streams are those of a program all the same."""
    from app.main import main

    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.TextIOWrapper(io.BytesIO(), "utf-8")
    place = contextlib.chdir(cwd) if cwd is not None else contextlib.nullcontext()
    profile = pytest.MonkeyPatch.context()
    with profile as patch, place, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        if home is not None:
            patch.setenv("INSOMNIA_HOME", str(home))
        code = main([str(each) for each in arguments])
    out.flush()
    err.flush()
    return Said(code, out.buffer.getvalue().decode(), err.buffer.getvalue().decode())


def start(*arguments: str | Path, cwd: Path | None = None) -> subprocess.Popen[bytes]:
    """Let it run; its output comes through pipes."""
    return subprocess.Popen(
        command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=cwd, env=environment()
    )


def names(folder: Path) -> list[str]:
    """What is in a folder, hidden files too."""
    return sorted(each.name for each in folder.iterdir())
