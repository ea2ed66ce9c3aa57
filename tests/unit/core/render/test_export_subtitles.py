"""Films with subtitles: burned in, as a track, as a file; read back by PyAV and pysubs2."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pysubs2
import pytest

from app.core.base.errors import Cancelled, UserError
from app.core.base.time import SECOND
from app.core.interchange.subtitles import srt_text
from app.core.jobs.inline import InlineContext
from app.core.media.timed_text import TimedText, text_in
from app.core.model.asset import Asset
from app.core.model.subtitle import SubtitleCue, SubtitleTrack
from app.core.render.check import Expected, check
from app.core.render.export import ExportResult, export
from app.core.render.film_subtitles import FilmSubtitles, film_cues, require_possible
from app.core.render.plan import RenderPlan, SubtitleMode, make_plan
from app.core.render.preset import find_preset
from app.core.render.target import Destination
from tests.helpers.media import make_film
from tests.unit.core.render.films import OpenFilms, asset_of, clip, project_of, track

MS = SECOND // 1000
# In milliseconds of the sequence, which lasts 4 s; the second and the third overlap, one is empty, one is beyond.
CUES = [
    (40, 1001, "Hällo\nWelt"),
    (1500, 2345, "first"),
    (2001, 3999, "second"),
    (3100, 3200, "  \n "),
    (3900, 9000, "to the end"),
    (5000, 6000, "never"),
]
COMING: tuple[SubtitleMode, ...] = ("burn", "track", "file")


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_film(tmp_path_factory.mktemp("media") / "film.mp4", frames=100, gop=50).path


@pytest.fixture
def film(media: Path) -> Asset:
    return asset_of(media)


@pytest.fixture
def pool() -> Iterator[OpenFilms]:
    films = OpenFilms()
    yield films
    films.close()


def plan_of(
    film: Asset,
    mode: SubtitleMode,
    cues: list[tuple[int, int, str]] = CUES,
    start: int = 0,
    end: int | None = None,
    size: tuple[int, int] = (160, 90),
) -> RenderPlan:
    project, sequence = project_of(
        [film], [track("video", clip(film, 0, 100, 25))], [track("audio", clip(film, 0, 100, 25))], size=size
    )
    made = tuple(SubtitleCue(str(n), a * MS, b * MS, text) for n, (a, b, text) in enumerate(cues))
    sequence = replace(sequence, subtitle_tracks=(SubtitleTrack("s", "ST1", made, "de"),))
    return make_plan(replace(project, sequences=(sequence,)), sequence, start, end, subtitles=mode)


def run(
    plan: RenderPlan, out: Path, pool: OpenFilms, *, overwrite: bool = False, context: InlineContext | None = None
) -> ExportResult:
    quick = replace(find_preset("mp4"), speed="veryfast")
    wanted = Destination(out, overwrite)
    return export(plan, wanted, quick, "medium", pool, context or InlineContext(), as_srt=srt_text)


def texts_in(path: Path) -> list[TimedText]:
    with av.open(str(path)) as container:
        return [
            TimedText(packet.pts, packet.pts + (packet.duration or 0), text_in(bytes(packet)))
            for packet in container.demux(container.streams.subtitles[0])
            if packet.pts is not None and text_in(bytes(packet))
        ]


def test_a_track_holds_the_texts_to_the_millisecond(tmp_path: Path, pool: OpenFilms, film: Asset) -> None:
    result = run(plan_of(film, "track"), tmp_path / "out.mp4", pool)
    assert texts_in(tmp_path / "out.mp4") == [
        TimedText(40, 1001, "Hällo\nWelt"),
        TimedText(1500, 2001, "first"),
        TimedText(2001, 2345, "second\nfirst"),
        TimedText(2345, 3900, "second"),
        TimedText(3900, 3999, "to the end\nsecond"),
        TimedText(3999, 4000, "to the end"),
    ]
    with av.open(str(tmp_path / "out.mp4")) as container:
        assert container.streams.subtitles[0].metadata["language"] == "deu"
    assert result.subtitles == FilmSubtitles("track", 4)
    assert [(each.ok, each.detail) for each in result.checks if each.name == "subtitles"] == [(True, "6 texts")]
    assert list(tmp_path.iterdir()) == [tmp_path / "out.mp4"]


def test_a_file_beside_the_film_holds_them_too(tmp_path: Path, pool: OpenFilms, film: Asset) -> None:
    result = run(plan_of(film, "file"), tmp_path / "out.mp4", pool)
    read = pysubs2.load(str(tmp_path / "out.srt"), encoding="utf-8")
    assert [(each.start, each.end, each.text) for each in read] == [
        (40, 1001, "Hällo\\NWelt"), (1500, 2345, "first"), (2001, 3999, "second"), (3900, 4000, "to the end"),
    ]  # fmt: skip
    assert result.subtitles == FilmSubtitles("file", 4, str(tmp_path / "out.srt"))
    assert {each.name for each in tmp_path.iterdir()} == {"out.mp4", "out.srt"}
    with av.open(str(tmp_path / "out.mp4")) as container:
        assert not container.streams.subtitles


def test_times_count_from_the_first_frame_of_the_part(tmp_path: Path, pool: OpenFilms, film: Asset) -> None:
    run(plan_of(film, "file", start=10, end=50), tmp_path / "part.mp4", pool)
    read = pysubs2.load(str(tmp_path / "part.srt"), encoding="utf-8")
    assert [(each.start, each.end, each.text) for each in read] == [(0, 601, "Hällo\\NWelt"), (1100, 1600, "first")]
    run(plan_of(film, "track", start=10, end=50), tmp_path / "part2.mp4", pool)
    assert texts_in(tmp_path / "part2.mp4") == [TimedText(0, 601, "Hällo\nWelt"), TimedText(1100, 1600, "first")]


def test_burned_text_is_in_the_frames_of_its_cue_only(tmp_path: Path, pool: OpenFilms, film: Asset) -> None:
    cues = [(1000, 2000, "WWWWWWWWWW")]
    plain = run(plan_of(film, "none", cues), tmp_path / "plain.mp4", pool)
    burned = run(plan_of(film, "burn", cues), tmp_path / "burned.mp4", pool)
    assert plain.subtitles == FilmSubtitles("none", 0)
    assert burned.subtitles == FilmSubtitles("burn", 1)
    with av.open(str(tmp_path / "plain.mp4")) as one, av.open(str(tmp_path / "burned.mp4")) as other:
        pairs = zip(one.decode(video=0), other.decode(video=0), strict=True)
        differs = [
            float(np.abs(a.to_ndarray(format="gray").astype(int) - b.to_ndarray(format="gray"))[78:84].mean()) > 8
            for a, b in pairs
        ]
        assert not other.streams.subtitles
    assert differs == [25 <= number < 50 for number in range(100)]


def test_a_part_in_which_nothing_is_said_has_no_subtitles_and_says_so(
    tmp_path: Path, pool: OpenFilms, film: Asset
) -> None:
    for number, mode in enumerate(COMING):
        result = run(plan_of(film, mode, start=27, end=30), tmp_path / f"{number}.mp4", pool)
        assert result.subtitles == FilmSubtitles(mode, 0)
        assert result.warnings == ("no subtitle is shown in this film: there is none in it or beside it",)
    assert len(list(tmp_path.iterdir())) == 3


def test_a_subtitle_file_is_never_written_over_by_accident(tmp_path: Path, pool: OpenFilms, film: Asset) -> None:
    (tmp_path / "out.srt").write_text("mine")
    with pytest.raises(UserError, match=r"out\.srt: the file exists"):
        run(plan_of(film, "file"), tmp_path / "out.mp4", pool)
    assert (tmp_path / "out.srt").read_text() == "mine"
    assert len(list(tmp_path.iterdir())) == 1
    run(plan_of(film, "file"), tmp_path / "out.mp4", pool, overwrite=True)
    assert "Hällo" in (tmp_path / "out.srt").read_text(encoding="utf-8")


@pytest.mark.parametrize("before", [None, "mine"])
def test_neither_stands_where_the_film_cannot_have_its_name(
    tmp_path: Path, pool: OpenFilms, film: Asset, monkeypatch: pytest.MonkeyPatch, before: str | None
) -> None:
    if before is not None:
        (tmp_path / "out.srt").write_text(before)
    move = os.replace

    def full_disk(source: Path, target: Path) -> None:
        if Path(target).suffix == ".mp4":
            raise OSError(28, "No space left on device")
        move(source, target)

    monkeypatch.setattr(os, "replace", full_disk)
    with pytest.raises(UserError, match=r"out\.mp4"):
        run(plan_of(film, "file"), tmp_path / "out.mp4", pool, overwrite=True)
    left = {each.name: each.read_text() for each in tmp_path.iterdir()}
    assert left == ({} if before is None else {"out.srt": before})


def test_a_cancelled_export_leaves_no_subtitle_file(tmp_path: Path, pool: OpenFilms, film: Asset) -> None:
    class Stops(InlineContext):
        def report(self, done: float, message: str = "") -> None:
            if message == "checking":
                raise Cancelled

    with pytest.raises(Cancelled):
        run(plan_of(film, "file"), tmp_path / "out.mp4", pool, context=Stops())
    assert list(tmp_path.iterdir()) == []


def test_the_check_sees_texts_that_are_wrong(tmp_path: Path, pool: OpenFilms, film: Asset) -> None:
    run(plan_of(film, "track"), tmp_path / "out.mp4", pool)
    texts = tuple(texts_in(tmp_path / "out.mp4"))
    expected = Expected(160, 90, Fraction(25), 100, samples=192_000, texts=texts)

    def failed(wanted: Expected) -> list[str]:
        return [each.name for each in check(tmp_path / "out.mp4", wanted) if not each.ok]

    assert failed(expected) == []
    for wrong in (texts[1:], (*texts, texts[0]), (replace(texts[0], end=1002), *texts[1:]), ()):
        assert failed(replace(expected, texts=wrong)) == ["subtitles"]
    assert failed(replace(expected, texts=None)) == ["streams"]


def test_a_kind_of_film_without_text_tracks_refuses_them() -> None:
    other = replace(find_preset("mp4"), container="matroska", title="Matroska")
    with pytest.raises(UserError, match="Matroska: films of this kind cannot carry subtitles as a track; burn"):
        require_possible("track", other)
    require_possible("burn", other)
    require_possible("file", other)


def test_ten_thousand_cues_are_not_copied_and_travel(film: Asset) -> None:
    plan = plan_of(film, "track", [(n, n + 1, str(n)) for n in range(10_000)])
    assert len(film_cues(plan)) == 4000
    assert replace(plan, start_frame=50).cues is plan.cues
    assert film_cues(replace(plan, subtitles="none")) == ()


def test_a_text_of_half_a_character_ends_no_export(tmp_path: Path, pool: OpenFilms, film: Asset) -> None:
    for mode in COMING:
        run(plan_of(film, mode, [(0, 900, "half \ud83d a pair")], end=25), tmp_path / f"{mode}.mp4", pool)
    assert texts_in(tmp_path / "track.mp4") == [TimedText(0, 900, "half ? a pair")]


def test_a_film_with_boxes_in_it_says_so(tmp_path: Path, pool: OpenFilms, film: Asset) -> None:
    cues = [(0, 400, "Hello \U0010fffd")]
    burned = run(plan_of(film, "burn", cues, size=(320, 180)), tmp_path / "burned.mp4", pool)
    assert burned.warnings == (
        "no font on this computer has U+10FFFD: boxes stand in the picture; install one that has them",
    )
    assert run(plan_of(film, "track", cues), tmp_path / "track.mp4", pool).warnings == ()
    assert run(plan_of(film, "burn", size=(320, 180)), tmp_path / "plain.mp4", pool).warnings == ()
