"""Keys of the timeline that are no actions: Esc."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import Qt

from app.ui.view_state import ViewState


class Keyboard(Protocol):
    """The view, as keys use it."""

    @property
    def state(self) -> ViewState:
        """Selection and tool."""

    def cancel_gesture(self) -> bool:
        """Leave a drag, if there is one."""


def handle_key(view: Keyboard, key: int, modifiers: Qt.KeyboardModifier) -> bool:
    """Do what a key means here; whether it means anything."""
    held = modifiers & ~Qt.KeyboardModifier.KeypadModifier
    if key != Qt.Key.Key_Escape or held != Qt.KeyboardModifier.NoModifier:
        return False
    leave(view)
    return True


def leave(view: Keyboard) -> None:
    """Esc: end a drag, else go back to selecting, else select nothing."""
    if view.cancel_gesture():
        return
    if view.state.tool != "select":
        view.state.set_tool("select")
    else:
        view.state.select(())
