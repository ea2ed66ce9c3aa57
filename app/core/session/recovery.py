"""What keeps work when the program is killed, a disk fills or a person errs: what it needs, and who runs it.

A journal takes each edit as it is made; versions are whole snapshots kept beside it; a lock tells
other programs that a project is in use. Where all this lies is the storage's business.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol, TypeAlias

from app.core.base.errors import UserError
from app.core.model.project import Project
from app.core.session.history import History
from app.core.session.session import Change, Session

VersionKind: TypeAlias = Literal["opened", "saved", "autosave", "named"]


@dataclass(frozen=True, slots=True)
class Left:
    """Edits that are in no project file, left by a program that ended in their midst.

    ``damage`` says what of the journal could not be read; the ``edits`` before it are whole.
    """

    key: str
    project_id: str
    name: str
    path: Path | None
    edits: int
    when: datetime
    damage: str = ""


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """What can be recovered, the newest first, and files that cannot be used and were put aside."""

    found: tuple[Left, ...] = ()
    troubles: tuple[UserError, ...] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """One kept state of a project. ``edits`` are the labels of what was done since the version before."""

    key: str
    number: int
    when: datetime
    kind: VersionKind
    name: str
    clips: int
    edits: tuple[str, ...] = ()


class Journal(Protocol):
    """Keeps the edits of one open project. Called in one thread; writes in another, in order."""

    def begin(self, project: Project, path: Path | None, edits: int = 0, replaces: Left | None = None) -> None:
        """Start anew from ``project``, which is ``edits`` edits away from its file.

        What was kept before, and ``replaces``, goes once this one is on the disk.
        """

    def keep(self, change: Change) -> None:
        """Keep one edit. When this returns, all edits before it have been handed to the system."""

    def wait(self) -> None:
        """Return when all is on the disk, or cannot come there."""

    def close(self, *, forget: bool) -> None:
        """End; ``forget`` drops what was kept, because nothing would be lost."""


class Held(Protocol):
    """A lock that this program has."""

    def release(self) -> None:
        """Give it back. Safe to call twice."""


class Keeping(Protocol):
    """Journals, versions and locks. All calls may be made from any thread but a journal's.

    ``autosave_minutes`` says how often a version of what is not saved is wanted; 0 for never.
    """

    @property
    def autosave_minutes(self) -> float:
        """Minutes."""

    def journal(self, failed: Callable[[UserError], None]) -> Journal:
        """A journal for one open project; ``failed`` is told, in any thread, when it cannot be written."""

    def left(self) -> LeftBehind:
        """What programs that are gone left; reads all journals."""

    def recover(self, left: Left) -> History:
        """The project with all edits that were kept, of which the last can be undone.

        Raises:
            UserError: the journal cannot be read after all.
        """

    def forget(self, left: Left) -> None:
        """Drop what was left: the person does not want it."""

    def lock(self, path: Path) -> Held:
        """Tell others that the project in ``path`` is open here. Where nothing can be written, nobody is told.

        Raises:
            Locked: a program that lives has it.
        """

    def keep_version(
        self,
        project: Project,
        kind: VersionKind,
        *,
        name: str = "",
        edits: tuple[str, ...] = (),
        path: Path | None = None,
    ) -> Version | None:
        """Keep a snapshot; None where the newest version is the same and nothing is named.

        ``path`` is the project's file, by which :meth:`versions_at` finds it.

        Raises:
            UserError: it cannot be written.
        """

    def versions_at(self, path: Path) -> tuple[Version, ...]:
        """What is kept of the project that lay in ``path`` last, the newest first: for a file that is damaged."""

    def versions(self, project_id: str) -> tuple[Version, ...]:
        """What is kept of a project, the newest first."""

    def version(self, version: Version) -> Project:
        """The snapshot.

        Raises:
            UserError: it is damaged.
        """

    def text(self, project: Project) -> str:
        """The project file as people read it."""


class Locked(UserError):  # noqa: N818 - a state of the project, not a fault
    """A project is open elsewhere."""


class Unreadable(UserError):  # noqa: N818 - a state of the project, not a fault
    """A project file that cannot be read, of which a version is kept."""

    def __init__(self, error: UserError, version: Version) -> None:
        super().__init__(error.what, error.why, error.what_to_do)
        self.version = version


class Keeper:
    """Runs the journal of one session. For the thread that owns the session."""

    def __init__(
        self, session: Session, keeping: Keeping, failed: Callable[[UserError], None], recovered: Left | None = None
    ) -> None:
        self._session = session
        self._keeping = keeping
        self._edits = recovered.edits if recovered is not None else 0
        self._journal = keeping.journal(failed)
        self._journal.begin(session.project, session.path, self._edits, recovered)
        self._ends = (session.changed.subscribe(self._on_change), session.saved.subscribe(self._on_saved))

    def close(self, *, forget: bool) -> None:
        """Listen no more; ``forget`` where the person saved or wants none of it."""
        for end in self._ends:
            end()
        self._journal.close(forget=forget)

    def _on_change(self, change: Change) -> None:
        self._edits += 1
        self._journal.keep(change)

    def _on_saved(self, path: Path) -> None:
        """From here on the file holds what the journal held, but for edits made during the save."""
        self._edits = 1 if self._session.modified else 0
        self._journal.begin(self._session.project, path, self._edits)


class NothingKept:
    """A :class:`Keeping` that keeps nothing: for programs that end before anybody could want it back."""

    autosave_minutes = 0.0

    def journal(self, failed: Callable[[UserError], None]) -> Journal:
        """A journal of nothing."""
        del failed
        return _NoJournal()

    def left(self) -> LeftBehind:
        """Nothing."""
        return LeftBehind()

    def recover(self, left: Left) -> History:
        """Never: nothing was offered."""
        raise UserError(left.name, "nothing was kept", "open the project itself")

    def forget(self, left: Left) -> None:
        """Nothing to drop."""

    def lock(self, path: Path) -> Held:
        """A lock that nobody sees."""
        del path
        return _NoLock()

    def keep_version(
        self,
        project: Project,
        kind: VersionKind,
        *,
        name: str = "",
        edits: tuple[str, ...] = (),
        path: Path | None = None,
    ) -> Version | None:
        """Refused where a person asked for it, by ``name``; else nothing."""
        del kind, edits, path
        if name:
            raise UserError(project.name, "no versions are kept here", "save it under another name")
        return None

    def versions_at(self, path: Path) -> tuple[Version, ...]:
        """None."""
        del path
        return ()

    def versions(self, project_id: str) -> tuple[Version, ...]:
        """None."""
        del project_id
        return ()

    def version(self, version: Version) -> Project:
        """Never: none was listed."""
        raise UserError(f"version {version.number}", "no versions are kept here", "open the project itself")

    def text(self, project: Project) -> str:
        """Nothing to read."""
        del project
        return ""


class _NoJournal:
    def begin(self, project: Project, path: Path | None, edits: int = 0, replaces: Left | None = None) -> None:
        pass

    def keep(self, change: Change) -> None:
        pass

    def wait(self) -> None:
        pass

    def close(self, *, forget: bool) -> None:
        pass


class _NoLock:
    def release(self) -> None:
        pass
