"""Whole exports: generated films in, MP4 out, measured with a plain decode."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time as clock
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import pytest

from app.core.base.errors import Cancelled, UserError
from app.core.interchange.subtitles import srt_text
from app.core.jobs.inline import InlineContext
from app.core.model.asset import Asset
from app.core.render import export as export_module
from app.core.render.check import Check
from app.core.render.export import ExportResult, export
from app.core.render.plan import RenderPlan, make_plan
from app.core.render.preset import find_preset
from app.core.render.target import Destination
from tests.helpers.media import beep_times, flash_frames, make_film, numbers_in
from tests.unit.core.render.films import OpenFilms, asset_of, clip, gap, project_of, straight_plan, track

ROOT = Path(__file__).parents[4]
NTSC = Fraction(30000, 1001)


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a film of 150 frames whose only key frames are 0, 60 and 120."""
    folder = tmp_path_factory.mktemp("media")
    make_film(folder / "film.mp4", frames=150, gop=60)
    return folder


@pytest.fixture
def film(media: Path) -> Asset:
    return asset_of(media / "film.mp4")


@pytest.fixture
def pool() -> Iterator[OpenFilms]:
    films = OpenFilms()
    yield films
    films.close()


def run(
    plan: RenderPlan,
    out: Path,
    pool: OpenFilms,
    *,
    preset: str = "mp4",
    context: InlineContext | None = None,
    overwrite: bool = False,
    precious: tuple[Path, ...] = (),
) -> ExportResult:
    quick = replace(find_preset(preset), speed="veryfast")
    wanted = Destination(out, overwrite, precious)
    return export(plan, wanted, quick, "medium", pool, context or InlineContext(), as_srt=srt_text)


@pytest.mark.parametrize("rate", [Fraction(24), Fraction(25), NTSC])
def test_cuts_off_the_key_frames_come_out_in_order_with_the_sound_in_step(
    tmp_path: Path, pool: OpenFilms, rate: Fraction
) -> None:
    source = make_film(tmp_path / "film.mp4", frames=330, rate=rate, gop=250, beep_every=30)
    cuts = [(3, 25), (211, 40), (61, 33), (100, 7), (250, 61), (31, 33)]
    result = run(straight_plan(asset_of(source.path), cuts, rate), tmp_path / "out.mp4", pool)
    wanted = [first + number for first, count in cuts for number in range(count)]
    assert numbers_in(tmp_path / "out.mp4") == wanted
    assert (result.frames, result.encoded_frames, result.copied_frames) == (len(wanted), len(wanted), 0)
    flashes = flash_frames(tmp_path / "out.mp4")
    assert flashes == [place for place, number in enumerate(wanted) if number in source.flashes]
    assert flashes[0] < 20
    assert flashes[-1] > len(wanted) - 20
    beeps = beep_times(tmp_path / "out.mp4")
    assert len(beeps) == len(flashes)
    for flash, beep in zip(flashes, beeps, strict=True):
        assert abs(beep - flash / rate) < 1 / rate / 2


def test_the_result_says_what_was_made(tmp_path: Path, pool: OpenFilms, film: Asset) -> None:
    result = run(straight_plan(film, [(10, 50)]), tmp_path / "out.mp4", pool)
    assert (result.output, result.frames) == (str(tmp_path / "out.mp4"), 50)
    assert result.duration == 2 * 705_600_000
    assert result.seconds > 0
    assert result.warnings == ()
    assert all(check.ok for check in result.checks)
    assert len(result.checks) == 9
    assert "sliced_threads=0" in result.encoder
    assert " crf=23.0 " in result.encoder
    assert result.encoder.encode() in (tmp_path / "out.mp4").read_bytes()
    assert list(tmp_path.iterdir()) == [tmp_path / "out.mp4"]


def test_several_tracks_hidden_and_muted_ones_included(tmp_path: Path, pool: OpenFilms, film: Asset) -> None:
    other = asset_of(make_film(tmp_path / "other.mp4", frames=60, first_number=1000).path)
    video = [
        track("video", clip(film, 0, 40, 25)),
        track("video", gap(10, 25), clip(other, 5, 10, 25)),
        track("video", clip(film, 100, 40, 25), hidden=True),
    ]
    audio = [track("audio", clip(film, 0, 40, 25)), track("audio", gap(20, 25), clip(film, 100, 20, 25), muted=True)]
    run(make_plan(*project_of([film, other], video, audio)), tmp_path / "out.mp4", pool)
    assert numbers_in(tmp_path / "out.mp4") == [*range(10), *range(1005, 1015), *range(20, 40)]
    assert beep_times(tmp_path / "out.mp4") == [pytest.approx(12 / 25, abs=0.01), pytest.approx(37 / 25, abs=0.01)]


def test_a_film_without_sound_clips_has_no_sound_track(tmp_path: Path, pool: OpenFilms, film: Asset) -> None:
    run(straight_plan(film, [(0, 10)], sound=False), tmp_path / "out.mp4", pool)
    with av.open(str(tmp_path / "out.mp4")) as container:
        assert [stream.type for stream in container.streams] == ["video"]


def test_a_range_of_the_sequence(tmp_path: Path, pool: OpenFilms, film: Asset) -> None:
    project, sequence = project_of(
        [film], [track("video", clip(film, 0, 60, 25))], [track("audio", clip(film, 0, 60, 25))]
    )
    run(make_plan(project, sequence, 20, 45), tmp_path / "out.mp4", pool)
    assert numbers_in(tmp_path / "out.mp4") == list(range(20, 45))
    assert beep_times(tmp_path / "out.mp4") == [pytest.approx((37 - 20) / 25, abs=0.01)]


def test_a_preset_with_a_size_of_its_own(tmp_path: Path, pool: OpenFilms, film: Asset) -> None:
    project, sequence = project_of([film], [track("video", clip(film, 30, 6, 25))])
    plan = make_plan(project, sequence, output=find_preset("mp4-720p").output(sequence.format))
    run(plan, tmp_path / "out.mp4", pool, preset="mp4-720p")
    with av.open(str(tmp_path / "out.mp4")) as container:
        context = container.streams.video[0].codec_context
        assert (context.width, context.height, context.colorspace) == (1280, 720, 6)
    assert numbers_in(tmp_path / "out.mp4") == list(range(30, 36))


def test_sound_that_was_too_loud_is_mentioned(tmp_path: Path, pool: OpenFilms, film: Asset) -> None:
    loud = replace(clip(film, 0, 30, 25), gain_db=12.0)
    plan = make_plan(*project_of([film], [track("video", clip(film, 0, 30, 25))], [track("audio", loud)]))
    assert "too loud" in run(plan, tmp_path / "out.mp4", pool).warnings[0]


class StopsAt(InlineContext):
    """Is cancelled at the n-th time it is asked."""

    def __init__(self, last: int) -> None:
        super().__init__()
        self.asked = 0
        self._last = last

    def check(self) -> None:
        self.asked += 1
        if self.asked >= self._last:
            raise Cancelled


def test_cancelled_at_any_moment_nothing_is_left(tmp_path: Path, pool: OpenFilms, film: Asset) -> None:
    plan = straight_plan(film, [(0, 40)])
    whole = StopsAt(10**9)
    run(plan, tmp_path / "whole.mp4", pool, context=whole)
    (tmp_path / "whole.mp4").unlink()
    assert whole.asked > 50  # at every frame, while it finishes, while it checks
    for last in (*range(1, whole.asked, 6), whole.asked - 1, whole.asked):
        with pytest.raises(Cancelled):
            run(plan, tmp_path / "out.mp4", pool, context=StopsAt(last))
        assert list(tmp_path.iterdir()) == []


def test_interrupted_from_the_keyboard_nothing_is_left(tmp_path: Path, pool: OpenFilms, film: Asset) -> None:
    class Interrupted(InlineContext):
        def report(self, done: float, message: str = "") -> None:
            if done > 0.5:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(straight_plan(film, [(0, 40)]), tmp_path / "out.mp4", pool, context=Interrupted())
    assert list(tmp_path.iterdir()) == []


def test_progress_rises_from_nothing_to_nearly_all(tmp_path: Path, pool: OpenFilms, film: Asset) -> None:
    class Noted(InlineContext):
        def report(self, done: float, message: str = "") -> None:
            reports.append((done, message))

    reports: list[tuple[float, str]] = []
    run(straight_plan(film, [(0, 40)]), tmp_path / "out.mp4", pool, context=Noted())
    done = [each for each, _ in reports]
    assert done == sorted(done)
    assert (done[0], reports[20][1], reports[-1][1]) == (0, "frame 20 of 40", "checking")
    assert 0.9 < done[-1] < 1


def test_a_killed_export_leaves_only_its_hidden_part_which_the_next_one_removes(
    tmp_path: Path, pool: OpenFilms, film: Asset
) -> None:
    out = tmp_path / "out.mp4"
    command = [sys.executable, "-m", "tests.unit.core.render.export_forever", film.path, str(out)]
    with subprocess.Popen(command, cwd=ROOT) as child:
        while sum(file.stat().st_size for file in tmp_path.iterdir()) < 30_000:
            assert child.poll() is None
            clock.sleep(0.02)
        child.kill()
    left = list(tmp_path.iterdir())
    assert [(file.name[0], file.suffix) for file in left] == [(".", ".part")]
    run(straight_plan(film, [(0, 10)]), out, pool)
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize("name", ["film.mp4", "hard.mp4", "soft.mp4", "folder/../film.mp4"])
def test_a_used_medium_is_never_written_over(tmp_path: Path, pool: OpenFilms, name: str) -> None:
    source = make_film(tmp_path / "film.mp4", frames=20)
    (tmp_path / "folder").mkdir()
    (tmp_path / "soft.mp4").symlink_to(source.path)
    os.link(source.path, tmp_path / "hard.mp4")
    before, listed = hashlib.sha256(source.path.read_bytes()).digest(), sorted(tmp_path.iterdir())
    with pytest.raises(UserError, match="which the film is made from"):
        run(straight_plan(asset_of(source.path), [(0, 10)]), tmp_path / name, pool, overwrite=True)
    assert hashlib.sha256(source.path.read_bytes()).digest() == before
    assert sorted(tmp_path.iterdir()) == listed


def test_the_project_file_is_never_written_over(tmp_path: Path, pool: OpenFilms, film: Asset) -> None:
    project = tmp_path / "project.mp4"
    project.write_bytes(b"{}")
    with pytest.raises(UserError, match="which the film is made from"):
        run(straight_plan(film, [(0, 10)]), project, pool, overwrite=True, precious=(project,))
    assert project.read_bytes() == b"{}"


def test_an_existing_film_is_kept_until_the_new_one_is_whole(tmp_path: Path, pool: OpenFilms, film: Asset) -> None:
    out = tmp_path / "out.mp4"
    out.write_bytes(b"old")
    plan = straight_plan(film, [(0, 10)])
    with pytest.raises(UserError, match="the file exists"):
        run(plan, out, pool)
    with pytest.raises(Cancelled):
        run(plan, out, pool, context=StopsAt(8), overwrite=True)
    assert out.read_bytes() == b"old"
    run(plan, out, pool, overwrite=True)
    assert numbers_in(out) == list(range(10))
    assert list(tmp_path.iterdir()) == [out]


def test_missing_and_changed_media_are_all_named_before_anything_is_written(tmp_path: Path, pool: OpenFilms) -> None:
    assets = [asset_of(make_film(tmp_path / f"{name}.mp4", frames=10).path) for name in "abc"]
    plan = make_plan(*project_of(assets, [track("video", *(clip(asset, 0, 10, 25) for asset in assets))]))
    (tmp_path / "b.mp4").write_bytes(b"another film")
    with pytest.raises(UserError, match="no longer the files that were imported") as raised:
        run(plan, tmp_path / "out.mp4", pool)
    assert raised.value.what == str(tmp_path / "b.mp4")
    (tmp_path / "a.mp4").unlink()
    (tmp_path / "c.mp4").unlink()
    with pytest.raises(UserError, match="media of the film are missing") as raised:
        run(plan, tmp_path / "out.mp4", pool)
    assert raised.value.what == f"{tmp_path / 'a.mp4'}, {tmp_path / 'c.mp4'}"
    assert list(tmp_path.iterdir()) == [tmp_path / "b.mp4"]


def test_a_film_that_fails_its_check_is_not_kept(
    tmp_path: Path, pool: OpenFilms, film: Asset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_module, "check", lambda *_: (Check("frames", False, "39"),))
    with pytest.raises(UserError, match=r"not what was planned: frames \(39\)") as raised:
        run(straight_plan(film, [(0, 40)]), tmp_path / "out.mp4", pool)
    assert raised.value.what == str(tmp_path / "out.mp4")
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 kB."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", place], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("mounting a small disk needs root")
    yield place
    subprocess.run(["umount", place], check=True)


@pytest.mark.skipif(sys.platform != "linux", reason="tmpfs is of Linux")
def test_a_full_disk_is_named_and_left_clean(small_disk: Path, pool: OpenFilms, film: Asset) -> None:
    plan = straight_plan(film, [(0, 150)] * 2, size=(640, 360))
    with pytest.raises(UserError, match="the disk is full") as raised:
        run(plan, small_disk / "out.mp4", pool)
    assert raised.value.what == str(small_disk / "out.mp4")
    assert list(small_disk.iterdir()) == []
