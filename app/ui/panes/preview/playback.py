"""Holds the player, the playhead and the screen together."""

from __future__ import annotations

from fractions import Fraction

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.core.model.project import Project
from app.core.model.sequence import Sequence, SequenceFormat
from app.core.render.geometry import Rectangle, even, fit
from app.core.render.plan import RenderPlan, make_plan
from app.core.render.player import Player
from app.core.session.session import Session
from app.ui.bridge import Bridge
from app.ui.view_state import ViewState

# While time runs the player is asked this often; a screen shows a new picture every 16 ms at most.
_TICK_MILLISECONDS = 7
_FASTEST = 8


class Playback(QObject):
    """The :class:`app.ui.workspace.Transport` of one project. GUI thread only.

    ``picture`` brings what to show (None: nothing); ``state_changed`` says that playing began,
    stopped or changed speed; ``trouble`` brings what could not be shown or heard.
    """

    picture = Signal(object)
    state_changed = Signal()
    trouble = Signal(object)

    _arrived = Signal()
    _failed = Signal(object)
    _broken = Signal(object)

    def __init__(self, session: Session, view: ViewState, bridge: Bridge, player: Player) -> None:
        super().__init__()
        self._session = session
        self._view = view
        self._player = player
        self._room = (640, 360)
        self._leading = False
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_TICK_MILLISECONDS)
        self._timer.timeout.connect(self._tick)
        queued = Qt.ConnectionType.QueuedConnection
        self._arrived.connect(self._tick, queued)
        self._failed.connect(self.trouble.emit, queued)
        self._broken.connect(_raise, queued)
        player.arrived.subscribe(lambda _nothing: self._arrived.emit())
        player.failed.subscribe(self._failed.emit)
        player.broken.subscribe(self._broken.emit)
        view.playhead_changed.connect(self._on_playhead)
        bridge.document_changed.connect(self._on_document)
        self._replan()

    @property
    def playing(self) -> bool:
        """Whether time runs."""
        return self._player.playing

    @property
    def speed(self) -> Fraction:
        """1 is real time, 0 a still."""
        return self._player.speed

    @property
    def led_by_sound(self) -> bool:
        """Whether a sound device gives the time."""
        return self._player.led_by_sound

    def toggle(self) -> None:
        """Play, or stop where it is."""
        if self.playing:
            self.pause()
        else:
            self._play(Fraction(1))

    def shuttle(self, direction: int) -> None:
        """Play forward (1) or backward (-1); again in the same direction doubles the speed."""
        speed = self._player.speed
        if speed * direction > 0:
            self._play(min(abs(speed) * 2, Fraction(_FASTEST)) * direction)
        else:
            self._play(Fraction(direction))

    def pause(self) -> None:
        """Stop where it is."""
        if self.playing:
            self._player.pause()
            self._follow()
        self._settle()

    def set_room(self, width: int, height: int) -> None:
        """Pictures may have this many device pixels."""
        if (width, height) != self._room and width > 0 and height > 0:
            self._room = (width, height)
            self._replan()

    def refresh(self) -> None:
        """Make the picture anew, from what it is made from now; playing goes on."""
        self._player.seek(self._player.position())

    def close(self) -> None:
        """Stop, and end the player's threads."""
        self._timer.stop()
        self._player.close()

    def _play(self, speed: Fraction) -> None:
        self._player.play(speed)
        if self.playing:
            self._timer.start()
        self._settle()

    def _settle(self) -> None:
        if not self.playing:
            self._timer.stop()
        self.state_changed.emit()

    def _tick(self) -> None:
        was_playing = self.playing
        picture = self._player.due()
        if picture is not None:
            self.picture.emit(picture)
        if was_playing:
            self._follow()
        if was_playing and not self.playing:
            self._settle()

    def _follow(self) -> None:
        """The playhead goes where the player is."""
        self._leading = True
        self._view.set_playhead(self._player.position())
        self._leading = False

    def _on_playhead(self, frame: int) -> None:
        if not self._leading:
            self._player.seek(frame)
            self._settle()

    def _on_document(self, before: Project, after: Project, _changes: object) -> None:
        if before.sequences[:1] != after.sequences[:1] or before.assets != after.assets:
            self._replan()

    def _replan(self) -> None:
        plan = preview_plan(self._session.project, self._room)
        self._player.set_plan(plan)
        if plan is None:
            self.picture.emit(None)
        elif not self.playing:
            self._player.seek(self._view.playhead)
        self._settle()


def preview_plan(project: Project, room: tuple[int, int]) -> RenderPlan | None:
    """The whole first sequence as large as ``room`` allows, never larger than it is; None where it is empty."""
    if not project.sequences or not project.sequences[0].duration:
        return None
    sequence = project.sequences[0]
    return make_plan(project, sequence, output=preview_format(sequence, room), subtitles="burn")


def preview_format(sequence: Sequence, room: tuple[int, int]) -> SequenceFormat:
    """The size of the picture in ``room``."""
    whole = sequence.format
    place = fit(whole.width, whole.height, Rectangle(0, 0, even(room[0]), even(room[1])))
    if place.width >= whole.width:
        return whole
    return SequenceFormat(even(place.width), even(place.height), whole.rate, whole.audio_rate, whole.channels)


def frames_of(project: Project) -> int:
    """How many frames the first sequence has."""
    return project.sequences[0].frames if project.sequences else 0


def _raise(error: BaseException) -> None:
    """A fault of a player's thread, raised where the window catches faults."""
    raise error
