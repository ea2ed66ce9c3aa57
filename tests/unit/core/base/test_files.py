"""Files that are whole or not there: under kill -9, on full and read-only disks, through links."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.base.errors import Cancelled, UserError
from app.core.base.files import (
    is_file,
    is_folder,
    is_taken,
    removed_on_failure,
    same_file,
    sync_folder,
    write_atomically,
    write_error,
)
from tests.helpers.soak import say_claim, soak_count, soak_random

ROOT = Path(__file__).parents[4]

WRITER = """
import itertools, sys
from pathlib import Path
from app.core.base.files import write_atomically
print("ready", flush=True)
for number in itertools.count():
    write_atomically(Path(sys.argv[1]), bytes([number % 256]) * 300_000)
"""


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_new_file_is_there_and_nothing_beside_it(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a.txt", b"one")
    write_atomically(tmp_path / "a.txt", b"two")
    assert (tmp_path / "a.txt").read_bytes() == b"two"
    assert names(tmp_path) == ["a.txt"]


def test_a_new_file_has_the_rights_that_the_umask_leaves(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_atomically(tmp_path / "a", b"")
    finally:
        os.umask(before)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o640


def test_a_replaced_file_keeps_its_rights(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    (tmp_path / "a").chmod(0o604)
    write_atomically(tmp_path / "a", b"new")
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o604


@pytest.mark.parametrize("name", ["x" * 255, "映" * 85, "a\nb", "caf\udce9", ".hidden"])
def test_any_name_that_the_disk_takes(tmp_path: Path, name: str) -> None:
    write_atomically(tmp_path / name, b"data")
    assert (tmp_path / name).read_bytes() == b"data"


def test_a_link_stays_and_what_it_leads_to_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "elsewhere" / "real")
    write_atomically(link, b"through a link that leads nowhere yet")
    write_atomically(link, b"new")
    assert link.is_symlink()
    assert (tmp_path / "elsewhere" / "real").read_bytes() == b"new"
    assert names(tmp_path / "elsewhere") == ["real"]


@pytest.mark.soak
def test_a_writer_that_is_killed_leaves_a_whole_file(tmp_path: Path) -> None:
    target = tmp_path / "project"
    target.write_bytes(b"old" * 100_000)
    chance = soak_random("killed writer")
    rounds = soak_count(200)
    for _ in range(rounds):
        child = subprocess.Popen([sys.executable, "-c", WRITER, str(target)], cwd=ROOT, stdout=subprocess.PIPE)
        with child:
            assert child.stdout is not None
            assert child.stdout.readline() == b"ready\n"
            with pytest.raises(subprocess.TimeoutExpired):
                child.wait(chance.uniform(0, 0.03))
            child.send_signal(signal.SIGKILL)
        data = target.read_bytes()
        assert data == b"old" * 100_000 or data == data[:1] * 300_000
    say_claim("a killed writer leaves the old file or the new one", rounds)


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("missing/a", "its folder does not exist"),
        ("file/a", "its folder is a file"),
        ("folder", "a folder has that name"),
        ("x" * 256, "the name is too long"),
    ],
)
def test_places_that_cannot_be_written(tmp_path: Path, path: str, why: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError) as caught:
        write_atomically(tmp_path / path, b"data")
    assert caught.value.what == str(tmp_path / path)
    assert caught.value.why == why
    assert names(tmp_path) == ["file", "folder"]
    assert names(tmp_path / "folder") == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 256 KB, where root runs the tests."""
    path = tmp_path / "disk"
    path.mkdir()
    if sys.platform == "win32" or os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    command = ["mount", "-t", "tmpfs", "-o", "size=256k", "none", str(path)]
    if subprocess.run(command, capture_output=True).returncode != 0:
        pytest.skip("no disk may be mounted on this machine")
    yield path
    subprocess.run(["umount", str(path)], check=True)


def test_a_full_disk_leaves_the_old_file_and_no_rest(small_disk: Path) -> None:
    write_atomically(small_disk / "a", b"old")
    with pytest.raises(UserError, match="the disk is full; free some space"):
        write_atomically(small_disk / "a", bytes(1_000_000))
    assert (small_disk / "a").read_bytes() == b"old"
    assert names(small_disk) == ["a"]


def test_a_read_only_disk_leaves_the_old_file(small_disk: Path) -> None:
    write_atomically(small_disk / "a", b"old")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(UserError, match="the disk is read-only"):
        write_atomically(small_disk / "a", b"new")
    assert (small_disk / "a").read_bytes() == b"old"


@pytest.mark.skipif(sys.platform != "win32" and os.geteuid() == 0, reason="no permission stops root")
def test_a_read_only_folder_leaves_the_old_file(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a", b"old")
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(UserError, match="writing there is not allowed"):
            write_atomically(tmp_path / "a", b"new")
    finally:
        tmp_path.chmod(0o700)
    assert (tmp_path / "a").read_bytes() == b"old"


def test_a_disk_that_fails_while_it_syncs_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_atomically(tmp_path / "a", b"old")

    def fail(descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(UserError, match="the disk reports an error"):
        write_atomically(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


def test_the_file_is_synced_before_it_is_renamed_and_its_folder_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    sync, replace = os.fsync, os.replace

    def note_sync(descriptor: int) -> None:
        steps.append("sync")
        sync(descriptor)

    def note_replace(source: Path, target: Path) -> None:
        steps.append("rename")
        replace(source, target)

    monkeypatch.setattr(os, "fsync", note_sync)
    monkeypatch.setattr(os, "replace", note_replace)
    write_atomically(tmp_path / "a", b"data")
    assert steps == ["sync", "rename", "sync"]


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOTSUP])
def test_a_folder_that_cannot_be_synced_is_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(descriptor: int) -> None:
        raise OSError(number, "not here")

    monkeypatch.setattr(os, "fsync", refuse)
    sync_folder(tmp_path)


def test_a_folder_that_fails_to_sync_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="Input/output"):
        sync_folder(tmp_path)


def test_an_error_nobody_thought_of_says_what_the_system_says() -> None:
    error = write_error(Path("a.mp4"), OSError(errno.ETXTBSY, "Text file busy"))
    assert str(error) == "a.mp4: Text file busy; choose another place"


def test_one_file_by_two_names(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("")
    (tmp_path / "folder").mkdir()
    (tmp_path / "soft").symlink_to(tmp_path / "a")
    (tmp_path / "hard").hardlink_to(tmp_path / "a")
    for other in ("a", "soft", "hard", "folder/../a"):
        assert same_file(tmp_path / "a", tmp_path / other)
    assert not same_file(tmp_path / "a", tmp_path / "folder")


def test_one_file_that_is_not_there_yet(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "folder")
    assert same_file(tmp_path / "folder" / "new", tmp_path / "link" / "new")
    assert not same_file(tmp_path / "folder" / "new", tmp_path / "link" / "other")


@pytest.mark.parametrize("error", [ValueError, Cancelled, KeyboardInterrupt])
def test_what_a_failed_block_made_is_removed(tmp_path: Path, error: type[BaseException]) -> None:
    def make() -> None:
        with removed_on_failure(tmp_path / "a") as path:
            path.write_text("half")
            raise error

    with pytest.raises(error):
        make()
    assert names(tmp_path) == []


def test_what_a_block_made_stays_and_a_failure_before_it_was_made_is_seen(tmp_path: Path) -> None:
    with removed_on_failure(tmp_path / "a") as path:
        path.write_text("whole")
    assert (tmp_path / "a").read_text() == "whole"
    with pytest.raises(LookupError), removed_on_failure(tmp_path / "never made"):
        raise LookupError


def test_asking_for_what_the_system_will_not_say_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "film").write_text("film")
    assert (is_file(tmp_path / "film"), is_folder(tmp_path), is_taken(tmp_path)) == (True, True, True)
    unsayable = tmp_path / (300 * "x")
    assert (is_file(unsayable), is_folder(unsayable), is_taken(str(unsayable))) == (False, False, False)
