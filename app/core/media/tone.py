"""Pictures of high dynamic range made fit for ordinary screens.

Perceptual quantiser and hybrid log-gamma (ITU-R BT.2100) become BT.709 for a screen of gamma 2.4:
reference white (203 cd/m2, ITU-R BT.2408) comes out nearly white, all that is brighter is drawn
together above it, and hues are kept because all three primaries are scaled alike.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Any, Literal, TypeAlias

import av
import numpy as np
import numpy.typing as npt
from av.filter import Graph
from av.video.reformatter import Interpolation, VideoReformatter

Hdr: TypeAlias = Literal["pq", "hlg"]
Light = npt.NDArray[np.float32]

_KINDS: dict[str, Hdr] = {"smpte2084": "pq", "arib-std-b67": "hlg"}
_WORKING_FORMAT = "gbrp16le"
_REFERENCE_WHITE = 203.0
_HLG_PEAK, _HLG_GAMMA = 1000.0, 1.2
_BT2020_LUMA = np.asarray([0.2627, 0.6780, 0.0593], dtype=np.float32)
# Linear light of BT.2020 primaries in those of BT.709 (ITU-R BT.2087, inverse of its table 2).
_TO_BT709 = np.asarray(
    [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]], dtype=np.float32
)
# Up to here (1 is reference white) light is left alone.
_KNEE = 0.5
_SCREEN_GAMMA = 2.4
# Haldclut level: the table has this to the power of six entries.
_LEVEL = 6
# The side of a table of level 2, and steps by which three numbers are told apart.
_SMALLEST = 8
_APART = 20_000
# What the planes of the working format hold: 0 red, 1 green, 2 blue.
_GBR = (1, 2, 0)
_FULL_RANGE = 2
_LIMITED_RANGE = 1


def hdr_of(transfer: str | None) -> Hdr | None:
    """The kind of high dynamic range that a transfer curve of that name means."""
    return _KINDS.get(transfer or "")


def standard_range(code: Light, kind: Hdr) -> Light:
    """RGB code values of BT.2100, shape (..., 3), 0 to 1, as code values of BT.709, 0 to 1."""
    light = _pq_light(code) if kind == "pq" else _hlg_light(code)
    light = np.maximum(light / _REFERENCE_WHITE @ _TO_BT709.T, 0)
    brightest = np.maximum(light.max(axis=-1, keepdims=True), 1e-6)
    above = np.maximum(brightest - _KNEE, 0)
    drawn = np.where(above > 0, _KNEE + (1 - _KNEE) * (1 - np.exp(-above / (1 - _KNEE))), brightest)
    return np.asarray(np.clip(light * (drawn / brightest), 0, 1) ** (1 / _SCREEN_GAMMA), dtype=np.float32)


class ToneMapper:
    """Tone-maps decoded pictures; belongs to one thread. 16 ms for a picture of 1080 lines, 2 ms for one of 540."""

    def __init__(self, kind: Hdr) -> None:
        self._kind: Hdr = kind
        self._reformatter = VideoReformatter()
        self._line: _Line | None = None

    def mapped(self, frame: av.VideoFrame, width: int, height: int, matrix: int, *, full: bool) -> av.VideoFrame:
        """``frame``, YUV of swscale's ``matrix`` or RGB, as RGB of 16 bits for BT.709 at the size given."""
        rgb = self._reformatter.reformat(
            frame,
            width,
            height,
            _WORKING_FORMAT,
            src_colorspace=matrix,
            src_color_range=_FULL_RANGE if full else _LIMITED_RANGE,
            dst_color_range=_FULL_RANGE,
            interpolation=Interpolation.BICUBIC,
            threads=1,
        )
        if self._line is None or self._line.size != (width, height):
            self._line = _Line(_table_frame(self._kind), width, height)
        return self._line.mapped(rgb)


class _Line:
    """A filter graph that looks every pixel up in ``table``, a picture of its entries."""

    def __init__(self, table: av.VideoFrame, width: int, height: int) -> None:
        self.size = (width, height)
        self._count = 0
        self._graph = Graph()
        base, working = Fraction(1, 25), av.VideoFormat(_WORKING_FORMAT)
        self._source = self._graph.add_buffer(width=width, height=height, format=working, time_base=base)
        entries = self._graph.add_buffer(width=table.width, height=table.height, format=working, time_base=base)
        lookup = self._graph.add("haldclut", "clut=first:interp=tetrahedral")
        self._sink = self._graph.add("buffersink")
        self._source.link_to(lookup, 0, 0)
        entries.link_to(lookup, 0, 1)
        lookup.link_to(self._sink)
        self._graph.configure()
        table.pts, table.time_base = 0, base
        entries.push(table)
        entries.push(None)

    def mapped(self, rgb: av.VideoFrame) -> av.VideoFrame:
        rgb.pts, rgb.time_base = self._count, Fraction(1, 25)
        self._count += 1
        self._source.push(rgb)
        found: Any = self._sink.pull()
        assert isinstance(found, av.VideoFrame)
        return found


def _table_frame(kind: Hdr) -> av.VideoFrame:
    """The table as a picture: red changes fastest, then green, then blue."""
    side = _LEVEL**3
    frame = av.VideoFrame(side, side, _WORKING_FORMAT)
    for plane, values in enumerate(_table_planes()):
        _samples(frame, plane)[:] = _table(kind)[..., values].reshape(side, side)
    return frame


@lru_cache(maxsize=1)
def _table_planes() -> tuple[int, int, int]:
    """What the filter takes the planes of a table for: 0 red, 1 green, 2 blue.

    They are green, blue, red, as those of a picture. FFmpeg's haldclut (libavfilter/vf_lut3d.c, up to version 8
    at least) takes them for red, green, blue, so that what it finds comes out in other planes. Looked up here
    rather than assumed: a table whose planes say their own numbers shows where each comes out.
    """
    numbers = av.VideoFrame(_SMALLEST, _SMALLEST, _WORKING_FORMAT)
    for plane in range(3):
        _samples(numbers, plane)[:] = plane * _APART
    picture = av.VideoFrame(_SMALLEST, _SMALLEST, _WORKING_FORMAT)
    for plane in range(3):
        _samples(picture, plane)[:] = 0
    mapped = _Line(numbers, _SMALLEST, _SMALLEST).mapped(picture)
    came_from = [round(float(_samples(mapped, plane)[0, 0]) / _APART) for plane in range(3)]
    first, second, third = (_GBR[came_from.index(plane)] for plane in range(3))
    return first, second, third


def _samples(frame: av.VideoFrame, plane: int) -> npt.NDArray[np.uint16]:
    """A view of one plane of sixteen bits without its padding."""
    rows = np.frombuffer(memoryview(frame.planes[plane]), np.uint16).reshape(frame.height, -1)
    return rows[:, : frame.width]


@lru_cache(maxsize=2)
def _table(kind: Hdr) -> npt.NDArray[np.uint16]:
    steps = np.linspace(0, 1, _LEVEL**2, dtype=np.float32)
    blue, green, red = np.meshgrid(steps, steps, steps, indexing="ij")
    mapped = standard_range(np.stack((red, green, blue), axis=-1), kind)
    return np.asarray(np.rint(mapped * 65535), dtype=np.uint16)


def _pq_light(code: Light) -> Light:
    """cd/m2 of the perceptual quantiser's code values (BT.2100, table 4)."""
    m1, m2, c1, c2, c3 = 2610 / 16384, 2523 / 32, 3424 / 4096, 2413 / 128, 2392 / 128
    root = np.clip(code, 0, 1).astype(np.float64) ** (1 / m2)
    return np.asarray(10_000 * (np.maximum(root - c1, 0) / (c2 - c3 * root)) ** (1 / m1), dtype=np.float32)


def _hlg_light(code: Light) -> Light:
    """cd/m2 of hybrid log-gamma's code values on a screen of 1,000 cd/m2 (BT.2100, table 5)."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    code = np.clip(code, 0, 1)
    scene = np.where(code <= 0.5, code**2 / 3, (np.exp((code - c) / a) + b) / 12)
    luma = np.maximum((scene * _BT2020_LUMA).sum(axis=-1, keepdims=True), 1e-9)
    return np.asarray(_HLG_PEAK * luma ** (_HLG_GAMMA - 1) * scene, dtype=np.float32)
