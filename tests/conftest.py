"""What holds for every test: a profile of its own, no thread left behind, no unannounced log line."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest

from app.core.session.settings import HOME_VARIABLE, declared_settings
from tests.helpers.soak import soak_count

# Shared machines are slow at times, and a run must be repeatable: no deadline, no chance.
hypothesis.settings.register_profile(
    "house", deadline=None, derandomize=True, database=None, max_examples=soak_count(1000)
)
hypothesis.settings.load_profile("house")

_OURS = (HOME_VARIABLE, *(setting.environment for setting in declared_settings() if setting.environment))
_SECONDS_TO_END = 5.0


@pytest.fixture(autouse=True)
def own_profile(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The throw-away profile folder of this test (not made yet); settings of the person are out of sight."""
    for name in _OURS:
        monkeypatch.delenv(name, raising=False)
    home = tmp_path_factory.getbasetemp() / "profiles" / os.urandom(4).hex()
    monkeypatch.setenv("INSOMNIA_HOME", str(home))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    return home


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    """Fails a test whose threads outlive it."""
    before = set(threading.enumerate())
    yield
    started = [thread for thread in threading.enumerate() if thread not in before and not thread.daemon]
    for thread in started:
        thread.join(_SECONDS_TO_END)
    left = [thread.name for thread in started if thread.is_alive()]
    assert not left, f"threads still run: {', '.join(left)}"


class _Warnings(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []
        self.expected: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.levelname} {record.name}: {record.getMessage()}")

    def unannounced(self) -> list[str]:
        return [line for line in self.lines if not any(part in line for part in self.expected)]

    def missing(self) -> list[str]:
        return [part for part in self.expected if not any(part in line for line in self.lines)]


@pytest.fixture(autouse=True)
def logged_warnings() -> Iterator[_Warnings]:
    """Fails a test in which something logs a warning or worse that :func:`expect_log` did not announce."""
    handler = _Warnings()
    root = logging.getLogger()
    root.addHandler(handler)
    yield handler
    root.removeHandler(handler)
    assert not handler.unannounced(), "unannounced log lines"
    assert not handler.missing(), "announced log lines that never came"


@pytest.fixture
def expect_log(logged_warnings: _Warnings) -> Callable[[str], None]:
    """Announces a log line of level warning or above: it must come, and contain the text given."""
    return logged_warnings.expected.append
