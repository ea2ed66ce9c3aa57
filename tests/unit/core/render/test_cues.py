"""Cues over pictures: when, where, in which numbers, and that nothing else is touched."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from typing import Any

import av
import numpy as np
import pytest

from app.core.base.time import SECOND
from app.core.model.asset import Color
from app.core.model.project import Project
from app.core.model.sequence import Sequence, SequenceFormat
from app.core.model.subtitle import SubtitleCue, SubtitleTrack
from app.core.render import cues as cues_module
from app.core.render import planes
from app.core.render.color import usual_color
from app.core.render.compositor import Compositor
from app.core.render.cues import CuePainter, CueTimes, overlay
from app.core.render.geometry import Rectangle
from app.core.render.plan import RenderPlan, make_plan
from app.core.render.text import SubtitleStyle, TextPicture, paint
from tests.unit.core.render.films import clip, project_of, track
from tests.unit.core.render.test_compositor import Stills, solid, still

MS = SECOND // 1000


def cue(start: int, end: int, text: str = "text") -> SubtitleCue:
    """A cue of milliseconds."""
    return SubtitleCue(f"{text} {start}", start * MS, end * MS, text)


def captioned(
    *cues: SubtitleCue,
    frame: av.VideoFrame,
) -> tuple[Project, Sequence, Stills]:
    """A project of one still of 2 s, 50 frames, with a subtitle track."""
    asset = still("a", frame)
    project, sequence = project_of([asset], [track("video", clip(asset, 0, 50, 25))], size=(frame.width, frame.height))
    sequence = replace(sequence, subtitle_tracks=(SubtitleTrack("s", "ST1", tuple(cues), "en"),))
    return replace(project, sequences=(sequence,)), sequence, Stills({"a": frame})


def plan_of(*cues: SubtitleCue, frame: av.VideoFrame) -> tuple[RenderPlan, Stills]:
    project, sequence, stills = captioned(*cues, frame=frame)
    return make_plan(project, sequence, subtitles="burn"), stills


def changed(before: av.VideoFrame, after: av.VideoFrame) -> tuple[int, int, int, int] | None:
    """Left, top, right, bottom of the luma that differs."""
    rows, columns = np.nonzero(planes.views(before)[0] != planes.views(after)[0])
    if not len(rows):
        return None
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1


def test_cues_are_found_at_every_moment() -> None:
    chance = random.Random(7)
    cues = sorted(
        (
            cue(start, start + chance.randint(1, 400), str(n))
            for n, start in enumerate(chance.choices(range(5000), k=300))
        ),
        key=lambda each: (each.start, each.end),
    )
    times = CueTimes(cues)
    for moment in [*(each.start for each in cues), *(each.end for each in cues), -1, 10_000 * MS]:
        assert times.at(moment) == tuple(each for each in cues if each.start <= moment < each.end)
    assert CueTimes(()).at(0) == ()


def test_a_cue_shows_at_the_frames_whose_start_it_covers() -> None:
    frame = solid(320, 180, (90, 110, 120))
    compositor = Compositor(*plan_of(cue(100, 240), cue(241, 280, "never"), frame=frame))
    shown = [number for number in range(50) if compositor.frame(number) is not frame]
    assert shown == [3, 4, 5]  # 0.12, 0.16 and 0.20 s; the second cue lies between 0.24 and 0.28 s


def test_a_frame_without_cue_is_the_decoders_own_and_its_picture_is_never_written_to() -> None:
    frame = solid(320, 180, (90, 110, 120))
    kept = [plane.copy() for plane in planes.views(frame)]
    compositor = Compositor(*plan_of(cue(0, 1000), frame=frame))
    written = compositor.frame(3)
    assert compositor.frame(30) is frame
    assert written is not frame
    assert all(np.array_equal(one, other) for one, other in zip(kept, planes.views(frame), strict=True))
    assert changed(frame, written) is not None


def test_black_frames_are_written_on_without_blackening_others() -> None:
    frame = solid(320, 180, (90, 110, 120))
    project, sequence, stills = captioned(cue(0, 1000), frame=frame)
    video = replace(sequence.video_tracks[0], hidden=True)
    plan = make_plan(project, replace(sequence, video_tracks=(video,)), subtitles="burn")
    compositor = Compositor(plan, stills)
    assert planes.views(compositor.frame(0))[0].max() > 200
    assert planes.views(compositor.frame(40))[0].max() == 16


@pytest.mark.parametrize("size", [(1920, 1080), (160, 90), (1080, 1920), (322, 182)])
def test_only_the_box_of_the_text_changes(size: tuple[int, int]) -> None:
    noise = np.random.default_rng(3)
    frame = solid(*size, (0, 0, 0))
    for plane in planes.views(frame):
        plane[:] = noise.integers(16, 236, plane.shape, np.uint8)
    written = Compositor(*plan_of(cue(0, 1000, "Two lines\nof text"), frame=frame)).frame(5)
    painted = paint("Two lines\nof text", *size, SubtitleStyle())
    assert painted is not None
    box = (painted.x, painted.y, painted.x + painted.width, painted.y + painted.height)
    for number, (old, new) in enumerate(zip(planes.views(frame), planes.views(written), strict=True)):
        step = 1 if number == 0 else 2
        outside = np.ones(old.shape, bool)
        outside[box[1] // step : box[3] // step, box[0] // step : box[2] // step] = False
        assert np.array_equal(old[outside], new[outside])
        assert not np.array_equal(old, new)


@pytest.mark.parametrize("matrix", ["bt709", "smpte170m", "bt2020nc"])
def test_colours_have_the_numbers_of_the_film(matrix: str) -> None:
    """Against swscale's own conversion."""
    pixels = np.zeros((8, 8, 4), np.uint8)
    pixels[:] = (200, 40, 90, 255)
    color = replace(usual_color(1080), matrix=matrix)
    canvas = solid(16, 16, (50, 60, 70))
    overlay(TextPicture(4, 4, pixels, 8), color).mix(planes.views(canvas), Rectangle(0, 0, 16, 16), 0)
    rgb = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels[:, :, :3]), format="rgb24")
    number = {"bt709": 1, "smpte170m": 5, "bt2020nc": 9}[matrix]
    wanted = rgb.reformat(format="yuv444p", dst_colorspace=number, dst_color_range=1)
    found = [int(plane[p, p]) for plane, p in zip(planes.views(canvas), (8, 4, 4), strict=True)]
    assert found == pytest.approx([int(plane[4, 4]) for plane in planes.views(wanted)], abs=2)


def test_half_a_cover_is_half_of_both() -> None:
    pixels = np.zeros((4, 4, 4), np.uint8)
    pixels[:] = (128, 128, 128, 128)  # white, premultiplied
    canvas = solid(8, 8, (35, 200, 60))
    overlay(TextPicture(0, 0, pixels, 4), usual_color(1080)).mix(planes.views(canvas), Rectangle(0, 0, 8, 8), 0)
    luma, cb, cr = (int(plane[0, 0]) for plane in planes.views(canvas))
    assert (luma, cb, cr) == (135, 164, 94)
    assert [int(plane[-1, -1]) for plane in planes.views(canvas)] == [35, 200, 60]


def test_white_is_not_blinding_in_a_film_of_high_range() -> None:
    pixels = np.full((4, 4, 4), 255, np.uint8)
    pq = Color("bt2020", "smpte2084", "bt2020nc", "limited")
    canvas = solid(8, 8, (16, 128, 128))
    overlay(TextPicture(0, 0, pixels, 4), pq).mix(planes.views(canvas), Rectangle(0, 0, 8, 8), 0)
    assert int(planes.views(canvas)[0][0, 0]) == round(16 + 219 * 0.58)


def test_cues_of_the_same_time_stack_upwards_without_touching() -> None:
    frame = solid(1280, 720, (90, 128, 128))
    one, both = (
        Compositor(*plan_of(*cues, frame=frame)).frame(10)
        for cues in ([cue(0, 1000, "first")], [cue(0, 1000, "first"), cue(300, 1000, "second\nof two lines")])
    )
    only, all_of_it = changed(frame, one), changed(frame, both)
    assert only is not None
    assert all_of_it is not None
    assert all_of_it[1] < only[1] - 80
    assert abs(all_of_it[3] - only[3]) <= 1
    lowest = planes.views(one)[0][660:], planes.views(both)[0][660:]
    assert np.array_equal(*lowest), "the first cue stays where it was"


def test_what_finds_no_room_is_left_out() -> None:
    frame = solid(160, 90, (90, 128, 128))
    crowd = [cue(0, 1000, f"line {number}") for number in range(60)]
    written = Compositor(*plan_of(*crowd, frame=frame)).frame(3)
    assert changed(frame, written) is not None


def test_text_lies_in_the_sequences_own_frame_where_the_film_is_wider() -> None:
    frame = solid(640, 480, (90, 128, 128))
    project, sequence, stills = captioned(cue(0, 1000), frame=frame)
    plan = make_plan(project, sequence, output=SequenceFormat(1280, 720, Fraction(25)), subtitles="burn")
    plain = make_plan(project, sequence, output=SequenceFormat(1280, 720, Fraction(25)))
    box = changed(Compositor(plain, stills).frame(2), Compositor(plan, stills).frame(2))
    assert box is not None
    assert abs(box[0] + box[2] - 1280) <= 6
    assert plan.area.width == 960


def test_the_preview_shows_the_text_at_the_same_relative_place() -> None:
    boxes = []
    for width, height in [(1920, 1080), (480, 270)]:
        frame = solid(width, height, (90, 128, 128))
        box = changed(frame, Compositor(*plan_of(cue(0, 1000, "Where is it?"), frame=frame)).frame(0))
        assert box is not None
        boxes.append((box[0] / width, box[1] / height, box[2] / width, box[3] / height))
    assert boxes[0] == pytest.approx(boxes[1], abs=0.01)


def test_a_plan_shares_the_cues_and_asks_for_them_only_when_told() -> None:
    frame = solid(160, 90, (90, 128, 128))
    project, sequence, _ = captioned(cue(0, 500), cue(300, 900), frame=frame)
    plan = make_plan(project, sequence, 0, 5, subtitles="burn")
    assert plan.cues is sequence.subtitle_tracks[0].cues
    assert plan.language == "en"
    assert make_plan(project, sequence).cues == ()
    hidden = replace(sequence, subtitle_tracks=(replace(sequence.subtitle_tracks[0], hidden=True),))
    assert make_plan(project, hidden, subtitles="burn").cues == ()
    second = SubtitleTrack("t", "ST2", (cue(1, 2),))
    both = replace(hidden, subtitle_tracks=(*hidden.subtitle_tracks, second))
    assert make_plan(project, both, subtitles="burn").cues is second.cues


def test_painted_text_is_kept_up_to_a_bound_of_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    painted: list[str] = []

    def counted(text: str, width: int, height: int, style: SubtitleStyle) -> TextPicture | None:
        painted.append(text)
        return paint(text, width, height, style)

    monkeypatch.setattr(cues_module, "paint", counted)
    painter = CuePainter((), Rectangle(0, 0, 640, 360), usual_color(360))
    frame = solid(640, 360, (16, 128, 128))
    for text in ("one", "one", "two", "", "", "one"):
        painter.draw([text], frame)
    assert painted == ["one", "two", ""]
    monkeypatch.setattr(cues_module, "_MOST_BYTES", 1)
    painter.draw(["three"], frame)
    painter.draw(["three"], frame)
    painter.draw(["one"], frame)
    assert painted == ["one", "two", "", "three", "one"]


class Counted(tuple[SubtitleCue, ...]):
    """Cues that count how often one of them is looked at."""

    looked = 0

    def __getitem__(self, place: Any) -> Any:
        Counted.looked += 1
        return super().__getitem__(place)


def test_of_ten_thousand_cues_only_those_around_the_moment_are_looked_at() -> None:
    times = CueTimes(Counted(cue(number * 10, number * 10 + 9, str(number)) for number in range(10_000)))
    Counted.looked = 0
    assert [each.text for each in times.at(50_005 * MS)] == ["5000"]
    assert Counted.looked < 5
