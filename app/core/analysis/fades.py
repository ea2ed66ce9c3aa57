"""Fades from scores: ramps of the whole picture's strength down to black, and up from it.

Scaling a picture towards black scales its level and its contrast alike, so their root of squares,
the strength, falls with the fade whatever the picture shows. A fade is found from its dark middle
(the hold) outwards: each side is a ramp, or a step where the picture was cut to or from black.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.core.analysis.scores import Numbers, SceneScores

Strengths = npt.NDArray[np.float64]

_BLACK_LEVEL, _BLACK_CONTRAST = 24.0, 3.0
"""Most that an empty picture shows: black of the wrong range has level 16, grain a contrast of 2 or 3.
A dark shot has a lower level than that, but more contrast."""
_DARK_SHARE = 0.12
"""A hold is black beside the shots around it: at most this share of their strength."""
_DIP_SHARE = 0.35
"""Two ramps may meet before they reach black (four frames each way leave a fifth); no deeper than this
share of the shots it is not a fade."""
_DIP_COHERENCE = 0.5
"""In such a dip the change of each frame must be a change of level for this part; where something dark
passes before the camera, or the camera turns to the dark, pictures change more than their level."""
_DIP_HOLD = 3
"""Most frames that such a dip stays dark: what stays longer is a dark picture, not a fade."""
_HOLD_RISE = 1.0
_HOLD_SHARE = 0.01
"""The hold ends where the strength rises by this much, and by this share of the shots."""
_SLOPE_SHARE = 0.25
"""A ramp ends where it becomes this much flatter than it was on the whole."""
_STEPS = 3
"""Fewest steps of a ramp: less is a cut with a blended frame."""
_STEP_SHARE = 0.5
"""Most of a ramp that one step may make: more is a cut."""
_JUMP, _JUMP_SHARE = 4.0, 0.25
"""A step this many times the mean of a ramp, and this share of what it rose, belongs to a cut at its end."""
_SMOOTH = 0.8
"""Of all ups and downs of a ramp, this share must be ups."""
_CONTRAST_RATIO = 1.5
"""Contrast on a ramp over what scaling the full picture would give; movement changes it by less than this."""
_FAINT = 3.0
_FAINT_SHARE = 0.05
"""Strength, and share of what is near, below which rounding and coding hide the slope of a ramp."""
_KNEE_SHARE = 0.01
"""A bend smaller than this share of the ramp is the movement of the picture."""
_NEAR = 48
"""Frames that count as near."""


@dataclass(frozen=True, slots=True)
class Fade:
    """Frames ``[start, end)`` differ from both shots, ``[hold_start, hold_end)`` are the darkest.

    A side without a ramp (the picture was cut to black or from it) has ``start == hold_start`` or
    ``end == hold_end``; so has a side at the start or end of the film.
    """

    start: int
    hold_start: int
    hold_end: int
    end: int
    score: float

    @property
    def middle(self) -> int:
        """First frame of the new scene."""
        return (self.hold_start + self.hold_end) // 2


@dataclass(frozen=True, slots=True)
class _Ramp:
    """One side of a hold: ``steps`` frames out the picture has its full ``strength``."""

    steps: int
    strength: float
    smooth: float

    @property
    def gradual(self) -> bool:
        return self.steps >= _STEPS


def find_fades(scores: SceneScores) -> list[Fade]:
    """All fades of a film, in order, without overlap; ``score`` says how sure each is."""
    if len(scores) == 0:
        return []
    strength = np.hypot(scores.level.astype(np.float64), scores.contrast.astype(np.float64))
    fades = [_fade_around(strength, first, last, scores) for first, last in _holds(scores, strength)]
    return _apart([fade for fade in fades if fade is not None])


def _holds(scores: SceneScores, strength: Strengths) -> list[tuple[int, int]]:
    """First and last frames of the runs that are black, and of the dips between them."""
    black = (scores.level <= _BLACK_LEVEL) & (scores.contrast <= _BLACK_CONTRAST)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], black, [False]]).astype(np.int8)))
    runs = [(int(first), int(end) - 1) for first, end in edges.reshape(-1, 2)]
    return sorted(runs + [(frame, frame) for frame in _dips(strength) if not black[frame]])


def _dips(strength: Strengths) -> list[int]:
    """Frames that are darker than their neighbours, and dark beside what is near on both sides.

    Beyond the ends of the film everything is bright: there one side is enough.
    """
    padded = np.pad(strength, _NEAR, constant_values=np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(padded, _NEAR)
    before, after = windows[: len(strength)].max(axis=1), windows[_NEAR + 1 :].max(axis=1)
    lowest = (strength <= padded[_NEAR - 1 : -_NEAR - 1]) & (strength < padded[_NEAR + 1 : len(padded) - _NEAR + 1])
    return [int(frame) for frame in np.flatnonzero(lowest & (strength <= _DIP_SHARE * np.minimum(before, after)))]


def _fade_around(strength: Strengths, first: int, last: int, scores: SceneScores) -> Fade | None:
    darkest = float(strength[first : last + 1].min())
    first, last = _tightened(strength, first, last, darkest)
    left = _ramp(strength[first::-1], scores.level[first::-1], scores.contrast[first::-1])
    right = _ramp(strength[last:], scores.level[last:], scores.contrast[last:])
    gradual = [side for side in (left, right) if side.gradual]
    if not gradual:
        return None
    full = min(side.strength for side in gradual)
    at_edge = first == 0 or last == len(strength) - 1
    if darkest > _DARK_SHARE * full:
        sides = [(first - left.steps, first), (last, last + right.steps)]
        short = last - first < _DIP_HOLD and (len(gradual) == 2 or at_edge)
        if darkest > _DIP_SHARE * full or not short or not _coherent(scores, sides):
            return None
    shortest = min(side.steps for side in gradual)
    score = (1 - darkest / full) * shortest / (shortest + 0.5) * min(side.smooth for side in gradual)
    start = first - left.steps + 1 if left.gradual else first
    end = last + right.steps if right.gradual else last + 1
    return Fade(start, first, last + 1, end, float(np.clip(score, 0, 1)))


def _tightened(strength: Strengths, first: int, last: int, darkest: float) -> tuple[int, int]:
    """The frames around a run that are as dark as it gets: the feet of the ramps are not the hold."""
    nearby = strength[max(0, first - _NEAR) : last + 1 + _NEAR]
    limit = darkest + max(_HOLD_RISE, _HOLD_SHARE * float(nearby.max()))
    dark = np.flatnonzero(strength[first : last + 1] <= limit)
    first, last = first + int(dark[0]), first + int(dark[-1])
    while first > 0 and strength[first - 1] <= limit:
        first -= 1
    while last + 1 < len(strength) and strength[last + 1] <= limit:
        last += 1
    return first, last


def _ramp(outwards: Strengths, level: Numbers, contrast: Numbers) -> _Ramp:
    """The rise from ``outwards[0]``, the hold, up to the full picture; all three run the same way."""
    steps = _rising_steps(outwards)
    rises = np.diff(outwards[: steps + 1])
    rise = float(outwards[steps] - outwards[0])
    if steps < _STEPS or rise <= _FAINT or rises.max() > _STEP_SHARE * rise:
        return _Ramp(0, float(outwards[steps]), 0.0)
    smooth = rise / float(np.abs(rises).sum())
    scaled = smooth >= _SMOOTH and _scales(level[: steps + 1], contrast[: steps + 1])
    return _Ramp(steps if scaled else 0, float(outwards[steps]), smooth)


def _scales(level: Numbers, contrast: Numbers) -> bool:
    """Whether contrast keeps step with level on the way to the last, full picture.

    Where something dark passes before the camera, the picture has both for a while: contrast grows.
    """
    share = level / max(float(level[-1]), 1.0)
    between = (share > 0.2) & (share < 0.8)
    if not between.any():
        return True
    expected = share[between] * contrast[-1] + _FAINT
    return bool(np.median(contrast[between] / expected) <= _CONTRAST_RATIO)


def _rising_steps(outwards: Strengths) -> int:
    """How many steps of ``outwards`` belong to one steady rise from its start."""
    last = len(outwards) - 1
    faint = max(_FAINT, _FAINT_SHARE * float(outwards[: _NEAR + 1].max()))
    steps = 0
    while steps < last:
        rise = float(outwards[steps] - outwards[0])
        if steps >= _STEPS and float(outwards[steps + 1] - outwards[steps]) > _jump(rise, steps):
            return steps
        if steps and rise > faint:
            ahead = min(steps + max(_STEPS, steps // 3), last)
            slope = float(outwards[ahead] - outwards[steps]) / (ahead - steps)
            if slope < _SLOPE_SHARE * rise / steps:
                return steps + _knee(outwards[steps : ahead + 1], rise, steps)
        steps += 1
    return steps


def _jump(rise: float, steps: int) -> float:
    """Least step that is too large for a ramp that rose by ``rise`` in ``steps``."""
    return max(_JUMP * rise / steps, _JUMP_SHARE * rise, _FAINT)


def _knee(outwards: Strengths, rise: float, steps: int) -> int:
    """How many more steps belong to a ramp: looking ahead stops a little before it turns flat.

    Up to the point farthest above the straight line through what lies ahead before a fall or a jump.
    """
    if steps < _STEPS:
        return 0
    changes = np.diff(outwards)
    breaks = np.flatnonzero((changes < -_FAINT_SHARE * rise) | (changes > _jump(rise, steps)))
    window = outwards[: int(breaks[0]) + 1] if len(breaks) else outwards
    above = window - np.linspace(window[0], window[-1], len(window))
    knee = int(above.argmax())
    return knee if above[knee] > _KNEE_SHARE * rise else 0


def _coherent(scores: SceneScores, sides: list[tuple[int, int]]) -> bool:
    """Whether level falls and rises as much as pictures change, on each side of a dip."""
    for first, last in sides:
        if last > first:
            levels = float(np.abs(np.diff(scores.level[first : last + 1])).sum())
            changes = float(np.nan_to_num(scores.change[first + 1 : last + 1, 0]).sum())
            if levels < _DIP_COHERENCE * changes:
                return False
    return True


def _apart(fades: list[Fade]) -> list[Fade]:
    """The surest of fades that overlap."""
    kept: list[Fade] = []
    for fade in sorted(fades, key=lambda each: -each.score):
        if all(fade.end <= other.start or fade.start >= other.end for other in kept):
            kept.append(fade)
    return sorted(kept, key=lambda each: each.start)
