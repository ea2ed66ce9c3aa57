"""What lies on a track: clips, and the gaps between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from app.core.base.time import Flicks
from app.core.model.extra import Extra


@dataclass(frozen=True, slots=True)
class Clip:
    """A piece of an asset on a track.

    ``duration`` is sequence time; ``source_start`` is media time of the asset (see
    :class:`app.core.model.asset.VideoStream`). ``link_id`` is shared by picture and sound that
    move together, ``group_id`` by clips that are chosen and moved together. ``gain_db`` applies
    to sound.
    """

    id: str
    asset_id: str
    source_start: Flicks
    duration: Flicks
    name: str = ""
    link_id: str | None = None
    gain_db: float = 0.0
    group_id: str | None = None
    extra: Extra = ()

    @property
    def source_end(self) -> Flicks:
        """Media time just after the last frame used."""
        return self.source_start + self.duration


@dataclass(frozen=True, slots=True)
class Gap:
    """Nothing, for a while. It has no id, and is part of no link and of no group."""

    id: ClassVar[None] = None
    link_id: ClassVar[None] = None
    group_id: ClassVar[None] = None

    duration: Flicks
    extra: Extra = ()


Item: TypeAlias = Clip | Gap
