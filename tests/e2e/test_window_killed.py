"""The real window is killed while it is edited: the next one offers the work, and at most the last edit is lost."""

from __future__ import annotations

import random
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.core.base.errors import UserError
from app.core.edit.subtitle import add_cue
from app.core.model.clip import Clip
from app.core.model.lint import lint
from app.core.model.project import Project
from app.core.session.actions import ActionContext
from app.core.session.actions_all import standard_actions
from app.core.session.recovery import Left
from app.core.session.session import Change, Session
from app.storage.keeping import ProfileKeeping
from app.storage.project_file import ProjectFiles, to_bytes
from tests.e2e.window import WITHOUT_SCREEN, Story, finish
from tests.helpers.random_commands import Commands, Gather, begun
from tests.helpers.soak import say_claim, soak_random, soaking

EDITS = 25
AT_ONCE = 4
SECONDS_TO_BEGIN = 45.0
_NEW_ID = re.compile(rb"\b[0-9a-f]{32}\b")


class KnownCommands(Commands):
    """Those that name only what the project had at its beginning: what is new has another id in another program."""

    def __init__(self, chance: random.Random, session: Session) -> None:
        super().__init__(chance, session)
        sequence = session.project.sequences[0]
        self._tracks = tuple(track.id for track in sequence.tracks)
        self._clips = {item.id for track in sequence.tracks for item in track.items if isinstance(item, Clip)}
        cue = sequence.subtitle_tracks[0].cues[0].id
        more: dict[str, Gather] = {
            "edit.undo": dict,
            "edit.redo": dict,
            "history.goTo": lambda: {"step": self.chance.randint(0, session.undo_depth)},
            "subtitles.setText": lambda: {"cue": cue, "text": f"words {self.some()}"},
            "subtitles.shift": lambda: {"by": 0.5},
        }
        self.known.update(more)

    def clip(self) -> str:
        tracks = self.session.project.sequences[0].tracks
        there = {item.id for track in tracks for item in track.items if isinstance(item, Clip)} & self._clips
        return str(self.pick(tuple(sorted(there)))) if there else "gone"

    def track(self) -> str:
        return str(self.pick(self._tracks))


@dataclass(frozen=True)
class Plan:
    """A project in a file, edits by name, and the document before them and after each, new ids aside."""

    file: Path
    base: Project
    steps: tuple[tuple[str, dict[str, Any]], ...]
    states: tuple[bytes, ...]


def nothing(*_: Any, **__: Any) -> Any:
    raise AssertionError("no command of these asks the world outside")


def alike(project: Project) -> bytes:
    """The project file; ids that were made on the way are replaced by their order in it."""
    order: dict[bytes, bytes] = {}
    return _NEW_ID.sub(lambda match: order.setdefault(match[0], b"id %d" % len(order)), to_bytes(project, Path("/")))


def planned(folder: Path, chance: random.Random) -> Plan:
    """Each edit changes the document, as one step of the history or as undoing."""
    folder.mkdir()
    base = begun()
    base = add_cue(base, base.sequences[0].id, 0, 705_600_000, "words")
    file = folder / "a.insomnia"
    ProjectFiles().save(base, file)
    base = ProjectFiles().load(file)
    session = Session(base, checked=True)
    actions, context = standard_actions(), ActionContext(session, nothing, nothing, nothing)
    changes: list[Change] = []
    session.changed.subscribe(changes.append)
    commands, states = KnownCommands(chance, session), [alike(base)]
    steps: list[tuple[str, dict[str, Any]]] = []
    while len(steps) < EDITS:
        name, given = commands.next()
        changes.clear()
        try:
            actions.run(name, context, given)
        except UserError:
            continue
        if changes or name == "edit.copy":
            steps.append((name, given))
            states.append(alike(session.project))
    return Plan(file, base, tuple(steps), tuple(states))


def begin(plan: Plan) -> subprocess.Popen[bytes]:
    """The window that does all of ``plan``, saying so in a file after each step, while it keeps versions."""
    story = Story(plan.file.parent, {**WITHOUT_SCREEN, "INSOMNIA_AUTOSAVE_MINUTES": "0.004"})
    story.idle()
    for number, (name, given) in enumerate(plan.steps, 1):
        story.do(action=name, params=given)
        story.look(str(number))
    story.do(pause=60)
    return story.begin(plan.file)


def lost(plan: Plan, left: Left | None, found: Project) -> int:
    """How many edits were lost; fails unless at most the last, and unless ``found`` is what was there."""
    numbers = (int(path.stem) for path in plan.file.parent.glob("*.json") if path.stem.isdecimal())
    done = max(numbers, default=0)
    copied = [number for number, (name, _) in enumerate(plan.steps, 1) if name == "edit.copy"]
    steps = [number for number in range(len(plan.states)) if number not in copied]  # copying is no edit
    made = sum(number <= done for number in steps) - 1
    kept = left.edits if left is not None else 0
    assert made - 1 <= kept <= made + 1, f"{kept} of {made} edits are kept"
    assert alike(found) == plan.states[steps[kept]]
    assert lint(found) == []
    assert ProjectFiles().load(plan.file) == plan.base
    return max(0, made - kept)


def kill_together(plans: Sequence[Plan], profile: Path, chance: random.Random) -> int:
    """Windows over one profile, killed one after another at random; returns how many lost their last edit."""
    running = [begin(plan) for plan in plans]
    try:
        end = time.monotonic() + SECONDS_TO_BEGIN
        while time.monotonic() < end and not all((plan.file.parent / "1.json").exists() for plan in plans):
            assert all(process.poll() is None for process in running)
            time.sleep(0.01)
        for process in running:
            time.sleep(chance.uniform(0, 0.6))
            process.kill()
    finally:
        for process in running:
            process.kill()
            finish(process)
    keeping = ProfileKeeping(profile / "projects")
    behind = keeping.left()
    assert behind.troubles == ()
    left = {each.project_id: each for each in behind.found}
    count = 0
    for plan in plans:
        mine = left.get(plan.base.id)
        assert mine is None or mine.path == plan.file
        count += lost(plan, mine, keeping.recover(mine).project if mine is not None else plan.base)
        if mine is not None:
            keeping.forget(mine)
    return count


@pytest.mark.soak
@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is of POSIX systems")
def test_the_window_is_killed_while_it_is_edited(tmp_path: Path, own_profile: Path) -> None:
    claim = "the real window, killed after random edits while versions are kept, loses at most the last edit"
    chance, groups, gone = soak_random(claim), 200 // AT_ONCE if soaking() else 1, 0
    for group in range(groups):
        plans = [planned(tmp_path / f"{group}-{number}", chance) for number in range(AT_ONCE)]
        gone += kill_together(plans, own_profile, chance)
    versions = list((own_profile / "projects").glob("*/versions/*.version"))
    assert versions, "no version was kept"
    say_claim(f"{claim} ({gone} lost it)", groups * AT_ONCE)


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is of POSIX systems")
def test_the_next_window_offers_what_was_left_and_takes_over_the_lock(tmp_path: Path, own_profile: Path) -> None:
    project = tmp_path / "a.insomnia"
    first = Story(tmp_path)
    first.do(action="file.save", params={"path": str(project)})
    first.do(action="timeline.addTrack", params={"kind": "video"})
    first.look("before")
    first.do(pause=60)
    process = first.begin()
    end = time.monotonic() + SECONDS_TO_BEGIN
    while not (tmp_path / "before.json").exists() and time.monotonic() < end and process.poll() is None:
        time.sleep(0.02)
    process.kill()
    finish(process)
    assert (tmp_path / ".a.insomnia.lock").exists()
    second = Story(tmp_path)
    second.idle()
    second.do(click="recoverButton")
    second.idle()
    second.look("after")
    second.do(action="file.save", params={})
    second.do(quit=True)
    said = second.run(project)
    assert (said.code, said.err) == (0, "")
    assert second.seen("after")["project"]["tracks"] == first.seen("before")["project"]["tracks"]
    assert second.seen("after")["project"]["modified"]
    assert not (tmp_path / ".a.insomnia.lock").exists()
    assert ProfileKeeping(own_profile / "projects").left().found == ()


@pytest.mark.skipif(sys.platform == "win32", reason="signals are of POSIX systems")
def test_a_window_that_is_told_to_go_keeps_what_is_not_saved(tmp_path: Path, own_profile: Path) -> None:
    story = Story(tmp_path)
    story.do(action="timeline.addTrack", params={"kind": "video"})
    story.look("before")
    story.do(pause=60)
    process = story.begin()
    end = time.monotonic() + SECONDS_TO_BEGIN
    while not (tmp_path / "before.json").exists() and time.monotonic() < end and process.poll() is None:
        time.sleep(0.02)
    process.terminate()
    assert finish(process).code == 130
    [left] = ProfileKeeping(own_profile / "projects").left().found
    assert (left.path, left.edits) == (None, 1)
