"""A film in, its scenes, a timeline, a film out: the whole way by the real program."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
from fractions import Fraction
from pathlib import Path

import pytest

from tests.e2e.program import Said, here, insomnia, names, start
from tests.helpers.media import SceneTruth, make_film, numbers_in
from tests.helpers.shaped_films import make_shaped


def done(said: Said) -> Said:
    """What was said by a command that has to succeed."""
    assert said.code == 0, said.err
    return said


def test_probe_says_what_is_in_a_film(small_film: Path) -> None:
    said = done(insomnia("probe", "--json", small_film))
    document = said.document
    assert said.err == ""
    assert list(document) == ["path", "kind", "duration", "container", "video", "audio", "subtitles", "warnings"]
    assert (document["path"], document["kind"], document["container"]) == (str(small_film), "video", "mp4")
    assert document["duration"] == pytest.approx(2.0, abs=0.05)
    video = document["video"]
    keys = "codec width height coded_width coded_height rotation sample_aspect rate variable_rate frames pixel_format"
    keys += " bit_depth color hdr alpha interlaced start"
    assert set(keys.split()) <= set(video)
    assert set(video["color"]) == {"primaries", "transfer", "matrix", "range"}
    assert (video["codec"], video["width"], video["height"], video["frames"]) == ("h264", 160, 90, 50)
    assert (video["rate"], video["rotation"], video["variable_rate"], video["hdr"]) == ("25/1", 0, False, None)
    (sound,) = document["audio"]
    assert set(sound) == {"codec", "rate", "channels", "layout", "duration", "start", "language"}
    assert (sound["codec"], sound["rate"], sound["channels"]) == ("aac", 48000, 2)


def test_probe_for_people_and_of_several(small_film: Path, three_scenes: SceneTruth) -> None:
    said = done(here("probe", small_film, three_scenes.path))
    assert f"{small_film}\n  video, mp4" in said.out
    assert "h264 160x90" in said.out
    assert "50 frames" in said.out
    assert str(three_scenes.path) in said.out
    assert said.err == ""


def test_scenes_cover_the_film_and_are_remembered(tmp_path: Path, three_scenes: SceneTruth) -> None:
    table, timeline = tmp_path / "scenes.csv", tmp_path / "scenes.otio"
    said = done(here("scenes", three_scenes.path, "--json", "--csv", table, "--otio", timeline))
    document = said.document
    assert said.err == ""
    assert list(document) == ["path", "rate", "frames", "scenes", "transitions"]
    assert (document["rate"], document["frames"]) == ("25/1", 100)
    assert [(each["start_frame"], each["end_frame"]) for each in document["scenes"]] == [(0, 30), (30, 70), (70, 100)]
    assert [(each["start"], each["end"]) for each in document["scenes"]] == [(0.0, 1.2), (1.2, 2.8), (2.8, 4.0)]
    assert [each["transition_in"] for each in document["scenes"]] == ["start", "cut", "cut"]
    assert [each["index"] for each in document["scenes"]] == sorted(each["index"] for each in document["scenes"])
    for change, frame in zip(document["transitions"], three_scenes.boundaries, strict=True):
        assert (change["kind"], change["start_frame"], change["end_frame"]) == ("cut", frame, frame)
        assert 0 <= change["score"] <= 1
    with table.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["start_frame"], row["end"], row["transition_in"]) for row in rows] == [
        ("0", "1.2", "start"),
        ("30", "2.8", "cut"),
        ("70", "4.0", "cut"),
    ]
    assert len(json.loads(timeline.read_text())["tracks"]["children"][0]["children"]) == 3
    again = done(here("scenes", three_scenes.path, "--json"))
    assert again.document == document


def test_kinds_and_sensitivity_choose(three_scenes: SceneTruth) -> None:
    only_fades = done(here("scenes", three_scenes.path, "--json", "--kinds", "fade")).document
    assert [(each["start_frame"], each["end_frame"]) for each in only_fades["scenes"]] == [(0, 100)]
    assert only_fades["transitions"] == []


def test_each_scene_becomes_a_file(tmp_path: Path, three_scenes: SceneTruth, own_profile: Path) -> None:
    both = ["segments", str(three_scenes.path), "--proxy", "--mezzanine", "--out", "out", "--json"]
    document = done(here(*both, cwd=tmp_path)).document
    found = [(each["scene"], each["kind"], each["start_frame"], each["end_frame"]) for each in document["segments"]]
    assert found == [
        (number, kind, start, end)
        for number, (start, end) in enumerate([(0, 30), (30, 70), (70, 100)])
        for kind in ("proxy", "mezzanine")
    ]
    assert sorted(Path(each["path"]).name for each in document["segments"]) == names(tmp_path / "out")
    for each in document["segments"]:
        video = done(here("probe", "--json", each["path"], cwd=tmp_path)).document["video"]
        assert video["frames"] == each["end_frame"] - each["start_frame"]
    said = here(*both, cwd=tmp_path)
    assert (said.code, said.out) == (1, "")
    assert "it exists already" in said.err
    kept = done(here("segments", three_scenes.path, "--json", cwd=tmp_path)).document["segments"]
    assert [each["kind"] for each in kept] == ["proxy"] * 3
    assert all(Path(each["path"]).is_relative_to(own_profile / "cache") for each in kept)


def test_that_proxies_have_no_transparency_is_said(tmp_path: Path) -> None:
    film = make_shaped(tmp_path / "clear.mov", codec="png", pixel_format="rgba")
    said = here("segments", film, "--proxy", "--mezzanine", "--whole", "--out", "out", "--json", cwd=tmp_path)
    assert said.code == 0
    assert "its transparency is left out of proxies; --mezzanine keeps it" in said.err
    assert [(each["kind"], each["alpha"]) for each in said.document["segments"]] == [
        ("proxy", False),
        ("mezzanine", True),
    ]
    for each in said.document["segments"]:
        video = done(here("probe", "--json", each["path"], cwd=tmp_path)).document["video"]
        assert video["alpha"] is each["alpha"]


def test_a_film_goes_through_timeline_and_export_frame_by_frame(tmp_path: Path, small_film: Path) -> None:
    made = done(insomnia("assemble", "cut.insomnia", small_film, small_film, "--json", cwd=tmp_path)).document
    assert (made["output"], made["assets"], made["clips"], made["frames"]) == ("cut.insomnia", 1, 2, 100)
    said = done(insomnia("export", "cut.insomnia", "out.mp4", "--json", "--quality", "high", cwd=tmp_path))
    assert said.err == ""
    document = said.document
    keys = ["output", "frames", "duration", "copied_frames", "encoded_frames", "seconds", "warnings", "checks"]
    assert [key for key in document if key in keys] == keys
    assert (document["output"], document["frames"], document["encoded_frames"]) == ("out.mp4", 100, 100)
    assert document["duration"] == 4.0
    assert all(check["ok"] for check in document["checks"])
    assert set(document["checks"][0]) == {"name", "ok", "detail"}
    assert numbers_in(tmp_path / "out.mp4") == [*range(50), *range(50)]
    assert names(tmp_path) == ["cut.insomnia", "out.mp4"]


def test_a_part_is_exported_by_timecode_and_by_seconds(tmp_path: Path, small_film: Path) -> None:
    done(here("assemble", "cut.insomnia", small_film, cwd=tmp_path))
    done(here("export", "cut.insomnia", "a.mp4", "--from", "00:00:00:10", "--to", "1", cwd=tmp_path))
    assert numbers_in(tmp_path / "a.mp4") == [*range(10, 25)]
    for arguments in (["--from", "00:00:99:00"], ["--from", "1", "--to", "1"], ["--to", "9"]):
        said = here("export", "cut.insomnia", "b.mp4", *arguments, cwd=tmp_path)
        assert (said.code, said.out) == (1, "")
        assert len(said.err.splitlines()) == 1
    assert names(tmp_path) == ["a.mp4", "cut.insomnia"]


def test_a_film_takes_its_subtitles_along(tmp_path: Path, small_film: Path) -> None:
    done(here("assemble", "cut.insomnia", small_film, cwd=tmp_path))
    for first, last, text in ((0.2, 0.8, "Hello"), (1, 1.6, "two\nlines")):
        given = [f"start={first}", f"end={last}", f"text={text}"]
        done(here("run", "subtitles.add", "--project", "cut.insomnia", *given, cwd=tmp_path))
    for mode in ("none", "burn", "track", "file"):
        said = done(here("export", "cut.insomnia", f"{mode}.mp4", "--subtitles", mode, "--json", cwd=tmp_path))
        wanted = {"mode": mode, "cues": 0 if mode == "none" else 2}
        assert said.document["subtitles"] == (wanted if mode != "file" else {**wanted, "path": "file.srt"})
    assert names(tmp_path) == ["burn.mp4", "cut.insomnia", "file.mp4", "file.srt", "none.mp4", "track.mp4"]
    assert (tmp_path / "file.srt").read_text(encoding="utf-8") == (
        "1\n00:00:00,200 --> 00:00:00,800\nHello\n\n2\n00:00:01,000 --> 00:00:01,600\ntwo\nlines\n"
    )
    (tmp_path / "new.srt").touch()
    refused = here("export", "cut.insomnia", "new.mp4", "--subtitles", "file", cwd=tmp_path)
    assert refused.code == 1
    assert "new.srt: it exists already" in refused.err
    said = done(here("export", "cut.insomnia", "new.mp4", "--subtitles", "track", cwd=tmp_path))
    assert "subtitles: as a track: 2 cues" in said.out
    probed = done(here("probe", "--json", "track.mp4", cwd=tmp_path)).document
    assert [each["codec"] for each in probed["subtitles"]] == ["mov_text"]
    done(here("convert", "cut.insomnia", "cut.otio", cwd=tmp_path))
    said = done(here("export", "cut.otio", "otio.mp4", "--subtitles", "track", "--json", cwd=tmp_path))
    assert said.document["subtitles"] == {"mode": "track", "cues": 2}


def test_scenes_become_clips_and_otio_and_back(tmp_path: Path, three_scenes: SceneTruth) -> None:
    made = done(here("assemble", "a.insomnia", three_scenes.path, "--scenes", "--json", cwd=tmp_path)).document
    assert (made["clips"], made["frames"]) == (3, 100)
    there = done(here("convert", "a.insomnia", "a.otio", "--json", cwd=tmp_path)).document
    assert (there["input"], there["output"]) == ("a.insomnia", "a.otio")
    assert all("for Insomnia only" in loss for loss in there["losses"])
    back = done(here("convert", "a.otio", "b.insomnia", "--json", cwd=tmp_path)).document
    assert back["losses"] == []
    assert (tmp_path / "a.insomnia").read_bytes() == (tmp_path / "b.insomnia").read_bytes()


def test_an_action_changes_the_project_and_a_dry_run_does_not(tmp_path: Path, small_film: Path) -> None:
    done(here("assemble", "a.insomnia", small_film, cwd=tmp_path))
    before = (tmp_path / "a.insomnia").read_bytes()
    run = ["run", "timeline.split", "--project", "a.insomnia", "frame=20", "--json"]
    trial = done(here(*run, "--dry-run", cwd=tmp_path)).document
    assert (trial["dry_run"], trial["saved"]) == (True, None)
    assert trial["would"]
    assert (tmp_path / "a.insomnia").read_bytes() == before
    made = done(here(*run, cwd=tmp_path)).document
    assert (made["action"], made["dry_run"], made["saved"]) == ("timeline.split", False, "a.insomnia")
    assert len(made["result"]["added"]) >= 1
    project = json.loads((tmp_path / "a.insomnia").read_text())
    assert len(project["sequences"][0]["video_tracks"][0]["items"]) == 2


def test_media_are_imported_from_files_and_folders_and_bad_ones_are_told(
    tmp_path: Path, small_film: Path, three_scenes: SceneTruth
) -> None:
    done(here("assemble", "a.insomnia", small_film, cwd=tmp_path))
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "film.mp4").symlink_to(three_scenes.path)  # leads out of the folder: not taken
    (folder / "copy.mp4").write_bytes(three_scenes.path.read_bytes())
    (folder / "notes.txt").write_text("no film")
    (folder / "bad.mp4").write_text("no film")
    said = done(here("run", "media.import", "--project", "a.insomnia", f"paths={folder}", "--json", cwd=tmp_path))
    assert [each["name"] for each in said.document["result"]["assets"]] == ["copy.mp4"]
    assert [Path(each["what"]).name for each in said.document["result"]["errors"]] == ["bad.mp4"]
    assert said.err.startswith("insomnia: warning: ")
    appended = done(here("run", "timeline.append", "--project", "a.insomnia", "scene=copy.mp4#1", cwd=tmp_path))
    assert "saved a.insomnia" in appended.out
    project = json.loads((tmp_path / "a.insomnia").read_text())
    assert [each["name"] for each in project["assets"]] == ["small.mp4", "copy.mp4"]


def test_what_nobody_would_keep_is_refused(tmp_path: Path, small_film: Path) -> None:
    said = here("run", "media.import", f"paths={small_film}", cwd=tmp_path)
    assert (said.code, said.out) == (1, "")
    assert "name one with --project" in said.err
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["assemble", "taken.insomnia", "FILM"],
        ["export", "a.insomnia", "taken.mp4"],
        ["convert", "a.insomnia", "taken.otio"],
        ["scenes", "FILM", "--csv", "taken.csv"],
        ["scenes", "FILM", "--otio", "taken.otio"],
    ],
    ids=lambda arguments: " ".join(arguments),
)
def test_what_exists_is_not_written_over_without_being_asked(
    tmp_path: Path, small_film: Path, arguments: list[str]
) -> None:
    done(here("assemble", "a.insomnia", small_film, cwd=tmp_path))
    given = [str(small_film) if each == "FILM" else each for each in arguments]
    (taken,) = (each for each in given if each.startswith("taken"))
    (tmp_path / taken).write_text("precious")
    said = here(*given, cwd=tmp_path)
    assert (said.code, said.out) == (1, "")
    assert said.err == f"insomnia: error: {taken}: it exists already; choose another name or add --overwrite\n"
    assert (tmp_path / taken).read_text() == "precious"
    done(here(*given, "--overwrite", cwd=tmp_path))
    assert (tmp_path / taken).read_bytes() != b"precious"


def test_the_film_itself_is_never_written_over(tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.mp4", frames=10).path
    done(here("assemble", "a.insomnia", film, cwd=tmp_path))
    (tmp_path / "link.mp4").symlink_to(film)
    content = film.read_bytes()
    for arguments in (
        ["export", "a.insomnia", "link.mp4"],
        ["export", "a.insomnia", film],
        ["scenes", film, "--csv", "link.mp4"],
    ):
        said = here(*arguments, "--overwrite", cwd=tmp_path)
        assert (said.code, said.out) == (1, "")
    assert film.read_bytes() == content


def test_media_that_went_or_changed_since_are_named(tmp_path: Path, own_profile: Path) -> None:
    film = make_film(tmp_path / "film.mp4", frames=10).path
    done(here("assemble", "a.insomnia", film, cwd=tmp_path))
    content = film.read_bytes()
    for other in (b"", b"no film", b"no film".ljust(len(content))):
        film.write_bytes(other)
        for home in (own_profile, tmp_path / "home"):  # one that knows the film, and one that never saw it
            said = here("export", "a.insomnia", "out.mp4", cwd=tmp_path, home=home)
            assert (said.code, said.out) == (1, "")
            assert said.err.startswith(f"insomnia: error: {film}: ")
            assert len(said.err.splitlines()) == 1
    film.unlink()
    said = here("export", "a.insomnia", "out.mp4", cwd=tmp_path)
    assert f"{film}: media of the film are missing" in said.err
    assert "out.mp4" not in names(tmp_path)


def test_names_that_look_like_options_and_names_of_any_letters(tmp_path: Path) -> None:
    name = os.fsdecode("-日本 caf".encode() + b"\xe9.mp4")
    make_film(tmp_path / "film.mp4", frames=5)
    (tmp_path / "film.mp4").rename(tmp_path / name)
    document = done(here("probe", "--json", "--", name, cwd=tmp_path)).document
    assert os.fsencode(document["path"]) == os.fsencode(name)
    done(here("assemble", "--", "-a.insomnia", name, cwd=tmp_path))
    done(here("export", "--", "-a.insomnia", "-out.mp4", cwd=tmp_path))
    assert numbers_in(tmp_path / "-out.mp4") == [0, 1, 2, 3, 4]
    found = done(here("search", "CAF", "--json")).document["media"]
    assert [os.fsencode(each["name"]) for each in found] == [os.fsencode(name)]


@pytest.fixture
def exporting(tmp_path: Path, small_film: Path) -> subprocess.Popen[bytes]:
    """A long export that has begun to write."""
    done(here("assemble", "a.insomnia", *[small_film] * 200, cwd=tmp_path))
    process = start("export", "a.insomnia", "out.mp4", "--progress", "plain", cwd=tmp_path)
    assert process.stderr is not None
    for line in process.stderr:
        if b" 2 % " in line:
            break
    return process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_export_leaves_nothing(
    tmp_path: Path, exporting: subprocess.Popen[bytes], number: signal.Signals
) -> None:
    exporting.send_signal(number)
    out, _ = exporting.communicate(timeout=20)
    assert exporting.returncode == 130
    assert out == b""
    assert names(tmp_path) == ["a.insomnia"]


def test_a_killed_export_leaves_nothing_under_the_name_and_the_next_one_tidies_up(
    tmp_path: Path, exporting: subprocess.Popen[bytes]
) -> None:
    exporting.kill()
    exporting.communicate(timeout=20)
    assert "out.mp4" not in names(tmp_path)
    done(here("export", "a.insomnia", "out.mp4", "--to", "1", cwd=tmp_path))
    assert names(tmp_path) == ["a.insomnia", "out.mp4"]


def test_a_library_that_is_damaged_is_named_and_kept(own_profile: Path, small_film: Path) -> None:
    own_profile.mkdir(parents=True)
    (own_profile / "library.sqlite").write_text("no database " * 100)
    said = here("probe", small_film)
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith(f"insomnia: error: {own_profile / 'library.sqlite'}: it is damaged")
    assert (own_profile / "library.sqlite").read_text() == "no database " * 100
    doctor = here("doctor", "--json")
    assert doctor.code == 1
    assert any("library.sqlite" in problem for problem in doctor.document["problems"])


def test_rates_are_kept(tmp_path: Path) -> None:
    rate = Fraction(30000, 1001)
    make_film(tmp_path / "film.mp4", frames=20, rate=rate)
    document = done(here("probe", "film.mp4", "--json", cwd=tmp_path)).document
    assert (document["video"]["rate"], document["video"]["frames"]) == ("30000/1001", 20)
