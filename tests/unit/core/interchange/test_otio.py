"""OTIO in and out: the same model back, other programs' cuts on their frames, OTIO's own reader agreeing."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest

from app.core.base import time
from app.core.base.errors import UserError
from app.core.base.ids import new_id
from app.core.edit.cut import split_all
from app.core.edit.insert import MediaRange, insert
from app.core.interchange.otio import read, write
from app.core.model.asset import Asset
from app.core.model.clip import Clip
from app.core.model.links import out_of_step, placed_clips
from app.core.model.lint import lint
from app.core.model.marker import Marker
from app.core.model.project import Project
from app.core.model.retime import Retime
from app.core.model.subtitle import SubtitleCue, SubtitleTrack
from tests.helpers.document import FRAME, clip, clips, film, gap, music, project, row, silent_film, still, track

RATES = [Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(24000, 1001), Fraction(60000, 1001)]

Ingest = Callable[[Path], Asset]


def shelf(folder: Path, *assets: Asset) -> tuple[tuple[Asset, ...], Ingest]:
    """Assets that lie in ``folder`` as empty files, and the function that takes them in with new ids."""
    placed = tuple(replace(asset, path=str(folder / asset.name)) for asset in assets)
    for asset in placed:
        Path(asset.path).touch()
    known = {asset.path: asset for asset in placed}

    def ingest(path: Path) -> Asset:
        found = known[str(path)]
        return replace(found, id=new_id(), name=path.name)

    return placed, ingest


def moment(value: float, rate: Fraction | float) -> Any:
    return otio.opentime.RationalTime(value, float(rate))


def span(start: float, length: float, rate: Fraction | float, length_rate: Fraction | float | None = None) -> Any:
    return otio.opentime.TimeRange(moment(start, rate), moment(length, rate if length_rate is None else length_rate))


def a_clip(target: str, source: Any | None, available: Any | None = None, name: str = "") -> Any:
    return otio.schema.Clip(name or target, otio.schema.ExternalReference(target, available), source)


def a_timeline(*tracks: list[Any], kinds: str = "VAVA") -> Any:
    timeline = otio.schema.Timeline("cut")
    names = {"V": otio.schema.TrackKind.Video, "A": otio.schema.TrackKind.Audio}
    for kind, items in zip(kinds, tracks, strict=False):
        added = otio.schema.Track("", kind=names[kind])
        for item in items:
            added.append(item)
        timeline.tracks.append(added)
    return timeline


def saved(timeline: Any, folder: Path) -> Path:
    path = folder / "cut.otio"
    otio.adapters.write_to_file(timeline, str(path))
    return path


def row_at(document: Project, number: int, kind: str = "video") -> str:
    """A track by number, in frames of the sequence."""
    sequence = document.sequences[0]
    tracks = sequence.video_tracks if kind == "video" else sequence.audio_tracks
    frame = time.frame_duration(sequence.format.rate)
    named = replace(tracks[number], name="chosen")
    return row(
        replace(document, sequences=(replace(sequence, video_tracks=(named,), audio_tracks=()),)), "chosen", frame
    )


def rich(assets: tuple[Asset, ...]) -> Project:
    """Every field of the model that OTIO or our metadata keep."""
    document = project(
        replace(
            track("V1", clip("a", 10, source=3, link="l"), gap(5), replace(clip("b", 7, asset="silent"), group_id="g")),
            extra=(("k", "1"),),
        ),
        replace(track("V2", gap(4), clip("s", 9, source=-2, asset="still")), hidden=True, muted=True),
        replace(track("A1", replace(clip("x", 10, source=3, link="l"), gain_db=-4.5, extra=(("z", '{"q": [1]}'),)))),
        replace(track("A2", gap(1), clip("m", 30, source=1, asset="music"), locked=True), muted=True, solo=True),
        replace(track("A3"), sync_lock=False, name="Ünused \N{MUSICAL SYMBOL G CLEF}"),
        assets=assets,
    )
    sequence = replace(document.sequences[0], name="Reel 1", extra=(("colour", '"red"'),))
    markers = (
        Marker("m1", 3 * FRAME, 0, "Here", "red", "two\nlines", (("w", "1"),)),
        Marker("m2", 3 * FRAME, 9 * FRAME, "", "pink"),
        Marker("m3", 90 * FRAME, 0, "Behind it all", "cyan"),
    )
    cues = (
        SubtitleCue("c1", 1, 5 * FRAME, "Grüße\nzwei", "Ann", (("w", "2"),)),
        SubtitleCue("c2", 2 * FRAME, 3 * FRAME, ""),
    )
    subtitles = (
        SubtitleTrack("t1", "ST1", cues, "de", hidden=True, extra=(("v", "[]"),)),
        SubtitleTrack("t2", "Other", locked=True),
    )
    sequence = replace(sequence, markers=markers, subtitle_tracks=subtitles)
    return replace(document, sequences=(sequence,), extra=(("later", "null"),))


# Out and in.


def test_out_and_in_is_the_same_model(tmp_path: Path) -> None:
    assets, ingest = shelf(tmp_path, film(), silent_film(), music(), still(), film("unused film"))
    named = (replace(assets[0], name="A day out", extra=(("note", '"x"'),)), *assets[1:])
    before = rich(named)
    assert lint(before) == []
    report = write(before, tmp_path / "cut.otio")
    after, losses = read(tmp_path / "cut.otio", None, ingest)
    assert after == before
    assert losses.lines() == []
    assert report.lines() == [
        "subtitles: other programs do not see them: they are for Insomnia only",
        "clip x on A1: its level of -4.5 dB is for Insomnia only",
        "track A2: that it plays alone is for Insomnia only",
        "track A2: its lock is for Insomnia only",
        "track Ünused \N{MUSICAL SYMBOL G CLEF}: that it does not ripple along is for Insomnia only",
        "the timeline: its size of 160x90 is for Insomnia only",
        "the timeline: links between picture and sound are for Insomnia only",
        "the timeline: groups of clips are for Insomnia only",
        "media unused film.mp4: they are not on the timeline: for Insomnia only",
    ]


def test_other_programs_see_markers(tmp_path: Path) -> None:
    assets, _ = shelf(tmp_path, film(), silent_film(), music(), still(), film("unused film"))
    write(rich(assets), tmp_path / "cut.otio")
    seen = otio.adapters.read_from_file(str(tmp_path / "cut.otio")).tracks.markers
    assert [(each.name, each.color, each.comment) for each in seen] == [
        ("Here", "RED", "two\nlines"), ("", "PINK", ""), ("Behind it all", "CYAN", ""),
    ]  # fmt: skip
    assert [each.marked_range for each in seen][1] == span(3, 9, 24)


def test_markers_of_other_programs(tmp_path: Path) -> None:
    _, ingest = shelf(tmp_path, film())
    timeline = a_timeline([a_clip(str(tmp_path / "film.mp4"), span(0, 40, 24))], kinds="V")
    marked = otio.schema.Marker
    timeline.tracks.markers.append(marked(name="late", marked_range=span(50, 0, 25), color="MAGENTA"))
    timeline.tracks.markers.append(marked(name="early", marked_range=span(-3, 0, 24), color="RED"))
    timeline.tracks[0].markers.append(marked(name="range\n", marked_range=span(6, 12, 24), color="", comment="why"))
    document, report = read(saved(timeline, tmp_path), None, ingest)
    assert lint(document) == []
    assert [(each.name, each.start // FRAME, each.duration // FRAME, each.color, each.note)
            for each in document.sequences[0].markers] == [
        ("range", 6, 12, "blue", "why"), ("late", 48, 0, "pink", ""),
    ]  # fmt: skip
    assert [line for line in report.lines() if line.startswith("marker")] == [
        "marker 'late': its colour magenta becomes pink",
        "marker 'early': it lies before the timeline, it is left out",
        "marker 'range': its colour that nobody named becomes blue",
    ]


@pytest.mark.parametrize("rate", [*RATES, Fraction(25, 2), Fraction(1000, 33)], ids=str)
@pytest.mark.parametrize("start", [0, 7, 15_052_801])
def test_out_and_in_after_random_cuts(tmp_path: Path, rate: Fraction, start: int) -> None:
    assets, ingest = shelf(tmp_path, film(frames=500, rate=rate, start=start), music(frames=900), still())
    frame = time.frame_duration(rate)
    before = project(track("V1"), track("A1"), assets=assets, rate=rate)
    chooser = random.Random(f"{rate}{start}")
    for _ in range(12):
        first = chooser.randrange(400)
        media = MediaRange(start + first * frame, start + (first + chooser.randrange(1, 60)) * frame, "n")
        end = before.sequences[0].duration // frame
        before = insert(before, "main", "film", chooser.randrange(end + 1) * frame, media=media)
    before = insert(before, "main", "music", 0, media=MediaRange(12_345, 3 * time.SECOND))
    before = split_all(before, "main", 40 * frame)
    assert lint(before) == []
    write(before, tmp_path / "cut.otio")
    assert read(tmp_path / "cut.otio", None, ingest)[0] == before


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_otios_own_reader_sees_every_cut_at_the_same_frame(tmp_path: Path, rate: Fraction) -> None:
    assets, _ = shelf(tmp_path, film(frames=5000, rate=rate, start=7))
    frame = time.frame_duration(rate)
    chooser = random.Random(str(rate))
    items = [
        replace(
            clip(f"c{number}", chooser.randrange(1, 300), frame=frame),
            source_start=7 + chooser.randrange(4700) * frame,
        )
        if number % 5
        else gap(chooser.randrange(1, 100), frame)
        for number in range(1, 200)
    ]
    document = project(track("V1", *items), assets=assets, rate=rate)
    assert lint(document) == []
    write(document, tmp_path / "cut.otio")

    timeline = otio.adapters.read_from_file(str(tmp_path / "cut.otio"))
    seen = [
        (
            each.name,
            each.range_in_parent().start_time.to_frames(),
            each.range_in_parent().duration.to_frames(),
            each.source_range.start_time.to_frames(),
            each.media_reference.available_range.duration.to_frames(),
        )
        for each in timeline.find_clips()
    ]
    assert seen == [
        (
            placed.clip.name,
            placed.start // frame,
            placed.clip.duration // frame,
            (placed.clip.source_start - 7) // frame,
            5000,
        )
        for placed in placed_clips(document.sequences[0].video_tracks[0])
    ]
    assert timeline.global_start_time.rate == float(rate)
    assert timeline.find_clips()[0].media_reference.target_url == (tmp_path / "film.mp4").as_uri()


def test_the_file_that_is_there_stays_where_writing_fails(tmp_path: Path) -> None:
    target = tmp_path / "cut.otio"
    target.write_text("old")
    for document, path, why in (
        (replace(project(), sequences=()), target, "it has no sequence"),
        (project(), tmp_path / "cut.mp4", r"ends with \.otio"),
        (project(), tmp_path / "none" / "cut.otio", "its folder does not exist"),
    ):
        with pytest.raises(UserError, match=why):
            write(document, path)
    assert [each.name for each in tmp_path.iterdir()] == ["cut.otio"]
    assert target.read_text() == "old"


def test_other_sequences_are_reported(tmp_path: Path) -> None:
    document = project(track("V1"), assets=())
    second = replace(document.sequences[0], id="second", name="Second", video_tracks=())
    report = write(replace(document, sequences=(*document.sequences, second)), tmp_path / "cut.otio")
    assert "sequence Second: OTIO holds one sequence: it is left out" in report.lines()


def test_names_that_are_no_letters(tmp_path: Path) -> None:
    odd = replace(film(), path=str(tmp_path / "a%20b \udcff#?.mp4"), name="a%20b \udcff#?.mp4")
    Path(odd.path).touch()
    before = project(track("V1", clip("x", 5)), assets=(odd,))
    write(before, tmp_path / "cut.otio")
    after, _ = read(tmp_path / "cut.otio", None, lambda path: replace(odd, id=new_id(), path=str(path)))
    assert after.assets[0].path == odd.path
    assert row(after, "V1") == "x:0+5"


# What other programs write.


@pytest.mark.parametrize("rate", RATES, ids=str)
@pytest.mark.parametrize("written", ["exact", "decimal"])
def test_cuts_of_other_programs_land_on_their_frames(tmp_path: Path, rate: Fraction, written: str) -> None:
    said = float(rate) if written == "exact" else round(float(rate), 3)
    (asset,), ingest = shelf(tmp_path, film(frames=3000, rate=rate, start=7))
    chooser = random.Random(f"{rate}")
    cuts = [(chooser.randrange(2900), chooser.randrange(1, 100)) for _ in range(50)]
    whole = span(0, 3000, said)
    timeline = a_timeline([a_clip("film.mp4", span(start, length, said), whole) for start, length in cuts])
    document, _ = read(saved(timeline, tmp_path), None, ingest)
    assert lint(document) == []
    frame = time.frame_duration(rate)
    sequence = document.sequences[0]
    assert sequence.format.rate == rate
    found = clips(document, sequence.video_tracks[0].name)
    assert [(each.source_start, each.duration) for each in found] == [
        (7 + start * frame, length * frame) for start, length in cuts
    ]
    assert asset.info.video is not None


def test_a_timecode_in_the_media_is_taken_off(tmp_path: Path) -> None:
    _, ingest = shelf(tmp_path, film(frames=240))
    timeline = a_timeline([a_clip("film.mp4", span(86_400 + 30, 10, 24), span(86_400, 240, 24))])
    assert row_at(read(saved(timeline, tmp_path), None, ingest)[0], 0) == "film.mp4:30+10"


def test_media_of_another_rate_than_the_timeline(tmp_path: Path) -> None:
    """Durations at 24, source frames at 25: each first frame is exactly that frame of the media."""
    _, ingest = shelf(tmp_path, film(frames=1000, rate=Fraction(25)))
    pieces = [(13, 31), (500, 7), (999 - 40, 30)]
    timeline = a_timeline([a_clip("film.mp4", span(start, length, 25, 24)) for start, length in pieces])
    document, _ = read(saved(timeline, tmp_path), None, ingest)
    film_frame, frame = time.frame_duration(Fraction(25)), time.frame_duration(Fraction(24))
    assert document.sequences[0].format.rate == 24
    assert [(each.source_start // film_frame, each.duration // frame) for each in clips(document, "V1")] == pieces


def test_rates_that_are_mixed_do_not_drift(tmp_path: Path) -> None:
    """A thousand gaps of a third of a second and clips at 25 between: the last cut is where it belongs."""
    _, ingest = shelf(tmp_path, film(frames=240))
    items: list[Any] = []
    for number in range(1000):
        items.append(otio.schema.Gap(duration=moment(1, 3)))
        items.append(a_clip("film.mp4", span(0, 5, 24), name=str(number)))
    document, _ = read(saved(a_timeline(items), tmp_path), None, ingest)
    placed = list(placed_clips(document.sequences[0].video_tracks[0]))
    frame = time.frame_duration(Fraction(24))
    assert [each.start // frame for each in placed] == [8 + number * 13 for number in range(1000)]


def test_frames_counted_at_24_mean_the_frames_of_a_film_of_24000_1001(tmp_path: Path) -> None:
    rate = Fraction(24000, 1001)
    _, ingest = shelf(tmp_path, film(frames=5000, rate=rate))
    sloppy = a_timeline([a_clip("film.mp4", span(4000, 24, 24), span(0, 5000, 24))])
    document, report = read(saved(sloppy, tmp_path), None, ingest)
    assert clips(document, "V1")[0].source_start == time.frame_start(4000, rate)
    assert "film.mp4: its frames are counted at 24, the media have 24000/1001" in report.lines()
    exact = a_timeline([a_clip("film.mp4", span(4004, 24, 24), span(0, 5000, rate))])
    document, report = read(saved(exact, tmp_path), None, ingest)
    moment_asked = Fraction(4004, 24)
    assert clips(document, "V1")[0].source_start == time.from_seconds(moment_asked)


def test_frames_of_a_variable_rate_are_not_missed_by_a_flick(tmp_path: Path) -> None:
    """Stamps of 1/11988 s become flicks rounded up: the moment asked for must not lie before its frame."""
    asset = film()
    assert asset.info.video is not None
    asset = replace(asset, info=replace(asset.info, video=replace(asset.info.video, variable_rate=True)))
    _, ingest = shelf(tmp_path, asset)
    stamps = [1, 401, 1300, 5555, 30_011]
    timeline = a_timeline([a_clip("film.mp4", span(each, 999, 11_988)) for each in stamps])
    timeline.global_start_time = moment(0, 24)
    document, _ = read(saved(timeline, tmp_path), None, ingest)
    found = [each.source_start for each in clips(document, document.sequences[0].video_tracks[0].name)]
    assert found == [time.from_pts(each, Fraction(1, 11_988)) for each in stamps]


def test_the_rate_of_the_sequence(tmp_path: Path) -> None:
    _, ingest = shelf(tmp_path, film(rate=Fraction(25)), music())

    def rate_of(timeline: Any) -> Fraction:
        return read(saved(timeline, tmp_path), None, ingest)[0].sequences[0].format.rate

    both = [a_clip("film.mp4", span(0, 10, 24)), a_clip("film.mp4", span(0, 10, 25))]
    mixed = a_timeline([each.deepcopy() for each in both])
    assert rate_of(mixed) == 24
    mixed.global_start_time = moment(0, 25)
    assert rate_of(mixed) == 25
    agreed = a_timeline([a_clip("film.mp4", span(0, 10, 29.97))])
    agreed.global_start_time = moment(0, 24)
    assert rate_of(agreed) == Fraction(30000, 1001)
    sound = a_timeline([a_clip("music.wav", span(48_000, 96_000, 48_000))], kinds="A")
    assert rate_of(sound) == 25
    assert rate_of(a_timeline([a_clip("film.mp4", span(0, 90_000, 90_000))])) == 25
    assert rate_of(a_timeline([a_clip("film.mp4", None)])) == 25


def test_sound_in_samples(tmp_path: Path) -> None:
    _, ingest = shelf(tmp_path, film(), music())
    timeline = a_timeline(
        [a_clip("film.mp4", span(24, 48, 24))],
        [a_clip("music.wav", span(48_000, 96_000, 48_000)), a_clip("film.mp4", span(0, 24_000, 48_000))],
    )
    document, _ = read(saved(timeline, tmp_path), None, ingest)
    assert row_at(document, 0, "audio") == "music.wav:24+48 film.mp4:0+12"


def test_a_timeline_without_sound_tracks_brings_its_own_sound(tmp_path: Path) -> None:
    _, ingest = shelf(tmp_path, film(), silent_film())
    timeline = a_timeline(
        [a_clip("film.mp4", span(5, 10, 24)), a_clip("silent.mp4", span(0, 4, 24)), a_clip("film.mp4", span(50, 9, 24))]
    )
    document, report = read(saved(timeline, tmp_path), None, ingest)
    assert row_at(document, 0) == "film.mp4:5+10 silent.mp4:0+4 film.mp4:50+9"
    assert row_at(document, 0, "audio") == "film.mp4:5+10 -4 film.mp4:50+9"
    picture, sound = clips(document, "V1"), clips(document, "A1")
    assert [picture[0].link_id, picture[2].link_id] == [each.link_id for each in sound]
    assert picture[1].link_id is None
    assert out_of_step(document.sequences[0]) == []
    assert report.lines() == ["the timeline: it has no sound tracks: the clips bring the sound of their films"]


def test_sound_tracks_are_taken_as_they_are(tmp_path: Path) -> None:
    _, ingest = shelf(tmp_path, film())
    timeline = a_timeline([a_clip("film.mp4", span(5, 10, 24))], [a_clip("film.mp4", span(100, 3, 24))])
    document, report = read(saved(timeline, tmp_path), None, ingest)
    assert row_at(document, 0, "audio") == "film.mp4:100+3"
    assert not report
    empty = a_timeline([a_clip("film.mp4", span(5, 10, 24))], [])
    assert row_at(read(saved(empty, tmp_path), None, ingest)[0], 0, "audio") == ""


def test_our_own_file_without_sound_stays_without(tmp_path: Path) -> None:
    assets, ingest = shelf(tmp_path, film())
    before = project(track("V1", clip("a", 10)), assets=assets)
    write(before, tmp_path / "cut.otio")
    assert read(tmp_path / "cut.otio", None, ingest)[0] == before


def test_tracks_in_order_with_their_names_and_switches(tmp_path: Path) -> None:
    _, ingest = shelf(tmp_path, film())
    timeline = a_timeline(
        [a_clip("film.mp4", span(0, 1, 24))],
        [a_clip("film.mp4", span(1, 1, 24))],
        [a_clip("film.mp4", span(2, 1, 24))],
    )
    timeline.tracks[0].name = "Base"
    timeline.tracks[1].enabled = False
    timeline.tracks[2].enabled = False
    document, _ = read(saved(timeline, tmp_path), None, ingest)
    video, audio = document.sequences[0].video_tracks, document.sequences[0].audio_tracks
    assert [(each.name, each.hidden, each.muted) for each in video] == [("Base", False, False), ("V2", True, False)]
    assert [(each.name, each.hidden, each.muted) for each in audio] == [("A1", False, True)]


def test_gaps_and_trimmed_tracks(tmp_path: Path) -> None:
    _, ingest = shelf(tmp_path, film())
    timeline = a_timeline(
        [
            otio.schema.Gap(duration=moment(4, 24)),
            a_clip("film.mp4", span(10, 20, 24)),
            a_clip("film.mp4", span(0, 5, 24)),
        ]
    )
    timeline.tracks[0].source_range = span(2, 15, 24)
    assert row_at(read(saved(timeline, tmp_path), None, ingest)[0], 0) == "-2 film.mp4:10+13"
    timeline.tracks[0].source_range = span(10, 16, 24)
    assert row_at(read(saved(timeline, tmp_path), None, ingest)[0], 0) == "film.mp4:16+14 film.mp4:0+2"
    timeline.tracks.source_range = span(3, 12, 24)
    assert row_at(read(saved(timeline, tmp_path), None, ingest)[0], 0) == "film.mp4:19+11 film.mp4:0+1"


def test_a_nested_track_is_laid_out_flat(tmp_path: Path) -> None:
    _, ingest = shelf(tmp_path, film())
    inner = otio.schema.Track("inner", kind=otio.schema.TrackKind.Video)
    for start in (0, 50, 100):
        inner.append(a_clip("film.mp4", span(start, 10, 24)))
    inner.source_range = span(5, 20, 24)
    stack = otio.schema.Stack("nest")
    stack.append(inner)
    timeline = a_timeline([a_clip("film.mp4", span(200, 2, 24)), stack, a_clip("film.mp4", span(210, 2, 24))])
    document, report = read(saved(timeline, tmp_path), None, ingest)
    assert row_at(document, 0) == "film.mp4:200+2 film.mp4:5+5 film.mp4:50+10 film.mp4:100+5 film.mp4:210+2"
    assert sum("laid out flat" in line for line in report.lines()) == 2


@pytest.mark.parametrize(
    ("scalar", "speed", "reverse"),
    [
        (0.5, Fraction(1, 2), False),
        (1 / 3, Fraction(1, 3), False),
        (-2.0, Fraction(2), True),
        (0.0, Fraction(1), False),
    ],
)
def test_speeds_of_other_programs(tmp_path: Path, scalar: float, speed: Fraction, reverse: bool) -> None:
    _, ingest = shelf(tmp_path, film())
    warped = a_clip("film.mp4", span(30, 12, 24))
    warped.effects.append(otio.schema.LinearTimeWarp(time_scalar=scalar) if scalar else otio.schema.FreezeFrame())
    document, _ = read(saved(a_timeline([warped], kinds="V"), tmp_path), None, ingest)
    assert lint(document) == []
    found = clips(document, "V1")[0]
    assert (found.source_start, found.duration) == (30 * FRAME, 12 * FRAME)
    assert found.retime is not None
    assert (found.retime.speed, found.retime.reverse, found.retime.freeze) == (speed, reverse, scalar == 0)


def test_speeds_that_reach_past_their_media(tmp_path: Path) -> None:
    _, ingest = shelf(tmp_path, film())
    fast, back = (a_clip("film.mp4", span(200, 30, 24)) for _ in range(2))
    fast.effects.append(otio.schema.LinearTimeWarp(time_scalar=2))
    back.effects.append(otio.schema.LinearTimeWarp(time_scalar=-2))
    document, report = read(saved(a_timeline([fast, back], kinds="V"), tmp_path), None, ingest)
    assert lint(document) == []
    assert row(document, "V1") == "film.mp4:200+20 -20 film.mp4:200+20"
    assert "clip 'film.mp4' on video: it reaches 10 frames past its media, their time stays empty" in report.lines()


def test_other_programs_see_speeds(tmp_path: Path) -> None:
    assets, _ = shelf(tmp_path, film())
    fast = replace(clip("a", 10), retime=Retime(Fraction(3, 2), reverse=True))
    frozen = replace(clip("b", 10), retime=Retime(freeze=True))
    write(project(track("V1", fast, frozen), assets=assets), tmp_path / "cut.otio")
    timeline = otio.adapters.read_from_file(str(tmp_path / "cut.otio"))
    seen = timeline.find_clips()
    assert [each.effects[0].time_scalar for each in seen] == [-1.5, 0.0]
    assert [each.range_in_parent() for each in seen] == [span(0, 10, 24), span(10, 10, 24)]


def full_of_losses() -> Any:
    effect = otio.schema.LinearTimeWarp(name="slow", time_scalar=0.0005)
    blur = otio.schema.Effect(name="blur", effect_name="Blur")
    warped = a_clip("film.mp4", span(0, 10, 24), name="warped")
    warped.effects.extend([effect, blur])
    warped.markers.append(otio.schema.Marker("look", span(0, 1, 24)))
    off = a_clip("gone.mp4", span(0, 6, 24), name="off")
    off.enabled = False
    colour = otio.schema.Clip("bars", otio.schema.GeneratorReference("bars", "SMPTEBars"), span(0, 5, 24))
    nest = otio.schema.Stack("nest")
    for _ in range(2):
        nest.append(otio.schema.Track("x", [a_clip("gone.mp4", span(0, 7, 24))]))
    short = a_clip("film.mp4", span(0, 0.1, 24), name="short")
    far = a_clip("film.mp4", span(236, 8, 24), name="far")
    outside = a_clip("film.mp4", span(9000, 3, 24), name="outside")
    timeline = a_timeline([warped, otio.schema.Transition("mix", "SMPTE_Dissolve", moment(2, 24), moment(2, 24)), off])
    timeline.tracks[0].extend([colour, nest, short, far, outside, a_clip("film.mp4", span(1, 1, 24), name="last")])
    timeline.tracks[0].name = "V1"
    timeline.tracks[0].markers.append(otio.schema.Marker("here", span(0, 1, 24)))
    data = otio.schema.Track("data", kind="Data")
    timeline.tracks.append(data)
    timeline.tracks.append(otio.schema.Track("A1", kind="Audio"))
    timeline.global_start_time = moment(86_400, 24)
    return timeline


def test_nothing_is_dropped_silently_and_later_cuts_stay_in_place(tmp_path: Path) -> None:
    _, ingest = shelf(tmp_path, film())
    document, report = read(saved(full_of_losses(), tmp_path), None, ingest)
    assert lint(document) == []
    assert row(document, "V1") == "warped:0+10 -18 far:236+4 -7 last:1+1"
    assert report.lines() == [
        "clip 'warped' on track 'V1' at 00:00:00: change of speed 'slow': it plays at normal speed",
        "clip 'warped' on track 'V1' at 00:00:00: effect 'blur'",
        "clip 'warped' on track 'V1' at 00:00:00: markers (1)",
        "track 'V1' at 00:00:00: transition 'mix' becomes a cut",
        "clip 'off' on track 'V1' at 00:00:00: it is switched off, its time stays empty",
        "stack 'nest' on track 'V1' at 00:00:00: a nested sequence of several tracks is left out, its time stays empty",
        "track 'data': its kind 'Data' is not known, it is left out",
        "clip 'bars' on V1: a GeneratorReference is no media file, its time stays empty",
        "clip 'short' on V1: it is shorter than a frame",
        "clip 'far' on V1: it reaches 4 frames past its media, their time stays empty",
        "clip 'outside' on V1: it lies outside of its media, its time stays empty",
        "the timeline: its timecode does not begin at zero: it does here",
    ]


def test_a_clip_that_begins_before_its_media(tmp_path: Path) -> None:
    _, ingest = shelf(tmp_path, film())
    timeline = a_timeline([a_clip("film.mp4", span(-3, 10, 24))], [])
    document, report = read(saved(timeline, tmp_path), None, ingest)
    assert row_at(document, 0) == "-3 film.mp4:0+7"
    assert len(report) == 1


def test_clips_without_ranges_are_all_of_their_media(tmp_path: Path) -> None:
    _, ingest = shelf(tmp_path, film(frames=100, start=7), music(frames=12))
    timeline = a_timeline(
        [a_clip("film.mp4", None), a_clip("film.mp4", None, span(0, 50, 24))], [a_clip("music.wav", None)]
    )
    timeline.global_start_time = moment(0, 24)
    document, _ = read(saved(timeline, tmp_path), None, ingest)
    assert [(each.source_start, each.duration * 24 // time.SECOND) for each in clips(document, "V1")] == [
        (7, 100),
        (7, 50),
    ]
    assert row_at(document, 0, "audio") == "music.wav:0+12"


def test_sound_where_there_is_none_and_clips_beside_the_tracks(tmp_path: Path) -> None:
    _, ingest = shelf(tmp_path, silent_film())
    timeline = a_timeline([a_clip("silent.mp4", span(0, 5, 24))], [a_clip("silent.mp4", span(0, 5, 24))])
    timeline.tracks.append(a_clip("silent.mp4", span(9, 3, 24), name="beside"))
    document, report = read(saved(timeline, tmp_path), None, ingest)
    assert row_at(document, 0, "audio") == ""
    assert row_at(document, 1) == "beside:9+3"
    assert any("silent.mp4 has no sound" in line for line in report.lines())
    assert any("beside the tracks" in line for line in report.lines())


def test_a_timeline_in_a_collection(tmp_path: Path) -> None:
    _, ingest = shelf(tmp_path, film())
    holder = otio.schema.SerializableCollection("all", [a_timeline([a_clip("film.mp4", span(0, 5, 24))])])
    assert row_at(read(saved(holder, tmp_path), None, ingest)[0], 0) == "film.mp4:0+5"
    two = otio.schema.SerializableCollection("all", [otio.schema.Timeline("one"), otio.schema.Timeline("two")])
    with pytest.raises(UserError, match="it holds several timelines: one, two"):
        read(saved(two, tmp_path), None, ingest)
    with pytest.raises(UserError, match="it holds no timeline"):
        read(saved(otio.schema.Clip("x"), tmp_path), None, ingest)


# Another program changed what we wrote.


def test_hints_that_no_longer_fit_are_not_believed(tmp_path: Path) -> None:
    assets, ingest = shelf(tmp_path, film())
    before = project(
        track("V1", clip("a", 10, source=5, link="l")), track("A1", clip("s", 10, source=5, link="l")), assets=assets
    )
    write(before, tmp_path / "cut.otio")
    timeline = otio.adapters.read_from_file(str(tmp_path / "cut.otio"))
    picture = timeline.tracks[0]
    copy = picture[0].deepcopy()
    copy.source_range = span(50, 7, 24)
    picture.append(copy)
    picture[0].name = "renamed"
    timeline.tracks[1][0].metadata["insomnia"]["gain_db"] = "loud"
    timeline.metadata["insomnia"]["sequence"]["width"] = -4
    document, _ = read(saved(timeline, tmp_path), None, ingest)
    assert row(document, "V1") == "renamed:5+10 a:50+7"
    first, second = clips(document, "V1")
    assert first.id == "a"
    assert second.id != "a"
    assert (first.link_id, second.link_id) == ("l", None)
    assert clips(document, "A1")[0].gain_db == 0.0


@pytest.mark.parametrize(
    "damage", [1, "x", [], {}, {"version": "x", "assets": [1, {"url": 5}], "sequence": [], "project": 3}]
)
def test_damaged_hints_are_ignored(tmp_path: Path, damage: Any) -> None:
    assets, ingest = shelf(tmp_path, film())
    write(project(track("V1", clip("a", 10, source=5)), assets=assets), tmp_path / "cut.otio")
    timeline = otio.adapters.read_from_file(str(tmp_path / "cut.otio"))
    timeline.metadata["insomnia"] = damage
    timeline.tracks[0].metadata["insomnia"] = damage
    timeline.tracks[0][0].metadata["insomnia"] = damage
    document, _ = read(saved(timeline, tmp_path), None, ingest)
    assert row_at(document, 0) == "a:5+10"


def test_subtitles_that_make_no_sense_are_left_out_and_told(tmp_path: Path) -> None:
    assets, ingest = shelf(tmp_path, film())
    write(project(track("V1", clip("a", 10)), assets=assets), tmp_path / "cut.otio")
    timeline = otio.adapters.read_from_file(str(tmp_path / "cut.otio"))
    good = {"id": "a", "start": 9, "end": 12, "text": "late\r\nlines"}
    bad = [{"start": 5, "end": 5, "text": "x"}, {"start": -1, "end": 5, "text": "x"}, {"start": 1, "end": 5}, 7]
    early = {"id": "track", "start": 1, "end": 5, "text": "early", "speaker": 3}
    timeline.metadata["insomnia"]["subtitles"] = [{"id": "track", "cues": [good, *bad, early]}, {"name": "", "cues": 1}]
    document, losses = read(saved(timeline, tmp_path), None, ingest)
    first, second = document.sequences[0].subtitle_tracks
    assert [(cue.start, cue.text, cue.speaker) for cue in first.cues] == [(1, "early", None), (9, "late\nlines", None)]
    assert (first.name, second.name, second.cues) == ("ST1", "ST2", ())
    assert losses.lines() == ["track ST1: 4 of its subtitles make no sense and are left out"]
    assert lint(document) == []


def test_reading_twice_gives_equal_documents_but_for_new_ids(tmp_path: Path) -> None:
    _, ingest = shelf(tmp_path, film())
    path = saved(a_timeline([a_clip("film.mp4", span(0, 5, 24))]), tmp_path)
    one, other = (read(path, None, ingest)[0] for _ in range(2))
    assert row_at(one, 0) == row_at(other, 0)
    assert not {item.id for item in clips(one, "V1")} & {item.id for item in clips(other, "V1")}
    assert all(isinstance(item, Clip) for item in one.sequences[0].video_tracks[0].items)
