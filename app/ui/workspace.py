"""One open project as the window shows it: made when a project is opened, gone when another is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtWidgets import QWidget

from app.core.base.time import Flicks
from app.core.session.actions import ActionContext
from app.core.session.media_list import MediaList
from app.core.session.session import Session
from app.core.session.speech_list import SpeechRow
from app.ui.bridge import Bridge
from app.ui.view_state import ViewState


class Transport(Protocol):
    """The player as keys and menus use it. GUI thread only; nothing here waits."""

    @property
    def playing(self) -> bool:
        """Whether time runs."""

    @property
    def led_by_sound(self) -> bool:
        """Whether a sound device gives the time."""

    def toggle(self) -> None:
        """Play, or stop where it is."""

    def shuttle(self, direction: int) -> None:
        """Play forward (1) or backward (-1); asked again in the same direction, faster."""

    def pause(self) -> None:
        """Stop where it is."""


class SpeechPlace(Protocol):
    """How media come to their words, as menus use it. GUI thread only."""

    @property
    def new_videos(self) -> bool:
        """Whether new videos are transcribed by themselves."""

    @property
    def settled(self) -> bool:
        """Whether nothing is being looked up or made of words that have come."""

    def row(self, asset_id: str) -> SpeechRow:
        """What is known of the words of a medium."""

    def ask(self) -> None:
        """Ask whether the selected media, or all that have sound, may be sent.

        Raises:
            UserError: none of them has sound.
        """

    def toggle_new_videos(self) -> None:
        """Transcribe new videos by themselves no more, or ask whether that may be done.

        Raises:
            UserError: nothing has sound, or the choice cannot be kept.
        """


class SubtitlesPlace(Protocol):
    """Where subtitles are written, as menus and the timeline use it. GUI thread only."""

    def show(self) -> None:
        """Bring it into sight."""

    def add_cue(self, start: Flicks, end: Flicks, /) -> None:
        """Add an empty subtitle and let the person type.

        Raises:
            UserError: it cannot be added.
        """

    def edit_cue(self, cue_id: str, /) -> None:
        """Let the person type the text of a subtitle."""


def nothing_to_edit(_marker_id: str) -> None:
    """For where markers cannot be written on."""


@dataclass(frozen=True, slots=True)
class Pane:
    """A widget with the title its tab has."""

    title: str
    widget: QWidget


@dataclass(frozen=True, slots=True)
class Panes:
    """The widgets of a workspace by their place in the window."""

    browser: tuple[Pane, ...]
    monitors: tuple[Pane, ...]
    timeline: QWidget
    side: tuple[Pane, ...] = ()


@dataclass(frozen=True, slots=True)
class Workspace:
    """Everything that belongs to one open project.

    ``media`` lists what was brought in and how far it is. ``settled`` tells whether everything that
    is shown is current: the frame of the playhead, the thumbnails that were asked for.
    ``fit`` shows the whole sequence in the timeline. ``chosen`` says what Append, Insert and
    Overwrite would take, as their parameter: ``{"asset": ID}``, ``{"scene": "ID#N"}`` or nothing.
    ``append`` puts everything that is selected there at the end of the timeline. ``subtitles`` is
    where those are written; ``edit_marker`` lets the person write on a marker. ``chosen_media``
    are the ids of what is selected in the media pane.
    ``close`` ends all that runs for this project; the widgets are deleted by the window.
    """

    context: ActionContext
    view: ViewState
    bridge: Bridge
    panes: Panes
    transport: Transport
    media: MediaList
    settled: Callable[[], bool]
    fit: Callable[[], None]
    chosen: Callable[[], Mapping[str, str]]
    append: Callable[[], None]
    subtitles: SubtitlesPlace
    close: Callable[[], None]
    speech: SpeechPlace
    edit_marker: Callable[[str], None] = nothing_to_edit
    chosen_media: Callable[[], Sequence[str]] = tuple

    @property
    def session(self) -> Session:
        """The open project."""
        return self.context.session
