"""Sound stands where its stamps say, the same after any seek as in a straight read."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from app.core.base.errors import UserError
from app.core.media.audio_source import PyAVAudioSource
from app.core.media.index_build import build_index
from tests.helpers.films import RECIPES
from tests.helpers.media import Film, beep_times, find_beeps, make_film, make_sound, straight_sound
from tests.helpers.soak import say_claim, soak_count, soak_random

Films = Callable[[str], Film]
WITH_SOUND = [name for name, recipe in RECIPES.items() if recipe.get("audio", True)]
# Formats that cannot say how much of their start is priming: the beep is late by that much in any player.
LATE_BY_CODEC = {"bframes.avi": 1105 / 48000}
SEEKS = soak_count(200)


def sound_of(path: Path, rate: int = 48_000, channels: int = 2, stream: int = 0) -> PyAVAudioSource:
    with av.open(str(path)) as container:
        number = container.streams.audio[stream].index
    return PyAVAudioSource(path, number, rate, channels)


@pytest.mark.soak
@pytest.mark.parametrize("rate", [48_000, 44_100])
@pytest.mark.parametrize("name", ["plain.mp4", "plain.mkv", "plain.ts", "plain.webm", "plain.mpg", "plain.mov"])
def test_any_piece_equals_the_straight_read(films: Films, name: str, rate: int) -> None:
    path = films(name).path
    straight = sound_of(path, rate).read(0, 3 * rate)
    chooser = soak_random(f"sound {name} {rate}")
    source = sound_of(path, rate)
    for _ in range(SEEKS):
        start, count = chooser.randrange(0, 3 * rate - 5000), chooser.randrange(1, 5000)
        piece = source.read(start, count)
        assert np.abs(piece - straight[start : start + count]).max() < 2e-4
        if chooser.random() < 0.3:
            source.close()
            source = sound_of(path, rate)
    source.close()
    say_claim(f"sound of {name} read at {rate} Hz after a seek equals the straight read", SEEKS)


def test_reading_on_in_pieces_is_seamless(films: Films) -> None:
    path = films("plain.mp4").path
    straight = sound_of(path, 44_100).read(0, 90_000)
    source = sound_of(path, 44_100)
    pieces = [source.read(start, 777) for start in range(0, 90_000 - 777, 777)]
    joined = np.concatenate(pieces)
    assert np.array_equal(joined, straight[: len(joined)])


@pytest.mark.parametrize("name", [name for name in WITH_SOUND if not name.startswith("late")])
def test_beeps_sound_when_the_picture_flashes(films: Films, name: str) -> None:
    film = films(name)
    index = build_index(film.path)
    samples = sound_of(film.path).read(0, 48_000 * 4)
    late = LATE_BY_CODEC.get(name, 0.0)
    lag = Fraction(1, 25) if name in ("bframes.avi", "h264.avi") else 0  # AVI counts decoding, one frame early
    hidden = film.frames - len(index)
    wanted = [index.time_of(flash - hidden) / 705_600_000 - float(lag) + late for flash in film.flashes]
    found = [onset / 48_000 for onset in find_beeps(samples, 48_000)]
    assert found == pytest.approx(wanted, abs=0.0012)


# The fragments' sound has a gap after its priming, which a plain decode closes.
@pytest.mark.parametrize("name", [name for name in WITH_SOUND if name != "fragments.mp4"])
def test_beeps_stand_where_a_plain_decode_has_them(films: Films, name: str) -> None:
    path = films(name).path
    found = [onset / 48_000 for onset in find_beeps(sound_of(path).read(0, 48_000 * 4), 48_000)]
    assert found == pytest.approx(beep_times(path), abs=0.0005)
    assert len(found) == 2


@pytest.mark.parametrize(("name", "offset"), [("late_sound.mp4", 0.5), ("late_picture.mp4", 0.0)])
def test_a_late_stream_keeps_its_distance(films: Films, name: str, offset: float) -> None:
    samples = sound_of(films(name).path).read(0, 48_000)
    assert find_beeps(samples, 48_000)[0] / 48_000 == pytest.approx(0.48 + offset, abs=0.0012)
    if offset:
        assert not samples[: round((offset - 0.03) * 48_000)].any()


def test_outside_the_sound_is_silence(films: Films) -> None:
    source = sound_of(films("plain.mp4").path)
    assert not source.read(-5000, 4000).any()
    assert not source.read(48_000 * 60, 4000).any()
    assert source.read(10_000, 1000).any()
    assert not source.read(48_000 * 3600, 10).any()
    assert source.read(0, 0).shape == (0, 2)


def test_lossless_sound_comes_back_exactly(tmp_path: Path) -> None:
    film = make_sound(tmp_path / "a.flac", seconds=2, codec="flac")
    straight, _, _ = straight_sound(film.path)
    source = sound_of(film.path)
    assert np.array_equal(source.read(30_000, 20_000), straight[30_000:50_000])
    assert np.array_equal(source.read(1234, 20_000), straight[1234:21_234])


def test_a_gap_in_the_sound_is_silence_of_its_length(tmp_path: Path) -> None:
    """Half a second of packets is left out: what follows stays in its place."""
    film = make_film(tmp_path / "whole.mkv", frames=100, audio_codec="pcm_s16le")
    holed = tmp_path / "holed.mkv"
    with av.open(str(film.path)) as source, av.open(str(holed), "w") as target:
        stream = target.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux(audio=0):
            if packet.pts is not None and not 1700 <= packet.pts < 2200:
                packet.stream = stream
                target.mux(packet)
    whole = sound_of(film.path).read(0, 48_000 * 4)
    read = sound_of(holed)
    samples = read.read(0, 48_000 * 4)
    loud = np.flatnonzero(samples.any(axis=1))
    hole = int(np.argmax(np.diff(loud)))
    first, after = int(loud[hole]) + 1, int(loud[hole + 1])
    assert after - first == pytest.approx(24_000, abs=2000)
    assert np.array_equal(samples[:first], whole[:first])
    assert np.array_equal(samples[after:], whole[after:])
    assert np.abs(read.read(150_000, 9000) - samples[150_000:159_000]).max() == 0


@pytest.mark.parametrize(
    ("channels", "codec", "suffix"),
    [(1, "aac", "mp4"), (6, "aac", "mp4"), (8, "aac", "mkv"), (8, "libopus", "webm"), (6, "ac3", "ts")],
)
def test_every_layout_becomes_stereo(tmp_path: Path, channels: int, codec: str, suffix: str) -> None:
    """Eight planar channels kill the process where their planes are touched."""
    film = make_film(
        tmp_path / f"a.{suffix}",
        frames=40,
        channels=channels,
        audio_codec=codec,
        codec="libvpx-vp9" if suffix == "webm" else "libx264",
    )
    source = sound_of(film.path)
    samples = source.read(0, 48_000)
    again = source.read(20_000, 3000)
    assert samples.shape == (48_000, 2)
    assert len(find_beeps(samples, 48_000)) == 1
    assert np.abs(again - samples[20_000:23_000]).max() < 3e-3
    left, right = np.abs(samples).max(axis=0)
    assert left == pytest.approx(right, rel=0.01) if channels == 1 else left > 1.4 * right


def test_a_missing_stream_is_named(films: Films) -> None:
    with pytest.raises(UserError, match=r"plain\.mp4: its sound is gone"):
        PyAVAudioSource(films("plain.mp4").path, 7, 48_000, 2)


def test_a_closed_source_is_not_used_again(films: Films) -> None:
    source = sound_of(films("plain.mp4").path)
    source.close()
    source.close()
    with pytest.raises(RuntimeError, match="closed"):
        source.read(0, 10)


def test_values_that_are_no_numbers_become_silence(tmp_path: Path) -> None:
    path = tmp_path / "nan.wav"
    film = make_sound(path, seconds=1, codec="pcm_f32le")
    data = bytearray(film.path.read_bytes())
    data[-80_000:-79_996] = np.asarray([np.nan], dtype="<f4").tobytes()
    data[-79_992:-79_988] = np.asarray([np.inf], dtype="<f4").tobytes()
    path.write_bytes(bytes(data))
    samples = sound_of(path).read(0, 48_000)
    assert np.isfinite(samples).all()
    assert np.abs(samples).max() == 1.0
