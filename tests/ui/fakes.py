"""A window with panes that only show where they are, over the real engine and a store in memory."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from app.core.base import time
from app.core.base.errors import UserError
from app.core.base.time import Flicks
from app.core.edit.assets import add_assets, new_project
from app.core.interchange.knowledge import Known
from app.core.jobs.context import JobContext
from app.core.jobs.manager import JobManager, Pool
from app.core.model.asset import Asset, MediaInfo, VideoStream
from app.core.model.project import Project
from app.core.model.scene import Scene, SceneList
from app.core.render.plan import SubtitleMode
from app.core.session.actions import ActionContext, FrameRange, Imported
from app.core.session.actions_all import standard_actions
from app.core.session.media_list import MediaList
from app.core.session.ports import ImportResult
from app.core.session.session import Session
from app.core.session.speech_list import SpeechRow
from app.ui.bridge import Bridge
from app.ui.desk import Desk
from app.ui.editor import Parts
from app.ui.view_state import ViewState
from app.ui.workspace import Pane, Panes, Workspace

RATE = Fraction(25)


def film(path: Path, frames: int = 250) -> Asset:
    """Media of ``frames`` frames at 25 fps, without sound, that need not be there."""
    duration = frames * time.frame_duration(RATE)
    video = VideoStream(0, "h264", 1280, 720, 1280, 720, RATE, False, frames, 0, duration, "yuv420p", 8)
    return Asset(
        f"id-{path.name}", path.name, str(path), 1, f"print-{path.name}", MediaInfo("video", "mp4", duration, video)
    )


class FakeStore:
    """Projects in a dictionary; ``broken`` makes every save fail."""

    def __init__(self) -> None:
        self.projects: dict[Path, Project] = {}
        self.broken = False

    def load(self, path: Path) -> Project:
        if path not in self.projects:
            raise UserError(str(path), "there is no such project", "choose another")
        return self.projects[path]

    def save(self, project: Project, path: Path) -> None:
        if self.broken:
            raise UserError(str(path), "the disk is full", "free some space")
        path.touch()
        self.projects[path] = project


class FakeTransport:
    """Remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.playing = False
        self.led_by_sound = False

    def toggle(self) -> None:
        self.asked.append("toggle")
        self.playing = not self.playing

    def shuttle(self, direction: int) -> None:
        self.asked.append(f"shuttle {direction}")

    def pause(self) -> None:
        self.asked.append("pause")


class FakeSubtitles:
    """Remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[object, ...]] = []

    def show(self) -> None:
        self.asked.append(("show",))

    def add_cue(self, start: Flicks, end: Flicks, /) -> None:
        self.asked.append(("add", start, end))

    def edit_cue(self, cue_id: str, /) -> None:
        self.asked.append(("edit", cue_id))


class FakeSpeech:
    """Remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.words: dict[str, int] = {}
        self.new_videos = False
        self.settled = True

    def row(self, asset_id: str) -> SpeechRow:
        return SpeechRow(asset_id, words=self.words.get(asset_id))

    def ask(self) -> None:
        self.asked.append("ask")

    def toggle_new_videos(self) -> None:
        self.new_videos = not self.new_videos


class NoReader:
    """Reads no media: tests that need some use the real reader."""

    def asset(self, path: Path, context: JobContext) -> Asset:
        raise UserError(str(path), "nothing is read here", "use the real reader")

    def import_media(self, asset: Asset, context: JobContext) -> ImportResult:
        raise UserError(asset.path, "nothing is read here", "use the real reader")

    def scenes(self, asset: Asset, context: JobContext) -> SceneList:
        raise UserError(asset.path, "nothing is read here", "use the real reader")


@dataclass
class FakeKnowledge:
    """Every film is one scene; remembers what it is told."""

    learned: list[Known] = field(default_factory=list)

    def known(self, asset: Asset, /) -> Known:
        assert asset.info.duration is not None
        scene = Scene(0, 0, 250, 0, asset.info.duration, "start")
        return Known(SceneList(RATE, 250, (scene,), ()), "by eye")

    def learn(self, _asset: Asset, known: Known, /) -> tuple[str, ...]:
        self.learned.append(known)
        return ()


@dataclass
class FakeEngine:
    """What the window is given in tests."""

    folder: Path
    store: FakeStore = field(default_factory=FakeStore)
    transport: FakeTransport = field(default_factory=FakeTransport)
    subtitles: FakeSubtitles = field(default_factory=FakeSubtitles)
    speech: FakeSpeech = field(default_factory=FakeSpeech)
    jobs: JobManager = field(default_factory=lambda: JobManager(threads={Pool.INTERACTIVE: 1, Pool.HEAVY: 1}))
    chosen: dict[str, str] = field(default_factory=dict)
    closed: list[str] = field(default_factory=list)
    length: int = 250
    knowledge: FakeKnowledge = field(default_factory=FakeKnowledge)
    exported: list[dict[str, Any]] = field(default_factory=list)
    fitted: list[str] = field(default_factory=list)
    go: threading.Event = field(default_factory=threading.Event)
    result: Any = None

    def parts(self) -> Parts:
        """For :class:`app.ui.editor.Editor`."""
        return Parts(
            self.folder,
            self.jobs,
            standard_actions(),
            lambda: self.store,
            self.make_workspace,
            sample=self.sample,
            checked=True,
        )

    def make_workspace(self, session: Session, desk: Desk) -> Workspace:
        """Panes that say their names."""
        context = ActionContext(
            session,
            self.bring_in,
            self.find_scenes,
            self.export,
            take_in=lambda path, _job: film(path, self.length),
            knowledge=self.knowledge,
        )
        name = session.project.name
        panes = Panes(
            browser=(Pane("Media", pane("mediaPane")), Pane("Scenes", pane("scenesPane"))),
            monitors=(Pane("Program", pane("programMonitor")),),
            timeline=pane("timelinePane"),
            side=(Pane("Notes", pane("notesPane")),),
        )
        bridge = Bridge(session=session)
        return Workspace(
            context,
            ViewState(),
            bridge,
            panes,
            self.transport,
            MediaList(session, self.jobs, NoReader(), bridge.post, desk.looks.files),
            lambda: True,
            lambda: self.fitted.append(name),
            lambda: self.chosen,
            lambda: _append(context, self.chosen),
            self.subtitles,
            lambda: self.closed.append(name),
            self.speech,
        )

    def sample(self, context: JobContext) -> Project:
        """A project with one film, made while ``go`` is awaited."""
        while not self.go.wait(0.01):
            context.check()
        if isinstance(self.result, BaseException):
            raise self.result
        return add_assets(new_project("Sample"), [film(self.folder / "sample.mp4")])

    def bring_in(self, paths: Sequence[Path]) -> Imported:
        """Every ``.mp4`` is a film, everything else is refused."""
        refused = [UserError(str(path), "it is no film", "choose another") for path in paths if path.suffix != ".mp4"]
        return Imported(tuple(film(path) for path in paths if path.suffix == ".mp4"), tuple(refused))

    def find_scenes(self, asset: Asset) -> SceneList:
        """One scene: all of it."""
        assert asset.info.duration is not None
        return SceneList(RATE, 250, (Scene(1, 0, 250, 0, asset.info.duration, "start"),), ())

    def export(
        self,
        project: Project,
        path: Path,
        /,
        *,
        preset: str | None,
        quality: str | None,
        overwrite: bool,
        subtitles: SubtitleMode,
        frames: FrameRange = (None, None),
    ) -> Mapping[str, Any]:
        """A job that waits for ``go`` and gives ``result``, or raises it."""
        self.exported.append(
            {
                "path": path,
                "preset": preset,
                "quality": quality,
                "overwrite": overwrite,
                "subtitles": subtitles,
                **({} if frames == (None, None) else {"frames": frames}),
            }
        )

        def write(context: JobContext) -> Any:
            while not self.go.wait(0.01):
                context.report(0.5, "frame 125 of 250")
            if isinstance(self.result, BaseException):
                raise self.result
            return self.result

        return {"job": self.jobs.submit("export", f"Export {path.name}", write, pool=Pool.SERIAL).id}


def _append(context: ActionContext, chosen: Mapping[str, str]) -> None:
    standard_actions().run("timeline.append", context, chosen)


def pane(name: str) -> QWidget:
    """A pane that only says its name."""
    result = QLabel(name)
    result.setObjectName(name)
    result.setAccessibleName(name)
    result.setAlignment(Qt.AlignmentFlag.AlignCenter)
    result.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    return result
