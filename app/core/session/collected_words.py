"""What was said in media, as it lies beside them in a collected project: written when it is collected, read on
another machine, so that nobody has to listen, or to pay, twice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from app.core.base.time import from_seconds, to_seconds
from app.core.model.asset import Asset
from app.core.model.transcript import Transcript, Word

MEDIA, TRANSCRIPTS = "media", "transcripts"
_LARGEST = 50_000_000
_LONGEST = 10_000_000.0  # seconds that a medium may last


def words_text(asset: Asset, found: Transcript) -> str:
    """The file: in the fields and seconds of ``insomnia transcribe --json``, with the content it belongs to."""
    words = [
        {
            "text": word.text,
            "start": to_seconds(word.start),
            "end": to_seconds(word.end),
            "confidence": word.confidence,
            "speaker": word.speaker,
        }
        for word in found.words
    ]
    document = {
        "fingerprint": asset.fingerprint,
        "engine": found.engine,
        "language": found.language,
        "text": found.text,
        "words": words,
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def words_file(name: str) -> str:
    """Where the words of the medium ``name`` lie in the folder of a collected project."""
    return f"{TRANSCRIPTS}/{name}.json"


def words_beside(asset: Asset) -> Transcript | None:
    """The words of ``asset``, if it lies in a collected project that has them; what is damaged, or belongs to
    another content, counts as nothing."""
    place = Path(asset.path)
    if place.parent.name != MEDIA:
        return None
    file = place.parent.parent / words_file(place.name)
    try:
        if not file.is_file() or file.stat().st_size > _LARGEST:
            return None
        document = json.loads(file.read_bytes())
        if document["fingerprint"] != asset.fingerprint:
            return None
        words = tuple(_word(each) for each in document["words"])
        return Transcript(str(document["engine"]), _text(document["language"]), str(document["text"]), words)
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None


def _word(given: Any) -> Word:
    start, end = float(given["start"]), float(given["end"])
    confidence = None if given["confidence"] is None else float(given["confidence"])
    if not (0 <= start <= end <= _LONGEST and (confidence is None or 0 <= confidence <= 1)):
        raise ValueError("not a word")
    return Word(str(given["text"]), from_seconds(start), from_seconds(end), confidence, _text(given["speaker"]))


def _text(given: object) -> str | None:
    return None if given is None else str(given)
