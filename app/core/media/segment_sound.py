"""The sound of segments: taken out of the film beside the pictures, a little at a time so that tracks interleave.

A proxy has the first sound of its film, small; a mezzanine has every one, as it is decoded.
"""

from __future__ import annotations

from pathlib import Path

import av

from app.core.base import time
from app.core.base.time import Flicks
from app.core.media.audio_source import PyAVAudioSource
from app.core.media.tracks import SoundTrack
from app.core.media.writer import AudioSettings
from app.core.model.asset import AudioStream, MediaInfo

_MOST_CHANNELS = 8
_PROXY_RATE = 48_000
_PROXY_BITS_A_CHANNEL = 64_000
_PLAIN_BYTES = 3  # of a sample of a mezzanine

Heard = tuple[AudioStream, AudioSettings]
"""A sound of the film, and how it is written."""


def sounds_of_proxy(info: MediaInfo) -> tuple[Heard, ...]:
    """The first sound, for listening along."""
    if not info.audio:
        return ()
    channels = min(_MOST_CHANNELS, info.audio[0].channels)
    return ((info.audio[0], AudioSettings(_PROXY_RATE, channels, _PROXY_BITS_A_CHANNEL * channels)),)


def sounds_of_mezzanine(info: MediaInfo) -> tuple[Heard, ...]:
    """All of them, without loss."""
    return tuple(
        (stream, AudioSettings(stream.rate, min(_MOST_CHANNELS, stream.channels), codec="pcm_s24le"))
        for stream in info.audio
    )


def bytes_a_second(settings: AudioSettings) -> float:
    """How much a second of it takes."""
    plain = settings.codec.startswith("pcm_")
    return _PLAIN_BYTES * settings.rate * settings.channels if plain else settings.bit_rate / 8


class SegmentSound:
    """One sound track of a segment that begins at media time ``start``. Used from one thread."""

    def __init__(self, path: Path, heard: Heard, start: Flicks) -> None:
        """Raises:
        UserError: the film cannot be opened or has no such sound.
        """
        stream, self._settings = heard
        self._language = stream.language
        self._source = PyAVAudioSource(path, stream.index, self._settings.rate, self._settings.channels, stream.clock)
        self._track: SoundTrack | None = None
        self._next = time.sample_at(start, self._settings.rate)

    def begin(self, container: av.container.OutputContainer) -> None:
        """Add the track, behind those that are there."""
        self._track = SoundTrack(container, self._settings, self._language)

    def write_until(self, moment: Flicks, least: Flicks = 0) -> None:
        """Encode what comes before media time ``moment``, once that is ``least`` at the least."""
        rate = self._settings.rate
        until = time.sample_at(moment, rate)
        if until - self._next < time.sample_at(least, rate):
            return
        while self._track is not None and self._next < until:
            samples = min(until - self._next, rate)
            self._track.write(self._source.read(self._next, samples))
            self._next += samples

    def finish(self, end: Flicks) -> None:
        """Encode the rest, up to media time ``end``."""
        self.write_until(end)
        if self._track is not None:
            self._track.finish()

    def close(self) -> None:
        """Give the film back."""
        self._source.close()
