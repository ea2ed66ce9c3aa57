"""A GIF is transparent where something shows through in a frame that is shown, and nowhere else."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from app.core.base.errors import Cancelled
from app.core.jobs.inline import InlineContext
from app.core.media.gif_alpha import gif_shows_through
from app.core.media.index_build import build_index
from app.core.media.key_frames import KeyFrames
from app.core.media.poster import make_poster
from app.core.media.probe import probe
from app.core.media.proxy import needs_proxy
from app.core.media.pyav_source import PyAVVideoSource
from app.core.model.asset import VideoStream
from tests.helpers.gifs import RED, SPARE, TO_BACKGROUND, TO_BEFORE, WHITE, Drawn, write_gif

WIDTH, HEIGHT = 17, 9  # lines of pictures have something behind them that belongs to none


def full(number: int) -> npt.NDArray[np.uint8]:
    return np.full((HEIGHT, WIDTH), number, np.uint8)


def pierced(number: int) -> npt.NDArray[np.uint8]:
    """Full but for the last pixel of all."""
    pixels = full(number)
    pixels[-1, -1] = SPARE
    return pixels


def changed_in_part() -> npt.NDArray[np.uint8]:
    """Nothing but its middle is drawn."""
    pixels = full(SPARE)
    pixels[4, 6:9] = RED
    return pixels


CORNER = full(RED)[:3, :4]
OPAQUE: dict[str, tuple[Drawn, ...]] = {
    "still": (Drawn(full(WHITE)),),
    "still with a transparent colour that it does not use": (Drawn(full(WHITE), SPARE),),
    "animation": (Drawn(full(WHITE)), Drawn(full(RED)), Drawn(full(WHITE))),
    "animation that draws what changes": (Drawn(full(WHITE)), *[Drawn(changed_in_part(), SPARE)] * 3),
    "animation in parts": (Drawn(full(WHITE)), Drawn(CORNER, left=13, top=6), Drawn(CORNER, SPARE)),
    "animation whose frames are all taken away and all full": (Drawn(full(WHITE), SPARE, TO_BACKGROUND),) * 3,
    "animation that goes back to what was opaque": (
        Drawn(full(WHITE), SPARE),
        Drawn(CORNER, SPARE, TO_BEFORE),
        Drawn(CORNER, SPARE, left=5),
    ),
}
TRANSPARENT: dict[str, tuple[Drawn, ...]] = {
    "still": (Drawn(pierced(WHITE), SPARE),),
    "still smaller than its canvas": (Drawn(CORNER, SPARE),),
    "animation whose first frame is": (Drawn(pierced(WHITE), SPARE), Drawn(full(WHITE))),
    "animation whose last frame is": (
        Drawn(full(WHITE)),
        Drawn(full(RED), SPARE, TO_BACKGROUND),
        Drawn(pierced(RED), SPARE),
    ),
    "animation that goes back to what was transparent": (
        Drawn(full(WHITE), SPARE, TO_BEFORE),
        Drawn(CORNER, SPARE),
    ),
}
TAKEN_AWAY = OPAQUE["animation whose frames are all taken away and all full"]
KEPT = OPAQUE["animation that draws what changes"]


def gif(folder: Path, *pictures: Drawn) -> Path:
    return write_gif(folder / "a.gif", WIDTH, HEIGHT, *pictures)


def video_of(path: Path) -> VideoStream:
    video = probe(path).video
    assert video is not None
    return video


def least_alpha(path: Path) -> int:
    """Of all pixels of all frames, by the book."""
    source = PyAVVideoSource(path, index := build_index(path))
    frames = [source.frame(number).to_ndarray(format="rgba") for number in range(len(index))]
    source.close()
    return min(int(frame[..., 3].min()) for frame in frames)


@pytest.mark.parametrize("name", OPAQUE)
def test_where_nothing_shows_through_there_is_no_alpha(tmp_path: Path, name: str) -> None:
    path = gif(tmp_path, *OPAQUE[name])
    video = video_of(path)
    assert (video.pixel_format, video.frames, least_alpha(path)) == ("bgra", len(OPAQUE[name]), 255)
    assert not video.alpha


@pytest.mark.parametrize("name", TRANSPARENT)
def test_where_something_shows_through_there_is(tmp_path: Path, name: str) -> None:
    path = gif(tmp_path, *TRANSPARENT[name])
    video = video_of(path)
    assert (video.frames, least_alpha(path)) == (len(TRANSPARENT[name]), 0)
    assert video.alpha


def within(path: Path, most_pixels: int) -> bool:
    """What is found while no more is decoded."""
    index = build_index(path)
    source = PyAVVideoSource(path, index)
    first = source.frame(0)
    source.close()
    return gif_shows_through(path, index, first, most_pixels=most_pixels)


@pytest.mark.parametrize(("pictures", "said"), [(TAKEN_AWAY, True), (KEPT, False)])
def test_beyond_what_is_decoded_it_counts_whether_frames_are_taken_away(
    tmp_path: Path, pictures: tuple[Drawn, ...], said: bool
) -> None:
    path = gif(tmp_path, *pictures)
    assert within(path, 1) == said
    assert not within(path, 100_000)


def test_a_first_frame_beyond_what_is_decoded_is_looked_at_all_the_same(tmp_path: Path) -> None:
    assert within(gif(tmp_path, *TRANSPARENT["animation whose first frame is"]), 1)
    assert not within(gif(tmp_path, *OPAQUE["still"]), 1)


def test_the_search_can_be_cancelled(tmp_path: Path) -> None:
    path = gif(tmp_path, *OPAQUE["animation"])
    source = PyAVVideoSource(path, index := build_index(path))
    cancelled = threading.Event()
    cancelled.set()
    with pytest.raises(Cancelled):
        gif_shows_through(path, index, source.frame(0), InlineContext(cancelled=cancelled))
    source.close()


def test_an_opaque_gif_has_a_proxy_as_other_films_and_a_transparent_one_has_none(tmp_path: Path) -> None:
    for pictures, wanted in ((OPAQUE["animation in parts"][:2], True), (TRANSPARENT["still"] * 2, False)):
        path = gif(tmp_path, *pictures * 8)  # longer than a second, and but one key frame
        assert needs_proxy(video_of(path), build_index(path)) == wanted


@pytest.mark.parametrize("pictures", [OPAQUE["animation in parts"], TRANSPARENT["animation whose last frame is"]])
def test_its_key_frame_and_poster_are_found(tmp_path: Path, pictures: tuple[Drawn, ...]) -> None:
    path = gif(tmp_path, *pictures)
    video, index = video_of(path), build_index(path)
    keys, source = KeyFrames(path, index, alpha=video.alpha), PyAVVideoSource(path, index)
    for _ in range(2):
        assert np.array_equal(keys.frame(0).to_ndarray(), source.frame(0).to_ndarray())
    keys.close()
    source.close()
    assert make_poster(str(path), video, index.end // 2).startswith(b"\xff\xd8")
