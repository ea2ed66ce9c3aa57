"""Real film through the whole import pass: the known scenes, however it is encoded and wherever it stops."""

from __future__ import annotations

import itertools
import os
import signal
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path

import av
import pytest

from app.core.base.errors import UserError
from app.core.jobs.inline import InlineContext
from app.core.media.disk_cache import DiskCache
from app.core.media.indexes import MediaIndexes
from app.core.media.worker import Workers
from app.core.model.scene import SceneList
from app.core.session.ingest import Ingest
from app.core.session.ingest_chunks import plan_chunks
from tests.helpers.ingest import MemoryLibrary, make_desk
from tests.helpers.media import make_film
from tests.helpers.shared import shared_media

CUTS = [285, 378, 553]
FADE_IN = 50  # the first frame at full strength


@pytest.fixture(scope="module")
def small_film(tmp_path_factory: pytest.TempPathFactory) -> list[av.VideoFrame]:
    """The frames of the real film, a third as large."""
    with av.open(str(shared_media("bbb480.mp4"))) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        return [frame.reformat(284, 160) for frame in container.decode(stream)]


def encode(frames: list[av.VideoFrame], path: Path, options: Mapping[str, str]) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=24, options={"preset": "superfast", **options})
        stream.width, stream.height, stream.pix_fmt = 284, 160, "yuv420p"
        stream.codec_context.thread_type = "AUTO"
        for number, frame in enumerate(frames):
            frame.pts, frame.time_base, frame.pict_type = number, Fraction(1, 24), 0
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def scenes_of(path: Path, cache: Path) -> SceneList:
    desk = make_desk(cache)
    return desk.ingest.scenes(desk.ingest.asset(path, InlineContext()), InlineContext())


def assert_known_scenes(found: SceneList) -> None:
    assert found.frames == 720
    assert [each.start_frame for each in found.transitions if each.kind == "cut"] == CUTS
    fades = [each for each in found.transitions if each.kind == "fade"]
    assert len(fades) == 1
    assert fades[0].start_frame == 0
    assert fades[0].end_frame == pytest.approx(FADE_IN, abs=1)
    edges = [0, *CUTS, 720]
    assert [(scene.start_frame, scene.end_frame) for scene in found.scenes] == list(itertools.pairwise(edges))
    assert [scene.transition_in for scene in found.scenes] == ["start", "cut", "cut", "cut"]


@pytest.mark.parametrize("name", ["bbb1080.mp4", "bbb480.mp4"])
def test_the_scenes_of_a_real_film(name: str, tmp_path: Path) -> None:
    assert_known_scenes(scenes_of(shared_media(name), tmp_path))


@pytest.mark.parametrize(
    "options",
    [
        {"x264-params": "keyint=infinite:scenecut=0"},
        {"x264-params": "keyint=10:min-keyint=10:scenecut=0"},
        {"x264-params": "keyint=10:min-keyint=10:scenecut=0", "crf": "35"},
    ],
    ids=["one key frame", "a key frame every tenth", "the same at poor quality"],
)
def test_key_frames_neither_make_nor_hide_cuts(
    small_film: list[av.VideoFrame], options: Mapping[str, str], tmp_path: Path
) -> None:
    film = encode(small_film, tmp_path / "film.mp4", options)
    assert_known_scenes(scenes_of(film, tmp_path / "cache"))


@pytest.fixture
def workers() -> Iterator[Workers]:
    made = Workers(count=1)
    yield made
    made.close()


def test_a_killed_worker_costs_one_chunk(tmp_path: Path, workers: Workers) -> None:
    """The real thing: a process of its own, killed while it reads."""
    film = make_film(tmp_path / "film.mp4", frames=1600, gop=250, width=320, height=180, audio=False)
    cache = DiskCache(tmp_path / "cache")
    indexes = MediaIndexes(cache, workers)
    ingest = Ingest(workers, cache, MemoryLibrary(), indexes)
    asset = ingest.asset(film.path, InlineContext())
    chunks = plan_chunks(indexes.index(asset))
    assert len(chunks) >= 6
    killed: list[int] = []

    def kill(done: float, _message: str) -> None:
        if done > 0.3 and workers.pids and not killed:
            killed.append(workers.pids[0])
            os.kill(workers.pids[0], signal.SIGKILL)

    with pytest.raises(UserError, match="ended from outside"):
        ingest.scores(asset, InlineContext(kill))
    assert killed
    kept = len(list(cache.root.rglob("scores/**/*.done")))
    assert 0 < kept < len(chunks)
    assert not list(cache.root.rglob("*.part"))
    assert len(ingest.scores(asset, InlineContext())) == 1600
