"""A project that is open in another program is not written over by `insomnia run`; looking at it is free."""

from __future__ import annotations

from pathlib import Path

from app.core.edit.assets import new_project
from app.storage.keeping import ProfileKeeping
from app.storage.project_file import ProjectFiles
from app.storage.project_lock import lock_project
from tests.e2e.program import here

ADD = ("run", "timeline.addTrack", "kind=video")


def test_a_project_that_is_open_elsewhere_is_not_written(tmp_path: Path, own_profile: Path) -> None:
    path = tmp_path / "a.insomnia"
    project = new_project("Wedding")
    ProjectFiles().save(project, path)
    before = path.read_bytes()
    lock = lock_project(path)
    said = here(*ADD, "--project", path)
    assert (said.code, said.out) == (1, "")
    assert "a.insomnia: " in said.err
    assert "open on this computer" in said.err
    assert path.read_bytes() == before
    assert here(*ADD, "--project", path, "--dry-run").code == 0
    assert here("run", "versions.list", "--project", path).code == 0
    lock.release()
    assert here(*ADD, "--project", path).code == 0
    assert path.read_bytes() != before
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.insomnia"]
    [version] = ProfileKeeping(own_profile / "projects").versions(project.id)
    assert (version.kind, version.edits) == ("saved", ("Add picture track",))
