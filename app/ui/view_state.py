"""What the person looks at, shared by the panes: playhead, selection, tool, snapping, zoom, marks.

None of it is part of the document: it is not undone, and not saved in the project.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from PySide6.QtCore import QObject, Signal

Tool: TypeAlias = Literal["select", "razor", "ripple", "roll", "slip", "slide"]

# Zoom is a number of pixels for one second of the sequence.
ZOOM_MIN = 0.02
ZOOM_MAX = 20_000.0
ZOOM_STEP = 1.5
ZOOM_AT_START = 60.0


@dataclass(frozen=True, slots=True)
class ChosenGap:
    """The gap of a track (by id) between two frames."""

    track: str
    start: int
    end: int


class ViewState(QObject):
    """One per window. Each setter emits its signal only where something changed. GUI thread only.

    Frames are numbers on the grid of the shown sequence, from 0; marks are ``[mark_in, mark_out)``.
    """

    playhead_changed = Signal(int)
    selection_changed = Signal(object)
    cues_changed = Signal(object)
    gap_changed = Signal(object)
    tool_changed = Signal(str)
    snapping_changed = Signal(bool)
    linking_changed = Signal(bool)
    zoom_changed = Signal(float)
    marks_changed = Signal(object, object)
    proxies_changed = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._playhead = 0
        self._selection: frozenset[str] = frozenset()
        self._cues: frozenset[str] = frozenset()
        self._gap: ChosenGap | None = None
        self._tool: Tool = "select"
        self._snapping = True
        self._linking = True
        self._zoom = ZOOM_AT_START
        self._mark_in: int | None = None
        self._mark_out: int | None = None
        self._proxies = True

    @property
    def playhead(self) -> int:
        """The frame that is shown, 0 or more."""
        return self._playhead

    def set_playhead(self, frame: int) -> None:
        """Go to ``frame``; negative numbers mean the beginning."""
        frame = max(0, frame)
        if frame != self._playhead:
            self._playhead = frame
            self.playhead_changed.emit(frame)

    @property
    def selection(self) -> frozenset[str]:
        """Ids of the selected clips."""
        return self._selection

    def select(self, clip_ids: Iterable[str]) -> None:
        """Select these clips and nothing else."""
        self._select_gap(None)
        self._select_cues(frozenset())
        self._select(frozenset(clip_ids))

    def toggle(self, clip_ids: Iterable[str]) -> None:
        """Add those of the clips that are not selected, drop those that are."""
        self.select(self._selection ^ frozenset(clip_ids))

    @property
    def cues(self) -> frozenset[str]:
        """Ids of the selected subtitles; clips and subtitles are never selected together."""
        return self._cues

    def select_cues(self, cue_ids: Iterable[str]) -> None:
        """Select these subtitles and nothing else."""
        cues = frozenset(cue_ids)
        self._select_gap(None)
        if cues:
            self._select(frozenset())
        self._select_cues(cues)

    @property
    def gap(self) -> ChosenGap | None:
        """The selected gap; clips, subtitles and a gap are never selected together."""
        return self._gap

    def select_gap(self, gap: ChosenGap) -> None:
        """Select a gap and nothing else."""
        self.select(())
        self._select_gap(gap)

    def forget(self, ids: Iterable[str]) -> None:
        """The document has changed: drop clips and subtitles that are gone from it, and the gap."""
        gone = frozenset(ids)
        self._select_gap(None)
        self._select(self._selection - gone)
        self._select_cues(self._cues - gone)

    def _select(self, selection: frozenset[str]) -> None:
        if selection != self._selection:
            self._selection = selection
            self.selection_changed.emit(selection)

    def _select_cues(self, cues: frozenset[str]) -> None:
        if cues != self._cues:
            self._cues = cues
            self.cues_changed.emit(cues)

    def _select_gap(self, gap: ChosenGap | None) -> None:
        if gap != self._gap:
            self._gap = gap
            self.gap_changed.emit(gap)

    @property
    def tool(self) -> Tool:
        """What a click on a clip does."""
        return self._tool

    def set_tool(self, tool: Tool) -> None:
        """Take another tool."""
        if tool != self._tool:
            self._tool = tool
            self.tool_changed.emit(tool)

    @property
    def snapping(self) -> bool:
        """Whether drags stick to edges and to the playhead."""
        return self._snapping

    def set_snapping(self, snapping: bool) -> None:
        """Switch snapping on or off."""
        if snapping != self._snapping:
            self._snapping = snapping
            self.snapping_changed.emit(snapping)

    @property
    def linking(self) -> bool:
        """Whether picture and sound that belong together are selected and moved together."""
        return self._linking

    def set_linking(self, linking: bool) -> None:
        """Switch linked selection on or off."""
        if linking != self._linking:
            self._linking = linking
            self.linking_changed.emit(linking)

    @property
    def proxies(self) -> bool:
        """Whether films are shown by their proxies, where they have some."""
        return self._proxies

    def set_proxies(self, proxies: bool) -> None:
        """Show proxies, or the films themselves."""
        if proxies != self._proxies:
            self._proxies = proxies
            self.proxies_changed.emit(proxies)

    @property
    def zoom(self) -> float:
        """Pixels for one second of the sequence."""
        return self._zoom

    def set_zoom(self, zoom: float) -> None:
        """Set the zoom, held between :data:`ZOOM_MIN` and :data:`ZOOM_MAX`."""
        zoom = min(ZOOM_MAX, max(ZOOM_MIN, zoom))
        if zoom != self._zoom:
            self._zoom = zoom
            self.zoom_changed.emit(zoom)

    @property
    def mark_in(self) -> int | None:
        """First frame of the marked range, if set."""
        return self._mark_in

    @property
    def mark_out(self) -> int | None:
        """Frame just after the marked range, if set."""
        return self._mark_out

    def set_marks(self, mark_in: int | None, mark_out: int | None) -> None:
        """Mark ``[mark_in, mark_out)``; either side may be open. A range turned round is refused.

        Raises:
            ValueError: the range is empty or begins before frame 0.
        """
        if mark_in is not None and (mark_in < 0 or (mark_out is not None and mark_out <= mark_in)):
            raise ValueError(f"no range: {mark_in} to {mark_out}")
        if (mark_in, mark_out) != (self._mark_in, self._mark_out):
            self._mark_in, self._mark_out = mark_in, mark_out
            self.marks_changed.emit(mark_in, mark_out)
