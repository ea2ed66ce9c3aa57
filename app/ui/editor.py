"""The window put together: menus, keys, files and the open project, each told of the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QMenu

from app.core.base.errors import UserError
from app.core.edit.assets import new_project
from app.core.jobs.context import JobContext
from app.core.jobs.manager import JobManager, Pool
from app.core.model.diff import Changes
from app.core.model.project import Project
from app.core.session.actions import Actions, Result
from app.core.session.looks import Looks
from app.core.session.ports import ProjectStore
from app.core.session.recovery import Keeping, NothingKept
from app.core.session.session import Session
from app.ui.bridge import Bridge
from app.ui.commands_clips import ClipCommands
from app.ui.commands_interchange import InterchangeCommands
from app.ui.commands_markers import MarkerCommands
from app.ui.commands_media import MediaCommands
from app.ui.commands_playback import PlaybackCommands
from app.ui.commands_project import ProjectCommands
from app.ui.commands_speech import SpeechCommands
from app.ui.commands_speed import SpeedCommands
from app.ui.commands_subtitles import SubtitleCommands
from app.ui.commands_timeline import TimelineCommands
from app.ui.commands_view import ViewCommands
from app.ui.desk import Desk
from app.ui.dialogs.export import ExportDialog
from app.ui.errors import Errors
from app.ui.keymap import load_keymap
from app.ui.layout import WindowMemory
from app.ui.main_window import MainWindow
from app.ui.menus import MARKERS_MENU, WHILE_TYPING, Menu
from app.ui.project_files import UNTITLED, ProjectFiles
from app.ui.qt_actions import QtActions
from app.ui.run import Callbacks, Runner
from app.ui.shortcuts import KeyGuard
from app.ui.theme import Appearance
from app.ui.widgets.basics import label
from app.ui.widgets.jobs_summary import JobsSummary
from app.ui.widgets.proxies_button import ProxiesButton
from app.ui.widgets.welcome import Welcome
from app.ui.words import format_in_words
from app.ui.workspace import Pane, Workspace


class WorkspaceMaker(Protocol):
    """Makes the panes and services of one open project."""

    def __call__(self, session: Session, desk: Desk, /) -> Workspace: ...


class SideMaker(Protocol):
    """Makes the panes that live as long as the window, such as the list of jobs."""

    def __call__(self, jobs: JobManager, bridge: Bridge, appearance: Appearance, /) -> tuple[Pane, ...]: ...


@dataclass(frozen=True)
class Parts:
    """What the window is given: the engine, and who makes the panes.

    ``folder`` is where the window's memory is kept. ``sample`` makes a project to try things on;
    it is run as a job.
    """

    folder: Path
    jobs: JobManager
    actions: Actions
    store: Callable[[], ProjectStore]
    make_workspace: WorkspaceMaker
    make_side: SideMaker = lambda _jobs, _bridge, _appearance: ()
    sample: Callable[[JobContext], Project] | None = None
    checked: bool = False
    keeping: Callable[[], Keeping] = NothingKept


class Editor(QObject):
    """One window with one open project. GUI thread only; :meth:`close` at the end."""

    def __init__(self, app: QApplication, parts: Parts) -> None:
        super().__init__()
        self._parts = parts
        self._workspace: Workspace | None = None
        self.memory = WindowMemory(parts.folder)
        self.appearance = Appearance(app, self.memory.theme)
        self.bridge = Bridge(jobs=parts.jobs)
        self.errors = Errors(self.appearance)
        self.window = self._make_window()
        self.errors.set_window(self.window, self._save_work)
        runner = Runner(parts.jobs, self.bridge, self.errors.show)
        self.desk = Desk(
            self.window,
            self.appearance,
            self.memory,
            self.errors,
            parts.actions,
            parts.jobs,
            runner,
            self.bridge,
            self.workspace,
            lambda name: self.qt_actions.action(name),
            self._refresh,
            Looks(self.bridge.post),
        )
        self._project_commands = ProjectCommands(self.desk)
        self.files = ProjectFiles(self.desk, parts.store, self.show, parts.keeping())
        self._markers = MarkerCommands(parts.actions, self.workspace)
        self._keys = KeyGuard(app, self.window, self._works_while_typing)
        self.qt_actions = self._make_actions()
        self._format, self._saved = label(small=True, tabular=True), label(small=True)
        self._fill_status_bar()
        self._connect_window()
        self.show(Session(new_project(UNTITLED), store=parts.store(), checked=parts.checked))
        app.setWindowIcon(self.window.windowIcon())

    def workspace(self) -> Workspace:
        """What is open now."""
        if self._workspace is None:
            raise RuntimeError("no project is open yet")
        return self._workspace

    def show(self, session: Session) -> None:
        """Show another project in place of the one that is open, whatever state that is in."""
        made = self._parts.make_workspace(session, self.desk)
        context = replace(
            made.context,
            saver=lambda path: self.files.write(session, path),
            keeping=self._parts.keeping(),
            background=self._in_background,
        )
        before, self._workspace = self._workspace, replace(made, context=context)
        self.files.safety.follow(session)
        if before is not None:
            before.bridge.close()
            before.close()
        self.window.set_workspace(self._workspace)
        self._follow(self._workspace)
        self._refresh()
        self._project_commands.tell_missing()

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open the project, or import the media, that the program was started with; look for what was left."""
        self.files.safety.look_for_left()
        if paths:
            self.files.take(paths)

    def close(self, *, keep_work: bool = False) -> None:
        """End all that runs for the open project, and delete the window; before the jobs are shut down.

        ``keep_work``: nobody was asked, so what is not saved is offered at the next start.
        """
        self.files.finish(keep=keep_work)
        if self._workspace is not None:
            self._workspace.bridge.close()
            self._workspace.close()
        self.bridge.close()
        self.memory.save()
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(self.window, QEvent.Type.DeferredDelete.value)

    # How it is built --------------------------------------------------------------------------

    def _make_window(self) -> MainWindow:
        welcome = Welcome(self.appearance, offers_sample=self._parts.sample is not None)
        side = self._parts.make_side(self._parts.jobs, self.bridge, self.appearance)
        return MainWindow(self.appearance, self.memory, welcome, side)

    def _make_actions(self) -> QtActions:
        actions = QtActions(self.window, self.appearance, load_keymap(), self.errors)
        actions.add(
            [
                *self.files.commands(self._export),
                *InterchangeCommands(self.desk, self.files.leave, self.files.show_new).commands(),
                *TimelineCommands(self._parts.actions, self.workspace).commands(),
                *ClipCommands(self._parts.actions, self.workspace).commands(),
                *self._markers.commands(),
                *PlaybackCommands(self.workspace, self._stop_held).commands(),
                *SpeedCommands(self.desk).commands(),
                *ViewCommands(self.desk).commands(),
                *SubtitleCommands(self.desk).commands(),
                *SpeechCommands(self._parts.actions, self.workspace).commands(),
                *MediaCommands(self.desk).commands(),
                *self._project_commands.commands(),
            ]
        )
        actions.fill(self.window.menuBar(), self._fill_menu)
        self.window.set_actions(actions)
        return actions

    def _fill_menu(self, menu: Menu, shown: QMenu) -> None:
        """Menus whose entries come and go."""
        if menu.title == MARKERS_MENU:
            self._markers.fill(shown)
        else:
            self.files.fill_recent(shown)

    def _fill_status_bar(self) -> None:
        bar = self.window.statusBar()
        bar.setSizeGripEnabled(False)
        bar.addWidget(JobsSummary(self._parts.jobs, self.bridge, self._show_jobs), 1)
        self._format.setObjectName("formatLabel")
        self._saved.setObjectName("savedLabel")
        bar.addPermanentWidget(ProxiesButton(self.qt_actions.action("playback.proxies")))
        bar.addPermanentWidget(self._format)
        bar.addPermanentWidget(self._saved)

    def _connect_window(self) -> None:
        welcome = self.window.welcome
        self.window.files_dropped.connect(self.files.take)
        self.window.close_asked.connect(self.files.quit)
        self.window.browser.currentChanged.connect(self._refresh)  # another pane, another choice
        welcome.import_asked.connect(self.qt_actions.action("media.import").trigger)
        welcome.open_asked.connect(self.qt_actions.action("file.open").trigger)
        welcome.recent_chosen.connect(self.files.open)
        welcome.sample_asked.connect(self._make_sample)

    def _follow(self, workspace: Workspace) -> None:
        """Hear what changes in ``workspace``; its signals end with it."""
        workspace.bridge.document_changed.connect(self._on_document_changed)
        workspace.bridge.project_saved.connect(self._refresh)
        view = workspace.view
        view.set_proxies(self.memory.proxies)
        view.proxies_changed.connect(self.memory.remember_proxies)
        for signal in (
            view.proxies_changed,
            view.selection_changed,
            view.cues_changed,
            view.gap_changed,
            view.tool_changed,
            view.snapping_changed,
            view.linking_changed,
            view.marks_changed,
        ):
            signal.connect(self._refresh)

    # What happens -----------------------------------------------------------------------------

    def _on_document_changed(self, _before: Project, _after: Project, changes: Changes) -> None:
        self.workspace().view.forget((*changes.clips.removed, *changes.cues.removed))
        self._refresh()

    def _refresh(self, *_anything: object) -> None:
        if self._workspace is None:
            return
        session = self._workspace.session
        self.window.show_project(session)
        self._saved.setText("Edited" if session.modified else "Saved" if session.path else "")
        self._format.setText(format_in_words(session.project))
        self.qt_actions.refresh()

    def _show_jobs(self) -> None:
        """Show the list of jobs beside the picture, or take it away again."""
        self.window.toggle_side("jobsPane")
        self._refresh()

    def _in_background(
        self,
        kind: str,
        title: str,
        work: Callable[[JobContext], Any],
        done: Callable[[Any], Result],
        /,
        *,
        short: bool = False,
    ) -> Result:
        """Slow work of an action: a job, and what becomes of it in this thread while its project is open."""
        began = self.workspace().session

        def end(value: Any) -> None:
            if self.workspace().session is began:
                self.errors.attempt(lambda: done(value))
                self.workspace().media.check_files()  # what was linked anew shows at once

        ends: Callbacks[Any] = Callbacks(done=end, failed=self.errors.show)
        pool = Pool.INTERACTIVE if short else Pool.HEAVY
        return {"job": self.desk.runner.start(self.window, kind, title, work, ends, pool=pool).id}

    def _export(self) -> None:
        ExportDialog(self.desk).open()

    def _make_sample(self) -> None:
        """Make the sample in the background and show it, if nothing was begun meanwhile."""
        sample, began = self._parts.sample, self.workspace().session
        if sample is None:
            return

        def done(project: Project) -> None:
            self.window.welcome.set_sample_enabled(True)
            if self.workspace().session is began and not began.modified:
                self.show(Session(project, store=self._parts.store(), checked=self._parts.checked))

        def failed(error: UserError) -> None:
            self.window.welcome.set_sample_enabled(True)
            self.errors.show(error)

        self.window.welcome.set_sample_enabled(False)
        ends = Callbacks(done=done, failed=failed, cancelled=lambda: self.window.welcome.set_sample_enabled(True))
        self.desk.runner.start(self.window, "sample", "Making the sample", sample, ends)

    def _works_while_typing(self, event: QKeyEvent) -> bool:
        """Whether the key runs an action that works in text as well."""
        pressed = QKeySequence(event.keyCombination())
        return any(pressed in self.qt_actions.action(name).shortcuts() for name in WHILE_TYPING)

    def _stop_held(self) -> bool:
        return self._keys.holds(self.qt_actions.action("playback.pause").shortcuts())

    def _save_work(self) -> str:
        """After a fault: write what can be written without a question."""
        session = self.workspace().session
        if session.path is None or not session.modified:
            return "your project stands as it was before the mistake"
        try:
            session.save()
        except UserError as error:
            return f"your project could not be saved: {error.why}"
        return f"your project was saved to {session.path}"
