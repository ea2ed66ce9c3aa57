"""Whole clips: copy and paste, link and group, nudge."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.core.edit.move import move_clips
from app.core.edit.subtitle import shift_cues
from app.core.model.links import PlacedClip, chosen_clips
from app.core.model.project import Project
from app.core.session.actions import Actions
from app.ui.chosen import Chosen, CommandMaker
from app.ui.commands import Command
from app.ui.workspace import Workspace

NUDGE_FAR = 10


class ClipCommands:
    """Makes the commands; ``workspace`` is the one that is open when they are given."""

    def __init__(self, actions: Actions, workspace: Callable[[], Workspace]) -> None:
        self._maker = CommandMaker(actions, workspace)
        self._workspace = workspace
        self._chosen = Chosen(workspace)

    def commands(self) -> list[Command]:
        """All of them."""
        make, chosen, copied = self._maker.make, self._chosen, self._has_copies
        return [
            make("edit.cut", chosen.linked_clips, enabled=chosen.has_clips),
            make("edit.copy", self._also_locked, enabled=lambda: bool(chosen.view.selection)),
            make("edit.paste", self._at_playhead, enabled=copied, done=self._pasted),
            make(
                "edit.paste",
                lambda: {**self._at_playhead(), "insert": True},
                name="edit.pasteInsert",
                title="Paste Insert",
                enabled=copied,
                done=self._pasted,
            ),
            make("edit.pasteAttributes", self._clips, enabled=lambda: copied() and chosen.has_clips()),
            make("edit.duplicate", chosen.linked_clips, enabled=chosen.has_clips, done=self._select_new),
            Command(
                "timeline.link",
                "Link",
                self._link,
                lambda: chosen.has_clips() and (self._are_many() or self._are_linked()),
                title_now=lambda: "Unlink" if self._are_linked() else "Link",
                passing=True,
            ),
            make("timeline.group", self._clips, enabled=lambda: chosen.has_clips() and self._are_many()),
            make("timeline.ungroup", self._clips, enabled=lambda: chosen.has_clips() and self._are_grouped()),
            self._nudge("timeline.nudgeBack", "Nudge One Frame Back", -1),
            self._nudge("timeline.nudgeForward", "Nudge One Frame Forward", 1),
            self._nudge("timeline.nudgeFarBack", f"Nudge {NUDGE_FAR} Frames Back", -NUDGE_FAR),
            self._nudge("timeline.nudgeFarForward", f"Nudge {NUDGE_FAR} Frames Forward", NUDGE_FAR),
        ]

    def _clips(self) -> Mapping[str, Any] | None:
        clips = self._chosen.clips()
        return {"clips": clips} if clips else None

    def _also_locked(self) -> Mapping[str, Any]:
        """What is only looked at may lie on locked tracks."""
        return {"clips": sorted(self._chosen.view.selection), "linked": self._chosen.view.linking}

    def _at_playhead(self) -> Mapping[str, Any]:
        return {"frame": self._chosen.view.playhead}

    def _has_copies(self) -> bool:
        return self._workspace().context.clipboard.clips is not None

    def _pasted(self, result: Mapping[str, Any]) -> None:
        """Go on behind what was pasted, so that it can be pasted again."""
        copies = self._workspace().context.clipboard.clips
        if copies is not None:
            self._chosen.view.set_playhead(self._chosen.view.playhead + self._chosen.frame_of(copies.duration))
        self._select_new(result)

    def _select_new(self, result: Mapping[str, Any]) -> None:
        self._chosen.view.select(result["added"])

    def _are_many(self) -> bool:
        return len(self._chosen.view.selection) > 1

    def _are_linked(self) -> bool:
        """Whether one of the selected clips is linked."""
        return any(placed.clip.link_id is not None for placed in self._selected())

    def _are_grouped(self) -> bool:
        return any(placed.clip.group_id is not None for placed in self._selected())

    def _selected(self) -> list[PlacedClip]:
        sequence, selection = self._chosen.sequence, self._chosen.view.selection
        return [] if sequence is None or not selection else chosen_clips(sequence, ids=selection)

    def _link(self) -> None:
        clips = self._clips()
        if clips is not None:
            self._maker.run("timeline.unlink" if self._are_linked() else "timeline.link", clips)

    def _nudge(self, name: str, title: str, frames: int) -> Command:
        def possible() -> bool:
            return bool(self._chosen.view.cues) or self._chosen.has_clips()

        return Command(name, title, lambda: self._move(frames), possible, passing=True)

    def _move(self, frames: int) -> None:
        """Move the selected clips or subtitles; presses in a row are one step."""
        view, sequence, by = self._chosen.view, self._chosen.sequence, frames * self._chosen.frame
        cues, clips = view.cues, self._chosen.clips()
        if sequence is None or not (cues or clips):
            return
        sequence_id, linked = sequence.id, view.linking

        def move_them(project: Project) -> Project:
            if cues:
                return shift_cues(project, sequence_id, cues, by)
            return move_clips(project, sequence_id, clips, by, linked=linked)

        key = " ".join(("nudge", *sorted(cues or clips)))
        self._workspace().session.apply("Move subtitles" if cues else "Nudge", move_them, key)
