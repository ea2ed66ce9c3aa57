"""Files dropped on the timeline are placed in the order they were dropped, whatever order they are read in."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.core.base.errors import UserError
from app.core.edit.assets import new_project
from app.core.jobs.context import JobContext
from app.core.jobs.manager import JobManager, Pool
from app.core.model.asset import Asset
from app.core.model.scene import Scene, SceneList
from app.core.session.media_list import MediaList, MediaStatus
from app.core.session.ports import ImportResult
from app.core.session.session import Session
from app.ui.bridge import Bridge
from app.ui.placing import DroppedFiles
from tests.ui.fakes import RATE, film

FRAME = 705_600_000 // 25


class Reader:
    """Films as long as the number in their name says; reads a file only when told."""

    def __init__(self) -> None:
        self.may_read: dict[str, threading.Event] = {}

    def asset(self, path: Path, context: JobContext) -> Asset:
        while not self.may_read[path.name].wait(0.01):
            context.check()
        if "bad" in path.name:
            raise UserError(str(path), "it is no film", "choose another")
        return film(path, int(path.stem.split("-")[1]))

    def import_media(self, asset: Asset, context: JobContext) -> ImportResult:
        return ImportResult()

    def scenes(self, asset: Asset, context: JobContext) -> SceneList:
        return SceneList(RATE, 1, (Scene(0, 0, 1, 0, FRAME, "start"),), ())


class Desk:
    """A session, its media, and files that exist."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.jobs = JobManager(threads={Pool.INTERACTIVE: 4, Pool.HEAVY: 1})
        self.session = Session(new_project("Night"), checked=True)
        self.bridge = Bridge(session=self.session)
        self.reader = Reader()
        self.media = MediaList(self.session, self.jobs, self.reader, self.bridge.post)
        self.dropped = DroppedFiles(self.session, self.media)

    def file(self, name: str) -> Path:
        path = self.folder / name
        path.touch()
        self.reader.may_read[name] = threading.Event()
        return path

    def read(self, *names: str) -> None:
        for name in names:
            self.reader.may_read[name].set()

    def lengths(self) -> list[int]:
        return [item.duration // FRAME for item in self.session.project.sequences[0].video_tracks[0].items]

    def statuses(self) -> list[MediaStatus]:
        return [row.status for row in self.media.rows]


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    """An empty project."""
    desk = Desk(tmp_path)
    yield desk
    desk.dropped.close()
    desk.media.close()
    desk.bridge.close()
    desk.jobs.shutdown()


def test_order_of_dropping_counts_not_of_reading(desk: Desk, qtbot: QtBot) -> None:
    paths = [desk.file(name) for name in ("a-10.mp4", "bad-1.mp4", "b-20.mp4")]
    desk.dropped.take(paths, 5, None)
    desk.read("b-20.mp4", "bad-1.mp4")
    qtbot.waitUntil(lambda: MediaStatus.READY in desk.statuses() and MediaStatus.FAILED in desk.statuses())
    assert desk.lengths() == []
    desk.read("a-10.mp4")
    qtbot.waitUntil(lambda: desk.lengths() == [5, 10, 20])


def test_film_that_is_known_is_placed_at_once(desk: Desk, qtbot: QtBot) -> None:
    path = desk.file("a-10.mp4")
    desk.read("a-10.mp4")
    desk.dropped.take([path], 0, None)
    qtbot.waitUntil(lambda: desk.statuses() == [MediaStatus.READY])
    desk.dropped.take([path, path], 10, None)
    assert desk.lengths() == [10, 10, 10]


def test_two_drops_do_not_wait_for_each_other(desk: Desk, qtbot: QtBot) -> None:
    slow, quick = desk.file("a-10.mp4"), desk.file("b-20.mp4")
    desk.dropped.take([slow], 0, None)
    desk.dropped.take([quick], 50, None)
    desk.read("b-20.mp4")
    qtbot.waitUntil(lambda: desk.lengths() == [50, 20])
    desk.read("a-10.mp4")
    qtbot.waitUntil(lambda: desk.lengths() == [10, 40, 20])


def test_what_cannot_be_placed_is_told_and_the_rest_goes_on(desk: Desk, qtbot: QtBot) -> None:
    told: list[UserError] = []
    desk.dropped.refused.connect(told.append)
    sequence = desk.session.project.sequences[0]
    locked = replace(sequence, video_tracks=(replace(sequence.video_tracks[0], locked=True),))
    desk.session.apply("Lock", lambda project: replace(project, sequences=(locked,)))
    path = desk.file("a-10.mp4")
    desk.read("a-10.mp4")
    desk.dropped.take([path], 0, sequence.video_tracks[0].id)
    qtbot.waitUntil(lambda: len(told) == 1)
    assert desk.lengths() == []
    assert len(desk.session.project.assets) == 1


def test_folders_are_only_imported(desk: Desk, qtbot: QtBot) -> None:
    (desk.folder / "films").mkdir()
    (desk.folder / "films" / "a-10.mp4").touch()
    desk.reader.may_read["a-10.mp4"] = threading.Event()
    desk.read("a-10.mp4")
    desk.dropped.take([desk.folder / "films"], 0, None)
    qtbot.waitUntil(lambda: desk.statuses() == [MediaStatus.READY])
    assert desk.lengths() == []


def test_nothing_is_placed_after_the_end(desk: Desk, qtbot: QtBot) -> None:
    path = desk.file("a-10.mp4")
    desk.dropped.take([path], 0, None)
    desk.dropped.close()
    desk.read("a-10.mp4")
    qtbot.waitUntil(lambda: desk.statuses() == [MediaStatus.READY])
    assert desk.lengths() == []
