"""Where films may be written, and the hidden file beside."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app.core.base.errors import UserError
from app.core.render.target import choose_target, publish, reserve_part

MP4 = (".mp4", ".m4v")


def hard_link(place: Path, source: Path) -> Path:
    os.link(source, place / "hard.mp4")
    return place / "hard.mp4"


def soft_link(place: Path, source: Path) -> Path:
    (place / "soft.mp4").symlink_to(source)
    return place / "soft.mp4"


def through_parent(place: Path, source: Path) -> Path:
    (place / "folder").mkdir()
    return place / "folder" / ".." / source.name


def through_linked_folder(place: Path, source: Path) -> Path:
    (place / "linked").symlink_to(place, target_is_directory=True)
    return place / "linked" / source.name


@pytest.mark.parametrize(
    "way", [lambda place, source: source, hard_link, soft_link, through_parent, through_linked_folder]
)
def test_a_precious_file_is_refused_by_whatever_name(tmp_path: Path, way: Callable[[Path, Path], Path]) -> None:
    source = tmp_path / "source.mp4"
    source.write_bytes(b"film")
    with pytest.raises(UserError, match="which the film is made from"):
        choose_target(way(tmp_path, source), MP4, [tmp_path / "other.mp4", source], overwrite=True)
    assert source.read_bytes() == b"film"


def test_a_name_that_differs_in_case_is_refused_where_it_is_the_same_file(tmp_path: Path) -> None:
    source = tmp_path / "source.mp4"
    source.write_bytes(b"film")
    other = tmp_path / "SOURCE.MP4"
    same = other.exists()  # depends on the disk
    if same:
        with pytest.raises(UserError, match="which the film is made from"):
            choose_target(other, MP4, [source], overwrite=True)
    else:
        assert choose_target(other, MP4, [source], overwrite=True).name == "SOURCE.MP4"


def test_an_existing_file_needs_leave_to_be_overwritten(tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(b"old")
    with pytest.raises(UserError, match="the file exists"):
        choose_target(tmp_path / "film.mp4", MP4, [], overwrite=False)
    assert choose_target(tmp_path / "film.mp4", MP4, [], overwrite=True) == tmp_path / "film.mp4"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("film.mkv", "this ending is not that of the film's format"),
        ("film", "this ending is not that of the film's format"),
        ("missing/film.mp4", "its folder does not exist"),
        ("folder.mp4", "something that is no file has that name"),
        ("pipe.mp4", "something that is no file has that name"),
        (300 * "x" + ".mp4", "the name is too long"),
    ],
)
def test_places_that_cannot_become_the_film(tmp_path: Path, name: str, why: str) -> None:
    (tmp_path / "folder.mp4").mkdir()
    os.mkfifo(tmp_path / "pipe.mp4")
    with pytest.raises(UserError, match=why) as raised:
        choose_target(tmp_path / name, MP4, [], overwrite=True)
    assert raised.value.what == str(tmp_path / name)


def test_a_part_is_hidden_and_beside_the_target(tmp_path: Path) -> None:
    for name in ("film.mp4", "x" * 251 + ".mp4", "\U0001f3ac" * 60 + ".mp4"):
        part = reserve_part(tmp_path / name)
        assert part.parent == tmp_path
        assert (part.name[0], part.suffix, part.read_bytes()) == (".", ".part", b"")
    with pytest.raises(UserError, match="its folder does not exist"):
        reserve_part(tmp_path / "missing" / "film.mp4")


def test_parts_of_dead_exports_of_the_same_film_go_and_others_stay(tmp_path: Path) -> None:
    child = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    dead = int(child.stdout)
    living = reserve_part(tmp_path / "film.mp4")
    stale = living.with_name(living.name.replace(f".{os.getpid()}.", f".{dead}."))
    other_film = reserve_part(tmp_path / "other.mp4")
    other_stale = other_film.with_name(other_film.name.replace(f".{os.getpid()}.", f".{dead}."))
    mine = tmp_path / ".film.notes.part"
    for file in (stale, other_stale, mine):
        file.write_bytes(b"rest")
    newest = reserve_part(tmp_path / "film.mp4")
    assert set(tmp_path.iterdir()) == {living, newest, other_film, other_stale, mine}


def test_publishing_gives_the_name_once(tmp_path: Path) -> None:
    target = tmp_path / "film.mp4"
    part = reserve_part(target)
    part.write_bytes(b"new")
    target.write_bytes(b"appeared meanwhile")
    with pytest.raises(UserError, match="appeared while the film was made"):
        publish(part, target, overwrite=False)
    assert target.read_bytes() == b"appeared meanwhile"
    publish(part, target, overwrite=True)
    assert target.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [target]
    assert target.stat().st_mode & 0o777 == 0o666 & ~umask()


def umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
