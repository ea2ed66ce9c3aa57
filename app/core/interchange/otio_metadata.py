"""What only Insomnia understands, kept in OTIO's metadata under our own key, and read back with doubt.

Other programs keep foreign metadata while they change times, copy clips and rename tracks. So
every value is a hint: it counts only where it is of its kind and fits what the file says itself.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from app.core.base import time
from app.core.base.ids import new_id
from app.core.model.clip import Clip
from app.core.model.extra import Extra
from app.core.model.lint import LARGEST_GAIN, format_problems
from app.core.model.marker import Marker
from app.core.model.project import Project
from app.core.model.sequence import Sequence, SequenceFormat, Track

KEY = "insomnia"
VERSION = 1

_LONGEST_ID = 100


def of_timeline(project: Project, sequence: Sequence, urls: Mapping[str, str]) -> dict[str, Any]:
    """Our metadata of a timeline; ``urls`` by asset id."""
    shape = sequence.format
    return {
        "version": VERSION,
        "project": {"id": project.id, "name": project.name, "extra": pairs(project.extra)},
        "sequence": {
            "id": sequence.id,
            "name": sequence.name,
            "width": shape.width,
            "height": shape.height,
            "rate": str(shape.rate),
            "audio_rate": shape.audio_rate,
            "channels": shape.channels,
            "format": {"extra": pairs(shape.extra)},
            "extra": pairs(sequence.extra),
        },
        "assets": [
            {"id": asset.id, "name": asset.name, "url": urls[asset.id], "extra": pairs(asset.extra)}
            for asset in project.assets
        ],
    }


def of_track(track: Track) -> dict[str, Any]:
    """Our metadata of a track."""
    flags = {"muted": track.muted, "solo": track.solo, "hidden": track.hidden, "locked": track.locked}
    return {"id": track.id, **flags, "sync_lock": track.sync_lock, "extra": pairs(track.extra)}


def of_clip(clip: Clip) -> dict[str, Any]:
    """Our metadata of a clip."""
    return {
        "id": clip.id,
        "source_start": clip.source_start,
        "link": clip.link_id,
        "gain_db": clip.gain_db,
        "group": clip.group_id,
        "extra": pairs(clip.extra),
    }


def of_marker(marker: Marker) -> dict[str, Any]:
    """Our metadata of a marker."""
    return {"id": marker.id, "extra": pairs(marker.extra)}


def safe(value: Any) -> Any:
    """``value`` with texts that UTF-8 can hold: file names may have bytes that are no letters."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {key: safe(each) for key, each in value.items()}
    return [safe(each) for each in value] if isinstance(value, list) else value


class Hints:
    """Our metadata of one object of a file; empty where there are none."""

    def __init__(self, found: Any) -> None:
        self._found: Mapping[str, Any] = found if isinstance(found, Mapping) else {}

    def __bool__(self) -> bool:
        return bool(self._found)

    def __contains__(self, key: str) -> bool:
        return key in self._found

    def inside(self, key: str) -> Hints:
        """The hints of a part."""
        return Hints(self._found.get(key))

    def parts(self, key: str) -> list[Hints]:
        """The hints of several parts."""
        found = self._found.get(key)
        return [Hints(each) for each in found] if isinstance(found, list) else []

    def text(self, key: str) -> str | None:
        """A text, if it is one that a project file can hold."""
        value = self._found.get(key)
        return value if isinstance(value, str) and "\0" not in value else None

    def number(self, key: str) -> int | None:
        """A whole number, if it is one."""
        value = self._found.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def gain(self, key: str) -> float:
        """A level in decibels, 0 where there is none that makes sense."""
        value = self._found.get(key)
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            return 0.0
        return float(value) if math.isfinite(value) and abs(value) <= LARGEST_GAIN else 0.0

    def flag(self, key: str, otherwise: bool = False) -> bool:
        """A flag, ``otherwise`` where there is none."""
        value = self._found.get(key)
        return value if isinstance(value, bool) else otherwise

    def extra(self) -> Extra:
        """Unknown keys of a project file, if they are such."""
        found = self._found.get("extra")
        if not isinstance(found, list):
            return ()
        pairs = [(each[0], each[1]) for each in found if _is_pair(each)]
        return tuple(sorted(dict(pairs).items()))

    def shape(self, rate: Fraction) -> SequenceFormat | None:
        """The format of a sequence whose items count at ``rate``, if all of it makes sense."""
        sizes = [self.number(key) for key in ("width", "height", "audio_rate", "channels")]
        text = self.text("rate")
        if any(each is None for each in sizes) or text is None or text != str(rate):
            return None
        width, height, audio_rate, channels = (each or 0 for each in sizes)
        shape = SequenceFormat(width, height, rate, audio_rate, channels, self.inside("format").extra())
        return None if any(format_problems(shape)) else shape

    def sequence_rate(self, written: float) -> Fraction | None:
        """The exact frame rate of a sequence whose times are ``written`` at, if the two agree."""
        text = self.text("rate")
        try:
            rate = None if text is None or len(text) > 40 else Fraction(text)
        except (ValueError, ZeroDivisionError):
            return None
        if rate is None or not time.is_exact_rate(rate) or abs(float(rate) - written) > 1e-9 * written:
            return None
        return rate


class Ids:
    """Gives each thing an id that is its own: the one hinted at where it is free, else a new one."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, hint: str | None) -> str:
        """An id nobody else of this document has."""
        usable = hint is not None and 0 < len(hint) <= _LONGEST_ID and hint.isprintable() and hint not in self._taken
        chosen = hint if usable and hint is not None else new_id()
        self._taken.add(chosen)
        return chosen


def hints_of(item: Any) -> Hints:
    """Our metadata of an OTIO object."""
    found = item.metadata.get(KEY)
    return Hints(_plain(found))


def _plain(value: Any) -> Any:
    """OTIO's own mappings and lists as Python's."""
    if isinstance(value, (str, int, float, bool, type(None))):
        return value
    if hasattr(value, "items"):
        return {key: _plain(each) for key, each in value.items()}
    if hasattr(value, "__iter__"):
        return [_plain(each) for each in value]
    return None


def pairs(extra: Extra) -> list[list[str]]:
    """Unknown keys of a project file as JSON values."""
    return [[key, text] for key, text in extra]


def _is_pair(value: Any) -> bool:
    if not isinstance(value, list) or len(value) != 2 or not all(isinstance(each, str) for each in value):
        return False
    try:
        json.loads(value[1], parse_constant=_refuse)
    except (ValueError, RecursionError):
        return False
    return True


def _refuse(constant: str) -> None:
    raise ValueError(constant)
