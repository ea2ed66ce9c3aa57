"""Files for the scenes of a film: proxies for scrubbing, mezzanines for other programs, one per scene."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path, PurePath
from typing import Any

from app.core.base.errors import UserError, one_line
from app.core.base.files import removed_on_failure, write_error
from app.core.base.sizes import size
from app.core.jobs.context import JobContext
from app.core.media.cache_room import CacheRoom, free_bytes
from app.core.media.index import FrameIndex
from app.core.media.indexes import Caller, kept_index
from app.core.media.segments import ENDINGS, ProxyPart, SegmentKind, SegmentTask, segment_bytes, write_segment
from app.core.model.asset import Asset, MediaInfo
from app.core.model.encoding import decode, encode
from app.core.model.scene import SceneList
from app.core.render.target import publish, reserve_part
from app.core.session.ingest_chunks import MEMORY

HANDLER = "segment"
VERSION = 4  # of the files, as far as kept ones may be used again


@dataclass(frozen=True, slots=True)
class Segment:
    """A file that holds frames ``[start_frame, end_frame)`` of a film: those of scene number ``scene``."""

    scene: int
    kind: SegmentKind
    path: Path
    start_frame: int
    end_frame: int


def plan_segments(
    asset: Asset, scenes: SceneList, kinds: Sequence[SegmentKind], folder: Path, *, by_frames: bool = False
) -> tuple[Segment, ...]:
    """The segments of all scenes, in the order of the scenes: ``bbb480-000-proxy.mp4`` and so on.

    ``by_frames`` names them by their frames instead, where scenes of several searches meet.
    """
    stem = PurePath(asset.name).stem
    planned = []
    for scene in scenes.scenes:
        for kind in dict.fromkeys(kinds):
            number = (
                f"v{VERSION}-{scene.start_frame:08}-{scene.end_frame:08}" if by_frames else f"{stem}-{scene.index:03}"
            )
            path = folder / f"{number}-{kind}.{ENDINGS[kind]}"
            planned.append(Segment(scene.index, kind, path, scene.start_frame, scene.end_frame))
    return tuple(planned)


def require_free(segments: Sequence[Segment], folder: Path) -> None:
    """Make sure that nothing is written over.

    Raises:
        UserError: a file is there already.
    """
    for segment in segments:
        if segment.path.exists():
            raise UserError(str(segment.path), "it exists already", "choose another folder, or allow overwriting")
    if folder.exists() and not folder.is_dir():
        raise UserError(str(folder), "it is no folder", "choose a folder")


def require_room(
    asset: Asset, segments: Sequence[Segment], index: FrameIndex, folder: Path, room: CacheRoom | None
) -> None:
    """Make sure that the disk of ``folder`` has room for ``segments``, or the cache, where ``room`` is given.

    Raises:
        UserError: it has not.
    """
    if not segments:
        return
    path = Path(asset.path)
    tasks = [SegmentTask(path, asset.info, each.kind, each.start_frame, each.end_frame) for each in segments]
    needed = sum(segment_bytes(task, index) for task in tasks)
    if room is not None:
        if not room.make(needed):
            why = f"the cache has no room for about {size(needed)}"
            raise UserError(asset.path, why, "choose a folder for the files, or let the cache be larger")
        return
    free = free_bytes(folder)
    if needed > free:
        why = f"the files will take about {size(needed)}, and {size(free)} are free"
        raise UserError(str(folder), why, "free some space, or choose another folder")


def segment_request(
    asset: Asset, segment: Segment, index_file: Path, parts: Sequence[ProxyPart], out: Path
) -> dict[str, Any]:
    """What the handler needs to write ``segment`` to ``out``."""
    return {
        "path": asset.path,
        "info": encode(asset.info),
        "index": str(index_file),
        "kind": segment.kind,
        "first": segment.start_frame,
        "end": segment.end_frame,
        "proxy": [{**asdict(part), "path": str(part.path)} for part in parts],
        "out": str(out),
    }


def writing(
    workers: Caller,
    asset: Asset,
    segment: Segment,
    index_file: Path,
    parts: Sequence[ProxyPart],
    *,
    overwrite: bool,
) -> Callable[[JobContext], None]:
    """What writes one segment beside its place and then gives it its name."""

    def write(context: JobContext) -> None:
        try:
            segment.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise write_error(segment.path, error) from error
        part = reserve_part(segment.path)
        with removed_on_failure(part):
            args = segment_request(asset, segment, index_file, parts, part)
            try:
                workers.call(HANDLER, args, context=context, memory=MEMORY)
            except UserError as error:
                if error.what != one_line(str(part)):
                    raise
                raise UserError(str(segment.path), error.why, error.what_to_do) from error  # a name people know
            publish(part, segment.path, overwrite)

    return write


def segment_handler(args: dict[str, Any], context: JobContext) -> dict[str, Any]:
    """Write one segment, as :func:`segment_request` describes it -> ``{"frames"}``. For worker processes."""
    info = decode(MediaInfo, args["info"])
    if info.video is None:
        raise ValueError("a segment without a picture")
    parts = tuple(ProxyPart(Path(part["path"]), int(part["first"]), int(part["end"])) for part in args["proxy"])
    kind: SegmentKind = "mezzanine" if args["kind"] == "mezzanine" else "proxy"
    task = SegmentTask(Path(args["path"]), info, kind, int(args["first"]), int(args["end"]), parts)
    write_segment(task, kept_index(task.path, info.video.index, Path(args["index"])), Path(args["out"]), context)
    return {"frames": task.end - task.first}
