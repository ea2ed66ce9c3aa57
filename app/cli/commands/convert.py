"""``insomnia convert``: between projects and timelines of other programs, saying what does not come over."""

from __future__ import annotations

import argparse

from app.cli.command import Desk, Subparsers, add_command, add_overwrite, add_progress, file_path
from app.cli.outputs import require_free
from app.cli.projects import PROJECT, Reading, ending, load_project, rate_option, save_project
from app.core.base.errors import UserError


def add(commands: Subparsers) -> None:
    """Register the command."""
    title = "convert between projects (.insomnia) and timelines (.otio, .otioz, .edl, FCP7 .xml), and say what is lost"
    parser = add_command(commands, "convert", title, _run)
    parser.add_argument("input", metavar="IN", help="what to read: .insomnia, .otio, .otioz, .edl or .xml")
    parser.add_argument("output", metavar="OUT", help="what to write: one of the same")
    parser.add_argument("--media", metavar="DIR", help="where media of a timeline are looked for (default: its folder)")
    parser.add_argument("--rate", metavar="R", help="the frames a second that an EDL counts, such as 25 or 29.97")
    add_overwrite(parser)
    add_progress(parser)


def _run(options: argparse.Namespace, desk: Desk) -> int:
    source, target = file_path(options.input), file_path(options.output)
    if ending(source) == ending(target):
        raise UserError(str(target), "it would be of the same kind", "copy the file, or choose another ending")
    rate = rate_option(options.rate)
    require_free(target, overwrite=options.overwrite, inputs=(source,))
    media_folder = file_path(options.media) if options.media is not None else None
    # A project refers to the media of a bundle, so they stay beside it; so do those of a timeline that does.
    project, read_losses = load_project(source, desk, Reading(media_folder, rate))
    losses = [*read_losses, *save_project(project, target, desk)]
    document = {"input": options.input, "output": options.output, "losses": losses}
    left = "does not come over" if ending(target) != PROJECT else "did not come over"
    told = [f"{left}: {loss}" for loss in losses] or ["everything came over"]
    desk.console.result(document, [f"{options.output}: written", *told])
    return 0
