"""Finding media: by URL, path and name; never on a network; all that are missing in one message."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from app.core.base.errors import UserError
from app.core.interchange.otio_media import MediaFinder
from app.core.model.asset import Asset
from tests.helpers.document import film


def finder(folder: Path, media_dir: Path | None = None) -> MediaFinder:
    return MediaFinder(folder / "cut.otio", media_dir, lambda path: replace(film(), id=str(path)))


def put(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def test_urls_and_paths(tmp_path: Path) -> None:
    found = put(tmp_path / "m" / "a b%20ü#1?.mp4")
    (tmp_path / "p").mkdir()
    search = finder(tmp_path / "p")
    for reference in (
        found.as_uri(),
        found.as_uri().replace("file://", "FILE://localhost"),
        f"file://{found}",
        str(found),
        os.path.relpath(found, tmp_path / "p"),
    ):
        assert search.find(reference) is not None, reference
        assert (search.find(reference) or tmp_path).samefile(found)


def test_relative_names_with_percent_signs(tmp_path: Path) -> None:
    plain, coded = put(tmp_path / "a b.mp4"), put(tmp_path / "c%20d.mp4")
    search = finder(tmp_path)
    assert search.find("a%20b.mp4") == plain
    assert search.find("c%20d.mp4") == coded
    assert search.find("./a b.mp4") == plain


def test_names_in_the_folder_of_media(tmp_path: Path) -> None:
    media = tmp_path / "media"
    deep, flat = put(media / "cam2" / "a.mp4"), put(media / "a.mp4")
    search = finder(tmp_path / "p", media)
    assert search.find("/Volumes/x/cam2/a.mp4") == deep
    assert search.find("file:///Volumes/x/cam1/a.mp4") == flat
    assert search.find("C:\\films\\cam2\\a.mp4") == deep
    assert search.find("file:///C:/films/a.mp4") == flat
    assert search.find("\\\\server\\share\\a.mp4") == flat
    assert search.find("//server/share/a.mp4") == flat
    assert search.find("../../elsewhere/cam2/a.mp4") == deep
    assert search.find("b.mp4") is None


def test_the_folder_of_the_file_is_the_default_and_the_last_resort(tmp_path: Path) -> None:
    beside = put(tmp_path / "a.mp4")
    assert finder(tmp_path).find("/gone/a.mp4") == beside
    media = tmp_path / "media"
    media.mkdir()
    assert finder(tmp_path, media).find("/gone/a.mp4") == beside
    named = put(media / "a.mp4")
    assert finder(tmp_path, media).find("a.mp4") == named


def test_only_regular_files_are_media(tmp_path: Path) -> None:
    (tmp_path / "folder.mp4").mkdir()
    os.mkfifo(tmp_path / "fifo.mp4")
    search = finder(tmp_path)
    for reference in (
        "folder.mp4", "fifo.mp4", "/dev/zero", "file:///dev/zero", "", "a\0b.mp4", "x" * 5000, "data:text/plain,x",
        "pipe:0", "concat:a|b", "file://", "file:///",
    ):  # fmt: skip
        assert search.find(reference) is None, reference


@pytest.mark.parametrize(
    "url",
    ["http://169.254.169.254/x.mp4", "HTTPS://host/x.mp4", "rtsp://h/x", "file://server/share/x.mp4", "ftp://h/a"],
)
def test_networks_are_refused(tmp_path: Path, url: str) -> None:
    put(tmp_path / "x.mp4")
    with pytest.raises(UserError, match="media on a network are never opened") as caught:
        finder(tmp_path).find(url)
    assert caught.value.what == str(tmp_path / "cut.otio")
    assert url in caught.value.why


def test_all_missing_media_are_listed_at_once(tmp_path: Path) -> None:
    put(tmp_path / "here.mp4")
    search = finder(tmp_path, tmp_path / "media")
    search.require(["here.mp4"])
    with pytest.raises(UserError) as caught:
        search.require(["gone.mp4", "here.mp4", "/x/lost.mov", "gone.mp4", "file:///y/third.wav"])
    assert caught.value.why == "media are missing: gone.mp4, lost.mov, third.wav"
    assert str(tmp_path / "media") in caught.value.what_to_do
    with pytest.raises(UserError, match="a medium is missing: gone"):
        search.require(["gone.mp4"])
    with pytest.raises(UserError, match=r"49\.mp4 and 10 more"):
        search.require([f"{number}.mp4" for number in range(60)])


def test_each_file_is_taken_in_once(tmp_path: Path) -> None:
    path = put(tmp_path / "a.mp4")
    taken: list[Path] = []

    def ingest(found: Path) -> Asset:
        taken.append(found)
        return replace(film(), id=str(found))

    search = MediaFinder(tmp_path / "cut.otio", None, ingest)
    assert search.asset("a.mp4") is search.asset(path.as_uri())
    assert taken == [path]
