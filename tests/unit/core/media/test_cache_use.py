"""A use counts from the begin of its block to the end, whoever looks meanwhile."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path
from typing import IO

import pytest

from app.core.media.cache_use import in_use, marked, marked_together

KEY = "0123456789abcdef" * 2


def test_a_mark_holds_whoever_looks_while_it_is_made(tmp_path: Path) -> None:
    stop = threading.Event()
    lost = 0

    def look() -> None:
        while not stop.is_set():
            in_use(tmp_path)

    looking = threading.Thread(target=look)
    looking.start()
    try:
        for _ in range(1_500):
            with marked(tmp_path, KEY):
                lost += KEY not in in_use(tmp_path)
            with marked_together(tmp_path, [KEY]) as is_there:
                lost += not is_there() or KEY not in in_use(tmp_path)
    finally:
        stop.set()
        looking.join()
    assert lost == 0
    assert in_use(tmp_path) == frozenset()
    assert list((tmp_path / ".use").iterdir()) == []


def test_a_mark_that_somebody_removes_again_and_again_keeps_nobody_from_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[Path] = []

    def take(file: IO[bytes]) -> bool:
        taken.append(Path(file.name))
        taken[-1].unlink()
        return len(taken) % 2 == 0

    monkeypatch.setattr("app.core.base.locks.take_lock", take)
    with marked_together(tmp_path, [KEY]) as is_there:
        assert not is_there()
    assert len(set(taken)) == len(taken) > 2


def test_looking_makes_no_mark(tmp_path: Path) -> None:
    with marked(tmp_path, KEY):
        pass
    assert list((tmp_path / ".use").iterdir()) == []
    shutil.rmtree(tmp_path / ".use")
    assert in_use(tmp_path) == frozenset()
    assert not (tmp_path / ".use").exists()
