"""``insomnia scenes``: where the shots of a film begin and end."""

from __future__ import annotations

import argparse
import csv
import io
from collections.abc import Iterator
from pathlib import Path

from app.cli.command import Desk, Subparsers, add_command, add_overwrite, add_progress, file_path
from app.cli.outputs import require_ending, require_free
from app.cli.projects import EDL, OTIO
from app.cli.scene_options import add_scene_options, found_scenes, scene_options
from app.cli.shapes import add_subtitles, scenes_document
from app.cli.words import count, fps
from app.core.base.files import write_atomically
from app.core.model.asset import Asset
from app.core.model.scene import SceneList

COLUMNS = ("index", "start", "end", "start_frame", "end_frame", "transition_in")
_MOST_EVENTS = 999


def add(commands: Subparsers) -> None:
    """Register the command."""
    parser = add_command(commands, "scenes", "find the scenes of a film", _run)
    parser.add_argument("media", metavar="MEDIA", help="a video file")
    add_scene_options(parser)
    parser.add_argument("--csv", metavar="FILE", help="write the scenes as a table, times in seconds")
    parser.add_argument("--otio", metavar="FILE", help="write the scenes as an OpenTimelineIO timeline of clips")
    parser.add_argument("--edl", metavar="FILE", help="write the scenes as an EDL (CMX 3600), one event for each")
    add_overwrite(parser)
    add_progress(parser)


def _run(options: argparse.Namespace, desk: Desk) -> int:
    chosen = scene_options(options)
    media = file_path(options.media)
    table, timeline, events = (
        file_path(name) if name is not None else None for name in (options.csv, options.otio, options.edl)
    )
    if timeline is not None:
        require_ending(timeline, OTIO, "a timeline")
    if events is not None:
        require_ending(events, EDL, "an EDL")
    inputs = [media]
    for target in (each for each in (table, timeline, events) if each is not None):
        require_free(target, overwrite=options.overwrite, inputs=inputs)
        inputs.append(target)
    asset, found = found_scenes(media, chosen, desk)
    document = scenes_document(options.media, found)
    add_subtitles(document["scenes"], desk.services.transcription.scene_cues(asset, found.scenes))
    if table is not None:
        write_atomically(table, _table(document["scenes"]))
    for target in (each for each in (timeline, events) if each is not None):
        _write_timeline(target, asset, found)
    if events is not None and len(found.scenes) > _MOST_EVENTS:
        desk.console.warn(f"{events}: programs that count events to {_MOST_EVENTS} do not read the others")
    desk.console.result(document, _lines(options.media, found, document["scenes"]))
    return 0


def _table(scenes: list[dict[str, object]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([scene[column] for column in COLUMNS] for scene in scenes)
    return text.getvalue().encode()


def _write_timeline(target: Path, asset: Asset, found: SceneList) -> None:
    """What the format cannot hold is nothing that was asked for: the scenes are ranges of one film."""
    from app.core.edit.assets import new_project
    from app.core.edit.scenes import assemble, scene_ranges
    from app.core.interchange.timelines import write_file
    from app.core.jobs.inline import InlineContext

    project = assemble(new_project(f"Scenes of {asset.name}"), [(asset, scene_ranges(asset, found))])
    write_file(project, target, InlineContext())


def _lines(name: str, found: SceneList, scenes: list[dict[str, object]]) -> Iterator[str]:
    yield f"{name}: {count(len(scenes), 'scene')}, {count(found.frames, 'frame')}, {fps(found.rate)}"
    for scene in scenes:
        frames = f"frames {scene['start_frame']} to {scene['end_frame']}"
        yield f"  {scene['index']}: {scene['start']:.3f} s to {scene['end']:.3f} s, {frames}, {scene['transition_in']}"
