"""A collected project has everything, opens anywhere, and is whole or not there."""

from __future__ import annotations

import json
import shutil
import threading
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from app.core.base.errors import Cancelled, UserError
from app.core.base.time import SECOND
from app.core.jobs.inline import InlineContext
from app.core.model.asset import Asset
from app.core.model.project import Project
from app.core.model.transcript import Transcript, Word
from app.core.session.collecting import Collected, collect
from app.storage.project_file import ProjectFiles
from tests.helpers.document import clip, film, project, track

STORE = ProjectFiles()
SAID = Transcript("here", "en", "Hello.", (Word("Hello.", SECOND, 2 * SECOND, 0.9),))


@pytest.fixture
def document(tmp_path: Path) -> Project:
    assets = []
    for number, name in enumerate(("a/film.mp4", "b/film.mp4", "b/FILM.mp4", "gone.mp4")):
        path = tmp_path / "media" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if number < 3:
            path.write_bytes(b"film %d" % number * 100)
        assets.append(replace(film(f"{number}"), path=str(path), size=600, name=path.name))
    return project(track("V1", *(clip(f"c{each.id}", 5, asset=each.id) for each in assets)), assets=tuple(assets))


def said(asset: Asset) -> Transcript | None:
    return SAID if asset.id == "1" else None


def collected(document: Project, target: Path) -> Collected:
    return collect(document, "Wedding", target, STORE, said, InlineContext())


def check(folder: Path) -> None:
    """The folder, wherever it lies, is the whole project."""
    loaded = STORE.load(folder / "Wedding.insomnia")
    assert [Path(asset.path).relative_to(folder).as_posix() for asset in loaded.assets[:3]] == [
        "media/film.mp4",
        "media/film (2).mp4",
        "media/FILM (3).mp4",
    ]
    assert [Path(asset.path).read_bytes()[:6] for asset in loaded.assets[:3]] == [b"film 0", b"film 1", b"film 2"]
    words = json.loads((folder / "transcripts" / "film (2).mp4.json").read_text())
    assert words["words"][0] == {"text": "Hello.", "start": 1.0, "end": 2.0, "confidence": 0.9, "speaker": None}
    assert len(list((folder / "transcripts").iterdir())) == 1


def test_a_folder_that_can_be_moved(document: Project, tmp_path: Path) -> None:
    made = collected(document, tmp_path / "all")
    assert (made.files, made.size, made.missing) == (3, 1800, ("gone.mp4",))
    shutil.rmtree(tmp_path / "media")
    (tmp_path / "all").rename(tmp_path / "elsewhere")
    check(tmp_path / "elsewhere")


def test_a_zip_file_that_can_be_unpacked_anywhere(document: Project, tmp_path: Path) -> None:
    collected(document, tmp_path / "all.zip")
    shutil.rmtree(tmp_path / "media")
    assert [path.name for path in tmp_path.iterdir()] == ["all.zip"]
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path / "out")
    check(tmp_path / "out")


@pytest.mark.parametrize("name", ["all", "all.zip"])
def test_what_is_cancelled_or_fails_leaves_nothing(document: Project, tmp_path: Path, name: str) -> None:
    cancelled = threading.Event()
    cancelled.set()
    with pytest.raises(Cancelled):
        collect(document, "Wedding", tmp_path / name, STORE, said, InlineContext(cancelled=cancelled))

    def broken(asset: Asset) -> Transcript | None:
        raise UserError("library", "it is locked", "try again")

    with pytest.raises(UserError, match="it is locked"):
        collect(document, "Wedding", tmp_path / name, STORE, broken, InlineContext())
    assert [path.name for path in tmp_path.iterdir()] == ["media"]


def test_what_is_there_is_not_written_over(document: Project, tmp_path: Path) -> None:
    (tmp_path / "all").mkdir()
    with pytest.raises(UserError, match="it exists already"):
        collected(document, tmp_path / "all")


def test_a_disk_that_is_too_small_is_told_before_anything_is_copied(document: Project, tmp_path: Path) -> None:
    huge = tuple(replace(asset, size=10**17) for asset in document.assets)
    with pytest.raises(UserError, match=r"it needs .* GB, and the disk has"):
        collected(replace(document, assets=huge), tmp_path / "all")
    assert [path.name for path in tmp_path.iterdir()] == ["media"]
