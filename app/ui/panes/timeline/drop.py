"""Dropping on the timeline: scenes and media are placed, files are handed on with the place.

Media go over what is there; with Ctrl held they are inserted and everything later moves on.
"""

from __future__ import annotations

from collections.abc import Sequence as Row
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt

from app.core.base.errors import UserError
from app.core.edit.document import frame_of
from app.core.edit.insert import MediaRange, insert, media_name, overwrite, whole, whole_frames
from app.core.edit.tracks import add_track
from app.core.model.asset import Asset
from app.core.model.limits import has_kind
from app.core.model.project import Project
from app.core.model.sequence import Sequence, TrackKind
from app.ui.drag import DraggedMedia
from app.ui.panes.timeline.drags import EditDrag
from app.ui.panes.timeline.gestures import Pointer, Surface
from app.ui.panes.timeline.proposals import Edit


class DropDrag(EditDrag):
    """Something is dragged in from elsewhere: media of ours, or (without ``media``) files that are yet to be read."""

    def __init__(self, surface: Surface, start: Pointer, media: tuple[DraggedMedia, ...]) -> None:
        super().__init__(surface, start, frozenset())
        self.media = media
        self.place = DropPlace(0, 0)
        self.track_id: str | None = None
        self._started = True
        self._entered = surface.picture.frame_at(start.at.x())
        self._from_x = surface.picture.x_of(self._entered) + surface.picture.left
        self._lasts = _frames(surface.project, self._sequence, media)

    def follow(self, pointer: Pointer) -> None:
        """Aim at a frame and a track; the first clips of all begin at the beginning."""
        edges = (self._entered, self._entered + self._lasts) if self._lasts else (self._entered,)
        frame = max(0, self._entered + self._snapped(pointer, edges))
        y = self._height_of(pointer)
        kind = self._layout.kind_near(y)
        number = self._layout.number_near(y, kind)
        self.place = DropPlace(0, 0) if self._layout.is_empty else DropPlace(frame, number, kind)
        lane = self._layout.lane_at(y)
        self.track_id = None if lane is None else lane.track.id
        inserting = pointer.holds(Qt.KeyboardModifier.ControlModifier)
        edit = placing(self._sequence, self.media, self.place, inserting=inserting) if self.media else None
        self._ask((self.place, inserting), "Insert" if inserting else "Overwrite", edit, None)
        self._surface.set_drop(self.place.frame)
        self._surface.set_placed(self._placed() if edit is not None else frozenset())
        what = ("Insert" if inserting else "Place") if self.media else "Import"
        self._say(pointer, f"{what}   {self._timecode(self.place.frame)}")

    def release(self) -> None:
        """Place the media and select them."""
        applies = self._proposal is not None and self._error is None
        super().release()
        if applies:
            self._surface.state.select(self._placed())

    def _placed(self) -> frozenset[str]:
        """The clips that have been placed, in what is shown now."""
        before = {clip.id for lane in self._layout.lanes for clip in lane.clips.clips}
        first, last = self.place.frame, self.place.frame + self._lasts
        assets = {each.asset for each in self.media}
        return frozenset(
            lane.clips.clips[number].id
            for lane in self._surface.picture.layout.lanes
            for number in lane.clips.between(first, last)
            if lane.clips.clips[number].asset_id in assets and lane.clips.clips[number].id not in before
        )

    def cancel(self) -> None:
        """Show the document as it is."""
        self._surface.set_drop(None)
        self._surface.set_placed(frozenset())
        super().cancel()


@dataclass(frozen=True, slots=True)
class DropPlace:
    """Where a drop lands: a frame, and the number (0 is V1 or A1) and kind of the track under the pointer."""

    frame: int
    number: int
    kind: TrackKind = "video"


def placing(sequence: Sequence, media: Row[DraggedMedia], place: DropPlace, *, inserting: bool) -> Edit:
    """Put media one after another from ``place`` on; tracks that are missing are made.

    Going over what is there, only the track under the pointer is aimed at: the linked part lies
    where :func:`overwrite` finds room.
    """
    put = insert if inserting else overwrite
    at = place.frame * frame_of(sequence)

    def edit(project: Project) -> Project:
        now = at
        for each in media:
            asset = _asset(project, each)
            part = _range(asset, each)
            video = audio = None
            if place.kind == "video" or inserting or not has_kind(asset, "audio"):
                project, video = _track(project, sequence.id, asset, "video", place.number)
            if place.kind == "audio" or inserting or not has_kind(asset, "video"):
                project, audio = _track(project, sequence.id, asset, "audio", place.number)
            project = put(project, sequence.id, asset.id, now, media=part, video_track=video, audio_track=audio)
            now += whole_frames(part.end - part.start, project.sequence(sequence.id))
        return project

    return edit


def local_files(data: QMimeData) -> list[Path]:
    """The files that a drag carries."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def _frames(project: Project, sequence: Sequence, media: Row[DraggedMedia]) -> int:
    """How long the media are together; 0 where that is not known."""
    try:
        parts = [_range(_asset(project, each), each) for each in media]
    except UserError:
        return 0
    return sum(whole_frames(part.end - part.start, sequence) for part in parts) // frame_of(sequence)


def _asset(project: Project, media: DraggedMedia) -> Asset:
    """The asset that is dragged.

    Raises:
        UserError: it is no longer in the project.
    """
    try:
        return project.asset(media.asset)
    except KeyError as error:
        raise UserError("timeline", "these media are no longer in the project", "import them again") from error


def _range(asset: Asset, media: DraggedMedia) -> MediaRange:
    """The part that is dragged.

    Raises:
        UserError: all of it is meant, and its length is not known.
    """
    if media.start is None or media.end is None:
        return whole(asset)
    return MediaRange(media.start, media.end, media.name or media_name(asset))


def _track(
    project: Project, sequence_id: str, asset: Asset, kind: TrackKind, number: int
) -> tuple[Project, str | None]:
    """The track of that number for what ``asset`` has of ``kind``; beyond the last, one is made."""
    if not has_kind(asset, kind):
        return project, None
    sequence = project.sequence(sequence_id)
    tracks = sequence.video_tracks if kind == "video" else sequence.audio_tracks
    if number >= len(tracks):
        project = add_track(project, sequence_id, kind)
        sequence = project.sequence(sequence_id)
        tracks = sequence.video_tracks if kind == "video" else sequence.audio_tracks
        number = len(tracks) - 1
    return project, tracks[number].id
