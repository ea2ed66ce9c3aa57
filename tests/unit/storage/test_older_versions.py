"""One project file of each version there ever was, as that version wrote it, opens as the same document."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.core.base.time import SECOND
from app.core.model.lint import lint
from app.core.model.subtitle import SubtitleCue
from app.storage.project_file import VERSION, ProjectFiles
from tests.helpers.document import FRAME

SAMPLES = Path(__file__).parent / "samples"


def test_there_is_a_sample_of_each_version() -> None:
    assert sorted(path.name for path in SAMPLES.iterdir()) == [
        f"version{number}.insomnia" for number in range(1, VERSION + 1)
    ]


@pytest.mark.parametrize("version", range(1, VERSION + 1))
def test_an_older_file_opens_whole_and_is_written_as_the_newest(version: int, tmp_path: Path) -> None:
    sample = SAMPLES / f"version{version}.insomnia"
    assert json.loads(sample.read_text())["version"] == version
    loaded = ProjectFiles().load(sample)
    assert lint(loaded) == []
    (sequence,) = loaded.sequences
    assert [item.duration // FRAME for item in sequence.video_tracks[0].items] == [10, 5, 20]
    assert loaded.assets[0].path == "/media/film.mp4"
    assert dict(loaded.extra)["later"] == '{"kept":[1,"two",null]}'
    again = tmp_path / "again.insomnia"
    ProjectFiles().save(loaded, again)
    assert json.loads(again.read_text())["version"] == VERSION
    assert ProjectFiles().load(again) == loaded


def test_subtitles_came_with_version_2() -> None:
    assert ProjectFiles().load(SAMPLES / "version1.insomnia").sequences[0].subtitle_tracks == ()
    (track,) = ProjectFiles().load(SAMPLES / "version2.insomnia").sequences[0].subtitle_tracks
    assert track.cues == (SubtitleCue("c1", SECOND, 2 * SECOND, "Hello.\nThere.", "A"),)
