"""Threads that load PyAV at the same time: the package comes before any of its modules.

Importing ``av.error`` first takes the lock of that module and then waits for the package, while the thread
that loads the package waits for the module: Python breaks the tie by handing out half a module
(https://github.com/python/cpython/issues/83065).
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
IMPORT = re.compile(r"^\s*(?:import av\b(\.\w+)*|from av\b(\.\w+)* import\b)", re.MULTILINE)
WHOLE = re.compile(r"^\s*(?:import av$|from av import)", re.MULTILINE)
FILES = sorted(path for path in (ROOT / "app").rglob("*.py") if IMPORT.search(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_package_is_imported_before_its_modules(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    first = IMPORT.search(text)
    assert first is not None
    line = text[first.start() : text.index("\n", first.end())].lstrip("\n")
    assert WHOLE.match(line), f"{line.strip()!r} comes before `import av`"


def test_many_threads_load_the_player_and_the_media_room_at_once() -> None:
    script = """
import importlib, threading
names = ["app.core.render.player", "app.core.media.poster", "app.core.media.pool", "app.core.media.pyav_errors",
         "app.core.session.ingest", "app.core.media.waveform", "app.core.render.export"]
go, troubles = threading.Barrier(len(names)), []
def load(name):
    go.wait()
    try:
        importlib.import_module(name)
    except BaseException as error:
        troubles.append(f"{name}: {error!r}")
threads = [threading.Thread(target=load, args=(name,)) for name in names]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(troubles)
"""
    for _ in range(3):
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
        assert done.stdout.strip() == "[]"
