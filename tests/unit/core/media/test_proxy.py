"""Proxies: frame k is frame k of the source, at its time, and decoding can begin at each."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import pytest

from app.core.base.errors import UserError
from app.core.media.proxy import ProxyChunk, encoded_color, limited_aspect, needs_proxy, proxy_settings
from app.core.media.pyav_source import PyAVVideoSource
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
