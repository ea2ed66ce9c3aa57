"""How clips play: the dialogs for speed and level, and the frame that stands still at the playhead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.core.model.clip import Clip
from app.core.model.links import clips_together
from app.ui.chosen import Chosen, CommandMaker
from app.ui.commands import Command
from app.ui.desk import Desk
from app.ui.dialogs.speed import LevelDialog, SpeedDialog

FREEZE_SECONDS = 2


class SpeedCommands:
    """Makes the commands."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._maker = CommandMaker(desk.actions, desk.workspace)
        self._chosen = Chosen(desk.workspace)

    def commands(self) -> list[Command]:
        """All of them."""
        title = self._maker.title
        return [
            Command("clip.setSpeed", title("clip.setSpeed"), self._speed, self._chosen.has_clips),
            self._maker.make("clip.freezeFrame", self._freeze),
            Command("clip.setGain", title("clip.setGain"), self._level, self._has_sound),
        ]

    def _selected(self) -> list[Clip]:
        """The selected clips on tracks that are not locked."""
        found, sequence = self._chosen.clips(), self._chosen.sequence
        if sequence is None:
            return []
        return [placed.clip for placed in clips_together(sequence, found, linked=False, grouped=False)]

    def _sounding(self) -> list[Clip]:
        """Clips of sound that are selected or linked to what is."""
        sequence = self._chosen.sequence
        if sequence is None or not self._chosen.has_clips():
            return []
        together = clips_together(sequence, self._chosen.clips(), grouped=False)
        return [placed.clip for placed in together if placed.track.kind == "audio"]

    def _has_sound(self) -> bool:
        return bool(self._sounding())

    def _speed(self) -> None:
        clips = self._selected()
        if clips:
            SpeedDialog(self._desk, clips).open()

    def _level(self) -> None:
        clips = self._sounding()
        if clips:
            LevelDialog(self._desk, clips).open()

    def _freeze(self) -> Mapping[str, Any]:
        """At the playhead, of the selected picture that lies there, else of the topmost."""
        frame, sequence = self._chosen.view.playhead, self._chosen.sequence
        given: dict[str, Any] = {"frame": frame, "frames": round(FREEZE_SECONDS * self._desk.workspace().context.rate)}
        if sequence is not None:
            at = frame * self._chosen.frame
            pictures = [
                placed.clip.id
                for placed in clips_together(sequence, self._chosen.clips(), linked=False, grouped=False)
                if placed.track.kind == "video" and placed.start <= at < placed.end
            ]
            if pictures:
                given["clip"] = pictures[-1]
        return given
