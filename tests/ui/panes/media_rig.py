"""A session with a list of media for tests of panes: files are read by their names, pictures are plain colours."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QObject, Qt, Signal
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.base import time
from app.core.base.errors import UserError
from app.core.base.time import Flicks
from app.core.edit.assets import new_project
from app.core.jobs.context import JobContext
from app.core.jobs.manager import JobManager, Pool
from app.core.model.asset import Asset
from app.core.model.scene import Scene, SceneList, Transition
from app.core.session.media_list import MediaList, MediaStatus
from app.core.session.ports import ImportResult
from app.core.session.session import Session
from app.ui.bridge import Bridge
from app.ui.theme import DARK, Appearance
from app.ui.thumbnails import Thumbnails
from tests.helpers.document import film, music, still

RATE = Fraction(24)
_ENDS = (MediaStatus.READY, MediaStatus.FAILED, MediaStatus.OFFLINE)


def scene_list(*lengths: int, fade_at: int | None = None) -> SceneList:
    """Scenes of these lengths in frames, numbered from 0; one may begin inside a fade of 24 frames."""
    scenes, transitions, start = [], [], 0
    for number, length in enumerate(lengths):
        kind = "start" if number == 0 else "fade" if number == fade_at else "cut"
        edges = time.frame_start(start, RATE), time.frame_start(start + length, RATE)
        scenes.append(Scene(number, start, start + length, *edges, kind))  # type: ignore[arg-type]
        if number == fade_at:
            transitions.append(Transition("fade", start - 12, start + 12, 1.0))
        start += length
    return SceneList(RATE, start, tuple(scenes), tuple(transitions))


class NameReader:
    """Knows what is in a file from its name; analysis waits for ``go``."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.go.set()
        self.found: dict[str, SceneList] = {}
        self.left = ImportResult()
        self.warnings: dict[str, tuple[str, ...]] = {}

    def asset(self, path: Path, context: JobContext) -> Asset:
        if "bad" in path.name:
            raise UserError(str(path), "it is text, not a video", "choose another")
        frames = 24 * int("".join(letter for letter in path.stem if letter.isdigit()) or 10)
        if path.suffix == ".wav":
            made = music(path.stem, frames)
        else:
            made = still(path.stem) if path.suffix == ".png" else film(path.stem, frames)
        made = replace(made, info=replace(made.info, warnings=self.warnings.get(made.name, ())))
        return replace(made, path=str(path), fingerprint=f"print-{path}")

    def import_media(self, asset: Asset, context: JobContext) -> ImportResult:
        context.report(0.4)
        while not self.go.wait(0.01):
            context.check()
        return self.left

    def scenes(self, asset: Asset, context: JobContext) -> SceneList:
        return self.found.get(asset.name, scene_list(48, 96, 96))


class Colours:
    """Pictures of one colour by the second they show, a tenth of the film where none is said; what is ``missing``
    has none. Remembers what was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Flicks | None]] = []
        self.missing: set[str] = set()
        self.go = threading.Event()
        self.go.set()

    def jpeg(self, asset: Asset, when: Flicks | None, context: JobContext, /) -> bytes | None:
        self.asked.append((asset.name, when))
        assert self.go.wait(10)
        if asset.name in self.missing:
            return None
        shown = (asset.info.duration or 0) // 10 if when is None else when
        return jpeg(QColor.fromHsv(shown // time.SECOND * 40 % 360, 200, 200))


def jpeg(colour: QColor, width: int = 214, height: int = 120) -> bytes:
    """A plain picture."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(colour)
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    assert image.save(buffer, "JPEG")  # type: ignore[call-overload]
    return bytes(data.data())


class _Post(QObject):
    """Runs functions in the GUI thread."""

    asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.asked.connect(lambda function: function(), Qt.ConnectionType.QueuedConnection)


class MediaRig:
    """Everything a pane is given."""

    def __init__(self, qapp: QApplication, qtbot: QtBot, folder: Path) -> None:
        self._qtbot = qtbot
        self._post = _Post()
        self.folder = folder
        self.reader = NameReader()
        self.colours = Colours()
        self.errors: list[UserError] = []
        self.jobs = JobManager(threads={Pool.INTERACTIVE: 1, Pool.HEAVY: 1})
        self.session = Session(new_project("Test"), checked=True)
        self.media = MediaList(self.session, self.jobs, self.reader, self._post.asked.emit)
        self.bridge = Bridge(session=self.session, media=self.media.changed, media_key=lambda row: row.path)
        self.thumbnails = Thumbnails(self.colours, threads=1)
        self.bridge.media_changed.connect(self.thumbnails.media_changed)
        self.appearance = Appearance(qapp, DARK)

    def attempt(self, work: Callable[[], object]) -> bool:
        """Do it, and remember why not."""
        try:
            work()
        except UserError as error:
            self.errors.append(error)
            return False
        return True

    def bring(self, *names: str) -> None:
        """Import files of these names, and wait until that is done."""
        self.start(*names)
        self.settle()

    def start(self, *names: str) -> None:
        """Begin to import files of these names."""
        paths = [self.folder / name for name in names]
        for path in paths:
            path.touch()
        self.media.add(paths)

    def settle(self) -> None:
        """Wait until all jobs are done and told."""
        self._qtbot.waitUntil(lambda: self.jobs.idle() and all(row.status in _ENDS for row in self.media.rows))
        self.bridge.flush()

    def asset(self, name: str) -> Asset:
        """The asset of that name."""
        return next(asset for asset in self.session.project.assets if asset.path.endswith(f"/{name}"))

    def clips(self) -> list[str]:
        """The picture track in words: name, source start and length in frames."""
        frame = time.frame_duration(RATE)
        items = self.session.project.sequences[0].video_tracks[0].items
        return [f"{item.name} {item.source_start // frame}+{item.duration // frame}" for item in items]  # type: ignore[union-attr]

    def close(self) -> None:
        """End all that runs."""
        self.reader.go.set()
        self.colours.go.set()
        self.media.close()
        self.bridge.close()
        self.thumbnails.close()
        self.jobs.shutdown()
