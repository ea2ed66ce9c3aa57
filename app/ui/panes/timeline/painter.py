"""Paints lanes and clips. Costs what is visible: clips too narrow to tell apart become columns of pixels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import cast

import numpy as np
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage, QPainter, QPixmap, QRegion

from app.core.model.retime import Retime
from app.core.model.sequence import Track
from app.core.model.words import percent
from app.ui.icons import pixmap
from app.ui.panes.timeline.colours import Colours
from app.ui.panes.timeline.content import LanePaint, paint_filmstrip, paint_waveform
from app.ui.panes.timeline.cue_painter import CueRowPainter
from app.ui.panes.timeline.geometry import DIVIDER, Place, Scale
from app.ui.panes.timeline.picture import Picture
from app.ui.panes.timeline.shapes import END, HATCH, Names, draw_body, draw_outline, hatch
from app.ui.panes.timeline.tiles import Tiles
from app.ui.theme import font

# Below this width clips are columns of pixels, below the next plain boxes, below the last without contents.
NARROW = 4
_ROUNDED = 2 * END + 4
_FILLED = 24
STRIP = 18
_STRIP_FROM = 36
_BADGE = 12
_BADGES_FROM = 48
_FADED = 0.45
# Clips up to this width are drawn once and kept.
_SPRITE = 320
# Up to so many clips plain numbers are quicker than arrays.
_FEW = 48
_SLIVERS = 8


class ClipPainter:
    """Paints lanes, clips and what is in them, in one theme."""

    def __init__(self, colours: Colours, tiles: Tiles) -> None:
        self._colours = colours
        self._tiles = tiles
        self._names = Names(font(small=True))
        self._cues = CueRowPainter(colours)
        self._scale: Scale | None = None
        self._steady = False
        self._badge = pixmap("offline", colours.theme.clip_text, _BADGE, 2.0)
        self._group = pixmap("group", colours.theme.clip_text, _BADGE, 2.0)

    def paint(self, painter: QPainter, exposed: QRegion, picture: Picture) -> None:
        """Paint the ``exposed`` part of ``picture``: all but what lies over the clips."""
        self._tiles.ratio = painter.device().devicePixelRatio()
        # While the scale changes nothing drawn for it would be drawn twice.
        self._steady, self._scale = picture.scale == self._scale, picture.scale
        painter.fillRect(exposed.boundingRect(), self._colours.background)
        divider = picture.layout.divider + DIVIDER // 2 - picture.top
        painter.fillRect(0, divider, picture.width, 1, self._colours.line)
        tracks = [lane.track for lane in picture.layout.lanes]
        solo = any(track.solo for track in tracks)
        for lane in picture.layout.lanes:
            row = QRect(0, lane.top - picture.top, picture.width, lane.height)
            if exposed.intersects(row):
                resting = is_resting(lane.track, solo=solo)
                kinds = self._colours.resting if resting else self._colours.clips
                parts = exposed.intersected(row)
                for part in cast(Iterable[QRect], parts):
                    if parts.rectCount() > 1:
                        painter.setClipRect(part)
                    self._lane(LanePaint(painter, part, picture, lane, kinds), faded=resting)
                painter.setClipping(False)
        self._paint_cues(painter, exposed, picture)

    def _paint_cues(self, painter: QPainter, exposed: QRegion, picture: Picture) -> None:
        lane = picture.layout.cues
        if lane is None:
            return
        row = QRect(0, lane.top - picture.top, picture.width, lane.height)
        for part in cast(Iterable[QRect], exposed.intersected(row)):
            painter.setClipRect(part)
            self._cues.paint(painter, part, picture, lane, self._tiles.ratio)
        painter.setClipping(False)

    def name_width(self, name: str) -> int:
        """Pixels that the label of a clip takes at most."""
        return self._names.width(name) + 2 * END + _BADGE

    def _lane(self, on: LanePaint, *, faded: bool) -> None:
        row = QRect(on.part.left(), on.lane.top - on.picture.top, on.part.width(), on.lane.height - 1)
        on.painter.fillRect(row, self._colours.lane)
        marked = on.picture.marked.intersected(row)
        if not marked.isEmpty():
            on.painter.fillRect(marked, self._colours.marks)
        if on.lane.track.locked:
            self._hatch(on, row)
        picture, clips = on.picture, on.lane.clips
        visible = clips.between(picture.frame_at(on.part.left()), picture.frame_at(on.part.right() + 1) + 1)
        if not visible:
            return
        spans = _wide_spans(on, visible)
        if len(spans) < len(visible):
            paint = self._slivers if len(visible) <= _SLIVERS else self._columns
            paint(on, row, visible)
        for number, start, end in spans:
            self._clip(on, QRect(start, row.top() + 1, end - start - 1, row.height() - 1), number, faded=faded)

    def _clip(self, on: LanePaint, box: QRect, number: int, *, faded: bool) -> None:
        clip = on.lane.clips.clips[number]
        kind, selected = _kind(on, clip.asset_id), clip.id in on.picture.selection
        if box.width() < _ROUNDED:
            on.painter.fillRect(box, self._colours.selected if selected else on.kinds[kind].strip)
            return
        sprite = None
        if self._steady and box.width() <= _SPRITE and box.left() >= 0:
            name = self._name(on, number)
            key = (
                clip.asset_id,
                clip.id,
                clip.source_start,
                clip.retime,
                clip.gain_db,
                name,
                kind,
                self._colours.theme.name,
                faded,
                box.width(),
                box.height(),
                clip.group_id is None,
                on.picture.layout.out_of_step(Place(on.lane, number)),
            )
            sprite = self._tiles.sprite(key, lambda: self._draw_sprite(on, box, number, kind, faded=faded))
        if sprite is not None:
            on.painter.drawPixmap(box.topLeft(), sprite)
        else:
            self._draw_clip(on, box, number, kind, faded=faded)
        if clip.id in on.picture.refused:
            draw_outline(on.painter, box, self._colours.error, self._tiles.ratio)
        elif selected or clip.id in on.picture.placed:
            draw_outline(on.painter, box, self._colours.selected, self._tiles.ratio)

    def _draw_sprite(self, on: LanePaint, box: QRect, number: int, kind: str, *, faded: bool) -> QPixmap:
        """A clip on a pixmap of its own; drawn again and again as long as the scale stays."""
        ratio = self._tiles.ratio
        result = QPixmap(round(box.width() * ratio), round(box.height() * ratio))
        result.setDevicePixelRatio(ratio)
        result.fill(Qt.GlobalColor.transparent)
        painter = QPainter(result)
        whole = QRect(QPoint(), box.size())
        self._draw_clip(replace(on, painter=painter, part=whole), whole, number, kind, faded=faded)
        painter.end()
        return result

    def _draw_clip(self, on: LanePaint, box: QRect, number: int, kind: str, *, faded: bool) -> None:
        strip = STRIP if box.height() >= _STRIP_FROM else 0
        draw_body(on.painter, box, strip, on.kinds[kind], self._tiles.ratio)
        inside = box.adjusted(1, strip, -1, -2)
        if strip and kind != "offline" and box.width() >= _FILLED and inside.intersects(on.part):
            self._content(on, inside, number, faded=faded)
        if on.part.top() < box.top() + (strip or box.height()):
            self._label(on, box, strip or box.height(), number, kind)

    def _content(self, on: LanePaint, inside: QRect, number: int, *, faded: bool) -> None:
        asset = on.picture.assets[on.lane.clips.clips[number].asset_id]
        if faded:
            on.painter.setOpacity(_FADED)
        if on.lane.track.kind == "audio":
            paint_waveform(on, inside, number, asset, self._tiles, self._colours.waveform)
        else:
            paint_filmstrip(on, inside, number, asset, self._tiles)
        if faded:
            on.painter.setOpacity(1.0)

    def _label(self, on: LanePaint, box: QRect, height: int, number: int, kind: str) -> None:
        """The name, kept in sight while any of the clip is."""
        left = max(box.left(), 0) + END
        if kind == "offline" and box.right() - left >= _BADGE + END:
            target = QRect(left, box.top() + (height - _BADGE) // 2, _BADGE, _BADGE)
            on.painter.drawPixmap(target, self._badge)
            left += _BADGE + 4
        right = self._badges(on, box, height, number)
        where, width = QPoint(left, box.top() + (height - self._names.height) // 2), right - left
        self._names.draw(on.painter, where, self._name(on, number), width, on.kinds[kind].text, self._tiles.ratio)

    def _badges(self, on: LanePaint, box: QRect, height: int, number: int) -> int:
        """What is to be known of a clip besides its name, at the right of the strip; returns where the name ends."""
        right, clip = box.right() - END, on.lane.clips.clips[number]
        middle = box.top() + height // 2
        if clip.group_id is not None and box.width() >= _BADGES_FROM:
            target = QRect(right - _BADGE, middle - _BADGE // 2, _BADGE, _BADGE)
            on.painter.drawPixmap(target, self._group)
            right -= _BADGE + 4
        late = on.picture.layout.out_of_step(Place(on.lane, number))
        if late and box.width() >= _BADGES_FROM:
            words = f"{late:+d}"
            width = self._names.width(words) + 8
            pill = QRect(right - width, middle - 7, width, 14)
            on.painter.fillRect(pill, self._colours.error)
            where = QPoint(pill.left() + 4, middle - self._names.height // 2)
            self._names.draw(on.painter, where, words, width, self._colours.on_error, self._tiles.ratio)
            right -= width + 4
        return right

    @staticmethod
    def _name(on: LanePaint, number: int) -> str:
        clip = on.lane.clips.clips[number]
        asset = on.picture.assets.get(clip.asset_id)
        name = clip.name or (asset.name if asset is not None else "")
        return name if clip.retime is None else f"{_speed_badge(clip.retime)} {name}"

    def _slivers(self, on: LanePaint, row: QRect, visible: range) -> None:
        """A few narrow clips, one by one."""
        clips, picture = on.lane.clips, on.picture
        for number in visible:
            clip = clips.clips[number]
            x, end = picture.x_of(clips.starts[number]), picture.x_of(clips.ends[number])
            colour = on.kinds[_kind(on, clip.asset_id)].strip
            if clip.id in picture.selection:
                colour = self._colours.selected
            on.painter.fillRect(x, row.top() + 1, max(1, end - x - (end - x >= 3)), row.height() - 1, colour)

    def _columns(self, on: LanePaint, row: QRect, visible: range) -> None:
        """All visible clips as one row of pixels, stretched over the lane; wide ones are painted over it."""
        clips, selection = on.lane.clips, on.picture.selection
        colours = [on.kinds[_kind(on, asset_id)].strip.rgb() for asset_id in clips.asset_ids]
        each = np.array(colours, dtype=np.uint32)[clips.asset_numbers[visible.start : visible.stop]]
        if selection:
            selected = [clips.clips[number].id in selection for number in visible]
            each = np.where(selected, np.uint32(self._colours.selected.rgb()), each)
        x = on.picture.scale.columns(clips.bounds[visible.start : visible.stop]) + on.picture.x_of(0) - row.left()
        # From three pixels on the last one parts a clip from the next; all have one at least.
        x[:, 1] = np.maximum(x[:, 1] - (x[:, 1] - x[:, 0] >= 3), x[:, 0] + 1)
        edges = np.maximum.accumulate(np.clip(np.append(x.ravel(), row.width()), 0, row.width()))
        pixels = np.full(len(edges), np.uint32(self._colours.lane.rgb()))
        pixels[1:-1:2] = each
        data = np.repeat(pixels, np.diff(edges, prepend=0)).tobytes()
        image = QImage(data, row.width(), 1, len(data), QImage.Format.Format_RGB32)
        on.painter.drawImage(row.adjusted(0, 1, 0, 0), image)

    def _hatch(self, on: LanePaint, row: QRect) -> None:
        """Slanting lines that stay with the clips when the view scrolls."""
        tile = hatch(self._colours.hatch.rgba(), self._tiles.ratio)
        begin = QPoint((row.left() + on.picture.left) % HATCH, (row.top() + on.picture.top) % HATCH)
        on.painter.drawTiledPixmap(row, tile, begin)


def is_resting(track: Track, *, solo: bool) -> bool:
    """Whether a track takes no part in the film: hidden, muted, or not solo while another is."""
    if track.kind == "video":
        return track.hidden
    return track.muted or (solo and not track.solo)


def _wide_spans(on: LanePaint, visible: range) -> list[tuple[int, int, int]]:
    """Number, start and end of each visible clip that is wide enough to be told from its neighbours."""
    clips, picture = on.lane.clips, on.picture
    if len(visible) <= _FEW:
        places = [(number, picture.x_of(clips.starts[number]), picture.x_of(clips.ends[number])) for number in visible]
        return [place for place in places if place[2] - place[1] >= NARROW]
    x = picture.scale.columns(clips.bounds[visible.start : visible.stop]) + picture.x_of(0)
    wide = np.flatnonzero(x[:, 1] - x[:, 0] >= NARROW)
    return [(visible.start + number, *x[number].tolist()) for number in wide.tolist()]


def _speed_badge(retime: Retime) -> str:
    """What the label of a clip says of how it plays."""
    if retime.freeze:
        return "[Freeze]"
    return f"[{'-' if retime.reverse else ''}{percent(retime.speed)}%]"


def _kind(on: LanePaint, asset_id: str) -> str:
    """Which colours a clip of an asset has."""
    asset = on.picture.assets.get(asset_id)
    if asset is None or asset_id in on.picture.offline:
        return "offline"
    if on.lane.track.kind == "audio":
        return "audio"
    return "image" if asset.info.kind == "image" else "video"
