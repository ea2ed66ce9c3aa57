"""The Media menu's commands about speech."""

from __future__ import annotations

from collections.abc import Callable

from app.core.session.actions import Actions
from app.ui.commands import Command
from app.ui.workspace import SpeechPlace, Workspace


class SpeechCommands:
    """Makes the commands; ``workspace`` is the one that is open when they are given."""

    def __init__(self, actions: Actions, workspace: Callable[[], Workspace]) -> None:
        self._actions = actions
        self._workspace = workspace

    def commands(self) -> list[Command]:
        """All of them."""
        found = self._actions.find("media.transcribe")
        return [
            Command(found.name, found.title, lambda: self._speech.ask(), self._can_ask),
            Command(
                "media.transcribeNew",
                "Transcribe New Videos",
                lambda: self._speech.toggle_new_videos(),
                lambda: self._speech.new_videos or self._can_ask(),
                checked=lambda: self._speech.new_videos,
            ),
        ]

    @property
    def _speech(self) -> SpeechPlace:
        return self._workspace().speech

    def _can_ask(self) -> bool:
        return self._actions.find("media.transcribe").enabled(self._workspace().context)
