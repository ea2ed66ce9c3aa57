"""Transcripts in the library: what was sent is never forgotten, what came back comes back equal."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.core.base.time import SECOND
from app.core.model.scene import Scene, SceneList, Transition
from app.core.model.transcript import Cue, Transcript, Utterance, Word
from app.core.session.ports import KnownMedia
from app.core.speech.transcriber import Sent
from app.storage.database import Database, sqlite_url
from app.storage.library.library import SqlLibrary
from app.storage.library.transcripts import SqlTranscripts
from tests.helpers.document import film

METHOD = "speech service 1 auto"
SENT = Sent("https://cdn.example/1", 1_700_000_000.5, 3 * SECOND + 1)

TEXTS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=20)
SCORES = st.none() | st.floats(0, 1)
TIMES = st.integers(0, 2**60)
SPEAKERS = st.none() | st.sampled_from(["A", "B", "1A"])


def transcripts_strategy() -> st.SearchStrategy[Transcript]:
    parts = (TEXTS, TIMES, TIMES, SCORES, SPEAKERS)
    return st.builds(
        Transcript,
        engine=st.just("service"),
        language=st.none() | st.sampled_from(["en", "en_us"]),
        text=TEXTS,
        words=st.lists(st.builds(Word, *parts), max_size=5).map(tuple),
        utterances=st.lists(st.builds(Utterance, *parts), max_size=3).map(tuple),
        confidence=SCORES,
        job=st.none() | st.just("job-1"),
    )


@pytest.fixture
def transcripts(database: Database) -> SqlTranscripts:
    SqlLibrary(database).keep_media(KnownMedia("print", 1000, "/media/film.mp4", film().info))
    return SqlTranscripts(database)


def heard(*words: str, job: str | None = "job-1") -> Transcript:
    said = tuple(Word(word, k * SECOND, k * SECOND + SECOND // 3, 0.5, "A") for k, word in enumerate(words))
    return Transcript("service", "en", " ".join(words), said, (), 0.5, job)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(found=transcripts_strategy())
def test_transcripts_come_back_equal(transcripts: SqlTranscripts, found: Transcript) -> None:
    transcripts.keep_transcript("print", METHOD, found)
    assert transcripts.transcript("print", METHOD) == found


def test_what_was_sent_goes_on_until_it_is_finished(transcripts: SqlTranscripts) -> None:
    assert transcripts.sent("print", METHOD) is None
    transcripts.keep_sent("print", METHOD, "service", SENT)
    assert transcripts.sent("print", METHOD) == SENT
    working = Sent(SENT.upload, SENT.uploaded_at, SENT.length, "job-1")
    transcripts.keep_sent("print", METHOD, "service", working)
    assert transcripts.sent("print", METHOD) == working
    assert transcripts.transcript("print", METHOD) is None
    transcripts.keep_transcript("print", METHOD, heard("one", "two"))
    assert transcripts.sent("print", METHOD) is None
    assert transcripts.transcript("print", METHOD) == heard("one", "two")


def test_the_newest_is_found_whatever_was_asked(transcripts: SqlTranscripts) -> None:
    assert transcripts.newest("print") is None
    assert transcripts.known_words("print") is None
    transcripts.keep_transcript("print", METHOD, heard("one", "two"))
    transcripts.keep_transcript("print", "speech service 1 de", heard("drei", job="job-2"))
    transcripts.keep_sent("print", "speech service 1 fr", "service", SENT)
    assert transcripts.newest("print") == heard("drei", job="job-2")
    assert transcripts.known_words("print") == 1
    transcripts.keep_transcript("print", "speech service 1 it", heard())
    assert transcripts.known_words("print") == 0
    assert transcripts.newest("another") is None


def test_what_was_begun_is_listed_until_it_is_stopped_or_done(transcripts: SqlTranscripts) -> None:
    german = "speech service 1 de"
    assert transcripts.begun("print") == ()
    transcripts.keep_sent("print", METHOD, "service", SENT)
    transcripts.keep_sent("print", german, "service", SENT)
    assert transcripts.begun("print") == (METHOD, german)
    transcripts.stop("print", METHOD)
    assert transcripts.begun("print") == (german,)
    assert transcripts.sent("print", METHOD) == SENT
    transcripts.keep_sent("print", METHOD, "service", SENT)
    transcripts.keep_transcript("print", german, heard("eins"))
    transcripts.stop("print", german)
    assert transcripts.begun("print") == (METHOD,)
    assert transcripts.transcript("print", german) == heard("eins")


def test_each_method_has_its_own_transcript_but_uploads_are_shared(transcripts: SqlTranscripts) -> None:
    transcripts.keep_sent("print", METHOD, "service", SENT)
    transcripts.keep_transcript("print", METHOD, heard("one"))
    assert transcripts.transcript("print", "speech service 1 de") is None
    assert transcripts.upload("print", "service") == SENT
    assert transcripts.upload("print", "another") is None
    newer = Sent("https://cdn.example/2", SENT.uploaded_at + 1, SENT.length, "job-2")
    transcripts.keep_sent("print", "speech service 1 de", "service", newer)
    assert transcripts.upload("print", "service") == Sent(newer.upload, newer.uploaded_at, newer.length)
    assert transcripts.jobs("print") == {"job-1", "job-2"}
    assert transcripts.jobs("nothing") == frozenset()


def test_what_was_given_up_is_not_gone_on_with(transcripts: SqlTranscripts) -> None:
    transcripts.give_up("print", METHOD)
    transcripts.keep_sent("print", METHOD, "service", SENT)
    transcripts.give_up("print", METHOD)
    assert transcripts.sent("print", METHOD) is None
    assert transcripts.upload("print", "service") is None
    transcripts.keep_sent("print", METHOD, "service", SENT)
    assert transcripts.sent("print", METHOD) == SENT


def test_a_finished_transcript_is_not_given_up(transcripts: SqlTranscripts) -> None:
    transcripts.keep_transcript("print", METHOD, heard("one"))
    transcripts.give_up("print", METHOD)
    assert transcripts.transcript("print", METHOD) == heard("one")


def test_a_new_transcript_replaces_the_words_of_the_old_one(transcripts: SqlTranscripts) -> None:
    transcripts.keep_transcript("print", METHOD, heard("one", "two", "three"))
    transcripts.keep_transcript("print", METHOD, heard("four"))
    assert transcripts.transcript("print", METHOD) == heard("four")


def test_a_content_that_was_never_kept_is_a_mistake(transcripts: SqlTranscripts) -> None:
    with pytest.raises(KeyError):
        transcripts.keep_sent("unknown", METHOD, "service", SENT)
    with pytest.raises(KeyError):
        transcripts.keep_transcript("unknown", METHOD, heard("one"))


def test_the_tables_hold_what_people_look_for(tmp_path: Path) -> None:
    database = Database(sqlite_url(tmp_path / "library.sqlite"))
    known = KnownMedia("print", 1000, "/media/film.mp4", film().info)
    SqlLibrary(database).keep_media(known)
    transcripts = SqlTranscripts(database)
    transcripts.keep_sent("print", METHOD, "service", SENT)
    transcripts.keep_transcript("print", METHOD, heard("one", "two"))
    with database.reading() as connection:
        row = connection.execute(text("SELECT * FROM video_transcripts")).one()
        words = connection.execute(text("SELECT * FROM transcript_segments ORDER BY position")).all()
    assert (row.video_filename, row.language_code, row.transcription_method) == ("film.mp4", "en", "service")
    assert (row.confidence_score, row.full_transcript_text, row.api_response_id) == (0.5, "one two", "job-1")
    assert (row.status, row.processing_time_seconds >= 0) == ("completed", True)
    assert known.info.duration is not None
    assert row.video_duration == known.info.duration / SECOND
    assert [(each.text, each.start_time, each.start_flicks, each.segment_type) for each in words] == [
        ("one", 0.0, 0, "word"),
        ("two", 1.0, SECOND, "word"),
    ]
    database.close()


SCENES = SceneList(
    Fraction(25),
    50,
    (Scene(0, 0, 25, 0, SECOND, "start"), Scene(1, 25, 50, SECOND, 2 * SECOND, "cut")),
    (Transition("cut", 25, 25, 0.5),),
)
CUES = (Cue(0, SECOND // 2, "One\nline", "A"), Cue(SECOND // 2, SECOND, "é", None))


@pytest.fixture
def with_scenes(transcripts: SqlTranscripts, database: Database) -> SqlTranscripts:
    SqlLibrary(database).keep_scenes("print", "cuts", SCENES)
    transcripts.keep_transcript("print", METHOD, heard("one"))
    transcripts.keep_scene_cues("print", METHOD, SCENES.scenes[1], 1, CUES)
    return transcripts


def test_cues_of_a_scene_come_back_equal(with_scenes: SqlTranscripts) -> None:
    assert with_scenes.scene_cues("print", METHOD, SCENES.scenes[1], 1) == CUES
    assert with_scenes.scene_cues("print", METHOD, SCENES.scenes[0], 1) is None
    assert with_scenes.scene_cues("print", "another", SCENES.scenes[1], 1) is None
    with_scenes.keep_scene_cues("print", METHOD, SCENES.scenes[1], 1, ())
    assert with_scenes.scene_cues("print", METHOD, SCENES.scenes[1], 1) == ()


def test_cues_of_a_scene_fall_out_of_date(with_scenes: SqlTranscripts, database: Database) -> None:
    scene = SCENES.scenes[1]
    assert with_scenes.scene_cues("print", METHOD, scene, 2) is None
    with_scenes.keep_transcript("print", METHOD, heard("two"))
    assert with_scenes.scene_cues("print", METHOD, scene, 1) is None
    with_scenes.keep_scene_cues("print", METHOD, scene, 1, CUES)
    SqlLibrary(database).keep_scenes("print", "cuts", SCENES)
    assert with_scenes.scene_cues("print", METHOD, scene, 1) is None


def test_cues_of_what_is_not_known_are_not_kept(with_scenes: SqlTranscripts) -> None:
    strange = Scene(0, 0, 1, 0, 1, "start")
    with_scenes.keep_scene_cues("print", METHOD, strange, 1, CUES)
    assert with_scenes.scene_cues("print", METHOD, strange, 1) is None
    with_scenes.keep_scene_cues("nothing", METHOD, SCENES.scenes[1], 1, CUES)
    assert with_scenes.scene_cues("nothing", METHOD, SCENES.scenes[1], 1) is None


def test_look_ups_use_an_index(tmp_path: Path) -> None:
    database = Database(sqlite_url(tmp_path / "library.sqlite"))
    queries = (
        "SELECT * FROM video_transcripts WHERE analysis_id = 1",
        "SELECT * FROM transcript_segments WHERE transcript_id = 1 AND segment_type = 'word' ORDER BY position",
        "SELECT * FROM scene_subtitles WHERE scene_id = 1 AND transcript_id = 1",
        "DELETE FROM scene_subtitles WHERE transcript_id = 1",
    )
    with database.reading() as connection:
        for query in queries:
            plan = " ".join(str(row[3]) for row in connection.execute(text(f"EXPLAIN QUERY PLAN {query}")))
            assert " INDEX " in plan, query
            assert "SCAN" not in plan, query
    database.close()


def test_a_library_of_the_first_schema_is_brought_up_with_its_content(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "library.sqlite")
    database = Database(url)
    library = SqlLibrary(database)
    library.keep_media(KnownMedia("print", 1000, "/media/film.mp4", film().info))
    with database.writing() as connection:
        for name in ("scene_subtitles", "transcript_segments", "video_transcripts"):
            connection.execute(text(f"DROP TABLE {name}"))
        connection.execute(text("CREATE TABLE jobs (number INTEGER PRIMARY KEY)"))
        connection.execute(text("UPDATE insomnia_schema SET version_num = '0001'"))
    library.close()
    database = Database(url)
    assert SqlLibrary(database).media("print") is not None
    SqlTranscripts(database).keep_transcript("print", METHOD, heard("one"))
    assert SqlTranscripts(database).transcript("print", METHOD) == heard("one")
    database.close()
