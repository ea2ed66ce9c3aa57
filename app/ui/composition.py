"""Which panes a project is shown by: made here and nowhere else, each given what it uses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from app.core.base.time import Flicks
from app.core.jobs.manager import JobManager
from app.core.model.asset import Asset
from app.core.session.actions_all import standard_actions
from app.core.session.media_list import MediaList, MediaRow, MediaStatus
from app.core.session.services import Services
from app.core.session.session import Session
from app.core.session.speech_list import SpeechList, SpeechRow
from app.ui.bridge import Bridge
from app.ui.desk import Desk
from app.ui.editor import Parts
from app.ui.engine import Engine
from app.ui.held_media import HeldMedia
from app.ui.late_monitor import LateMonitor
from app.ui.layout import SeenView
from app.ui.panes.history.pane import HistoryPane
from app.ui.panes.jobs.pane import JobsPane
from app.ui.panes.media.pane import MediaPane
from app.ui.panes.scenes.pane import ScenesPane
from app.ui.panes.subtitles.pane import SubtitlesPane
from app.ui.panes.timeline.pane import TimelinePane
from app.ui.placing import DroppedFiles
from app.ui.preload import Preload
from app.ui.sound_shapes import SoundShapes
from app.ui.speech import SpeechDesk
from app.ui.theme import Appearance
from app.ui.thumbnails import Thumbnails
from app.ui.view_state import ViewState
from app.ui.workspace import Pane, Panes, Workspace

if TYPE_CHECKING:
    from app.ui.panes.preview.playback import Playback

_LOOK_FOR_FILES = 2_000
_CLIP_MENU = (
    "edit.cut",
    "edit.copy",
    "edit.paste",
    "edit.pasteAttributes",
    "edit.duplicate",
    "",
    "timeline.split",
    "timeline.trimStart",
    "timeline.trimEnd",
    "timeline.replace",
    "",
    "timeline.link",
    "timeline.group",
    "clip.setSpeed",
    "clip.setGain",
    "timeline.ungroup",
    "",
    "timeline.lift",
    "timeline.rippleDelete",
)
_GAP_MENU = ("timeline.closeGap", "edit.paste", "", "edit.selectAll")
_CUE_MENU = (
    "subtitles.split",
    "subtitles.merge",
    "",
    "subtitles.setIn",
    "subtitles.setOut",
    "",
    "subtitles.delete",
)


def make_parts(services: Services, jobs: JobManager) -> Parts:
    """All that the window is given, over the real engine."""
    engine = Engine(services, jobs)
    return Parts(
        services.profile.config,
        jobs,
        standard_actions(),
        lambda: services.store,
        lambda session, desk: _Opened(session, desk, engine).workspace(),
        _make_side,
        engine.sample_project,
        checked=services.settings.values.debug,
        keeping=lambda: services.keeping,
    )


def _make_side(jobs: JobManager, bridge: Bridge, appearance: Appearance) -> tuple[Pane, ...]:
    return (Pane("Jobs", JobsPane(jobs, bridge, appearance)),)


class _Opened(QObject):
    """One open project: its panes, what they show, and who tells whom."""

    def __init__(self, session: Session, desk: Desk, engine: Engine) -> None:
        super().__init__(desk.window)
        self._session = session
        self._desk = desk
        self._engine = engine
        self._view = ViewState()
        self._bridge = Bridge(session=session)
        self._media = MediaList(session, desk.jobs, engine, self._bridge.post, desk.looks.files)
        self._bridge.follow_media(self._media.changed, _path_of)
        self._speech = SpeechList(session, desk.jobs, engine.transcription, engine.speech_account, self._bridge.post)
        self._bridge.follow_media(self._speech.changed, _asset_of)
        self._speech_desk = SpeechDesk(desk, session, self._speech, engine, self._bridge, self._chosen_media)
        self._held = HeldMedia(session, self._bridge, engine, desk.window, desk.looks)
        self._thumbnails = Thumbnails(engine)
        self._sounds = SoundShapes(engine, desk.runner)
        self._dropped = DroppedFiles(session, self._media)
        self._player = Preload("app.core.render.player")
        self._monitor = LateMonitor(desk.window, self._make_monitor, self._player.load)
        given = (session, self._media, self._bridge, self._thumbnails, desk.appearance, desk.errors.attempt)
        self._media_pane, self._scenes_pane = MediaPane(*given, speech=self._speech), ScenesPane(*given)
        self._timeline = TimelinePane(
            session,
            self._view,
            self._bridge,
            desk.appearance,
            thumbnails=self._thumbnails,
            peaks=self._sounds,
            availability=self,
        )
        self._subtitles = SubtitlesPane(session, self._view, self._bridge, desk.appearance, desk.find_action)
        self._history = HistoryPane(session, self._bridge, desk.appearance)
        self._beside = _WrittenBeside(desk, self._subtitles)
        self._connect()
        self._look_again()

    def workspace(self) -> Workspace:
        """For the window."""
        panes = Panes(
            browser=(Pane("Media", self._media_pane), Pane("Scenes", self._scenes_pane)),
            monitors=(Pane("Program", self._monitor),),
            timeline=self._timeline,
            side=(Pane("Subtitles", self._subtitles), Pane("History", self._history)),
        )
        return Workspace(
            self._engine.context(self._session, self._media, self._speech_desk.listen),
            self._view,
            self._bridge,
            panes,
            self._monitor,
            self._media,
            self._settled,
            self._timeline.fit,
            self._chosen,
            self._append,
            self._beside,
            self._close,
            self._speech_desk,
            self._timeline.edit_marker,
            self._chosen_media,
        )

    def is_offline(self, asset: Asset, /) -> bool:
        """Whether the file of ``asset`` is missing."""
        row = self._media.row_of(asset.id)
        return row is not None and row.status is MediaStatus.OFFLINE

    def _connect(self) -> None:
        self._bridge.media_changed.connect(self._on_media)
        self._thumbnails.ready.connect(self._timeline.media_arrived)
        self._sounds.ready.connect(self._timeline.media_arrived)
        self._timeline.refused.connect(self._desk.errors.hint)
        self._timeline.files_dropped.connect(self._dropped.take)
        self._dropped.refused.connect(self._desk.errors.show)
        self._timeline.set_menu(*(_menu(self._desk, self, names) for names in (_CLIP_MENU, _CUE_MENU, _GAP_MENU)))
        self._timeline.cue_opened.connect(self._beside.edit_cue)
        self._media_pane.import_asked.connect(self._desk.action("media.import").trigger)
        self._media_pane.scenes_asked.connect(self._show_scenes)
        self._media_pane.chosen_changed.connect(lambda: self._scenes_pane.show_media(self._media_pane.chosen_assets))
        self._media_pane.removal_asked.connect(self._desk.action("media.remove").trigger)
        self._media_pane.transcription_asked.connect(self._desk.action("media.transcribe").trigger)
        for pane in (self._media_pane, self._scenes_pane):
            pane.chosen_changed.connect(self._desk.refresh)
            pane.appended.connect(self._timeline.setFocus)
        self._looking = QTimer(self)
        self._looking.timeout.connect(self._media.check_files)
        self._looking.start(_LOOK_FOR_FILES)

    def _make_monitor(self) -> _Screening:
        return _Screening(self._session, self._view, self._bridge, self._desk, self._engine)

    def _on_media(self, changed: Sequence[MediaRow | SpeechRow]) -> None:
        rows = [row for row in changed if isinstance(row, MediaRow)]
        self._thumbnails.media_changed(rows)
        if any(isinstance(row, SpeechRow) and not row.busy for row in changed):
            self._desk.refresh()  # words that are known make more possible
        for row in rows:
            if row.asset_id is not None and row.status is MediaStatus.READY:
                self._speech.arrived(row.asset_id)
            if row.asset_id is not None:
                self._timeline.media_arrived(row.asset_id)

    def _show_scenes(self, asset_id: str) -> None:
        self._scenes_pane.show_media([asset_id])
        self._desk.window.browser.setCurrentWidget(self._scenes_pane)

    def _chosen(self) -> Mapping[str, str]:
        """What is selected in the pane that is in sight."""
        return self._scenes_pane.chosen() if self._scenes_pane.isVisible() else self._media_pane.chosen()

    def _chosen_media(self) -> Sequence[str]:
        """The ids of what is selected in the media pane."""
        return self._media_pane.chosen_assets

    def _append(self) -> None:
        """All that is selected in the pane that is in sight, in order, as one step."""
        if self._scenes_pane.isVisible():
            self._scenes_pane.append_selected()
        else:
            self._media_pane.append_selected()

    def _look_again(self) -> None:
        """Show the timeline from where it was looked at last."""
        seen, frames = self._desk.memory.view_of(self._session.project.id), self._frames()
        if seen is not None and frames:
            self._view.set_playhead(min(seen.playhead, frames))
            self._timeline.look_at(seen.zoom, seen.left)

    def _remember_view(self) -> None:
        if self._frames():
            seen = SeenView(self._view.playhead, self._view.zoom, self._timeline.left)
            self._desk.memory.remember_view(self._session.project.id, seen)

    def _frames(self) -> int:
        return max((sequence.frames for sequence in self._session.project.sequences[:1]), default=0)

    def _settled(self) -> bool:
        looked = self._desk.looks.idle and self._thumbnails.idle and self._sounds.idle()
        return looked and self._speech.settled and self._speech_desk.settled and self._monitor.settled()

    def _close(self) -> None:
        self._looking.stop()
        self._remember_view()
        self._dropped.close()
        self._held.close()
        self._media.close()
        self._speech_desk.close()
        self._speech.close()
        self._monitor.close_monitor()
        self._player.close()
        self._thumbnails.close()
        self._sounds.close()
        self.deleteLater()


class _WrittenBeside:
    """The subtitles pane, brought into sight whenever it is to be used."""

    def __init__(self, desk: Desk, pane: SubtitlesPane) -> None:
        self._desk = desk
        self._pane = pane

    def show(self) -> None:
        """Bring it into sight."""
        self._desk.window.show_side(self._pane)

    def add_cue(self, start: Flicks, end: Flicks, /) -> None:
        """Add an empty subtitle and let the person type."""
        self.show()
        self._pane.add_cue(start, end)

    def edit_cue(self, cue_id: str, /) -> None:
        """Let the person type the text of a subtitle."""
        self.show()
        self._pane.edit_cue(cue_id)


class _Screening:
    """The program monitor with its player and loudspeakers: what needs PyAV, loaded when it is made."""

    def __init__(self, session: Session, view: ViewState, bridge: Bridge, desk: Desk, engine: Engine) -> None:
        from app.core.render.player import Player
        from app.ui.panes.preview.pane import ProgramMonitor
        from app.ui.panes.preview.playback import Playback
        from app.ui.sound_output import QtSoundOutput

        self._session = session
        self._view = view
        self._engine = engine
        self._output = QtSoundOutput()
        engine.show_proxies(view.proxies)
        self._playback = Playback(session, view, bridge, Player(engine.open_preview, self._output))
        view.proxies_changed.connect(self._on_proxies)
        self._playback.state_changed.connect(self._on_playing)
        self._pane = ProgramMonitor(session, view, bridge, self._playback, desk.appearance, desk.action)

    @property
    def widget(self) -> QWidget:
        """What is shown."""
        return self._pane

    @property
    def transport(self) -> Playback:
        """What plays."""
        return self._playback

    def settled(self) -> bool:
        """Whether the frame of the playhead is shown; while time runs, any is right."""
        from app.ui.panes.preview.playback import frames_of

        frames = frames_of(self._session.project)
        if not frames or self._playback.playing:
            return True
        picture = self._pane.screen_widget.picture
        return picture is not None and picture.number == min(self._view.playhead, frames - 1)

    def _on_playing(self) -> None:
        self._engine.rest_background(self._playback.playing)

    def _on_proxies(self, shown: bool) -> None:
        self._engine.show_proxies(shown)
        self._playback.refresh()

    def close(self) -> None:
        """Stop, and end every thread."""
        self._playback.close()
        self._engine.rest_background(False)
        self._output.close()


def _path_of(row: MediaRow) -> str:
    return row.path


def _asset_of(row: SpeechRow) -> str:
    return row.asset_id


def _menu(desk: Desk, owner: QObject, names: Sequence[str]) -> list[QAction]:
    """The actions of a menu, with lines between them."""
    entries = []
    for name in names:
        if name:
            entries.append(desk.action(name))
        else:
            line = QAction(owner)
            line.setSeparator(True)
            entries.append(line)
    return entries
