"""Undo as a list of labelled snapshots. Unchanged parts are shared, so a step costs what it changed."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from app.core.model.project import Project

MOST_STEPS = 1000


@dataclass(frozen=True, slots=True)
class _Step:
    label: str
    project: Project
    merge_key: Hashable = None


class History:
    """The snapshots of one document, where it is among them, and which of them is saved.

    Holds ``limit`` steps and forgets the oldest beyond. Belongs to one thread.
    """

    def __init__(self, project: Project, limit: int = MOST_STEPS) -> None:
        if limit < 1:
            raise ValueError("a history holds at least one step")
        self._steps = [_Step("", project)]
        self._position = 0
        self._saved: Project | None = project
        self._limit = limit

    @property
    def project(self) -> Project:
        """The snapshot that is current."""
        return self._steps[self._position].project

    @property
    def modified(self) -> bool:
        """Whether the current snapshot is another than the saved one (at first: the initial one)."""
        return self.project is not self._saved

    @property
    def labels(self) -> tuple[str, ...]:
        """What each step did, oldest first; those after :attr:`depth` are undone."""
        return tuple(step.label for step in self._steps[1:])

    @property
    def depth(self) -> int:
        """How many steps can be undone."""
        return self._position

    @property
    def undo_label(self) -> str | None:
        """What undo would take back."""
        return self._steps[self._position].label if self._position else None

    @property
    def redo_label(self) -> str | None:
        """What redo would do again."""
        return self._steps[self._position + 1].label if self._position + 1 < len(self._steps) else None

    def push(self, label: str, project: Project, merge_key: Hashable = None) -> None:
        """Make ``project`` current, as a new step that ends redo.

        A step with the ``merge_key`` of the one before (not None) takes its place: a drag, or
        typing in one field, is undone at once. A saved snapshot is never merged away.
        """
        last = self._steps[self._position]
        merges = (
            merge_key is not None
            and self._position > 0
            and last.merge_key == merge_key
            and last.project is not self._saved
            and self._position + 1 == len(self._steps)
        )
        del self._steps[self._position + (0 if merges else 1) :]
        self._steps.append(_Step(label, project, merge_key))
        if len(self._steps) > self._limit + 1:
            del self._steps[0]
        self._position = len(self._steps) - 1

    def undo(self) -> Project:
        """Go back one step; the same snapshot where there is none."""
        self._position = max(self._position - 1, 0)
        return self.project

    def redo(self) -> Project:
        """Go forward one step; the same snapshot where there is none."""
        self._position = min(self._position + 1, len(self._steps) - 1)
        return self.project

    def jump(self, position: int) -> Project:
        """Go to the snapshot after ``position`` steps.

        Raises:
            IndexError: there is none.
        """
        if not 0 <= position < len(self._steps):
            raise IndexError(position)
        self._position = position
        return self.project

    @property
    def saved_position(self) -> int | None:
        """After how many steps the saved snapshot comes; None where it is in no step."""
        return next((place for place, step in enumerate(self._steps) if step.project is self._saved), None)

    def mark_saved(self, project: Project | None) -> None:
        """Say that ``project``, a snapshot of this document, is what the file holds now; None: no file does."""
        self._saved = project

    def copy(self) -> History:
        """An independent history with the same steps."""
        other = History(self.project, self._limit)
        other._steps = list(self._steps)
        other._position = self._position
        other._saved = self._saved
        return other
