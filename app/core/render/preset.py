"""Export presets: what kind of file an export makes. Data in ``resources/presets``, one JSON each."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any

from app.core.base.errors import UserError
from app.core.model.sequence import SequenceFormat

_SPEEDS = ("ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow")
_CHANNELS = (1, 2, 6, 8)  # mono, stereo, 5.1 and 7.1: what every player of AAC knows


@dataclass(frozen=True, slots=True)
class Quality:
    """One step of quality: x264's rate factor (0 to 51, lower is better), AAC bits a second for stereo."""

    crf: int
    audio_bit_rate: int


@dataclass(frozen=True, slots=True)
class ExportPreset:
    """A kind of file. ``size`` is width and height of a film that lies down, None for the sequence's own."""

    name: str
    title: str
    container: str
    extensions: tuple[str, ...]
    size: tuple[int, int] | None
    video_codec: str
    speed: str
    audio_codec: str
    audio_rate: int
    qualities: tuple[tuple[str, Quality], ...]

    def quality(self, name: str) -> Quality:
        """The quality of that name.

        Raises:
            UserError: there is none; names those that are there.
        """
        known = dict(self.qualities)
        if name not in known:
            raise UserError(name, "no such quality", f"choose one of {', '.join(known)}")
        return known[name]

    def output(self, sequence: SequenceFormat) -> SequenceFormat:
        """The format of a film made from ``sequence``: a sequence that stands gets the size standing."""
        width, height = self.size or (sequence.width, sequence.height)
        if self.size is not None and sequence.height > sequence.width:
            width, height = height, width
        channels = max((count for count in _CHANNELS if count <= sequence.channels), default=1)
        return replace(sequence, width=width, height=height, audio_rate=self.audio_rate, channels=channels)


@cache
def presets() -> tuple[ExportPreset, ...]:
    """All presets that come with the program, by name."""
    folder = resources.files("resources") / "presets"
    files = [file for file in folder.iterdir() if file.name.endswith(".json")]
    return tuple(sorted((read_preset(file.read_text("utf-8")) for file in files), key=lambda preset: preset.name))


def find_preset(name: str) -> ExportPreset:
    """The preset of that name.

    Raises:
        UserError: there is none; names those that are there.
    """
    for preset in presets():
        if preset.name == name:
            return preset
    raise UserError(name, "no such preset", f"choose one of {', '.join(preset.name for preset in presets())}")


def read_preset(text: str) -> ExportPreset:
    """A preset from its JSON.

    Raises:
        ValueError: something is missing, unknown or out of range; says what.
    """
    data = _object(json.loads(text), "a preset", {*_FIELDS, "video", "audio", "qualities", "size"})
    video = _object(data["video"], "video", {"codec", "speed"})
    audio = _object(data["audio"], "audio", {"codec", "rate"})
    if video["speed"] not in _SPEEDS:
        raise ValueError(f"no speed of x264: {video['speed']!r}")
    extensions = data["extensions"]
    if not (isinstance(extensions, list) and extensions and all(str(each).startswith(".") for each in extensions)):
        raise ValueError("extensions are a list of file endings with their dot")
    return ExportPreset(
        name=str(data["name"]),
        title=str(data["title"]),
        container=str(data["container"]),
        extensions=tuple(str(each).lower() for each in extensions),
        size=None if data["size"] is None else _size(data["size"]),
        video_codec=str(video["codec"]),
        speed=str(video["speed"]),
        audio_codec=str(audio["codec"]),
        audio_rate=_number(audio["rate"], "rate", 8_000, 96_000),
        qualities=tuple((name, _quality(each)) for name, each in _object(data["qualities"], "qualities").items()),
    )


_FIELDS = ("name", "title", "container", "extensions")


def _object(value: Any, what: str, keys: set[str] | None = None) -> dict[str, Any]:
    if not isinstance(value, dict) or not value:
        raise ValueError(f"{what} is no JSON object")
    if keys is not None and value.keys() != keys:
        raise ValueError(f"{what} has the keys {', '.join(sorted(value))}, not {', '.join(sorted(keys))}")
    return value


def _quality(value: Any) -> Quality:
    data = _object(value, "a quality", {"crf", "audio_bit_rate"})
    return Quality(_number(data["crf"], "crf", 0, 51), _number(data["audio_bit_rate"], "bit rate", 8_000, 1_024_000))


def _size(value: Any) -> tuple[int, int]:
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError("a size is width and height")
    width, height = (_number(each, "size", 2, 16_384) for each in value)
    if width % 2 or height % 2:
        raise ValueError(f"{width}x{height} is no size of even numbers")
    return width, height


def _number(value: Any, what: str, least: int, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise ValueError(f"{what} is a whole number from {least} to {most}, not {value!r}")
    return value
