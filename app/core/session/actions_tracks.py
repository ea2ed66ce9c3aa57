"""Actions on tracks: add, remove, reorder, rename, and what is said of them."""

from __future__ import annotations

from app.core.base.errors import UserError
from app.core.edit.tracks import add_track, move_track, remove_track, rename_track, set_flags
from app.core.model.sequence import Track
from app.core.session.actions import Action, ActionContext, Result
from app.core.session.actions_common import apply, has_sequence
from app.core.session.actions_names import named_track
from app.core.session.actions_parameters import Arguments, Parameter

_TRACK = Parameter("track", "text", "a track, by name or id", required=True)
_FLAGS = {
    "muted": ("silence it (sound only)", "audio"),
    "solo": ("silence all sound tracks that are not solo (sound only)", "audio"),
    "hidden": ("hide it (picture only)", "video"),
    "locked": ("refuse edits of it", None),
    "sync_lock": ("let it ripple along", None),
}


def _add(context: ActionContext, arguments: Arguments) -> Result:
    sequence = context.timeline.id
    if arguments.text("kind") == "video":
        context.session.apply("Add picture track", lambda project: add_track(project, sequence, "video"))
        return {"track": context.timeline.video_tracks[-1].name}
    context.session.apply("Add sound track", lambda project: add_track(project, sequence, "audio"))
    return {"track": context.timeline.audio_tracks[-1].name}


def _remove(context: ActionContext, arguments: Arguments) -> Result:
    sequence, track = context.timeline.id, _named(context, arguments)
    return apply(context, f"Remove track {track.name}", lambda project: remove_track(project, sequence, track.id))


def _move(context: ActionContext, arguments: Arguments) -> Result:
    sequence, track, by = context.timeline.id, _named(context, arguments), arguments.number("up")
    context.session.apply(f"Move track {track.name}", lambda project: move_track(project, sequence, track.id, by))
    return {"tracks": [each.name for each in context.timeline.tracks]}


def _rename(context: ActionContext, arguments: Arguments) -> Result:
    sequence, track, name = context.timeline.id, _named(context, arguments), arguments.text("name")
    context.session.apply(f"Rename track {track.name}", lambda project: rename_track(project, sequence, track.id, name))
    return {"track": _of_id(context, track.id).name}


def _switch(context: ActionContext, arguments: Arguments) -> Result:
    sequence, track = context.timeline.id, _named(context, arguments)
    said = {flag: arguments.flag(flag) for flag in _FLAGS if flag in arguments}
    if not said:
        raise UserError(f"track {track.name}", "nothing is said of it", f"give one of {', '.join(_FLAGS)}")
    for flag, value in said.items():
        meaning, kind = _FLAGS[flag]
        if value and kind not in (None, track.kind):
            raise UserError(f"track {track.name}", f"{flag} would {meaning}", "choose a track of the other kind")
    context.session.apply(f"Switch track {track.name}", lambda project: set_flags(project, sequence, track.id, **said))
    changed = _of_id(context, track.id)
    return {"track": changed.name, **{flag: getattr(changed, flag) for flag in _FLAGS}}


def _named(context: ActionContext, arguments: Arguments) -> Track:
    return _of_id(context, named_track(context, arguments.text("track")))


def _of_id(context: ActionContext, track_id: str) -> Track:
    return next(track for track in context.timeline.tracks if track.id == track_id)


TRACK_ACTIONS = (
    Action(
        "timeline.addTrack",
        "Add Track",
        _add,
        (Parameter("kind", "choice", "picture or sound", required=True, choices=("video", "audio")),),
        has_sequence,
    ),
    Action("timeline.removeTrack", "Remove Track", _remove, (_TRACK,), has_sequence),
    Action(
        "timeline.moveTrack",
        "Move Track",
        _move,
        (_TRACK, Parameter("up", "int", "how many places away from the border of picture and sound", required=True)),
        has_sequence,
    ),
    Action(
        "timeline.renameTrack",
        "Rename Track",
        _rename,
        (_TRACK, Parameter("name", "text", "what it is called", required=True)),
        has_sequence,
    ),
    Action(
        "timeline.switchTrack",
        "Switch Track",
        _switch,
        (_TRACK, *(Parameter(flag, "flag", meaning) for flag, (meaning, _) in _FLAGS.items())),
        has_sequence,
    ),
)
