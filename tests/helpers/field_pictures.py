"""H.264 whose interlaced pictures are coded as two fields each, which no encoder at hand makes: written bit by bit."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av

_START = b"\0\0\0\1"
_PCM = 25  # mb_type of a macroblock of plain samples (H.264, table 7-11)


class _Bits:
    """Bits of one NAL unit, written as H.264 names them."""

    def __init__(self) -> None:
        self.bits = ""

    def u(self, width: int, value: int) -> _Bits:
        self.bits += f"{value:0{width}b}"
        return self

    def ue(self, *values: int) -> _Bits:
        for value in values:
            digits = f"{value + 1:b}"
            self.bits += "0" * (len(digits) - 1) + digits
        return self

    def aligned(self, last: str = "0") -> bytes:
        bits = self.bits + last
        bits += "0" * (-len(bits) % 8)
        return int(bits, 2).to_bytes(len(bits) // 8, "big")


def _parameters() -> bytes:
    """One macroblock wide, one a field high; order counts in four bits (7.3.2.1, 7.3.2.2)."""
    sequence = _Bits().u(8, 77).u(8, 0).u(8, 30).ue(0, 0, 0, 4, 1).u(1, 0).ue(0, 0).u(1, 0).u(1, 0).u(1, 1).u(2, 0)
    picture = _Bits().ue(0, 0).u(2, 0).ue(0, 0, 0).u(3, 0).ue(0, 0, 0).u(3, 0)
    return _START + b"\x67" + sequence.aligned("1") + _START + b"\x68" + picture.aligned("1")


def _field(frame: int, bottom: int) -> bytes:
    """A slice of one macroblock, all of one brightness (7.3.3, 7.3.5)."""
    key = frame == 0 and not bottom
    slice_ = _Bits().ue(0, 7, 0).u(4, frame % 16).u(1, 1).u(1, bottom)
    if key:
        slice_.ue(0)
    slice_.u(8, (2 * frame + bottom) % 256)
    slice_.u(2 if key else 1, 0).ue(0, _PCM)
    samples = bytes([20 + 5 * frame]) * 256 + b"\x80" * 128
    return _START + (b"\x65" if key else b"\x61") + slice_.aligned("") + samples + b"\x80"


def _fields(frames: int) -> Iterator[bytes]:
    for frame in range(frames):
        for bottom in (0, 1):
            yield (_parameters() if frame == bottom == 0 else b"") + _field(frame, bottom)


def make_field_pictures(path: Path, frames: int) -> None:
    """Write a film of 25 frames a second (at most 40), in which each field is a packet of its own."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 16, 32, "yuv420p"
        for number, data in enumerate(_fields(frames)):
            packet = av.Packet(data)
            packet.pts = packet.dts = number
            packet.time_base, packet.stream = Fraction(1, 50), stream
            container.mux(packet)
