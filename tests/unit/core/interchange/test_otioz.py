"""OTIOZ: OpenTimelineIO's own reader agrees, media travel along, and zip files of others are not trusted."""

from __future__ import annotations

import threading
import zipfile
from dataclasses import replace
from pathlib import Path

import opentimelineio as otio
import pytest

from app.core.base.errors import Cancelled, UserError
from app.core.interchange import otioz
from app.core.interchange.timelines import write_file
from app.core.jobs.inline import InlineContext
from app.core.model.asset import Asset
from app.core.model.project import Project
from tests.helpers.document import clip, clips, film, gap, music, project, row, track
from tests.unit.core.interchange.shelf import Ingest, found, shelf, written


def a_project(folder: Path) -> tuple[Project, Ingest]:
    """Two films of one name in different folders, and music."""
    for name in ("one", "two"):
        (folder / name).mkdir(parents=True)
    same = [replace(film(name), path=str(folder / name / "film.mp4"), name="film.mp4") for name in ("one", "two")]
    for asset in same:
        Path(asset.path).write_text(asset.id)
    (tune,), _ = shelf(folder, music())
    known = {Path(asset.path).read_bytes(): asset for asset in (*same, tune)}

    def ingest(path: Path) -> Asset:
        return replace(known[path.read_bytes()], id=path.name, path=str(path))

    rows = (
        track("V1", clip("a", 10, asset="one"), gap(3), clip("b", 10, 5, asset="two")),
        track("A1", clip("m", 9, asset="music")),
    )
    return project(*rows, assets=(*same, tune)), ingest


def test_out_and_in_with_all_media(tmp_path: Path) -> None:
    before, ingest = a_project(tmp_path / "here")
    (tmp_path / "there").mkdir()
    bundle = tmp_path / "there" / "cut.otioz"
    written(before, bundle)
    with zipfile.ZipFile(bundle) as archive:
        kinds = {each.filename: each.compress_type for each in archive.infolist()}
        assert archive.read("version.txt") == b"1.0.0"
    media = ["media/film.mp4", "media/film (2).mp4", "media/music.wav"]
    assert list(kinds) == ["version.txt", "content.otio", *media]
    assert {kinds[name] for name in media} == {zipfile.ZIP_STORED}

    after, losses = found(bundle, ingest)
    assert losses == []
    folder = tmp_path / "there" / "cut media"
    assert [Path(asset.path) for asset in after.assets] == [folder / Path(each).name for each in media]
    assert [Path(asset.path).read_bytes() for asset in after.assets] == [b"one", b"two", b"music.wav"]
    placed = replace(after, assets=before.assets)
    assert placed == before


def test_opentimelineios_own_reader_agrees(tmp_path: Path) -> None:
    before, _ = a_project(tmp_path / "here")
    written(before, tmp_path / "cut.otioz")
    (tmp_path / "out").mkdir()
    seen = otio.adapters.read_from_file(str(tmp_path / "cut.otioz"), extract_to_directory=str(tmp_path / "out"))
    places = [each.media_reference.target_url for each in seen.find_clips()]
    assert places == ["media/film.mp4", "media/film%20%282%29.mp4", "media/music.wav"]
    assert (tmp_path / "out" / "media" / "film (2).mp4").read_bytes() == b"two"
    assert [each.range_in_parent().start_time.to_frames() for each in seen.find_clips()] == [0, 13, 0]


def test_a_bundle_of_opentimelineio(tmp_path: Path) -> None:
    assets, ingest = shelf(tmp_path, film("a film"))
    plain = project(track("V1", clip("a", 10, 7, asset="a film")), assets=assets)
    written(plain, tmp_path / "cut.otio")
    timeline = otio.adapters.read_from_file(str(tmp_path / "cut.otio"))
    timeline.metadata.clear()
    otio.adapters.write_to_file(timeline, str(tmp_path / "theirs.otioz"))
    Path(assets[0].path).unlink()
    document, _ = found(tmp_path / "theirs.otioz", ingest)
    assert row(document, "V1") == "a:7+10"
    assert Path(document.assets[0].path) == tmp_path / "theirs media" / "a film.mp4"


def test_media_that_lie_there_stay(tmp_path: Path) -> None:
    before, ingest = a_project(tmp_path / "here")
    bundle, folder = tmp_path / "cut.otioz", tmp_path / "cut media"
    written(before, bundle)
    found(bundle, ingest)
    (folder / "film.mp4").write_bytes(b"own")  # as long, and another file
    times = (folder / "music.wav").stat().st_mtime_ns
    after, _ = found(bundle, ingest)
    assert (folder / "music.wav").stat().st_mtime_ns == times
    assert (folder / "film.mp4").read_bytes() == b"own"
    assert Path(after.assets[0].path) == folder / "film (3).mp4"
    assert len(list(folder.iterdir())) == 4


def test_missing_media_are_told(tmp_path: Path) -> None:
    before, ingest = a_project(tmp_path / "here")
    Path(before.assets[2].path).unlink()
    losses = written(before, tmp_path / "cut.otioz")
    assert "media music.wav: its file is missing: only its name is in the timeline" in losses
    with pytest.raises(UserError, match=r"a medium is missing: music\.wav"):
        found(tmp_path / "cut.otioz", ingest)


def test_a_cancelled_one_leaves_nothing(tmp_path: Path) -> None:
    before, ingest = a_project(tmp_path / "here")
    stop = threading.Event()
    stop.set()
    (tmp_path / "cut.otioz").write_text("old")
    with pytest.raises(Cancelled):
        write_file(before, tmp_path / "cut.otioz", InlineContext(cancelled=stop))
    assert (tmp_path / "cut.otioz").read_text() == "old"
    written(before, tmp_path / "good.otioz")
    with pytest.raises(Cancelled):
        otioz.read(tmp_path / "good.otioz", None, ingest, None, InlineContext(cancelled=stop))
    assert sorted(each.name for each in tmp_path.iterdir()) == ["cut.otioz", "good media", "good.otioz", "here"]
    assert list((tmp_path / "good media").iterdir()) == []


def test_a_full_disk_is_told_before_anything_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, ingest = a_project(tmp_path / "here")
    written(before, tmp_path / "good.otioz")
    monkeypatch.setattr(otioz, "_SPARE", 10**18)
    for act in (lambda: written(before, tmp_path / "cut.otioz"), lambda: found(tmp_path / "good.otioz", ingest)):
        with pytest.raises(UserError, match="GB left"):
            act()
    assert not (tmp_path / "cut.otioz").exists()


# Zip files of others.


def bundled(folder: Path, *files: tuple[str, bytes], content: bytes | None = None) -> Path:
    """A bundle with a good timeline of ``media/film.mp4`` and these files."""
    assets, _ = shelf(folder, film())
    if content is None:
        written(project(track("V1", clip("a", 10)), assets=assets), folder / "good.otioz")
        with zipfile.ZipFile(folder / "good.otioz") as archive:
            content = archive.read("content.otio")
    path = folder / "cut.otioz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("content.otio", content)
        for name, data in files:
            archive.writestr(name, data)
    Path(assets[0].path).unlink()
    return path


@pytest.mark.parametrize(
    "name",
    [
        "../evil.mp4",
        "media/../../evil.mp4",
        "/tmp/evil.mp4",
        "media/sub/evil.mp4",
        "media/..",
        "media/.hidden",
        "media\\..\\..\\evil.mp4",
        "C:\\evil.mp4",
        "media/con.mp4",
        "media/a:b.mp4",
        "run.sh",
    ],
)
def test_nothing_leaves_the_folder(tmp_path: Path, name: str) -> None:
    home = tmp_path / "deep" / "home"
    home.mkdir(parents=True)
    path = bundled(home, ("media/film.mp4", b"film.mp4"), (name, b"evil"))
    _, ingest = shelf(tmp_path, film())
    document, losses = found(path, ingest)
    assert clips(document, "V1")
    assert [each for each in losses if "it is neither the timeline nor a medium" in each]
    assert [each.name for each in (home / "cut media").iterdir()] == ["film.mp4"]
    assert not [each for each in tmp_path.rglob("*") if each.is_file() and each.read_bytes() == b"evil"]


def test_a_link_in_a_bundle_is_not_made(tmp_path: Path) -> None:
    path = bundled(tmp_path, ("media/film.mp4", b"film.mp4"))
    with zipfile.ZipFile(path, "a") as archive:
        entry = zipfile.ZipInfo("media/link.mp4")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    _, ingest = shelf(tmp_path, film())
    _, losses = found(path, ingest)
    assert any("'media/link.mp4'" in each for each in losses)
    assert not (tmp_path / "cut media" / "link.mp4").exists()


def test_bombs_and_rubbish(tmp_path: Path) -> None:
    _, ingest = shelf(tmp_path, film())
    bomb = bundled(tmp_path, ("media/film.mp4", b"\0" * (64 * 2**20)))
    with pytest.raises(UserError, match="would grow 200 times"):
        found(bomb, ingest)
    with pytest.raises(UserError, match="nested more than"):
        found(bundled(tmp_path, content=b"[" * 5_000), ingest)
    with zipfile.ZipFile(tmp_path / "empty.otioz", "w"):
        pass
    with pytest.raises(UserError, match=r"holds no content\.otio"):
        found(tmp_path / "empty.otioz", ingest)
    for data in (b"", b"PK\x03\x04", b"no zip at all"):
        (tmp_path / "bad.otioz").write_bytes(data)
        with pytest.raises(UserError, match="no zip file, or a damaged one"):
            found(tmp_path / "bad.otioz", ingest)
    assert not (tmp_path / "cut media").exists()


def test_damaged_media_are_named(tmp_path: Path) -> None:
    path = bundled(tmp_path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_STORED) as archive:
        archive.writestr("media/film.mp4", b"film.mp4 and so on")
    path.write_bytes(path.read_bytes().replace(b"film.mp4 and", b"film.mp4 AND"))
    _, ingest = shelf(tmp_path, film())
    with pytest.raises(UserError, match="a damaged one"):
        found(path, ingest)
    assert list((tmp_path / "cut media").iterdir()) == []
