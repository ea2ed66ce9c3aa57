"""The project as a whole: steps of its history, its versions, where its media lie, and all of it in one place."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from app.core.base.errors import UserError
from app.core.base.files import is_folder
from app.core.jobs.context import JobContext
from app.core.model.asset import Asset
from app.core.model.project import Project
from app.core.session.actions import Action, ActionContext, Result
from app.core.session.actions_parameters import Arguments, Parameter
from app.core.session.collecting import Collected, collect
from app.core.session.comparing import Comparison, compare_projects, edits_between
from app.core.session.recovery import Keeping, Version
from app.core.session.relinking import Found, find_media, missing_media, relink_all, use_other


def _go_to(context: ActionContext, arguments: Arguments) -> Result:
    context.session.jump(arguments.number("step"))
    return {"step": context.session.undo_depth}


def _versions(context: ActionContext, _arguments: Arguments) -> Result:
    keeping, key = context.keeping, context.session.project.id

    def done(found: tuple[Version, ...]) -> Result:
        return {"versions": [described(each) for each in found]}

    return context.background("versions", "Listing versions", lambda _job: keeping.versions(key), done, short=True)


def _keep(context: ActionContext, arguments: Arguments) -> Result:
    name, project = arguments.text("name").strip(), context.session.project
    if not name:
        raise UserError("version", "it has no name", "give it one, such as: before the music")
    if context.dry_run:
        return {"would": [f"the version {name!r} is kept"]}
    session, keeping, labels = context.session, context.keeping, context.session.take_recent()

    def work(_job: JobContext) -> Version | None:
        try:
            return keeping.keep_version(project, "named", name=name, edits=labels, path=session.path)
        except UserError:
            session.give_back(labels)
            raise

    def done(kept: Version | None) -> Result:
        return {"version": None if kept is None else described(kept)}

    return context.background("versions", f"Keeping {name}", work, done, short=True)


def _restore(context: ActionContext, arguments: Arguments) -> Result:
    """As one edit: it can be undone, and no file is written before the project is saved."""
    session, keeping, number = context.session, context.keeping, arguments.number("version")

    def work(_job: JobContext) -> tuple[Version, Project]:
        version = _find(keeping, session.project.id, number)
        return version, keeping.version(version)

    def done(found: tuple[Version, Project]) -> Result:
        session.apply(f"Restore {title(found[0])}", lambda _project: found[1])
        return {"version": described(found[0])}

    return context.background("versions", f"Restoring version {number}", work, done, short=True)


def _compare(context: ActionContext, arguments: Arguments) -> Result:
    keeping, key, one = context.keeping, context.session.project.id, arguments.number("version")
    other = arguments.number("with") if "with" in arguments else None

    def work(_job: JobContext) -> Comparison:
        older = _find(keeping, key, one)
        newer = _find(keeping, key, other) if other is not None else None
        if newer is not None and newer.number < older.number:
            older, newer = newer, older
        return comparison(context, older, newer)

    return context.background("compare", "Comparing versions", work, told, short=True)


def comparison(context: ActionContext, older: Version, newer: Version | None) -> Comparison:
    """Two versions beside each other; None is the project as it is now. For a job where it is large."""
    keeping, session = context.keeping, context.session
    known = keeping.versions(session.project.id)
    after = session.project if newer is None else keeping.version(newer)
    edits = edits_between(known, older.number, None if newer is None else newer.number)
    recent = session.recent if newer is None else ()
    return compare_projects(keeping.version(older), after, (*edits, *recent), keeping)


def _relink(context: ActionContext, arguments: Arguments) -> Result:
    folder, project, anyway = arguments.path("folder"), context.session.project, arguments.flag("anyway")

    def work(job: JobContext) -> tuple[Found, dict[str, Asset], dict[str, str]]:
        if not is_folder(folder):
            raise UserError(str(folder), "it is no folder", "choose the folder in which the media lie now")
        missing = missing_media(project)
        if not missing:
            raise UserError(project.name, "no media are missing", "nothing needs to be done")
        found = find_media(missing, (folder,), job)
        others, reasons = {}, dict(found.reasons)
        for key, path in found.others.items() if anyway else ():
            try:
                others[key] = context.take_in(Path(path), job)
            except UserError as error:
                reasons[key] = error.why
        return found, others, reasons

    def done(result: tuple[Found, dict[str, Asset], dict[str, str]]) -> Result:
        found, others, reasons = result
        paths = dict(found.paths)
        if paths:
            context.session.apply("Relink media", lambda project: relink_all(project, paths))
        for key, other in others.items():
            try:
                context.session.apply("Use another file", partial(use_other, asset_id=key, found=other))
            except UserError as error:
                reasons[key] = error.why
            else:
                paths[key] = other.path
                del reasons[key]
        names = {asset.id: asset.name for asset in project.assets}
        return {
            "relinked": [{"name": names[key], "path": path} for key, path in paths.items()],
            "missing": [{"name": names[key], "reason": why} for key, why in reasons.items()],
        }

    return context.background("relink", f"Looking through {folder.name}", work, done)


def _collect(context: ActionContext, arguments: Arguments) -> Result:
    target, session = arguments.path("path"), context.session
    project, name = session.project, session.name
    if context.dry_run:
        return {"would": [f"{target} is written, with {len(project.assets)} media"]}
    store = session.store

    def work(job: JobContext) -> Collected:
        return collect(project, name, target, store, context.transcripts, job)

    def done(made: Collected) -> Result:
        return {"path": str(made.path), "files": made.files, "bytes": made.size, "missing": list(made.missing)}

    return context.background("collect", f"Collecting {name}", work, done)


def title(version: Version) -> str:
    """What a version is called: its own name, or when it was kept."""
    return version.name or f"version of {version.when.astimezone().strftime('%d %B %H:%M').lstrip('0')}"


def described(version: Version) -> dict[str, Any]:
    """A version as JSON values."""
    return {
        "version": version.number,
        "when": version.when.isoformat(),
        "kind": version.kind,
        "name": version.name,
        "clips": version.clips,
        "edits": list(version.edits),
    }


def told(found: Comparison) -> Result:
    """A comparison as JSON values."""
    return {"edits": list(found.edits), "changes": list(found.changes), "text": list(found.text)}


def _find(keeping: Keeping, project_id: str, number: int) -> Version:
    known = keeping.versions(project_id)
    for each in known:
        if each.number == number:
            return each
    numbers = ", ".join(str(each.number) for each in known)
    raise UserError(
        f"version {number}", "there is no such version", f"choose one of {numbers}" if numbers else "save the project"
    )


def _has_missing(context: ActionContext) -> bool:
    project: Project = context.session.project
    return bool(project.assets)


PROJECT_ACTIONS = (
    Action(
        "history.goTo",
        "Go to Step of History",
        _go_to,
        (Parameter("step", "int", "after how many steps; 0 is the beginning", required=True),),
    ),
    Action("versions.list", "List Versions", _versions),
    Action(
        "versions.keep",
        "Keep Version...",
        _keep,
        (Parameter("name", "text", "what to call it", required=True),),
    ),
    Action(
        "versions.restore",
        "Restore Version",
        _restore,
        (Parameter("version", "int", "its number", required=True),),
    ),
    Action(
        "versions.compare",
        "Compare Versions",
        _compare,
        (
            Parameter("version", "int", "the number of one", required=True),
            Parameter("with", "int", "the number of another; the project as it is now by default"),
        ),
    ),
    Action(
        "media.relink",
        "Relink Media...",
        _relink,
        (
            Parameter("folder", "path", "where to look for missing media", required=True),
            Parameter("anyway", "flag", "also use files of their names with another content", default=False),
        ),
        _has_missing,
    ),
    Action(
        "file.collect",
        "Collect Project...",
        _collect,
        (Parameter("path", "path", "a folder or zip file to make", required=True),),
    ),
)
