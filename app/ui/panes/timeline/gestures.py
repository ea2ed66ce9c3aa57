"""What the mouse does between press and release: pan, scrub, select with a rubber band."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QPoint, QRect, Qt

from app.core.base.errors import UserError
from app.core.model.project import Project
from app.core.model.sequence import Sequence
from app.ui.panes.timeline.geometry import Layout
from app.ui.panes.timeline.picture import EdgeMark, Hint, Picture
from app.ui.panes.timeline.proposals import Edit
from app.ui.view_state import ChosenGap, ViewState

# Pixels that the pointer has to go before a press is a drag.
THRESHOLD = 4


@dataclass(frozen=True, slots=True)
class Pointer:
    """Where the pointer is in the view, and which keys are held."""

    at: QPoint
    keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier

    def holds(self, key: Qt.KeyboardModifier) -> bool:
        """Whether a modifier is held."""
        return bool(self.keys & key)


class Surface(Protocol):
    """The view, as gestures use it."""

    @property
    def picture(self) -> Picture:
        """What is shown now."""

    @property
    def document(self) -> Layout:
        """The layout of the document itself, whatever is previewed."""

    @property
    def project(self) -> Project:
        """The current snapshot."""

    @property
    def sequence(self) -> Sequence:
        """The sequence of the snapshot that is shown."""

    @property
    def state(self) -> ViewState:
        """Playhead, selection, tool, snapping."""

    @property
    def ratio(self) -> float:
        """Device pixels for one pixel."""

    def show_preview(self, sequence: Sequence | None) -> None:
        """Show ``sequence`` instead of the document, or the document again."""

    def apply(self, label: str, edit: Edit, merge_key: str | None = None) -> bool:
        """Apply an edit to the document; whether it was possible. A refusal is told to the person."""

    def set_snap(self, frame: int | None) -> None:
        """Show what something sticks to."""

    def set_edge(self, mark: EdgeMark | None) -> None:
        """Show an edge that is taken."""

    def set_drop(self, frame: int | None) -> None:
        """Show where a drop would land."""

    def set_hint(self, hint: Hint | None) -> None:
        """Show words beside the pointer."""

    def set_refused(self, clip_ids: frozenset[str]) -> None:
        """Show that these clips cannot do what is asked."""

    def set_placed(self, clip_ids: frozenset[str]) -> None:
        """Show that these clips would be new."""

    def set_band(self, band: QRect | None) -> None:
        """Show a rubber band, in scrolled coordinates."""

    def scroll_by(self, dx: int, dy: int) -> None:
        """Scroll the contents by pixels."""


class Gesture:
    """One press of a button until its release. Nothing is changed before :meth:`release`."""

    # Whether the view scrolls by itself while the pointer is at its border.
    scrolls = False

    def __init__(self, surface: Surface, start: Pointer) -> None:
        self._surface = surface
        self._start = start

    @property
    def refused(self) -> bool:
        """Whether what is asked for now is impossible."""
        return False

    def move(self, pointer: Pointer) -> None:
        """The pointer, the keys or the view have moved."""

    def release(self) -> None:
        """The button was released where the pointer moved last: do it."""

    def cancel(self) -> None:
        """Esc, or the view has lost the mouse: leave everything as it was."""


class Drag(Gesture):
    """A gesture that begins once the pointer has gone far enough. Subclasses say what it asks for."""

    scrolls = True

    def __init__(self, surface: Surface, start: Pointer) -> None:
        super().__init__(surface, start)
        self._from_x = start.at.x() + surface.picture.left
        self._error: UserError | None = None
        self._started = False

    @property
    def refused(self) -> bool:
        """Whether it cannot be done as the pointer says."""
        return self._error is not None

    def move(self, pointer: Pointer) -> None:
        """Follow the pointer, once it has gone far enough."""
        if not self._started:
            self._started = (pointer.at - self._start.at).manhattanLength() >= THRESHOLD
        if self._started:
            self.follow(pointer)

    def follow(self, pointer: Pointer) -> None:
        """Ask for what the pointer says."""
        raise NotImplementedError

    def cancel(self) -> None:
        """Show the document as it is."""
        self._surface.set_snap(None)
        self._surface.set_hint(None)
        self._surface.show_preview(None)

    def _say(self, pointer: Pointer, words: str) -> None:
        """Show ``words`` beside the pointer, or why it cannot be done."""
        if self._error is not None:
            self._surface.set_hint(Hint(f"{self._error.what}: {self._error.why}", pointer.at, "error"))
        else:
            self._surface.set_hint(Hint(words, pointer.at))


class Pan(Gesture):
    """Drags the whole timeline."""

    def __init__(self, surface: Surface, start: Pointer) -> None:
        super().__init__(surface, start)
        self._last = start.at

    def move(self, pointer: Pointer) -> None:
        """Keep what was under the pointer under the pointer."""
        step = self._last - pointer.at
        self._last = pointer.at
        self._surface.scroll_by(step.x(), step.y())


class Band(Gesture):
    """Selects the clips that a rubber band touches; Ctrl toggles them, Shift adds them.

    A click selects the gap that it hits, or nothing.
    """

    scrolls = True

    def __init__(self, surface: Surface, start: Pointer) -> None:
        super().__init__(surface, start)
        self._before = surface.state.selection
        self._corner = start.at + self._scrolled()

    def move(self, pointer: Pointer) -> None:
        """Stretch the band and select what it touches."""
        corner = pointer.at + self._scrolled()
        if self._surface.picture.band is None and (corner - self._corner).manhattanLength() < 3:
            return
        band = QRect(self._corner, corner).normalized()
        self._surface.set_band(band)
        self._select(self._touched(band))

    def release(self) -> None:
        """Keep the selection; without a band it is a gap at most."""
        if self._surface.picture.band is None:
            self._select(frozenset())
            if not self._start.keys:
                choose_gap(self._surface, self._start.at)
        self._surface.set_band(None)

    def cancel(self) -> None:
        """Select what was selected before."""
        self._surface.set_band(None)
        self._surface.state.select(self._before)

    def _select(self, touched: frozenset[str]) -> None:
        if self._start.holds(Qt.KeyboardModifier.ControlModifier):
            touched ^= self._before
        elif self._start.holds(Qt.KeyboardModifier.ShiftModifier):
            touched |= self._before
        self._surface.state.select(touched)

    def _touched(self, band: QRect) -> frozenset[str]:
        picture = self._surface.picture
        found: set[str] = set()
        seen = band.translated(-picture.left, -picture.top)
        for lane in picture.layout.lanes:
            if lane.top < band.bottom() + 1 and lane.bottom > band.top():
                first, last = picture.frame_at(seen.left()), picture.frame_at(seen.right()) + 1
                found.update(lane.clips.clips[number].id for number in lane.clips.between(first, last))
        unlinked = self._start.holds(Qt.KeyboardModifier.AltModifier) or not self._surface.state.linking
        return frozenset(found) if unlinked else picture.layout.with_linked(found)

    def _scrolled(self) -> QPoint:
        return QPoint(self._surface.picture.left, self._surface.picture.top)


def choose_gap(surface: Surface, at: QPoint) -> None:
    """Select the gap at a point, where a clip comes behind it and its track can be edited; else nothing."""
    picture = surface.picture
    lane = picture.layout.lane_at(at.y() + picture.top)
    found = None
    if lane is not None and not lane.track.locked and at.x() >= picture.x_of(0):
        found = lane.clips.gap_at(picture.frame_at(at.x()))
    if lane is None or found is None:
        surface.state.select(())
    else:
        surface.state.select_gap(ChosenGap(lane.track.id, *found))
