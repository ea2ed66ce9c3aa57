"""Going through the film: transport, steps, edits, marks."""

from __future__ import annotations

from collections.abc import Callable

from app.core.base import time
from app.core.base.timecode import nominal_rate
from app.core.model.links import placed_clips
from app.ui.commands import Command
from app.ui.view_state import ViewState
from app.ui.workspace import Transport, Workspace


class PlaybackCommands:
    """Makes the commands; ``workspace`` is the one that is open when they are given.

    ``stop_held`` tells whether the key that stops is held down: play forward and backward are then
    single frames (K+L and K+J).
    """

    def __init__(self, workspace: Callable[[], Workspace], stop_held: Callable[[], bool]) -> None:
        self._workspace = workspace
        self._stop_held = stop_held

    def commands(self) -> list[Command]:
        """All of them."""

        def second() -> int:
            return nominal_rate(self._workspace().context.rate)

        return [
            Command(
                "playback.toggle",
                "Play",
                lambda: self._transport.toggle(),
                title_now=lambda: "Pause" if self._transport.playing else "Play",
            ),
            Command("playback.shuttleBack", "Play Backward", lambda: self._shuttle(-1)),
            Command("playback.pause", "Stop", lambda: self._transport.pause()),
            Command("playback.shuttleForward", "Play Forward", lambda: self._shuttle(1)),
            Command("playback.stepBack", "Previous Frame", lambda: self._step(-1)),
            Command("playback.stepForward", "Next Frame", lambda: self._step(1)),
            Command("playback.secondBack", "Second Back", lambda: self._step(-second())),
            Command("playback.secondForward", "Second Forward", lambda: self._step(second())),
            Command("playback.previousEdit", "Previous Edit", lambda: self._go(self._edit_before())),
            Command("playback.nextEdit", "Next Edit", lambda: self._go(self._edit_after())),
            Command("playback.toStart", "Go to Start", lambda: self._go(0)),
            Command("playback.toEnd", "Go to End", lambda: self._go(self._end())),
            Command(
                "playback.proxies",
                "Use Proxies",
                lambda: self._view.set_proxies(not self._view.proxies),
                checked=lambda: self._view.proxies,
            ),
            Command("playback.markIn", "Mark In", self._mark_in),
            Command("playback.markOut", "Mark Out", self._mark_out),
            Command("playback.goToMarkIn", "Go to In", lambda: self._go(self._view.mark_in), self._has_mark_in),
            Command("playback.goToMarkOut", "Go to Out", self._go_to_mark_out, self._has_mark_out),
            Command(
                "playback.clearMarks", "Clear In and Out", lambda: self._view.set_marks(None, None), self._has_mark
            ),
        ]

    @property
    def _view(self) -> ViewState:
        return self._workspace().view

    @property
    def _transport(self) -> Transport:
        return self._workspace().transport

    def _go(self, frame: int | None) -> None:
        if frame is not None:
            self._view.set_playhead(min(frame, self._end()))

    def _shuttle(self, direction: int) -> None:
        if self._stop_held():
            self._step(direction)
        else:
            self._transport.shuttle(direction)

    def _step(self, frames: int) -> None:
        self._transport.pause()
        self._go(self._view.playhead + frames)

    def _end(self) -> int:
        """The frame just after the last."""
        sequences = self._workspace().session.project.sequences
        return sequences[0].frames if sequences else 0

    def _edits(self) -> list[int]:
        sequences = self._workspace().session.project.sequences
        if not sequences:
            return []
        rate = sequences[0].format.rate
        times = {0}
        for track in sequences[0].tracks:
            for placed in placed_clips(track):
                times |= {placed.start, placed.end}
        return sorted(time.frame_at(each, rate) for each in times)

    def _edit_before(self) -> int | None:
        return max((frame for frame in self._edits() if frame < self._view.playhead), default=None)

    def _edit_after(self) -> int | None:
        return min((frame for frame in self._edits() if frame > self._view.playhead), default=None)

    def _mark_in(self) -> None:
        frame, out = self._view.playhead, self._view.mark_out
        self._view.set_marks(frame, out if out is not None and out > frame else None)

    def _mark_out(self) -> None:
        """The marked range includes the frame that is shown."""
        frame, begin = self._view.playhead + 1, self._view.mark_in
        self._view.set_marks(begin if begin is not None and begin < frame else None, frame)

    def _go_to_mark_out(self) -> None:
        if self._view.mark_out is not None:
            self._go(self._view.mark_out - 1)

    def _has_mark_in(self) -> bool:
        return self._view.mark_in is not None

    def _has_mark_out(self) -> bool:
        return self._view.mark_out is not None

    def _has_mark(self) -> bool:
        return self._has_mark_in() or self._has_mark_out()
