"""Saves projects in the background, one after another, so that an older snapshot never follows a newer."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.core.base.errors import UserError
from app.core.base.files import same_file
from app.core.jobs.context import JobContext
from app.core.jobs.job import Job
from app.core.session.recovery import Held, Keeping
from app.core.session.session import Saving, Session
from app.ui.desk import Desk
from app.ui.run import Callbacks
from app.ui.safety import Safety

_LONGEST_SAVE = 60.0


@dataclass
class _Order:
    session: Session
    saving: Saving
    new_place: bool
    job: Job[Held | None] | None = None


class ProjectWriter(QObject):
    """GUI thread only. ``saved`` brings the path of each project that was written."""

    saved = Signal(object)

    def __init__(self, desk: Desk, keeping: Keeping, safety: Safety) -> None:
        super().__init__(desk.window)
        self._desk = desk
        self._keeping = keeping
        self._safety = safety
        self._orders: deque[_Order] = deque()
        self._then: list[Callable[[], None]] = []

    @property
    def busy(self) -> bool:
        """Whether something is being saved."""
        return bool(self._orders)

    def write(self, session: Session, path: Path) -> Path:
        """Save what ``session`` holds now to ``path``; returns at once.

        Raises:
            UserError: it may not be written there.
        """
        new_place = session.path is None or not same_file(path, session.path)
        order = _Order(session, session.begin_save(path), new_place)
        self._orders.append(order)
        if len(self._orders) == 1:
            self._start(order)
        return path

    def after(self, then: Callable[[], None]) -> None:
        """Do ``then`` when all is saved; at once if nothing is being saved, never if it fails."""
        if self._orders:
            self._then.append(then)
        else:
            then()

    def finish(self) -> None:
        """Wait for what is being saved: the window is about to go."""
        while self._orders:
            order = self._orders[0]
            if order.job is None:
                self._start(order)
            assert order.job is not None
            try:
                lock = order.job.wait(_LONGEST_SAVE)
            except (UserError, TimeoutError):
                self._orders.clear()
                return
            self._orders.popleft()
            self._settle(order, lock)

    def _start(self, order: _Order) -> None:
        keep_version = self._safety.keep_saved(order.session, order.saving.project, order.saving.path)

        def work(_context: JobContext) -> Held | None:
            lock = self._keeping.lock(order.saving.path) if order.new_place else None
            try:
                order.saving.write()
            except UserError:
                if lock is not None:
                    lock.release()
                raise
            keep_version()
            return lock

        def done(lock: Held | None) -> None:
            if order in self._orders:
                self._orders.remove(order)
                self._settle(order, lock)
                self._go_on()

        def failed(error: UserError) -> None:
            if order in self._orders:
                self._orders.clear()
                self._then.clear()
                self._desk.errors.show(error)

        title = f"Saving {order.saving.path.stem}"
        order.job = self._desk.runner.start(self, "save", title, work, Callbacks(done=done, failed=failed))

    def _settle(self, order: _Order, lock: Held | None) -> None:
        if order.new_place:
            self._safety.take_lock(lock)
        order.session.finish_save(order.saving)
        self.saved.emit(order.saving.path)

    def _go_on(self) -> None:
        if self._orders:
            self._start(self._orders[0])
            return
        waiting, self._then = self._then, []
        for then in waiting:
            self._desk.errors.attempt(then)
