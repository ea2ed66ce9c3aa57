"""Recordings joined in one file: picture and sound go on where the clock starts anew, in step, from any moment."""

from __future__ import annotations

import itertools
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
import pytest

from app.core.base.time import SECOND
from app.core.jobs.inline import InlineContext
from app.core.media.audio_source import PyAVAudioSource
from app.core.media.index_build import build_index
from app.core.media.packet_scan import Span, scan_packets
from app.core.media.probe import probe
from app.core.media.pyav_source import PyAVVideoSource
from app.core.media.safe_open import safe_open
from app.core.media.sound_clock import picture_restarts, sound_restarts
from app.core.media.waveform import SoundPiece, joined_peaks, measure_piece
from app.core.model.asset import MediaInfo, SoundClock
from app.core.model.media_warnings import JOINED
from tests.helpers.media import find_beeps, is_flash, make_film, make_sound
from tests.helpers.soak import soak_count, soak_random

RATE = 48_000
PIECES = soak_count(100)


def recording(path: Path, frames: int, *, codec: str = "mp2", **options: Any) -> Path:
    return make_film(path, frames=frames, audio_codec=codec, **options).path


def joined(folder: Path, ending: str = "ts", *, codec: str = "mp2", clocks: tuple[int, ...] = (0, 0, 0)) -> Path:
    """Three recordings of 3, 2 and 4 seconds, with a flash and a beep each second, each by its own clock."""
    parts = []
    for number, (frames, clock) in enumerate(zip((75, 50, 100), clocks, strict=True)):
        offset = {"output_ts_offset": str(clock)} if clock else {}
        parts.append(
            recording(folder / f"{number}.{ending}", frames, codec=codec, container_options=offset).read_bytes()
        )
    path = folder / f"joined.{ending}"
    path.write_bytes(b"".join(parts))
    return path


def flashes(path: Path) -> list[float]:
    index = build_index(path)
    source = PyAVVideoSource(path, index)
    found = [number for number in range(len(index)) if is_flash(source.frame(number))]
    source.close()
    starts = [number for number in found if number - 1 not in found]
    return [index.time_of(number) / SECOND for number in starts]


def opened(path: Path, info: MediaInfo) -> PyAVAudioSource:
    return PyAVAudioSource(path, info.audio[0].index, RATE, 2, info.audio[0].clock)


@pytest.mark.parametrize(
    ("ending", "clocks"),
    [("ts", (0, 0, 0)), ("ts", (20, 0, 0)), ("ts", (100, 50, 0)), ("ts", (50_000, 100, 0)), ("mpg", (0, 0, 0))],
)
def test_beeps_stay_with_their_flashes(tmp_path: Path, ending: str, clocks: tuple[int, ...]) -> None:
    """Also where the clock falls so far back that it seems to have come round."""
    path = joined(tmp_path, ending, clocks=clocks)
    info = probe(path)
    assert info.warnings == (JOINED,)
    assert info.audio[0].duration == pytest.approx(9 * SECOND, abs=SECOND // 5)
    sound = opened(path, info)
    beeps = [onset / RATE for onset in find_beeps(sound.read(0, 10 * RATE), RATE)]
    sound.close()
    assert len(beeps) == 9
    assert beeps == pytest.approx(flashes(path), abs=0.04)


@pytest.mark.parametrize("frames", [251, 253, 257, 262, 269])
def test_behind_a_joint_a_seek_finds_the_same_samples(tmp_path: Path, frames: int) -> None:
    """Whatever is missing at the joint: a stamp that nearly fits what came before is believed all the same."""
    parts = [recording(tmp_path / f"{number}.ts", length) for number, length in enumerate((frames, 250))]
    path = tmp_path / "joined.ts"
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    info = probe(path)
    straight, jumping = opened(path, info), opened(path, info)
    whole = straight.read(0, 20 * RATE)
    piece = jumping.read(13 * RATE, 6 * RATE)
    straight.close()
    jumping.close()
    found = [13 * RATE + onset for onset in find_beeps(piece, RATE)]
    inside = [onset for onset in find_beeps(whole, RATE) if 13.2 * RATE < onset < 18.8 * RATE]
    assert len(inside) >= 5
    assert [onset for onset in found if 13.2 * RATE < onset < 18.8 * RATE] == inside


def test_any_piece_is_that_of_a_straight_read(tmp_path: Path) -> None:
    path = joined(tmp_path, codec="aac")
    info = probe(path)
    straight, jumping = opened(path, info), opened(path, info)
    whole = straight.read(0, 9 * RATE)
    chance = soak_random("pieces of joined sound")
    for _ in range(PIECES):
        start = chance.randrange(9 * RATE - 800)
        assert np.abs(jumping.read(start, 800) - whole[start : start + 800]).max() < 0.001
    straight.close()
    jumping.close()


def test_pieces_of_peaks_make_the_whole(tmp_path: Path) -> None:
    path = joined(tmp_path, codec="aac", clocks=(100, 50, 0))
    sound = probe(path).audio[0]

    def peaks(*edges: int) -> npt.NDArray[np.int8]:
        pieces = [SoundPiece(first, end, end == 900) for first, end in itertools.pairwise(edges)]
        context = InlineContext()
        return joined_peaks(measure_piece(str(path), sound.index, each, context, sound.clock) for each in pieces).values

    whole = peaks(0, 900)
    assert len(np.flatnonzero(np.diff((whole[:, 1] > 20).astype(int)) == 1)) == 9
    assert np.array_equal(peaks(0, 250, 310, 620, 900), whole)


def test_sound_that_is_cut_short_at_the_joint_stays_with_its_picture(tmp_path: Path) -> None:
    """Cut in its bytes, a recording ends with less sound than picture: what comes next must not begin early."""
    first = recording(tmp_path / "first.ts", 100).read_bytes()
    second = recording(tmp_path / "second.ts", 100).read_bytes()
    path = tmp_path / "cut.ts"
    path.write_bytes(first[: len(first) * 7 // 10 // 188 * 188] + second)
    info = probe(path)
    sound = opened(path, info)
    beeps = [onset / RATE for onset in find_beeps(sound.read(0, 8 * RATE), RATE)]
    sound.close()
    assert beeps[-4:] == pytest.approx(flashes(path)[-4:], abs=0.04)


def test_sound_alone_goes_on_where_it_ended(tmp_path: Path) -> None:
    parts = [make_sound(tmp_path / f"{number}.ts", seconds=3, codec="mp2").path.read_bytes() for number in range(2)]
    path = tmp_path / "joined.ts"
    path.write_bytes(b"".join(parts))
    info = probe(path)
    assert info.kind == "audio"
    assert info.audio[0].duration == pytest.approx(6 * SECOND, abs=SECOND // 10)
    sound = opened(path, info)
    beeps = [onset / RATE for onset in find_beeps(sound.read(0, 7 * RATE), RATE)]
    sound.close()
    assert beeps == pytest.approx([0.5, 1.5, 2.5, 3.5, 4.5, 5.5], abs=0.06)


def test_sound_follows_the_picture_only_where_both_start_anew_as_often() -> None:
    none = np.zeros(0, np.int64)
    span = Span(0, 900, ((0, 900), (100, 500), (0, 300)), none, none)
    base = Fraction(1, 100)
    own, pictures = (Fraction(8), Fraction(13)), (Fraction(10), Fraction(20))
    assert sound_restarts(span, base, pictures) == pictures
    assert sound_restarts(span, base, pictures[:1]) == own
    assert sound_restarts(span, base, ()) == own
    assert sound_restarts(Span(0, 900, ((0, 900),), none, none), base, ()) == ()


def test_packets_that_only_the_second_reading_gave_are_left_alone(tmp_path: Path) -> None:
    """Of a damaged file one reading may give other packets than the next."""
    path = joined(tmp_path)
    index = build_index(path)
    with safe_open(path) as container:
        found = scan_packets(container, path).pictures[index.stream]
    assert picture_restarts(found, index)
    fewer = replace(found, pts=found.pts[:-1], dts=found.dts[:-1])
    assert picture_restarts(fewer, index) == ()


def test_a_film_that_was_never_joined_has_none(tmp_path: Path) -> None:
    film = recording(tmp_path / "film.ts", 50)
    assert probe(film).audio[0].clock == SoundClock()


def coded(path: Path, codec: str, *, rate: int = 48_000, seconds: int = 5) -> Path:
    return make_sound(path, seconds=seconds, codec=codec, sample_rate=rate, channels=1).path


@pytest.mark.parametrize(
    ("name", "codec", "rate"),
    [
        ("ima.wav", "adpcm_ima_wav", 48_000),
        ("ms.wav", "adpcm_ms", 48_000),
        ("g722.wav", "g722", 16_000),
        ("flac.oga", "flac", 48_000),
        ("plain.wav", "pcm_s16le", 48_000),
        ("plain.aiff", "pcm_s16be", 44_100),
        ("opus.ogg", "libopus", 48_000),
        ("aac.ts", "aac", 48_000),
        ("ac3.mkv", "ac3", 48_000),
    ],
)
def test_after_a_seek_sound_is_where_it_is_in_a_straight_read(tmp_path: Path, name: str, codec: str, rate: int) -> None:
    """Some demuxers make stamps up after a seek."""
    path = coded(tmp_path / name, codec, rate=rate)
    info = probe(path)
    straight = opened(path, info)
    beeps = [onset / RATE for onset in find_beeps(straight.read(0, 6 * RATE), RATE)]
    straight.close()
    assert beeps == pytest.approx([0.48, 1.48, 2.48, 3.48, 4.48], abs=0.03)
    for start in (0.2, 0.9, 1.6, 2.3, 2.9, 3.7, 4.1, 4.4):
        jumping = opened(path, info)
        piece = jumping.read(round(start * RATE), RATE)
        jumping.close()
        found = [start + onset / RATE for onset in find_beeps(piece, RATE)]
        near = [beep for beep in beeps if start + 0.02 <= beep < start + 0.98]
        assert found[-len(near) :] == pytest.approx(near, abs=0.03), start


@pytest.mark.parametrize(
    ("name", "codec", "rate", "seeks"),
    [
        ("ima.wav", "adpcm_ima_wav", 48_000, False),
        ("plain.wav", "pcm_s16le", 48_000, True),
        ("a.mp4", "aac", 48_000, True),
    ],
)
def test_seeks_are_tried_when_a_sound_is_met(tmp_path: Path, name: str, codec: str, rate: int, seeks: bool) -> None:
    assert probe(coded(tmp_path / name, codec, rate=rate)).audio[0].clock.seeks is seeks


@pytest.mark.parametrize("codec", ["flac", "libopus"])
def test_links_of_an_ogg_follow_each_other(tmp_path: Path, codec: str) -> None:
    """Ogg may be chained: one recording after another in one file (RFC 3533, section 4)."""
    link = coded(tmp_path / "link.ogg", codec).read_bytes()
    path = tmp_path / "chain.ogg"
    path.write_bytes(link + link)
    info = probe(path)
    assert info.duration == pytest.approx(10 * SECOND, abs=SECOND // 10)
    sound = opened(path, info)
    beeps = [onset / RATE for onset in find_beeps(sound.read(0, 11 * RATE), RATE)]
    sound.close()
    assert beeps == pytest.approx([0.48 + number for number in range(10)], abs=0.05)


def test_sound_that_begins_late_is_known_by_what_is_decoded(tmp_path: Path) -> None:
    """FFmpeg looks at the first seconds only: of this sound its header knows neither rate nor channels."""
    silent = make_film(tmp_path / "a.ts", frames=300, width=320, height=180, codec="mpeg2video", audio=False).path
    loud = recording(tmp_path / "b.ts", 50, codec_options={}, container_options={"output_ts_offset": "12"})
    path = tmp_path / "late.ts"
    path.write_bytes(silent.read_bytes() + loud.read_bytes())
    with av.open(str(path)) as container:
        assert not container.streams.audio[0].codec_context.sample_rate
    (sound,) = probe(path).audio
    assert (sound.rate, sound.channels, sound.layout) == (RATE, 2, "stereo")
    assert sound.start == pytest.approx(12 * SECOND, abs=SECOND // 5)
    assert sound.duration == pytest.approx(2 * SECOND, abs=SECOND // 10)


@pytest.mark.parametrize(
    ("name", "codec"), [("a.ts", "ac3"), ("a.aac", "aac"), ("a.mpg", "ac3"), ("a.flv", "adpcm_swf")]
)
def test_the_last_packet_of_a_stream_counts_in_full(tmp_path: Path, name: str, codec: str) -> None:
    """Of streams FFmpeg only guesses the length."""
    rate = 44_100 if codec == "adpcm_swf" else RATE
    path = coded(tmp_path / name, codec, rate=rate, seconds=4)
    with av.open(str(path)) as container:
        samples = sum(frame.samples for frame in container.decode(audio=0))
    assert probe(path).audio[0].duration == pytest.approx(samples * SECOND // rate, abs=SECOND // 50)
