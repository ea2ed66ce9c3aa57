"""HDR on an ordinary screen: black stays black, white is nearly white, hues and order are kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import av
import cv2
import numpy as np
import pytest

from app.core.media.probe import probe
from app.core.media.thumbnails import jpeg_of
from app.core.media.tone import ToneMapper, standard_range
from tests.helpers.media import make_film

BT2020 = 9
COLOURS = [(1, 0, 0), (0, 1, 0), (0, 0, 1), (0, 1, 1), (1, 0, 1), (1, 1, 0)]


def codes(*values: float) -> Any:
    return np.asarray([[value] * 3 for value in values], dtype=np.float32)


@pytest.mark.parametrize(("kind", "white"), [("pq", 0.5807), ("hlg", 0.75)])
def test_white_is_nearly_white_and_highlights_are_told_apart(kind: Literal["pq", "hlg"], white: float) -> None:
    black, dark, reference, bright, brightest = standard_range(codes(0, 0.3, white, white + 0.1, 1.0), kind)[:, 0]
    assert black == 0
    assert 0.85 < reference < 0.95
    assert 0 < dark < reference < bright < brightest <= 1


def test_greys_stay_grey_and_colours_keep_their_hue() -> None:
    for value in (0.2, 0.5, 0.8):
        grey = standard_range(codes(value), "pq")[0]
        assert float(np.ptp(grey)) < 0.01
    red, green, blue = standard_range(np.asarray([[0.6, 0.3, 0.3]], dtype=np.float32), "pq")[0]
    assert red > green
    assert red > blue


@pytest.mark.parametrize("kind", ["pq", "hlg"])
@pytest.mark.parametrize("full", [False, True])
def test_pictures_come_out_as_the_formula_says(kind: Literal["pq", "hlg"], full: bool) -> None:
    frame = av.VideoFrame(64, 48, "yuv420p10le")
    grey = 500
    for plane, value in zip(frame.planes, (grey, 512, 512), strict=True):
        np.frombuffer(memoryview(plane), np.uint16)[:] = value
    mapper = ToneMapper(kind)
    code = grey / 1023 if full else (grey - 64) / 876
    wanted = float(standard_range(codes(code), kind)[0, 0])
    for size in ((64, 48), (32, 24), (32, 24)):
        mapped = mapper.mapped(frame, *size, BT2020, full=full)
        assert (mapped.width, mapped.height) == size
        values = mapped.reformat(format="rgb48le").to_ndarray() / 65535
        assert values.mean() == pytest.approx(wanted, abs=0.01)


@pytest.mark.parametrize("kind", ["pq", "hlg"])
@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("size", [(64, 48), (32, 24)])
def test_colours_come_out_as_the_formula_says(
    kind: Literal["pq", "hlg"], colour: tuple[int, int, int], size: tuple[int, int]
) -> None:
    """Primaries and secondaries keep their planes: red is not looked up as blue."""
    rgb = np.full((48, 64, 3), np.where(np.asarray(colour, bool), 40_000, 6_000), np.uint16)
    wanted = standard_range(np.asarray(rgb[0, 0] / 65535, np.float32), kind)
    mapped = ToneMapper(kind).mapped(av.VideoFrame.from_ndarray(rgb, format="rgb48le"), *size, BT2020, full=True)
    found = mapped.reformat(format="rgb48le").to_ndarray().mean(axis=(0, 1)) / 65535
    assert found == pytest.approx(wanted, abs=0.015)
    assert [value > found.mean() for value in found] == [bool(part) for part in colour]


def test_thumbnails_of_hdr_films_are_not_grey(tmp_path: Path) -> None:
    tags = "colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc"
    film = make_film(
        tmp_path / "a.mp4", frames=2, pixel_format="yuv420p10le", audio=False, codec_options={"x264-params": tags}
    )
    video = probe(film.path).video
    assert video is not None
    assert video.hdr == "pq"
    frame = av.VideoFrame(160, 90, "yuv420p10le")
    for plane, value in zip(frame.planes, (round(64 + 0.5807 * 876), 512, 512), strict=True):
        np.frombuffer(memoryview(plane), np.uint16)[:] = value
    picture = cv2.imdecode(np.frombuffer(jpeg_of(frame, video), np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    # reference white: as it is stored it would come out as 148
    assert 217 < picture.mean() < 243
