"""Cutting: actions of the registry, told which clips and which frame are meant by what is selected."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.core.model.diff import compare
from app.core.session.actions import Actions
from app.ui.chosen import Chosen, CommandMaker
from app.ui.commands import Command
from app.ui.workspace import Workspace


class TimelineCommands:
    """Makes the commands; ``workspace`` is the one that is open when they are given."""

    def __init__(self, actions: Actions, workspace: Callable[[], Workspace]) -> None:
        self._maker = CommandMaker(actions, workspace)
        self._workspace = workspace
        self._chosen = Chosen(workspace)

    def commands(self) -> list[Command]:
        """All of them."""
        return [
            self._undo("edit.undo", "Undo"),
            self._undo("edit.redo", "Redo"),
            *self._placing(),
            *self._cutting(),
            *self._trimming(),
            *self._deleting_all(),
            *self._tracks(),
            Command("edit.selectAll", "Select All", self._select_all, lambda: self._maker.possible("edit.copy")),
            Command("edit.deselect", "Deselect", lambda: self._chosen.view.select(()), self._has_selection),
        ]

    def _placing(self) -> list[Command]:
        make = self._maker.make
        return [
            Command(
                "timeline.append",
                self._maker.title("timeline.append"),
                lambda: self._workspace().append(),
                self._has_choice,
                passing=True,
            ),
            make("timeline.insert", self._chosen_at_playhead, enabled=self._has_choice),
            make("timeline.overwrite", self._chosen_at_playhead, enabled=self._has_choice),
            make(
                "timeline.replace",
                self._replacement,
                enabled=lambda: self._has_choice() and self._chosen.has_clips(),
            ),
        ]

    def _cutting(self) -> list[Command]:
        make, chosen = self._maker.make, self._chosen
        return [
            make("timeline.split", self._split),
            make(
                "timeline.split",
                lambda: {"frame": chosen.view.playhead, "all": True},
                name="timeline.splitAll",
                title="Split All Tracks",
            ),
        ]

    def _trimming(self) -> list[Command]:
        make = self._maker.make
        return [
            make(
                "timeline.trim", lambda: self._trim("start"), name="timeline.trimStart", title="Trim Start to Playhead"
            ),
            make("timeline.trim", lambda: self._trim("end"), name="timeline.trimEnd", title="Trim End to Playhead"),
            Command(
                "timeline.rippleTrimStart",
                "Ripple Trim Start to Playhead",
                self._ripple_start,
                lambda: self._maker.possible("timeline.rippleTrim"),
                passing=True,
            ),
            make(
                "timeline.rippleTrim",
                lambda: self._ripple_trim("end"),
                name="timeline.rippleTrimEnd",
                title="Ripple Trim End to Playhead",
            ),
        ]

    def _deleting_all(self) -> list[Command]:
        make, chosen = self._maker.make, self._chosen
        return [
            self._deleting("timeline.lift"),
            self._deleting("timeline.rippleDelete"),
            make("timeline.liftRange", chosen.marked, title="Lift In to Out", enabled=chosen.has_marks),
            Command("timeline.extract", "Extract In to Out", self._extract, chosen.has_marks, passing=True),
            make("timeline.closeGap", self._gap, enabled=lambda: chosen.view.gap is not None),
        ]

    def _tracks(self) -> list[Command]:
        make = self._maker.make
        return [
            make(
                "timeline.addTrack", lambda: {"kind": "video"}, name="timeline.addVideoTrack", title="Add Picture Track"
            ),
            make(
                "timeline.addTrack", lambda: {"kind": "audio"}, name="timeline.addAudioTrack", title="Add Sound Track"
            ),
        ]

    def _deleting(self, action: str) -> Command:
        """Takes the selected clips, the selected subtitles, which close no gap, or the selected gap."""

        def run() -> None:
            cues, clips, gap = sorted(self._chosen.view.cues), self._chosen.linked_clips(), self._gap()
            if cues:
                self._maker.run("subtitles.delete", {"cues": cues})
            elif gap is not None:
                self._maker.run("timeline.closeGap", gap)
            elif clips is not None:
                self._maker.run(action, clips)

        return Command(action, self._maker.title(action), run, self._can_delete, passing=True)

    def _undo(self, action: str, word: str) -> Command:
        def title() -> str:
            session = self._workspace().session
            label = session.undo_label if action == "edit.undo" else session.redo_label
            return f"{word} {label}" if label else word

        return Command(
            action,
            word,
            lambda: self._do(action),
            lambda: self._maker.possible(action),
            title_now=title,
            passing=True,
        )

    def _do(self, action: str) -> None:
        """Undo or redo; what undoing a deletion brings back is selected, as it was."""
        session, view = self._workspace().session, self._chosen.view
        before = session.project
        self._maker.run(action, {})
        if action == "edit.undo":
            back = compare(before, session.project)
            if back.clips.added:
                view.select(back.clips.added)
            elif back.cues.added:
                view.select_cues(back.cues.added)

    def _extract(self) -> None:
        """What was marked is gone: so are the marks, and the playhead stands where the film goes on."""
        marked = self._chosen.marked()
        if marked is not None:
            self._maker.run("timeline.extract", marked)
            self._chosen.view.set_marks(None, None)
            self._chosen.view.set_playhead(marked["frame"])

    def _chosen_at_playhead(self) -> Mapping[str, Any] | None:
        chosen = self._workspace().chosen()
        return {**chosen, "frame": self._chosen.view.playhead} if chosen else None

    def _has_choice(self) -> bool:
        return bool(self._workspace().chosen())

    def _replacement(self) -> Mapping[str, Any] | None:
        """What is selected in the browser, in place of the first selected clip."""
        chosen, clips = self._workspace().chosen(), self._chosen.clips()
        return {**chosen, "clip": clips[0], "linked": self._chosen.view.linking} if chosen and clips else None

    def _has_selection(self) -> bool:
        view = self._chosen.view
        return bool(view.selection or view.cues or view.gap)

    def _can_delete(self) -> bool:
        view = self._chosen.view
        return bool(view.cues or view.gap) or self._chosen.has_clips()

    def _select_all(self) -> None:
        self._chosen.view.select(self._chosen.all_clips())

    def _gap(self) -> Mapping[str, Any] | None:
        gap = self._chosen.view.gap
        return None if gap is None else {"track": gap.track, "frame": gap.start}

    def _split(self) -> Mapping[str, Any]:
        """The selected clips that the playhead is over, or whatever is below it."""
        view = self._chosen.view
        clips = [clip for clip in self._chosen.clips_at(view.playhead) if clip in view.selection]
        meant: dict[str, Any] = {"frame": view.playhead, "linked": view.linking}
        return {**meant, "clips": clips} if clips else meant

    def _trim(self, edge: str) -> Mapping[str, Any] | None:
        """The first selected clip, or the first that the playhead is over."""
        view = self._chosen.view
        clips = self._chosen.clips() or self._chosen.clips_at(view.playhead)
        if not clips:
            return None
        return {"clip": clips[0], "edge": edge, "frame": view.playhead, "linked": view.linking}

    def _ripple_trim(self, edge: str) -> Mapping[str, Any]:
        """The first selected clip that the playhead is over, or the lowest there."""
        view = self._chosen.view
        meant: dict[str, Any] = {"edge": edge, "frame": view.playhead, "linked": view.linking}
        clips = [clip for clip in self._chosen.clips_at(view.playhead) if clip in view.selection]
        return {**meant, "clip": clips[0]} if clips else meant

    def _ripple_start(self) -> None:
        """The frame that was shown stays in sight: it is the clip's first now."""
        result = self._maker.run("timeline.rippleTrim", self._ripple_trim("start"))
        start = self._chosen.start_of(str(result["clip"]))
        if start is not None:
            self._chosen.view.set_playhead(start)
