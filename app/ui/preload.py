"""Loads a library beside the window: the first paint has been, and the window stays quick meanwhile."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal

from app.core.jobs.context import JobContext
from app.core.jobs.job import Job
from app.core.jobs.pool import ThreadPool

_SECONDS_TO_END = 10.0


class Preload(QObject):
    """Imports modules in a thread of its own. GUI thread only; :meth:`close` at the end."""

    _loaded = Signal()

    def __init__(self, module: str) -> None:
        super().__init__()
        self._module = module
        self._then: Callable[[], None] | None = None
        self._pool = ThreadPool("load", 1)
        self._loaded.connect(self._on_loaded, Qt.ConnectionType.QueuedConnection)

    def load(self, then: Callable[[], None]) -> None:
        """Import the module and call ``then``, whether that went well or not: using it tells what is wrong."""
        self._then = then
        self._pool.put(Job("load", self._module, self._import, on_change=self._on_change))
        self._pool.stop()

    def close(self) -> None:
        """Call nobody any more; the thread is joined."""
        self._then = None
        self._pool.stop()
        self._pool.join(time.monotonic() + _SECONDS_TO_END)

    def _import(self, _context: JobContext) -> None:
        importlib.import_module(self._module)

    def _on_change(self, job: Job[None]) -> None:
        if job.state.final:
            self._loaded.emit()

    def _on_loaded(self) -> None:
        if self._then is not None:
            self._then()
