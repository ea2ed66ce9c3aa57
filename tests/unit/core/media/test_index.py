"""The packet index numbers exactly the frames a player shows, at the moments it shows them."""

from __future__ import annotations

import io
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from app.core.base.errors import Cancelled, UserError
from app.core.base.time import SECOND, frame_duration
from app.core.media import index_build
from app.core.media.index import INDEX_VERSION, FrameIndex, load_index
from app.core.media.index_build import build_index
from tests.helpers.field_pictures import make_field_pictures
from tests.helpers.films import ALL, DROPPED, HIDDEN, NTSC, ODD_STEPS
from tests.helpers.lost_stamps import drop_every_other_stamp
from tests.helpers.media import Film, make_film, make_sound, numbers_in

Films = Callable[[str], Film]
VARIABLE = {"odd_steps.mp4", "odd_steps.mkv", "dropped.mkv"}


@pytest.mark.parametrize("name", ALL)
def test_the_index_counts_what_a_player_shows(films: Films, name: str) -> None:
    film = films(name)
    index = build_index(film.path)
    shown = numbers_in(film.path)
    assert shown == list(range(HIDDEN.get(name, 0), film.frames))
    assert len(index) == len(shown)
    assert index.variable_rate == (name in VARIABLE)
    assert index.rate == film.rate
    assert index.key[0] == 0
    assert np.all(np.diff(index.times) > 0)


@pytest.mark.parametrize("name", [name for name in ALL if name not in VARIABLE])
def test_a_constant_rate_is_an_exact_grid(films: Films, name: str) -> None:
    film = films(name)
    index = build_index(film.path)
    steps = np.diff(np.append(index.times, index.end))
    duration = frame_duration(film.rate)
    # The start may lie between two flicks, so a step may be one flick off; the sum never drifts.
    assert set(steps.tolist()) <= {duration - 1, duration, duration + 1}
    assert abs(index.duration - len(index) * duration) <= 1


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("plain.mp4", Fraction(0)),
        ("ntsc.mkv", Fraction(0)),
        ("plain.webm", Fraction(0)),
        ("edit_list.mp4", Fraction(0)),
        ("late_picture.mp4", Fraction(2)),
        ("late_sound.mp4", Fraction(0)),
        ("late_all.mp4", Fraction(22, 1000)),  # the priming of the sound, which this edit list does not hide
        ("plain.ts", Fraction(1024, 48000)),  # TS cannot hide the priming of its AAC: sound comes first
    ],
)
def test_media_time_begins_where_the_container_does(films: Films, name: str, start: Fraction) -> None:
    index = build_index(films(name).path)
    assert abs(index.start - start * SECOND) <= SECOND // 90_000


def test_variable_steps_keep_their_times(films: Films) -> None:
    for name in ("odd_steps.mp4", "odd_steps.mkv"):
        index = build_index(films(name).path)
        assert index.times.tolist() == [stamp * SECOND // 1000 for stamp in ODD_STEPS]
    assert build_index(films("dropped.mkv").path).times.tolist() == [stamp * SECOND // 1000 for stamp in DROPPED]


def test_numbers_and_times_are_each_others_inverse(films: Films) -> None:
    for name in ("ntsc.mkv", "odd_steps.mp4", "plain.ts"):
        index = build_index(films(name).path)
        for number in range(len(index)):
            assert index.number_at(index.time_of(number)) == number
            assert index.number_at(index.end_of(number) - 1) == number
        assert index.number_at(-SECOND) == 0
        assert index.number_at(index.end + SECOND) == len(index) - 1


def test_every_timeline_position_of_the_grid_shows_its_frame(films: Films) -> None:
    index = build_index(films("ntsc.mkv").path)
    assert [index.number_at(k * frame_duration(NTSC)) for k in range(len(index))] == list(range(len(index)))


def test_frames_that_lead_an_open_gop_belong_to_the_key_before(films: Films) -> None:
    index = build_index(films("open_gop.ts").path)
    assert index.key.tolist() == [0, 12, 24, 36, 48]
    assert [index.key_before(number) for number in (0, 11, 12, 13, 59)] == [0, 0, 1, 1, 4]
    assert not index.intra


def test_hidden_key_frames_are_still_where_decoding_begins(films: Films) -> None:
    index = build_index(films("edit_list.mp4").path)
    assert index.key.tolist()[:3] == [0, 2, 14]
    assert int(index.key_pts[0]) < int(index.pts[0])


def test_all_intra_is_known(films: Films) -> None:
    assert build_index(films("intra.mov").path).intra


def test_undecodable_frames_at_the_start_are_not_counted(films: Films, tmp_path: Path) -> None:
    """A broadcast recording begins in the middle of a GOP, with an open GOP after it."""
    source = films("open_gop.ts").path.read_bytes()
    cut = tmp_path / "cut.ts"
    cut.write_bytes(source[188 * 60 :])
    index = build_index(cut)
    shown = numbers_in(cut)
    assert 0 < len(index) < 60
    assert len(index) == len(shown)


def test_second_fields_are_no_pictures_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "a.ts"
    make_field_pictures(path, 30)
    drop_every_other_stamp(path)
    index = build_index(path)
    assert index.identity == "pts"
    assert len(index) == 30


def test_a_film_that_only_may_reorder_is_known_by_its_stamps(tmp_path: Path) -> None:
    film = make_film(tmp_path / "a.mp4", frames=2, audio=False)
    assert build_index(film.path).identity == "pts"


@pytest.mark.parametrize("name", ["plain.mp4", "open_gop.ts", "intra.mov", "plain.mpg", "plain.webm"])
def test_ordinary_films_are_indexed_without_decoding(films: Films, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = films(name).path
    monkeypatch.setattr(index_build, "decoded_order", lambda *_, **__: pytest.fail("decoded"))
    assert len(build_index(path)) == 60


@pytest.mark.parametrize("frames", [1, 2, 3, 4, 5])
def test_short_films_in_program_streams_are_read(tmp_path: Path, frames: int) -> None:
    """Several pictures may share a packet, and one stamp."""
    film = make_film(tmp_path / "short.mpg", frames=frames, audio=False)
    assert len(build_index(film.path)) == frames


def test_an_index_survives_saving(films: Films, tmp_path: Path) -> None:
    for name in ("ntsc.mkv", "h264.avi"):
        index = build_index(films(name).path)
        place = tmp_path / f"{name}.npz"
        with open(place, "wb") as file:
            index.save(file)
        loaded = load_index(place)
        assert loaded is not None
        assert _fields(loaded) == _fields(index)


@pytest.mark.parametrize("damage", ["missing", "empty", "text", "half", "other version"])
def test_a_damaged_saved_index_counts_as_none(films: Films, tmp_path: Path, damage: str) -> None:
    buffer = io.BytesIO()
    build_index(films("plain.mp4").path).save(buffer)
    whole = buffer.getvalue()
    place = tmp_path / "index.npz"
    if damage != "missing":
        contents = {
            "empty": b"",
            "text": b"no index",
            "half": whole[: len(whole) // 2],
            "other version": whole.replace(f'"version": {INDEX_VERSION}'.encode(), b'"version": 1'),
        }
        place.write_bytes(contents[damage])
    assert load_index(place) is None


def test_an_index_cannot_be_changed(films: Films) -> None:
    index = build_index(films("plain.mp4").path)
    with pytest.raises(ValueError, match="read-only"):
        index.times[0] = 5


def test_a_file_without_pictures_says_so(tmp_path: Path) -> None:
    sound = make_sound(tmp_path / "only.wav", seconds=1)
    with pytest.raises(UserError, match=r"only\.wav.*holds no picture"):
        build_index(sound.path)


def test_indexing_can_be_cancelled(tmp_path: Path) -> None:
    class Stopped:
        def report(self, done: float, message: str = "") -> None:
            raise Cancelled

        def check(self) -> None:
            raise Cancelled

    film = make_film(tmp_path / "a.mp4", frames=10)
    with pytest.raises(Cancelled):
        build_index(film.path, context=Stopped())


def _fields(index: FrameIndex) -> dict[str, object]:
    return {
        name: value.tolist() if isinstance(value, np.ndarray) else value
        for name, value in vars(index).items()
        if name != "intra"
    }
