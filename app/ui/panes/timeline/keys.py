"""Keys of the timeline that are no actions: Esc, and nudging with Alt and the arrows."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import Qt

from app.core.base import time
from app.core.model.sequence import Sequence
from app.ui.panes.timeline.cue_drags import nudging
from app.ui.panes.timeline.geometry import Layout
from app.ui.panes.timeline.proposals import Edit, moving
from app.ui.view_state import ViewState


class Keyboard(Protocol):
    """The view, as keys use it."""

    @property
    def document(self) -> Layout:
        """Where the clips are."""

    @property
    def sequence(self) -> Sequence:
        """The sequence that is shown."""

    @property
    def state(self) -> ViewState:
        """Selection and tool."""

    def apply(self, label: str, edit: Edit, merge_key: str | None = None) -> bool:
        """Apply an edit; those with the same key in a row are one step."""

    def cancel_gesture(self) -> bool:
        """Leave a drag, if there is one."""


def handle_key(view: Keyboard, key: int, modifiers: Qt.KeyboardModifier) -> bool:
    """Do what a key means here; whether it means anything."""
    held = modifiers & ~Qt.KeyboardModifier.KeypadModifier
    if key == Qt.Key.Key_Escape and held == Qt.KeyboardModifier.NoModifier:
        leave(view)
        return True
    if key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and held == Qt.KeyboardModifier.AltModifier:
        nudge(view, -1 if key == Qt.Key.Key_Left else 1)
        return True
    return False


def leave(view: Keyboard) -> None:
    """Esc: end a drag, else go back to selecting, else select nothing."""
    if view.cancel_gesture():
        return
    if view.state.tool != "select":
        view.state.set_tool("select")
    else:
        view.state.select(())


def nudge(view: Keyboard, frames: int) -> None:
    """Move the selected clips or subtitles by some frames; presses in a row are one step."""
    cues = view.state.cues
    if cues:
        by = frames * time.frame_duration(view.sequence.format.rate)
        view.apply("Move subtitles", nudging(view.sequence.id, cues, by), " ".join(("nudge", *sorted(cues))))
        return
    places = [place for place in map(view.document.find, view.state.selection) if place is not None]
    if not places:
        return
    chosen = frozenset(place.clip.id for place in places)
    edit = moving(view.sequence, chosen, frames, 0, places[0].lane.track.kind, linked=view.state.linking)
    view.apply("Nudge", edit, " ".join(("nudge", *sorted(chosen))))
