"""Frames and pixels agree in both directions at every zoom; clips and lanes are found where they are."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.core.base import time
from app.core.model.project import Project
from app.ui.panes.timeline.geometry import (
    DIVIDER,
    LANE_MAX,
    LANE_MIN,
    PADDING,
    ClipIndex,
    Heights,
    Layout,
    Scale,
    lay_out,
)
from app.ui.view_state import ZOOM_MAX, ZOOM_MIN
from tests.helpers.document import FRAME, clip, gap, project, track
from tests.ui.panes.timeline.conftest import scenes

RATES = st.sampled_from([Fraction(24), Fraction(25), Fraction(30_000, 1001), Fraction(60), Fraction(120)])
ZOOMS = st.floats(ZOOM_MIN, ZOOM_MAX)
FRAMES = st.integers(0, 20_000_000)
PIXELS = st.integers(0, 1 << 30)


@given(ZOOMS, RATES, FRAMES)
def test_frame_to_pixel_to_frame(zoom: float, rate: Fraction, frame: int) -> None:
    scale = Scale.for_zoom(zoom, rate)
    x = scale.x_of(frame)
    if scale.step >= 1 << 24:
        assert scale.frame_at(x) == frame
        assert scale.nearest_frame(x) == frame
    else:
        assert scale.frame_at(x) <= frame
    assert scale.x_of(scale.frame_at(x)) == x


@given(ZOOMS, RATES, PIXELS)
def test_a_pixel_belongs_to_the_frame_that_covers_it(zoom: float, rate: Fraction, x: int) -> None:
    scale = Scale.for_zoom(zoom, rate)
    frame = scale.frame_at(x)
    if scale.step >= 1 << 24:
        assert scale.x_of(frame) <= x < scale.x_of(frame + 1)
    else:
        assert scale.x_of(frame) == x
        assert frame == 0 or scale.x_of(frame - 1) < x


@given(ZOOMS, RATES, FRAMES, st.integers(0, 1000))
def test_pixels_never_run_backwards(zoom: float, rate: Fraction, frame: int, later: int) -> None:
    scale = Scale.for_zoom(zoom, rate)
    assert scale.x_of(frame + later) >= scale.x_of(frame)


@given(ZOOMS, RATES, st.integers(-100_000, 100_000))
def test_the_nearest_frame_is_at_most_half_a_frame_away(zoom: float, rate: Fraction, x: int) -> None:
    scale = Scale.for_zoom(zoom, rate)
    away = abs(Fraction(scale.nearest_frame(x) * scale.step, 1 << 24) - x)
    assert away <= Fraction(scale.step, 1 << 25)


@given(ZOOMS, RATES, st.lists(FRAMES, min_size=1, max_size=20))
def test_many_frames_at_once_are_the_same(zoom: float, rate: Fraction, frames: list[int]) -> None:
    scale = Scale.for_zoom(zoom, rate)
    assert scale.columns(np.array(frames, dtype=np.int64)).tolist() == [scale.x_of(frame) for frame in frames]


@given(ZOOMS, st.integers(0, 1 << 24))
def test_media_time_and_pixels(zoom: float, x: int) -> None:
    scale = Scale.for_zoom(zoom, Fraction(24))
    assert scale.x_of_time(scale.time_at(x, FRAME), FRAME) == x
    assert scale.x_of_time(x * FRAME, FRAME) == scale.x_of(x)


def index(*rows: object) -> ClipIndex:
    """The clips of a track given as document helpers write them."""
    return ClipIndex(track("V1", *rows), FRAME)  # type: ignore[arg-type]


def test_clips_are_found_by_time_and_id() -> None:
    clips = index(gap(10), clip("a", 5), clip("b", 5), gap(5), clip("c", 1))
    assert (clips.starts, clips.ends) == ([10, 15, 25], [15, 20, 26])
    assert [clips.at(frame) for frame in (9, 10, 14, 15, 20, 25, 26)] == [None, 0, 0, 1, None, 2, None]
    assert list(clips.between(0, 10)) == []
    assert list(clips.between(0, 11)) == [0]
    assert list(clips.between(14, 16)) == [0, 1]
    assert list(clips.between(20, 25)) == []
    assert list(clips.between(0, 100)) == [0, 1, 2]
    assert [clips.number_of(name) for name in ("a", "c", "gone")] == [0, 2, None]


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 9)), max_size=30), st.integers(0, 200), st.integers(1, 50))
def test_what_is_between_two_frames(items: list[tuple[bool, int]], first: int, length: int) -> None:
    clips = index(*(clip(str(n), size) if is_clip else gap(size) for n, (is_clip, size) in enumerate(items)))
    expected = [
        number
        for number, (start, end) in enumerate(zip(clips.starts, clips.ends, strict=True))
        if start < first + length and end > first
    ]
    assert list(clips.between(first, first + length)) == expected


def test_what_changed_on_a_track() -> None:
    a, b, c, d = (clip(name, 10) for name in "abcd")
    before = index(a, b, c, d)
    assert before.changed_from(before) is None
    assert index(a, b, c, d).changed_from(before) is None
    assert index(a, gap(10), c, d).changed_from(before) == (10, 20)
    assert index(a, b, c).changed_from(before) == (30, 40)
    assert index(a, b, c, gap(5), d).changed_from(before) == (30, 45)
    assert index(b, c, d).changed_from(before) == (0, 40)
    assert index().changed_from(before) == (0, 40)
    assert index(gap(3)).changed_from(index()) is None


def layout(document: Project, space: int = 600, heights: Heights | None = None) -> Layout:
    """How a document lies in a view."""
    return lay_out(document.sequences[0], heights or Heights(60, 50), space)


def test_picture_lies_above_sound_and_the_first_tracks_meet() -> None:
    found = layout(scenes())
    assert [lane.track.name for lane in found.lanes] == ["V2", "V1", "A1", "A2"]
    assert [(lane.number, lane.height) for lane in found.lanes] == [(1, 60), (0, 60), (0, 50), (1, 50)]
    v2, v1, a1, a2 = found.lanes
    assert (v2.bottom, v1.bottom) == (v1.top, found.divider)
    assert (a1.top, a1.bottom) == (found.divider + DIVIDER, a2.top)
    assert found.divider == 300
    assert found.height == 600
    assert found.frames == 110


def test_a_new_track_moves_no_other_while_there_is_room() -> None:
    less = project(track("V1", clip("a", 5)), track("A1", clip("s", 5)))
    more = project(track("V1", clip("a", 5)), track("V2"), track("A1", clip("s", 5)))
    before, after = layout(less), layout(more)
    assert [(lane.track.id, lane.top) for lane in after.lanes[1:]] == [
        (lane.track.id, lane.top) for lane in before.lanes
    ]


def test_lanes_that_do_not_fit_keep_room_for_a_drop() -> None:
    found = layout(scenes(), space=100)
    assert found.lanes[0].top == PADDING
    assert found.height == found.lanes[-1].bottom + PADDING


def test_lanes_and_clips_under_a_point() -> None:
    found = layout(scenes())
    v2, v1, a1, _ = found.lanes
    assert found.lane_at(v2.top) is v2
    assert found.lane_at(found.divider) is None
    place = found.at(40, v1.top + 3)
    assert place is not None
    assert (place.clip.id, place.start, place.end) == ("b", 40, 70)
    assert found.at(75, v1.top) is None
    assert found.number_near(v2.top - 1, "video") == 2
    assert found.number_near(found.divider + 1, "video") == 0
    assert found.number_near(a1.top, "video") == 0
    assert found.number_near(a1.top, "audio") == 0
    assert found.number_near(599, "audio") == 2
    assert found.number_near(599, "video") == 0


def test_linked_clips_are_found_over_all_tracks() -> None:
    found = layout(scenes())
    assert found.with_linked({"a", "m"}) == {"a", "s", "m"}
    assert found.with_linked({"gone"}) == {"gone"}


def test_unchanged_tracks_are_not_read_again() -> None:
    document = scenes()
    before = layout(document)
    known = [lane.clips for lane in before.lanes]
    after = lay_out(document.sequences[0], Heights(80, 30), 600, known)
    assert [lane.clips for lane in after.lanes] == known
    other_rate = project(*document.sequences[0].tracks, rate=Fraction(12))
    assert lay_out(other_rate.sequences[0], Heights(), 600, known).lanes[1].clips.ends[0] == 20


def test_heights_keep_to_what_can_be_shown() -> None:
    heights = Heights().changed("video", 10_000).changed("audio", -10_000)
    assert (heights.video, heights.audio) == (LANE_MAX, LANE_MIN)
    assert heights.changed("video", -4).audio == LANE_MIN


def test_an_empty_sequence() -> None:
    found = layout(project(track("V1"), track("A1")))
    assert found.is_empty
    assert found.frames == 0
    assert list(found.places()) == []
    assert time.frame_duration(found.rate) == FRAME
