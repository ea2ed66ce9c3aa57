"""``insomnia segments``: a file for each scene of a film, or for all of it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from app.cli.command import Desk, Subparsers, add_command, add_overwrite, add_progress, file_path
from app.cli.scene_options import add_scene_options, found_scenes, scene_options
from app.cli.shapes import Document

if TYPE_CHECKING:
    from pathlib import Path

    from app.core.media.segments import SegmentKind
    from app.core.model.asset import Asset
    from app.core.model.scene import SceneList
    from app.core.session.ingest_segments import Segment


def add(commands: Subparsers) -> None:
    """Register the command."""
    parser = add_command(commands, "segments", "write a file for each scene of a film", _run)
    parser.add_argument("media", metavar="MEDIA", help="a video file")
    parser.add_argument("--proxy", action="store_true", help="small files, for scrubbing (the default)")
    parser.add_argument("--mezzanine", action="store_true", help="large files as good as the film, for other programs")
    parser.add_argument("--out", metavar="DIR", help="where to write them (default: the cache, where they may vanish)")
    parser.add_argument("--whole", action="store_true", help="one file for the whole film, whatever its scenes")
    add_scene_options(parser)
    add_overwrite(parser)
    add_progress(parser)


def _run(options: argparse.Namespace, desk: Desk) -> int:
    chosen = scene_options(options)
    media = file_path(options.media)
    folder = file_path(options.out) if options.out is not None else None
    asset, scenes = _whole(media, desk) if options.whole else found_scenes(media, chosen, desk)
    with desk.progress.job(f"segments of {media.name}") as context:
        made = desk.services.ingest.segments(
            asset, scenes, _kinds(options), context, folder, overwrite=options.overwrite
        )
    clear = asset.info.video is not None and asset.info.video.alpha
    if clear and any(segment.kind == "proxy" for segment in made):
        desk.console.warn(f"{options.media}: its transparency is left out of proxies; --mezzanine keeps it")
    document = {"path": options.media, "segments": [_document(segment, clear) for segment in made]}
    desk.console.result(document, (str(segment.path) for segment in made))
    return 0


def _whole(media: Path, desk: Desk) -> tuple[Asset, SceneList]:
    with desk.progress.job(f"reading {media.name}") as context:
        asset = desk.services.ingest.asset(media, context)
        return asset, desk.services.ingest.whole(asset, context)


def _kinds(options: argparse.Namespace) -> tuple[SegmentKind, ...]:
    kinds: list[SegmentKind] = []
    if options.proxy or not options.mezzanine:
        kinds.append("proxy")
    if options.mezzanine:
        kinds.append("mezzanine")
    return tuple(kinds)


def _document(segment: Segment, clear: bool) -> Document:
    return {
        "scene": segment.scene,
        "kind": segment.kind,
        "path": str(segment.path),
        "start_frame": segment.start_frame,
        "end_frame": segment.end_frame,
        "alpha": clear and segment.kind == "mezzanine",
    }
