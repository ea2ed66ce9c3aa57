"""Actions on how clips play: speed, direction, frames that stand still, level."""

from __future__ import annotations

import re
from fractions import Fraction

from app.core.base.errors import UserError
from app.core.base.time import Flicks
from app.core.edit.speed import freeze_frame, retime, set_gain, set_speed
from app.core.model.links import spanning_clips
from app.core.session.actions import Action, ActionContext, Result
from app.core.session.actions_common import (
    CLIPS,
    LINKED,
    apply,
    frame_parameter,
    frames,
    has_clips,
    required_moment,
)
from app.core.session.actions_parameters import Arguments, Parameter

_SPEED = re.compile(r"(\d{1,9})(?:\.(\d{1,9})|/(\d{1,9}))?\s*(%?)")


def parse_speed(text: str) -> Fraction:
    """A speed as people write it: ``2``, ``0.5``, ``3/2``, ``150%``.

    Raises:
        UserError: it is none.
    """
    found = _SPEED.fullmatch(text.strip()) if text.isascii() else None
    if found is None or (found[3] is not None and int(found[3]) == 0):
        raise UserError(f"speed {text[:40]}", "it is no speed", "write for example 2, 0.5, 3/2 or 150%")
    number = Fraction(f"{found[1]}.{found[2]}") if found[2] else Fraction(int(found[1]), int(found[3] or 1))
    return number / 100 if found[4] else number


def _set_speed(context: ActionContext, arguments: Arguments) -> Result:
    wanted = retime(
        parse_speed(arguments.text("speed")),
        reverse=arguments.flag("reverse"),
        freeze=arguments.flag("freeze"),
        keep_pitch=arguments.flag("keep_pitch"),
    )
    sequence, clips = context.timeline.id, arguments.texts("clips")
    ripple, linked = arguments.flag("ripple"), arguments.flag("linked")
    return apply(
        context, "Speed", lambda project: set_speed(project, sequence, clips, wanted, ripple=ripple, linked=linked)
    )


def _freeze_frame(context: ActionContext, arguments: Arguments) -> Result:
    """Insert a still frame of the clip that is named, or of the topmost picture at the frame."""
    sequence, at, lasts = context.timeline.id, required_moment(context, arguments), frames(context, arguments, "frames")
    if lasts <= 0:
        raise UserError("freeze frame", "it would last nothing", "choose one frame or more")
    clip = arguments.text("clip") if "clip" in arguments else _picture_at(context, at)
    result = apply(context, "Freeze frame", lambda project: freeze_frame(project, sequence, clip, at, lasts))
    return {**result, "clip": clip}


def _picture_at(context: ActionContext, at: Flicks) -> str:
    """The topmost clip that is seen at a time, on a track that is not locked."""
    tracks = {track.id for track in context.timeline.video_tracks if not (track.hidden or track.locked)}
    # A clip that begins right there counts too: a flick later it spans the time.
    found = spanning_clips(context.timeline, at + 1, tracks)
    if not found:
        raise UserError("freeze frame", "no picture that is not locked lies there", "choose a frame inside a clip")
    return found[-1].clip.id


def _set_gain(context: ActionContext, arguments: Arguments) -> Result:
    sequence, clips, level = context.timeline.id, arguments.texts("clips"), arguments.decimal("db")
    return apply(context, "Level", lambda project: set_gain(project, sequence, clips, level))


SPEED_ACTIONS = (
    Action(
        "clip.setSpeed",
        "Speed...",
        _set_speed,
        (
            CLIPS,
            Parameter("speed", "text", "how fast: 1 is normal; 2, 0.5, 3/2 or 150%", default="1"),
            Parameter("reverse", "flag", "play backwards", default=False),
            Parameter("freeze", "flag", "show the first frame all the time, without sound", default=False),
            Parameter("keep_pitch", "flag", "let voices sound as high as they are", default=True),
            Parameter("ripple", "flag", "let later clips move up and give way", default=False),
            LINKED,
        ),
        has_clips,
    ),
    Action(
        "clip.freezeFrame",
        "Freeze Frame",
        _freeze_frame,
        (
            frame_parameter("the frame that stands still; later things give way"),
            Parameter("frames", "int", "for how many frames", default=50),
            Parameter("clip", "text", "a picture clip, by id; the topmost at the frame by default"),
        ),
        has_clips,
    ),
    Action(
        "clip.setGain",
        "Level...",
        _set_gain,
        (CLIPS, Parameter("db", "float", "dB louder, or (negative) softer, than the media", required=True)),
        has_clips,
    ),
)
