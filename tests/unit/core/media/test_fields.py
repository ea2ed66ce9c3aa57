"""Which field of an interlaced picture is first, as the picture itself says it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Literal

import av
import numpy as np
import numpy.typing as npt
import pytest

from app.core.media.fields import FieldScaler
from app.core.media.probe import probe
from app.core.model.asset import VideoStream
from tests.helpers.shaped_films import make_shaped, with_fields


def video_of(path: Path) -> VideoStream:
    video = probe(path).video
    assert video is not None
    return video


@pytest.mark.parametrize("order", ["tff", "bff"])
def test_the_picture_decides_which_field_is_first_where_the_stream_says_another(
    tmp_path: Path, order: Literal["tff", "bff"]
) -> None:
    """DNxHD in MXF is tagged top field first whatever it holds."""
    wrong = {"flags": "+ildct", "field_order": "bb" if order == "tff" else "tt"}
    film = tmp_path / "a.mov"
    make_shaped(film, codec="prores_ks", pixel_format="yuv422p10le", options=wrong, fields=order, frames=2)
    assert video_of(film).interlaced == order


def test_progressive_films_have_no_fields(tmp_path: Path) -> None:
    for name, codec in (("a.mp4", "libx264"), ("a.mpg", "mpeg2video"), ("a.avi", "mpeg4")):
        assert video_of(make_shaped(tmp_path / name, codec=codec, frames=2)).interlaced is None


def test_a_png_sent_in_passes_has_no_fields(tmp_path: Path) -> None:
    encoder = av.CodecContext.create("png", "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt, encoder.time_base = 64, 48, "rgb24", Fraction(1, 25)
    encoder.options = {"flags": "+ildct"}
    picture = av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8))
    picture.pts, picture.time_base = 0, Fraction(1, 25)
    path = tmp_path / "a.png"
    path.write_bytes(
        b"".join(bytes(packet) for packet in (*encoder.encode(with_fields(picture, "tff")), *encoder.encode(None)))
    )
    assert path.read_bytes()[28] == 1  # Adam7
    assert video_of(path).interlaced is None


def two_moments(pixel_format: str, height: int = 32) -> av.VideoFrame:
    """A picture of 48 columns whose even lines are as dark and as blue as its odd lines are bright and red."""
    lines = np.zeros((height, 48, 3), np.uint8)
    lines[0::2], lines[1::2] = (20, 20, 140), (230, 120, 120)
    frame = av.VideoFrame.from_ndarray(lines).reformat(format=pixel_format)
    frame.pts, frame.time_base = 0, Fraction(1, 25)
    return frame


@pytest.mark.parametrize("order", ["tff", "bff"])
def test_colours_of_one_field_stay_out_of_the_other(order: Literal["tff", "bff"]) -> None:
    frame = two_moments("yuv422p")
    whole = [plane_of(frame, number)[:, 4] for number in range(3)]
    half = FieldScaler(48, 32, "yuv420p", order).scaled(frame)
    assert half.interlaced_frame
    for number in (1, 2):
        found = plane_of(half, number)[:, 4].astype(int)
        assert np.abs(found[0::2] - int(whole[number][0])).max() <= 1
        assert np.abs(found[1::2] - int(whole[number][1])).max() <= 1


def test_a_picture_that_fits_keeps_its_samples_and_only_gains_its_order() -> None:
    frame = two_moments("yuv422p")
    same = FieldScaler(48, 32, "yuv422p", "bff").scaled(frame)
    assert same.interlaced_frame
    assert not frame.interlaced_frame
    assert np.array_equal(same.to_ndarray(), frame.to_ndarray())


def plane_of(frame: av.VideoFrame, number: int) -> npt.NDArray[np.uint8]:
    """One plane without its padding, shape (lines, samples)."""
    plane = frame.planes[number]
    return np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[: plane.height, : plane.width]
