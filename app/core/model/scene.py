"""Scenes of a media file: what analysis finds and the library keeps."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

from app.core.base.time import Flicks

TransitionKind: TypeAlias = Literal["cut", "fade"]


@dataclass(frozen=True, slots=True)
class Transition:
    """A change of shot. Frames count shown frames from 0; ``[start_frame, end_frame)`` differ from
    both pure shots, and a cut has both equal to the first frame of the new shot. ``score`` is 0 to 1."""

    kind: TransitionKind
    start_frame: int
    end_frame: int
    score: float


@dataclass(frozen=True, slots=True)
class Scene:
    """Frames ``[start_frame, end_frame)`` of a file, and the same in media time."""

    index: int
    start_frame: int
    end_frame: int
    start: Flicks
    end: Flicks
    transition_in: TransitionKind | Literal["start"]

    @property
    def number(self) -> int:
        """What people call it: the first scene is 1. Files and scripts count by ``index`` from 0."""
        return self.index + 1


@dataclass(frozen=True, slots=True)
class SceneList:
    """All scenes of a file, in order, without gap or overlap, and the transitions behind them."""

    rate: Fraction
    frames: int
    scenes: tuple[Scene, ...]
    transitions: tuple[Transition, ...]
