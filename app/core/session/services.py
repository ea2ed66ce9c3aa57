"""The engine put together for one person: each part is made when it is first asked for."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING

from app.core.media.disk_cache import DiskCache
from app.core.session.ports import Library, ProjectStore, Transcripts
from app.core.session.recovery import Keeping
from app.core.session.settings import LoadedSettings, Profile

if TYPE_CHECKING:
    from app.core.media.cache_room import CacheRoom
    from app.core.media.frame_cache import FrameCache
    from app.core.media.indexes import MediaIndexes
    from app.core.media.pool import MediaPool
    from app.core.media.worker import Workers
    from app.core.session.ingest import Ingest
    from app.core.session.proxies import Proxies
    from app.core.session.speech_account import SpeechAccount
    from app.core.session.transcription import Transcription

# Worker processes, and chunks of one film that are read at the same time: more find no disk or memory.
_AT_ONCE = max(1, min(4, os.cpu_count() or 1))


class Services:
    """Settings, folders, and the parts that live as long as the program.

    Parts are asked for from the main thread; they themselves may be used from any.
    """

    def __init__(
        self,
        profile: Profile,
        settings: LoadedSettings,
        *,
        make_store: Callable[[], ProjectStore],
        make_keeping: Callable[[], Keeping],
        open_library: Callable[[], tuple[Library, Transcripts]],
    ) -> None:
        self.profile = profile
        self.settings = settings
        self._make_store = make_store
        self._make_keeping = make_keeping
        self._open_library = open_library
        self._open = ExitStack()

    @functools.cached_property
    def store(self) -> ProjectStore:
        """Project files."""
        return self._make_store()

    @functools.cached_property
    def keeping(self) -> Keeping:
        """Journals, versions and locks of projects."""
        return self._make_keeping()

    @property
    def library(self) -> Library:
        """The library.

        Raises:
            UserError: it cannot be opened.
        """
        return self._kept[0]

    @property
    def transcripts(self) -> Transcripts:
        """What was said in media, kept beside the library.

        Raises:
            UserError: the library cannot be opened.
        """
        return self._kept[1]

    @functools.cached_property
    def _kept(self) -> tuple[Library, Transcripts]:
        kept = self._open_library()
        self._open.callback(kept[0].close)
        return kept

    @functools.cached_property
    def cache(self) -> DiskCache:
        """Derived data on disk."""
        return DiskCache(self.profile.cache)

    @functools.cached_property
    def cache_room(self) -> CacheRoom:
        """What keeps the cache within bounds."""
        from app.core.media.cache_room import CacheRoom

        limit = self.settings.values.cache_gigabytes
        return CacheRoom(self.cache, round(limit * 10**9) if limit else None)

    @functools.cached_property
    def proxies(self) -> Proxies:
        """Which proxies there are, and whether they are shown."""
        from app.core.session.proxies import Proxies

        return Proxies(self.cache)

    @functools.cached_property
    def frames(self) -> FrameCache:
        """The budget of decoded frames of all open media."""
        from app.core.media.frame_cache import DEFAULT_BYTES, FrameCache

        return FrameCache(round(self.settings.values.frame_cache_megabytes * 10**6) or DEFAULT_BYTES)

    @functools.cached_property
    def workers(self) -> Workers:
        """Processes that meet files for the first time; none is started yet."""
        from app.core.media.worker import Workers

        workers = Workers(count=_AT_ONCE)
        self._open.callback(workers.close)
        return workers

    @functools.cached_property
    def indexes(self) -> MediaIndexes:
        """Frame indexes, from the cache or made by a worker."""
        from app.core.media.indexes import MediaIndexes

        return MediaIndexes(self.cache, self.workers)

    @functools.cached_property
    def ingest(self) -> Ingest:
        """How media come in. At first what a killed program left in the cache is removed, and what is too much.

        Raises:
            UserError: the library cannot be opened.
        """
        from app.core.session.ingest import Ingest

        self.cache.remove_leftovers()
        self.cache_room.keep_within()
        return Ingest(self.workers, self.cache, self.library, self.indexes, at_once=_AT_ONCE, room=self.cache_room)

    @functools.cached_property
    def transcription(self) -> Transcription:
        """How media come to their words.

        Raises:
            UserError: the library cannot be opened.
        """
        from app.core.session.transcription import Transcription

        engines = {"assemblyai": self.speech_account.service}
        return Transcription(self.library, self.transcripts, self.cache, self.workers, engines)

    @functools.cached_property
    def speech_account(self) -> SpeechAccount:
        """The account at the transcription service."""
        from app.core.session.speech_account import SpeechAccount

        return SpeechAccount(self.settings, self.profile.settings_file)

    def pool(self, *, by_proxy: bool = False) -> MediaPool:
        """Open media for one thread, which closes them; ``by_proxy`` for looking, never for writing films."""
        from app.core.media.pool import MediaPool

        return MediaPool(self.indexes, proxies=self.proxies if by_proxy else None, frames=self.frames)

    def close(self) -> None:
        """Give everything back, the newest first. Safe to call twice; not to be used afterwards."""
        self._open.close()
