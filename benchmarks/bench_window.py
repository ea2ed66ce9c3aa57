"""How long the window cannot answer while four films are imported, and how fast a picture reaches the monitor.

A timer in the window's thread should ring every few milliseconds; the longest time between two rings
is how long the window was blocked. Of that the processor time of the thread is its own work; the rest
is the machine, which the import's own processes keep busy. Runs without a screen.

The films are ``INSOMNIA_BENCH_FILM`` or ``../shared/media/bbb1080.mp4`` beside the checkout and three
samples that are made on the spot; without it four samples.
"""

from __future__ import annotations

import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication

from app.core.jobs.manager import JobManager
from app.main import make_services
from app.ui.application import make_application
from app.ui.composition import make_parts
from app.ui.editor import Editor
from app.ui.garbage import collected_here
from app.ui.panes.preview.screen import Screen
from benchmarks.films import find_film

MOST_BLOCKED = 100.0
MOST_A_PICTURE = 4.0
_RING = 4
_FILMS = 4
_SECONDS = 240.0
_PICTURES = 100


class Watchdog:
    """Rings in the window's thread and keeps the longest silence: milliseconds, and those of the thread's own."""

    def __init__(self) -> None:
        self.silences: list[tuple[float, float]] = []
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._ring)
        self._last = (time.perf_counter(), time.thread_time())
        self._timer.start(_RING)

    def _ring(self) -> None:
        now = (time.perf_counter(), time.thread_time())
        self.silences.append(((now[0] - self._last[0]) * 1000, (now[1] - self._last[1]) * 1000))
        self._last = now

    def stop(self) -> list[tuple[float, float]]:
        """The longest first."""
        self._timer.stop()
        return sorted(self.silences, reverse=True)


def films(folder: Path) -> list[Path]:
    """Four films, made by another process: this one has not loaded yet what decodes."""
    film = find_film()
    made = [film] if film is not None else []
    samples = [folder / f"sample {number}.mp4" for number in range(_FILMS - len(made))]
    subprocess.run([sys.executable, "-m", "benchmarks.sample_films", *map(str, samples)], check=True)
    return [*made, *samples]


def idle(editor: Editor) -> bool:
    """Whether nothing runs and everything shown is current."""
    return editor.desk.jobs.idle() and editor.workspace().settled()


def turn(until: Any, seconds: float = _SECONDS) -> None:
    """Let the window live until something is so, several times in a row: a job that ends may start the next."""
    loop, quiet, deadline = QEventLoop(), [0], time.monotonic() + seconds

    def look() -> None:
        quiet[0] = quiet[0] + 1 if until() else 0
        if quiet[0] > 3 or time.monotonic() > deadline:
            loop.quit()

    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(25)
    loop.exec()
    if time.monotonic() > deadline:
        raise TimeoutError("the window did not come to rest")


def blocked(editor: Editor, paths: list[Path]) -> float:
    """Milliseconds of the longest silence during the import of ``paths``."""
    starting = Watchdog()
    turn(lambda: idle(editor))
    print(
        "silences while the window starts, ms: "
        + ", ".join(f"{wall:.0f} ({own:.0f})" for wall, own in starting.stop()[:3])
    )
    begun, load = time.monotonic(), os.getloadavg()[0]
    watchdog = Watchdog()
    editor.files.take(paths)
    turn(lambda: idle(editor))
    silences = watchdog.stop()
    print(f"import of {len(paths)} films, {time.monotonic() - begun:.1f} s, load {load:.1f} before")
    print("longest silences (of the window's own work), ms: ", end="")
    print(", ".join(f"{wall:.0f} ({own:.0f})" for wall, own in silences[:6]))
    print(f"most work in one turn: {max(own for _, own in silences):.0f} ms; target {MOST_BLOCKED:.0f} ms blocked")
    return silences[0][0]


def pictures(editor: Editor) -> float:
    """Milliseconds, median, to convert a picture and to paint it; what finding and decoding take is told as well."""
    asset = editor.workspace().session.project.assets[0]
    editor.desk.actions.run("timeline.append", editor.workspace().context, {"asset": asset.id})
    turn(lambda: idle(editor))
    screen = editor.window.findChild(Screen, "programMonitor.screen")
    assert screen is not None
    view, whole = editor.workspace().view, []
    for number in range(1, _PICTURES):
        begun = time.perf_counter()
        view.set_playhead(number * 3)
        while screen.picture is None or screen.picture.number != number * 3:
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        screen.repaint()
        whole.append((time.perf_counter() - begun) * 1000)
    converted, painted = _convert_and_paint(screen)
    picture = screen.picture
    assert picture is not None
    print(
        f"{picture.width}x{picture.height}: convert {converted:.2f} ms, paint {painted:.2f} ms of the processor, median"
    )
    print(f"from a new playhead to its picture, decoding included: {statistics.median(whole):.1f} ms, median")
    return converted + painted


def _convert_and_paint(screen: Screen) -> tuple[float, float]:
    import av
    from av.video.reformatter import VideoReformatter

    converter, picture = VideoReformatter(), screen.picture
    assert picture is not None
    frame = av.VideoFrame(picture.width, picture.height, "yuv420p")
    converts, paints = [], []
    for _ in range(_PICTURES):
        times = [time.thread_time()]
        converter.reformat(frame, picture.width, picture.height, "bgr0", threads=1)
        times.append(time.thread_time())
        screen.show_picture(picture)
        screen.repaint()
        times.append(time.thread_time())
        converts.append((times[1] - times[0]) * 1000)
        paints.append((times[2] - times[1]) * 1000)
    return statistics.median(converts), statistics.median(paints)


def main() -> int:
    """Print the figures; 0 where both targets were met."""
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as ends:
        folder = Path(name)
        paths = films(folder)
        os.environ["INSOMNIA_HOME"] = str(folder / "profile")
        app = make_application(sys.argv[:1])
        ends.enter_context(collected_here())
        parts = make_parts(make_services(), JobManager())
        ends.callback(parts.jobs.shutdown)
        editor = Editor(app, parts)
        ends.callback(editor.close)
        editor.window.resize(1920, 1080)
        editor.window.show()
        silence, picture = blocked(editor, paths), pictures(editor)
        print(f"a picture to the monitor: {picture:.2f} ms; target {MOST_A_PICTURE:.0f} ms")
        editor.window.leave()
    return 0 if silence <= MOST_BLOCKED and picture <= MOST_A_PICTURE else 1


if __name__ == "__main__":
    raise SystemExit(main())
