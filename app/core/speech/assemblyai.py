"""Speech to words by AssemblyAI (https://www.assemblyai.com/docs): send the sound, ask, wait.

Each step that costs is told to the caller at once, so that whatever happens after it, the next
try goes on from there: an upload is good for a day, a job for weeks.
"""

from __future__ import annotations

import io
import logging
import os
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

from app.core.base.errors import UserError
from app.core.base.log import hide
from app.core.base.time import SECOND, Flicks, to_seconds
from app.core.jobs.context import JobContext
from app.core.model.transcript import Transcript
from app.core.speech.assemblyai_answers import has_words, is_deleted, transcript_from
from app.core.speech.connection import Broken, Connection, Json, Reply, Service
from app.core.speech.transcriber import Gone, Outline, Request, Sent, Sound, SpeechOptions

logger = logging.getLogger(__name__)

ENGINE = "assemblyai"
DEFAULT_ADDRESS = "https://api.assemblyai.com"
DEFAULT_MODELS = "universal-3-5-pro,universal-2"
KEY_SETTING, ADDRESS_SETTING = "ASSEMBLYAI_API_KEY", "ASSEMBLYAI_BASE_URL"

MOST_BYTES = 2_200_000_000
_LONGEST, _SHORTEST = 10 * 3600 * SECOND, SECOND * 16 // 100
_UPLOAD_LASTS = 20 * 3600.0
"""Seconds; the service begins to remove uploads after 24 hours."""
_CENTS_AN_HOUR = {"universal-3-5-pro": 21, "universal-2": 15}
"""Of October 2026 (https://www.assemblyai.com/pricing); charged by the second."""
_CENTS_FOR_SPEAKERS = 2
DEADLINE = 3 * 3600.0
"""Seconds of waiting for a job, which usually takes less than a minute; it goes on without us."""
_LEAST_POLL, _MOST_POLL, _POLL_SHARE = 0.3, 10.0, 0.25
_SUBMISSIONS = 4
_AGAIN = "try again: the sound is sent anew then"
_TAKEN_OUT, _SENT = 0.2, 0.6
"""Shares of the progress: the sound is taken out of the film, then sent, then the service works."""


@dataclass(frozen=True, slots=True)
class Clock:
    """How time passes; a test has its own."""

    monotonic: Callable[[], float] = time.monotonic
    now: Callable[[], float] = time.time
    pause: Callable[[float], None] = time.sleep


class AssemblyAI:
    """A :class:`app.core.speech.transcriber.Transcriber`. May be used by several threads at once."""

    name = ENGINE

    def __init__(
        self,
        key: str | None,
        address: str = DEFAULT_ADDRESS,
        models: Sequence[str] = tuple(DEFAULT_MODELS.split(",")),
        *,
        clock: Clock | None = None,
    ) -> None:
        """``models`` are tried in that order; none leaves the choice to the service.

        Raises:
            UserError: ``address`` is none, or ``key`` cannot be one.
        """
        self._service = Service.checked("AssemblyAI", address, ADDRESS_SETTING, KEY_SETTING)
        self._key = _checked_key(key)
        self._models = tuple(models)
        self._clock = clock or Clock()

    @property
    def receiver(self) -> str:
        """The service's name, for people."""
        return self._service.name

    @property
    def host(self) -> str:
        """The host that sound is sent to."""
        return self._service.host

    @property
    def encrypted(self) -> bool:
        """Whether nobody on the way can listen."""
        return self._service.address.lower().startswith("https:")

    def outline(self, length: Flicks, most_bytes: int, sent: Sent, options: SpeechOptions) -> Outline | None:
        """What would be sent and cost; see :meth:`app.core.speech.transcriber.Transcriber.outline`."""
        if sent.job is not None:
            return None
        there = sent.upload is not None and self._clock.now() - sent.uploaded_at < _UPLOAD_LASTS
        prices = [_CENTS_AN_HOUR.get(model) for model in self._models]
        known = [price for price in prices if price is not None]
        cents = None
        if known and len(known) == len(prices):
            an_hour = max(known) + (_CENTS_FOR_SPEAKERS if options.speakers is not None else 0)
            cents = Fraction(length * an_hour, 3600 * SECOND)
        return Outline(self._service.name, self._service.host, length, 0 if there else most_bytes, cents)

    def transcribe(self, request: Request, note: Callable[[Sent], None], context: JobContext) -> Transcript:
        """Send, ask, wait; see :meth:`app.core.speech.transcriber.Transcriber.transcribe`."""
        if self._key is None:
            what_to_do = f"set {KEY_SETTING}, or keep it in the system keyring (insomnia, assemblyai)"
            raise UserError(request.name, "there is no key for AssemblyAI", what_to_do)
        connection = Connection(self._service, self._key, pause=self._clock.pause)
        with closing(connection):
            return _Errand(connection, request, note, context, self._models, self._clock).run()

    def check_key(self, context: JobContext) -> None:
        """Ask the service whether it takes the key; nothing else is sent.

        Raises:
            KeyRefused: it does not.
            UserError: it cannot be asked now.
            Cancelled: ``context`` was cancelled.
        """
        with closing(Connection(self._service, self._key or "", pause=self._clock.pause)) as connection:
            _check_key(connection, self._service.name, context)


@dataclass
class _Errand:
    """One request on its way."""

    connection: Connection
    request: Request
    note: Callable[[Sent], None]
    context: JobContext
    models: tuple[str, ...]
    clock: Clock

    def run(self) -> Transcript:
        sent = self.request.sent
        if sent.job is None:
            _check_key(self.connection, self.request.name, self.context)
            sent = self._submitted(sent)
        return self._result(sent)

    def _submitted(self, sent: Sent) -> Sent:
        """``sent`` with a job, noted."""
        if sent.upload is not None and self.clock.now() - sent.uploaded_at < _UPLOAD_LASTS:
            # A try that was killed may have come as far as the job.
            job = self._find(sent.upload) or self._submit(sent.upload)
            if job is not None:
                return self._noted(replace(sent, job=job))
        sent = self._uploaded()
        if sent.upload is not None:
            job = self._submit(sent.upload)
            if job is not None:
                return self._noted(replace(sent, job=job))
        raise Gone(self.request.name, "AssemblyAI does not find the sound that it was sent", _AGAIN)

    def _noted(self, sent: Sent) -> Sent:
        self.note(sent)
        return sent

    def _uploaded(self) -> Sent:
        with self.request.sound(self.context) as sound:
            size = self._checked_size(sound)
            reply = self._ask("POST", "/v2/upload", body=lambda: _Reader(sound.path, size, self.context), tries=4)
        address = reply.document.get("upload_url")
        if reply.status != 200 or not isinstance(address, str) or not address:
            raise self._problem(reply)
        return self._noted(Sent(address, self.clock.now(), sound.length))

    def _checked_size(self, sound: Sound) -> int:
        size = sound.path.stat().st_size
        if sound.length < _SHORTEST:
            raise UserError(self.request.name, "its sound is too short", "choose a file in which somebody speaks")
        if sound.length > _LONGEST:
            raise UserError(self.request.name, "it is longer than the 10 hours AssemblyAI takes", "cut it into parts")
        if size > MOST_BYTES:
            why = f"its sound has {size / 1e9:.1f} GB and AssemblyAI takes {MOST_BYTES / 1e9:.1f} GB"
            raise UserError(self.request.name, why, "cut it into parts")
        return size

    def _submit(self, upload: str) -> str | None:
        """The id of a new job; None where the service does not know the upload any more.

        The service would begin a second job for the same question asked twice: where no whole
        answer came, its list tells whether the first one was begun.
        """
        body = _submission(upload, self.request.options, self.models)
        trouble: Reply | Broken = Broken()
        for number in range(_SUBMISSIONS):
            try:
                reply = self.connection.once("POST", "/v2/transcript", self.context, document=body)
            except Broken as broken:
                trouble = broken
            else:
                if reply.status == 200 and _job_id(reply.document) is not None:
                    return _job_id(reply.document)
                if reply.status == 403:
                    return None
                if reply.status == 400 and "speech_models" in reply.message and body.pop("speech_models", None):
                    logger.info("AssemblyAI does not know these models any more: %s", reply.message)
                    continue
                trouble = Broken() if reply.status == 200 else reply
                if isinstance(trouble, Reply) and not trouble.trouble:
                    raise self._problem(reply)
            self.connection.wait_after(trouble, number, self.context)
            if isinstance(trouble, Broken) or trouble.status >= 500:
                job = self._find(upload)
                if job is not None:
                    return job
        raise self.connection.problem(self.request.name, trouble)

    def _find(self, upload: str) -> str | None:
        """The job that was begun for ``upload`` without our learning its id, if there is one."""
        reply = self._ask("GET", "/v2/transcript", params={"limit": "20"})
        listed = reply.document.get("transcripts")
        for each in listed if isinstance(listed, list) else []:
            job = _job_id(each) if isinstance(each, dict) else None
            if job is None or job in self.request.jobs or each.get("status") == "error":
                continue
            if each.get("audio_url") == upload:
                return job
        return None

    def _result(self, sent: Sent) -> Transcript:
        """Wait until the job is done."""
        job = sent.job or ""
        begun = self.clock.monotonic()
        while True:
            reply = self._ask("GET", f"/v2/transcript/{quote(job, safe='')}", tries=6)
            if reply.status == 404 or (reply.status == 400 and "not found" in reply.message):
                raise Gone(self.request.name, "AssemblyAI does not have its transcription any more", _AGAIN)
            if reply.status != 200:
                raise self._problem(reply)
            status = reply.document.get("status")
            if status == "completed":
                return self._completed(reply.document, sent)
            if status == "error":
                return self._failed(reply.document, sent)
            waited = self.clock.monotonic() - begun
            if waited > DEADLINE:
                why = f"AssemblyAI is still at work after {waited / 60:.0f} minutes"
                raise UserError(self.request.name, why, "try again later: it goes on from there")
            self.context.report(1 - (1 - _SENT) * 60 / (60 + waited), "waiting for the service")
            self.connection.wait(min(max(waited * _POLL_SHARE, _LEAST_POLL), _MOST_POLL), self.context)

    def _completed(self, document: Json, sent: Sent) -> Transcript:
        if is_deleted(document):
            raise Gone(self.request.name, "its transcription was deleted at AssemblyAI", _AGAIN)
        if not has_words(document):
            raise UserError(self.request.name, "AssemblyAI answers without the words", "try again later")
        heard = document.get("audio_duration")
        if isinstance(heard, int | float) and sent.length is not None and heard + 2 < to_seconds(sent.length):
            logger.info("AssemblyAI heard %s s of %.1f s", heard, to_seconds(sent.length))
        return transcript_from(document, ENGINE, sent.job or "")

    def _failed(self, document: Json, sent: Sent) -> Transcript:
        said = str(document.get("error") or "no reason is given")[:300]
        if "no spoken audio" in said:
            return Transcript(ENGINE, None, "", (), job=sent.job)
        if said.startswith("Server error"):  # asking again is advised; the sound is still there
            self.note(replace(sent, job=None))
            raise UserError(self.request.name, f"AssemblyAI failed: {said}", "try again: nothing is sent twice")
        if "does not appear to contain audio" in said or "too short" in said:
            raise Gone(self.request.name, f"AssemblyAI hears no sound in it ({said})", "choose another file")
        raise Gone(self.request.name, f"AssemblyAI failed: {said}", _AGAIN)

    def _ask(self, method: str, path: str, **rest: Any) -> Reply:
        return self.connection.ask(self.request.name, method, path, self.context, **rest)

    def _problem(self, reply: Reply) -> UserError:
        return self.connection.problem(self.request.name, reply)


def _check_key(connection: Connection, name: str, context: JobContext) -> None:
    """Ask something small, so that a wrong key is told before anything large is sent."""
    reply = connection.ask(name, "GET", "/v2/transcript", context, params={"limit": "1"}, tries=3)
    if reply.status in (401, 403):
        raise connection.problem(name, replace(reply, status=401))


class _Reader(io.RawIOBase):
    """A file on its way: its length is known, each piece that is read moves the progress and may be the last."""

    def __init__(self, path: Path, size: int, context: JobContext) -> None:
        super().__init__()
        self._file: IO[bytes] = path.open("rb")
        self._size = size
        self._context = context

    def __len__(self) -> int:
        return self._size

    def read(self, size: int = -1) -> bytes:
        done = self._file.tell() / max(1, self._size)
        self._context.report(_TAKEN_OUT + (_SENT - _TAKEN_OUT) * done, "sending the sound")
        return self._file.read(size)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def close(self) -> None:
        self._file.close()
        super().close()


def _submission(upload: str, options: SpeechOptions, models: Sequence[str]) -> Json:
    body: Json = {"audio_url": upload}
    if options.language is None:
        body["language_detection"] = True
    else:
        body["language_code"] = options.language
    if models:
        body["speech_models"] = list(models)
    if options.speakers is not None:
        body.update(speaker_labels=True, speakers_expected=options.speakers)
    return body


def _job_id(document: Json) -> str | None:
    job = document.get("id")
    return job if isinstance(job, str) and 0 < len(job) <= 200 else None


def _checked_key(key: str | None) -> str | None:
    stripped = (key or "").strip()
    if not stripped:
        return None
    hide(stripped)
    if not stripped.isascii() or not stripped.isprintable() or " " in stripped:
        raise UserError(KEY_SETTING, "it holds characters that no key has", "copy the key anew, without quotes")
    return stripped
