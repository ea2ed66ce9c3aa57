"""The open media of one thread: sources kept warm, the least used closed first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol, TypeAlias, TypeVar

from app.core.base.errors import UserError
from app.core.media.audio_source import PyAVAudioSource
from app.core.media.fingerprint import file_size, fingerprint
from app.core.media.frame_cache import FrameCache
from app.core.media.index import FrameIndex
from app.core.media.indexes import Indexes
from app.core.media.proxy_source import ProxySource
from app.core.media.pyav_source import PyAVVideoSource
from app.core.media.segments import ProxyPart
from app.core.media.source import AudioSource, VideoSource
from app.core.model.asset import STEADY, Asset

# An open source costs a file handle, decoder threads and up to 64 MB of kept frames.
DEFAULT_CAPACITY = 8
_RING_BYTES = 64_000_000
_REPLACED = "relink it, or put the original file back"

_Key: TypeAlias = tuple[str, ...]
_Source = TypeVar("_Source", bound=VideoSource | AudioSource)


class Proxies(Protocol):
    """Which proxies there are (``session.proxies``). Asked from the pool's thread."""

    shown: bool

    def parts(self, asset: Asset, index: FrameIndex) -> tuple[ProxyPart, ...]:
        """The parts of the proxy of ``asset``, made or not; none where it needs no proxy."""

    def done(self, asset: Asset, part: ProxyPart) -> bool:
        """Whether the part is there, whole."""


class MediaPool:
    """Opens the media of assets at their first use. One pool belongs to one thread.

    A source stays usable until ``capacity`` others of its kind were asked for; ask for it anew for
    each frame or block, that is cheap.
    """

    def __init__(
        self,
        indexes: Indexes,
        *,
        capacity: int = DEFAULT_CAPACITY,
        threads: int = 0,
        proxies: Proxies | None = None,
        frames: FrameCache | None = None,
    ) -> None:
        """``threads`` is the number of decoder threads per picture; 0 chooses by the stream.

        With ``proxies``, pictures come from those while they are shown, as far as they are made. ``frames`` is
        the budget of decoded frames, for this pool alone or for several.
        """
        self._indexes = indexes
        self._capacity = capacity
        self._threads = threads
        self._proxies = proxies
        self._frames = frames or FrameCache()
        self._videos: OrderedDict[_Key, VideoSource] = OrderedDict()
        self._audios: OrderedDict[_Key, AudioSource] = OrderedDict()

    def video(self, asset: Asset) -> VideoSource:
        """The picture of ``asset``.

        Raises:
            UserError: it has none, or its file is gone, damaged or another one than was imported.
        """
        proxies = self._proxies if self._proxies is not None and self._proxies.shown else None
        key = (asset.path, asset.fingerprint, "" if proxies is None else "proxy")
        return self._kept(self._videos, key, lambda: self._open_video(asset, proxies))

    def audio(self, asset: Asset, rate: int, channels: int, stream: int | None = None) -> AudioSource:
        """Sound stream ``stream`` (its number in the file; by default the first) at ``rate`` and ``channels``.

        Raises:
            UserError: it has none, or its file is gone, damaged or another one than was imported.
        """
        if not asset.info.audio:
            raise UserError(asset.path, "it holds no sound", "choose a file with sound")
        number = asset.info.audio[0].index if stream is None else stream
        key = (asset.path, asset.fingerprint, str(number), str(rate), str(channels))
        return self._kept(self._audios, key, lambda: self._open_audio(asset, number, rate, channels))

    def close(self) -> None:
        """Close all sources. Safe to call twice; the pool can be used again."""
        for kept in (self._videos, self._audios):
            while kept:
                kept.popitem()[1].close()

    def _kept(self, kept: OrderedDict[_Key, _Source], key: _Key, make: Callable[[], _Source]) -> _Source:
        found = kept.get(key)
        if found is None:
            found = make()
            kept[key] = found
        kept.move_to_end(key)
        while len(kept) > self._capacity:
            kept.popitem(last=False)[1].close()
        return found

    def _open_video(self, asset: Asset, proxies: Proxies | None) -> VideoSource:
        check_asset_file(asset)
        index = self._indexes.index(asset)

        def open_film() -> VideoSource:
            return PyAVVideoSource(
                asset.path, index, threads=self._threads, ring_bytes=_RING_BYTES, frames=self._frames
            )

        video = asset.info.video
        parts = proxies.parts(asset, index) if proxies is not None else ()
        if video is None or proxies is None or not parts:
            return open_film()
        return ProxySource(video, index, parts, lambda part: proxies.done(asset, part), open_film)

    def _open_audio(self, asset: Asset, stream: int, rate: int, channels: int) -> AudioSource:
        check_asset_file(asset)
        clock = next((each.clock for each in asset.info.audio if each.index == stream), STEADY)
        return PyAVAudioSource(asset.path, stream, rate, channels, clock)


def check_asset_file(asset: Asset) -> None:
    """Make sure that the file of ``asset`` is the one that was imported: by size, then by content.

    Raises:
        UserError: it is gone, unreadable or another file.
    """
    size = file_size(asset.path)
    same = size == asset.size and fingerprint(asset.path) == asset.fingerprint
    if asset.fingerprint and not same:
        raise UserError(asset.path, "it is not the file that was imported: its content changed", _REPLACED)
