"""Decoded frames of all sources together stay within one budget; what was used longest ago goes first."""

from __future__ import annotations

from pathlib import Path

import av

from app.core.media.frame_cache import FrameCache
from app.core.media.indexes import LocalIndexes
from app.core.media.pool import MediaPool
from app.core.media.probe import probe
from app.core.model.asset import Asset
from tests.helpers.media import make_film, read_number

MANY = 10**9


def frame() -> av.VideoFrame:
    return av.VideoFrame(64, 64, "yuv420p")


SIZE = sum(plane.buffer_size for plane in frame().planes)


def test_what_was_used_longest_ago_goes_first_whoever_owns_it() -> None:
    cache, kept = FrameCache(3 * SIZE), frame()
    one, other = cache.part(MANY), cache.part(MANY)
    one.put(1, kept)
    one.put(2, frame())
    other.put(1, frame())
    assert one.get(1) is kept
    other.put(2, frame())
    assert one.get(2) is None
    assert one.get(1) is kept
    assert cache.used == 3 * SIZE
    one.clear()
    assert one.get(1) is None
    assert cache.used == 2 * SIZE


def test_a_part_keeps_to_its_own_limit_and_gives_back_at_once() -> None:
    cache = FrameCache(MANY)
    part = cache.part(4 * SIZE)
    for number in range(9):
        part.put(number, frame())
    assert [number for number in range(9) if part.get(number) is not None] == [5, 6, 7, 8]
    part.hold(3 * SIZE)
    assert (len(part), cache.used) == (3, 3 * SIZE)


def test_two_frames_are_kept_however_large() -> None:
    kept = FrameCache(1).part(MANY)
    for number in range(5):
        kept.put(number, frame())
    assert [number for number in range(5) if kept.get(number) is not None] == [3, 4]


def test_the_same_frame_again_counts_once() -> None:
    cache = FrameCache(MANY)
    kept = cache.part(MANY)
    kept.put(1, frame())
    kept.put(1, frame())
    assert cache.used == SIZE


def test_pools_share_one_budget_and_show_right_frames(tmp_path: Path) -> None:
    cache = FrameCache(100_000)
    assets = []
    for name in ("a", "b", "c"):
        path = make_film(tmp_path / f"{name}.mp4", frames=60, gop=60, audio=False).path
        assets.append(Asset(name, path.name, str(path), path.stat().st_size, "", probe(path)))
    pools = [MediaPool(LocalIndexes(), frames=cache) for _ in range(2)]
    for number in (0, 40, 41, 39, 38, 5):
        for pool in pools:
            for asset in assets:
                assert read_number(pool.video(asset).frame(number)) == number
                assert 0 < cache.used <= 100_000
    for pool in pools:
        pool.close()
    assert cache.used == 0
