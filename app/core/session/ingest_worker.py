"""The import pass of one chunk, as a worker process runs it: decode once, feed whoever is interested."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import av

from app.core.base.files import write_error
from app.core.jobs.context import JobContext
from app.core.media.index import FrameIndex, load_index
from app.core.media.index_build import build_index
from app.core.media.pyav_source import PyAVVideoSource
from app.core.model.asset import VideoStream
from app.core.model.asset_json import media_info_from_json

HANDLER = "import_chunk"


class Sink(Protocol):
    """Takes the frames of a chunk in order."""

    def add(self, number: int, frame: av.VideoFrame) -> None:
        """The next frame; it belongs to the decoder and must not be changed."""

    def finish(self) -> None:
        """All frames came: write what was made of them."""

    def abort(self) -> None:
        """No more comes: leave nothing open."""


def import_chunk_handler(args: dict[str, Any], context: JobContext) -> dict[str, Any]:
    """Decode frames ``[first, end)`` of ``path`` once and write what is wanted of them.

    ``{"path", "info", "index" (its file), "first", "end", "threads", "scores" (a file, optional)}`` ->
    ``{"frames"}``.
    """
    path, first, end = str(args["path"]), int(args["first"]), int(args["end"])
    video = media_info_from_json(args["info"]).video
    if video is None:
        raise ValueError("an import without a picture")
    index = _index(path, video.index, Path(args["index"]))
    sinks = _sinks(args, video)
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


def _index(path: str, stream: int, file: Path) -> FrameIndex:
    """The index that the parent keeps in ``file``, or, where the cache was cleaned meanwhile, a new one."""
    found = load_index(file)
    return found if found is not None and found.stream == stream else build_index(path, stream)


def _sinks(args: dict[str, Any], video: VideoStream) -> list[Sink]:
    sinks: list[Sink] = []
    if args.get("scores"):
        sinks.append(_ScoreSink(Path(args["scores"]), video))
    return sinks


class _ScoreSink:
    """Writes the scores of a chunk."""

    def __init__(self, out: Path, video: VideoStream) -> None:
        from app.core.analysis.scene_sink import SceneSink

        self._out = out
        self._sink = SceneSink(video.coded_width, video.coded_height)

    def add(self, number: int, frame: av.VideoFrame) -> None:  # noqa: ARG002 - a sink
        self._sink.add(frame)

    def finish(self) -> None:
        try:
            self._out.write_bytes(self._sink.result().to_bytes())
        except OSError as error:
            raise write_error(self._out, error) from error

    def abort(self) -> None:
        pass
