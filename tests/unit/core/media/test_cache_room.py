"""The cache stays within its limit: the least lately used goes, what is in use stays, and fullness is said."""

from __future__ import annotations

import os
from pathlib import Path

from app.core.media.cache_room import MOST_BYTES, CacheRoom
from app.core.media.disk_cache import DiskCache

OLD, MIDDLE, NEW = ("0" * 32, "1" * 32, "2" * 32)


def filled(root: Path) -> DiskCache:
    """Three films with a proxy of 1000 bytes and an index of 100 each, used one after another."""
    cache = DiskCache(root)
    for age, key in enumerate((OLD, MIDDLE, NEW)):
        for kind, size in (("proxy", 1000), ("index", 100)):
            with cache.writing(cache.folder(key, kind) / "file") as temporary:
                temporary.write_bytes(bytes(size))
            os.utime(cache.folder(key, kind), (1000 + age, 1000 + age))
    return cache


def there(cache: DiskCache) -> set[tuple[str, str]]:
    return {(entry.fingerprint, entry.kind) for entry in cache.entries()}


def test_nothing_goes_while_there_is_room(tmp_path: Path) -> None:
    cache = filled(tmp_path)
    assert CacheRoom(cache, 4000).make(700)
    assert len(there(cache)) == 6


def test_the_proxy_not_used_for_longest_goes_first(tmp_path: Path) -> None:
    cache = filled(tmp_path)
    assert CacheRoom(cache, 3500).make(1000)
    assert there(cache) == {(OLD, "index"), (MIDDLE, "index"), (NEW, "index"), (MIDDLE, "proxy"), (NEW, "proxy")}


def test_small_things_go_when_no_proxy_is_left(tmp_path: Path) -> None:
    cache = filled(tmp_path)
    assert CacheRoom(cache, 1000).make(800)
    assert there(cache) == {(NEW, "index")}


def test_what_is_in_use_stays_and_that_there_is_no_room_is_said(tmp_path: Path) -> None:
    cache = filled(tmp_path)
    room = CacheRoom(cache, 2000)
    with cache.using(OLD), DiskCache(tmp_path).using(MIDDLE):
        assert not room.make(1000)
        assert {key for key, _kind in there(cache)} == {OLD, MIDDLE}
    assert room.make(1000)


def test_more_than_the_cache_may_ever_hold_drops_nothing(tmp_path: Path) -> None:
    cache = filled(tmp_path)
    assert not CacheRoom(cache, 4000).make(5000)
    assert len(there(cache)) == 6


def test_room_that_was_given_counts_before_it_is_filled(tmp_path: Path) -> None:
    cache = filled(tmp_path)
    room = CacheRoom(cache, 4000, clock=lambda: 0.0)
    assert room.make(400)
    assert (OLD, "proxy") in there(cache)
    assert room.make(400)
    assert (OLD, "proxy") not in there(cache)


def test_what_other_programs_wrote_is_seen_after_a_while(tmp_path: Path) -> None:
    now = [0.0]
    cache = DiskCache(tmp_path)
    room = CacheRoom(cache, 3500, clock=lambda: now[0])
    assert room.make(100)
    filled(tmp_path)
    now[0] = 100.0
    assert room.make(1000)
    assert (OLD, "proxy") not in there(cache)


def test_the_limit_is_a_fifth_of_the_free_disk_but_never_more_than_fifty_gigabytes(tmp_path: Path) -> None:
    cache = filled(tmp_path)
    assert CacheRoom(cache, disk=lambda _root: 6700).info().limit == (6700 + 3300) // 5
    assert CacheRoom(cache, disk=lambda _root: 10**15).info().limit == MOST_BYTES
    assert 0 < CacheRoom(DiskCache(tmp_path / "not" / "there")).info().limit <= MOST_BYTES


def test_a_smaller_limit_is_kept_at_once(tmp_path: Path) -> None:
    cache = filled(tmp_path)
    assert CacheRoom(cache, 2500).keep_within() == 1000
    assert CacheRoom(cache, 2500).keep_within() == 0
