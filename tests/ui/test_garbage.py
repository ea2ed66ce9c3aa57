"""Garbage made in any thread ends in the GUI thread."""

from __future__ import annotations

import gc
import threading
from typing import Any

from pytestqt.qtbot import QtBot

from app.ui.garbage import collected_here


class Circle:
    """Only the collector ends it; says in which thread that was."""

    def __init__(self, ended_in: list[threading.Thread]) -> None:
        self._itself = self
        self._ended_in = ended_in

    def __del__(self) -> None:
        self._ended_in.append(threading.current_thread())


def busy() -> None:
    """Allocates more than any collector lets pass."""
    kept: list[Any] = [[] for _ in range(200_000)]
    kept.clear()


def test_garbage_ends_in_the_gui_thread_though_another_allocates(qtbot: QtBot) -> None:
    ended_in: list[threading.Thread] = []
    with collected_here():
        Circle(ended_in)
        worker = threading.Thread(target=busy)
        worker.start()
        worker.join()
        assert ended_in == []
        kept = [[] for _ in range(2_000)]  # type: ignore[var-annotated]
        qtbot.waitUntil(lambda: bool(ended_in))
    assert ended_in == [threading.main_thread()]
    assert len(kept) == 2_000


def test_collecting_by_itself_is_as_before_afterwards(qtbot: QtBot) -> None:
    with collected_here():
        assert not gc.isenabled()
    assert gc.isenabled()
