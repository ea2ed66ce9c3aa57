"""Films in which somebody speaks, by espeak-ng."""

from __future__ import annotations

import shutil
import subprocess
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from tests.helpers.media import make_film

ESPEAK = shutil.which("espeak-ng")
TEXT = "The quick brown fox jumps over the lazy dog. Nobody minds."


def speaking_film(path: Path, text: str = TEXT) -> float:
    """Write a Matroska film in which a machine says ``text``; returns the length of the speech in seconds.

    Needs :data:`ESPEAK`.
    """
    speech = path.with_suffix(".speech.wav")
    subprocess.run([ESPEAK or "espeak-ng", "-v", "en", "-w", str(speech), text], check=True, capture_output=True)
    with av.open(str(speech)) as source:
        stream = source.streams.audio[0]
        rate = int(stream.codec_context.sample_rate)
        pieces = [frame.to_ndarray() for frame in source.decode(stream)]
    samples = np.concatenate(pieces, axis=1).astype(np.int16)
    seconds = samples.shape[1] / rate
    silent = path.with_suffix(".silent.mkv")
    make_film(silent, frames=int(seconds * 25) + 1, bframes=0, audio=False)
    with av.open(str(silent)) as pictures, av.open(str(path), "w") as film:
        video = film.add_stream_from_template(pictures.streams.video[0])
        sound = film.add_stream("pcm_s16le", rate=rate, layout="mono")
        for packet in pictures.demux(video=0):
            if packet.dts is not None:
                packet.stream = video
                film.mux(packet)
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)
        film.mux(sound.encode(frame))
        film.mux(sound.encode(None))
    speech.unlink()
    silent.unlink()
    return float(seconds)


def evenly(text: str, seconds: float) -> list[tuple[str, int, int]]:
    """The words of ``text`` with starts and ends in milliseconds, spread over ``seconds``."""
    words = text.split()
    step = int(seconds * 1000) // len(words)
    return [(word, number * step, number * step + step * 4 // 5) for number, word in enumerate(words)]
