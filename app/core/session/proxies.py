"""Which proxies there are, whether they are shown, and how much disk they take."""

from __future__ import annotations

import threading

from app.core.base.events import Event
from app.core.base.sizes import size
from app.core.media.cache_room import CacheRoom
from app.core.media.disk_cache import DiskCache
from app.core.media.index import FrameIndex
from app.core.media.proxy import VERSION, needs_proxy, proxy_bytes
from app.core.media.segments import ProxyPart
from app.core.model.asset import Asset
from app.core.session.ingest_chunks import Chunk, ChunkStore, Product, plan_chunks


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

    def bytes_of(self, asset: Asset, index: FrameIndex) -> int:
        """About how many bytes the proxy of ``asset`` takes; 0 where it needs none."""
        video = asset.info.video
        return proxy_bytes(video, index) * len(index) if video is not None and self.parts(asset, index) else 0

    def _store(self, asset: Asset) -> ChunkStore:
        return ChunkStore(self._cache, asset.fingerprint, {"proxy": f"v{VERSION}"})


class ProxyBudget:
    """Decides chunk by chunk whether there is room for the proxy of a film. Any thread."""

    def __init__(self, asset: Asset, room: CacheRoom, full: Event[Asset], index: FrameIndex) -> None:
        self._asset = asset
        self._room = room
        self._full = full
        self._lock = threading.Lock()
        self._refused = False
        self._a_frame = proxy_bytes(asset.info.video, index) if asset.info.video is not None else 0

    def affordable(self, products: tuple[Product, ...], frames: int) -> tuple[Product, ...]:
        """``products``, without the proxy where there is no room for it; that is told once."""
        if "proxy" not in products:
            return products
        with self._lock:
            told, self._refused = self._refused, self._refused or not self._room.make(self._a_frame * frames)
        if self._refused and not told:
            self._full.emit(self._asset)
        return self.possible(products)

    def possible(self, products: tuple[Product, ...]) -> tuple[Product, ...]:
        """``products``, without the proxy once there was no room for it."""
        return tuple(product for product in products if product != "proxy" or not self._refused)

    def in_words(self, frames: int) -> str:
        """What is being done, with the disk that the proxy of ``frames`` will take."""
        return f"proxy of about {size(self._a_frame * frames)}" if frames else f"reading {self._asset.name}"
