"""Disks that are full or read-only, and damaged recovery files, met through the window: the old file or the new one
stands, the person is told once, and nothing that was not saved is lost."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from app.core.edit.assets import new_project
from app.storage.journal_reading import line_of
from app.storage.keeping import ProfileKeeping
from app.storage.project_file import ProjectFiles
from app.ui.dialogs.error import ErrorDialog
from tests.helpers.disks import Disk, small_disk
from tests.ui.safety_rig import Window, left_work

Start = Callable[[], Window]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """A disk of one megabyte for root, else a folder."""
    with small_disk(tmp_path / "disk") as made:
        yield made


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def told(window: Window) -> str:
    """What the one open message says; it is closed."""
    dialog = window.dialog(ErrorDialog)
    said = " ".join(each.text() for each in dialog.findChildren(QLabel))
    dialog.reject()
    return said


def test_a_full_disk_keeps_the_old_file_and_the_work(start: Start, root: Path, disk: Disk) -> None:
    window, path = start(), disk.path / "a.insomnia"
    window.rename("one")
    window.save(path)
    before, filler = path.read_bytes(), disk.fill()
    window.rename("two")
    window.save(path)
    said = told(window)
    assert "a.insomnia" in said
    assert "the disk is full" in said.lower()
    assert path.read_bytes() == before
    assert [window.session.modified] == [True]
    assert names(disk.path) == [".a.insomnia.lock", "a.insomnia", "filler"]
    filler.unlink()
    window.save(path)
    assert not window.session.modified
    assert ProjectFiles().load(path).name == "two"
    window.close()
    assert ProfileKeeping(root).left().found == ()


def test_work_on_a_full_disk_comes_back_after_a_kill(start: Start, root: Path, disk: Disk) -> None:
    window = start()
    window.rename("one")
    disk.fill()
    window.save(disk.path / "a.insomnia")
    told(window)
    assert window.session.path is None
    window.close(keep_work=True)
    [left] = ProfileKeeping(root).left().found
    assert ProfileKeeping(root).recover(left).project.name == "one"
    assert names(disk.path) == ["filler"]


def test_a_profile_on_a_full_disk_is_told_once_and_saving_elsewhere_works(
    start: Start, root: Path, disk: Disk, tmp_path: Path
) -> None:
    disk.fill()
    root.symlink_to(disk.path)
    window = start()
    window.rename("one")
    window.rename("two")
    window.settle()
    [said] = window.notices()
    assert said.startswith("Edits are not being kept for recovery.")
    assert "the disk is full" in said
    window.save(tmp_path / "a.insomnia")
    assert not window.session.modified
    assert ProjectFiles().load(tmp_path / "a.insomnia").name == "two"


def test_a_project_on_a_read_only_disk_is_opened_edited_and_saved_elsewhere(
    start: Start, disk: Disk, tmp_path: Path
) -> None:
    path = disk.path / "a.insomnia"
    ProjectFiles().save(new_project("one"), path)
    before = path.read_bytes()
    disk.lock()
    window = start()
    window.editor.files.open(path)
    window.settle()
    assert window.session.path == path
    window.rename("two")
    window.save(path)
    said = told(window).lower()
    assert "the disk is read-only" in said or "writing there is not allowed" in said
    assert [window.session.modified] == [True]
    assert path.read_bytes() == before
    window.save(tmp_path / "b.insomnia")
    assert ProjectFiles().load(tmp_path / "b.insomnia").name == "two"
    assert not window.session.modified
    assert names(disk.path) == ["a.insomnia"]


def test_a_read_only_profile_keeps_nobody_from_working(start: Start, root: Path, disk: Disk, tmp_path: Path) -> None:
    disk.lock()
    root.symlink_to(disk.path)
    window = start()
    window.rename("one")
    window.save(tmp_path / "a.insomnia")
    assert ProjectFiles().load(tmp_path / "a.insomnia").name == "one"
    assert not window.session.modified
    assert all(said.startswith("Edits are not being kept for recovery.") for said in window.notices())
    assert window.notices()


def test_recovery_files_of_every_bad_kind_are_put_aside_and_the_good_one_is_offered(start: Start, root: Path) -> None:
    left_work(root)
    folder = root / "wedding"
    [good] = folder.glob("*.journal")
    whole = good.read_bytes()
    bad = {
        "1-empty": b"",
        "2-zeros": b"\0" * 5000,
        "3-half": whole[: whole.index(b"\n") // 2],
        "4-newer": line_of({"format": "insomnia journal", "version": 99}) + whole.partition(b"\n")[2],
        "5-other": b"PK\x03\x04" + gzip.compress(whole),
    }
    for name, content in bad.items():
        (folder / f"{name}.journal").write_bytes(content)
    window = start()
    said = window.notices()
    assert len(said) == len(bad) + 1
    for name, content in bad.items():
        aside = folder / f"{name}.journal.bad"
        assert sum(str(aside) in each for each in said) == 1
        assert aside.read_bytes() == content
    window.click("recoverButton")
    assert window.session.project.name == "two"
