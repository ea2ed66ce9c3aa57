"""``insomnia assemble``: a project with media, or their scenes, one after another."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.command import Desk, Subparsers, add_command, add_list, add_overwrite, add_progress, file_path
from app.cli.outputs import require_ending, require_free
from app.cli.projects import PROJECT
from app.cli.scene_options import SceneOptions, add_scene_options, found_scenes, scene_options
from app.cli.shapes import seconds
from app.cli.words import count, length
from app.core.model.clip import Clip

if TYPE_CHECKING:
    from app.core.edit.insert import MediaRange
    from app.core.model.asset import Asset
    from app.core.model.project import Project


def add(commands: Subparsers) -> None:
    """Register the command."""
    parser = add_command(commands, "assemble", "make a project with media, or their scenes, one after another", _run)
    parser.add_argument("output", metavar="OUT.insomnia", help="the project to write")
    add_list(parser, "media", nargs="+", metavar="MEDIA", help="a video, sound or picture file")
    parser.add_argument("--scenes", action="store_true", help="a clip for each scene instead of one for each film")
    add_scene_options(parser)
    add_overwrite(parser)
    add_progress(parser)


def _run(options: argparse.Namespace, desk: Desk) -> int:
    from app.core.edit.assets import new_project
    from app.core.edit.scenes import assemble

    chosen = scene_options(options) if options.scenes else None
    output = file_path(options.output)
    media = [file_path(name) for name in options.media]
    require_ending(output, PROJECT, "a project")
    require_free(output, overwrite=options.overwrite, inputs=media)
    parts = [_part(path, chosen, desk) for path in media]
    project = assemble(new_project(output.stem), parts)
    desk.services.store.save(project, output)
    _say(options.output, project, desk)
    return 0


def _part(media: Path, chosen: SceneOptions | None, desk: Desk) -> tuple[Asset, tuple[MediaRange, ...]]:
    """A medium and its scenes; sound and stills have none and are taken whole."""
    from app.core.edit.scenes import scene_ranges

    with desk.progress.job(f"read {media.name}") as context:
        asset = desk.services.ingest.asset(media, context)
    if chosen is None or asset.info.kind != "video":
        return asset, ()
    asset, found = found_scenes(media, chosen, desk)
    return asset, scene_ranges(asset, found)


def _say(output: str, project: Project, desk: Desk) -> None:
    sequence = project.sequences[0]
    clips = sum(isinstance(item, Clip) for track in sequence.video_tracks[:1] for item in track.items)
    frames = sequence.frames
    document = {
        "output": output,
        "assets": len(project.assets),
        "clips": clips,
        "frames": frames,
        "duration": seconds(sequence.duration),
    }
    desk.console.result(
        document, [f"{output}: {count(clips, 'clip')}, {count(frames, 'frame')}, {length(sequence.duration)}"]
    )
