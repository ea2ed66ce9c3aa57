"""The sample film: three scenes that the detector finds, sound in each, nothing left by a cancel."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from app.core.base.errors import Cancelled, UserError
from app.core.jobs.inline import InlineContext
from app.core.media.sample_film import HEIGHT, SCENE_FRAMES, WIDTH, make_sample_film


class Impatient(InlineContext):
    """Cancels at the tenth frame."""

    def report(self, done: float, message: str = "") -> None:
        if message == "frame 10":
            raise Cancelled


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once."""
    path = tmp_path_factory.mktemp("sample") / "deep" / "sample.mp4"
    make_sample_film(path, InlineContext())
    return path


def test_film_has_three_different_scenes(film: Path) -> None:
    with av.open(str(film)) as container:
        frames = [
            frame.reformat(width=32, height=18, format="rgb24").to_ndarray().astype(float)
            for frame in container.decode(video=0)
        ]
        stream = container.streams.video[0]
        assert (stream.width, stream.height) == (WIDTH, HEIGHT)
    assert len(frames) == 3 * SCENE_FRAMES
    steps = [np.abs(after - before).mean() for before, after in pairwise(frames)]
    cuts = sorted(np.argsort(steps)[-2:] + 1)
    assert cuts == [SCENE_FRAMES, 2 * SCENE_FRAMES]
    assert max(frame.mean() for frame in frames) > 80


def test_film_has_sound_that_is_not_too_loud(film: Path) -> None:
    with av.open(str(film)) as container:
        sound = np.concatenate([np.abs(frame.to_ndarray()).max(axis=0) for frame in container.decode(audio=0)])
    assert 0.05 < sound.max() < 0.5
    assert len(sound) >= 7.5 * 48_000


def test_cancel_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        make_sample_film(tmp_path / "sample.mp4", Impatient())
    assert list(tmp_path.iterdir()) == []


def test_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match=r"sample\.mp4"):
        make_sample_film(tmp_path / "file" / "sample.mp4", InlineContext())
