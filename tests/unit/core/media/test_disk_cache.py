"""Cache entries are whole or absent, stay inside the root, and only entries are ever removed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.core.base.errors import UserError
from app.core.media.cache_use import in_use
from app.core.media.disk_cache import MOST_TRIES, CacheGoneError, DiskCache, made_again

KEY = "0123456789abcdef" * 2


def _write_and_stop(cache: DiskCache, place: Path) -> None:
    with cache.writing(place) as temporary:
        temporary.write_bytes(b"half")
        raise KeyboardInterrupt


def filled(root: Path) -> DiskCache:
    cache = DiskCache(root)
    for kind, name, size in [("index", "0.npz", 100), ("index", "1.npz", 50), ("proxy", "0001.mp4", 1000)]:
        with cache.writing(cache.folder(KEY, kind) / name) as temporary:
            temporary.write_bytes(b"x" * size)
    return cache


def test_an_entry_appears_whole(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path / "cache")
    place = cache.folder(KEY, "index") / "0.npz"
    with cache.writing(place) as temporary:
        temporary.write_bytes(b"half")
        assert not place.exists()
        assert temporary.parent == place.parent
    assert place.read_bytes() == b"half"
    assert [each.name for each in place.parent.iterdir()] == ["0.npz"]


def test_a_failed_writer_leaves_nothing_and_keeps_the_old(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path)
    place = cache.folder(KEY, "index") / "0.npz"
    with pytest.raises(KeyboardInterrupt):
        _write_and_stop(cache, place)
    assert not place.exists()
    with cache.writing(place) as temporary:
        temporary.write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt):
        _write_and_stop(cache, place)
    assert place.read_bytes() == b"old"
    assert [each.name for each in place.parent.iterdir()] == ["0.npz"]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "cache").write_bytes(b"a file")
    cache = DiskCache(tmp_path / "cache")
    place = cache.folder(KEY, "index") / "0.npz"
    with pytest.raises(UserError, match="cache"), cache.writing(place):
        pytest.fail("the block must not run")


@pytest.mark.parametrize("key", ["../../../etc", "", "/etc/passwd", "ABCDEF0123456789", "x" * 500, "\udcff"])
def test_no_fingerprint_leads_out_of_the_cache(tmp_path: Path, key: str) -> None:
    folder = DiskCache(tmp_path).folder(key, "index")
    assert folder.parent.parent == tmp_path / "index"
    assert folder.name.startswith(folder.parent.name)


def test_a_kind_is_a_word(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="kind"):
        DiskCache(tmp_path).folder(KEY, "../index")


def test_info_counts_entries_and_bytes(tmp_path: Path) -> None:
    info = filled(tmp_path).info()
    assert [(kind.kind, kind.entries, kind.bytes) for kind in info.kinds] == [("index", 1, 150), ("proxy", 1, 1000)]
    assert (info.entries, info.bytes) == (2, 1150)
    assert DiskCache(tmp_path / "none").info().bytes == 0


def test_clean_removes_entries_and_nothing_else(tmp_path: Path) -> None:
    cache = filled(tmp_path)
    strangers = [tmp_path / "film.mp4", tmp_path / "index" / "notes.txt", tmp_path / "family" / "holiday.mp4"]
    for stranger in strangers:
        stranger.parent.mkdir(exist_ok=True)
        stranger.write_bytes(b"precious")
    assert cache.clean() == 1150
    assert cache.info().entries == 0
    assert all(stranger.exists() for stranger in strangers)
    assert not (tmp_path / "proxy").exists()


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_clean_follows_no_links(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (outside / KEY[:2] / KEY).mkdir(parents=True)
    precious = outside / KEY[:2] / KEY / "precious.mp4"
    precious.write_bytes(b"x")
    cache = filled(tmp_path / "cache")
    (tmp_path / "cache" / "linked").symlink_to(outside)
    cache.clean()
    assert precious.exists()


def test_what_a_kill_left_is_removed_unless_somebody_is_at_work_there(tmp_path: Path) -> None:
    cache = filled(tmp_path)
    left = cache.folder(KEY, "index") / ".0.abc.part"
    left.write_bytes(b"half")
    with cache.using(KEY):
        cache.remove_leftovers()
        assert left.exists()
    cache.remove_leftovers()
    assert not left.exists()
    assert cache.info().entries == 2


def test_what_is_being_written_is_no_leftover(tmp_path: Path) -> None:
    cache = filled(tmp_path)
    place = cache.folder(KEY, "index") / "2.npz"
    with cache.writing(place) as temporary:
        DiskCache(tmp_path).remove_leftovers()
        temporary.write_bytes(b"whole")
    assert place.read_bytes() == b"whole"
    assert in_use(tmp_path) == frozenset()


@pytest.mark.skipif(os.name == "nt", reason="a kill is another thing there")
def test_a_killed_program_uses_nothing(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from app.core.media.disk_cache import DiskCache\n"
        f"with DiskCache(Path({str(tmp_path)!r})).using({KEY!r}): print('ready', flush=True); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    with process:
        assert process.stdout is not None
        process.stdout.readline()
        assert in_use(tmp_path) == {KEY}
        process.kill()
    assert in_use(tmp_path) == frozenset()
    assert not list((tmp_path / ".use").iterdir())


def test_the_contents_of_a_project_are_in_use_together(tmp_path: Path) -> None:
    cache = filled(tmp_path)
    others = ["1" * 32, "2" * 32]
    with cache.using_all([KEY, *others]), cache.using("3" * 32):
        assert in_use(tmp_path) == {KEY, *others, "3" * 32}
    assert in_use(tmp_path) == frozenset()
    assert not list((tmp_path / ".use").iterdir())


def test_use_is_remembered(tmp_path: Path) -> None:
    cache = filled(tmp_path)
    for entry in cache.entries():
        os.utime(entry.path, (1000, 1000))
    with cache.using(KEY):
        pass
    assert min(entry.used for entry in cache.entries()) > 1000


def test_backup_programs_are_told(tmp_path: Path) -> None:
    filled(tmp_path)
    assert (tmp_path / "CACHEDIR.TAG").read_bytes().startswith(b"Signature: 8a477f597d28d172789f06886806bc55")


def test_a_temporary_file_is_there_while_the_block_runs(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path / "cache")
    with cache.temporary(KEY, "speech") as place:
        place.write_bytes(b"x" * 10)
        assert cache.info().bytes == 10
    assert cache.info().entries == 0
    with pytest.raises(ValueError, match="stop"), cache.temporary(KEY, "speech"):
        raise ValueError("stop")
    assert cache.info().entries == 0


def test_a_temporary_file_that_a_kill_left_goes_with_the_leftovers(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path / "cache")
    with cache.temporary(KEY, "speech") as place:
        cache.remove_leftovers()
        assert place.exists()
        left = place.with_name(".killed.part")
        left.write_bytes(b"half")
    cache.remove_leftovers()
    assert not left.exists()


def test_what_is_deleted_while_it_is_written_is_made_again(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path / "cache")
    place = cache.folder(KEY, "index") / "0.npz"
    tries: list[Path] = []

    def make() -> int:
        with cache.writing(place) as temporary:
            tries.append(temporary)
            temporary.write_bytes(b"whole")
            if len(tries) == 1:
                shutil.rmtree(cache.root)
            if len(tries) == 2:
                shutil.rmtree(cache.root)
                raise UserError(str(temporary), "its folder does not exist", "make the folder")  # as a worker says it
        return len(tries)

    assert made_again(make) == 3
    assert place.read_bytes() == b"whole"
    assert (cache.root / "CACHEDIR.TAG").exists()


def test_a_cache_that_is_deleted_again_and_again_fails_by_its_own_name(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path / "cache")
    tries: list[Path] = []

    def make() -> None:
        with cache.writing(cache.folder(KEY, "index") / "0.npz") as temporary:
            tries.append(temporary)
            shutil.rmtree(cache.root)

    with pytest.raises(CacheGoneError) as caught:
        made_again(make)
    assert caught.value.what == str(cache.root)
    assert len(tries) == MOST_TRIES


def test_what_a_worker_could_not_write_is_said_of_the_cache_and_not_tried_again(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path / "cache")
    tries: list[Path] = []

    def make() -> None:
        with cache.writing(cache.folder(KEY, "index") / "0.npz") as temporary:
            tries.append(temporary)
            raise UserError(str(temporary), "the disk is full", "free some space")

    with pytest.raises(UserError) as caught:
        made_again(make)
    assert (caught.value.what, caught.value.why, len(tries)) == (str(cache.root), "the disk is full", 1)


def test_where_no_folder_can_be_the_cache_is_named(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    cache = DiskCache(tmp_path / "cache")
    with pytest.raises(UserError) as caught, cache.writing(cache.folder(KEY, "index") / "0.npz"):
        pass
    assert caught.value.what == str(cache.root)
