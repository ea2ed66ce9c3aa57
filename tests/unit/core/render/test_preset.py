"""Presets: those that come with the program, and what a damaged one says."""

from __future__ import annotations

import json
from fractions import Fraction
from importlib import resources
from typing import Any

import pytest

from app.core.base.errors import UserError
from app.core.model.sequence import SequenceFormat
from app.core.render.preset import find_preset, presets, read_preset


def test_the_presets_of_the_program_are_there_and_the_plain_one_comes_first() -> None:
    assert [preset.name for preset in presets()] == ["mp4", "mp4-1080p", "mp4-720p"]
    for preset in presets():
        assert [name for name, _ in preset.qualities] == ["low", "medium", "high"]
        steps = [quality for _, quality in preset.qualities]
        assert [step.crf for step in steps] == sorted((step.crf for step in steps), reverse=True)
        assert [step.audio_bit_rate for step in steps] == sorted(step.audio_bit_rate for step in steps)


@pytest.mark.parametrize(
    ("name", "sequence", "expected"),
    [
        ("mp4", (854, 480), (854, 480)),
        ("mp4-1080p", (854, 480), (1920, 1080)),
        ("mp4-1080p", (1080, 1920), (1080, 1920)),
        ("mp4-720p", (1440, 1080), (1280, 720)),
    ],
)
def test_a_preset_says_the_size_of_the_film(name: str, sequence: tuple[int, int], expected: tuple[int, int]) -> None:
    output = find_preset(name).output(SequenceFormat(*sequence, Fraction(30000, 1001), audio_rate=44_100))
    assert (output.width, output.height) == expected
    assert (output.rate, output.audio_rate) == (Fraction(30000, 1001), 48_000)


@pytest.mark.parametrize(("channels", "expected"), [(1, 1), (2, 2), (4, 2), (6, 6), (8, 8), (16, 8)])
def test_a_film_has_channels_that_players_know(channels: int, expected: int) -> None:
    assert find_preset("mp4").output(SequenceFormat(160, 90, Fraction(25), channels=channels)).channels == expected


def test_unknown_names_are_answered_with_those_that_exist() -> None:
    with pytest.raises(UserError, match=r"webm: no such preset; choose one of mp4, mp4-1080p, mp4-720p"):
        find_preset("webm")
    with pytest.raises(UserError, match=r"best: no such quality; choose one of low, medium, high"):
        find_preset("mp4").quality("best")


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("qualities", "low", "crf"), 52),
        (("qualities", "low", "crf"), "23"),
        (("qualities", "low", "crf"), True),
        (("qualities", "low", "audio_bit_rate"), 1),
        (("qualities",), {}),
        (("video", "speed"), "warp"),
        (("video", "profile"), "high"),
        (("size",), [1921, 1080]),
        (("size",), [1920]),
        (("extensions",), ["mp4"]),
        (("extensions",), []),
        (("audio", "rate"), 192_000),
        (("surprise",), 1),
    ],
)
def test_a_damaged_preset_is_refused(place: tuple[str, ...], value: object) -> None:
    data: Any = json.loads((resources.files("resources") / "presets" / "mp4.json").read_text("utf-8"))
    read_preset(json.dumps(data))
    inner = data
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    with pytest.raises(ValueError, match=r"\w"):
        read_preset(json.dumps(data))
