"""What every way of turning speech into words has in common."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Protocol, TypeAlias

from app.core.base.errors import UserError
from app.core.base.time import Flicks
from app.core.jobs.context import JobContext
from app.core.model.transcript import Transcript

_LANGUAGE = re.compile(r"[a-z]{2,3}(_[a-z0-9]{2,8}){0,2}")
_MOST_SPEAKERS = 50


@dataclass(frozen=True, slots=True)
class SpeechOptions:
    """What is known before listening: a language code (None: find out), how many speak (None: do not tell apart)."""

    language: str | None = None
    speakers: int | None = None

    @classmethod
    def checked(cls, language: str | None = None, speakers: int | None = None) -> SpeechOptions:
        """Options as a person gives them: ``en-GB`` and ``EN_gb`` mean the same.

        Raises:
            UserError: it is no language code, or no number of speakers.
        """
        code = language.strip().lower().replace("-", "_") if language is not None else None
        if code is not None and _LANGUAGE.fullmatch(code) is None:
            raise UserError(f"language {language}", "it is no language code", "write for example en, en_us or de")
        if speakers is not None and not 1 <= speakers <= _MOST_SPEAKERS:
            raise UserError(f"{speakers} speakers", f"it must be 1 to {_MOST_SPEAKERS}", "leave it out if unknown")
        return cls(code, speakers)


@dataclass(frozen=True, slots=True)
class Sent:
    """How far a sound got on its way through a service: kept, so that nothing is sent or paid for twice.

    ``upload`` is the service's address of the sound, ``uploaded_at`` when it arrived (seconds since
    1970), ``length`` the length of the sound, ``job`` the id under which the service works on it.
    """

    upload: str | None = None
    uploaded_at: float = 0.0
    length: Flicks | None = None
    job: str | None = None


@dataclass(frozen=True, slots=True)
class Sound:
    """A sound file to listen to; it begins at media time 0."""

    path: Path
    length: Flicks


SoundSource: TypeAlias = Callable[[JobContext], AbstractContextManager[Sound]]
"""Makes the sound when it is needed, and throws it away after the block."""


@dataclass(frozen=True, slots=True)
class Request:
    """One sound to be heard. ``name`` is what people call the medium; ``sent`` is how far an earlier
    try came; ``jobs`` are ids of other requests for the same content, which are not to be mistaken for this one."""

    name: str
    options: SpeechOptions
    sound: SoundSource
    sent: Sent = Sent()
    jobs: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Outline:
    """What a transcription would send, for the consent of a person: to whom (name and host), how long a
    sound, at most how many bytes (0: it is there already), and about what it costs in US cents, exactly
    (None: unknown)."""

    receiver: str
    host: str
    length: Flicks
    most_bytes: int
    cents: Fraction | None


class Gone(UserError):  # noqa: N818 - a state rather than a fault
    """What was sent before is of no more use: the next try must begin anew."""


class KeyRefused(UserError):  # noqa: N818 - a state rather than a fault
    """The service does not take the key: the same will happen to every sound until there is another."""


class Transcriber(Protocol):
    """A way of turning speech into words. Used from the one thread that runs the job."""

    @property
    def name(self) -> str:
        """The engine, in a word."""

    def outline(self, length: Flicks, most_bytes: int, sent: Sent, options: SpeechOptions) -> Outline | None:
        """What :meth:`transcribe` would send and cost, going on from ``sent``; None where nothing leaves
        this computer, or the job is paid already. Asks nobody."""

    def transcribe(self, request: Request, note: Callable[[Sent], None], context: JobContext) -> Transcript:
        """Hear the sound. ``note`` is told at once of each step that must not be repeated.

        A transcript without words: there is no speech.

        Raises:
            Gone: it failed, and what ``note`` was told is of no more use.
            UserError: it failed; the next try goes on from what ``note`` was told last.
            Cancelled: ``context`` was cancelled; as above.
        """
