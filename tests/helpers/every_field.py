"""One document in which every field of every dataclass says something, and all the ways to change one of them."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from app.core.model.asset import Asset, AudioStream, Color, MediaInfo, SoundClock, SubtitleStream, VideoStream
from app.core.model.clip import Clip, Gap
from app.core.model.marker import Marker
from app.core.model.project import Project
from app.core.model.retime import Retime
from app.core.model.sequence import Sequence, SequenceFormat, Track
from app.core.model.subtitle import SubtitleCue, SubtitleTrack
from tests.helpers.document import FILM, FRAME


def later(name: str) -> tuple[tuple[str, str], ...]:
    """What a later version would say of something."""
    return ((f"x-{name}", '{"of":"a later version"}'),)


def full_project() -> Project:
    """It keeps every rule; no field has its default. The clips' media have 240 frames at 24 fps."""
    length = 240 * FRAME
    color = Color("bt709", "bt709", "bt709", "limited", later("color"))
    video = VideoStream(
        index=1, codec="h264", width=160, height=90, coded_width=90, coded_height=160, rate=FILM, variable_rate=True,
        frames=240, start=0, duration=length, pixel_format="yuv420p", bit_depth=10, rotation=90, mirrored=True,
        sample_aspect=Fraction(4, 3), color=color, hdr="pq", alpha=True, interlaced="tff", extra=later("video"),
    )  # fmt: skip
    clock = SoundClock((7, -3), seeks=False, extra=later("clock"))
    sound = AudioStream(2, "aac", 48_000, 2, "stereo", 5, length, "en", clock, later("sound"))
    text = SubtitleStream(3, "mov_text", "de", later("text"))
    info = MediaInfo("video", "mp4", length, video, (sound,), (text,), ("odd",), later("info"))
    asset = Asset("film", "film.mp4", "/media/film.mp4", 1000, "print-film", info, later("asset"))
    retime = Retime(Fraction(3, 2), True, False, False, Fraction(1, 3), later("retime"))
    frozen = Retime(freeze=True, keep_pitch=False)

    def clip(name: str, track: str, how: Retime | None = retime) -> Clip:
        link, group = f"link {name}", f"group {name}"
        return Clip(f"{name} {track}", "film", 20 * FRAME, 20 * FRAME, name, link, -3.5, group, how, later(name))

    def items(track: str) -> tuple[Gap | Clip, ...]:
        return Gap(4 * FRAME, later("gap")), clip("a", track), clip("b", track, None), clip("c", track, frozen)

    flags = {"muted": True, "solo": True, "hidden": True, "locked": True, "sync_lock": False}
    pictures = Track("V1", "video", "Pictures", items("V1"), **flags, extra=later("V1"))
    sounds = Track("A1", "audio", "Sounds", items("A1"), **flags, extra=later("A1"))
    cues = (
        SubtitleCue("cue 1", FRAME, 30 * FRAME, "Hello\nthere", "Ada", later("cue")),
        SubtitleCue("cue 2", 40 * FRAME, 50 * FRAME, "Again then", "Bob", later("cue 2")),
    )
    subtitles = SubtitleTrack("ST1", "Words", cues, "en", True, True, later("ST1"))
    marker = Marker("marker", 50 * FRAME, 3 * FRAME, "Look", "purple", "Why?\nHow?", later("marker"))
    shape = SequenceFormat(160, 90, FILM, 44_100, 1, later("shape"))
    sequence = Sequence("main", "Main", shape, (pictures,), (sounds,), (subtitles,), (marker,), later("main"))
    return Project("project", "Wedding", (asset,), (sequence,), later("project"))


def unlocked(document: Project) -> Project:
    """The same document, ready for edits: no track is locked, all ripple along."""
    [sequence] = document.sequences
    opened: dict[str, Any] = {"locked": False, "sync_lock": True}
    changed = replace(
        sequence,
        video_tracks=tuple(replace(track, **opened) for track in sequence.video_tracks),
        audio_tracks=tuple(replace(track, **opened) for track in sequence.audio_tracks),
        subtitle_tracks=tuple(replace(track, locked=False) for track in sequence.subtitle_tracks),
    )
    return replace(document, sequences=(changed,))


def parts(value: Any) -> Iterator[Any]:
    """Every dataclass of a document, from the outside in."""
    if isinstance(value, tuple):
        for each in value:
            yield from parts(each)
    elif dataclasses.is_dataclass(value):
        yield value
        for field in dataclasses.fields(value):
            yield from parts(getattr(value, field.name))


def declared() -> set[type]:
    """Every dataclass that a project can be made of, by the types of the fields."""
    found: set[type] = set()

    def look(kind: Any) -> None:
        if dataclasses.is_dataclass(kind) and isinstance(kind, type) and kind not in found:
            found.add(kind)
            for each in typing.get_type_hints(kind).values():
                look(each)
        for each in typing.get_args(kind):
            look(each)

    look(Project)
    return found


def variants(value: Any, where: str = "") -> Iterator[tuple[str, Any]]:
    """The document with one field somewhere in it another, each with the name of that field."""
    for field in dataclasses.fields(value):
        name, old = f"{where}{type(value).__name__}.{field.name}", getattr(value, field.name)
        if isinstance(old, tuple) and field.name != "extra":
            for number, each in enumerate(old):
                if dataclasses.is_dataclass(each):
                    for inner, changed in variants(each):
                        rest = (*old[:number], changed, *old[number + 1 :])
                        yield inner, replace(value, **{field.name: rest})
            yield f"{name} (one less)", replace(value, **{field.name: old[:-1]})
        elif dataclasses.is_dataclass(old):
            for inner, changed in variants(old):
                yield inner, replace(value, **{field.name: changed})
        else:
            hint = typing.get_type_hints(type(value))[field.name]
            yield name, replace(value, **{field.name: _another(old, hint)})


def _another(old: Any, hint: Any) -> Any:
    kinds = [hint, *typing.get_args(hint)]
    for kind in kinds:
        if typing.get_origin(kind) is typing.Literal:
            return next(each for each in typing.get_args(kind) if each != old)
    if old == ():
        return later("new")
    if isinstance(old, bool):
        return not old
    if isinstance(old, (int, float, Fraction)):
        return old + 1
    if isinstance(old, str):
        return f"{old} other"
    if isinstance(old, tuple):
        return later("other")
    for kind in kinds:
        if dataclasses.is_dataclass(kind) and isinstance(kind, type):
            return kind()
    return "other" if str in kinds else 1
