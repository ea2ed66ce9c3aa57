"""Odd surroundings: languages, no home, few files, a profile that cannot be written, a crash while recovering."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.core.edit.assets import new_project
from app.core.session.recovery import Keeper
from app.core.session.session import Session
from app.storage.database import Database, sqlite_url
from app.storage.keeping import ProfileKeeping
from app.storage.project_file import ProjectFiles
from tests.e2e.program import environment
from tests.e2e.window import WITHOUT_SCREEN, Story, finish
from tests.helpers.disks import small_disk

# Qt's own advice where the system does not have the language that is set, or one without UTF-8.
QT_ON_LOCALES = ("Detected locale ", "Qt depends on a UTF-8 ", "If this causes problems", "for more information.")
CRASHING = """
import os, sys
from app.storage.journal_reading import ReadJournal
ReadJournal.history = lambda self: os._exit(9)
from app.main import main
sys.exit(main(sys.argv[1:]))
"""


def edited_and_saved(folder: Path, **variables: str) -> Path:
    """A window in these surroundings makes, edits and saves a project, and says nothing."""
    project = folder / "a.insomnia"
    story = Story(folder, {**WITHOUT_SCREEN, **variables})
    story.do(action="timeline.addTrack", params={"kind": "video"})
    story.do(action="subtitles.add", params={"start": 0.5, "end": 1.25, "text": "Iiİı 1,5"})
    story.do(action="file.save", params={"path": str(project)})
    story.look("end")
    story.do(quit=True)
    said = story.run()
    lines = [line for line in said.err.splitlines() if not line.startswith(QT_ON_LOCALES)]
    assert (said.code, lines) == (0, [])
    assert not story.seen("end")["project"]["modified"]
    return project


@pytest.mark.parametrize(
    "variables",
    [
        {"LC_ALL": "C", "LANG": "C"},
        {"LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
        {"LC_ALL": "tr_TR.UTF-8", "LANGUAGE": "tr"},
        {"LC_ALL": "de_DE.UTF-8", "TZ": "Pacific/Kiritimati"},
    ],
    ids=["C", "POSIX", "Turkish", "German"],
)
def test_the_language_of_the_system_changes_no_number_and_no_letter(tmp_path: Path, variables: dict[str, str]) -> None:
    saved = ProjectFiles().load(edited_and_saved(tmp_path, **variables))
    [cue] = saved.sequences[0].subtitle_tracks[0].cues
    assert (cue.start, cue.end, cue.text) == (352_800_000, 882_000_000, "Iiİı 1,5")


def test_without_a_home_work_can_be_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    edited_and_saved(tmp_path, HOME=str(tmp_path / "gone"), INSOMNIA_HOME="")


@pytest.mark.skipif(sys.platform == "win32", reason="limits are of POSIX systems")
def test_with_few_files_at_a_time_work_can_be_done(tmp_path: Path) -> None:
    if shutil.which("prlimit") is None:
        pytest.skip("prlimit is not installed")
    project = tmp_path / "a.insomnia"
    story = Story(tmp_path)
    story.do(action="timeline.addTrack", params={"kind": "video"})
    story.do(action="file.save", params={"path": str(project)})
    story.do(quit=True)
    process = story.begin()
    subprocess.run(["prlimit", f"--pid={process.pid}", "--nofile=64:64"], check=True)
    said = finish(process)
    assert (said.code, said.err) == (0, "")
    assert len(ProjectFiles().load(project).sequences[0].video_tracks) == 2


def test_a_profile_that_cannot_be_written_is_said_and_work_can_be_saved(tmp_path: Path) -> None:
    with small_disk(tmp_path / "profile") as disk:
        disk.lock()
        project = tmp_path / "a.insomnia"
        story = Story(tmp_path, {**WITHOUT_SCREEN, "INSOMNIA_HOME": str(disk.path)})
        story.do(action="timeline.addTrack", params={"kind": "video"})
        story.do(action="file.save", params={"path": str(project)})
        story.look("end")
        story.do(quit=True)
        said = story.run()
        assert said.code == 0, said.err
        assert not story.seen("end")["project"]["modified"]
        assert len(ProjectFiles().load(project).sequences[0].video_tracks) == 2
        assert "Traceback" not in said.err


def left_work(profile: Path) -> None:
    session = Session(new_project("Wedding"))
    keeper = Keeper(session, ProfileKeeping(profile / "projects"), lambda error: None)
    session.apply("Name", lambda project: new_project("two"))
    keeper.close(forget=False)


def crashed(folder: Path, *arguments: str | Path) -> int:
    """How a program ends that dies in the midst of making a project of a journal."""
    process = subprocess.Popen(
        [sys.executable, "-c", CRASHING, *(str(each) for each in arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(**WITHOUT_SCREEN),
        cwd=folder,
    )
    return finish(process).code


def test_a_crash_while_recovering_costs_nothing_and_keeps_no_window_shut(tmp_path: Path, own_profile: Path) -> None:
    left_work(own_profile)
    story = Story(tmp_path)
    story.idle()
    story.do(click="recoverButton")
    story.idle()
    for _ in range(3):
        script = story.write()
        assert crashed(tmp_path, "gui", "--script", script) == 9
    alone = Story(tmp_path)
    alone.idle()
    alone.look("alone")
    alone.do(quit=True)
    said = alone.run()
    assert (said.code, said.err) == (0, "")
    assert not alone.seen("alone")["project"]["modified"]
    story.look("recovered")
    story.do(quit=True)
    said = story.run()
    assert (said.code, said.err) == (0, "")
    assert story.seen("recovered")["project"]["modified"]


def test_a_second_program_says_who_has_the_project(tmp_path: Path) -> None:
    project = tmp_path / "a.insomnia"
    ProjectFiles().save(new_project("a"), project)
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    first = Story(tmp_path / "one")
    first.idle()
    first.look("open")
    first.do(pause=60)
    process = first.begin(project)
    second = Story(tmp_path / "two")
    second.do(wait="file", file=str(tmp_path / "one" / "open.json"), timeout=45)
    second.do(drop=[str(project)], on="mainWindow")
    second.idle()
    said = second.run()
    process.kill()
    finish(process)
    assert said.code == 1
    assert re.search(r"a\.insomnia: \S+ has it open on this computer", said.err)
    third = Story(tmp_path / "two")
    third.idle()
    third.look("taken over")
    third.do(quit=True)
    said = third.run(project)
    assert (said.code, said.err) == (0, "")
    assert third.seen("taken over")["project"]["path"] == str(project)


@pytest.mark.parametrize("content", [b"text, not a database", b"SQLite format 3\0" + b"\0" * 9000])
def test_a_damaged_library_is_named_where_it_is_needed_and_editing_goes_on(
    tmp_path: Path, own_profile: Path, small_film: Path, content: bytes
) -> None:
    own_profile.mkdir(parents=True)
    library = own_profile / "library.sqlite"
    library.write_bytes(content)
    project = tmp_path / "a.insomnia"
    story = Story(tmp_path)
    story.do(action="media.import", params={"paths": [str(small_film)]})
    story.idle()
    story.do(action="timeline.addTrack", params={"kind": "video"})
    story.do(action="file.save", params={"path": str(project)})
    story.look("end")
    story.do(quit=True)
    said = story.run()
    assert said.code == 0, said.err
    [row] = story.seen("end")["media"]
    assert row["status"] == "failed"
    assert "damaged" in row["reason"]
    assert not story.seen("end")["project"]["modified"]
    assert library.read_bytes() == content


def test_a_library_that_another_program_keeps_busy_for_a_second_is_waited_for(
    tmp_path: Path, own_profile: Path, small_film: Path
) -> None:
    own_profile.mkdir(parents=True)
    library = own_profile / "library.sqlite"
    Database(sqlite_url(library)).close()
    other = sqlite3.connect(library, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    story = Story(tmp_path)
    story.look("begun")
    story.do(action="media.import", params={"paths": [str(small_film)]})
    story.do(pause=0.5)
    story.look("busy")
    story.idle()
    story.look("end")
    story.do(quit=True)
    process = story.begin()
    end = time.monotonic() + 45
    while not (tmp_path / "busy.json").exists() and time.monotonic() < end and process.poll() is None:
        time.sleep(0.02)
    other.execute("COMMIT")
    other.close()
    said = finish(process)
    assert (said.code, said.err) == (0, "")
    assert [row["status"] for row in story.seen("busy")["media"]] != ["ready"]
    assert [row["status"] for row in story.seen("end")["media"]] == ["ready"]
