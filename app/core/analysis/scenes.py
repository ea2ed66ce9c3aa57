"""Scenes from scores: a pure decision that decodes nothing, so that it can be made again at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from fractions import Fraction

import numpy as np

from app.core.analysis.cuts import cut_strengths, pick_cuts
from app.core.analysis.fades import Fade, find_fades
from app.core.analysis.scores import VERSION, SceneScores
from app.core.base.errors import UserError
from app.core.base.time import Flicks
from app.core.model.scene import Scene, SceneList, Transition, TransitionKind

KINDS: tuple[TransitionKind, ...] = ("cut", "fade")
DEFAULT_SENSITIVITY = 0.5
METHOD = f"content-fade-{VERSION}.1"
"""Names this way of deciding, with the version of the scores and its own: kept scenes of another are not used."""

_LEAST_SCORE, _MOST_SCORE = 0.1, 0.9
"""Score that a transition needs at sensitivity 1 and at 0. Below the first, every second frame of a
shaking shot would be a cut; above the second, hardly any transition is."""


def parse_kinds(names: Iterable[str]) -> frozenset[TransitionKind]:
    """Kinds of transitions from their names.

    Raises:
        UserError: a name is unknown, there is none, or this version does not find that kind.
    """
    kinds: set[TransitionKind] = set()
    for name in names:
        if name == "dissolve":
            raise UserError("dissolve", "this version finds cuts and fades only", "leave dissolve out of the kinds")
        known = next((kind for kind in KINDS if kind == name), None)
        if known is None:
            raise UserError(name or "kinds", "there is no such kind of transition", "choose from cut and fade")
        kinds.add(known)
    if not kinds:
        raise UserError("kinds", "no kind of transition is named", "choose from cut and fade")
    return frozenset(kinds)


def check_sensitivity(sensitivity: float) -> float:
    """``sensitivity`` if it is from 0 to 1.

    Raises:
        UserError: it is not.
    """
    if not 0 <= sensitivity <= 1:
        raise UserError(f"sensitivity {sensitivity}", "it is not between 0 and 1", "choose 0.5, or more to find more")
    return sensitivity


def find_scenes(
    scores: SceneScores,
    times: Sequence[Flicks] | np.ndarray[tuple[int, ...], np.dtype[np.int64]],
    end: Flicks,
    rate: Fraction,
    sensitivity: float = DEFAULT_SENSITIVITY,
    kinds: Collection[TransitionKind] = KINDS,
) -> SceneList:
    """The scenes of a film.

    ``times`` (n,) are the media times of its frames, ``end`` the time just after the last, ``rate`` its
    nominal rate. ``sensitivity`` runs from 0 to 1, higher finds more. Takes milliseconds for an hour.

    Raises:
        ValueError: there are not as many times as scores.
    """
    if len(times) != len(scores):
        raise ValueError(f"{len(times)} times for {len(scores)} scored frames")
    least = least_score(sensitivity)
    fades = [fade for fade in find_fades(scores) if fade.score >= least]
    strengths = cut_strengths(scores, rate)
    picked = pick_cuts(strengths, _strength_for(least))
    cuts = [frame for frame in picked if not any(_covers(fade, frame) for fade in fades)]
    transitions: list[Transition] = []
    boundaries: list[tuple[int, TransitionKind]] = []
    if "cut" in kinds:
        transitions += [Transition("cut", frame, frame, cut_score(float(strengths[frame]))) for frame in cuts]
        boundaries += [(frame, "cut") for frame in cuts]
    if "fade" in kinds:
        transitions += [Transition("fade", fade.start, fade.end, round(fade.score, 4)) for fade in fades]
        boundaries += [(fade.middle, "fade") for fade in fades if not _at_film_edge(fade, len(scores))]
    transitions.sort(key=lambda each: (each.start_frame, each.end_frame))
    return SceneList(rate, len(scores), _scenes(sorted(boundaries), times, end), tuple(transitions))


def least_score(sensitivity: float) -> float:
    """The score that a transition must have at a sensitivity: 0.5 at 0.5."""
    return _MOST_SCORE - (_MOST_SCORE - _LEAST_SCORE) * sensitivity


def cut_score(strength: float) -> float:
    """A cut's strength on the scale of scores, 0 to 1: 0.5 where the strength is 1."""
    score = strength - 0.5 if strength < 1 else 1 - 0.5 / strength
    return round(min(1.0, max(0.0, score)), 4)


def _strength_for(score: float) -> float:
    """The inverse of :func:`cut_score`."""
    return score + 0.5 if score < 0.5 else 0.5 / (1 - score)


def _covers(fade: Fade, cut: int) -> bool:
    """Whether a cut is part of a fade: the steepest frames of a ramp, or the step to or from black, look like one."""
    return fade.start - 1 <= cut <= fade.end + 1


def _at_film_edge(fade: Fade, frames: int) -> bool:
    return fade.hold_start == 0 or fade.hold_end == frames


def _scenes(
    boundaries: Sequence[tuple[int, TransitionKind]],
    times: Sequence[Flicks] | np.ndarray[tuple[int, ...], np.dtype[np.int64]],
    end: Flicks,
) -> tuple[Scene, ...]:
    frames = len(times)
    if frames == 0:
        return ()
    starts: list[tuple[int, TransitionKind | None]] = [(0, None)]
    starts += [each for each in boundaries if 0 < each[0] < frames]
    ends = [frame for frame, _ in starts[1:]] + [frames]
    return tuple(
        Scene(
            index=index,
            start_frame=first,
            end_frame=last,
            start=int(times[first]),
            end=int(times[last]) if last < frames else int(end),
            transition_in=kind or "start",
        )
        for index, ((first, kind), last) in enumerate(zip(starts, ends, strict=True))
    )
