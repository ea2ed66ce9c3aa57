"""What lies on a track: clips, and the gaps between them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import ClassVar, TypeAlias

from app.core.base.time import Flicks
from app.core.model.extra import Extra
from app.core.model.retime import NORMAL, MediaMap, Retime


@dataclass(frozen=True, slots=True)
class Clip:
    """A piece of an asset on a track.

    ``duration`` is sequence time; ``source_start`` is media time of the asset (see
    :class:`app.core.model.asset.VideoStream`), the earliest that is used. ``link_id`` is shared by
    picture and sound that move together, ``group_id`` by clips that are chosen and moved together.
    ``gain_db`` applies to sound. ``retime`` is None where the media play on at normal speed.
    """

    id: str
    asset_id: str
    source_start: Flicks
    duration: Flicks
    name: str = ""
    link_id: str | None = None
    gain_db: float = 0.0
    group_id: str | None = None
    retime: Retime | None = None
    extra: Extra = ()

    @property
    def speed(self) -> Fraction:
        """Media time for each sequence time, whichever way the media run."""
        return NORMAL if self.retime is None else self.retime.speed

    @property
    def rate(self) -> Fraction:
        """Media time for each sequence time: negative backwards, 0 frozen."""
        return NORMAL if self.retime is None else self.retime.rate

    @property
    def source_duration(self) -> Flicks:
        """How much media time is used, rounded up: none of a frozen clip."""
        return self.duration if self.retime is None else math.ceil(self.duration * abs(self.retime.rate))

    @property
    def source_end(self) -> Flicks:
        """Media time just after the last frame used, rounded up."""
        return self.source_start + self.duration if self.retime is None else math.ceil(self.source_range[1])

    @property
    def source_range(self) -> tuple[Flicks | Fraction, Flicks | Fraction]:
        """The media time that is used, exactly."""
        if self.retime is None:
            return self.source_start, self.source_start + self.duration
        start = self.source_start + self.retime.source_rest
        return start, start + self.duration * abs(self.retime.rate)

    def media_map(self, start: Flicks) -> MediaMap:
        """Which media time lies where, for the clip beginning at sequence time ``start``."""
        first, last = self.source_range
        rate = self.rate
        return MediaMap((last if rate < 0 else first) - rate * start, rate)

    def with_edges(self, start_by: Flicks, end_by: Flicks) -> Clip:
        """The clip with its start and its end that much later; the media under it stay in place."""
        duration = self.duration - start_by + end_by
        if self.retime is None:
            return replace(self, source_start=self.source_start + start_by, duration=duration)
        rate = self.retime.rate
        by = rate * (start_by if rate >= 0 else end_by)
        return replace(self.with_source(self.source_range[0] + by), duration=duration)

    def slipped(self, by: Flicks) -> Clip:
        """The clip showing at each time what it showed later by ``by``; a frozen one a frame that is later by that."""
        if self.retime is None:
            return replace(self, source_start=self.source_start + by)
        return self.with_source(self.source_range[0] + (by if self.retime.freeze else by * self.retime.rate))

    def with_source(self, start: Flicks | Fraction) -> Clip:
        """The clip using its media from exactly ``start`` on; without a retime from the flick before."""
        whole = math.floor(start)
        if self.retime is None:
            return replace(self, source_start=whole)
        return replace(self, source_start=whole, retime=replace(self.retime, source_rest=Fraction(start - whole)))


@dataclass(frozen=True, slots=True)
class Gap:
    """Nothing, for a while. It has no id, and is part of no link and of no group."""

    id: ClassVar[None] = None
    link_id: ClassVar[None] = None
    group_id: ClassVar[None] = None

    duration: Flicks
    extra: Extra = ()


Item: TypeAlias = Clip | Gap
