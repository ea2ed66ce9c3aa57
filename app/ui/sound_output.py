"""Loudspeakers through Qt: a thread of its own pulls from the player's feed, so a busy window never stutters.

Measured with the device clock of Qt's multimedia (``QAudioSink.processedUSecs``): steps of about
10 ms, no drift. It says what was played, not what was handed over, so pictures follow it.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QIODevice, QObject, Qt, QThread, QTimer, Signal, Slot

from app.core.render.sound_feed import SoundFeed

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QAudioSink

BYTES_PER_SAMPLE = 4
_BUFFER_SECONDS = 0.06
_CLOCK_MILLISECONDS = 5
_LONGEST_STEP = 0.05
# A device may need a moment before its first sound; later a clock that stands still is a device that is gone.
_LONGEST_START = 2.5
_LONGEST_STALL = 0.4


class QtSoundOutput(QObject):
    """The :class:`app.core.render.player.SoundOutput` of this computer. Made and closed in the GUI thread."""

    _begin = Signal(object, int, int, object)
    _end = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._thread: QThread | None = None
        self._speaker: _Speaker | None = None
        self._clock: DeviceClock | None = None

    def start(self, feed: SoundFeed, rate: int, channels: int) -> bool:
        """Begin to play; False where there is no device that takes such sound."""
        from PySide6.QtMultimedia import QMediaDevices

        device = QMediaDevices.defaultAudioOutput()
        if device.isNull() or not device.isFormatSupported(_format(rate, channels)):
            return False
        if self._thread is None:
            self._make_thread()
        self._clock = DeviceClock()  # a new one: the device may still be telling what it played before
        self._begin.emit(feed, rate, channels, self._clock)
        return True

    def stop(self) -> None:
        """Be silent."""
        self._end.emit()

    def heard(self) -> float | None:
        """Seconds heard since the start; None when the device is gone or stuck."""
        return None if self._clock is None else self._clock.seconds()

    def close(self) -> None:
        """Silence, and the thread joined. Safe to call twice."""
        if self._thread is None:
            return
        self._end.emit()
        self._thread.quit()
        self._thread.wait()
        self._thread = self._speaker = self._clock = None

    def _make_thread(self) -> None:
        self._thread = QThread()
        self._thread.setObjectName("sound")
        self._speaker = _Speaker()
        self._speaker.moveToThread(self._thread)
        self._begin.connect(self._speaker.begin, Qt.ConnectionType.QueuedConnection)
        self._end.connect(self._speaker.end, Qt.ConnectionType.QueuedConnection)
        self._thread.finished.connect(self._speaker.deleteLater)
        self._thread.start(QThread.Priority.TimeCriticalPriority)


class DeviceClock:
    """Seconds heard of one feed, read from any thread: the device's own steps, and the computer's time in between."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._heard = 0.0
        self._at = time.monotonic()
        self._failed = False

    def set(self, heard: float) -> None:
        """What the device says now."""
        with self._lock:
            if heard > self._heard:
                self._heard, self._at = heard, time.monotonic()

    def fail(self) -> None:
        """The device is gone."""
        with self._lock:
            self._failed = True

    def seconds(self) -> float | None:
        """Never runs backwards by more than one step of the device; None where it stands still."""
        with self._lock:
            waited = time.monotonic() - self._at
            if self._failed or waited > (_LONGEST_STALL if self._heard else _LONGEST_START):
                return None
            return self._heard + min(waited, _LONGEST_STEP) if self._heard else 0.0


class _Speaker(QObject):
    """Lives in the sound thread."""

    def __init__(self) -> None:
        super().__init__()
        self._clock: DeviceClock | None = None
        self._sink: QAudioSink | None = None
        self._device: _FeedDevice | None = None
        self._timer: QTimer | None = None

    @Slot(object, int, int, object)
    def begin(self, feed: SoundFeed, rate: int, channels: int, clock: DeviceClock) -> None:
        from PySide6.QtMultimedia import QAudioSink, QMediaDevices

        self.end()
        self._clock = clock
        self._device = _FeedDevice(feed, channels)
        self._device.open(QIODevice.OpenModeFlag.ReadOnly)
        self._sink = QAudioSink(QMediaDevices.defaultAudioOutput(), _format(rate, channels))
        self._sink.setBufferSize(int(rate * _BUFFER_SECONDS) * channels * BYTES_PER_SAMPLE)
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._read_clock)
        self._sink.start(self._device)
        self._timer.start(_CLOCK_MILLISECONDS)

    @Slot()
    def end(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        if self._sink is not None:
            self._sink.reset()
        if self._device is not None:
            self._device.close()
        self._timer = self._sink = self._device = self._clock = None

    def _read_clock(self) -> None:
        from PySide6.QtMultimedia import QtAudio

        if self._sink is None or self._clock is None:
            return
        if self._sink.error() not in (QtAudio.Error.NoError, QtAudio.Error.UnderrunError):
            self._clock.fail()
        self._clock.set(self._sink.processedUSecs() / 1_000_000)


class _FeedDevice(QIODevice):
    """Hands the feed's samples to Qt; a copy and no more."""

    def __init__(self, feed: SoundFeed, channels: int) -> None:
        super().__init__()
        self._feed = feed
        self._frame = channels * BYTES_PER_SAMPLE

    def readData(self, most: int) -> bytes:
        return self._feed.take(most // self._frame).tobytes()

    def writeData(self, _data: Any, _most: int) -> int:
        return -1

    def bytesAvailable(self) -> int:
        return 1 << 20

    def isSequential(self) -> bool:
        return True


def _format(rate: int, channels: int) -> Any:
    from PySide6.QtMultimedia import QAudioFormat

    wanted = QAudioFormat()
    wanted.setSampleRate(rate)
    wanted.setChannelCount(channels)
    wanted.setSampleFormat(QAudioFormat.SampleFormat.Float)
    return wanted
