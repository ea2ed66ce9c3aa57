"""The import pass: read once, kept by content, goes on after a kill, the same however it is cut up."""

from __future__ import annotations

import dataclasses
import itertools
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from app.core.analysis.scores import SceneScores
from app.core.base.errors import Cancelled, UserError
from app.core.base.time import SECOND
from app.core.jobs.context import JobContext
from app.core.jobs.inline import InlineContext
from app.core.media.cache_room import CacheRoom
from app.core.media.disk_cache import DiskCache
from app.core.media.index_build import build_index
from app.core.media.indexes import MediaIndexes
from app.core.model.asset import Asset
from app.core.session import ingest_pass as pass_module
from app.core.session.ingest import USUAL_SCENES, Ingest
from app.core.session.ingest_chunks import Chunk, Product, plan_chunks
from app.core.session.ports import Library
from app.storage.database import Database, sqlite_url
from app.storage.library.library import SqlLibrary
from tests.helpers.ingest import HANDLERS, Desk, DirectWorkers, MemoryLibrary, make_desk
from tests.helpers.media import Fade, SceneTruth, make_film, make_sound, numbers_in, scene_film

CONTEXT = InlineContext()
ONLY_SCORES: tuple[Product, ...] = ("scores",)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> SceneTruth:
    """34 seconds in four chunks, with a cut and a fade."""
    path = tmp_path_factory.mktemp("ingest") / "film.mp4"
    links = [None, Fade(12, 4, 12), None]
    return scene_film(path, [215, 200, 200, 207], links, gop=50, width=160, height=90)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return make_desk(tmp_path / "cache")


def asset_of(desk: Desk, path: Path) -> Asset:
    return desk.ingest.asset(path, CONTEXT)


def assert_same(one: SceneScores, other: SceneScores) -> None:
    for each in dataclasses.fields(SceneScores):
        np.testing.assert_array_equal(getattr(one, each.name), getattr(other, each.name), each.name)


def transitions(desk: Desk, asset: Asset, **options: Any) -> list[tuple[str, int, int]]:
    found = desk.ingest.scenes(asset, CONTEXT, **options)
    return [(each.kind, each.start_frame, each.end_frame) for each in found.transitions]


# Assets -----------------------------------------------------------------------------------------


def test_a_file_becomes_an_asset(desk: Desk, film: SceneTruth) -> None:
    asset = asset_of(desk, film.path)
    assert (asset.name, asset.path, asset.size) == ("film.mp4", str(film.path), film.path.stat().st_size)
    assert asset.info.video is not None
    assert asset.info.video.frames == film.frames


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_what_an_old_project_says_of_a_file_is_not_taken_for_a_probe(
    film: SceneTruth, tmp_path: Path, kind: str
) -> None:
    workers, cache = DirectWorkers(), DiskCache(tmp_path / "cache")
    library: Library = MemoryLibrary()
    if kind == "sqlite":
        library = SqlLibrary(Database(sqlite_url(tmp_path / "library.sqlite")))
    ingest = Ingest(workers, cache, library, MediaIndexes(cache, workers))
    truth = make_desk(tmp_path / "other").ingest.asset(film.path, CONTEXT)
    assert truth.info.video is not None
    assert truth.info.video.interlaced is None
    video = dataclasses.replace(truth.info.video, interlaced="tff", alpha=not truth.info.video.alpha)
    old = dataclasses.replace(truth, info=dataclasses.replace(truth.info, video=video))
    ingest.import_media(old, CONTEXT)
    found = ingest.scenes(old, CONTEXT)
    assert ingest.asset(film.path, CONTEXT).info == truth.info
    assert ingest.asset(film.path, CONTEXT).info == truth.info
    assert workers.count("probe") == 1
    assert library.scenes(old.fingerprint, USUAL_SCENES) == found
    library.close()


def test_known_content_is_not_probed_again(desk: Desk, film: SceneTruth, tmp_path: Path) -> None:
    first = asset_of(desk, film.path)
    copy = tmp_path / "renamed.mp4"
    copy.write_bytes(film.path.read_bytes())
    second = asset_of(desk, copy)
    assert desk.workers.count("probe") == 1
    assert second.fingerprint == first.fingerprint
    assert second.id != first.id
    assert (second.name, second.path) == ("renamed.mp4", str(copy))


def test_many_files_in_order(desk: Desk, film: SceneTruth, tmp_path: Path) -> None:
    sound = make_sound(tmp_path / "sound.wav", seconds=1).path
    assets = desk.ingest.assets([sound, film.path], CONTEXT)
    assert [asset.info.kind for asset in assets] == ["audio", "video"]


def test_files_that_are_none_are_named(desk: Desk, tmp_path: Path) -> None:
    text = tmp_path / "x.mp4"
    text.write_text("no film at all")
    empty = tmp_path / "empty.mp4"
    empty.touch()
    for path in (text, empty, tmp_path, tmp_path / "missing.mp4"):
        with pytest.raises(UserError) as caught:
            asset_of(desk, path)
        assert str(path) in caught.value.what


# Scenes -----------------------------------------------------------------------------------------


def test_scenes_of_a_film(desk: Desk, film: SceneTruth) -> None:
    asset = asset_of(desk, film.path)
    found = desk.ingest.scenes(asset, CONTEXT)
    assert found.frames == film.frames
    assert found.rate == film.rate
    assert [scene.start_frame for scene in found.scenes] == [0, *film.boundaries]
    assert [scene.start for scene in found.scenes] == [frame * SECOND // 25 for frame in (0, *film.boundaries)]
    assert found.scenes[-1].end == film.frames * SECOND // 25
    assert desk.workers.count("import_chunk") == len(plan_chunks(build_index(film.path))) == 4


def test_asking_again_reads_nothing(desk: Desk, film: SceneTruth) -> None:
    asset = asset_of(desk, film.path)
    once = desk.ingest.scenes(asset, CONTEXT)
    calls = len(desk.workers.calls)
    assert desk.ingest.scenes(asset, CONTEXT) is once
    assert len(desk.workers.calls) == calls


def test_another_sensitivity_decodes_nothing(desk: Desk, film: SceneTruth) -> None:
    asset = asset_of(desk, film.path)
    usual = transitions(desk, asset)
    calls = len(desk.workers.calls)
    assert len(transitions(desk, asset, sensitivity=0.0)) <= len(usual)
    assert transitions(desk, asset, kinds=("cut",)) == [each for each in usual if each[0] == "cut"]
    assert len(desk.workers.calls) == calls


def test_scores_outlive_the_library(film: SceneTruth, tmp_path: Path) -> None:
    first, second = make_desk(tmp_path), make_desk(tmp_path)
    expected = transitions(first, asset_of(first, film.path))
    assert transitions(second, asset_of(second, film.path)) == expected
    assert second.workers.count("import_chunk") == 0


def test_an_asset_of_a_project_is_made_known(desk: Desk, film: SceneTruth, tmp_path: Path) -> None:
    asset = asset_of(make_desk(tmp_path / "other"), film.path)
    desk.ingest.scenes(asset, CONTEXT)
    assert [each.fingerprint for each in desk.library.search("film")] == [asset.fingerprint]


def test_scores_are_the_same_for_any_chunks(film: SceneTruth, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def scores(name: str, chunks: Callable[..., tuple[Chunk, ...]], **options: Any) -> SceneScores:
        monkeypatch.setattr(pass_module, "plan_chunks", chunks)
        desk = make_desk(tmp_path / name, **options)
        return desk.ingest.scores(asset_of(desk, film.path), CONTEXT)

    whole = scores("whole", lambda index: (Chunk(0, len(index)),))
    assert len(whole) == film.frames
    assert_same(scores("usual", plan_chunks), whole)
    assert_same(scores("short", lambda index: plan_chunks(index, 2 * SECOND)), whole)
    monkeypatch.setattr(pass_module, "_WORTH_A_WORKER", 1)
    assert_same(scores("together", lambda index: plan_chunks(index, 2 * SECOND), at_once=3), whole)


@pytest.mark.parametrize("open_gop", [False, True])
def test_chunks_begin_cleanly_at_key_frames(tmp_path: Path, open_gop: bool) -> None:
    """With open GOPs, frames that are shown before a key frame are stored behind it."""
    options = {"x264-params": f"open-gop={int(open_gop)}"}
    made = make_film(tmp_path / "film.ts", frames=530, bframes=3, codec_options=options, audio=False)
    index = build_index(made.path)
    assert has_leading_frames(made.path) == open_gop
    whole, cut = make_desk(tmp_path / "whole"), make_desk(tmp_path / "cut")
    asset = asset_of(whole, made.path)
    assert len(plan_chunks(index)) == 3
    scores = cut.ingest.scores(asset_of(cut, made.path), CONTEXT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pass_module, "plan_chunks", lambda index: (Chunk(0, len(index)),))
        assert_same(scores, whole.ingest.scores(asset, CONTEXT))


def test_media_without_moving_pictures_have_no_scenes(desk: Desk, tmp_path: Path) -> None:
    asset = asset_of(desk, make_sound(tmp_path / "sound.wav", seconds=1).path)
    with pytest.raises(UserError, match="it is no film"):
        desk.ingest.scenes(asset, CONTEXT)
    with pytest.raises(UserError, match="it is no film"):
        desk.ingest.import_media(asset, CONTEXT)


def test_a_file_that_was_replaced_is_not_read(desk: Desk, film: SceneTruth, tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(film.path.read_bytes())
    asset = asset_of(desk, path)
    make_film(path, frames=50, audio=False)
    with pytest.raises(UserError, match="not the file that was imported"):
        desk.ingest.scores(asset, CONTEXT)


# Stopping and going on --------------------------------------------------------------------------


class _Stops:
    """The handler of chunks, failing from the ``after``-th call on until it is told to go on."""

    def __init__(self, after: int, error: BaseException) -> None:
        self._after = after
        self._error: BaseException | None = error
        self._calls = 0

    def __call__(self, args: dict[str, Any], context: JobContext) -> dict[str, Any]:
        self._calls += 1
        if self._calls > self._after and self._error is not None:
            Path(args["scores"]).write_bytes(b"half a chunk")
            raise self._error
        return HANDLERS["import_chunk"](args, context)

    def go_on(self) -> None:
        self._error = None


@pytest.mark.parametrize("error", [Cancelled(), UserError("film.mp4", "the reader crashed", "try again")])
def test_what_was_read_before_a_stop_is_not_read_again(film: SceneTruth, tmp_path: Path, error: BaseException) -> None:
    stops = _Stops(2, error)
    desk = make_desk(tmp_path / "cache", handlers={**HANDLERS, "import_chunk": stops})
    asset = asset_of(desk, film.path)
    with pytest.raises(type(error)):
        desk.ingest.scores(asset, CONTEXT)
    assert not list((tmp_path / "cache").rglob("*.part"))
    stops.go_on()
    before = desk.workers.count("import_chunk")
    scores = desk.ingest.scores(asset, CONTEXT)
    assert desk.workers.count("import_chunk") - before == 2
    fresh = make_desk(tmp_path / "fresh")
    assert_same(scores, fresh.ingest.scores(asset_of(fresh, film.path), CONTEXT))


def test_a_file_without_its_record_does_not_count(film: SceneTruth, tmp_path: Path) -> None:
    """A kill between a file and its record, or a file of another length than the record says."""
    desk = make_desk(tmp_path / "cache")
    asset = asset_of(desk, film.path)
    want: tuple[Product, ...] = ("scores", "thumbnails")
    desk.ingest.import_media(asset, CONTEXT, want)
    files = sorted((tmp_path / "cache").rglob("*.jpegs"))
    assert len(files) == 4
    files[0].with_name(f"{files[0].name}.done").unlink()
    files[2].write_bytes(files[2].read_bytes()[:-1])
    before = desk.workers.count("import_chunk")
    desk.ingest.import_media(asset, CONTEXT, want)
    asked = [args for name, args in desk.workers.calls if name == "import_chunk"][before:]
    assert [args["first"] for args in asked] == [int(files[0].name[3:11]), int(files[2].name[3:11])]
    assert not any("scores" in args for args in asked)


def test_damage_is_read_anew(film: SceneTruth, tmp_path: Path) -> None:
    desk = make_desk(tmp_path / "cache")
    asset = asset_of(desk, film.path)
    desk.ingest.import_media(asset, CONTEXT, ONLY_SCORES)
    (piece, *_rest) = sorted((tmp_path / "cache").rglob("scores/**/*.npz"))
    piece.write_bytes(b"\0" * piece.stat().st_size)
    scores = desk.ingest.scores(asset, CONTEXT)
    assert desk.workers.count("import_chunk") == 5
    (joined,) = (tmp_path / "cache").rglob("joined/**/*.npz")
    joined.write_bytes(b"\0" * joined.stat().st_size)
    assert_same(desk.ingest.scores(asset, CONTEXT), scores)


def test_pieces_are_dropped_once_they_are_joined(desk: Desk, film: SceneTruth) -> None:
    asset = asset_of(desk, film.path)
    desk.ingest.scores(asset, CONTEXT)
    assert not list(desk.cache.root.rglob("scores/**/*.npz"))
    before = desk.workers.count("import_chunk")
    desk.ingest.import_media(asset, CONTEXT, ONLY_SCORES)
    assert desk.workers.count("import_chunk") == before


def test_cancelled_while_chunks_run_together(film: SceneTruth, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pass_module, "_WORTH_A_WORKER", 1)
    stop = threading.Event()

    def chunk(args: dict[str, Any], context: JobContext) -> dict[str, Any]:
        stop.set()
        while True:
            context.check()

    desk = make_desk(tmp_path / "cache", handlers={**HANDLERS, "import_chunk": chunk}, at_once=2)
    asset = asset_of(desk, film.path)
    with pytest.raises(Cancelled):
        desk.ingest.scores(asset, InlineContext(cancelled=stop))
    assert not list((tmp_path / "cache").rglob("*.done"))
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("import")] == []


def test_progress_grows_to_the_end(desk: Desk, film: SceneTruth) -> None:
    heard: list[float] = []
    asset = asset_of(desk, film.path)
    clock = iter(range(10**9))
    context = InlineContext(lambda done, _message: heard.append(done), clock=lambda: float(next(clock)))
    desk.ingest.import_media(asset, context)
    assert heard == sorted(heard)
    assert heard[0] < 0.1
    assert heard[-1] > 0.95


# Thumbnails, proxies, segments ------------------------------------------------------------------


def test_an_import_brings_scores_thumbnails_and_the_proxy_in_one_pass(desk: Desk, film: SceneTruth) -> None:
    asset = asset_of(desk, film.path)
    assert desk.ingest.thumbnail(asset, 0) is None
    desk.ingest.import_media(asset, CONTEXT)
    assert desk.workers.count("import_chunk") == 4
    kinds = {info.kind: info.entries for info in desk.cache.info().kinds}
    assert kinds == {"index": 1, "scores": 1, "thumbnails": 1, "proxy": 1}
    assert not asset.info.audio
    for time in (0, 5 * SECOND, 33 * SECOND, 3600 * SECOND):
        jpeg = desk.ingest.thumbnail(asset, time)
        assert jpeg is not None
        assert jpeg.startswith(b"\xff\xd8\xff")
    calls = len(desk.workers.calls)
    desk.ingest.import_media(asset, CONTEXT)
    assert len(desk.workers.calls) == calls


def test_the_first_frame_of_a_scene_has_a_thumbnail(desk: Desk, film: SceneTruth) -> None:
    asset = asset_of(desk, film.path)
    desk.ingest.import_media(asset, CONTEXT)
    times = build_index(film.path).times
    cut = film.boundaries[0]
    before, after = (desk.ingest.thumbnail(asset, int(times[frame])) for frame in (cut - 1, cut))
    assert before != after


def test_no_proxy_for_what_seeks_fast(desk: Desk, tmp_path: Path) -> None:
    made = make_film(tmp_path / "short.mp4", frames=60, gop=12, audio=False)
    desk.ingest.import_media(asset_of(desk, made.path), CONTEXT)
    assert "proxy" not in {info.kind for info in desk.cache.info().kinds}


@pytest.mark.parametrize("gop", [12, 200])
def test_segments_of_all_scenes(desk: Desk, tmp_path: Path, gop: int) -> None:
    made = make_film(tmp_path / "film.mp4", frames=300, gop=gop)
    asset = asset_of(desk, made.path)
    found = desk.ingest.scenes(asset, CONTEXT)
    scenes = dataclasses.replace(found, scenes=cut_up(found.scenes[0], [0, 70, 210, 300]))
    folder = tmp_path / "out"
    segments = desk.ingest.segments(asset, scenes, ("proxy", "mezzanine"), CONTEXT, folder)
    assert [(each.scene, each.kind, each.start_frame, each.end_frame) for each in segments] == [
        (0, "proxy", 0, 70),
        (0, "mezzanine", 0, 70),
        (1, "proxy", 70, 210),
        (1, "mezzanine", 70, 210),
        (2, "proxy", 210, 300),
        (2, "mezzanine", 210, 300),
    ]
    for segment in segments:
        assert numbers_in(segment.path) == list(range(segment.start_frame, segment.end_frame))
    assert sorted(path.name for path in folder.iterdir()) == sorted(segment.path.name for segment in segments)
    assert segments[0].path.name == "film-000-proxy.mp4"
    with pytest.raises(UserError, match="exists already"):
        desk.ingest.segments(asset, scenes, ("proxy",), CONTEXT, folder)
    assert desk.ingest.segments(asset, scenes, ("proxy",), CONTEXT, folder, overwrite=True) == segments[::2]


def test_segments_in_the_cache_are_used_again(desk: Desk, tmp_path: Path) -> None:
    asset = asset_of(desk, make_film(tmp_path / "film.mp4", frames=60, gop=12).path)
    scenes = desk.ingest.scenes(asset, CONTEXT)
    (segment,) = desk.ingest.segments(asset, scenes, ("proxy",), CONTEXT)
    assert segment.path.is_relative_to(desk.cache.root)
    calls = len(desk.workers.calls)
    assert desk.ingest.segments(asset, scenes, ("proxy",), CONTEXT) == (segment,)
    assert len(desk.workers.calls) == calls


@pytest.mark.parametrize("gop", [1, 12, 200])
def test_one_segment_of_the_whole_film(desk: Desk, tmp_path: Path, gop: int) -> None:
    made = make_film(tmp_path / "film.mp4", frames=80, gop=gop, bframes=0 if gop == 1 else 2)
    asset = asset_of(desk, made.path)
    segments = desk.ingest.segments(
        asset, desk.ingest.whole(asset, CONTEXT), ("proxy", "mezzanine"), CONTEXT, tmp_path / "out"
    )
    assert [(each.start_frame, each.end_frame) for each in segments] == [(0, 80), (0, 80)]
    for segment in segments:
        assert numbers_in(segment.path) == list(range(80))
        boxes = segment.path.read_bytes()
        assert 0 < boxes.index(b"moov") < boxes.index(b"mdat")


def test_segments_that_find_no_room_are_not_begun(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asset = asset_of(desk, make_film(tmp_path / "film.mp4", frames=60, gop=200).path)
    whole = desk.ingest.whole(asset, CONTEXT)
    monkeypatch.setattr("app.core.session.ingest_segments.free_bytes", lambda _folder: 10_000)
    with pytest.raises(UserError, match=r"will take about .* and 10\.0 kB are free"):
        desk.ingest.segments(asset, whole, ("proxy", "mezzanine"), CONTEXT, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert desk.workers.count("import_chunk") == 0


def test_segments_that_the_cache_has_no_room_for_are_refused(tmp_path: Path) -> None:
    desk = make_desk(tmp_path / "cache")
    asset = asset_of(desk, make_film(tmp_path / "film.mp4", frames=60, gop=12).path)
    room = CacheRoom(desk.cache, 1000)
    small = Ingest(desk.workers, desk.cache, desk.library, MediaIndexes(desk.cache, desk.workers), room=room)
    with pytest.raises(UserError, match="the cache has no room"):
        small.segments(asset, small.whole(asset, CONTEXT), ("mezzanine",), CONTEXT)
    assert desk.workers.count("segment") == 0


def test_a_segment_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def broken(args: dict[str, Any], context: JobContext) -> dict[str, Any]:
        Path(args["out"]).write_bytes(b"half a film")
        raise UserError(str(args["path"]), "the reader crashed", "try again")

    desk = make_desk(tmp_path / "cache", handlers={**HANDLERS, "segment": broken})
    asset = asset_of(desk, make_film(tmp_path / "film.mp4", frames=60, gop=12).path)
    scenes = desk.ingest.scenes(asset, CONTEXT)
    with pytest.raises(UserError, match="the reader crashed"):
        desk.ingest.segments(asset, scenes, ("mezzanine",), CONTEXT, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def has_leading_frames(path: Path) -> bool:
    """Whether frames are stored behind a key frame that is shown after them."""
    with av.open(str(path)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.pts is not None]
    newest = 0
    for packet in packets:
        if packet.is_keyframe:
            newest = packet.pts or 0
        elif (packet.pts or 0) < newest:
            return True
    return False


def cut_up(scene: Any, edges: list[int]) -> tuple[Any, ...]:
    """``scene`` in pieces, as a search would have found them."""
    return tuple(
        dataclasses.replace(scene, index=number, start_frame=first, end_frame=end)
        for number, (first, end) in enumerate(itertools.pairwise(edges))
    )


def test_what_is_looked_at_is_read_next(desk: Desk, film: SceneTruth) -> None:
    asset = asset_of(desk, film.path)
    assert desk.ingest.thumbnail(asset, 22 * SECOND) is None
    desk.ingest.import_media(asset, CONTEXT)
    asked = [args["first"] for name, args in desk.workers.calls if name == "import_chunk"]
    assert asked[0] == max(chunk.first for chunk in plan_chunks(build_index(film.path)) if chunk.first <= 22 * 25)
    assert sorted(asked) == [chunk.first for chunk in plan_chunks(build_index(film.path))]
