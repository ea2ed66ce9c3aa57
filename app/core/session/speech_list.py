"""The words of an open project's media as a person sees them: known, on their way, or why there are none.

Transcriptions are jobs of a pool of their own and go on by themselves after a restart. Looking into
the library is done beside, by no job: nobody started it.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from app.core.base.errors import UserError
from app.core.base.events import Event
from app.core.base.ids import new_id
from app.core.jobs.context import JobContext
from app.core.jobs.job import Job, JobState
from app.core.jobs.manager import JobManager, Pool
from app.core.jobs.pool import ThreadPool
from app.core.model.asset import Asset
from app.core.session.session import Session
from app.core.session.speech_account import SpeechAccount
from app.core.speech.transcriber import SpeechOptions

if TYPE_CHECKING:
    from app.core.session.transcription import Transcription

logger = logging.getLogger(__name__)

KIND = "transcribe"
_SECONDS_TO_END = 10.0
_NO_KEY = "it was begun before, and there is no key to go on with; choose Transcribe"


class SpeechState(StrEnum):
    """What is being done about the words of a medium."""

    IDLE = "idle"
    WAITING = "waiting"
    RUNNING = "running"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class SpeechRow:
    """One medium. ``words`` counts those known: 0 where nobody speaks, None where nobody has listened.

    ``reason`` says why it failed, ``message`` what is done at the moment; ``progress`` runs 0 to 1.
    """

    asset_id: str
    state: SpeechState = SpeechState.IDLE
    words: int | None = None
    progress: float = 0.0
    message: str = ""
    reason: str = ""

    @property
    def busy(self) -> bool:
        """Whether it is being transcribed, or waits for that."""
        return self.state in (SpeechState.WAITING, SpeechState.RUNNING)


@dataclass(frozen=True, slots=True)
class Ended:
    """What one request came to: the ids of media whose words are known now, and why others have none."""

    heard: tuple[str, ...]
    failed: tuple[UserError, ...]


@dataclass
class _Batch:
    """What was asked for together."""

    open: set[str]
    heard: list[str]
    failed: list[UserError]


class SpeechList:
    """The rows of one session. Methods are for the thread that owns the session.

    ``post`` runs a function in that thread later. ``changed`` is emitted there with each row that
    changed, ``ended`` when all that one request asked for has come or failed.
    """

    def __init__(
        self,
        session: Session,
        jobs: JobManager,
        transcription: Callable[[], Transcription],
        account: SpeechAccount,
        post: Callable[[Callable[[], None]], None],
    ) -> None:
        """``transcription`` may be called from any thread."""
        self.changed: Event[SpeechRow] = Event()
        self.ended: Event[Ended] = Event()
        self._session = session
        self._jobs = jobs
        self._transcription = transcription
        self._account = account
        self._post = post
        self._rows: dict[str, SpeechRow] = {}
        self._options: dict[str, SpeechOptions] = {}
        self._running: dict[str, Job[Any]] = {}
        self._assets: dict[str, tuple[Asset, str]] = {}
        self._batches: dict[str, _Batch] = {}
        self._new: set[str] = set()
        self._queue: deque[Asset] = deque()
        self._own = ""
        self._closed = False
        self._looking = 0
        self._beside = ThreadPool("words", 1)
        self._ends = (jobs.changed.subscribe(self._on_job), session.changed.subscribe(self._on_change))
        self._look(session.project.assets, go_on=True)

    def row(self, asset_id: str) -> SpeechRow:
        """The row of a medium of the project."""
        return self._rows.get(asset_id, SpeechRow(asset_id))

    @property
    def settled(self) -> bool:
        """Whether all that is known is shown."""
        return self._looking == 0

    def transcribe(self, assets: Sequence[Asset], options: SpeechOptions) -> tuple[Job[Any], ...]:
        """Listen to ``assets``, each as a job; the person has agreed. Those under way are left alone."""
        batch = new_id()
        return self._start([asset for asset in assets if not self.row(asset.id).busy], options, batch)

    def retry(self, asset: Asset) -> None:
        """Try once more what failed, as it was asked for."""
        self.transcribe([asset], self._options.get(asset.id, SpeechOptions()))

    def arrived(self, asset_id: str) -> None:
        """A medium has been read: a new video is transcribed by itself where the person wants that, once."""
        if asset_id not in self._new:
            return
        self._new.discard(asset_id)
        asset = self._session.project.asset(asset_id)
        if asset.info.kind == "video" and asset.info.audio and self._account.new_videos:
            self._aside(lambda: self._transcription().known_words(asset), lambda words: self._offer(asset, words))

    def close(self) -> None:
        """Stop what runs for this list; it goes on when the project is opened again. Nothing is said any more."""
        self._closed = True
        for end in self._ends:
            end()
        for job in self._running.values():
            job.cancel()
        self._beside.stop()
        self._beside.join(time.monotonic() + _SECONDS_TO_END)

    # What is known ----------------------------------------------------------------------------

    def _on_change(self, change: Any) -> None:
        added = [asset for asset in change.after.assets if asset.id in change.changes.assets.added]
        fresh = [asset for asset in added if asset.id not in self._rows]
        self._new |= {asset.id for asset in fresh}
        self._look(fresh, go_on=False)

    def _look(self, assets: Sequence[Asset], *, go_on: bool) -> None:
        """Ask the library about ``assets``, and go on with what an earlier start of the program began."""
        speaking = [asset for asset in assets if asset.info.audio]
        for asset in speaking:
            self._rows.setdefault(asset.id, SpeechRow(asset.id))
        if not speaking:
            return

        def ask() -> tuple[list[int | None], list[tuple[Asset, SpeechOptions]], bool]:
            transcription = self._transcription()
            words = [transcription.known_words(asset) for asset in speaking]
            begun = [(asset, options) for asset in speaking if go_on for options in transcription.begun(asset)[-1:]]
            may = bool(begun) and self._account.agreed
            return words, begun if may else [], may and self._account.key_source() is not None

        def tell(known: tuple[list[int | None], list[tuple[Asset, SpeechOptions]], bool]) -> None:
            words, begun, has_key = known
            for asset, count in zip(speaking, words, strict=True):
                self._set(replace(self.row(asset.id), words=count))
            for asset, options in begun:
                if has_key:
                    self._start([asset], options, new_id())
                else:
                    self._options[asset.id] = options
                    self._set(replace(self.row(asset.id), state=SpeechState.FAILED, reason=_NO_KEY))

        self._aside(ask, tell)

    def _aside(self, work: Callable[[], Any], then: Callable[[Any], None]) -> None:
        """Run ``work`` beside, and ``then`` here with what it gives; where the library fails, nothing is known."""
        self._looking += 1

        def run(_context: JobContext) -> None:
            done: Callable[[], None] = lambda: None  # noqa: E731 - one of two
            try:
                value = work()
                done = lambda: then(value)  # noqa: E731
            except UserError as error:
                logger.warning("what is known of speech cannot be read: %s", error)
            finally:
                self._post(lambda: self._looked(done))

        self._beside.put(Job("look", "known words", run, on_change=lambda _job: None))

    def _looked(self, then: Callable[[], None]) -> None:
        self._looking -= 1
        if not self._closed:
            then()

    # Jobs -------------------------------------------------------------------------------------

    def _offer(self, asset: Asset, words: int | None) -> None:
        if words is None and not self.row(asset.id).busy and asset in self._session.project.assets:
            self._queue.append(asset)
            self._next()

    def _next(self) -> None:
        """Begin the next of what is transcribed by itself, one at a time."""
        while self._queue and self._own not in self._running:
            asset = self._queue.popleft()
            if self._account.new_videos and not self.row(asset.id).busy:
                self._own = self._start([asset], SpeechOptions(), new_id())[0].id

    def _start(self, assets: Sequence[Asset], options: SpeechOptions, batch: str) -> tuple[Job[Any], ...]:
        self._batches[batch] = _Batch({asset.id for asset in assets}, [], [])
        return tuple(self._submit(asset, options, batch) for asset in assets)

    def _submit(self, asset: Asset, options: SpeechOptions, batch: str) -> Job[Any]:
        self._options[asset.id] = options
        self._set(replace(self.row(asset.id), state=SpeechState.WAITING, progress=0.0, message="", reason=""))

        def work(context: JobContext) -> None:
            found = self._transcription().transcribe(asset, options, context)
            self._post(lambda: self._heard(asset, len(found.words)))

        job = self._jobs.submit(KIND, f"Transcribing {asset.name}", work, pool=Pool.WAITING)
        self._running[job.id] = job
        self._assets[job.id] = (asset, batch)
        if job.state.final:
            self._on_job(job)
        return job

    def _on_job(self, job: Job[Any]) -> None:
        """From any thread. Whoever takes the job out of the list tells of the end: it is told once."""
        if job.kind == KIND and not job.state.final and job.id in self._assets:
            done, message = job.progress, job.message
            self._post(lambda: self._advance(job, done, message))
        elif job.state.final and (of := self._assets.pop(job.id, None)) is not None:
            self._post(lambda: self._finished(job, *of))

    def _advance(self, job: Job[Any], done: float, message: str) -> None:
        of = self._assets.get(job.id)
        if self._closed or of is None or job.state is not JobState.RUNNING:
            return
        row = self.row(of[0].id)
        if row.state is not SpeechState.RUNNING or (int(done * 100), message) != (int(row.progress * 100), row.message):
            self._set(replace(row, state=SpeechState.RUNNING, progress=done, message=message))

    def _heard(self, asset: Asset, words: int) -> None:
        self._set(replace(self.row(asset.id), words=words))

    def _finished(self, job: Job[Any], asset: Asset, batch: str) -> None:
        self._running.pop(job.id, None)
        if self._closed:
            return
        row, asked = replace(self.row(asset.id), state=SpeechState.IDLE, message=""), self._batches[batch]
        if job.state is JobState.DONE:
            asked.heard.append(asset.id)
        elif job.state is JobState.CANCELLED:
            options = self._options[asset.id]
            self._aside(lambda: self._transcription().stop(asset, options), lambda _nothing: None)
        else:
            error = job.error if isinstance(job.error, UserError) else _fault(asset)
            asked.failed.append(error)
            row = replace(row, state=SpeechState.FAILED, reason=f"{error.why}; {error.what_to_do}")
            self._look([asset], go_on=False)  # that nobody speaks is known from now on
        self._set(row)
        asked.open.discard(asset.id)
        if not asked.open:
            del self._batches[batch]
            self.ended.emit(Ended(tuple(asked.heard), tuple(asked.failed)))
        self._next()

    def _set(self, row: SpeechRow) -> None:
        if row != self._rows.get(row.asset_id) or not row.asset_id:
            self._rows[row.asset_id] = row
            if not self._closed:
                self.changed.emit(row)


def _fault(asset: Asset) -> UserError:
    return UserError(asset.name, "Insomnia failed here", "the log has the details")
