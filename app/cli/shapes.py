"""What commands print about media and scenes, for programs: names and units of the documented JSON."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, TypeAlias

from app.core.base.errors import UserError
from app.core.base.time import Flicks, to_seconds
from app.core.model.asset import AudioStream, MediaInfo, VideoStream
from app.core.model.scene import Scene, SceneList
from app.core.model.transcript import Cue

Document: TypeAlias = dict[str, Any]


def media_document(path: str, info: MediaInfo) -> Document:
    """One file as ``probe`` prints it; times in seconds."""
    return {
        "path": path,
        "kind": info.kind,
        "duration": seconds(info.duration),
        "container": info.container,
        "video": None if info.video is None else _video(info.video),
        "audio": [_audio(stream) for stream in info.audio],
        "subtitles": [{"codec": stream.codec, "language": stream.language} for stream in info.subtitles],
        "warnings": list(info.warnings),
    }


def scenes_document(path: str, scenes: SceneList) -> Document:
    """The scenes of one film as ``scenes`` prints them; times in seconds from the first shown frame."""
    return {
        "path": path,
        "rate": fraction(scenes.rate),
        "frames": scenes.frames,
        "scenes": [_scene(scene, first_shown(scenes)) for scene in scenes.scenes],
        "transitions": [
            {"kind": each.kind, "start_frame": each.start_frame, "end_frame": each.end_frame, "score": each.score}
            for each in scenes.transitions
        ],
    }


def add_subtitles(scenes: list[Document], cues: Sequence[Sequence[Cue]] | None) -> None:
    """Say of each scene what is said in it, in seconds from its start; nothing where that is not known."""
    for scene, said in zip(scenes, cues or (), strict=False):
        scene["subtitles"] = [
            {"start": to_seconds(cue.start), "end": to_seconds(cue.end), "text": cue.text, "speaker": cue.speaker}
            for cue in said
        ]


def first_shown(scenes: SceneList) -> Flicks:
    """Media time of the first shown frame."""
    return scenes.scenes[0].start if scenes.scenes else 0


def fraction(value: Fraction) -> str:
    """Always with its denominator: ``30000/1001``, ``25/1``."""
    return f"{value.numerator}/{value.denominator}"


def _scene(scene: Scene, first: Flicks) -> Document:
    return {
        "index": scene.index,
        "start": to_seconds(scene.start - first),
        "end": to_seconds(scene.end - first),
        "start_frame": scene.start_frame,
        "end_frame": scene.end_frame,
        "transition_in": scene.transition_in,
    }


def _video(stream: VideoStream) -> Document:
    color = stream.color
    return {
        "codec": stream.codec,
        "width": stream.width,
        "height": stream.height,
        "coded_width": stream.coded_width,
        "coded_height": stream.coded_height,
        "rotation": stream.rotation,
        "mirrored": stream.mirrored,
        "sample_aspect": fraction(stream.sample_aspect),
        "rate": fraction(stream.rate),
        "variable_rate": stream.variable_rate,
        "frames": stream.frames,
        "pixel_format": stream.pixel_format,
        "bit_depth": stream.bit_depth,
        "color": {
            "primaries": color.primaries,
            "transfer": color.transfer,
            "matrix": color.matrix,
            "range": color.range,
        },
        "hdr": stream.hdr,
        "alpha": stream.alpha,
        "interlaced": stream.interlaced,
        "start": to_seconds(stream.start),
        "duration": seconds(stream.duration),
    }


def _audio(stream: AudioStream) -> Document:
    return {
        "codec": stream.codec,
        "rate": stream.rate,
        "channels": stream.channels,
        "layout": stream.layout,
        "start": to_seconds(stream.start),
        "duration": seconds(stream.duration),
        "language": stream.language,
    }


def seconds(time: Flicks | None) -> float | None:
    """Seconds, or nothing where the time is not known."""
    return None if time is None else to_seconds(time)


def error_document(error: UserError) -> Document:
    """An error as an entry of a list of them."""
    return {"what": error.what, "why": error.why, "what_to_do": error.what_to_do}
