"""The library: what was kept for a content comes back equal, by content and by name."""

from __future__ import annotations

import itertools
import os
import threading
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import text

from app.core.base import time
from app.core.model.asset import MediaInfo
from app.core.model.scene import Scene, SceneList, Transition
from app.core.session.ports import PROBE_VERSION, KnownMedia
from app.storage.database import Database, sqlite_url
from app.storage.library.library import SqlLibrary
from tests.helpers.document import film
from tests.unit.storage.documents import infos

NTSC = Fraction(30000, 1001)


@pytest.fixture
def library(database: Database) -> SqlLibrary:
    return SqlLibrary(database)


def known(name: str = "film", fingerprint: str | None = None) -> KnownMedia:
    return KnownMedia(fingerprint or f"print-{name}", 1000, f"/media/{name}.mp4", film().info)


def scenes(*boundaries: int) -> SceneList:
    found = tuple(
        Scene(
            number,
            start,
            end,
            time.frame_start(start, NTSC),
            time.frame_start(end, NTSC),
            "start" if number == 0 else "cut",
        )
        for number, (start, end) in enumerate(itertools.pairwise(boundaries))
    )
    cuts = tuple(Transition("cut", scene.start_frame, scene.start_frame, 0.1) for scene in found[1:])
    return SceneList(NTSC, boundaries[-1], found, cuts)


def test_an_unknown_content_is_unknown(library: SqlLibrary) -> None:
    assert library.media("nothing") is None
    assert library.scenes("nothing", "content") is None
    assert library.search("film") == ()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(info=infos())
def test_probe_results_come_back_equal(library: SqlLibrary, info: MediaInfo) -> None:
    kept = KnownMedia("print", 12, "/media/x.mp4", info)
    library.keep_media(kept)
    assert library.media("print") == kept


def test_keeping_again_replaces(library: SqlLibrary) -> None:
    library.keep_media(known("old", "print"))
    library.keep_scenes("print", "content", scenes(0, 10, 20))
    library.keep_media(known("new", "print"))
    found = library.media("print")
    assert found is not None
    assert found.path == "/media/new.mp4"
    assert library.scenes("print", "content") == scenes(0, 10, 20)


def test_each_method_has_its_own_scenes(library: SqlLibrary) -> None:
    library.keep_media(known())
    library.keep_scenes("print-film", "content", scenes(0, 10, 20))
    library.keep_scenes("print-film", "fades", scenes(0, 20))
    library.keep_scenes("print-film", "content", scenes(0, 5, 15, 20))
    assert library.scenes("print-film", "content") == scenes(0, 5, 15, 20)
    assert library.scenes("print-film", "fades") == scenes(0, 20)
    assert library.scenes("print-film", "other") is None


def test_a_list_without_scenes_is_kept_as_such(library: SqlLibrary) -> None:
    library.keep_media(known())
    empty = SceneList(NTSC, 0, (), ())
    library.keep_scenes("print-film", "content", empty)
    assert library.scenes("print-film", "content") == empty


def test_scenes_of_a_content_that_was_never_kept_are_a_mistake(library: SqlLibrary) -> None:
    with pytest.raises(KeyError):
        library.keep_scenes("unknown", "content", scenes(0, 10))


def test_search_finds_names_in_any_case_and_takes_signs_literally(library: SqlLibrary) -> None:
    for name in ("Straße 100%", "ÉTÉ", "summer_1", "summerX1"):
        library.keep_media(known(name))
    assert [Path(each.path).stem for each in library.search("été")] == ["ÉTÉ"]
    assert [Path(each.path).stem for each in library.search("STRASSE")] == ["Straße 100%"]
    assert [Path(each.path).stem for each in library.search("0%")] == ["Straße 100%"]
    assert [Path(each.path).stem for each in library.search("R_1")] == ["summer_1"]
    assert [Path(each.path).stem for each in library.search("summer")] == ["summerX1", "summer_1"]
    assert len(library.search("", limit=3)) == 3
    assert library.search("media") == ()  # the folder's name is not the medium's


def test_a_name_that_is_no_text_comes_back_as_it_was(library: SqlLibrary) -> None:
    odd = KnownMedia("print", 1, os.fsdecode(b"/media/caf\xe9.mp4"), film().info)
    library.keep_media(odd)
    assert library.media("print") == odd
    assert library.search("caf") == (odd,)
    assert library.search("caf\udce9") == (odd,)


def test_what_another_version_wrote_counts_as_unknown(tmp_path: Path) -> None:
    database = Database(sqlite_url(tmp_path / "library.sqlite"))
    library = SqlLibrary(database)
    library.keep_media(known())
    with database.writing() as connection:
        connection.execute(text("""UPDATE media SET document = '{"path": "/x", "info": {"kind": "hologram"}}'"""))
    assert library.media("print-film") is None
    library.keep_media(known())
    assert library.media("print-film") == known()
    library.close()


def test_what_an_older_probe_found_is_found_by_name_but_probed_again(
    library: SqlLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.storage.mapping.PROBE_VERSION", PROBE_VERSION - 1)
    library.keep_media(known("old"))
    library.keep_scenes("print-old", "cuts", scenes(0, 10))
    monkeypatch.undo()
    assert library.media("print-old") is None
    assert library.search("old") == (known("old"),)
    library.keep_media(known("old"))
    assert library.media("print-old") == known("old")
    assert library.scenes("print-old", "cuts") == scenes(0, 10)


def test_facts_that_were_not_probed_hold_a_place_until_the_file_is_met(library: SqlLibrary) -> None:
    library.keep_media(known("told"), probed=False)
    library.keep_scenes("print-told", "cuts", scenes(0, 10))
    assert library.media("print-told") is None
    assert library.search("told") == (known("told"),)
    library.keep_media(known("met", "print-told"))
    assert library.media("print-told") == known("met", "print-told")
    assert library.scenes("print-told", "cuts") == scenes(0, 10)


def test_facts_that_were_not_probed_replace_nothing(library: SqlLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    library.keep_media(known("met", "print"))
    library.keep_media(known("told", "print"), probed=False)
    assert library.media("print") == known("met", "print")
    monkeypatch.setattr("app.storage.mapping.PROBE_VERSION", PROBE_VERSION + 1)
    library.keep_media(known("told", "print"), probed=False)
    assert library.media("print") is None
    assert library.search("") == (known("met", "print"),)


def test_seconds_stand_beside_the_exact_times(tmp_path: Path) -> None:
    database = Database(sqlite_url(tmp_path / "library.sqlite"))
    library = SqlLibrary(database)
    library.keep_media(known())
    library.keep_scenes("print-film", "content", scenes(0, 30, 60))
    with database.reading() as connection:
        query = text("SELECT start_time, end_time, start_frame, end_frame FROM scenes ORDER BY scene_index")
        assert connection.execute(query).all() == [(0.0, 1.001, 0, 30), (1.001, 2.002, 30, 60)]
    library.close()


def test_look_ups_use_an_index(tmp_path: Path) -> None:
    database = Database(sqlite_url(tmp_path / "library.sqlite"))
    queries = (
        "SELECT * FROM media WHERE fingerprint = 'x'",
        "SELECT * FROM analyses WHERE media_id = 1 AND method = 'x'",
        "SELECT * FROM scenes WHERE analysis_id = 1 ORDER BY scene_index",
        "SELECT * FROM scenes WHERE analysis_id = 1 AND start_time < 2.0",
        "SELECT * FROM transitions WHERE analysis_id = 1 ORDER BY position",
        "SELECT * FROM media ORDER BY updated_at DESC LIMIT 10",
    )
    with database.reading() as connection:
        for query in queries:
            plan = " ".join(str(row[3]) for row in connection.execute(text(f"EXPLAIN QUERY PLAN {query}")))
            assert "USING INDEX" in plan, query
            assert "TEMP B-TREE" not in plan, query
    database.close()


def test_threads_share_one_library(library: SqlLibrary) -> None:
    def keep(number: int) -> None:
        for turn in range(5):
            library.keep_media(known(f"{number}-{turn}"))
            library.keep_scenes(f"print-{number}-{turn}", "content", scenes(0, 1 + turn))

    threads = [threading.Thread(target=keep, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(library.search("-")) == 20
