"""Transcripts of media: heard once for each content and way of asking, then known for ever.

What was sent is in the library before the next step is taken: a program that is killed goes on
by the id of its job, and the same sound is not sent, nor paid for, twice.
"""

from __future__ import annotations

import contextlib
import logging
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from app.core.base.errors import UserError
from app.core.base.locks import held_alone
from app.core.jobs.context import JobContext
from app.core.media.disk_cache import DiskCache
from app.core.media.indexes import Caller
from app.core.model.asset import Asset
from app.core.model.scene import Scene
from app.core.model.transcript import Cue, Transcript
from app.core.session.collected_words import words_beside
from app.core.session.ingest_parallel import PartContext
from app.core.session.ports import KnownMedia, Library, Transcripts
from app.core.speech.transcriber import Gone, Outline, Request, Sent, Sound, SpeechOptions, Transcriber

logger = logging.getLogger(__name__)

DEFAULT_ENGINE = "assemblyai"

_METHOD = re.compile(r"speech \S+ \d+ (?P<language>\S+) (?P<speakers>\d{1,3})")
_CACHE_KIND = "speech"
_TAKING_OUT = 0.2  # of the progress: the sound is taken out of the film
_SLICE = 0.1
_MEMORY = 1024 * 1024 * 1024


class Transcription:
    """The transcripts of one person's media. Every method may be called from any thread, and blocks."""

    def __init__(
        self,
        library: Library,
        transcripts: Transcripts,
        cache: DiskCache,
        workers: Caller,
        engines: Mapping[str, Callable[[], Transcriber]],
    ) -> None:
        """``engines`` makes a transcriber by its name."""
        self._library = library
        self._transcripts = transcripts
        self._cache = cache
        self._workers = workers
        self._engines = engines

    def kept(self, asset: Asset, options: SpeechOptions, engine: str = DEFAULT_ENGINE) -> Transcript | None:
        """The transcript that is known already; nothing is sent. Quick.

        Raises:
            UserError: the medium has no sound, or the library cannot be read.
        """
        return self._transcripts.transcript(asset.fingerprint, _method(asset, options, engine))

    def transcribe(
        self, asset: Asset, options: SpeechOptions, context: JobContext, engine: str = DEFAULT_ENGINE
    ) -> Transcript:
        """The words of the first sound of ``asset``: known ones, else heard by ``engine``.

        Whoever calls this for an engine that is a service has the person's consent.

        Raises:
            UserError: there is no such engine, no sound or no speech, or the engine failed; what was
                sent is not sent again.
            Cancelled: ``context`` was cancelled; as above.
        """
        make = self._maker(engine)
        method = _method(asset, options, engine)
        with self._alone(asset.fingerprint, context):
            found = self._transcripts.transcript(asset.fingerprint, method)
            if found is None:
                found = self._heard(asset, options, method, make(), context)
        if not found.words:
            raise UserError(asset.path, "no speech was heard in it", "choose a file in which somebody speaks")
        return found

    def newest(self, asset: Asset) -> Transcript | None:
        """The words of ``asset`` that were asked for last, whatever the options. Quick.

        Raises:
            UserError: the library cannot be read.
        """
        return self._transcripts.newest(asset.fingerprint) or self._adopt(asset)

    def known_words(self, asset: Asset) -> int | None:
        """How many words :meth:`newest` has; 0 where nobody speaks, None where there is none.

        Raises:
            UserError: the library cannot be read.
        """
        known = self._transcripts.known_words(asset.fingerprint)
        if known is not None:
            return known
        found = self._adopt(asset)
        return None if found is None else len(found.words)

    def _adopt(self, asset: Asset) -> Transcript | None:
        """Words that came with a collected project, from here on as if they had been heard here."""
        found = words_beside(asset) if asset.info.audio else None
        if found is not None:
            self._keep(asset, found)
        return found

    def adopt(self, asset: Asset, found: Transcript) -> bool:
        """Words from elsewhere, from here on as if they had been heard here; whether they were not known yet.

        Raises:
            UserError: the medium has no sound, or the library cannot be read or written.
        """
        if self.known_words(asset) is not None:
            return False
        self._keep(asset, found)
        return True

    def _keep(self, asset: Asset, found: Transcript) -> None:
        engine = found.engine if found.engine in self._engines else DEFAULT_ENGINE
        if self._library.media(asset.fingerprint) is None:
            self._library.keep_media(KnownMedia(asset.fingerprint, asset.size, asset.path, asset.info), probed=False)
        self._transcripts.keep_transcript(asset.fingerprint, _method(asset, SpeechOptions(), engine), found)

    def begun(self, asset: Asset, engine: str = DEFAULT_ENGINE) -> tuple[SpeechOptions, ...]:
        """What was asked of ``engine`` and neither came back nor was stopped by a person, the oldest first.

        Raises:
            UserError: the library cannot be read.
        """
        listed = self._transcripts.begun(asset.fingerprint) if asset.info.audio else ()
        asked = [(method, _options(method)) for method in listed]
        return tuple(options for method, options in asked if options and _method(asset, options, engine) == method)

    def stop(self, asset: Asset, options: SpeechOptions, engine: str = DEFAULT_ENGINE) -> None:
        """A person stopped the work for these options: it goes on only when somebody asks for it.

        Raises:
            UserError: the medium has no sound, or the library cannot be written.
        """
        self._transcripts.stop(asset.fingerprint, _method(asset, options, engine))

    def outline(self, asset: Asset, options: SpeechOptions, engine: str = DEFAULT_ENGINE) -> Outline | None:
        """What :meth:`transcribe` would send, to whom, and about what it would cost: to be agreed to before.

        None where nothing more would be sent or paid: the words are known or a job is running. Asks nobody.

        Raises:
            UserError: there is no such engine, the medium has no sound, or the library cannot be read.
        """
        from app.core.media.speech_sound import most_bytes, speech_stream

        make = self._maker(engine)
        method = _method(asset, options, engine)
        if self._transcripts.transcript(asset.fingerprint, method) is not None:
            return None
        _, length = speech_stream(asset)
        sent = self._begun(asset.fingerprint, method, engine)
        return make().outline(length, most_bytes(length), sent, options)

    def scene_cues(self, asset: Asset, scenes: Sequence[Scene]) -> tuple[tuple[Cue, ...], ...] | None:
        """The subtitles of each scene, in scene time: kept ones, else made of the words that were asked for last.

        None while the medium has no transcript; nothing is sent.

        Raises:
            UserError: the library cannot be read or written.
        """
        from app.core.speech.captions import CAPTIONS_VERSION, cues_between, make_cues

        key, method = asset.fingerprint, self._transcripts.newest_method(asset.fingerprint)
        if method is None:
            return None
        whole: tuple[Cue, ...] | None = None
        found = []
        for scene in scenes:
            cues = self._transcripts.scene_cues(key, method, scene, CAPTIONS_VERSION)
            if cues is None:
                if whole is None:
                    said = self._transcripts.transcript(key, method)
                    whole = make_cues(said.words) if said is not None else ()
                cues = cues_between(whole, scene.start, scene.end)
                self._transcripts.keep_scene_cues(key, method, scene, CAPTIONS_VERSION, cues)
            found.append(cues)
        return tuple(found)

    def _heard(
        self, asset: Asset, options: SpeechOptions, method: str, transcriber: Transcriber, context: JobContext
    ) -> Transcript:
        key = asset.fingerprint
        if self._library.media(key) is None:
            self._library.keep_media(KnownMedia(key, asset.size, asset.path, asset.info), probed=False)
        sent = self._begun(key, method, transcriber.name)
        others = self._transcripts.jobs(key) - {sent.job}
        request = Request(asset.path, options, lambda each: self._sound(asset, each), sent, others)
        try:
            found = transcriber.transcribe(
                request, lambda step: self._transcripts.keep_sent(key, method, transcriber.name, step), context
            )
        except Gone:
            self._transcripts.give_up(key, method)
            raise
        self._transcripts.keep_transcript(key, method, found)
        logger.info("transcribed %s: %d words", asset.path, len(found.words))
        return found

    def _maker(self, engine: str) -> Callable[[], Transcriber]:
        make = self._engines.get(engine)
        if make is None:
            raise UserError(f"engine {engine}", "there is none of that name", f"choose {' or '.join(self._engines)}")
        return make

    def _begun(self, fingerprint: str, method: str, engine: str) -> Sent:
        """How far earlier tries came, for these options or others."""
        return self._transcripts.sent(fingerprint, method) or self._transcripts.upload(fingerprint, engine) or Sent()

    @contextlib.contextmanager
    def _sound(self, asset: Asset, context: JobContext) -> Iterator[Sound]:
        """The sound in a file of its own, made by a worker and gone after the block."""
        from app.core.media.speech_sound import HANDLER, speech_sound_request, speech_stream

        stream, end = speech_stream(asset)
        with self._cache.temporary(asset.fingerprint, _CACHE_KIND) as out:
            args = speech_sound_request(asset.path, stream, end, Path(out))
            part = PartContext(context, 0.0, _TAKING_OUT)
            answer = self._workers.call(HANDLER, args, context=part, memory=_MEMORY)
            yield Sound(Path(out), int(answer["length"]))

    @contextlib.contextmanager
    def _alone(self, fingerprint: str, context: JobContext) -> Iterator[None]:
        """Run the block while nobody else transcribes this content, here or in another program with this
        cache: the second one finds the words there."""

        def wait() -> None:
            context.report(0.0, "waiting for another to finish it")
            time.sleep(_SLICE)

        with held_alone(self._cache.folder(fingerprint, _CACHE_KIND) / "lock", wait):
            yield


def _method(asset: Asset, options: SpeechOptions, engine: str) -> str:
    """How the words were asked for, in a word: other options are another question."""
    from app.core.media.speech_sound import speech_stream

    stream, _ = speech_stream(asset)
    return f"speech {engine} {stream.index} {options.language or 'auto'} {options.speakers or 0}"


def _options(method: str) -> SpeechOptions | None:
    """The options in ``method``; None where it is not one of :func:`_method`."""
    found = _METHOD.fullmatch(method)
    if found is None:
        return None
    language, speakers = found["language"], int(found["speakers"])
    return SpeechOptions(None if language == "auto" else language, speakers or None)
