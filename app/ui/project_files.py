"""The File menu: opening, saving and leaving projects, and media in. What is asked, and in which order.

Questions are windows that call back; nothing waits in a nested loop.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QMenu

from app.core.base.errors import UserError
from app.core.base.files import same_file
from app.core.edit.assets import new_project
from app.core.jobs.context import JobContext
from app.core.model.project import Project
from app.core.session.actions_file import PROJECT_ENDING
from app.core.session.ports import ProjectStore
from app.core.session.recovery import Held, Keeping, Locked, Unreadable
from app.core.session.session import Session
from app.ui.commands import Command
from app.ui.desk import Desk
from app.ui.dialogs.unsaved import ExportsRunDialog, LockedDialog, UnreadableDialog, UnsavedDialog
from app.ui.folders import folder_for
from app.ui.main_window import READ_ONLY_NOTICE
from app.ui.project_writer import ProjectWriter
from app.ui.recent import RecentProjects
from app.ui.run import Callbacks
from app.ui.safety import Safety
from app.ui.widgets.notice_bar import Choice

UNTITLED = "Untitled"
_PROJECTS = f"Insomnia projects (*{PROJECT_ENDING})"
_EVERYTHING = "All files (*)"
_MEDIA = (
    "Video, sound and pictures (*.mp4 *.m4v *.mov *.mkv *.webm *.avi *.mpg *.mpeg *.mts *.m2ts *.ts *.mxf *.ogv *.wmv "
    "*.flv *.3gp *.mp3 *.wav *.flac *.aac *.m4a *.ogg *.opus *.aiff *.jpg *.jpeg *.png *.webp *.tif *.tiff *.bmp)"
)


class ProjectFiles(QObject):
    """Keeps what would be lost from being lost. ``show`` makes the window show another session."""

    def __init__(
        self,
        desk: Desk,
        store: Callable[[], ProjectStore],
        show: Callable[[Session], None],
        keeping: Keeping,
    ) -> None:
        super().__init__(desk.window)
        self._desk = desk
        self._store = store
        self._show = show
        self._keeping = keeping
        self.safety = Safety(desk, keeping, store, show, self.leave)
        self._writer = ProjectWriter(desk, keeping, self.safety)
        self._writer.saved.connect(self.remember)
        self._opening: list[Path] = []
        self._recent = RecentProjects(desk)

    def commands(self, export: Callable[[], None]) -> list[Command]:
        """Those of the File menu; ``export`` opens the export dialog."""
        can_export = self._desk.actions.find("file.export").enabled
        return [
            Command("file.new", "New", lambda: self.leave(self._new)),
            Command("file.open", "Open...", lambda: self.leave(self._ask_open)),
            Command("file.save", "Save", self.save),
            Command("file.saveAs", "Save As...", self.save_as),
            Command("media.import", "Import...", self._ask_import),
            Command("file.export", "Export...", export, lambda: can_export(self._desk.workspace().context)),
            Command("file.quit", "Quit", self.quit),
        ]

    @property
    def busy(self) -> bool:
        """Whether a project is being opened or saved."""
        return bool(self._opening) or self._writer.busy

    def write(self, session: Session, path: Path) -> Path:
        """Save ``session`` to ``path`` in the background.

        Raises:
            UserError: it can be seen already that it cannot be written.
        """
        return self._writer.write(session, path)

    def finish(self, *, keep: bool) -> None:
        """For the end of the window: what is being saved is saved; ``keep`` unsaved work to be recovered."""
        self._desk.looks.close()
        self._writer.finish()
        self.safety.close(keep=keep)

    # Opening ----------------------------------------------------------------------------------

    def open(self, path: Path) -> None:
        """Show the project in ``path``, once what is open now may go."""
        self.leave(lambda: self._open(path))

    def show_new(self, project: Project) -> None:
        """Show a project that no file holds yet."""
        self._show(Session(project, store=self._store(), modified=True))

    def fill_recent(self, menu: QMenu) -> None:
        """Keep ``menu`` full of the projects used last."""
        self._recent.fill(menu, self.open)

    def leave(self, then: Callable[[], None]) -> None:
        """Do ``then`` when nothing would be lost by it: at once, or when the person has answered."""
        if self._writer.busy:
            self._writer.after(lambda: self.leave(then))
            return
        session = self._session
        if not session.modified:
            self._desk.errors.attempt(then)
            return
        dialog = UnsavedDialog(self._desk.window, self._desk.appearance.theme, session.name)
        dialog.discard_chosen.connect(lambda: self._desk.errors.attempt(then))
        dialog.save_chosen.connect(lambda: self._desk.errors.attempt(lambda: self.save(lambda: self.leave(then))))
        dialog.open()

    def quit(self) -> None:
        """Close the window, once the person has said what becomes of changes and of exports that run."""
        self.leave(self._end_exports)

    # Saving -----------------------------------------------------------------------------------

    def save(self, then: Callable[[], None] = lambda: None) -> None:
        """Write the project to its file, or ask for one; ``then`` follows only if it was written.

        Raises:
            UserError: it cannot be written.
        """
        path = self._session.path
        if path is None or self._session.read_only:
            self.save_as(then)
        else:
            self._save({}, then)

    def save_as(self, then: Callable[[], None] = lambda: None) -> None:
        """Ask where to write the project; ``then`` follows only if it was written."""
        session = self._session
        dialog = self._dialog("Save Project", "project", [_PROJECTS])
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(PROJECT_ENDING.removeprefix("."))
        other = " copy" if session.read_only else ""  # its own name is somebody else's to write
        dialog.selectFile(f"{session.name}{other}{PROJECT_ENDING}")

        def chosen(paths: list[Path]) -> None:
            self._save({"path": str(paths[0]), "overwrite": True}, then)

        self._open_dialog(dialog, "project", chosen)

    def remember(self, path: Path) -> None:
        """Put a project that was opened or saved in front of the recent ones."""
        self._recent.add(path)

    # Media ------------------------------------------------------------------------------------

    def take(self, paths: Sequence[Path]) -> None:
        """Use what was dropped: one project is opened, everything else is imported."""
        if len(paths) == 1 and paths[0].suffix == PROJECT_ENDING:
            self.open(paths[0])
        else:
            self._desk.errors.attempt(lambda: self.bring_in(paths))

    def bring_in(self, paths: Sequence[Path]) -> None:
        """Import ``paths``, and tell of those that cannot be used.

        Raises:
            UserError: none of them can be used.
        """
        given = {"paths": [str(path) for path in paths]}
        result = self._desk.actions.run("media.import", self._desk.workspace().context, given)
        refused = [UserError(each["what"], each["why"], each["what_to_do"]) for each in result["errors"]]
        self._desk.errors.show_all(refused)

    # What they are made of --------------------------------------------------------------------

    @property
    def _session(self) -> Session:
        return self._desk.workspace().session

    def _end_exports(self) -> None:
        exports = [job for job in self._desk.jobs.jobs() if job.kind == "export"]
        if not exports:
            self._desk.window.leave()
            return
        dialog = ExportsRunDialog(self._desk.window, self._desk.appearance.theme, [job.title for job in exports])
        dialog.quit_chosen.connect(self._desk.window.leave)
        dialog.open()

    def _new(self) -> None:
        self._show(Session(new_project(UNTITLED), store=self._store()))

    def _open(self, path: Path, *, read_only: bool = False) -> None:
        """Read the project in the background; the window stays usable, and asks again before it shows it."""
        current = self._session.path
        own = current is not None and same_file(path, current)
        ours = own or read_only
        self._opening.append(path)

        def work(_context: JobContext) -> tuple[Project, Held | None] | Locked:
            try:
                lock = None if ours else self._keeping.lock(path)
            except Locked as refusal:  # a question follows: the job has not failed
                return refusal
            try:
                project = self._store().load(path)
            except UserError as error:
                if lock is not None:
                    lock.release()
                versions = self._keeping.versions_at(path)
                raise (Unreadable(error, versions[0]) if versions else error) from error
            with contextlib.suppress(UserError):  # a profile that cannot be written must not keep a project shut
                self._keeping.keep_version(project, "opened", path=path)
            return project, lock

        def done(found: tuple[Project, Held | None] | Locked) -> None:
            self._opening.remove(path)
            if isinstance(found, Locked):
                self._offer_reading(path, found)
            else:
                self.leave(lambda: show(*found))

        def show(project: Project, lock: Held | None) -> None:
            self.safety.prepare(self.safety.give_lock() if own and not read_only else lock)
            self._show(Session(project, store=self._store(), path=path, read_only=read_only))
            if read_only:
                self._tell_read_only(path)
            self.remember(path)
            self.safety.look_for_left()

        def failed(error: UserError) -> None:
            self._opening.remove(path)
            if isinstance(error, Unreadable):
                self._offer_version(error)
            else:
                self._desk.errors.show(error)

        ends = Callbacks(done=done, failed=failed)
        self._desk.runner.start(self, "open", f"Opening {path.stem}", work, ends)

    def _offer_reading(self, path: Path, refusal: Locked) -> None:
        """Somebody else has it open: it can be looked at."""
        dialog = LockedDialog(self._desk.window, self._desk.appearance.theme, refusal)
        dialog.read_chosen.connect(lambda: self._open(path, read_only=True))
        self._desk.errors.told.emit(refusal)
        dialog.open()

    def _tell_read_only(self, path: Path) -> None:
        said = f"{path.stem} is open read only. What you change can be saved under another name."
        choices = (Choice("Save As...", "saveReadOnlyAs", self.save_as),)
        self._desk.window.notices.withdraw(READ_ONLY_NOTICE)
        self._desk.window.notices.tell(said, choices, name=READ_ONLY_NOTICE)

    def _offer_version(self, error: Unreadable) -> None:
        """Show the newest version of a project that cannot be read, without a file of its own: none is written over."""
        version = error.version

        def show(project: Project) -> None:
            self.leave(lambda: self._show(Session(project, store=self._store(), modified=True)))

        def chosen() -> None:
            ends = Callbacks(done=show, failed=self._desk.errors.show)
            title = f"Opening version {version.number}"
            self._desk.runner.start(self, "open", title, lambda _context: self._keeping.version(version), ends)

        dialog = UnreadableDialog(self._desk.window, self._desk.appearance.theme, error)
        dialog.version_chosen.connect(chosen)
        self._desk.errors.told.emit(error)
        dialog.open()

    def _save(self, parameters: dict[str, Any], then: Callable[[], None]) -> None:
        self._desk.actions.run("file.save", self._desk.workspace().context, parameters)
        self._writer.after(then)

    def _ask_open(self) -> None:
        dialog = self._dialog("Open Project", "project", [_PROJECTS, _EVERYTHING])
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        self._open_dialog(dialog, "project", lambda paths: self._open(paths[0]))

    def _ask_import(self) -> None:
        dialog = self._dialog("Import Media", "media", [_MEDIA, _EVERYTHING])
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        self._open_dialog(dialog, "media", self.bring_in)

    def _dialog(self, title: str, purpose: str, filters: Sequence[str]) -> QFileDialog:
        dialog = QFileDialog(self._desk.window, title, str(folder_for(self._desk, purpose)))
        dialog.setObjectName(f"{purpose}FileDialog")
        dialog.setNameFilters(list(filters))
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog

    def _open_dialog(self, dialog: QFileDialog, purpose: str, use: Callable[[list[Path]], None]) -> None:
        def chosen(names: list[str]) -> None:
            paths = [Path(name) for name in names]
            self._desk.memory.remember_folder(purpose, paths[0].parent)
            self._desk.errors.attempt(lambda: use(paths))

        dialog.filesSelected.connect(chosen)
        dialog.open()
