"""The program monitor: the picture of the playhead, playing by the clock, transport, empty and bad states."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from app.core.edit.assets import new_project
from app.core.model.project import Project
from app.core.model.subtitle import SubtitleCue, SubtitleTrack
from app.core.render.player import Player
from app.core.session.session import Session
from app.ui.bridge import Bridge
from app.ui.panes.preview.pane import ProgramMonitor
from app.ui.panes.preview.playback import Playback, preview_format, preview_plan
from app.ui.theme import DARK, Appearance
from app.ui.view_state import ViewState
from tests.helpers.playing import FRAMES, FakeSources, project_of


class Rig:
    """A monitor with all that it needs, on a clock that the test turns."""

    def __init__(self, qtbot: QtBot, app: QApplication, project: Project, gone: bool = False) -> None:
        self.qtbot = qtbot
        self.seconds = 0.0
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.session = Session(project, checked=True)
        self.view = ViewState()
        self.bridge = Bridge(session=self.session)
        self.player = Player(lambda: FakeSources(gone), None, lambda: self.seconds)
        self.playback = Playback(self.session, self.view, self.bridge, self.player)
        self.actions: dict[str, QAction] = {}
        self.monitor = ProgramMonitor(
            self.session, self.view, self.bridge, self.playback, Appearance(app, DARK), self.action
        )
        self.action("playback.toggle").triggered.connect(self.playback.toggle)
        qtbot.addWidget(self.monitor)
        self.monitor.resize(480, 320)
        self.monitor.show()

    def action(self, name: str) -> QAction:
        if name not in self.actions:
            self.actions[name] = QAction(name, self.window)
        return self.actions[name]

    def shows(self, number: int) -> None:
        def check() -> None:
            picture = self.monitor.screen_widget.picture
            assert picture is not None
            assert picture.number == number

        self.qtbot.waitUntil(lambda: _passes(check), timeout=10_000)

    def close(self) -> None:
        self.playback.close()
        self.bridge.close()


def _passes(check: Callable[[], None]) -> bool:
    try:
        check()
    except AssertionError:
        return False
    return True


@pytest.fixture
def make(qtbot: QtBot, qapp: QApplication) -> Iterator[Callable[..., Rig]]:
    made: list[Rig] = []

    def build(project: Project | None = None, gone: bool = False) -> Rig:
        made.append(Rig(qtbot, qapp, project or project_of(), gone))
        return made[-1]

    yield build
    for rig in made:
        rig.close()


def test_the_picture_is_the_one_at_the_playhead(make: Callable[..., Rig]) -> None:
    rig = make()
    rig.shows(0)
    rig.view.set_playhead(42)
    rig.shows(42)
    image = rig.monitor.screen_widget.grab().toImage()
    middle = image.pixelColor(image.width() // 2, image.height() // 2)
    # luma 16 + 42, limited range
    assert abs(middle.red() - 42 * 255 / 219) <= 3
    assert rig.monitor.timecode.text() == "00:00:01:17"


def test_playing_moves_the_playhead_and_stops_at_the_end(make: Callable[..., Rig]) -> None:
    rig = make()
    rig.shows(0)
    button = rig.monitor.findChild(QToolButton, "monitor.playback.toggle")
    assert isinstance(button, QToolButton)
    assert button.accessibleName() == "Play"
    button.click()
    assert button.accessibleName() == "Pause"
    rig.seconds = 1.001
    rig.shows(25)
    assert rig.view.playhead == 25
    rig.seconds = 60
    rig.shows(FRAMES - 1)
    rig.qtbot.waitUntil(lambda: not rig.playback.playing)
    assert button.accessibleName() == "Play"
    assert rig.view.playhead == FRAMES - 1


def test_going_somewhere_while_time_runs_goes_on_from_there(make: Callable[..., Rig]) -> None:
    rig = make()
    rig.playback.toggle()
    rig.view.set_playhead(50)
    rig.seconds = 0.4001
    rig.shows(60)
    assert rig.playback.playing


def test_shuttling_gets_faster_and_turns_round(make: Callable[..., Rig]) -> None:
    rig = make()
    speeds = []
    for direction in (1, 1, 1, 1, 1, -1, -1):
        rig.playback.shuttle(direction)
        speeds.append(rig.playback.speed)
    assert speeds == [1, 2, 4, 8, 8, -1, -2]
    assert rig.monitor.speed.text() == "-2x"
    rig.playback.pause()
    assert rig.monitor.speed.text() == ""


def test_an_empty_timeline_says_what_to_do(make: Callable[..., Rig]) -> None:
    rig = make(new_project("Empty"))
    assert rig.monitor.screen_widget.picture is None
    assert "empty" in rig.monitor.screen_widget._notice
    rig.playback.toggle()
    assert not rig.playback.playing


def test_an_edit_is_seen_at_once(make: Callable[..., Rig]) -> None:
    rig = make()
    rig.view.set_playhead(10)
    rig.shows(10)

    def hide(project: Project) -> Project:
        (sequence,) = project.sequences
        (track,) = sequence.video_tracks
        return replace(project, sequences=(replace(sequence, video_tracks=(replace(track, hidden=True),)),))

    rig.session.apply("Hide", hide)
    screen = rig.monitor.screen_widget
    rig.qtbot.waitUntil(
        lambda: screen.grab().toImage().pixelColor(screen.width() // 2, screen.height() // 2).red() == 0
    )


def test_subtitles_are_planned_over_the_picture_unless_their_track_is_hidden() -> None:
    project = project_of()
    (sequence,) = project.sequences
    row = SubtitleTrack("s", "ST1", (SubtitleCue("c", 0, 705_600_000, "Hello"),))

    def planned(hidden: bool) -> tuple[str, int]:
        track = replace(row, hidden=hidden)
        plan = preview_plan(replace(project, sequences=(replace(sequence, subtitle_tracks=(track,)),)), (640, 360))
        assert plan is not None
        return plan.subtitles, len(plan.cues)

    assert planned(False) == ("burn", 1)
    assert planned(True) == ("burn", 0)


def test_a_file_that_is_gone_is_said_over_the_picture(make: Callable[..., Rig]) -> None:
    rig = make(gone=True)
    rig.qtbot.waitUntil(lambda: "film.mp4" in rig.monitor.screen_widget._notice)


def test_the_preview_keeps_the_shape_and_is_never_larger_than_the_film() -> None:
    sequence = project_of().sequences[0]
    large = replace(sequence, format=replace(sequence.format, width=1920, height=1080))
    small = preview_format(large, (640, 500))
    assert (small.width, small.height, small.rate) == (640, 360, Fraction(25))
    assert preview_format(sequence, (640, 500)) == sequence.format
