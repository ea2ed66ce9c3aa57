"""A probe measures: counts, durations, geometry, colour; and what it finds survives JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
import pytest

from app.core.base.errors import UserError
from app.core.base.time import SECOND
from app.core.jobs.inline import InlineContext
from app.core.media.fingerprint import fingerprint
from app.core.media.handlers import index_handler, probe_handler
from app.core.media.index import load_index
from app.core.media.picture_facts import turn_of
from app.core.media.probe import probe
from app.core.media.worker import Workers
from app.core.model.asset import Color, MediaInfo, VideoStream
from app.core.model.encoding import decode, encode
from tests.helpers.films import ALL, HIDDEN
from tests.helpers.media import Film, make_film, make_sound
from tests.helpers.shaped_films import make_shaped
from tests.helpers.soak import say_claim, soak_count, soak_random

Films = Callable[[str], Film]
DAMAGES = soak_count(200)


def video_of(info: MediaInfo) -> VideoStream:
    assert info.video is not None
    return info.video


def seconds(flicks: int | None) -> float:
    assert flicks is not None
    return flicks / SECOND


@pytest.mark.parametrize("name", ALL)
def test_frames_and_durations_are_measured(films: Films, name: str) -> None:
    film = films(name)
    info = probe(film.path)
    video = video_of(info)
    shown = film.frames - HIDDEN.get(name, 0)
    assert info.kind == "video"
    assert video.frames == shown
    assert video.rate == film.rate
    assert (video.width, video.height, video.rotation) == (160, 90, 0)
    assert video.sample_aspect == 1
    span = float(film.times[-1] - film.times[film.frames - shown] + 1 / film.rate)
    assert seconds(video.duration) == pytest.approx(span, abs=0.02)
    assert seconds(info.duration) >= seconds(video.start + (video.duration or 0)) - 1e-9
    for stream in info.audio:
        assert (stream.rate, stream.channels) == (48_000, 2)
        assert seconds(stream.duration) == pytest.approx(span, abs=0.1)
    assert decode(MediaInfo, json.loads(json.dumps(encode(info)))) == info


@pytest.mark.parametrize(
    ("name", "container", "codec", "pixel_format", "depth", "sound"),
    [
        ("plain.mp4", "mp4", "h264", "yuv420p", 8, "aac"),
        ("plain.mov", "mov", "h264", "yuv420p", 8, "pcm_s16le"),
        ("plain.mkv", "matroska", "h264", "yuv420p", 8, "aac"),
        ("plain.webm", "webm", "vp9", "yuv420p", 8, "opus"),
        ("hevc.mp4", "mp4", "hevc", "yuv420p10le", 10, "aac"),
        ("intra.mov", "mov", "prores", "yuv422p10le", 10, "pcm_s16le"),
        ("plain.ts", "mpegts", "h264", "yuv420p", 8, "aac"),
        ("bframes.avi", "avi", "mpeg4", "yuv420p", 8, "mp3"),
    ],
)
def test_formats_have_their_usual_names(
    films: Films, name: str, container: str, codec: str, pixel_format: str, depth: int, sound: str
) -> None:
    info = probe(films(name).path)
    video = video_of(info)
    assert (info.container, video.codec, video.pixel_format, video.bit_depth) == (container, codec, pixel_format, depth)
    assert [stream.codec for stream in info.audio] == [sound]
    assert info.audio[0].layout == "stereo"


def test_a_varying_rate_is_said(films: Films) -> None:
    info = probe(films("odd_steps.mkv").path)
    assert video_of(info).variable_rate
    assert info.warnings == ("its frame rate varies",)
    assert probe(films("ntsc.mkv").path).warnings == ()


@pytest.mark.parametrize(
    ("missing", "varies"),
    [({57}, False), ({1}, False), ({1, 56, 57}, False), ({30}, True), ({56}, True), ({1, 2, 30}, True)],
)
def test_a_frame_that_lacks_at_an_edge_is_no_varying_rate(tmp_path: Path, missing: set[int], varies: bool) -> None:
    """As where a film was cut without being encoded anew; its exact times are kept all the same."""
    stamps = [number * 40 for number in range(59) if number not in missing]
    film = make_film(tmp_path / "a.mp4", frames=len(stamps), timestamps=stamps, audio=False, bframes=0)
    info = probe(film.path)
    assert video_of(info).variable_rate
    assert info.warnings == (("its frame rate varies",) if varies else ())


def test_a_few_frames_of_unequal_length_vary(tmp_path: Path) -> None:
    film = make_film(tmp_path / "a.mp4", frames=3, timestamps=[0, 40, 200], audio=False, bframes=0)
    assert probe(film.path).warnings == ("its frame rate varies",)


def test_late_streams_have_their_start(films: Films) -> None:
    assert video_of(probe(films("late_picture.mp4").path)).start == 2 * SECOND
    late = probe(films("late_sound.mp4").path)
    assert seconds(late.audio[0].start) == pytest.approx(0.5, abs=0.03)
    assert video_of(late).start == 0


def rewritten(source: Path, target: Path, **changes: Any) -> Path:
    """Copy the picture packets of ``source``, turning or stretching them on the way."""
    with av.open(str(source)) as film, av.open(str(target), "w") as copy:
        stream = copy.add_stream_from_template(film.streams.video[0])
        if "turn" in changes:
            stream.set_display_rotation(*changes["turn"])
        for packet in film.demux(video=0):
            if packet.size:
                packet.stream = stream
                copy.mux(packet)
    return target


@pytest.mark.parametrize(
    ("turn", "rotation", "mirrored"),
    [
        ((-90, False, False), 90, False),
        ((90, False, False), 270, False),
        ((180, False, False), 180, False),
        ((0, True, False), 0, True),
        ((0, False, True), 180, True),
    ],
)
def test_phones_that_turn_their_pictures(
    films: Films, tmp_path: Path, turn: tuple[float, bool, bool], rotation: int, mirrored: bool
) -> None:
    video = video_of(probe(rewritten(films("plain.mp4").path, tmp_path / "turned.mp4", turn=turn)))
    assert (video.rotation, video.mirrored) == (rotation, mirrored)
    assert (video.width, video.height) == ((90, 160) if rotation % 180 else (160, 90))
    assert (video.coded_width, video.coded_height) == (160, 90)


def test_a_matrix_is_read_as_the_standard_says() -> None:
    one = 1 << 16
    assert turn_of(None) == (0, False)
    assert turn_of((one, 0, 0, 0, one, 0, 0, 0, 1 << 30)) == (0, False)
    assert turn_of((0, one, 0, -one, 0, 0, 0, 0, 1 << 30)) == (90, False)
    assert turn_of((0, 0, 0, 0, 0, 0, 0, 0, 0)) == (0, False)


def test_wide_pixels_make_a_wider_picture(tmp_path: Path) -> None:
    film = make_film(
        tmp_path / "a.mp4", frames=5, width=720, height=576, codec_options={"x264-params": "sar=64/45"}, audio=False
    )
    video = video_of(probe(film.path))
    assert (video.coded_width, video.width, video.height) == (720, 1024, 576)
    assert video.sample_aspect == Fraction(64, 45)


@pytest.mark.parametrize(
    ("tags", "color", "hdr"),
    [
        (
            "colorprim=bt709:transfer=bt709:colormatrix=bt709",
            Color("bt709", "bt709", "bt709", "limited"),
            None,
        ),
        (
            "colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc",
            Color("bt2020", "smpte2084", "bt2020nc", "limited"),
            "pq",
        ),
        (
            "colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc",
            Color("bt2020", "arib-std-b67", "bt2020nc", "full"),
            "hlg",
        ),
    ],
)
def test_colour_tags_keep_ffmpegs_names(tmp_path: Path, tags: str, color: Color, hdr: str | None) -> None:
    range_tag = "pc" if color.range == "full" else "tv"
    options = {"x264-params": tags, "color_range": range_tag}
    film = make_film(tmp_path / "a.mp4", frames=3, audio=False, codec_options=options)
    video = video_of(probe(film.path))
    assert video.color == color
    assert video.hdr == hdr


def test_interlaced_and_transparent_pictures_are_known(tmp_path: Path) -> None:
    field_film = make_shaped(tmp_path / "a.mp4", frames=6, options={"flags": "+ildct+ilme"}, fields="tff")
    assert video_of(probe(field_film)).interlaced == "tff"
    clear = make_film(tmp_path / "b.mov", frames=3, audio=False, codec="prores_ks", pixel_format="yuva444p10le", gop=1)
    assert video_of(probe(clear.path)).alpha


def test_a_photo_is_an_image_without_duration(tmp_path: Path) -> None:
    frame = av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), dtype=np.uint8))
    for name in ("a.png", "a.jpg", "a1.jpg"):
        frame.save(tmp_path / name)
        info = probe(tmp_path / name)
        assert (info.kind, info.duration, video_of(info).frames) == ("image", None, 1)
        assert (video_of(info).width, video_of(info).height) == (64, 48)


def test_a_gif_of_one_picture_is_an_image_and_one_of_two_a_film(tmp_path: Path) -> None:
    """As a film of a hundredth of a second it would give its timeline a hundred frames a second."""
    for pictures, kind in ((1, "image"), (2, "video")):
        with av.open(tmp_path / "a.gif", "w") as container:
            stream = container.add_stream("gif", rate=10, width=64, height=48)
            stream.pix_fmt = "rgb8"
            for number in range(pictures):
                frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 50 * number, dtype=np.uint8))
                container.mux(stream.encode(frame.reformat(format="rgb8")))
            container.mux(stream.encode(None))
        assert probe(tmp_path / "a.gif").kind == kind


def test_cover_art_makes_no_film_of_a_song(tmp_path: Path) -> None:
    frame = av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), dtype=np.uint8))
    frame.save(tmp_path / "cover.png")
    song = make_sound(tmp_path / "song.mp3", seconds=1, codec="libmp3lame")
    path = tmp_path / "covered.mp3"
    with (
        av.open(str(song.path)) as sound,
        av.open(str(tmp_path / "cover.png")) as cover,
        av.open(str(path), "w") as target,
    ):
        tracks = {sound: target.add_stream_from_template(sound.streams.audio[0])}
        picture = target.add_stream_from_template(cover.streams.video[0])
        picture.disposition = av.stream.Disposition.attached_pic
        for packet in [*cover.demux(), *sound.demux()]:
            if packet.size:
                packet.stream = picture if packet.stream.type == "video" else tracks[sound]
                target.mux(packet)
    info = probe(path)
    assert (info.kind, info.video) == ("audio", None)
    assert seconds(info.duration) == pytest.approx(1.0, abs=0.06)


@pytest.mark.parametrize(
    ("suffix", "codec"), [("wav", "pcm_s16le"), ("flac", "flac"), ("mp3", "libmp3lame"), ("aac", "aac")]
)
def test_sound_files_have_their_true_length(tmp_path: Path, suffix: str, codec: str) -> None:
    sound = make_sound(tmp_path / f"a.{suffix}", seconds=10, codec=codec)
    info = probe(sound.path)
    assert info.kind == "audio"
    assert seconds(info.duration) == pytest.approx(10, abs=0.08)
    assert seconds(info.audio[0].start) == 0


def test_a_cut_file_counts_what_is_left(films: Films, tmp_path: Path) -> None:
    data = films("plain.mkv").path.read_bytes()
    cut = tmp_path / "cut.mkv"
    cut.write_bytes(data[: len(data) // 2])
    info = probe(cut)
    video = video_of(info)
    assert video.frames is not None
    assert 10 < video.frames < 50
    assert any("it says that it lasts" in warning for warning in info.warnings)


@pytest.mark.parametrize("kind", ["mkv", "webm", "ts", "mp4"])
def test_a_film_that_begins_late_is_not_called_wrong(tmp_path: Path, kind: str) -> None:
    """The second file of a film in pieces: Matroska says when it ends, not how long it is."""
    late = {"output_ts_offset": "30"}
    codec = "libvpx-vp9" if kind == "webm" else "libx264"
    film = make_film(tmp_path / f"a.{kind}", frames=30, audio=False, codec=codec, container_options=late)
    info = probe(film.path)
    assert seconds(info.duration) == pytest.approx(1.2, abs=0.01)
    assert info.warnings == ()


def test_a_late_film_of_which_ffmpeg_knows_no_start_is_not_called_wrong(tmp_path: Path) -> None:
    """Three pictures out of order are too few for FFmpeg to guess when they are decoded."""
    stamps = (30_000, 30_080, 30_040)
    with av.open(str(make_film(tmp_path / "a.mp4", frames=3, audio=False).path)) as source:
        stream = source.streams.video[0]
        with av.open(str(tmp_path / "a.mkv"), "w") as target:
            copy = target.add_stream_from_template(stream)
            for packet, stamp in zip(source.demux(stream), stamps, strict=False):
                packet.stream, packet.time_base = copy, Fraction(1, 1000)
                packet.pts, packet.dts, packet.duration = stamp, min(stamp, 30_000 + stamps.index(stamp)), 40
                target.mux(packet)
    with av.open(str(tmp_path / "a.mkv")) as container:
        assert cast("int | None", container.start_time) is None
    assert probe(tmp_path / "a.mkv").warnings == ()


def test_half_a_film_that_begins_late_is_called_short(tmp_path: Path) -> None:
    late = {"output_ts_offset": "30"}
    film = make_film(tmp_path / "a.mkv", frames=100, audio=False, container_options=late)
    data = film.path.read_bytes()
    film.path.write_bytes(data[: len(data) // 2])
    assert any("it says that it lasts" in warning for warning in probe(film.path).warnings)


@pytest.mark.soak
@pytest.mark.parametrize("name", ["plain.mp4", "plain.ts", "plain.webm", "plain.mkv", "bframes.avi"])
def test_broken_files_are_refused_or_read_but_never_crash(films: Films, tmp_path: Path, name: str) -> None:
    """Through the real worker: each answer is a finding or one sentence about the file."""
    data = films(name).path.read_bytes()
    chooser = soak_random(f"broken {name}")
    workers = Workers(count=1)
    for attempt in range(DAMAGES):
        broken = bytearray(data)
        for _ in range(40):
            broken[chooser.randrange(len(data))] = chooser.randrange(256)
        path = tmp_path / f"{attempt % 10}-{name}"
        path.write_bytes(bytes(broken[: chooser.randrange(100, len(data))]))
        found = answer_or_refusal(workers, path)
        if isinstance(found, UserError):
            assert found.what == str(path)
        else:
            assert found.video is not None or found.audio
    workers.close()
    say_claim(f"a broken copy of {name} is read or refused with its name", DAMAGES)


def answer_or_refusal(workers: Workers, path: Path) -> UserError | MediaInfo:
    try:
        answer = workers.call("probe", {"path": str(path)}, context=InlineContext(), timeout=30)
    except UserError as error:
        return error
    return decode(MediaInfo, answer["info"])


def test_handlers_answer_in_json(films: Films, tmp_path: Path) -> None:
    film = films("ntsc.mp4")
    answer = json.loads(json.dumps(probe_handler({"path": str(film.path)}, InlineContext())))
    assert decode(MediaInfo, answer["info"]) == probe(film.path)
    assert answer["fingerprint"] == fingerprint(film.path)
    assert answer["size"] == film.path.stat().st_size
    place = tmp_path / "index.npz"
    summary = index_handler({"path": str(film.path), "stream": 0, "out": str(place)}, InlineContext())
    index = load_index(place)
    assert index is not None
    assert summary == {"frames": len(index)} == {"frames": 60}


def test_several_sound_tracks_are_listed_with_their_language(tmp_path: Path, films: Films) -> None:
    path = tmp_path / "two.mkv"
    with av.open(str(films("plain.mp4").path)) as source, av.open(str(path), "w") as target:
        tracks = [target.add_stream_from_template(source.streams.audio[0]) for _ in range(2)]
        tracks[0].metadata["language"], tracks[1].metadata["language"] = "eng", "und"
        for packet in source.demux(audio=0):
            if packet.size:
                for track in tracks:
                    packet.stream = track
                    target.mux(packet)
    assert [stream.language for stream in probe(path).audio] == ["eng", None]
