"""What is heard of one feed is never taken for what is heard of the next."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QLoggingCategory
from PySide6.QtWidgets import QApplication

from app.core.render.sound_feed import SoundFeed
from app.ui.sound_output import DeviceClock, QtSoundOutput


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[DeviceClock]]:
    """The clocks handed to a device that takes everything and plays nothing."""
    QLoggingCategory.setFilterRules("qt.multimedia.symbolsresolver=false")  # libraries that are not needed
    clocks: list[DeviceClock] = []
    device = SimpleNamespace(isNull=lambda: False, isFormatSupported=lambda _wanted: True)
    monkeypatch.setattr("PySide6.QtMultimedia.QMediaDevices", SimpleNamespace(defaultAudioOutput=lambda: device))

    def make_no_thread(output: QtSoundOutput) -> None:
        output._begin.connect(lambda *given: clocks.append(given[-1]))

    monkeypatch.setattr(QtSoundOutput, "_make_thread", make_no_thread)
    yield clocks
    QLoggingCategory.setFilterRules("")


def start(output: QtSoundOutput) -> Any:
    return output.start(SoundFeed(2, 100), 48_000, 2)


def test_the_device_tells_late_what_it_played_before(qapp: QApplication, begun: list[DeviceClock]) -> None:
    output = QtSoundOutput()
    assert start(output)
    begun[0].set(7.5)
    heard = output.heard()
    assert heard is not None
    assert heard >= 7.5
    output.stop()
    assert start(output)
    begun[0].set(7.6)
    assert output.heard() == 0.0
    begun[-1].set(0.25)
    assert output.heard() == pytest.approx(0.25, abs=0.06)


def test_a_device_that_fails_is_gone(qapp: QApplication, begun: list[DeviceClock]) -> None:
    output = QtSoundOutput()
    assert start(output)
    begun[0].fail()
    assert output.heard() is None
