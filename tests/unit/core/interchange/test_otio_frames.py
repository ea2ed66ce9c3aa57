"""Real films under an OTIO timeline: each cut begins at exactly the time that the frame index gives that frame."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import opentimelineio as otio
import pytest

from app.core.base import time
from app.core.base.ids import new_id
from app.core.edit.assets import new_project
from app.core.edit.scenes import assemble
from app.core.interchange.otio import read, write
from app.core.media.index_build import build_index
from app.core.media.probe import probe
from app.core.model.asset import Asset
from app.core.model.clip import Clip
from app.core.model.lint import lint
from tests.helpers.media import make_film

FRAMES = 120


def ingest(path: Path) -> Asset:
    return Asset(new_id(), path.name, str(path), path.stat().st_size, f"print {path.name}", probe(path))


@pytest.mark.parametrize("ending", ["mp4", "mkv", "ts"])
@pytest.mark.parametrize("rate", [Fraction(24), Fraction(25), Fraction(30000, 1001)], ids=str)
def test_cuts_begin_at_the_times_of_their_frames(tmp_path: Path, rate: Fraction, ending: str) -> None:
    film = make_film(tmp_path / f"film.{ending}", frames=FRAMES, rate=rate, gop=24)
    index = build_index(film.path)
    assert len(index) == FRAMES
    chooser = random.Random(f"{rate} {ending}")
    cuts = [(chooser.randrange(100), chooser.randrange(1, 20)) for _ in range(20)]

    timeline = otio.schema.Timeline("cuts", global_start_time=otio.opentime.RationalTime(0, float(rate)))
    track = otio.schema.Track("V1", kind=otio.schema.TrackKind.Video)
    for start, length in cuts:
        moments = (otio.opentime.RationalTime(each, float(rate)) for each in (start, length))
        track.append(
            otio.schema.Clip("", otio.schema.ExternalReference(film.path.name), otio.opentime.TimeRange(*moments))
        )
    timeline.tracks.append(track)
    otio.adapters.write_to_file(timeline, str(tmp_path / "cuts.otio"))

    project, _ = read(tmp_path / "cuts.otio", None, ingest)
    assert lint(project) == []
    sequence = project.sequences[0]
    assert sequence.format.rate == rate
    frame = time.frame_duration(rate)
    for track_of in sequence.tracks:
        clips = [item for item in track_of.items if isinstance(item, Clip)]
        assert [(each.source_start, each.duration // frame) for each in clips] == [
            (index.time_of(start), length) for start, length in cuts
        ]
        shown = [
            index.number_at(each.source_start + n * frame) for each in clips for n in range(each.duration // frame)
        ]
        assert shown == [start + n for start, length in cuts for n in range(length)]

    write(project, tmp_path / "again.otio")
    again, losses = read(tmp_path / "again.otio", None, ingest)
    assert not losses
    assert again == replace(project, assets=again.assets)
    assert [each.id for each in again.assets] == [each.id for each in project.assets]


@pytest.mark.parametrize("ending", ["mp4", "mkv", "ts"])
def test_a_whole_film_on_a_timeline_shows_every_frame_once(tmp_path: Path, ending: str) -> None:
    film = make_film(tmp_path / f"film.{ending}", frames=FRAMES, rate=Fraction(30000, 1001))
    project = assemble(new_project("p"), [(ingest(film.path), ())])
    assert lint(project) == []
    frame = time.frame_duration(project.sequences[0].format.rate)
    (only,) = project.sequences[0].video_tracks[0].items
    assert isinstance(only, Clip)
    index = build_index(film.path)
    assert [index.number_at(only.source_start + n * frame) for n in range(only.duration // frame)] == list(
        range(FRAMES)
    )
