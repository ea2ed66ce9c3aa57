"""Each edit is kept as it is made; what a kill, a bad disk or garbage leaves is used as far as it goes."""

from __future__ import annotations

import json
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from app.core.base.errors import UserError
from app.core.model.project import Project
from app.core.session.recovery import Keeper, Left
from app.core.session.session import Session
from app.storage import journal_reading
from app.storage.journal_reading import read_journal
from app.storage.keeping import ProfileKeeping
from app.storage.project_file import ProjectFiles
from tests.helpers.disks import Disk
from tests.helpers.document import clip, project, track

BASE = replace(project(track("V1", clip("a", 10))), id="wedding", name="Wedding")


class Program:
    """A program with one open project that ends as it is told."""

    def __init__(self, root: Path, document: Project = BASE, path: Path | None = None) -> None:
        self.keeping = ProfileKeeping(root)
        self.failures: list[UserError] = []
        self.session = Session(document, store=ProjectFiles(), path=path)
        self.keeper = Keeper(self.session, self.keeping, self.failures.append)

    def edit(self, name: str) -> None:
        self.session.apply(f"Rename {name}", lambda document: replace(document, name=name))

    def die(self) -> None:
        """End without saving; the lock goes as the system takes it from the dead."""
        self.keeper.close(forget=False)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "projects"


def only_left(root: Path) -> Left:
    (left,) = ProfileKeeping(root).left().found
    return left


def journal_of(root: Path) -> Path:
    (path,) = (root / "wedding").glob("*.journal")
    return path


def test_edits_of_a_project_that_was_never_saved_come_back(root: Path) -> None:
    program = Program(root)
    for name in ("one", "two", "three"):
        program.edit(name)
    program.session.undo()
    program.die()
    left = only_left(root)
    assert (left.project_id, left.name, left.path, left.edits, left.damage) == ("wedding", "Wedding", None, 4, "")
    assert ProfileKeeping(root).recover(left).project == replace(BASE, name="two")


def test_recovered_edits_can_be_undone_one_by_one(root: Path) -> None:
    program = Program(root)
    for name in ("one", "two", "three"):
        program.edit(name)
    program.session.undo()
    program.die()
    history = ProfileKeeping(root).recover(only_left(root))
    assert history.labels == ("Rename one", "Rename two", "Rename three", "Undo Rename three")
    session = Session(history.project, history=history, modified=True)
    assert session.modified
    names = []
    while session.undo_label is not None:
        session.undo()
        names.append(session.project.name)
    assert names == ["three", "two", "one", "Wedding"]
    assert session.project == BASE
    assert session.modified
    session.redo()
    assert session.project == replace(BASE, name="one")


def test_of_a_large_project_only_the_last_edits_can_be_undone(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = Program(root)
    for name in ("one", "two", "three"):
        program.edit(name)
    program.die()
    size = read_journal(journal_of(root)).size
    for room, labels in ((3, ("Rename one", "Rename two", "Rename three")), (1, ("Rename three",)), (0, ())):
        monkeypatch.setattr(journal_reading, "_MOST_REPLAYED", room * size)
        history = ProfileKeeping(root).recover(only_left(root))
        assert (history.labels, history.project.name) == (labels, "three")


def test_a_save_ends_what_there_is_to_recover(root: Path, tmp_path: Path) -> None:
    program = Program(root)
    program.edit("one")
    program.session.save(tmp_path / "a.insomnia")
    program.die()
    assert ProfileKeeping(root).left().found == ()
    assert not list((root / "wedding").glob("*.journal"))


def test_edits_during_a_save_are_kept(root: Path, tmp_path: Path) -> None:
    program = Program(root)
    program.edit("one")
    saving = program.session.begin_save(tmp_path / "a.insomnia")
    program.edit("two")
    saving.write()
    program.session.finish_save(saving)
    assert program.session.modified
    program.die()
    left = only_left(root)
    assert (left.path, left.edits) == (tmp_path / "a.insomnia", 1)
    assert ProfileKeeping(root).recover(left).project.name == "two"


def test_who_closes_properly_leaves_nothing(root: Path) -> None:
    program = Program(root)
    program.edit("one")
    program.keeper.close(forget=True)
    assert list(root.iterdir()) == []


def test_the_journal_of_a_living_program_is_not_offered(root: Path) -> None:
    program = Program(root)
    program.edit("one")
    assert ProfileKeeping(root).left().found == ()
    program.die()
    assert only_left(root).edits == 1


def test_what_was_recovered_is_kept_on_until_it_is_saved(root: Path) -> None:
    first = Program(root)
    first.edit("one")
    first.die()
    left = only_left(root)
    session = Session(ProfileKeeping(root).recover(left).project, modified=True)
    assert session.modified
    keeper = Keeper(session, ProfileKeeping(root), first.failures.append, left)
    session.apply("Rename", lambda document: replace(document, name="two"))
    keeper.close(forget=False)
    assert only_left(root).edits == 2
    assert not Path(left.key).exists()
    assert ProfileKeeping(root).recover(only_left(root)).project.name == "two"


def test_a_torn_last_line_is_normal(root: Path) -> None:
    program = Program(root)
    program.edit("one")
    program.edit("two")
    program.die()
    path = journal_of(root)
    whole = path.read_bytes()
    last = whole.rindex(b"\n", 0, -1) + 1
    for length in range(last, len(whole)):
        path.write_bytes(whole[:length])
        left = only_left(root)
        assert (left.edits, left.damage) == (1, "")
        assert ProfileKeeping(root).recover(left).project.name == "one"


def test_everything_before_a_damaged_line_is_used(root: Path) -> None:
    program = Program(root)
    for name in ("one", "two", "three"):
        program.edit(name)
    program.die()
    path = journal_of(root)
    lines = path.read_bytes().splitlines(keepends=True)
    lines[3] = lines[3].replace(b"two", b"too")
    path.write_bytes(b"".join(lines))
    left = only_left(root)
    assert (left.edits, left.damage) == (1, "line 4 of 5 is damaged; what comes after it is lost")
    assert ProfileKeeping(root).recover(left).project.name == "one"


GARBAGE = {
    "empty": b"",
    "zeros": b"\0" * 5000,
    "noise": bytes(range(256)) * 20,
    "half a head": b'0badcafe {"format"',
    "text": b"hello\nworld\n",
    "deep": b"[" * 100_000 + b"\n" + b"[" * 100_000 + b"\n",
}


@pytest.mark.parametrize("name", list(GARBAGE))
def test_garbage_is_put_aside_and_named(root: Path, name: str) -> None:
    folder = root / "wedding"
    folder.mkdir(parents=True)
    (folder / "1-x.journal").write_bytes(GARBAGE[name])
    behind = ProfileKeeping(root).left()
    assert behind.found == ()
    (trouble,) = behind.troubles
    assert trouble.what == str(folder / "1-x.journal.bad")
    assert (folder / "1-x.journal.bad").read_bytes() == GARBAGE[name]
    assert ProfileKeeping(root).left().troubles == ()


def test_the_journal_of_a_newer_program_is_named_and_kept(root: Path) -> None:
    program = Program(root)
    program.edit("one")
    program.die()
    path = journal_of(root)
    lines = path.read_bytes().splitlines()
    begin = json.dumps(json.loads(lines[0][9:]) | {"version": 99}).encode()
    lines[0] = b"%08x %s" % (zlib.crc32(begin), begin)
    path.write_bytes(b"\n".join(lines) + b"\n")
    (trouble,) = ProfileKeeping(root).left().troubles
    assert trouble.why == "a newer Insomnia wrote it"
    assert Path(trouble.what).exists()


def test_edits_that_do_not_fit_put_the_file_aside_when_recovered(root: Path) -> None:
    program = Program(root)
    program.edit("one")
    program.die()
    path = journal_of(root)
    lines = path.read_bytes().splitlines()
    edit = json.dumps(json.loads(lines[2][9:]) | {"edit": {"in": {"assets": {"at": {"7": {"be": 1}}}}}}).encode()
    lines[2] = b"%08x %s" % (zlib.crc32(edit), edit)
    path.write_bytes(b"\n".join(lines) + b"\n")
    with pytest.raises(UserError, match=r"journal\.bad: the project file is damaged: edit 1 does not fit"):
        ProfileKeeping(root).recover(only_left(root))
    assert path.with_name(path.name + ".bad").exists()


@pytest.fixture
def small(disk: Disk) -> Disk:
    if not disk.mounted:
        pytest.skip("only root may mount a disk that is small enough to fill")
    return disk


def fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        while file.write(b"x" * 4096) == 4096:
            pass


def test_a_full_disk_is_told_once_and_the_journal_begins_again_when_there_is_room(small: Disk) -> None:
    program = Program(small.path / "projects")
    program.edit("one")
    program.keeper._journal.wait()
    filler = small.path / "filler"
    with pytest.raises(OSError, match="No space left"):
        fill(filler)
    for number in range(30):
        program.edit(f"{number} {'x' * 5000}")
    program.keeper._journal.wait()
    assert [(failure.why) for failure in program.failures] == ["the disk is full"]
    filler.unlink()
    program.session.save(small.path / "a.insomnia")
    program.edit("after")
    program.die()
    assert ProfileKeeping(small.path / "projects").recover(only_left(small.path / "projects")).project.name == "after"


def test_a_profile_that_cannot_be_written_is_told_and_stops_nobody(root: Path, tmp_path: Path) -> None:
    root.write_bytes(b"a file where the folder should be")
    program = Program(root)
    program.edit("one")
    program.edit("two")
    program.keeper._journal.wait()
    assert len(program.failures) == 1
    assert program.session.project.name == "two"
    program.keeper.close(forget=True)


def test_a_recovery_that_dies_again_and_again_loses_nothing(root: Path) -> None:
    program = Program(root)
    program.edit("one")
    program.die()
    for _ in range(3):  # each of these programs ends before its own journal is on the disk
        assert ProfileKeeping(root).recover(only_left(root)).project.name == "one"
    assert only_left(root).edits == 1
