"""Frames composed from pictures whose every pixel is known."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal

import av
import numpy as np
import numpy.typing as npt
import pytest

from app.core.base import time
from app.core.media.source import VideoSource
from app.core.model.asset import Asset, Color, MediaInfo, VideoStream
from app.core.model.clip import Item
from app.core.model.sequence import Track
from app.core.render import planes
from app.core.render.compositor import Compositor
from app.core.render.plan import RenderPlan, make_plan
from tests.helpers.gifs import SPARE, WHITE, Drawn, write_gif
from tests.helpers.media import make_film, read_number
from tests.helpers.picture_code import draw_number
from tests.unit.core.render.films import OpenFilms, asset_of, clip, gap, project_of, straight_plan, track

RED_709 = (63, 102, 240)  # limited-range Y, Cb, Cr of pure red
RED_601 = (81, 90, 240)


class Stills:
    """Sources that show one given picture all the time, and count how often."""

    def __init__(self, frames: dict[str, av.VideoFrame]) -> None:
        self.frames = frames
        self.asked: list[str] = []

    def video(self, asset: Asset) -> VideoSource:
        def frame_at(moment: int) -> av.VideoFrame:
            self.asked.append(asset.id)
            return self.frames[asset.id]

        source: Any = SimpleNamespace(frame_at=frame_at, stand_in=None)
        return source  # type: ignore[no-any-return]


def solid(width: int, height: int, levels: tuple[int, ...], pixel_format: str = "yuv420p") -> av.VideoFrame:
    frame = av.VideoFrame(width, height, pixel_format)
    for plane, level in zip(planes.views(frame), levels, strict=True):
        plane[:] = level
    return frame


def still(name: str, frame: av.VideoFrame, color: Color = Color(), **changes: Any) -> Asset:  # noqa: B008
    video = VideoStream(
        0, "rawvideo", frame.width, frame.height, frame.width, frame.height, Fraction(25), False, None, 0,
        100 * time.SECOND, frame.format.name, 8, color=color,
    )  # fmt: skip
    return Asset(name, name, f"/films/{name}", 1, name, MediaInfo("video", "nut", None, replace(video, **changes)))


def compose(
    size: tuple[int, int], *layers: tuple[Asset, av.VideoFrame], sequence: tuple[int, int] | None = None
) -> tuple[av.VideoFrame, Stills]:
    """The first frame of a sequence with one track for each layer, the lowest first."""
    assets = [asset for asset, _ in layers]
    project, timeline = project_of(
        assets, [track("video", clip(asset, 0, 10, 25)) for asset in assets], size=sequence or size
    )
    output = replace(timeline.format, width=size[0], height=size[1])
    stills = Stills({asset.id: frame for asset, frame in layers})
    return Compositor(make_plan(project, timeline, output=output), stills).frame(0), stills


def luma(frame: av.VideoFrame) -> npt.NDArray[np.uint8]:
    return planes.views(frame)[0]


def levels(frame: av.VideoFrame) -> tuple[int, ...]:
    """The middle pixel of each plane."""
    return tuple(int(plane[plane.shape[0] // 2, plane.shape[1] // 2]) for plane in planes.views(frame))


def plan_of(*tracks: Track, assets: list[Asset], size: tuple[int, int] = (160, 90)) -> RenderPlan:
    return make_plan(*project_of(assets, tracks, size=size))


def test_an_untouched_picture_of_full_size_is_passed_on_as_it_is() -> None:
    frame = solid(160, 90, (90, 100, 110))
    shown, _ = compose((160, 90), (still("a", frame), frame))
    assert shown is frame


def test_full_pictures_hide_what_is_below_and_nothing_below_is_decoded() -> None:
    below, above = solid(160, 90, (50, 128, 128)), solid(160, 90, (200, 128, 128))
    shown, stills = compose((160, 90), (still("below", below), below), (still("above", above), above))
    assert shown is above
    assert stills.asked == ["above"]


def test_a_scaled_picture_that_fills_the_frame_hides_what_is_below() -> None:
    below, above = solid(160, 90, (50, 128, 128)), solid(640, 360, (200, 100, 150))
    shown, stills = compose((160, 90), (still("below", below), below), (still("above", above), above))
    assert (shown.width, shown.height, levels(shown), stills.asked) == (160, 90, (200, 100, 150), ["above"])


def test_gaps_and_the_end_of_tracks_are_black() -> None:
    frame = solid(160, 90, (200, 100, 150))
    asset = still("a", frame)
    plan = plan_of(track("video", clip(asset, 0, 2, 25), gap(2, 25), clip(asset, 0, 1, 25), gap(3, 25)), assets=[asset])
    compositor = Compositor(plan, Stills({"a": frame}))
    shown = [levels(compositor.frame(number)) for number in range(8)]
    assert [each == (200, 100, 150) for each in shown] == [True, True, False, False, True, False, False, False]
    assert set(shown) == {(200, 100, 150), (16, 128, 128)}


@pytest.mark.parametrize(
    ("source", "target", "box"),
    [
        ((120, 90), (160, 90), (20, 0, 120, 90)),
        ((160, 60), (160, 90), (0, 14, 160, 60)),
        ((90, 160), (160, 90), (54, 0, 50, 90)),
        ((320, 240), (160, 90), (20, 0, 120, 90)),
    ],
)
def test_bars_are_black_to_the_pixel_and_the_picture_is_whole(
    source: tuple[int, int], target: tuple[int, int], box: tuple[int, int, int, int]
) -> None:
    frame = solid(*source, (200, 100, 150))
    shown, _ = compose(target, (still("a", frame), frame))
    x, y, width, height = box
    for plane, inside, outside, step in zip(
        planes.views(shown), (200, 100, 150), (16, 128, 128), (1, 2, 2), strict=True
    ):
        expected = np.full(plane.shape, outside, np.uint8)
        expected[y // step : (y + height) // step, x // step : (x + width) // step] = inside
        assert np.array_equal(plane, expected)


def test_bars_show_the_track_below() -> None:
    below, above = solid(160, 90, (60, 90, 170)), solid(120, 90, (200, 128, 128))
    shown, stills = compose((160, 90), (still("below", below), below), (still("above", above), above))
    assert luma(shown)[45, [10, 19, 20, 139, 140, 150]].tolist() == [60, 60, 200, 200, 60, 60]
    assert stills.asked == ["above", "below"]
    assert levels(below) == (60, 90, 170)  # the source's own picture was not painted on
    assert np.all(luma(below) == 60)


def test_the_sequence_keeps_its_shape_in_an_output_of_another_shape() -> None:
    frame = solid(160, 90, (200, 100, 150))
    shown, _ = compose((160, 90), (still("a", frame), frame), sequence=(120, 90))
    # 16:9 in 4:3 in 16:9: bars on all four sides.
    assert luma(shown)[45, [19, 20, 139, 140]].tolist() == [16, 200, 200, 16]
    assert luma(shown)[[9, 10, 77, 78], 80].tolist() == [16, 200, 200, 16]


def test_pixel_shape_stretches_the_stored_picture_to_what_is_seen() -> None:
    frame = solid(60, 90, (200, 128, 128))
    shown, _ = compose((160, 90), (still("a", frame, sample_aspect=Fraction(2)), frame))
    assert luma(shown)[45, [19, 20, 139, 140]].tolist() == [16, 200, 200, 16]


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("mirrored", [False, True])
def test_turned_and_mirrored_pictures_are_shown_upright(rotation: Literal[0, 90, 180, 270], mirrored: bool) -> None:
    upright = np.full((90, 160), 120, np.uint8)
    draw_number(upright, 4711)
    stored = np.rot90(upright, rotation // 90)  # counter-clockwise, so that clockwise sets it right
    if mirrored:
        stored = stored[:, ::-1]
    frame = solid(stored.shape[1], stored.shape[0], (0, 128, 128))
    luma(frame)[:] = stored
    shown, _ = compose((160, 90), (still("a", frame, rotation=rotation, mirrored=mirrored), frame))
    assert (shown.width, shown.height) == (160, 90)
    assert read_number(shown) == 4711


def test_a_picture_that_stands_lies_between_bars() -> None:
    frame = solid(160, 90, (200, 128, 128))
    shown, _ = compose((160, 90), (still("a", frame, rotation=90), frame))
    assert luma(shown)[45, [53, 54, 103, 104]].tolist() == [16, 200, 200, 16]


@pytest.mark.parametrize("pixel_format", ["yuv420p10le", "yuv422p10le", "yuv422p", "yuv444p", "nv12", "yuv420p12le"])
def test_other_depths_and_samplings_become_eight_bit_420(pixel_format: str) -> None:
    frame = solid(160, 90, (90, 100, 160)).reformat(format=pixel_format)
    shown, _ = compose((160, 90), (still("a", frame), frame))
    assert (shown.format.name, shown.width, shown.height) == ("yuv420p", 160, 90)
    assert levels(shown) == (90, 100, 160)


@pytest.mark.parametrize(("pixel_format", "tag"), [("yuvj420p", None), ("yuv420p", "full")])
def test_full_range_becomes_limited(pixel_format: str, tag: Literal["full"] | None) -> None:
    color = Color(range=tag)
    for level, expected in ((255, 235), (0, 16), (128, 126)):
        frame = solid(160, 90, (level, 128, 128), pixel_format)
        shown, _ = compose((160, 90), (still("a", frame, color), frame))
        assert levels(shown) == pytest.approx((expected, 128, 128), abs=1)


def test_the_matrix_is_recalculated_where_sources_differ_and_only_there() -> None:
    sd, hd = solid(160, 90, RED_601), solid(160, 90, RED_709)
    tagged = still("sd", sd, Color(matrix="smpte170m")), still("hd", hd, Color(matrix="bt709"))
    row = [clip(tagged[0], 0, 1, 25), clip(tagged[1], 0, 1, 25)]
    compositor = Compositor(plan_of(track("video", *row), assets=list(tagged)), Stills({"sd": sd, "hd": hd}))
    assert compositor.frame(0) is sd
    assert levels(compositor.frame(1)) == pytest.approx(RED_601, abs=2)


@pytest.mark.parametrize(("transfer", "white"), [("smpte2084", 143), ("arib-std-b67", 180)])
@pytest.mark.parametrize("size", [(160, 90), (64, 36)])
def test_hdr_among_other_pictures_is_tone_mapped(transfer: str, white: int, size: tuple[int, int]) -> None:
    """Reference white comes out nearly white; alone it keeps its numbers, which the film's tags explain."""
    bright, grey = solid(160, 90, (white, 128, 128)), solid(160, 90, (126, 128, 128))
    tags = Color("bt2020", transfer, "bt2020nc", "limited")
    other = still("other", grey, Color("bt709", "bt709", "bt709", "limited"))
    frame, _ = compose(size, (other, grey), (still("hdr", bright, tags), bright))
    assert 205 < levels(frame)[0] < 225
    assert levels(frame)[1:] == pytest.approx((128, 128), abs=1)
    alone, _ = compose(size, (still("hdr", bright, tags), bright))
    assert levels(alone) == pytest.approx((white, 128, 128), abs=1)


def test_red_in_rgb_becomes_red_of_the_film() -> None:
    frame = av.VideoFrame.from_ndarray(np.full((90, 160, 3), (255, 0, 0), np.uint8), format="rgb24")
    shown, _ = compose((160, 90), (still("a", frame), frame))
    assert levels(shown) == pytest.approx(RED_601, abs=1)


@pytest.mark.parametrize(("alpha", "expected"), [(255, 200), (0, 60), (128, 130)])
def test_transparent_pictures_are_mixed_with_what_is_below(alpha: int, expected: int) -> None:
    below, above = solid(160, 90, (60, 90, 128)), solid(160, 90, (200, 90, 128, alpha), "yuva420p")
    shown, stills = compose((160, 90), (still("below", below), below), (still("above", above, alpha=True), above))
    assert levels(shown) == pytest.approx((expected, 90, 128), abs=1)
    assert stills.asked == ["above", "below"]


def test_a_picture_of_odd_size_fills_an_even_frame() -> None:
    frame = solid(159, 89, (200, 100, 150))
    shown, _ = compose((159, 89), (still("a", frame), frame))
    assert (shown.width, shown.height, levels(shown)) == (160, 90, (200, 100, 150))
    assert np.all(luma(shown) == 200)


def test_frames_come_from_the_planned_places_of_real_films(tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.mp4", frames=60, rate=Fraction(24), gop=24, audio=False)
    other = make_film(tmp_path / "other.mp4", frames=60, rate=Fraction(24), first_number=1000, audio=False)
    one, two = asset_of(film.path), asset_of(other.path)
    lower: list[Item] = [clip(one, 31, 10, 24), clip(one, 5, 10, 24)]
    upper: list[Item] = [gap(4, 24), clip(two, 17, 3, 24), gap(6, 24), clip(two, 2, 4, 24)]
    plan = make_plan(*project_of([one, two], [track("video", *lower), track("video", *upper)], rate=24))
    pool = OpenFilms()
    compositor = Compositor(plan, pool)
    shown = [read_number(compositor.frame(number)) for number in range(plan.frames)]
    assert shown == [31, 32, 33, 34, 1017, 1018, 1019, 38, 39, 40, 5, 6, 7, 1002, 1003, 1004, 1005, 12, 13, 14]
    assert pool.decoded == {one.id: 13, two.id: 7}
    pool.close()


def test_a_still_with_alpha_lies_over_a_film_for_as_long_as_its_clip(tmp_path: Path) -> None:
    drawing = np.zeros((90, 160, 4), np.uint8)
    drawing[:8, :] = (255, 0, 0, 255)
    with av.open(str(tmp_path / "bar.png"), "w", format="image2", options={"update": "1"}) as container:
        stream = container.add_stream("png", width=160, height=90, pix_fmt="rgba")
        container.mux(stream.encode(av.VideoFrame.from_ndarray(drawing, format="rgba")))
        container.mux(stream.encode(None))
    film = make_film(tmp_path / "film.mp4", frames=30, audio=False)
    under, over = asset_of(film.path), asset_of(tmp_path / "bar.png")
    tracks = [track("video", clip(under, 0, 30, 25)), track("video", gap(5, 25), clip(over, 0, 20, 25))]
    pool = OpenFilms()
    compositor = Compositor(make_plan(*project_of([under, over], tracks)), pool)
    shown = [compositor.frame(number) for number in (4, 5, 24, 25)]
    pool.close()
    assert [int(luma(frame)[4, 80]) == pytest.approx(81, abs=2) for frame in shown] == [False, True, True, False]
    assert [read_number(frame) for frame in shown] == [4, 5, 24, 25]


def test_a_gif_hides_a_film_where_nothing_shows_through_it(tmp_path: Path) -> None:
    film = asset_of(make_film(tmp_path / "film.mp4", frames=30, audio=False).path)
    pixels = np.full((90, 160), WHITE, np.uint8)
    opaque = asset_of(write_gif(tmp_path / "opaque.gif", 160, 90, Drawn(pixels, SPARE)))
    pixels[8:] = SPARE
    bar = asset_of(write_gif(tmp_path / "bar.gif", 160, 90, Drawn(pixels, SPARE)))
    seen = {}
    for over in (opaque, bar):
        plan = plan_of(track("video", clip(film, 7, 1, 25)), track("video", clip(over, 0, 1, 25)), assets=[film, over])
        pool = OpenFilms()
        shown = Compositor(plan, pool).frame(0)
        seen[over.id] = (int(luma(shown)[4, 80]), read_number(shown), film.id in pool.decoded)
        pool.close()
    assert seen == {opaque.id: (235, None, False), bar.id: (235, 7, True)}


def test_slower_and_faster_films_show_the_picture_of_the_moment(tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.mp4", frames=50, rate=Fraction(25), audio=False)
    plan = straight_plan(asset_of(film.path), [(0, 50)], rate=50, sound=False)
    pool = OpenFilms()
    shown = [read_number(Compositor(plan, pool).frame(number)) for number in (0, 1, 2, 3, 48, 49)]
    assert shown == [0, 0, 1, 1, 24, 24]
    pool.close()
