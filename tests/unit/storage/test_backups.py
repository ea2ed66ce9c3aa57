"""Thirty versions by time, named ones for ever, none ever written over."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.core.base.errors import UserError
from app.core.model.project import Project
from app.storage.backups import MOST, Versions, load_version
from app.storage.keeping import ProfileKeeping
from tests.helpers.disks import Disk
from tests.helpers.document import clip, project, track

BASE = project(track("V1", clip("a", 10), clip("b", 5)))
START = datetime(2026, 1, 1, 12, tzinfo=UTC)


def numbered(number: int) -> Project:
    return replace(BASE, name=f"cut {number}")


@pytest.fixture
def versions(tmp_path: Path) -> Versions:
    return Versions(tmp_path / "versions")


def test_a_version_comes_back_with_what_was_said_of_it(versions: Versions) -> None:
    kept = versions.keep(BASE, "saved", "", ("Split", "Undo Split"), START)
    assert versions.all() == (kept,)
    assert kept is not None
    assert (kept.number, kept.kind, kept.clips, kept.edits, kept.when) == (
        1,
        "saved",
        2,
        ("Split", "Undo Split"),
        START,
    )
    assert load_version(Path(kept.key)) == BASE


def test_thirty_versions_by_time_the_newest_first(versions: Versions) -> None:
    for number in range(100):
        versions.keep(numbered(number), "saved", "", (), START + timedelta(minutes=number))
    kept = versions.all()
    assert len(kept) == MOST
    numbers = [version.number for version in kept]
    assert numbers == sorted(numbers, reverse=True)
    assert numbers[:10] == list(range(100, 90, -1))
    assert numbers[-1] == 1
    assert [load_version(Path(version.key)).name for version in kept] == [f"cut {number - 1}" for number in numbers]


def test_old_versions_are_spread_over_the_whole_time(versions: Versions) -> None:
    for number in range(200):
        versions.keep(numbered(number), "autosave", "", (), START + timedelta(minutes=number))
    older = [version.number for version in versions.all()][10:]
    gaps = [one - other for one, other in itertools.pairwise(older)]
    assert max(gaps) < 40


def test_named_versions_are_never_thinned_out(versions: Versions) -> None:
    named = versions.keep(BASE, "named", "before the music", (), START)
    for number in range(60):
        versions.keep(numbered(number), "saved", "", (), START + timedelta(hours=number))
    assert named in versions.all()
    assert len(versions.all()) == MOST + 1


def test_the_same_again_is_kept_once_unless_it_is_named(versions: Versions) -> None:
    assert versions.keep(BASE, "saved", "", ()) is not None
    assert versions.keep(BASE, "autosave", "", ()) is None
    assert versions.keep(BASE, "named", "final", ()) is not None
    assert [version.name for version in versions.all()] == ["final", ""]


@pytest.mark.parametrize("garbage", [b"", b"\0" * 50, b"\x1f\x8b" + b"x" * 50, b"text"])
def test_garbage_is_passed_over(versions: Versions, tmp_path: Path, garbage: bytes) -> None:
    versions.keep(BASE, "saved", "", ())
    (tmp_path / "versions" / "000007-abcdef.version").write_bytes(garbage)
    assert [version.number for version in versions.all()] == [1]
    with pytest.raises(UserError, match=r"000007-abcdef\.version"):
        load_version(tmp_path / "versions" / "000007-abcdef.version")


def test_a_cut_version_is_told_when_it_is_opened(versions: Versions) -> None:
    kept = versions.keep(BASE, "saved", "", ())
    assert kept is not None
    path = Path(kept.key)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(UserError, match="damaged"):
        load_version(path)


def test_a_full_disk_keeps_the_versions_there_are(disk: Disk) -> None:
    if not disk.mounted:
        pytest.skip("only root may mount a disk that is small enough to fill")
    versions = Versions(disk.path / "versions")
    versions.keep(BASE, "saved", "", ())
    noise = "".join(chr(0x4E00 + (number * 7919) % 20000) for number in range(1_000_000))
    with pytest.raises(UserError, match="the disk is full"):
        versions.keep(replace(BASE, name=noise), "saved", "", ())
    assert [version.number for version in versions.all()] == [1]
    assert len(list((disk.path / "versions").iterdir())) == 1


@pytest.mark.parametrize("identity", ["../../etc", "/etc", "a" * 300, "a/b", "\udce9"])
def test_an_id_from_a_file_never_leads_out_of_the_profile(tmp_path: Path, identity: str) -> None:
    root = tmp_path / "profile" / "projects"
    keeping = ProfileKeeping(root)
    kept = keeping.keep_version(replace(BASE, id=identity), "saved")
    assert kept is not None
    assert Path(kept.key).resolve().is_relative_to(root.resolve())
    assert keeping.version(keeping.versions(identity)[0]).id == identity


@pytest.mark.parametrize("most", [1, 2, 3, 7])
def test_a_person_may_want_fewer(tmp_path: Path, most: int) -> None:
    keeping = ProfileKeeping(tmp_path, versions_kept=most)
    keeping.keep_version(numbered(99), "named", name="mine")
    for number in range(12):
        keeping.keep_version(numbered(number), "saved")
    kept = keeping.versions(BASE.id)
    assert [version.name for version in kept] == [""] * most + ["mine"]
    assert kept[0].number == 13


def test_fewer_than_before_are_thinned_out_at_the_next(versions: Versions, tmp_path: Path) -> None:
    for number in range(30):
        versions.keep(numbered(number), "saved", "", (), START + timedelta(minutes=number))
    Versions(tmp_path / "versions", 5).keep(numbered(30), "saved", "", (), START + timedelta(minutes=30))
    assert len(versions.all()) == 5
    assert (versions.all()[0].number, versions.all()[-1].number) == (31, 1)


def test_who_wants_none_still_keeps_named_ones(tmp_path: Path) -> None:
    keeping = ProfileKeeping(tmp_path, versions_kept=0)
    assert keeping.keep_version(BASE, "saved") is None
    assert keeping.keep_version(BASE, "named", name="mine") is not None
    assert [version.name for version in keeping.versions(BASE.id)] == ["mine"]


def test_a_clock_that_is_set_back_costs_no_version(versions: Versions) -> None:
    for number in range(60):
        moment = START + timedelta(minutes=number if number < 40 else number - 3000)
        versions.keep(numbered(number), "saved", "", (), moment)
    kept = versions.all()
    assert [version.number for version in kept[:10]] == list(range(60, 50, -1))
    assert len(kept) == MOST
