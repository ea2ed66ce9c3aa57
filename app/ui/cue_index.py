"""The cues of a subtitle track found by time and by id; shared by the panes that show them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from operator import attrgetter
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from app.core.base.time import Flicks
from app.core.model.diff import middle
from app.core.model.project import Project
from app.core.model.subtitle import SubtitleCue, SubtitleTrack


def first_track(project: Project) -> SubtitleTrack | None:
    """The subtitle track that is shown: the first of the first sequence."""
    return next((track for sequence in project.sequences[:1] for track in sequence.subtitle_tracks), None)


class _Places:
    """Times and numbers of a row of cues, counted when they are first asked for."""

    latest: ClassVar[_Places]

    def __init__(self, cues: tuple[SubtitleCue, ...]) -> None:
        self.cues = cues

    @classmethod
    def of(cls, cues: tuple[SubtitleCue, ...]) -> _Places:
        """Panes show the same cues: what one of them counted last is counted for the others as well."""
        if cls.latest.cues is not cues:
            cls.latest = cls(cues)
        return cls.latest

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        return np.fromiter(map(attrgetter("start"), self.cues), np.int64, len(self.cues))

    @cached_property
    def ends(self) -> NDArray[np.int64]:
        return np.fromiter(map(attrgetter("end"), self.cues), np.int64, len(self.cues))

    @cached_property
    def reach(self) -> NDArray[np.int64]:
        """The latest end so far, rising: a long cue reaches beyond those that begin after it."""
        return np.maximum.accumulate(self.ends)

    @cached_property
    def numbers(self) -> dict[str, int]:
        return {cue.id: number for number, cue in enumerate(self.cues)}


_Places.latest = _Places(())


class CueIndex:
    """Made once for a track, which never changes. Cues may overlap; they lie in order of their start.

    GUI thread only.
    """

    def __init__(self, track: SubtitleTrack) -> None:
        self.track = track
        self.cues = track.cues
        self._places = _Places.of(track.cues)

    def __len__(self) -> int:
        return len(self.cues)

    @property
    def starts(self) -> NDArray[np.int64]:
        """Start of each cue in flicks, rising."""
        return self._places.starts

    @property
    def ends(self) -> NDArray[np.int64]:
        """End of each cue in flicks."""
        return self._places.ends

    @cached_property
    def has_speakers(self) -> bool:
        """Whether it is known of any cue who speaks."""
        return any(cue.speaker for cue in self.cues)

    @property
    def reach(self) -> Flicks:
        """The latest end; 0 without cues."""
        return int(self._places.reach[-1]) if len(self) else 0

    def between(self, first: Flicks, last: Flicks) -> range:
        """The smallest run of numbers that has all cues shown in ``[first, last)``; some in it may not be."""
        begin = int(np.searchsorted(self._places.reach, first, "right"))
        return range(begin, max(begin, int(np.searchsorted(self.starts, last, "left"))))

    def shown_at(self, time: Flicks) -> list[int]:
        """Numbers of the cues that are shown at ``time``, in order."""
        return [number for number in self.between(time, time + 1) if self.cues[number].end > time]

    def number_of(self, cue_id: str) -> int | None:
        """Number of the cue of that id."""
        return self._places.numbers.get(cue_id)

    def find(self, cue_id: str) -> SubtitleCue | None:
        """The cue of that id."""
        number = self.number_of(cue_id)
        return None if number is None else self.cues[number]

    def edges_near(self, time: Flicks) -> Iterator[tuple[str, Flicks]]:
        """Starts and ends around ``time``, each with the id of its cue."""
        here = int(np.searchsorted(self.starts, time))
        for cue in self.cues[max(0, here - 3) : here + 3]:
            yield cue.id, cue.start
            yield cue.id, cue.end

    def changed_from(self, other: CueIndex) -> tuple[Flicks, Flicks] | None:
        """The time ``[first, last)`` in which this track and ``other`` show different cues, if any."""
        if self.cues is other.cues:
            return None
        changed = [cue for row in middle(other.cues, self.cues) for cue in row]
        return (min(cue.start for cue in changed), max(cue.end for cue in changed)) if changed else None
