"""A library is loaded in another thread, and whoever waits for it is called in this one."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.ui.preload import Preload

_SAYS_WHERE = "import threading\nTHREAD = threading.current_thread().name\n"


def test_a_module_is_loaded_beside_the_window(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "loaded_beside.py").write_text(_SAYS_WHERE)
    monkeypatch.syspath_prepend(tmp_path)
    called: list[str] = []
    preload = Preload("loaded_beside")
    preload.load(lambda: called.append(threading.current_thread().name))
    qtbot.waitUntil(lambda: bool(called))
    assert called == [threading.main_thread().name]
    assert sys.modules.pop("loaded_beside").THREAD == "load-1"
    preload.close()


def test_nobody_is_called_after_the_end(qtbot: QtBot) -> None:
    called: list[str] = []
    preload = Preload("json")
    preload.load(lambda: called.append("late"))
    preload.close()
    qtbot.wait(20)
    assert called == []


def test_who_waits_is_called_where_nothing_can_be_loaded(qtbot: QtBot, expect_log: Callable[[str], None]) -> None:
    expect_log("no_such_module")
    called: list[str] = []
    preload = Preload("no_such_module")
    preload.load(lambda: called.append("anyway"))
    qtbot.waitUntil(lambda: called == ["anyway"])
    preload.close()
