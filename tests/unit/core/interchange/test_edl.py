"""EDL in and out: every cut on its frame for the adapter and for a reader of our own, odd lists of others."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import otio_cmx3600_adapter.cmx_3600 as adapter
import pytest

from app.core.base import time
from app.core.base.errors import UserError
from app.core.base.timecode import can_drop, parse_timecode
from app.core.interchange.edl_read import RateUnknownError
from app.core.model.links import placed_clips
from app.core.model.project import Project
from tests.helpers.document import FRAME, clip, clips, film, gap, music, project, row, silent_film, track
from tests.unit.core.interchange.shelf import found, saved, shelf, written

RATES = [
    Fraction(24),
    Fraction(25),
    Fraction(30),
    Fraction(50),
    Fraction(60),
    Fraction(24000, 1001),
    Fraction(30000, 1001),
    Fraction(60000, 1001),
]
EVENT = re.compile(r"(\d+)  (\S+) +(\S+) +C +(\S+) (\S+) (\S+) (\S+)")


def events(path: Path, rate: Fraction) -> list[tuple[str, list[int]]]:
    """The channel and the four frame numbers of each event, by a reader that knows nothing of ours."""
    lines = [match for match in map(EVENT.fullmatch, path.read_text().splitlines()) if match is not None]
    assert [int(match[1]) for match in lines] == list(range(1, len(lines) + 1))
    return [(match[3], [parse_timecode(each, rate) for each in match.group(4, 5, 6, 7)]) for match in lines]


def random_cuts(rate: Fraction, seed: str, count: int) -> tuple[list[object], int]:
    frame = time.frame_duration(rate)
    chooser = random.Random(seed)
    items: list[object] = []
    for number in range(count):
        if number % 7 == 3:
            items.append(gap(chooser.randrange(1, 400), frame))
        else:
            length = chooser.randrange(1, 2500)
            items.append(clip(f"c{number}", length, source=chooser.randrange(40_000), frame=frame))
    return items, frame


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_every_cut_at_the_same_frame_for_three_readers(tmp_path: Path, rate: Fraction) -> None:
    assets, ingest = shelf(tmp_path, film(frames=50_000, rate=rate))
    items, frame = random_cuts(rate, str(rate), 150)
    before = project(track("V1", *items), assets=assets, rate=rate)  # type: ignore[arg-type]
    path = tmp_path / "cut.edl"
    written(before, path)
    expected = [
        (each.clip.source_start // frame, each.clip.source_end // frame, each.start // frame, each.end // frame)
        for each in placed_clips(before.sequences[0].video_tracks[0])
    ]
    assert [tuple(numbers) for _, numbers in events(path, rate)] == expected
    assert ("FCM: DROP FRAME" in path.read_text()) == can_drop(rate) == (";" in path.read_text())

    seen = adapter.read_from_string(path.read_text(), rate=float(rate))
    ranges = [(each.source_range, each.range_in_parent()) for each in seen.find_clips()]
    assert [
        (
            source.start_time.to_frames(),
            source.end_time_exclusive().to_frames(),
            placed.start_time.to_frames(),
            placed.end_time_exclusive().to_frames(),
        )
        for source, placed in ranges
    ] == expected

    after, _ = found(path, ingest)
    assert after.sequences[0].format.rate == rate
    assert row(after, "V1", frame) == row(before, "V1", frame)


def test_picture_and_sound_of_one_film_are_one_event(tmp_path: Path) -> None:
    assets, ingest = shelf(tmp_path, film(), music())
    before = project(
        track("V1", clip("a", 10, source=3, link="l"), gap(5), clip("b", 7)),
        track("A1", replace(clip("a", 10, source=3, link="l")), gap(30), clip("m", 9, asset="music")),
        track("A2", clip("n", 4, asset="music", source=100)),
        assets=assets,
    )
    path = tmp_path / "cut.edl"
    written(before, path)
    assert [channel for channel, _ in events(path, Fraction(24))] == ["B", "A2", "V", "A"]
    after, losses = found(path, ingest)
    assert losses == []
    for name in ("V1", "A1", "A2"):
        assert row(after, name) == row(before, name)
    first, heard = clips(after, "V1")[0], clips(after, "A1")[0]
    assert first.link_id is not None
    assert first.link_id == heard.link_id


def test_a_leading_gap_stays(tmp_path: Path) -> None:
    assets, ingest = shelf(tmp_path, film())
    frames = 24 * 3600 + 5
    before = project(track("V1", gap(frames), clip("a", 10)), track("A1", gap(frames + 9), clip("b", 1)), assets=assets)
    written(before, tmp_path / "cut.edl")
    after, losses = found(tmp_path / "cut.edl", ingest)
    assert losses == []
    assert (row(after, "V1"), row(after, "A1")) == (f"-{frames} a:0+10", f"-{frames + 9} b:0+1")


def test_reels_are_told_apart(tmp_path: Path) -> None:
    names = [film("a long name 1"), film("a long name 2"), film("ax"), film("Ü")]
    assets, ingest = shelf(tmp_path, *names)
    before = project(track("V1", *(clip(each.id, 5, asset=each.id) for each in names)), assets=assets)
    losses = written(before, tmp_path / "cut.edl")
    reels = [line.split()[1] for line in (tmp_path / "cut.edl").read_text().splitlines() if line[:1].isdigit()]
    assert reels == ["alongnam", "alongna2", "ax2", "REEL"]
    assert "media a long name 2.mp4: its reel is called alongna2: programs that go by reels alone see that" in losses
    assert row(found(tmp_path / "cut.edl", ingest)[0], "V1") == row(before, "V1")


def test_more_events_than_others_count(tmp_path: Path) -> None:
    assets, ingest = shelf(tmp_path, film(frames=5000))
    before = project(track("V1", *(clip(str(each), 2, source=each * 3) for each in range(1100))), assets=assets)
    losses = written(before, tmp_path / "cut.edl")
    assert "the timeline: it has 1100 events: programs that count to 999 do not read the others" in losses
    assert row(found(tmp_path / "cut.edl", ingest)[0], "V1") == row(before, "V1")


def test_a_rate_that_timecode_does_not_count(tmp_path: Path) -> None:
    assets, _ = shelf(tmp_path, film(rate=Fraction(15)))
    with pytest.raises(UserError, match="cannot hold 15 frames a second"):
        written(project(track("V1"), assets=assets, rate=Fraction(15)), tmp_path / "cut.edl")
    assert not (tmp_path / "cut.edl").exists()


# What others write.


def one_cut(source: str, record: str = "01:00:00:00 01:00:00:10", *, head: str = "", reel: str = "FILM") -> str:
    return f"TITLE: t\n{head}\n001  {reel}  V  C  {source} {record}\n* FROM CLIP NAME: film.mp4\n"


def test_names_of_media_in_every_spelling(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    _, ingest = shelf(tmp_path, film())
    event = "001  AX  V  C  00:00:01:00 00:00:01:10 01:00:00:00 01:00:00:10\n"
    for comment in (
        "* FROM CLIP NAME:  film.mp4",
        "* FROM CLIP NAME:  FILM",
        "* SOURCE FILE: film.mp4",
        "* FROM FILE: C:\\shots\\film.mp4",
        f"* FROM CLIP: {(tmp_path / 'film.mp4').as_uri()}",
        "FINAL CUT PRO REEL: film.mp4 REPLACED BY: 001",
        "* FROM CLIP IS A STILL\n* FROM CLIP NAME: film",
    ):
        document, _ = found(saved(tmp_path, "cut.edl", f"{event}{comment}\r\n"), ingest)
        assert [each.source_start for each in clips(document, "V1")] == [24 * FRAME], comment
    document, _ = found(saved(tmp_path, "cut.edl", event.replace("AX", "film")), ingest)
    assert row(document, "V1") == "film:24+10"


def test_missing_media_are_named(tmp_path: Path) -> None:
    text = one_cut("00:00:00:00 00:00:00:10", reel="A001")
    with pytest.raises(UserError, match=r"a medium is missing: film\.mp4"):
        found(saved(tmp_path, "cut.edl", text), shelf(tmp_path / ".", music())[1], rate=Fraction(24))


def test_where_the_rate_comes_from(tmp_path: Path) -> None:
    _, ingest = shelf(tmp_path, film(rate=Fraction(25), frames=500))
    text = one_cut("00:00:01:00 00:00:01:10")
    assert found(saved(tmp_path, "a.edl", text), ingest)[0].sequences[0].format.rate == 25
    assert found(saved(tmp_path, "b.edl", text), ingest, rate=Fraction(30))[0].sequences[0].format.rate == 30
    said = text + "* FRAME RATE: 23.976\n"
    assert found(saved(tmp_path, "c.edl", said), ingest)[0].sequences[0].format.rate == Fraction(24000, 1001)
    drop = one_cut("00:00:01;00 00:00:01;10")
    assert found(saved(tmp_path, "d.edl", drop), ingest)[0].sequences[0].format.rate == Fraction(30000, 1001)


def test_a_rate_that_nobody_knows(tmp_path: Path) -> None:
    _, ingest = shelf(tmp_path, replace(music(), name="film.mp4"))
    with pytest.raises(RateUnknownError, match="give its rate with --rate"):
        found(saved(tmp_path, "cut.edl", one_cut("00:00:01:00 00:00:01:10").replace("V  C", "A  C")), ingest)
    text = one_cut("00:00:01:00 00:00:01:24", "01:00:00:00 01:00:00:24").replace("V  C", "A  C")
    with pytest.raises(UserError, match="a second at 24 fps counts 24"):
        found(saved(tmp_path, "cut.edl", text), ingest, rate=Fraction(24))


@pytest.mark.parametrize("sign", [";", ":"])
def test_drop_frame_by_its_sign_or_by_the_head(tmp_path: Path, sign: str) -> None:
    """One minute of 29.97 has 1798 frames: 00:01:00;02 is frame 1800."""
    rate = Fraction(30000, 1001)
    _, ingest = shelf(tmp_path, film(rate=rate, frames=4000))
    head = "FCM: DROP FRAME" if sign == ":" else ""
    source = f"00:01:00{sign}02 00:01:00{sign}12"
    text = one_cut(source, f"01:00:59{sign}22 01:01:00{sign}04", head=head)
    text += f"* LOC: 01:01:00{sign}02 RED  Here\n"
    document, _ = found(saved(tmp_path, "cut.edl", text), ingest)
    frame = time.frame_duration(rate)
    assert row(document, "V1", frame) == "-1792 film.mp4:1800+10"
    assert [each.start // frame for each in document.sequences[0].markers] == [1800]


def test_media_whose_timecode_is_not_known(tmp_path: Path) -> None:
    _, ingest = shelf(tmp_path, film(frames=240))
    document, losses = found(saved(tmp_path, "cut.edl", one_cut("10:00:02:05 10:00:02:15")), ingest)
    assert row(document, "V1") == "film.mp4:53+10"
    assert "media film.mp4: its timecode is not known: it is taken to begin at 10:00:00:00" in losses
    document, losses = found(saved(tmp_path, "cut.edl", one_cut("10:17:02:05 10:17:02:15")), ingest)
    assert row(document, "V1") == "film.mp4:0+10"
    assert "media film.mp4: its timecode is not known: it is taken to begin at 10:17:02:05" in losses


ODD = """TITLE: odd
FCM: NON-DROP FRAME
001  BL    V     C        00:00:00:00 00:00:00:00 01:00:00:00 01:00:00:00
001  FILM  V     D    012 00:00:01:00 00:00:02:00 01:00:00:00 01:00:01:00
* TO CLIP NAME: film.mp4
002  FILM  V     C        00:00:02:00 00:00:02:00 01:00:01:00 01:00:01:00
002  OTHER V     W001 024 00:00:03:00 00:00:05:00 01:00:01:00 01:00:03:00
* FROM CLIP NAME: film.mp4
* TO CLIP NAME: silent.mp4
003  FILM  V     C        00:00:00:00 00:00:02:00 01:00:03:00 01:00:04:00
M2   FILM       048.0                00:00:00:00
* FROM CLIP NAME: film.mp4
* A REMARK
004  FILM  AA/V  C        00:00:00:00 00:00:01:00 01:00:03:12 01:00:04:12
* FROM CLIP NAME: film.mp4
* LOC: 01:00:04:00 MAGENTA look
* LOC: never
005  FILM  X9    C        00:00:00:00 00:00:01:00 01:00:05:00 01:00:06:00
006  BARS  V     C        00:00:00:00 00:00:01:00 01:00:05:00 01:00:06:00
007  BL    V     C        00:00:00:00 00:00:01:00 01:00:06:00 01:00:07:00
AUD  3  4
008  this is no event
SPLIT:    AUDIO DELAY=  00:00:00:04
"""


def test_what_is_no_cut_is_told(tmp_path: Path) -> None:
    _, ingest = shelf(tmp_path, film(), silent_film())
    document, losses = found(saved(tmp_path, "odd.edl", ODD), ingest, rate=Fraction(24))
    assert row(document, "V1") == "film.mp4:24+24 silent.mp4:72+48 film.mp4:0+24 film.mp4:12+12"
    assert row(document, "A1") == row(document, "A2") == "-84 film.mp4:0+24"
    assert len({clips(document, name)[-1].link_id for name in ("V1", "A1", "A2")}) == 1
    assert losses == [
        "event 001 at 01:00:00:00: a dissolve of 12 frames becomes a cut",
        "event 002 at 01:00:01:00: a wipe of 24 frames becomes a cut",
        "event 003 at 01:00:03:00: its speed of 048.0 frames a second becomes normal",
        "event 004 at 01:00:03:12: a marker that is not understood is left out",
        "event 005 at 01:00:05:00: its channel 'X9' is not known, it is left out",
        "event 007 at 01:00:06:00: its sound tracks 3 4 are left out",
        "the list: lines that are no events (1) are left out",
        "the list: comments (1) are left out",
        "event 003 at 01:00:03:00: its source lasts 48 frames, its place 24: it plays at normal speed",
        "event 004 at 01:00:03:12: its first 12 frames lie under the event before, they are left out",
        "clip 'BARS' on V1: a GeneratorReference is no media file, its time stays empty",
        "the timeline: its timecode does not begin at zero: it does here",
        "marker 'look': its colour magenta becomes pink",
    ]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "holds no events"),
        (b"TITLE: nothing\n", "holds no events"),
        (b"\x00\x01\x02", "it is no text"),
        (b"\xff\xfe\x00", "it is no text"),
        (b"0" * 5000, "line 1 is longer"),
        (b"A" * (17 * 2**20), "larger than 16 MB"),
        (one_cut("99:99:99:99 99:99:99:99").encode(), "neither HH:MM:SS:FF"),
    ],
    ids=str,
)
def test_hostile_lists(tmp_path: Path, data: bytes, why: str) -> None:
    _, ingest = shelf(tmp_path, film())
    (tmp_path / "cut.edl").write_bytes(data)
    with pytest.raises(UserError, match=re.escape(why)):
        found(tmp_path / "cut.edl", ingest, rate=Fraction(24))


@pytest.mark.parametrize("seed", range(200))
def test_broken_lists_are_read_or_refused(tmp_path: Path, seed: int) -> None:
    _, ingest = shelf(tmp_path, film(), silent_film())
    chooser = random.Random(seed)
    data = bytearray(ODD.encode())
    for _ in range(chooser.randrange(1, 12)):
        data[chooser.randrange(len(data))] = chooser.choice(b"0159:; VADWMC*\n\xff")
    (tmp_path / "cut.edl").write_bytes(data)
    try:
        document, losses = found(tmp_path / "cut.edl", ingest, rate=Fraction(24))
    except UserError:
        return
    assert document.sequences[0].tracks
    assert losses


def test_a_path_to_a_network_is_refused(tmp_path: Path) -> None:
    _, ingest = shelf(tmp_path, film())
    text = one_cut("00:00:00:00 00:00:00:10") + "* FROM FILE: http://example.com/film.mp4\n"
    with pytest.raises(UserError, match="never opened"):
        found(saved(tmp_path, "cut.edl", text), ingest)


def test_sources_between_frames_are_told(tmp_path: Path) -> None:
    assets, _ = shelf(tmp_path, film(rate=Fraction(25), frames=500))
    before: Project = project(
        track("V1", replace(clip("a", 10), source_start=5 * FRAME + FRAME // 3)), assets=assets, rate=Fraction(24)
    )
    losses = written(before, tmp_path / "cut.edl")
    assert "clip a on V1: its source is moved to the nearest frame at 24 frames a second" in losses
