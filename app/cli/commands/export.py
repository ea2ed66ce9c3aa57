"""``insomnia export``: the film of a project."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from app.cli.command import Desk, Subparsers, add_command, add_overwrite, add_progress, file_path
from app.cli.films import PRESET, QUALITY, FilmOptions, film_document, write_film
from app.cli.outputs import require_free
from app.cli.projects import Reading, load_project, rate_option, unpacking
from app.cli.words import count, length
from app.core.render.plan import SUBTITLE_MODES, subtitle_file

if TYPE_CHECKING:
    from app.core.render.export import ExportResult

_SUBTITLES = {"burn": "burned into the picture", "track": "as a track", "file": "as a file beside the film"}


def add(commands: Subparsers) -> None:
    """Register the command."""
    parser = add_command(commands, "export", "write the film of a project, and check it", _run)
    parser.add_argument(
        "project", metavar="PROJECT", help="a project (.insomnia) or a timeline (.otio, .otioz, .edl, .xml)"
    )
    parser.add_argument("output", metavar="OUT", help="the film to write")
    parser.add_argument("--preset", default=PRESET, metavar="NAME", help="mp4 (default), mp4-1080p or mp4-720p")
    parser.add_argument(
        "--quality", default=QUALITY, metavar="NAME", help="low, medium (default) or high: better is larger"
    )
    parser.add_argument("--from", dest="start", metavar="TC", help="the first frame, as HH:MM:SS:FF or seconds")
    parser.add_argument("--to", dest="end", metavar="TC", help="where to stop; the frame there is not written")
    parser.add_argument("--media", metavar="DIR", help="where media of a timeline are looked for (default: its folder)")
    parser.add_argument("--rate", metavar="R", help="the frames a second that an EDL counts, such as 25 or 29.97")
    parser.add_argument(
        "--subtitles",
        default="none",
        choices=SUBTITLE_MODES,
        help="none (default), burn (into the picture), track (players can switch it off) or file (.srt beside OUT)",
    )
    add_overwrite(parser)
    add_progress(parser)


def _run(options: argparse.Namespace, desk: Desk) -> int:
    film = FilmOptions(
        options.preset, options.quality, options.start, options.end, options.overwrite, options.subtitles
    )
    film.check()
    source, output = file_path(options.project), file_path(options.output)
    media_folder = file_path(options.media) if options.media is not None else None
    require_free(output, overwrite=options.overwrite, inputs=(source,))
    if options.subtitles == "file":
        require_free(subtitle_file(output), overwrite=options.overwrite, inputs=(source,))
    rate = rate_option(options.rate)
    with unpacking(source, desk) as unpacked:
        project, losses = load_project(source, desk, Reading(media_folder, rate, unpacked))
        for loss in losses:
            desk.console.warn(f"{source}: {loss}")
        result = write_film(project, output, film, desk, precious=(source,))
    desk.console.result(film_document(result, options.output), _lines(result, options.output))
    return 0


def _lines(result: ExportResult, output: str) -> Iterator[str]:
    yield f"{output}: {count(result.frames, 'frame')}, {length(result.duration)}, in {result.seconds:.1f} s"
    if result.subtitles.cues:
        yield f"  subtitles: {_SUBTITLES[result.subtitles.mode]}: {count(result.subtitles.cues, 'cue')}"
    yield from (f"  warning: {warning}" for warning in result.warnings)
    yield from (f"  checked: {each.name}: {each.detail}" for each in result.checks)
