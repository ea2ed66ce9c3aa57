"""Actions on the timeline: media onto it, clips taken apart and away, edges and whole clips moved."""

from __future__ import annotations

from functools import partial
from typing import Any, Literal

from app.core.base import time
from app.core.base.errors import UserError
from app.core.base.time import Flicks
from app.core.edit import cut
from app.core.edit.edges import Edge
from app.core.edit.insert import append
from app.core.edit.move import move, move_clips
from app.core.edit.replace_media import replace_media
from app.core.edit.three_point import Mark, Marks, place
from app.core.edit.trim import trim
from app.core.model.asset import Asset
from app.core.model.project import Project
from app.core.session.actions import Action, ActionContext, Result
from app.core.session.actions_common import (
    ASSET,
    CLIP,
    CLIPS,
    EDGE,
    LINKED,
    SCENE,
    apply,
    frame_parameter,
    frames,
    has_clips,
    has_media,
    moment,
    required_moment,
    span,
)
from app.core.session.actions_names import chosen_media, named_track
from app.core.session.actions_parameters import Arguments, Parameter

_VIDEO_TRACK = Parameter("video_track", "text", "the picture track to put it on, by name or id; the first by default")
_AUDIO_TRACK = Parameter("audio_track", "text", "the sound track to put it on, by name or id; the first by default")
_SOURCE_IN = Parameter("source_in", "int", "the first frame of the media that is used, from 0")
_SOURCE_OUT = Parameter("source_out", "int", "the frame of the media behind the last that is used")
_MARKS: tuple[Mark, ...] = ("source_in", "source_out", "start", "end")
_LEAVE_OUT = Parameter(
    "leave_out", "choice", "which does not count where all four ends of the two ranges are given", choices=_MARKS
)


def _targets(context: ActionContext, arguments: Arguments) -> dict[str, Any]:
    return {
        name: named_track(context, arguments.text(name)) if name in arguments else None
        for name in ("video_track", "audio_track")
    }


def _source(asset: Asset, context: ActionContext, arguments: Arguments, name: str) -> Flicks | None:
    """The media time of a frame number of the media: of its own rate, or of the sequence's where it has none."""
    if name not in arguments:
        return None
    video, number = asset.info.video, arguments.number(name)
    if number < 0:
        raise UserError(asset.name, f"it has no frame {number}", "count its frames from 0")
    if asset.info.kind == "video" and video is not None:
        return video.start + time.frame_start(number, video.rate)
    start = asset.info.audio[0].start if asset.info.audio else 0
    return start + time.frame_start(number, context.rate)


def _append(context: ActionContext, arguments: Arguments) -> Result:
    asset, media = chosen_media(context, arguments)
    sequence, targets = context.timeline.id, _targets(context, arguments)
    return apply(context, "Append", lambda project: append(project, sequence, asset.id, media=media, **targets))


def _place(how: Literal["insert", "overwrite"], context: ActionContext, arguments: Arguments) -> Result:
    asset, scene = chosen_media(context, arguments)
    first, last = (_source(asset, context, arguments, name) for name in ("source_in", "source_out"))
    if scene is not None and first is None and last is None:
        first, last = scene.start, scene.end
    start, end = moment(context, arguments), moment(context, arguments, "end")
    if scene is not None and start is not None and end is not None:
        last = None  # a scene fills the range from its beginning
    marks = Marks(first, last, start, end, scene.name if scene is not None else "")
    leave_out = next(
        (each for each in _MARKS if "leave_out" in arguments and each == arguments.text("leave_out")), None
    )
    sequence, targets = context.timeline.id, _targets(context, arguments)

    def edit(project: Project) -> Project:
        return place(project, sequence, asset.id, marks, how, leave_out=leave_out, **targets)

    return apply(context, "Insert" if how == "insert" else "Overwrite", edit)


def _replace(context: ActionContext, arguments: Arguments) -> Result:
    asset, scene = chosen_media(context, arguments)
    start = _source(asset, context, arguments, "source_in")
    if start is None and scene is not None:
        start = scene.start
    sequence, clip, linked = context.timeline.id, arguments.text("clip"), arguments.flag("linked")
    name = scene.name if scene is not None else ""

    def edit(project: Project) -> Project:
        return replace_media(project, sequence, clip, asset.id, source_start=start, name=name, linked=linked)

    return apply(context, "Replace", edit)


def _split(context: ActionContext, arguments: Arguments) -> Result:
    """All tracks, the clips or tracks named, or else the first picture and sound tracks."""
    sequence, at, linked = context.timeline, required_moment(context, arguments), arguments.flag("linked")
    if arguments.flag("all"):
        return apply(context, "Split all tracks", lambda project: cut.split_all(project, sequence.id, at))
    if "clips" in arguments:
        clips = arguments.texts("clips")
        return apply(context, "Split", lambda project: cut.split_clips(project, sequence.id, clips, at, linked=linked))
    names = arguments.texts("tracks")
    targets = [*sequence.video_tracks[:1], *sequence.audio_tracks[:1]]
    tracks = [named_track(context, name) for name in names] or [track.id for track in targets if not track.locked]
    return apply(context, "Split", lambda project: cut.split_tracks(project, sequence.id, tracks, at, linked=linked))


def _lift(context: ActionContext, arguments: Arguments) -> Result:
    sequence, clips, linked = context.timeline.id, arguments.texts("clips"), arguments.flag("linked")
    return apply(context, "Lift", lambda project: cut.lift(project, sequence, clips, linked=linked))


def _ripple_delete(context: ActionContext, arguments: Arguments) -> Result:
    sequence, clips, linked = context.timeline.id, arguments.texts("clips"), arguments.flag("linked")
    return apply(context, "Ripple delete", lambda project: cut.ripple_delete(project, sequence, clips, linked=linked))


def _lift_range(context: ActionContext, arguments: Arguments) -> Result:
    sequence, (start, end) = context.timeline.id, span(context, arguments)
    named = [named_track(context, name) for name in arguments.texts("tracks")]

    def edit(project: Project) -> Project:
        return cut.lift_range(project, sequence, start, end, track_ids=named or None)

    return apply(context, "Lift range", edit)


def _extract(context: ActionContext, arguments: Arguments) -> Result:
    sequence, (start, end) = context.timeline.id, span(context, arguments)
    return apply(context, "Extract", lambda project: cut.extract(project, sequence, start, end))


def _close_gap(context: ActionContext, arguments: Arguments) -> Result:
    sequence, at = context.timeline.id, required_moment(context, arguments)
    track = named_track(context, arguments.text("track"))
    return apply(context, "Close gap", lambda project: cut.close_gap(project, sequence, track, at))


def edge(arguments: Arguments) -> Edge:
    """The edge that is named."""
    return "start" if arguments.text("edge") == "start" else "end"


def _trim(context: ActionContext, arguments: Arguments) -> Result:
    sequence, clip, to = context.timeline.id, arguments.text("clip"), required_moment(context, arguments)
    side, linked = edge(arguments), arguments.flag("linked")
    return apply(context, "Trim", lambda project: trim(project, sequence, clip, side, to, linked=linked))


def _move(context: ActionContext, arguments: Arguments) -> Result:
    sequence, clip, to = context.timeline.id, arguments.text("clip"), required_moment(context, arguments)
    track = named_track(context, arguments.text("track")) if "track" in arguments else None
    linked = arguments.flag("linked")
    return apply(context, "Move", lambda project: move(project, sequence, clip, to, track_id=track, linked=linked))


def _nudge(context: ActionContext, arguments: Arguments) -> Result:
    sequence, clips, by = context.timeline.id, arguments.texts("clips"), frames(context, arguments)
    up, linked, inserting = arguments.number("up"), arguments.flag("linked"), arguments.flag("insert")

    def edit(project: Project) -> Project:
        return move_clips(project, sequence, clips, by, tracks_up=up, linked=linked, inserting=inserting)

    return apply(context, "Nudge", edit)


_TRACKS = (_VIDEO_TRACK, _AUDIO_TRACK)
_PLACED = (ASSET, SCENE, *_TRACKS)
_THREE_POINTS = (
    frame_parameter("behind its last frame on the timeline", name="end", required=False),
    _SOURCE_IN,
    _SOURCE_OUT,
    _LEAVE_OUT,
)
_RANGE = (frame_parameter("the first frame of the range"), frame_parameter("the frame behind its last", name="end"))

TIMELINE_ACTIONS = (
    Action("timeline.append", "Append", _append, _PLACED, has_media, ("asset", "scene")),
    Action(
        "timeline.insert",
        "Insert",
        partial(_place, "insert"),
        (frame_parameter("where it goes; later things move on", required=False), *_PLACED, *_THREE_POINTS),
        has_media,
        ("asset", "scene"),
    ),
    Action(
        "timeline.overwrite",
        "Overwrite",
        partial(_place, "overwrite"),
        (frame_parameter("where it goes, over what is there", required=False), *_PLACED, *_THREE_POINTS),
        has_media,
        ("asset", "scene"),
    ),
    Action(
        "timeline.replace",
        "Replace",
        _replace,
        (CLIP, ASSET, SCENE, _SOURCE_IN, LINKED),
        has_clips,
        ("asset", "scene"),
    ),
    Action(
        "timeline.split",
        "Split",
        _split,
        (
            frame_parameter("the first frame after the cut"),
            Parameter("all", "flag", "split every unlocked track", default=False),
            Parameter("clips", "texts", "split these clips, by id"),
            Parameter("tracks", "texts", "split these tracks, by name or id; the first of each kind by default"),
            LINKED,
        ),
        has_clips,
    ),
    Action("timeline.lift", "Lift", _lift, (CLIPS, LINKED), has_clips),
    Action("timeline.rippleDelete", "Ripple Delete", _ripple_delete, (CLIPS, LINKED), has_clips),
    Action(
        "timeline.liftRange",
        "Lift Range",
        _lift_range,
        (*_RANGE, Parameter("tracks", "texts", "only from these tracks, by name or id")),
        has_clips,
    ),
    Action("timeline.extract", "Extract Range", _extract, _RANGE, has_clips),
    Action(
        "timeline.closeGap",
        "Close Gap",
        _close_gap,
        (
            frame_parameter("a frame of the gap"),
            Parameter("track", "text", "the track, by name or id", required=True),
        ),
        has_clips,
    ),
    Action(
        "timeline.trim",
        "Trim",
        _trim,
        (
            CLIP,
            EDGE,
            frame_parameter("where the edge goes, as far as media and neighbours let it"),
            LINKED,
        ),
        has_clips,
    ),
    Action(
        "timeline.move",
        "Move",
        _move,
        (
            CLIP,
            frame_parameter("where the clip begins then, over what is there"),
            Parameter("track", "text", "the track it goes to, by name or id"),
            LINKED,
        ),
        has_clips,
    ),
    Action(
        "timeline.nudge",
        "Nudge",
        _nudge,
        (
            CLIPS,
            Parameter("by", "int", "how many frames later, or (negative) earlier", required=True),
            Parameter("up", "int", "how many tracks up: away from the border of picture and sound", default=0),
            Parameter("insert", "flag", "push on what is there instead of going over it", default=False),
            LINKED,
        ),
        has_clips,
    ),
)
