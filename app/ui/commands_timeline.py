"""Cutting: actions of the registry, told which clips and which frame are meant by what is selected."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from app.core.base import time
from app.core.model.links import placed_clips
from app.core.model.sequence import Track
from app.core.session.actions import Actions
from app.ui.commands import Command, Gather
from app.ui.view_state import ViewState
from app.ui.workspace import Workspace


class TimelineCommands:
    """Makes the commands; ``workspace`` is the one that is open when they are given."""

    def __init__(self, actions: Actions, workspace: Callable[[], Workspace]) -> None:
        self._actions = actions
        self._workspace = workspace

    def commands(self) -> list[Command]:
        """All of them."""
        action = self._action
        return [
            self._undo("edit.undo", "Undo"),
            self._undo("edit.redo", "Redo"),
            Command(
                "timeline.append",
                self._actions.find("timeline.append").title,
                lambda: self._workspace().append(),
                self._has_choice,
                passing=True,
            ),
            action("timeline.insert", self._chosen_at_playhead, enabled=self._has_choice),
            action(
                "timeline.overwrite",
                self._chosen_at_playhead,
                enabled=self._has_choice,
            ),
            action("timeline.split", self._split),
            action(
                "timeline.split",
                lambda: {"frame": self._view.playhead, "all": True},
                name="timeline.splitAll",
                title="Split All Tracks",
            ),
            action(
                "timeline.trim", lambda: self._trim("start"), name="timeline.trimStart", title="Trim Start to Playhead"
            ),
            action("timeline.trim", lambda: self._trim("end"), name="timeline.trimEnd", title="Trim End to Playhead"),
            self._deleting("timeline.lift"),
            self._deleting("timeline.rippleDelete"),
            action(
                "timeline.addTrack", lambda: {"kind": "video"}, name="timeline.addVideoTrack", title="Add Picture Track"
            ),
            action(
                "timeline.addTrack", lambda: {"kind": "audio"}, name="timeline.addAudioTrack", title="Add Sound Track"
            ),
            Command("edit.selectAll", "Select All", lambda: self._view.select(self._all_clips()), self._has_clips),
            Command("edit.deselect", "Deselect", lambda: self._view.select(()), self._has_anything),
        ]

    @property
    def _view(self) -> ViewState:
        return self._workspace().view

    def _action(
        self,
        action: str,
        gather: Gather,
        *,
        name: str = "",
        title: str = "",
        enabled: Callable[[], bool] | None = None,
    ) -> Command:
        """The registry's ``action`` as a command, under its own name or that of a variant."""
        found = self._actions.find(action)

        def run() -> None:
            parameters = gather()
            if parameters is not None:
                self._actions.run(action, self._workspace().context, parameters)

        return Command(
            name or action,
            title or found.title,
            run,
            enabled or (lambda: found.enabled(self._workspace().context)),
            passing=True,
        )

    def _deleting(self, action: str) -> Command:
        """Takes the selected clips, or the selected subtitles, which close no gap."""

        def run() -> None:
            cues, clips = sorted(self._view.cues), self._selected()
            if cues:
                self._actions.run("subtitles.delete", self._workspace().context, {"cues": cues})
            elif clips is not None:
                self._actions.run(action, self._workspace().context, clips)

        return Command(action, self._actions.find(action).title, run, self._has_anything, passing=True)

    def _undo(self, action: str, word: str) -> Command:
        def title() -> str:
            session = self._workspace().session
            label = session.undo_label if action == "edit.undo" else session.redo_label
            return f"{word} {label}" if label else word

        found = self._actions.find(action)
        return Command(
            action,
            word,
            lambda: self._run(action),
            lambda: found.enabled(self._workspace().context),
            title_now=title,
            passing=True,
        )

    def _run(self, action: str) -> None:
        self._actions.run(action, self._workspace().context)

    def _rate(self) -> Fraction:
        return self._workspace().context.rate

    def _chosen_at_playhead(self) -> Mapping[str, Any] | None:
        chosen = self._workspace().chosen()
        return {**chosen, "frame": self._view.playhead} if chosen else None

    def _has_choice(self) -> bool:
        return bool(self._workspace().chosen())

    def _selected(self) -> Mapping[str, Any] | None:
        clips = [clip for clip in self._all_clips() if clip in self._view.selection]
        return {"clips": clips, "linked": self._view.linking} if clips else None

    def _has_anything(self) -> bool:
        return bool(self._view.selection or self._view.cues)

    def _has_clips(self) -> bool:
        return bool(self._all_clips())

    def _split(self) -> Mapping[str, Any]:
        """The selected clips that the playhead is over, or whatever is below it."""
        frame = self._view.playhead
        clips = [clip for clip in self._clips_at(frame) if clip in self._view.selection]
        meant: dict[str, Any] = {"frame": frame, "linked": self._view.linking}
        return {**meant, "clips": clips} if clips else meant

    def _trim(self, edge: str) -> Mapping[str, Any] | None:
        """The first selected clip, or the first that the playhead is over."""
        selection = self._view.selection
        clips = [clip for clip in self._all_clips() if clip in selection] or self._clips_at(self._view.playhead)
        if not clips:
            return None
        return {"clip": clips[0], "edge": edge, "frame": self._view.playhead, "linked": self._view.linking}

    def _all_clips(self) -> list[str]:
        return [placed.clip.id for track in self._tracks() for placed in placed_clips(track)]

    def _clips_at(self, frame: int) -> list[str]:
        at = time.frame_start(frame, self._rate())
        return [
            placed.clip.id
            for track in self._tracks()
            for placed in placed_clips(track)
            if placed.start < at < placed.end
        ]

    def _tracks(self) -> list[Track]:
        sequences = self._workspace().session.project.sequences
        return [track for track in sequences[0].tracks if not track.locked] if sequences else []
