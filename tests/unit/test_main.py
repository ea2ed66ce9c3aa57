"""The window that cannot be loaded: a library that the system lacks is said, anything else is a bug."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

import pytest

from app.main import main

WINDOW = "app.ui.application"


class Refusing(MetaPathFinder):
    """Importing the window fails with ``message``."""

    def __init__(self, message: str) -> None:
        self._message = message

    def find_spec(self, fullname: str, path: object, target: ModuleType | None = None) -> ModuleSpec | None:
        """Refuse the window; everything else is left to the others."""
        if fullname == WINDOW:
            raise ImportError(self._message)
        return None


def open_window(message: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """The exit code of the program's name alone where Qt cannot be loaded."""
    monkeypatch.delitem(sys.modules, WINDOW, raising=False)
    monkeypatch.setattr(sys, "meta_path", [Refusing(message), *sys.meta_path])
    return main([])


def test_a_library_that_the_system_lacks_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code = open_window("libGL.so.1: cannot open shared object file: No such file or directory", monkeypatch)
    said = capsys.readouterr().err
    assert code == 1
    assert said.startswith("insomnia: error: the window: this system lacks the library libGL.so.1; install it")


def test_another_failure_to_load_is_a_bug(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], expect_log: Callable[[str], None]
) -> None:
    expect_log("a bug stopped the program")
    assert open_window("cannot import name 'run'", monkeypatch) == 70
    assert "bug: ImportError: cannot import name 'run'" in capsys.readouterr().err
