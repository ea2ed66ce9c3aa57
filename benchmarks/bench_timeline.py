"""The timeline with 10,000 clips on 20 tracks at 1600x880: repaint, scroll, zoom, and one clip dragged.

Runs without a screen. Every figure is the median of real events and real repaints of the real
widget, thumbnails and waveforms included. A drag is measured whole: mouse event, edit of the
document, layout, repaint.

Targets are held against the processor time of the one thread that works, which other work on the
machine does not lengthen; on an idle machine the clock says the same.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from app.core.base.time import Flicks, frame_duration
from app.core.model.asset import Asset, AudioStream, MediaInfo, VideoStream
from app.core.model.clip import Clip, Gap, Item
from app.core.model.project import Project
from app.core.model.sequence import Sequence, SequenceFormat, Track
from app.core.session.session import Session
from app.ui.bridge import Bridge
from app.ui.panes.timeline.geometry import Heights
from app.ui.panes.timeline.pane import TimelinePane
from app.ui.theme import Appearance
from app.ui.view_state import ViewState

RATE = Fraction(25)
FRAME = frame_duration(RATE)
SIZE = (1600, 880)
TRACKS = 10
CLIPS = 500
LENGTH = 50
SPACE = 10
# What may be visible: so many clips in the width of the view.
VIEWS = {"140 clips": 7, "900 clips": 45, "10,000 clips": CLIPS}
TARGETS = {"repaint": 8.0, "scroll": 4.0, "drag": 1.0}
ROUNDS = 60


class Figure(NamedTuple):
    """Median milliseconds on the clock, and of the processor."""

    wall: float
    cpu: float


class Pictures:
    """Thumbnails of plain colours."""

    def thumbnail(self, _asset: Asset, at: Flicks, height: int, /) -> QImage | None:
        """A picture of 16:9."""
        image = QImage(height * 16 // 9, height, QImage.Format.Format_RGB32)
        image.fill(QColor.fromHsv(at // FRAME % 360, 90, 150))
        return image


class Noise:
    """Peaks of noise."""

    def __init__(self) -> None:
        self._random = np.random.default_rng(1)

    def peaks(self, _asset: Asset, _start: Flicks, _end: Flicks, pixels: int, /) -> NDArray[np.float32] | None:
        """Loudness at random."""
        high = self._random.random(pixels, dtype=np.float32)
        return np.stack([-high, high], axis=1)


def document() -> Project:
    """Ten picture and ten sound tracks of 500 clips each, linked in pairs, with a gap after every other."""
    duration = 100_000 * FRAME
    video = VideoStream(0, "h264", 1920, 1080, 1920, 1080, RATE, False, 100_000, 0, duration, "yuv420p", 8)
    audio = AudioStream(1, "aac", 48_000, 2, "stereo", 0, duration)
    asset = Asset("film", "Film.mp4", "/Film.mp4", 1, "film", MediaInfo("video", "mp4", duration, video, (audio,)))
    tracks = [Track(f"V{n + 1}", "video", f"V{n + 1}", tuple(_row("v", n))) for n in range(TRACKS)]
    tracks += [Track(f"A{n + 1}", "audio", f"A{n + 1}", tuple(_row("a", n))) for n in range(TRACKS)]
    wanted = SequenceFormat(1920, 1080, RATE)
    sequence = Sequence("main", "Main", wanted, tuple(tracks[:TRACKS]), tuple(tracks[TRACKS:]))
    return Project("project", "Benchmark", (asset,), (sequence,))


def _row(letter: str, track: int) -> Iterator[Item]:
    for number in range(CLIPS):
        name = f"Scene {number + 1} of track {track + 1}"
        source = (number * 97 + track * 13) % 90_000 * FRAME
        yield Clip(f"{letter}{track}-{number}", "film", source, LENGTH * FRAME, name, f"{track}-{number}")
        if number % 2:
            yield Gap(SPACE * FRAME)


class Bench:
    """The pane, and ways to use and to time it."""

    def __init__(self, app: QApplication) -> None:
        self._app = app
        self.session = Session(document())
        self.state = ViewState()
        self.bridge = Bridge(session=self.session)
        self.appearance = Appearance(app)
        self.pane = TimelinePane(
            self.session, self.state, self.bridge, self.appearance, thumbnails=Pictures(), peaks=Noise()
        )
        self.view = self.pane.view
        self.view.set_heights(Heights(40, 40))
        self.pane.resize(*SIZE)
        self.pane.show()
        self.settle()

    def settle(self) -> None:
        """Let everything be painted that waits."""
        self._app.processEvents()

    def show_clips(self, across: int) -> None:
        """Zoom so that so many clips fit into the width, somewhere in the middle of the film."""
        seconds = across * (LENGTH + SPACE / 2) / float(RATE)
        self.state.set_zoom(self.view.viewport().width() / seconds)
        bar = self.view.horizontalScrollBar()
        bar.setValue(0 if across == CLIPS else bar.maximum() // 2)
        self.settle()
        self.view.viewport().repaint()

    def time(self, work: Callable[[int], None]) -> Figure:
        """What ``work`` takes, repaints included."""
        wall, cpu = [], []
        for number in range(ROUNDS):
            begun = time.perf_counter(), time.thread_time()
            work(number)
            wall.append((time.perf_counter() - begun[0]) * 1000)
            cpu.append((time.thread_time() - begun[1]) * 1000)
        return Figure(statistics.median(wall), statistics.median(cpu))

    def repaint(self) -> Figure:
        """All of the view."""
        return self.time(lambda _: self.view.viewport().repaint())

    def scroll(self) -> Figure:
        """Twenty pixels sideways."""

        def work(_number: int) -> None:
            self.view.scroll_by(20, 0)
            self.settle()

        return self.time(work)

    def zoom(self) -> Figure:
        """One notch of the wheel with Ctrl, in and out."""

        def work(number: int) -> None:
            at, turn = QPointF(700, 400), QPoint(0, 120 if number % 2 else -120)
            keys, none = Qt.KeyboardModifier.ControlModifier, Qt.ScrollPhase.NoScrollPhase
            button = Qt.MouseButton.NoButton
            event = QWheelEvent(at, at, QPoint(), turn, button, keys, none, False)
            QApplication.sendEvent(self.view.viewport(), event)
            self.settle()

        return self.time(work)

    def playhead(self) -> Figure:
        """The playhead, one frame on."""
        first = self.view.frame_at(200)
        self.view.follows_playhead = False

        def work(number: int) -> None:
            self.state.set_playhead(first + number)
            self.settle()

        return self.time(work)

    def drag(self, linked: bool) -> Figure:
        """One clip (or a picture with its sound), one pixel after the other."""
        self.state.set_linking(linked)
        middle = self.view.viewport().rect().center()
        clip_id = next(
            clip_id for x in range(60) if (clip_id := self.view.clip_at(QPoint(middle.x() + x * 10, 100))) is not None
        )
        at = self.view.clip_rect(clip_id).center()
        self._mouse(QEvent.Type.MouseButtonPress, at)
        self._mouse(QEvent.Type.MouseMove, at + QPoint(20, 0))
        self.settle()

        def work(number: int) -> None:
            self._mouse(QEvent.Type.MouseMove, at + QPoint(20 + number, 0))
            self.settle()

        taken = self.time(work)
        self.view.cancel_gesture()
        self._mouse(QEvent.Type.MouseButtonRelease, at)
        self.settle()
        return taken

    def _mouse(self, kind: QEvent.Type, at: QPoint) -> None:
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        held = none if kind == QEvent.Type.MouseButtonRelease else left
        button = none if kind == QEvent.Type.MouseMove else left
        place = QPointF(at)
        event = QMouseEvent(kind, place, place, button, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(self.view.viewport(), event)


def main() -> int:
    """Print the table; 0 where every target was met."""
    app = QApplication.instance()
    bench = Bench(app if isinstance(app, QApplication) else QApplication([]))
    missed = []
    print(f"timeline, {2 * TRACKS * CLIPS:,} clips on {2 * TRACKS} tracks, {SIZE[0]}x{SIZE[1]}, median ms of processor")
    print(f"{'visible':>14}{'repaint':>10}{'scroll':>10}{'zoom':>10}{'playhead':>10}{'drag':>10}{'linked':>10}")
    for name, across in VIEWS.items():
        bench.show_clips(across)
        figures = {"repaint": bench.repaint(), "scroll": bench.scroll(), "zoom": bench.zoom()}
        bench.show_clips(across)
        figures |= {"playhead": bench.playhead(), "drag": bench.drag(False), "linked": bench.drag(True)}
        print(f"{name:>14}" + "".join(f"{figure.cpu:10.2f}" for figure in figures.values()))
        print(f"{'on the clock':>14}" + "".join(f"{figure.wall:10.2f}" for figure in figures.values()))
        missed += [f"{key} with {name}" for key, target in TARGETS.items() if figures[key].cpu > target]
    print("targets: " + ", ".join(f"{key} under {target:g} ms" for key, target in TARGETS.items()))
    print(f"missed: {', '.join(missed)}" if missed else "all met")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
