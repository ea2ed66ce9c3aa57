"""Odd sound files: any number of channels, rates, codecs, tags; each channel has its own beeps."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import av
import numpy as np

from tests.helpers.beeps import beep_track

_EXTENSIBLE = 0xFFFE
_PCM_GUID = bytes.fromhex("0100000000001000800000aa00389b71")


def write_wav(path: Path, *, channels: int, rate: int, seconds: float = 1.0, bits: int = 16, info: bytes = b"") -> Path:
    """A WAV of whole numbers, its channels without places; a beep of 40 ms after half of its length.

    ``info`` is a title in whatever encoding.
    """
    count = round(rate * seconds)
    sound = beep_track(count, rate, channels, [count // 2], round(rate * 0.04))
    size = bits // 8
    whole = np.round(sound.astype(np.float64) * (2 ** (bits - 1) - 1)).astype("<i8")
    packed = whole.view(np.uint8).reshape(count, channels, 8)[:, :, :size].tobytes()
    block = channels * size
    head = struct.pack("<HHIIHH", _EXTENSIBLE, channels, rate, rate * block, block, bits)
    head += struct.pack("<HHI", 22, bits, 0) + _PCM_GUID
    chunks = _chunk(b"fmt ", head)
    if info:
        chunks += _chunk(b"LIST", b"INFO" + _chunk(b"INAM", info + b"\0"))
    chunks += _chunk(b"data", packed)
    path.write_bytes(b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WAVE" + chunks)
    return path


def write_coded(
    path: Path, codec: str, layout: str, *, rate: int = 48_000, options: Mapping[str, str] | None = None
) -> Path:
    """A second of sound coded by PyAV, a beep of 40 ms in its middle."""
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=rate, layout=layout, options=dict(options or {}))
        channels = stream.codec_context.layout.nb_channels
        sound = beep_track(rate, rate, channels, [rate // 2], round(rate * 0.04))
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound.reshape(1, -1)), format="flt", layout=layout)
        frame.sample_rate, frame.pts = rate, 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def _chunk(kind: bytes, content: bytes) -> bytes:
    return kind + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)
