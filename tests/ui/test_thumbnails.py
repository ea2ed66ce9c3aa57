"""Small pictures: fetched in the background, the newest wish first, kept while there is room."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.base.errors import UserError
from app.core.base.time import SECOND, Flicks
from app.core.jobs.context import JobContext
from app.core.model.asset import Asset
from app.core.session.media_list import MediaRow, MediaStatus
from app.ui.thumbnails import Thumbnails, read_jpeg
from tests.helpers.document import film
from tests.ui.panes.media_rig import Colours, jpeg


@pytest.fixture
def loader() -> Colours:
    return Colours()


@pytest.fixture
def thumbnails(qapp: QApplication, loader: Colours) -> Iterator[Thumbnails]:
    made = Thumbnails(loader, threads=1)
    yield made
    loader.go.set()
    made.close()


def test_a_picture_comes_when_it_is_asked_for(qtbot: QtBot, thumbnails: Thumbnails) -> None:
    with qtbot.waitSignal(thumbnails.ready) as told:
        assert thumbnails.pixmap(film("a"), 3 * SECOND, 160, 96) is None
    assert told.args == ["a"]
    picture = thumbnails.pixmap(film("a"), 3 * SECOND, 160, 96)
    assert picture is not None
    assert (picture.width(), picture.height()) == (160, 89)
    assert abs(QColor(picture.toImage().pixel(80, 40)).hsvHue() - 120) < 4


def test_it_is_loaded_once_for_sizes_that_are_nearly_the_same(
    qtbot: QtBot, thumbnails: Thumbnails, loader: Colours
) -> None:
    with qtbot.waitSignal(thumbnails.ready):
        thumbnails.pixmap(film("a"), 0, 150, 90)
    assert thumbnails.pixmap(film("a"), 0, 158, 95) is not None
    assert len(loader.asked) == 1


def test_another_size_is_given_until_the_right_one_is_there(qtbot: QtBot, thumbnails: Thumbnails) -> None:
    with qtbot.waitSignal(thumbnails.ready):
        thumbnails.pixmap(film("a"), 0, 64, 64)
    with qtbot.waitSignal(thumbnails.ready):
        meanwhile = thumbnails.pixmap(film("a"), 0, 192, 128)
        assert meanwhile is not None
        assert meanwhile.width() == 64
    right = thumbnails.pixmap(film("a"), 0, 192, 128)
    assert right is not None
    assert right.width() > 180


def test_the_newest_wish_goes_first_and_the_oldest_are_dropped(
    qtbot: QtBot, thumbnails: Thumbnails, loader: Colours
) -> None:
    loader.go.clear()
    thumbnails.pixmap(film("first"), 0, 64, 64)
    qtbot.waitUntil(lambda: len(loader.asked) == 1)
    for number in range(1000):
        thumbnails.pixmap(film("many"), number, 64, 64)
    loader.go.set()
    qtbot.waitUntil(lambda: thumbnails.idle)
    asked = [time for name, time in loader.asked if name == "many.mp4"]
    assert asked == list(range(999, 599, -1))


def test_what_is_asked_for_often_is_told_of_once(qtbot: QtBot, thumbnails: Thumbnails, loader: Colours) -> None:
    told: list[str] = []
    thumbnails.ready.connect(told.append)
    loader.go.clear()
    for number in range(50):
        thumbnails.pixmap(film("a"), number * SECOND, 64, 64)
    loader.go.set()
    qtbot.waitUntil(lambda: thumbnails.idle)
    assert 1 <= len(told) < 10
    assert set(told) == {"a"}


def test_what_is_not_there_is_asked_for_again_when_more_is_known(
    qtbot: QtBot, thumbnails: Thumbnails, loader: Colours
) -> None:
    loader.missing.add("a.mp4")
    thumbnails.pixmap(film("a"), 0, 64, 64)
    qtbot.waitUntil(lambda: thumbnails.idle)
    assert thumbnails.pixmap(film("a"), 0, 64, 64) is None
    assert len(loader.asked) == 1
    loader.missing.clear()
    with qtbot.waitSignal(thumbnails.ready):
        thumbnails.retry(["a", "b"])
    with qtbot.waitSignal(thumbnails.ready):
        assert thumbnails.pixmap(film("a"), 0, 64, 64) is None
    assert thumbnails.pixmap(film("a"), 0, 64, 64) is not None


def test_a_file_that_cannot_be_read_has_no_picture(qtbot: QtBot, qapp: QApplication) -> None:
    class Broken:
        def jpeg(self, asset: Asset, time: Flicks | None, context: JobContext, /) -> bytes | None:
            if time:
                return b"no JPEG at all"
            raise UserError(asset.name, "it is damaged", "choose another")

    thumbnails = Thumbnails(Broken())
    thumbnails.pixmap(film("a"), 0, 64, 64)
    thumbnails.pixmap(film("a"), 1, 64, 64)
    qtbot.waitUntil(lambda: thumbnails.idle)
    assert thumbnails.pixmap(film("a"), 0, 64, 64) is None
    thumbnails.close()


def test_no_more_is_kept_than_there_is_room_for(qtbot: QtBot, qapp: QApplication, loader: Colours) -> None:
    thumbnails = Thumbnails(loader, threads=1, room=3 * 64 * 36 * 4)
    for number in range(8):
        thumbnails.pixmap(film("a"), number, 64, 64)
        qtbot.waitUntil(lambda: thumbnails.idle)
    assert thumbnails._held <= 3 * 64 * 36 * 4
    assert len(thumbnails._kept) == 3
    assert thumbnails.pixmap(film("a"), 7, 64, 64) is not None
    assert thumbnails.pixmap(film("a"), 0, 64, 64) is None
    thumbnails.close()


def test_the_timeline_gets_images_by_their_height(qtbot: QtBot, thumbnails: Thumbnails) -> None:
    with qtbot.waitSignal(thumbnails.ready):
        assert thumbnails.thumbnail(film("a"), 0, 64) is None
    image = thumbnails.thumbnail(film("a"), 0, 64)
    assert isinstance(image, QImage)
    assert image.height() == 64


def test_closing_ends_the_threads_at_once(qapp: QApplication, qtbot: QtBot) -> None:
    class Slow:
        def __init__(self) -> None:
            self.began = threading.Event()

        def jpeg(self, asset: Asset, time: Flicks | None, context: JobContext, /) -> bytes | None:
            self.began.set()
            while True:
                context.check()

    slow = Slow()
    thumbnails = Thumbnails(slow)
    thumbnails.pixmap(film("a"), 0, 64, 64)
    assert slow.began.wait(10)
    thumbnails.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("thumbnails")]
    assert thumbnails.pixmap(film("a"), 5, 64, 64) is None


def test_a_jpeg_is_made_no_larger_than_it_is() -> None:
    image = read_jpeg(jpeg(QColor("red"), 40, 30), QSize(400, 300))
    assert image is not None
    assert (image.width(), image.height()) == (40, 30)


def row(asset: Asset, status: MediaStatus) -> MediaRow:
    return MediaRow(asset.path, status, asset_id=asset.id)


def test_pictures_from_while_a_film_was_read_are_fetched_again(
    qtbot: QtBot, thumbnails: Thumbnails, loader: Colours
) -> None:
    a, b = film("a"), film("b")
    thumbnails.media_changed([row(a, MediaStatus.ANALYSING), row(b, MediaStatus.READY)])
    for asset in (a, b):
        thumbnails.pixmap(asset, 0, 64, 64)
    qtbot.waitUntil(lambda: thumbnails.idle)
    told: list[str] = []
    thumbnails.ready.connect(told.append)
    thumbnails.media_changed([row(a, MediaStatus.READY), row(b, MediaStatus.READY)])
    assert told == ["a"]
    for _ in range(3):
        for asset in (a, b):
            assert thumbnails.pixmap(asset, 0, 64, 64) is not None
    qtbot.waitUntil(lambda: thumbnails.idle)
    assert [name for name, _ in loader.asked].count("a.mp4") == 2
    assert [name for name, _ in loader.asked].count("b.mp4") == 1
    thumbnails.media_changed([row(a, MediaStatus.READY)])
    assert told == ["a", "a"]
    assert thumbnails.idle
