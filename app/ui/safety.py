"""Keeps the open project safe: its journal, its lock, versions now and then, and what an earlier program left."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from app.core.base.errors import UserError
from app.core.base.files import same_file
from app.core.jobs.context import JobContext
from app.core.model.project import Project
from app.core.session.history import History
from app.core.session.ports import ProjectStore
from app.core.session.recovery import Held, Keeper, Keeping, Left, LeftBehind, Locked
from app.core.session.session import Session
from app.ui.desk import Desk
from app.ui.dialogs.unsaved import DiscardDialog
from app.ui.run import Callbacks
from app.ui.widgets.notice_bar import Choice

_MINUTE = 60 * 1000
_LONGEST_TIMER = 2**31 - 1  # milliseconds that Qt can count
_MOST_OFFERED = 3
_SAID_FOR = 20_000


class Safety(QObject):
    """Of one window. GUI thread only. ``leave`` asks before what is open now is given up."""

    _journal_failed = Signal(object)

    def __init__(
        self,
        desk: Desk,
        keeping: Keeping,
        store: Callable[[], ProjectStore],
        show: Callable[[Session], None],
        leave: Callable[[Callable[[], None]], None],
    ) -> None:
        super().__init__(desk.window)
        self._desk = desk
        self._keeping = keeping
        self._store = store
        self._show = show
        self._leave = leave
        self._session: Session | None = None
        self._keeper: Keeper | None = None
        self._lock: Held | None = None
        self._next: tuple[Held | None, Left | None] = (None, None)
        self._autosaved: Project | None = None
        self._offered: set[str] = set()
        self._journal_failed.connect(self._tell_failure)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.autosave)
        if keeping.autosave_minutes:
            self._timer.start(max(1, round(min(keeping.autosave_minutes * _MINUTE, _LONGEST_TIMER))))

    # The open project -------------------------------------------------------------------------

    def prepare(self, lock: Held | None, recovered: Left | None = None) -> None:
        """Say what belongs to the session that is shown next."""
        self._next = (lock, recovered)

    def follow(self, session: Session) -> None:
        """Keep ``session`` from now on; the one before was saved, or is not wanted."""
        self.close(keep=False)
        self._session = session
        self._lock, recovered = self._next
        self._next = (None, None)
        self._keeper = Keeper(session, self._keeping, self._journal_failed.emit, recovered)

    def take_lock(self, lock: Held | None) -> None:
        """The project lies elsewhere now: ``lock`` is the one of that place."""
        if self._lock is not None:
            self._lock.release()
        self._lock = lock

    def give_lock(self) -> Held | None:
        """The lock of the open project, for the session that is shown in its place."""
        lock, self._lock = self._lock, None
        return lock

    def close(self, *, keep: bool) -> None:
        """End; ``keep`` leaves what is not saved to be recovered at the next start."""
        if self._keeper is not None and self._session is not None:
            self._keeper.close(forget=not (keep and self._session.modified))
            self._keeper = None
        self.take_lock(None)

    def keep_saved(self, session: Session, project: Project, path: Path) -> Callable[[], None]:
        """What a job does after it wrote ``project``: the version of this save."""
        labels = session.take_recent()

        def keep() -> None:
            try:
                self._keeping.keep_version(project, "saved", edits=labels, path=path)
            except UserError as error:
                self._journal_failed.emit(error)

        return keep

    def autosave(self) -> None:
        """Keep a version of what is not saved; the project's own file is not touched."""
        session = self._session
        if session is None or not session.modified or session.project is self._autosaved:
            return
        project, path, labels = session.project, session.path, session.take_recent()

        def work(_context: JobContext) -> None:
            self._keeping.keep_version(project, "autosave", edits=labels, path=path)

        def failed(error: UserError) -> None:
            session.give_back(labels)
            self._tell_failure(error)

        self._autosaved = project
        self._desk.runner.start(self, "autosave", f"Autosaving {session.name}", work, Callbacks(failed=failed))

    # What was left ----------------------------------------------------------------------------

    def look_for_left(self) -> None:
        """Offer what earlier programs could not save. Nothing waits for it."""
        ends = Callbacks(done=self._offer, failed=self._tell_failure)
        self._desk.runner.start(
            self, "recovery", "Looking for unsaved work", lambda _context: self._keeping.left(), ends
        )

    def _offer(self, behind: LeftBehind) -> None:
        for error in behind.troubles:
            self._desk.window.notices.tell(f"{error.what}: {error.why}; {error.what_to_do}", warning=True)
        new = [left for left in behind.found if left.key not in self._offered]
        for left in new[:_MOST_OFFERED]:
            self._offered.add(left.key)
            self._offer_one(left)

    def _offer_one(self, left: Left) -> None:
        choices = (
            Choice("Discard", "discardRecoveryButton", partial(self._discard, left), "quiet"),
            Choice("Recover", "recoverButton", partial(self._recover, left), "primary"),
        )
        self._desk.window.notices.tell(in_words(left), choices, warning=bool(left.damage), name="recoveryNotice")

    def _discard(self, left: Left) -> None:
        """Keep it as a version of its project; where that has no file by which it is found again, ask first."""
        if left.path is None:
            dialog = DiscardDialog(self._desk.window, self._desk.appearance.theme, left.name)
            dialog.discard_chosen.connect(partial(self._drop, left))
            dialog.rejected.connect(partial(self._offer_one, left))
            dialog.open()
            return

        def work(_context: JobContext) -> None:
            history = self._keeping.recover(left)
            name = f"Discarded edits of {_moment(left)}"
            self._keeping.keep_version(history.project, "named", name=name, edits=history.labels, path=left.path)
            self._keeping.forget(left)

        def done(_nothing: None) -> None:
            self._desk.window.statusBar().showMessage(
                f"The edits of {left.name} are discarded, and kept under Versions in the File menu of that project.",
                _SAID_FOR,
            )

        ends = Callbacks(done=done, failed=self._desk.errors.show)
        self._desk.runner.start(self, "recovery", f"Discarding {left.name}", work, ends)

    def _drop(self, left: Left) -> None:
        """Nothing is kept: the person was asked."""
        self._desk.runner.start(
            self, "recovery", f"Discarding {left.name}", lambda _context: self._keeping.forget(left), Callbacks()
        )

    def _recover(self, left: Left) -> None:
        current = self._session.path if self._session is not None and not self._session.read_only else None
        own = current is not None and left.path is not None and same_file(current, left.path)

        def work(_context: JobContext) -> tuple[History, Path | None, Held | None]:
            history = self._keeping.recover(left)
            path = None if left.path is None or changed_since(left.path, left.when) else left.path
            try:
                return history, path, self._keeping.lock(path) if path is not None and not own else None
            except Locked:
                return history, None, None

        def done(found: tuple[History, Path | None, Held | None]) -> None:
            history, path, lock = found

            def show() -> None:
                self.prepare(self.give_lock() if own and path is not None else lock, left)
                shown = Session(history.project, store=self._store(), path=path, history=history, modified=True)
                self._show(shown)

            self._leave(show)

        ends = Callbacks(done=done, failed=self._desk.errors.show)
        self._desk.runner.start(self, "recovery", f"Recovering {left.name}", work, ends)

    def _tell_failure(self, error: UserError) -> None:
        self._desk.window.notices.tell(
            f"Edits are not being kept for recovery. {error.what}: {error.why}; {error.what_to_do}", warning=True
        )


def in_words(left: Left) -> str:
    """What is offered: "Wedding: 14 edits since the last save, 22 November 21:30"."""
    edits = "1 edit" if left.edits == 1 else f"{left.edits} edits"
    saved = "since the last save" if left.path is not None else "never saved"
    damage = f" ({left.damage})" if left.damage else ""
    return f"{left.name} was not closed properly: {edits} {saved}, {_moment(left)}{damage}"


def _moment(left: Left) -> str:
    return left.when.astimezone().strftime("%d %B %H:%M").lstrip("0")


def changed_since(path: Path, when: datetime) -> bool:
    """Whether a file was written after ``when``; it is then not for us to write over."""
    with contextlib.suppress(OSError):
        return datetime.fromtimestamp(path.stat().st_mtime - 2, UTC) > when
    return False
