"""Proxies: frame k is frame k of the source, at its time, and decoding can begin at each."""

from __future__ import annotations

import itertools
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import pytest

from app.core.base.errors import UserError
from app.core.jobs.inline import InlineContext
from app.core.media.handlers import index_handler
from app.core.media.index import load_index
from app.core.media.proxy import ProxyChunk, encoded_color, limited_aspect, needs_proxy, proxy_settings
from app.core.media.pyav_source import PyAVVideoSource
from app.core.media.seek_cost import seeks_quickly
from app.core.media.tracks import PictureClock
from app.core.model.asset import Color
from tests.unit.core.media.working_films import Working, look, working_film


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Working:
    return working_film(tmp_path_factory.mktemp("proxy") / "film.mp4", frames=60, gop=60, audio=False)


def encode(film: Working, path: Path, first: int, end: int) -> Path:
    chunk = ProxyChunk(path, proxy_settings(film.video, film.index), PictureClock.of(film.index))
    source = PyAVVideoSource(film.path, film.index)
    for number in range(first, end):
        chunk.add(number, source.frame(number))
    chunk.finish()
    source.close()
    return path


def test_frames_keep_their_numbers_and_are_all_key_frames(film: Working, tmp_path: Path) -> None:
    seen = look(encode(film, tmp_path / "chunk", 0, 60))
    assert seen.numbers == list(range(60))
    assert all(seen.keys)


def test_a_later_chunk_keeps_its_times(film: Working, tmp_path: Path) -> None:
    seen = look(encode(film, tmp_path / "chunk", 20, 50))
    assert seen.numbers == list(range(20, 50))
    assert seen.times == pytest.approx([number / 25 for number in range(20, 50)])


def test_variable_rates_keep_their_times(tmp_path: Path) -> None:
    stamps = [0, 40, 100, 133, 166, 400, 410, 480, 1200, 1300]
    film = working_film(tmp_path / "vfr.mkv", frames=10, timestamps=stamps, audio=False)
    assert film.index.variable_rate
    seen = look(encode(film, tmp_path / "chunk", 0, 10))
    assert seen.numbers == list(range(10))
    assert seen.times == pytest.approx([stamp / 1000 for stamp in stamps])


def test_large_pictures_become_540_lines(film: Working) -> None:
    settings = proxy_settings(replace(film.video, coded_width=1920, coded_height=1080), film.index)
    assert (settings.width, settings.height, settings.sample_aspect) == (960, 540, Fraction(1))
    settings = proxy_settings(replace(film.video, coded_width=1080, coded_height=1920), film.index)
    assert (settings.width, settings.height) == (540, 960)


def test_pixel_aspect_keeps_the_shape(film: Working) -> None:
    odd = replace(film.video, coded_width=1440, coded_height=1080, sample_aspect=Fraction(4, 3))
    settings = proxy_settings(odd, film.index)
    shape = settings.sample_aspect * settings.width / settings.height
    assert shape == Fraction(16, 9)
    assert limited_aspect(Fraction(1_000_003, 1_000_001)) == pytest.approx(1, abs=1e-4)


def test_the_stream_says_its_pixel_aspect(tmp_path: Path) -> None:
    film = working_film(tmp_path / "film.mp4", frames=5, audio=False)
    odd = replace(film.video, sample_aspect=Fraction(4, 3))
    stretched = Working(film.film, replace(film.info, video=odd), film.index)
    assert look(encode(stretched, tmp_path / "chunk", 0, 5)).aspect == Fraction(4, 3)


def test_which_films_need_one(film: Working, tmp_path: Path) -> None:
    short = working_film(tmp_path / "short.mp4", frames=60, gop=12, audio=False)
    assert not needs_proxy(short.video, short.index)
    assert needs_proxy(film.video, film.index)
    assert needs_proxy(replace(short.video, coded_width=1920, coded_height=1080), short.index)


def test_what_a_seek_costs_decides_where_it_is_known(film: Working, tmp_path: Path) -> None:
    assert not needs_proxy(film.video, replace(film.index, quick=True))
    short = working_film(tmp_path / "short.mp4", frames=24, gop=12, audio=False)
    assert needs_proxy(short.video, replace(short.index, quick=False))
    large = replace(film.video, coded_width=1920, coded_height=1080)
    assert needs_proxy(large, replace(film.index, quick=True))


def test_a_worker_measures_it_and_the_index_keeps_it(tmp_path: Path) -> None:
    film = working_film(tmp_path / "film.mp4", frames=60, audio=False)
    args = {"path": str(film.film.path), "stream": film.index.stream, "out": str(tmp_path / "index.npz")}
    index_handler(args, InlineContext())
    kept = load_index(tmp_path / "index.npz")
    assert kept is not None
    assert kept.quick is not None


@pytest.mark.parametrize(
    ("costs", "quick"),
    [([0.004, 0.3, *[0.004] * 7], True), ([0.012] * 9, False), ([0.3, 0.3], False), ([0.001, 0.3, 0.3], False)],
)
def test_quick_is_a_median_under_ten_milliseconds(film: Working, costs: list[float], quick: bool) -> None:
    ends = itertools.accumulate(costs)
    times = iter([moment for end, cost in zip(ends, costs, strict=True) for moment in (end - cost, end)])
    assert seeks_quickly(film.path, film.index, lambda: next(times)) is quick
    assert list(times) == []


def test_large_pictures_are_not_measured(tmp_path: Path) -> None:
    film = working_film(tmp_path / "film.mp4", frames=2, audio=False, width=1284, height=724)
    assert seeks_quickly(film.film.path, film.index) is None


def test_a_film_that_nothing_can_be_shown_of_has_no_figure(tmp_path: Path) -> None:
    film = working_film(tmp_path / "film.mp4", frames=10, audio=False)
    film.film.path.write_bytes(b"no film any more")
    assert seeks_quickly(film.film.path, film.index) is None


def test_colour_is_carried(film: Working, tmp_path: Path) -> None:
    tags = Color("bt709", "bt709", "bt709", "limited")
    tagged = Working(film.film, replace(film.info, video=replace(film.video, color=tags)), film.index)
    with av.open(str(encode(tagged, tmp_path / "chunk", 0, 3))) as container:
        context = container.streams.video[0].codec_context
        assert (context.color_primaries, context.color_trc, context.colorspace, context.color_range) == (1, 1, 1, 1)
    assert encoded_color(replace(film.video, pixel_format="gbrp", color=Color())).matrix == "bt709"
    assert encoded_color(replace(film.video, pixel_format="yuvj420p")).range == "full"


def test_a_folder_that_cannot_be_written(film: Working, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="does not exist"):
        encode(film, tmp_path / "nowhere" / "chunk", 0, 2)


def test_an_aborted_chunk_may_be_aborted_again(film: Working, tmp_path: Path) -> None:
    chunk = ProxyChunk(tmp_path / "chunk", proxy_settings(film.video, film.index), PictureClock.of(film.index))
    chunk.abort()
    chunk.abort()
