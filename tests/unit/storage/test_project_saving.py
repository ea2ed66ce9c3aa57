"""A save that is killed, or finds no room, leaves the old project or the new one, never a third thing."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from app.core.base.errors import UserError
from app.core.model.project import Project
from app.storage import project_file
from app.storage.project_file import ProjectFiles
from tests.helpers.disks import Disk
from tests.helpers.document import FRAME, clip, project, track
from tests.helpers.soak import say_claim, soak_count, soak_random

STORE = ProjectFiles()


def large(name: str) -> Project:
    clips = [replace(clip(f"{number}", 5), source_start=number % 200 * FRAME) for number in range(300)]
    return replace(project(track("V1", *clips)), name=name)


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def keep_saving(path: Path, log: int) -> None:
    """Save version after version, saying when each begins and is done, until killed."""
    for number in range(1, 1_000_000):
        os.write(log, f"+{number}\n".encode())
        STORE.save(large(str(number)), path)
        os.write(log, f"-{number}\n".encode())


def killed_while_saving(path: Path, seconds: float) -> tuple[int, int]:
    """Numbers of the last save that was done and of the last that had begun."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        try:
            keep_saving(path, writer)
        finally:
            os._exit(1)
    os.close(writer)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(reader) as log:
        lines = log.read().split()
    done = max((int(line[1:]) for line in lines if line[0] == "-"), default=0)
    begun = max((int(line[1:]) for line in lines if line[0] == "+"), default=0)
    return done, begun


def kill_often(folder: Path, count: int) -> None:
    path = folder / "a.insomnia"
    chooser = soak_random("saves killed")
    for _ in range(count):
        STORE.save(large("0"), path)
        done, begun = killed_while_saving(path, chooser.uniform(0.005, 0.05))
        assert int(STORE.load(path).name) in (done, begun)


@pytest.mark.soak
@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 and fork are of POSIX systems")
def test_killed_in_the_middle_of_a_save(tmp_path: Path) -> None:
    count = soak_count(200)
    # In a process of its own: a fork of this one would take its threads' locks along.
    script = (
        f"from pathlib import Path; from {__name__} import kill_often; kill_often(Path({str(tmp_path)!r}), {count})"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    say_claim("a save that is killed leaves the old project or the new one", count)


@pytest.mark.skipif(sys.platform == "win32", reason="file size limits are of POSIX systems")
def test_a_file_that_may_not_grow_keeps_the_old_project(tmp_path: Path) -> None:
    path = tmp_path / "a.insomnia"
    STORE.save(large("old"), path)
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, old[1]))
    try:
        with pytest.raises(UserError, match=r"a\.insomnia: the file grew larger"):
            STORE.save(large("new"), path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
    assert STORE.load(path).name == "old"
    assert names(tmp_path) == ["a.insomnia"]


def test_a_full_disk_keeps_the_old_project(disk: Disk) -> None:
    if not disk.mounted:
        pytest.skip("only root may mount a disk that is small enough to fill")
    path = disk.path / "a.insomnia"
    STORE.save(large("old"), path)
    with pytest.raises(UserError, match=r"a\.insomnia: the disk is full; free some space"):
        STORE.save(large("x" * 1_000_000), path)
    assert STORE.load(path).name == "old"
    assert names(disk.path) == ["a.insomnia"]


def test_a_read_only_folder_keeps_the_old_project(disk: Disk) -> None:
    path = disk.path / "a.insomnia"
    STORE.save(large("old"), path)
    disk.lock()
    with pytest.raises(UserError, match=r"a\.insomnia: (the disk is read-only|writing there is not allowed)"):
        STORE.save(large("new"), path)
    assert STORE.load(path).name == "old"
    assert names(disk.path) == ["a.insomnia"]


def test_a_missing_folder_and_a_folder_of_that_name_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="its folder does not exist"):
        STORE.save(large("new"), tmp_path / "none" / "a.insomnia")
    (tmp_path / "b.insomnia").mkdir()
    with pytest.raises(UserError, match="a folder has that name"):
        STORE.save(large("new"), tmp_path / "b.insomnia")
    with pytest.raises(UserError, match="the name is too long"):
        STORE.save(large("new"), tmp_path / ("x" * 300))
    assert names(tmp_path) == ["b.insomnia"]


def test_what_could_not_be_loaded_again_is_not_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.insomnia"
    STORE.save(large("old"), path)
    monkeypatch.setattr(project_file, "LARGEST_FILE", path.stat().st_size)
    with pytest.raises(UserError, match="the project has grown larger"):
        STORE.save(large("a longer name"), path)
    assert STORE.load(path).name == "old"
