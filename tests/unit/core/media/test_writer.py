"""Films that the writer makes, read back with a plain decode."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from app.core.base import time
from app.core.base.errors import Cancelled, UserError
from app.core.media.writer import AudioSettings, MovieWriter, VideoSettings, index_room
from app.core.model.asset import Color

BT709 = Color("bt709", "bt709", "bt709", "limited")


def picture(number: int, width: int = 64, height: int = 36) -> av.VideoFrame:
    """A grey picture, brighter with each number, as a decoder would hand it over."""
    planes = np.full((height * 3 // 2, width), 128, np.uint8)
    planes[:height] = 16 + number % 200
    frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
    frame.pts, frame.time_base = 7777 + number, Fraction(1, 90_000)
    frame.pict_type = 2
    return frame


def write_film(
    path: Path, frames: int, rate: Fraction, *, samples: int = 0, known: bool = True, key_interval: int | None = None
) -> str:
    video = VideoSettings(64, 36, rate, speed="ultrafast", color=BT709, key_interval=key_interval)
    audio = AudioSettings() if samples else None
    duration = time.frame_start(frames, rate) if known else None
    generator = np.random.default_rng(1)
    with MovieWriter(path, video, audio, duration=duration) as writer:
        done = 0
        for number in range(frames):
            writer.write_picture(picture(number))
            upto = samples * (number + 1) // frames
            if samples:
                writer.write_sound((generator.random((upto - done, 2), dtype=np.float32) - 0.5) * 0.1)
            done = upto
        written = writer.finish()
    assert (written.frames, written.samples) == (frames, samples)
    return written.encoder


def boxes(path: Path) -> list[str]:
    """Names of the top-level boxes of an MP4, in order."""
    names, data, place = [], path.read_bytes(), 0
    while place < len(data):
        size = int.from_bytes(data[place : place + 4])
        names.append(data[place + 4 : place + 8].decode())
        place += size if size != 1 else int.from_bytes(data[place + 8 : place + 16])
    return names


@pytest.mark.parametrize("rate", [Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(60000, 1001)])
def test_every_picture_stands_exactly_on_the_grid(tmp_path: Path, rate: Fraction) -> None:
    path = tmp_path / "film.mp4"
    write_film(path, 50, rate)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.time_base is not None
        times = [(frame.pts or 0) * stream.time_base for frame in container.decode(stream)]
        assert stream.average_rate == rate
        assert (stream.duration or 0) * stream.time_base == 50 / rate
    assert times == [number / rate for number in range(50)]


def test_x264_runs_with_the_settings_of_the_ffmpeg_program(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    with MovieWriter(path, VideoSettings(640, 360, Fraction(24), crf=21), None) as writer:
        for number in range(3):
            writer.write_picture(picture(number, 640, 360))
        encoder = writer.finish().encoder
    assert "sliced_threads=0" in encoder
    for setting in ("crf=21.0", "bframes=3", "ref=3", "keyint=250", "rc_lookahead=40", "subme=7", "mbtree=1"):
        assert f" {setting} " in f"{encoder} "
    assert encoder.encode() in path.read_bytes()


def test_a_picture_lent_to_the_writer_comes_back_unchanged(tmp_path: Path) -> None:
    frame = picture(3)
    with MovieWriter(tmp_path / "film.mp4", VideoSettings(64, 36, Fraction(25)), None) as writer:
        writer.write_picture(frame)
        writer.write_picture(frame)
    assert (frame.pts, frame.time_base, frame.pict_type) == (7780, Fraction(1, 90_000), 2)
    with av.open(str(tmp_path / "film.mp4")) as container:
        assert [shown.pts for shown in container.decode(video=0)] == [0, 512]


def test_picture_types_of_the_source_are_not_forced_on_the_encoder(tmp_path: Path) -> None:
    with MovieWriter(tmp_path / "film.mp4", VideoSettings(64, 36, Fraction(25)), None) as writer:
        for _ in range(12):
            frame = picture(5)
            frame.pict_type = 1
            writer.write_picture(frame)
    with av.open(str(tmp_path / "film.mp4")) as container:
        assert sum(packet.is_keyframe for packet in container.demux(video=0)) == 1


def test_colour_and_pixel_shape_are_written_down(tmp_path: Path) -> None:
    write_film(tmp_path / "film.mp4", 3, Fraction(25))
    with av.open(str(tmp_path / "film.mp4")) as container:
        context = container.streams.video[0].codec_context
        assert (context.color_primaries, context.color_trc, context.colorspace, context.color_range) == (1, 1, 1, 1)
        assert context.sample_aspect_ratio == 1


@pytest.mark.parametrize("known", [True, False])
def test_the_index_comes_before_the_pictures(tmp_path: Path, known: bool) -> None:
    path = tmp_path / "film.mp4"
    write_film(path, 10, Fraction(25), samples=19_200, known=known)
    names = [name for name in boxes(path) if name != "free"]
    assert names == ["ftyp", "moov", "mdat"]


@pytest.mark.parametrize(("key_interval", "samples"), [(1, 0), (None, 3_000 * 1_920), (7, 48_000)])
def test_the_room_kept_for_the_index_is_enough(tmp_path: Path, key_interval: int | None, samples: int) -> None:
    path = tmp_path / "film.mp4"
    write_film(path, 3_000, Fraction(25), samples=samples, key_interval=key_interval)
    data = path.read_bytes()
    index = int.from_bytes(data[32 + 8 :][:4]) if data[36:40] == b"free" else int.from_bytes(data[32:36])
    packets = -(-samples // 1024) + 1
    assert index < index_room(3_000, packets) < index + 8192 + 45 * 3_000 + 24 * packets


def test_sound_has_exactly_the_samples_that_were_written(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    write_film(path, 10, Fraction(25), samples=19_201)
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        assert (stream.duration, stream.time_base) == (19_201, Fraction(1, 48_000))
        assert sum(packet.duration or 0 for packet in container.demux(stream)) - 1024 == 19_201


def test_odd_sizes_and_pictures_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="853x480"):
        VideoSettings(853, 480, Fraction(25))
    with MovieWriter(tmp_path / "film.mp4", VideoSettings(64, 36, Fraction(25)), None) as writer:
        writer.write_picture(picture(0))
        with pytest.raises(ValueError, match="32x36"):
            writer.write_picture(picture(0, 32, 36))
        with pytest.raises(ValueError, match="no sound"):
            writer.write_sound(np.zeros((10, 2), np.float32))


@pytest.mark.parametrize("frames", [0, 1, 80])
def test_a_block_that_fails_leaves_no_file(tmp_path: Path, frames: int) -> None:
    def interrupted() -> None:
        with MovieWriter(tmp_path / "film.mp4", VideoSettings(64, 36, Fraction(25)), AudioSettings()) as writer:
            for number in range(frames):
                writer.write_picture(picture(number))
                writer.write_sound(np.zeros((1920, 2), np.float32))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert list(tmp_path.iterdir()) == []


def test_finishing_stops_where_it_is_told_to(tmp_path: Path) -> None:
    calls = []

    def check() -> None:
        calls.append(1)
        if len(calls) == 3:
            raise Cancelled

    def cancelled() -> None:
        with MovieWriter(tmp_path / "film.mp4", VideoSettings(64, 36, Fraction(25)), None) as writer:
            for number in range(30):
                writer.write_picture(picture(number))
            writer.finish(check)

    with pytest.raises(Cancelled):
        cancelled()
    assert len(calls) == 3
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def small_files_only() -> Iterator[None]:
    """No file of this process may grow over 40 kB: what a full disk does, without one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.usefixtures("small_files_only")
def test_a_disk_that_takes_no_more_is_named_with_the_target(tmp_path: Path) -> None:
    target = tmp_path / "final.mp4"

    def write_noise() -> None:
        settings = VideoSettings(64, 36, Fraction(25), crf=0, speed="ultrafast")
        generator = np.random.default_rng(2)
        with MovieWriter(tmp_path / ".part", settings, None, target=target) as writer:
            for _ in range(60):
                planes = generator.integers(0, 255, (54, 64), np.uint8)
                writer.write_picture(av.VideoFrame.from_ndarray(planes, format="yuv420p"))

    with pytest.raises(UserError) as raised:
        write_noise()
    assert raised.value.what == str(target)
    assert "larger than this disk allows" in raised.value.why
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    path = tmp_path / "missing" / "film.mp4"
    with pytest.raises(UserError, match="its folder does not exist"):
        write_film(path, 3, Fraction(25))


def test_odd_names_become_exactly_that_file(tmp_path: Path) -> None:
    names = ["a:b.mp4", "frame_%03d.mp4", "-i.mp4", "naïve \U0001f3ac.mp4"]
    for name in names:
        write_film(tmp_path / name, 2, Fraction(25))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)
