"""How media come in: read once by worker processes, remembered by content, never read twice for nothing."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from pathlib import Path

from app.core.analysis.scenes import DEFAULT_SENSITIVITY, KINDS, METHOD, find_scenes
from app.core.analysis.scores import VERSION as SCORES_VERSION
from app.core.analysis.scores import SceneScores, scores_from_bytes
from app.core.base.errors import UserError
from app.core.base.events import Event
from app.core.base.time import Flicks
from app.core.jobs.context import JobContext
from app.core.media.cache_room import CacheRoom
from app.core.media.disk_cache import MOST_TRIES, CacheGoneError, DiskCache
from app.core.media.index import FrameIndex
from app.core.media.indexes import Caller, Indexes, index_file
from app.core.media.proxy import VERSION as PROXY_VERSION
from app.core.media.proxy import needs_proxy
from app.core.media.segments import ProxyPart, SegmentKind
from app.core.media.thumbnails import VERSION as THUMBNAILS_VERSION
from app.core.media.thumbnails import Thumbnails
from app.core.media.waveform import Peaks
from app.core.model.asset import Asset
from app.core.model.scene import Scene, SceneList, TransitionKind
from app.core.session.ingest_chunks import MEMORY, Chunk, ChunkStore, Product, plan_chunks
from app.core.session.ingest_glance import glanced
from app.core.session.ingest_meeting import met
from app.core.session.ingest_parallel import Part, PartContext, run_parts
from app.core.session.ingest_pass import Film, ImportPass
from app.core.session.ingest_segments import Segment, plan_segments, require_free, require_room, writing
from app.core.session.ingest_worker import JOIN_HANDLER, join_request
from app.core.session.ports import ImportResult, KnownMedia, Library
from app.core.session.proxies import NoProxy, ProxyBudget
from app.core.session.waveforms import Waveforms

_VERSIONS: dict[Product, str] = {
    "scores": f"v{SCORES_VERSION}",
    "joined": f"v{SCORES_VERSION}",
    "thumbnails": f"v{THUMBNAILS_VERSION}",
    "proxy": f"v{PROXY_VERSION}",
}
_ALWAYS: tuple[Product, ...] = ("scores", "thumbnails")
_TRIES = MOST_TRIES
"""Readings of a film whose kept scores turn out to be damaged, or are joined by another program meanwhile."""
_SOUND_WEIGHT = 0.5  # of a part of the import, beside a chunk of pictures: the shape and loudness of all the sound
_GLANCE = 0.01  # of the progress of an import: a look at the key frames
_READING_SHARE = 0.99  # of the progress of scoring a film; the rest joins and decides
_PROXY_SHARE = 0.6  # of the progress of making proxy segments


class Ingest:
    """The import pass of one person's media. Every method may be called from any thread, and blocks."""

    def __init__(
        self,
        workers: Caller,
        cache: DiskCache,
        library: Library,
        indexes: Indexes,
        *,
        at_once: int = 2,
        room: CacheRoom | None = None,
    ) -> None:
        """``at_once`` is how many chunks of one film are read at the same time, each by a worker. ``room`` keeps
        the cache within bounds; ``full`` names a film that gets no whole proxy by it, in the thread that reads.
        """
        self.full: Event[NoProxy] = Event()
        self._room = room or CacheRoom(cache)
        self._workers = workers
        self._cache = cache
        self._library = library
        self._indexes = indexes
        self._at_once = at_once
        self._thumbnails = Thumbnails()
        self._waveforms = Waveforms(cache, workers)
        self._looked_at: dict[str, Flicks] = {}

    def asset(self, path: Path, context: JobContext) -> Asset:
        """The file as a new asset. Content that the library knows is not probed again.

        Raises:
            UserError: it cannot be used; names it.
            Cancelled: ``context`` was cancelled.
        """
        return met(path, self._library, self._workers, context)

    def assets(self, paths: Iterable[Path], context: JobContext) -> tuple[Asset, ...]:
        """The files as new assets, in order.

        Raises:
            UserError: one of them cannot be used.
            Cancelled: ``context`` was cancelled.
        """
        files = list(paths)
        share = 1 / max(1, len(files))
        return tuple(self.asset(path, PartContext(context, number * share, share)) for number, path in enumerate(files))

    def meet(self, assets: Iterable[Asset], context: JobContext) -> None:
        """Have a worker open what this profile has never seen, before anyone decodes it here: a project may come
        from anywhere, and a bad file must not be met by this process first. Missing and changed files are left
        to whoever uses them.

        Raises:
            UserError: one of them cannot be used; names it.
            Cancelled: ``context`` was cancelled.
        """
        for asset in assets:
            path = Path(asset.path)
            if os.path.isfile(path) and path.stat().st_size == asset.size:  # noqa: PTH113 - never raises
                self.asset(path, context)

    def scenes(
        self,
        asset: Asset,
        context: JobContext,
        sensitivity: float = DEFAULT_SENSITIVITY,
        kinds: Collection[TransitionKind] = KINDS,
    ) -> SceneList:
        """The scenes of a film: from the library, else decided from kept scores, else the film is read.

        Raises:
            UserError: it is no film, or its file is gone or damaged.
            Cancelled: ``context`` was cancelled; what was read is kept.
        """
        method = _method(sensitivity, kinds)
        kept = self._library.scenes(asset.fingerprint, method)
        if kept is not None:
            return kept
        index = self._film_index(asset, context)
        scores = self.scores(asset, context)
        found = find_scenes(scores, index.times, index.end, index.rate, sensitivity, kinds)
        if self._library.media(asset.fingerprint) is None:
            self._library.keep_media(KnownMedia(asset.fingerprint, asset.size, asset.path, asset.info), probed=False)
        self._library.keep_scenes(asset.fingerprint, method, found)
        return found

    def scores(self, asset: Asset, context: JobContext) -> SceneScores:
        """The scores of all frames of a film, read where they are not kept.

        Raises:
            UserError: it is no film, or its file is gone or damaged.
            Cancelled: ``context`` was cancelled; what was read is kept.
        """
        index = self._film_index(asset, context)
        store, film = self._store(asset), Chunk(0, len(index))
        reading = self._pass(asset, store, index)
        for _ in range(_TRIES):
            if not store.done("joined", film):
                self._read(asset, reading, ("scores",), PartContext(context, 0.0, _READING_SHARE))
                with contextlib.suppress(CacheGoneError):
                    self._join(store, film, reading.chunks, context)
            data = store.read("joined", film)
            if data is not None:
                with contextlib.suppress(ValueError):
                    return scores_from_bytes(data)
                store.forget("joined", film)
        raise UserError(str(self._cache.root), "what is kept there is damaged at once", "check that disk")

    def import_media(self, asset: Asset, context: JobContext, want: Collection[Product] | None = None) -> ImportResult:
        """Read the film once for all that is wanted and not kept yet; goes on where an earlier call ended.

        By default that is everything: scores, thumbnails, the shape of the sound and, where one is worth
        having, the proxy.

        Raises:
            UserError: it is no film, its file is gone or damaged, or the cache cannot be written.
            Cancelled: ``context`` was cancelled; what was read is kept.
        """
        index = self._film_index(asset, context)
        heard: set[bool] = set()
        sound = [(_SOUND_WEIGHT, self._hearing(asset, heard))] if want is None and asset.info.audio else []
        if want is None:
            want = (*_ALWAYS, "proxy") if self.has_proxy(asset, index) else _ALWAYS
        store, wanted = self._store(asset), tuple(want)
        reading = self._pass(asset, store, index)
        pictured = reading.chunks if "thumbnails" in want else ()
        first, rest = PartContext(context, 0.0, _GLANCE), PartContext(context, _GLANCE, 1 - _GLANCE)
        for _ in range(MOST_TRIES):  # the cache may be deleted at any time, with what was read already
            with (
                self._cache.using(asset.fingerprint),
                glanced(self._workers, self._cache, store, asset, pictured, self._index_file(asset), first),
            ):
                self._read(asset, reading, wanted, rest, *sound)
            if not reading.missing(wanted) and (not heard or self._waveforms.kept(asset)):
                return ImportResult(reading.signs(wanted), reading.no_proxy)
        raise self._cache.gone()

    def _hearing(self, asset: Asset, heard: set[bool]) -> Callable[[JobContext], None]:
        """What measures the sound, as far as it can be read: damaged sound keeps nobody from the pictures.

        Once it was read, ``heard`` is not empty.
        """

        def hear(context: JobContext) -> None:
            with contextlib.suppress(UserError):
                self._waveforms.peaks(asset, context)
                heard.add(True)

        return hear

    def peaks(self, asset: Asset, context: JobContext) -> Peaks:
        """The shape of the first sound of ``asset``, and how loud it is; measured where that is not kept.

        Raises:
            UserError: it has no sound, or cannot be read.
            Cancelled: ``context`` was cancelled.
        """
        return self._waveforms.peaks(asset, context, at_once=self._at_once)

    def has_proxy(self, asset: Asset, index: FrameIndex) -> bool:
        """Whether the import makes a proxy of this film."""
        return asset.info.video is not None and needs_proxy(asset.info.video, index)

    def whole(self, asset: Asset, context: JobContext) -> SceneList:
        """The whole film as one scene, for :meth:`segments`.

        Raises:
            UserError: it is no film, or its file is gone or damaged.
            Cancelled: ``context`` was cancelled.
        """
        index = self._film_index(asset, context)
        scene = Scene(0, 0, len(index), index.start, index.end, "start")
        return SceneList(index.rate, len(index), (scene,), ())

    def segments(
        self,
        asset: Asset,
        scenes: SceneList,
        kinds: Sequence[SegmentKind],
        context: JobContext,
        folder: Path | None = None,
        *,
        overwrite: bool = False,
    ) -> tuple[Segment, ...]:
        """Write a file of each kind for each scene, into ``folder`` or, by default, into the cache.

        Each file appears under its name when it is whole. In the cache, files of an earlier call are
        used again. Makes the proxy first where one is worth having and not there.

        Raises:
            UserError: a file is there already (not in the cache), or the film or the disk fails.
            Cancelled: ``context`` was cancelled; files that are whole stay.
        """
        with self._cache.using(asset.fingerprint):
            return self._segments(asset, scenes, kinds, context, folder, overwrite=overwrite)

    def _segments(
        self,
        asset: Asset,
        scenes: SceneList,
        kinds: Sequence[SegmentKind],
        context: JobContext,
        folder: Path | None,
        *,
        overwrite: bool,
    ) -> tuple[Segment, ...]:
        index = self._film_index(asset, context)
        kept = folder is None
        place = self._cache.folder(asset.fingerprint, "segments") if folder is None else folder
        planned = plan_segments(asset, scenes, kinds, place, by_frames=kept)
        if not kept and not overwrite:
            require_free(planned, place)
        missing = [segment for segment in planned if not (kept and segment.path.exists())]
        require_room(asset, missing, index, place, self._room if kept else None)
        proxied = "proxy" in kinds and self.has_proxy(asset, index)
        share = _PROXY_SHARE if proxied else 0.0
        parts: tuple[ProxyPart, ...] = ()
        if proxied:
            self.import_media(asset, PartContext(context, 0.0, share), (*_ALWAYS, "proxy"))
            parts = self._proxy_parts(asset, index)
        index_file = self._index_file(asset)
        jobs = [
            (
                float(segment.end_frame - segment.start_frame),
                writing(self._workers, asset, segment, index_file, parts, overwrite=kept or overwrite),
            )
            for segment in missing
        ]
        run_parts(jobs, PartContext(context, share, 1 - share), at_once=self._at_once, message="writing segments")
        return planned

    def thumbnail(self, asset: Asset, time: Flicks) -> bytes | None:
        """A JPEG, 120 lines high and upright, of what is shown at media time ``time`` or shortly before.

        None while the import has made none: what is asked for last is read next. Reads one small file.
        """
        self._looked_at[asset.fingerprint] = time
        return self._thumbnails.at(self._cache.folder(asset.fingerprint, "thumbnails"), time)

    def telling_thumbnail(self, asset: Asset, time: Flicks) -> bytes | None:
        """As :meth:`thumbnail`, but one by which the film is known, where any is there; it is read no sooner."""
        return self._thumbnails.telling(self._cache.folder(asset.fingerprint, "thumbnails"), time)

    def _join(self, store: ChunkStore, film: Chunk, chunks: Sequence[Chunk], context: JobContext) -> None:
        """Make the scores of the film from those of its chunks, which are then not needed any more."""
        damaged: list[Chunk] = []
        with contextlib.suppress(_NotJoined), store.making(("joined",), film) as files:
            args = join_request([store.path("scores", chunk) for chunk in chunks], chunks, files["joined"])
            answer = self._workers.call(JOIN_HANDLER, args, context=context, memory=MEMORY)
            damaged = [chunks[int(number)] for number in answer["damaged"]]
            if damaged:  # or gone: another program may have joined them, and that file must stay
                raise _NotJoined
        for chunk in damaged or chunks:
            store.forget("scores", chunk)

    def _film_index(self, asset: Asset, context: JobContext) -> FrameIndex:
        if asset.info.kind != "video" or asset.info.video is None:
            raise UserError(asset.path, "it is no film", "choose a file with moving pictures")
        return self._indexes.index(asset, PartContext(context, 0.0, 0.0))

    def _store(self, asset: Asset) -> ChunkStore:
        return ChunkStore(self._cache, asset.fingerprint, _VERSIONS)

    def _pass(self, asset: Asset, store: ChunkStore, index: FrameIndex) -> ImportPass:
        film = Film(asset, index, self._index_file(asset))
        proxied = ProxyBudget(asset, self._room, self.full, index)
        return ImportPass(film, store, self._workers, proxied, lambda: self._looked_at.get(asset.fingerprint))

    def _read(
        self, asset: Asset, reading: ImportPass, want: tuple[Product, ...], context: JobContext, *parts: Part
    ) -> None:
        """Read what is missing; ``parts`` run along."""
        frames = self._scene_starts(asset) if "thumbnails" in want else ()
        keep = partial(self._indexes.index, asset)  # workers read it where it is kept
        reading.read(want, frames, context, at_once=self._at_once, beside=parts, before=keep)

    def _proxy_parts(self, asset: Asset, index: FrameIndex) -> tuple[ProxyPart, ...]:
        """The parts of the proxy; none where it is not whole, as the cache had no room for it."""
        store, chunks = self._store(asset), plan_chunks(index)
        if not all(store.done("proxy", each) for each in chunks):
            return ()
        return tuple(ProxyPart(store.path("proxy", each), each.first, each.end) for each in chunks)

    def _index_file(self, asset: Asset) -> Path:
        """Where the index of its picture is kept."""
        video = asset.info.video
        stream = video.index if video is not None else 0
        return index_file(self._cache, asset, stream)

    def _scene_starts(self, asset: Asset) -> tuple[int, ...]:
        """First frames of the scenes, as far as an earlier run found them; the pass itself sees most of them."""
        kept = self._library.scenes(asset.fingerprint, USUAL_SCENES)
        return tuple(scene.start_frame for scene in kept.scenes) if kept is not None else ()


class _NotJoined(Exception):  # noqa: N818 - no fault: there is nothing to keep yet
    """A piece of the scores is damaged or gone."""


def _method(sensitivity: float, kinds: Collection[TransitionKind]) -> str:
    return f"{METHOD} {sensitivity:g} {','.join(sorted(set(kinds)))}"


USUAL_SCENES = _method(DEFAULT_SENSITIVITY, KINDS)  # how an import finds them
