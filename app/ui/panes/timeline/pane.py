"""The timeline pane put together: timecode, ruler, headers, lanes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from app.core.base.timecode import format_timecode
from app.core.session.session import Session
from app.ui.bridge import Bridge
from app.ui.panes.timeline.headers import HEADER_WIDTH, TrackHeaders
from app.ui.panes.timeline.ports import AlwaysOnline, Availability, NoPeaks, NoThumbnails, Peaks, Thumbnails
from app.ui.panes.timeline.ruler import RULER_HEIGHT, Ruler
from app.ui.panes.timeline.view import TimelineView
from app.ui.theme import Appearance
from app.ui.view_state import ViewState
from app.ui.widgets.basics import label


class TimelinePane(QWidget):
    """Tracks of clips with their headers and ruler. GUI thread only.

    ``refused`` brings the UserError of an edit that was asked for and impossible; nothing was
    changed. ``files_dropped(paths, frame, track_id)`` brings files to import and place (``track_id``
    is None beside the tracks), ``clip_opened(clip_id, frame)`` and ``cue_opened(cue_id)`` a double
    click. Points and rectangles of the public methods are in pixels of this widget.
    """

    refused = Signal(object)
    files_dropped = Signal(object, int, object)
    clip_opened = Signal(str, int)
    cue_opened = Signal(str)

    def __init__(
        self,
        session: Session,
        view: ViewState,
        bridge: Bridge,
        appearance: Appearance,
        *,
        thumbnails: Thumbnails | None = None,
        peaks: Peaks | None = None,
        availability: Availability | None = None,
    ) -> None:
        super().__init__()
        self.setObjectName("timelinePane")
        self.setAccessibleName("timelinePane")
        self.setProperty("tone", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.view = TimelineView(
            session,
            view,
            appearance,
            thumbnails or NoThumbnails(),
            peaks or NoPeaks(),
            availability or AlwaysOnline(),
        )
        self.view.setObjectName("timelineView")
        self.view.setAccessibleName("Timeline")
        self.headers = TrackHeaders(self.view)
        self.ruler = Ruler(self.view)
        self._state = view
        self._timecode = self._make_timecode()
        self._put_together()
        self.setFocusProxy(self.view)
        bridge.document_changed.connect(self._on_document)
        view.playhead_changed.connect(self._show_timecode)
        appearance.changed.connect(self._on_theme)
        self.view.refused.connect(self.refused)
        self.view.files_dropped.connect(self.files_dropped)
        self.view.clip_opened.connect(self.clip_opened)
        self.view.cue_opened.connect(self.cue_opened)
        self._on_theme()

    def set_menu(
        self, actions: Sequence[QAction], for_cues: Sequence[QAction] = (), for_gaps: Sequence[QAction] = ()
    ) -> None:
        """Offer these actions on the right button, others on subtitles and beside clips; separators included."""
        self.view.set_menu(actions, for_cues, for_gaps)

    def media_arrived(self, asset_id: str) -> None:
        """Thumbnails or peaks of an asset have come, or its file has gone or come back."""
        self.view.media_arrived(asset_id)

    def edit_marker(self, marker_id: str) -> None:
        """Let the person write on a marker, if it is there."""
        marker = next((each for each in self.view.sequence.markers if each.id == marker_id), None)
        if marker is not None:
            self.ruler.edit_marker(marker)

    @property
    def left(self) -> int:
        """Pixels that are scrolled out of sight on the left."""
        return self.view.horizontalScrollBar().value()

    def look_at(self, zoom: float, left: int) -> None:
        """Zoom and scroll as it was seen before, also while the pane is not shown yet."""
        self.view.look_at(zoom, left)

    def fit(self) -> None:
        """Show the whole sequence."""
        self.view.zoom_to_fit()

    def clip_rect(self, clip_id: str) -> QRect:
        """Where a clip lies, also where that is out of sight; empty if there is no such clip."""
        box = self.view.clip_rect(clip_id)
        return box.translated(self._origin()) if not box.isNull() else box

    def clip_at(self, at: QPoint) -> str | None:
        """The id of the clip under a point."""
        return self.view.clip_at(at - self._origin())

    def frame_at(self, x: int) -> int:
        """The frame at ``x``; where a pixel holds several, the first of them."""
        return self.view.frame_at(x - self._origin().x())

    def x_of(self, frame: int) -> int:
        """Where ``frame`` begins."""
        return self.view.x_of(frame) + self._origin().x()

    def reveal(self, clip_id: str) -> None:
        """Scroll so that a clip is in sight."""
        self.view.reveal(clip_id)

    def _origin(self) -> QPoint:
        """Where the viewport begins."""
        return self.view.viewport().mapTo(self, QPoint())

    def _make_timecode(self) -> QLabel:
        timecode = label(strong=True, tabular=True)
        timecode.setAlignment(Qt.AlignmentFlag.AlignCenter)
        timecode.setFixedSize(HEADER_WIDTH, RULER_HEIGHT)
        timecode.setObjectName("timelineTimecode")
        timecode.setAccessibleName("Playhead")
        return timecode

    def _put_together(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        grid.addWidget(self._timecode, 0, 0)
        grid.addWidget(self.ruler, 0, 1)
        grid.addWidget(self.headers, 1, 0)
        grid.addWidget(self.view, 1, 1)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(1, 1)

    def _on_document(self, *_change: object) -> None:
        self.view.show_document()
        self.ruler.update()
        self._show_timecode()

    def _show_timecode(self, *_frame: int) -> None:
        self._timecode.setText(format_timecode(self._state.playhead, self.view.sequence.format.rate))

    def _on_theme(self) -> None:
        self.headers.lay_out()
        self.ruler.update()
        self._show_timecode()
