"""Peaks: where a beep is, they are high; pieces make the whole, at every rate; they are asked for in any zoom."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest

from app.core.base import time
from app.core.base.time import Flicks
from app.core.jobs.inline import InlineContext
from app.core.media.probe import probe
from app.core.media.waveform import (
    PEAKS_PER_SECOND,
    Peaks,
    SoundPiece,
    joined_peaks,
    load_peaks,
    load_piece,
    measure_piece,
    peaks_handler,
    piece_request,
    plan_pieces,
    save_peaks,
)
from tests.helpers.media import beep_times, make_film, make_sound, straight_sound
from tests.helpers.odd_sounds import write_coded, write_wav
from tests.helpers.peaks import whole_peaks

CONTEXT = InlineContext()


def in_pieces(path: Path, stream: int, *edges: int) -> Peaks:
    """Measured in pieces that end at these hundredths of a second."""
    pieces = [SoundPiece(first, end, end == edges[-1]) for first, end in zip((0, *edges[:-1]), edges, strict=True)]
    return joined_peaks(measure_piece(str(path), stream, piece, CONTEXT) for piece in pieces)


def extremes(path: Path, count: int) -> npt.NDArray[np.int8]:
    """Peaks by the book: each sample in its hundredth of a second, the mean of all channels."""
    samples, rate, start = straight_sound(path)
    mono = samples.mean(axis=1)
    values = np.zeros((count, 2), np.int8)
    for number in range(count):
        first = max(0, -(-number * rate // PEAKS_PER_SECOND) - round(start * rate))
        end = max(0, -(-(number + 1) * rate // PEAKS_PER_SECOND) - round(start * rate))
        if end > first and first < len(mono):
            values[number] = (
                min(0, np.floor(mono[first:end].min() * 127)),
                max(0, np.ceil(mono[first:end].max() * 127)),
            )
    return values


def test_beeps_stand_out_where_they_are(tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.mp4", frames=100)
    peaks = whole_peaks(film.path, 1, 4 * time.SECOND)
    assert peaks.values.shape == (400, 2)
    loud = np.flatnonzero(peaks.values[:, 1] > 20)
    starts = [loud[0], *loud[1:][np.diff(loud) > 5]]
    for found, beep in zip(starts, beep_times(film.path), strict=True):
        assert abs(found / 100 - beep) <= 0.03


@pytest.mark.parametrize("rate", [8_000, 11_025, 22_050, 44_100, 48_000, 96_000, 192_000])
@pytest.mark.parametrize("channels", [1, 2])
def test_each_hundredth_holds_its_own_samples_at_every_rate(tmp_path: Path, rate: int, channels: int) -> None:
    path = write_wav(tmp_path / "sound.wav", channels=channels, rate=rate, seconds=2)
    expected = extremes(path, 200)
    assert np.array_equal(whole_peaks(path, 0, 2 * time.SECOND).values, expected)
    assert np.array_equal(in_pieces(path, 0, 33, 100, 101, 200).values, expected)


@pytest.mark.parametrize("name", ["film.mp4", "film.mkv", "film.ts", "film.avi", "film.mov"])
def test_pieces_make_the_whole_in_every_container(tmp_path: Path, name: str) -> None:
    codec = {"film.avi": "libmp3lame", "film.mkv": "flac"}.get(name, "aac")
    film = make_film(tmp_path / name, frames=150, audio_codec=codec)
    stream = av_sound(film.path)
    whole, parts = whole_peaks(film.path, stream, 6 * time.SECOND), in_pieces(film.path, stream, 150, 270, 430, 600)
    assert np.abs(whole.values).max() > 20
    assert np.array_equal(parts.values, whole.values)
    assert parts.loudness.integrated == pytest.approx(whole.loudness.integrated, abs=0.02)
    assert parts.loudness.true_peak == pytest.approx(whole.loudness.true_peak, abs=1e-3)


def av_sound(path: Path) -> int:
    with av.open(str(path)) as container:
        return container.streams.audio[0].index


@pytest.mark.parametrize(
    ("name", "codec", "layout", "options"),
    [
        ("eight.m4a", "aac", "7.1", {}),
        ("sixteen.mka", "libopus", "16 channels", {"mapping_family": "255"}),
        ("plain.mka", "pcm_s16le", "hexadecagonal", {}),
    ],
)
def test_many_channels_are_measured(
    tmp_path: Path, name: str, codec: str, layout: str, options: dict[str, str]
) -> None:
    """Planar sound of eight and more channels makes PyAV read past its pointers, where it is touched as it is."""
    path = write_coded(tmp_path / name, codec, layout, options=options)
    peaks = whole_peaks(path, 0, time.SECOND)
    assert peaks.loudness.true_peak is not None
    loud = np.flatnonzero(peaks.values[:, 1] > 20)
    assert 48 <= loud[0] <= 52


def test_a_sound_that_begins_late_leaves_silence_before(tmp_path: Path) -> None:
    film = make_film(tmp_path / "late.mkv", frames=100, audio_start=1)
    peaks = whole_peaks(film.path, av_sound(film.path), 5 * time.SECOND)
    assert not peaks.values[:95].any()
    assert np.array_equal(in_pieces(film.path, av_sound(film.path), 50, 150, 500).values, peaks.values)


def test_a_piece_beyond_the_sound_is_silent(tmp_path: Path) -> None:
    sound = make_sound(tmp_path / "sound.wav", seconds=1)
    found = measure_piece(str(sound.path), 0, SoundPiece(500, 600, True), CONTEXT)
    assert found.values.shape == (100, 2)
    assert not found.values.any()
    assert found.loudness.peak == 0


@pytest.mark.parametrize(
    ("duration", "count"), [(0, 1), (time.SECOND, 1), (300 * time.SECOND, 1), (301 * time.SECOND, 2)]
)
def test_short_sounds_are_one_piece(duration: Flicks, count: int) -> None:
    assert len(plan_pieces(duration)) == count


@pytest.mark.parametrize("seconds", [299, 301, 3600, 36_001, 360_000])
def test_pieces_cover_the_sound_and_are_few(seconds: int) -> None:
    pieces = plan_pieces(seconds * time.SECOND)
    assert pieces[0].first == 0
    assert pieces[-1].end == seconds * PEAKS_PER_SECOND
    assert all(one.end == other.first for one, other in itertools.pairwise(pieces))
    assert [piece.last for piece in pieces] == [*[False] * (len(pieces) - 1), True]
    assert len(pieces) <= 8


def test_what_is_too_long_to_be_drawn_is_refused() -> None:
    with pytest.raises(ValueError, match="flicks of sound"):
        plan_pieces(100_000 * 3600 * time.SECOND)


def test_a_piece_is_kept_as_it_was_measured(tmp_path: Path) -> None:
    sound, out, piece = make_sound(tmp_path / "sound.wav", seconds=2), tmp_path / "piece.npz", SoundPiece(0, 200, True)
    request = piece_request(str(sound.path), probe(sound.path).audio[0], piece, out)
    assert peaks_handler(json.loads(json.dumps(request)), CONTEXT) == {"peaks": 200}
    kept, measured = load_piece(out, piece), measure_piece(str(sound.path), 0, piece, CONTEXT)
    assert kept is not None
    assert np.array_equal(kept.values, measured.values)
    assert np.array_equal(kept.loudness.momentary, measured.loudness.momentary)
    assert kept.loudness.peak == measured.loudness.peak
    assert load_piece(out, SoundPiece(0, 100, True)) is None
    assert load_peaks(out) is None


def test_peaks_are_kept_as_they_are(tmp_path: Path) -> None:
    sound, out = make_sound(tmp_path / "sound.wav", seconds=2), tmp_path / "peaks.npz"
    peaks = whole_peaks(sound.path, 0, 2 * time.SECOND)
    save_peaks(out, peaks)
    kept = load_peaks(out)
    assert kept is not None
    assert np.array_equal(kept.values, peaks.values)
    assert kept.loudness == peaks.loudness
    assert load_piece(out, SoundPiece(0, 200, True)) is None


def test_parts_hold_the_extremes_of_what_they_cover() -> None:
    values = np.zeros((100, 2), np.int8)
    values[42] = (-100, 127)
    peaks = Peaks(values)
    whole = peaks.between(0, time.SECOND, 10)
    assert whole[4].tolist() == pytest.approx([-100 / 127, 1.0])
    assert not whole[[0, 1, 2, 3, 5, 6, 7, 8, 9]].any()
    near = peaks.between(time.SECOND * 42 // 100, time.SECOND * 43 // 100, 50)
    assert (near[:, 1] == 1.0).all()


def test_beyond_the_sound_there_is_silence() -> None:
    peaks = Peaks(np.full((100, 2), 50, np.int8))
    shown = peaks.between(-time.SECOND, 3 * time.SECOND, 8)
    assert (shown[:, 1] > 0).tolist() == [False, False, True, True, False, False, False, False]
