"""The engine put together for one person: each part is made when it is first asked for."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING

from app.core.jobs.manager import JobLog
from app.core.media.disk_cache import DiskCache
from app.core.session.ports import Library, ProjectStore, Transcripts
from app.core.session.settings import LoadedSettings, Profile

if TYPE_CHECKING:
    from app.core.media.indexes import MediaIndexes
    from app.core.media.pool import MediaPool
    from app.core.media.worker import Workers
    from app.core.session.ingest import Ingest
    from app.core.session.transcription import Transcription
    from app.core.speech.transcriber import Transcriber

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
        open_library: Callable[[], tuple[Library, JobLog, Transcripts]],
    ) -> None:
        self.profile = profile
        self.settings = settings
        self._make_store = make_store
        self._open_library = open_library
        self._open = ExitStack()

    @functools.cached_property
    def store(self) -> ProjectStore:
        """Project files."""
        return self._make_store()

    @property
    def library(self) -> Library:
        """The library.

        Raises:
            UserError: it cannot be opened.
        """
        return self._kept[0]

    @property
    def job_log(self) -> JobLog:
        """Resumable jobs, kept beside the library.

        Raises:
            UserError: the library cannot be opened.
        """
        return self._kept[1]

    @property
    def transcripts(self) -> Transcripts:
        """What was said in media, kept beside the library.

        Raises:
            UserError: the library cannot be opened.
        """
        return self._kept[2]

    @functools.cached_property
    def _kept(self) -> tuple[Library, JobLog, Transcripts]:
        kept = self._open_library()
        self._open.callback(kept[0].close)
        return kept

    @functools.cached_property
    def cache(self) -> DiskCache:
        """Derived data on disk."""
        return DiskCache(self.profile.cache)

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
        """How media come in.

        Raises:
            UserError: the library cannot be opened.
        """
        from app.core.session.ingest import Ingest

        return Ingest(self.workers, self.cache, self.library, self.indexes, at_once=_AT_ONCE)

    @functools.cached_property
    def transcription(self) -> Transcription:
        """How media come to their words.

        Raises:
            UserError: the library cannot be opened.
        """
        from app.core.session.transcription import Transcription

        engines = {"assemblyai": self._assemblyai}
        return Transcription(self.library, self.transcripts, self.cache, self.workers, engines)

    def _assemblyai(self) -> Transcriber:
        from app.core.session.keys import speech_key
        from app.core.speech.assemblyai import AssemblyAI

        values = self.settings.values
        found = speech_key(self.settings)
        models = [
            name.strip() for name in values.assemblyai_speech_models.split(",") if name.strip() not in ("", "auto")
        ]
        return AssemblyAI(found[0] if found is not None else None, values.assemblyai_base_url, models)

    def pool(self) -> MediaPool:
        """Open media for one thread, which closes them."""
        from app.core.media.pool import MediaPool

        return MediaPool(self.indexes)

    def close(self) -> None:
        """Give everything back, the newest first. Safe to call twice; not to be used afterwards."""
        self._open.close()
