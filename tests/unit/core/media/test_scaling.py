"""Pictures are halved exactly where that leads to the size, and scaled by libswscale where it does not."""

from __future__ import annotations

import av
import numpy as np
import pytest

from app.core.media.scaling import Scaler, halvings


def noise(width: int, height: int) -> av.VideoFrame:
    samples = np.random.default_rng(1).integers(0, 256, (height * 3 // 2, width), np.uint8)
    return av.VideoFrame.from_ndarray(samples, format="yuv420p")


@pytest.mark.parametrize("times", [1, 2, 3])
def test_each_sample_of_a_halved_picture_is_the_mean_of_those_it_stands_for(times: int) -> None:
    step = 1 << times
    frame = noise(48 * step, 32 * step)
    before = frame.to_ndarray().copy()
    small = Scaler(48, 32, "yuv420p").scaled(frame)
    luma = before[: frame.height].reshape(32, step, 48, step).mean((1, 3))
    assert np.abs(small.to_ndarray()[:32] - luma).max() <= times / 2
    assert np.array_equal(frame.to_ndarray(), before)


@pytest.mark.parametrize(("width", "height"), [(40, 24), (64, 96), (48, 64)])
def test_other_ratios_are_those_of_libswscale(width: int, height: int) -> None:
    frame = noise(96, 64)
    expected = frame.reformat(width, height, format="yuv420p", interpolation="BILINEAR")
    assert not halvings(frame, width, height)
    assert np.array_equal(Scaler(width, height, "yuv420p").scaled(frame).to_ndarray(), expected.to_ndarray())


def test_a_picture_that_fits_is_passed_on_itself() -> None:
    frame = noise(96, 64)
    assert Scaler(96, 64, "yuv420p").scaled(frame) is frame


def test_deep_pictures_are_not_taken_for_shallow_ones() -> None:
    frame = noise(96, 64).reformat(format="yuv420p10le")
    small = Scaler(48, 32, "yuv420p").scaled(frame)
    expected = frame.reformat(48, 32, format="yuv420p", interpolation="BILINEAR")
    assert np.array_equal(small.to_ndarray(), expected.to_ndarray())
