"""What is meant by what is selected: clips, gap, marked range, and what the playhead is over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.core.base import time
from app.core.base.time import Flicks
from app.core.model.clip import Clip
from app.core.model.links import chosen_clips, placed_clips
from app.core.model.marker import Marker
from app.core.model.sequence import Sequence, Track
from app.core.session.actions import Actions
from app.ui.commands import Command, Gather
from app.ui.view_state import ViewState
from app.ui.workspace import Workspace


class Chosen:
    """Looks at the workspace that is open when it is asked. GUI thread only."""

    def __init__(self, workspace: Callable[[], Workspace]) -> None:
        self.workspace = workspace

    @property
    def view(self) -> ViewState:
        """Playhead, selection, marks."""
        return self.workspace().view

    @property
    def sequence(self) -> Sequence | None:
        """The timeline that is shown."""
        return next(iter(self.workspace().session.project.sequences), None)

    @property
    def frame(self) -> Flicks:
        """How long a frame lasts."""
        return time.frame_duration(self.workspace().context.rate)

    def frame_of(self, at: Flicks) -> int:
        """The number of the frame at a time."""
        return time.nearest_frame(at, self.workspace().context.rate)

    def tracks(self) -> list[Track]:
        """The tracks that are not locked."""
        sequence = self.sequence
        return [] if sequence is None else [track for track in sequence.tracks if not track.locked]

    def all_clips(self) -> list[str]:
        """The clips of tracks that are not locked."""
        return [item.id for track in self.tracks() for item in track.items if isinstance(item, Clip)]

    def clips(self) -> list[str]:
        """Those that are selected, in the order of the tracks."""
        selection = self.view.selection
        return [clip for clip in self.all_clips() if clip in selection] if selection else []

    def has_clips(self) -> bool:
        """Whether clips are selected that do not all lie on locked tracks."""
        selection, sequence = self.view.selection, self.sequence
        if not selection or sequence is None:
            return False
        locked = [track for track in sequence.tracks if track.locked]
        return sum(item.id in selection for track in locked for item in track.items) < len(selection)

    def linked_clips(self) -> Mapping[str, Any] | None:
        """The selected clips as parameters; None where there are none."""
        clips = self.clips()
        return {"clips": clips, "linked": self.view.linking} if clips else None

    def start_of(self, clip_id: str) -> int | None:
        """The first frame of a clip; None where it is gone."""
        sequence = self.sequence
        found = [] if sequence is None else chosen_clips(sequence, ids={clip_id})
        return self.frame_of(found[0].start) if found else None

    def clips_at(self, number: int) -> list[str]:
        """The clips that a frame lies inside of, its first frame not being one."""
        at = number * self.frame
        return [
            placed.clip.id
            for track in self.tracks()
            for placed in placed_clips(track)
            if placed.start < at < placed.end
        ]

    def marked(self) -> Mapping[str, Any] | None:
        """The range between In and Out as parameters; an open side goes to the end of the film."""
        first, last, sequence = self.view.mark_in, self.view.mark_out, self.sequence
        if sequence is None or (first is None and last is None):
            return None
        return {"frame": first or 0, "end": sequence.frames if last is None else last}

    def has_marks(self) -> bool:
        """Whether In or Out is set."""
        return self.view.mark_in is not None or self.view.mark_out is not None

    def markers(self) -> tuple[Marker, ...]:
        """The markers of the timeline, in order."""
        sequence = self.sequence
        return () if sequence is None else sequence.markers

    def marker(self) -> Marker | None:
        """The one at the playhead, else the first whose range the playhead is in."""
        at = self.view.playhead * self.frame
        near = [each for each in self.markers() if each.start <= at < max(each.end, each.start + self.frame)]
        return next((each for each in near if each.start == at), near[0] if near else None)


class CommandMaker:
    """Makes commands of actions of the registry."""

    def __init__(self, actions: Actions, workspace: Callable[[], Workspace]) -> None:
        self._actions = actions
        self._workspace = workspace

    def run(self, action: str, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        """Run an action on what is open now.

        Raises:
            UserError: it is impossible.
        """
        return self._actions.run(action, self._workspace().context, parameters)

    def title(self, action: str) -> str:
        """What menus call it."""
        return self._actions.find(action).title

    def possible(self, action: str) -> bool:
        """Whether the registry would let it be tried."""
        return self._actions.find(action).enabled(self._workspace().context)

    def make(
        self,
        action: str,
        gather: Gather,
        *,
        name: str = "",
        title: str = "",
        enabled: Callable[[], bool] | None = None,
        done: Callable[[Mapping[str, Any]], None] | None = None,
    ) -> Command:
        """The registry's ``action`` as a command, under its own name or that of a variant.

        ``done`` hears what came of it.
        """

        def run() -> None:
            parameters = gather()
            if parameters is not None:
                result = self.run(action, parameters)
                if done is not None:
                    done(result)

        return Command(
            name or action,
            title or self.title(action),
            run,
            enabled or (lambda: self.possible(action)),
            passing=True,
        )
