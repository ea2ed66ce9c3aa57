"""Which proxies there are, whether they are shown, and how much disk they take."""

from __future__ import annotations

from app.core.media.disk_cache import DiskCache
from app.core.media.index import FrameIndex
from app.core.media.proxy import VERSION, needs_proxy
from app.core.media.segments import ProxyPart
from app.core.model.asset import Asset
from app.core.session.ingest_chunks import Chunk, ChunkStore, plan_chunks


class Proxies:
    """The proxies of one cache as playback uses them. Any thread; ``shown`` may be set at any time."""

    def __init__(self, cache: DiskCache) -> None:
        self._cache = cache
        self.shown = True

    def parts(self, asset: Asset, index: FrameIndex) -> tuple[ProxyPart, ...]:
        """The parts that the proxy of ``asset`` has or will have, in order; none where it needs no proxy."""
        video = asset.info.video
        if asset.info.kind != "video" or video is None or not needs_proxy(video, index):
            return ()
        store = self._store(asset)
        return tuple(ProxyPart(store.path("proxy", each), each.first, each.end) for each in plan_chunks(index))

    def done(self, asset: Asset, part: ProxyPart) -> bool:
        """Whether the part is there, whole."""
        return self._store(asset).done("proxy", Chunk(part.first, part.end))

    def _store(self, asset: Asset) -> ChunkStore:
        return ChunkStore(self._cache, asset.fingerprint, {"proxy": f"v{VERSION}"})
