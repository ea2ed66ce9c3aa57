"""One project, one program that writes it: the living are respected, the dead are not in the way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from app.core.session.recovery import Locked
from app.storage.project_lock import lock_file, lock_project, ourselves
from tests.e2e.program import environment
from tests.helpers.disks import Disk

OTHER = """
import sys
from pathlib import Path
from app.storage.project_lock import lock_project
lock = lock_project(Path(sys.argv[1]))
print("locked", flush=True)
sys.stdin.read()
lock.release()
"""


def other_program(path: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", OTHER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "locked\n"
    return process


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.insomnia"


def test_a_second_lock_is_refused_and_names_the_first(path: Path) -> None:
    lock = lock_project(path)
    holder = json.loads(lock_file(path).read_text())
    assert (holder["program"], holder["pid"]) == ("insomnia", os.getpid())
    with pytest.raises(Locked, match=r"a\.insomnia: (\S+ has it|it is) open on this computer since .*; close it there"):
        lock_project(path)
    lock.release()
    lock.release()
    assert not lock_file(path).exists()
    lock_project(path).release()


def test_another_program_is_respected_while_it_lives(path: Path) -> None:
    process = other_program(path)
    with pytest.raises(Locked):
        lock_project(path)
    process.communicate("", timeout=30)
    lock_project(path).release()


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is of POSIX systems")
def test_the_lock_of_a_killed_program_is_taken_over(path: Path) -> None:
    process = other_program(path)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)
    assert lock_file(path).exists()
    lock = lock_project(path)
    assert json.loads(lock_file(path).read_text())["pid"] == os.getpid()
    lock.release()


def test_a_process_that_took_over_the_number_of_a_dead_one_does_not_count(path: Path) -> None:
    lock_file(path).write_text(json.dumps(asdict(replace(ourselves(), began="1"))))
    if not ourselves().began:
        pytest.skip("this system does not say when a process began")
    lock_project(path).release()


def test_a_program_on_another_host_is_believed(path: Path) -> None:
    lock_file(path).write_text(json.dumps(asdict(replace(ourselves(), host="studio-2", pid=1, user="ann"))))
    with pytest.raises(Locked, match=r"ann has it open on studio-2 since"):
        lock_project(path)
    assert lock_file(path).exists()


@pytest.mark.parametrize("garbage", [b"", b"\0" * 100, b"{}", b"[" * 9000, b'{"pid": "x"}', b"\xff\xfe"])
def test_garbage_is_nobody(path: Path, garbage: bytes) -> None:
    lock_file(path).write_bytes(garbage)
    lock_project(path).release()
    assert not lock_file(path).exists()


def test_a_folder_that_can_only_be_read_needs_no_lock(disk: Disk) -> None:
    disk.lock()
    lock_project(disk.path / "a.insomnia").release()
    assert list(disk.path.iterdir()) == []


def test_a_name_as_long_as_names_can_be_needs_no_lock(tmp_path: Path) -> None:
    lock_project(tmp_path / f"{'x' * 246}.insomnia").release()


def test_a_link_and_what_it_leads_to_are_one_project(tmp_path: Path, path: Path) -> None:
    path.write_bytes(b"")
    link = tmp_path / "link.insomnia"
    link.symlink_to(path)
    lock = lock_project(link)
    with pytest.raises(Locked):
        lock_project(path)
    lock.release()


def test_a_lock_that_somebody_took_away_is_not_removed_from_its_new_holder(path: Path) -> None:
    first = lock_project(path)
    lock_file(path).unlink()
    second = lock_project(path)
    first.release()
    assert lock_file(path).exists()
    second.release()
