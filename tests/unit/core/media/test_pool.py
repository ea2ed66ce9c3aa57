"""The pool opens what is asked for, keeps it warm, and notices files that are not the ones imported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app.core.base.errors import UserError
from app.core.media.fingerprint import fingerprint
from app.core.media.indexes import LocalIndexes
from app.core.media.pool import MediaPool
from app.core.media.probe import probe
from app.core.model.asset import Asset
from tests.helpers.media import Film, find_beeps, make_film, make_sound, read_number

Films = Callable[[str], Film]


def asset_of(path: Path) -> Asset:
    return Asset(path.name, path.name, str(path), path.stat().st_size, fingerprint(path), probe(path))


def test_sources_are_opened_once(films: Films) -> None:
    pool = MediaPool(LocalIndexes())
    asset = asset_of(films("plain.mp4").path)
    video = pool.video(asset)
    assert pool.video(asset) is video
    assert read_number(video.frame(33)) == 33
    sound = pool.audio(asset, 48_000, 2)
    assert pool.audio(asset, 48_000, 2) is sound
    assert pool.audio(asset, 44_100, 2) is not sound
    assert len(find_beeps(sound.read(0, 48_000), 48_000)) == 1
    pool.close()
    pool.close()


def test_the_least_used_is_closed_first(films: Films) -> None:
    pool = MediaPool(LocalIndexes(), capacity=2)
    assets = [asset_of(films(name).path) for name in ("plain.mp4", "plain.mkv", "plain.mov")]
    first, second = pool.video(assets[0]), pool.video(assets[1])
    pool.video(assets[0])
    pool.video(assets[2])
    assert read_number(first.frame(1)) == 1
    with pytest.raises(RuntimeError, match="closed"):
        second.frame(1)
    assert read_number(pool.video(assets[1]).frame(2)) == 2
    pool.close()


def test_a_replaced_file_is_named(films: Films, tmp_path: Path) -> None:
    path = make_film(tmp_path / "a.mp4", frames=10).path
    asset = asset_of(path)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 255
    for other in (bytes(data), films("plain.mkv").path.read_bytes()):
        path.write_bytes(other)
        pool = MediaPool(LocalIndexes())
        with pytest.raises(UserError, match=r"a\.mp4: it is not the file that was imported.*relink"):
            pool.video(asset)
        with pytest.raises(UserError, match=r"a\.mp4: it is not the file that was imported.*relink"):
            pool.audio(asset, 48_000, 2)
        pool.close()


def test_a_vanished_file_is_named(tmp_path: Path) -> None:
    path = make_film(tmp_path / "a.mp4", frames=10).path
    asset = asset_of(path)
    path.unlink()
    pool = MediaPool(LocalIndexes())
    with pytest.raises(UserError, match=r"a\.mp4: there is no such file.*relink"):
        pool.video(asset)
    path.mkdir()
    with pytest.raises(UserError, match="folder"):
        pool.audio(asset, 48_000, 2)


def test_a_moved_file_is_found_where_the_asset_says(films: Films, tmp_path: Path) -> None:
    asset = asset_of(films("plain.mp4").path)
    moved = tmp_path / "moved.mp4"
    moved.write_bytes(films("plain.mp4").path.read_bytes())
    pool = MediaPool(LocalIndexes())
    assert read_number(pool.video(replace(asset, path=str(moved))).frame(5)) == 5
    pool.close()


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    silent = asset_of(make_film(tmp_path / "silent.mp4", frames=5, audio=False).path)
    sound = asset_of(make_sound(tmp_path / "sound.wav", seconds=1).path)
    pool = MediaPool(LocalIndexes())
    with pytest.raises(UserError, match=r"silent\.mp4: it holds no sound"):
        pool.audio(silent, 48_000, 2)
    with pytest.raises(UserError, match=r"sound\.wav: it holds no picture"):
        pool.video(sound)
    pool.close()


def test_a_photo_is_a_film_of_one_frame(tmp_path: Path) -> None:
    film = make_film(tmp_path / "a.png", frames=1, codec="png", pixel_format="rgb24", audio=False)
    pool = MediaPool(LocalIndexes())
    source = pool.video(asset_of(film.path))
    assert [read_number(source.frame(number)) for number in (0, 0, 5)] == [0, 0, 0]
    pool.close()
