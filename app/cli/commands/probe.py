"""``insomnia probe``: what is in media files."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from app.cli.command import Desk, Subparsers, add_command, add_list, add_progress, file_path
from app.cli.console import PROGRAM
from app.cli.shapes import Document, error_document, media_document
from app.cli.words import fps, length
from app.core.base.errors import UserError
from app.core.model.asset import AudioStream, MediaInfo, VideoStream


def add(commands: Subparsers) -> None:
    """Register the command."""
    title = "show streams, durations, rates, sizes, colours and problems of media"
    parser = add_command(commands, "probe", title, _run)
    add_list(parser, "media", nargs="+", metavar="MEDIA", help="a video, sound or picture file")
    add_progress(parser)


def _run(options: argparse.Namespace, desk: Desk) -> int:
    if len(options.media) == 1:
        (name,) = options.media
        info = _probe(file_path(name), desk)
        desk.console.result(media_document(name, info), _lines(name, info))
        return 0
    found: list[tuple[str, MediaInfo]] = []
    errors: list[Document] = []
    for name in options.media:
        try:
            found.append((name, _probe(file_path(name), desk)))
        except UserError as error:
            errors.append({"path": name, **error_document(error)})
            desk.console.say(f"{PROGRAM}: error: {error}")
    document = {"media": [media_document(name, info) for name, info in found], "errors": errors}
    desk.console.result(document, (line for name, info in found for line in _lines(name, info)))
    return 1 if errors else 0


def _probe(path: Path, desk: Desk) -> MediaInfo:
    with desk.progress.job(f"probe {path.name}") as context:
        return desk.services.ingest.asset(path, context).info


def _lines(name: str, info: MediaInfo) -> Iterator[str]:
    yield name
    parts = [info.kind, info.container, *([length(info.duration)] if info.duration is not None else [])]
    yield f"  {', '.join(parts)}"
    if info.video is not None:
        yield f"  picture: {', '.join(_picture(info.video))}"
    for stream in info.audio:
        yield f"  sound: {', '.join(_sound(stream))}"
    for subtitles in info.subtitles:
        yield f"  subtitles: {', '.join(filter(None, (subtitles.codec, subtitles.language)))}"
    for warning in info.warnings:
        yield f"  warning: {warning}"


def _picture(stream: VideoStream) -> Iterator[str]:
    yield f"{stream.codec} {stream.width}x{stream.height}"
    if (stream.coded_width, stream.coded_height) != (stream.width, stream.height):
        yield f"stored as {stream.coded_width}x{stream.coded_height}"
    if stream.rotation:
        yield f"turned by {stream.rotation} degrees"
    yield f"{fps(stream.rate)}{', variable' if stream.variable_rate else ''}"
    if stream.frames is not None:
        yield f"{stream.frames} frames"
    yield f"{stream.pixel_format}, {stream.bit_depth} bit"
    color = stream.color
    tags = [tag for tag in (color.primaries, color.transfer, color.matrix, color.range) if tag]
    if tags:
        yield "/".join(dict.fromkeys(tags))
    yield from filter(None, (stream.hdr, "with transparency" if stream.alpha else None, stream.interlaced))


def _sound(stream: AudioStream) -> Iterator[str]:
    yield f"{stream.codec} {stream.rate} Hz {stream.layout}"
    if stream.duration is not None:
        yield length(stream.duration)
    if stream.language:
        yield stream.language
