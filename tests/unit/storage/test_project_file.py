"""A project file gives back exactly what was saved, wherever it and its media have moved since."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from app.core.base.errors import UserError
from app.core.model.lint import lint
from app.core.model.project import Project
from app.storage.project_file import VERSION, ProjectFiles, current_version, to_bytes
from tests.helpers.document import clip, film, gap, project, track
from tests.unit.storage.documents import projects

STORE = ProjectFiles()


def small(path: str = "/media/film.mp4") -> Project:
    asset = replace(film(rate=Fraction(30000, 1001)), path=path)
    return project(track("V1", clip("a", 10), gap(5), clip("b", 20, source=30)), assets=(asset,))


def document(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(path.read_text())
    return loaded


@given(made=projects())
def test_what_was_saved_comes_back_equal(made: Project, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert lint(made) == []
    path = tmp_path_factory.mktemp("round") / "a.insomnia"
    STORE.save(made, path)
    loaded = STORE.load(path)
    assert loaded == made
    assert to_bytes(loaded, path.parent) == path.read_bytes()


def test_the_file_is_text_that_people_can_read_and_compare(tmp_path: Path) -> None:
    path = tmp_path / "a.insomnia"
    STORE.save(replace(small(), name="Déjà vu"), path)
    text = path.read_text(encoding="utf-8")
    assert list(document(path))[:5] == ["format", "version", "id", "name", "assets"]
    assert '"name": "Déjà vu"' in text
    assert '"rate": "30000/1001"' in text
    assert text.endswith("}\n")
    before = text.splitlines()
    STORE.save(replace(small(), name="Other"), path)
    after = path.read_text(encoding="utf-8").splitlines()
    assert [new for old, new in zip(before, after, strict=True) if old != new] == [' "name": "Other",']


def test_unknown_keys_of_every_object_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.insomnia"
    STORE.save(small(), path)
    content = document(path)
    info = content["assets"][0]["info"]
    sequence = content["sequences"][0]
    objects = [content, content["assets"][0], info, info["video"], info["video"]["color"], info["audio"][0], sequence]
    objects += [sequence["format"], sequence["video_tracks"][0], *sequence["video_tracks"][0]["items"]]
    for number, each in enumerate(objects):
        each["later"] = {"number": number, "list": [1.5, None]}
    path.write_text(json.dumps(content))
    again = tmp_path / "b.insomnia"
    STORE.save(STORE.load(path), again)
    assert document(again) == content


def test_media_that_moved_together_with_the_project_are_found(tmp_path: Path) -> None:
    old = tmp_path / "old"
    (old / "media").mkdir(parents=True)
    (old / "media" / "film.mp4").write_bytes(b"film")
    (old / "cut").mkdir()
    STORE.save(small(str(old / "media" / "film.mp4")), old / "cut" / "a.insomnia")
    assert document(old / "cut" / "a.insomnia")["assets"][0]["relative_path"] == "../media/film.mp4"
    new = tmp_path / "new"
    old.rename(new)
    assert STORE.load(new / "cut" / "a.insomnia").assets[0].path == str(new / "media" / "film.mp4")


def test_media_that_stayed_are_found_from_a_project_that_moved(tmp_path: Path) -> None:
    medium = tmp_path / "media" / "film.mp4"
    medium.parent.mkdir()
    medium.write_bytes(b"film")
    (tmp_path / "cut").mkdir()
    STORE.save(small(str(medium)), tmp_path / "cut" / "a.insomnia")
    (tmp_path / "far" / "away").mkdir(parents=True)
    (tmp_path / "cut" / "a.insomnia").rename(tmp_path / "far" / "away" / "a.insomnia")
    assert STORE.load(tmp_path / "far" / "away" / "a.insomnia").assets[0].path == str(medium)


def test_missing_media_keep_the_path_they_had(tmp_path: Path) -> None:
    STORE.save(small("/gone/film.mp4"), tmp_path / "a.insomnia")
    assert STORE.load(tmp_path / "a.insomnia").assets[0].path == "/gone/film.mp4"


@pytest.mark.parametrize(
    ("written", "relative", "expected"),
    [
        ("C:\\films\\a.mp4", None, "a.mp4"),
        ("http://example.org/a.mp4", None, "a.mp4"),
        ("concat:a.mp4|b.mp4", None, "concat:a.mp4|b.mp4"),
        ("pipe:0", None, "pipe:0"),
        ("\\\\host\\share\\a.mp4", "//host/share/a.mp4", "a.mp4"),
        ("", None, "unnamed"),
        ("a.mp4", "sub/b.mp4", "sub/b.mp4"),
        ("x" * 5000, "y" * 5000, "y" * 5000),
    ],
)
def test_addresses_and_foreign_paths_become_offline_files_beside_the_project(
    tmp_path: Path, written: str, relative: str | None, expected: str
) -> None:
    path = tmp_path / "a.insomnia"
    STORE.save(small(), path)
    content = document(path)
    content["assets"][0]["path"] = written
    content["assets"][0]["relative_path"] = relative
    path.write_text(json.dumps(content))
    assert STORE.load(path).assets[0].path == str(tmp_path / expected)


def test_a_file_name_that_is_no_text_survives(tmp_path: Path) -> None:
    name = os.fsdecode(b"/media/caf\xe9.mp4")
    STORE.save(small(name), tmp_path / "a.insomnia")
    assert STORE.load(tmp_path / "a.insomnia").assets[0].path == name


def test_saving_through_a_link_replaces_the_file_it_leads_to(tmp_path: Path) -> None:
    real = tmp_path / "real.insomnia"
    STORE.save(small(), real)
    link = tmp_path / "link.insomnia"
    link.symlink_to(real)
    STORE.save(replace(small(), name="changed"), link)
    assert link.is_symlink()
    assert STORE.load(real).name == "changed"


def test_a_newer_version_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.insomnia"
    STORE.save(small(), path)
    path.write_text(json.dumps(document(path) | {"version": VERSION + 1}))
    with pytest.raises(UserError, match=r"a\.insomnia: a newer Insomnia wrote it .* open it with a newer"):
        STORE.load(path)


def test_older_versions_are_brought_up_step_by_step() -> None:
    steps = {
        1: lambda old: {**old, "name": old["title"]},
        2: lambda old: {**old, "name": old["name"].upper()},
    }
    old = {"format": "insomnia project", "version": 1, "title": "cut"}
    assert current_version(old, Path("a"), migrations=steps, current=3) == {"title": "cut", "name": "CUT"}
