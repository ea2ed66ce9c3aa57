"""What is inside a clip: the filmstrip of a picture, the waveform of sound."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter, QPixmap

from app.core.base.time import Flicks
from app.core.model.asset import Asset
from app.core.model.clip import Clip
from app.ui.panes.timeline.colours import ClipColours
from app.ui.panes.timeline.geometry import Lane
from app.ui.panes.timeline.picture import Picture
from app.ui.panes.timeline.tiles import TILE, Strip, Tiles

_LEAST = 8


@dataclass(frozen=True, slots=True)
class LanePaint:
    """One lane being painted: on what, the part that is exposed, and in which colours."""

    painter: QPainter
    part: QRect
    picture: Picture
    lane: Lane
    kinds: dict[str, ClipColours]


def paint_filmstrip(on: LanePaint, inside: QRect, number: int, asset: Asset, tiles: Tiles) -> None:
    """Pictures side by side, each of the moment where it begins; the first is the clip's first frame."""
    video = asset.info.video
    if video is None or inside.height() < _LEAST:
        return
    clips = on.lane.clips
    slot = max(_LEAST, round(inside.height() * video.width / video.height))
    strip = _strip(asset, clips.clips[number], on.picture.scale.time_at(slot, clips.frame), slot, inside.height())
    slots = -(-inside.width() // slot)
    together = max(1, TILE // slot)
    visible = inside.intersected(on.part)
    first, last = (x // (slot * together) for x in (visible.left() - inside.left(), visible.right() - inside.left()))
    for place in range(first, last + 1):
        tile = tiles.filmstrip(strip, place * together, min(together, slots - place * together))
        if tile is not None:
            _paint_tile(on.painter, tile, inside.left() + place * together * slot, inside)


def _strip(asset: Asset, clip: Clip, lasts: Flicks, slot: int, height: int) -> Strip:
    """The pictures of a clip, each of what it plays while a slot of ``lasts`` passes."""
    if asset.info.kind == "image":
        return Strip(asset, 0, 0, slot, height)
    media = round(lasts * clip.rate)
    # Backwards, the first picture is the last one.
    first = clip.source_start if media >= 0 else max(clip.source_end - 1, clip.source_start)
    return Strip(asset, first, media, slot, height, clip.source_start)


def paint_waveform(on: LanePaint, inside: QRect, number: int, asset: Asset, tiles: Tiles, colour: QColor) -> None:
    """The sound of a clip from tiles that lie on media time, so that trimming and moving make none anew."""
    if inside.height() < _LEAST:
        return
    clip, frame, scale = on.lane.clips.clips[number], on.lane.clips.frame, on.picture.scale
    if clip.rate == 0:
        return
    # A frame shows so much of the media: the tiles of a faster clip are narrower.
    frame = max(1, round(frame * clip.speed))
    visible = inside.intersected(on.part)
    if clip.rate < 0:
        # Everything in a mirror that stands at the middle of the clip.
        mirror = inside.left() + inside.right()
        visible = QRect(mirror - visible.right(), visible.top(), visible.width(), visible.height())
        on.painter.save()
        on.painter.translate(mirror + 1, 0)
        on.painter.scale(-1, 1)
    # Where media time 0 would lie.
    origin = inside.left() - 1 - scale.x_of_time(clip.source_start, frame)
    first, last = (visible.left() - origin) // TILE, (visible.right() - origin) // TILE
    for place in range(first, last + 1):
        tile = tiles.waveform(asset, scale, frame, place, inside.height(), clip.gain_db, colour)
        if tile is not None:
            _paint_tile(on.painter, tile, origin + place * TILE, inside)
    if clip.rate < 0:
        on.painter.restore()


def _paint_tile(painter: QPainter, tile: QPixmap, x: int, inside: QRect) -> None:
    """The part of a tile at ``x`` that is inside."""
    ratio = tile.devicePixelRatio()
    target = QRect(x, inside.top(), round(tile.width() / ratio), inside.height()).intersected(inside)
    begin = round((target.left() - x) * ratio)
    painter.drawPixmap(target, tile, QRect(begin, 0, round(target.width() * ratio), tile.height()))
