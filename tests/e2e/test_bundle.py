"""The program in one folder, copied elsewhere, with an empty environment, where neither we nor Python can be seen."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from tests.e2e.program import ROOT, Said, insomnia
from tests.e2e.window import virtual_screen
from tests.helpers.assemblyai_server import KEY, Service, serving, spoken
from tests.helpers.media import make_film, numbers_in
from tests.helpers.shared import shared_media
from tests.helpers.soak import soaking
from tests.helpers.speech import ESPEAK, TEXT, evenly, speaking_film

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(not soaking(), reason="making a bundle takes a minute or more: make soak does it"),
]

LENGTH = 25
SECONDS = 120
HIDE = 'for each in $HIDDEN; do mount -t tmpfs none "$each" || exit 99; done; unset HIDDEN; exec "$@"'
HIDDEN = (ROOT, Path(sysconfig.get_path("stdlib")))


@dataclass(frozen=True)
class Bundle:
    """A bundle that was copied to ``folder``, and a home of its own."""

    folder: Path
    home: Path
    hides: bool

    def run(self, *arguments: str | Path, program: str = "", **variables: str) -> Said:
        """``insomnia ARGUMENTS`` (or another program) with no variables but the ones that are given."""
        command = [program or str(self.folder / "insomnia"), *(str(each) for each in arguments)]
        given = {"HOME": str(self.home), "PATH": "/usr/bin:/bin", **variables}
        if self.hides:
            command = ["/usr/bin/unshare", "--mount", "/bin/sh", "-c", HIDE, "sh", *command]
            given["HIDDEN"] = " ".join(map(str, HIDDEN))
        done = subprocess.run(command, capture_output=True, check=False, env=given, cwd=self.home, timeout=SECONDS)
        return Said(done.returncode, done.stdout.decode(), done.stderr.decode())


def may_hide() -> bool:
    """Whether this computer lets us put empty folders over others, for one process."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0 or not Path("/usr/bin/unshare").is_file():
        return False
    if any(" " in str(each) for each in HIDDEN):
        return False
    tried = ["/usr/bin/unshare", "--mount", "/bin/sh", "-c", f"mount -t tmpfs none {HIDDEN[0]}"]
    return subprocess.run(tried, capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bundle]:
    """The folder that ``INSOMNIA_BUNDLE`` names, or one that is made now; copied."""
    made = os.environ.get("INSOMNIA_BUNDLE")
    if made is None:
        subprocess.run([sys.executable, "-m", "scripts.bundle"], cwd=ROOT, check=True)
        made = str(ROOT / "dist" / "insomnia")
    place = tmp_path_factory.mktemp("elsewhere")
    folder = place / "a pröp place" / "insomnia"
    shutil.copytree(made, folder, symlinks=True)
    (place / "home").mkdir()
    yield Bundle(folder, place / "home", may_hide())
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """75 numbered pictures in three scenes."""
    path = tmp_path_factory.mktemp("film") / "thrée.mp4"
    return make_film(path, frames=3 * LENGTH, cuts=(LENGTH, 2 * LENGTH)).path


def done(said: Said) -> Said:
    """It ended well."""
    assert said.code == 0, said.err
    return said


def test_the_checkout_and_its_python_are_out_of_sight(bundle: Bundle) -> None:
    if not bundle.hides:
        pytest.skip("only root may put empty folders over others, where the system has namespaces")
    said = done(bundle.run("-A", *HIDDEN, program="/bin/ls"))
    assert sorted(said.out.split()) == sorted(f"{each}:" for each in HIDDEN)


def test_the_folder_is_whole_and_names_no_place_of_ours(bundle: Bundle) -> None:
    everything = list(bundle.folder.rglob("*"))
    assert [str(each) for each in everything if each.is_symlink() and not each.exists()] == []
    place = str(ROOT).encode()
    assert [str(each) for each in everything if each.is_file() and place in each.read_bytes()] == []
    notices = (bundle.folder / "THIRD-PARTY.md").read_text(encoding="utf-8")
    assert "| av | " in notices
    assert (bundle.folder / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()


def test_it_tells_its_version(bundle: Bundle) -> None:
    assert done(bundle.run("--version")).out == insomnia("--version").out


def test_the_doctor_finds_nothing_wrong(bundle: Bundle) -> None:
    document = done(bundle.run("doctor", "--json")).document
    ours = insomnia("doctor", "--json").document
    assert document["problems"] == []
    assert document["packages"] == ours["packages"]
    assert document["libraries"] == ours["libraries"]
    assert document["encoders"] == ours["encoders"]
    assert document["library"].startswith(str(bundle.home))


def test_it_finds_the_scenes_of_a_real_film_as_the_checkout_does(bundle: Bundle) -> None:
    real = shared_media("bbb480.mp4")
    document = done(bundle.run("scenes", real, "--json")).document
    assert document == insomnia("scenes", real, "--json").document
    assert len(document["scenes"]) > 1


def test_a_film_becomes_a_project_a_timeline_and_a_film(bundle: Bundle, film: Path, tmp_path: Path) -> None:
    project, timeline, out = tmp_path / "p.insomnia", tmp_path / "p.otio", tmp_path / "out.mp4"
    done(bundle.run("assemble", project, film, "--scenes"))
    done(bundle.run("convert", project, timeline))
    done(bundle.run("export", timeline, out))
    assert numbers_in(out) == list(range(3 * LENGTH))


@pytest.mark.skipif(ESPEAK is None, reason="espeak-ng is not installed: no speech can be made")
def test_speech_becomes_subtitles_in_the_film(bundle: Bundle, tmp_path: Path) -> None:
    film, project = tmp_path / "speaking.mkv", tmp_path / "speaking.insomnia"
    seconds, service = speaking_film(film), Service()
    service.result = spoken(evenly(TEXT, seconds), round(seconds))
    done(bundle.run("assemble", project, film))
    with serving(service) as address:
        reached = {"ASSEMBLYAI_BASE_URL": address, "ASSEMBLYAI_API_KEY": KEY, "NO_PROXY": "127.0.0.1"}
        words = done(bundle.run("transcribe", film, "--json", **reached)).document["words"]
    assert [each["text"] for each in words] == TEXT.split()
    done(bundle.run("run", "subtitles.fromSpeech", "--project", project))
    plain, burned, tracked = (tmp_path / f"{name}.mp4" for name in ("plain", "burned", "tracked"))
    done(bundle.run("export", project, plain))
    done(bundle.run("export", project, burned, "--subtitles", "burn"))
    done(bundle.run("export", project, tracked, "--subtitles", "track"))
    before, after = (picture_at(each, 10).astype(int) for each in (plain, burned))
    height = before.shape[0]
    assert abs(after - before)[: height // 2].mean() < 2
    assert abs(after - before)[height * 3 // 4 :].max() > 100
    with av.open(str(tracked)) as container:
        assert [stream.type for stream in container.streams] == ["video", "audio", "subtitle"]


def picture_at(film: Path, number: int) -> np.ndarray[Any, Any]:
    """The grey values of frame ``number``, rows first."""
    with av.open(str(film)) as container:
        frame = next(frame for count, frame in enumerate(container.decode(video=0)) if count == number)
    return frame.to_ndarray(format="gray")


def test_it_says_what_is_wrong_with_a_file(bundle: Bundle, tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no film at all" * 1000)
    said = bundle.run("probe", broken)
    assert said.code == 1
    assert said.err.startswith("insomnia: error: ")
    assert "broken.mp4" in said.err


def look_through_the_window(bundle: Bundle, film: Path, folder: Path, screen: dict[str, str]) -> None:
    """Drop a film, wait for its scenes, and look."""
    state, picture, script = folder / "state.json", folder / "window.png", folder / "steps.json"
    steps = [
        {"resize": [1280, 720]},
        {"drop": [str(film)], "on": "mediaPane"},
        {"wait": "idle", "timeout": 60},
        {"state": str(state)},
        {"screenshot": str(picture)},
        {"quit": True},
    ]
    script.write_text(json.dumps(steps), encoding="utf-8")
    done(bundle.run("gui", "--script", script, **screen))
    (medium,) = json.loads(state.read_text(encoding="utf-8"))["media"]
    assert (medium["path"], medium["status"], medium["scenes"]) == (str(film), "ready", 3)
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_the_window_without_a_screen(bundle: Bundle, film: Path, tmp_path: Path) -> None:
    look_through_the_window(bundle, film, tmp_path, {"QT_QPA_PLATFORM": "offscreen"})


def test_the_window_on_a_screen(bundle: Bundle, film: Path, tmp_path: Path) -> None:
    with virtual_screen() as screen:
        look_through_the_window(bundle, film, tmp_path, screen)
