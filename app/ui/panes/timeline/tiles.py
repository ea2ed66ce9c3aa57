"""Thumbnails and waveforms as pixmaps, made once and kept while there is room."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap

from app.core.base.time import SECOND, Flicks
from app.core.model.asset import Asset
from app.ui.panes.timeline.geometry import Scale
from app.ui.panes.timeline.ports import Peaks, Thumbnails

TILE = 256
_ROOM = 96 * 2**20
_FINEST = SECOND // 8
_CURVE = 0.7


# A pixmap, and whether it is whole: a part is shown, but not kept.
Made: TypeAlias = tuple[QPixmap | None, bool]


@dataclass(frozen=True, slots=True)
class Strip:
    """A filmstrip: slots of ``slot`` by ``height`` logical pixels, from media time ``first`` on.

    Each is ``lasts`` of media time later than the one before, backwards earlier, but none is before ``least``.
    """

    asset: Asset
    first: Flicks
    lasts: Flicks
    slot: int
    height: int
    least: Flicks = 0

    def time(self, number: int) -> Flicks:
        """The media time shown in a slot; the first of what stands still, which lasts any time."""
        if not self.lasts:
            return self.first
        return picture_time(self.least, self.first + number * self.lasts, abs(self.lasts))


class Tiles:
    """Pixmaps by what they show, for a screen of pixel ratio :attr:`ratio`.

    What a provider has not got yet is asked for again when it is next painted.
    """

    def __init__(self, thumbnails: Thumbnails, peaks: Peaks, room: int = _ROOM) -> None:
        self._thumbnails = thumbnails
        self._peaks = peaks
        self._room = room
        self._held = 0
        self._waited_for: set[Hashable] = set()
        self.ratio = 1.0
        self._kept: OrderedDict[tuple[Hashable, ...], QPixmap] = OrderedDict()

    def filmstrip(self, strip: Strip, first: int, slots: int) -> QPixmap | None:
        """Slots ``[first, first + slots)`` of a filmstrip; with holes where pictures are not there yet."""
        key = (
            "filmstrip",
            strip.asset.id,
            strip.first,
            strip.lasts,
            strip.least,
            strip.slot,
            strip.height,
            first,
            slots,
        )
        return self._get(key, lambda: self._draw_strip(strip, first, slots))

    def _draw_strip(self, strip: Strip, first: int, slots: int) -> Made:
        pictures = [
            self.thumbnail(strip.asset, strip.time(number), strip.height) for number in range(first, first + slots)
        ]
        if not any(pictures):
            return None, False
        result = QPixmap(round(strip.slot * slots * self.ratio), round(strip.height * self.ratio))
        result.setDevicePixelRatio(self.ratio)
        result.fill(Qt.GlobalColor.transparent)
        painter = QPainter(result)
        for number, picture in enumerate(pictures):
            if picture is not None:
                painter.drawPixmap(QRect(number * strip.slot, 0, strip.slot, strip.height), picture)
        painter.end()
        return result, all(pictures)

    def thumbnail(self, asset: Asset, time: Flicks, height: int) -> QPixmap | None:
        """The picture at media time ``time``, ``height`` logical pixels high."""
        pixels = round(height * self.ratio)

        def make() -> Made:
            image = self._thumbnails.thumbnail(asset, time, pixels)
            if image is None or image.isNull():
                self._waited_for.add(asset.id)
                return None, False
            if image.height() != pixels:
                image = image.scaledToHeight(pixels, Qt.TransformationMode.SmoothTransformation)
            return QPixmap.fromImage(image), True

        return self._get(("thumbnail", asset.id, time, pixels), make)

    def waveform(
        self, asset: Asset, scale: Scale, frame: Flicks, number: int, height: int, gain_db: float, colour: QColor
    ) -> QPixmap | None:
        """The sound of pixels ``[number * TILE, (number + 1) * TILE)`` of media time at ``scale``.

        ``frame`` is the media time that one frame of the sequence plays, ``height`` in logical pixels.
        """
        start, end = scale.time_at(number * TILE, frame), scale.time_at((number + 1) * TILE, frame)
        pixels = round(height * self.ratio)
        gain = np.float32(10 ** (gain_db / 20))

        def make() -> Made:
            peaks = self._peaks.peaks(asset, start, end, round(TILE * self.ratio))
            if peaks is None:
                self._waited_for.add(asset.id)
                return None, False
            return QPixmap.fromImage(waveform_image(peaks * gain, pixels, colour)), True

        return self._get(
            ("waveform", asset.fingerprint, scale.step, frame, number, pixels, gain_db, colour.rgb()), make
        )

    def sprite(self, key: tuple[Hashable, ...], draw: Callable[[], QPixmap]) -> QPixmap | None:
        """A whole clip, drawn once; ``key`` begins with the id of its asset and says all that it shows.

        None where pictures or peaks of the asset are on their way: such a clip is drawn each time.
        """
        if key[0] in self._waited_for:
            return None
        return self._get(("sprite", *key), lambda: self._whole(key[0], draw))

    def _whole(self, asset_id: Hashable, draw: Callable[[], QPixmap]) -> Made:
        made = draw()
        return (None, False) if asset_id in self._waited_for else (made, True)

    def forget(self, asset_id: str) -> None:
        """Ask for the pictures of an asset again: there may be better ones. Its sound stays what it is."""
        self._waited_for.discard(asset_id)
        for key in [key for key in self._kept if key[1] == asset_id]:
            self._drop(key)

    def _get(self, key: tuple[Hashable, ...], make: Callable[[], Made]) -> QPixmap | None:
        key = (*key, self.ratio)
        known = self._kept.get(key)
        if known is not None:
            self._kept.move_to_end(key)
            return known
        made, whole = make()
        if made is None:
            return None
        made.setDevicePixelRatio(self.ratio)
        if not whole:
            return made
        self._kept[key] = made
        self._held += _size(made)
        while self._held > self._room and len(self._kept) > 1:
            self._drop(next(iter(self._kept)))
        return made

    def _drop(self, key: tuple[Hashable, ...]) -> None:
        self._held -= _size(self._kept.pop(key))


def picture_time(first: Flicks, at: Flicks, slot: Flicks) -> Flicks:
    """The media time to show in a slot of a filmstrip that begins at ``at`` and lasts ``slot``.

    Rounded down to a power of two of an eighth of a second, so that scrolling, trimming and zooming
    find pictures again; never before ``first``, where the clip begins: that could be another shot.
    """
    quantum = _FINEST
    if slot < quantum:
        return max(first, at)
    while quantum * 2 <= slot:
        quantum *= 2
    return max(first, at // quantum * quantum)


def waveform_image(peaks: NDArray[np.float32], height: int, colour: QColor) -> QImage:
    """Peaks (shape (pixels, 2), -1 to 1) as a filled curve around the middle, at least one pixel thick.

    Quiet sound is drawn higher than its level, so that speech can be seen beside music.
    """
    middle = (height - 1) / 2
    levels = np.clip(peaks, -1, 1)
    low, high = (np.sign(levels) * np.abs(levels) ** _CURVE).T
    top = np.round(middle - high * middle).astype(np.int64)
    bottom = np.maximum(np.round(middle - low * middle).astype(np.int64), top)
    rows = np.arange(height)[:, None]
    pixels = np.where((rows >= top) & (rows <= bottom), np.uint32(colour.rgba()), np.uint32(0))
    packed = pixels.astype(np.uint32).tobytes()
    return QImage(packed, len(peaks), height, len(peaks) * 4, QImage.Format.Format_ARGB32_Premultiplied).copy()


def _size(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4
