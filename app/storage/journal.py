"""The journal of one open project: a snapshot to begin from, then a line for each edit.

It lies in the profile under the project's id, so that it is there before the first save and where
the project's own folder cannot be written. Each line is led by the CRC of the rest. A torn last
line is what a kill leaves; everything before a damaged one is used. A lock beside the journal,
which dies with its program, tells whether somebody still writes it.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from app.core.base.errors import UserError
from app.core.base.files import sync_folder, write_error
from app.core.base.ids import new_id
from app.core.base.locks import take_lock
from app.core.jobs.context import JobContext
from app.core.jobs.job import Job
from app.core.jobs.pool import ThreadPool
from app.core.model.encoding import encode
from app.core.model.project import Project
from app.core.session.recovery import Left
from app.core.session.session import Change
from app.storage.delta import delta
from app.storage.journal_reading import FORMAT, LOCK, SUFFIX, VERSION, line_of, remove_journal, remove_quietly
from app.storage.project_file import head

_LONGEST_TAIL = 8 * 1024 * 1024  # of edits, before it is worth to begin anew from a whole snapshot
_MOST_WAIT = 0.25  # seconds an edit waits for the one before: a stalled disk must not stop the window
_TRY_AGAIN = 30.0  # seconds after a journal could not be written
_TO_END = 10.0


@dataclass
class _Begin:
    project: Project
    path: Path | None
    edits: int
    replaces: Path | None


@dataclass
class _Keep:
    change: Change


class JournalFile:
    """The :class:`app.core.session.recovery.Journal`; ``folder_of`` says where by a project's id."""

    def __init__(
        self,
        folder_of: Callable[[str], Path],
        failed: Callable[[UserError], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._failed = failed
        self._clock = clock
        self._queue: deque[_Begin | _Keep] = deque()
        self._changed = threading.Condition()
        self._busy = False
        self._syncing = False
        self._pool = ThreadPool("journal", 2)  # one writes, one waits for the disk
        self._writer = _Writer(folder_of, f"{os.getpid()}-{new_id()[:12]}")
        self._given_up_at: float | None = None

    def begin(self, project: Project, path: Path | None, edits: int = 0, replaces: Left | None = None) -> None:
        """Start anew from ``project``."""
        self._put(_Begin(project, path, edits, Path(replaces.key) if replaces is not None else None))

    def keep(self, change: Change) -> None:
        """Keep one edit; the one before has been written when this returns, unless the disk stalls."""
        with self._changed:
            self._changed.wait_for(lambda: not self._busy, _MOST_WAIT)
        self._put(_Keep(change))

    def wait(self) -> None:
        """Return when all is on the disk, or cannot come there."""
        with self._changed:
            self._changed.wait_for(lambda: not self._busy and not self._syncing, _TO_END)

    def close(self, *, forget: bool) -> None:
        """End all threads; ``forget`` removes the files."""
        self.wait()
        self._pool.stop()
        self._pool.join(time.monotonic() + _TO_END)
        self._writer.close(forget=forget)

    def _put(self, entry: _Begin | _Keep) -> None:
        with self._changed:
            self._queue.append(entry)
            if self._busy:
                return
            self._busy = True
        self._pool.put(Job("journal", "Keeping edits", self._drain, on_change=_nobody))

    def _drain(self, _context: JobContext) -> None:
        try:
            while True:
                while (entry := self._next()) is not None:
                    self._write(entry)
                self._start_sync()
                if self._rests():
                    return
        except BaseException:
            with self._changed:
                self._busy = False
            raise

    def _next(self) -> _Begin | _Keep | None:
        with self._changed:
            return self._queue.popleft() if self._queue else None

    def _rests(self) -> bool:
        """Whether nothing came meanwhile; then whoever comes next starts another job."""
        with self._changed:
            self._busy = bool(self._queue)
            self._changed.notify_all()
            return not self._busy

    def _write(self, entry: _Begin | _Keep) -> None:
        if self._given_up_at is not None:
            if self._clock() - self._given_up_at < _TRY_AGAIN and isinstance(entry, _Keep):
                self._writer.skip()
                return
            self._given_up_at = None
        try:
            self._writer.write(entry)
        except OSError as error:
            self._given_up_at = self._clock()
            self._writer.give_up()
            self._failed(write_error(self._writer.journal, error))

    def _start_sync(self) -> None:
        with self._changed:
            if self._syncing:
                return
            descriptor = self._writer.duplicate()
            self._syncing = descriptor is not None
        if descriptor is None:
            return

        def sync(_context: JobContext) -> None:
            try:
                with contextlib.suppress(OSError):  # the next write to a broken disk tells
                    os.fsync(descriptor)
            finally:
                os.close(descriptor)
                with self._changed:
                    self._syncing = False
                    self._changed.notify_all()

        self._pool.put(Job("journal", "Syncing edits", sync, on_change=_nobody))


class _Writer:
    """The files themselves. Used by one thread at a time."""

    def __init__(self, folder_of: Callable[[str], Path], stem: str) -> None:
        self._folder_of = folder_of
        self.journal = Path(f"{stem}{SUFFIX}")
        self._lock: IO[bytes] | None = None
        self._file: IO[bytes] | None = None
        self._path: Path | None = None
        self._edits = 0
        self._length = 0

    def write(self, entry: _Begin | _Keep) -> None:
        if isinstance(entry, _Begin):
            self._begin(entry)
        elif self._file is None or self._length > _LONGEST_TAIL:
            self._begin(_Begin(entry.change.after, self._path, self._edits + 1, None))
        else:
            change = entry.change
            self._edits += 1
            line = {"n": self._edits, "when": _now(), "label": change.label, "edit": delta(change.before, change.after)}
            self._append(line_of(line))

    def skip(self) -> None:
        """Count an edit that cannot be written now: the next beginning holds it."""
        self._edits += 1

    def duplicate(self) -> int | None:
        return os.dup(self._file.fileno()) if self._file is not None else None

    def give_up(self) -> None:
        """The file can no longer be trusted to have every edit: the next one begins it anew."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def close(self, *, forget: bool) -> None:
        self.give_up()
        if forget:
            remove_quietly(self.journal)
        if self._lock is not None:
            self._lock.close()
            if forget or not self.journal.exists():
                remove_quietly(self.journal.with_suffix(LOCK))
                with contextlib.suppress(OSError):  # there may be versions
                    self.journal.parent.rmdir()

    def _append(self, line: bytes) -> None:
        assert self._file is not None
        self._length += len(line)
        while line:  # a disk that fills takes a part first, and refuses the rest
            line = line[self._file.write(line) or 0 :]

    def _begin(self, entry: _Begin) -> None:
        self._path, self._edits, self._length = entry.path, entry.edits, 0
        if self._lock is None:
            self.journal = self._folder_of(entry.project.id) / self.journal.name
            self.journal.parent.mkdir(parents=True, exist_ok=True)
            self._hold()
        temporary = self.journal.with_suffix(".part")
        try:
            with temporary.open("wb") as file:
                file.writelines(_beginning(entry))
                file.flush()
                os.fsync(file.fileno())
            self.give_up()
            os.replace(temporary, self.journal)
        except OSError:
            remove_quietly(temporary)
            raise
        sync_folder(self.journal.parent)
        self._file = self.journal.open("ab", buffering=0)
        if entry.replaces is not None:
            remove_journal(entry.replaces)

    def _hold(self) -> None:
        file = self.journal.with_suffix(LOCK).open("ab")
        while not take_lock(file):  # somebody looks whether it is free: that is soon over
            time.sleep(0.01)
        self._lock = file


def _beginning(entry: _Begin) -> Iterator[bytes]:
    project = entry.project
    yield line_of(
        {
            "format": FORMAT,
            "version": VERSION,
            "project": project.id,
            "name": entry.path.stem if entry.path is not None else project.name,
            "path": str(entry.path) if entry.path is not None else None,
            "edits": entry.edits,
            "when": _now(),
        }
    )
    yield line_of({**head(), **encode(project)})


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _nobody(_job: object) -> None:
    """Jobs of the journal are nobody's to watch: they are over before anyone looks."""
