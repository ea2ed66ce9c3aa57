"""Numbered pictures of any size, pixel format, codec and container; one of them is a still."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal, cast

import av
import numpy as np

from tests.helpers.picture_code import draw_number

_QUICK: Mapping[str, Mapping[str, str]] = {
    "libx264": {"preset": "superfast", "crf": "18", "sc_threshold": "0", "g": "8", "bf": "2"},
    "libx265": {"preset": "ultrafast", "x265-params": "log-level=error:pools=none:frame-threads=1:keyint=8"},
    "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8", "crf": "20", "lag-in-frames": "0", "auto-alt-ref": "0"},
    "libvpx": {"deadline": "realtime", "cpu-used": "8", "crf": "10", "b": "2M", "auto-alt-ref": "0"},
    "libsvtav1": {"preset": "12", "crf": "20", "svtav1-params": "lp=1"},
    "mpeg2video": {"flags": "+qscale", "global_quality": "354", "bf": "2"},
    "mpeg4": {"flags": "+qscale", "global_quality": "354", "bf": "2"},
    "mjpeg": {"flags": "+qscale", "global_quality": "236"},
}


def make_shaped(
    path: Path,
    *,
    frames: int = 20,
    width: int = 160,
    height: int = 96,
    codec: str = "libx264",
    pixel_format: str = "yuv420p",
    rate: Fraction | int = 25,
    options: Mapping[str, str] | None = None,
    aspect: Fraction | None = None,
    container_format: str | None = None,
    steps: tuple[int, ...] = (),
    fields: Literal["tff", "bff"] | None = None,
) -> Path:
    """Write ``frames`` pictures with their numbers and no sound; ``steps`` are lengths of frames in turn.

    With ``fields`` the pictures come to the encoder as interlaced ones.
    """
    with av.open(str(path), "w", format=container_format) as container:
        chosen = {**_QUICK.get(codec, {}), **(options or {})}
        stream: Any = container.add_stream(codec, rate=rate, options=chosen)
        stream.width, stream.height, stream.pix_fmt = width, height, pixel_format
        stream.codec_context.thread_count = 1
        if aspect is not None:
            stream.codec_context.sample_aspect_ratio = aspect
        moment = 0
        for number in range(frames):
            luma = np.full((height, width), 110, dtype=np.uint8)
            draw_number(luma, number)
            frame = av.VideoFrame.from_ndarray(luma, format="gray").reformat(format=pixel_format)
            frame.pts, frame.time_base = moment, 1 / Fraction(rate)
            frame = frame if fields is None else with_fields(frame, fields)
            moment += steps[number % len(steps)] if steps else 1
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def with_fields(frame: av.VideoFrame, order: Literal["tff", "bff"]) -> av.VideoFrame:
    """``frame`` with the flags of an interlaced picture."""
    graph = av.filter.Graph()
    source = graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base)
    said, sink = graph.add("setfield", order), graph.add("buffersink")
    source.link_to(said)
    said.link_to(sink)
    graph.configure()
    graph.push(frame)
    return cast("av.VideoFrame", graph.pull())
