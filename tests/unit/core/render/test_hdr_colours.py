"""HDR wherever it is seen: monitor, film, thumbnails and proxies show one colour alike, and the right one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import av
import cv2
import numpy as np
import numpy.typing as npt
import pytest

from app.core.media.index_build import build_index
from app.core.media.poster import make_poster
from app.core.media.probe import probe
from app.core.media.proxy import ProxyChunk, encoded_color, proxy_settings
from app.core.media.pyav_source import PyAVVideoSource
from app.core.media.thumbnails import jpeg_of
from app.core.media.tone import standard_range
from app.core.media.tracks import PictureClock
from app.core.model.asset import Asset, Color, VideoStream
from app.core.render.compositor import Compositor
from app.core.render.plan import make_plan
from app.core.render.screen import ScreenPictures
from tests.unit.core.render.films import clip, project_of, track
from tests.unit.core.render.test_compositor import Stills, solid, still

Rgb = npt.NDArray[np.float32]
Curve = Literal["smpte2084", "arib-std-b67"]

WHITE = {"smpte2084": 0.58, "arib-std-b67": 0.75}
# Reference white, a grey, primaries and secondaries: parts of the code value of white.
PARTS: list[tuple[float, float, float]] = [
    (1, 1, 1), (0.7, 0.7, 0.7), (1, 0.4, 0.4), (0.4, 1, 0.4), (0.4, 0.4, 1), (0.4, 1, 1), (1, 0.4, 1), (1, 1, 0.4),
]  # fmt: skip
BT709 = Color("bt709", "bt709", "bt709", "limited")
LUMA_2020 = (0.2627, 0.6780, 0.0593)
LUMA_709 = (0.2126, 0.7152, 0.0722)
SIZE = (160, 90)


def hdr_color(curve: Curve) -> Color:
    return Color("bt2020", curve, "bt2020nc", "limited")


def coded(code: Rgb, weights: tuple[float, float, float], bits: int) -> tuple[int, int, int]:
    """Limited-range Y, Cb, Cr of RGB code values from 0 to 1."""
    red, green, blue = (float(part) for part in code)
    luma = weights[0] * red + weights[1] * green + weights[2] * blue
    cb, cr = (blue - luma) / (2 - 2 * weights[2]), (red - luma) / (2 - 2 * weights[0])
    step = 2 ** (bits - 8)
    return round((16 + 219 * luma) * step), round((128 + 224 * cb) * step), round((128 + 224 * cr) * step)


def plain(levels: tuple[int, int, int], pixel_format: str) -> av.VideoFrame:
    """A picture of one colour."""
    if pixel_format == "yuv420p":
        return solid(*SIZE, levels)
    frame = av.VideoFrame(*SIZE, pixel_format)
    for plane, level in zip(frame.planes, levels, strict=True):
        np.frombuffer(memoryview(plane), np.uint16)[:] = level
    return frame


def on_screen(frame: av.VideoFrame, color: Color) -> Rgb:
    """Red, green, blue of the middle of what the monitor shows, 0 to 255."""
    picture = ScreenPictures().picture(frame, color)
    pixels = np.frombuffer(memoryview(picture.planes[0]), np.uint8).reshape(picture.height, -1, 4)
    return middle(np.asarray(pixels[:, : picture.width, 2::-1]))


def shown(size: tuple[int, int], *layers: tuple[Asset, av.VideoFrame]) -> Rgb:
    """What the monitor shows of a sequence with one track for each layer, the lowest first."""
    assets = [asset for asset, _ in layers]
    tracks = [track("video", clip(asset, 0, 10, 25)) for asset in assets]
    project, timeline = project_of(assets, tracks, size=SIZE)
    plan = make_plan(project, timeline, output=replace(timeline.format, width=size[0], height=size[1]))
    frames = Stills({asset.id: frame for asset, frame in layers})
    return on_screen(Compositor(plan, frames).frame(0), plan.color)


def middle(pixels: Any) -> Rgb:
    high, wide = pixels.shape[0] // 2, pixels.shape[1] // 2
    return np.asarray(pixels[high - 4 : high + 4, wide - 4 : wide + 4].mean(axis=(0, 1)), np.float32)


def in_jpeg(jpeg: bytes) -> Rgb:
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return middle(picture[..., ::-1])


def assert_alike(found: Rgb, wanted: Rgb, where: str) -> None:
    """Within a few code values; the last dark ones lie far apart after the curve of the screen."""
    apart = np.abs(found - wanted)
    assert np.all(apart <= np.where(wanted < 40, 14, 6)), f"{where}: {found} for {wanted}"


def hdr_film(path: Path, frame: av.VideoFrame, curve: Curve) -> Path:
    """A film of two pictures like ``frame``."""
    tags = f"colorprim=bt2020:transfer={curve}:colormatrix=bt2020nc"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"crf": "4", "x264-params": tags})
        stream.width, stream.height, stream.pix_fmt = frame.width, frame.height, frame.format.name
        stream.codec_context.thread_count = 1
        for number in range(2):
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def proxy_picture(path: Path, video: VideoStream, out: Path) -> tuple[av.VideoFrame, Color]:
    """The first picture of the film's proxy, and the colour that it has."""
    index = build_index(path)
    source = PyAVVideoSource(path, index)
    chunk = ProxyChunk(out, proxy_settings(video, index), PictureClock.of(index))
    for number in range(len(index)):
        chunk.add(number, source.frame(number))
    chunk.finish()
    source.close()
    with av.open(str(out)) as container:
        return next(container.decode(video=0)), encoded_color(video)


@pytest.mark.parametrize("curve", ["smpte2084", "arib-std-b67"])
@pytest.mark.parametrize("parts", PARTS)
@pytest.mark.parametrize("size", [SIZE, (80, 44)])
def test_monitor_film_and_thumbnail_show_one_colour(
    curve: Curve, parts: tuple[float, float, float], size: tuple[int, int]
) -> None:
    code = np.asarray(parts, np.float32) * WHITE[curve]
    wanted = standard_range(code, "pq" if curve == "smpte2084" else "hlg") * 255
    color = hdr_color(curve)
    frame = plain(coded(code, LUMA_2020, 10), "yuv420p10le")
    hdr = still("hdr", frame, color, hdr="pq" if curve == "smpte2084" else "hlg", bit_depth=10)
    assert hdr.info.video is not None
    grey = solid(*SIZE, (126, 128, 128))
    seen = {
        "monitor": shown(size, (hdr, frame)),
        "mixed": shown(size, (still("other", grey, BT709), grey), (hdr, frame)),
        "thumbnail": in_jpeg(jpeg_of(frame, hdr.info.video)),
    }
    for name, found in seen.items():
        assert_alike(found, wanted, name)


@pytest.mark.parametrize("curve", ["smpte2084", "arib-std-b67"])
@pytest.mark.parametrize("parts", PARTS[1:])
def test_posters_and_proxies_of_files_show_it_too(
    tmp_path: Path, curve: Curve, parts: tuple[float, float, float]
) -> None:
    code = np.asarray(parts, np.float32) * WHITE[curve]
    wanted = standard_range(code, "pq" if curve == "smpte2084" else "hlg") * 255
    path = hdr_film(tmp_path / "film.mp4", plain(coded(code, LUMA_2020, 10), "yuv420p10le"), curve)
    video = probe(path).video
    assert video is not None
    assert_alike(in_jpeg(make_poster(str(path), video, 0)), wanted, "poster")
    picture, color = proxy_picture(path, video, tmp_path / "proxy")
    assert_alike(on_screen(picture, color), wanted, "proxy")


@pytest.mark.parametrize("parts", [(0.7, 0.7, 0.7), *[tuple(0.8 * part for part in each) for each in PARTS[2:]]])
@pytest.mark.parametrize("transfer", ["bt2020-10", "bt709"])
def test_films_of_ten_bits_without_hdr_keep_their_numbers(transfer: str, parts: tuple[float, float, float]) -> None:
    wide = transfer == "bt2020-10"
    color = Color("bt2020", transfer, "bt2020nc", "limited") if wide else BT709
    frame = plain(coded(np.asarray(parts, np.float32), LUMA_2020 if wide else LUMA_709, 10), "yuv420p10le")
    film = still("film", frame, color, bit_depth=10)
    assert film.info.video is not None
    for size in (SIZE, (80, 44)):
        assert shown(size, (film, frame)) == pytest.approx([255 * part for part in parts], abs=3)
    assert in_jpeg(jpeg_of(frame, film.info.video)) == pytest.approx([255 * part for part in parts], abs=6)
