"""Files that are no media, and arguments that are no use: one clear line, exit code 1, nothing written."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.program import here, insomnia, names

INPUTS: dict[str, Callable[[Path], object]] = {
    "text.mp4": lambda path: path.write_text("Dear diary, this is no film.\n" * 100),
    "empty.mp4": lambda path: path.write_bytes(b""),
    "folder.mp4": lambda path: path.mkdir(),
    "missing.mp4": lambda path: None,
    "pipe.mp4": os.mkfifo,
    "list.m3u8": lambda path: path.write_text("#EXTM3U\n#EXTINF:1,\n/etc/passwd\n"),
    "list.mp4": lambda path: path.write_text("ffconcat version 1.0\nfile '/etc/passwd'\n"),
    "zeros.mp4": lambda path: path.write_bytes(bytes(100_000)),
    "half.mp4": lambda path: path.write_bytes(b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41" + bytes(500)),
    "-x.mp4": lambda path: path.write_text("no film"),
    os.fsdecode(b"caf\xe9.mp4"): lambda path: path.write_text("no film"),
}


@pytest.mark.parametrize("name", INPUTS, ids=ascii)
def test_what_is_no_film_is_named_in_one_line(tmp_path: Path, name: str) -> None:
    INPUTS[name](tmp_path / name)
    said = insomnia("probe", "--json", "--", name, cwd=tmp_path)
    assert said.code == 1
    assert said.out == ""
    (line,) = said.err.splitlines()
    assert line.startswith("insomnia: error: ")
    assert name.encode("utf-8", "replace").decode() in line
    assert line.count("; ") >= 1


@pytest.mark.parametrize("arguments", [["scenes"], ["segments"], ["assemble", "out.insomnia"], ["convert"], ["export"]])
def test_every_command_refuses_them(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "text.mp4").write_text("no film")
    (tmp_path / "text.insomnia").write_text("no project")
    rest = {"convert": ["text.insomnia", "out.otio"], "export": ["text.insomnia", "out.mp4"]}
    before = names(tmp_path)
    said = here(*arguments, *rest.get(arguments[0], ["text.mp4"]), cwd=tmp_path)
    assert said.code == 1
    assert said.out == ""
    assert len(said.err.splitlines()) == 1
    assert "text." in said.err
    assert names(tmp_path) == before


def test_of_several_files_the_good_ones_are_shown_and_the_bad_ones_listed(tmp_path: Path, small_film: Path) -> None:
    (tmp_path / "text.mp4").write_text("no film")
    said = here("probe", "--json", small_film, "text.mp4", "missing.mp4", cwd=tmp_path)
    assert said.code == 1
    assert [each["path"] for each in said.document["media"]] == [str(small_film)]
    errors = said.document["errors"]
    assert [each["path"] for each in errors] == ["text.mp4", "missing.mp4"]
    assert set(errors[0]) == {"path", "what", "why", "what_to_do"}
    assert len(said.err.splitlines()) == 2


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["scenes", "x.mp4", "--kinds", "dissolve"], "dissolve"),
        (["scenes", "x.mp4", "--kinds", "wipe"], "wipe"),
        (["scenes", "x.mp4", "--sensitivity", "2"], "sensitivity 2"),
        (["scenes", "x.mp4", "--sensitivity", "much"], "sensitivity much"),
        (["scenes", "x.mp4", "--otio", "x.xml"], "x.xml: the name of a timeline ends with .otio"),
        (
            ["scenes", "x.mp4", "--csv", "x.otio", "--otio", "x.otio"],
            "x.otio: it would be written over another file of this command",
        ),
        (["assemble", "x.txt", "x.mp4"], "x.txt: the name of a project ends with .insomnia"),
        (["export", "x.insomnia", "x.mp4", "--preset", "vhs"], "vhs"),
        (["export", "x.insomnia", "x.mp4", "--quality", "best"], "best"),
        (["export", "x.mp4", "y.mp4"], "x.mp4"),
        (["convert", "x.insomnia", "y.insomnia"], "y.insomnia"),
        (["run", "timeline.dance"], "action timeline.dance"),
        (["run", "timeline.split", "--project", "x.insomnia", "frame=1"], "x.insomnia"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_arguments_that_are_no_use_are_named(tmp_path: Path, arguments: list[str], reason: str) -> None:
    said = here(*arguments, cwd=tmp_path)
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith(f"insomnia: error: {reason}")
    assert len(said.err.splitlines()) == 1
    assert names(tmp_path) == []
