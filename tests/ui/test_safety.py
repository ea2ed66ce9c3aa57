"""What is not saved comes back, nothing blocks the start, and a project belongs to one program at a time."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFileDialog, QPushButton

from app.core.base.errors import UserError
from app.core.edit.assets import new_project
from app.core.jobs.job import JobState
from app.storage.keeping import ProfileKeeping
from app.storage.project_file import ProjectFiles
from app.ui.dialogs.error import ErrorDialog
from app.ui.dialogs.unsaved import DiscardDialog, LockedDialog
from app.ui.theme import DARK, LIGHT
from tests.ui.safety_rig import Window, left_work


def test_unsaved_work_is_offered_and_comes_back(start: Callable[[], Window], root: Path) -> None:
    left_work(root)
    window = start()
    [said] = window.notices()
    assert said.startswith("Wedding was not closed properly: 2 edits never saved, ")
    window.click("recoverButton")
    assert window.session.project.name == "two"
    assert window.session.modified
    assert window.session.history.labels == ("Name", "Name")
    assert window.notices() == []
    window.close(keep_work=True)
    [left] = ProfileKeeping(root).left().found
    assert left.edits == 2


def test_discarded_work_is_kept_as_a_version_of_its_project(
    start: Callable[[], Window], root: Path, tmp_path: Path
) -> None:
    path = tmp_path / "a.insomnia"
    left_work(root, path)
    window = start()
    window.click("discardRecoveryButton")
    keeping = ProfileKeeping(root)
    assert (keeping.left().found, window.notices()) == ((), [])
    [version] = keeping.versions("wedding")
    assert (version.kind, version.edits) == ("named", ("Name", "Name"))
    assert version.name.startswith("Discarded edits of ")
    assert keeping.version(version).name == "two"
    assert keeping.versions_at(path) == (version,)
    assert "kept under Versions" in window.editor.window.statusBar().currentMessage()


def test_discarding_what_was_never_saved_is_asked_first_and_later_offers_it_again(
    start: Callable[[], Window], root: Path
) -> None:
    left_work(root)
    first = start()
    first.close()
    second = start()
    [said] = second.notices()
    second.click("discardRecoveryButton")
    second.dialog(DiscardDialog).reject()
    assert second.notices() == [said]
    assert len(ProfileKeeping(root).left().found) == 1
    second.click("discardRecoveryButton")
    button = second.dialog(DiscardDialog).findChild(QPushButton, "discardButton")
    assert button is not None
    button.click()
    second.settle()
    assert ProfileKeeping(root).left().found == ()
    assert second.notices() == []


def test_work_that_cannot_be_kept_as_a_version_is_not_discarded(
    start: Callable[[], Window], root: Path, tmp_path: Path
) -> None:
    left_work(root, tmp_path / "a.insomnia")
    (root / "wedding" / "versions").write_text("no folder")
    window = start()
    window.click("discardRecoveryButton")
    window.dialog(ErrorDialog).reject()
    assert len(ProfileKeeping(root).left().found) == 1


def test_work_on_a_file_that_changed_since_is_not_put_over_it(
    start: Callable[[], Window], root: Path, tmp_path: Path
) -> None:
    path = tmp_path / "a.insomnia"
    left_work(root, path)
    ProjectFiles().save(new_project("newer"), path)
    os.utime(path, (time.time() + 60, time.time() + 60))
    window = start()
    window.click("recoverButton")
    assert window.session.project.name == "two"
    assert window.session.path is None


def test_after_a_clock_was_set_back_recovered_work_is_never_put_over_the_file(
    start: Callable[[], Window], root: Path, tmp_path: Path
) -> None:
    """The file seems to come from the future: it may be newer, so it is left alone."""
    path = tmp_path / "a.insomnia"
    ProjectFiles().save(new_project("old"), path)
    os.utime(path, (time.time() + 86_400, time.time() + 86_400))
    left_work(root, path)
    window = start()
    window.click("recoverButton")
    assert (window.session.project.name, window.session.path) == ("two", None)
    assert ProjectFiles().load(path).name == "old"


def test_garbage_never_blocks_the_start_and_is_named(start: Callable[[], Window], root: Path) -> None:
    (root / "wedding").mkdir(parents=True)
    (root / "wedding" / "1-x.journal").write_bytes(b"\0" * 1000)
    window = start()
    [said] = window.notices()
    assert str(root / "wedding" / "1-x.journal.bad") in said
    assert window.editor.window.isEnabled()
    window.rename("works")


def test_a_damaged_project_is_named_and_changes_nothing(start: Callable[[], Window], tmp_path: Path) -> None:
    path = tmp_path / "a.insomnia"
    path.write_bytes(b"\0" * 100)
    window = start()
    before = window.session
    window.editor.files.open(path)
    window.settle()
    window.dialog(ErrorDialog).reject()
    assert window.session is before


def test_closing_after_a_save_leaves_no_lock_and_no_journal(
    start: Callable[[], Window], root: Path, tmp_path: Path
) -> None:
    window = start()
    window.rename("one")
    window.save(tmp_path / "a.insomnia")
    assert not window.session.modified
    assert (tmp_path / ".a.insomnia.lock").exists()
    window.close()
    assert sorted(path.name for path in tmp_path.glob("*.insomnia*")) == ["a.insomnia"]
    assert not (tmp_path / ".a.insomnia.lock").exists()
    assert list(root.rglob("*.journal")) == []
    assert [version.kind for version in ProfileKeeping(root).versions(window.session.project.id)] == ["saved"]


def test_a_project_that_is_open_elsewhere_can_be_read_only(start: Callable[[], Window], tmp_path: Path) -> None:
    path = tmp_path / "a.insomnia"
    first = start()
    first.rename("one")
    first.save(path)
    second = start()
    second.editor.files.open(path)
    second.settle()
    dialog = second.dialog(LockedDialog)
    button = dialog.findChild(QPushButton, "readOnlyButton")
    assert button is not None
    button.click()
    second.settle()
    assert second.session.path == path
    assert second.session.read_only
    assert second.editor.window.windowTitle() == "a (read only)[*] - Insomnia"
    assert second.notices() == ["a is open read only. What you change can be saved under another name."]
    assert [job.state for job in second.editor.desk.jobs.jobs() if job.state is JobState.FAILED] == []
    second.editor.qt_actions.trigger("file.save")
    asked = second.dialog(QFileDialog)
    assert isinstance(asked, QFileDialog)
    assert [Path(each).name for each in asked.selectedFiles()] == ["a copy.insomnia"]
    asked.reject()
    second.rename("mine")
    with pytest.raises(UserError, match="it was opened to be read only; save it under another name"):
        second.save(path)
    second.save(tmp_path / "b.insomnia")
    assert second.session.path == tmp_path / "b.insomnia"
    assert second.editor.window.windowTitle() == "b[*] - Insomnia"
    assert second.notices() == []
    second.save(tmp_path / "b.insomnia")
    assert ProjectFiles().load(path).name == "one"


def test_the_same_project_can_be_opened_again(start: Callable[[], Window], tmp_path: Path) -> None:
    window = start()
    window.rename("one")
    window.save(tmp_path / "a.insomnia")
    window.editor.files.open(tmp_path / "a.insomnia")
    window.settle()
    assert not window.session.read_only
    assert (tmp_path / ".a.insomnia.lock").exists()


def test_a_save_that_fails_leaves_it_modified_and_the_journal_alive(
    start: Callable[[], Window], root: Path, tmp_path: Path
) -> None:
    window = start()
    window.rename("one")
    window.save(tmp_path / "none" / "a.insomnia")
    window.dialog(ErrorDialog).reject()
    assert window.session.modified
    assert window.session.path is None
    window.close(keep_work=True)
    assert [left.edits for left in ProfileKeeping(root).left().found] == [1]


def test_edits_during_a_save_keep_it_modified(start: Callable[[], Window], tmp_path: Path) -> None:
    window = start()
    window.rename("one")
    context = window.editor.workspace().context
    window.editor.desk.actions.run("file.save", context, {"path": str(tmp_path / "a.insomnia")})
    window.rename("two")
    window.settle()
    assert window.session.modified
    assert ProjectFiles().load(tmp_path / "a.insomnia").name == "one"
    window.save(tmp_path / "a.insomnia")
    assert not window.session.modified


def test_closing_waits_for_the_save_that_runs(start: Callable[[], Window], tmp_path: Path) -> None:
    window = start()
    window.rename("one")
    context = window.editor.workspace().context
    window.editor.desk.actions.run("file.save", context, {"path": str(tmp_path / "a.insomnia")})
    window.close()
    assert ProjectFiles().load(tmp_path / "a.insomnia").name == "one"


def test_autosave_keeps_a_version_and_leaves_the_file_alone(
    start: Callable[[], Window], root: Path, tmp_path: Path
) -> None:
    window = start()
    window.save(tmp_path / "a.insomnia")
    before = (tmp_path / "a.insomnia").read_bytes()
    window.rename("two")
    window.editor.files.safety.autosave()
    window.editor.files.safety.autosave()
    window.settle()
    versions = ProfileKeeping(root).versions(window.session.project.id)
    assert [(version.kind, version.edits) for version in versions] == [("autosave", ("Name two",)), ("saved", ())]
    assert (tmp_path / "a.insomnia").read_bytes() == before
    assert window.session.modified


@pytest.mark.parametrize(("minutes", "runs"), [(0.0, False), (5.0, True), (1e300, True)])
def test_autosave_comes_as_often_as_the_person_set(start: Callable[..., Window], minutes: float, runs: bool) -> None:
    timer = start(minutes).editor.files.safety.findChild(QTimer)
    assert timer is not None
    assert timer.isActive() is runs
    assert not runs or timer.interval() == min(minutes * 60_000, 2**31 - 1)


def test_notices_follow_the_theme(start: Callable[[], Window], root: Path) -> None:
    left_work(root)
    window = start()
    for theme in (LIGHT, DARK):
        window.editor.appearance.set_theme(theme)
    assert len(window.notices()) == 1
