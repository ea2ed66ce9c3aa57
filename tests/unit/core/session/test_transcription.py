"""Transcripts of media: asked for once, known for ever, gone on with after a stop."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

import pytest

from app.core.base.errors import Cancelled, UserError
from app.core.base.time import SECOND
from app.core.edit.assets import add_assets, new_project
from app.core.jobs.context import JobContext
from app.core.jobs.inline import InlineContext
from app.core.media.disk_cache import DiskCache
from app.core.media.speech_sound import HANDLER, speech_sound_handler
from app.core.model.asset import Asset
from app.core.model.scene import Scene, SceneList
from app.core.model.transcript import Cue, Transcript, Word
from app.core.session.collecting import collect
from app.core.session.transcription import Transcription
from app.core.speech.transcriber import Gone, Outline, Request, Sent, SpeechOptions
from app.storage.database import Database, sqlite_url
from app.storage.library.library import SqlLibrary
from app.storage.library.transcripts import SqlTranscripts
from app.storage.project_file import ProjectFiles
from tests.helpers.ingest import HANDLERS, DirectWorkers, make_desk
from tests.helpers.media import make_film

WORDS = (Word("Hello", 0, SECOND, 0.9), Word("you.", SECOND, 2 * SECOND, 0.8))
Answer = Callable[[Request], Transcript]


@dataclass
class Engine:
    """Sends by noting it, and answers as it is told."""

    words: tuple[Word, ...] = WORDS
    failure: Exception | None = None
    name: str = "assemblyai"
    uploads: list[bytes] = field(default_factory=list)
    jobs: list[str] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    hold: threading.Event | None = None

    def outline(self, length: int, most_bytes: int, sent: Sent, options: SpeechOptions) -> Outline | None:
        return None if sent.job else Outline("Service", "host", length, 0 if sent.upload else most_bytes, Fraction(3))

    def transcribe(self, request: Request, note: Callable[[Sent], None], context: JobContext) -> Transcript:
        self.requests.append(request)
        sent = request.sent
        if sent.upload is None:
            with request.sound(context) as sound:
                self.uploads.append(sound.path.read_bytes())
                sent = Sent("address", 5.0, sound.length)
            note(sent)
        if sent.job is None:
            self.jobs.append(f"job-{len(self.jobs) + 1}")
            sent = replace(sent, job=self.jobs[-1])
            note(sent)
        if self.hold is not None:
            self.hold.wait(10)
        if self.failure is not None:
            raise self.failure
        return Transcript(self.name, "en", "Hello you.", self.words, (), 0.9, sent.job)


@dataclass
class Bench:
    """A transcription over a real library, a real cache and an engine of our own."""

    folder: Path
    engine: Engine = field(default_factory=Engine)

    def __post_init__(self) -> None:
        self.database = Database(sqlite_url(self.folder / "library.sqlite"))
        self.cache = DiskCache(self.folder / "cache")
        self.workers = DirectWorkers({**HANDLERS, HANDLER: speech_sound_handler})
        self.transcription = Transcription(
            SqlLibrary(self.database),
            SqlTranscripts(self.database),
            self.cache,
            self.workers,
            {"assemblyai": lambda: self.engine},
        )

    def hear(self, asset: Asset, language: str | None = None, context: JobContext | None = None) -> Transcript:
        return self.transcription.transcribe(asset, SpeechOptions(language), context or InlineContext())


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Asset:
    path = make_film(tmp_path_factory.mktemp("film") / "film.mp4", frames=50).path
    return make_desk(path.parent / "cache").ingest.asset(path, InlineContext())


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.database.close()


def test_the_same_sound_is_heard_once(bench: Bench, film: Asset) -> None:
    assert bench.transcription.kept(film, SpeechOptions()) is None
    first = bench.hear(film)
    assert first.words == WORDS
    assert bench.hear(replace(film, id="b", name="other", path="/elsewhere/other.mp4")) == first
    assert bench.transcription.kept(film, SpeechOptions()) == first
    assert (len(bench.engine.uploads), len(bench.engine.jobs), len(bench.engine.requests)) == (1, 1, 1)


def test_a_flac_is_sent_and_nothing_of_it_stays(bench: Bench, film: Asset) -> None:
    bench.hear(film)
    assert bench.engine.uploads[0].startswith(b"fLaC")
    assert bench.cache.info().bytes == 0


def test_other_options_are_another_job_for_the_same_upload(bench: Bench, film: Asset) -> None:
    bench.hear(film)
    bench.hear(film, "de")
    assert (len(bench.engine.uploads), len(bench.engine.jobs)) == (1, 2)
    assert bench.engine.requests[1].jobs == {"job-1"}


def test_after_a_stop_it_goes_on_by_the_id(bench: Bench, film: Asset) -> None:
    bench.engine.failure = Cancelled()
    with pytest.raises(Cancelled):
        bench.hear(film)
    bench.engine.failure = None
    assert bench.hear(film).job == "job-1"
    assert (len(bench.engine.uploads), len(bench.engine.jobs)) == (1, 1)
    assert bench.engine.requests[1].sent.job == "job-1"


def test_what_was_begun_is_known_with_its_options(bench: Bench, film: Asset) -> None:
    options = SpeechOptions("en_us", 2)
    bench.engine.failure = Cancelled()
    for each in (options, SpeechOptions()):
        with pytest.raises(Cancelled):
            bench.transcription.transcribe(film, each, InlineContext())
    assert bench.transcription.begun(film) == (options, SpeechOptions())
    assert bench.transcription.begun(film, "robot") == ()
    bench.transcription.stop(film, SpeechOptions())
    assert bench.transcription.begun(film) == (options,)
    bench.engine.failure = None
    assert bench.transcription.transcribe(film, options, InlineContext()).job == "job-1"
    assert bench.transcription.begun(film) == ()


def test_the_newest_words_are_those_asked_for_last(bench: Bench, film: Asset) -> None:
    assert (bench.transcription.newest(film), bench.transcription.known_words(film)) == (None, None)
    bench.hear(film)
    bench.engine.words = WORDS[:1]
    german = bench.hear(film, "de")
    assert (bench.transcription.newest(film), bench.transcription.known_words(film)) == (german, 1)


def test_what_is_of_no_more_use_is_begun_anew(bench: Bench, film: Asset) -> None:
    bench.engine.failure = Gone("film", "it was deleted", "try again")
    with pytest.raises(Gone):
        bench.hear(film)
    bench.engine.failure = None
    assert bench.hear(film).job == "job-2"
    assert len(bench.engine.uploads) == 2


def test_silence_is_told_each_time_and_paid_once(bench: Bench, film: Asset) -> None:
    bench.engine.words = ()
    for _ in range(2):
        with pytest.raises(UserError, match="no speech was heard in it"):
            bench.hear(film)
    assert len(bench.engine.jobs) == 1


def test_without_sound_nothing_is_sent(bench: Bench, tmp_path: Path) -> None:
    path = make_film(tmp_path / "silent.mp4", frames=5, audio=False).path
    silent = make_desk(tmp_path / "c").ingest.asset(path, InlineContext())
    with pytest.raises(UserError, match="it holds no sound"):
        bench.hear(silent)
    assert bench.engine.requests == []


def test_cues_of_a_scene_are_in_scene_time_and_kept(bench: Bench, film: Asset, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(1, 25, 50, SECOND, 2 * SECOND, "cut")
    library = SqlLibrary(bench.database)
    assert bench.transcription.scene_cues(film, [scene]) is None
    bench.hear(film)
    library.keep_scenes(film.fingerprint, "cuts", SceneList(Fraction(25), 50, (scene,), ()))
    found = bench.transcription.scene_cues(film, [scene])
    assert found == ((Cue(0, SECOND, "Hello you."),),)
    monkeypatch.setattr("app.core.speech.captions.make_cues", lambda words: ())
    assert bench.transcription.scene_cues(film, [scene]) == found
    library.keep_scenes(film.fingerprint, "cuts", SceneList(Fraction(25), 50, (scene,), ()))
    assert bench.transcription.scene_cues(film, [scene]) == ((),)


def test_cues_of_scenes_are_of_the_words_that_were_asked_for_last(bench: Bench, film: Asset) -> None:
    scene = Scene(1, 0, 50, 0, 2 * SECOND, "start")
    bench.hear(film)
    SqlLibrary(bench.database).keep_scenes(film.fingerprint, "cuts", SceneList(Fraction(25), 50, (scene,), ()))
    first = bench.transcription.scene_cues(film, [scene])
    bench.engine.words = (Word("Anew.", SECOND, SECOND * 3 // 2),)
    bench.hear(film, "de")
    found = bench.transcription.scene_cues(film, [scene])
    assert first != found
    assert found is not None
    assert [cue.text for cue in found[0]] == ["Anew."]


def test_known_words_need_no_engine(bench: Bench, film: Asset) -> None:
    first = bench.hear(film)

    def broken() -> Engine:
        raise AssertionError("made although the words are known")

    rest = (SqlLibrary(bench.database), SqlTranscripts(bench.database), bench.cache, bench.workers)
    known = Transcription(*rest, {"assemblyai": broken})
    assert known.transcribe(film, SpeechOptions(), InlineContext()) == first
    assert known.outline(film, SpeechOptions()) is None


def test_what_would_be_sent_is_known_before(bench: Bench, film: Asset) -> None:
    said = bench.transcription.outline(film, SpeechOptions())
    assert said is not None
    assert (said.receiver, said.length, said.cents) == ("Service", 2 * SECOND, Fraction(3))
    assert bench.engine.requests == []
    bench.hear(film)
    assert len(bench.engine.uploads[0]) <= said.most_bytes
    assert bench.transcription.outline(film, SpeechOptions()) is None
    other = bench.transcription.outline(film, SpeechOptions("de"))
    assert other is not None
    assert other.most_bytes == 0


def test_an_engine_that_is_not_there(bench: Bench, film: Asset) -> None:
    with pytest.raises(UserError, match="engine robot: there is none of that name; choose assemblyai"):
        bench.transcription.transcribe(film, SpeechOptions(), InlineContext(), "robot")


def test_two_threads_ask_once(bench: Bench, film: Asset) -> None:
    bench.engine.hold = threading.Event()
    found: list[Transcript] = []
    threads = [threading.Thread(target=lambda: found.append(bench.hear(film))) for _ in range(3)]
    for thread in threads:
        thread.start()
    bench.engine.hold.set()
    for thread in threads:
        thread.join()
    assert len(found) == 3
    assert len(bench.engine.jobs) == 1


def test_waiting_for_another_can_be_cancelled(bench: Bench, film: Asset) -> None:
    bench.engine.hold = threading.Event()
    thread = threading.Thread(target=lambda: bench.hear(film))
    thread.start()
    while not bench.engine.jobs:
        assert thread.is_alive()
    cancelled = threading.Event()
    cancelled.set()
    with pytest.raises(Cancelled):
        bench.hear(film, context=InlineContext(cancelled=cancelled))
    bench.engine.hold.set()
    thread.join()


@pytest.fixture
def elsewhere(bench: Bench, film: Asset, tmp_path: Path) -> Iterator[tuple[Bench, Asset]]:
    """Another machine: nothing but a collected project with the film and its words."""
    bench.hear(film)
    project = add_assets(new_project("Wedding"), [film])
    store, newest = ProjectFiles(), bench.transcription.newest
    collect(project, "Wedding", tmp_path / "all", store, newest, InlineContext())
    (tmp_path / "all").rename(tmp_path / "moved")
    [asset] = store.load(tmp_path / "moved" / "Wedding.insomnia").assets
    (tmp_path / "other").mkdir()
    other = Bench(tmp_path / "other")
    yield other, asset
    other.database.close()


def test_words_of_a_collected_project_are_known_on_another_machine(elsewhere: tuple[Bench, Asset]) -> None:
    there, asset = elsewhere
    assert there.transcription.known_words(asset) == 2
    found = there.transcription.newest(asset)
    assert found is not None
    assert (found.words, found.language, found.text) == (WORDS, "en", "Hello you.")
    shutil.rmtree(Path(asset.path).parent.parent / "transcripts")
    assert there.transcription.newest(asset) == found
    assert there.hear(asset) == found
    assert there.engine.requests == []


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: "",
        lambda text: text[: len(text) // 2],
        lambda text: "[" * 100_000,
        lambda text: text.replace('"fingerprint": "', '"fingerprint": "another '),
        lambda text: text.replace('"start": 0.0', '"start": NaN'),
        lambda text: text.replace('"start": 0.0', '"start": 1e300'),
        lambda text: text.replace('"words": [', '"words": [5, '),
    ],
)
def test_damaged_words_or_those_of_another_film_are_not_taken(
    elsewhere: tuple[Bench, Asset], damage: Callable[[str], str]
) -> None:
    there, asset = elsewhere
    [file] = (Path(asset.path).parent.parent / "transcripts").iterdir()
    text = file.read_text()
    file.write_text(damage(text))
    assert file.read_text() != text
    assert there.transcription.newest(asset) is None
    assert there.transcription.known_words(asset) is None
