"""``insomnia transcribe``: what is said in a medium, and subtitles made of it."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.command import Desk, Subparsers, add_command, add_overwrite, add_progress, file_path
from app.cli.outputs import require_free
from app.cli.shapes import Document, seconds
from app.cli.words import count
from app.core.base.files import write_atomically
from app.core.base.time import to_seconds

if TYPE_CHECKING:
    from app.core.model.asset import Asset
    from app.core.model.transcript import Cue, Transcript, Utterance, Word


def add(commands: Subparsers) -> None:
    """Register the command."""
    parser = add_command(commands, "transcribe", "send the sound of a medium to be written down, make subtitles", _run)
    parser.add_argument("media", metavar="MEDIA", help="a video or sound file")
    parser.add_argument("--engine", metavar="NAME", default="assemblyai", help="who listens (default: assemblyai)")
    parser.add_argument("--language", metavar="CODE", help="the language spoken, such as en or de (default: find out)")
    parser.add_argument("--speakers", metavar="N", type=int, help="how many speak: tells them apart")
    parser.add_argument("--srt", metavar="F", help="write subtitles as SubRip")
    parser.add_argument("--vtt", metavar="F", help="write subtitles as WebVTT")
    add_overwrite(parser)
    add_progress(parser)


def _run(options: argparse.Namespace, desk: Desk) -> int:
    from app.core.speech.transcriber import SpeechOptions

    media = file_path(options.media)
    wanted = SpeechOptions.checked(options.language, options.speakers)
    outputs = _outputs(options, media)
    with desk.progress.job(f"words of {media.name}") as context:
        asset = desk.services.ingest.asset(media, context)
        found = desk.services.transcription.transcribe(asset, wanted, context, options.engine)
    if outputs:
        from app.core.speech.captions import make_cues

        cues = make_cues(found.words)
        for target, written in outputs:
            write_atomically(target, written(cues).encode())
    desk.console.result(_document(options.media, asset, found), _lines(options.media, found))
    return 0


def _outputs(options: argparse.Namespace, media: Path) -> list[tuple[Path, Callable[[Sequence[Cue]], str]]]:
    """The files to write, checked before anything is sent, with what writes each."""
    from app.core.interchange.subtitles import srt_text, vtt_text

    outputs: list[tuple[Path, Callable[[Sequence[Cue]], str]]] = []
    for name, written in ((options.srt, srt_text), (options.vtt, vtt_text)):
        if name is not None:
            target = file_path(name)
            require_free(target, overwrite=options.overwrite, inputs=(media, *(each for each, _ in outputs)))
            outputs.append((target, written))
    return outputs


def _document(name: str, asset: Asset, found: Transcript) -> Document:
    return {
        "path": name,
        "transcript_id": found.job,
        "engine": found.engine,
        "language": found.language,
        "duration": seconds(asset.info.duration),
        "text": found.text,
        "confidence": found.confidence,
        "words": [_part(word) for word in found.words],
        "utterances": [_part(utterance) for utterance in found.utterances],
    }


def _part(part: Word | Utterance) -> Document:
    return {
        "text": part.text,
        "start": to_seconds(part.start),
        "end": to_seconds(part.end),
        "confidence": part.confidence,
        "speaker": part.speaker,
    }


def _lines(name: str, found: Transcript) -> Iterator[str]:
    language = f", language {found.language}" if found.language else ""
    yield f"{name}: {count(len(found.words), 'word')}{language}, heard by {found.engine}"
    if not found.utterances:
        yield f"  {found.text}"
    for utterance in found.utterances:
        yield f"  {to_seconds(utterance.start):.3f} s, speaker {utterance.speaker or '?'}: {utterance.text}"
