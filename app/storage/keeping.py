"""The :class:`app.core.session.recovery.Keeping` of a profile: a folder for each project, by its id."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from app.core.base.errors import UserError
from app.core.base.files import write_atomically
from app.core.model.project import Project
from app.core.session.history import History
from app.core.session.recovery import Journal, Left, LeftBehind, Version, VersionKind
from app.storage.backups import MOST, Versions, load_version
from app.storage.journal import JournalFile
from app.storage.journal_reading import left_in, put_aside, read_journal, remove_journal
from app.storage.project_file import to_bytes
from app.storage.project_lock import ProjectLock, lock_project

_VERSIONS, _PLACE = "versions", "place"
_PLAIN = re.compile(r"[0-9a-zA-Z_-]{1,64}")


class ProfileKeeping:
    """Everything below ``root``; nothing is made before it is needed.

    ``versions_kept`` versions of a project are kept that have no name.
    """

    def __init__(self, root: Path, *, versions_kept: int = MOST, autosave_minutes: float = 3.0) -> None:
        self._root = root
        self._versions_kept = versions_kept
        self.autosave_minutes = autosave_minutes

    def journal(self, failed: Callable[[UserError], None]) -> Journal:
        """A journal; its folder follows from the first project it is given."""
        return JournalFile(self._folder, failed)

    def left(self) -> LeftBehind:
        """What programs that are gone left."""
        found: list[Left] = []
        troubles: list[UserError] = []
        for folder in self._folders():
            for each in left_in(folder):
                if isinstance(each, Left):
                    found.append(each)
                else:
                    troubles.append(each)
        return LeftBehind(tuple(sorted(found, key=lambda left: left.when, reverse=True)), tuple(troubles))

    def recover(self, left: Left) -> History:
        """The project with all edits that were kept, of which the last can be undone.

        Raises:
            UserError: it cannot be read after all; the file is put aside.
        """
        try:
            return read_journal(Path(left.key)).history()
        except UserError as error:
            raise put_aside(Path(left.key), error) from error

    def forget(self, left: Left) -> None:
        """Drop what was left."""
        remove_journal(Path(left.key))

    def lock(self, path: Path) -> ProjectLock:
        """Tell others that the project in ``path`` is open here.

        Raises:
            Locked: a program that lives has it.
        """
        return lock_project(path)

    def keep_version(
        self,
        project: Project,
        kind: VersionKind,
        *,
        name: str = "",
        edits: tuple[str, ...] = (),
        path: Path | None = None,
    ) -> Version | None:
        """Keep a snapshot, and where its project lies.

        Raises:
            UserError: it cannot be written.
        """
        kept = self._versions(project.id).keep(project, kind, name, edits)
        place = self._folder(project.id) / _PLACE
        if path is not None and self._versions_kept and _read_place(place) != _normal(path):
            write_atomically(place, os.fsencode(_normal(path)))
        return kept

    def versions_at(self, path: Path) -> tuple[Version, ...]:
        """What is kept of the project that lay in ``path``, the newest first."""
        wanted = _normal(path)
        folders = (folder for folder in self._folders() if _read_place(folder / _PLACE) == wanted)
        found = (version for folder in folders for version in Versions(folder / _VERSIONS).all())
        return tuple(sorted(found, key=lambda version: version.when, reverse=True))

    def versions(self, project_id: str) -> tuple[Version, ...]:
        """What is kept of a project, the newest first."""
        return self._versions(project_id).all()

    def version(self, version: Version) -> Project:
        """The snapshot.

        Raises:
            UserError: it is damaged.
        """
        return load_version(Path(version.key))

    def text(self, project: Project) -> str:
        """The project file as people read it; media by their absolute paths."""
        return to_bytes(project, Path("/")).decode()

    def _versions(self, project_id: str) -> Versions:
        return Versions(self._folder(project_id) / _VERSIONS, self._versions_kept)

    def _folder(self, project_id: str) -> Path:
        """An id is text from a file: only a plain one names a folder."""
        if _PLAIN.fullmatch(project_id):
            return self._root / project_id
        return self._root / hashlib.sha256(project_id.encode("utf-8", "surrogatepass")).hexdigest()

    def _folders(self) -> Iterator[Path]:
        try:
            yield from sorted(path for path in self._root.iterdir() if path.is_dir())
        except OSError:
            return


def _normal(path: Path) -> str:
    return os.path.normcase(os.path.realpath(path))


def _read_place(file: Path) -> str | None:
    try:
        return os.fsdecode(file.read_bytes())
    except OSError:
        return None
