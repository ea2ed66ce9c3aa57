"""Small pictures of media for everything that shows them: fetched in the background, the newest wish first."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from PySide6.QtCore import QBuffer, QByteArray, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QImageReader, QPixmap

from app.core.base.errors import Cancelled, UserError
from app.core.base.time import Flicks
from app.core.jobs.context import JobContext
from app.core.jobs.job import Job
from app.core.jobs.pool import ThreadPool
from app.core.model.asset import Asset
from app.core.session.media_list import MediaRow, MediaStatus

logger = logging.getLogger(__name__)

_ROOM = 96 * 2**20
_WANTED_AT_MOST = 400
_BATCH_MILLISECONDS = 25
_STEPS = 10  # of a film's reading, at which its pictures are fetched again
_STEP = 32
_WIDEST = 2048
_SECONDS_TO_END = 5.0
_JPEG = b"\xff\xd8"


class PictureLoader(Protocol):
    """Where the pictures come from. Called from the threads of :class:`Thumbnails`."""

    def jpeg(self, asset: Asset, time: Flicks | None, context: JobContext, /) -> bytes | None:
        """The picture shown at media time ``time`` as a JPEG, upright; None where there is none yet.
        For no time the one by which the film is known.

        Raises:
            UserError: there is none and will be none.
            Cancelled: ``context`` was cancelled.
        """


# What is shown: an asset's id, the media time (None: what the film is known by), and the box (width, height;
# device pixels) it fits into.
_Key: TypeAlias = tuple[str, Flicks | None, int, int]


@dataclass(frozen=True, slots=True)
class _Wish:
    key: _Key
    asset: Asset


class Thumbnails(QObject):
    """Pictures that are asked for while painting. GUI thread only; loading happens in threads of its own.

    ``ready`` names an asset of which more pictures are there than before, once for many. What has
    not been asked for lately is forgotten, before and after it is loaded. :meth:`close` at the end.
    """

    ready = Signal(str)
    _loaded = Signal()

    def __init__(self, loader: PictureLoader, *, threads: int = 2, room: int = _ROOM) -> None:
        super().__init__()
        self._loader = loader
        self._room = room
        self._held = 0
        self._kept: OrderedDict[_Key, QImage | QPixmap] = OrderedDict()
        self._sizes: dict[tuple[str, Flicks | None], _Key] = {}
        self._missing: set[_Key] = set()
        self._stale: set[_Key] = set()
        self._steps: dict[str, int] = {}
        self._arrived: list[tuple[_Wish, QImage | None]] = []
        self._wanted: OrderedDict[_Key, _Wish] = OrderedDict()
        self._loading: set[_Key] = set()
        self._lock = threading.Lock()
        self._threads = threads
        self._pool = ThreadPool("thumbnails", threads)
        self._jobs: list[Job[None]] = []
        self._closed = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_BATCH_MILLISECONDS)
        self._timer.timeout.connect(self._take)
        self._loaded.connect(self._timer.start, Qt.ConnectionType.QueuedConnection)

    @property
    def idle(self) -> bool:
        """Whether everything that was asked for is there, or known to be missing."""
        with self._lock:
            return not (self._wanted or self._loading)

    def pixmap(self, asset: Asset, time: Flicks | None, width: int, height: int) -> QPixmap | None:
        """The picture at media time ``time``, or that by which the film is known, as large as fits into a box of
        device pixels, or a little larger.

        None while it is not there; ``ready`` tells when to ask again. Until then the same picture
        in another size may be given.
        """
        key = (asset.id, time, _box(width), _box(height))
        kept = self._get(asset, key)
        if kept is None:
            other = self._sizes.get((asset.id, time))
            kept, key = (self._kept[other], other) if other is not None else (None, key)
        if kept is None or isinstance(kept, QPixmap):
            return kept
        self._kept[key] = made = QPixmap.fromImage(kept)
        return made

    def thumbnail(self, asset: Asset, time: Flicks, height: int, /) -> QImage | None:
        """The picture at media time ``time``, about ``height`` device pixels high; None while it is not there."""
        kept = self._get(asset, (asset.id, time, _WIDEST, _box(height)))
        return kept.toImage() if isinstance(kept, QPixmap) else kept

    def retry(self, asset_ids: Iterable[str]) -> None:
        """More of these media is known: what was missing may be there now."""
        again = set(asset_ids)
        gone = {key for key in self._missing if key[0] in again}
        self._missing -= gone
        for asset_id in sorted({key[0] for key in gone}):
            self.ready.emit(asset_id)

    def media_changed(self, rows: Iterable[MediaRow]) -> None:
        """For ``Bridge.media_changed``: rows of the list of media that got on.

        While a film is read there may be pictures of other times than those that were asked for;
        a few times meanwhile, and when that is done, all are fetched again, and shown until then.
        """
        changed = {row.asset_id: row for row in rows if row.asset_id is not None}
        renewed = {asset_id for asset_id, row in changed.items() if self._has_more(asset_id, row)}
        again = {key for key in self._kept if key[0] in renewed}
        self._stale |= again
        self.retry(changed)
        for asset_id in sorted({key[0] for key in again}):
            self.ready.emit(asset_id)

    def _has_more(self, asset_id: str, row: MediaRow) -> bool:
        """Whether there are other pictures than the last time this was true."""
        if row.status is MediaStatus.READY:
            return self._steps.pop(asset_id, None) is not None
        step, before = math.ceil(row.progress * _STEPS), self._steps.get(asset_id)
        self._steps[asset_id] = step
        return before is not None and step > before

    def close(self) -> None:
        """Load no more and end the threads. Safe to call twice."""
        with self._lock:
            self._closed = True
            self._wanted.clear()
        self._timer.stop()
        for job in self._jobs:
            job.cancel()
        self._pool.stop()
        self._pool.join(time.monotonic() + _SECONDS_TO_END)

    # What is kept -----------------------------------------------------------------------------

    def _get(self, asset: Asset, key: _Key) -> QImage | QPixmap | None:
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
            if key in self._stale:
                self._stale.discard(key)
                self._want(_Wish(key, asset))
            return kept
        if key not in self._missing:
            self._want(_Wish(key, asset))
        return None

    def _keep(self, key: _Key, image: QImage) -> None:
        if key in self._kept:
            self._drop(key)
        self._kept[key] = image
        self._sizes[key[:2]] = key
        self._held += _bytes(image)
        while self._held > self._room and len(self._kept) > 1:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: _Key) -> None:
        self._held -= _bytes(self._kept.pop(key))
        self._stale.discard(key)
        if self._sizes.get(key[:2]) == key:
            del self._sizes[key[:2]]

    # What is fetched --------------------------------------------------------------------------

    def _want(self, wish: _Wish) -> None:
        """Fetch this next. The oldest wishes are dropped: who still wants one asks again."""
        with self._lock:
            if self._closed or wish.key in self._loading:
                return
            self._wanted[wish.key] = wish
            self._wanted.move_to_end(wish.key)
            if len(self._wanted) > _WANTED_AT_MOST:
                self._wanted.popitem(last=False)
        self._jobs = [job for job in self._jobs if not job.state.final]
        if len(self._jobs) < self._threads:
            job: Job[None] = Job("thumbnails", "Loading pictures", self._work, on_change=_nobody)
            self._jobs.append(job)
            self._pool.put(job)

    def _work(self, context: JobContext) -> None:
        """Load until nothing is wanted; in a thread of the pool."""
        while (wish := self._next()) is not None:
            image: QImage | None = None
            try:
                image = self._load(wish, context)
            finally:
                with self._lock:
                    if not self._closed:
                        self._arrived.append((wish, image))
                        first = len(self._arrived) == 1
                        if first:
                            self._loaded.emit()

    def _next(self) -> _Wish | None:
        with self._lock:
            if self._closed or not self._wanted:
                return None
            key, wish = self._wanted.popitem(last=True)
            self._loading.add(key)
            return wish

    def _load(self, wish: _Wish, context: JobContext) -> QImage | None:
        try:
            jpeg = self._loader.jpeg(wish.asset, wish.key[1], context)
        except UserError as error:
            logger.debug("no picture: %s", error)
            return None
        except Cancelled:
            if self._closed:
                raise
            return None
        return None if jpeg is None else read_jpeg(jpeg, QSize(wish.key[2], wish.key[3]))

    def _take(self) -> None:
        with self._lock:
            arrived, self._arrived = self._arrived, []
            self._loading -= {wish.key for wish, _ in arrived}
        found: dict[str, None] = {}
        for wish, image in arrived:
            if image is None:
                self._missing.add(wish.key)
            else:
                self._keep(wish.key, image)
                found[wish.asset.id] = None
        for asset_id in found:
            self.ready.emit(asset_id)


def read_jpeg(jpeg: bytes, box: QSize) -> QImage | None:
    """The picture, made smaller while it is decoded where it is larger than ``box``; None for no picture.

    Any thread.
    """
    if not jpeg.startswith(_JPEG):
        return None
    data = QByteArray(jpeg)
    buffer = QBuffer(data)
    buffer.open(QBuffer.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(b"jpeg"))
    size = reader.size()
    if size.isValid() and (size.width() > box.width() or size.height() > box.height()):
        fitted = size.scaled(box, Qt.AspectRatioMode.KeepAspectRatio)
        reader.setScaledSize(fitted.expandedTo(QSize(1, 1)))
    image = reader.read()
    return None if image.isNull() else image.convertToFormat(QImage.Format.Format_RGB32)


def _box(side: int) -> int:
    """Sides in steps, so that a pane that is pulled wider does not load its pictures at each pixel."""
    return min(_WIDEST, -(-max(1, side) // _STEP) * _STEP)


def _bytes(picture: QImage | QPixmap) -> int:
    return picture.width() * picture.height() * 4


def _nobody(_job: Job[Any]) -> None:
    """Nobody is told of the jobs: they show in no list."""
