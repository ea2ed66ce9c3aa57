"""Media of the project: taken out of it again."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.model.clip import Clip
from app.ui.commands import Command
from app.ui.desk import Desk
from app.ui.dialogs.message import MessageDialog
from app.ui.widgets.basics import button


class MediaCommands:
    """Makes the commands."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def commands(self) -> list[Command]:
        """All of them."""
        return [Command("media.remove", "Remove Media...", self._remove, lambda: bool(self._chosen()))]

    def _chosen(self) -> Sequence[str]:
        return self._desk.workspace().chosen_media()

    def _remove(self) -> None:
        """Media that are used take their clips along, or stay: the person says which."""
        assets = list(self._chosen())
        clips = self._clips_of(frozenset(assets))
        if clips:
            RemoveDialog(self._desk, assets, clips).open()
        else:
            remove(self._desk, assets)

    def _clips_of(self, assets: frozenset[str]) -> int:
        sequences = self._desk.workspace().session.project.sequences
        items = [item for sequence in sequences for track in sequence.tracks for item in track.items]
        return sum(isinstance(item, Clip) and item.asset_id in assets for item in items)


class RemoveDialog(MessageDialog):
    """Asks whether media that are used go, and their clips with them."""

    def __init__(self, desk: Desk, assets: list[str], clips: int) -> None:
        theme, project = desk.appearance.theme, desk.workspace().session.project
        what = project.asset(assets[0]).name if len(assets) == 1 else f"{len(assets)} media"
        are = "is" if len(assets) == 1 else "are"
        super().__init__(desk.window, "removeMediaDialog", "warning", theme.warning, f"{what} {are} on the timeline")
        count = "1 clip" if clips == 1 else f"{clips} clips"
        self.say(f"{count} would go with {'it' if len(assets) == 1 else 'them'}. The files stay, and it can be undone.")
        keep, go = button("Keep", "", "removeKeep"), button(f"Remove with {count}", "primary", "removeWithClips")
        keep.clicked.connect(self.reject)
        go.clicked.connect(self.accept)
        self.accepted.connect(lambda: remove(desk, assets, with_clips=True))
        self.set_buttons([], [keep, go])


def remove(desk: Desk, assets: Sequence[str], *, with_clips: bool = False) -> None:
    """Take media out of the project; where that is impossible, say so."""
    given = {"assets": list(assets), "with_clips": with_clips}
    desk.errors.attempt(lambda: desk.actions.run("media.remove", desk.workspace().context, given))
