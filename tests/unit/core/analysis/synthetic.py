"""Scores of films that are rows of numbers: quick to make, exact in what they hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from app.core.analysis.scenes import find_scenes
from app.core.analysis.scores import LAGS, SceneScores
from app.core.model.scene import SceneList, TransitionKind

RATE = Fraction(25)
Pictures = npt.NDArray[np.float64]
_POINTS = 600


def shot(
    frames: int, seed: int, *, level: float = 110, contrast: float = 40, motion: float = 0.5, noise: float = 0.0
) -> Pictures:
    """``frames`` pictures of one shot, shape (frames, points): a pattern that wanders by ``motion`` points."""
    generator = np.random.default_rng(seed)
    pattern = np.convolve(generator.normal(0, 1, 4 * _POINTS), np.ones(24), "same")
    pattern = pattern / pattern.std() * contrast + level
    places = np.arange(_POINTS)
    rows = [np.interp(places + number * motion, np.arange(4 * _POINTS), pattern) for number in range(frames)]
    return np.clip(np.stack(rows) + generator.normal(0, noise, (frames, _POINTS)), 0, 255)


def black(frames: int) -> Pictures:
    """Pictures that are empty."""
    return np.zeros((frames, _POINTS))


def faded(pictures: Pictures, strengths: Sequence[float] | npt.NDArray[np.float64], first: int) -> Pictures:
    """``pictures`` with those from ``first`` on scaled towards black."""
    changed = pictures.copy()
    changed[first : first + len(strengths)] *= np.asarray(strengths)[:, None]
    return changed


def fade_out(pictures: Pictures, frames: int) -> Pictures:
    """The last ``frames`` darken evenly; the last of them is nearly black."""
    return faded(pictures, 1 - np.arange(1, frames + 1) / (frames + 1), len(pictures) - frames)


def fade_in(pictures: Pictures, frames: int) -> Pictures:
    """The first ``frames`` brighten evenly."""
    return faded(pictures, np.arange(1, frames + 1) / (frames + 1), 0)


def scores_of(parts: Iterable[Pictures]) -> SceneScores:
    """The scores of the pictures of all ``parts`` in a row."""
    rows = np.round(np.concatenate(list(parts)))
    change = np.full((len(rows), LAGS), np.nan)
    for lag in range(1, LAGS + 1):
        if lag < len(rows):
            change[lag:, lag - 1] = np.abs(rows[lag:] - rows[:-lag]).mean(axis=1)
    columns = (np.nan_to_num(change[:, 0]), rows.mean(axis=1), rows.std(axis=1), change)
    return SceneScores(*(column.astype(np.float32) for column in columns))


def found(*parts: Pictures, sensitivity: float = 0.5, kinds: Sequence[TransitionKind] = ("cut", "fade")) -> SceneList:
    """The scenes of the pictures of all ``parts`` in a row, at 25 frames a second of 100 ticks each."""
    scores = scores_of(parts)
    times = [number * 100 for number in range(len(scores))]
    return find_scenes(scores, times, len(scores) * 100, RATE, sensitivity, kinds)


def spans(scenes: SceneList) -> list[tuple[str, int, int]]:
    """Transitions without their scores."""
    return [(each.kind, each.start_frame, each.end_frame) for each in scenes.transitions]


def starts(scenes: SceneList) -> list[int]:
    """First frames of all scenes but the first."""
    return [scene.start_frame for scene in scenes.scenes][1:]
