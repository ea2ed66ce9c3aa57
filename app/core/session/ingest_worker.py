"""The import pass of one chunk, as a worker process runs it: decode once, feed whoever is interested."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from app.core.base.files import write_error
from app.core.jobs.context import JobContext
from app.core.media.index import FrameIndex
from app.core.media.indexes import kept_index
from app.core.media.proxy import ProxyChunk, proxy_settings
from app.core.media.pyav_source import PyAVVideoSource
from app.core.media.thumbnails import ThumbnailSink, regular_frames
from app.core.media.tracks import PictureClock
from app.core.model.asset import Asset, MediaInfo, VideoStream
from app.core.model.encoding import decode, encode
from app.core.session.ingest_chunks import Chunk, Product

if TYPE_CHECKING:
    from app.core.analysis.scores import ScoredPiece
    from app.core.media.source import DecodedFrame

HANDLER = "import_chunk"
JOIN_HANDLER = "join_scores"

_SHOT_CHANGE = 15.0
"""Content score from which a frame gets a thumbnail: PySceneDetect's least for a cut (min_content_val)."""


def chunk_request(
    asset: Asset, index: Path, chunk: Chunk, threads: int, frames: Sequence[int], files: Mapping[Product, Path]
) -> dict[str, Any]:
    """What :func:`import_chunk_handler` needs to read ``chunk`` and write ``files``."""
    return {
        "path": asset.path,
        "info": encode(asset.info),
        "index": str(index),
        "first": chunk.first,
        "end": chunk.end,
        "threads": threads,
        "frames": [frame for frame in frames if chunk.first <= frame < chunk.end],
        **{product: str(file) for product, file in files.items()},
    }


def join_request(pieces: Sequence[Path], chunks: Sequence[Chunk], out: Path) -> dict[str, Any]:
    """What :func:`join_scores_handler` needs to join ``pieces``, one for each of ``chunks``."""
    return {"pieces": [str(piece) for piece in pieces], "frames": [len(chunk) for chunk in chunks], "out": str(out)}


class Sink(Protocol):
    """Takes the frames of a chunk in order."""

    def add(self, number: int, frame: DecodedFrame) -> None:
        """The next frame; it belongs to the decoder and must not be changed."""

    def finish(self) -> None:
        """All frames came: write what was made of them."""

    def abort(self) -> None:
        """No more comes: leave nothing open."""


def import_chunk_handler(args: dict[str, Any], context: JobContext) -> dict[str, Any]:
    """Decode frames ``[first, end)`` of ``path`` once and write what is wanted of them.

    ``{"path", "info", "index" (its file), "first", "end", "threads"}`` and, each optional, the files to
    write, ``{"scores", "thumbnails", "proxy"}``, and ``{"frames"}`` that get a thumbnail besides the
    regular ones -> ``{"frames"}``.
    """
    path, first, end = str(args["path"]), int(args["first"]), int(args["end"])
    video = decode(MediaInfo, args["info"]).video
    if video is None:
        raise ValueError("an import without a picture")
    index = kept_index(Path(path), video.index, Path(args["index"]))
    sinks = _sinks(args, video, index)
    source = PyAVVideoSource(path, index, threads=int(args["threads"]), ring_bytes=0)
    try:
        for number in range(first, end):
            context.report((number - first) / (end - first))
            frame = source.frame(number)
            for sink in sinks:
                sink.add(number, frame)
        for sink in sinks:
            sink.finish()
    except BaseException:
        for sink in sinks:
            sink.abort()
        raise
    finally:
        source.close()
    return {"frames": end - first}


def join_scores_handler(args: dict[str, Any], context: JobContext) -> dict[str, Any]:
    """Join the scores of chunks, ``{"pieces" (files, in order), "frames" (of each), "out"}`` -> ``{"damaged"}``.

    Where pieces are damaged (their places in the row come back), nothing is written.
    """
    from app.core.analysis.scores import PieceJoiner

    joiner, damaged = PieceJoiner(), []
    for number, (file, frames) in enumerate(zip(args["pieces"], args["frames"], strict=True)):
        context.check()
        piece = _piece(Path(file), int(frames))  # one at a time: its pictures are large beside its scores
        if piece is None:
            damaged.append(number)
        elif not damaged:
            joiner.add(piece)
    if not damaged:
        _write(Path(args["out"]), joiner.result().to_bytes())
    return {"damaged": damaged}


def _piece(file: Path, frames: int) -> ScoredPiece | None:
    from app.core.analysis.scores import piece_from_bytes

    try:
        piece = piece_from_bytes(file.read_bytes())
    except (OSError, ValueError):
        return None
    return piece if len(piece) == frames else None


def _sinks(args: dict[str, Any], video: VideoStream, index: FrameIndex) -> list[Sink]:
    sinks: list[Sink] = []
    scores = _ScoreSink(Path(args["scores"]), video) if args.get("scores") else None
    if scores is not None:
        sinks.append(scores)
    if args.get("thumbnails"):
        frames = regular_frames(index, int(args["first"]), int(args["end"])) | frozenset(args.get("frames", ()))
        sinks.append(_ThumbnailFile(Path(args["thumbnails"]), ThumbnailSink(video, index), frames, scores))
    if args.get("proxy"):
        settings = proxy_settings(video, index, int(args["threads"]))
        sinks.append(ProxyChunk(Path(args["proxy"]), settings, PictureClock.of(index)))
    return sinks


class _ScoreSink:
    """Writes the scores of a chunk."""

    def __init__(self, out: Path, video: VideoStream) -> None:
        from app.core.analysis.scene_sink import SceneSink

        self._out = out
        self._sink = SceneSink(video.coded_width, video.coded_height)

    @property
    def changed(self) -> bool:
        """Whether the last frame looks like the first of a new shot."""
        return self._sink.last_content >= _SHOT_CHANGE

    def add(self, number: int, frame: DecodedFrame) -> None:  # noqa: ARG002 - a sink
        self._sink.add(frame)

    def finish(self) -> None:
        _write(self._out, self._sink.result().to_bytes())

    def abort(self) -> None:
        pass


class _ThumbnailFile:
    """Keeps pictures of the chosen frames and of those where the shot seems to change."""

    def __init__(self, out: Path, sink: ThumbnailSink, frames: frozenset[int], scores: _ScoreSink | None) -> None:
        self._out = out
        self._sink = sink
        self._frames = frames
        self._scores = scores

    def add(self, number: int, frame: DecodedFrame) -> None:
        if number in self._frames or (self._scores is not None and self._scores.changed):
            self._sink.add(number, frame)

    def finish(self) -> None:
        _write(self._out, self._sink.to_bytes())

    def abort(self) -> None:
        pass


def _write(out: Path, data: bytes) -> None:
    try:
        out.write_bytes(data)
    except OSError as error:
        raise write_error(out, error) from error
