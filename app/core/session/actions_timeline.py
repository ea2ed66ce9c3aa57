"""Actions on the timeline: what INTERFACE names ``timeline.*``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.core.base.errors import UserError
from app.core.edit import cut
from app.core.edit.insert import append, insert, overwrite
from app.core.edit.move import move
from app.core.edit.tracks import add_track
from app.core.edit.trim import Edge, trim
from app.core.model.clip import Clip
from app.core.model.project import Project
from app.core.session.actions import Action, ActionContext, Result
from app.core.session.actions_names import chosen_media, frame_time, named_track
from app.core.session.actions_parameters import Arguments, Parameter

_ASSET = Parameter("asset", "text", "media of the project, by id, name or path")
_SCENE = Parameter("scene", "text", "a scene of them, as MEDIA#NUMBER")
_VIDEO_TRACK = Parameter("video_track", "text", "the picture track to put it on, by name or id; the first by default")
_AUDIO_TRACK = Parameter("audio_track", "text", "the sound track to put it on, by name or id; the first by default")
_CLIP = Parameter("clip", "text", "a clip, by id", required=True)
_CLIPS = Parameter("clips", "texts", "clips, by id", required=True)
_LINKED = Parameter("linked", "flag", "take linked picture and sound along", default=True)


def _frame(meaning: str) -> Parameter:
    return Parameter("frame", "frame", meaning, required=True)


def _has_media(context: ActionContext) -> bool:
    return bool(context.session.project.assets)


def _has_clips(context: ActionContext) -> bool:
    sequences = context.session.project.sequences
    return bool(sequences) and any(track.items for track in sequences[0].tracks)


def _clip_ids(project: Project) -> set[str]:
    tracks = project.sequences[0].tracks
    return {item.id for track in tracks for item in track.items if isinstance(item, Clip)}


def _apply(context: ActionContext, label: str, edit: Callable[[Project], Project]) -> Result:
    """Apply an edit and tell which clips are new and which are gone."""
    before = _clip_ids(context.session.project)
    context.session.apply(label, edit)
    after = _clip_ids(context.session.project)
    return {"added": sorted(after - before), "removed": sorted(before - after)}


def _targets(context: ActionContext, arguments: Arguments) -> dict[str, Any]:
    return {
        name: named_track(context, arguments.text(name)) if name in arguments else None
        for name in ("video_track", "audio_track")
    }


def _append(context: ActionContext, arguments: Arguments) -> Result:
    asset, media = chosen_media(context, arguments)
    sequence, targets = context.timeline.id, _targets(context, arguments)
    return _apply(context, "Append", lambda project: append(project, sequence, asset.id, media=media, **targets))


def _insert(context: ActionContext, arguments: Arguments) -> Result:
    asset, media = chosen_media(context, arguments)
    sequence, at, targets = context.timeline.id, frame_time(context, arguments), _targets(context, arguments)
    return _apply(context, "Insert", lambda project: insert(project, sequence, asset.id, at, media=media, **targets))


def _overwrite(context: ActionContext, arguments: Arguments) -> Result:
    asset, media = chosen_media(context, arguments)
    sequence, at, targets = context.timeline.id, frame_time(context, arguments), _targets(context, arguments)
    return _apply(
        context, "Overwrite", lambda project: overwrite(project, sequence, asset.id, at, media=media, **targets)
    )


def _split(context: ActionContext, arguments: Arguments) -> Result:
    """All tracks, the clips or tracks named, or else the first picture and sound tracks."""
    sequence, at, linked = context.timeline, frame_time(context, arguments), arguments.flag("linked")
    if arguments.flag("all"):
        return _apply(context, "Split all tracks", lambda project: cut.split_all(project, sequence.id, at))
    if "clips" in arguments:
        return _apply(context, "Split", lambda project: _split_clips(project, sequence.id, arguments, at))
    names = arguments.texts("tracks")
    targets = [*sequence.video_tracks[:1], *sequence.audio_tracks[:1]]
    tracks = [named_track(context, name) for name in names] or [track.id for track in targets if not track.locked]
    return _apply(context, "Split", lambda project: cut.split_tracks(project, sequence.id, tracks, at, linked=linked))


def _split_clips(project: Project, sequence_id: str, arguments: Arguments, at: int) -> Project:
    """Split each clip; one that was split as the linked part of another is done already."""
    linked, before = arguments.flag("linked"), project
    done: set[str] = set()
    for clip_id in arguments.texts("clips"):
        if clip_id in done:
            continue
        lengths = _lengths(before)
        before = cut.split_clip(before, sequence_id, clip_id, at, linked=linked)
        done |= {key for key, length in _lengths(before).items() if lengths.get(key) != length}
    return before


def _lengths(project: Project) -> dict[str, int]:
    tracks = project.sequences[0].tracks
    return {item.id: item.duration for track in tracks for item in track.items if isinstance(item, Clip)}


def _lift(context: ActionContext, arguments: Arguments) -> Result:
    sequence, clips, linked = context.timeline.id, arguments.texts("clips"), arguments.flag("linked")
    return _apply(context, "Lift", lambda project: cut.lift(project, sequence, clips, linked=linked))


def _ripple_delete(context: ActionContext, arguments: Arguments) -> Result:
    sequence, clips, linked = context.timeline.id, arguments.texts("clips"), arguments.flag("linked")
    return _apply(context, "Ripple delete", lambda project: cut.ripple_delete(project, sequence, clips, linked=linked))


def _trim(context: ActionContext, arguments: Arguments) -> Result:
    sequence, clip, to = context.timeline.id, arguments.text("clip"), frame_time(context, arguments)
    edge: Edge = "start" if arguments.text("edge") == "start" else "end"
    linked = arguments.flag("linked")
    return _apply(context, "Trim", lambda project: trim(project, sequence, clip, edge, to, linked=linked))


def _move(context: ActionContext, arguments: Arguments) -> Result:
    sequence, clip, to = context.timeline.id, arguments.text("clip"), frame_time(context, arguments)
    track = named_track(context, arguments.text("track")) if "track" in arguments else None
    linked = arguments.flag("linked")
    return _apply(context, "Move", lambda project: move(project, sequence, clip, to, track_id=track, linked=linked))


def _add_track(context: ActionContext, arguments: Arguments) -> Result:
    sequence = context.timeline.id
    if arguments.text("kind") == "video":
        context.session.apply("Add picture track", lambda project: add_track(project, sequence, "video"))
        return {"track": context.timeline.video_tracks[-1].name}
    context.session.apply("Add sound track", lambda project: add_track(project, sequence, "audio"))
    return {"track": context.timeline.audio_tracks[-1].name}


def _require_frame_inside(context: ActionContext, arguments: Arguments) -> None:
    """A frame far behind everything is a slip of the hand, and makes files of years."""
    longest = 30 * 24 * 3600 * context.rate
    if arguments.number("frame") > longest:
        raise UserError(
            f"frame {arguments.number('frame')}", "it lies months behind the start", "choose an earlier one"
        )


def _at_frame(run: Callable[[ActionContext, Arguments], Result]) -> Callable[[ActionContext, Arguments], Result]:
    def checked(context: ActionContext, arguments: Arguments) -> Result:
        _require_frame_inside(context, arguments)
        return run(context, arguments)

    return checked


_PLACED = (_ASSET, _SCENE, _VIDEO_TRACK, _AUDIO_TRACK)

TIMELINE_ACTIONS = (
    Action("timeline.append", "Append", _append, _PLACED, _has_media, ("asset", "scene")),
    Action(
        "timeline.insert",
        "Insert",
        _at_frame(_insert),
        (_frame("where it goes; later things move on"), *_PLACED),
        _has_media,
        ("asset", "scene"),
    ),
    Action(
        "timeline.overwrite",
        "Overwrite",
        _at_frame(_overwrite),
        (_frame("where it goes, over what is there"), *_PLACED),
        _has_media,
        ("asset", "scene"),
    ),
    Action(
        "timeline.split",
        "Split",
        _at_frame(_split),
        (
            _frame("the first frame after the cut"),
            Parameter("all", "flag", "split every unlocked track", default=False),
            Parameter("clips", "texts", "split these clips, by id"),
            Parameter("tracks", "texts", "split these tracks, by name or id; the first of each kind by default"),
            _LINKED,
        ),
        _has_clips,
    ),
    Action("timeline.lift", "Lift", _lift, (_CLIPS, _LINKED), _has_clips),
    Action("timeline.rippleDelete", "Ripple Delete", _ripple_delete, (_CLIPS, _LINKED), _has_clips),
    Action(
        "timeline.trim",
        "Trim",
        _at_frame(_trim),
        (
            _CLIP,
            Parameter("edge", "choice", "which edge moves", required=True, choices=("start", "end")),
            _frame("where the edge goes, as far as media and neighbours let it"),
            _LINKED,
        ),
        _has_clips,
    ),
    Action(
        "timeline.move",
        "Move",
        _at_frame(_move),
        (
            _CLIP,
            _frame("where the clip begins then, over what is there"),
            Parameter("track", "text", "the track it goes to, by name or id"),
            _LINKED,
        ),
        _has_clips,
    ),
    Action(
        "timeline.addTrack",
        "Add Track",
        _add_track,
        (Parameter("kind", "choice", "picture or sound", required=True, choices=("video", "audio")),),
    ),
)
