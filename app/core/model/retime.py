"""Clips that play their media faster, slower, backwards or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from app.core.base.time import Flicks
from app.core.model.extra import Extra

NORMAL = Fraction(1)
SLOWEST, FASTEST = Fraction(1, 100), Fraction(100)
LARGEST_DENOMINATOR = 1_000_000
_NONE = Fraction(0)


@dataclass(frozen=True, slots=True)
class Retime:
    """How a clip plays its media. Clips that play straight on at normal speed have none.

    ``speed`` is media time for each sequence time, more than 0 also where the media run backwards.
    ``freeze`` shows the frame at the clip's ``source_start`` all the time and makes no sound; its
    speed is 1 and it has no direction. ``source_rest`` is what ``source_start`` is too early by, in
    flicks, at least 0 and less than 1: with it the pieces of a clip show what the whole one showed.
    ``keep_pitch`` says that a voice sounds as high as it is; without, it goes with the speed.
    """

    speed: Fraction = NORMAL
    reverse: bool = False
    freeze: bool = False
    keep_pitch: bool = True
    source_rest: Fraction = _NONE
    extra: Extra = ()

    @property
    def rate(self) -> Fraction:
        """Media time for each sequence time: negative backwards, 0 frozen."""
        if self.freeze:
            return _NONE
        return -self.speed if self.reverse else self.speed


@dataclass(frozen=True, slots=True)
class MediaMap:
    """Which media time lies under a sequence time: ``origin + rate * time``, exactly."""

    origin: Fraction
    rate: Fraction

    def at(self, moment: Flicks | Fraction) -> Fraction:
        """The media time under a moment of the sequence."""
        return self.origin + self.rate * moment

    def shown(self, start: Flicks, end: Flicks) -> Flicks:
        """The media time whose picture is shown from ``start`` to ``end``, which is one frame of the sequence.

        Backwards that is the one at its end: played backwards, a clip shows the pictures that it
        shows forwards, the last one first.
        """
        moment = self.at(end if self.rate < 0 else start)
        return moment.numerator // moment.denominator

    def moment_of(self, media: Flicks | Fraction) -> Fraction:
        """The sequence time above a media time; ``rate`` must not be 0."""
        return (media - self.origin) / self.rate
