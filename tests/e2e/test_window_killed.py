"""The real window is killed while it is edited: the next one offers the work, and at most the last edit is lost."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from app.storage.keeping import ProfileKeeping
from tests.e2e.window import Story, finish
from tests.helpers.soak import say_claim, soak_count, soak_random

EDITS = 60
SECONDS_TO_BEGIN = 45.0


def tracks(state: Path) -> int:
    document: dict[str, Any] = json.loads(state.read_text())
    return len(document["project"]["tracks"])


def kill_once(folder: Path, profile: Path, delay: float) -> None:
    """Edits add tracks and say so in files; whatever the kill hits, what is recovered is one of the states."""
    folder.mkdir()
    story = Story(folder)
    story.do(action="file.save", params={"path": str(folder / "a.insomnia")})
    story.look("0")
    for number in range(1, EDITS):
        story.do(action="timeline.addTrack", params={"kind": "video" if number % 2 else "audio"})
        story.look(str(number))
    story.do(pause=60)
    process = story.begin()
    end = time.monotonic() + SECONDS_TO_BEGIN
    while not (folder / "1.json").exists() and time.monotonic() < end and process.poll() is None:
        time.sleep(0.01)
    time.sleep(delay)
    process.kill()
    finish(process)
    made = max(int(path.stem) for path in folder.glob("*.json") if path.stem.isdecimal())
    keeping = ProfileKeeping(profile / "projects")
    [left] = keeping.left().found
    assert left.path == folder / "a.insomnia"
    found = keeping.recover(left)
    count = sum(len(each.tracks) for each in found.sequences)
    first = tracks(folder / "0.json")
    assert count - first == left.edits
    assert made - 1 <= left.edits <= made + 1
    keeping.forget(left)


@pytest.mark.soak
@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is of POSIX systems")
def test_the_window_is_killed_while_it_is_edited(tmp_path: Path, own_profile: Path) -> None:
    count, chooser = soak_count(20), soak_random("windows killed")
    for run in range(count):
        kill_once(tmp_path / str(run), own_profile, chooser.uniform(0, 1.5))
    say_claim("the real window, killed while it is edited, loses at most the last edit", count)


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is of POSIX systems")
def test_the_next_window_offers_what_was_left_and_takes_over_the_lock(tmp_path: Path, own_profile: Path) -> None:
    project = tmp_path / "a.insomnia"
    first = Story(tmp_path)
    first.do(action="file.save", params={"path": str(project)})
    first.do(action="timeline.addTrack", params={"kind": "video"})
    first.look("before")
    first.do(pause=60)
    process = first.begin()
    end = time.monotonic() + SECONDS_TO_BEGIN
    while not (tmp_path / "before.json").exists() and time.monotonic() < end and process.poll() is None:
        time.sleep(0.02)
    process.kill()
    finish(process)
    assert (tmp_path / ".a.insomnia.lock").exists()
    second = Story(tmp_path)
    second.idle()
    second.do(click="recoverButton")
    second.idle()
    second.look("after")
    second.do(action="file.save", params={})
    second.do(quit=True)
    said = second.run(project)
    assert (said.code, said.err) == (0, "")
    assert second.seen("after")["project"]["tracks"] == first.seen("before")["project"]["tracks"]
    assert second.seen("after")["project"]["modified"]
    assert not (tmp_path / ".a.insomnia.lock").exists()
    assert ProfileKeeping(own_profile / "projects").left().found == ()


@pytest.mark.skipif(sys.platform == "win32", reason="signals are of POSIX systems")
def test_a_window_that_is_told_to_go_keeps_what_is_not_saved(tmp_path: Path, own_profile: Path) -> None:
    story = Story(tmp_path)
    story.do(action="timeline.addTrack", params={"kind": "video"})
    story.look("before")
    story.do(pause=60)
    process = story.begin()
    end = time.monotonic() + SECONDS_TO_BEGIN
    while not (tmp_path / "before.json").exists() and time.monotonic() < end and process.poll() is None:
        time.sleep(0.02)
    process.terminate()
    assert finish(process).code == 130
    [left] = ProfileKeeping(own_profile / "projects").left().found
    assert (left.path, left.edits) == (None, 1)
