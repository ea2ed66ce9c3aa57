"""Journals as a later program finds them: read as far as they are whole, offered, dropped or put aside."""

from __future__ import annotations

import contextlib
import copy
import json
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.core.base.errors import UserError
from app.core.base.locks import take_lock
from app.core.model.encoding import Json, Malformed
from app.core.model.project import Project
from app.core.session.history import MOST_STEPS, History
from app.core.session.recovery import Left
from app.storage.delta import patch
from app.storage.project_file import LARGEST_FILE, damaged, parse, read_regular, to_project

FORMAT = "insomnia journal"
VERSION = 1
SUFFIX, LOCK, ASIDE = ".journal", ".lock", ".bad"

_LARGEST = 4 * LARGEST_FILE
# Bytes of documents that are read again for the sake of undoing: some seconds, and tens of megabytes.
_MOST_REPLAYED = 4 * 2**20


def left_in(folder: Path) -> Iterator[Left | UserError]:
    """What the journals of one project in ``folder`` hold; those that cannot be used are renamed and told.

    Journals that a living program writes are passed over, and those with nothing in them removed.
    """
    for journal in sorted(folder.glob(f"*{SUFFIX}")):
        with _held(journal) as free:
            if not free:
                continue
            try:
                found = read_journal(journal)
            except UserError as error:
                yield put_aside(journal, error)
                continue
        if found.left.edits or found.left.damage:
            yield found.left
        else:
            remove_journal(journal)


@dataclass(frozen=True)
class ReadJournal:
    """A journal as it was read: its base, a text of ``size`` bytes, is the document before the ``edits``."""

    left: Left
    base: dict[str, Json]
    edits: tuple[dict[str, Json], ...]
    size: int

    def history(self) -> History:
        """The document after all edits, which can be undone: the last ones, as many as take little time and memory.

        Raises:
            UserError: the edits do not fit the base, or what comes of them is no sound document.
        """
        document: Json = self.base
        path = Path(self.left.key)
        first = len(self.edits) - min(len(self.edits), MOST_STEPS, _MOST_REPLAYED // max(self.size, 1))
        steps: list[tuple[str, Project]] = []
        for number, line in enumerate(self.edits):
            if number >= first:
                steps.append((_label(self.edits[number - 1]), to_project(copy.deepcopy(document), path)))
            try:
                document = patch(document, line["edit"])
            except Malformed as problem:
                raise damaged(path, f"edit {line.get('n')} {problem.why}") from None
        steps.append((_label(self.edits[-1]) if self.edits else "", to_project(document, path)))
        history = History(steps[0][1])
        for label, project in steps[1:]:
            history.push(label, project)
        return history


def read_journal(path: Path) -> ReadJournal:
    """Read ``path`` as far as it is whole.

    Raises:
        UserError: not even its beginning can be used.
    """
    data = read_regular(path, _LARGEST)
    whole = data[: data.rfind(b"\n") + 1]  # what comes after was being written
    lines = whole.split(b"\n")[:-1]
    begin = _checked(lines[0], path) if lines else None
    base = _checked(lines[1], path) if len(lines) > 1 else None
    if begin is None or base is None:
        raise damaged(path, "its beginning is not what was written")
    if begin.get("format") != FORMAT:
        raise UserError(str(path), "it is not a journal of Insomnia", "remove it")
    version = begin.get("version")
    if type(version) is not int or version > VERSION:
        raise UserError(str(path), "a newer Insomnia wrote it", "start the newer Insomnia to recover it")
    edits, damage = [], ""
    for number, text in enumerate(lines[2:], 3):
        line = _checked(text, path)
        if line is None or "edit" not in line:
            damage = f"line {number} of {len(lines)} is damaged; what comes after it is lost"
            break
        edits.append(line)
    return ReadJournal(_left(begin, edits, path, damage), base, tuple(edits), len(lines[1]))


def _label(line: dict[str, Json]) -> str:
    """What an edit was called."""
    said = line.get("label")
    return said if isinstance(said, str) and said else "Edit"


def remove_journal(journal: Path) -> None:
    """Remove a journal and its lock."""
    remove_quietly(journal)
    remove_quietly(journal.with_suffix(LOCK))


def put_aside(journal: Path, error: UserError) -> UserError:
    """Keep what cannot be used under another name, so that it is told of once; returns what to tell."""
    aside = journal.with_name(f"{journal.name}{ASIDE}")
    try:
        os.replace(journal, aside)
    except OSError:
        return error
    remove_quietly(journal.with_suffix(LOCK))
    return UserError(str(aside), error.why, "your projects are not touched; keep the file for a problem report")


@contextlib.contextmanager
def _held(journal: Path) -> Iterator[bool]:
    """Whether nobody writes ``journal``; while the block runs nobody else looks at it either."""
    try:
        file = journal.with_suffix(LOCK).open("ab")
    except OSError:  # a profile that can only be read
        yield True
        return
    with file:
        yield take_lock(file)


def _left(begin: dict[str, Json], edits: list[dict[str, Json]], path: Path, damage: str) -> Left:
    last = edits[-1] if edits else begin
    project = begin.get("path")
    number = last.get("n") if edits else begin.get("edits")
    try:
        when = datetime.fromisoformat(str(last.get("when")))
    except ValueError:
        when = datetime.now(UTC)
    return Left(
        str(path),
        str(begin.get("project")),
        str(begin.get("name")),
        Path(project) if isinstance(project, str) and "\0" not in project else None,
        number if type(number) is int else len(edits),
        when if when.tzinfo is not None else when.replace(tzinfo=UTC),
        damage,
    )


def line_of(document: dict[str, Json]) -> bytes:
    """A line of a journal."""
    text = json.dumps(document, separators=(",", ":"), allow_nan=False).encode()
    return b"%08x %s\n" % (zlib.crc32(text), text)


def _checked(line: bytes, path: Path) -> dict[str, Json] | None:
    """The object of a line; None where it is not what was written."""
    sum_, _, text = line.partition(b" ")
    if sum_ != b"%08x" % zlib.crc32(text):
        return None
    try:
        return parse(text, path)
    except UserError:
        return None


def remove_quietly(path: Path) -> None:
    """Remove a file that may be gone, or not ours to remove."""
    with contextlib.suppress(OSError):
        path.unlink()
