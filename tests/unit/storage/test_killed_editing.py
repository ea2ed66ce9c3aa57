"""A program that is killed while somebody edits loses at most the last edit, and never blocks the next start."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from app.core.base.errors import UserError
from app.core.model.clip import Clip
from app.core.model.lint import lint
from app.core.model.project import Project
from app.core.session.recovery import Keeper
from app.core.session.session import Change, Session
from app.storage.keeping import ProfileKeeping
from app.storage.project_file import ProjectFiles
from tests.helpers.document import FRAME, clip, project, track
from tests.helpers.soak import say_claim, soak_count, soak_random

BASE = replace(project(track("V1", *(clip(f"{number}", 5) for number in range(300)))), id="wedding", name="0")
MOST_EDITS = 400


def next_edit(chance: random.Random, session: Session, number: int) -> None:
    """One random edit; the project's name counts them."""
    place = chance.random()
    if place < 0.2 and session.undo_label is not None:
        session.undo()
    elif place < 0.3 and session.redo_label is not None:
        session.redo()
    else:
        session.apply(f"Edit {number}", lambda document: edited(chance, document, number))


def edited(chance: random.Random, document: Project, number: int) -> Project:
    """One clip louder, gone, cut in two, new, or in another place; the ids follow from ``number``."""
    sequence = document.sequences[0]
    row = list(sequence.video_tracks[0].items)
    place, kind = chance.randrange(len(row)), chance.randrange(5)
    item = row[place]
    if kind == 0 and isinstance(item, Clip):
        row[place] = replace(item, gain_db=item.gain_db - 1)
    elif kind == 1 and len(row) > 10:
        del row[place]
    elif kind == 2 and item.duration > FRAME and isinstance(item, Clip):
        later = replace(item, id=f"new {number}", source_start=item.source_start + FRAME)
        row[place : place + 1] = [replace(item, duration=FRAME), replace(later, duration=item.duration - FRAME)]
    elif kind == 3:
        row.insert(place, clip(f"new {number}", chance.randrange(1, 9)))
    else:
        row.insert(chance.randrange(len(row)), row.pop(place))
    changed = replace(sequence.video_tracks[0], items=tuple(row))
    return replace(document, name=str(number), sequences=(replace(sequence, video_tracks=(changed,)),))


def states(seed: str, count: int) -> list[Project]:
    """The document at the start and after each edit that changed it."""
    session, chance = Session(BASE), random.Random(seed)
    seen = [BASE]
    session.changed.subscribe(lambda change: seen.append(change.after))
    for number in range(count):
        next_edit(chance, session, number)
    return seen


def keep_editing(root: Path, file: Path, seed: str, log: int) -> None:
    """Edit until killed, saying after each change that it was made; saves now and then."""
    session, chance = Session(BASE, store=ProjectFiles(), path=file), random.Random(seed)
    Keeper(session, ProfileKeeping(root), lambda error: os._exit(2))
    saving = random.Random(f"{seed} saves")

    def say(_change: Change) -> None:
        os.write(log, b".")

    session.changed.subscribe(say)
    for number in range(MOST_EDITS):
        next_edit(chance, session, number)
        if saving.random() < 0.05:
            session.save()
    time.sleep(60)


def killed_while_editing(root: Path, file: Path, seed: str, seconds: float) -> int:
    """How many changes were made before the kill."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        try:
            keep_editing(root, file, seed, writer)
        finally:
            os._exit(1)
    os.close(writer)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    with os.fdopen(reader, "rb") as log:
        return len(log.read())


def kill_often(folder: Path, count: int) -> None:
    chooser = soak_random("edits killed")
    lost_one = 0
    for run in range(count):
        root, file, seed = folder / f"{run}" / "projects", folder / f"{run}" / "a.insomnia", f"{run} {chooser.random()}"
        root.parent.mkdir()
        ProjectFiles().save(BASE, file)
        made = killed_while_editing(root, file, seed, chooser.uniform(0.02, 0.4))
        expected = states(seed, MOST_EDITS)
        behind = ProfileKeeping(root).left()
        assert behind.troubles == ()
        assert len(behind.found) <= 1
        found = ProfileKeeping(root).recover(behind.found[0]).project if behind.found else ProjectFiles().load(file)
        assert lint(found) == []
        allowed = expected[max(0, made - 1) : made + 2]  # the last may be lost, the next may have been begun
        assert found in allowed, f"run {run}: {made} edits were made"
        lost_one += found != expected[made] and found == expected[max(0, made - 1)]
    print(f"{lost_one} of {count} lost the last edit")


@pytest.mark.soak
@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 and fork are of POSIX systems")
def test_killed_while_editing_at_most_the_last_edit_is_lost(tmp_path: Path) -> None:
    count = soak_count(200)
    # In a process of its own: a fork of this one would take its threads' locks along.
    script = (
        f"from pathlib import Path; from {__name__} import kill_often; kill_often(Path({str(tmp_path)!r}), {count})"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    say_claim(f"a program killed while editing loses at most the last edit ({done.stdout.strip()})", count)


def corrupted(chance: random.Random, data: bytes) -> bytes:
    """Cut, zeroed, overwritten, doubled or swapped."""
    kind, at = chance.randrange(5), chance.randrange(max(1, len(data)))
    length = chance.randrange(1, 4096)
    if kind == 0:
        return data[:at]
    if kind == 1:
        return data[:at] + bytes(length) + data[at + length :]
    if kind == 2:
        return data[:at] + chance.randbytes(length) + data[at + length :]
    if kind == 3:
        return data[at:] + data[:at]
    return data[:at] + data[at : at + length] + data[at:]


@pytest.mark.soak
def test_garbage_in_a_journal_gives_a_state_that_was_or_is_named(tmp_path: Path) -> None:
    seen = states("garbage", 60)
    session, chance = Session(BASE), random.Random("garbage")
    root = tmp_path / "projects"
    keeper = Keeper(session, ProfileKeeping(root), lambda error: None)
    for number in range(60):
        next_edit(chance, session, number)
    keeper.close(forget=False)
    (journal,) = (root / "wedding").glob("*.journal")
    whole, count, chooser = journal.read_bytes(), soak_count(500), soak_random("journals corrupted")
    for _ in range(count):
        journal.write_bytes(corrupted(chooser, whole))
        behind = ProfileKeeping(root).left()
        if behind.troubles:
            assert str(root / "wedding") in behind.troubles[0].what
            continue
        for left in behind.found:
            assert ProfileKeeping(root).recover(left).project in seen
    say_claim("a corrupted journal gives a state that was, or is put aside and named", count)


@pytest.mark.soak
def test_garbage_in_a_project_or_a_version_is_refused_or_harmless(tmp_path: Path) -> None:
    file, keeping = tmp_path / "a.insomnia", ProfileKeeping(tmp_path / "projects")
    ProjectFiles().save(BASE, file)
    version = keeping.keep_version(BASE, "saved")
    assert version is not None
    count, chooser = soak_count(500), soak_random("projects corrupted")
    for path in (file, Path(version.key)):
        whole = path.read_bytes()
        for _ in range(count):
            path.write_bytes(corrupted(chooser, whole))
            keeping.versions(BASE.id)
            said, found = "", BASE
            try:
                found = ProjectFiles().load(file) if path == file else keeping.version(version)
            except UserError as error:
                said = error.what
            assert said == str(path) if said else lint(found) == []
    say_claim("a corrupted project or version is refused by name, or a sound document", count)
