"""Words of a project's media: asked for by a person, by themselves, and gone on with after a stop."""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.core.base.errors import Cancelled, UserError
from app.core.edit.assets import add_assets, new_project
from app.core.jobs.inline import InlineContext
from app.core.jobs.manager import JobManager, Pool
from app.core.model.asset import Asset
from app.core.session.session import Session
from app.core.session.settings import load_settings
from app.core.session.speech_account import SpeechAccount
from app.core.session.speech_list import Ended, SpeechList, SpeechState
from app.core.speech.transcriber import SpeechOptions
from tests.helpers.ingest import make_desk
from tests.helpers.media import make_film
from tests.unit.core.session.test_transcription import Bench

SECONDS = 20


class Stage:
    """A list of one project over a real library, with jobs in threads; what is posted runs in :meth:`until`."""

    def __init__(self, folder: Path, *assets: Asset, key: str = "given-key") -> None:
        self.bench = Bench(folder)
        self.file = folder / "settings.toml"
        self.account = SpeechAccount(load_settings({"ASSEMBLYAI_API_KEY": key}, self.file), self.file)
        self.jobs = JobManager()
        self.posted: queue.Queue[Callable[[], None]] = queue.Queue()
        self.session = Session(add_assets(new_project("New"), assets))
        self.ended: list[Ended] = []
        self.open()

    def open(self) -> None:
        """Make the list, as a start of the program does."""
        transcription = self.bench.transcription
        self.list = SpeechList(self.session, self.jobs, lambda: transcription, self.account, self.posted.put)
        self.list.ended.subscribe(self.ended.append)

    def until(self, met: Callable[[], bool]) -> None:
        """Run what is posted until ``met``."""
        deadline = time.monotonic() + SECONDS
        while not met():
            assert time.monotonic() < deadline
            with contextlib.suppress(queue.Empty):
                self.posted.get(timeout=0.01)()

    def settle(self) -> None:
        """Run until nothing is under way."""
        self.until(lambda: self.list.settled and self.jobs.idle() and self.posted.empty())

    def close(self) -> None:
        """End everything."""
        self.bench.engine.hold = None
        self.list.close()
        self.jobs.shutdown()
        self.bench.database.close()


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> tuple[Asset, ...]:
    folder = tmp_path_factory.mktemp("films")
    ingest = make_desk(folder / "cache").ingest
    made = [make_film(folder / f"film {n}.mp4", frames=20 + n, first_number=n * 50).path for n in range(3)]
    silent = make_film(folder / "silent.mp4", frames=5, audio=False).path
    return tuple(ingest.asset(path, InlineContext()) for path in (*made, silent))


@pytest.fixture
def stage(tmp_path: Path, films: tuple[Asset, ...]) -> Iterator[Stage]:
    made = Stage(tmp_path, *films)
    made.settle()
    yield made
    made.close()


def test_what_was_asked_for_together_ends_together(stage: Stage, films: tuple[Asset, ...]) -> None:
    seen = []
    stage.list.changed.subscribe(lambda row: seen.append((row.asset_id, row.state)))
    jobs = stage.list.transcribe(films[:2], SpeechOptions())
    assert [job.title for job in jobs] == ["Transcribing film 0.mp4", "Transcribing film 1.mp4"]
    assert stage.list.transcribe(films[:1], SpeechOptions()) == ()
    stage.settle()
    (ended,) = stage.ended
    assert set(ended.heard) == {films[0].id, films[1].id}
    assert (stage.list.row(films[0].id).words, stage.list.row(films[2].id).words) == (2, None)
    assert stage.list.row(films[0].id).state is SpeechState.IDLE
    assert (films[0].id, SpeechState.WAITING) in seen
    assert len(stage.bench.engine.uploads) == 2


def test_words_of_earlier_days_are_known(stage: Stage, films: tuple[Asset, ...]) -> None:
    stage.bench.hear(films[0])
    stage.list.close()
    stage.open()
    stage.settle()
    assert stage.list.row(films[0].id).words == 2


def test_two_at_once_and_never_in_the_way_of_imports(stage: Stage, films: tuple[Asset, ...]) -> None:
    hold = stage.bench.engine.hold = threading.Event()
    stage.list.transcribe(films[:3], SpeechOptions())
    stage.until(lambda: len(stage.bench.engine.jobs) == 2)
    assert stage.jobs.submit("import", "Import", lambda context: 5, pool=Pool.HEAVY).wait(SECONDS) == 5
    assert len(stage.bench.engine.jobs) == 2
    hold.set()
    stage.settle()
    assert len(stage.bench.engine.jobs) == 3


def test_a_failure_is_told_once_and_can_be_tried_again(stage: Stage, films: tuple[Asset, ...]) -> None:
    stage.bench.engine.failure = UserError("film", "there is no network", "try again")
    stage.list.transcribe(films[:1], SpeechOptions("de"))
    stage.settle()
    row = stage.list.row(films[0].id)
    assert (row.state, row.reason) == (SpeechState.FAILED, "there is no network; try again")
    assert [error.why for error in stage.ended[0].failed] == ["there is no network"]
    stage.bench.engine.failure = None
    stage.list.retry(films[0])
    stage.settle()
    assert (stage.list.row(films[0].id).state, stage.list.row(films[0].id).words) == (SpeechState.IDLE, 2)
    assert stage.bench.engine.requests[-1].options.language == "de"
    assert len(stage.bench.engine.jobs) == 1


def begin_and_leave(stage: Stage, film: Asset) -> None:
    """A transcription whose program ends while the service works."""
    hold = stage.bench.engine.hold = threading.Event()
    stage.bench.engine.failure = UserError("film", "the program was ended", "start it again")
    stage.list.transcribe([film], SpeechOptions("de"))
    stage.until(lambda: len(stage.bench.engine.jobs) == 1)
    stage.list.close()
    hold.set()
    assert stage.jobs.wait_idle(SECONDS)
    stage.bench.engine.failure = stage.bench.engine.hold = None


def test_what_was_under_way_goes_on_by_itself(stage: Stage, films: tuple[Asset, ...]) -> None:
    stage.account.agree()
    begin_and_leave(stage, films[0])
    stage.open()
    stage.settle()
    assert stage.list.row(films[0].id).words == 2
    assert (len(stage.bench.engine.uploads), len(stage.bench.engine.jobs)) == (1, 1)


def test_nothing_goes_on_to_another_host(stage: Stage, films: tuple[Asset, ...]) -> None:
    begin_and_leave(stage, films[0])
    stage.open()
    stage.settle()
    assert stage.list.row(films[0].id).words is None
    assert len(stage.bench.engine.requests) == 1


def test_without_a_key_it_says_what_waits(tmp_path: Path, films: tuple[Asset, ...]) -> None:
    stage = Stage(tmp_path, films[0], key="")
    stage.account.agree()
    begin_and_leave(stage, films[0])
    stage.open()
    stage.settle()
    row = stage.list.row(films[0].id)
    assert (row.state, "there is no key" in row.reason) == (SpeechState.FAILED, True)
    stage.close()


def test_what_a_person_stopped_waits_for_them(stage: Stage, films: tuple[Asset, ...]) -> None:
    stage.account.agree()
    hold = stage.bench.engine.hold = threading.Event()
    stage.bench.engine.failure = Cancelled()
    (job,) = stage.list.transcribe(films[:1], SpeechOptions())
    stage.until(lambda: len(stage.bench.engine.jobs) == 1)
    job.cancel()
    hold.set()
    stage.settle()
    assert stage.list.row(films[0].id).state is SpeechState.IDLE
    stage.bench.engine.failure = None
    stage.list.close()
    stage.open()
    stage.settle()
    assert stage.list.row(films[0].id).words is None
    stage.list.transcribe(films[:1], SpeechOptions())
    stage.settle()
    assert (stage.list.row(films[0].id).words, len(stage.bench.engine.jobs)) == (2, 1)


def test_new_videos_are_transcribed_once_where_that_is_agreed(tmp_path: Path, films: tuple[Asset, ...]) -> None:
    stage = Stage(tmp_path)
    stage.account.agree(new_videos=True)
    sound = replace(films[1], id="sound", info=replace(films[1].info, kind="audio", video=None))
    for asset in (*films[:1], films[2], films[3], sound):
        stage.session.apply("Import", lambda project, asset=asset: add_assets(project, [asset]))  # type: ignore[misc]
        stage.list.arrived(asset.id)
    stage.settle()
    assert sorted(request.name for request in stage.bench.engine.requests) == sorted([films[0].path, films[2].path])
    stage.session.undo()
    stage.session.redo()
    stage.list.arrived(films[0].id)
    stage.settle()
    assert len(stage.bench.engine.jobs) == 2
    stage.close()


def test_new_videos_wait_for_each_other(tmp_path: Path, films: tuple[Asset, ...]) -> None:
    stage = Stage(tmp_path)
    stage.account.agree(new_videos=True)
    hold = stage.bench.engine.hold = threading.Event()
    stage.session.apply("Import", lambda project: add_assets(project, films[:2]))
    for asset in films[:2]:
        stage.list.arrived(asset.id)
    stage.until(lambda: len(stage.bench.engine.jobs) == 1 and stage.list.settled)
    assert len(stage.jobs.jobs()) == 1
    hold.set()
    stage.settle()
    assert len(stage.bench.engine.jobs) == 2
    stage.close()


def test_without_consent_nothing_is_sent(tmp_path: Path, films: tuple[Asset, ...]) -> None:
    stage = Stage(tmp_path)
    stage.session.apply("Import", lambda project: add_assets(project, films[:1]))
    stage.list.arrived(films[0].id)
    stage.settle()
    assert stage.bench.engine.requests == []
    stage.close()
