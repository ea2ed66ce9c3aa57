"""An import that is killed, or whose cache is deleted, at any moment ends as if nothing had happened."""

from __future__ import annotations

import hashlib
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import av
import pytest

from tests.e2e.program import ROOT, environment
from tests.helpers.media import make_sound, scene_film
from tests.helpers.soak import say_claim, soak_count, soak_random

KILLS = soak_count(10)
DELETIONS = soak_count(10)
LIMIT = 120
PIECES = 3
_MOMENTS = ("_at", "created", "updated")  # columns that say when, not what


@dataclass(frozen=True)
class End:
    """What an import left: rows of the library, and the files of the cache by their content."""

    rows: dict[str, list[tuple[object, ...]]]
    files: dict[str, str]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """44 seconds in several chunks, of so many lines that it gets a proxy, and sound in several pieces."""
    folder = tmp_path_factory.mktemp("killed")
    pictures, sound, film = folder / "pictures.mp4", folder / "sound.wav", folder / "film.mkv"
    scene_film(pictures, [300, 250, 330, 220], [None, None, None], gop=125, width=724, height=724)
    make_sound(sound, seconds=PIECES * 300)
    with av.open(str(pictures)) as one, av.open(str(sound)) as other, av.open(str(film), "w") as target:
        tracks = [(source, target.add_stream_from_template(source.streams[0])) for source in (one, other)]
        for source, stream in tracks:
            for packet in source.demux():
                if packet.dts is not None:
                    packet.stream = stream
                    target.mux(packet)
    return film


def start(film: Path, home: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.helpers.import_once", str(film)]
    return subprocess.Popen(command, cwd=ROOT, env=environment(INSOMNIA_HOME=str(home)), stderr=subprocess.PIPE)


def run_to_its_end(film: Path, home: Path) -> float:
    """Seconds that it took."""
    began = time.monotonic()
    with start(film, home) as process:
        _, said = process.communicate(timeout=LIMIT)
    assert process.returncode == 0, said.decode()
    return time.monotonic() - began


def end_of(home: Path) -> End:
    cache = home / "cache"
    assert [path for path in home.rglob("*") if path.name.endswith((".part", ".lock"))] == []
    files = {str(path.relative_to(cache)): content(path) for path in cache.rglob("*") if path.is_file()}
    return End(rows_of(home / "library.sqlite"), files)


def rows_of(library: Path) -> dict[str, list[tuple[object, ...]]]:
    with sqlite3.connect(library) as database:
        tables = [name for (name,) in database.execute("select name from sqlite_master where type = 'table'")]
        found = {}
        for table in tables:
            columns = [row[1] for row in database.execute(f"pragma table_info('{table}')")]
            said = [name for name in columns if not any(word in name for word in _MOMENTS)]
            listed = ", ".join(f'"{name}"' for name in said)
            found[table] = sorted(database.execute(f"select {listed} from '{table}'"), key=repr)
    database.close()
    return found


def content(path: Path) -> str:
    """A hash of the decoded frames and their times, or, of what is no film, of the bytes."""
    digest = hashlib.blake2b(digest_size=16)
    if path.suffix == ".mp4":
        with av.open(str(path)) as container:
            for frame in container.decode(video=0):
                digest.update(f"{frame.pts} {frame.time_base}".encode())
                digest.update(frame.to_ndarray().tobytes())
    else:
        digest.update(path.read_bytes())
    return digest.hexdigest()


@pytest.mark.soak
@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
def test_killed_at_any_moment_it_ends_as_if_nothing_had_happened(film: Path, tmp_path: Path) -> None:
    took = run_to_its_end(film, tmp_path / "whole")
    expected = end_of(tmp_path / "whole")
    assert len([name for name in expected.files if name.startswith("proxy") and name.endswith(".mp4")]) >= 3
    assert len([name for name in expected.files if name.startswith("peaks")]) == 1
    chance = soak_random("import killed")
    for number in range(KILLS):
        home = tmp_path / str(number)
        with start(film, home) as process:
            try:
                process.communicate(timeout=took * chance.uniform(0.2, 1.0))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
            process.wait(LIMIT)
        run_to_its_end(film, home)
        found = end_of(home)
        assert found.rows == expected.rows
        assert found.files == expected.files
    say_claim("a killed import ends with equal rows, equal frames and no leftovers", KILLS)


@pytest.mark.soak
@pytest.mark.skipif(sys.platform == "win32", reason="open files cannot be deleted there")
def test_a_cache_that_is_deleted_at_any_moment_is_made_again_while_the_import_goes_on(
    film: Path, tmp_path: Path
) -> None:
    took = run_to_its_end(film, tmp_path / "whole")
    expected = end_of(tmp_path / "whole")
    chance = soak_random("cache deleted")
    for number in range(DELETIONS):
        home = tmp_path / str(number)
        with start(film, home) as process:
            for _ in range(2):
                time.sleep(took * chance.uniform(0.1, 0.4))
                assert process.poll() is None
                subprocess.run(["rm", "-rf", str(home / "cache")], check=False, stderr=subprocess.DEVNULL)
            _, said = process.communicate(timeout=LIMIT)
        assert process.returncode == 0, said.decode()
        found = end_of(home)
        assert found.rows == expected.rows
        assert found.files == expected.files
    say_claim("an import whose cache is deleted ends as one that is left alone", DELETIONS)
