"""One open project: its snapshot, its history, its file, and the event that tells of each change."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from pathlib import Path
from typing import NamedTuple

from app.core.base.errors import UserError
from app.core.base.events import Event
from app.core.base.files import same_file
from app.core.model.diff import Changes, compare
from app.core.model.lint import lint
from app.core.model.project import Project
from app.core.session.history import History
from app.core.session.ports import ProjectStore


class Change(NamedTuple):
    """A new current snapshot, the one before, what differs, and what was done ("Split", "Undo Split")."""

    before: Project
    after: Project
    changes: Changes
    label: str


class Saving(NamedTuple):
    """A save on its way: what is written, and where."""

    project: Project
    path: Path
    store: ProjectStore

    def write(self) -> None:
        """Write it; in any thread.

        Raises:
            UserError: the place cannot be written; the old file stands.
        """
        self.store.save(self.project, self.path)


class BrokenDocument(Exception):  # noqa: N818 - a bug, told apart from what people can act on
    """An edit made a document that breaks its invariants: a bug of that edit."""


class Session:
    """One open project. Belongs to one thread; snapshots may be handed to any.

    ``checked`` runs lint after every edit (debug runs and tests). ``modified`` says that no file holds
    ``project`` yet, ``read_only`` that ``path`` is not to be written.
    """

    def __init__(
        self,
        project: Project,
        *,
        store: ProjectStore | None = None,
        path: Path | None = None,
        checked: bool = False,
        history: History | None = None,
        modified: bool = False,
        read_only: bool = False,
    ) -> None:
        self.changed: Event[Change] = Event()
        self.saved: Event[Path] = Event()
        self._history = History(project) if history is None else history
        self._store = store
        self._path = path
        self._checked = checked
        self._read_only = read_only
        self._recent: list[str] = []
        if modified:
            self._history.mark_saved(None)

    @classmethod
    def open(cls, store: ProjectStore, path: Path, *, checked: bool = False) -> Session:
        """The project in the file ``path``.

        Raises:
            UserError: there is no such project, or it cannot be read.
        """
        return cls(store.load(path), store=store, path=path, checked=checked)

    @property
    def project(self) -> Project:
        """The current snapshot."""
        return self._history.project

    @property
    def path(self) -> Path | None:
        """The project's file; None before the first save."""
        return self._path

    @property
    def name(self) -> str:
        """What the project is called: as its file, or by its own name before the first save."""
        return self._path.stem if self._path is not None else self.project.name

    @property
    def modified(self) -> bool:
        """Whether something would be lost by closing."""
        return self._history.modified

    @property
    def read_only(self) -> bool:
        """Whether its file is somebody else's to write."""
        return self._read_only

    @property
    def recent(self) -> tuple[str, ...]:
        """What was done since a version was kept: labels, oldest first, undoing among them."""
        return tuple(self._recent)

    def take_recent(self) -> tuple[str, ...]:
        """:attr:`recent`, which starts anew: a version is being kept."""
        labels, self._recent = tuple(self._recent), []
        return labels

    def give_back(self, labels: tuple[str, ...]) -> None:
        """The version that ``labels`` were taken for was not kept."""
        self._recent[:0] = labels

    @property
    def store(self) -> ProjectStore:
        """Where projects are written.

        Raises:
            UserError: this session has no such place.
        """
        if self._store is None:
            raise UserError(self.name, "nothing can be written from a trial", "do it in earnest")
        return self._store

    @property
    def history(self) -> History:
        """The steps, to look at."""
        return self._history

    @property
    def undo_label(self) -> str | None:
        """What :meth:`undo` would take back; None where there is nothing."""
        return self._history.undo_label

    @property
    def redo_label(self) -> str | None:
        """What :meth:`redo` would do again; None where there is nothing."""
        return self._history.redo_label

    @property
    def undo_depth(self) -> int:
        """How many steps can be undone."""
        return self._history.depth

    def apply(self, label: str, edit: Callable[[Project], Project], merge_key: Hashable = None) -> Changes:
        """Run ``edit`` on the current snapshot and keep what it returns as one step.

        Steps with the same ``merge_key`` in a row become one. An edit that changes nothing makes
        no step.

        Raises:
            UserError: the edit is impossible; nothing has changed.
            BrokenDocument: the edit broke the document (only when checked); nothing has changed.
        """
        before = self.project
        after = edit(before)
        changes = compare(before, after)
        if not changes:
            return changes
        if self._checked:
            problems = lint(after)
            if problems:
                raise BrokenDocument(f"{label}: {'; '.join(problems)}")
        self._history.push(label, after, merge_key)
        self._recent.append(label)
        self.changed.emit(Change(before, after, changes, label))
        return changes

    def undo(self) -> None:
        """Put the snapshot before the last step back.

        Raises:
            UserError: there is nothing to undo.
        """
        if self.undo_label is None:
            raise UserError("undo", "there is nothing to undo", "edit something first")
        self._go(self._history.undo, f"Undo {self.undo_label}")

    def redo(self) -> None:
        """Do the step that was undone last again.

        Raises:
            UserError: there is nothing to redo.
        """
        if self.redo_label is None:
            raise UserError("redo", "there is nothing to redo", "undo something first")
        self._go(self._history.redo, f"Redo {self.redo_label}")

    def jump(self, position: int) -> None:
        """Put the snapshot after ``position`` steps back, wherever it is now.

        Raises:
            UserError: there are not so many steps.
        """
        if not 0 <= position <= len(self._history.labels):
            raise UserError("history", f"there is no step {position}", f"choose 0 to {len(self._history.labels)}")
        if position != self._history.depth:
            label = self._history.labels[position - 1] if position else "the beginning"
            self._go(lambda: self._history.jump(position), f"Go to {label}")

    def save(self, path: Path | None = None) -> Path:
        """Write the project to ``path``, or to the file it has; returns where.

        Raises:
            UserError: it has no file yet, or the place cannot be written: it stays modified.
        """
        saving = self.begin_save(path)
        saving.write()
        self.finish_save(saving)
        return saving.path

    def begin_save(self, path: Path | None = None) -> Saving:
        """What :meth:`save` would write, to be written in another thread; then comes :meth:`finish_save`.

        Raises:
            UserError: it has no file yet, or may not write the one it has.
        """
        target = path or self._path
        if target is None:
            raise UserError(self.project.name, "it has no file yet", "choose where to save it")
        if self._read_only and self._path is not None and same_file(target, self._path):
            raise UserError(str(target), "it was opened to be read only", "save it under another name")
        if self._store is None:
            raise ValueError("a session without a store cannot save")
        return Saving(self.project, target, self._store)

    def finish_save(self, saving: Saving) -> None:
        """The file holds ``saving`` now. What was edited meanwhile is not saved, and it stays modified."""
        self._history.mark_saved(saving.project)
        self._path = saving.path
        self._read_only = False
        self.saved.emit(saving.path)

    def scratch(self) -> Session:
        """A copy to try things on: same project and history, no listeners, and it cannot save."""
        return Session(self.project, path=self._path, checked=self._checked, history=self._history.copy())

    def _go(self, step: Callable[[], Project], label: str) -> None:
        before = self.project
        after = step()
        self._recent.append(label)
        self.changed.emit(Change(before, after, compare(before, after), label))
