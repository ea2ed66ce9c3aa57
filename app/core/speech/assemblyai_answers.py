"""What AssemblyAI answers, as a transcript. Read with tolerance: real answers differ from their description."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from app.core.base import time
from app.core.base.time import Flicks
from app.core.model.transcript import Transcript, Utterance, Word

_MOST_MILLISECONDS = 10**9
_DELETED_TEXT = "Deleted by user."
_DELETED_ADDRESS = "http://deleted_by_user"


def is_deleted(document: dict[str, Any]) -> bool:
    """Whether the transcript was deleted: it looks completed then."""
    gone = document.get("text") == _DELETED_TEXT or document.get("audio_url") == _DELETED_ADDRESS
    return not document.get("words") and gone


def has_words(document: dict[str, Any]) -> bool:
    """Whether words are there, or rightly are not: a text without words is half an answer."""
    return bool(document.get("words")) or not _text(document.get("text")).strip()


def transcript_from(document: dict[str, Any], engine: str, job: str) -> Transcript:
    """The transcript in a completed job. Words that cannot be read are left out."""
    words = tuple(Word(*each) for each in map(_segment, _list(document.get("words"))) if each is not None)
    utterances = tuple(
        Utterance(*each) for each in map(_segment, _list(document.get("utterances"))) if each is not None
    )
    language = document.get("language_code")
    return Transcript(
        engine=engine,
        language=_text(language)[:50] or None,
        text=_text(document.get("text")).strip() or " ".join(word.text for word in words),
        words=words,
        utterances=utterances,
        confidence=_share(document.get("confidence")),
        job=job,
    )


def _segment(item: object) -> tuple[str, Flicks, Flicks, float | None, str | None] | None:
    if not isinstance(item, dict):
        return None
    text, start, end = _text(item.get("text")).strip(), _flicks(item.get("start")), _flicks(item.get("end"))
    if not text or start is None or end is None:
        return None
    return text, start, max(start, end), _share(item.get("confidence")), _text(item.get("speaker"))[:50] or None


def _flicks(milliseconds: object) -> Flicks | None:
    """Milliseconds from the service; None where they are none, or beyond any film."""
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, int | float):
        return None
    if not 0 <= milliseconds < _MOST_MILLISECONDS:
        return None
    return time.from_seconds(Fraction(milliseconds) / 1000)


def _share(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value <= 1 else None


def _text(value: object) -> str:
    """Text without what no line of subtitles has."""
    if not isinstance(value, str):
        return ""
    return "".join(letter if letter.isprintable() else " " for letter in value)


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
