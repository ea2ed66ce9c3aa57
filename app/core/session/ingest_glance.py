"""A first look along a film: pictures of its key frames, there within a second or two, before it is read."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from app.core.base.errors import UserError
from app.core.base.files import write_error
from app.core.jobs.context import JobContext
from app.core.media.disk_cache import DiskCache
from app.core.media.index import FrameIndex
from app.core.media.indexes import Caller, kept_index
from app.core.media.key_frames import KeyFrames
from app.core.media.thumbnails import ENDING, VERSION, ThumbnailSink
from app.core.model.asset import Asset, MediaInfo
from app.core.model.encoding import decode, encode
from app.core.session.ingest_chunks import Chunk, ChunkStore

GLANCE_HANDLER = "glance"
GLANCE_FILE = f"v{VERSION}-glance.{ENDING}"  # read like the thumbnails of a chunk
_PICTURES = 100
_MEMORY = 1024 * 1024 * 1024  # a 4K decoder
_LEAST_CHUNKS = 3  # a film that is read at once needs no glance


@contextlib.contextmanager
def glanced(
    workers: Caller,
    cache: DiskCache,
    store: ChunkStore,
    asset: Asset,
    chunks: Sequence[Chunk],
    index: Path,
    context: JobContext,
) -> Iterator[None]:
    """Run a block that makes the thumbnails of ``chunks`` while pictures of key frames stand in for them.

    Nothing is done where so few are missing that nobody would wait for them.

    Raises:
        Cancelled: ``context`` was cancelled.
    """
    place = cache.folder(asset.fingerprint, "thumbnails") / GLANCE_FILE
    missing = sum(not store.done("thumbnails", chunk) for chunk in chunks)
    if missing > _LEAST_CHUNKS and not place.exists():
        with contextlib.suppress(UserError), cache.writing(place) as file:  # the pass itself says what is wrong
            workers.call(GLANCE_HANDLER, glance_request(asset, index, file), context=context, memory=_MEMORY)
    yield
    if missing:
        with contextlib.suppress(OSError):
            place.unlink(missing_ok=True)


def glance_request(asset: Asset, index: Path, out: Path, count: int = _PICTURES) -> dict[str, Any]:
    """What :func:`glance_handler` needs for at most ``count`` pictures."""
    info = encode(asset.info)
    return {"path": asset.path, "info": info, "index": str(index), "count": count, "out": str(out)}


def glance_handler(args: dict[str, Any], context: JobContext) -> dict[str, Any]:
    """Thumbnails of at most ``count`` key frames spread over the film, before it is read -> ``{"frames"}``.

    ``{"path", "info", "index" (its file), "count", "out"}``
    """
    video = decode(MediaInfo, args["info"]).video
    if video is None:
        raise ValueError("a glance without a picture")
    index = kept_index(Path(args["path"]), video.index, Path(args["index"]))
    frames, sink = _spread_keys(index, int(args["count"])), ThumbnailSink(video, index)
    source = KeyFrames(args["path"], index, alpha=video.alpha)
    try:
        for done, number in enumerate(frames):
            context.report(done / len(frames))
            sink.add(number, source.frame(number))
    finally:
        source.close()
    out = Path(args["out"])
    try:
        out.write_bytes(sink.to_bytes())
    except OSError as error:
        raise write_error(out, error) from error
    return {"frames": frames}


def _spread_keys(index: FrameIndex, count: int) -> list[int]:
    """The key frames before ``count`` moments at equal distances."""
    moments = (index.start + index.duration * number // count for number in range(count))
    return sorted({int(index.key[index.key_before(index.number_at(moment))]) for moment in moments})
