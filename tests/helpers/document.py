"""Small documents for tests: assets that never open a file, and rows written as one line of text."""

from __future__ import annotations

from fractions import Fraction

from app.core.base import time
from app.core.model.asset import Asset, AudioStream, MediaInfo, VideoStream
from app.core.model.clip import Clip, Gap, Item
from app.core.model.project import Project
from app.core.model.sequence import Sequence, SequenceFormat, Track

FILM = Fraction(24)
FRAME = time.frame_duration(FILM)


def video_stream(frames: int = 240, rate: Fraction = FILM, start: int = 0) -> VideoStream:
    """A constant-rate picture of 160x90."""
    duration = time.frame_start(frames, rate)
    return VideoStream(0, "h264", 160, 90, 160, 90, rate, False, frames, start, duration, "yuv420p", 8)


def audio_stream(duration: int, start: int = 0) -> AudioStream:
    """Stereo sound at 48 kHz."""
    return AudioStream(1, "aac", 48_000, 2, "stereo", start, duration)


def film(name: str = "film", frames: int = 240, rate: Fraction = FILM, start: int = 0) -> Asset:
    """Picture with sound of the same length."""
    video = video_stream(frames, rate, start)
    duration = time.frame_start(frames, rate)
    info = MediaInfo("video", "mp4", start + duration, video, (audio_stream(duration, start),))
    return Asset(name, f"{name}.mp4", f"/media/{name}.mp4", 1000, f"print-{name}", info)


def silent_film(name: str = "silent", frames: int = 240, rate: Fraction = FILM) -> Asset:
    """Picture only."""
    video = video_stream(frames, rate)
    return Asset(name, f"{name}.mp4", f"/media/{name}.mp4", 1000, f"print-{name}", MediaInfo("video", "mp4", 0, video))


def music(name: str = "music", frames: int = 240) -> Asset:
    """Sound only, as long as ``frames`` at 24 fps."""
    info = MediaInfo("audio", "wav", frames * FRAME, None, (audio_stream(frames * FRAME),))
    return Asset(name, f"{name}.wav", f"/media/{name}.wav", 1000, f"print-{name}", info)


def still(name: str = "still") -> Asset:
    """A picture that lasts as long as one likes."""
    return Asset(name, f"{name}.png", f"/media/{name}.png", 1000, f"print-{name}", MediaInfo("image", "png", None))


def clip(
    name: str, frames: int, source: int = 0, link: str | None = None, asset: str = "film", frame: int = FRAME
) -> Clip:
    """A clip of ``asset`` whose id and name are ``name``; ``source`` and ``frames`` count frames."""
    return Clip(name, asset, source * frame, frames * frame, name, link)


def gap(frames: int, frame: int = FRAME) -> Gap:
    """Nothing for ``frames``."""
    return Gap(frames * frame)


def track(name: str, *items: Item, locked: bool = False) -> Track:
    """A track whose id is its name: V1 is a picture track, A1 a sound track."""
    return Track(name, "video" if name.startswith("V") else "audio", name, items, locked=locked)


def project(*tracks: Track, assets: tuple[Asset, ...] | None = None, rate: Fraction = FILM) -> Project:
    """A project with one sequence, ``main``, of these tracks."""
    known = (film(), silent_film(), music(), still()) if assets is None else assets
    video = tuple(each for each in tracks if each.kind == "video")
    audio = tuple(each for each in tracks if each.kind == "audio")
    sequence = Sequence("main", "Main", SequenceFormat(160, 90, rate), video, audio)
    return Project("project", "Project", known, (sequence,))


def row(document: Project, name: str, frame: int = FRAME) -> str:
    """A track in one line: ``a:0+5 -3 b:5+2`` is clip a from source frame 0 for 5 frames, a gap of 3, clip b.

    Clips are shown by name, since edits give new ids to the pieces they cut.
    """
    words = []
    for item in next(each for each in document.sequences[0].tracks if each.name == name).items:
        if isinstance(item, Gap):
            words.append(f"-{item.duration // frame}")
        else:
            words.append(f"{item.name}:{item.source_start // frame}+{item.duration // frame}")
    return " ".join(words)


def clips(document: Project, name: str) -> list[Clip]:
    """The clips of a track."""
    items = next(each for each in document.sequences[0].tracks if each.name == name).items
    return [item for item in items if isinstance(item, Clip)]
