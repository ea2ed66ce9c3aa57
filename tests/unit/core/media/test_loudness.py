"""Loudness is that of EBU R 128, whatever rate, channels and length: checked against known tones and against ffmpeg."""

from __future__ import annotations

import itertools
import re
import shutil
import subprocess
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from app.core.base import time
from app.core.media.loudness import Loudness, LoudnessMeter, LoudnessPart, joined
from app.core.media.probe import probe
from tests.helpers.media import make_film, make_sound
from tests.helpers.peaks import whole_peaks

RATE = 48_000
STEREO = ("FL", "FR")


def tone(
    hertz: float, decibels: float, seconds: float = 6, channels: int = 2, phase: float = 0
) -> npt.NDArray[np.float32]:
    line = 10 ** (decibels / 20) * np.sin(2 * np.pi * hertz * np.arange(int(seconds * RATE)) / RATE + phase)
    return np.repeat(line[:, None], channels, axis=1).astype(np.float32)


def measured(samples: npt.NDArray[np.float32], channels: tuple[str, ...] = STEREO, block: int = 1000) -> Loudness:
    return joined([part_of(samples, channels, block)])


def part_of(
    samples: npt.NDArray[np.float32],
    channels: tuple[str, ...] = STEREO,
    block: int = 1000,
    history: Fraction = Fraction(0),
    *,
    ended: bool = True,
) -> LoudnessPart:
    meter = LoudnessMeter(history)
    for start in range(0, len(samples), block):
        meter.add(RATE, channels, samples[start : start + block])
    return meter.result(ended=ended)


@pytest.mark.parametrize("level", [-23.0, -33.0])
def test_a_stereo_tone_of_a_kilohertz_is_as_loud_as_its_peak(level: float) -> None:
    """EBU Tech 3341, cases 1 and 2."""
    found = measured(tone(1000, level, 20))
    assert found.integrated == pytest.approx(level, abs=0.1)
    assert found.true_peak == pytest.approx(level, abs=0.1)


def test_the_highest_value_between_samples_counts() -> None:
    """A quarter of the rate at 45 degrees: the samples miss the crests by 3 dB (EBU Tech 3341, case 15 and on)."""
    found = measured(tone(RATE / 4, -6.0, phase=np.pi / 4))
    assert found.true_peak == pytest.approx(-6.0, abs=0.4)


def test_a_single_crest_is_found_wherever_it_lies() -> None:
    quiet = tone(100, -40.0, 3)
    for place in (0, 255, 256, 999, 1000, RATE - 1, RATE, len(quiet) - 1):
        samples = quiet.copy()
        samples[place, 1] = 0.5
        assert measured(samples).true_peak == pytest.approx(-6.02, abs=0.1)


def test_silence_has_neither() -> None:
    assert measured(np.zeros((5 * RATE, 2), np.float32)) == Loudness(None, None)
    assert joined([LoudnessMeter().result()]) == Loudness(None, None)
    assert joined([]) == Loudness(None, None)


def test_surrounds_weigh_more_and_effects_nothing() -> None:
    """ITU-R BS.1770-4, table 3: surrounds + 1.5 dB, the channel of low effects is left out."""
    names = ("FL", "FR", "FC", "LFE", "SL", "SR")
    levels = []
    for channel in (0, 3, 4):
        samples = np.zeros((6 * RATE, 6), np.float32)
        samples[:, channel] = tone(1000, -20.0, channels=1)[:, 0]
        levels.append(measured(samples, names).integrated)
    front, effects, surround = levels
    assert front is not None
    assert surround == pytest.approx(front + 1.5, abs=0.1)
    assert effects is None


def test_pieces_make_the_loudness_of_the_whole() -> None:
    """Loud, quiet and loud again, so that the gate leaves the quiet out; parted within each of them."""
    chance = np.random.default_rng(3)
    loud, quiet = (chance.normal(0, level, (7 * RATE, 2)).astype(np.float32) for level in (0.1, 0.001))
    samples = np.concatenate([loud, quiet, loud * np.float32(0.5)])
    edges = [0, 3 * RATE, 10 * RATE, 15 * RATE, len(samples)]
    parts = [
        part_of(samples[max(0, start - RATE) : end], history=Fraction(min(1, start)), ended=end == len(samples))
        for start, end in itertools.pairwise(edges)
    ]
    whole, found = measured(samples), joined(parts)
    assert sum(len(part.momentary) for part in parts) == len(samples) * 10 // RATE
    assert found.integrated == pytest.approx(whole.integrated, abs=0.002)
    assert found.true_peak == pytest.approx(whole.true_peak, abs=1e-5)
    assert whole.integrated == pytest.approx(np.median(part_of(loud).momentary), abs=3)


def test_where_a_piece_ends_no_crest_is_invented() -> None:
    """A sound that breaks off swings over; where it goes on in the next piece, it does not."""
    steady = np.full((RATE, 1), 0.5, np.float32)
    assert part_of(steady, ("FC",), ended=True).peak > 0.52
    inner = part_of(np.concatenate([steady, steady]), ("FC",), history=Fraction(1), ended=False)
    assert inner.peak == part_of(steady, ("FC",), ended=False).peak


def test_where_the_kind_of_sound_changes_both_are_measured() -> None:
    meter = LoudnessMeter()
    meter.add(RATE, STEREO, tone(1000, -23.0, 10))
    meter.add(RATE, ("FC",), tone(1000, -20.0, 10, channels=1))
    found = joined([meter.result()])
    assert found.integrated == pytest.approx(-23.0, abs=0.1)
    assert found.true_peak == pytest.approx(-20.0, abs=0.1)


def test_it_is_measured_along_with_the_peaks(tmp_path: Path) -> None:
    sound = make_sound(tmp_path / "sound.wav", seconds=4)
    found = whole_peaks(sound.path, 0, 4 * time.SECOND)
    assert found.loudness.integrated is not None
    assert found.loudness.true_peak is not None
    assert 20 * np.log10(np.abs(found.values.astype(float)).max() / 127) <= found.loudness.true_peak + 0.1


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="needs the ffmpeg program")
@pytest.mark.parametrize("kind", ["wav", "mp4"])
def test_it_is_what_ffmpeg_says(tmp_path: Path, kind: str) -> None:
    path = (
        make_sound(tmp_path / "sound.wav", seconds=10).path
        if kind == "wav"
        else make_film(tmp_path / "film.mp4", frames=250).path
    )
    info = probe(path)
    stream = info.audio[0].index
    found = whole_peaks(path, stream, info.duration or 0).loudness
    command = ["ffmpeg", "-nostdin", "-hide_banner", "-i", str(path), "-map", f"0:{stream}"]
    command += ["-af", "ebur128=peak=true:framelog=verbose", "-f", "null", "-"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    integrated, peak = re.findall(r"(?:I|Peak): +(-?[\d.]+) (?:LUFS|dBFS)", said[said.index("Summary") :])
    assert found.integrated == pytest.approx(float(integrated), abs=0.2)
    assert found.true_peak == pytest.approx(float(peak), abs=0.3)
