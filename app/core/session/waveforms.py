"""The shape and loudness of the sound of assets: kept by content, else measured by workers, piece by piece.

A piece that is measured is kept until all are: a kill costs the pieces that were running.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from app.core.base.errors import UserError
from app.core.base.time import Flicks
from app.core.jobs.context import JobContext
from app.core.media.disk_cache import DiskCache, made_again
from app.core.media.indexes import Caller
from app.core.media.waveform import (
    VERSION,
    MeasuredPiece,
    Peaks,
    SoundPiece,
    joined_peaks,
    load_peaks,
    load_piece,
    piece_request,
    plan_pieces,
    save_peaks,
)
from app.core.model.asset import Asset, MediaInfo
from app.core.model.encoding import encode
from app.core.session.ingest_parallel import run_parts

CACHE_KIND = "peaks"
_GLANCE = 0.1


class Waveforms:
    """Peaks of assets, from the cache or made by workers. Safe from any thread; blocks."""

    def __init__(self, cache: DiskCache, workers: Caller) -> None:
        self._cache = cache
        self._workers = workers
        self._making = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}

    def peaks(self, asset: Asset, context: JobContext, *, at_once: int = 1) -> Peaks:
        """The peaks of the first sound stream of ``asset``, measured by at most ``at_once`` workers.

        Raises:
            UserError: it has no sound, its file cannot be read, or the cache cannot be written.
            Cancelled: ``context`` was cancelled; pieces that are measured are kept.
        """
        duration = _duration(asset.info)
        if not asset.info.audio or duration is None:
            raise UserError(asset.path, "it holds no sound of known length", "choose a file with sound")
        place = self._place(asset)
        with self._alone(asset.fingerprint, context):
            kept = load_peaks(place)
            if kept is None:
                kept = self._measured(asset, place, _pieces(asset, duration), context, at_once)
            return kept

    def kept(self, asset: Asset) -> bool:
        """Whether the peaks of ``asset`` are in the cache."""
        return self._place(asset).exists()

    def _place(self, asset: Asset) -> Path:
        return self._cache.folder(asset.fingerprint, CACHE_KIND) / f"{_stem(asset.info)}.npz"

    @contextlib.contextmanager
    def _alone(self, fingerprint: str, context: JobContext) -> Iterator[None]:
        """Two that want the same measure once."""
        with self._making:
            lock = self._locks.setdefault(fingerprint, threading.Lock())
        while not lock.acquire(timeout=_GLANCE):
            context.check()
        try:
            yield
        finally:
            lock.release()

    def _measured(
        self, asset: Asset, place: Path, pieces: Sequence[SoundPiece], context: JobContext, at_once: int
    ) -> Peaks:
        files = [place.with_name(f"{place.stem}-{piece.first:08}-{piece.end:08}.npz") for piece in pieces]
        found: dict[SoundPiece, MeasuredPiece] = {}

        def measuring(piece: SoundPiece, file: Path) -> Callable[[JobContext], None]:
            def measure(context: JobContext) -> None:
                kept = load_piece(file, piece)
                make = partial(self._measured_piece, asset, piece, file, context)
                found[piece] = kept if kept is not None else made_again(make)

            return measure

        parts = [(float(p.end - p.first), measuring(p, file)) for p, file in zip(pieces, files, strict=True)]
        run_parts(parts, context, at_once=at_once)
        peaks = joined_peaks(found[piece] for piece in pieces)
        made_again(lambda: self._keep(place, peaks))
        for file in files:
            with contextlib.suppress(OSError):
                file.unlink()
        return peaks

    def _keep(self, place: Path, peaks: Peaks) -> None:
        with self._cache.writing(place) as temporary:
            save_peaks(temporary, peaks)

    def _measured_piece(self, asset: Asset, piece: SoundPiece, file: Path, context: JobContext) -> MeasuredPiece:
        with self._cache.writing(file) as temporary:
            request = piece_request(asset.path, asset.info.audio[0], piece, temporary)
            self._workers.call("peaks", request, context=context)
            made = load_piece(temporary, piece)
        if made is None:
            raise UserError(asset.path, "its waveform could not be kept", "free some disk space and try again")
        return made


def _pieces(asset: Asset, duration: Flicks) -> tuple[SoundPiece, ...]:
    try:
        return plan_pieces(duration)
    except ValueError as error:
        raise UserError(asset.path, "its sound is too long to be drawn", "part the file") from error


def _stem(info: MediaInfo) -> str:
    """The name of what is kept: an older project may know another length of the same sound, or another clock."""
    sound = info.audio[0]
    known = json.dumps([_duration(info), encode(sound.clock)]).encode()
    return f"{sound.index}-v{VERSION}-{hashlib.blake2b(known, digest_size=4).hexdigest()}"


def _duration(info: MediaInfo) -> Flicks | None:
    """From media time 0 to the end of the first sound."""
    if not info.audio:
        return None
    sound = info.audio[0]
    return sound.start + sound.duration if sound.duration is not None else info.duration
