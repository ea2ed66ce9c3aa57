"""Films that several tests read, made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.media import SceneTruth, make_film, scene_film


@pytest.fixture(scope="session")
def small_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """50 numbered pictures at 25 fps with beeps."""
    return make_film(tmp_path_factory.mktemp("film") / "small.mp4", frames=50).path


@pytest.fixture(scope="session")
def three_scenes(tmp_path_factory: pytest.TempPathFactory) -> SceneTruth:
    """Three shots with hard cuts."""
    return scene_film(tmp_path_factory.mktemp("film") / "three scenes.mp4", [30, 40, 30], width=160, height=90)
