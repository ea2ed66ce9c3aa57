"""Which field of an interlaced picture is first, as the picture itself says it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Literal

import av
import numpy as np
import pytest

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
