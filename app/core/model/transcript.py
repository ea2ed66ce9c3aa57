"""What was said in a file: words with their times, who said them, and the cues made of them.

All times are media time: zero is the start of the container, whichever sound was listened to.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.core.base.time import Flicks


@dataclass(frozen=True, slots=True)
class Word:
    """One spoken word with its punctuation. ``confidence`` is 0 to 1, ``speaker`` a short label."""

    text: str
    start: Flicks
    end: Flicks
    confidence: float | None = None
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class Utterance:
    """What one speaker said until another began; only where speakers were told apart."""

    text: str
    start: Flicks
    end: Flicks
    confidence: float | None = None
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class Transcript:
    """The words of one sound. ``job`` is the service's own id of it, None where no service heard it.

    ``language`` is a code such as ``en`` or ``en_us``, None where it is unknown. Without words
    there was no speech.
    """

    engine: str
    language: str | None
    text: str
    words: tuple[Word, ...]
    utterances: tuple[Utterance, ...] = ()
    confidence: float | None = None
    job: str | None = None


@dataclass(frozen=True, slots=True)
class Cue:
    """One subtitle: ``text`` (lines parted by a line feed) shown from ``start`` until just before ``end``."""

    start: Flicks
    end: Flicks
    text: str
    speaker: str | None = None
