"""An import pass in one process, with a library and workers that are made for tests."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.core.jobs.context import JobContext
from app.core.media.disk_cache import DiskCache
from app.core.media.handlers import probe_handler
from app.core.media.index_build import build_index
from app.core.media.indexes import MediaIndexes
from app.core.media.waveform import peaks_handler
from app.core.media.worker_child import Handler
from app.core.model.scene import SceneList
from app.core.session.ingest import Ingest
from app.core.session.ingest_glance import glance_handler
from app.core.session.ingest_segments import segment_handler
from app.core.session.ingest_worker import import_chunk_handler, join_scores_handler
from app.core.session.ports import KnownMedia


def unmeasured_index(args: dict[str, Any], context: JobContext) -> dict[str, Any]:
    """The index without what a seek costs: the films of tests are so small that none would need a proxy."""
    index = build_index(str(args["path"]), int(args["stream"]), context)
    with open(Path(args["out"]), "wb") as file:
        index.save(file)
    return {"frames": len(index)}


HANDLERS: Mapping[str, Handler] = {
    "probe": probe_handler,
    "index": unmeasured_index,
    "import_chunk": import_chunk_handler,
    "join_scores": join_scores_handler,
    "segment": segment_handler,
    "peaks": peaks_handler,
    "glance": glance_handler,
}


class DirectWorkers:
    """Runs the handlers in this process and thread, and remembers what was asked."""

    def __init__(self, handlers: Mapping[str, Handler] = HANDLERS) -> None:
        self._handlers = handlers
        self._lock = threading.Lock()
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def call(
        self, name: str, args: dict[str, Any], *, context: JobContext, memory: int | None = None
    ) -> dict[str, Any]:
        with self._lock:
            self.calls.append((name, args))
        context.check()
        return self._handlers[name](args, context)

    def count(self, name: str) -> int:
        """How often a handler was called."""
        return sum(1 for called, _ in self.calls if called == name)


@dataclass
class MemoryLibrary:
    """A library that forgets with its object."""

    name: str = "memory"
    kept: dict[str, KnownMedia] = field(default_factory=dict)
    found: dict[tuple[str, str], SceneList] = field(default_factory=dict)
    unprobed: set[str] = field(default_factory=set)

    def media(self, fingerprint: str) -> KnownMedia | None:
        return self.kept.get(fingerprint) if fingerprint not in self.unprobed else None

    def keep_media(self, known: KnownMedia, *, probed: bool = True) -> None:
        if probed:
            self.kept[known.fingerprint] = known
            self.unprobed.discard(known.fingerprint)
        elif known.fingerprint not in self.kept:
            self.kept[known.fingerprint] = known
            self.unprobed.add(known.fingerprint)

    def scenes(self, fingerprint: str, method: str) -> SceneList | None:
        return self.found.get((fingerprint, method))

    def keep_scenes(self, fingerprint: str, method: str, found: SceneList) -> None:
        if fingerprint not in self.kept:
            raise KeyError(fingerprint)
        self.found[fingerprint, method] = found

    def search(self, text: str, limit: int = 100) -> tuple[KnownMedia, ...]:
        return tuple(known for known in self.kept.values() if text in known.path)[:limit]

    def check(self) -> tuple[str, ...]:
        return ()

    def close(self) -> None:
        pass


@dataclass
class Desk:
    """An :class:`Ingest` and what it stands on."""

    ingest: Ingest
    workers: DirectWorkers
    library: MemoryLibrary
    cache: DiskCache


def make_desk(folder: Path, *, at_once: int = 1, handlers: Mapping[str, Handler] = HANDLERS) -> Desk:
    """An ingest whose cache is in ``folder``; the same folder again is the same cache."""
    workers, library, cache = DirectWorkers(handlers), MemoryLibrary(), DiskCache(folder)
    return Desk(Ingest(workers, cache, library, MediaIndexes(cache, workers), at_once=at_once), workers, library, cache)
