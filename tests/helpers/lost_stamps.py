"""Films that lost part of their stamps on the way through other programs."""

from __future__ import annotations

from pathlib import Path

import av

_TS_PACKET = 188
_VIDEO_STREAM = 0xE0


def drop_every_other_stamp(path: Path) -> None:
    """Take pts and dts out of every second picture of a transport stream, as where it shares a PES packet."""
    data = bytearray(path.read_bytes())
    seen = 0
    for start in range(0, len(data), _TS_PACKET):
        head = start + 4 + (1 + data[start + 4] if data[start + 3] & 0x20 else 0)
        if data[start + 1] & 0x40 and data[head : head + 4] == bytes((0, 0, 1, _VIDEO_STREAM)):
            seen += 1
            if seen % 2 == 0:
                size = data[head + 8]
                data[head + 7] &= 0x3F  # neither pts nor dts
                data[head + 9 : head + 9 + size] = b"\xff" * size  # stuffing
    path.write_bytes(data)


def stamp_by_decoding(source: Path, path: Path) -> None:
    """Copy the picture of ``source`` to ``path`` with each packet's decoding stamp as its presentation stamp too."""
    with av.open(str(source)) as film, av.open(str(path), "w") as copy:
        stream = copy.add_stream_from_template(film.streams.video[0])
        for packet in film.demux(film.streams.video[0]):
            if packet.size:
                packet.pts, packet.stream = packet.dts, stream
                copy.mux(packet)
