"""Files dropped on the timeline: imported, and put where they were dropped as soon as they are read."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.core.base import time
from app.core.base.errors import UserError
from app.core.base.files import is_folder
from app.core.edit.insert import overwrite, whole, whole_frames
from app.core.model.project import Project
from app.core.session.media_list import MediaList, MediaRow, MediaStatus
from app.core.session.session import Session


class DroppedFiles(QObject):
    """One per open project. Files are placed one after another in the order they were dropped.

    Those that cannot be used are left out: the list of media says why. Folders are only imported.
    ``refused`` brings the UserError of a placing that was impossible. GUI thread only.
    """

    refused = Signal(object)

    def __init__(self, session: Session, media: MediaList) -> None:
        super().__init__()
        self._session = session
        self._media = media
        self._drops: list[_Drop] = []
        self._end = media.changed.subscribe(self._on_row)

    def take(self, paths: Sequence[Path], frame: int, track_id: str | None) -> None:
        """Import ``paths``, and place them from ``frame`` on; ``track_id`` is the track they were dropped on."""
        files = [Path(os.path.abspath(path)) for path in paths if not is_folder(path)]
        if files:
            self._drops.append(_Drop(files, frame, track_id))
        self._media.add(paths)
        self._go_on()

    def close(self) -> None:
        """Place nothing more."""
        self._end()
        self._drops.clear()

    def _on_row(self, _row: MediaRow) -> None:
        self._go_on()

    def _go_on(self) -> None:
        """Place what is next, as far as it has been read."""
        for drop in list(self._drops):
            while drop.files and self._settled(drop):
                drop.files.pop(0)
            if not drop.files and drop in self._drops:
                self._drops.remove(drop)

    def _settled(self, drop: _Drop) -> bool:
        """Whether the first file has been placed or will never be."""
        row = next((row for row in self._media.rows if row.path == str(drop.files[0])), None)
        if row is None or row.asset_id is None:
            return row is None or row.status is MediaStatus.FAILED
        asset_id = row.asset_id
        before = self._session.project
        try:
            self._session.apply("Place", lambda project: _placed(project, asset_id, drop))
        except UserError as error:
            self.refused.emit(error)
            return True
        drop.frame += _frames_added(before, asset_id)
        return True


class _Drop:
    def __init__(self, files: list[Path], frame: int, track_id: str | None) -> None:
        self.files = files
        self.frame = frame
        self.track_id = track_id


def _placed(project: Project, asset_id: str, drop: _Drop) -> Project:
    sequence = project.sequences[0]
    at = drop.frame * time.frame_duration(sequence.format.rate)
    video = {track.id for track in sequence.video_tracks}
    audio = {track.id for track in sequence.audio_tracks}
    return overwrite(
        project,
        sequence.id,
        asset_id,
        at,
        video_track=drop.track_id if drop.track_id in video else None,
        audio_track=drop.track_id if drop.track_id in audio else None,
    )


def _frames_added(project: Project, asset_id: str) -> int:
    """How many frames of the sequence all of an asset lasts."""
    sequence = project.sequences[0]
    wanted = whole(project.asset(asset_id))
    return whole_frames(wanted.end - wanted.start, sequence) // time.frame_duration(sequence.format.rate)
