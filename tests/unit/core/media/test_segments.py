"""Segments: exactly the frames that were asked for, their sound with them, as good as promised."""

from __future__ import annotations

import threading
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Literal

import av
import numpy as np
import numpy.typing as npt
import pytest

from app.core.base.errors import Cancelled, UserError
from app.core.jobs.inline import InlineContext
from app.core.media.display_matrix import write_display_matrix
from app.core.media.pyav_source import PyAVVideoSource
from app.core.media.segments import ProxyPart, SegmentKind, SegmentTask, segment_bytes, write_segment
from tests.helpers.media import Film, beep_times, flash_frames, make_film, straight_sound
from tests.helpers.shaped_films import make_shaped
from tests.unit.core.media.test_proxy import encode
from tests.unit.core.media.working_films import Working, known, look, working_film

KINDS: tuple[SegmentKind, ...] = ("proxy", "mezzanine")


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Working:
    return working_film(tmp_path_factory.mktemp("segments") / "film.mp4", frames=125, gop=50)


def proxied(film: Working, folder: Path) -> tuple[ProxyPart, ...]:
    edges = ((0, 50), (50, 100), (100, 125))
    return tuple(ProxyPart(encode(film, folder / f"{a}.mp4", a, b), a, b) for a, b in edges)


def write(film: Working, out: Path, kind: SegmentKind, first: int, end: int, proxy: tuple[ProxyPart, ...] = ()) -> Path:
    task = SegmentTask(film.path, film.info, kind, first, end, proxy)
    write_segment(task, film.index, out, InlineContext())
    return out


def assert_in_step(path: Path, rate: int = 25) -> None:
    """Each beep sounds when its flash is shown, to within half a frame."""
    flashes = [frame / rate for frame in flash_frames(path)]
    assert flashes
    assert beep_times(path) == pytest.approx(flashes, abs=0.5 / rate)


@pytest.mark.parametrize(("first", "end"), [(0, 125), (30, 110), (50, 100), (99, 101), (124, 125)])
def test_a_proxy_segment_is_a_copy_of_the_proxy(film: Working, tmp_path: Path, first: int, end: int) -> None:
    parts = proxied(film, tmp_path)
    out = write(film, tmp_path / "out.part", "proxy", first, end, parts)
    seen = look(out)
    assert seen.numbers == list(range(first, end))
    assert seen.times == pytest.approx([number / 25 for number in range(end - first)])
    assert all(seen.keys)
    assert seen.kinds == ["video", "audio"]
    lent = [packet for part in parts for packet in packets_of(part.path)]
    assert packets_of(out) == lent[first:end]


def test_a_proxy_segment_is_in_step(film: Working, tmp_path: Path) -> None:
    assert_in_step(write(film, tmp_path / "out", "proxy", 30, 110, proxied(film, tmp_path)))


def test_a_proxy_segment_without_a_proxy_is_encoded(film: Working, tmp_path: Path) -> None:
    out = write(film, tmp_path / "out", "proxy", 17, 92)
    seen = look(out)
    assert seen.numbers == list(range(17, 92))
    assert all(seen.keys)
    assert_in_step(out)


def test_a_mezzanine_is_as_good_as_the_film(film: Working, tmp_path: Path) -> None:
    out = write(film, tmp_path / "out", "mezzanine", 17, 92)
    seen = look(out)
    assert seen.numbers == list(range(17, 92))
    assert all(seen.keys)
    assert seen.kinds == ["video", "audio"]
    assert_in_step(out)
    assert worst_psnr(film.path, out, 17) > 42


def test_the_sound_of_a_mezzanine_is_the_sound_of_the_film(film: Working, tmp_path: Path) -> None:
    samples, rate, _ = straight_sound(write(film, tmp_path / "out", "mezzanine", 25, 100))
    original, _, start = straight_sound(film.path)
    first = round((1 - start) * rate)
    assert len(samples) == 3 * rate
    assert np.abs(samples - original[first : first + len(samples)]).max() < 1e-4


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Working:
    """Two sounds: English at 48 kHz with beeps from the first half second on, French at 44.1 kHz and a second later."""
    folder = tmp_path_factory.mktemp("spoken")
    film = make_film(folder / "one.mkv", frames=100, bframes=0, audio_codec="flac")
    other = make_film(folder / "other.mkv", frames=75, audio_codec="flac", sample_rate=44_100, channels=1).path
    path = folder / "film.mkv"
    with av.open(str(film.path)) as first, av.open(str(other)) as second, av.open(str(path), "w") as target:
        chosen = [first.streams.video[0], first.streams.audio[0], second.streams.audio[0]]
        made = [target.add_stream_from_template(each) for each in chosen]
        for stream, language in zip(made[1:], ("eng", "fra"), strict=True):
            stream.metadata["language"] = language
        for source, stream in zip(chosen, made, strict=True):
            container = second if source is chosen[2] else first
            container.seek(0)
            for packet in container.demux(source):
                if packet.dts is not None and packet.pts is not None and packet.time_base is not None:
                    later = round(1 / packet.time_base) if source is chosen[2] else 0
                    packet.pts, packet.dts = packet.pts + later, packet.dts + later
                    packet.stream = stream
                    target.mux(packet)
    return known(replace(film, path=path))


def test_a_mezzanine_has_every_sound_of_the_film(spoken: Working, tmp_path: Path) -> None:
    out = write(spoken, tmp_path / "out.mov", "mezzanine", 25, 100)
    with av.open(str(out)) as container:
        sounds = [
            (each.codec_context.sample_rate, each.codec_context.layout.nb_channels, each.language)
            for each in container.streams.audio
        ]
    assert sounds == [(48_000, 2, "eng"), (44_100, 1, "fra")]
    assert beep_times(out) == pytest.approx([0.48, 1.48, 2.48], abs=0.01)
    assert beep_times(out, 1) == pytest.approx([0.48, 1.48, 2.48], abs=0.01)
    data = out.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


def test_a_proxy_has_the_first_sound_alone(spoken: Working, tmp_path: Path) -> None:
    with av.open(str(write(spoken, tmp_path / "out.mp4", "proxy", 0, 50))) as container:
        assert [each.language for each in container.streams.audio] == ["eng"]


@pytest.mark.parametrize("size", [(854, 480), (1280, 720), (1920, 1080)])
def test_room_is_asked_for_before_it_is_taken(tmp_path: Path, size: tuple[int, int]) -> None:
    film = working_film(tmp_path / "film.mp4", frames=25, width=size[0], height=size[1])
    task = SegmentTask(film.path, film.info, "mezzanine", 0, 25)
    out = write(film, tmp_path / "out.mov", "mezzanine", 0, 25)
    assert out.stat().st_size <= segment_bytes(task, film.index)


@pytest.mark.parametrize("kind", KINDS)
def test_the_index_comes_first(film: Working, tmp_path: Path, kind: SegmentKind) -> None:
    data = write(film, tmp_path / "out", kind, 10, 20).read_bytes()
    assert 0 < data.index(b"moov") < data.index(b"mdat")


def test_depth_and_chroma_are_kept(tmp_path: Path) -> None:
    film = working_film(
        tmp_path / "deep.mkv", frames=10, codec="ffv1", pixel_format="yuv422p10le", audio=False, bframes=0
    )
    seen = look(write(film, tmp_path / "out", "mezzanine", 2, 8))
    assert seen.pixel_format == "yuv422p10le"
    assert seen.numbers == list(range(2, 8))
    assert seen.kinds == ["video"]


def test_colours_of_every_line_are_kept(tmp_path: Path) -> None:
    """NTSC's DV has few colours to a line, but some for each."""
    film = working_film(tmp_path / "dv.mkv", frames=4, codec="ffv1", pixel_format="yuv411p", audio=False, bframes=0)
    assert look(write(film, tmp_path / "out", "mezzanine", 0, 4)).pixel_format == "yuv422p"


@pytest.mark.parametrize("pixel_format", ["bgr0", "yuv444p", "yuv420p12le", "gray"])
def test_formats_without_an_equal_come_out_readable(tmp_path: Path, pixel_format: str) -> None:
    film = working_film(tmp_path / "film.mkv", frames=6, codec="ffv1", pixel_format=pixel_format, audio=False)
    for kind in KINDS:
        out = write(film, tmp_path / kind, kind, 1, 5)
        assert look(out).numbers == [1, 2, 3, 4]


def test_variable_rates_keep_their_times(tmp_path: Path) -> None:
    stamps = [0, 40, 100, 133, 166, 400, 410, 480, 1200, 1300]
    film = working_film(tmp_path / "vfr.mkv", frames=10, timestamps=stamps, audio=False)
    for kind in KINDS:
        seen = look(write(film, tmp_path / kind, kind, 3, 9))
        assert seen.numbers == list(range(3, 9))
        assert seen.times == pytest.approx([(stamp - 133) / 1000 for stamp in stamps[3:9]])


@pytest.mark.parametrize("rotation", [90, 180, 270])
@pytest.mark.parametrize("mirrored", [False, True])
def test_turned_films_stay_turned(tmp_path: Path, rotation: int, mirrored: bool) -> None:
    made = working_film(tmp_path / "film.mp4", frames=30, audio=False)
    write_display_matrix(made.path, 160, 90, rotation, mirrored)
    film = known(made.film)
    assert (film.video.rotation, film.video.mirrored) == (rotation, mirrored)
    proxy = (ProxyPart(encode(film, tmp_path / "p.mp4", 0, 30), 0, 30),)
    for kind in KINDS:
        out = write(film, tmp_path / kind, kind, 5, 25, proxy)
        again = known(replace(made.film, path=out)).video
        assert (again.rotation, again.mirrored) == (rotation, mirrored)
        assert (again.width, again.height) == (film.video.width, film.video.height)


def test_a_damaged_part_of_the_proxy_is_named(film: Working, tmp_path: Path) -> None:
    short = encode(film, tmp_path / "short.mp4", 50, 90)
    parts = (ProxyPart(encode(film, tmp_path / "a.mp4", 0, 50), 0, 50), ProxyPart(short, 50, 100))
    with pytest.raises(UserError, match=r"short\.mp4"):
        write(film, tmp_path / "out", "proxy", 40, 100, parts)
    short.write_bytes(b"")
    with pytest.raises(UserError, match=r"short\.mp4"):
        write(film, tmp_path / "out", "proxy", 40, 80, parts)


def test_cancelled(film: Working, tmp_path: Path) -> None:
    stop = threading.Event()
    stop.set()
    task = SegmentTask(film.path, film.info, "mezzanine", 0, 100)
    with pytest.raises(Cancelled):
        write_segment(task, film.index, tmp_path / "out", InlineContext(cancelled=stop))


def test_a_folder_that_cannot_be_written(film: Working, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="does not exist"):
        write(film, tmp_path / "nowhere" / "out", "mezzanine", 0, 5)


@pytest.mark.parametrize(("first", "end"), [(0, 126), (5, 5), (-1, 4)])
def test_frames_that_are_not_there_are_a_bug(film: Working, tmp_path: Path, first: int, end: int) -> None:
    with pytest.raises(ValueError, match="no frames"):
        write(film, tmp_path / "out", "proxy", first, end)


def test_a_matrix_needs_a_picture(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"no film at all")
    with pytest.raises(ValueError, match="without an index"):
        write_display_matrix(tmp_path / "x", 2, 2, 90, False)


def packets_of(path: Path) -> list[bytes]:
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(video=0) if packet.size]


def worst_psnr(original: Path, copy: Path, first: int) -> float:
    with av.open(str(original)) as one, av.open(str(copy)) as other:
        frames = list(one.decode(video=0))[first:]
        errors = [
            float(np.mean((np.asarray(a.to_ndarray(format=b.format.name), float) - b.to_ndarray()) ** 2))
            for a, b in zip(frames, other.decode(video=0), strict=False)
        ]
        made = other.streams.video[0].codec_context.format
        assert made is not None
        peak = 2 ** made.components[0].bits - 1
    return float(10 * np.log10(peak**2 / max(errors)))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("channels", [1, 6, 8])
def test_channels_are_kept(tmp_path: Path, kind: SegmentKind, channels: int) -> None:
    film = working_film(tmp_path / "film.mkv", frames=30, audio_codec="flac", channels=channels)
    with av.open(str(write(film, tmp_path / f"out.{kind}", kind, 0, 30))) as container:
        assert container.streams.audio[0].codec_context.layout.nb_channels == channels


@pytest.mark.parametrize(
    ("name", "codec", "pixel_format"),
    [
        ("film.mov", "prores_ks", "yuv422p10le"),
        ("film.mkv", "prores_ks", "yuv422p10le"),
        ("film.avi", "mjpeg", "yuvj420p"),
        ("film.mp4", "libx264", "yuv420p"),
        ("film.mkv", "libx264", "yuv420p"),
    ],
)
def test_a_film_of_key_frames_is_passed_on_as_it_is(tmp_path: Path, name: str, codec: str, pixel_format: str) -> None:
    film = working_film(
        tmp_path / name, frames=60, gop=1, bframes=0, codec=codec, pixel_format=pixel_format, width=160, height=96
    )
    out = write(film, tmp_path / "out.part", "mezzanine", 17, 43)
    seen = look(out)
    assert seen.numbers == list(range(17, 43))
    assert seen.times == pytest.approx([number / 25 for number in range(26)], abs=0.001)
    assert packets_of(out) == packets_of(film.path)[17:43]
    assert_in_step(out)


def test_a_film_of_long_groups_is_encoded(film: Working, tmp_path: Path) -> None:
    out = write(film, tmp_path / "out.part", "mezzanine", 50, 100)
    assert look(out).numbers == list(range(50, 100))
    assert all(look(out).keys)


def test_where_a_packet_is_no_frame_of_the_index_all_is_encoded(tmp_path: Path) -> None:
    film = working_film(tmp_path / "film.mp4", frames=30, gop=1, bframes=0, audio=False)
    sparse = replace(
        film.index,
        pts=np.delete(film.index.pts, 10),
        times=np.delete(film.index.times, 10),
        key=np.arange(29),
        key_pts=np.delete(film.index.key_pts, 10),
        key_dts=np.delete(film.index.key_dts, 10),
    )
    out = write(replace(film, index=sparse), tmp_path / "out.part", "mezzanine", 5, 20)
    assert look(out).numbers == [*range(5, 10), *range(11, 21)]


@pytest.mark.parametrize("order", ["tff", "bff"])
@pytest.mark.parametrize(
    ("name", "codec", "pixel_format", "kept"),
    [
        ("film.mpg", "mpeg2video", "yuv420p", "yuv420p"),
        ("film.mkv", "ffv1", "yuv420p10le", "yuv420p10le"),
        ("film.mov", "rawvideo", "uyvy422", "yuv422p"),
    ],
)
def test_fields_stay_fields(
    tmp_path: Path, name: str, codec: str, pixel_format: str, kept: str, order: Literal["tff", "bff"]
) -> None:
    options = {"flags": "+ildct+ilme", "field_order": "tb" if order == "tff" else "bt"}
    path = make_shaped(tmp_path / name, codec=codec, pixel_format=pixel_format, options=options, fields=order)
    film = shaped_film(path)
    assert film.video.interlaced == order
    out = write(film, tmp_path / "out", "mezzanine", 3, 17)
    video = shaped_film(out).video
    assert (video.interlaced, video.pixel_format) == (order, kept)
    assert look(out).numbers == list(range(3, 17))
    with av.open(str(out)) as container:
        stream = container.streams.video[0]
        assert stream.codec_context.field_order == {"tff": 2, "bff": 3}[order]
        assert all(frame.interlaced_frame for frame in container.decode(stream))
    assert worst_psnr(path, out, 3) > 42


def test_fields_of_lines_that_do_not_part_evenly_keep_all_lines(tmp_path: Path) -> None:
    """NTSC as it is captured has 486 lines: 4:2:0 has no place for the colours of 243."""
    options = {"flags": "+ildct", "field_order": "bt"}
    path = make_shaped(tmp_path / "a.mkv", height=90, codec="ffv1", options=options, fields="bff", frames=4)
    video = shaped_film(write(shaped_film(path), tmp_path / "out", "mezzanine", 0, 4)).video
    assert (video.interlaced, video.coded_height, video.pixel_format) == ("bff", 90, "yuv422p")


@pytest.mark.parametrize(
    ("name", "codec", "pixel_format"),
    [("film.webm", "libvpx-vp9", "yuva420p"), ("film.mov", "qtrle", "argb"), ("deep.mov", "png", "rgba64be")],
)
@pytest.mark.parametrize("size", [(160, 96), (161, 97)])
def test_what_shows_through_still_does(
    tmp_path: Path, name: str, codec: str, pixel_format: str, size: tuple[int, int]
) -> None:
    path = clear_film(tmp_path / name, codec, pixel_format, size)
    film = shaped_film(path)
    assert film.video.alpha
    out = write(film, tmp_path / "out", "mezzanine", 2, 8)
    made = shaped_film(out)
    assert made.video.alpha
    assert (made.video.codec, made.video.coded_width, made.video.coded_height) == ("prores", *size)
    assert made.index.intra
    before, after = PyAVVideoSource(path, film.index), PyAVVideoSource(out, made.index)
    try:
        for number in range(6):
            wanted, found = (rgba(source.frame(place)) for source, place in ((before, number + 2), (after, number)))
            assert np.abs(wanted - found)[..., 3].max() <= 2
            assert np.abs(wanted - found)[..., :3].mean() <= 1.5
    finally:
        before.close()
        after.close()


def test_what_is_solid_is_solid_to_the_last_bit(tmp_path: Path) -> None:
    film = shaped_film(clear_film(tmp_path / "a.mov", "qtrle", "argb", (160, 96)))
    with av.open(str(write(film, tmp_path / "out", "mezzanine", 0, 2))) as container:
        for frame in container.decode(video=0):
            alpha = frame.planes[3]
            samples = np.frombuffer(memoryview(alpha), np.uint16).reshape(-1, alpha.line_size // 2)[:, :160]
            assert (samples.min(), samples.max()) == (0, 4095)


def shaped_film(path: Path) -> Working:
    return known(Film(path, 0, Fraction(25), (), (), 0))


def clear_film(path: Path, codec: str, pixel_format: str, size: tuple[int, int]) -> Path:
    """Ten smooth pictures, clear at the left and solid at the right, with an edge that moves."""
    columns, lines = np.meshgrid(np.linspace(0, 255, size[0]), np.linspace(0, 255, size[1]))
    with av.open(str(path), "w") as container:
        quick = {"crf": "4", "cpu-used": "8", "deadline": "realtime"} if codec.startswith("libvpx") else {}
        stream = container.add_stream(codec, rate=25, options=quick)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = *size, pixel_format
        for number in range(10):
            alpha = np.where(columns < 10 * number, 0, columns)
            samples = np.stack((columns, lines, 255 - columns, alpha), -1).astype(np.uint8)
            frame = av.VideoFrame.from_ndarray(samples, format="rgba").reformat(format=pixel_format)
            frame.pts, frame.time_base = number, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def rgba(frame: av.VideoFrame) -> npt.NDArray[np.int64]:
    return frame.to_ndarray(format="rgba").astype(int)
