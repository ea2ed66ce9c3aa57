"""Waveforms are measured once for a content, by as many workers as may be, and go on where they were stopped."""

from __future__ import annotations

import threading
from dataclasses import replace
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
from app.core.media.waveform import SoundPiece, peaks_handler
from app.core.model.asset import Asset, SoundClock
from app.core.session import waveforms as module
from app.core.session.waveforms import Waveforms
from tests.helpers.media import make_film, make_sound

CONTEXT = InlineContext()


class Here:
    """Runs the handler in this process; ``fails_at`` is the call that is told to fail."""

    def __init__(self, fails_at: int | None = None) -> None:
        self.calls: list[int] = []
        self.threads: set[int] = set()
        self._fails_at = fails_at
        self._lock = threading.Lock()

    def call(
        self, name: str, args: dict[str, Any], *, context: JobContext, memory: int | None = None
    ) -> dict[str, Any]:
        assert name == "peaks"
        with self._lock:
            self.calls.append(int(args["first"]))
            self.threads.add(threading.get_ident())
            number = len(self.calls)
        if number == self._fails_at:
            raise UserError(str(args["path"]), "its reader was ended", "try again")
        return peaks_handler(args, context)


def asset_of(path: Path) -> Asset:
    return Asset("a", path.name, str(path), path.stat().st_size, "0123456789abcdef", probe(path))


@pytest.fixture
def sound(tmp_path: Path) -> Asset:
    return asset_of(make_sound(tmp_path / "sound.wav", seconds=2).path)


@pytest.fixture
def in_four(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two seconds are four pieces."""
    pieces = tuple(SoundPiece(first, first + 50, first == 150) for first in range(0, 200, 50))
    monkeypatch.setattr(module, "plan_pieces", lambda _duration: pieces)


def kept(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*.npz"))


def test_they_are_made_once_and_kept_by_content(tmp_path: Path, sound: Asset) -> None:
    here = Here()
    waveforms = Waveforms(DiskCache(tmp_path / "cache"), here)
    first, again = waveforms.peaks(sound, CONTEXT), waveforms.peaks(sound, CONTEXT)
    assert here.calls == [0]
    assert np.array_equal(first.values, again.values)
    assert first.loudness == again.loudness


def test_a_damaged_entry_is_made_again(tmp_path: Path, sound: Asset) -> None:
    here = Here()
    waveforms = Waveforms(DiskCache(tmp_path / "cache"), here)
    waveforms.peaks(sound, CONTEXT)
    (entry,) = (tmp_path / "cache").rglob("*.npz")
    entry.write_bytes(b"rubbish")
    assert len(waveforms.peaks(sound, CONTEXT).values) == 200
    assert here.calls == [0, 0]


@pytest.mark.usefixtures("in_four")
@pytest.mark.parametrize("at_once", [1, 2])
def test_pieces_are_joined_and_then_dropped(
    tmp_path: Path, sound: Asset, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    here = Here()
    peaks = Waveforms(DiskCache(tmp_path / "cache"), here).peaks(sound, CONTEXT, at_once=at_once)
    assert sorted(here.calls) == [0, 50, 100, 150]
    assert len(here.threads) <= at_once
    assert len(kept(tmp_path / "cache")) == 1
    monkeypatch.undo()
    whole = Waveforms(DiskCache(tmp_path / "another"), Here()).peaks(sound, CONTEXT)
    assert np.array_equal(peaks.values, whole.values)
    assert peaks.loudness.integrated == pytest.approx(whole.loudness.integrated, abs=0.05)


@pytest.mark.usefixtures("in_four")
def test_what_was_measured_before_a_stop_is_not_measured_again(tmp_path: Path, sound: Asset) -> None:
    with pytest.raises(UserError, match="reader was ended"):
        Waveforms(DiskCache(tmp_path / "cache"), Here(fails_at=3)).peaks(sound, CONTEXT)
    assert len(kept(tmp_path / "cache")) == 2
    here = Here()
    Waveforms(DiskCache(tmp_path / "cache"), here).peaks(sound, CONTEXT)
    assert here.calls == [100, 150]
    assert len(kept(tmp_path / "cache")) == 1


@pytest.mark.usefixtures("in_four")
def test_a_spoilt_piece_is_measured_again(tmp_path: Path, sound: Asset) -> None:
    with pytest.raises(UserError):
        Waveforms(DiskCache(tmp_path / "cache"), Here(fails_at=4)).peaks(sound, CONTEXT)
    next((tmp_path / "cache").rglob("*-00000050-*.npz")).write_bytes(b"PK\x03\x04")
    here = Here()
    Waveforms(DiskCache(tmp_path / "cache"), here).peaks(sound, CONTEXT)
    assert here.calls == [50, 150]


def test_what_an_older_project_knew_of_the_sound_is_kept_apart(tmp_path: Path, sound: Asset) -> None:
    """Its length, or how its stamps are read, may be known better today."""
    waveforms = Waveforms(DiskCache(tmp_path / "cache"), Here())
    half = replace(sound.info.audio[0], duration=time.SECOND)
    assert len(waveforms.peaks(replace(sound, info=replace(sound.info, audio=(half,))), CONTEXT).values) == 100
    assert len(waveforms.peaks(sound, CONTEXT).values) == 200
    walked = replace(sound.info.audio[0], clock=SoundClock(seeks=False))
    here = Here()
    Waveforms(DiskCache(tmp_path / "cache"), here).peaks(
        replace(sound, info=replace(sound.info, audio=(walked,))), CONTEXT
    )
    assert here.calls == [0]


def test_a_film_without_sound_is_refused(tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.mp4", frames=10, audio=False)
    with pytest.raises(UserError, match="no sound"):
        Waveforms(DiskCache(tmp_path / "cache"), Here()).peaks(asset_of(film.path), CONTEXT)


def test_a_sound_that_says_to_last_for_years_is_refused(tmp_path: Path, sound: Asset) -> None:
    audio = replace(sound.info.audio[0], duration=365 * 24 * 3600 * time.SECOND)
    endless = replace(sound, info=replace(sound.info, audio=(audio,)))
    with pytest.raises(UserError, match="too long"):
        Waveforms(DiskCache(tmp_path / "cache"), Here()).peaks(endless, CONTEXT)
