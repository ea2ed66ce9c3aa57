"""Which proxies there are, whether they are shown, and how much disk they take."""

from __future__ import annotations

import threading
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class NoProxy:
    """A film that gets no whole proxy, why, and what helps: two sentences without a final stop."""

    asset: Asset
    why: str
    what_to_do: str

    @property
    def text(self) -> str:
        """Both, with the film."""
        return f"No proxy of {self.asset.name}: {self.why}. {self.what_to_do}."


class ProxyBudget:
    """Decides chunk by chunk whether there is room for the proxy of a film. Any thread."""

    def __init__(self, asset: Asset, room: CacheRoom, full: Event[NoProxy], index: FrameIndex) -> None:
        self._asset = asset
        self._room = room
        self._full = full
        self._lock = threading.Lock()
        self._refused: NoProxy | None = None
        self._a_frame = proxy_bytes(asset.info.video, index) if asset.info.video is not None else 0

    def affordable(self, products: tuple[Product, ...], frames: int) -> tuple[Product, ...]:
        """``products``, without the proxy where there is no room for it; that is told once."""
        if "proxy" not in products:
            return products
        with self._lock:
            told = self._refused
            if told is None and not self._room.make(self._a_frame * frames):
                self._refused = NoProxy(self._asset, *_refusal(self._room))
        if self._refused is not None and told is None:
            self._full.emit(self._refused)
        return self.possible(products)

    @property
    def refused(self) -> str:
        """Why the film gets no whole proxy, and what helps; empty while nothing is known against it."""
        return self._refused.text if self._refused is not None else ""

    def possible(self, products: tuple[Product, ...]) -> tuple[Product, ...]:
        """``products``, without the proxy once there was no room for it."""
        return tuple(product for product in products if product != "proxy" or self._refused is None)

    def in_words(self, frames: int) -> str:
        """What is being done, with the disk that the proxy of ``frames`` will take, where the cache can hold that."""
        needed = self._a_frame * frames
        made = needed and self._refused is None and needed <= self._room.info().limit
        return f"proxy of about {size(needed)}" if made else f"reading {self._asset.name}"


def _refusal(room: CacheRoom) -> tuple[str, str]:
    """Why there is no room, and what helps."""
    info = room.info()
    limit = size(info.limit)
    if info.bound == "disk":
        why = f"the cache takes at most a fifth of what its disk has free, {limit}"
        return why, f"Free some space on the disk of {room.root}"
    if info.bound == "setting":
        return (
            f"the cache holds all that cache_gigabytes allows, {limit}",
            "Close other projects, or raise that setting",
        )
    return f"the cache holds all it may, {limit}", "Close other projects, or set cache_gigabytes in the settings file"
