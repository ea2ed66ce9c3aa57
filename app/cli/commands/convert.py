"""``insomnia convert``: between projects and OpenTimelineIO, saying what does not come over."""

from __future__ import annotations

import argparse

from app.cli.command import Desk, Subparsers, add_command, add_overwrite, add_progress, file_path
from app.cli.outputs import require_free
from app.cli.projects import ending, load_project, save_project
from app.core.base.errors import UserError


def add(commands: Subparsers) -> None:
    """Register the command."""
    title = "convert between projects (.insomnia) and OpenTimelineIO (.otio), and say what is lost"
    parser = add_command(commands, "convert", title, _run)
    parser.add_argument("input", metavar="IN", help="what to read: .insomnia or .otio")
    parser.add_argument("output", metavar="OUT", help="what to write: .otio or .insomnia")
    parser.add_argument("--media", metavar="DIR", help="where media of an .otio are looked for (default: its folder)")
    add_overwrite(parser)
    add_progress(parser)


def _run(options: argparse.Namespace, desk: Desk) -> int:
    source, target = file_path(options.input), file_path(options.output)
    if ending(source) == ending(target):
        raise UserError(str(target), "it would be of the same kind", "copy the file, or choose the other ending")
    require_free(target, overwrite=options.overwrite, inputs=(source,))
    media_folder = file_path(options.media) if options.media is not None else None
    project, read_losses = load_project(source, media_folder, desk)
    losses = [*read_losses, *save_project(project, target, desk)]
    document = {"input": options.input, "output": options.output, "losses": losses}
    lost = [f"lost: {loss}" for loss in losses] or ["nothing was lost"]
    desk.console.result(document, [f"{options.output}: written", *lost])
    return 0
