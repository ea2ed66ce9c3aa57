"""The engine put together for one person: each part is made when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable

from app.core.session.ports import Library, ProjectStore
from app.core.session.settings import LoadedSettings, Profile


class Services:
    """Settings, folders, and the parts that live as long as the program. Belongs to the main thread."""

    def __init__(
        self,
        profile: Profile,
        settings: LoadedSettings,
        *,
        make_store: Callable[[], ProjectStore],
        open_library: Callable[[], Library],
    ) -> None:
        self.profile = profile
        self.settings = settings
        self._make_store = make_store
        self._open_library = open_library
        self._store: ProjectStore | None = None
        self._library: Library | None = None

    @property
    def store(self) -> ProjectStore:
        """Project files."""
        if self._store is None:
            self._store = self._make_store()
        return self._store

    @property
    def library(self) -> Library:
        """The library, opened at the first call.

        Raises:
            UserError: it cannot be opened.
        """
        if self._library is None:
            self._library = self._open_library()
        return self._library

    def close(self) -> None:
        """Give everything back. Safe to call twice."""
        if self._library is not None:
            self._library.close()
            self._library = None
