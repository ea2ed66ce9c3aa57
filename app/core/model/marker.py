"""Markers: notes that people pin to moments and ranges of a sequence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from app.core.base.time import Flicks
from app.core.model.extra import Extra

MarkerColor: TypeAlias = Literal["red", "orange", "yellow", "green", "cyan", "blue", "purple", "pink"]

MARKER_COLORS: tuple[MarkerColor, ...] = get_args(MarkerColor)


@dataclass(frozen=True, slots=True)
class Marker:
    """A moment of a sequence, or a range where ``duration`` is more than 0; both on its frames."""

    id: str
    start: Flicks
    duration: Flicks = 0
    name: str = ""
    color: MarkerColor = "green"
    note: str = ""
    extra: Extra = ()

    @property
    def end(self) -> Flicks:
        """Sequence time just after the range; the moment itself where it is none."""
        return self.start + self.duration
