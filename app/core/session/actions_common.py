"""What the actions on the timeline share: parameters, what enables them, and how they say what they did."""

from __future__ import annotations

from collections.abc import Callable

from app.core.base import time
from app.core.base.errors import UserError
from app.core.base.time import Flicks
from app.core.model.clip import Clip
from app.core.model.project import Project
from app.core.session.actions import ActionContext, Result
from app.core.session.actions_parameters import Arguments, Parameter

ASSET = Parameter("asset", "text", "media of the project, by id, name or path")
SCENE = Parameter("scene", "text", "a scene of them, as MEDIA#NUMBER")
CLIP = Parameter("clip", "text", "a clip, by id", required=True)
CLIPS = Parameter("clips", "texts", "clips, by id", required=True)
LINKED = Parameter("linked", "flag", "take linked picture and sound, and groups, along", default=True)
EDGE = Parameter("edge", "choice", "which edge moves", required=True, choices=("start", "end"))

Run = Callable[[ActionContext, Arguments], Result]


def frame_parameter(meaning: str, *, name: str = "frame", required: bool = True) -> Parameter:
    """A parameter that counts frames of the sequence."""
    return Parameter(name, "frame", meaning, required=required)


def has_media(context: ActionContext) -> bool:
    """Whether the project has media."""
    return bool(context.session.project.assets)


def has_sequence(context: ActionContext) -> bool:
    """Whether there is a timeline at all."""
    return bool(context.session.project.sequences)


def has_clips(context: ActionContext) -> bool:
    """Whether anything lies on the timeline."""
    sequences = context.session.project.sequences
    return bool(sequences) and any(track.items for track in sequences[0].tracks)


def any_clip(context: ActionContext, matches: Callable[[Clip], bool]) -> bool:
    """Whether the timeline has such a clip."""
    sequences = context.session.project.sequences
    tracks = sequences[0].tracks if sequences else ()
    return any(isinstance(item, Clip) and matches(item) for track in tracks for item in track.items)


def apply(context: ActionContext, label: str, edit: Callable[[Project], Project]) -> Result:
    """Apply an edit and tell which clips are new and which are gone."""
    changes = context.session.apply(label, edit)
    return {"added": sorted(changes.clips.added), "removed": sorted(changes.clips.removed)}


def moment(context: ActionContext, arguments: Arguments, name: str = "frame") -> Flicks | None:
    """The sequence time of a frame parameter; None where it is not given.

    Raises:
        UserError: it lies far behind everything.
    """
    return required_moment(context, arguments, name) if name in arguments else None


def required_moment(context: ActionContext, arguments: Arguments, name: str = "frame") -> Flicks:
    """The sequence time of a frame parameter that must be given.

    Raises:
        UserError: it lies months behind the start: a slip of the hand, which would make files of years.
    """
    frame = arguments.number(name)
    if frame > 30 * 24 * 3600 * context.rate:
        raise UserError(f"frame {frame}", "it lies months behind the start", "choose an earlier one")
    return frame * time.frame_duration(context.timeline.format.rate)


def span(context: ActionContext, arguments: Arguments) -> tuple[Flicks, Flicks]:
    """The range of the parameters ``frame`` and ``end``.

    Raises:
        UserError: it is empty.
    """
    start, end = required_moment(context, arguments), required_moment(context, arguments, "end")
    if end <= start:
        raise UserError("the range", "it ends before it begins", "give an end after its first frame")
    return start, end


def frames(context: ActionContext, arguments: Arguments, name: str = "by") -> Flicks:
    """The duration of an ``int`` parameter that counts frames of the sequence, also negative ones."""
    number = arguments.number(name)
    if abs(number) > 30 * 24 * 3600 * context.rate:
        raise UserError(f"{number} frames", "that is months", "choose fewer")
    return number * time.frame_duration(context.timeline.format.rate)
