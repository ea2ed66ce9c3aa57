"""Scenes and words travel with OTIO to a library that has none; what is not ours is doubted part by part."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest

from app.core.base.time import SECOND
from app.core.interchange import otio_known
from app.core.interchange.knowledge import Known
from app.core.interchange.timelines import read_file, write_file
from app.core.jobs.inline import InlineContext
from app.core.model.asset import Asset
from app.core.model.project import Project
from app.core.model.scene import Scene, SceneList, Transition
from app.core.model.transcript import Transcript, Word
from tests.helpers.document import FILM, FRAME, clip, film, music, project, silent_film, track
from tests.unit.core.interchange.shelf import Ingest, shelf

SCENES = SceneList(
    FILM,
    240,
    (Scene(0, 0, 100, 0, 100 * FRAME, "start"), Scene(1, 100, 240, 100 * FRAME, 240 * FRAME, "fade")),
    (Transition("fade", 96, 104, 0.75),),
)
WORDS = Transcript(
    "assemblyai",
    "en",
    "“Hello” you.",
    (Word("“Hello”", 0, SECOND, 0.9, "A"), Word('y"ou\\.', SECOND, 10 * SECOND)),
)
KNOWN = Known(SCENES, "detector 1", WORDS)
SIZE = "the timeline: its size of 160x90 is for Insomnia only"


@dataclass
class Memory:
    """Knows by fingerprint, and notes what it is told."""

    contents: dict[str, Known] = field(default_factory=dict)
    problem: str | None = None
    learned: int = 0

    def known(self, asset: Asset, /) -> Known:
        return self.contents.get(asset.fingerprint, Known())

    def learn(self, asset: Asset, known: Known, /) -> list[str]:
        self.learned += 1
        self.contents[asset.fingerprint] = known
        return [] if self.problem is None else [self.problem]


@dataclass
class Table:
    """A film twice on the timeline and a piece of music, as files in ``folder``."""

    folder: Path
    document: Project
    ingest: Ingest

    def write(self, name: str, *, knows: dict[str, Known]) -> list[str]:
        return write_file(self.document, self.folder / name, InlineContext(), Memory(knows)).lines()

    def read(self, name: str, into: Memory) -> list[str]:
        return read_file(self.folder / name, self.ingest, InlineContext(), knowledge=into)[1].lines()

    def spoil(self, **values: Any) -> None:
        """Write what the film's reference in ``cut.otio`` says anew; None takes it away."""
        path = self.folder / "cut.otio"
        parsed = json.loads(path.read_text())
        own = parsed["tracks"]["children"][0]["children"][0]["media_references"]["DEFAULT_MEDIA"]["metadata"]
        for key, value in values.items():
            own["insomnia"][key] = value
        path.write_text(json.dumps(parsed))


@pytest.fixture
def table(tmp_path: Path) -> Table:
    placed, ingest = shelf(tmp_path, film(), music(), silent_film())
    rows = track("V1", clip("a", 24), clip("b", 24, 48)), track("A1", clip("m", 48, asset="music"))
    return Table(tmp_path, project(*rows, assets=placed), ingest)


@pytest.mark.parametrize("name", ["cut.otio", "cut.otioz"])
def test_another_library_knows_scenes_and_words_afterwards(table: Table, name: str) -> None:
    tune = Known(words=Transcript("other", None, "la", (Word("la", 0, SECOND),)))
    losses = table.write(name, knows={"print-film": KNOWN, "print-music": tune, "print-silent": KNOWN})
    assert losses == [
        "media film.mp4: its scenes and words are for Insomnia only",
        "media music.wav: its words are for Insomnia only",
        SIZE,
        "media silent.mp4: they are not on the timeline: for Insomnia only",
    ]
    fresh = Memory()
    assert table.read(name, fresh) == []
    assert fresh.contents == {"print-film": KNOWN, "print-music": tune}
    assert fresh.learned == 2


def test_each_medium_says_it_once_and_other_readers_do_not_mind(table: Table) -> None:
    table.write("cut.otio", knows={"print-film": KNOWN})
    seen = otio.adapters.read_from_file(str(table.folder / "cut.otio"))
    assert ["insomnia" in each.media_reference.metadata for each in seen.find_clips()] == [True, False, False]
    otio.adapters.write_to_file(seen, str(table.folder / "cut.otio"))
    again = Memory()
    assert table.read("cut.otio", again) == []
    assert again.contents == {"print-film": KNOWN}


def test_what_is_not_known_is_not_said(table: Table) -> None:
    assert table.write("cut.otio", knows={})[0] == SIZE
    fresh = Memory()
    assert table.read("cut.otio", fresh) == []
    assert fresh.learned == 0


def test_nobody_spoke_is_known_too(table: Table) -> None:
    silence = Known(words=Transcript("assemblyai", None, "", ()))
    table.write("cut.otio", knows={"print-film": silence})
    fresh = Memory()
    assert table.read("cut.otio", fresh) == []
    assert fresh.contents == {"print-film": silence}


def test_a_file_holds_only_so_much_and_says_what_it_left_out(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(otio_known, "MOST_BYTES", 200)
    losses = table.write("cut.otio", knows={"print-film": replace(KNOWN, words=replace(WORDS, text="x" * 200))})
    assert losses[:2] == [
        "media film.mp4: its words are left out: a file holds 0 MB of scenes and words",
        "media film.mp4: its scenes are for Insomnia only",
    ]
    fresh = Memory()
    assert table.read("cut.otio", fresh) == []
    assert fresh.contents == {"print-film": replace(KNOWN, words=None)}


def test_what_the_library_cannot_use_is_told(table: Table) -> None:
    table.write("cut.otio", knows={"print-film": KNOWN})
    assert table.read("cut.otio", Memory(problem="no use")) == ["media film.mp4: no use"]


def test_another_content_learns_nothing(table: Table) -> None:
    table.write("cut.otio", knows={"print-film": KNOWN})
    table.spoil(fingerprint="print-other")
    fresh = Memory()
    said = "media film.mp4: scenes and words in the timeline are those of another file: they are left out"
    assert table.read("cut.otio", fresh) == [said]
    assert fresh.learned == 0


def _words(*words: Any, **values: Any) -> str:
    return json.dumps({"engine": "e", "language": None, "text": None, "words": list(words), **values})


def _scenes(*scenes: Any, **values: Any) -> str:
    whole = [[0, 240, 0, 240 * FRAME, "start"]]
    return json.dumps({"rate": "24", "frames": 240, "scenes": list(scenes) or whole, "transitions": [], **values})


@pytest.mark.parametrize(
    "said",
    [
        7,
        None,
        "",
        "[" * 100_000,
        "[]",
        "{}",
        "9" * 5000,
        _words(["a", 0, 12 * SECOND, None, None]),
        _words(["a", -2 * SECOND, SECOND, None, None]),
        _words(["a", SECOND, 0, None, None]),
        _words(["a", 0.5, 1, None, None]),
        _words(["a", True, 1, None, None]),
        _words(["a", 0, 1, 1.5, None]),
        _words(["a", 0, 1, float("nan"), None]),
        _words(["a", 0, 1, None]),
        _words("words"),
        _words(["a\0b", 0, 1, None, None]),
        _words(["a\nb", 0, 1, None, None]),
        _words(["a" * 1001, 0, 1, None, None]),
        _words(["a", 0, 1, None, "s" * 101]),
        _words(engine=None),
        _words(engine="e" * 101),
        _words(text="\x1b[31m"),
        _words(words={}),
    ],
)
def test_words_that_make_no_sense_are_left_out_and_the_scenes_are_not(table: Table, said: Any) -> None:
    table.write("cut.otio", knows={"print-film": KNOWN})
    table.spoil(words=said)
    fresh = Memory()
    assert table.read("cut.otio", fresh) == ["media film.mp4: its words make no sense and are left out"]
    assert fresh.contents == {"print-film": replace(KNOWN, words=None)}


@pytest.mark.parametrize(
    "said",
    [
        {"scenes": []},
        "null",
        _scenes(scenes=[]),
        _scenes(frames=0),
        _scenes(frames=10**12),
        _scenes(rate="1/0"),
        _scenes(rate="-24"),
        _scenes(rate="1e9999999"),
        _scenes(rate=24),
        _scenes([0, 240, 0, 300 * FRAME, "start"]),
        _scenes([1, 240, 0, 240 * FRAME, "start"]),
        _scenes([0, 239, 0, 240 * FRAME, "start"]),
        _scenes([0, 240, 0, 240 * FRAME, "cut"]),
        _scenes([0, 240, 240 * FRAME, 0, "start"]),
        _scenes([0, 9, 0, 9 * FRAME, "start"], [10, 240, 9 * FRAME, 240 * FRAME, "cut"]),
        _scenes([0, 9, 0, 9 * FRAME, "start"], [9, 240, 10 * FRAME, 240 * FRAME, "cut"]),
        _scenes([0, 9, 0, 9 * FRAME, "start"], [9, 240, 9 * FRAME, 240 * FRAME, "start"]),
        _scenes([0, 9, 0, 9 * FRAME, "start"], [9, 240, 9 * FRAME, 240 * FRAME, ["cut"]]),
        _scenes(transitions=[["cut", 9, 8, 0.5]]),
        _scenes(transitions=[["cut", 9, 9, float("inf")]]),
        _scenes(transitions=[["wipe", 9, 9, 0.5]]),
        _scenes(transitions=[["cut", 241, 241, 0.5]]),
    ],
)
def test_scenes_that_make_no_sense_are_left_out_and_the_words_are_not(table: Table, said: Any) -> None:
    table.write("cut.otio", knows={"print-film": KNOWN})
    table.spoil(scenes=said)
    fresh = Memory()
    assert table.read("cut.otio", fresh) == ["media film.mp4: its scenes make no sense and are left out"]
    assert fresh.contents == {"print-film": replace(KNOWN, scenes=None)}


def test_more_scenes_than_any_film_has_are_refused(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    table.write("cut.otio", knows={"print-film": KNOWN})
    monkeypatch.setattr(otio_known, "_MOST_SCENES", 1)
    assert table.read("cut.otio", Memory()) == ["media film.mp4: its scenes make no sense and are left out"]


def test_where_both_are_bad_nothing_is_learned(table: Table) -> None:
    table.write("cut.otio", knows={"print-film": KNOWN})
    table.spoil(scenes="x", words="x")
    fresh = Memory()
    assert len(table.read("cut.otio", fresh)) == 2
    assert fresh.learned == 0
