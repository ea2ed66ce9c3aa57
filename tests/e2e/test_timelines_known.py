"""Scenes and words go with a timeline to another machine: nothing is read through or paid for again."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.core.base.time import SECOND
from app.core.interchange.knowledge import Known
from app.core.jobs.inline import InlineContext
from app.core.model.asset import Asset
from app.core.model.transcript import Transcript, Word
from app.core.session.library_knowledge import LibraryKnowledge
from app.core.session.services import Services
from app.main import make_services
from tests.e2e.program import Said, here
from tests.helpers.media import make_film

WORDS = Transcript("assemblyai", "en", "Hello you.", (Word("Hello", 0, SECOND, 0.5), Word("you.", SECOND, 2 * SECOND)))


class Machines:
    """Two profiles: in ``first`` a film lies on a timeline, and somebody has listened to it."""

    def __init__(self, folder: Path, film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.film, self._patch = folder, film, monkeypatch
        self.done("first", "assemble", "a.insomnia", film, "--scenes")
        services = self.services("first")
        self.asset: Asset = services.ingest.asset(film, InlineContext())
        services.transcription.adopt(self.asset, WORDS)
        services.close()

    def done(self, home: str, *arguments: str | Path) -> Said:
        said = here(*arguments, cwd=self.folder, home=self.folder / home)
        assert said.code == 0, said.err
        return said

    def services(self, home: str) -> Services:
        self._patch.setenv("INSOMNIA_HOME", str(self.folder / home))
        return make_services()

    def known(self, home: str) -> Known:
        services = self.services(home)
        try:
            return LibraryKnowledge(lambda: services.library, lambda: services.transcription).known(self.asset)
        finally:
            services.close()


@pytest.fixture
def machines(tmp_path: Path, small_film: Path, monkeypatch: pytest.MonkeyPatch) -> Machines:
    return Machines(tmp_path, small_film, monkeypatch)


@pytest.mark.parametrize("name", ["a.otio", "a.otioz"])
def test_convert(machines: Machines, name: str) -> None:
    there = machines.done("first", "convert", "a.insomnia", name, "--json").document
    assert f"media {machines.asset.name}: its scenes and words are for Insomnia only" in there["losses"]
    assert not machines.known("second")
    assert machines.done("second", "convert", name, "b.insomnia", "--json").document["losses"] == []
    known = machines.known("second")
    assert known == machines.known("first")
    assert known.words == WORDS
    assert known.scenes is not None
    assert known.scenes.frames == 50


def test_actions(machines: Machines) -> None:
    machines.done("first", "run", "file.exportTimeline", "--project", "a.insomnia", "path=a.otio")
    machines.done("second", "assemble", "b.insomnia", make_film(machines.folder / "other.mp4", frames=10).path)
    take = ["run", "file.importTimeline", "--project", "b.insomnia", "path=a.otio"]
    machines.done("second", *take, "--dry-run")
    assert not machines.known("second")
    machines.done("second", *take)
    assert machines.known("second") == machines.known("first")
