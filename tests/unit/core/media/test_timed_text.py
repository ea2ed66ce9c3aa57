"""Subtitles as a track of a film, read back by PyAV and, where it is there, by ffprobe and ffmpeg."""

from __future__ import annotations

import shutil
import subprocess
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from app.core.base import time
from app.core.base.languages import three_letters
from app.core.base.time import SECOND
from app.core.media.timed_text import TextTrack, TimedText, text_in, timed_texts
from app.core.media.writer import AudioSettings, MovieWriter, VideoSettings

MS = SECOND // 1000
RATE = Fraction(25)


def shown(*cues: tuple[int, int, str]) -> tuple[TimedText, ...]:
    return timed_texts((start * MS, end * MS, text) for start, end, text in cues)


def write_film(
    path: Path, frames: int, texts: tuple[TimedText, ...], language: str | None = "de", container: str = "mp4"
) -> None:
    video, audio = VideoSettings(64, 36, RATE, speed="ultrafast"), AudioSettings()
    duration, track = time.frame_start(frames, RATE), TextTrack(texts, language)
    with MovieWriter(path, video, audio, container, duration=duration, subtitles=track) as writer:
        picture = av.VideoFrame.from_ndarray(np.full((54, 64), 90, np.uint8), format="yuv420p")
        for number in range(frames):
            writer.write_picture(picture)
            if number % 25 == 24:
                writer.write_sound(np.zeros((48_000, 2), np.float32))


def read_back(path: Path) -> list[TimedText]:
    with av.open(str(path)) as container:
        stream = container.streams.subtitles[0]
        assert stream.codec_context.name == "mov_text"
        assert stream.time_base == Fraction(1, 1000)
        return [
            TimedText(packet.pts, packet.pts + (packet.duration or 0), text_in(bytes(packet)))
            for packet in container.demux(stream)
            if packet.pts is not None and text_in(bytes(packet))
        ]


def test_texts_that_overlap_share_samples() -> None:
    assert shown((0, 1000, "one"), (600, 1500, "two")) == (
        TimedText(0, 600, "one"), TimedText(600, 1000, "two\none"), TimedText(1000, 1500, "two"),
    )  # fmt: skip
    assert shown((0, 500, "one"), (500, 900, "two")) == (TimedText(0, 500, "one"), TimedText(500, 900, "two"))
    assert shown((100, 900, "all"), (100, 900, "same"), (950, 950, "never")) == (TimedText(100, 900, "same\nall"),)
    assert shown() == ()


def test_times_are_rounded_to_the_nearest_millisecond() -> None:
    assert timed_texts([(MS // 2, 3 * MS // 2 - 1, "a")]) == ()
    assert timed_texts([(MS // 2 - 1, 3 * MS // 2, "a")]) == (TimedText(0, 2, "a"),)


@pytest.mark.parametrize("container", ["mp4", "mov"])
def test_texts_and_times_come_back_to_the_millisecond(tmp_path: Path, container: str) -> None:
    texts = shown(
        (33, 1234, "Hällo\nWelt"),
        (1234, 1500, "日本語 😀"),
        (1506, 1777, "مرحبا"),
        (9001, 12_000, "one"),
        (11_000, 13_999, "two"),
    )
    write_film(tmp_path / f"film.{container}", 400, texts, "en", container)
    assert read_back(tmp_path / f"film.{container}") == list(texts)
    with av.open(str(tmp_path / f"film.{container}")) as film:
        assert [stream.type for stream in film.streams] == ["video", "audio", "subtitle"]
        assert film.streams.subtitles[0].metadata["language"] == "eng"
        assert film.streams.video[0].frames == 400


def test_a_film_that_begins_with_a_text_and_one_that_ends_with_it(tmp_path: Path) -> None:
    texts = shown((0, 10, "at once"), (1990, 2000, "to the end"))
    write_film(tmp_path / "film.mp4", 50, texts)
    assert read_back(tmp_path / "film.mp4") == list(texts)


def test_texts_lie_beside_the_pictures_that_they_belong_to(tmp_path: Path) -> None:
    write_film(tmp_path / "film.mp4", 500, shown(*((n * 1000, n * 1000 + 700, f"text {n}") for n in range(20))))
    with av.open(str(tmp_path / "film.mp4")) as container:
        times = [
            (packet.stream.type, packet.dts * packet.time_base)
            for packet in container.demux()
            if packet.dts is not None and packet.time_base is not None
        ]
    for place, (kind, moment) in enumerate(times):
        if kind == "subtitle":
            around = [other for what, other in times[max(0, place - 40) : place + 40] if what == "video"]
            assert min(abs(other - moment) for other in around) < 2


@pytest.mark.parametrize("count", [0, 1, 3000])
def test_the_room_kept_for_the_index_is_enough(tmp_path: Path, count: int) -> None:
    texts = shown(*((n * 10, n * 10 + 5, f"{n}") for n in range(count)))
    write_film(tmp_path / "film.mp4", 750, texts)
    data = (tmp_path / "film.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    assert read_back(tmp_path / "film.mp4") == list(texts)


def test_a_text_that_is_too_long_for_a_sample_is_cut_at_a_letter(tmp_path: Path) -> None:
    texts = shown((0, 1000, "ä" * 40_000))
    write_film(tmp_path / "film.mp4", 50, texts)
    assert read_back(tmp_path / "film.mp4")[0].text == "ä" * 32_767


@pytest.mark.parametrize(
    ("code", "found"),
    [("en", "eng"), ("en_us", "eng"), ("de", "deu"), ("zh-Hant", "zho"), ("PT", "por"), ("gsw", "gsw"), (None, "und")],
)
def test_languages_are_told_in_three_letters(code: str | None, found: str) -> None:
    assert three_letters(code) == found
    assert three_letters("xx") == three_letters("") == three_letters("12!") == "und"


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="no ffmpeg to read the track with")
def test_ffmpeg_reads_the_track_as_srt(tmp_path: Path) -> None:
    write_film(tmp_path / "film.mp4", 100, shown((500, 1234, "Hällo\nWelt"), (2001, 2500, "again")))
    done = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", tmp_path / "film.mp4", "-map", "0:s", "-f", "srt", "-"],
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout == (
        "1\n00:00:00,500 --> 00:00:01,234\nHällo\nWelt\n\n2\n00:00:02,001 --> 00:00:02,500\nagain\n\n"
    )
    assert done.stderr == ""
    probed = subprocess.run(
        ["ffprobe", "-v", "error", "-select_streams", "s", "-of", "csv=p=0", "-show_entries",
         "stream=codec_name,codec_tag_string:stream_tags=language", tmp_path / "film.mp4"],
        capture_output=True, text=True,
    )  # fmt: skip
    assert probed.stdout.strip() == "mov_text,tx3g,deu"
