"""One film as the import pass reads it: which chunks are missing, and several workers that read those."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.core.base.time import SECOND, Flicks
from app.core.jobs.context import JobContext
from app.core.media.disk_cache import made_again
from app.core.media.index import FrameIndex
from app.core.media.indexes import Caller
from app.core.media.pool import check_asset_file
from app.core.model.asset import Asset
from app.core.session.ingest_chunks import MEMORY, Chunk, ChunkQueue, ChunkStore, Product, plan_chunks
from app.core.session.ingest_parallel import Part, PartContext, run_parts
from app.core.session.ingest_worker import HANDLER, chunk_request
from app.core.session.proxies import ProxyBudget

_WORTH_A_WORKER: Flicks = 60 * SECOND
"""Film that another worker must find to read: starting one takes most of a second."""
_SIGNS: tuple[Product, ...] = ("thumbnails", "proxy")


@dataclass(frozen=True)
class Film:
    """What is read: ``index_file`` is where its index is kept, as a rule."""

    asset: Asset
    index: FrameIndex
    index_file: Path


class ImportPass:
    """Reads ``film`` into ``store``. For one thread at a time; ``looked_at`` says where somebody looks."""

    def __init__(
        self,
        film: Film,
        store: ChunkStore,
        workers: Caller,
        proxied: ProxyBudget,
        looked_at: Callable[[], Flicks | None],
    ) -> None:
        self.chunks = plan_chunks(film.index)
        self._film = film
        self._store = store
        self._workers = workers
        self._proxied = proxied
        self._looked_at = looked_at

    def missing(self, want: tuple[Product, ...]) -> list[tuple[Chunk, tuple[Product, ...]]]:
        """The chunks of which something is not there, and what; a proxy that there is no room for is not missed."""
        if self._store.done("joined", Chunk(0, self.chunks[-1].end)):
            want = tuple(product for product in want if product != "scores")
        want = self._proxied.possible(want)
        missing = ((chunk, tuple(each for each in want if not self._store.done(each, chunk))) for chunk in self.chunks)
        return [(chunk, products) for chunk, products in missing if products]

    @property
    def no_proxy(self) -> str:
        """Why the film gets no whole proxy; empty where it does, or needs none."""
        return self._proxied.refused

    def signs(self, want: tuple[Product, ...]) -> tuple[str, ...]:
        """Files by which one sees whether what was made is still there."""
        return tuple(
            str(self._store.path(product, self.chunks[0]))
            for product in self._proxied.possible(want)
            if product in _SIGNS
        )

    def read(
        self,
        want: tuple[Product, ...],
        frames: Sequence[int],
        context: JobContext,
        *,
        at_once: int,
        beside: Sequence[Part],
        before: Callable[[], object],
    ) -> None:
        """Read what is missing, with thumbnails of ``frames`` besides the usual ones; ``beside`` are parts, with
        their weights in chunks, that run along, and ``before`` is called before each chunk.

        Raises:
            UserError: the film, or the cache, fails.
            Cancelled: ``context`` was cancelled; what was read is kept.
        """
        missing = self.missing(want)
        if not missing:
            run_parts(beside, context, at_once=1)
            return
        check_asset_file(self._film.asset)
        length = sum(len(chunk) for chunk, _ in missing) * SECOND / self._film.index.rate
        worth = _WORTH_A_WORKER // 4 if "proxy" in want else _WORTH_A_WORKER
        at_once = max(1, min(at_once, int(length // worth)))
        queue = ChunkQueue(missing, self._film.index, self._looked_at)
        proxied = self._proxied.in_words(sum(len(chunk) for chunk, products in missing if "proxy" in products))
        plain = self._proxied.in_words(0)

        def read(context: JobContext) -> None:
            chunk, products = queue.take()
            wanted = self._proxied.affordable(products, len(chunk))
            if wanted:
                before()
                said = PartContext(context, 0.0, 1.0, proxied if "proxy" in wanted else plain)
                made_again(lambda: self._make(chunk, wanted, frames, said, threads=1 if at_once > 1 else 0))

        run_parts([*beside, *[(1.0, read)] * len(missing)], context, at_once=at_once, message=plain)

    def _make(
        self, chunk: Chunk, wanted: tuple[Product, ...], frames: Sequence[int], context: JobContext, *, threads: int
    ) -> None:
        """Read a chunk and keep what it made."""
        with self._store.making(wanted, chunk) as files:
            args = chunk_request(self._film.asset, self._film.index_file, chunk, threads, frames, files)
            self._workers.call(HANDLER, args, context=context, memory=MEMORY)
