"""Subtitles: actions of the registry, told which cues and which time are meant by what is selected and shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from app.core.base import time
from app.core.base.errors import UserError
from app.core.base.time import SECOND, Flicks
from app.core.edit.subtitle import retime, split_cue
from app.core.jobs.context import JobContext
from app.core.model.clip import Clip
from app.core.model.project import Project
from app.core.model.subtitle import SubtitleCue
from app.core.session.actions import Result
from app.ui.commands import Command
from app.ui.cue_index import CueIndex, first_track
from app.ui.desk import Desk
from app.ui.dialogs.message import MessageDialog
from app.ui.folders import folder_for
from app.ui.view_state import ViewState
from app.ui.widgets.basics import button
from app.ui.workspace import Workspace

T = TypeVar("T")

_FILTERS = ("Subtitles (*.srt *.vtt)", "All files (*)")
_MESSAGE_LASTS = 10_000  # milliseconds
# How long a new cue is shown, unless the next one comes before; with less room than the second it overlaps.
_NEW: Flicks = 2 * SECOND
_SHORTEST: Flicks = SECOND // 2


class SubtitleCommands:
    """Makes the commands of the Subtitles menu."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def commands(self) -> list[Command]:
        """All of them."""
        return [
            Command("subtitles.add", "Add Subtitle", self._add, self._has_sequence, passing=True),
            Command("subtitles.split", "Split Subtitle", self._split, self._has_cues, passing=True),
            Command(
                "subtitles.merge",
                "Merge Subtitles",
                lambda: self._run("subtitles.merge", self._to_merge()),
                lambda: bool(self._view.cues),
                title_now=lambda: "Merge With Next Subtitle" if len(self._view.cues) == 1 else "Merge Subtitles",
                passing=True,
            ),
            Command(
                "subtitles.delete",
                "Delete Subtitles",
                lambda: self._run("subtitles.delete", [cue.id for cue in self._chosen()]),
                lambda: bool(self._view.cues),
                passing=True,
            ),
            Command("subtitles.setIn", "Start Subtitle at Playhead", self._set_in, self._has_one, passing=True),
            Command("subtitles.setOut", "End Subtitle at Playhead", self._set_out, self._has_one, passing=True),
            Command("subtitles.previous", "Previous Subtitle", lambda: self._go(self._before()), self._has_cues),
            Command("subtitles.next", "Next Subtitle", lambda: self._go(self._after()), self._has_cues),
            Command("subtitles.fromSpeech", "Subtitles from Speech", self._from_speech, self._can_hear),
            Command("subtitles.import", "Import Subtitles...", self._ask_import, self._has_sequence),
            Command("subtitles.export", "Export Subtitles...", self._ask_export, self._has_cues),
            Command("subtitles.visible", "Show Subtitles", self._toggle, self._has_track, checked=self._are_shown),
        ]

    # Which are meant --------------------------------------------------------------------------

    @property
    def _workspace(self) -> Workspace:
        return self._desk.workspace()

    @property
    def _view(self) -> ViewState:
        return self._workspace.view

    @property
    def _project(self) -> Project:
        return self._workspace.session.project

    @property
    def _now(self) -> Flicks:
        return time.frame_start(self._view.playhead, self._workspace.context.rate)

    def _cues(self) -> tuple[SubtitleCue, ...]:
        track = first_track(self._project)
        return track.cues if track is not None else ()

    def _chosen(self) -> list[SubtitleCue]:
        """The selected cues, in order."""
        selected = self._view.cues
        return [cue for cue in self._cues() if cue.id in selected] if selected else []

    def _here(self) -> list[SubtitleCue]:
        """The cues under the playhead."""
        track = first_track(self._project)
        return [track.cues[number] for number in CueIndex(track).shown_at(self._now)] if track is not None else []

    def _one(self) -> SubtitleCue | None:
        """The selected cue; without a selection the one under the playhead."""
        chosen = self._chosen() or self._here()
        return chosen[0] if len(chosen) == 1 else None

    def _one_here(self) -> SubtitleCue | None:
        """The cue that the playhead is inside of; of several a selected one."""
        here = [cue for cue in self._here() if cue.start < self._now]
        return next((cue for cue in here if cue.id in self._view.cues), here[0] if here else None)

    def _to_merge(self) -> list[str]:
        """The selected cues; one alone goes with the next."""
        chosen = self._chosen()
        if len(chosen) != 1:
            return [cue.id for cue in chosen]
        cues = self._cues()
        place = next(place for place, cue in enumerate(cues) if cue is chosen[0])
        return [cue.id for cue in cues[place : place + 2]]

    # What is possible -------------------------------------------------------------------------

    def _has_sequence(self) -> bool:
        return bool(self._project.sequences)

    def _has_track(self) -> bool:
        return first_track(self._project) is not None

    def _has_cues(self) -> bool:
        return bool(self._cues())

    def _has_one(self) -> bool:
        return len(self._view.cues) == 1 or (not self._view.cues and self._has_cues())

    def _can_hear(self) -> bool:
        """Whether words are known of something that sounds on the timeline."""
        if not self._desk.actions.find("subtitles.fromSpeech").enabled(self._workspace.context):
            return False
        tracks = self._workspace.context.timeline.audio_tracks
        used = {item.asset_id for track in tracks for item in track.items if isinstance(item, Clip)}
        return any(self._workspace.speech.row(asset_id).words for asset_id in used)

    def _are_shown(self) -> bool:
        track = first_track(self._project)
        return track is not None and not track.hidden

    # What is done -----------------------------------------------------------------------------

    def _run(self, action: str, cue_ids: list[str]) -> None:
        if cue_ids:
            self._desk.actions.run(action, self._workspace.context, {"cues": cue_ids})

    def _apply(self, label: str, edit: Callable[[Project, str], Project]) -> None:
        """Edit the shown sequence."""
        sequence = self._workspace.context.timeline.id
        self._workspace.session.apply(label, lambda project: edit(project, sequence))

    def _add(self) -> None:
        """An empty cue at the playhead, to be typed into."""
        start = self._now
        following = next((cue.start for cue in self._cues() if cue.start > start), None)
        end = start + _NEW
        if following is not None and following - start >= _SHORTEST:
            end = min(end, following)
        self._workspace.subtitles.add_cue(start, end)

    def _split(self) -> None:
        cue, now = self._one_here(), self._now
        if cue is None:
            raise UserError("split subtitle", "none is under the playhead", "put the playhead inside of one")
        self._apply("Split subtitle", lambda project, sequence: split_cue(project, sequence, cue.id, at=now))

    def _set_in(self) -> None:
        cue, now = self._known_one(), self._now
        self._apply("Time subtitle", lambda project, sequence: retime(project, sequence, cue.id, now, cue.end))

    def _set_out(self) -> None:
        cue, now = self._known_one(), self._now
        self._apply("Time subtitle", lambda project, sequence: retime(project, sequence, cue.id, cue.start, now))

    def _known_one(self) -> SubtitleCue:
        cue = self._one()
        if cue is None:
            raise UserError("time subtitle", "it is not clear which one is meant", "select one subtitle")
        return cue

    def _before(self) -> SubtitleCue | None:
        return next((cue for cue in reversed(self._cues()) if self._frame(cue) < self._view.playhead), None)

    def _after(self) -> SubtitleCue | None:
        return next((cue for cue in self._cues() if self._frame(cue) > self._view.playhead), None)

    def _go(self, cue: SubtitleCue | None) -> None:
        if cue is not None:
            self._view.select_cues({cue.id})
            self._view.set_playhead(self._frame(cue))

    def _frame(self, cue: SubtitleCue) -> int:
        """The first frame that shows a cue."""
        return time.frames_covering(cue.start, self._workspace.context.rate)

    def _from_speech(self) -> None:
        def told(result: Result) -> None:
            unknown = result.get("unknown", [])
            if unknown:
                names = ", ".join(str(each) for each in unknown)
                self._desk.errors.hint(UserError(names, "it is not transcribed", "transcribe it and make them again"))

        self._workspace.subtitles.show()
        self._run_beside("subtitles.fromSpeech", {}, told)

    def _run_beside(self, action: str, given: Mapping[str, Any], told: Callable[[Result], None]) -> None:
        """Run an action that may take long; ``told`` gets what it says when it has been done."""
        context = self._workspace.context

        def beside(
            kind: str,
            title: str,
            work: Callable[[JobContext], T],
            done: Callable[[T], Result],
            /,
            *,
            short: bool = False,
        ) -> Result:
            def end(value: T) -> Result:
                result = done(value)
                told(result)
                return result

            return context.background(kind, title, work, end, short=short)

        self._desk.actions.run(action, replace(context, background=beside), given)

    def _toggle(self) -> None:
        action = "subtitles.hide" if self._are_shown() else "subtitles.show"
        self._desk.actions.run(action, self._workspace.context)

    # Files ------------------------------------------------------------------------------------

    def _ask_import(self) -> None:
        dialog = self._dialog("Import Subtitles")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)

        def use(path: Path) -> None:
            if self._has_cues():
                ReplaceDialog(self._desk, path, len(self._cues()), partial(self._import, path)).open()
            else:
                self._import(path, replacing=False)

        self._open(dialog, use)

    def _import(self, path: Path, *, replacing: bool) -> None:
        def told(result: Result) -> None:
            losses = "".join(f"; {each}" for each in result["losses"])
            instead = f" in place of {result['replaced']}" if result["replaced"] else ""
            said = f"{_counted(result['cues'])} from {path.name}{instead}{losses}"
            self._desk.window.statusBar().showMessage(said, _MESSAGE_LASTS)

        self._workspace.subtitles.show()
        self._run_beside("subtitles.import", {"path": str(path), "replace": replacing}, told)

    def _ask_export(self) -> None:
        dialog = self._dialog("Export Subtitles")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("srt")
        dialog.selectFile(f"{self._workspace.session.name}.srt")

        def use(path: Path) -> None:  # the dialog has asked whether a file may be replaced
            given = {"path": str(path), "overwrite": True}
            self._desk.actions.run("subtitles.export", self._workspace.context, given)

        self._open(dialog, use)

    def _dialog(self, title: str) -> QFileDialog:
        dialog = QFileDialog(self._desk.window, title, str(folder_for(self._desk, "subtitles")))
        dialog.setObjectName("subtitlesFileDialog")
        dialog.setNameFilters(list(_FILTERS))
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog

    def _open(self, dialog: QFileDialog, use: Callable[[Path], None]) -> None:
        def chosen(name: str) -> None:
            path = Path(name)
            self._desk.memory.remember_folder("subtitles", path.parent)
            self._desk.errors.attempt(lambda: use(path))

        dialog.fileSelected.connect(chosen)
        dialog.open()


class _Import(Protocol):
    def __call__(self, *, replacing: bool) -> None: ...


class ReplaceDialog(MessageDialog):
    """Asks what becomes of the subtitles that are there when others are imported."""

    def __init__(self, desk: Desk, path: Path, count: int, then: _Import) -> None:
        theme = desk.appearance.theme
        super().__init__(desk.window, "importSubtitlesDialog", "warning", theme.warning, f"Import {path.name}")
        there = "is 1 subtitle" if count == 1 else f"are {count} subtitles"
        self.say(f"There {there} already. Replace takes {'it' if count == 1 else 'them'} away; it can be undone.")
        cancel = button("Cancel", "", "importSubtitlesCancel")
        self.add_button = button("Add", "", "importSubtitlesAdd")
        self.replace_button = button("Replace", "primary", "importSubtitlesReplace")
        cancel.clicked.connect(self.reject)
        for chosen, replacing in ((self.add_button, False), (self.replace_button, True)):
            chosen.clicked.connect(self.accept)
            chosen.clicked.connect(lambda _=False, replacing=replacing: self._go(desk, then, replacing))
        self.set_buttons([], [cancel, self.add_button, self.replace_button])

    @staticmethod
    def _go(desk: Desk, then: _Import, replacing: bool) -> None:
        desk.errors.attempt(lambda: then(replacing=replacing))


def _counted(count: int) -> str:
    return "1 subtitle" if count == 1 else f"{count} subtitles"
