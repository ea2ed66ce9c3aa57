"""The sound for transcription: small, complete, and with the times of the film."""

from __future__ import annotations

import json
import threading
from fractions import Fraction
from pathlib import Path

import av
import pytest

from app.core.base.errors import Cancelled, UserError
from app.core.base.time import SECOND
from app.core.jobs.inline import InlineContext
from app.core.media.probe import probe
from app.core.media.speech_sound import (
    RATE,
    speech_sound_handler,
    speech_sound_request,
    speech_stream,
    write_speech_sound,
)
from app.core.model.asset import Asset
from tests.helpers.media import beep_times, make_film, make_sound


def asset(path: Path) -> Asset:
    return Asset("a", path.name, str(path), path.stat().st_size, "print", probe(str(path), InlineContext()))


def written(path: Path, out: Path) -> int:
    stream, end = speech_stream(asset(path))
    return write_speech_sound(str(path), stream.index, end, out, InlineContext())


@pytest.mark.parametrize("audio_start", [Fraction(0), Fraction(7, 10)])
@pytest.mark.parametrize("channels", [1, 2, 6])
def test_a_moment_in_it_is_a_moment_of_the_film(tmp_path: Path, audio_start: Fraction, channels: int) -> None:
    film = make_film(tmp_path / "film.mkv", frames=60, channels=channels, audio_start=audio_start)
    out = tmp_path / "sound.flac"
    length = written(film.path, out)
    with av.open(str(out)) as sound:
        (stream,) = sound.streams.audio
        context = stream.codec_context
        assert (context.name, context.sample_rate, context.layout.name) == ("flac", RATE, "mono")
        samples = sum(frame.samples for frame in sound.decode(stream))
    assert samples * SECOND == length * RATE
    expected = [time for time in beep_times(film.path) if time * SECOND < length]
    assert beep_times(out) == pytest.approx(expected, abs=0.002)
    assert len(expected) >= 2


def test_long_sound_goes_in_pieces_with_progress(tmp_path: Path) -> None:
    film = make_sound(tmp_path / "long.wav", seconds=65, sample_rate=16_000, channels=1)
    said: list[float] = []
    out = tmp_path / "sound.flac"
    clock = iter(range(1000))
    context = InlineContext(lambda done, message: said.append(done), clock=lambda: next(clock))
    request = speech_sound_request(str(film.path), probe(film.path).audio[0], 65 * SECOND, out)
    answer = speech_sound_handler(json.loads(json.dumps(request)), context)
    assert answer == {"length": 65 * SECOND}
    assert said == pytest.approx([0, 30 / 65, 60 / 65])
    assert beep_times(out) == pytest.approx([0.48 + number for number in range(65)], abs=0.002)


def test_without_sound_it_says_so(tmp_path: Path) -> None:
    film = make_film(tmp_path / "silent.mp4", frames=10, audio=False)
    with pytest.raises(UserError, match="it holds no sound; choose a file in which somebody speaks"):
        speech_stream(asset(film.path))


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    film = make_sound(tmp_path / "a.wav", seconds=1)
    with pytest.raises(UserError, match="its folder does not exist"):
        written(film.path, tmp_path / "none" / "sound.flac")


def test_it_can_be_cancelled(tmp_path: Path) -> None:
    film = make_sound(tmp_path / "a.wav", seconds=1)
    cancelled = threading.Event()
    cancelled.set()
    with pytest.raises(Cancelled):
        write_speech_sound(str(film.path), 0, SECOND, tmp_path / "sound.flac", InlineContext(cancelled=cancelled))
