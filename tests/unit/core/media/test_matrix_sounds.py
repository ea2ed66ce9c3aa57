"""Every odd kind of sound: described rightly, and any piece of it is where a straight read has it."""

from __future__ import annotations

import json
import os
import struct
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from app.cli.shapes import media_document
from app.core.media.audio_source import PyAVAudioSource
from app.core.media.probe import probe
from tests.helpers.beeps import find_beeps
from tests.helpers.media import make_film, make_sound
from tests.helpers.odd_sounds import write_coded, write_wav
from tests.helpers.soak import say_claim, soak_count, soak_random

PIECES = soak_count(200)


def first_sound(path: Path) -> dict[str, Any]:
    document = media_document(str(path), probe(path))
    assert document["kind"] == "audio"
    found: dict[str, Any] = document["audio"][0]
    return found


def assert_pieces(path: Path, rate: int, channels: int, beep: float, tolerance: float = 0.002) -> None:
    """The beep is where it belongs, and random pieces equal a straight read."""
    straight = PyAVAudioSource(path, 0, rate, channels)
    whole = straight.read(0, rate)
    straight.close()
    assert [onset / rate for onset in find_beeps(whole, rate)] == pytest.approx([beep], abs=tolerance)
    chooser, jumping = soak_random(f"pieces {path.name}"), PyAVAudioSource(path, 0, rate, channels)
    for _ in range(PIECES):
        start = chooser.randrange(rate - 500)
        piece = jumping.read(start, 400)
        assert np.abs(piece - whole[start : start + 400]).max() < 0.02
    jumping.close()


@pytest.mark.soak
@pytest.mark.parametrize("channels", [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16])
def test_mono_to_sixteen_channels(tmp_path: Path, channels: int) -> None:
    path = write_wav(tmp_path / f"{channels}.wav", channels=channels, rate=48_000)
    said = first_sound(path)
    assert (said["channels"], said["rate"], said["codec"]) == (channels, 48_000, "pcm_s16le")
    assert said["duration"] == 1.0
    assert_pieces(path, 48_000, channels, 0.5)
    source = PyAVAudioSource(path, 0, 48_000, channels)
    whole = source.read(0, 48_000)
    source.close()
    loudest = np.abs(whole[24_000:25_920]).max(axis=0)
    assert loudest[: min(5, channels)] == pytest.approx(0.5 * 0.5 ** np.arange(min(5, channels)), abs=0.02)
    say_claim(f"any piece of sound with {channels} channels is exact", PIECES)


@pytest.mark.soak
@pytest.mark.parametrize(
    "rate", [8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 88_200, 96_000, 176_400, 192_000]
)
@pytest.mark.parametrize("bits", [16, 24])
def test_eight_to_a_hundred_and_ninety_two_kilohertz(tmp_path: Path, rate: int, bits: int) -> None:
    path = write_wav(tmp_path / f"{rate}.wav", channels=2, rate=rate, bits=bits)
    said = first_sound(path)
    assert (said["rate"], said["duration"], said["layout"]) == (rate, 1.0, "stereo")
    assert_pieces(path, 48_000, 2, 0.5)
    say_claim(f"any piece of sound of {rate} Hz is exact", PIECES)


@pytest.mark.parametrize(
    ("name", "codec", "layout", "said_layout"),
    [
        ("a.m4a", "aac", "7.1", "7.1"),
        ("a.mka", "libopus", "7.1", "7.1"),
        ("a.ogg", "libopus", "5.1", "5.1"),
        ("b.m4a", "aac", "5.1", "5.1"),
        ("a.flac", "flac", "7.1", "7.1"),
        ("a.ac3", "ac3", "5.1(side)", "5.1(side)"),
        ("a.wv", "wavpack", "stereo", "stereo"),
        ("c.m4a", "alac", "stereo", "stereo"),
        ("a.mp3", "libmp3lame", "mono", "mono"),
        ("a.tta", "tta", "stereo", "stereo"),
    ],
)
def test_coded_sound_of_many_channels(tmp_path: Path, name: str, codec: str, layout: str, said_layout: str) -> None:
    """Planar sound of eight channels kills a reader that touches its planes."""
    path = write_coded(tmp_path / name, codec, layout)
    said = first_sound(path)
    assert said["layout"] == said_layout
    assert said["start"] == pytest.approx(0, abs=0.03)
    assert said["duration"] == pytest.approx(1.0, abs=0.1)
    source = PyAVAudioSource(path, 0, 48_000, 2)
    beeps = find_beeps(source.read(0, 60_000), 48_000)
    source.close()
    assert len(beeps) == 1
    assert beeps[0] / 48_000 == pytest.approx(0.5, abs=0.06 if codec == "ac3" else 0.01)


def test_late_and_short_sound_keeps_its_place(tmp_path: Path) -> None:
    late = make_film(tmp_path / "late.mkv", frames=60, audio_start=Fraction(4, 5))
    document = media_document("late.mkv", probe(late.path))
    assert document["audio"][0]["start"] == pytest.approx(0.8, abs=0.03)
    assert document["video"]["start"] == 0
    source = PyAVAudioSource(late.path, 1, 48_000, 2)
    onsets = [onset / 48_000 for onset in find_beeps(source.read(0, 48_000 * 4), 48_000)]
    assert not source.read(0, 30_000).any()
    source.close()
    assert onsets == pytest.approx([0.8 + frame / 25 for frame in late.flashes], abs=0.03)


@pytest.mark.parametrize(
    ("title", "name"), [("Привет".encode("cp1251"), "a"), ("日本".encode("shift_jis"), "b"), (b"\xff\xfe\x00", "c")]
)
def test_tags_in_any_encoding_do_not_hurt(tmp_path: Path, title: bytes, name: str) -> None:
    path = write_wav(tmp_path / f"{name}.wav", channels=1, rate=8_000, info=title)
    json.dumps(media_document(str(path), probe(path)))
    source = PyAVAudioSource(path, 0, 8_000, 1)
    assert source.read(0, 8_000).any()
    source.close()
    song = make_sound(tmp_path / f"{name}.mp3", seconds=1, codec="libmp3lame").path
    song.write_bytes(song.read_bytes() + (b"TAG" + title).ljust(128, b"\0"))
    assert first_sound(song)["codec"] == "mp3"


@pytest.mark.parametrize("kind", ["mkv", "mp4"])
def test_a_film_with_a_spoilt_tag_is_read(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"a.{kind}"
    film = make_film(path, frames=10)
    with av.open(str(film.path)) as source, av.open(str(tmp_path / f"b.{kind}"), "w") as target:
        target.metadata["title"] = "TITLE-TITLE"
        tracks = {stream.index: target.add_stream_from_template(stream) for stream in source.streams}
        tracks[1].metadata["language"] = "deu"
        for packet in source.demux():
            if packet.size:
                packet.stream = tracks[packet.stream.index]
                target.mux(packet)
    spoilt = tmp_path / f"b.{kind}"
    data = spoilt.read_bytes()
    assert b"TITLE-TITLE" in data
    spoilt.write_bytes(data.replace(b"TITLE-TITLE", b"\xe4\xf6\xfc\xff\xfe-TITLE"))
    document = media_document(str(spoilt), probe(spoilt))
    assert document["video"]["frames"] == 10
    assert document["audio"][0]["language"] == "deu"


def test_several_sounds_and_subtitles_are_listed(tmp_path: Path) -> None:
    film = make_film(tmp_path / "a.mp4", frames=10)
    path = tmp_path / "all.mkv"
    with av.open(str(film.path)) as source, av.open(str(path), "w") as target:
        picture = target.add_stream_from_template(source.streams.video[0])
        sounds = [target.add_stream_from_template(source.streams.audio[0]) for _ in range(2)]
        words: Any = target.add_stream("ass")
        for stream, language in zip((*sounds, words), ("eng", "jpn", "fra"), strict=True):
            stream.metadata["language"] = language
        for packet in source.demux():
            for track in sounds if packet.stream.type == "audio" else [picture]:
                if packet.size:
                    packet.stream = track
                    target.mux(packet)
    document = media_document(str(path), probe(path))
    assert [sound["language"] for sound in document["audio"]] == ["eng", "jpn"]
    assert document["subtitles"] == [{"codec": "ass", "language": "fra"}]


@pytest.mark.parametrize(
    "name", ["日本語.wav", "مرحبا.wav", "ä ö\u2028ü.wav", "😀.wav", "-i.wav", "%d.wav", "a'b;c,d[e].wav"]
)
def test_names_in_any_letters(tmp_path: Path, name: str) -> None:
    if sys.platform == "win32":
        pytest.skip("not all of these may be names there")
    path = write_wav(tmp_path / name, channels=1, rate=8_000)
    assert first_sound(path)["duration"] == 1.0


@pytest.mark.skipif(sys.platform == "win32", reason="names are Unicode there")
def test_a_name_in_no_encoding_can_be_printed(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xe9.wav"))
    write_wav(path, channels=1, rate=8_000)
    assert json.loads(json.dumps(media_document(str(path), probe(path))))["audio"][0]["rate"] == 8_000


@pytest.mark.parametrize("cut", [0.3, 0.7])
def test_a_cut_sound_gives_what_is_left(tmp_path: Path, cut: float) -> None:
    path = write_wav(tmp_path / "a.wav", channels=2, rate=48_000)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * cut)])
    info = probe(path)
    assert info.audio[0].duration is not None
    assert first_sound(path)["duration"] == pytest.approx(cut, abs=0.02)
    assert info.warnings == ("its end is missing",)
    path.write_bytes(data)
    assert probe(path).warnings == ()


def test_a_false_length_in_the_header_is_not_believed(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", channels=1, rate=8_000)
    data = path.read_bytes()
    place = data.index(b"data") + 4
    path.write_bytes(data[:place] + struct.pack("<I", 0x7FFFFFF0) + data[place + 4 :])
    assert first_sound(path)["duration"] == pytest.approx(1.0, abs=0.01)
