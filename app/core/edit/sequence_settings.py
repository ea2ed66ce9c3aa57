"""Name and format of a sequence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from app.core.base import time
from app.core.base.errors import UserError
from app.core.edit.assets import FASTEST_RATE, LARGEST_SIDE
from app.core.edit.document import with_sequence
from app.core.model.project import Project
from app.core.model.sequence import Sequence

SMALLEST_SIDE = 16
AUDIO_RATES = (44_100, 48_000, 96_000)
CHANNELS = (1, 2)


@dataclass(frozen=True, slots=True)
class SequenceSettings:
    """What can be said of a sequence; None stays as it is. Size in pixels, ``audio_rate`` in hertz."""

    name: str | None = None
    width: int | None = None
    height: int | None = None
    rate: Fraction | None = None
    audio_rate: int | None = None
    channels: int | None = None


def rate_is_fixed(sequence: Sequence) -> bool:
    """Whether anything lies on the frames of ``sequence``, which another rate would move."""
    return bool(sequence.duration or sequence.markers or any(track.cues for track in sequence.subtitle_tracks))


def change_sequence(project: Project, sequence_id: str, wanted: SequenceSettings) -> Project:
    """Give a sequence another name or format. The pictures of clips fit themselves into another size.

    Raises:
        UserError: a value is impossible, or something lies on the frames of the rate that would go.
    """
    sequence = project.sequence(sequence_id)
    now = sequence.format
    rate = now.rate if wanted.rate is None else wanted.rate
    if rate != now.rate:
        _require_rate(sequence, rate)
    changed = replace(
        now,
        width=_side("width", wanted.width, now.width),
        height=_side("height", wanted.height, now.height),
        rate=rate,
        audio_rate=_choice("sound rate", wanted.audio_rate, now.audio_rate, AUDIO_RATES),
        channels=_choice("channels", wanted.channels, now.channels, CHANNELS),
    )
    name = sequence.name if wanted.name is None else " ".join(wanted.name.split())
    if not name:
        raise UserError("the sequence", "it needs a name", "write one")
    return with_sequence(project, replace(sequence, name=name, format=changed))


def _require_rate(sequence: Sequence, rate: Fraction) -> None:
    if rate_is_fixed(sequence):
        raise UserError("the frame rate", "the timeline is not empty", "start a new project for another rate")
    if not 1 <= rate <= FASTEST_RATE or not time.is_exact_rate(rate):
        raise UserError(
            f"{rate} fps", "a timeline cannot have that rate", "choose a usual one, such as 25 or 30000/1001"
        )


def _side(what: str, wanted: int | None, now: int) -> int:
    if wanted is None or wanted == now:
        return now
    if wanted % 2 or not SMALLEST_SIDE <= wanted <= LARGEST_SIDE:
        why = f"{wanted} is no even number from {SMALLEST_SIDE} to {LARGEST_SIDE}"
        raise UserError(f"the {what}", why, "choose another")
    return wanted


def _choice(what: str, wanted: int | None, now: int, choices: tuple[int, ...]) -> int:
    if wanted is None or wanted == now:
        return now
    if wanted not in choices:
        raise UserError(f"the {what}", f"{wanted} is none of {', '.join(map(str, choices))}", "choose one of them")
    return wanted
