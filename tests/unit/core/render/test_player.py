"""Playing: pictures by the clock, sound by the sample, stills at once, ends and troubles."""

from __future__ import annotations

import threading
import time as clock_time
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from app.core.base.errors import UserError
from app.core.model.subtitle import SubtitleCue, SubtitleTrack
from app.core.render.plan import RenderPlan, make_plan
from app.core.render.player import Player, ShownPicture
from app.core.render.sound_feed import SoundFeed
from tests.helpers.playing import FRAME, FRAMES, FakeOutput, FakeSources, NumberedPictures, project_of


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def plan_of(frames: int = FRAMES) -> RenderPlan:
    project = project_of(frames)
    return make_plan(project, project.sequences[0])


class Rig:
    """A player with everything around it in hand."""

    def __init__(self, output: FakeOutput | None = None, gone: bool = False) -> None:
        self.clock = Clock()
        self.opened: list[FakeSources] = []
        self.output = output
        self.player = Player(lambda: self._open(gone), output, self.clock)

    def _open(self, gone: bool) -> FakeSources:
        self.opened.append(FakeSources(gone))
        return self.opened[-1]

    def until(self, found: Callable[[], ShownPicture | None]) -> ShownPicture:
        deadline = clock_time.monotonic() + 10
        while clock_time.monotonic() < deadline:
            picture = found()
            if picture is not None:
                return picture
            clock_time.sleep(0.002)
        raise AssertionError("no picture came")

    def shown(self) -> ShownPicture:
        return self.until(self.player.due)

    def shown_number(self, number: int) -> ShownPicture:
        def exactly() -> ShownPicture | None:
            picture = self.player.due()
            return picture if picture is not None and picture.number == number else None

        return self.until(exactly)


@pytest.fixture
def rigs() -> Iterator[Callable[..., Rig]]:
    made: list[Rig] = []

    def make(**options: object) -> Rig:
        made.append(Rig(**options))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for rig in made:
        rig.player.close()
        assert all(sources.closed for sources in rig.opened)


def brightness(picture: ShownPicture) -> int:
    return int(np.frombuffer(picture.pixels, np.uint8)[0])


def test_a_still_is_the_frame_that_was_asked_for(rigs: Callable[..., Rig]) -> None:
    rig = rigs()
    came = threading.Event()
    rig.player.arrived.subscribe(lambda _nothing: came.set())
    rig.player.set_plan(plan_of())
    first = rig.shown()
    assert (first.number, first.width, first.height) == (0, 32, 16)
    rig.player.seek(60)
    assert came.wait(10)
    later = rig.shown_number(60)
    assert brightness(later) > brightness(first) + 50


@pytest.mark.parametrize("width", [32, 34, 36, 38, 100, 642])
def test_every_pixel_of_a_picture_is_written(
    rigs: Callable[..., Rig], width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(NumberedPictures, "width", width)
    rig = rigs()
    project = project_of(width=width)
    rig.player.set_plan(make_plan(project, project.sequences[0]))
    rig.player.seek(99)
    for frame in (80, 60, 99):
        rig.player.seek(frame)
        picture = rig.shown_number(frame)
        rows = np.frombuffer(picture.pixels, np.uint8).reshape(picture.height, picture.stride)
        shown = rows[:, : width * 4].reshape(picture.height, width, 4)[..., :3]
        assert int(shown.max()) - int(shown.min()) <= 3  # it may be dithered


def test_subtitles_are_shown_and_follow_an_edit_while_it_stands_still(rigs: Callable[..., Rig]) -> None:
    rig = rigs()
    project = project_of()
    sequence = project.sequences[0]
    sequence = replace(sequence, format=replace(sequence.format, width=320, height=180))

    def bright(picture: ShownPicture) -> int:
        rows = np.frombuffer(picture.pixels, np.uint8).reshape(picture.height, picture.stride)
        return int((rows[:, : picture.width * 4].reshape(-1, 4)[:, :3].min(axis=1) > 240).sum())

    def shown(*texts: str) -> int:
        """How many bright pixels there are with these cues, each shown for the second second."""
        cues = tuple(SubtitleCue(text, 25 * FRAME, 50 * FRAME, text) for text in texts)
        row = SubtitleTrack("s", "ST1", cues)
        plan = make_plan(project, replace(sequence, subtitle_tracks=(row,)), subtitles="burn")
        rig.player.set_plan(plan)
        return bright(rig.shown_number(30))

    rig.player.set_plan(plan_of())
    rig.player.seek(30)
    nothing, short, long = shown(), shown("Hi"), shown("A longer text")
    assert nothing < short < long
    assert shown() == nothing == 0
    shown("A longer text")
    rig.player.seek(60)
    assert bright(rig.shown_number(60)) == 0


def test_of_many_seeks_the_last_one_is_shown(rigs: Callable[..., Rig]) -> None:
    rig = rigs()
    rig.player.set_plan(plan_of())
    for frame in (5, 50, 99, 7, 42):
        rig.player.seek(frame)
    assert rig.shown_number(42).number == 42
    assert rig.player.position() == 42


def test_seeking_outside_stops_at_the_ends(rigs: Callable[..., Rig]) -> None:
    rig = rigs()
    rig.player.set_plan(plan_of())
    rig.player.seek(10_000)
    assert rig.player.position() == FRAMES - 1
    rig.player.seek(-3)
    assert rig.player.position() == 0


def test_pictures_follow_the_clock_and_stop_at_the_end(rigs: Callable[..., Rig]) -> None:
    rig = rigs()
    rig.player.set_plan(plan_of())
    rig.player.play()
    seen = []
    for number in range(FRAMES):
        rig.clock.seconds = number / 25 + 0.001
        seen.append(rig.shown_number(number).number)
    assert seen == list(range(FRAMES))
    assert not rig.player.playing
    assert rig.player.position() == FRAMES - 1


def test_late_pictures_are_left_out(rigs: Callable[..., Rig]) -> None:
    rig = rigs()
    rig.player.set_plan(plan_of())
    rig.player.play()
    rig.shown_number(0)
    rig.clock.seconds = 2.001
    assert rig.shown_number(50).number == 50
    assert rig.player.position() == 50


@pytest.mark.parametrize(("speed", "start", "then"), [(2, 10, 60), (-1, 60, 35), (Fraction(1, 2), 10, 22)])
def test_other_speeds_move_time_by_as_much(rigs: Callable[..., Rig], speed: Fraction, start: int, then: int) -> None:
    rig = rigs()
    rig.player.set_plan(plan_of())
    rig.player.seek(start)
    rig.player.play(speed)
    rig.clock.seconds = 1.0001
    assert rig.player.position() == then if speed > 0 else rig.player.position() in (then, then - 1)


def test_playing_again_at_the_end_begins_anew(rigs: Callable[..., Rig]) -> None:
    rig = rigs()
    rig.player.set_plan(plan_of())
    rig.player.seek(FRAMES - 1)
    rig.player.play()
    assert rig.player.position() == 0
    assert rig.player.playing


def test_the_sound_that_is_heard_leads(rigs: Callable[..., Rig]) -> None:
    output = FakeOutput()
    rig = rigs(output=output)
    rig.player.set_plan(plan_of())
    rig.player.seek(10)
    rig.player.play()
    assert rig.player.led_by_sound
    rig.clock.seconds = 3.0
    assert rig.player.position() == 10
    output.seconds = 0.4001
    assert rig.player.position() == 20
    assert output.feed is not None
    assert output.feed.wait_for_space(0, 1)
    taken = np.zeros((0, 2), np.float32)
    deadline = clock_time.monotonic() + 10
    while len(taken) < 4096 and clock_time.monotonic() < deadline:
        if output.feed.space <= 24_000 - 1024:
            taken = np.concatenate([taken, output.feed.take(1024)])
    # the feed begins with the sample of frame 10, up to the ramp at the cut's edge
    assert np.allclose(taken[:4096, 0], np.arange(19_200, 19_200 + 4096) / 1e6, atol=1e-6)


def test_without_a_device_the_computers_clock_leads(rigs: Callable[..., Rig]) -> None:
    rig = rigs(output=FakeOutput(device=False))
    rig.player.set_plan(plan_of())
    rig.player.play()
    rig.clock.seconds = 0.4001
    assert not rig.player.led_by_sound
    assert rig.player.position() == 10


def test_a_device_that_goes_away_hands_the_lead_over_without_a_jump(rigs: Callable[..., Rig]) -> None:
    output = FakeOutput()
    rig = rigs(output=output)
    rig.player.set_plan(plan_of())
    rig.player.play()
    rig.clock.seconds, output.seconds = 1.3, 1.0001
    assert rig.player.position() == 25
    output.seconds = None
    rig.clock.seconds = 1.4
    assert rig.player.position() == 27
    assert not rig.player.led_by_sound


def test_a_file_that_is_gone_is_said_once_and_its_place_is_black(rigs: Callable[..., Rig]) -> None:
    rig = rigs(gone=True)
    said: list[UserError] = []
    rig.player.failed.subscribe(said.append)
    rig.player.set_plan(plan_of())
    assert brightness(rig.shown()) == 0
    rig.player.seek(3)
    rig.shown_number(3)
    assert [error.what for error in said] == ["film.mp4"]


def test_a_feed_gives_back_what_was_added_and_counts_what_was_missed() -> None:
    feed = SoundFeed(2, 10)
    feed.add(np.arange(12, dtype=np.float32).reshape(6, 2))
    assert feed.take(4)[:, 0].tolist() == [0, 2, 4, 6]
    feed.add(np.arange(12, 28, dtype=np.float32).reshape(8, 2))
    assert feed.space == 0
    assert feed.take(12)[:, 0].tolist() == [8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 0, 0]
    assert feed.missed == 2
    feed.end()
    feed.take(5)
    assert feed.missed == 2
    with pytest.raises(ValueError, match="space"):
        feed.add(np.zeros((11, 2), np.float32))
