"""SubRip and WebVTT files to cues: made to read what people have, not only what the formats allow.

WebVTT: https://www.w3.org/TR/webvtt1/. SubRip has no standard; numbers and blank lines may be
missing, and tags of HTML and overrides of ASS are usual in it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from app.core.base import time
from app.core.base.time import Flicks
from app.core.edit.subtitle_text import clean
from app.core.interchange.subtitle_losses import Tally
from app.core.model.transcript import Cue

ARROW = "-->"

_TIME = r"(-?)(?:(\d{1,5}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,9}))?"
_TIMING = re.compile(rf"\s*{_TIME}\s*{ARROW}\s*{_TIME}(?:\s+(\S.*))?\s*", re.ASCII)
_NUMBER = re.compile(r"\s*\d{1,9}\s*", re.ASCII)
# Blanks are bounded, and no two parts of a pattern match the same: hostile files cost one pass.
_BREAK = re.compile(r"<[ \t]{0,4}br[ \t]{0,4}/?[ \t]{0,4}>", re.IGNORECASE)
_SRT_TAG = re.compile(
    r"<[ \t]{0,4}/?[ \t]{0,4}(?:i|b|u|s|em|strong|font|span|c|v|lang|ruby|rt)\b[^<>]*>", re.IGNORECASE
)
_VTT_TAG = re.compile(r"<(?:/?[A-Za-z][^<>]*|\d[\d:.]*|/)>")
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?[ \t]([^<>]*)>")
_OVERRIDE = re.compile(r"\{\\[^{}]*\}")
_BESIDES = {"NOTE": "notes", "STYLE": "styles", "REGION": "regions of the picture"}

FORMATTING = "its formatting, such as <i> or colours, is left out"
POSITION = "its place in the picture is left out"
VOICES = "several people speak: their names are left out"
EMPTY = "it has no text and is left out"


@dataclass(slots=True)
class _Block:
    """A cue as it stands in a file; its text still has its blank lines."""

    line: int
    start: Flicks
    end: Flicks
    text: list[str]


def srt_cues(text: str, tally: Tally) -> list[Cue]:
    """The cues of a SubRip file in its order; what is left out goes to ``tally``."""
    blocks = _blocks(text.split("\n"), tally, _numbered)
    return [cue for block in blocks if (cue := _srt_cue(block, tally)) is not None]


def vtt_cues(text: str, tally: Tally) -> list[Cue]:
    """The cues of a WebVTT file in its order; what is left out goes to ``tally``."""
    blocks = _blocks(_without_besides(text.split("\n"), tally), tally, _named)
    return [cue for block in blocks if (cue := _vtt_cue(block, tally)) is not None]


def _blocks(lines: Sequence[str], tally: Tally, has_label: Callable[[Sequence[str], int], bool]) -> Iterator[_Block]:
    """Each timing line with the lines up to the next one; ``has_label`` says whether the line before one names it."""
    timings = [index for index, line in enumerate(lines) if ARROW in line and _is_timing(lines, index)]
    before = timings[0] if timings else 0
    if any(line.strip() for line in lines[: before - 1 if before and has_label(lines, before) else before]):
        tally.beside("it is left out", "the text before the first subtitle")
    for index, following in pairwise((*timings, len(lines))):
        timing = _TIMING.fullmatch(lines[index])
        if timing is None:
            tally.skip(index + 1, "its times cannot be read")
            continue
        span = tally.span(_time(timing.groups()[:5]), _time(timing.groups()[5:10]), index + 1)
        if span is None:
            continue
        if timing[11]:
            tally.count(POSITION)
        end = following - 1 if following < len(lines) and has_label(lines, following) else following
        yield _Block(index + 1, *span, list(lines[index + 1 : end]))


def _is_timing(lines: Sequence[str], index: int) -> bool:
    """Whether a line with an arrow holds times, or stands where they do: first, or after a blank line."""
    if _TIMING.fullmatch(lines[index]):
        return True
    if index and _NUMBER.fullmatch(lines[index - 1]):
        index -= 1
    return index == 0 or not lines[index - 1].strip()


def _numbered(lines: Sequence[str], index: int) -> bool:
    """Whether the line before a SubRip timing line is its number: after a blank line, or counting on.

    A year that ends a text is no number.
    """
    if index == 0 or not _NUMBER.fullmatch(lines[index - 1]):
        return False
    if index == 1 or not lines[index - 2].strip():
        return True
    for earlier in range(index - 2, 0, -1):
        if ARROW in lines[earlier]:
            number = lines[earlier - 1]
            return bool(_NUMBER.fullmatch(number)) and int(number) + 1 == int(lines[index - 1])
    return False


def _named(lines: Sequence[str], index: int) -> bool:
    """Whether the line before a WebVTT timing line is its name: one that stands after a blank line."""
    return index > 0 and bool(lines[index - 1].strip()) and (index == 1 or not lines[index - 2].strip())


def _time(groups: Sequence[str | None]) -> Flicks:
    sign, hours, minutes, seconds, fraction = (each or "" for each in groups)
    whole = (int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)
    found = time.from_seconds(whole + Fraction(int(fraction or 0), 10 ** len(fraction)))
    return -found if sign else found


def _srt_cue(block: _Block, tally: Tally) -> Cue | None:
    """Text after a blank line belongs to the cue, unless it begins as a block without times does."""
    lines = []
    blank = False
    for offset, line in enumerate(block.text, start=1):
        if blank and _NUMBER.fullmatch(line):
            tally.skip(block.line + offset, "it has no times")
            break
        blank = not line.strip()
        lines.append(line)
    said = "\n".join(lines)
    plain = _OVERRIDE.sub("", _SRT_TAG.sub("", _BREAK.sub("\n", said)))
    if plain != _BREAK.sub("\n", said):
        tally.count(FORMATTING)
    return _cue(block, plain, None, tally)


def _vtt_cue(block: _Block, tally: Tally) -> Cue | None:
    """Text ends with the first blank line; what follows until the next times is named a loss."""
    lines = block.text
    end = next((index for index, line in enumerate(lines) if not line.strip()), len(lines))
    for index in range(end, len(lines)):
        if lines[index].strip() and not lines[index - 1].strip():
            tally.skip(block.line + index + 1, "it has no times")
    said = "\n".join(lines[:end])
    voices = list(dict.fromkeys(" ".join(html.unescape(name).split()) for name in _VOICE.findall(said)))
    speaker = voices[0] if len(voices) == 1 and _VOICE.match(said) else None
    if voices and speaker is None:
        tally.count(VOICES)
    unvoiced = _VOICE.sub("", said).replace("</v>", "")
    plain = _VTT_TAG.sub("", unvoiced)
    if plain != unvoiced:
        tally.count(FORMATTING)
    return _cue(block, html.unescape(plain), speaker, tally)


def _cue(block: _Block, text: str, speaker: str | None, tally: Tally) -> Cue | None:
    """The cue of a block, without blank lines and what nobody can read."""
    lines = (line.strip() for line in clean(text.replace("\xa0", " ")).split("\n"))
    shown = "\n".join(line for line in lines if line)
    if not shown:
        tally.count(EMPTY)
        return None
    return Cue(block.start, block.end, shown, clean(speaker or "").strip() or None)


def _without_besides(lines: Sequence[str], tally: Tally) -> list[str]:
    """The lines of a WebVTT file with its header, notes and styles made blank: line numbers stay."""
    kept = []
    aside = True  # the header, until the first blank line
    for index, line in enumerate(lines):
        first = line.split(maxsplit=1)[0] if line.strip() else ""
        if not first or ARROW in line:
            aside = False
        elif index and not lines[index - 1].strip() and first in _BESIDES:
            aside = True
            tally.beside("they are left out", _BESIDES[first])
        if aside and first.startswith("X-TIMESTAMP-MAP"):
            tally.beside("it is not followed: all times stay as they are written", "its map of times")
        kept.append("" if aside else line)
    return kept
