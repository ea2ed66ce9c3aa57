"""What the open project needs of the cache stays there; when the cache makes no more proxies, that is said."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMainWindow

from app.core.base.errors import UserError
from app.core.model.project import Project
from app.core.session.looks import Looks
from app.core.session.media_list import MediaRow, MediaStatus
from app.core.session.proxies import NoProxy
from app.core.session.session import Session
from app.ui.bridge import Bridge
from app.ui.engine import Engine

_SAID_FOR = 20_000


class HeldMedia(QObject):
    """Follows the media of one project. GUI thread only; :meth:`close` at the end.

    The cache may lie on a disk that answers slowly: ``looks`` goes there, once at a time.
    """

    def __init__(self, session: Session, bridge: Bridge, engine: Engine, window: QMainWindow, looks: Looks) -> None:
        super().__init__(window)
        self._bridge = bridge
        self._window = window
        self._looks = looks
        self._hold = _Hold(engine.holding, frozenset())
        self._looking = False
        self._look_again = False
        self._want(session.project)
        bridge.document_changed.connect(self._on_document)
        bridge.media_changed.connect(self._on_media)
        self._listen_no_more = engine.cache_full.subscribe(self._on_full)

    def close(self) -> None:
        """Let everything go."""
        self._listen_no_more()
        self._hold.close()

    def _on_document(self, before: Project, after: Project, _changes: object) -> None:
        if before.assets is not after.assets:
            self._want(after)

    def _on_media(self, rows: Sequence[object]) -> None:
        """A film was read, as after somebody deleted the cache: what says that it is in use may be gone as well."""
        if any(isinstance(row, MediaRow) and row.status is MediaStatus.READY for row in rows):
            self._see_to_it()

    def _want(self, project: Project) -> None:
        fingerprints = frozenset(asset.fingerprint for asset in project.assets)
        if fingerprints != self._hold.wanted:
            self._hold.wanted = fingerprints
            self._see_to_it()

    def _see_to_it(self) -> None:
        self._look_again = self._looking
        if not self._looking:
            self._looking = True
            self._looks.ask(self._hold.see_to_it, self._seen_to)

    def _seen_to(self, _: None) -> None:
        self._looking = False
        if self._look_again:
            self._see_to_it()

    def _on_full(self, refused: NoProxy) -> None:
        """In the thread of the import."""
        self._bridge.post(lambda: self._window.statusBar().showMessage(refused.text, _SAID_FOR))


class _Hold:
    """What is held in the cache, from any thread; ``wanted`` is what shall be, whenever somebody next sees to it."""

    def __init__(
        self,
        holding: Callable[[frozenset[str]], AbstractContextManager[Callable[[], bool]]],
        wanted: frozenset[str],
    ) -> None:
        self.wanted = wanted
        self._holding = holding
        self._held = ExitStack()
        self._fingerprints = wanted
        self._is_there: Callable[[], bool] = _nothing
        self._lock = threading.Lock()
        self._closed = False

    def see_to_it(self) -> None:
        """Hold what is wanted, unless it is held and the cache still says so."""
        with self._lock:
            wanted = self.wanted
            if not self._closed and not (wanted == self._fingerprints and self._is_there()):
                self._hold(wanted)
        if self._closed:
            self._let_go()

    def close(self) -> None:
        """Hold nothing any more. Waits for nobody: who sees to it now lets go in the end."""
        self._closed = True
        self._let_go()

    def _hold(self, wanted: frozenset[str]) -> None:
        before, self._held = self._held, ExitStack()
        self._fingerprints, self._is_there = wanted, _nothing
        with contextlib.suppress(UserError):  # a cache that cannot be written: whoever writes there says so
            self._is_there = self._held.enter_context(self._holding(wanted))
        before.close()

    def _let_go(self) -> None:
        if self._lock.acquire(blocking=False):
            try:
                self._held.close()
            finally:
                self._lock.release()


def _nothing() -> bool:
    return False
