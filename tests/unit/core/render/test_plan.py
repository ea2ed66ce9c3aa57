"""Plans made from documents."""

from __future__ import annotations

import pickle  # noqa: TID251 - a plan must be able to travel to another process
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from app.core.base import time
from app.core.base.errors import UserError
from app.core.model.asset import Asset, AudioStream, Color, MediaInfo, VideoStream
from app.core.model.clip import Clip, Item
from app.core.model.sequence import SequenceFormat
from app.core.render.geometry import Rectangle
from app.core.render.plan import make_plan
from tests.unit.core.render.films import clip, gap, project_of, track

NTSC = Fraction(30000, 1001)


def asset(name: str, *, color: Color = Color(), hdr: bool = False, seconds: int = 10) -> Asset:  # noqa: B008
    duration = seconds * time.SECOND
    video = VideoStream(
        0, "h264", 160, 90, 160, 90, Fraction(25), False, None, 0, duration, "yuv420p", 8,
        color=color, hdr="pq" if hdr else None,
    )  # fmt: skip
    sound = AudioStream(1, "aac", 48_000, 2, "stereo", 0, duration)
    return Asset(name, name, str(Path("/films") / name), 1, name, MediaInfo("video", "mp4", duration, video, (sound,)))


A, B = asset("a"), asset("b")


def test_spans_say_which_frames_and_which_media_time() -> None:
    first, second = clip(A, 30, 10, NTSC), clip(B, 7, 20, NTSC)
    plan = make_plan(*project_of([A, B], [track("video", gap(5, NTSC), first, gap(2, NTSC), second)], rate=NTSC))
    one, two = plan.pictures[0]
    assert (one.start_frame, one.end_frame, two.start_frame, two.end_frame) == (5, 15, 17, 37)
    assert time.frame_start(5, NTSC) + one.source_offset == time.frame_start(30, NTSC)
    assert time.frame_start(36, NTSC) + two.source_offset == time.frame_start(26, NTSC)
    assert (plan.start_frame, plan.end_frame, plan.frames, plan.sound) == (0, 37, 37, False)


def test_hidden_tracks_are_left_out_and_the_order_is_lowest_first() -> None:
    tracks = [track("video", clip(A, 0, 9, 25)), track("video", clip(B, 0, 9, 25)), track("video", clip(A, 5, 9, 25))]
    tracks[1] = replace(tracks[1], hidden=True)
    plan = make_plan(*project_of([A, B], tracks))
    assert [row[0].source_offset for row in plan.pictures] == [0, time.frame_start(5, Fraction(25))]
    assert [each.name for each in plan.assets] == ["a"]


@pytest.mark.parametrize(
    ("flags", "heard"),
    [
        ([{}, {}, {}], [0, 1, 2]),
        ([{"muted": True}, {}, {}], [1, 2]),
        ([{}, {"solo": True}, {}], [1]),
        ([{"solo": True}, {"solo": True, "muted": True}, {}], [0]),
        ([{"muted": True}, {"muted": True}, {"muted": True}], []),
    ],
)
def test_muted_and_solo_tracks(flags: list[dict[str, bool]], heard: list[int]) -> None:
    tracks = [track("audio", clip(A, number, 9, 25), **each) for number, each in enumerate(flags)]
    plan = make_plan(*project_of([A], [track("video", clip(A, 0, 9, 25))], tracks))
    assert [row[0].source_offset for row in plan.sounds] == [time.frame_start(each, Fraction(25)) for each in heard]
    assert plan.sound == bool(heard)


def test_a_range_keeps_what_it_touches_and_only_its_media() -> None:
    video = track("video", clip(A, 0, 10, 25), clip(B, 0, 10, 25), clip(A, 50, 10, 25))
    project, sequence = project_of([A, B], [video], [track("audio", clip(A, 0, 10, 25))])
    plan = make_plan(project, sequence, 10, 20)
    assert [(span.asset_id, span.start_frame) for span in plan.pictures[0]] == [("b", 10)]
    assert (plan.sounds, [each.name for each in plan.assets]) == ((), ["b"])
    assert plan.sound  # the film of another range of this sequence has sound, so this one has a track too
    assert (plan.start_sample, plan.end_sample) == (19_200, 38_400)


@pytest.mark.parametrize(("start", "end"), [(5, 5), (6, 5), (-1, 5), (0, 11), (10, None)])
def test_ranges_outside_the_sequence_are_refused(start: int, end: int | None) -> None:
    project, sequence = project_of([A], [track("video", clip(A, 0, 10, 25))])
    with pytest.raises(UserError, match="of its 10 frames"):
        make_plan(project, sequence, start, end)


def test_an_empty_sequence_is_refused() -> None:
    with pytest.raises(UserError, match="Sequence 1: the sequence is empty"):
        make_plan(*project_of([A], [track("video")]))


def test_another_output_size_holds_the_whole_frame_of_the_sequence() -> None:
    project, sequence = project_of([A], [track("video", clip(A, 0, 10, 25))], size=(640, 480))
    plan = make_plan(project, sequence, output=SequenceFormat(1920, 1080, Fraction(25)))
    assert (plan.width, plan.height, plan.area) == (1920, 1080, Rectangle(240, 0, 1440, 1080))
    with pytest.raises(ValueError, match="25 fps is rendered at 24"):
        make_plan(project, sequence, output=SequenceFormat(1920, 1080, Fraction(24)))


def test_the_output_size_is_always_even() -> None:
    plan = make_plan(*project_of([A], [track("video", clip(A, 0, 10, 25))], size=(853, 479)))
    assert (plan.width, plan.height) == (854, 480)


def test_sound_fades_where_it_is_cut_and_nowhere_else() -> None:
    whole = clip(A, 0, 250, 25)
    assert fades([whole]) == [(False, False)]
    assert fades([clip(A, 10, 20, 25)]) == [(True, True)]
    assert fades([clip(A, 0, 20, 25), clip(A, 20, 230, 25)]) == [(False, False), (False, False)]
    assert fades([clip(A, 0, 20, 25), clip(A, 21, 229, 25)]) == [(False, True), (True, False)]
    assert fades([clip(A, 0, 20, 25), clip(B, 20, 230, 25)]) == [(False, True), (True, False)]
    split_apart: list[Item] = [clip(A, 0, 20, 25), gap(1, 25), clip(A, 20, 230, 25)]
    plan = make_plan(*project_of([A], [], [track("audio", *split_apart)]))
    assert [(span.fade_in, span.fade_out) for span in plan.sounds[0]] == [(False, True), (True, False)]


def fades(clips: list[Clip]) -> list[tuple[bool, bool]]:
    plan = make_plan(*project_of([A, B], [], [track("audio", *clips)]))
    return [(span.fade_in, span.fade_out) for span in plan.sounds[0]]


def test_the_colour_is_that_of_all_shown_media_whatever_the_range() -> None:
    pal = Color("bt470bg", "smpte170m", "bt470bg")
    tagged, other = asset("tagged", color=pal), asset("other", color=Color(matrix="bt709"))
    cut = [clip(tagged, 0, 10, 25), clip(other, 0, 10, 25)]
    assert make_plan(*project_of([tagged, other], [track("video", cut[0])])).color == replace(pal, range="limited")
    project, sequence = project_of([tagged, other], [track("video", *cut)])
    assert make_plan(project, sequence, 0, 5).color.matrix == "smpte170m"


def test_stills_and_rgb_pictures_follow_the_colour_of_the_films() -> None:
    tagged = asset("tagged", color=Color("bt709", "bt709", "bt709"))
    rgb = asset("rgb", color=Color(matrix="gbr", range="full"))
    still = replace(asset("still"), info=replace(A.info, kind="image"))
    row = track("video", *(clip(each, 0, 10, 25) for each in (tagged, rgb, still)))
    assert make_plan(*project_of([tagged, rgb, still], [row])).color.matrix == "bt709"


def test_hdr_is_not_passed_over_in_silence() -> None:
    hdr = asset("hdr", color=Color("bt2020", "smpte2084", "bt2020nc"), hdr=True)
    assert "8 bits" in make_plan(*project_of([hdr], [track("video", clip(hdr, 0, 9, 25))])).warnings[0]
    mixed = track("video", clip(hdr, 0, 9, 25), clip(A, 0, 9, 25))
    assert "tone mapped to standard range" in make_plan(*project_of([hdr, A], [mixed])).warnings[0]
    assert make_plan(*project_of([A], [track("video", clip(A, 0, 9, 25))])).warnings == ()


def test_a_clip_without_the_kind_of_its_track_shows_and_sounds_nothing() -> None:
    silent = replace(A, info=replace(A.info, audio=()))
    heard = replace(B, info=replace(B.info, kind="audio", video=None))
    video = track("video", clip(heard, 0, 9, 25))
    plan = make_plan(*project_of([silent, heard], [video], [track("audio", clip(silent, 0, 9, 25))]))
    assert (plan.pictures, plan.sounds, plan.assets, plan.frames) == ((), (), (), 9)


def test_a_plan_can_travel() -> None:
    plan = make_plan(*project_of([A, B], [track("video", clip(A, 0, 9, 25))], [track("audio", clip(B, 3, 9, 25))]))
    assert pickle.loads(pickle.dumps(plan)) == plan
    assert hash(pickle.loads(pickle.dumps(plan))) == hash(plan)
