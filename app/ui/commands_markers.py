"""Markers: pin, name, find, take away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtWidgets import QMenu

from app.core.base.timecode import format_timecode
from app.core.session.actions import Actions
from app.ui.chosen import Chosen, CommandMaker
from app.ui.commands import Command
from app.ui.workspace import Workspace


class MarkerCommands:
    """Makes the commands; ``workspace`` is the one that is open when they are given."""

    def __init__(self, actions: Actions, workspace: Callable[[], Workspace]) -> None:
        self._maker = CommandMaker(actions, workspace)
        self._workspace = workspace
        self._chosen = Chosen(workspace)

    def commands(self) -> list[Command]:
        """All of them."""
        make, chosen = self._maker.make, self._chosen

        def has_marker() -> bool:
            return chosen.marker() is not None

        return [
            Command(
                "marker.add",
                "Add Marker",
                self._add,
                lambda: self._maker.possible("marker.add"),
                passing=True,
            ),
            make(
                "marker.add",
                self._range,
                name="marker.addRange",
                title="Add Marker from In to Out",
                enabled=chosen.has_marks,
            ),
            Command("marker.edit", "Edit Marker...", self._edit, has_marker, passing=True),
            make("marker.remove", self._here, enabled=has_marker),
            Command("marker.next", "Next Marker", lambda: self._go(forward=True), self._has_markers),
            Command("marker.previous", "Previous Marker", lambda: self._go(forward=False), self._has_markers),
        ]

    def fill(self, shown: QMenu) -> None:
        """Let ``shown`` list all markers whenever it opens; choosing one goes there."""
        shown.aboutToShow.connect(lambda: self._list(shown))

    def _list(self, shown: QMenu) -> None:
        shown.clear()
        rate = self._workspace().context.rate
        for marker in self._chosen.markers():
            frame = self._chosen.frame_of(marker.start)
            named = f"   {marker.name}".replace("&", "&&") if marker.name else ""
            action = shown.addAction(f"{format_timecode(frame, rate)}{named}")
            action.triggered.connect(lambda _=False, frame=frame: self._chosen.view.set_playhead(frame))
        if shown.isEmpty():
            shown.addAction("No Markers").setEnabled(False)

    def _add(self) -> None:
        """Pin one to the playhead; where there is one already, write on it."""
        marker = self._chosen.marker()
        if marker is not None and self._chosen.frame_of(marker.start) == self._chosen.view.playhead:
            self._workspace().edit_marker(marker.id)
        else:
            self._maker.run("marker.add", {"frame": self._chosen.view.playhead})

    def _range(self) -> Mapping[str, Any] | None:
        marked = self._chosen.marked()
        if marked is None:
            return None
        return {"frame": marked["frame"], "frames": max(0, marked["end"] - marked["frame"])}

    def _edit(self) -> None:
        marker = self._chosen.marker()
        if marker is not None:
            self._workspace().edit_marker(marker.id)

    def _here(self) -> Mapping[str, Any] | None:
        marker = self._chosen.marker()
        return None if marker is None else {"markers": [marker.id]}

    def _has_markers(self) -> bool:
        return bool(self._chosen.markers())

    def _go(self, *, forward: bool) -> None:
        here = self._chosen.view.playhead
        frames = [self._chosen.frame_of(marker.start) for marker in self._chosen.markers()]
        if forward:
            found = min((frame for frame in frames if frame > here), default=None)
        else:
            found = max((frame for frame in frames if frame < here), default=None)
        if found is not None:
            self._chosen.view.set_playhead(found)
