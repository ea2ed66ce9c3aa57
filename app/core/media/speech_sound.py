"""One sound of a file as a small file of its own, for listening to the speech in it.

16 kHz, one channel, FLAC: what speech recognition works on anyway, without loss, about 1 MB a
minute. It begins at media time 0, with silence where the sound begins later, so that a moment in
it is a moment of the film.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import numpy as np

from app.core.base import time
from app.core.base.errors import UserError
from app.core.base.files import write_error
from app.core.base.time import Flicks
from app.core.jobs.context import JobContext
from app.core.media.audio_decode import Samples
from app.core.media.audio_source import PyAVAudioSource
from app.core.media.pyav_errors import media_errors
from app.core.model.asset import STEADY, Asset, AudioStream, SoundClock
from app.core.model.encoding import decode, encode

HANDLER = "speech_sound"
RATE = 16_000
ENDING = ".flac"

_BLOCK = 30 * RATE
_FULL_SCALE = 32_767


def speech_stream(asset: Asset) -> tuple[AudioStream, Flicks]:
    """The sound that is listened to, and where it ends in media time.

    Raises:
        UserError: there is none.
    """
    for stream in asset.info.audio:
        end = asset.info.duration if stream.duration is None else stream.start + stream.duration
        if end is not None and end > 0:
            return stream, end
    raise UserError(asset.path, "it holds no sound", "choose a file in which somebody speaks")


def most_bytes(length: Flicks) -> int:
    """How large the file of a sound of that length can get; speech is usually half of it."""
    plain = time.sample_at(length, RATE) * 2
    return plain + plain // 100 + 16_384  # noise cannot be packed, and each block has a header


def speech_sound_request(path: str, sound: AudioStream, end: Flicks, out: Path) -> dict[str, Any]:
    """What :func:`speech_sound_handler` needs to write media time ``[0, end)`` of ``sound`` to ``out``."""
    return {"path": path, "stream": sound.index, "clock": encode(sound.clock), "end": end, "out": str(out)}


def write_speech_sound(
    path: str, stream: int, end: Flicks, out: Path, context: JobContext, clock: SoundClock = STEADY
) -> Flicks:
    """Write media time ``[0, end)`` of one sound stream to ``out``, its stamps read by ``clock``; returns its exact
    length.

    Raises:
        UserError: the sound cannot be read, or ``out`` not written.
        Cancelled: ``context`` was cancelled; what was written must be thrown away.
    """
    samples = max(1, time.sample_at(end, RATE))
    source = PyAVAudioSource(path, stream, RATE, 1, clock)
    try:
        with media_errors(out), out.open("wb") as file, av.open(file, "w", format="flac") as container:
            sound = container.add_stream("flac", rate=RATE, layout="mono")
            sound.codec_context.thread_count = 1
            for first in range(0, samples, _BLOCK):
                context.report(first / samples, "taking the sound out")
                piece = source.read(first, min(_BLOCK, samples - first))
                container.mux(sound.encode(_frame(piece, first)))
            container.mux(sound.encode(None))
    except OSError as error:
        raise write_error(out, error) from error
    finally:
        source.close()
    return time.from_samples(samples, RATE)


def speech_sound_handler(args: dict[str, Any], context: JobContext) -> dict[str, Any]:
    """Write what :func:`speech_sound_request` describes -> ``{"length"}`` in flicks. For worker processes."""
    path, out = str(args["path"]), Path(args["out"])
    length = write_speech_sound(
        path, int(args["stream"]), int(args["end"]), out, context, decode(SoundClock, args["clock"])
    )
    return {"length": length}


def _frame(piece: Samples, first: int) -> av.AudioFrame:
    whole = np.rint(np.clip(piece[:, 0], -1.0, 1.0) * _FULL_SCALE).astype(np.int16)
    frame = av.AudioFrame.from_ndarray(whole.reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate = RATE
    frame.pts = first
    return frame
