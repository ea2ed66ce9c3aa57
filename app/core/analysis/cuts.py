"""Hard cuts from scores, as PySceneDetect's AdaptiveDetector finds them, made stricter and finer.

A cut is a change that is large beside the changes around it (that keeps fast motion, shaking and
noise out), large beside the contrast of the pictures (that keeps titles and lamps out and dark
shots in), and that lasts: where the picture of before comes back at once, it was a flash.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import numpy.typing as npt

from app.core.analysis.scores import LAGS, Numbers, SceneScores

Strengths = npt.NDArray[np.float64]

NEIGHBOURS = 4
"""Frames on each side that a change is compared with: enough for a steady mean, few enough that the
next cut of a quick montage is mostly outside."""
_CONTENT_FLOOR, _CHANGE_FLOOR = 1.0, 0.5
"""Added to the mean of the neighbours: rounding and coding noise of a still shot are of this size."""
_ADAPTIVE_RATIO = 2.0
"""How many times its neighbours a change must be. PySceneDetect's 3 is for the content score alone; the
geometric mean with the plain change is steadier (hue jumps about in dark and grey pictures)."""
_CONTRAST_SHARE = 0.5
"""The change must be this share of the standard deviation of the flatter picture: two unrelated pictures
differ by about their contrast, a title or a passer-by by a part of it."""
_CONTRAST_FLOOR = 5.0
"""Contrast of a picture that is empty but for noise."""
_FLASH_SECONDS = Fraction(1, 5)
"""A flash, a lightning or a damaged picture is shorter; a shot that one can see is longer."""
_RETURN_SHARE = 0.5
"""After a flash the picture differs from the one before it by less than this share of the jump."""
MINIMUM_SCENE = 2
"""Frames between two cuts: a blended frame between two shots makes two jumps, but one cut."""


def cut_strengths(scores: SceneScores, rate: Fraction) -> Strengths:
    """How much each frame looks like the first of a new shot, shape (n,): 1 and more is a cut."""
    if len(scores) == 0:
        return np.zeros(0)
    change = np.nan_to_num(scores.change[:, 0].astype(np.float64))
    content = scores.content.astype(np.float64)
    ratio = np.sqrt(_beside_neighbours(change, _CHANGE_FLOOR) * _beside_neighbours(content, _CONTENT_FLOOR))
    flatter = np.minimum(scores.contrast[1:], scores.contrast[:-1])
    share = np.zeros(len(scores))
    share[1:] = change[1:] / (flatter + _CONTRAST_FLOOR)
    lasting = np.clip(_return_ratio(scores.change, rate) / _RETURN_SHARE, 0, 1)
    return np.asarray(np.minimum(ratio / _ADAPTIVE_RATIO, share / _CONTRAST_SHARE) * lasting, np.float64)


def pick_cuts(strengths: Strengths, least: float) -> list[int]:
    """Frames whose strength is ``least`` or more, the strongest of those that are too close, in order."""
    candidates = np.flatnonzero(strengths >= least)
    chosen: list[int] = []
    taken = np.zeros(len(strengths), bool)
    for frame in candidates[np.argsort(-strengths[candidates], kind="stable")]:
        if not taken[frame]:
            chosen.append(int(frame))
            taken[max(0, frame - MINIMUM_SCENE + 1) : frame + MINIMUM_SCENE] = True
    return sorted(chosen)


def _beside_neighbours(values: Strengths, floor: float) -> Strengths:
    """``values`` over the mean of their neighbours; the first frame has no change and counts for none."""
    kernel = np.ones(2 * NEIGHBOURS + 1)
    kernel[NEIGHBOURS] = 0
    real = np.ones(len(values))
    real[:1] = 0
    total = np.convolve(values * real, kernel)[NEIGHBOURS : NEIGHBOURS + len(values)]
    count = np.convolve(real, kernel)[NEIGHBOURS : NEIGHBOURS + len(values)]
    return np.asarray(values / (total / np.maximum(count, 1) + floor), np.float64)


def _return_ratio(change: Numbers, rate: Fraction) -> Strengths:
    """How far the picture stays away, as a share of the jump at each frame: near 0 at both ends of a flash."""
    lags = min(LAGS, 1 + int(_FLASH_SECONDS * rate))
    jump = np.nan_to_num(change[:, 0]).astype(np.float64) + _CHANGE_FLOOR
    least = np.full(len(change), np.inf)
    for lag in range(2, lags + 1):
        away = np.where(np.isnan(change[:, lag - 1]), np.inf, change[:, lag - 1]).astype(np.float64)
        least = np.minimum(least, away)  # a flash of lag - 1 frames ended here
        began = np.full(len(change), np.inf)
        began[: max(0, len(change) - lag + 1)] = away[lag - 1 :]
        least = np.minimum(least, began)  # ... or began here
    return np.asarray(least / jump, np.float64)
