"""The row of subtitles as it lies on the timeline. No painting."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.model.sequence import Sequence
from app.core.model.subtitle import SubtitleCue, SubtitleTrack
from app.ui.cue_index import CueIndex

CUE_HEIGHT = 24


@dataclass(frozen=True, slots=True)
class CueLane:
    """The first subtitle track: a low row above the pictures."""

    index: CueIndex
    top: int
    height: int = CUE_HEIGHT

    @property
    def track(self) -> SubtitleTrack:
        """The track shown here."""
        return self.index.track

    @property
    def bottom(self) -> int:
        """The first pixel below it."""
        return self.top + self.height

    @property
    def look(self) -> tuple[object, ...]:
        """What it shows besides its cues."""
        track = self.track
        return (track.id, track.name, self.top, track.hidden, track.locked)


@dataclass(frozen=True, slots=True)
class CuePlace:
    """A cue under the pointer, or to be shown."""

    lane: CueLane
    cue: SubtitleCue


def lay_out_cues(sequence: Sequence, top: int, known: CueLane | None) -> CueLane | None:
    """The row of ``sequence`` at ``top``; None where it has no subtitles. An index of the same track is used again."""
    if not sequence.subtitle_tracks:
        return None
    track = sequence.subtitle_tracks[0]
    index = known.index if known is not None and known.track is track else CueIndex(track)
    return CueLane(index, top)
