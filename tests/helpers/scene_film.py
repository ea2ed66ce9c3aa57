"""Films of known shots, cuts and fades, with the truth about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

_BLACK_LUMA, _NEUTRAL = 16, 128
_DETAIL = 24  # pixels between two points of the coarse texture


@dataclass(frozen=True)
class Shot:
    """``frames`` pictures at full strength of one moving coloured texture.

    ``seed`` chooses the texture (default: the place of the shot in the film), ``motion`` is its
    movement in pixels a picture, ``flashes`` are pictures of the shot that are almost white (a
    photographer's flash: no cut).
    """

    frames: int
    seed: int | None = None
    motion: tuple[float, float] = (1.0, 0.5)
    flashes: tuple[int, ...] = ()


@dataclass(frozen=True)
class Fade:
    """Between two shots: ``out`` pictures darken, ``hold`` are black, ``into`` brighten."""

    out: int
    hold: int
    into: int


@dataclass(frozen=True)
class SceneTruth:
    """What a scene film holds: boundaries (first picture of each new scene) and transitions.

    A transition is (kind, first picture, first picture after it); for a cut both are equal. The
    boundary of a fade is the middle of its hold.
    """

    path: Path
    rate: Fraction
    frames: int
    boundaries: tuple[int, ...] = ()
    transitions: tuple[tuple[str, int, int], ...] = ()


@dataclass
class _Plan:
    """Pictures as (shot, step of its movement, strength, flash), and the truth on the way."""

    pictures: list[tuple[int, int, float, bool]] = field(default_factory=list)
    boundaries: list[int] = field(default_factory=list)
    transitions: list[tuple[str, int, int]] = field(default_factory=list)

    def ramp(self, shot: int, first: int, count: int, rising: bool) -> None:
        for step in range(count):
            share = (step + 1) / (count + 1)
            self.pictures.append((shot, first + step, share if rising else 1 - share, False))


def scene_film(
    path: Path,
    shots: Sequence[Shot | int],
    between: Sequence[Fade | None] | None = None,
    *,
    fade_in: int = 0,
    fade_out: int = 0,
    rate: Fraction | int = Fraction(25),
    width: int = 320,
    height: int = 180,
    codec_options: Mapping[str, str] | None = None,
    gop: int = 250,
) -> SceneTruth:
    """Write a silent H.264 film of ``shots`` and return where its scenes change.

    ``between[k]`` lies between shot k and k + 1: None is a hard cut (all of them by default). A
    number among the shots stands for ``Shot(number)``. ``fade_in`` and ``fade_out`` add pictures
    that come from black at the start and go to black at the end.
    """
    rate = Fraction(rate)
    made = [shot if isinstance(shot, Shot) else Shot(shot) for shot in shots]
    links = list(between) if between is not None else [None] * (len(made) - 1)
    if len(links) != len(made) - 1:
        raise ValueError("one link between each two shots")
    plan = _plan(made, links, fade_in, fade_out)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=rate, options=_options(gop, codec_options))
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.thread_count = 1
        for frame in _frames(plan, made, width, height):
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return SceneTruth(path, rate, len(plan.pictures), tuple(plan.boundaries), tuple(plan.transitions))


def _options(gop: int, more: Mapping[str, str] | None) -> dict[str, str]:
    return {"preset": "superfast", "crf": "20", "sc_threshold": "0", "g": str(gop), **(more or {})}


def _plan(shots: Sequence[Shot], links: Sequence[Fade | None], fade_in: int, fade_out: int) -> _Plan:
    plan = _Plan()
    if fade_in:
        plan.transitions.append(("fade", 0, fade_in))
        plan.ramp(0, 0, fade_in, rising=True)
    lead = fade_in
    for number, shot in enumerate(shots):
        plan.pictures += [(number, lead + step, 1.0, step in shot.flashes) for step in range(shot.frames)]
        lead += shot.frames
        link = links[number] if number < len(links) else None
        start = len(plan.pictures)
        if number == len(shots) - 1:
            plan.ramp(number, lead, fade_out, rising=False)
            if fade_out:
                plan.transitions.append(("fade", start, start + fade_out))
        elif link is None:
            plan.boundaries.append(start)
            plan.transitions.append(("cut", start, start))
            lead = 0
        else:
            plan.ramp(number, lead, link.out, rising=False)
            plan.pictures += [(number, 0, 0.0, False)] * link.hold
            plan.ramp(number + 1, 0, link.into, rising=True)
            plan.boundaries.append(start + link.out + link.hold // 2)
            plan.transitions.append(("fade", start, len(plan.pictures)))
            lead = link.into
    return plan


def _frames(plan: _Plan, shots: Sequence[Shot], width: int, height: int) -> Iterator[av.VideoFrame]:
    textures: dict[int, npt.NDArray[np.float32]] = {}
    for number, step, strength, flash in plan.pictures:
        shot = shots[number]
        if number not in textures:
            textures = {number: _texture(shot.seed if shot.seed is not None else number, width, height)}
        view = _moved(textures[number], shot.motion, step, width, height)
        yield _frame(view, strength, flash)


def _texture(seed: int, width: int, height: int) -> npt.NDArray[np.float32]:
    """A smooth random picture of YUV values, larger than the film, shape (3, rows, columns)."""
    generator = np.random.default_rng(1000 + seed)
    rows, columns = height * 2 // _DETAIL + 2, width * 2 // _DETAIL + 2
    coarse = generator.random((3, rows, columns), dtype=np.float32)
    base = np.asarray([generator.uniform(70, 170), *generator.uniform(90, 166, 2)], dtype=np.float32)
    spread = np.asarray([70, 40, 40], dtype=np.float32)
    grid = base[:, None, None] + (coarse - 0.5) * spread[:, None, None] * 2
    return _stretch(_stretch(grid, 1), 2)


def _stretch(grid: npt.NDArray[np.float32], axis: int) -> npt.NDArray[np.float32]:
    """Linear interpolation to ``_DETAIL`` times as many points along ``axis``."""
    count = grid.shape[axis]
    places = np.arange((count - 1) * _DETAIL, dtype=np.float32) / _DETAIL
    low = places.astype(np.intp)
    share = (places - low).reshape([-1 if each == axis else 1 for each in range(3)])
    mixed = np.take(grid, low, axis) * (1 - share) + np.take(grid, low + 1, axis) * share
    return np.asarray(mixed, dtype=np.float32)


def _moved(
    texture: npt.NDArray[np.float32], motion: tuple[float, float], step: int, width: int, height: int
) -> npt.NDArray[np.float32]:
    shift = (-round(motion[1] * step), -round(motion[0] * step))
    rows = np.arange(height) - shift[0]
    columns = np.arange(width) - shift[1]
    # Walking back and forth over the texture keeps the movement smooth for ever.
    return texture[:, _folded(rows, texture.shape[1])][:, :, _folded(columns, texture.shape[2])]


def _folded(places: npt.NDArray[np.int_], size: int) -> npt.NDArray[np.int_]:
    wrapped = places % (2 * size - 2)
    return np.where(wrapped < size, wrapped, 2 * size - 2 - wrapped)


def _frame(view: npt.NDArray[np.float32], strength: float, flash: bool) -> av.VideoFrame:
    luma = np.full_like(view[0], 230.0) if flash else np.clip(view[0], 24, 225)
    luma = _BLACK_LUMA + (luma - _BLACK_LUMA) * strength
    chroma = _NEUTRAL + (np.clip(view[1:, ::2, ::2], 20, 235) - _NEUTRAL) * strength
    height, width = luma.shape
    planes = np.empty((height * 3 // 2, width), dtype=np.uint8)
    planes[:height] = np.round(luma)
    planes[height:] = np.round(chroma).reshape(-1, width)
    return av.VideoFrame.from_ndarray(planes, format="yuv420p")
