"""Scenes as the pane lists them: which picture stands for one, its name, its place in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.core.base.time import SECOND, Flicks
from app.core.base.timecode import format_timecode
from app.core.edit.insert import MediaRange, media_name
from app.core.edit.scenes import scene_range
from app.core.model.asset import Asset
from app.core.model.scene import Scene
from app.core.session.media_list import MediaRow, MediaStatus
from app.ui.widgets.card_layout import Section
from app.ui.widgets.cards import PICTURE_EVERY, clock, short_length

_LATER: Flicks = SECOND * 2 // 5


@dataclass(frozen=True, slots=True)
class SceneEntry:
    """One scene of a film; ``poster`` is the media time of the picture that stands for it."""

    asset: Asset
    scene: Scene
    timecode: str
    poster: Flicks

    @property
    def key(self) -> tuple[str, int]:
        """What it is known by."""
        return self.asset.id, self.scene.index

    @property
    def parameter(self) -> str:
        """The scene as actions name it."""
        return f"{self.asset.id}#{self.scene.index}"

    @property
    def range(self) -> MediaRange:
        """The piece of the film that it is."""
        return scene_range(self.asset, self.scene)

    @property
    def length(self) -> str:
        """How long it is."""
        return short_length(self.scene.end - self.scene.start)

    @property
    def spoken(self) -> str:
        """What a screen reader says."""
        return f"Scene {self.scene.number} of {self.asset.name}, {self.timecode}, {self.length}"

    @property
    def tooltip(self) -> str:
        """Everything, in lines."""
        begins = {"cut": "begins with a cut", "fade": "begins with a fade", "start": "begins with the film"}
        frames = f"frames {self.scene.start_frame} to {self.scene.end_frame - 1}"
        return "\n".join(
            (
                f"{media_name(self.asset)} scene {self.scene.number}",
                f"from {self.timecode}, {self.length}",
                f"{frames}, {begins[self.scene.transition_in]}",
            )
        )


@dataclass(frozen=True, slots=True)
class Film:
    """A file of the list of media and how far it is."""

    asset: Asset
    row: MediaRow

    @property
    def busy(self) -> bool:
        """Whether its scenes are still being looked for."""
        waits = (MediaStatus.WAITING, MediaStatus.READING, MediaStatus.ANALYSING)
        return self.row.scenes is None and self.row.status in waits

    @property
    def troubled(self) -> bool:
        """Whether it cannot be read."""
        return self.row.status in (MediaStatus.FAILED, MediaStatus.OFFLINE)

    def entries(self) -> Iterator[SceneEntry]:
        """Its scenes, in order."""
        found = self.row.scenes
        if found is not None:
            after_fades = {each.start_frame: each.end_frame for each in found.transitions if each.kind == "fade"}
            video = self.asset.info.video
            start = video.start if video is not None else 0
            for scene in found.scenes:
                timecode = format_timecode(scene.start_frame, found.rate)
                yield SceneEntry(self.asset, scene, timecode, poster_time(scene, after_fades, start))

    def section(self, shown: int, *, searching: bool) -> Section:
        """Its heading above ``shown`` cards."""
        if self.row.scenes is None:
            if self.busy:
                note = f"finding scenes {self.row.progress:.0%}"
                return Section(self.asset.name, shown, note, self.row.progress)
            return Section(
                self.asset.name, shown, self.row.reason or "no scenes", tone="error" if self.troubled else "muted"
            )
        total = len(self.row.scenes.scenes)
        count = f"{shown} of {total}" if searching else f"{total} scene" if total == 1 else f"{total} scenes"
        duration = self.asset.info.duration
        return Section(self.asset.name, shown, f"{count}   {clock(duration)}" if duration else count)


def poster_time(scene: Scene, after_fades: dict[int, int], film_start: Flicks) -> Flicks:
    """When a clean frame is shown: after a fade that the scene comes out of, else a little after its start.

    ``after_fades`` has the first frame after each fade by the first frame of it. Where a picture is
    kept in any case soon after, that one: the last that is kept before could be of another scene.
    """
    frames = max(1, scene.end_frame - scene.start_frame)
    lasts = scene.end - scene.start
    clean = 0
    for begin, end in after_fades.items():
        if begin <= scene.start_frame < end:
            clean = end - scene.start_frame
    wanted = scene.start + min(lasts * clean // frames + _LATER, lasts // 2)
    kept = film_start - (film_start - wanted) // PICTURE_EVERY * PICTURE_EVERY + lasts // frames
    return kept if kept < scene.end else wanted


def matches(entry: SceneEntry, words: Iterable[str]) -> bool:
    """Whether each word is the scene's number or in the name of its film."""
    number, name = str(entry.scene.number), f"{media_name(entry.asset)} scene".casefold()
    return all(word == number or (not word.isdigit() and word in name) for word in words)
