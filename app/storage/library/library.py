"""The library as the engine sees it."""

from __future__ import annotations

from app.core.model.scene import SceneList
from app.core.session.ports import KnownMedia
from app.storage.database import Database
from app.storage.library import media, scenes


class SqlLibrary:
    """The :class:`app.core.session.ports.Library` of one database. Safe from any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def media(self, fingerprint: str) -> KnownMedia | None:
        """The probe result kept for this content, if any."""
        with self._database.reading() as connection:
            return media.find(connection, fingerprint)

    def keep_media(self, known: KnownMedia, *, probed: bool = True) -> None:
        """Keep or replace a probe result; what was not ``probed`` is kept where nothing is, until it is."""
        with self._database.writing() as connection:
            if probed:
                media.keep(connection, known)
            else:
                media.keep_unprobed(connection, known)

    def scenes(self, fingerprint: str, method: str) -> SceneList | None:
        """The scenes found in this content by ``method``."""
        with self._database.reading() as connection:
            return scenes.find(connection, fingerprint, method)

    def keep_scenes(self, fingerprint: str, method: str, found: SceneList) -> None:
        """Keep or replace the scenes of a content that is kept already.

        Raises:
            KeyError: the content itself was never kept.
        """
        with self._database.writing() as connection:
            scenes.keep(connection, fingerprint, method, found)

    def search(self, text: str, limit: int = 100) -> tuple[KnownMedia, ...]:
        """Media whose file name contains ``text`` in any letter case, the newest first."""
        with self._database.reading() as connection:
            return media.search(connection, text, limit)

    def check(self) -> tuple[str, ...]:
        """What is broken in the database, in its own words; empty when sound. Reads everything."""
        return self._database.check()

    @property
    def name(self) -> str:
        """Where it is kept, without passwords."""
        return self._database.name

    def close(self) -> None:
        """Give the database back. Safe to call twice."""
        self._database.close()
