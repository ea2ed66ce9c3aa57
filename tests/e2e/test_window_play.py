"""Playing in the real window: the pictures that are seen keep step with the clock, and with the sound that is heard."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage

from tests.e2e.sound import Recorder, null_sound_device
from tests.e2e.window import Story, finish
from tests.helpers.media import make_film, read_number

RATE = 25
WIDTH, HEIGHT = 160, 90
# A busy machine shows a picture late and writes it down late; one that runs free would be far off after two seconds.
NEAR = 5


@pytest.fixture
def story(tmp_path: Path) -> Story:
    """A film of eight seconds on the timeline; a second is played before the first look, two until the last."""
    film = make_film(tmp_path / "film.mp4", frames=200, width=WIDTH, height=HEIGHT).path
    story = Story(tmp_path)
    story.do(drop=[str(film)])
    story.idle()
    story.do(double_click="mediaPane.items", item=0)
    story.idle()
    story.keys("Home", "Space")
    story.do(pause=1)
    for name in ("early", "late"):
        story.look(name)
        story.picture(name, "programMonitor.screen")
        if name == "early":
            story.do(pause=2)
    story.keys("Space")
    story.idle()
    story.look("stopped")
    story.picture("stopped", "programMonitor.screen")
    return story


def number_in(picture: Path) -> int | None:
    """The number of the film's picture in the middle of the monitor."""
    image = QImage(str(picture)).convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    width = min(image.width(), image.height() * WIDTH // HEIGHT)
    height = width * HEIGHT // WIDTH
    return read_number(rows, ((image.width() - width) // 2, (image.height() - height) // 2, width, height))


def written_at(file: Path) -> float:
    """When a file was written, by the computer's clock."""
    return file.stat().st_mtime


def test_frames_advance_in_step_with_the_clock(story: Story) -> None:
    said = story.run()
    assert (said.code, said.err) == (0, "")
    early, late, stopped = (story.seen(name) for name in ("early", "late", "stopped"))
    assert (early["playing"], late["playing"], stopped["playing"]) == (True, True, False)
    assert not early["led_by_sound"]  # this screen has no loudspeakers, so the computer's clock leads

    passed = written_at(story.folder / "late.json") - written_at(story.folder / "early.json")
    advanced = late["playhead_frame"] - early["playhead_frame"]
    assert advanced >= 2 * RATE - NEAR
    assert advanced == pytest.approx(passed * RATE, abs=NEAR)
    # What is seen is what the playhead says.
    for name in ("early", "late"):
        assert number_in(story.folder / f"{name}.png") == pytest.approx(story.seen(name)["playhead_frame"], abs=NEAR)
    assert number_in(story.folder / "stopped.png") == stopped["playhead_frame"] < 199


def test_the_sound_leads_and_pictures_follow_what_is_heard(story: Story, tmp_path: Path) -> None:
    with null_sound_device(tmp_path) as server:
        recorder = Recorder(server)
        story.platform["PULSE_SERVER"] = server
        said = finish(story.begin())
        heard = recorder.beeps()
    assert (said.code, said.err) == (0, "")
    late = story.seen("late")
    assert late["led_by_sound"]

    # A beep sounds at every twelfth picture of a second: where was the playhead, by what was heard last?
    now = written_at(story.folder / "late.json")
    before = [beep for beep in heard if beep < now]
    assert before, "no beep was heard"
    by_ear = (now - before[-1]) * RATE + RATE // 2 + RATE * (len(before) - 1)
    assert late["playhead_frame"] == pytest.approx(by_ear, abs=NEAR)
    assert number_in(story.folder / "late.png") == pytest.approx(late["playhead_frame"], abs=NEAR)
