"""Indexes are made once per content, kept on disk, and made again when the disk forgets or lies."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.core.base.errors import UserError
from app.core.jobs.context import JobContext
from app.core.media.disk_cache import DiskCache
from app.core.media.fingerprint import fingerprint
from app.core.media.handlers import index_handler
from app.core.media.indexes import LocalIndexes, MediaIndexes
from app.core.media.probe import probe
from app.core.model.asset import Asset
from tests.helpers.media import Film, make_sound

Films = Callable[[str], Film]


class CountingCaller:
    """Runs the handler in this process and counts the calls."""

    def __init__(self) -> None:
        self.calls = 0

    def call(
        self, name: str, args: dict[str, Any], *, context: JobContext, memory: int | None = None
    ) -> dict[str, Any]:
        assert name == "index"
        self.calls += 1
        return index_handler(args, context)


def asset_of(path: Path) -> Asset:
    return Asset("a", path.name, str(path), path.stat().st_size, fingerprint(path), probe(path))


def test_an_index_is_made_once_and_kept_on_disk(films: Films, tmp_path: Path) -> None:
    asset, caller = asset_of(films("ntsc.mkv").path), CountingCaller()
    indexes = MediaIndexes(DiskCache(tmp_path), caller)
    first = indexes.index(asset)
    assert indexes.index(asset) is first
    later = MediaIndexes(DiskCache(tmp_path), caller).index(asset)
    assert caller.calls == 1
    assert later.times.tolist() == first.times.tolist()
    assert DiskCache(tmp_path).info().entries == 1


def test_a_copy_under_another_name_uses_the_same_index(films: Films, tmp_path: Path) -> None:
    caller = CountingCaller()
    indexes = MediaIndexes(DiskCache(tmp_path / "cache"), caller)
    indexes.index(asset_of(films("plain.mp4").path))
    copy = tmp_path / "copy.mp4"
    copy.write_bytes(films("plain.mp4").path.read_bytes())
    indexes.index(asset_of(copy))
    assert caller.calls == 1


@pytest.mark.parametrize("content", [b"", b"rubbish"])
def test_a_damaged_entry_is_made_again(films: Films, tmp_path: Path, content: bytes) -> None:
    asset, caller = asset_of(films("plain.mp4").path), CountingCaller()
    MediaIndexes(DiskCache(tmp_path), caller).index(asset)
    (entry,) = DiskCache(tmp_path).folder(asset.fingerprint, "index").iterdir()
    entry.write_bytes(content)
    assert len(MediaIndexes(DiskCache(tmp_path), caller).index(asset)) == 60
    assert caller.calls == 2


def test_threads_that_ask_together_wait_for_one(films: Films, tmp_path: Path) -> None:
    asset, caller = asset_of(films("plain.mp4").path), CountingCaller()
    indexes = MediaIndexes(DiskCache(tmp_path), caller)
    threads = [threading.Thread(target=indexes.index, args=(asset,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert caller.calls == 1


def test_a_failure_leaves_nothing_and_is_tried_again(films: Films, tmp_path: Path) -> None:
    asset = asset_of(films("plain.mp4").path)

    class Refusing(CountingCaller):
        def call(
            self, name: str, args: dict[str, Any], *, context: JobContext, memory: int | None = None
        ) -> dict[str, Any]:
            self.calls += 1
            raise UserError(args["path"], "it is bad", "leave it")

    caller = Refusing()
    indexes = MediaIndexes(DiskCache(tmp_path), caller)
    for _ in range(2):
        with pytest.raises(UserError, match="it is bad"):
            indexes.index(asset)
    assert caller.calls == 2
    assert DiskCache(tmp_path).info().bytes == 0


def test_sound_has_no_frame_index(tmp_path: Path) -> None:
    asset = asset_of(make_sound(tmp_path / "a.wav", seconds=1).path)
    for indexes in (MediaIndexes(DiskCache(tmp_path), CountingCaller()), LocalIndexes()):
        with pytest.raises(UserError, match="holds no picture"):
            indexes.index(asset)


def test_local_indexes_need_no_disk(films: Films) -> None:
    asset = asset_of(films("plain.mp4").path)
    indexes = LocalIndexes()
    assert indexes.index(asset) is indexes.index(asset)
    assert len(indexes.index(asset)) == 60
