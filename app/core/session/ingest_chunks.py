"""Chunks of the import pass: how a film is cut into them, and where what they made is kept.

A chunk begins at a key frame and lasts about ten seconds. What it made counts once a record with
the sizes stands beside it: a kill costs the chunk that was running and nothing else.
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np

from app.core.base.files import write_atomically
from app.core.base.time import SECOND, Flicks
from app.core.media.disk_cache import DiskCache
from app.core.media.index import FrameIndex

Product: TypeAlias = Literal["scores", "joined", "thumbnails", "proxy"]
"""What a chunk makes; ``joined`` are the scores of the whole film, which is then one chunk."""

CHUNK_LENGTH: Flicks = 10 * SECOND
MEMORY = 1536 * 1024 * 1024
"""What a worker may map while it imports: frame threads, a 4K decoder, the proxy's encoder."""
_ENDINGS: dict[Product, str] = {"scores": "npz", "joined": "npz", "thumbnails": "jpegs", "proxy": "mp4"}


@dataclass(frozen=True, slots=True)
class Chunk:
    """Frames ``[first, end)`` of a film; decoding can begin at ``first``."""

    first: int
    end: int

    def __len__(self) -> int:
        return self.end - self.first


def plan_chunks(index: FrameIndex, length: Flicks = CHUNK_LENGTH) -> tuple[Chunk, ...]:
    """Chunks that cover the film in order, each beginning at the first key frame after ``length``.

    A film with one key frame is one chunk.
    """
    starts = [0]
    for frame in np.unique(index.key[index.key > 0]):
        if int(index.times[frame]) - int(index.times[starts[-1]]) >= length:
            starts.append(int(frame))
    return tuple(Chunk(first, end) for first, end in zip(starts, [*starts[1:], len(index)], strict=True))


class ChunkQueue:
    """Chunks that wait to be read: the one nearest to where somebody looks comes next. Safe from any thread."""

    def __init__(
        self,
        waiting: Iterable[tuple[Chunk, tuple[Product, ...]]],
        index: FrameIndex,
        looked_at: Callable[[], Flicks | None],
    ) -> None:
        """``looked_at`` tells the media time that is looked at; None where nobody looks: then they come in order."""
        self._waiting = list(waiting)
        self._index = index
        self._looked_at = looked_at
        self._lock = threading.Lock()

    def take(self) -> tuple[Chunk, tuple[Product, ...]]:
        """The next chunk, and what is to be made of it.

        Raises:
            IndexError: there are no more.
        """
        time = self._looked_at()
        frame = 0 if time is None else self._index.number_at(time)
        with self._lock:
            if not self._waiting:
                raise IndexError("no chunk is left")
            nearest = min(self._waiting, key=lambda each: max(each[0].first - frame, frame - each[0].end + 1, 0))
            self._waiting.remove(nearest)
        return nearest


class ChunkStore:
    """What the chunks of one content made, in the disk cache. Safe from any thread."""

    def __init__(self, cache: DiskCache, fingerprint: str, versions: dict[Product, str]) -> None:
        """``versions`` tells apart what was made in another way (other scores, another proxy)."""
        self._cache = cache
        self._fingerprint = fingerprint
        self._versions = versions

    def path(self, product: Product, chunk: Chunk) -> Path:
        """Where the file of ``product`` for ``chunk`` is, or will be."""
        name = f"{self._versions[product]}-{chunk.first:08}-{chunk.end:08}.{_ENDINGS[product]}"
        return self._cache.folder(self._fingerprint, product) / name

    def done(self, product: Product, chunk: Chunk) -> bool:
        """Whether the file is there, whole."""
        path = self.path(product, chunk)
        try:
            record = json.loads(_record(path).read_bytes())
            return bool(record == {"size": path.stat().st_size})
        except (OSError, ValueError):
            return False

    def read(self, product: Product, chunk: Chunk) -> bytes | None:
        """The content of the file, or None where it is missing or not whole."""
        if not self.done(product, chunk):
            return None
        try:
            return self.path(product, chunk).read_bytes()
        except OSError:
            return None

    def forget(self, product: Product, chunk: Chunk) -> None:
        """Drop a file that turned out to be damaged."""
        for path in (_record(self.path(product, chunk)), self.path(product, chunk)):
            with contextlib.suppress(OSError):
                path.unlink()

    @contextlib.contextmanager
    def making(self, products: tuple[Product, ...], chunk: Chunk) -> Iterator[dict[Product, Path]]:
        """Run a block that writes the files of ``products`` to the paths it is given; then they count.

        Raises:
            CacheGoneError: the cache was deleted meanwhile.
            UserError: it cannot be written.
        """
        with contextlib.ExitStack() as stack:
            files = {each: stack.enter_context(self._cache.writing(self.path(each, chunk))) for each in products}
            yield files
            # Of what was written, not of what has the name: another program may have taken that away.
            sizes = {each: file.stat().st_size for each, file in files.items()}
        for product, size in sizes.items():
            with self._cache.writing(_record(self.path(product, chunk))) as file:
                write_atomically(file, json.dumps({"size": size}).encode())


def _record(path: Path) -> Path:
    return path.with_name(f"{path.name}.done")
