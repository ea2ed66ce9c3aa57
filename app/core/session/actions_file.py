"""Media in, projects and films out."""

from __future__ import annotations

from typing import cast

from app.core.base.errors import UserError
from app.core.base.files import same_file
from app.core.edit.assets import add_assets, known_asset, remove_assets
from app.core.render.plan import SUBTITLE_MODES, SubtitleMode, shown_subtitles, subtitle_file
from app.core.session.actions import Action, ActionContext, FrameRange, Result
from app.core.session.actions_names import OVERWRITE, named_asset, require_free
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
    frames, written = _frames(context, arguments), [target]
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
    return dict(
        context.exporter(
            context.session.project,
            target,
            preset=preset,
            quality=quality,
            overwrite=arguments.flag("overwrite"),
            subtitles=subtitles,
            frames=frames,
        )
    )


def _frames(context: ActionContext, arguments: Arguments) -> FrameRange:
    """The part of the film that is asked for.

    Raises:
        UserError: nothing of the film lies in it.
    """
    first, last = (arguments.number(name) if name in arguments else None for name in ("from", "to"))
    length = context.timeline.frames
    if (first or 0) >= min(length, length if last is None else last):
        what = f"frames {first or 0} to {length if last is None else last}"
        raise UserError(what, "nothing of the film lies there", f"it has {length} frames; choose some of them")
    return first, last if last is None else min(last, length)


def _shown_cues(context: ActionContext) -> bool:
    track = shown_subtitles(context.timeline)
    return track is not None and bool(track.cues)


def _has_film(context: ActionContext) -> bool:
    sequences = context.session.project.sequences
    return bool(sequences) and sequences[0].duration > 0


def _remove(context: ActionContext, arguments: Arguments) -> Result:
    project = context.session.project
    assets = [named_asset(context, name).id for name in arguments.texts("assets")]
    names = [project.asset(each).name for each in dict.fromkeys(assets)]
    if not names:
        raise UserError("media", "none are named", "name some: assets=NAME")
    label = f"Remove {names[0]}" if len(names) == 1 else f"Remove {len(names)} media"
    with_clips = arguments.flag("with_clips")
    changes = context.session.apply(label, lambda project: remove_assets(project, assets, with_clips=with_clips))
    return {"removed": names, "clips": sorted(changes.clips.removed)}


def _has_media(context: ActionContext) -> bool:
    return bool(context.session.project.assets)


FILE_ACTIONS = (
    Action(
        "media.import",
        "Import...",
        _import,
        (Parameter("paths", "paths", "files and folders", required=True),),
    ),
    Action(
        "media.remove",
        "Remove Media",
        _remove,
        (
            Parameter("assets", "texts", "media by id, name or path", required=True),
            Parameter("with_clips", "flag", "take their clips off the timeline as well", default=False),
        ),
        _has_media,
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
            Parameter("from", "frame", "the first frame that is written; the beginning by default"),
            Parameter("to", "frame", "where to stop; the frame there is not written; the end by default"),
            OVERWRITE,
        ),
        _has_film,
    ),
)
