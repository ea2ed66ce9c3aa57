"""Media in, projects and films out."""

from __future__ import annotations

from typing import cast

from app.core.base.errors import UserError
from app.core.base.files import same_file
from app.core.edit.assets import add_assets, known_asset
from app.core.render.plan import SUBTITLE_MODES, SubtitleMode, shown_subtitles, subtitle_file
from app.core.session.actions import Action, ActionContext, Result
from app.core.session.actions_names import OVERWRITE, require_free
from app.core.session.actions_parameters import Arguments, Parameter

PROJECT_ENDING = ".insomnia"


def _import(context: ActionContext, arguments: Arguments) -> Result:
    imported = context.importer(arguments.paths("paths"))
    if imported.refused and not imported.assets:
        raise imported.refused[0]
    context.session.apply("Import media", lambda project: add_assets(project, imported.assets))
    project = context.session.project
    assets = [known_asset(project, asset) for asset in imported.assets]
    return {
        "assets": [{"id": asset.id, "name": asset.name, "path": asset.path} for asset in assets],
        "errors": [
            {"what": error.what, "why": error.why, "what_to_do": error.what_to_do} for error in imported.refused
        ],
    }


def _save(context: ActionContext, arguments: Arguments) -> Result:
    session = context.session
    target = arguments.path("path") if "path" in arguments else session.path
    if target is None:
        raise UserError(session.project.name, "it has no file yet", "say where to save it: path=NAME.insomnia")
    if session.path is None or not same_file(target, session.path):
        if target.suffix != PROJECT_ENDING:
            raise UserError(str(target), f"a project's name ends with {PROJECT_ENDING}", "add the ending")
        require_free(target, arguments)
    if context.dry_run:
        return {"path": str(target), "would": [f"{target} is written"]}
    return {"path": str(session.save(target) if context.saver is None else context.saver(target))}


def _export(context: ActionContext, arguments: Arguments) -> Result:
    target, timeline = arguments.path("path"), context.timeline
    if timeline.duration == 0:
        raise UserError(context.session.project.name, "its timeline is empty", "put something on it first")
    written = [target]
    # the choices of the parameter are the modes
    subtitles = cast("SubtitleMode", arguments.text("subtitles"))
    if subtitles == "file" and _shown_cues(context):
        written.append(subtitle_file(target))
    for path in written:
        require_free(path, arguments)
    if context.dry_run:
        return {"path": str(target), "would": [f"{path} is written" for path in written]}
    preset = arguments.text("preset") if "preset" in arguments else None
    quality = arguments.text("quality") if "quality" in arguments else None
    overwrite = arguments.flag("overwrite")
    project = context.session.project
    return dict(
        context.exporter(project, target, preset=preset, quality=quality, overwrite=overwrite, subtitles=subtitles)
    )


def _shown_cues(context: ActionContext) -> bool:
    track = shown_subtitles(context.timeline)
    return track is not None and bool(track.cues)


def _has_film(context: ActionContext) -> bool:
    sequences = context.session.project.sequences
    return bool(sequences) and sequences[0].duration > 0


FILE_ACTIONS = (
    Action(
        "media.import",
        "Import...",
        _import,
        (Parameter("paths", "paths", "files and folders", required=True),),
    ),
    Action(
        "file.save",
        "Save",
        _save,
        (Parameter("path", "path", "the project file; the one it has by default"), OVERWRITE),
    ),
    Action(
        "file.export",
        "Export...",
        _export,
        (
            Parameter("path", "path", "the film to write", required=True),
            Parameter("preset", "text", "the export preset; the usual one by default"),
            Parameter("quality", "choice", "how good; medium by default", choices=("low", "medium", "high")),
            Parameter(
                "subtitles",
                "choice",
                "burned into the picture, a track that players can switch off, a file beside the film, or none",
                choices=SUBTITLE_MODES,
                default="none",
            ),
            OVERWRITE,
        ),
        _has_film,
    ),
)
