"""No field of the document is forgotten: not in files, journals, comparisons and words, nor in OTIO."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import replace
from pathlib import Path

import pytest

from app.core.interchange.otio import read, write
from app.core.model.clip import Gap
from app.core.model.diff import compare
from app.core.model.encoding import decode, encode
from app.core.model.lint import lint
from app.core.model.project import Project
from app.core.model.sequence import Track
from app.core.model.words import in_words
from app.storage.delta import delta, patch
from app.storage.project_file import ProjectFiles
from tests.helpers.every_field import declared, full_project, parts, variants

VARIANTS = list(variants(full_project()))
NAMES = [name for name, _ in VARIANTS]


def test_the_document_of_these_tests_says_something_in_every_field() -> None:
    """A new field has to be put into it: then the tests below ask where else it was forgotten."""
    assert lint(full_project()) == []
    said: set[tuple[type, str]] = set()
    for part in parts(full_project()):
        for field in dataclasses.fields(part):
            if field.default is dataclasses.MISSING or getattr(part, field.name) != field.default:
                said.add((type(part), field.name))
    assert {(kind, field.name) for kind in declared() for field in dataclasses.fields(kind)} - said == set()


def test_every_field_is_in_the_file(tmp_path: Path) -> None:
    store, document = ProjectFiles(), full_project()
    store.save(document, tmp_path / "a.insomnia")
    assert store.load(tmp_path / "a.insomnia") == document


@pytest.mark.parametrize(("name", "after"), VARIANTS, ids=NAMES)
def test_a_change_of_one_field_is_seen_said_and_kept(name: str, after: Project) -> None:
    before = full_project()
    assert compare(before, after)
    assert compare(after, before)
    assert in_words(before, after)
    for one, other in ((before, after), (after, before)):
        change = json.loads(json.dumps(delta(one, other)))
        assert decode(Project, patch(encode(one), change)) == other


def test_every_field_comes_back_from_otio(tmp_path: Path) -> None:
    """Gaps are no things of their own there: what a later version says of one is all that is lost."""
    document = without_notes_on_gaps(full_project())
    film = replace(document.assets[0], path=str(tmp_path / "film.mp4"))
    document = replace(document, assets=(film,))
    Path(film.path).touch()
    write(document, tmp_path / "cut.otio")
    found, _ = read(tmp_path / "cut.otio", None, lambda path: replace(film, id="new", path=str(path)))
    assert found == document


def without_notes_on_gaps(document: Project) -> Project:
    [sequence] = document.sequences

    def plain(track: Track) -> Track:
        return replace(
            track, items=tuple(replace(each, extra=()) if isinstance(each, Gap) else each for each in track.items)
        )

    video, audio = (tuple(map(plain, tracks)) for tracks in (sequence.video_tracks, sequence.audio_tracks))
    return replace(document, sequences=(replace(sequence, video_tracks=video, audio_tracks=audio),))


@pytest.mark.parametrize(
    "said",
    ['"en"', '"Ada"', '"Why?\\nHow?"', '"Main"', '"Wedding"', '"film.mp4"', '"group a"', '"link a"', '"Look"', '"a"'],
)
def test_a_timeline_with_zero_characters_can_be_saved_and_opened(said: str, tmp_path: Path) -> None:
    film = replace(full_project().assets[0], path=str(tmp_path / "film.mp4"))
    Path(film.path).touch()
    write(replace(full_project(), assets=(film,)), tmp_path / "cut.otio")
    text = (tmp_path / "cut.otio").read_text()
    assert said in text
    (tmp_path / "cut.otio").write_text(text.replace(said, f'{said[:-1]}\\u0000"'))
    found, _ = read(tmp_path / "cut.otio", tmp_path, lambda path: replace(film, id="new", path=str(path)))
    store = ProjectFiles()
    store.save(found, tmp_path / "a.insomnia")
    assert store.load(tmp_path / "a.insomnia") == found
