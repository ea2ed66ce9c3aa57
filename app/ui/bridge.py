"""What the engine tells, brought to the GUI thread: document changes at once, all else in batches.

The engine emits events in whatever thread caused them. Qt objects may only be touched in one, and
ten workers that each report ten times a second must not make a hundred repaints.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.core.base.events import Event
from app.core.jobs.job import Job
from app.core.jobs.manager import JobManager
from app.core.session.session import Change, Session

T = TypeVar("T")

BATCH_MILLISECONDS = 40


class Relay(QObject, Generic[T]):
    """Collects what an event says in any thread, and hands it over in the GUI thread now and then.

    Of the values that share a ``key`` only the newest arrives; the order is that of the first of
    each. Made, closed and listened to in the GUI thread.
    """

    _woken = Signal()

    def __init__(self, event: Event[T], key: Callable[[T], Hashable], deliver: Callable[[tuple[T, ...]], None]) -> None:
        super().__init__()
        self._key = key
        self._deliver = deliver
        self._pending: dict[Hashable, T] = {}
        self._lock = threading.Lock()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(BATCH_MILLISECONDS)
        self._timer.timeout.connect(self.flush)
        self._woken.connect(self._timer.start, Qt.ConnectionType.QueuedConnection)
        self._unsubscribe = event.subscribe(self._collect)

    def flush(self) -> None:
        """Hand over what has been collected, now."""
        with self._lock:
            batch = tuple(self._pending.values())
            self._pending.clear()
        if batch:
            self._deliver(batch)

    def close(self) -> None:
        """Listen no more; what is still collected is dropped."""
        self._unsubscribe()
        self._timer.stop()
        with self._lock:
            self._pending.clear()

    def _collect(self, value: T) -> None:
        key = self._key(value)
        with self._lock:
            first = not self._pending
            self._pending[key] = value
        if first:
            self._woken.emit()


class Bridge(QObject):
    """The signals that panes listen to, all in the GUI thread.

    ``document_changed(before, after, changes)`` comes within ``session.apply``, undo and redo, so
    that whoever edits sees the result when the call returns. ``jobs_changed(jobs)`` and
    ``media_changed(values)`` bring tuples of what changed in the last moments.
    """

    document_changed = Signal(object, object, object)
    project_saved = Signal(object)
    jobs_changed = Signal(object)
    media_changed = Signal(object)
    _posted = Signal(object)

    def __init__(
        self,
        *,
        session: Session | None = None,
        jobs: JobManager | None = None,
        media: Event[Any] | None = None,
        media_key: Callable[[Any], Hashable] = lambda value: value,
    ) -> None:
        super().__init__()
        self._relays: list[Relay[Any]] = []
        self._ends: list[Callable[[], None]] = []
        self._closed = False
        self._posted.connect(self._run_posted, Qt.ConnectionType.QueuedConnection)
        if session is not None:
            self._ends.append(session.changed.subscribe(self._on_change))
            self._ends.append(session.saved.subscribe(self.project_saved.emit))
        if jobs is not None:
            self._relays.append(Relay(jobs.changed, _job_id, self.jobs_changed.emit))
        if media is not None:
            self.follow_media(media, media_key)

    def follow_media(self, media: Event[T], key: Callable[[T], Hashable]) -> None:
        """Bring what ``media`` says as ``media_changed``; for a list that was made with :meth:`post`."""
        self._relays.append(Relay(media, key, self.media_changed.emit))

    def post(self, function: Callable[[], None]) -> None:
        """Run ``function`` in the GUI thread soon, in the order of posting; never after :meth:`close`.

        May be called from any thread.
        """
        self._posted.emit(function)

    def flush(self) -> None:
        """Bring everything that waits, now."""
        for relay in self._relays:
            relay.flush()

    def close(self) -> None:
        """Listen to the engine no more; for the end of a project."""
        self._closed = True
        for end in self._ends:
            end()
        for relay in self._relays:
            relay.close()

    def _run_posted(self, function: Callable[[], None]) -> None:
        if not self._closed:
            function()

    def _on_change(self, change: Change) -> None:
        self.document_changed.emit(change.before, change.after, change.changes)


def _job_id(job: Job[Any]) -> str:
    return job.id
