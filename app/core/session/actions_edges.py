"""Actions on edges that take their surroundings along: ripple trim, roll, slip, slide."""

from __future__ import annotations

from app.core.base import time
from app.core.base.errors import UserError
from app.core.base.time import Flicks
from app.core.edit.edges import Edge
from app.core.edit.slide import roll, slide, slip
from app.core.edit.trim import ripple_trim
from app.core.model.links import spanning_clips
from app.core.session.actions import Action, ActionContext, Result
from app.core.session.actions_common import (
    CLIP,
    EDGE,
    LINKED,
    apply,
    frame_parameter,
    frames,
    has_clips,
    required_moment,
)
from app.core.session.actions_parameters import Arguments, Parameter

_BY = Parameter("by", "int", "how many frames later, or (negative) earlier; as far as it can go", required=True)


def _side(arguments: Arguments) -> Edge:
    return "start" if arguments.text("edge") == "start" else "end"


def _ripple_trim(context: ActionContext, arguments: Arguments) -> Result:
    """Trim the clip that is named, or the one the frame lies in; tell where its edge is then."""
    sequence, to, side = context.timeline, required_moment(context, arguments), _side(arguments)
    clip = arguments.text("clip") if "clip" in arguments else _clip_at(context, to)
    linked = arguments.flag("linked")
    label = "Ripple trim start" if side == "start" else "Ripple trim end"
    result = apply(context, label, lambda project: ripple_trim(project, sequence.id, clip, side, to, linked=linked))
    return {**result, "clip": clip}


def _clip_at(context: ActionContext, at: Flicks) -> str:
    """The clip that ``at`` lies in: on the lowest picture track that has one, else on a sound track."""
    for placed in spanning_clips(context.timeline, at):
        if not placed.track.locked:
            return placed.clip.id
    frame = time.nearest_frame(at, context.rate)
    raise UserError(f"frame {frame}", "no clip that is not locked lies there", "choose a frame inside a clip")


def _roll(context: ActionContext, arguments: Arguments) -> Result:
    sequence, clip, to = context.timeline.id, arguments.text("clip"), required_moment(context, arguments)
    side, linked = _side(arguments), arguments.flag("linked")
    return apply(context, "Roll", lambda project: roll(project, sequence, clip, side, to, linked=linked))


def _slip(context: ActionContext, arguments: Arguments) -> Result:
    sequence, clip, by = context.timeline.id, arguments.text("clip"), frames(context, arguments)
    linked = arguments.flag("linked")
    return apply(context, "Slip", lambda project: slip(project, sequence, clip, by, linked=linked))


def _slide(context: ActionContext, arguments: Arguments) -> Result:
    sequence, clip, by = context.timeline.id, arguments.text("clip"), frames(context, arguments)
    linked = arguments.flag("linked")
    return apply(context, "Slide", lambda project: slide(project, sequence, clip, by, linked=linked))


EDGE_ACTIONS = (
    Action(
        "timeline.rippleTrim",
        "Ripple Trim",
        _ripple_trim,
        (
            EDGE,
            frame_parameter("where the edge goes, as far as its media let it; later things follow"),
            Parameter("clip", "text", "a clip, by id; the one that the frame lies in by default"),
            LINKED,
        ),
        has_clips,
    ),
    Action(
        "timeline.roll",
        "Roll",
        _roll,
        (CLIP, EDGE, frame_parameter("where the cut goes, as far as media let it"), LINKED),
        has_clips,
    ),
    Action("timeline.slip", "Slip", _slip, (CLIP, _BY, LINKED), has_clips),
    Action("timeline.slide", "Slide", _slide, (CLIP, _BY, LINKED), has_clips),
)
