"""Words to cues: where subtitles begin, end and break so that they can be read.

The limits are those of the usual guides (two lines of 42 characters, 17 characters a second, at
most seven seconds; https://partnerhelp.netflixstudios.com, "Timed Text Style Guide"). Among all
ways to part the words that keep them, the one is taken whose ends fall best: after sentences,
after commas, in pauses, with time enough to read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from app.core.base.time import SECOND, Flicks
from app.core.model.transcript import Cue, Word

MILLISECOND: Flicks = SECOND // 1000

_SENTENCE = (".", "?", "!", "…", "。", "？", "！")
_CLAUSE = (",", ";", ":", "，", "、", "；", "：", "–", "—")
_CLOSING = "\"'”’»)]"

# What an end costs, in cues: a split in the middle of a phrase is worth avoiding with one more cue.
_PER_CUE = 1.0
_END_IN_PHRASE = 1.6
_END_AT_CLAUSE = 0.7
_END_IN_PAUSE = 0.3
_TOO_FAST = 1.2
_TOO_SHORT = 0.5


@dataclass(frozen=True, slots=True)
class CaptionRules:
    """The limits of a cue; times in flicks, ``rate`` in characters a second."""

    line: int = 42
    lines: int = 2
    rate: int = 17
    shortest: Flicks = SECOND
    longest: Flicks = 7 * SECOND
    gap: Flicks = SECOND // 12
    pause: Flicks = SECOND // 2
    silence: Flicks = 2 * SECOND


RULES = CaptionRules()

CAPTIONS_VERSION = 1
"""Of what is made of the same words: raise it when the rules change, so that kept cues are made again."""


def make_cues(words: Sequence[Word], rules: CaptionRules = RULES) -> tuple[Cue, ...]:
    """Cues that show ``words`` in their order, each word in exactly one cue, none overlapping another.

    A cue ends before another speaker and before a silence. Only a word that is too long by itself
    passes the limits of a line. Times are whole milliseconds, as subtitle files hold them.
    """
    said = _readable(words)
    groups = [group for run in _runs(said, rules) for group in _part(run, rules)]
    starts = _starts(groups)
    return tuple(
        Cue(start, _end(group, start, following, rules), _text(group, rules), group[0].speaker)
        for group, start, following in zip(groups, starts, (*starts[1:], None), strict=False)
    )


def cues_between(cues: Sequence[Cue], start: Flicks, end: Flicks) -> tuple[Cue, ...]:
    """The cues that show in ``[start, end)``, cut to it, with times that count from ``start``."""
    return tuple(
        replace(cue, start=max(cue.start, start) - start, end=min(cue.end, end) - start)
        for cue in cues
        if cue.start < end and cue.end > start
    )


def _readable(words: Sequence[Word]) -> list[Word]:
    """Words with a text of one line, none beginning before the one in front of it."""
    found: list[Word] = []
    latest: Flicks = 0
    for word in words:
        text = " ".join(word.text.split())
        if text:
            start = latest = max(word.start, latest)
            found.append(Word(text, start, max(word.end, start), word.confidence, word.speaker))
    return found


def _runs(words: Sequence[Word], rules: CaptionRules) -> Iterator[list[Word]]:
    """Parts that no cue may join: by speaker, and by long silence."""
    run: list[Word] = []
    for word in words:
        if run and (word.speaker != run[-1].speaker or word.start - run[-1].end >= rules.silence):
            yield run
            run = []
        run.append(word)
    if run:
        yield run


def _part(run: list[Word], rules: CaptionRules) -> list[list[Word]]:
    """The cheapest way to part one run; ``costs[i]`` is what the best way costs for the words before i."""
    costs = [0.0]
    origins = [0]
    for end in range(1, len(run) + 1):
        best, origin = float("inf"), end - 1
        for begin in range(end - 1, -1, -1):
            group = run[begin:end]
            if begin < end - 1 and not _fits(group, rules):
                break
            following = run[end] if end < len(run) else None
            cost = costs[begin] + _cost(group, following, rules)
            if cost < best:
                best, origin = cost, begin
        costs.append(best)
        origins.append(origin)
    groups: list[list[Word]] = []
    end = len(run)
    while end:
        groups.append(run[origins[end] : end])
        end = origins[end]
    return groups[::-1]


def _fits(group: Sequence[Word], rules: CaptionRules) -> bool:
    if group[-1].end - group[0].start > rules.longest:
        return False
    # Quick refusal: no way of breaking can shorten the text itself.
    if sum(len(word.text) + 1 for word in group) - 1 > rules.lines * (rules.line + 1) - 1:
        return False
    return _lines([word.text for word in group], rules) is not None


def _cost(group: Sequence[Word], following: Word | None, rules: CaptionRules) -> float:
    cost = _PER_CUE
    room = rules.longest
    if following is not None:
        pause = following.start - group[-1].end
        cost += _end_cost(group[-1].text, pause, rules)
        room = following.start - group[0].start
    if room * rules.rate < _length(group) * SECOND:
        cost += _TOO_FAST
    if room < rules.shortest:
        cost += _TOO_SHORT
    return cost


def _end_cost(text: str, pause: Flicks, rules: CaptionRules) -> float:
    bare = text.rstrip(_CLOSING)
    if bare.endswith(_SENTENCE):
        return 0.0
    if pause >= rules.pause:
        return _END_IN_PAUSE
    return _END_AT_CLAUSE if bare.endswith(_CLAUSE) else _END_IN_PHRASE


def _length(group: Sequence[Word]) -> int:
    return sum(len(word.text) for word in group) + len(group) - 1


def _lines(texts: Sequence[str], rules: CaptionRules) -> list[str] | None:
    """The texts as lines within the limits, as few and then as even as can be; None where they do not fit."""
    whole = " ".join(texts)
    if len(whole) <= rules.line:
        return [whole]
    if rules.lines == 2:
        return _two_lines(texts, rules)
    lines = [texts[0]]
    for text in texts[1:]:
        if len(lines[-1]) + 1 + len(text) <= rules.line:
            lines[-1] += f" {text}"
        else:
            lines.append(text)
    return lines if len(lines) <= rules.lines and all(len(line) <= rules.line for line in lines) else None


def _two_lines(texts: Sequence[str], rules: CaptionRules) -> list[str] | None:
    choices: list[tuple[int, list[str]]] = []
    for count in range(1, len(texts)):
        upper, lower = " ".join(texts[:count]), " ".join(texts[count:])
        if len(upper) <= rules.line and len(lower) <= rules.line:
            breaks_well = texts[count - 1].rstrip(_CLOSING).endswith((*_SENTENCE, *_CLAUSE))
            choices.append((abs(len(upper) - len(lower)) - (rules.line // 3 if breaks_well else 0), [upper, lower]))
    return min(choices)[1] if choices else None


def _text(group: Sequence[Word], rules: CaptionRules) -> str:
    texts = [word.text for word in group]
    return "\n".join(_lines(texts, rules) or texts)


def _starts(groups: Sequence[Sequence[Word]]) -> list[Flicks]:
    """Whole milliseconds, each later than the one before."""
    starts: list[Flicks] = []
    for group in groups:
        start = group[0].start // MILLISECOND * MILLISECOND
        starts.append(max(start, starts[-1] + MILLISECOND) if starts else start)
    return starts


def _end(group: Sequence[Word], start: Flicks, following: Flicks | None, rules: CaptionRules) -> Flicks:
    """Long enough to read where there is time, never into the next cue."""
    reading = _length(group) * SECOND // rules.rate
    wanted = max(group[-1].end, start + rules.shortest, start + reading)
    wanted = min(wanted, start + rules.longest)
    if following is not None and wanted > following - rules.gap:
        spoken = min(group[-1].end, start + rules.longest)
        wanted = min(max(spoken, following - rules.gap), following)
    return max(wanted // MILLISECOND * MILLISECOND, start + MILLISECOND)
