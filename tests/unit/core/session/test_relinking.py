"""A folder that moved: one pick finds everything by size and content, and never takes another film for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.core.base.errors import UserError
from app.core.jobs.inline import InlineContext
from app.core.media.fingerprint import fingerprint
from app.core.model.asset import Asset
from app.core.model.clip import Clip
from app.core.model.lint import lint
from app.core.session.relinking import find_media, missing_media, relink_all, use_other
from tests.helpers.document import clip, film, music, project, silent_film, track


def made(folder: Path, name: str, content: bytes) -> Asset:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return replace(film(name), path=str(path), size=len(content), fingerprint=fingerprint(path))


@pytest.fixture
def assets(tmp_path: Path) -> tuple[Asset, ...]:
    old = tmp_path / "old"
    return tuple(made(old, f"day {number}/{number}.mp4", b"film %d" % number * 1000) for number in range(5))


def test_a_folder_that_moved_is_found_in_one_go(tmp_path: Path, assets: tuple[Asset, ...]) -> None:
    document = project(track("V1", *(clip(f"c{asset.id}", 5, asset=asset.id) for asset in assets)), assets=assets)
    assert missing_media(document) == ()
    (tmp_path / "disk").mkdir()
    (tmp_path / "old").rename(tmp_path / "disk" / "new")
    assert missing_media(document) == assets
    found = find_media(missing_media(document), (tmp_path / "disk",), InlineContext())
    assert found.reasons == {}
    linked = relink_all(document, found.paths)
    assert missing_media(linked) == ()
    assert [asset.path for asset in linked.assets] == [
        str(tmp_path / "disk" / "new" / f"day {number}" / f"{number}.mp4") for number in range(5)
    ]
    assert linked.sequences is document.sequences


def test_renamed_files_are_found_by_content(tmp_path: Path, assets: tuple[Asset, ...]) -> None:
    Path(assets[2].path).rename(tmp_path / "renamed.bin")
    found = find_media(assets[2:3], (tmp_path,), InlineContext())
    assert found.paths == {assets[2].id: str(tmp_path / "renamed.bin")}


def test_of_several_copies_the_one_with_the_old_name_is_taken(tmp_path: Path, assets: tuple[Asset, ...]) -> None:
    content = Path(assets[0].path).read_bytes()
    Path(assets[0].path).unlink()
    for name in ("a.mp4", "0.mp4", "z.mp4"):
        (tmp_path / name).write_bytes(content)
    assert find_media(assets[:1], (tmp_path,), InlineContext()).paths == {assets[0].id: str(tmp_path / "0.mp4")}


def test_another_film_of_the_same_name_is_not_the_same(tmp_path: Path, assets: tuple[Asset, ...]) -> None:
    path = Path(assets[0].path)
    same_size = bytes(reversed(path.read_bytes()))
    path.unlink()
    (tmp_path / "0.mp4").write_bytes(same_size)
    found = find_media(assets[:1], (tmp_path,), InlineContext())
    assert found.paths == {}
    assert found.reasons == {assets[0].id: "a file of that name has another content"}


def test_what_is_nowhere_is_told(tmp_path: Path, assets: tuple[Asset, ...]) -> None:
    Path(assets[1].path).unlink()
    assert find_media(assets[1:2], (tmp_path,), InlineContext()).reasons == {assets[1].id: "not found there"}


def test_another_film_of_the_name_is_offered(tmp_path: Path, assets: tuple[Asset, ...]) -> None:
    Path(assets[0].path).unlink()
    Path(assets[1].path).unlink()
    (tmp_path / "0.mp4").write_bytes(b"shorter")
    found = find_media(assets[:2], (tmp_path,), InlineContext())
    assert found.others == {assets[0].id: str(tmp_path / "0.mp4")}


def test_another_film_takes_the_place_of_every_clip() -> None:
    old, kept = film("old"), film("kept")
    rows = (
        track("V1", clip("a", 10, asset="old"), clip("k", 5, asset="kept")),
        track("A1", clip("b", 20, 5, asset="old")),
    )
    before = project(*rows, assets=(old, kept))
    after = use_other(before, "old", film("new", frames=25))
    assert [(each.id, each.name) for each in after.assets] == [("new", "old.mp4"), ("kept", "kept.mp4")]
    tracks = after.sequences[0].tracks
    assert [item.asset_id for each in tracks for item in each.items if isinstance(item, Clip)] == ["new", "kept", "new"]
    assert lint(after) == []


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (film("new", frames=24), "it does not have what these clips show or play: b on A1"),
        (film("new", frames=9), "it does not have what these clips show or play: a on V1, b on A1"),
        (silent_film("new"), "it does not have what these clips show or play: b on A1"),
        (music("new"), "it does not have what these clips show or play: a on V1"),
        (replace(film("new"), fingerprint="print-kept"), "the project has this content already"),
    ],
)
def test_another_film_that_does_not_fit_is_refused(other: Asset, why: str) -> None:
    rows = track("V1", clip("a", 10, asset="old")), track("A1", clip("b", 20, 5, asset="old"))
    with pytest.raises(UserError) as refused:
        use_other(project(*rows, assets=(film("old"), film("kept"))), "old", other)
    assert refused.value.why == why
