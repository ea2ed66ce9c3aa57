"""Small pictures: the same whatever the pixel format, range and size of the frame."""

from __future__ import annotations

import av
import numpy as np
import numpy.typing as npt
import pytest

from app.core.analysis.small_picture import SmallPicture, SmallSize, small_picture


def gradient(width: int, height: int) -> av.VideoFrame:
    """Red to the right, green downwards, blue a constant third."""
    picture = np.empty((height, width, 3), np.uint8)
    picture[..., 0] = np.linspace(0, 255, width)[None, :]
    picture[..., 1] = np.linspace(0, 255, height)[:, None]
    picture[..., 2] = 85
    return av.VideoFrame.from_ndarray(picture, format="rgb24")


def grey(level: int, width: int = 320, height: int = 180) -> av.VideoFrame:
    planes = np.full((height * 3 // 2, width), 128, np.uint8)
    planes[:height] = level
    return av.VideoFrame.from_ndarray(planes, format="yuv420p")


def small(frame: av.VideoFrame) -> SmallPicture:
    return small_picture(frame, SmallSize.of(frame.width, frame.height))


def difference(one: npt.NDArray[np.uint8], other: npt.NDArray[np.uint8]) -> float:
    return float(np.abs(one.astype(int) - other.astype(int)).mean())


@pytest.mark.parametrize(
    ("frame_size", "expected"),
    [
        ((1920, 1080), (256, 144)),
        ((854, 480), (256, 144)),
        ((1080, 1920), (256, 456)),
        ((160, 90), (160, 90)),
        ((161, 91), (160, 90)),
        ((7680, 4320), (256, 144)),
        ((2, 2), (2, 2)),
    ],
)
def test_sizes_are_even_and_at_most_256_wide(frame_size: tuple[int, int], expected: tuple[int, int]) -> None:
    size = SmallSize.of(*frame_size)
    assert (size.width, size.height) == expected


@pytest.mark.parametrize(
    "pixel_format",
    ["yuv422p", "yuv444p", "yuv420p10le", "yuv422p12le", "yuv444p16le", "nv12", "rgb24", "gbrp", "yuyv422", "p010le"],
)
@pytest.mark.parametrize("size", [(640, 360), (854, 480), (300, 170)])
def test_every_pixel_format_gives_the_same_picture(pixel_format: str, size: tuple[int, int]) -> None:
    picture = gradient(*size)
    usual = small(picture.reformat(format="yuv420p"))
    other = small(picture.reformat(format=pixel_format))
    assert other.bgr.shape == usual.bgr.shape
    assert difference(other.bgr, usual.bgr) < 3
    assert difference(other.tiny, usual.tiny) < 3


def test_red_stays_red() -> None:
    red = np.zeros((90, 160, 3), np.uint8)
    red[..., 0] = 255
    frame = av.VideoFrame.from_ndarray(red, format="rgb24").reformat(format="yuv420p")
    blue, green, found = small(frame).bgr.reshape(-1, 3).mean(axis=0)
    assert found > 240
    assert max(blue, green) < 12


def test_black_is_0_and_white_255_in_either_range() -> None:
    assert small(grey(16)).tiny_luma.max() == 0
    assert small(grey(235)).tiny_luma.min() >= 254
    for level, expected in ((0, 0), (255, 255)):
        full = grey(level)
        full.color_range = 2
        assert abs(int(small(full).tiny_luma[0]) - expected) <= 1


def test_below_black_counts_as_black() -> None:
    assert small(grey(4)).tiny_luma.max() == 0


def test_grey_without_chroma() -> None:
    planes = np.full((90, 160), 120, np.uint8)
    picture = small(av.VideoFrame.from_ndarray(planes, format="gray"))
    assert np.ptp(picture.bgr.reshape(-1, 3).mean(axis=0)) < 2


def test_a_frame_of_another_size_in_mid_stream_takes_the_size_of_the_film() -> None:
    size = SmallSize.of(640, 360)
    assert small_picture(grey(100, 1280, 720), size).bgr.shape == small_picture(grey(100, 640, 360), size).bgr.shape


def test_grain_averages_out() -> None:
    generator = np.random.default_rng(1)
    planes = np.full((1080 * 3 // 2, 1920), 128, np.uint8)
    planes[:1080] = np.clip(generator.normal(60, 12, (1080, 1920)), 0, 255)
    noisy = small(av.VideoFrame.from_ndarray(planes, format="yuv420p"))
    assert noisy.tiny_luma.std() < 2
