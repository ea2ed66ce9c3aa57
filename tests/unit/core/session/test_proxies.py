"""Proxies within the bounds of the cache: made while there is room, told of when there is none, used when shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.core.base.events import Event
from app.core.jobs.inline import InlineContext
from app.core.media.cache_room import CacheRoom
from app.core.media.disk_cache import DiskCache
from app.core.media.display_matrix import write_display_matrix
from app.core.media.indexes import LocalIndexes
from app.core.media.pool import MediaPool
from app.core.media.waveform import PEAKS_PER_SECOND
from app.core.render.compositor import Compositor
from app.core.session.ingest import Ingest
from app.core.session.proxies import NoProxy, Proxies, ProxyBudget
from tests.helpers.ingest import Desk, DirectWorkers, make_desk
from tests.helpers.media import make_film, numbers_in, read_number
from tests.unit.core.render.films import straight_plan

CONTEXT = InlineContext()


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """32 seconds in three chunks that need a proxy."""
    return make_film(tmp_path_factory.mktemp("proxies") / "film.mp4", frames=800, gop=60, audio=False).path


def with_limit(folder: Path, limit: int) -> tuple[Ingest, Desk]:
    desk = make_desk(folder)
    room = CacheRoom(desk.cache, limit)
    return Ingest(desk.workers, desk.cache, desk.library, LocalIndexesInCache(desk), room=room), desk


class LocalIndexesInCache(LocalIndexes):
    """Indexes of this process; workers make their own where the cache holds none."""

    def __init__(self, _desk: Desk) -> None:
        super().__init__()


def proxies_in(desk: Desk) -> list[Path]:
    return list(desk.cache.root.rglob("proxy/**/*.mp4"))


def test_a_full_cache_gets_no_proxy_but_all_the_rest_and_says_so_once(film: Path, tmp_path: Path) -> None:
    ingest, desk = with_limit(tmp_path / "cache", 10_000)
    told: list[NoProxy] = []
    ingest.full.subscribe(told.append)
    asset = ingest.asset(film, CONTEXT)
    messages: set[str] = set()
    result = ingest.import_media(asset, InlineContext(lambda _done, message: messages.add(message)))
    assert [each.asset for each in told] == [asset]
    assert result.no_proxy == told[0].text
    assert not any("proxy" in message for message in messages)
    assert proxies_in(desk) == []
    assert {info.kind for info in desk.cache.info().kinds} == {"scores", "thumbnails"}
    assert ingest.thumbnail(asset, 0) is not None
    before = desk.workers.count("import_chunk")
    ingest.import_media(asset, CONTEXT)
    assert desk.workers.count("import_chunk") == before


@pytest.mark.parametrize(
    ("limit", "free", "why", "what_to_do"),
    [
        (10_000, 10**12, "cache_gigabytes allows, 10.0 kB", "raise that setting"),
        (None, 50_000, "a fifth of what its disk has free, ", "Free some space on the disk of "),
        (None, 10**12, "holds all it may, 50.0 GB", "set cache_gigabytes"),
    ],
)
def test_what_keeps_a_proxy_from_being_made_is_said_and_what_helps(
    limit: int | None, free: int, why: str, what_to_do: str, film: Path, tmp_path: Path
) -> None:
    index, asset = LocalIndexes(), make_desk(tmp_path / "cache").ingest.asset(film, CONTEXT)
    full: Event[NoProxy] = Event()
    told: list[NoProxy] = []
    full.subscribe(told.append)
    room = CacheRoom(DiskCache(tmp_path / "cache"), limit, disk=lambda _root: free)
    budget = ProxyBudget(asset, room, full, index.index(asset))
    assert budget.affordable(("scores", "proxy"), 10**9) == ("scores",)
    assert why in told[0].why
    assert what_to_do in told[0].what_to_do


def test_a_proxy_that_was_refused_is_noted_until_it_is_made(film: Path, tmp_path: Path) -> None:
    ingest, _desk = with_limit(tmp_path / "cache", 10_000)
    asset = ingest.asset(film, CONTEXT)
    assert ingest.import_media(asset, CONTEXT).no_proxy.startswith("No proxy of film.mp4: ")
    assert ingest.import_media(asset, CONTEXT).no_proxy.startswith("No proxy of film.mp4: ")
    ingest, _desk = with_limit(tmp_path / "cache", 10**9)
    assert ingest.import_media(asset, CONTEXT).no_proxy == ""


def test_room_that_is_made_later_is_used_later(film: Path, tmp_path: Path) -> None:
    ingest, _desk = with_limit(tmp_path / "cache", 10_000)
    ingest.import_media(ingest.asset(film, CONTEXT), CONTEXT)
    ingest, desk = with_limit(tmp_path / "cache", 10**9)
    ingest.import_media(ingest.asset(film, CONTEXT), CONTEXT)
    assert sorted(number for path in proxies_in(desk) for number in numbers_in(path) if number is not None) == list(
        range(800)
    )


def test_segments_need_no_room_in_the_cache(film: Path, tmp_path: Path) -> None:
    ingest, _desk = with_limit(tmp_path / "cache", 10_000)
    asset = ingest.asset(film, CONTEXT)
    scenes = ingest.scenes(asset, CONTEXT)
    segments = ingest.segments(asset, scenes, ("proxy",), CONTEXT, tmp_path / "out")
    assert [number for segment in segments for number in numbers_in(segment.path)] == list(range(800))


def test_the_film_that_is_read_is_in_use(film: Path, tmp_path: Path) -> None:
    desk = make_desk(tmp_path / "cache")
    room = CacheRoom(desk.cache, 2_000_000)
    seen: list[bool] = []

    class Watching(DirectWorkers):
        def call(self, name: str, *rest: object, **named: object) -> dict[str, object]:
            if name == "import_chunk":
                seen.append(bool(list((desk.cache.root / ".use").iterdir())))
            return super().call(name, *rest, **named)  # type: ignore[arg-type]

    ingest = Ingest(Watching(), desk.cache, desk.library, LocalIndexes(), room=room)
    ingest.import_media(ingest.asset(film, CONTEXT), CONTEXT)
    assert seen == [True, True, True]


def test_the_disk_that_a_proxy_takes_is_said(film: Path, tmp_path: Path) -> None:
    ingest, desk = with_limit(tmp_path / "cache", 10**9)
    asset = ingest.asset(film, CONTEXT)
    ingest.import_media(asset, CONTEXT)
    taken = sum(path.stat().st_size for path in proxies_in(desk))
    said = Proxies(desk.cache).bytes_of(asset, LocalIndexes().index(asset))
    assert said == 800 * round(160 * 90 * 0.075)
    assert taken / 4 < said < taken * 4


def test_an_import_measures_the_sound_as_well(tmp_path: Path) -> None:
    desk = make_desk(tmp_path / "cache")
    asset = desk.ingest.asset(make_film(tmp_path / "film.mp4", frames=50, gop=12).path, CONTEXT)
    desk.ingest.import_media(asset, CONTEXT)
    calls = desk.workers.count("peaks")
    assert calls == 1
    assert len(desk.ingest.peaks(asset, CONTEXT).values) == pytest.approx(2 * PEAKS_PER_SECOND, abs=5)
    assert desk.workers.count("peaks") == calls


@pytest.mark.parametrize(("rotation", "options"), [(0, {}), (90, {}), (0, {"width": 144, "height": 116})])
def test_playback_shows_by_proxy_what_it_shows_without(rotation: int, options: dict[str, Any], tmp_path: Path) -> None:
    path = make_film(tmp_path / "film.mp4", frames=60, gop=60, audio=False, **options).path
    if rotation:
        write_display_matrix(path, 160, 90, rotation, mirrored=False)
    desk = make_desk(tmp_path / "cache")
    asset = desk.ingest.asset(path, CONTEXT)
    desk.ingest.import_media(asset, CONTEXT)
    proxies = Proxies(desk.cache)
    pool, straight = MediaPool(LocalIndexes(), proxies=proxies), MediaPool(LocalIndexes())
    plan = straight_plan(asset, [(0, 60)], sound=False)
    small, own = Compositor(plan, pool), Compositor(plan, straight)
    for number in (0, 59, 31):
        one, other = small.frame(number), own.frame(number)
        assert pool.video(asset).stand_in is not None
        assert (one.width, one.height) == (other.width, other.height)
        difference = one.to_ndarray().astype(int) - other.to_ndarray().astype(int)
        assert np.abs(difference).mean() < 4
    proxies.shown = False
    assert pool.video(asset).stand_in is None
    assert read_number(pool.video(asset).frame(7)) == 7
    pool.close()
    straight.close()


@pytest.mark.parametrize("damage", ["deleted", "cut short", "emptied", "swapped"])
def test_damaged_derived_media_are_never_shown_wrong_and_are_made_again(damage: str, tmp_path: Path) -> None:
    desk = make_desk(tmp_path / "cache")
    asset = desk.ingest.asset(make_film(tmp_path / "film.mp4", frames=400, gop=60).path, CONTEXT)
    desk.ingest.import_media(asset, CONTEXT)
    folder = desk.cache.root
    before = {path: path.read_bytes() for kind in ("mp4", "jpegs", "npz") for path in sorted(folder.rglob(f"*.{kind}"))}
    proxies_made = [path for path in before if path.suffix == ".mp4"]
    assert len(proxies_made) == 2
    for path in before:
        _spoil(path, damage, proxies_made)
    pool = MediaPool(LocalIndexes(), proxies=Proxies(desk.cache))
    for number in (0, 200, 299, 301, 399):
        assert read_number(pool.video(asset).frame(number)) == number
    pool.close()
    fresh = make_desk(tmp_path / "cache")
    fresh.ingest.import_media(asset, CONTEXT)
    assert {path: path.read_bytes() for path in proxies_made} == {path: before[path] for path in proxies_made}
    assert len(fresh.ingest.peaks(asset, CONTEXT).values) > 0
    assert fresh.ingest.thumbnail(asset, 0) is not None


def _spoil(path: Path, damage: str, proxies_made: list[Path]) -> None:
    if damage == "deleted":
        path.unlink()
    elif damage == "cut short":
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    elif damage == "emptied":
        path.write_bytes(b"")
    elif path == proxies_made[0]:
        one, other = proxies_made[0].read_bytes(), proxies_made[1].read_bytes()
        proxies_made[0].write_bytes(other)
        proxies_made[1].write_bytes(one)
