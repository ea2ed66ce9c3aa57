"""Peaks: where a beep is, they are high; they are kept by content, and asked for in any zoom."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.core.base import time
from app.core.base.errors import UserError
from app.core.jobs.context import JobContext
from app.core.jobs.inline import InlineContext
from app.core.media.disk_cache import DiskCache
from app.core.media.probe import probe
from app.core.media.waveform import Peaks, Waveforms, measure_peaks, peaks_handler
from app.core.model.asset import Asset
from tests.helpers.media import beep_times, make_film, make_sound


class Here:
    """Runs the handler in this process."""

    def __init__(self) -> None:
        self.calls = 0

    def call(
        self, name: str, args: dict[str, Any], *, context: JobContext, memory: int | None = None
    ) -> dict[str, Any]:
        assert name == "peaks"
        self.calls += 1
        return peaks_handler(args, context)


def asset_of(path: Path) -> Asset:
    return Asset("a", path.name, str(path), path.stat().st_size, "0123456789abcdef", probe(path))


def test_beeps_stand_out_where_they_are(tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.mp4", frames=100)
    peaks = measure_peaks(str(film.path), 1, 4 * time.SECOND, InlineContext())
    assert peaks.values.shape == (400, 2)
    loud = np.flatnonzero(peaks.values[:, 1] > 20)
    starts = [loud[0], *loud[1:][np.diff(loud) > 5]]
    for found, beep in zip(starts, beep_times(film.path), strict=True):
        assert abs(found / 100 - beep) <= 0.03


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


def test_they_are_made_once_and_kept_by_content(tmp_path: Path) -> None:
    sound = make_sound(tmp_path / "sound.wav", seconds=2)
    here = Here()
    waveforms = Waveforms(DiskCache(tmp_path / "cache"), here)
    first = waveforms.peaks(asset_of(sound.path), InlineContext())
    again = waveforms.peaks(asset_of(sound.path), InlineContext())
    assert here.calls == 1
    assert np.array_equal(first.values, again.values)


def test_a_damaged_entry_is_made_again(tmp_path: Path) -> None:
    sound = make_sound(tmp_path / "sound.wav", seconds=1)
    here = Here()
    waveforms = Waveforms(DiskCache(tmp_path / "cache"), here)
    waveforms.peaks(asset_of(sound.path), InlineContext())
    (entry,) = (tmp_path / "cache").rglob("*.npz")
    entry.write_bytes(b"rubbish")
    assert len(waveforms.peaks(asset_of(sound.path), InlineContext()).values) == 100
    assert here.calls == 2


def test_a_film_without_sound_is_refused(tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.mp4", frames=10, audio=False)
    waveforms = Waveforms(DiskCache(tmp_path / "cache"), Here())
    with pytest.raises(UserError, match="no sound"):
        waveforms.peaks(asset_of(film.path), InlineContext())
