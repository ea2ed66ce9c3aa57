"""Files from outside: by a real drag from another program, good and bad ones together, and gone while they play."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import av
import numpy as np
import pytest

from tests.e2e.program import environment
from tests.e2e.window import Story, clips, finish, virtual_screen
from tests.helpers.media import make_film, make_sound

SOURCE = Path(__file__).with_name("drag_source.py")
SOURCE_AT = (1400, 700)
SECONDS = 30


def wait_for(file: Path) -> None:
    """Until the window has written it."""
    deadline = time.monotonic() + SECONDS
    while not file.exists():
        assert time.monotonic() < deadline, f"{file.name} was not written"
        time.sleep(0.02)


def test_two_films_come_by_a_real_drag_from_another_program(tmp_path: Path) -> None:
    if shutil.which("xdotool") is None:
        pytest.skip("xdotool is not installed")
    films = [make_film(tmp_path / name, frames=30 + len(name)).path for name in ("a film.mp4", "größer %20.mp4")]
    with virtual_screen() as screen:
        story = Story(tmp_path, screen)
        story.idle()
        story.look("ready")
        story.do(wait="file", file=str(tmp_path / "dropped"), timeout=SECONDS)
        story.idle()
        story.look("after")
        story.picture("after")
        window = story.begin()
        try:
            wait_for(tmp_path / "ready.json")
            assert _drag(films, (600, 600), screen) == "CopyAction"
            (tmp_path / "dropped").touch()
            said = finish(window)
        finally:
            window.kill()
    assert (said.code, said.err) == (0, "")
    assert [(row["path"], row["status"]) for row in story.seen("after")["media"]] == [
        (str(film), "ready") for film in films
    ]
    # It was let go over the timeline, so the films are placed there as well.
    assert [frames for _, frames, _ in clips(story.seen("after"))] == [40, 44]


def _drag(films: list[Path], to: tuple[int, int], screen: dict[str, str]) -> str:
    """Move the real pointer with the button held from the other program to ``to``; how the drag ended there."""
    own = environment(**screen)
    command = [sys.executable, str(SOURCE), *(str(part) for part in (*SOURCE_AT, *films))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=own, text=True) as source:
        try:
            assert source.stdout is not None
            assert source.stdout.readline() == "ready\n"
            _point(own, "mousemove", *(place + 30 for place in SOURCE_AT))
            time.sleep(0.3)
            _point(own, "mousedown", 1)
            for step in range(1, 11):
                x, y = (round(a + 30 + (b - a - 30) * step / 10) for a, b in zip(SOURCE_AT, to, strict=True))
                _point(own, "mousemove", x, y)
                time.sleep(0.05)
            _point(own, "mousemove", to[0] + 3, to[1])
            time.sleep(0.1)
            _point(own, "mouseup", 1)
            ended = source.stdout.readline().strip()
            time.sleep(1)  # the window fetches what was dropped
            return ended
        finally:
            source.kill()


def _point(own: dict[str, str], *words: object) -> None:
    subprocess.run(["xdotool", *(str(word) for word in words)], check=True, env=own)


def test_good_and_bad_files_are_listed_each_with_its_reason(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    good, bad = _good_files(folder), _bad_files(folder)
    assert len(good) + len(bad) == 20
    mixed = [path for pair in zip(good, bad, strict=True) for path in pair]
    story = Story(tmp_path)
    story.do(drop=[str(path) for path in mixed])
    story.idle()
    story.look("after")
    story.picture("after")
    said = story.run()
    assert (said.code, said.err) == (0, "")

    rows = {Path(row["path"]): row for row in story.seen("after")["media"]}
    assert list(rows) == mixed
    assert {path.name: rows[path]["status"] for path in good} == {path.name: "ready" for path in good}
    assert {path.name: rows[path]["status"] for path in bad} == {path.name: "failed" for path in bad}
    reasons = [rows[path]["reason"] for path in bad]
    assert all(len(reason) > 10 for reason in reasons), reasons
    assert len(set(reasons)) > 3


def _good_files(folder: Path) -> list[Path]:
    films = [make_film(folder / f"film {number}.mp4", frames=12, first_number=number * 20).path for number in range(5)]
    films.append(make_film(folder / "matroska.mkv", frames=12).path)
    films.append(make_film(folder / "no ending", frames=12, container_format="mp4", first_number=200).path)
    sounds = [make_sound(folder / "sound.wav", seconds=1).path]
    return [*films, *sounds, _picture(folder / "still.png"), _picture(folder / "another still.png")]


def _picture(path: Path) -> Path:
    with av.open(str(path), "w", format="image2") as container:
        stream = container.add_stream("png", rate=1)
        stream.width, stream.height, stream.pix_fmt = 64, 36, "rgb24"
        shade = len(path.name) * 5
        picture = av.VideoFrame.from_ndarray(np.full((36, 64, 3), shade, np.uint8), format="rgb24")
        container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return path


def _bad_files(folder: Path) -> list[Path]:
    whole = make_film(folder.parent / "whole.mp4", frames=12).path.read_bytes()
    contents = {
        "empty.mp4": b"",
        "words.mp4": b"These are words and no film.\n" * 40,
        "cut off.mp4": whole[: len(whole) // 3],
        "program.mov": bytes(range(256)) * 40,
        "playlist.m3u8": b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
        "list.txt": b"ffconcat version 1.0\nfile film.mp4\n",
        "subtitles.srt": b"1\n00:00:01,000 --> 00:00:02,000\nWords\n",
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    (folder / "a loop.mp4").symlink_to("a loop.mp4")
    os.mkfifo(folder / "a pipe.mp4")
    return [*(folder / name for name in (*contents, "a loop.mp4", "a pipe.mp4", "not there.mp4"))]


def test_a_film_that_goes_while_it_plays_is_shown_offline(tmp_path: Path) -> None:
    film, gone = make_film(tmp_path / "film.mp4", frames=500).path, tmp_path / "gone"
    story = Story(tmp_path)
    story.do(drop=[str(film)])
    story.idle()
    story.do(double_click="mediaPane.items", item=0)
    story.idle()
    story.keys("Home", "Space")
    story.look("playing")
    story.do(wait="file", file=str(gone), timeout=SECONDS)
    story.do(pause=3)
    story.look("after")
    story.picture("after")
    story.keys("Space", "S")
    story.look("end")
    window = story.begin()
    try:
        wait_for(tmp_path / "playing.json")
        film.unlink()
        gone.touch()
        said = finish(window)
    finally:
        window.kill()
    assert (said.code, said.err) == (0, "")
    assert story.seen("playing")["playing"]
    after = story.seen("after")
    assert [(row["status"], row["reason"]) for row in after["media"]] == [("offline", "the file is gone")]
    assert after["playhead_frame"] > story.seen("playing")["playhead_frame"]
    # Cutting goes on without the file.
    stopped = story.seen("end")["playhead_frame"]
    assert clips(story.seen("end")) == [(0, stopped, 0), (stopped, 500 - stopped, stopped)]
