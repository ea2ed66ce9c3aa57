"""Pictures of clips at other speeds, by the numbers that are drawn on them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from app.core.base import time
from app.core.edit.cut import split_all
from app.core.edit.speed import freeze_frame, retime, set_speed
from app.core.media.indexes import LocalIndexes
from app.core.media.pyav_source import PyAVVideoSource
from app.core.model.project import Project
from app.core.render.compositor import Compositor
from app.core.render.plan import make_plan
from tests.helpers.media import make_film, read_number
from tests.unit.core.render.films import OpenFilms, asset_of, clip, gap, project_of, track

FRAME = time.frame_duration(Fraction(25))


@pytest.fixture(scope="module", params=["constant", "variable"])
def path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of sixty frames in long GOPs; of variable rate, each odd frame is half a frame late."""
    folder = tmp_path_factory.mktemp("retimed")
    if request.param == "constant":
        return make_film(folder / "film.mp4", frames=60, gop=50, bframes=2).path
    stamps = [40 * number + 20 * (number % 2) for number in range(60)]
    return make_film(folder / "film.mkv", frames=60, gop=50, timestamps=stamps, audio=False).path


def document(path: Path, *, first: int = 10, frames: int = 24) -> Project:
    asset = asset_of(path)
    row = track(
        "video", clip(asset, 0, 2, 25), gap(1, 25), clip(asset, first, frames, 25), gap(80, 25), clip(asset, 0, 1, 25)
    )
    return project_of([asset], [row])[0]


def chosen(project: Project) -> str:
    clip_id = project.sequences[0].video_tracks[0].items[2].id
    assert clip_id is not None
    return clip_id


def retimed(project: Project, speed: str, *, reverse: bool = False, freeze: bool = False) -> Project:
    wanted = retime(Fraction(speed), reverse=reverse, freeze=freeze)
    return set_speed(project, project.sequences[0].id, [chosen(project)], wanted)


def numbers(project: Project, first: int = 3, last: int | None = None) -> list[int | None]:
    """The number on each frame from ``first`` on that is not black."""
    films = OpenFilms()
    compositor = Compositor(make_plan(project, project.sequences[0]), films)
    end = project.sequences[0].frames - 81 if last is None else last
    shown = [read_number(compositor.frame(number)) for number in range(first, end)]
    films.close()
    return [each for each in shown if each is not None]


def wanted(path: Path, times: list[Fraction]) -> list[int]:
    """The frames of the film at these moments, in frames of the sequence."""
    if path.suffix == ".mp4":
        return [int(each // 1) for each in times]
    return [2 * int(each // 2) + (1 if each % 2 >= Fraction(3, 2) else 0) for each in times]


@pytest.mark.parametrize("speed", ["1/2", "2", "3/2", "1/3", "1001/1000"])
@pytest.mark.parametrize("reverse", [False, True])
def test_each_frame_shows_what_lies_under_it(path: Path, speed: str, reverse: bool) -> None:
    project = retimed(document(path), speed, reverse=reverse)
    lasts = int(24 / Fraction(speed) + Fraction(1, 2))
    if reverse:
        end = 10 + Fraction(24)
        times = [end - (number + 1) * Fraction(speed) for number in range(lasts)]
    else:
        times = [10 + number * Fraction(speed) for number in range(lasts)]
    assert numbers(project, last=3 + lasts) == wanted(path, times)


def test_backwards_is_forwards_mirrored(path: Path) -> None:
    forwards, backwards = numbers(document(path), last=27), numbers(retimed(document(path), "1", reverse=True), last=27)
    assert backwards == forwards[::-1]
    if path.suffix == ".mp4":
        assert backwards == list(range(33, 9, -1))


@pytest.mark.parametrize(("speed", "reverse"), [("2/3", False), ("2/3", True), ("3/2", True)])
def test_pieces_show_what_the_whole_shows(path: Path, speed: str, reverse: bool) -> None:
    project = retimed(document(path), speed, reverse=reverse)
    pieces = project
    for cut in (4, 7, 8, 15):
        pieces = split_all(pieces, pieces.sequences[0].id, cut * FRAME)
    assert numbers(pieces, last=40) == numbers(project, last=40)


def test_a_frozen_clip_and_a_frozen_frame_stand_still(path: Path) -> None:
    project = retimed(document(path), "1", freeze=True)
    assert numbers(project, last=27) == [10] * 24
    at = document(path)
    frozen = freeze_frame(at, at.sequences[0].id, chosen(at), 8 * FRAME, 5 * FRAME)
    assert numbers(frozen, first=8, last=15) == [*numbers(at, first=8, last=9) * 6, *numbers(at, first=9, last=10)]


def test_going_backwards_decodes_each_group_a_bounded_number_of_times(tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.mp4", frames=150, gop=150, bframes=0, audio=False)
    asset = asset_of(film.path)
    index = LocalIndexes().index(asset)
    frame_bytes = 160 * 96 * 3 // 2
    decoded = {}
    for kept in (4, 40):
        source = CountingSource(film.path, index, threads=1, ring_bytes=4 * frame_bytes, back_bytes=kept * frame_bytes)
        assert [read_number(source.frame(number)) for number in range(149, -1, -1)] == list(range(149, -1, -1))
        assert source.most_kept <= 2 * kept
        decoded[kept] = source.count
        source.close()
    assert decoded[40] <= 150 * 5
    assert decoded[4] > decoded[40] * 4


class CountingSource(PyAVVideoSource):
    """Counts what is decoded."""

    count = 0
    most_kept = 0

    def _keep(self, number: int, frame: object) -> None:
        super()._keep(number, frame)  # type: ignore[arg-type]
        self.count += 1
        self.most_kept = max(self.most_kept, len(self._ring))
