"""A disk that never answers keeps nobody waiting: neither who asks, nor other disks, nor the end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from queue import Queue

import pytest

from app.core.session.looks import Looks, look_at_once


class Disks:
    """``/mnt/dead`` answers when it is ``woken``; everything else is there at once."""

    def __init__(self) -> None:
        self.woken = threading.Event()
        self.posted: Queue[Callable[[], None]] = Queue()
        self.asked_in: set[str] = set()
        self.looks = Looks(self.posted.put, self.exists)
        self.told: list[Mapping[str, bool]] = []

    def exists(self, path: str) -> bool:
        self.asked_in.add(threading.current_thread().name)
        if path.startswith("/mnt/dead/"):
            self.woken.wait()
        return "gone" not in path

    def next(self) -> None:
        self.posted.get(timeout=30)()


@pytest.fixture
def disks() -> Iterator[Disks]:
    made = Disks()
    yield made
    made.woken.set()
    made.looks.close()


def test_a_dead_disk_holds_up_no_other(disks: Disks) -> None:
    disks.looks.files(["/mnt/dead/a", "/mnt/well/b", "/mnt/dead/c", "/mnt/well/gone"], disks.told.append)
    disks.next()
    assert disks.told == [{"/mnt/well/b": True, "/mnt/well/gone": False}]
    assert [disks.looks.idle] == [False]
    disks.woken.set()
    disks.next()
    assert disks.told[1:] == [{"/mnt/dead/a": True, "/mnt/dead/c": True}]
    assert disks.looks.idle
    assert threading.current_thread().name not in disks.asked_in


def test_after_the_end_nothing_is_answered_and_nothing_waits(disks: Disks) -> None:
    disks.looks.files(["/mnt/dead/a"], disks.told.append)
    disks.looks.close()
    disks.looks.files(["/mnt/well/b"], disks.told.append)
    disks.woken.set()
    assert disks.posted.empty()
    assert disks.told == []


def test_threads_of_a_dead_disk_do_not_keep_the_program(disks: Disks) -> None:
    disks.looks.files(["/mnt/dead/a"], disks.told.append)
    assert all(thread.daemon for thread in threading.enumerate() if thread.name.startswith("looks"))


def test_who_can_wait_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    told: list[Mapping[str, bool]] = []
    look_at_once([str(tmp_path / "a"), str(tmp_path / "b")], told.append)
    assert told == [{str(tmp_path / "a"): True, str(tmp_path / "b"): False}]
