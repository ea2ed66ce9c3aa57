"""Frame k is frame k: after any jump, in any container, whole or damaged."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.core.base.errors import UserError
from app.core.media.index_build import build_index
from app.core.media.pyav_source import PyAVVideoSource
from tests.helpers.exact import checksum, plain_decode
from tests.helpers.films import ALL, HIDDEN
from tests.helpers.lost_stamps import stamp_by_decoding
from tests.helpers.media import Film, make_film, read_number
from tests.helpers.soak import say_claim, soak_count, soak_random

Films = Callable[[str], Film]
JUMPS = soak_count(400)


def opened(path: Path, **options: Any) -> PyAVVideoSource:
    return PyAVVideoSource(path, build_index(path), **options)


def shown_with(path: Path, threads: int) -> list[bytes]:
    """All whole pictures in a row: where one is damaged, it depends on what was decoded before."""
    source = opened(path, threads=threads, ring_bytes=0)
    frames = [source.frame(number) for number in range(len(source.index))]
    source.close()
    return [checksum(frame) for frame in frames if not frame.is_corrupt]


@pytest.mark.soak
@pytest.mark.parametrize("name", ALL)
def test_random_jumps_give_the_right_frame(films: Films, name: str) -> None:
    film = films(name)
    hidden = HIDDEN.get(name, 0)
    chooser = soak_random(f"jumps {name}")
    source = opened(film.path, ring_bytes=0)
    for _ in range(JUMPS):
        number = chooser.randrange(len(source.index))
        assert read_number(source.frame(number)) == number + hidden
    source.close()
    say_claim(f"a random jump in {name} gives the exact frame", JUMPS)


@pytest.mark.parametrize("name", ["plain.mp4", "open_gop.ts", "h264.avi", "plain.mpg", "edit_list.mp4", "hevc_open.ts"])
def test_forward_and_backward_rows_are_whole(films: Films, name: str) -> None:
    hidden = HIDDEN.get(name, 0)
    source = opened(films(name).path)
    count = len(source.index)
    rows = [*range(count), *reversed(range(count)), *range(0, count, 3), *range(0, count, 17)]
    assert [read_number(source.frame(number)) for number in rows] == [number + hidden for number in rows]
    source.close()


@pytest.mark.parametrize("cuts", [(), (30, 31, 60, 61)])
def test_pictures_that_share_a_packet_of_a_program_stream_are_told_apart(tmp_path: Path, cuts: tuple[int, ...]) -> None:
    """After a seek the end of a picture comes first, with the stamp of the next."""
    film = make_film(tmp_path / "a.mpg", frames=100, codec="mpeg2video", gop=5, audio_codec="mp2", cuts=cuts)
    index = build_index(film.path)
    assert index.identity == "pts"
    for number in range(film.frames):
        source = PyAVVideoSource(film.path, index, threads=1, ring_bytes=0)
        assert read_number(source.frame(number)) == number
        source.close()


def test_frames_are_found_by_time(films: Films) -> None:
    source = opened(films("odd_steps.mkv").path)
    index = source.index
    for number in range(len(index)):
        assert read_number(source.frame_at(index.time_of(number))) == number
        assert read_number(source.frame_at(index.end_of(number) - 1)) == number
    source.close()


@pytest.mark.parametrize("share", [50, 60, 70, 80, 90])
@pytest.mark.parametrize("kind", ["mp4", "flv"])
def test_a_film_that_is_cut_off_loses_no_picture_to_threads(tmp_path: Path, kind: str, share: int) -> None:
    film = make_film(tmp_path / "whole.ts", frames=60, audio=False)
    path = tmp_path / f"cut.{kind}"
    if kind == "mp4":
        make_film(path, frames=60, audio=False, container_options={"movflags": "faststart"})
    else:  # known by counting packets
        stamp_by_decoding(film.path, path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * share // 100])
    alone = shown_with(path, 1)
    assert len(set(alone)) >= len(plain_decode(path, 0)) - 1  # one may be damaged
    assert [shown_with(path, threads) for threads in (2, 4, 0)] == [alone] * 3


def test_numbers_outside_are_clamped(films: Films) -> None:
    source = opened(films("plain.mp4").path)
    assert read_number(source.frame(-5)) == 0
    assert read_number(source.frame(5000)) == 59
    source.close()


def test_going_on_after_the_end_needs_no_luck(films: Films) -> None:
    source = opened(films("plain.mp4").path, ring_bytes=0)
    assert [read_number(source.frame(number)) for number in (59, 0, 58, 59, 59, 30)] == [59, 0, 58, 59, 59, 30]
    source.close()


def test_stepping_back_is_answered_from_memory(films: Films, monkeypatch: pytest.MonkeyPatch) -> None:
    source = opened(films("one_key.mp4").path)
    source.frame(50)
    monkeypatch.setattr(source, "_decoded", lambda _number: pytest.fail("decoded again"))
    assert read_number(source.frame(49)) == 49
    assert read_number(source.frame(20)) == 20
    source.close()


def test_the_ring_keeps_within_its_bytes(films: Films) -> None:
    source = opened(films("plain.mp4").path, ring_bytes=100_000)
    for number in range(60):
        source.frame(number)
    assert source._ring.bytes <= 100_000
    assert 2 <= len(source._ring) < 10
    source.close()


def test_a_damaged_frame_is_answered_with_the_one_before(tmp_path: Path) -> None:
    film = make_film(tmp_path / "a.mkv", frames=40, gop=1, codec="mpeg4", audio=False, bframes=0)
    good = build_index(film.path)
    data = bytearray(film.path.read_bytes())
    start = data.find(b"\x00\x00\x01\xb6", len(data) // 2)
    data[start : start + 8] = b"\xff" * 8
    film.path.write_bytes(bytes(data))
    source = PyAVVideoSource(film.path, good)
    seen = [read_number(source.frame(number)) for number in range(40)]
    wrong = [number for number, shown in enumerate(seen) if shown != number]
    assert len(wrong) == 1
    assert seen[wrong[0]] == wrong[0] - 1
    assert read_number(source.frame(wrong[0])) == wrong[0] - 1
    source.close()


def test_a_truncated_film_shows_what_is_there(films: Films, tmp_path: Path) -> None:
    whole = films("fragments.mp4").path.read_bytes()
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(whole[: len(whole) * 2 // 3])
    source = opened(cut)
    count = len(source.index)
    assert 20 < count < 60
    assert [read_number(source.frame(number)) for number in (0, 7, count - 2, 13)] == [0, 7, count - 2, 13]
    source.close()


def test_a_vanished_file_is_named(films: Films, tmp_path: Path) -> None:
    film = make_film(tmp_path / "gone.mp4", frames=5)
    source = opened(film.path)
    film.path.unlink()
    with pytest.raises(UserError, match=r"gone\.mp4: there is no such file"):
        source.frame(0)


def test_a_closed_source_is_not_used_again(films: Films) -> None:
    source = opened(films("plain.mp4").path)
    source.frame(3)
    source.close()
    source.close()
    with pytest.raises(RuntimeError, match="closed"):
        source.frame(3)


def test_frames_are_as_decoded(films: Films) -> None:
    source = opened(films("hevc.mp4").path)
    frame = source.frame(1)
    assert (frame.width, frame.height, frame.format.name) == (160, 90, "yuv420p10le")
    source.close()
