"""Two versions of a project side by side: the edits between them, what changed in words, and the texts."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from app.core.model.project import Project
from app.core.model.words import in_words
from app.core.session.recovery import Keeping, Version

_CONTEXT = 3
_MOST_LINES = 4000  # of a text that people read


@dataclass(frozen=True, slots=True)
class Comparison:
    """``edits`` are the labels of what was done from the older to the newer, in order; ``changes`` say in
    sentences what is another; ``text`` is a unified difference of the two project files."""

    edits: tuple[str, ...]
    changes: tuple[str, ...]
    text: tuple[str, ...]


def edits_between(versions: Sequence[Version], older: int, newer: int | None) -> tuple[str, ...]:
    """What was done after version ``older`` up to ``newer`` (None: the newest), oldest first."""
    between = [each for each in versions if each.number > older and (newer is None or each.number <= newer)]
    return tuple(label for each in sorted(between, key=lambda each: each.number) for label in each.edits)


def compare_projects(older: Project, newer: Project, edits: tuple[str, ...], keeping: Keeping) -> Comparison:
    """Put two snapshots beside each other. Takes a second for ten thousand clips: for a job."""
    before, after = keeping.text(older).splitlines(), keeping.text(newer).splitlines()
    text = _difference(before, after)
    if len(text) > _MOST_LINES:
        text = [*text[:_MOST_LINES], f"... and {len(text) - _MOST_LINES} lines more"]
    return Comparison(edits, tuple(in_words(older, newer)), tuple(text))


def _difference(before: list[str], after: list[str]) -> list[str]:
    """A unified difference; the lines that both share at their ends are not searched through."""
    shortest = min(len(before), len(after))
    head = next((place for place in range(shortest) if before[place] != after[place]), shortest)
    rest = shortest - head
    tail = next((place for place in range(rest) if before[-1 - place] != after[-1 - place]), rest)
    start, end = max(0, head - _CONTEXT), max(0, tail - _CONTEXT)
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    if len(old) + len(new) > 20 * _MOST_LINES:  # comparing line by line would take minutes
        return [*(f"-{line}" for line in old[:_MOST_LINES]), *(f"+{line}" for line in new[:_MOST_LINES])]
    return list(difflib.unified_diff(old, new, "older", "newer", n=_CONTEXT, lineterm=""))
