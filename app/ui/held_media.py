"""What the open project needs of the cache stays there; when the cache makes no more proxies, that is said."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from contextlib import ExitStack

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMainWindow

from app.core.base.errors import UserError
from app.core.model.project import Project
from app.core.session.media_list import MediaRow, MediaStatus
from app.core.session.proxies import NoProxy
from app.core.session.session import Session
from app.ui.bridge import Bridge
from app.ui.engine import Engine

_SAID_FOR = 20_000


class HeldMedia(QObject):
    """Follows the media of one project. GUI thread only; :meth:`close` at the end."""

    def __init__(self, session: Session, bridge: Bridge, engine: Engine, window: QMainWindow) -> None:
        super().__init__(window)
        self._bridge = bridge
        self._engine = engine
        self._window = window
        self._held = ExitStack()
        self._fingerprints: frozenset[str] = frozenset()
        self._hold(session.project)
        bridge.document_changed.connect(self._on_document)
        bridge.media_changed.connect(self._on_media)
        self._listen_no_more = engine.cache_full.subscribe(self._on_full)

    def close(self) -> None:
        """Let everything go."""
        self._listen_no_more()
        self._held.close()

    def _on_document(self, before: Project, after: Project, _changes: object) -> None:
        if before.assets is not after.assets:
            self._hold(after)

    def _on_media(self, rows: Sequence[object]) -> None:
        """A film was read, as after somebody deleted the cache: what says that it is in use may be gone as well."""
        if any(isinstance(row, MediaRow) and row.status is MediaStatus.READY for row in rows):
            self._hold_anew()

    def _hold(self, project: Project) -> None:
        fingerprints = frozenset(asset.fingerprint for asset in project.assets)
        if fingerprints == self._fingerprints:
            return
        self._fingerprints = fingerprints
        self._hold_anew()

    def _hold_anew(self) -> None:
        before, self._held = self._held, ExitStack()
        with contextlib.suppress(UserError):  # a cache that cannot be written: whoever writes there says so
            self._held.enter_context(self._engine.holding(self._fingerprints))
        before.close()

    def _on_full(self, refused: NoProxy) -> None:
        """In the thread of the import."""
        self._bridge.post(lambda: self._window.statusBar().showMessage(refused.text, _SAID_FOR))
