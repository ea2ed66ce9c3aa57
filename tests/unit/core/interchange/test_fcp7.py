"""FCP7 XML in and out: exact rates, dissolves that the adapter dies of, what editors leave out, hostile files."""

from __future__ import annotations

import random
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from app.core.base import time
from app.core.base.errors import UserError
from app.core.interchange.adapters import fcp7
from app.core.model.links import placed_clips
from tests.helpers.document import clip, clips, film, gap, music, project, row, silent_film, track
from tests.unit.core.interchange.shelf import found, saved, shelf, written

RATES = [
    (Fraction(24), "24", "FALSE"),
    (Fraction(25), "25", "FALSE"),
    (Fraction(60), "60", "FALSE"),
    (Fraction(24000, 1001), "24", "TRUE"),
    (Fraction(30000, 1001), "30", "TRUE"),
    (Fraction(60000, 1001), "60", "TRUE"),
]


@pytest.mark.parametrize(("rate", "base", "ntsc"), RATES, ids=lambda value: str(value))
def test_every_cut_at_the_same_frame_for_the_adapter_and_for_us(
    tmp_path: Path, rate: Fraction, base: str, ntsc: str
) -> None:
    assets, ingest = shelf(tmp_path, film(frames=50_000, rate=rate))
    frame = time.frame_duration(rate)
    chooser = random.Random(str(rate))
    items: list[Any] = []
    for number in range(120):
        length, source = chooser.randrange(1, 900), chooser.randrange(40_000)
        # the same piece twice is two clips
        items += [clip(f"c{number}", length, source=source, frame=frame)] * (1 + number % 2)
        items.append(gap(chooser.randrange(1, 300), frame))
    numbered = [
        item if item.id is None else clip(f"{number}", item.duration // frame, item.source_start // frame, frame=frame)
        for number, item in enumerate(items[:-1])
    ]
    before = project(track("V1", *numbered), assets=assets, rate=rate)
    path = tmp_path / "cut.xml"
    written(before, path)
    text = path.read_text()
    assert set(re.findall(r"<timebase>(\d+)</timebase>\s*<ntsc>(\w+)</ntsc>", text)) == {(base, ntsc)}

    expected = [
        (each.clip.source_start // frame, each.start // frame, each.clip.duration // frame)
        for each in placed_clips(before.sequences[0].video_tracks[0])
    ]
    seen = fcp7().read_from_string(text)
    assert [
        (
            each.source_range.start_time.to_frames(),
            each.range_in_parent().start_time.to_frames(),
            each.range_in_parent().duration.to_frames(),
        )
        for each in seen.find_clips()
    ] == expected
    assert {float(each.source_range.start_time.rate) for each in seen.find_clips()} == {float(rate)}

    after, _ = found(path, ingest)
    assert after.sequences[0].format.rate == rate
    assert row(after, "V1", frame) == row(before, "V1", frame)


def test_media_of_another_rate_count_their_own_frames(tmp_path: Path) -> None:
    rate, own = Fraction(30000, 1001), Fraction(24000, 1001)
    assets, ingest = shelf(tmp_path, film(frames=3000, rate=own))
    frame, film_frame = time.frame_duration(rate), time.frame_duration(own)
    pieces = [(7, 31), (1001, 90), (2500, 1)]
    items = [
        clip(str(number), length, frame=frame).__class__(str(number), "film", start * film_frame, length * frame)
        for number, (start, length) in enumerate(pieces)
    ]
    written(project(track("V1", *items), assets=assets, rate=rate), tmp_path / "cut.xml")
    assert re.findall(r"<in>(\d+)</in>", (tmp_path / "cut.xml").read_text()) == ["7", "1001", "2500"]
    after, _ = found(tmp_path / "cut.xml", ingest)
    assert [(each.source_start // film_frame, each.duration // frame) for each in clips(after, "V1")] == pieces


# What others write.

RATE = "<rate><timebase>25</timebase><ntsc>FALSE</ntsc></rate>"
FILE = (
    f"<file id='file-1'><name>film.mp4</name><pathurl>file://localhost/D%3a/shots/film.mp4</pathurl>{RATE}"
    "<duration>240</duration><timecode><string>01:00:00:00</string><frame>90000</frame></timecode></file>"
)


def item(times: str, file: str = FILE, rest: str = "", name: str = "shot", identity: str = "") -> str:
    start, end, source = times.split()
    return (
        f"<clipitem id='{identity or name}'><name>{name}</name>{RATE}<start>{start}</start><end>{end}</end>"
        f"<in>{source}</in><out>0</out>{file}{rest}</clipitem>"
    )


def xml(video: str = "", audio: str = "", rest: str = "", head: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head or "<!DOCTYPE xmeml>"}<xmeml version="4">'
        f"<sequence><name>Reel</name>{RATE}<media><video>{video}</video><audio>{audio}</audio></media>{rest}</sequence></xmeml>"
    )


def film_25() -> Any:
    return film(rate=Fraction(25), frames=240)


FRAME_25 = time.frame_duration(Fraction(25))


def dissolve(start: int, end: int, alignment: str) -> str:
    return (
        f"<transitionitem><start>{start}</start><end>{end}</end><alignment>{alignment}</alignment>{RATE}"
        "<effect><name>Cross Dissolve</name></effect></transitionitem>"
    )


@pytest.mark.parametrize(
    ("alignment", "rows"),
    [
        ("center", "a:0+40 b:110+50"),
        ("start", "a:0+30 b:100+60"),
        ("end", "a:0+50 b:120+40"),
    ],
)
def test_a_dissolve_becomes_a_cut_where_it_is_aligned(tmp_path: Path, alignment: str, rows: str) -> None:
    _, ingest = shelf(tmp_path, film_25())
    again = "<file id='file-1'/>"
    text = xml(
        f"<track>{item('0 -1 0', name='a')}{dissolve(30, 50, alignment)}{item('-1 90 100', again, name='b')}</track>"
    )
    document, losses = found(saved(tmp_path, "cut.xml", text), ingest)
    assert row(document, "V1", FRAME_25) == rows
    assert losses[0] == "track V1 at 00:00:01:05: transition 'Cross Dissolve' of 20 frames becomes a cut"


def test_a_dissolve_that_names_nothing(tmp_path: Path) -> None:
    """The adapter fails on a transition without effect or alignment."""
    _, ingest = shelf(tmp_path, film_25())
    bare = "<transitionitem><start>30</start><end>50</end></transitionitem>"
    text = xml(f"<track>{item('0 -1 0', name='a')}{bare}{item('-1 90 100', name='b')}</track>")
    document, losses = found(saved(tmp_path, "cut.xml", text), ingest)
    assert row(document, "V1", FRAME_25) == "a:0+40 b:110+50"
    assert "transition 'without name' of 20 frames becomes a cut" in losses[0]


PREMIERE = xml(
    f"<track MZ.TrackName='Main'><enabled>TRUE</enabled><locked>TRUE</locked>"
    f"{item('0 40 10', rest='<link><linkclipref>s1</linkclipref></link><link><linkclipref>shot</linkclipref></link>')}"
    f"{item('50 60 0', name='off', rest='<enabled>FALSE</enabled>')}"
    f"{item('70 80 0', name='fx', rest='<filter><effect><name>Blur</name><effectid>blur</effectid></effect></filter>')}"
    "<generatoritem><name>Slug</name><start>80</start><end>90</end><in>0</in></generatoritem>"
    "<clipitem><name>nest</name><start>90</start><end>95</end><in>0</in>"
    "<sequence id='n'><name>N</name></sequence></clipitem>"
    "</track><track><enabled>FALSE</enabled></track>"
    "<format><samplecharacteristics><width>1280</width><height>720</height></samplecharacteristics></format>",
    "<track totalExplodedTrackCount='2' currentExplodedTrackIndex='0'>"
    + item(
        "0 40 10",
        "<file id='file-1'/>",
        "<filter><effect><name>Audio Levels</name><effectid>audiolevels</effectid><parameter>"
        "<parameterid>level</parameterid><value>0.5</value></parameter></effect></filter>",
        identity="s1",
    )
    + "</track><track totalExplodedTrackCount='2' currentExplodedTrackIndex='1'>"
    + item("0 40 10", "<file id='file-1'/>", identity="s2")
    + "</track>"
    "<track>"
    + item("60 70 0", "<file id='file-1'/>", "<sourcetrack><trackindex>1</trackindex></sourcetrack>", "x")
    + "</track><track>"
    + item("60 70 0", "<file id='file-1'/>", "<sourcetrack><trackindex>2</trackindex></sourcetrack>", "y")
    + "</track>",
    "<marker><name>Here</name><comment>why</comment><in>12</in><out>-1</out></marker><marker><name>lost</name></marker>",
)


def test_what_editors_write(tmp_path: Path) -> None:
    _, ingest = shelf(tmp_path, film_25())
    document, losses = found(saved(tmp_path, "cut.xml", PREMIERE), ingest)
    sequence = document.sequences[0]
    assert (sequence.name, sequence.format.width, sequence.format.height) == ("Reel", 1280, 720)
    assert row(document, "Main", FRAME_25) == "shot:10+40 -30 fx:0+10"
    assert [(each.name, each.hidden, each.locked) for each in sequence.video_tracks] == [
        ("Main", False, True),
        ("V2", True, False),
    ]
    assert [row(document, each.name, FRAME_25) for each in sequence.audio_tracks] == ["shot:10+40", "-60 x:0+10"]
    heard = clips(document, "A1")[0]
    assert heard.gain_db == pytest.approx(-6.0206)
    assert heard.link_id == clips(document, "Main")[0].link_id is not None
    assert [(each.name, each.note, each.start // FRAME_25) for each in sequence.markers] == [("Here", "why", 12)]
    assert losses == [
        "clip 'off' on track Main at 00:00:02:00: it is switched off, its time stays empty",
        "clip 'Slug' on track Main at 00:00:03:05: a generator is no media file, its time stays empty",
        "clip 'nest' on track Main at 00:00:03:15: a nested sequence is left out, its time stays empty",
        "marker 'lost': it has no time, it is left out",
        "clip 'fx' on track 'Main' at 00:00:02: effect 'Blur'",
    ]


@pytest.mark.parametrize(
    "url",
    [
        "film.mp4",
        "file:///D:/shots/film.mp4",
        "file://localhost/Volumes/Raid/film.mp4",
        "D:\\shots\\film.mp4",
        "file:///elsewhere/film.mp4",
    ],
)
def test_paths_of_other_computers(tmp_path: Path, url: str) -> None:
    _, ingest = shelf(tmp_path, film_25())
    file = FILE.replace("file://localhost/D%3a/shots/film.mp4", url)
    document, _ = found(saved(tmp_path, "cut.xml", xml(f"<track>{item('0 10 5', file)}</track>")), ingest)
    assert row(document, "V1", FRAME_25) == "shot:5+10"


def test_names_with_signs(tmp_path: Path) -> None:
    odd = "a & b <c> %41 ü.mp4"
    assets, ingest = shelf(tmp_path, film().__class__("odd", odd, "", 1, "print", film().info))
    before = project(track("V1", clip("x <&> \x07y", 5, asset="odd")), assets=assets)
    written(before, tmp_path / "cut.xml")
    after, _ = found(tmp_path / "cut.xml", ingest)
    assert after.assets[0].name == odd
    assert clips(after, "V1")[0].name == "x <&> y"


LAUGHS = "<!DOCTYPE xmeml [" + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(9)) + "]>"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not valid XML"),
        ("<xmeml>", "not valid XML"),
        ("<fcpxml version='1.9'/>", "Final Cut Pro X"),
        ("<html/>", "no XML of Final Cut Pro 7"),
        ("<xmeml/>", "holds no sequence"),
        ("<?xml version='1.0' encoding='klingon'?><xmeml/>", "encoding|not valid XML"),
        (xml(head="<!DOCTYPE xmeml [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"), "document type"),
        (xml(head=LAUGHS), "document type"),
        ("<xmeml>" + "<a>" * 200_000, "levels deep"),
        ("<xmeml>" + "<a" + "".join(f" b{n}=''" for n in range(60)) + "/></xmeml>", "more than any timeline"),
        (xml().replace("<timebase>25</timebase>", "<timebase>1e400</timebase>"), "frames a second"),
        (xml().replace("</xmeml>", f"<sequence><name>B</name>{RATE}</sequence></xmeml>"), "several sequences: Reel, B"),
        (xml(f"<track>{item('0 10 0', FILE.replace('localhost', 'server'))}</track>"), "never opened"),
    ],
    ids=range(13),
)
def test_hostile_files(tmp_path: Path, text: str, why: str) -> None:
    _, ingest = shelf(tmp_path, film_25())
    with pytest.raises(UserError, match=why):
        found(saved(tmp_path, "cut.xml", text), ingest)


def test_a_sequence_inside_itself_ends(tmp_path: Path) -> None:
    _, ingest = shelf(tmp_path, film_25())
    nest = "<clipitem><start>0</start><end>5</end><in>0</in><sequence id='s'/></clipitem>"
    text = xml(f"<track>{nest}{item('5 10 0')}</track>").replace("<sequence><name>", "<sequence id='s'><name>")
    document, losses = found(saved(tmp_path, "cut.xml", text), ingest)
    assert row(document, "V1", FRAME_25) == "-5 shot:0+5"
    assert "a nested sequence is left out" in losses[0]


@pytest.mark.parametrize("seed", range(150))
def test_broken_files_are_read_or_refused(tmp_path: Path, seed: int) -> None:
    _, ingest = shelf(tmp_path, film_25(), silent_film(), music())
    chooser = random.Random(seed)
    parts = re.split(r"(<[^>]+>)", PREMIERE)
    for _ in range(chooser.randrange(1, 8)):
        place = chooser.randrange(len(parts))
        if not parts[place].startswith("<"):
            parts[place] = chooser.choice(["", "-1", "1e309", "nan", "99999999999", "0.5", "x" * 50, "-7"])
        elif chooser.random() < 0.3:
            parts[place] = chooser.choice(["", "<in>", "</track>", "<rate/>"])
    try:
        document, _ = found(saved(tmp_path, "cut.xml", "".join(parts)), ingest)
    except UserError:
        return
    assert document.sequences[0].video_tracks or document.sequences[0].audio_tracks
