"""The settings of the sequence."""

from __future__ import annotations

from fractions import Fraction

from app.core.base.errors import UserError
from app.core.edit.sequence_settings import SequenceSettings, change_sequence
from app.core.session.actions import Action, ActionContext, Result
from app.core.session.actions_common import has_sequence
from app.core.session.actions_parameters import Arguments, Parameter


def _change(context: ActionContext, arguments: Arguments) -> Result:
    sequence = context.timeline.id

    def number(name: str) -> int | None:
        return arguments.number(name) if name in arguments else None

    wanted = SequenceSettings(
        arguments.text("name") if "name" in arguments else None,
        number("width"),
        number("height"),
        _rate(arguments.text("rate")) if "rate" in arguments else None,
        number("audio_rate"),
        number("channels"),
    )
    context.session.apply("Change sequence", lambda project: change_sequence(project, sequence, wanted))
    shown = context.timeline
    return {
        "name": shown.name,
        "width": shown.format.width,
        "height": shown.format.height,
        "rate": str(shown.format.rate),
        "audio_rate": shown.format.audio_rate,
        "channels": shown.format.channels,
    }


def _rate(text: str) -> Fraction:
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise UserError(text, "it is no frame rate", "write for example 25 or 30000/1001") from None


SEQUENCE_ACTIONS = (
    Action(
        "sequence.change",
        "Sequence Settings...",
        _change,
        (
            Parameter("name", "text", "what it is called"),
            Parameter("width", "int", "of the picture, in pixels"),
            Parameter("height", "int", "of the picture, in pixels"),
            Parameter("rate", "text", "frames in a second, such as 25 or 30000/1001; only while it is empty"),
            Parameter("audio_rate", "int", "samples of sound in a second"),
            Parameter("channels", "int", "of the sound: 1 or 2"),
        ),
        has_sequence,
    ),
)
