"""Scenes and words of a timeline file come into the library of another machine, and never over what it has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from app.core.base.time import SECOND
from app.core.interchange.knowledge import Known
from app.core.jobs.inline import InlineContext
from app.core.media.disk_cache import DiskCache
from app.core.model.asset import Asset
from app.core.model.scene import Scene, SceneList
from app.core.model.transcript import Transcript, Word
from app.core.session.ingest import USUAL_SCENES
from app.core.session.library_knowledge import LibraryKnowledge
from app.core.session.ports import KnownMedia
from app.core.session.transcription import Transcription
from app.storage.database import Database, sqlite_url
from app.storage.library.library import SqlLibrary
from app.storage.library.transcripts import SqlTranscripts
from tests.helpers.document import film, music
from tests.helpers.ingest import DirectWorkers, make_desk
from tests.helpers.media import make_film

SCENES = SceneList(Fraction(24), 240, (Scene(0, 0, 240, 0, 10 * SECOND, "start"),), ())
WORDS = Transcript("assemblyai", "en", "Hello", (Word("Hello", 0, SECOND, 0.9),))
KNOWN = Known(SCENES, USUAL_SCENES, WORDS)


class Machine:
    """A library with nothing in it."""

    def __init__(self, folder: Path) -> None:
        self.database = Database(sqlite_url(folder / "library.sqlite"))
        self.library = SqlLibrary(self.database)
        transcripts = SqlTranscripts(self.database)
        cache = DiskCache(folder / "cache")
        self.transcription = Transcription(self.library, transcripts, cache, DirectWorkers(), {})
        self.knowledge = LibraryKnowledge(lambda: self.library, lambda: self.transcription)


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    made = Machine(tmp_path)
    yield made
    made.database.close()


def test_what_was_learned_is_known(machine: Machine) -> None:
    assert not machine.knowledge.known(film())
    assert list(machine.knowledge.learn(film(), KNOWN)) == []
    assert machine.knowledge.known(film()) == KNOWN
    assert machine.knowledge.known(replace(film(), fingerprint="other")) == Known(None, USUAL_SCENES)


def test_what_a_timeline_says_of_its_media_is_not_taken_for_a_probe(machine: Machine) -> None:
    machine.knowledge.learn(film(), KNOWN)
    machine.knowledge.learn(music(), Known(words=WORDS))
    assert machine.library.media(film().fingerprint) is None
    assert machine.library.media(music().fingerprint) is None


def test_words_of_music_need_no_scenes(machine: Machine) -> None:
    assert list(machine.knowledge.learn(music(), Known(words=WORDS))) == []
    assert machine.knowledge.known(music()).words == WORDS


def test_what_is_known_already_stays(machine: Machine) -> None:
    asset = film()
    machine.library.keep_media(KnownMedia(asset.fingerprint, asset.size, asset.path, asset.info))
    machine.knowledge.learn(asset, KNOWN)
    half = (Scene(0, 0, 120, 0, 5 * SECOND, "start"), Scene(1, 120, 240, 5 * SECOND, 10 * SECOND, "cut"))
    others = Known(replace(SCENES, scenes=half), USUAL_SCENES, replace(WORDS, text="Lies"))
    assert list(machine.knowledge.learn(asset, others)) == []
    assert machine.knowledge.known(asset) == KNOWN


def test_scenes_found_in_another_way_are_told_of_and_the_words_are_kept(machine: Machine) -> None:
    said = machine.knowledge.learn(film(), replace(KNOWN, method="older"))
    assert list(said) == ["its scenes were found in another way than here and are left out"]
    assert machine.knowledge.known(film()) == replace(KNOWN, scenes=None)


def test_they_are_the_scenes_of_an_import(tmp_path: Path, machine: Machine) -> None:
    desk = make_desk(tmp_path / "desk")
    asset: Asset = desk.ingest.asset(make_film(tmp_path / "film.mp4", frames=50).path, InlineContext())
    found = desk.ingest.scenes(asset, InlineContext())
    assert desk.library.scenes(asset.fingerprint, USUAL_SCENES) == found
