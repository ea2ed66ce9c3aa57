"""Small media files of many kinds, and ways to break them that a seed decides."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable, Mapping
from pathlib import Path

import av
import numpy as np

from tests.helpers.media import make_film, make_sound

_EXTREMES = (0, 1, 7, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x00FFFFFF, 0x10000000)
_BOXES = b"moov trak mdia minf stbl stsd stts stsz stco stsc ctts stss elst edts tkhd mdhd mvhd mdat moof traf trun"
_HEAD = 2048


def make_seeds(folder: Path) -> dict[str, bytes]:
    """One small whole file of each kind, by its ending; about a second to make."""
    make_film(folder / "a.mp4", frames=30)
    make_film(folder / "a.mov", frames=12, codec="prores_ks", pixel_format="yuv422p10le", audio_codec="pcm_s16le")
    make_film(folder / "a.mkv", frames=30)
    make_film(folder / "a.webm", frames=20, codec="libvpx-vp9", audio_codec="libopus")
    make_film(folder / "a.avi", frames=30, codec="mpeg4", audio_codec="mp3")
    make_film(folder / "a.ts", frames=30)
    for name, codec in (("a.mp3", "libmp3lame"), ("a.wav", "pcm_s16le"), ("a.flac", "flac")):
        make_sound(folder / name, seconds=1, codec=codec, sample_rate=16_000)
    _make_gif(folder / "a.gif")
    noise = np.random.default_rng(3).integers(0, 255, (60, 80, 3)).astype(np.uint8)
    for name in ("a.png", "a.jpg"):
        av.VideoFrame.from_ndarray(noise).save(folder / name)
    return {path.suffix[1:]: path.read_bytes() for path in sorted(folder.glob("a.*"))}


def mutated(seeds: Mapping[str, bytes], kind: str, chooser: random.Random) -> bytes:
    """The seed of that kind with one to three injuries."""
    data = bytearray(seeds[kind])
    for _ in range(chooser.randint(1, 3)):
        chooser.choice(_WAYS)(data, chooser)
    if chooser.random() < 0.15:
        other = seeds[chooser.choice(sorted(seeds))]
        cut = chooser.randrange(16, _HEAD)
        data[:cut] = other[:cut]
    return bytes(data)


def _flip(data: bytearray, chooser: random.Random) -> None:
    end = min(len(data), _HEAD) if chooser.random() < 0.5 else len(data)
    for _ in range(chooser.choice((1, 4, 40))):
        data[chooser.randrange(end)] = chooser.randrange(256)


def _truncate(data: bytearray, chooser: random.Random) -> None:
    del data[chooser.randrange(1, len(data)) :]
    data.extend(b"\0" * (2 - len(data)))


def _extreme(data: bytearray, chooser: random.Random) -> None:
    """A false size, count or offset, big- or little-endian, anywhere near the head or the tail."""
    edge = min(len(data) - 1, _HEAD)
    place = chooser.randrange(edge + 1)
    if chooser.random() < 0.5:
        place = len(data) - 1 - place
    data[place : place + 4] = struct.pack(chooser.choice("<>") + "I", chooser.choice(_EXTREMES))


def _box(data: bytearray, chooser: random.Random) -> None:
    """A false size or first numbers of an ISO box; elsewhere a false number."""
    place = data.find(chooser.choice(_BOXES.split()))
    if place < 4:
        return _extreme(data, chooser)
    start = place + chooser.choice((-4, 8, 12, 16, 20))
    data[start : start + 4] = struct.pack(">I", chooser.choice(_EXTREMES))
    return None


def _splice(data: bytearray, chooser: random.Random) -> None:
    """Take a piece away, or say a piece twice."""
    start = chooser.randrange(len(data))
    piece = data[start : start + chooser.choice((1, 16, 188, 1000))]
    if chooser.random() < 0.5:
        del data[start : start + len(piece)]
        data.extend(b"\0" * (2 - len(data)))
    else:
        place = chooser.randrange(len(data))
        data[place:place] = piece


_WAYS: tuple[Callable[[bytearray, random.Random], None], ...] = (_flip, _truncate, _extreme, _box, _splice)


def _make_gif(path: Path) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("gif", rate=10, width=64, height=48)
        stream.pix_fmt = "rgb8"
        for number in range(5):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 50 * number, dtype=np.uint8))
            container.mux(stream.encode(frame.reformat(format="rgb8")))
        container.mux(stream.encode(None))
