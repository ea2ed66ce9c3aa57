"""Timelines of every kind, written by the program and exported as films: each shows the same frames."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from app.core.base.timecode import parse_timecode
from tests.helpers.media import make_film, numbers_in

RATE = Fraction(30000, 1001)
PIECES = [(50, 20), (7, 33), (201, 12)]


def insomnia(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "INSOMNIA_HOME": str(folder / "home")}
    return subprocess.run(
        [sys.executable, "-m", "app", *words], capture_output=True, text=True, timeout=100, check=False, env=environment
    )


def an_edl() -> str:
    """Drop-frame, with the film's own timecode beginning at 10 hours."""
    lines, record = ["TITLE: three", "FCM: DROP FRAME"], 0

    def timecode(hour: int, frame: int) -> str:
        return f"{hour:02}:00:{frame // 30:02};{frame % 30:02}"

    for number, (start, length) in enumerate(PIECES, 1):
        times = (timecode(10, start), timecode(10, start + length), timecode(1, record), timecode(1, record + length))
        lines += [f"{number:03}  FILM  V  C  {' '.join(times)}", "* FROM CLIP NAME: film.mp4"]
        record += length
    return "\n".join(lines) + "\n"


def test_one_cut_in_every_format(tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.mp4", frames=300, rate=RATE, gop=48, beep_every=17)
    assert film.path.exists()
    (tmp_path / "cut.edl").write_text(an_edl())
    expected = [start + offset for start, length in PIECES for offset in range(length)]
    done = insomnia(tmp_path, "convert", str(tmp_path / "cut.edl"), str(tmp_path / "p.insomnia"), "--json")
    assert done.returncode == 0, done.stderr
    assert (
        "media film.mp4: its timecode is not known: it is taken to begin at 10:00:00;00"
        in json.loads(done.stdout)["losses"]
    )
    for ending in ("otio", "otioz", "edl", "xml"):
        written = str(tmp_path / f"again.{ending}")
        done = insomnia(tmp_path, "convert", str(tmp_path / "p.insomnia"), written)
        assert done.returncode == 0, done.stderr
        film_out = tmp_path / f"{ending}.mp4"
        done = insomnia(tmp_path, "export", written, str(film_out), "--json")
        assert done.returncode == 0, done.stderr
        assert numbers_in(film_out) == expected, ending
    assert not (tmp_path / "again media").exists()
    assert not list((tmp_path / "home" / "cache").glob("unpacked-*"))


def test_scenes_as_an_edl(tmp_path: Path) -> None:
    make_film(tmp_path / "film.mp4", frames=120, rate=RATE)
    done = insomnia(tmp_path, "scenes", str(tmp_path / "film.mp4"), "--edl", str(tmp_path / "s.edl"), "--json")
    assert done.returncode == 0, done.stderr
    scenes = [(each["start_frame"], each["end_frame"]) for each in json.loads(done.stdout)["scenes"]]
    lines = [line.split() for line in (tmp_path / "s.edl").read_text().splitlines() if line[:3].isdigit()]
    assert [tuple(parse_timecode(each, RATE) for each in words[-4:-2]) for words in lines] == scenes
    assert [tuple(parse_timecode(each, RATE) for each in words[-2:]) for words in lines] == scenes


@pytest.mark.parametrize("name", ["cut.xml", "cut.otioz", "cut.edl", "cut.otio"])
def test_rubbish_is_one_line(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\x00rubbish<" * 20)
    done = insomnia(tmp_path, "export", str(tmp_path / name), str(tmp_path / "out.mp4"), "--media", str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.startswith("insomnia: error: ")
    assert len(done.stderr.splitlines()) == 1
