"""Waveforms are measured once, in the background, and what has no sound is not asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.core.base.errors import UserError
from app.core.jobs.context import JobContext
from app.core.jobs.manager import JobManager
from app.core.media.waveform import Peaks
from app.core.model.asset import Asset, AudioStream
from app.ui.bridge import Bridge
from app.ui.run import Runner
from app.ui.sound_shapes import SoundShapes
from tests.ui.fakes import film

SILENT = film(Path("/films/silent.mp4"))
LOUD = replace(SILENT, info=replace(SILENT.info, audio=(AudioStream(1, "aac", 48_000, 2, "stereo", 0, None),)))


class Loader:
    """Half of full scale for a second, or a failure."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.broken = False

    def peaks(self, asset: Asset, context: JobContext) -> Peaks:
        self.asked.append(asset.id)
        if self.broken:
            raise UserError(asset.path, "it cannot be read", "choose another")
        return Peaks(np.full((100, 2), (-64, 64), np.int8))


@pytest.fixture
def jobs() -> Iterator[JobManager]:
    """Threads for the measuring."""
    with JobManager() as manager:
        yield manager


def test_shape_comes_later_and_is_measured_once(jobs: JobManager, qtbot: QtBot) -> None:
    bridge, loader, reported = Bridge(jobs=jobs), Loader(), list[BaseException]()
    shapes = SoundShapes(loader, Runner(jobs, bridge, reported.append))
    with qtbot.waitSignal(shapes.ready) as ready:
        assert shapes.peaks(LOUD, 0, 705_600_000, 4) is None
        assert shapes.peaks(LOUD, 0, 705_600_000, 4) is None
        assert not shapes.idle()
    assert ready.args == [LOUD.id]
    shape = shapes.peaks(LOUD, 0, 705_600_000, 4)
    assert shape is not None
    assert shape.shape == (4, 2)
    assert np.allclose(shape, (-64 / 127, 64 / 127))
    assert (loader.asked, shapes.idle(), reported) == ([LOUD.id], True, [])
    bridge.close()


def test_what_has_no_sound_is_not_asked_for(jobs: JobManager) -> None:
    bridge, loader = Bridge(jobs=jobs), Loader()
    shapes = SoundShapes(loader, Runner(jobs, bridge, lambda _error: None))
    assert shapes.peaks(SILENT, 0, 100, 4) is None
    assert (shapes.idle(), jobs.idle()) == (True, True)
    bridge.close()


def test_failure_is_quiet_and_tried_again_only_when_told(jobs: JobManager, qtbot: QtBot) -> None:
    bridge, loader, reported = Bridge(jobs=jobs), Loader(), list[BaseException]()
    shapes = SoundShapes(loader, Runner(jobs, bridge, reported.append))
    loader.broken = True
    assert shapes.peaks(LOUD, 0, 100, 4) is None
    qtbot.waitUntil(shapes.idle)
    bridge.flush()
    assert shapes.peaks(LOUD, 0, 100, 4) is None
    assert (loader.asked, reported) == ([LOUD.id], [])
    loader.broken = False
    shapes.retry(LOUD)
    with qtbot.waitSignal(shapes.ready):
        assert shapes.peaks(LOUD, 0, 100, 4) is None
    assert shapes.peaks(LOUD, 0, 100, 4) is not None
    bridge.close()
