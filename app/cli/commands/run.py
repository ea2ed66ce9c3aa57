"""``insomnia run``: one action of the editor, on a project file."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli.command import Desk, Subparsers, add_command, add_list, add_progress, file_path
from app.cli.films import PRESET, QUALITY, FilmOptions, film_document, write_film
from app.cli.projects import knowledge_at
from app.cli.shapes import Document
from app.core.base.errors import UserError
from app.core.base.timecode import format_timecode
from app.core.session.recovery import Locked

if TYPE_CHECKING:
    from app.core.model.asset import Asset
    from app.core.model.project import Project
    from app.core.model.scene import SceneList
    from app.core.render.plan import SubtitleMode
    from app.core.session.actions import ActionContext, Actions, FrameRange, Imported
    from app.core.session.session import Session
    from app.core.speech.transcriber import SpeechOptions


def add(commands: Subparsers) -> None:
    """Register the command."""
    title = "do one action of the editor and save the project (see insomnia actions)"
    parser = add_command(commands, "run", title, _run)
    parser.add_argument("action", metavar="ACTION", help="its name, such as timeline.split")
    add_list(parser, "values", nargs="*", metavar="NAME=VALUE", help="its parameters")
    parser.add_argument("--project", metavar="FILE", help="the project (.insomnia) to work on")
    parser.add_argument("--dry-run", action="store_true", help="change and write nothing, say what would happen")
    add_progress(parser)


def _run(options: argparse.Namespace, desk: Desk) -> int:
    from app.core.session.actions_all import standard_actions

    actions = standard_actions()
    actions.find(options.action)
    path = file_path(options.project) if options.project is not None else None
    if path is None or options.dry_run:
        return _do(actions, path, options, desk, None)
    try:
        lock = desk.services.keeping.lock(path)
    except Locked as refusal:  # it may be looked at, and exported
        return _do(actions, path, options, desk, refusal)
    try:
        return _do(actions, path, options, desk, None)
    finally:
        lock.release()


def _do(actions: Actions, path: Path | None, options: argparse.Namespace, desk: Desk, refusal: Locked | None) -> int:
    session = _session(path, desk, read_only=refusal is not None)
    context = _context(session, path, desk)
    if options.dry_run:
        return _try(actions, context, options, desk)
    result = actions.run(options.action, context, options.values)
    saved = None
    if session.modified:
        if path is None:
            raise UserError(options.action, "there is no project to keep what it did", "name one with --project")
        if refusal is not None:
            raise refusal
        saved = str(session.save())
        try:
            desk.services.keeping.keep_version(session.project, "saved", edits=session.take_recent())
        except UserError as error:  # the project itself is saved
            desk.console.warn(str(error))
    document: Document = {"action": options.action, "dry_run": False, "result": result, "saved": saved}
    desk.console.result(document, [*_lines(result), f"saved {saved}" if saved else "no project was changed"])
    return 0


def _try(actions: Actions, context: ActionContext, options: argparse.Namespace, desk: Desk) -> int:
    trial = actions.dry_run(options.action, context, options.values)
    document: Document = {
        "action": options.action,
        "dry_run": True,
        "would": list(trial.would),
        "result": trial.result,
        "saved": None,
    }
    desk.console.result(document, trial.would or ["nothing would change"])
    return 0


def _session(path: Path | None, desk: Desk, *, read_only: bool) -> Session:
    from app.core.edit.assets import new_project
    from app.core.session.session import Session

    checked = desk.services.settings.values.debug
    if path is None:
        return Session(new_project("Untitled"), store=desk.services.store, checked=checked)
    store = desk.services.store
    return Session(store.load(path), store=store, path=path, checked=checked, read_only=read_only)


def _context(session: Session, path: Path | None, desk: Desk) -> ActionContext:
    from app.core.session.actions import ActionContext

    return ActionContext(
        session=session,
        importer=lambda paths: _import(paths, desk),
        scenes=lambda asset: _scenes(asset, desk),
        exporter=_Exporter(path, desk),
        keeping=desk.services.keeping,
        transcripts=lambda asset: desk.services.transcription.newest(asset),
        listen=lambda assets, options: _listen(assets, options, desk),
        take_in=lambda media, job: desk.services.ingest.asset(media, job),
        knowledge=knowledge_at(desk),
    )


def _import(paths: Sequence[Path], desk: Desk) -> Imported:
    from app.core.session.actions import Imported
    from app.core.session.media_folder import media_in

    assets: list[Asset] = []
    refused: list[UserError] = []
    with desk.progress.job("import") as context:
        files = [file for path in paths for file in (media_in(path, context) if path.is_dir() else [path])]
        for file in files:
            try:
                assets.append(desk.services.ingest.asset(file, context))
            except UserError as error:
                refused.append(error)
                desk.console.warn(str(error))
    return Imported(tuple(assets), tuple(refused))


def _listen(assets: Sequence[Asset], options: SpeechOptions, desk: Desk) -> Mapping[str, Any]:
    """One after another; whoever asks has the person's consent."""
    heard: list[Document] = []
    refused: list[UserError] = []
    for asset in assets:
        try:
            with desk.progress.job(f"words of {asset.name}") as context:
                found = desk.services.transcription.transcribe(asset, options, context)
        except UserError as error:
            if len(assets) == 1:  # then it is what the command ends with
                raise
            refused.append(error)
            desk.console.warn(str(error))
            continue
        heard.append({"asset": asset.id, "name": asset.name, "words": len(found.words)})
    if refused and not heard:
        raise refused[0]
    errors = [{"what": each.what, "why": each.why, "what_to_do": each.what_to_do} for each in refused]
    return {"heard": heard, "errors": errors}


def _scenes(asset: Asset, desk: Desk) -> SceneList:
    with desk.progress.job(f"scenes of {asset.name}") as context:
        return desk.services.ingest.scenes(asset, context)


class _Exporter:
    """Writes the film of the action ``file.export``."""

    def __init__(self, source: Path | None, desk: Desk) -> None:
        self._precious = () if source is None else (source,)
        self._desk = desk

    def __call__(
        self,
        project: Project,
        path: Path,
        /,
        *,
        preset: str | None,
        quality: str | None,
        overwrite: bool,
        subtitles: SubtitleMode,
        frames: FrameRange = (None, None),
    ) -> Mapping[str, Any]:
        rate = project.sequences[0].format.rate
        start, end = (None if each is None else format_timecode(each, rate) for each in frames)
        options = FilmOptions(preset or PRESET, quality or QUALITY, start, end, overwrite, subtitles)
        return film_document(write_film(project, path, options, self._desk, precious=self._precious), str(path))


def _lines(result: Mapping[str, Any]) -> Iterator[str]:
    for name, value in result.items():
        if isinstance(value, list):
            yield from (f"{name}: {_words(each)}" for each in value)
        else:
            yield f"{name}: {_words(value)}"


def _words(value: Any) -> str:
    return ", ".join(f"{key} {each}" for key, each in value.items()) if isinstance(value, dict) else str(value)
