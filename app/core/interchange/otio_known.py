"""Scenes and words of media in OTIO's metadata under our own key, at the first clip of each medium.

They are JSON in a text: OTIO writes each number of a list on a line of its own. What comes back is
somebody else's: each of the two parts is taken whole where all of it makes sense, else left out.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from fractions import Fraction
from itertools import pairwise
from typing import Any

from app.core.base.time import SECOND, Flicks
from app.core.interchange.knowledge import Knowledge, Known
from app.core.interchange.loss_report import LossReport
from app.core.interchange.otio_metadata import Hints
from app.core.model.asset import Asset
from app.core.model.scene import Scene, SceneList, Transition, TransitionKind
from app.core.model.transcript import Transcript, Word

MOST_BYTES = 12_000_000
"""Of scenes and words in one file: the words of a day, and far from what makes a file too large to be read."""

_MOST_SCENES = 100_000
_MOST_FRAMES = 100_000_000
_LONGEST_WORD = 1000
_LONGEST_NAME = 100
_LONGEST_UNKNOWN: Flicks = 10_000_000 * SECOND  # of media that do not say how long they are
_SLACK: Flicks = SECOND  # that a service, or a container, may be wrong by


class KnownWriter:
    """Gives out the metadata of media, each once, until the file has enough of them."""

    def __init__(self, knowledge: Knowledge, report: LossReport) -> None:
        self._knowledge = knowledge
        self._report = report
        self._room = MOST_BYTES
        self._given: set[str] = set()

    def metadata(self, asset: Asset) -> dict[str, Any]:
        """Our metadata of a reference to ``asset``; empty where nothing is known, or another clip has it.

        Raises:
            UserError: what is known cannot be read.
        """
        if asset.id in self._given:
            return {}
        self._given.add(asset.id)
        known = self._knowledge.known(asset)
        parts: dict[str, Any] = {}
        if known.scenes is not None:
            parts |= self._fitted(asset, "scenes", {"scenes": _of_scenes(known.scenes), "method": known.method})
        if known.words is not None:
            parts |= self._fitted(asset, "words", {"words": _of_words(known.words)})
        if not parts:
            return {}
        names = " and ".join(each for each in ("scenes", "words") if each in parts)
        self._report.add(f"its {names} are for Insomnia only", f"media {asset.name}")
        return {"fingerprint": asset.fingerprint, **parts}

    def _fitted(self, asset: Asset, name: str, part: dict[str, str]) -> dict[str, str]:
        size = len(part[name].encode("utf-8", "replace"))
        if size > self._room:
            why = f"its {name} are left out: a file holds {MOST_BYTES // 10**6} MB of scenes and words"
            self._report.add(why, f"media {asset.name}")
            return {}
        self._room -= size
        return part


def read_known(found: Iterable[tuple[Asset, Hints]], knowledge: Knowledge, report: LossReport) -> None:
    """Give ``knowledge`` what references say about their media; what is of no use goes to ``report``.

    Raises:
        UserError: it cannot be kept.
    """
    done: set[str] = set()
    for asset, hints in found:
        if asset.id in done or ("scenes" not in hints and "words" not in hints):
            continue
        done.add(asset.id)
        where = f"media {asset.name}"
        if hints.text("fingerprint") != asset.fingerprint:
            report.add("scenes and words in the timeline are those of another file: they are left out", where)
            continue
        known = Known(_scenes(asset, hints), hints.text("method") or "", _words(asset, hints))
        for name, part in (("scenes", known.scenes), ("words", known.words)):
            if name in hints and part is None:
                report.add(f"its {name} make no sense and are left out", where)
        for problem in knowledge.learn(asset, known) if known else ():
            report.add(problem, where)


def _of_scenes(found: SceneList) -> str:
    scenes = [[each.start_frame, each.end_frame, each.start, each.end, each.transition_in] for each in found.scenes]
    changes = [[each.kind, each.start_frame, each.end_frame, each.score] for each in found.transitions]
    return _text({"rate": str(found.rate), "frames": found.frames, "scenes": scenes, "transitions": changes})


def _of_words(found: Transcript) -> str:
    words = [[each.text, each.start, each.end, each.confidence, each.speaker] for each in found.words]
    text = None if found.text == _joined(found.words) else found.text
    return _text({"engine": found.engine, "language": found.language, "text": text, "words": words})


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _joined(words: Iterable[Word]) -> str:
    return " ".join(each.text for each in words)


def _scenes(asset: Asset, hints: Hints) -> SceneList | None:
    """The scenes in ``hints``, if all of them make sense for this film."""
    try:
        document = _parsed(hints, "scenes")
        rate, frames = Fraction(_line(document["rate"], 40)), _whole(document["frames"], 1, _MOST_FRAMES)
        scenes, changes = _listed(document["scenes"], _MOST_SCENES), _listed(document["transitions"], _MOST_SCENES)
        found = SceneList(
            rate,
            frames,
            tuple(_scene(number, each) for number, each in enumerate(scenes)),
            tuple(_transition(each, frames) for each in changes),
        )
    except (ValueError, TypeError, KeyError, IndexError, ZeroDivisionError, OverflowError, RecursionError):
        return None
    return found if asset.info.video is not None and 0 < rate <= 1000 and _is_whole(found, *_limits(asset)) else None


def _is_whole(found: SceneList, first: Flicks, last: Flicks) -> bool:
    """Whether scenes follow each other from the first frame to the last, inside of their media."""
    scenes = found.scenes
    if not scenes or scenes[0].start_frame != 0 or scenes[-1].end_frame != found.frames:
        return False
    if scenes[0].start < first or scenes[-1].end > last:
        return False
    if any(each.start_frame >= each.end_frame or each.start >= each.end for each in scenes):
        return False
    if any((each.transition_in == "start") != (each.index == 0) for each in scenes):
        return False
    return all(one.end_frame == two.start_frame and one.end == two.start for one, two in pairwise(scenes))


def _words(asset: Asset, hints: Hints) -> Transcript | None:
    """The words in ``hints``, if all of them make sense for this sound."""
    if not asset.info.audio:
        return None
    try:
        document = _parsed(hints, "words")
        first, last = _limits(asset)
        said = _listed(document["words"], MOST_BYTES)
        words = tuple(_word(each, first, last) for each in said)
        text = document["text"]
        return Transcript(
            _line(document["engine"], _LONGEST_NAME),
            _line_or_none(document["language"]),
            _joined(words) if text is None else _paragraphs(text),
            words,
        )
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, RecursionError):
        return None


def _parsed(hints: Hints, name: str) -> dict[str, Any]:
    text = hints.text(name)
    if text is None or len(text) > MOST_BYTES:
        raise ValueError("not a text, or too long")
    document = json.loads(text)
    if not isinstance(document, dict):
        raise TypeError("not an object")
    return document


def _limits(asset: Asset) -> tuple[Flicks, Flicks]:
    """Between which media times anything can be seen or heard."""
    info = asset.info
    starts = [0, *(each.start for each in info.audio), *([info.video.start] if info.video is not None else [])]
    last = _LONGEST_UNKNOWN if info.duration is None else info.duration
    for each in (info.video, *info.audio):
        if each is not None and each.duration is not None:
            last = max(last, each.start + each.duration)
    return min(starts) - _SLACK, last + _SLACK


def _scene(number: int, given: Any) -> Scene:
    start_frame, end_frame, start, end, change = given
    times = _whole(start_frame), _whole(end_frame), _whole(start), _whole(end)
    return Scene(number, *times, "start" if change == "start" else _kind(change))


def _transition(given: Any, frames: int) -> Transition:
    kind, start, end, score = given
    return Transition(_kind(kind), _whole(start, 0, frames), _whole(end, _whole(start), frames), _share(score))


def _kind(given: Any) -> TransitionKind:
    if given == "cut":
        return "cut"
    if given == "fade":
        return "fade"
    raise ValueError("no kind of transition")


def _word(given: Any, first: Flicks, last: Flicks) -> Word:
    text, start, end, confidence, speaker = given
    begins = _whole(start, first, last)
    sure = None if confidence is None else _share(confidence)
    return Word(_line(text, _LONGEST_WORD), begins, _whole(end, begins, last), sure, _line_or_none(speaker))


def _listed(given: Any, most: int) -> list[Any]:
    if not isinstance(given, list) or len(given) > most:
        raise ValueError("no list, or too long")
    return given


def _whole(given: Any, least: int = -_LONGEST_UNKNOWN, most: int = _LONGEST_UNKNOWN) -> int:
    if not isinstance(given, int) or isinstance(given, bool) or not least <= given <= most:
        raise ValueError("no whole number, or out of bounds")
    return given


def _share(given: Any) -> float:
    if not isinstance(given, (int, float)) or isinstance(given, bool) or not math.isfinite(given):
        raise ValueError("no number")
    if not 0 <= given <= 1:
        raise ValueError("not between 0 and 1")
    return float(given)


def _line(given: Any, longest: int) -> str:
    if not isinstance(given, str) or len(given) > longest or any(_is_control(each) for each in given):
        raise ValueError("no text of one line, or too long")
    return given


def _line_or_none(given: Any) -> str | None:
    return None if given is None else _line(given, _LONGEST_NAME)


def _paragraphs(given: Any) -> str:
    if not isinstance(given, str) or any(_is_control(each) and each not in "\n\t" for each in given):
        raise ValueError("no text")
    return given


def _is_control(letter: str) -> bool:
    return letter < " " or "\x7f" <= letter < "\xa0" or "\ud800" <= letter <= "\udfff"
