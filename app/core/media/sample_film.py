"""A film made on the spot for people who have none at hand: three short scenes of a night, with sound."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import TypeAlias

import av
import numpy as np
import numpy.typing as npt

from app.core.base.files import removed_on_failure, write_error
from app.core.jobs.context import JobContext
from app.core.media.writer import AudioSettings, MovieWriter, VideoSettings
from app.core.model.asset import Color

WIDTH, HEIGHT = 960, 540
RATE = Fraction(24)
SCENE_FRAMES = 60

_SAMPLE_RATE = 48_000
_COLOR = Color("bt709", "bt709", "bt709", "limited")

Picture: TypeAlias = npt.NDArray[np.float32]


def make_sample_film(path: Path, context: JobContext) -> None:
    """Write the film to ``path``, whole or not at all.

    Raises:
        UserError: it cannot be written there.
        Cancelled: ``context`` was cancelled; nothing is left.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(path, error) from error
    video = VideoSettings(WIDTH, HEIGHT, RATE, speed="veryfast", color=_COLOR)
    with removed_on_failure(part):
        with MovieWriter(part, video, AudioSettings(_SAMPLE_RATE), target=path) as writer:
            _write_scenes(writer, context)
            writer.finish(context.check)
        try:
            os.replace(part, path)
        except OSError as error:
            raise write_error(path, error) from error


def _write_scenes(writer: MovieWriter, context: JobContext) -> None:
    rows, columns = np.mgrid[0 : HEIGHT / 2, 0 : WIDTH / 2].astype(np.float32)
    across, down = columns / (WIDTH / 2), rows / (HEIGHT / 2)
    for number, (scene, chord) in enumerate(_SCENES):
        for frame in range(SCENE_FRAMES):
            done = number * SCENE_FRAMES + frame
            context.report(done / (len(_SCENES) * SCENE_FRAMES), f"frame {done}")
            writer.write_picture(_encoded(scene(across, down, frame / SCENE_FRAMES)))
        writer.write_sound(_sound(chord))


def _encoded(picture: Picture) -> av.VideoFrame:
    """Half-size pictures of red, green and blue from 0 to 1, shape (rows, columns, 3), as a full-size frame."""
    pixels = (np.clip(picture, 0, 1) * 255).astype(np.uint8)
    whole = np.ascontiguousarray(pixels.repeat(2, axis=0).repeat(2, axis=1))
    frame = av.VideoFrame.from_ndarray(whole, format="rgb24")
    return frame.reformat(format="yuv420p", dst_colorspace="ITU709")


def _dusk(across: Picture, down: Picture, moment: float) -> Picture:
    """The moon over a darkening sky."""
    sky = _mixed((0.05, 0.07, 0.20), (0.85, 0.42, 0.30), np.clip(down * 1.1 - 0.25 * moment, 0, 1) ** 2)
    moon = _disc(across, down, 0.25 + 0.45 * moment, 0.55 - 0.25 * moment, 0.085)
    hill = np.clip((down - 0.80 - 0.05 * np.sin(across * 7)) * 140 + 0.5, 0, 1)
    sky = sky * (1 - moon[..., None]) + np.array((1.0, 0.96, 0.84), np.float32) * moon[..., None]
    return np.asarray(sky * (1 - 0.92 * hill[..., None]), np.float32)


def _city(across: Picture, down: Picture, moment: float) -> Picture:
    """Windows of a city that go on and off."""
    column, row = np.floor(across * 32), np.floor(down * 20)
    skyline = 6 + 5 * np.sin(column // 3 * 1.9) ** 2
    inside = (across * 32 % 1 > 0.3) & (down * 20 % 1 > 0.35) & (row > skyline)
    lit = np.sin(column * 12.9898 + row * 78.233 + np.floor(moment * 6) * 1.7) > 0.15
    wall = np.where(row > skyline, 0.07, 0.0)[..., None] + np.array((0.03, 0.04, 0.09), np.float32)
    glow = np.array((1.0, 0.78, 0.42), np.float32) * (0.75 + 0.25 * np.sin(column * 3 + row))[..., None]
    return np.asarray(np.where((inside & lit)[..., None], glow, wall), np.float32)


def _sea(across: Picture, down: Picture, moment: float) -> Picture:
    """Waves towards the morning."""
    phase = 2 * math.pi * moment
    waves = np.sin(across * 18 + phase + 6 * down) * np.sin(down * 60 * (1.4 - down) - phase * 2)
    water = _mixed((0.10, 0.42, 0.52), (0.02, 0.10, 0.22), down) + 0.10 * waves[..., None]
    sky = _mixed((0.98, 0.78, 0.55), (0.60, 0.72, 0.86), np.clip(1 - down * 2.4, 0, 1))
    sun = _disc(across, down, 0.62, 0.50 - 0.16 * moment, 0.07)[..., None]
    sky = sky * (1 - sun) + sun
    return np.asarray(np.where((down > 0.42)[..., None], water, sky), np.float32)


_Scene: TypeAlias = Callable[[Picture, Picture, float], Picture]
_SCENES: tuple[tuple[_Scene, tuple[float, ...]], ...] = (
    (_dusk, (220.00, 261.63, 329.63)),
    (_city, (174.61, 220.00, 261.63)),
    (_sea, (196.00, 246.94, 392.00)),
)


def _mixed(one: tuple[float, ...], other: tuple[float, ...], share: Picture) -> Picture:
    first, second = np.array(one, np.float32), np.array(other, np.float32)
    return np.asarray(first + (second - first) * share[..., None], np.float32)


def _disc(across: Picture, down: Picture, x: float, y: float, radius: float) -> Picture:
    """1 inside a round disc, 0 outside, with a soft edge."""
    distance = np.hypot(across - x, (down - y) * HEIGHT / WIDTH)
    return np.asarray(np.clip((radius * HEIGHT / WIDTH - distance) * 220 + 0.5, 0, 1), np.float32)


def _sound(chord: tuple[float, ...]) -> npt.NDArray[np.float32]:
    """A soft chord as long as a scene; shape (samples, 2)."""
    samples = int(SCENE_FRAMES * _SAMPLE_RATE / RATE)
    moments = np.arange(samples) / _SAMPLE_RATE
    length = samples / _SAMPLE_RATE
    swell = np.minimum(1, np.minimum(moments / 0.4, (length - moments) / 0.6))
    tone = sum(np.sin(2 * math.pi * pitch * moments) for pitch in chord) / (len(chord) * 5)
    return np.repeat((tone * swell)[:, None], 2, axis=1).astype(np.float32)
