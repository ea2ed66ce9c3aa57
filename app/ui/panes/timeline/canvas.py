"""The timeline as it is seen: a scrolled area painted by hand, which repaints only what changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame

from app.core.edit.assets import DEFAULT_FORMAT
from app.core.model.project import Project
from app.core.model.sequence import Sequence
from app.core.session.session import Session
from app.ui.panes.timeline import overlays
from app.ui.panes.timeline.colours import Colours
from app.ui.panes.timeline.geometry import ORIGIN, Heights, Lane, Layout, Place, Scale, lay_out
from app.ui.panes.timeline.painter import STRIP, ClipPainter
from app.ui.panes.timeline.picture import EdgeMark, Hint, Picture
from app.ui.panes.timeline.ports import Availability, Peaks, Thumbnails
from app.ui.panes.timeline.tiles import Tiles
from app.ui.theme import Appearance
from app.ui.view_state import ChosenGap, ViewState

# No position may pass what Qt's rectangles hold.
_WIDEST = 1 << 30
_MANY = 200
_NOTHING = Sequence("", "", DEFAULT_FORMAT)


class TimelineCanvas(QAbstractScrollArea):
    """Shows the first sequence of a project, or a preview of what an edit would make of it. GUI thread only."""

    # For what stands beside it: how far it is scrolled; which lanes there are, where, and their flags.
    scrolled = Signal()
    laid_out = Signal()

    def __init__(
        self,
        session: Session,
        state: ViewState,
        appearance: Appearance,
        thumbnails: Thumbnails,
        peaks: Peaks,
        availability: Availability,
    ) -> None:
        super().__init__()
        self._session = session
        self._state = state
        self._appearance = appearance
        self._availability = availability
        self._tiles = Tiles(thumbnails, peaks)
        self._colours = Colours.of(appearance.theme)
        self._painter = ClipPainter(self._colours, self._tiles)
        self._heights = Heights()
        self._preview: Sequence | None = None
        self._zoom_anchor: int | None = None
        self.follows_playhead = True
        self._document = lay_out(self.sequence, self._heights, 0)
        self._picture = Picture(self._document, self._scale(self._document))
        self._picture.playhead, self._picture.selection = state.playhead, state.selection
        self._picture.cues, self._picture.gap = state.cues, state.gap
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        state.playhead_changed.connect(self._on_playhead)
        state.selection_changed.connect(self._on_selection)
        state.cues_changed.connect(self._on_cues)
        state.gap_changed.connect(self._on_gap)
        state.zoom_changed.connect(self._on_zoom)
        state.marks_changed.connect(self._on_marks)
        appearance.changed.connect(self._on_theme)
        self._know_media()

    @property
    def picture(self) -> Picture:
        """What is shown now."""
        return self._picture

    @property
    def document(self) -> Layout:
        """The layout of the document itself, whatever is previewed."""
        return self._document

    @property
    def project(self) -> Project:
        """The current snapshot."""
        return self._session.project

    @property
    def sequence(self) -> Sequence:
        """The sequence of the snapshot that is shown; an empty one where there is none."""
        return next(iter(self._session.project.sequences), _NOTHING)

    @property
    def state(self) -> ViewState:
        """Playhead, selection, tool, snapping."""
        return self._state

    @property
    def colours(self) -> Colours:
        """The colours in force."""
        return self._colours

    @property
    def heights(self) -> Heights:
        """How high the lanes are."""
        return self._heights

    # What is shown.

    def show_document(self) -> None:
        """The document has changed."""
        was_empty = self._document.is_empty
        self._know_media()
        self._lay_out_document()
        if was_empty and self._picture.x_of(self._document.frames) > self.viewport().width():
            self.zoom_to_fit()

    def show_preview(self, sequence: Sequence | None) -> None:
        """Show ``sequence`` instead of the document, or the document again."""
        if sequence is not self._preview:
            self._preview = sequence
            self._lay_out()

    def media_arrived(self, asset_id: str) -> None:
        """More is known of an asset, or its file has gone or come: paint its clips again."""
        self._tiles.forget(asset_id)
        picture = self._picture
        asset = picture.assets.get(asset_id)
        if asset is not None:
            gone = frozenset((asset_id,))
            picture.offline = picture.offline | gone if self._availability.is_offline(asset) else picture.offline - gone
        for lane in picture.layout.lanes:
            if asset_id in lane.clips.asset_ids:
                self.viewport().update(QRect(0, lane.top - picture.top, picture.width, lane.height))

    def set_heights(self, heights: Heights) -> None:
        """Show the lanes higher or lower."""
        if heights != self._heights:
            self._heights = heights
            self._lay_out_document()

    # What lies over the clips.

    def set_snap(self, frame: int | None) -> None:
        """Show what something sticks to."""
        self._swap("snap", frame, overlays.line_rect)

    def set_drop(self, frame: int | None) -> None:
        """Show where a drop would land."""
        self._swap("drop", frame, overlays.line_rect)
        if self._document.is_empty:
            self.viewport().update()

    def set_edge(self, mark: EdgeMark | None) -> None:
        """Show an edge that is taken, or could be."""
        self._swap("edge", mark, overlays.edge_rect)

    def set_band(self, band: QRect | None) -> None:
        """Show a rubber band, in scrolled coordinates."""
        self._swap("band", band, lambda picture, value: overlays.band_rect(value, picture))

    def set_hint(self, hint: Hint | None) -> None:
        """Show words beside the pointer."""
        self._swap("hint", hint, lambda picture, value: overlays.hint_rect(value, QSize(picture.width, picture.height)))

    def set_placed(self, clip_ids: frozenset[str]) -> None:
        """Show that these clips would be new."""
        changed = clip_ids ^ self._picture.placed
        self._picture.placed = clip_ids
        self._repaint_clips(changed)

    def set_refused(self, clip_ids: frozenset[str]) -> None:
        """Show that these clips cannot do what is asked."""
        changed = clip_ids ^ self._picture.refused
        self._picture.refused = clip_ids
        self._repaint_clips(changed)

    def _swap(self, name: str, value: Any, rect: Callable[[Picture, Any], QRect]) -> None:
        """Change one thing of the picture and repaint where it was and where it is."""
        before = getattr(self._picture, name)
        if value == before:
            return
        for each in (before, value):
            setattr(self._picture, name, each)
            if each is not None:
                self.viewport().update(rect(self._picture, each).adjusted(-1, -1, 1, 1))

    # Scrolling and zooming.

    def scroll_by(self, dx: int, dy: int) -> None:
        """Scroll the contents by pixels."""
        self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() + dx)
        self.verticalScrollBar().setValue(self.verticalScrollBar().value() + dy)

    def zoom_at(self, factor: float, x: int) -> None:
        """Zoom so that what is at ``x`` of the view stays there."""
        self._zoom_anchor = x
        self._state.set_zoom(self._state.zoom * factor)
        self._zoom_anchor = None

    def zoom_by(self, factor: float) -> None:
        """Zoom at the playhead, or at the middle where that is out of sight."""
        self._state.set_zoom(self._state.zoom * factor)

    def zoom_to_fit(self) -> None:
        """Show the whole sequence, with some room behind it."""
        frames = self._picture.layout.frames
        room = self.viewport().width() - 4 * ORIGIN
        if frames and room > 0:
            self._state.set_zoom(room * float(self._picture.layout.rate) / frames)
            self.horizontalScrollBar().setValue(0)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Move the pixels that stay, paint the rest."""
        picture = self._picture
        picture.left, picture.top = self.horizontalScrollBar().value(), self.verticalScrollBar().value()
        ratio = self.devicePixelRatioF()
        if picture.layout.is_empty or picture.hint is not None or ratio != int(ratio):
            self.viewport().update()
        else:
            self.viewport().scroll(dx, dy)
            if dx:
                self._repaint_labels(abs(dx))
        self.scrolled.emit()

    def _repaint_labels(self, shift: int) -> None:
        """Names of clips that begin left of the view stay in sight: they do not move with the rest."""
        picture = self._picture
        for lane in picture.layout.lanes:
            top = lane.top - picture.top
            if top + lane.height <= 0 or top >= picture.height:
                continue
            # The clip that is cut by the border now, and the one that was.
            for number in {lane.clips.at(picture.frame_at(x)) for x in (0, shift)}:
                if number is None:
                    continue
                place = Place(lane, number)
                clip, box = place.clip, picture.rect_of(place)
                asset = picture.assets.get(clip.asset_id)
                width = self._painter.name_width(clip.name or (asset.name if asset else "")) + 2 * shift
                self.viewport().update(0, top, min(width, box.right() + 1), min(STRIP + 1, lane.height))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the divider in place; show no less than before."""
        super().resizeEvent(event)
        self._lay_out_document()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what is exposed."""
        painter = QPainter(self.viewport())
        self._painter.paint(painter, event.region(), self._picture)
        if self._picture.layout.is_empty and self._picture.drop is None:
            overlays.paint_empty(painter, self._picture, self._colours)
        overlays.paint_overlays(painter, self._picture, self._colours)
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        """Another screen or font: nothing made for the old one fits."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.DevicePixelRatioChange):
            self.viewport().update()

    # Layout.

    def _scale(self, layout: Layout) -> Scale:
        wanted = Scale.for_zoom(self._state.zoom, layout.rate)
        return Scale(min(wanted.step, (_WIDEST << 24) // max(1, layout.frames)))

    def _know_media(self) -> None:
        assets = self.project.assets
        self._picture.assets = {asset.id: asset for asset in assets}
        self._picture.offline = frozenset(asset.id for asset in assets if self._availability.is_offline(asset))

    def _lay_out_document(self) -> None:
        self._document = self._layout_of(self.sequence)
        self._lay_out()

    def _layout_of(self, sequence: Sequence) -> Layout:
        known = [lane.clips for lane in (*self._picture.layout.lanes, *self._document.lanes)]
        lanes = (self._picture.layout.cues, self._document.cues)
        track = next(iter(sequence.subtitle_tracks), None)
        cues = next((lane for lane in lanes if lane is not None and lane.track is track), None)
        return lay_out(sequence, self._heights, self.viewport().height(), known, cues)

    def _lay_out(self) -> None:
        """Find out where everything is, repaint what changed, and let the divider stay where it is seen."""
        picture, port = self._picture, self.viewport()
        before, size = picture.layout, (picture.width, picture.height)
        shown = self._document if self._preview is None else self._layout_of(self._preview)
        picture.layout, picture.scale = shown, self._scale(shown)
        picture.width, picture.height = port.width(), port.height()
        self._set_bars(picture.left)
        seen = (before.divider - picture.top) * port.height() // size[1] if size[1] else port.height() // 2
        self.verticalScrollBar().setValue(shown.divider - seen)
        same_rows = [_row(lane) for lane in before.lanes] == [_row(lane) for lane in shown.lanes]
        same_rows = same_rows and _cue_row(before) == _cue_row(shown)
        same_kind = (before.is_empty, before.rate) == (shown.is_empty, shown.rate)
        if not same_rows or not same_kind or size != (port.width(), port.height()):
            port.update()
            self.laid_out.emit()
            return
        for old, new in zip(before.lanes, shown.lanes, strict=True):
            changed = new.clips.changed_from(old.clips)
            if changed is not None:
                port.update(picture.band_of(new, *changed))
        if before.cues is not None and shown.cues is not None:
            port.update(picture.cue_band(shown.cues, shown.cues.index.changed_from(before.cues.index)))

    def _set_bars(self, left: int) -> None:
        """Let the scroll bars reach all there is, some room behind it, and ``left``.

        What is in view stays in reach, so that nothing jumps while a drag makes the film shorter.
        """
        picture, across, along = self._picture, self.horizontalScrollBar(), self.verticalScrollBar()
        width = 2 * ORIGIN + picture.scale.x_of(picture.layout.frames) + picture.width * 3 // 4
        across.setPageStep(max(1, picture.width))
        across.setSingleStep(40)
        across.setRange(0, max(width - picture.width, left, 0))
        along.setPageStep(max(1, picture.height))
        along.setSingleStep(20)
        along.setRange(0, max(picture.layout.height - picture.height, 0))

    def _repaint_clips(self, clip_ids: frozenset[str]) -> None:
        if len(clip_ids) > _MANY:
            self.viewport().update()
            return
        for place in filter(None, map(self._picture.layout.find, clip_ids)):
            self.viewport().update(self._picture.rect_of(place))

    # What others change.

    def _on_playhead(self, frame: int) -> None:
        before = overlays.playhead_rect(self._picture)
        self._picture.playhead = frame
        now = overlays.playhead_rect(self._picture)
        self.viewport().update(before)
        self.viewport().update(now)
        if self.follows_playhead and not 0 <= now.left() < self._picture.width:
            self.horizontalScrollBar().setValue(self._picture.left + now.left() - self._picture.width // 10)

    def _on_selection(self, selection: frozenset[str]) -> None:
        changed = selection ^ self._picture.selection
        self._picture.selection = selection
        self._repaint_clips(changed)

    def _on_cues(self, cue_ids: frozenset[str]) -> None:
        changed = cue_ids ^ self._picture.cues
        self._picture.cues = cue_ids
        lane = self._picture.layout.cues
        if lane is not None and len(changed) > _MANY:
            self.viewport().update(0, lane.top - self._picture.top, self._picture.width, lane.height)
        else:
            for cue_id in changed:
                self.viewport().update(self._picture.cue_rect(cue_id))

    def _on_gap(self, gap: ChosenGap | None) -> None:
        self._swap("gap", gap, Picture.gap_rect)

    def _on_marks(self, first: int | None, last: int | None) -> None:
        self._picture.marks = (first, last)
        self.viewport().update()

    def _on_zoom(self, _zoom: float) -> None:
        """Keep in place what the pointer zooms at, else the playhead where it is in view, else the middle."""
        picture = self._picture
        playhead, old = picture.x_of(picture.playhead), picture.scale
        anchor = self._zoom_anchor
        if anchor is None:
            anchor = playhead if 0 <= playhead < picture.width else picture.width // 2
        picture.scale = self._scale(picture.layout)
        at = (picture.left + anchor - ORIGIN) * picture.scale.step // old.step
        left = max(0, at + ORIGIN - anchor)
        self._set_bars(left)
        self.horizontalScrollBar().setValue(left)
        self.viewport().update()
        self.scrolled.emit()

    def _on_theme(self) -> None:
        self._colours = Colours.of(self._appearance.theme)
        self._painter = ClipPainter(self._colours, self._tiles)
        self.viewport().update()


def _cue_row(layout: Layout) -> tuple[object, ...] | None:
    """What the row of subtitles shows besides its cues."""
    return None if layout.cues is None else layout.cues.look


def _row(lane: Lane) -> tuple[object, ...]:
    """What a lane shows besides its clips."""
    track = lane.track
    said = (track.muted, track.solo, track.hidden, track.locked, track.sync_lock)
    return (track.id, track.name, lane.top, lane.height, *said)
